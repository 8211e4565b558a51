package egress

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// ErrPrivate says that an address is not one of the public internet.
var ErrPrivate = errors.New("the address is not a public one")

// Options of a client. The zero value is the strict one.
type Options struct {
	AllowPrivate bool          // private and loopback addresses too
	Timeout      time.Duration // of a whole request; default 10 s
}

// Client makes an HTTP client for addresses set by users. Each request uses a
// connection of its own, so that none opened under other rules is used again.
func Client(o Options) *http.Client {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	d := Dialer(o)
	return &http.Client{
		Timeout: o.Timeout,
		Transport: &http.Transport{
			DialContext: d.DialContext, TLSHandshakeTimeout: o.Timeout, ResponseHeaderTimeout: o.Timeout,
			DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

const defaultTimeout = 10 * time.Second

// Dialer makes connections to addresses set by users, for protocols other than
// HTTP. Its timeout is that of making the connection.
func Dialer(o Options) *net.Dialer {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	return &net.Dialer{Timeout: o.Timeout, Control: func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%w: %s", ErrPrivate, address)
		}
		if !o.AllowPrivate && !Public(ap.Addr()) {
			return ErrPrivate
		}
		return nil
	}}
}

// CheckURL judges an address when it is typed in, so that the user hears of a
// mistake at once: http or https, no password in it, no private address written
// as a number. A name is looked up only when the request is made.
func CheckURL(raw string, allowPrivate bool) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "", u.Opaque != "":
		return errors.New("must be an address beginning with https:// or http://")
	case u.User != nil:
		return errors.New("must not hold a user name or password")
	case len(raw) > 2000:
		return errors.New("must have at most 2000 characters")
	}
	if allowPrivate {
		return nil
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if a, err := netip.ParseAddr(host); err == nil && !Public(a) || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return ErrPrivate
	}
	return nil
}

// What the methods of netip.Addr don't know (RFC 6890 and its registry).
var special = func() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "240.0.0.0/4", // and the broadcast address
		"::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}()

var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// Public tells whether an address belongs to the public internet.
func Public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if nat64.Contains(a) { // an IPv4 address in disguise
		b := a.As16()
		return Public(netip.AddrFrom4([4]byte(b[12:])))
	}
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Reason says in a few words why a request failed, without what the network
// answered, which is not for everybody who may see a log of deliveries.
func Reason(err error) string {
	var dns *net.DNSError
	var network net.Error
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrPrivate):
		return ErrPrivate.Error()
	case errors.As(err, &dns):
		return "the name cannot be found"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "no answer in time"
	case strings.Contains(err.Error(), "certificate"), strings.Contains(err.Error(), "tls:"):
		return "the certificate or the encryption is not accepted"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	}
	return "the connection failed"
}
