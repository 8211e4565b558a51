package org

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"

	"parley/internal/db"
	"parley/internal/fail"
)

// Codecs of calls, in the order in which a new trunk offers them.
var Codecs = []string{"G722", "PCMA", "PCMU"}

// Trunk is a carrier's line, a PBX or a phone that speaks SIP. Calls are taken
// from its addresses only. Its password is not among the fields that are read.
type Trunk struct {
	Base
	Name        string   `json:"name"`
	Addresses   []string `json:"addresses" doc:"From which calls are taken: IP addresses or networks such as 203.0.113.0/28"`
	Host        string   `json:"host" doc:"To which calls, registrations and tests go: host or host:port. Empty: none are made"`
	Transport   string   `json:"transport" enum:"udp,tcp"`
	Codecs      []string `json:"codecs" doc:"In the order of preference: G722, PCMA, PCMU"`
	User        string   `json:"user" doc:"For digest authentication. Empty: none"`
	Password    string   `json:"password,omitempty" writeOnly:"true" doc:"Only written. Left out: stays as it is"`
	HasPassword bool     `json:"hasPassword" readOnly:"true"`
	Register    bool     `json:"register" doc:"Sign in at the host, so that it sends calls here"`
	Active      bool     `json:"active"`

	sealed string // the password of a new one, on its way to its row
}

func newTrunk() *Trunk {
	return &Trunk{Transport: "udp", Codecs: slices.Clone(Codecs), Active: true}
}

func (t *Trunk) label() string        { return t.Name }
func (t *Trunk) columns() []column    { return []column{{"active", t.Active}} }
func (t *Trunk) searchable() []string { return append([]string{t.Host, t.User}, t.Addresses...) }

var hostPortShape = regexp.MustCompile(`^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?$`)

func (t *Trunk) check(c *check) {
	c.line("name", &t.Name, 1, 100)
	c.atMost("addresses", len(t.Addresses), 100)
	for i := range t.Addresses {
		n, err := parseNetwork(t.Addresses[i])
		if err != nil {
			c.bad(fmt.Sprintf("addresses[%d]", i), "must be an IP address or a network such as 203.0.113.0/28")
			continue
		}
		t.Addresses[i] = networkText(n)
	}
	c.line("host", &t.Host, 0, 260)
	if t.Host != "" && !hostPortShape.MatchString(t.Host) {
		c.bad("host", "must be a host or host:port")
	}
	c.oneOf("transport", t.Transport, "udp", "tcp")
	if len(t.Codecs) == 0 {
		c.bad("codecs", "must name at least one codec")
	}
	c.ids("codecs", t.Codecs, len(Codecs))
	for i, k := range t.Codecs {
		c.oneOf(fmt.Sprintf("codecs[%d]", i), k, Codecs...)
	}
	c.line("user", &t.User, 0, 100)
	c.line("password", &t.Password, 0, 200)
	switch {
	case t.Register && t.Host == "":
		c.bad("host", "must not be empty when Parley is to sign in there")
	case t.Register && t.User == "":
		c.bad("user", "must not be empty when Parley is to sign in")
	}
	if len(t.Addresses) == 0 && t.Host == "" {
		c.bad("addresses", "needs an address calls come from, or a host they go to")
	}
}

// parseNetwork reads an address or a network; an address is the network of
// itself alone. IPv4 in IPv6 form becomes IPv4.
func parseNetwork(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, err
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return p, errors.New("a network of mapped addresses is too wide")
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

func networkText(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// Takes tells whether calls from an address belong to the trunk.
func (t *Trunk) Takes(from netip.Addr) bool {
	from = from.Unmap()
	return t.Active && !t.Archived && slices.ContainsFunc(t.Addresses, func(s string) bool {
		p, err := parseNetwork(s)
		return err == nil && p.Contains(from)
	})
}

// guardTrunk keeps the password apart from the other fields, encrypted.
func (o *Org) guardTrunk(ctx context.Context, tx *db.Tx, tenant string, old, t *Trunk) error {
	if t == nil {
		return nil
	}
	if t.HasPassword = old != nil && old.HasPassword; t.User == "" {
		t.HasPassword, t.Password = false, ""
	}
	if t.Password == "" {
		return nil
	}
	sealed, err := o.sealTrunk(tenant, t)
	if err != nil {
		return err
	}
	t.Password, t.HasPassword = "", true
	if old == nil {
		t.sealed = sealed // stored by addedTrunk, when its row is there
		return nil
	}
	return storeTrunkSecret(ctx, tx, tenant, t.ID, sealed)
}

func (o *Org) sealTrunk(tenant string, t *Trunk) (string, error) {
	if o.box == nil {
		return "", fail.Unavailable(errors.New("nothing to encrypt secrets with is wired"))
	}
	return o.box.Seal([]byte(t.Password), tenant+"/"+t.ID), nil
}

func (o *Org) addedTrunk(ctx context.Context, tx *db.Tx, tenant string, t *Trunk) error {
	if t.sealed == "" {
		return nil
	}
	return storeTrunkSecret(ctx, tx, tenant, t.ID, t.sealed)
}

func storeTrunkSecret(ctx context.Context, tx *db.Tx, tenant, id, sealed string) error {
	_, err := tx.NewUpdate().Table("trunks").Set("secret = ?", sealed).Where("tenant_id = ? AND id = ?", tenant, id).Exec(ctx)
	return err
}

// Trunk gives one trunk.
func (o *Org) Trunk(ctx context.Context, tenant, id string) (*Trunk, error) {
	return find(ctx, o.trunks, tenant, id)
}

// Trunks gives a tenant's trunks, by name.
func (o *Org) Trunks(ctx context.Context, tenant string) ([]*Trunk, error) {
	return list(ctx, o.trunks, tenant)
}

// TrunkPassword gives the password of a trunk, "" where none is set.
func (o *Org) TrunkPassword(ctx context.Context, tenant, id string) (string, error) {
	var sealed string
	err := o.db.Read().NewSelect().Table("trunks").Column("secret").Where("tenant_id = ? AND id = ?", tenant, id).Scan(ctx, &sealed)
	if db.IsNone(err) {
		return "", fail.NotFound("trunk")
	}
	if err != nil || sealed == "" {
		return "", err
	}
	if o.box == nil {
		return "", fail.Unavailable(errors.New("nothing to encrypt secrets with is wired"))
	}
	plain, err := o.box.Open(sealed, tenant+"/"+id)
	return string(plain), err
}

// CreateTrunk makes a trunk.
func (o *Org) CreateTrunk(ctx context.Context, tx *db.Tx, tenant string, t *Trunk) error {
	return o.trunks.add(ctx, tx, tenant, t)
}

// NewTrunk is a trunk with the defaults.
func NewTrunk(name string) *Trunk { t := newTrunk(); t.Name = name; return t }
