package call

import (
	"context"

	"parley/internal/media"
)

// Leg is one far end of a call: a phone reached by SIP, or a browser. The edges
// (sip, webrtc) make legs, a call's session owns them; nobody else calls them.
// All methods may be called from any goroutine, also after the end, when they
// have no effect.
type Leg interface {
	// Media is the leg's sound; never nil, also before the far end is connected.
	Media() *media.Leg
	// Ring tells the caller that somebody is looked for (SIP: 180, no media
	// yet). It does nothing on a browser's leg.
	Ring() error
	// Answer takes an incoming call up (SIP: 200 with our SDP). It waits for
	// nothing; a caller that gives up meanwhile is a LegEnded event. It does
	// nothing on a browser's leg.
	Answer() error
	// HangUp ends the leg: refuses an incoming call that was not answered,
	// cancels or ends others. It waits for nothing.
	HangUp(why Cause)
	// Stored is what HangUpStored needs to end the leg after this process died
	// (SIP: the dialog's identifiers), as JSON; nil when there is nothing to end.
	Stored() []byte
}

// LegEvent is what a leg tells its session, in order. Connected and Ended come
// once at most, Ended is the last.
type LegEvent struct {
	Kind  string // Leg…
	Cause Cause  // LegEnded: why
	Digit string // LegDigit: one of 0-9 * # A-D
	Held  bool   // LegHold: the far end put us on hold, or took us back
}

// Kinds of LegEvent.
const (
	LegConnected = "connected" // sound can flow: ACK has come, or ICE and DTLS are up
	LegEnded     = "ended"     // the far end hung up, or the leg failed
	LegDigit     = "digit"     // RFC 4733 or SIP INFO
	LegHold      = "hold"      // re-INVITE with sendonly/inactive, and back
	LegStored    = "stored"    // what Stored gives has changed
)

// Cause says why a leg ended: a telephone outcome with whose doing it was, not
// an error.
type Cause string

// Causes.
const (
	CauseNormal   Cause = "normal"   // somebody hung up
	CauseBusy     Cause = "busy"     // 486, or as a refusal to the caller
	CauseDeclined Cause = "declined" // 603
	CauseClosed   Cause = "closed"   // 480: closed, nobody signed in, waited too long
	CauseNotFound Cause = "notFound" // 404: nobody has this number
	CauseCancel   Cause = "cancel"   // the caller gave up before the answer
	CauseFailed   Cause = "failed"   // media or network: silence watchdog, ICE failed, time-outs, no common codec
	CauseSystem   Cause = "system"   // our fault: restart, overload
)

// Phones is what the call room asks of the SIP edge.
type Phones interface {
	// HangUpStored sends BYE for a leg of a process that died, from what its
	// Stored gave.
	HangUpStored(ctx context.Context, stored []byte) error
	// Dial calls a number by a trunk. It waits for nothing: events hears how it
	// goes, LegConnected or LegEnded.
	Dial(ctx context.Context, to Dialling, events func(LegEvent)) (Leg, error)
}

// Dialling is a call to be made.
type Dialling struct{ TenantID, TrunkID, From, Number string }

// Browsers is what the call room asks of the WebRTC edge.
type Browsers interface {
	// Answer makes a leg of a browser's SDP offer and gives the SDP answer.
	// events hears everything from then on.
	Answer(ctx context.Context, offer string, events func(LegEvent)) (leg Leg, answer string, err error)
}
