package org

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// The states of a tenant.
const (
	TenantActive    = "active"
	TenantSuspended = "suspended" // nobody enters, nothing is taken in, all is kept
	TenantDeleting  = "deleting"  // being removed for good
)

// TenantLimits bound what one tenant may have; 0 is no limit.
type TenantLimits struct {
	Users       int   `json:"users" minimum:"0"`
	OpenChats   int   `json:"openChats" minimum:"0"`
	OpenCalls   int   `json:"openCalls" minimum:"0" required:"false"`
	FileBytes   int64 `json:"fileBytes" minimum:"0" doc:"All stored files together"`
	RequestRate int   `json:"requestRate" minimum:"0" doc:"API requests a minute for one key"`
	// The tenants of an installation don't trust one another, so this is not theirs to set.
	PrivateAddresses bool `json:"privateAddresses" doc:"Webhooks and the like may go to private and loopback addresses"`
}

// TenantCard is what the operator of the installation sees and sets of a tenant;
// the settings are the tenant's own affair.
type TenantCard struct {
	Name     string       `json:"name"`
	Status   string       `json:"status" readOnly:"true" enum:"active,suspended,deleting"`
	Hosts    []string     `json:"hosts" doc:"Host names people reach it by; unique on the installation"`
	Limits   TenantLimits `json:"limits"`
	Operator bool         `json:"operator" readOnly:"true" doc:"Its security administrators look after the tenants of the installation"`
}

// Tenant is one company's contact centre on this installation.
type Tenant struct {
	Base
	TenantCard
	Settings TenantSettings `json:"settings"`
}

func newTenant() *Tenant {
	return &Tenant{TenantCard: TenantCard{Status: TenantActive}, Settings: DefaultSettings("ru")}
}

func (t *Tenant) label() string        { return t.Name }
func (t *Tenant) searchable() []string { return t.Hosts }
func (t *Tenant) links() []Link        { return t.Settings.links() }

func (t *Tenant) columns() []column {
	return []column{{"status", t.Status}, {"operator", t.Operator}}
}

func (t *Tenant) check(c *check) {
	c.line("name", &t.Name, 1, 100)
	c.atMost("hosts", len(t.Hosts), 20)
	seen := map[string]bool{}
	for i := range t.Hosts {
		t.Hosts[i] = hostKey(t.Hosts[i])
		if !hostNameShape.MatchString(t.Hosts[i]) && net.ParseIP(t.Hosts[i]) == nil || len(t.Hosts[i]) > 253 {
			c.bad(fmt.Sprintf("hosts[%d]", i), "must be a host name such as shop.example.org, without port")
		}
		if seen[t.Hosts[i]] {
			c.bad(fmt.Sprintf("hosts[%d]", i), "stands there twice")
		}
		seen[t.Hosts[i]] = true
	}
	number(c, "limits.users", t.Limits.Users, 0, 1_000_000)
	number(c, "limits.openChats", t.Limits.OpenChats, 0, 1_000_000)
	number(c, "limits.openCalls", t.Limits.OpenCalls, 0, 1_000_000)
	number(c, "limits.fileBytes", t.Limits.FileBytes, 0, 1<<50)
	number(c, "limits.requestRate", t.Limits.RequestRate, 0, 1_000_000)
	t.Settings.check(c)
}

var hostNameShape = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$`)

// hostKey is the form in which hosts are compared: lower case, no port, no dot
// at the end.
func hostKey(host string) string {
	host = strings.ToLower(strings.TrimSpace(host))
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.TrimSuffix(strings.Trim(host, "[]"), ".")
}

// PasswordPolicy is what a new password must satisfy; access checks it.
type PasswordPolicy struct {
	MinLength  int  `json:"minLength" minimum:"8" maximum:"64"`
	NeedDigit  bool `json:"needDigit"`
	NeedLetter bool `json:"needLetter"`
	NeedOther  bool `json:"needOther" doc:"A character that is neither"`
	MaxDays    int  `json:"maxDays" minimum:"0" maximum:"3650" doc:"Must be changed after so many days; 0: never"`
	Remember   int  `json:"remember" minimum:"0" maximum:"24" doc:"The present one and so many before it can't be taken again; 0: any can"`
}

// SignInRules bound how people come in.
type SignInRules struct {
	AllowedAddresses []string `json:"allowedAddresses" doc:"Networks such as 192.0.2.0/24 or 2001:db8::/32; empty: from everywhere"`
	LockAfter        int      `json:"lockAfter" minimum:"0" maximum:"100" doc:"Wrong passwords in a row until the account pauses; 0: never"`
	LockMinutes      int      `json:"lockMinutes" minimum:"1" maximum:"1440"`
	SessionHours     int      `json:"sessionHours" minimum:"1" maximum:"720"`
	IdleMinutes      int      `json:"idleMinutes" minimum:"0" maximum:"1440" doc:"0: no limit"`
	SecondFactor     string   `json:"secondFactor" enum:"off,allowed,required"`
	ResetMailboxID   string   `json:"resetMailboxId" required:"false" doc:"The mailbox that sends links for new passwords; empty: none are sent"`
}

// TenantSettings are what an administrator sets for the whole contact centre.
type TenantSettings struct {
	Language                 string         `json:"language" enum:"ru,en" doc:"Of texts made for nobody in particular"`
	TimeZone                 string         `json:"timeZone" doc:"Reports and new calendars"`
	Capacity                 Capacity       `json:"capacity"`
	DefaultOutboundServiceID string         `json:"defaultOutboundServiceId"`
	ReofferSeconds           int            `json:"reofferSeconds" minimum:"0" maximum:"3600" doc:"An agent who rejected or missed a contact does not get it again for so long while others are there"`
	AloneSeconds             int            `json:"aloneSeconds" minimum:"1" maximum:"3600" doc:"… and for so long when nobody else is there"`
	RampUpSeconds            int            `json:"rampUpSeconds" minimum:"0" maximum:"600" doc:"After Ready nothing is offered for so long"`
	GraceSeconds             int            `json:"graceSeconds" minimum:"5" maximum:"120" doc:"A desk that is gone may come back within this"`
	Password                 PasswordPolicy `json:"password"`
	SignIn                   SignInRules    `json:"signIn"`
	FileMaxBytes             int64          `json:"fileMaxBytes" minimum:"0" doc:"No service may allow more"`
	FileTypes                []string       `json:"fileTypes" doc:"Endings a service may allow, image/* for every image; empty: any"`
}

// DefaultSettings hold as long as nothing is set.
func DefaultSettings(lang string) TenantSettings {
	if lang != "en" {
		lang = "ru"
	}
	return TenantSettings{
		Language: lang, TimeZone: "Europe/Moscow", Capacity: DefaultCapacity(),
		ReofferSeconds: 120, AloneSeconds: 5, GraceSeconds: 15,
		Password:     PasswordPolicy{MinLength: 10, NeedDigit: true, NeedLetter: true},
		SignIn:       SignInRules{LockAfter: 10, LockMinutes: 15, SessionHours: 24, SecondFactor: "allowed"},
		FileMaxBytes: 25 << 20,
	}
}

// firstNotAllowed finds the first file type that the settings don't allow; -1
// when all are.
func (s *TenantSettings) firstNotAllowed(types []string) int {
	if len(s.FileTypes) == 0 {
		return -1
	}
	return slices.IndexFunc(types, func(t string) bool {
		image := slices.Contains(imageEndings, t) && slices.Contains(s.FileTypes, AllImages)
		return !image && !slices.Contains(s.FileTypes, t)
	})
}

func (s *TenantSettings) links() []Link {
	return append(links("defaultOutboundServiceId", "service", s.DefaultOutboundServiceID), links("signIn.resetMailboxId", "entry", s.SignIn.ResetMailboxID)...)
}

func (s *TenantSettings) check(c *check) {
	c.oneOf("language", s.Language, Languages...)
	c.zone("timeZone", s.TimeZone)
	s.Capacity.check(c, "capacity")
	number(c, "reofferSeconds", s.ReofferSeconds, 0, 3600)
	number(c, "aloneSeconds", s.AloneSeconds, 1, 3600)
	number(c, "rampUpSeconds", s.RampUpSeconds, 0, 600)
	number(c, "graceSeconds", s.GraceSeconds, 5, 120)
	number(c, "password.minLength", s.Password.MinLength, 8, 64)
	number(c, "password.maxDays", s.Password.MaxDays, 0, 3650)
	number(c, "password.remember", s.Password.Remember, 0, 24)
	c.atMost("signIn.allowedAddresses", len(s.SignIn.AllowedAddresses), 500)
	for i, a := range s.SignIn.AllowedAddresses {
		p, err := netip.ParsePrefix(a)
		if err != nil {
			ip, err := netip.ParseAddr(a)
			if err != nil || ip.Zone() != "" {
				c.bad(fmt.Sprintf("signIn.allowedAddresses[%d]", i), "must be a network such as 192.0.2.0/24 or 2001:db8::/32")
				continue
			}
			p = netip.PrefixFrom(ip, ip.BitLen())
		}
		s.SignIn.AllowedAddresses[i] = p.Masked().String()
	}
	number(c, "signIn.lockAfter", s.SignIn.LockAfter, 0, 100)
	number(c, "signIn.lockMinutes", s.SignIn.LockMinutes, 1, 1440)
	number(c, "signIn.sessionHours", s.SignIn.SessionHours, 1, 720)
	number(c, "signIn.idleMinutes", s.SignIn.IdleMinutes, 0, 1440)
	c.oneOf("signIn.secondFactor", s.SignIn.SecondFactor, "off", "allowed", "required")
	number(c, "fileMaxBytes", s.FileMaxBytes, 0, MaxFileBytes)
	c.ids("fileTypes", s.FileTypes, 200)
	c.fileTypes("fileTypes", s.FileTypes)
}
