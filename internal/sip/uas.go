package sip

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"time"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/call"
	"parley/internal/fail"
	"parley/internal/media"
)

// retryAfter is what callers are told when we take nothing now, in seconds.
const retryAfter = "10"

// incoming is what a leg keeps of the INVITE that began it.
type incoming struct {
	req      *gosip.Request
	tx       *gosip.ServerTx
	offer    *description // nil: the caller wants an offer from us
	reliable bool         // the caller requires 100rel
	ringing  *provisional // a 180 that waits for its PRACK
	wants    bool         // Answer was asked for and waits for the PRACK
	rseq     uint32
}

// answer is a 2xx that waits for its ACK.
type answer struct {
	tx       *gosip.ServerTx
	res      *gosip.Response
	seq      uint32
	offering bool // our description in it was the offer; the ACK brings the answer
	initial  bool
	since    time.Time
	pause    time.Duration
	timer    *time.Timer
}

// invited takes a new call.
func (s *Server) invited(req *gosip.Request, tx *gosip.ServerTx) {
	busy := func() {
		s.respond(req, tx, gosip.StatusServiceUnavailable, "", gosip.NewHeader("Retry-After", retryAfter))
	}
	from := sourceAddr(req)
	trunks := s.dir.at(from)
	switch {
	case len(trunks) == 0:
		s.respond(req, tx, gosip.StatusForbidden, "")
		return
	case s.draining.Load(), !s.guard.newCall(from), s.open() >= s.cfg.Limits.Legs:
		busy()
		return
	}
	l := s.newLeg(Trunk{}, calledDialog(req, newTag()), offered)
	l.inviteKey = inviteKey{req.CallID().Value(), req.From().Params.GetOr("tag", ""), req.CSeq().SeqNo}
	l.in = &incoming{req: req, tx: tx, reliable: slices.Contains(tokens(req, "Require"), "100rel")}
	l.methods = tokens(req, "Allow")
	if !s.once(l) {
		s.respond(req, tx, 482, "")
		return
	}
	_ = tx.Respond(s.response(req, gosip.StatusTrying, ""))
	offer, code, headers := l.readOffer(trunks)
	if code != 0 {
		s.respond(req, tx, code, l.dlg.LocalTag, headers...)
		l.box.post(func() { l.over = true; l.leave() })
		return
	}
	l.box.post(func() { l.in.offer = offer })
	if !tx.OnCancel(func(*gosip.Request) { l.box.post(l.cancelled) }) {
		l.box.post(l.cancelled)
	}
	l.watch(tx)
	s.decide(l, trunks)
}

// once enters a new leg; false when the same INVITE came by another way already
// (RFC 3261, 8.2.2.2).
func (s *Server) once(l *leg) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.invites[l.inviteKey]; ok {
		return false
	}
	s.invites[l.inviteKey] = struct{}{}
	s.legs[l.key()] = l
	legsOpen.Set(float64(len(s.legs)))
	return true
}

// readOffer finds whether any of the trunks could talk with the caller.
func (l *leg) readOffer(trunks []Trunk) (offer *description, code int, headers []gosip.Header) {
	if code, headers := l.checkSession(l.in.req); code != 0 {
		return nil, code, headers
	}
	body, code := sdpOf(l.in.req)
	if code != 0 {
		return nil, code, []gosip.Header{gosip.NewHeader("Accept", "application/sdp")}
	}
	if body == nil {
		return nil, 0, nil
	}
	d, err := parseSDP(body)
	if errors.Is(err, errBadSDP) {
		return nil, gosip.StatusBadRequest, nil
	}
	if err != nil || !slices.ContainsFunc(trunks, func(t Trunk) bool { _, err := d.choose(t.codecs()); return err == nil }) {
		return nil, gosip.StatusNotAcceptableHere, nil
	}
	return &d, 0, nil
}

// decide asks the call room what becomes of the call.
func (s *Server) decide(l *leg, trunks []Trunk) {
	ctx, cancel := context.WithTimeout(s.group.Context(), s.cfg.Timers.Incoming)
	defer cancel()
	in := invite(l.in.req, trunks)
	made := false
	err := s.cfg.Calls.Incoming(ctx, in, func(trunkID string, events func(call.LegEvent)) call.Leg {
		i := slices.IndexFunc(trunks, func(t Trunk) bool { return t.ID == trunkID })
		if i < 0 {
			i = 0
		}
		made = true
		sound := media.NewLeg(s.group)
		ready := make(chan struct{})
		l.box.post(func() {
			defer close(ready)
			l.setTrunk(trunks[i])
			l.sound = sound
			l.listen(events)
			if l.over {
				sound.Close()
			}
		})
		<-ready
		return l
	})
	switch {
	case err == nil && made:
	case errors.Is(err, ErrNoSuchNumber), errors.Is(err, fail.NotFound("")), err == nil:
		l.HangUp(call.CauseNotFound)
	default:
		slog.Log(ctx, levelOf(err), "an incoming call could not be taken", "trunks", len(trunks), "to", in.To, "error", err)
		l.HangUp(call.CauseSystem)
	}
}

// levelOf is how bad it is that a call was not taken: a limit is somebody's
// setting, and a program that stops takes none.
func levelOf(err error) slog.Level {
	switch fail.Code(err) {
	case fail.CodeLimit:
		return slog.LevelWarn
	case fail.CodeUnavailable:
		return slog.LevelInfo
	}
	return slog.LevelError
}

// watch hands over an ACK that shares its INVITE's branch, as some send it.
func (l *leg) watch(tx *gosip.ServerTx) {
	l.srv.group.Go("sip ack", func(context.Context) error {
		for {
			select {
			case ack := <-tx.Acks():
				l.box.post(func() { l.onAck(ack) })
			case <-tx.Done():
				return nil
			}
		}
	})
}

// ring sends 180, reliably when the caller requires that (RFC 3262).
func (l *leg) ring() {
	if l.state != offered || l.over || l.in.ringing != nil {
		return
	}
	res := l.srv.response(l.in.req, gosip.StatusRinging, l.dlg.LocalTag, l.contact(), gosip.NewHeader("Allow", allow))
	if l.in.reliable {
		l.in.rseq++
		res.AppendHeader(gosip.NewHeader("Require", "100rel"))
		res.AppendHeader(gosip.NewHeader("RSeq", strconv.FormatUint(uint64(l.in.rseq), 10)))
		l.sendProvisional(res)
		return
	}
	if err := l.reply(res); err != nil {
		l.lost()
	}
}

// reply answers the INVITE that began the call. When a CANCEL was faster, the
// stack has answered 487; it must not repeat a later response in its place.
func (l *leg) reply(res *gosip.Response) error {
	err := l.in.tx.Respond(res)
	if errors.Is(err, gosip.ErrTransactionCanceled) {
		_ = l.in.tx.Respond(l.srv.response(l.in.req, gosip.StatusRequestTerminated, l.dlg.LocalTag))
	}
	return err
}

func (l *leg) contact() *gosip.ContactHeader {
	return l.srv.contact(l.dlg.Transport, l.in.req.Source())
}

// answer sends 200 with our description and connects the sound.
func (l *leg) answer() {
	if l.state != offered || l.over {
		return
	}
	if l.in.ringing != nil {
		l.in.wants = true
		return
	}
	if err := l.openSound(l.in.req.Source()); err != nil {
		slog.Error("a call could not be answered: no port for its sound", "error", err)
		l.refuse(call.CauseSystem)
		return
	}
	res := l.srv.response(l.in.req, gosip.StatusOK, l.dlg.LocalTag, l.contact(), gosip.NewHeader("Allow", allow), gosip.NewHeader("Supported", supported))
	l.acceptSession(l.in.req, res)
	if l.in.offer != nil {
		c, err := l.in.offer.choose(l.trunk.codecs())
		if err != nil {
			l.refuseWith(gosip.StatusNotAcceptableHere, call.CauseFailed)
			return
		}
		l.describe(res, l.ours.answer(*l.in.offer, c))
		l.apply(*l.in.offer, c)
	} else {
		l.describe(res, l.ours.offer(l.trunk.codecs(), sendrecv))
	}
	l.state = answered
	l.sendAnswer(&answer{tx: l.in.tx, res: res, seq: l.in.req.CSeq().SeqNo, offering: l.in.offer == nil, initial: true})
}

// describe puts our description into a message and keeps it for a refresh, which
// repeats it unchanged.
func (l *leg) describe(m gosip.Message, body []byte) {
	l.spoken = body
	m.AppendHeader(gosip.NewHeader("Content-Type", "application/sdp"))
	m.SetBody(body)
}

// sendAnswer sends a 2xx and repeats it until its ACK comes (RFC 3261, 13.3.1.4).
func (l *leg) sendAnswer(a *answer) {
	a.since, a.pause = time.Now(), l.srv.cfg.Timers.T1
	l.unacked = a
	send := a.tx.Respond
	if a.initial {
		send = l.reply
	}
	if err := send(a.res); err != nil {
		l.unacked = nil
		if a.initial { // the caller's CANCEL was faster, or its connection is gone
			l.lost()
		}
		return
	}
	l.keep()
	a.timer = l.box.after(a.pause, func() { l.repeat(a) })
}

func (l *leg) repeat(a *answer) {
	if l.unacked != a {
		return
	}
	if time.Since(a.since) >= 64*l.srv.cfg.Timers.T1 { // the ACK is lost: the session is not to be trusted
		l.unacked = nil
		l.tellEnded(call.CauseFailed)
		l.bye()
		return
	}
	repeated.Inc()
	_ = a.tx.Respond(a.res) // lost or not, the next one follows
	a.pause = min(2*a.pause, l.srv.cfg.Timers.T2)
	a.timer = l.box.after(a.pause, func() { l.repeat(a) })
}

// onAck completes the answer it belongs to.
func (l *leg) onAck(ack *gosip.Request) {
	a := l.unacked
	if a == nil || ack.CSeq() == nil || ack.CSeq().SeqNo != a.seq || ack.From().Params.GetOr("tag", "") != l.dlg.RemoteTag {
		return
	}
	a.timer.Stop()
	l.unacked = nil
	a.tx.Terminate()
	defer l.advance()
	if a.initial {
		l.state = confirmed
	}
	if l.over { // somebody hung up meanwhile
		l.bye()
		return
	}
	if a.offering && !l.takeAnswer(ack) {
		l.fail()
		return
	}
	if a.initial {
		l.startSession()
		l.emit(call.LegEvent{Kind: call.LegConnected})
	}
}

// takeAnswer applies the description that answers ours.
func (l *leg) takeAnswer(m gosip.Message) bool {
	body, code := sdpOf(m)
	if code != 0 || body == nil {
		return false
	}
	d, err := parseSDP(body)
	if err != nil {
		return false
	}
	c, err := d.choose(l.trunk.codecs())
	if err != nil {
		return false
	}
	l.apply(d, c)
	return true
}

// cancelled: the caller gave up, and the stack has answered 487.
func (l *leg) cancelled() {
	if l.state == offered && !l.over {
		l.stopRinging()
		l.tellEnded(call.CauseCancel)
		l.leave()
	}
}

// lost: the INVITE's transaction is no more.
func (l *leg) lost() {
	l.stopRinging()
	why := call.CauseFailed
	if errors.Is(l.in.tx.Err(), gosip.ErrTransactionCanceled) {
		why = call.CauseCancel
	}
	l.tellEnded(why)
	l.leave()
}

func (l *leg) refuse(why call.Cause) { l.refuseWith(status(why), why) }

func (l *leg) refuseWith(code int, why call.Cause) {
	l.stopRinging()
	var headers []gosip.Header
	if code == gosip.StatusServiceUnavailable {
		headers = append(headers, gosip.NewHeader("Retry-After", retryAfter))
	}
	_ = l.reply(l.srv.response(l.in.req, code, l.dlg.LocalTag, headers...)) // gone already: so be it
	l.tellEnded(why)
	l.leave()
}
