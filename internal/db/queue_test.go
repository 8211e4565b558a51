package db

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// line lets writers of the given classes wait one after the other and returns
// the order in which they get their turn.
func line(t *testing.T, q *writeQueue, gap time.Duration, classes ...Class) []Class {
	t.Helper()
	if err := q.enter(t.Context(), Chat); err != nil { // somebody is writing
		t.Fatal(err)
	}
	var order []Class
	for _, c := range classes {
		go func() {
			if q.enter(t.Context(), c) == nil {
				order = append(order, c) // who has the turn is alone
				q.leave()
			}
		}()
		synctest.Wait()
		time.Sleep(gap) // the bubble's clock
	}
	q.leave()
	synctest.Wait()
	return order
}

func TestQueue(t *testing.T) {
	check := func(t *testing.T, got []Class, want ...Class) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
	}
	t.Run("the most urgent goes first", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			got := line(t, newWriteQueue(), 0, Bulk, Mail, Chat, Floor, Chat, Floor)
			check(t, got, Floor, Floor, Chat, Chat, Mail, Bulk)
		})
	})
	t.Run("nobody waits for ever", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			got := line(t, newWriteQueue(), patience*2/3, Bulk, Floor, Floor)
			check(t, got, Bulk, Floor, Floor)
		})
	})
	t.Run("who gives up leaves the line whole", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			q := newWriteQueue()
			if err := q.enter(t.Context(), Chat); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			gone, stays := make(chan error, 1), make(chan error, 1)
			go func() { gone <- q.enter(ctx, Chat) }()
			synctest.Wait()
			go func() { stays <- q.enter(t.Context(), Chat) }()
			synctest.Wait()
			cancel()
			if err := <-gone; err == nil {
				t.Fatal("entered after giving up")
			}
			q.leave()
			if err := <-stays; err != nil {
				t.Fatal(err)
			}
			q.leave()
			if q.busy {
				t.Fatal("the turn was lost")
			}
		})
	})
}
