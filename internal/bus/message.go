package bus

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/run"
)

// lossyPending is how many messages may wait for one lossy subscriber before
// further ones are dropped for it.
const lossyPending = 8192

// requestTimeout bounds a request whose context has no deadline of its own.
const requestTimeout = 10 * time.Second

// failHeader carries the error of a request's answer.
const failHeader = "Parley-Error"

// Publish sends a lossy message to all nodes: it may be lost, and a slow
// subscriber misses some. Subjects are dot-separated words without spaces.
func (b *Bus) Publish(subject string, data []byte) error {
	return unavailable(b.nc.Publish(subject, data))
}

// SubscribeLossy calls f for messages to the subject ("*" stands for one word,
// ">" for the rest), one at a time, until cancel. f must not block.
func (b *Bus) SubscribeLossy(subject string, f func(subject string, data []byte)) (cancel func(), err error) {
	sub, err := b.nc.Subscribe(subject, func(m *nats.Msg) {
		_ = run.Protect("bus.lossy", func() error { f(m.Subject, m.Data); return nil })
	})
	if err != nil {
		return nil, err
	}
	if err := sub.SetPendingLimits(lossyPending, lossyPending*1024); err != nil {
		return nil, err
	}
	return func() { _ = sub.Unsubscribe() }, b.nc.Flush()
}

// Handle answers requests to the subject, each on its own goroutine. An error
// reaches the other side as the fail.Error it is; what it hides stays here.
func (b *Bus) Handle(subject string, f func(ctx context.Context, payload []byte) ([]byte, error)) (cancel func(), err error) {
	sub, err := b.nc.Subscribe(subject, func(m *nats.Msg) {
		b.group.Go("bus.request", func(ctx context.Context) error {
			b.answer(ctx, m, f)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return func() { _ = sub.Unsubscribe() }, b.nc.Flush()
}

func (b *Bus) answer(ctx context.Context, m *nats.Msg, f func(context.Context, []byte) ([]byte, error)) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var data []byte
	err := run.Protect("bus.request "+m.Subject, func() (err error) {
		data, err = f(ctx, m.Data)
		return err
	})
	reply := &nats.Msg{Data: data, Header: nats.Header{}}
	if err != nil {
		e := fail.As(db.Classify(err))
		if e.Status >= 500 {
			slog.Error("a request from another node failed", "subject", m.Subject, "error", e)
		}
		text, _ := json.Marshal(e)
		reply.Data = nil
		reply.Header.Set(failHeader, string(text))
	}
	if err := m.RespondMsg(reply); err != nil {
		slog.Warn("an answer to another node could not be sent", "subject", m.Subject, "error", err)
	}
}

// Request asks whoever handles the subject, on this or another node, and waits
// for the answer. Nobody there, or no answer in time, is fail.Unavailable: in the
// second case the request may have been carried out, so repeat it with the same
// idempotency key.
func (b *Bus) Request(ctx context.Context, subject string, payload []byte) ([]byte, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, requestTimeout)
		defer cancel()
	}
	m, err := b.nc.RequestWithContext(ctx, subject, payload)
	if err != nil {
		return nil, unavailable(err)
	}
	text := m.Header.Get(failHeader)
	if text == "" {
		return m.Data, nil
	}
	var e fail.Error
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return nil, fail.Internal(err)
	}
	return nil, &e
}

func unavailable(err error) error {
	if err == nil {
		return nil
	}
	return fail.Unavailable(err)
}

func (b *Bus) lossyTrouble(_ *nats.Conn, sub *nats.Subscription, err error) {
	if errors.Is(err, nats.ErrSlowConsumer) {
		lossyDropped.Inc()
		return
	}
	subject := ""
	if sub != nil {
		subject = sub.Subject
	}
	slog.Warn("bus", "subject", subject, "error", err)
}
