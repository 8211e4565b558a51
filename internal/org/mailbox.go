package org

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"parley/internal/egress"
)

// EntryMailbox is an e-mail address that customers write to.
const EntryMailbox = "mailbox"

// How a connection to a mail server is protected.
const (
	TLSImplicit = "implicit"
	TLSStart    = "starttls"
	TLSNone     = "none"
)

// How Parley signs in at a mail server.
const (
	AuthPassword = "password"
	AuthOAuth2   = "oauth2"
)

// What of a mail a rule looks into.
const (
	RuleInSubject = "subject"
	RuleInBody    = "body"
	RuleInBoth    = "both"
)

// MailOAuth is where a fresh access token comes from.
type MailOAuth struct {
	TokenURL string `json:"tokenUrl" required:"false" maxLength:"2000"`
	ClientID string `json:"clientId" required:"false" maxLength:"500"`
	Scope    string `json:"scope" required:"false" maxLength:"1000"`
	// The client's secret and the refresh token are only written.
	ClientSecret string `json:"clientSecret,omitempty" writeOnly:"true" maxLength:"4000" doc:"Left out: stays as it is"`
	RefreshToken string `json:"refreshToken,omitempty" writeOnly:"true" maxLength:"8000" doc:"Left out: stays as it is"`
}

// MailAccount is an account at a mail server. Its secrets are not among the
// fields that are read; they go with host and user, and are written anew when
// one of those changes.
type MailAccount struct {
	Host      string    `json:"host" required:"false" doc:"Empty: none"`
	Port      int       `json:"port" required:"false" minimum:"0" maximum:"65535" doc:"0: the usual one"`
	TLS       string    `json:"tls,omitempty" enum:"implicit,starttls,none" doc:"implicit: encrypted from the first byte"`
	User      string    `json:"user" required:"false"`
	Auth      string    `json:"auth,omitempty" enum:"password,oauth2"`
	OAuth     MailOAuth `json:"oauth,omitzero"`
	Password  string    `json:"password,omitempty" writeOnly:"true" doc:"Only written. Left out: stays as it is"`
	HasSecret bool      `json:"hasSecret" required:"false" readOnly:"true" doc:"A password or token is kept"`
}

// MailIn is the account that a mailbox's mail is fetched from by IMAP.
type MailIn struct {
	MailAccount
	Folder    string `json:"folder" required:"false" doc:"Empty: INBOX"`
	MoveTo    string `json:"moveTo" required:"false" doc:"Folder for what was taken in. Empty: it stays, marked as read"`
	SinceDays int    `json:"sinceDays" required:"false" minimum:"0" maximum:"3650" doc:"At the first connection mails so old are taken in as well; 0: new ones only"`
}

// MailRule gives mails another service than the mailbox's. All that is set in it
// must hold; the first rule that holds decides.
type MailRule struct {
	Words     []string `json:"words" doc:"Any of them, whole words, in any case"`
	In        string   `json:"in" enum:"subject,body,both"`
	From      string   `json:"from" required:"false" doc:"An address or @domain"`
	To        string   `json:"to" required:"false" doc:"One of the mailbox's addresses"`
	Language  string   `json:"language" required:"false" doc:"Of the text: ru, en, uk …"`
	ServiceID string   `json:"serviceId"`
}

// MailAddresses are all addresses of a mailbox in the form in which they are
// compared.
func (e *Entry) MailAddresses() []string {
	if e.Kind != EntryMailbox {
		return nil
	}
	out := make([]string, 0, 1+len(e.Aliases))
	for _, a := range append([]string{e.Address}, e.Aliases...) {
		if key := MailKey(a); !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}

// MailKey is the form in which mail addresses are compared: lower case, the
// domain as it goes over the wire.
func MailKey(address string) string {
	address = strings.ToLower(strings.TrimSpace(address))
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return address
	}
	domain := strings.TrimSuffix(address[i+1:], ".")
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	return address[:i+1] + domain
}

func (e *Entry) checkMailbox(c *check) {
	if e.Kind != EntryMailbox {
		if e.Address != "" || len(e.Aliases) > 0 || len(e.Rules) > 0 || e.FromName != "" || e.IMAP != (MailIn{}) || e.Relay != (MailAccount{}) {
			c.bad("address", "goes with the kind mailbox only")
		}
		return
	}
	c.email("address", &e.Address)
	if e.Address == "" {
		c.bad("address", "must be an e-mail address such as name@example.org")
	}
	c.atMost("aliases", len(e.Aliases), 50)
	seen := map[string]bool{MailKey(e.Address): true}
	for i := range e.Aliases {
		at := fmt.Sprintf("aliases[%d]", i)
		c.email(at, &e.Aliases[i])
		if key := MailKey(e.Aliases[i]); e.Aliases[i] == "" || seen[key] {
			c.bad(at, "is empty or stands there twice")
		} else {
			seen[key] = true
		}
	}
	c.line("fromName", &e.FromName, 0, 100)
	c.atMost("rules", len(e.Rules), 100)
	for i := range e.Rules {
		e.Rules[i].check(c, fmt.Sprintf("rules[%d]", i), seen)
	}
	e.IMAP.check(c)
	e.Relay.check(c, "relay", map[string]int{TLSImplicit: 465, TLSStart: 587, TLSNone: 25})
}

var (
	domainRule    = regexp.MustCompile(`^@[^@\s<>"(),:;\[\]\\]+$`)
	languageShape = regexp.MustCompile(`^[a-z]{2,3}$`)
)

func (r *MailRule) check(c *check, at string, own map[string]bool) {
	c.atMost(at+".words", len(r.Words), 100)
	for i := range r.Words {
		c.line(fmt.Sprintf("%s.words[%d]", at, i), &r.Words[i], 1, 100)
	}
	c.oneOf(at+".in", r.In, RuleInSubject, RuleInBody, RuleInBoth)
	r.From = strings.ToLower(strings.TrimSpace(r.From))
	if r.From != "" && !domainRule.MatchString(r.From) {
		c.email(at+".from", &r.From)
	}
	c.line(at+".to", &r.To, 0, 254)
	if r.To != "" && !own[MailKey(r.To)] {
		c.bad(at+".to", "must be one of the mailbox's addresses")
	}
	if r.Language != "" && !languageShape.MatchString(r.Language) {
		c.bad(at+".language", "must be a language such as ru or en")
	}
	if len(r.Words) == 0 && r.From == "" && r.To == "" && r.Language == "" {
		c.bad(at+".words", "a rule needs words, a sender, an address or a language")
	}
	if r.ServiceID == "" {
		c.bad(at+".serviceId", "must not be empty")
	}
}

func (m *MailIn) check(c *check) {
	if m.Host == "" {
		*m = MailIn{}
		return
	}
	m.MailAccount.check(c, "imap", map[string]int{TLSImplicit: 993, TLSStart: 143, TLSNone: 143})
	if m.User == "" {
		c.bad("imap.user", "must not be empty")
	}
	c.line("imap.folder", &m.Folder, 0, 200)
	c.line("imap.moveTo", &m.MoveTo, 0, 200)
	m.Folder = cmp.Or(m.Folder, "INBOX")
	if m.MoveTo == m.Folder {
		c.bad("imap.moveTo", "must be another folder than the one mail comes from")
	}
	number(c, "imap.sinceDays", m.SinceDays, 0, 3650)
}

var mailHostShape = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$`)

func (a *MailAccount) check(c *check, at string, ports map[string]int) {
	if c.line(at+".host", &a.Host, 0, 253); a.Host == "" {
		*a = MailAccount{}
		return
	}
	if _, err := netip.ParseAddr(a.Host); err != nil && !mailHostShape.MatchString(a.Host) {
		c.bad(at+".host", "must be a host name or an IP address, without port")
	}
	a.TLS, a.Auth = cmp.Or(a.TLS, TLSImplicit), cmp.Or(a.Auth, AuthPassword)
	c.oneOf(at+".tls", a.TLS, TLSImplicit, TLSStart, TLSNone)
	number(c, at+".port", a.Port, 0, 65535)
	a.Port = cmp.Or(a.Port, ports[a.TLS])
	c.line(at+".user", &a.User, 0, 254)
	c.oneOf(at+".auth", a.Auth, AuthPassword, AuthOAuth2)
	c.line(at+".password", &a.Password, 0, 1000)
	if a.Auth != AuthOAuth2 {
		a.OAuth = MailOAuth{}
		return
	}
	c.line(at+".oauth.tokenUrl", &a.OAuth.TokenURL, 1, 2000)
	if err := egress.CheckURL(a.OAuth.TokenURL, true); err != nil {
		c.bad(at+".oauth.tokenUrl", "%s", err)
	}
	c.line(at+".oauth.clientId", &a.OAuth.ClientID, 1, 500)
	c.line(at+".oauth.scope", &a.OAuth.Scope, 0, 1000)
	c.line(at+".oauth.clientSecret", &a.OAuth.ClientSecret, 0, 4000)
	c.line(at+".oauth.refreshToken", &a.OAuth.RefreshToken, 0, 8000)
	if a.User == "" {
		c.bad(at+".user", "must not be empty")
	}
}
