package sip

import (
	"errors"
	"slices"
	"strings"
	"time"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/call"
)

// turn is how long a request waits for an ACK or a request with a lower number
// that it may have overtaken: each packet has a goroutine of its own in the stack.
const turn = 30 * time.Millisecond

// receive takes a request of the dialog in the order of CSeq (RFC 3261, 12.2.2).
func (l *leg) receive(req *gosip.Request, tx *gosip.ServerTx) {
	seq, last := req.CSeq().SeqNo, l.dlg.RemoteSeq
	switch {
	case req.From().Params.GetOr("tag", "") != l.dlg.RemoteTag || req.IsCancel():
		l.srv.respond(req, tx, gosip.StatusCallTransactionDoesNotExists, "")
	case last != 0 && seq <= last:
		l.srv.respond(req, tx, gosip.StatusInternalServerError, "", gosip.NewHeader("Retry-After", "1"))
	case last != 0 && seq > last+1, l.unacked != nil:
		l.back = append(l.back, heldBack{req, tx})
		if len(l.back) == 1 {
			l.box.after(turn, l.release)
		}
	default:
		l.dlg.RemoteSeq = seq
		l.handle(req, tx)
		l.advance()
	}
}

// advance serves what waited for the request or ACK that has just been served.
func (l *leg) advance() {
	if i := slices.IndexFunc(l.back, func(h heldBack) bool { return h.req.CSeq().SeqNo == l.dlg.RemoteSeq+1 }); i >= 0 && l.unacked == nil {
		next := l.back[i]
		l.back = slices.Delete(l.back, i, i+1)
		l.receive(next.req, next.tx)
	}
}

// release serves what waited in vain: numbers may have gaps.
func (l *leg) release() {
	back := l.back
	l.back = nil
	slices.SortStableFunc(back, func(a, b heldBack) int { return int(a.req.CSeq().SeqNo) - int(b.req.CSeq().SeqNo) })
	for _, h := range back {
		seq := h.req.CSeq().SeqNo
		if seq <= l.dlg.RemoteSeq {
			l.srv.respond(h.req, h.tx, gosip.StatusInternalServerError, "", gosip.NewHeader("Retry-After", "1"))
			continue
		}
		l.dlg.RemoteSeq = seq
		l.handle(h.req, h.tx)
	}
}

func (l *leg) handle(req *gosip.Request, tx *gosip.ServerTx) {
	respond := func(code int, headers ...gosip.Header) { l.srv.respond(req, tx, code, l.dlg.LocalTag, headers...) }
	if l.left || l.over && req.Method != gosip.BYE {
		respond(gosip.StatusCallTransactionDoesNotExists)
		return
	}
	switch req.Method {
	case gosip.BYE:
		respond(gosip.StatusOK)
		l.onBye()
	case gosip.INVITE:
		l.reinvited(req, tx)
	case gosip.UPDATE:
		l.updated(req, tx)
	case gosip.INFO:
		respond(l.info(req))
	case gosip.PRACK:
		respond(l.pracked(req))
	case gosip.OPTIONS:
		respond(gosip.StatusOK, gosip.NewHeader("Allow", allow), gosip.NewHeader("Supported", supported), gosip.NewHeader("Accept", "application/sdp"))
	default:
		respond(gosip.StatusMethodNotAllowed, gosip.NewHeader("Allow", allow))
	}
}

func (l *leg) onBye() {
	if l.unacked != nil {
		l.unacked.timer.Stop()
		l.unacked = nil
	}
	switch l.state {
	case offered: // the caller may end an early dialog this way
		l.refuseWith(gosip.StatusRequestTerminated, call.CauseCancel)
		return
	case calling:
		l.cancel()
	}
	l.tellEnded(call.CauseNormal)
	l.leave()
}

// reinvited answers a re-INVITE: hold and back, another codec or address,
// another target, or a session's refresh.
func (l *leg) reinvited(req *gosip.Request, tx *gosip.ServerTx) {
	respond := func(code int, headers ...gosip.Header) { l.srv.respond(req, tx, code, l.dlg.LocalTag, headers...) }
	switch {
	case l.state == offered || l.state == calling: // RFC 3261, 14.2: the first has no final answer yet
		respond(gosip.StatusInternalServerError, gosip.NewHeader("Retry-After", "1"))
		return
	case l.unacked != nil || l.asking:
		respond(gosip.StatusRequestPending)
		return
	}
	if code, headers := l.checkSession(req); code != 0 {
		respond(code, headers...)
		return
	}
	l.watch(tx)
	res := l.srv.response(req, gosip.StatusOK, l.dlg.LocalTag, gosip.NewHeader("Allow", allow), gosip.NewHeader("Supported", supported))
	a := &answer{tx: tx, res: res, seq: req.CSeq().SeqNo}
	body, code := sdpOf(req)
	switch {
	case code != 0:
		respond(code, gosip.NewHeader("Accept", "application/sdp"))
		return
	case body == nil:
		l.ours.version++
		l.describe(res, l.ours.offer(l.trunk.codecs(), sendrecv))
		a.offering = true
	default:
		if code := l.answerWithin(body, res); code != 0 {
			respond(code)
			return
		}
	}
	l.dlg.refresh(req)
	res.AppendHeader(l.srv.contact(l.dlg.Transport, req.Source()))
	l.acceptSession(req, res)
	l.startSession()
	l.sendAnswer(a)
}

// answerWithin answers an offer that changes the running session, which stays as
// it was when it cannot be accepted.
func (l *leg) answerWithin(body []byte, res *gosip.Response) (code int) {
	d, err := parseSDP(body)
	if errors.Is(err, errBadSDP) {
		return gosip.StatusBadRequest
	}
	if err != nil {
		return gosip.StatusNotAcceptableHere
	}
	c, err := d.choose(l.trunk.codecs())
	if err != nil {
		return gosip.StatusNotAcceptableHere
	}
	l.ours.version++
	l.describe(res, l.ours.answer(d, c))
	l.apply(d, c)
	return 0
}

// updated answers an UPDATE (RFC 3311).
func (l *leg) updated(req *gosip.Request, tx *gosip.ServerTx) {
	respond := func(code int, headers ...gosip.Header) { l.srv.respond(req, tx, code, l.dlg.LocalTag, headers...) }
	body, code := sdpOf(req)
	if code != 0 {
		respond(code, gosip.NewHeader("Accept", "application/sdp"))
		return
	}
	if body != nil {
		switch {
		case l.state == offered: // the offer of the INVITE has no answer yet
			respond(gosip.StatusInternalServerError, gosip.NewHeader("Retry-After", "1"))
			return
		case l.state == calling || l.asking || l.unacked != nil && l.unacked.offering:
			respond(gosip.StatusRequestPending)
			return
		}
	}
	if code, headers := l.checkSession(req); code != 0 {
		respond(code, headers...)
		return
	}
	res := l.srv.response(req, gosip.StatusOK, l.dlg.LocalTag, gosip.NewHeader("Allow", allow), gosip.NewHeader("Supported", supported))
	if body != nil {
		if code := l.answerWithin(body, res); code != 0 {
			respond(code)
			return
		}
	}
	changed := l.dlg.refresh(req)
	res.AppendHeader(l.srv.contact(l.dlg.Transport, req.Source()))
	l.acceptSession(req, res)
	_ = tx.Respond(res)
	if l.state == confirmed {
		l.startSession()
		if changed {
			l.keep()
		}
	}
}

// info takes a digit that came beside the sound.
func (l *leg) info(req *gosip.Request) (code int) {
	h := req.GetHeader("Content-Type")
	if h == nil && len(req.Body()) == 0 {
		return gosip.StatusOK
	}
	if h == nil {
		return gosip.StatusUnsupportedMediaType
	}
	kind, _, _ := strings.Cut(strings.ToLower(h.Value()), ";")
	digit := ""
	switch strings.TrimSpace(kind) {
	case "application/dtmf-relay":
		for line := range strings.Lines(string(req.Body())) {
			if name, value, ok := strings.Cut(line, "="); ok && strings.EqualFold(strings.TrimSpace(name), "Signal") {
				digit = strings.TrimSpace(value)
			}
		}
	case "application/dtmf":
		digit = strings.TrimSpace(string(req.Body()))
	default:
		return gosip.StatusUnsupportedMediaType
	}
	switch digit { // as RFC 4733 numbers them
	case "10":
		digit = "*"
	case "11":
		digit = "#"
	}
	digit = strings.ToUpper(digit)
	if len(digit) != 1 || !strings.Contains("0123456789*#ABCD", digit) {
		return gosip.StatusBadRequest
	}
	if l.sound != nil && l.connected {
		l.sound.Digit(digit)
	}
	return gosip.StatusOK
}
