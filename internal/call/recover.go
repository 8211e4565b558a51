package call

import (
	"context"
	"slices"
	"time"

	"parley/internal/db"
)

// How often a node looks for calls of nodes that are gone, and how long a node
// may be silent before it is.
const (
	recoverEvery = 5 * time.Second
	nodeTTL      = 10 * time.Second
)

// How many far ends of a dead process are hung up at a time, and how long each
// may take to answer: SIP by UDP repeats a BYE three times in it.
const (
	hangUpAtOnce = 100
	hangUpFor    = 5 * time.Second
)

// Lease keeps a key of this process alive until cancel (bus.TryLease).
type Lease func(ctx context.Context, key string, ttl time.Duration) (cancel func(), err error)

func nodeKey(node string) string { return "call/" + node }

// Start closes the calls of processes that are gone, and goes on looking for
// such ones; from then on calls may come in.
func (s *Service) Start(ctx context.Context, lease Lease) error {
	cancel, err := lease(ctx, nodeKey(s.node), nodeTTL)
	if err != nil {
		return err
	}
	s.cancels = append(s.cancels, cancel)
	if err := s.listen(); err != nil {
		return err
	}
	if err := s.recover(ctx); err != nil {
		return err
	}
	if s.nodes.Clustered() {
		s.group.Every("call.recover", recoverEvery, s.recover)
	}
	return nil
}

// Drain takes no new calls from now on; those that go on are left alone.
func (s *Service) Drain() { s.draining.Store(true) }

// Draining tells whether Drain was called.
func (s *Service) Draining() bool { return s.draining.Load() }

// Close ends the calls that are left: their far ends are hung up and the
// records closed.
func (s *Service) Close() error {
	err := s.group.Stop(8 * time.Second)
	for _, cancel := range s.cancels {
		cancel()
	}
	return err
}

// Open is how many calls have their media here.
func (s *Service) Open() int { return s.sessions.count() }

// recover closes the calls whose node is gone, then hangs their far ends up. Two
// nodes that do so at once do it once: a call that is ended stays so.
func (s *Service) recover(ctx context.Context) error {
	var ks []Call
	if err := s.db.Read().NewSelect().Model(&ks).Column("tenant_id", "id", "node").
		Where("k.state <> ? AND k.node <> ?", StateEnded, s.node).Order("k.node", "k.id").Scan(ctx); err != nil {
		return err
	}
	alive := map[string]bool{}
	for _, k := range ks {
		lives, asked := alive[k.Node]
		if !asked && s.nodes.Clustered() {
			holder, err := s.nodes.Holder(ctx, nodeKey(k.Node))
			if err != nil {
				return err
			}
			lives = holder != ""
		}
		alive[k.Node] = lives
		if lives {
			continue
		}
		if err := s.closeStored(ctx, k.TenantID, k.ID); err != nil {
			return err
		}
		s.log.Warn("a call of a process that is gone was closed", "call", k.ID, "tenant", k.TenantID)
	}
	return s.hangUpStored(ctx)
}

// closeStored closes the records of a dead process's call. Its legs keep what it
// takes to hang them up until that was tried.
func (s *Service) closeStored(ctx context.Context, tenant, callID string) error {
	return s.withCall(ctx, tenant, callID, func(ctx context.Context, e *edit) error {
		ls, err := openLegs(ctx, e.tx, tenant, callID)
		if err != nil {
			return err
		}
		for _, l := range ls {
			l.EndedAt, l.Cause = e.at, string(CauseSystem)
			if err := putLeg(ctx, e.tx, l); err != nil {
				return err
			}
		}
		return e.end(ctx, BySystem, ReasonSystemFailure, "")
	})
}

// hangUpStored ends the far ends of dead processes, many at a time. It does not
// wait: a far end that is gone too says so by its silence only. One that can't be
// reached is given up: it ends by itself. When this process dies meanwhile, the
// next one goes on.
func (s *Service) hangUpStored(ctx context.Context) error {
	if s.phones == nil {
		return nil
	}
	var legs []LegRow
	if err := s.db.Read().NewSelect().Model(&legs).Where("l.stored <> '' AND l.ended_at > 0").Scan(ctx); err != nil {
		return err
	}
	legs = slices.DeleteFunc(legs, func(l LegRow) bool {
		_, begun := s.hangingUp.LoadOrStore(l.ID, true)
		return begun
	})
	if len(legs) == 0 {
		return nil
	}
	next := make(chan LegRow, len(legs))
	for _, l := range legs {
		next <- l
	}
	close(next)
	for range min(len(legs), hangUpAtOnce) {
		s.group.Go("call.hangup", func(ctx context.Context) error {
			for l := range next {
				s.hangUpOne(ctx, l)
			}
			return nil
		})
	}
	return nil
}

func (s *Service) hangUpOne(ctx context.Context, l LegRow) {
	defer s.hangingUp.Delete(l.ID)
	short, cancel := context.WithTimeout(ctx, hangUpFor)
	defer cancel()
	if err := s.phones.HangUpStored(short, []byte(l.Stored)); err != nil {
		if ctx.Err() != nil {
			return // this process stops: the next one tries
		}
		s.log.Warn("a far end of a process that is gone could not be hung up", "call", l.CallID, "error", err)
	}
	l.Stored = ""
	if err := s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error { return putLeg(ctx, tx, &l) }); err != nil {
		s.log.Warn("a far end was hung up and will be once more", "call", l.CallID, "error", err)
	}
}

// fail closes a call as our fault; its agents are in wrap-up.
func (s *Service) fail(ctx context.Context, tenant, callID string) error {
	return s.withCall(ctx, tenant, callID, func(ctx context.Context, e *edit) error {
		return e.end(ctx, BySystem, ReasonSystemFailure, "")
	})
}
