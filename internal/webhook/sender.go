package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"parley/internal/db"
	"parley/internal/egress"
	"parley/internal/fail"
	"parley/internal/jobs"
	"parley/internal/org"
)

// Job is the kind of the job that sends one delivery once.
const Job = "webhook.send"

// attempt is one try; Round and N say which, so that a job that comes twice does
// nothing the second time.
type attempt struct {
	TenantID   string `json:"tenantId"`
	DeliveryID string `json:"deliveryId"`
	Round      int    `json:"round"`
	N          int    `json:"n"`
}

// Sender tells webhooks what happens.
type Sender struct {
	db  *db.DB
	org *org.Org
	now func() int64
}

// New makes a sender.
func New(d *db.DB, o *org.Org) *Sender { return &Sender{db: d, org: o, now: db.Now} }

// RegisterJobs says how deliveries are sent.
func (s *Sender) RegisterJobs(r *jobs.Runner) {
	jobs.Register(r, Job, jobs.KindOpts{Timeout: 30 * time.Second}, s.send)
}

// Publish writes the deliveries of an event in its transaction. data must not
// hold more than everybody who sets up webhooks may know.
func (s *Sender) Publish(ctx context.Context, tx *db.Tx, tenant, event string, data any) error {
	hooks, err := s.org.Webhooks(ctx, tenant)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if !h.Wants(event) {
			continue
		}
		if _, err := s.add(ctx, tx, tenant, h.ID, event, data); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sender) add(ctx context.Context, tx *db.Tx, tenant, webhookID, event string, data any) (deliveryRow, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return deliveryRow{}, fmt.Errorf("webhook event %s: %w", event, err)
	}
	m := Message{ID: db.NewID(), Event: event, At: s.now(), Data: raw}
	body, err := json.Marshal(m)
	if err != nil {
		return deliveryRow{}, err
	}
	row := deliveryRow{TenantID: tenant, ID: m.ID, WebhookID: webhookID, Event: event, Payload: string(body), CreatedAt: m.At,
		State: Pending, NextAt: m.At}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return row, err
	}
	return row, jobs.Add(ctx, tx, Job, attempt{tenant, row.ID, 0, 0}, jobs.Opts{})
}

// result is what a try has brought.
type result struct {
	status int // of HTTP, 0 without an answer
	err    string
	took   time.Duration
}

func (r result) delivered() bool { return r.status >= 200 && r.status < 300 }

// send makes one try. The next one is a job of its own, added in the transaction
// that notes the failure.
func (s *Sender) send(ctx context.Context, a attempt) error {
	var row deliveryRow
	err := s.db.Read().NewSelect().Model(&row).Where("tenant_id = ? AND id = ?", a.TenantID, a.DeliveryID).Scan(ctx)
	if db.IsNone(err) {
		return nil // trimmed, or the tenant is gone
	}
	if err != nil {
		return err
	}
	if row.State != Pending || row.Round != a.Round || row.Attempts != a.N {
		return nil
	}
	h, err := s.org.Webhook(ctx, a.TenantID, row.WebhookID)
	if err != nil && fail.Code(err) != fail.CodeNotFound {
		return err
	}
	if err != nil || h.Archived || (!h.Active && row.Event != EventTest) {
		return s.note(ctx, a, row, nil)
	}
	r, err := s.post(ctx, h, row)
	if err != nil {
		return err
	}
	return s.note(ctx, a, row, &r)
}

// post sends the delivery. An error is one of ours; what goes wrong on the way or
// at the other end is in the result.
func (s *Sender) post(ctx context.Context, h *org.Webhook, row deliveryRow) (result, error) {
	t, err := s.org.Tenant(ctx, row.TenantID)
	if err != nil {
		return result{}, err
	}
	secret, err := s.org.WebhookSecret(ctx, row.TenantID, h.ID)
	if err != nil {
		return result{}, err
	}
	body := []byte(row.Payload)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return result{err: "the address is not right"}, nil
	}
	stamp := s.now() / 1000
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Parley")
	req.Header.Set("Parley-Event", row.Event)
	req.Header.Set("Parley-Delivery", row.ID)
	req.Header.Set("Parley-Timestamp", strconv.FormatInt(stamp, 10))
	req.Header.Set("Parley-Signature", Sign(secret, stamp, body))
	began := time.Now()
	resp, err := egress.Client(egress.Options{AllowPrivate: t.Limits.PrivateAddresses}).Do(req)
	if err != nil {
		return result{err: egress.Reason(err), took: time.Since(began)}, nil
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // what it says is not kept
	_ = resp.Body.Close()
	r := result{status: resp.StatusCode, took: time.Since(began)}
	if !r.delivered() {
		r.err = "answered " + strconv.Itoa(resp.StatusCode)
	}
	return r, nil
}

// note writes what became of a try; without a result the delivery is cancelled.
func (s *Sender) note(ctx context.Context, a attempt, row deliveryRow, r *result) error {
	return s.db.Write(ctx, db.Mail, func(ctx context.Context, tx *db.Tx) error {
		now := s.now()
		row.NextAt = 0
		switch {
		case r == nil:
			row.State = Cancelled
		default:
			row.Attempts, row.LastAt, row.LastMs = a.N+1, now, r.took.Milliseconds()
			row.LastStatus, row.LastError = r.status, r.err
			switch {
			case r.delivered():
				row.State = Delivered
			case row.Attempts >= Tries:
				row.State = Failed
			default:
				row.NextAt = now + pauses[a.N].Milliseconds()
			}
		}
		res, err := tx.NewUpdate().Model(&row).Column("state", "attempts", "next_at", "last_at", "last_ms", "last_status", "last_error").
			WherePK().Where("state = ? AND round = ? AND attempts = ?", Pending, a.Round, a.N).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err // another run of this job was faster
		}
		if row.NextAt > 0 {
			err := jobs.Add(ctx, tx, Job, attempt{a.TenantID, a.DeliveryID, a.Round, a.N + 1}, jobs.Opts{At: row.NextAt})
			if err != nil {
				return err
			}
		}
		return jobs.Complete(ctx, tx)
	})
}

// Trim removes deliveries older than a month, at most slice of them. Call it from
// time to time.
func (s *Sender) Trim(ctx context.Context, slice int) (removed int64, err error) {
	old := s.now() - kept.Milliseconds()
	err = s.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		res, err := tx.NewRaw(`DELETE FROM webhook_deliveries WHERE (tenant_id, id) IN
			(SELECT tenant_id, id FROM webhook_deliveries WHERE created_at < ? ORDER BY created_at LIMIT ?)`, old, slice).Exec(ctx)
		if err == nil {
			removed, err = res.RowsAffected()
		}
		return err
	})
	return removed, err
}
