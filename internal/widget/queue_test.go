package widget_test

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// position waits for the frame with a place in the queue.
func (s *stream) position(want int) {
	s.c.Helper()
	s.until("position", func(data []byte) bool {
		var is struct{ Position int }
		s.c.must(json.Unmarshal(data, &is))
		return is.Position == want
	})
}

func TestQueuePosition(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		first, second := c.visitor(), c.visitor()
		first.open("one")
		second.open("two")
		a, b := first.stream(), second.stream()
		t.Run("[C-20/position] who waits is told the place, and each better one", func(t *testing.T) {
			a.position(1)
			b.position(2)
			first.ok(first.post("end", struct{}{}), nil)
			b.position(1)
		})
		t.Run("[C-20/position] a reload and a poll have it too, and it is gone with the agent", func(t *testing.T) {
			var now struct {
				Conversation struct {
					State    string
					Position int
				}
			}
			second.ok(second.get("conversation"), &now)
			if now.Conversation.Position != 1 {
				t.Errorf("after a reload: %+v", now.Conversation)
			}
			var poll struct{ Frames []frame }
			second.ok(second.get("events?wait=0"), &poll)
			if n := len(poll.Frames); n == 0 || poll.Frames[n-1].Type != "position" {
				t.Errorf("a poll brings %+v", poll.Frames)
			}
			d := c.desk("anna")
			c.ready("anna")
			d.accept()
			b.until("conversation.changed", func(data []byte) bool {
				c.must(json.Unmarshal(data, &now.Conversation))
				return now.Conversation.State == "active"
			})
			now.Conversation.Position = 0
			second.ok(second.get("conversation"), &now)
			if now.Conversation.Position != 0 {
				t.Errorf("with an agent: %+v", now.Conversation)
			}
		})
	})
}

// TestQueueCost has a queue that moves all the time: what is asked and sent
// follows the clock and the place, not the queue.
func TestQueueCost(t *testing.T) {
	t.Run("[C-20/position] far behind is told seldom, however fast the queue moves", func(t *testing.T) {
		dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
			var looks, place atomic.Int64
			place.Store(5_000)
			c := &centre{TB: t, cfg: cfg, limits: wide, times: quick}
			c.times.Place = 20 * time.Millisecond
			c.place = func(context.Context, string, string) int { looks.Add(1); return int(place.Add(-1)) }
			startCentre(c)
			v := c.visitor()
			v.open("one")
			s := v.stream()
			before, since := looks.Load(), time.Now()
			for range 3 {
				s.until("position", func([]byte) bool { return true })
			}
			if took := time.Since(since); took < 400*time.Millisecond {
				t.Errorf("three numbers in %v, want ten times the pause of the head between two of them", took)
			}
			if n := looks.Load() - before; n > 4 {
				t.Errorf("%d looks for three numbers", n)
			}
		})
	})
}
