package stats

import (
	"fmt"
	"testing"
)

func waits(id, service string, at int64) SegmentFact {
	return SegmentFact{ID: "s" + id, InteractionID: id, ServiceID: service, State: "waiting", Purpose: "queue", QueuedAt: at}
}

func TestPlace(t *testing.T) {
	t.Run("[C-20/position] one numbering a service, by arrival; who is offered stands first still", func(t *testing.T) {
		l := newLive()
		for i, f := range []SegmentFact{waits("c", "sales", 30), waits("a", "sales", 10), waits("b", "sales", 20), waits("x", "help", 25)} {
			if i == 1 {
				f.State = "offered"
			}
			l.must(t, TypeSegment, f)
		}
		for id, want := range map[string]int{"a": 1, "b": 2, "c": 3, "x": 1, "nobody": 0} {
			if got := l.Place(id, 1_000); got != want {
				t.Errorf("%s stands at %d, want %d", id, got, want)
			}
		}
		gone := waits("a", "sales", 10)
		gone.State = "active"
		l.must(t, TypeSegment, gone)
		if got := l.Place("b", 2_500); got != 2 {
			t.Errorf("numbered again too soon: %d", got)
		}
		if a, b := l.Place("a", 3_000), l.Place("b", 3_000); a != 0 || b != 1 {
			t.Errorf("after one was accepted: %d and %d, want 0 and 1", a, b)
		}
	})
	t.Run("[C-20/position] an invited colleague is in no queue", func(t *testing.T) {
		l := newLive()
		f := waits("a", "sales", 10)
		f.Purpose = "invite"
		l.must(t, TypeSegment, f)
		if got := l.Place("a", 1_000); got != 0 {
			t.Errorf("place %d", got)
		}
	})
}

// BenchmarkPlace is what 5,000 who wait cost when all of them ask and the queue moved in between.
func BenchmarkPlace(b *testing.B) {
	l := newLive()
	for i := range 5_000 {
		l.must(b, TypeSegment, waits(fmt.Sprint(i), "sales", int64(i)))
	}
	now := int64(0)
	for b.Loop() {
		now += placesFor
		l.version++
		for i := range 5_000 {
			l.Place(fmt.Sprint(i), now)
		}
	}
}
