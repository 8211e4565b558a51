package sip

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"

	gosip "github.com/emiago/sipgo/sip"
)

// invite reads who calls whom. The trunk is trusted, so what it asserts about
// the caller wins (RFC 3325).
func invite(req *gosip.Request, trunks []Trunk) Invite {
	in := Invite{Trunks: trunks, CallID: req.CallID().Value(), To: user(req.Recipient)}
	in.From, in.FromName = user(req.From().Address), clean(strings.Trim(req.From().DisplayName, `"`))
	if h := req.GetHeader("P-Asserted-Identity"); h != nil {
		var to gosip.ToHeader // an address as in To
		if m, err := gosip.ParseMessage([]byte("OPTIONS sip:x SIP/2.0\r\nTo: " + h.Value() + "\r\n\r\n")); err == nil && m.To() != nil {
			to = *m.To()
			if u := user(to.Address); u != "" {
				in.From = u
			}
		}
	}
	if strings.EqualFold(in.From, "anonymous") || req.From().Address.Host == "anonymous.invalid" {
		in.From, in.FromName = "", ""
	}
	for _, t := range trunks { // over a registration the INVITE names us, and To the number
		if t.Registration != nil && t.Registration.User == in.To {
			in.To = user(req.To().Address)
		}
	}
	return in
}

// user is the number or name in an address, without parameters of the number.
func user(u gosip.Uri) string {
	s := u.User
	if u.Scheme == "tel" {
		s = u.Raw()
	}
	s, _, _ = strings.Cut(s, ";")
	if plain, err := url.PathUnescape(s); err == nil {
		s = plain
	}
	return clean(s)
}

// clean takes out what has no place in a name or number.
func clean(s string) string {
	return strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s), "")
}

// sdpOf gives the session description in a message, nil when there is no body.
func sdpOf(m gosip.Message) (body []byte, code int) {
	if len(m.Body()) == 0 {
		return nil, 0
	}
	h := header(m, "Content-Type")
	if h == nil {
		return nil, gosip.StatusUnsupportedMediaType
	}
	kind, params, err := mime.ParseMediaType(h.Value())
	switch {
	case err != nil:
		return nil, gosip.StatusUnsupportedMediaType
	case kind == "application/sdp":
		return m.Body(), 0
	case strings.HasPrefix(kind, "multipart/"):
		if b := partOf(m.Body(), params["boundary"]); b != nil {
			return b, 0
		}
	}
	return nil, gosip.StatusUnsupportedMediaType
}

// partOf finds the session description among the parts of a body.
func partOf(body []byte, boundary string) []byte {
	if boundary == "" {
		return nil
	}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for range maxSections {
		p, err := parts.NextPart()
		if err != nil {
			return nil
		}
		if strings.HasPrefix(strings.ToLower(p.Header.Get("Content-Type")), "application/sdp") {
			b, err := io.ReadAll(io.LimitReader(p, 64<<10))
			if err != nil {
				return nil
			}
			return b
		}
	}
	return nil
}
