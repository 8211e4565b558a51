package sip

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/icholy/digest"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/run"
)

// errNoReply is what a transaction ends with when no final response came.
var errNoReply = errors.New("no response")

// send begins a client transaction and gives each of its responses to on, from
// one goroutine; on(nil, err) when it ends without a final one. Further 2xx to
// an INVITE (repeated or forked) come to on as well.
func (s *Server) send(ctx context.Context, req *gosip.Request, on func(*gosip.Response, error)) {
	s.group.Go("sip transaction", func(context.Context) error {
		tx, err := s.begin(ctx, req, on)
		if err != nil {
			on(nil, err)
			return nil
		}
		s.follow(ctx, req, tx, on)
		return nil
	})
}

func (s *Server) begin(ctx context.Context, req *gosip.Request, on func(*gosip.Response, error)) (*gosip.ClientTx, error) {
	if err := s.prepare(ctx, req); err != nil {
		return nil, err
	}
	tx, err := s.tx.NewClientTransaction(ctx, req)
	if err != nil {
		return nil, err
	}
	if req.IsInvite() {
		tx.OnRetransmission(func(res *gosip.Response) { on(res, nil) })
	}
	if err := tx.Init(); err != nil {
		tx.Terminate()
		return nil, err
	}
	return tx, nil
}

func (s *Server) follow(ctx context.Context, req *gosip.Request, tx *gosip.ClientTx, on func(*gosip.Response, error)) {
	final, done := false, ctx.Done()
	for {
		select {
		case res := <-tx.Responses():
			_ = run.Protect("sip response", func() error { on(res, nil); return nil })
			if !res.IsProvisional() {
				final = true
				if !req.IsInvite() { // an INVITE's lives on for repeated answers
					tx.Terminate()
				}
			}
		case <-done:
			done = nil
			if !req.IsInvite() || !final {
				tx.Terminate()
			}
		case <-tx.Done():
			if !final {
				on(nil, errors.Join(errNoReply, tx.Err()))
			}
			return
		}
	}
}

// prepare completes a request with what depends on the way it takes: the
// address of the next hop, Via and Contact.
func (s *Server) prepare(ctx context.Context, req *gosip.Request) error {
	network := gosip.NetworkToUpper(req.Transport())
	if !gosip.IsReliable(network) {
		req.Laddr = gosip.Addr{IP: s.addr.Addr().AsSlice(), Port: int(s.addr.Port())}
	}
	if req.Via() != nil { // prepared, or a CANCEL, which takes the way of its INVITE
		return nil
	}
	to, err := s.resolve(ctx, req, network)
	if err != nil {
		return err
	}
	req.SetTransport(network)
	req.SetDestination(to.String())
	s.guard.await(to.Addr(), 5*time.Minute)
	via := &gosip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: network, Host: s.advertised(to.String()), Port: int(s.addr.Port())}
	via.Params.Add("branch", gosip.GenerateBranchN(16))
	via.Params.Add("rport", "")
	req.PrependHeader(via)
	if req.Contact() == nil && wantsContact(req.Method) {
		req.AppendHeader(s.contact(network, to.String()))
	}
	req.AppendHeader(gosip.NewHeader("User-Agent", s.cfg.Product))
	return nil
}

func wantsContact(m gosip.RequestMethod) bool {
	return m == gosip.INVITE || m == gosip.UPDATE || m == gosip.OPTIONS || m == gosip.REGISTER
}

// resolve finds the address of the next hop (RFC 3263, as far as trunks need it:
// numbers as they are, names with a port by their address, others by SRV first).
func (s *Server) resolve(ctx context.Context, req *gosip.Request, network string) (netip.AddrPort, error) {
	host, port, err := gosip.ParseAddr(req.Destination())
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("destination: %w", err)
	}
	if port < 1 || port > 65535 {
		port = gosip.DefaultPort(network)
	}
	host = bare(host)
	if a, err := netip.ParseAddr(host); err == nil {
		return netip.AddrPortFrom(a.Unmap(), uint16(port)), nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookupLimit)
	defer cancel()
	if port == gosip.DefaultPort(network) {
		if _, records, err := net.DefaultResolver.LookupSRV(ctx, "sip", gosip.NetworkToLower(network), host); err == nil && len(records) > 0 {
			host, port = records[0].Target, int(records[0].Port)
		}
	}
	family := "ip4"
	if s.addr.Addr().Is6() {
		family = "ip"
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, family, host)
	if err != nil {
		return netip.AddrPort{}, err
	}
	return netip.AddrPortFrom(addrs[0].Unmap(), uint16(port)), nil
}

// write sends a request that has no transaction: an ACK.
func (s *Server) write(req *gosip.Request) error {
	ctx, cancel := context.WithTimeout(s.group.Context(), 5*time.Second)
	defer cancel()
	if err := s.prepare(ctx, req); err != nil {
		return err
	}
	return s.tp.WriteMsg(req)
}

// do sends a request other than INVITE and waits for the final response,
// answering one challenge.
func (s *Server) do(ctx context.Context, make func(auth gosip.Header) (*gosip.Request, error), r *Registration, seen func(m gosip.Message)) (*gosip.Response, error) {
	var auth gosip.Header
	for try := 0; ; try++ {
		req, err := make(auth)
		if err != nil {
			return nil, err
		}
		res, err := s.exchange(ctx, req, seen)
		if err != nil {
			return nil, err
		}
		if try > 0 && !stale(res) || try > 1 {
			return res, nil
		}
		if auth = credentials(req, res, r); auth == nil {
			return res, nil
		}
	}
}

func (s *Server) exchange(ctx context.Context, req *gosip.Request, seen func(m gosip.Message)) (*gosip.Response, error) {
	type outcome struct {
		res *gosip.Response
		err error
	}
	got := make(chan outcome, 1)
	if seen != nil {
		if err := s.prepare(ctx, req); err != nil {
			return nil, err
		}
		seen(req)
	}
	s.send(ctx, req, func(res *gosip.Response, err error) {
		if res != nil && seen != nil {
			seen(res)
		}
		if res == nil || !res.IsProvisional() {
			select {
			case got <- outcome{res, err}:
			default:
			}
		}
	})
	o := <-got
	if o.err != nil && ctx.Err() != nil {
		return nil, fmt.Errorf("%w: %w", errNoReply, ctx.Err())
	}
	return o.res, o.err
}

// credentials answers a challenge; nil when there is none or nothing to answer it with.
func credentials(req *gosip.Request, res *gosip.Response, r *Registration) gosip.Header {
	if r == nil || r.User == "" {
		return nil
	}
	asks, answers := "WWW-Authenticate", "Authorization"
	switch res.StatusCode {
	case gosip.StatusUnauthorized:
	case gosip.StatusProxyAuthRequired:
		asks, answers = "Proxy-Authenticate", "Proxy-Authorization"
	default:
		return nil
	}
	for _, h := range res.GetHeaders(asks) {
		c, err := digest.ParseChallenge(h.Value())
		if err != nil || !digest.CanDigest(c) {
			continue
		}
		cred, err := digest.Digest(c, digest.Options{Method: string(req.Method), URI: req.Recipient.String(), Username: r.User, Password: r.Password, Count: 1})
		if err != nil {
			continue
		}
		return gosip.NewHeader(answers, cred.String())
	}
	return nil
}

// stale says that a challenge was repeated only because its number is too old.
func stale(res *gosip.Response) bool {
	for _, name := range []string{"WWW-Authenticate", "Proxy-Authenticate"} {
		for _, h := range res.GetHeaders(name) {
			if c, err := digest.ParseChallenge(h.Value()); err == nil && c.Stale {
				return true
			}
		}
	}
	return false
}
