package sip

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/call"
	"parley/internal/media"
)

// States of a leg.
const (
	offered   = "offered"   // an INVITE came and has no final answer
	calling   = "calling"   // our INVITE has no final answer
	answered  = "answered"  // we sent 200 and wait for ACK
	confirmed = "confirmed" // the dialog stands
)

// leg is one call's far end: a dialog with its sound. Everything but the methods
// of call.Leg runs in the mailbox.
type leg struct {
	srv       *Server
	box       mailbox
	trunk     Trunk
	dlg       dialog
	inviteKey inviteKey
	keys      legKey        // what the server knows the leg by; never changes
	gone      chan struct{} // closed when nothing more will be sent or answered
	sound     *media.Leg
	kept      atomic.Pointer[[]byte]
	via       atomic.Pointer[string] // the trunk's id, for figures

	state  string
	over   bool // LegEnded was told
	left   bool
	events func(call.LegEvent)
	early  []call.LegEvent // what happened before anybody listened

	// What was agreed about the sound.
	stream    *media.UDP
	ours      local
	spoken    []byte // our last description
	theirs    description
	agreed    choice
	connected bool
	held      bool

	in      *incoming // the call came in
	out     *outgoing // we made it
	unacked *answer
	asking  bool                      // a re-INVITE or UPDATE of ours has no answer yet
	acks    map[uint32]*gosip.Request // by number of the INVITE, to be repeated
	back    []heldBack                // requests that came before their turn
	session session
	methods []string // the other end's Allow
}

// heldBack is a request whose number is not the next: the one before may still be
// on its way through another goroutine.
type heldBack struct {
	req *gosip.Request
	tx  *gosip.ServerTx
}

func (s *Server) newLeg(trunk Trunk, dlg dialog, state string) *leg {
	l := &leg{
		srv: s, box: mailbox{g: s.group}, dlg: dlg, state: state, gone: make(chan struct{}),
		keys: legKey{dlg.CallID, dlg.LocalTag}, acks: map[uint32]*gosip.Request{},
		ours: local{id: rand.Uint64() >> 2, version: 1},
	}
	l.setTrunk(trunk)
	return l
}

func (l *leg) key() legKey { return l.keys }

func (l *leg) trunkID() string {
	if id := l.via.Load(); id != nil {
		return *id
	}
	return ""
}

func (l *leg) setTrunk(t Trunk) {
	l.trunk, l.dlg.Trunk = t, t.ID
	l.via.Store(&t.ID)
}

// Media is the leg's sound.
func (l *leg) Media() *media.Leg { return l.sound }

// Ring sends 180 for a call that came in.
func (l *leg) Ring() error { l.box.post(l.ring); return nil }

// Answer sends 200 for a call that came in.
func (l *leg) Answer() error { l.box.post(l.answer); return nil }

// HangUp refuses, cancels or ends the call.
func (l *leg) HangUp(why call.Cause) { l.box.post(func() { l.hangUp(why) }) }

// Stored is the dialog, once there is one to end.
func (l *leg) Stored() []byte {
	if b := l.kept.Load(); b != nil {
		return *b
	}
	return nil
}

// keep makes the dialog's present state what Stored gives.
func (l *leg) keep() {
	b := l.dlg.stored()
	if old := l.kept.Swap(&b); old != nil && slices.Equal(*old, b) {
		return
	}
	l.emit(call.LegEvent{Kind: call.LegStored})
}

func (l *leg) emit(e call.LegEvent) {
	switch {
	case l.over && e.Kind != call.LegEnded:
	case l.events == nil:
		l.early = append(l.early, e)
	default:
		l.events(e)
	}
}

// listen gives the leg its listener, which hears first what happened before.
func (l *leg) listen(events func(call.LegEvent)) {
	l.events = events
	for _, e := range l.early {
		events(e)
	}
	l.early = nil
}

// tellEnded ends the leg for its session; what SIP still has to do goes on.
func (l *leg) tellEnded(why call.Cause) {
	if l.over {
		return
	}
	l.over = true
	l.session.stop()
	if l.sound != nil {
		l.sound.Close()
	}
	if l.stream != nil && !l.connected {
		_ = l.stream.Close()
	}
	legsEnded.WithLabelValues(string(why)).Inc()
	l.emit(call.LegEvent{Kind: call.LegEnded, Cause: why})
}

// leave takes the leg out of the server: later requests get 481.
func (l *leg) leave() {
	if l.left {
		return
	}
	l.left = true
	l.srv.remove(l)
	close(l.gone)
}

func (l *leg) hangUp(why call.Cause) {
	if l.over {
		return
	}
	switch l.state {
	case offered:
		l.refuse(why)
	case calling:
		l.tellEnded(why)
		l.cancel()
	case answered: // RFC 3261, 15: no BYE before the ACK; onAck or the time-out sends it
		l.tellEnded(why)
	case confirmed:
		l.tellEnded(why)
		l.bye()
	}
}

// fail ends a leg because of what the other end or the network did.
func (l *leg) fail() {
	l.tellEnded(call.CauseFailed)
	l.bye()
}

// bye sends BYE and leaves when it was answered or given up.
func (l *leg) bye() {
	if l.left {
		return
	}
	dlg := l.dlg
	l.dlg.LocalSeq += 2 // a challenge takes a second number
	l.srv.group.Go("sip bye", l.srv.sendBye(dlg, l.trunk.Registration, func() { l.box.post(l.leave) }))
}

// status is the answer to a call that is not taken.
func status(why call.Cause) int {
	switch why {
	case call.CauseBusy:
		return gosip.StatusBusyHere
	case call.CauseClosed:
		return gosip.StatusTemporarilyUnavailable
	case call.CauseNotFound:
		return gosip.StatusNotFound
	case call.CauseCancel:
		return gosip.StatusRequestTerminated
	case call.CauseFailed:
		return gosip.StatusInternalServerError
	case call.CauseSystem:
		return gosip.StatusServiceUnavailable
	}
	return gosip.StatusGlobalDecline
}

// causeOf is what the answer to a call of ours means.
func causeOf(code int) call.Cause {
	switch code {
	case 486, 600:
		return call.CauseBusy
	case 603, 607:
		return call.CauseDeclined
	case 404, 410, 484, 604:
		return call.CauseNotFound
	case 480:
		return call.CauseClosed
	case 487:
		return call.CauseCancel
	}
	return call.CauseFailed
}

// openSound opens the port the leg hears on.
func (l *leg) openSound(peer string) error {
	if l.stream != nil {
		return nil
	}
	stream, err := l.srv.cfg.RTP.open()
	if err != nil {
		return err
	}
	l.stream = stream
	l.ours.addr = netip.AddrPortFrom(l.srv.soundAddr(peer), stream.Port())
	return nil
}

// soundAddr is the address that is written into descriptions.
func (s *Server) soundAddr(peer string) netip.Addr {
	if s.cfg.RTP.Public.IsValid() {
		return s.cfg.RTP.Public
	}
	if a := s.cfg.RTP.Local; a.IsValid() && !a.IsUnspecified() {
		return a
	}
	if a, ok := localFor(peer); ok {
		return a
	}
	return s.addr.Addr()
}

// apply makes what was agreed the leg's sound.
func (l *leg) apply(d description, c choice) {
	first := !l.connected
	same := l.connected && l.agreed == c
	l.theirs, l.agreed = d, c
	if d.direction == inactive {
		l.stream.SetRemote(netip.AddrPort{}) // nothing is sent either
	} else {
		l.stream.SetRemote(d.addr)
		l.stream.SetRTCP(d.rtcp, d.mux)
	}
	if !same {
		cfg := media.LegConfig{
			Stream: l.stream, Codec: c.codec, PayloadType: c.pt, EventPT: c.event,
			OnDigit:   func(d string) { l.box.post(func() { l.emit(call.LegEvent{Kind: call.LegDigit, Digit: d}) }) },
			OnSilence: func() { l.box.post(l.silent) },
		}
		if c.event == 0 {
			cfg.SendDigit = func(d string) { l.box.post(func() { l.sendInfo(d) }) }
		}
		l.connected = true
		l.sound.Connect(cfg)
	}
	l.sound.ExpectSound(d.sends())
	if held := d.held(); held != l.held {
		l.held = held
		l.emit(call.LegEvent{Kind: call.LegHold, Held: held})
	} else if first && held {
		l.held = true
	}
}

// silent is the watchdog: nothing was heard for too long.
func (l *leg) silent() {
	if !l.over && l.theirs.sends() && l.state == confirmed {
		l.fail()
	}
}

// glare is the pause before a request that met one of the other end is tried
// again (RFC 3261, 14.1): whoever began the call waits longer.
func (l *leg) glare() time.Duration {
	if l.out != nil {
		return time.Duration(2100+10*rand.IntN(190)) * time.Millisecond
	}
	return time.Duration(10*rand.IntN(200)) * time.Millisecond
}
