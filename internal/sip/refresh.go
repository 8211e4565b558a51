package sip

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	gosip "github.com/emiago/sipgo/sip"
)

// refresh renews the session: by UPDATE, or by a re-INVITE with the description
// that stands where the other end does not know UPDATE.
func (l *leg) refresh(round int) { l.askAgain(round, nil) }

func (l *leg) askAgain(round int, auth gosip.Header) {
	method := gosip.INVITE
	if slices.Contains(l.methods, "update") {
		method = gosip.UPDATE
	}
	seq := l.dlg.next()
	req, err := l.dlg.request(method, seq)
	if err != nil {
		l.fail()
		return
	}
	if method == gosip.INVITE {
		l.describe(req, l.spoken)
		req.AppendHeader(gosip.NewHeader("Allow", allow))
	}
	req.AppendHeader(gosip.NewHeader("Supported", supported))
	l.askSession(req)
	if auth != nil {
		req.AppendHeader(auth)
	}
	l.asking = true
	l.srv.send(l.srv.group.Context(), req, func(res *gosip.Response, err error) {
		l.box.post(func() { l.refreshed(round, req, seq, auth, res, err) })
	})
}

func (l *leg) refreshed(round int, req *gosip.Request, seq uint32, auth gosip.Header, res *gosip.Response, err error) {
	if err == nil && res.IsProvisional() {
		return
	}
	if err == nil && res.IsSuccess() && req.IsInvite() {
		if ack := l.acks[seq]; ack != nil {
			_ = l.srv.tp.WriteMsg(ack) // the one before was lost
			return
		}
		l.acknowledge(seq, auth)
	}
	l.asking = false
	if l.over || l.session.round != round {
		return
	}
	switch {
	case err != nil, res.StatusCode == gosip.StatusRequestTimeout, res.StatusCode == gosip.StatusCallTransactionDoesNotExists:
		l.fail()
	case res.IsSuccess():
		if req.IsInvite() && !l.takeAnswer(res) {
			l.fail()
			return
		}
		if l.dlg.refresh(res) {
			l.keep()
		}
		l.takeSession(res)
		l.startSession()
	case res.StatusCode == gosip.StatusRequestPending:
		l.again(round, l.glare())
	case res.StatusCode == intervalTooSmall:
		if least, _ := seconds(res, "Min-SE"); least > l.session.interval {
			l.session.interval = least
			l.askAgain(round, auth)
			return
		}
		l.again(round, 10*time.Second)
	default:
		if h := credentials(req, res, l.trunk.Registration); h != nil && auth == nil {
			l.askAgain(round, h)
			return
		}
		l.again(round, 10*time.Second)
	}
}

// sendInfo sends a digit to an end that takes none with its sound.
func (l *leg) sendInfo(digit string) {
	if l.over || l.state != confirmed {
		return
	}
	req, err := l.dlg.request(gosip.INFO, l.dlg.next())
	if err != nil {
		return
	}
	req.AppendHeader(gosip.NewHeader("Content-Type", "application/dtmf-relay"))
	req.SetBody(fmt.Appendf(nil, "Signal=%s\r\nDuration=100\r\n", digit))
	l.srv.send(l.srv.group.Context(), req, func(*gosip.Response, error) {}) // a digit that is not taken is not repeated
}

// sendBye ends a dialog and waits for the answer, whatever it is.
func (s *Server) sendBye(dlg dialog, r *Registration, done func()) func(context.Context) error {
	return func(ctx context.Context) error {
		defer done()
		_ = s.bye(ctx, &dlg, r) // whoever does not answer is gone
		return nil
	}
}

func (s *Server) bye(ctx context.Context, dlg *dialog, r *Registration) error {
	_, err := s.do(ctx, func(auth gosip.Header) (*gosip.Request, error) {
		req, err := dlg.request(gosip.BYE, dlg.next())
		if err == nil && auth != nil {
			req.AppendHeader(auth)
		}
		return req, err
	}, r, nil)
	return err
}

// afterDeath is added to the number of our last request: some may have gone out
// after it was stored.
const afterDeath = 1000

// HangUpStored ends a call of a process that died. No error when the other end
// does not know the call any more.
func (s *Server) HangUpStored(ctx context.Context, stored []byte) error {
	var dlg dialog
	if err := json.Unmarshal(stored, &dlg); err != nil {
		return fmt.Errorf("stored dialog: %w", err)
	}
	dlg.LocalSeq += afterDeath
	if gosip.IsReliable(dlg.Transport) {
		dlg.Flow = "" // that connection died with the process
	}
	var r *Registration
	for _, t := range s.dir.all() {
		if t.ID == dlg.Trunk {
			r = t.Registration
		}
	}
	return s.bye(ctx, &dlg, r)
}

// stray takes a response that no transaction waits for. A 2xx to an INVITE is a
// call that stands at the other end: its leg repeats the ACK, and where there is
// no leg (the process that called has died) the call is ended.
func (s *Server) stray(res *gosip.Response) {
	seq, from, to, id := res.CSeq(), res.From(), res.To(), res.CallID()
	if !res.IsSuccess() || seq == nil || seq.MethodName != gosip.INVITE || from == nil || to == nil || id == nil {
		return
	}
	local, remote := from.Params.GetOr("tag", ""), to.Params.GetOr("tag", "")
	if local == "" || remote == "" || contactOf(res) == "" {
		return
	}
	if l := s.leg(id.Value(), local); l != nil {
		l.box.offer(func() {
			if ack := l.acks[seq.SeqNo]; ack != nil && l.dlg.RemoteTag == remote {
				_ = s.tp.WriteMsg(ack) // lost: the 2xx comes again
			}
		})
		return
	}
	dlg := dialog{
		CallID: id.Value(), LocalTag: local, LocalURI: from.Address.String(), RemoteURI: to.Address.String(),
		LocalSeq: seq.SeqNo, Transport: gosip.NetworkToUpper(res.Transport()),
	}.answered(res)
	s.ack(&dlg, seq.SeqNo, nil)
	s.group.Go("sip bye", s.sendBye(dlg, nil, func() {}))
}
