package sip

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Trunk is a way to the telephone network, as the administrator set it.
type Trunk struct {
	ID, TenantID, Name string
	// Addresses: an IP address or range takes calls from there; an IP address
	// or host, with a port or not, is where calls go, and takes calls as well.
	Addresses    []string
	Transport    string   // udp or tcp
	Codecs       []string // PCMU, PCMA, G722, the best first; none: PCMU, PCMA
	Registration *Registration
}

// Registration makes us known to the other side and answers its challenges.
type Registration struct{ User, Password, Registrar string }

// Trunks is where the trunks come from; the app gives those of all tenants that
// are active. Reload has them read again.
type Trunks interface {
	Trunks(ctx context.Context) ([]Trunk, error)
}

func (t *Trunk) codecs() []string {
	known := slices.DeleteFunc(slices.Clone(t.Codecs), func(c string) bool { _, ok := codecs[c]; return !ok })
	if len(known) == 0 {
		return []string{PCMU, PCMA}
	}
	return known
}

func (t *Trunk) transport() string {
	if strings.EqualFold(t.Transport, "tcp") {
		return "TCP"
	}
	return "UDP"
}

// targets gives where calls go, in the order of the list.
func (t *Trunk) targets() []string {
	var to []string
	for _, a := range t.Addresses {
		if p, err := netip.ParsePrefix(a); err == nil {
			if p.IsSingleIP() {
				to = append(to, p.Addr().String())
			}
			continue
		}
		to = append(to, a)
	}
	return to
}

// splitTarget gives host and port of a target; the port is 0 when none is named.
func splitTarget(s string) (host string, port int) {
	if _, err := netip.ParseAddr(bare(s)); err == nil {
		return bare(s), 0
	}
	h, p, err := net.SplitHostPort(s)
	if err != nil {
		return bare(s), 0
	}
	n, err := strconv.Atoi(p)
	if err != nil || n < 1 || n > 65535 {
		n = 0
	}
	return h, n
}

// bare takes the brackets off an IPv6 address.
func bare(host string) string { return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]") }

// directory knows which trunks an address belongs to. It answers from memory;
// names are looked up when it is filled.
type directory struct {
	from    Trunks
	fill    sync.Mutex
	names   map[string][]netip.Addr // what each host name was last; kept while the name service is away
	current atomic.Pointer[entries]
}

type entries struct {
	trunks []Trunk
	ranges []addressRange
}

type addressRange struct {
	prefix netip.Prefix
	trunk  int
}

func newDirectory(from Trunks) *directory {
	d := &directory{from: from, names: map[string][]netip.Addr{}}
	d.current.Store(&entries{})
	return d
}

// lookupLimit is how long one name may take.
const lookupLimit = 3 * time.Second

// reload reads the trunks again and says whether anything changed.
func (d *directory) reload(ctx context.Context) (changed bool, err error) {
	d.fill.Lock()
	defer d.fill.Unlock()
	trunks, err := d.from.Trunks(ctx)
	if err != nil {
		return false, err
	}
	next := &entries{trunks: trunks}
	for i, t := range trunks {
		hosts := t.Addresses
		if t.Registration != nil && t.Registration.Registrar != "" {
			hosts = append(slices.Clone(hosts), t.Registration.Registrar)
		}
		for _, h := range hosts {
			for _, p := range d.prefixes(ctx, h) {
				next.ranges = append(next.ranges, addressRange{p, i})
			}
		}
	}
	changed = !reflect.DeepEqual(d.current.Load(), next)
	d.current.Store(next)
	return changed, nil
}

func (d *directory) prefixes(ctx context.Context, s string) []netip.Prefix {
	if p, err := netip.ParsePrefix(s); err == nil {
		return []netip.Prefix{p.Masked()}
	}
	host, _ := splitTarget(s)
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Prefix{single(a)}
	}
	ctx, cancel := context.WithTimeout(ctx, lookupLimit)
	defer cancel()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		slog.Warn("a trunk's host name could not be looked up", "host", host, "error", err)
		addrs = d.names[host]
	}
	d.names[host] = addrs
	var ps []netip.Prefix
	for _, a := range addrs {
		ps = append(ps, single(a))
	}
	return ps
}

func single(a netip.Addr) netip.Prefix {
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen())
}

// at gives the trunks an address belongs to: several when a carrier serves
// several tenants.
func (d *directory) at(a netip.Addr) []Trunk {
	a = a.Unmap()
	e := d.current.Load()
	var found []Trunk
	last := -1
	for _, r := range e.ranges {
		if r.trunk != last && r.prefix.Contains(a) {
			found, last = append(found, e.trunks[r.trunk]), r.trunk
		}
	}
	return found
}

func (d *directory) knows(a netip.Addr) bool {
	a = a.Unmap()
	return slices.ContainsFunc(d.current.Load().ranges, func(r addressRange) bool { return r.prefix.Contains(a) })
}

func (d *directory) all() []Trunk { return d.current.Load().trunks }
