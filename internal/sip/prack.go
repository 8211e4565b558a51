package sip

import (
	"strconv"
	"strings"
	"time"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/call"
)

// provisional is a reliable 180 (RFC 3262) that waits for its PRACK. We send one
// only when the caller requires it.
type provisional struct {
	res   *gosip.Response
	since time.Time
	pause time.Duration
	timer *time.Timer
}

func (l *leg) sendProvisional(res *gosip.Response) {
	p := &provisional{res: res, since: time.Now(), pause: l.srv.cfg.Timers.T1}
	l.in.ringing = p
	if err := l.reply(res); err != nil {
		l.lost()
		return
	}
	p.timer = l.box.after(p.pause, func() { l.repeatProvisional(p) })
}

func (l *leg) repeatProvisional(p *provisional) {
	if l.in.ringing != p || l.over {
		return
	}
	if time.Since(p.since) >= 64*l.srv.cfg.Timers.T1 {
		l.refuseWith(gosip.StatusGatewayTimeout, call.CauseFailed)
		return
	}
	if err := l.reply(p.res); err != nil {
		l.lost()
		return
	}
	p.pause *= 2
	p.timer = l.box.after(p.pause, func() { l.repeatProvisional(p) })
}

func (l *leg) stopRinging() {
	if l.in != nil && l.in.ringing != nil {
		if l.in.ringing.timer != nil {
			l.in.ringing.timer.Stop()
		}
		l.in.ringing = nil
	}
}

// pracked takes the PRACK of our 180.
func (l *leg) pracked(req *gosip.Request) (code int) {
	h := req.GetHeader("RAck")
	if l.in == nil || l.in.ringing == nil || h == nil {
		return gosip.StatusCallTransactionDoesNotExists
	}
	f := strings.Fields(h.Value())
	if len(f) != 3 || f[0] != strconv.FormatUint(uint64(l.in.rseq), 10) ||
		f[1] != strconv.FormatUint(uint64(l.in.req.CSeq().SeqNo), 10) || f[2] != string(gosip.INVITE) {
		return gosip.StatusCallTransactionDoesNotExists
	}
	l.stopRinging()
	if l.in.wants {
		l.in.wants = false
		l.box.post(l.answer) // after the 200 to the PRACK
	}
	return gosip.StatusOK
}

// prack acknowledges a reliable provisional response to our INVITE.
func (l *leg) prack(res *gosip.Response) {
	h := res.GetHeader("RSeq")
	if h == nil {
		return
	}
	rseq, err := strconv.ParseUint(strings.TrimSpace(h.Value()), 10, 32)
	if err != nil || uint32(rseq) <= l.out.rseq {
		return
	}
	l.out.rseq = uint32(rseq)
	req, err := l.dlg.request(gosip.PRACK, l.dlg.next())
	if err != nil {
		return
	}
	req.AppendHeader(gosip.NewHeader("RAck", strconv.FormatUint(rseq, 10)+" "+strconv.FormatUint(uint64(res.CSeq().SeqNo), 10)+" INVITE"))
	l.srv.send(l.srv.group.Context(), req, func(*gosip.Response, error) {}) // its answer changes nothing
}
