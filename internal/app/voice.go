package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/call"
	"parley/internal/callbutton"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/desk"
	"parley/internal/fail"
	"parley/internal/media"
	"parley/internal/org"
	"parley/internal/run"
	"parley/internal/sip"
	"parley/internal/web"
	"parley/internal/webrtc"
)

// off switches an edge off, in its setting.
const off = "off"

// makeCalls opens the browsers' port and builds the room of calls; the floor
// tells it what it decides.
func (a *App) makeCalls() error {
	c := call.Config{DB: a.db, Directory: call.OrgDirectory{Org: a.org}, Contacts: a.contacts, Interactions: a.interactions,
		Blobs: a.blobs, Enqueue: a.floors.Enqueue, Floor: a.floors, Nodes: a.bus, Browsers: noBrowsers{}, Log: a.log}
	a.edges = run.New(context.Background())
	a.onStop(func() { logged(a.log, "edges", a.edges.Stop(5*time.Second)) })
	if listen := a.cfg.WebRTCListen; listen != "" && listen != off {
		public, err := a.cfg.publicAddress()
		if err != nil {
			return err
		}
		cfg := webrtc.Config{Listen: listen, TCP: a.cfg.WebRTCTCP, PublicAddress: public, Group: a.edges, Log: a.log}
		a.webrtc, err = webrtc.New(cfg)
		if err != nil && a.cfg.Demo { // somebody has the port: a demo takes another
			cfg.Listen = "127.0.0.1:0"
			a.webrtc, err = webrtc.New(cfg)
		}
		if err != nil {
			return err
		}
		a.onStop(func() { logged(a.log, "browsers' port", a.webrtc.Close()) })
		c.Browsers = a.webrtc
	}
	a.browsers = c.Browsers
	a.calls = call.New(c)
	a.floors.AddRecorder(a.calls)
	return nil
}

// startButtons opens the customers' side of calls from web pages.
func (a *App) startButtons() error {
	key, err := a.keys.Derive("call button", 32)
	if err != nil {
		return err
	}
	a.buttons = callbutton.New(callbutton.Config{Org: a.org, Calls: a.calls, Browsers: a.browsers, Group: a.group, Key: key, Available: a.available, Place: a.place, Log: a.log})
	return nil
}

// noBrowsers refuses browsers' calls where webrtc-listen is off.
type noBrowsers struct{}

func (noBrowsers) Answer(context.Context, string, func(call.LegEvent)) (call.Leg, string, error) {
	return nil, "", fail.State("Calls in the browser are switched off on this installation (webrtc-listen)")
}

// startCalls opens the telephone's side, closes what the last process left,
// then lets calls in.
func (a *App) startCalls(ctx context.Context) error {
	if listen := a.cfg.SIPListen; listen != "" && listen != off {
		if err := a.startSIP(ctx, listen); err != nil {
			return err
		}
		a.calls.UsePhones(phones{a})
	}
	if err := a.calls.Start(ctx, a.holdLease); err != nil {
		return err
	}
	a.onStop(func() { logged(a.log, "calls", a.calls.Close()) })
	return nil
}

func (a *App) startSIP(_ context.Context, listen string) error {
	ports, err := a.cfg.rtpPorts()
	if err != nil {
		return err
	}
	public, err := a.cfg.publicAddress()
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("sip-listen %q: must be host:port, or off", listen)
	}
	if host == "" {
		host = "0.0.0.0"
	}
	cfg := sip.Config{Listen: net.JoinHostPort(host, port), RTP: sip.RTP{Public: public, Ports: ports}, Calls: incoming{a}, Trunks: trunks{a}}
	if public.IsValid() {
		cfg.Public = public.String()
	}
	a.sip = sip.New(cfg)
	if err = a.sip.Start(a.edges); err != nil && a.cfg.Demo { // somebody has the port: a demo takes another
		cfg.Listen = net.JoinHostPort(host, "0")
		a.sip = sip.New(cfg)
		err = a.sip.Start(a.edges)
	}
	if err != nil {
		return fmt.Errorf("%w; set sip-listen to another address, or to off", err)
	}
	a.onStop(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		a.sip.Close(ctx)
	})
	a.org.OnChange(func(_ context.Context, tx *db.Tx, _ string, c org.ConfigChanged) error {
		if c.Entity == "trunk" {
			tx.AfterCommit(func() {
				a.edges.Go("sip.reload", func(ctx context.Context) error { return a.sip.Reload(ctx) })
			})
		}
		return nil
	})
	return nil
}

// drainCalls takes no new calls and waits for those that go on, at most for so
// long.
func (a *App) drainCalls(atMost time.Duration) {
	a.calls.Drain()
	if a.sip != nil {
		a.sip.Drain()
	}
	late := time.NewTimer(atMost)
	defer late.Stop()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for a.calls.Open() > 0 {
		select {
		case <-late.C:
			a.log.Warn("calls that still go on are ended", "calls", a.calls.Open())
			return
		case <-look.C:
		}
	}
}

// holdLease keeps a key of this process alive.
func (a *App) holdLease(ctx context.Context, key string, ttl time.Duration) (func(), error) {
	l, err := a.bus.TryLease(ctx, key, ttl)
	if err != nil {
		return nil, err
	}
	return func() { logged(a.log, "lease", l.Release(context.Background())) }, nil
}

// callsPart is the calls' share of a desk's snapshot.
func (a *App) callsPart(ctx context.Context, tx bun.IDB, who web.Identity, into *desk.Snapshot) (err error) {
	into.Calls, err = a.calls.Calls(ctx, tx, who.TenantID, who.UserID)
	return err
}

// trunks gives the SIP edge the trunks of all tenants at work.
type trunks struct{ a *App }

func (t trunks) Trunks(ctx context.Context) ([]sip.Trunk, error) {
	tenants, err := t.a.org.ActiveTenants(ctx)
	if err != nil {
		return nil, err
	}
	var out []sip.Trunk
	for _, id := range tenants {
		all, err := t.a.org.Trunks(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, k := range all {
			if !k.Active {
				continue
			}
			one, err := t.trunk(ctx, id, k)
			if err != nil {
				return nil, err
			}
			out = append(out, one)
		}
	}
	return out, nil
}

func (t trunks) trunk(ctx context.Context, tenant string, k *org.Trunk) (sip.Trunk, error) {
	out := sip.Trunk{ID: k.ID, TenantID: tenant, Name: k.Name, Addresses: append([]string{}, k.Addresses...), Transport: k.Transport, Codecs: k.Codecs}
	if k.Host != "" {
		out.Addresses = append(out.Addresses, k.Host)
	}
	if k.User == "" {
		return out, nil
	}
	password, err := t.a.org.TrunkPassword(ctx, tenant, k.ID)
	if err != nil {
		return out, err
	}
	out.Registration = &sip.Registration{User: k.User, Password: password}
	if k.Register {
		out.Registration.Registrar = k.Host
	}
	return out, nil
}

// phones lets the room of calls reach telephones.
type phones struct{ a *App }

func (p phones) HangUpStored(ctx context.Context, stored []byte) error {
	return p.a.sip.HangUpStored(ctx, stored)
}

// Dial calls by the trunk's host: its other addresses only bring calls.
func (p phones) Dial(ctx context.Context, to call.Dialling, events func(call.LegEvent)) (call.Leg, error) {
	k, err := p.a.org.Trunk(ctx, to.TenantID, to.TrunkID)
	if err != nil {
		return nil, err
	}
	if !k.Active || k.Host == "" {
		return nil, sip.ErrNoTrunk
	}
	t, err := trunks(p).trunk(ctx, to.TenantID, k)
	if err != nil {
		return nil, err
	}
	t.Addresses = []string{k.Host}
	return p.a.sip.Dial(ctx, t, to.From, to.Number, events)
}

// one gives a trunk whether it is in use or not, for its test.
func (t trunks) one(ctx context.Context, tenant, id string) (sip.Trunk, error) {
	k, err := t.a.org.Trunk(ctx, tenant, id)
	if err != nil {
		return sip.Trunk{}, err
	}
	return t.trunk(ctx, tenant, k)
}

// incoming takes the calls of trunks to the entry that has the called number.
type incoming struct{ a *App }

func (i incoming) Incoming(ctx context.Context, in sip.Invite, makeLeg func(trunkID string, events func(call.LegEvent)) call.Leg) error {
	e, trunk, err := i.entry(ctx, in)
	if err != nil {
		return err
	}
	from := in.From
	if n, ok := contact.NormalPhone(from, phoneRegion); ok {
		from = n
	}
	language := "ru"
	if len(e.Languages) > 0 {
		language = e.Languages[0]
	}
	_, err = i.a.calls.Incoming(ctx, call.Incoming{TenantID: trunk.TenantID, EntryID: e.ID, ServiceID: e.ServiceID, Source: call.SourceSIP,
		From: from, FromName: in.FromName, To: in.To, Language: language},
		func(events func(call.LegEvent)) call.Leg { return makeLeg(trunk.ID, events) })
	return err
}

// entry finds whose the called number is among the trunks the caller's address
// belongs to. One that names the trunk goes before one for any trunk; two that
// are equally good are nobody's, since a call must not land at a stranger's.
func (i incoming) entry(ctx context.Context, in sip.Invite) (best *org.Entry, at sip.Trunk, err error) {
	called := dialledForm(in.To)
	twice := false
	for _, t := range in.Trunks {
		numbers, err := i.a.org.Numbers(ctx, t.TenantID)
		if err != nil {
			return nil, at, err
		}
		for _, e := range numbers {
			if dialledForm(e.Number) != called || e.TrunkID != "" && e.TrunkID != t.ID {
				continue
			}
			switch {
			case best == nil || best.TrunkID == "" && e.TrunkID != "":
				best, at, twice = e, t, false
			case e.ID != best.ID && (e.TrunkID == "") == (best.TrunkID == ""):
				twice = true
			}
		}
	}
	if best == nil {
		return nil, at, sip.ErrNoSuchNumber
	}
	if twice {
		i.a.log.Warn("a call was refused: two contact centres have the called number on trunks with one address", "number", in.To)
		return nil, at, sip.ErrNoSuchNumber
	}
	return best, at, nil
}

// dialledForm is the form under which called numbers are compared.
func dialledForm(n string) string {
	if e164, ok := contact.NormalPhone(n, phoneRegion); ok {
		return e164
	}
	return strings.TrimPrefix(n, "+")
}

func (c Config) publicAddress() (netip.Addr, error) {
	if c.PublicAddress == "" {
		return netip.Addr{}, nil
	}
	a, err := netip.ParseAddr(c.PublicAddress)
	if err != nil {
		err = fmt.Errorf("public-address %q: must be an IP address", c.PublicAddress)
	}
	return a, err
}

func (c Config) rtpPorts() (*media.Ports, error) {
	if c.RTPPorts == "" {
		return media.NewPorts(0, 0)
	}
	from, to, _ := strings.Cut(c.RTPPorts, "-")
	first, err1 := strconv.ParseUint(strings.TrimSpace(from), 10, 16)
	last, err2 := strconv.ParseUint(strings.TrimSpace(to), 10, 16)
	if errors.Join(err1, err2) != nil || first < 1024 || last <= first {
		return nil, fmt.Errorf("rtp-ports %q: must be a range such as 20000-20999, from 1024 on", c.RTPPorts)
	}
	return media.NewPorts(uint16(first), uint16(last))
}
