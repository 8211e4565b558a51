package sip

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/call"
	"parley/internal/media"
)

// ErrNoTrunk says that a call cannot be made: the trunk names no address to
// call, or we are going down.
var ErrNoTrunk = errors.New("no address to call")

// outgoing is what a leg keeps of the call we make.
type outgoing struct {
	from, to string
	targets  []string // not tried yet
	target   string
	now      *attempt
	auth     gosip.Header // answers the challenge of the present target
	rseq     uint32
	ringing  *time.Timer
}

// attempt is one INVITE.
type attempt struct {
	req         *gosip.Request
	dlg         dialog
	seq         uint32
	provisional bool
	given       bool // up: cancelled, or another address is tried
	cancelSent  bool
	done        bool   // has its final response
	winner      string // tag of the answer that was taken
	tries       int    // challenges answered and intervals corrected at this target
	noReply     *time.Timer
	stop        context.CancelFunc
}

// Dial makes a call through a trunk, trying its addresses one after the other.
// It does not wait: LegConnected or LegEnded tell how it went, early sound
// (announcements, ringback) is heard before.
func (s *Server) Dial(_ context.Context, trunk Trunk, from, to string, events func(call.LegEvent)) (call.Leg, error) {
	targets := s.inOrder(trunk)
	if len(targets) == 0 || s.draining.Load() || s.open() >= s.cfg.Limits.Legs {
		return nil, ErrNoTrunk
	}
	if to == "" || strings.ContainsAny(to+from, " <>\"@;:\r\n") {
		return nil, fmt.Errorf("number %q: %w", to, ErrNoSuchNumber)
	}
	l := s.newLeg(trunk, dialog{CallID: newCallID(), LocalTag: newTag(), Transport: trunk.transport()}, calling)
	l.out = &outgoing{from: from, to: to, targets: targets}
	l.sound, l.events = media.NewLeg(s.group), events
	host, _ := splitTarget(targets[0])
	if err := l.openSound(hostPort(host, 5060)); err != nil {
		l.sound.Close()
		return nil, err
	}
	s.add(l)
	l.out.ringing = l.box.after(s.cfg.Timers.Ringing, func() {
		if l.state == calling && !l.over {
			l.tellEnded(call.CauseClosed)
			l.cancel()
		}
	})
	l.box.post(l.try)
	return l, nil
}

// try calls the next address.
func (l *leg) try() {
	if l.over {
		l.leave()
		return
	}
	o := l.out
	if len(o.targets) == 0 {
		l.tellEnded(call.CauseFailed)
		l.leave()
		return
	}
	o.target, o.targets, o.auth = o.targets[0], o.targets[1:], nil
	host, port := splitTarget(o.target)
	uri := gosip.Uri{Scheme: "sip", User: o.to, Host: bracketed(host), Port: port}
	l.dlg.RemoteURI = uri.String()
	if gosip.IsReliable(l.dlg.Transport) {
		uri.UriParams = gosip.NewParams()
		uri.UriParams.Add("transport", gosip.NetworkToLower(l.dlg.Transport))
	}
	l.dlg.Target = uri.String()
	l.dlg.LocalURI = l.srv.identity(l.trunk, o.from, host)
	l.invite(0)
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + bare(host) + "]"
	}
	return host
}

// identity is the address we call from.
func (s *Server) identity(t Trunk, from, peer string) string {
	u := gosip.Uri{Scheme: "sip", User: from, Host: bracketed(s.advertised(hostPort(peer, 5060)))}
	if r := t.Registration; r != nil {
		if host, _ := splitTarget(r.Registrar); host != "" {
			u.Host = bracketed(host)
		}
		if from == "" {
			u.User = r.User
		}
	}
	if u.User == "" {
		u.User = "anonymous"
	}
	return u.String()
}

func (l *leg) invite(tries int) {
	seq := l.dlg.next()
	req, err := l.dlg.request(gosip.INVITE, seq)
	if err != nil {
		slog.Error("a call could not be made", "trunk", l.trunk.ID, "target", l.out.target, "error", err)
		l.try()
		return
	}
	l.ours.version++
	l.describe(req, l.ours.offer(l.trunk.codecs(), sendrecv))
	req.AppendHeader(gosip.NewHeader("Allow", allow))
	req.AppendHeader(gosip.NewHeader("Supported", supported))
	l.askSession(req)
	if l.out.auth != nil {
		req.AppendHeader(l.out.auth)
	}
	ctx, stop := context.WithCancel(l.srv.group.Context())
	a := &attempt{req: req, dlg: l.dlg, seq: seq, tries: tries, stop: stop}
	l.out.now = a
	if len(l.out.targets) > 0 {
		a.noReply = l.box.after(l.srv.cfg.Timers.NoReply, func() {
			if !a.provisional && !a.done && l.out.now == a {
				a.given = true
				l.try()
			}
		})
	}
	l.srv.send(ctx, req, func(res *gosip.Response, err error) { l.box.post(func() { l.onInvite(a, res, err) }) })
}

// onInvite takes a response to an INVITE of ours, also to one that was given up.
func (l *leg) onInvite(a *attempt, res *gosip.Response, err error) {
	if res == nil || !res.IsProvisional() {
		if a.noReply != nil {
			a.noReply.Stop()
		}
	}
	switch {
	case err != nil:
		a.done = true
		a.stop()
		if a == l.out.now && l.state == calling {
			l.try() // leaves when nothing is to be called any more
		}
	case res.To() == nil || res.CSeq() == nil:
	case res.IsProvisional():
		l.progress(a, res)
	case res.IsSuccess():
		l.accepted(a, res)
	case !a.done:
		a.done = true
		if a == l.out.now && l.state == calling {
			l.rejected(a, res)
		}
	}
}

func (l *leg) progress(a *attempt, res *gosip.Response) {
	a.provisional = true
	if a.given {
		l.sendCancel(a)
		return
	}
	if l.state != calling || a != l.out.now || res.To().Params.GetOr("tag", "") == "" {
		return
	}
	seq := l.dlg.LocalSeq
	l.dlg = a.dlg.answered(res)
	l.dlg.LocalSeq = seq
	l.keep() // who rings can be told by BYE too (RFC 3261, 15)
	if body, code := sdpOf(res); code == 0 && body != nil {
		l.takeAnswer(res) // early sound; a description that is no use spoils nothing yet
	}
	if slices.Contains(tokens(res, "Require"), "100rel") {
		l.prack(res)
	}
}

// accepted takes a 2xx: the first makes the call, a repeated one gets its ACK
// again, and one of another fork, or after we gave up, is ended (13.2.2.4).
func (l *leg) accepted(a *attempt, res *gosip.Response) {
	a.done = true
	tag := res.To().Params.GetOr("tag", "")
	switch {
	case a.winner == tag && tag != "":
		if ack := l.acks[a.seq]; ack != nil {
			_ = l.srv.tp.WriteMsg(ack) // lost: the 2xx comes again
		}
		return
	case a.winner != "" || a.given || l.over || a != l.out.now || l.state != calling:
		dlg := a.dlg.answered(res)
		l.srv.ack(&dlg, a.seq, l.out.auth)
		l.srv.group.Go("sip bye", l.srv.sendBye(dlg, l.trunk.Registration, func() {}))
		if l.over && a == l.out.now {
			l.box.post(l.leave)
		}
		return
	}
	a.winner = tag
	l.out.ringing.Stop()
	seq := l.dlg.LocalSeq
	l.dlg = a.dlg.answered(res)
	l.dlg.LocalSeq = seq
	l.state = confirmed
	l.methods = tokens(res, "Allow")
	l.acknowledge(a.seq, l.out.auth)
	if !l.takeAnswer(res) && !l.connected {
		l.fail()
		return
	}
	l.takeSession(res)
	l.startSession()
	l.keep()
	l.emit(call.LegEvent{Kind: call.LegConnected})
}

// acknowledge sends the ACK to a 2xx and keeps it to be repeated.
func (l *leg) acknowledge(seq uint32, auth gosip.Header) {
	clear(l.acks)
	l.acks[seq] = l.srv.ack(&l.dlg, seq, auth)
}

// ack sends an ACK; nil when it could not be sent.
func (s *Server) ack(dlg *dialog, seq uint32, auth gosip.Header) *gosip.Request {
	req, err := dlg.request(gosip.ACK, seq)
	if err != nil {
		return nil
	}
	if auth != nil {
		req.AppendHeader(auth)
	}
	if err := s.write(req); err != nil {
		return nil
	}
	return req
}

// rejected takes a final response that is no 2xx.
func (l *leg) rejected(a *attempt, res *gosip.Response) {
	a.stop()
	if l.over {
		l.leave()
		return
	}
	code := res.StatusCode
	if a.tries == 0 || a.tries == 1 && stale(res) {
		if auth := credentials(a.req, res, l.trunk.Registration); auth != nil {
			l.out.auth = auth
			l.restart(a)
			return
		}
		if least, _ := seconds(res, "Min-SE"); code == intervalTooSmall && least > 0 {
			l.session.interval, l.session.mine = least, true
			l.restart(a)
			return
		}
	}
	if slices.Contains([]int{408, 500, 502, 503, 504}, code) && len(l.out.targets) > 0 {
		l.try()
		return
	}
	l.out.ringing.Stop()
	l.tellEnded(causeOf(code))
	l.leave()
}

// restart sends the INVITE of a refused attempt again, as it was asked for.
func (l *leg) restart(a *attempt) {
	seq := l.dlg.LocalSeq
	l.dlg = a.dlg
	l.dlg.LocalSeq = seq
	l.invite(a.tries + 1)
}

// cancel gives the call up. A CANCEL may go out only after a provisional
// response (9.1), so it may have to wait for one.
func (l *leg) cancel() {
	l.out.ringing.Stop()
	a := l.out.now
	if a == nil || a.done {
		l.leave()
		return
	}
	a.given = true
	if a.provisional {
		l.sendCancel(a)
	}
	l.box.after(64*l.srv.cfg.Timers.T1, func() { // the other end never answered
		if !a.done {
			a.done = true
			a.stop()
			l.leave()
		}
	})
}

func (l *leg) sendCancel(a *attempt) {
	if a.cancelSent || a.done {
		return
	}
	a.cancelSent = true
	req := gosip.NewRequest(gosip.CANCEL, *a.req.Recipient.Clone())
	req.AppendHeader(a.req.Via().Clone())
	for _, name := range []string{"Route", "From", "To", "Call-ID", "Max-Forwards"} {
		gosip.CopyHeaders(name, a.req, req)
	}
	req.AppendHeader(&gosip.CSeqHeader{SeqNo: a.seq, MethodName: gosip.CANCEL})
	req.SetBody(nil)
	req.SetTransport(a.req.Transport())
	req.SetDestination(a.req.Destination())
	l.srv.send(l.srv.group.Context(), req, func(*gosip.Response, error) {}) // what counts is the INVITE's answer
}
