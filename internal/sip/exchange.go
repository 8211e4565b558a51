package sip

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	gosip "github.com/emiago/sipgo/sip"
)

// Exchange is what was said when a trunk was tested.
type Exchange struct {
	OK     bool
	Reason string // why there was no answer, one of the Unanswered reasons; "" when there was one
	Detail string // the last answer in a few words
	Text   string // every message, without secrets
}

// ErrNothingToTest says that a trunk only takes calls.
var ErrNothingToTest = errors.New("the trunk has no address to ask")

// Test sends OPTIONS to the addresses of a trunk, which need not be in use yet,
// and gives the whole exchange.
func (s *Server) Test(ctx context.Context, t Trunk) (Exchange, error) {
	targets := t.targets()
	if len(targets) == 0 {
		return Exchange{}, ErrNothingToTest
	}
	var e Exchange
	var text strings.Builder
	for _, target := range targets {
		begun := time.Now()
		res, err := s.ask(ctx, t, target, func(m gosip.Message) {
			arrow, peer := "→", m.Destination()
			if _, ok := m.(*gosip.Response); ok {
				arrow, peer = "←", m.Source()
			}
			fmt.Fprintf(&text, "%s %s %s +%d ms\n%s\n", arrow, m.Transport(), peer, time.Since(begun).Milliseconds(), withoutSecrets(m.String()))
		})
		ok, said := alive(res, err)
		if err != nil {
			fmt.Fprintf(&text, "× %s: %s after %d ms\n\n", target, said, time.Since(begun).Milliseconds())
		}
		if ok || !e.OK {
			e.OK, e.Detail, e.Reason = ok, said, ""
			if err != nil {
				e.Reason, _ = unanswered(err)
			}
		}
	}
	e.Text = text.String()
	return e, nil
}

// withoutSecrets takes the answers to challenges out of a message.
func withoutSecrets(message string) string {
	lines := strings.Split(strings.ReplaceAll(message, "\r\n", "\n"), "\n")
	for i, line := range lines {
		name, _, _ := strings.Cut(line, ":")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "authorization", "proxy-authorization", "authentication-info":
			lines[i] = name + ": …"
		}
	}
	return strings.Join(lines, "\n")
}

// ask sends OPTIONS to one address.
func (s *Server) ask(ctx context.Context, t Trunk, target string, seen func(gosip.Message)) (*gosip.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timers.NoReply)
	defer cancel()
	host, port := splitTarget(target)
	to := gosip.Uri{Scheme: "sip", Host: bracketed(host), Port: port}
	d := dialog{
		CallID: newCallID(), LocalTag: newTag(), LocalURI: s.identity(t, "parley", host), RemoteURI: to.String(), Target: to.String(), Transport: t.transport(),
	}
	return s.do(ctx, func(auth gosip.Header) (*gosip.Request, error) {
		req, err := d.request(gosip.OPTIONS, d.next())
		if err != nil {
			return nil, err
		}
		req.AppendHeader(gosip.NewHeader("Accept", "application/sdp"))
		if auth != nil {
			req.AppendHeader(auth)
		}
		return req, nil
	}, t.Registration, seen)
}

// Why a host gave no answer.
const (
	UnansweredSilent  = "silent"    // nothing came back in time
	UnansweredUnknown = "unknown"   // the name leads to no address
	UnansweredRefused = "refused"   // nothing listens there
	UnansweredNoWay   = "unreached" // another trouble of the network: Detail has it
)

// unanswered tells why a request got no answer: one of these reasons, and the
// network's own words.
func unanswered(err error) (reason, detail string) {
	var name *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &name):
		return UnansweredUnknown, "host not found: " + name.Name
	case errors.As(err, &op) && errors.Is(err, syscall.ECONNREFUSED):
		return UnansweredRefused, op.Err.Error()
	case errors.As(err, &op):
		return UnansweredNoWay, op.Err.Error()
	default:
		return UnansweredSilent, errNoReply.Error()
	}
}
