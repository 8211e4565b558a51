package call

import (
	"context"
	"time"

	"parley/internal/media"
)

// busyFor is how long a caller hears that a colleague does not take the call.
const busyFor = 3 * time.Second

// What an agent hears of an internal call besides the other one.
const (
	toneRingback = "ringback"
	toneBusy     = "busy"
	toneMusic    = "music"
)

// tone is what one line hears.
type tone struct {
	kind string
	line *line
	play *media.Playback
}

func (t tone) stop() {
	if t.play != nil {
		t.play.Stop()
	}
}

// followTones plays to the agents of an internal call what belongs to its state,
// and ends it when its caller has heard long enough that nobody takes it.
func (ses *session) followTones(ctx context.Context, k *Call, in []*Part) error {
	heard := map[string]tone{}
	for _, p := range in {
		l := ses.agents[p.SegmentID]
		if l == nil || !l.connected {
			continue
		}
		want, was := toneOf(k, p, in), ses.tones[p.SegmentID]
		if was.line == l && was.kind == want {
			heard[p.SegmentID] = was
			delete(ses.tones, p.SegmentID)
			continue
		}
		was.stop()
		t, err := ses.tone(ctx, k, l, want)
		if err != nil {
			return err
		}
		heard[p.SegmentID] = t
	}
	for id, t := range ses.tones {
		if _, again := heard[id]; !again {
			t.stop()
		}
	}
	ses.tones = heard
	if k.State != StateUnserved {
		return nil
	}
	if ses.sound.begun.IsZero() {
		ses.sound.begun = time.Now()
		time.AfterFunc(busyFor, ses.look)
	}
	if time.Since(ses.sound.begun) < busyFor {
		return nil
	}
	return ses.s.withCall(ctx, ses.tenant, ses.id, func(ctx context.Context, e *edit) error {
		return e.end(ctx, BySystem, e.k.EndReason, "")
	})
}

// toneOf is what the agent of a part hears now.
func toneOf(k *Call, p *Part, in []*Part) string {
	switch k.State {
	case StateWaiting:
		return toneRingback
	case StateUnserved:
		return toneBusy
	}
	for _, o := range in {
		if o != p && o.HeldAt != 0 && p.HeldAt == 0 {
			return toneMusic
		}
	}
	return ""
}

func (ses *session) tone(ctx context.Context, k *Call, l *line, kind string) (tone, error) {
	t, snd := tone{kind: kind, line: l}, (*media.Sound)(nil)
	switch kind {
	case "":
		return t, nil
	case toneRingback:
		snd = media.Ringback()
	case toneBusy:
		snd = media.Busy()
	case toneMusic:
		snd = media.Music()
		if k.ServiceID != "" {
			var err error
			if snd, err = ses.s.sounds.of(ctx, k, kind); err != nil {
				return t, err
			}
		}
	}
	t.play = ses.room.Play(snd, media.PlayOptions{To: []*media.Leg{l.leg.Media()}, Loop: true})
	return t, nil
}

// sendOthers sends tones to the others of an internal call.
func (ses *session) sendOthers(ctx context.Context, d dial) error {
	sent := make(chan error, 1)
	ses.post(func(context.Context) {
		var err error
		for id, l := range ses.agents {
			if id != d.SegmentID && l.connected && err == nil {
				err = l.leg.Media().SendDigits(d.Digits)
			}
		}
		sent <- err
	})
	select {
	case err := <-sent:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
