package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// client is the address a request comes from, and whether it came by https. A
// trusted proxy is believed about the hop before it; the first address from the
// right that is no trusted proxy is the client. Whatever stands left of it was
// written by the client and is worth nothing.
func (s *Server) client(r *http.Request) (address string, secure bool) {
	secure = r.TLS != nil
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr, secure
	}
	at := peer.Addr().Unmap().WithZone("")
	if !s.trusted(at) {
		return at.String(), secure
	}
	secure = secure || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		at = a.Unmap().WithZone("")
		if !s.trusted(at) {
			break
		}
	}
	return at.String(), secure
}

func (s *Server) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(s.cfg.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
}
