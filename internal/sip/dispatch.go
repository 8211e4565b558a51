package sip

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	gosip "github.com/emiago/sipgo/sip"

	"parley/internal/run"
)

const unsupportedScheme = 416 // sipgo has no name for it

// allow lists the methods we serve, supported the extensions.
const (
	allow     = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK"
	supported = "timer, 100rel"
)

// onRequest is where the stack hands over each request, on a goroutine of its own.
func (s *Server) onRequest(req *gosip.Request, tx *gosip.ServerTx) {
	err := run.Protect("sip request", func() error { s.serve(req, tx); return nil })
	switch {
	case req.IsAck():
		tx.Terminate() // the stack keeps a transaction for it that nothing would end
	case err != nil:
		s.respond(req, tx, gosip.StatusInternalServerError, "")
	}
}

func (s *Server) serve(req *gosip.Request, tx *gosip.ServerTx) {
	requests.WithLabelValues(methodLabel(string(req.Method))).Inc()
	if code, hdr := check(req); code != 0 {
		if !req.IsAck() {
			s.respond(req, tx, code, "", hdr...)
		}
		return
	}
	if tag := req.To().Params.GetOr("tag", ""); tag != "" {
		s.within(req, tx, tag)
		return
	}
	switch req.Method {
	case gosip.ACK:
	case gosip.INVITE:
		s.invited(req, tx)
	case gosip.OPTIONS:
		s.options(req, tx)
	case gosip.CANCEL, gosip.BYE, gosip.INFO, gosip.UPDATE, gosip.PRACK:
		s.respond(req, tx, gosip.StatusCallTransactionDoesNotExists, "")
	default:
		s.respond(req, tx, gosip.StatusMethodNotAllowed, "", gosip.NewHeader("Allow", allow))
	}
}

// within hands a request to the leg of its dialog.
func (s *Server) within(req *gosip.Request, tx *gosip.ServerTx, tag string) {
	l := s.leg(req.CallID().Value(), tag)
	switch {
	case l == nil && req.IsAck():
	case l == nil:
		s.respond(req, tx, gosip.StatusCallTransactionDoesNotExists, "")
	case req.IsAck():
		l.box.post(func() { l.onAck(req) })
	case !l.box.offer(func() { l.receive(req, tx) }):
		s.respond(req, tx, gosip.StatusServiceUnavailable, "", gosip.NewHeader("Retry-After", "1"))
	}
}

// check finds what makes a request unfit to be served; 0 when it is sound.
func check(req *gosip.Request) (code int, headers []gosip.Header) {
	bad := gosip.StatusBadRequest
	from, to, seq := req.From(), req.To(), req.CSeq()
	switch {
	case !strings.EqualFold(req.SipVersion, "SIP/2.0"):
		return gosip.StatusVersionNotSupported, nil
	case req.Via() == nil, from == nil, to == nil, seq == nil, req.CallID() == nil, req.CallID().Value() == "":
		return bad, nil
	case seq.SeqNo == 0 && req.Method == gosip.INVITE, !strings.EqualFold(string(seq.MethodName), string(req.Method)):
		return bad, nil
	case req.Recipient.Scheme != "sip" && req.Recipient.Scheme != "sips" && req.Recipient.Scheme != "tel":
		return unsupportedScheme, nil
	case from.Params.GetOr("tag", "") == "" && !req.IsAck() && !req.IsCancel():
		return bad, nil
	case req.Method == gosip.INVITE && contactOf(req) == "":
		return bad, nil
	case len(req.CallID().Value()) > 256, len(from.Params.GetOr("tag", "")) > 256, len(to.Params.GetOr("tag", "")) > 256, len(recordRoutes(req)) > 32:
		return bad, nil
	}
	if req.IsAck() || req.IsCancel() {
		return 0, nil
	}
	if unknown := slices.DeleteFunc(tokens(req, "Require"), func(t string) bool { return t == "timer" || t == "100rel" }); len(unknown) > 0 {
		return gosip.StatusBadExtension, []gosip.Header{gosip.NewHeader("Unsupported", strings.Join(unknown, ", "))}
	}
	return 0, nil
}

// tokens gives the comma separated words of a header, in lower case.
func tokens(m gosip.Message, name string) []string {
	var ts []string
	for _, h := range m.GetHeaders(name) {
		for t := range strings.SplitSeq(h.Value(), ",") {
			if t = strings.ToLower(strings.TrimSpace(t)); t != "" {
				ts = append(ts, t)
			}
		}
	}
	return ts
}

// header gives the first header of a name, nil without one.
func header(m gosip.Message, name string) gosip.Header {
	if hs := m.GetHeaders(name); len(hs) > 0 {
		return hs[0]
	}
	return nil
}

// supports says whether the other end has an extension; k is the short name of Supported.
func supports(m gosip.Message, extension string) bool {
	return slices.Contains(append(tokens(m, "Supported"), tokens(m, "k")...), extension) || slices.Contains(tokens(m, "Require"), extension)
}

func (s *Server) options(req *gosip.Request, tx *gosip.ServerTx) {
	if s.draining.Load() {
		s.respond(req, tx, gosip.StatusServiceUnavailable, "", gosip.NewHeader("Retry-After", retryAfter))
		return
	}
	s.respond(req, tx, gosip.StatusOK, "", gosip.NewHeader("Allow", allow), gosip.NewHeader("Supported", supported), gosip.NewHeader("Accept", "application/sdp"))
}

// response builds an answer; a tag is needed for all but 100.
func (s *Server) response(req *gosip.Request, code int, tag string, headers ...gosip.Header) *gosip.Response {
	res := gosip.NewResponseFromRequest(req, code, reason(code), nil)
	if to := res.To(); to != nil && tag != "" && code != gosip.StatusTrying {
		to.Params.Add("tag", tag)
	}
	if via := res.Via(); via != nil {
		if host, _, err := net.SplitHostPort(req.Source()); err == nil && !via.Params.Has("received") && host != bare(via.Host) {
			via.Params.Add("received", host)
		}
	}
	for _, h := range headers {
		res.AppendHeader(h)
	}
	if code != gosip.StatusTrying {
		res.AppendHeader(gosip.NewHeader("Server", s.cfg.Product))
	}
	return res
}

// respond answers within a transaction. A response that cannot be sent is the
// other end's to ask for again.
func (s *Server) respond(req *gosip.Request, tx *gosip.ServerTx, code int, tag string, headers ...gosip.Header) {
	if code == gosip.StatusServiceUnavailable {
		refused.WithLabelValues("busy").Inc()
	}
	_ = tx.Respond(s.response(req, code, tag, headers...))
}

// sourceAddr is the address a request came from.
func sourceAddr(req *gosip.Request) netip.Addr {
	ap, _ := netip.ParseAddrPort(req.Source())
	return ap.Addr().Unmap()
}

var reasons = map[int]string{
	100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
	405: "Method Not Allowed", 408: "Request Timeout", 415: "Unsupported Media Type", 416: "Unsupported URI Scheme", 420: "Bad Extension",
	421: "Extension Required", 422: "Session Interval Too Small", 480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist",
	482: "Loop Detected", 486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending",
	500: "Server Internal Error", 503: "Service Unavailable", 504: "Server Time-out", 505: "Version Not Supported", 603: "Decline",
}

func reason(code int) string {
	if r, ok := reasons[code]; ok {
		return r
	}
	return "Unknown"
}
