package desk

import (
	"context"
	"log/slog"
	"slices"
	"testing"

	"parley/internal/web"
)

// told is a floor that notes what it hears.
type told struct{ said []string }

func (f *told) SocketBack(context.Context, string, string, string) error {
	f.said = append(f.said, "back")
	return nil
}

func (f *told) SocketLost(context.Context, string, string, string) error {
	f.said = append(f.said, "lost")
	return nil
}

func TestPresence(t *testing.T) {
	begin := func() (*Hub, *told, *stream, *stream) {
		f := &told{}
		h := NewHub(Config{Presence: f, Log: slog.Default()})
		one, two := &stream{who: web.Identity{SessionID: "s"}}, &stream{who: web.Identity{SessionID: "s"}}
		h.streams["s"] = one
		_ = h.back(t.Context(), one)
		return h, f, one, two
	}
	t.Run("[B-2] a desk that came again before the floor heard of the loss is not lost", func(t *testing.T) {
		h, f, one, two := begin()
		if !h.leave(one) {
			t.Fatal("it was the session's stream")
		}
		h.streams["s"] = two // before one's word
		_ = h.back(t.Context(), two)
		h.lost(t.Context(), one)
		if !slices.Equal(f.said, []string{"back", "back"}) {
			t.Errorf("the floor heard %v", f.said)
		}
		h.leave(two)
		h.lost(t.Context(), two)
		if !slices.Equal(f.said, []string{"back", "back", "lost"}) {
			t.Errorf("the floor heard %v", f.said)
		}
	})
	t.Run("[B-2] a stream that was replaced says nothing late", func(t *testing.T) {
		h, f, one, two := begin()
		h.streams["s"] = two
		h.leave(two)
		h.lost(t.Context(), two)
		_ = h.back(t.Context(), one)
		if !slices.Equal(f.said, []string{"back", "lost"}) {
			t.Errorf("the floor heard %v", f.said)
		}
	})
}
