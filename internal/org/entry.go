package org

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// The kinds of entries.
const (
	EntryChat   = "chat"   // a chat widget on a site
	EntryCall   = "call"   // a button on a site that calls from the browser
	EntryNumber = "number" // a telephone number, EntryMailbox stands in mailbox.go
)

// channelOf is the channel that a service must have for an entry of a kind.
var channelOf = map[string]string{EntryChat: ChannelChat, EntryCall: ChannelVoice, EntryNumber: ChannelVoice, EntryMailbox: ChannelEmail}

// EntryLook is how the widget looks.
type EntryLook struct {
	Color      string `json:"color" doc:"#rrggbb"`
	TextColor  string `json:"textColor"`
	Position   string `json:"position" enum:"right,left"`
	LogoFileID string `json:"logoFileId" doc:"A picture of POST /api/pictures"`
	Radius     int    `json:"radius" minimum:"0" maximum:"32"`
	Theme      string `json:"theme" enum:"auto,light,dark"`
	Sound      bool   `json:"sound"`
}

// EntryTexts are the widget's own words in one language, by the widget's keys
// (title, greeting, consent, closed, offline …); what is left out the widget says
// in its own words.
type EntryTexts map[string]string

// FormField is one field of the form before the chat.
type FormField struct {
	Field    string `json:"field" enum:"name,email,phone,text"`
	Required bool   `json:"required"`
	Label    Text   `json:"label" doc:"Empty: the widget's own word"`
}

// EntryOffline is the form shown when nobody can answer.
type EntryOffline struct {
	Enabled bool        `json:"enabled"`
	Fields  []FormField `json:"fields"`
}

// Entry is a way into the contact centre. The key of a chat or a call button
// stands in the site's script tag and is public; a number's is made of the
// number and where it comes in, a mailbox's of its address, so that no two are
// the same.
type Entry struct {
	Base
	Kind           string                `json:"kind" enum:"chat,call,number,mailbox" doc:"Can't be changed"`
	Name           string                `json:"name"`
	Key            string                `json:"key" readOnly:"true"`
	ServiceID      string                `json:"serviceId"`
	CalendarID     string                `json:"calendarId" doc:"Empty: the service's"`
	AllowedOrigins []string              `json:"allowedOrigins" doc:"Sites that may carry the widget: https://shop.example, https://*.example. Empty: none"`
	Languages      []string              `json:"languages"`
	Look           EntryLook             `json:"look"`
	Texts          map[string]EntryTexts `json:"texts"`
	PreChat        []FormField           `json:"preChat"`
	Consent        bool                  `json:"consent"`
	Offline        EntryOffline          `json:"offline"`
	ServiceChoice  []string              `json:"serviceChoice" doc:"Services the customer may choose from"`
	Number         string                `json:"number" doc:"Of the kind number: as it is dialled, +74951234567 or a short one"`
	TrunkID        string                `json:"trunkId" doc:"Of the kind number: the trunk it comes in by. Empty: any of the contact centre's"`
	Address        string                `json:"address" doc:"Of the kind mailbox: what customers write to"`
	Aliases        []string              `json:"aliases" doc:"Further addresses of a mailbox"`
	FromName       string                `json:"fromName" doc:"Of a mailbox: the sender's name on what goes out. Empty: the service's"`
	Rules          []MailRule            `json:"rules" doc:"Of a mailbox: which mails get another service"`
	IMAP           MailIn                `json:"imap,omitzero" doc:"Of a mailbox: where its mail is fetched from. Without a host: it is delivered by SMTP"`
	Relay          MailAccount           `json:"relay,omitzero" doc:"Of a mailbox: the server that sends its mail. Without a host: the installation's"`
	Active         bool                  `json:"active"`

	sealed map[string]string // the secrets of a new mailbox by column, on their way to its row
}

func newEntry() *Entry {
	return &Entry{
		Kind: EntryChat, Active: true, Languages: []string{"ru", "en"},
		Look:    EntryLook{Color: "#0f766e", TextColor: "#ffffff", Position: "right", Radius: 16, Theme: "auto", Sound: true},
		Texts:   map[string]EntryTexts{"ru": entryTextsRU, "en": entryTextsEN},
		PreChat: []FormField{{Field: "name", Required: true}, {Field: "email"}, {Field: "phone"}},
		Offline: EntryOffline{Enabled: true, Fields: []FormField{
			{Field: "name", Required: true}, {Field: "email", Required: true}, {Field: "text", Required: true}}},
	}
}

func (e *Entry) label() string { return e.Name }

func (e *Entry) searchable() []string {
	return slices.Concat([]string{e.Key, e.Number, e.Address}, e.Aliases, e.AllowedOrigins)
}

func (e *Entry) columns() []column {
	return []column{{"kind", e.Kind}, {"key", e.Key}, {"service_id", e.ServiceID}, {"active", e.Active}}
}

func (e *Entry) links() []Link {
	out := append(links("serviceId", "service", e.ServiceID), links("calendarId", "calendar", e.CalendarID)...)
	out = append(out, links("trunkId", "trunk", e.TrunkID)...)
	for i, r := range e.Rules {
		out = append(out, links(fmt.Sprintf("rules[%d].serviceId", i), "service", r.ServiceID)...)
	}
	return append(out, links("serviceChoice", "service", e.ServiceChoice...)...)
}

func (e *Entry) check(c *check) {
	c.oneOf("kind", e.Kind, EntryChat, EntryCall, EntryNumber, EntryMailbox)
	e.checkMailbox(c)
	if e.Kind == EntryNumber {
		e.checkNumber(c)
	} else if e.Number != "" || e.TrunkID != "" {
		c.bad("number", "goes with the kind number only")
	}
	c.line("name", &e.Name, 1, 100)
	if e.ServiceID == "" {
		c.bad("serviceId", "must not be empty")
	}
	c.atMost("allowedOrigins", len(e.AllowedOrigins), 100)
	for i := range e.AllowedOrigins {
		o, err := normalOrigin(e.AllowedOrigins[i])
		if err != nil {
			c.bad(fmt.Sprintf("allowedOrigins[%d]", i), "%s", err)
		}
		e.AllowedOrigins[i] = o
	}
	if len(e.Languages) == 0 {
		c.bad("languages", "must name at least one language")
	}
	for _, l := range e.Languages {
		c.oneOf("languages", l, Languages...)
	}
	c.colour("look.color", e.Look.Color)
	c.colour("look.textColor", e.Look.TextColor)
	c.oneOf("look.position", e.Look.Position, "right", "left")
	c.oneOf("look.theme", e.Look.Theme, "auto", "light", "dark")
	number(c, "look.radius", e.Look.Radius, 0, 32)
	c.line("look.logoFileId", &e.Look.LogoFileID, 0, 100)
	e.checkTexts(c)
	checkForm(c, "preChat", e.PreChat)
	checkForm(c, "offline.fields", e.Offline.Fields)
	c.ids("serviceChoice", e.ServiceChoice, 50)
}

var dialled = regexp.MustCompile(`^\+?[0-9*#]{1,32}$`)

func (e *Entry) checkNumber(c *check) {
	e.Number = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" ()-./\u00a0", r) {
			return -1
		}
		return r
	}, e.Number)
	if !dialled.MatchString(e.Number) {
		c.bad("number", "must be a telephone number: digits, with + before the country code")
	}
}

func (e *Entry) checkTexts(c *check) {
	for _, lang := range sortedKeys(e.Texts) {
		c.oneOf("texts", lang, Languages...)
		t, at := e.Texts[lang], "texts."+lang
		c.atMost(at, len(t), 100)
		for _, key := range sortedKeys(t) {
			if !textKey.MatchString(key) {
				c.bad(at, "%q is not the key of a text", key)
			}
			s := t[key]
			c.text(at+"."+key, &s, 2000)
			t[key] = s
		}
		if e.Consent && t["consent"] == "" && slices.Contains(e.Languages, lang) {
			c.bad(at+".consent", "must not be empty when consent is asked")
		}
	}
}

func checkForm(c *check, field string, fields []FormField) {
	c.atMost(field, len(fields), 10)
	seen := map[string]bool{}
	for i, f := range fields {
		at := fmt.Sprintf("%s[%d]", field, i)
		c.oneOf(at+".field", f.Field, "name", "email", "phone", "text")
		if seen[f.Field] {
			c.bad(at+".field", "stands there twice")
		}
		seen[f.Field] = true
		c.translated(at+".label", f.Label, 100, false)
	}
}

var textKey = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9.]{0,39}$`)

var hostShape = regexp.MustCompile(`^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// normalOrigin brings an origin to the form browsers send: scheme and host in
// lower case, the port only when it is not the scheme's own.
func normalOrigin(s string) (string, error) {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "/"))
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return s, fmt.Errorf("must be an origin such as https://shop.example")
	}
	host := strings.ToLower(u.Hostname())
	if !hostShape.MatchString(host) && !strings.Contains(host, ":") {
		return s, fmt.Errorf("must be an origin such as https://shop.example")
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	out := strings.ToLower(u.Scheme) + "://" + host
	if p := u.Port(); p != "" && !(u.Scheme == "https" && p == "443") && !(u.Scheme == "http" && p == "80") {
		out += ":" + p
	}
	return out, nil
}

// Allows tells whether a site may carry the widget. origin is the value of the
// browser's Origin header.
func (e *Entry) Allows(origin string) bool {
	o, err := normalOrigin(origin)
	if err != nil {
		return false
	}
	for _, a := range e.AllowedOrigins {
		if a == o {
			return true
		}
		scheme, rest, _ := strings.Cut(a, "://*.")
		if rest != "" && strings.HasPrefix(o, scheme+"://") && strings.HasSuffix(o, "."+rest) {
			return true
		}
	}
	return false
}
