package webrtc

import (
	"context"
	"errors"
	"time"

	"github.com/pion/rtcp"
	pion "github.com/pion/webrtc/v4"

	"parley/internal/call"
	"parley/internal/media"
)

// maxWaiting bounds the events a leg keeps for a session that is slow to take
// them; digits beyond it are dropped.
const maxWaiting = 100

// leg is one browser. Its goroutine (live) owns the connection; everything else
// tells it what happened.
type leg struct {
	edge   *Edge
	pc     *pion.PeerConnection
	offer  offer
	media  *media.Leg
	stream *stream
	sender *pion.RTPSender
	events func(call.LegEvent)

	states chan pion.PeerConnectionState
	over   chan call.Cause // the first reason to end
	digits chan string
}

func newLeg(e *Edge, pc *pion.PeerConnection, o offer, events func(call.LegEvent)) *leg {
	l := &leg{edge: e, pc: pc, offer: o, media: media.NewLeg(e.cfg.Group), stream: newStream(), events: events,
		states: make(chan pion.PeerConnectionState, 16), over: make(chan call.Cause, 1), digits: make(chan string, maxWaiting)}
	pc.OnTrack(func(in *pion.TrackRemote, from *pion.RTPReceiver) {
		l.stream.arrive(in)
		e.cfg.Group.Go("webrtc.reports", func(context.Context) error { l.drain(from); return nil })
	})
	pc.OnConnectionStateChange(func(s pion.PeerConnectionState) {
		select {
		case l.states <- s:
		default: // a connection that changes this often is about to fail anyway
		}
	})
	return l
}

func (l *leg) Media() *media.Leg { return l.media }
func (l *leg) Ring() error       { return nil }
func (l *leg) Answer() error     { return nil }
func (l *leg) Stored() []byte    { return nil }

func (l *leg) HangUp(why call.Cause) {
	select {
	case l.over <- why:
	default: // it is ending already
	}
}

// live sees the connection through: coming up, up, gone.
func (l *leg) live(ctx context.Context) error {
	late := time.NewTimer(l.edge.cfg.Connect)
	defer late.Stop()
	up := false
	for {
		select {
		case s := <-l.states:
			switch s {
			case pion.PeerConnectionStateConnected:
				if !up {
					up = true
					late.Stop()
					l.connected()
				}
			case pion.PeerConnectionStateFailed:
				return l.end(call.CauseFailed)
			case pion.PeerConnectionStateClosed: // the browser's page has closed it, or is gone
				return l.end(call.CauseNormal)
			}
		case d := <-l.digits:
			l.events(call.LegEvent{Kind: call.LegDigit, Digit: d})
		case <-late.C:
			return l.end(call.CauseFailed)
		case why := <-l.over:
			return l.end(why)
		case <-ctx.Done():
			return l.end(call.CauseSystem)
		}
	}
}

// connected joins the sound. Nothing watches for silence: a browser without a
// microphone sends none and still hears. One that is gone stops asking for
// consent (RFC 7675), which is the connection's failure.
func (l *leg) connected() {
	l.media.Connect(media.LegConfig{Stream: l.stream, Codec: l.offer.codec, PayloadType: l.offer.payload, EventPT: l.offer.event,
		OnDigit: func(d string) {
			select {
			case l.digits <- d:
			default:
			}
		}})
	l.edge.cfg.Group.Go("webrtc.reports", func(context.Context) error { l.listen(); return nil })
	l.events(call.LegEvent{Kind: call.LegConnected})
}

// end closes everything; the event comes last, when nothing of the leg runs any more.
func (l *leg) end(why call.Cause) error {
	l.HangUp(why) // whoever hangs up from now on is late
	_ = l.stream.Close()
	l.media.Close()
	err := l.pc.GracefulClose()
	l.edge.open.Add(-1)
	l.events(call.LegEvent{Kind: call.LegEnded, Cause: why})
	if err != nil && !errors.Is(err, context.Canceled) {
		l.edge.cfg.Log.Debug("a connection did not close cleanly", "error", err)
	}
	return nil
}

// drain reads what the browser reports about its own sending; the stack takes
// from it what it needs for its answers.
func (l *leg) drain(from *pion.RTPReceiver) {
	for {
		if _, _, err := from.ReadRTCP(); err != nil {
			return
		}
	}
}

// listen takes what the browser reports about what it hears from us.
func (l *leg) listen() {
	for {
		packets, _, err := l.sender.ReadRTCP()
		if err != nil {
			return
		}
		now := time.Now()
		for _, p := range packets {
			var reports []rtcp.ReceptionReport
			switch p := p.(type) {
			case *rtcp.ReceiverReport:
				reports = p.Reports
			case *rtcp.SenderReport:
				reports = p.Reports
			}
			for _, r := range reports {
				if r.SSRC == l.stream.out.source() {
					l.media.FarReport(float64(r.FractionLost)/256, time.Duration(r.Jitter)*time.Second/time.Duration(l.offer.codec.ClockRate), roundTrip(now, r))
				}
			}
		}
	}
}

// roundTrip is A − LSR − DLSR (RFC 3550, 6.4.1), 0 when the browser has not
// heard a sender report yet.
func roundTrip(now time.Time, r rtcp.ReceptionReport) time.Duration {
	if r.LastSenderReport == 0 {
		return 0
	}
	units := int32(ntp(now) - r.LastSenderReport - r.Delay) // 1/65536 s
	if units < 0 || units > 10<<16 {                        // an answer to nothing we sent
		return 0
	}
	return time.Duration(units) * time.Second / 65536
}

// ntp is the middle of the NTP time stamp.
func ntp(t time.Time) uint32 {
	const from1900to1970 = 2_208_988_800
	seconds := uint64(t.Unix() + from1900to1970)
	fraction := uint64(t.Nanosecond()) << 16 / 1e9
	return uint32(seconds<<16 | fraction)
}

var _ call.Leg = (*leg)(nil)
