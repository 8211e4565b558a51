package org

import (
	"regexp"
	"slices"
	"strings"
)

// Who gets a customer's answer to a mail.
const (
	RepliesOffer    = "offer"    // offered to the agent who wrote, for a time
	RepliesPersonal = "personal" // put into the personal queue of the agent who wrote
	RepliesQueue    = "queue"    // like any new mail
)

// MailText is a mail that Parley writes by itself.
type MailText struct {
	Subject string `json:"subject" required:"false"`
	Text    string `json:"text" required:"false"`
}

// EmailRules are the settings of a service's e-mail.
type EmailRules struct {
	Push           bool                `json:"push" doc:"Offered to agents; else mails wait in the team queue until somebody takes them"`
	Replies        string              `json:"replies" enum:"offer,personal,queue" doc:"Who gets an answer: offered to the agent who wrote, put into their personal queue, or like any new mail"`
	ReleaseMinutes int                 `json:"releaseMinutes" minimum:"0" maximum:"43200" doc:"After this an answer waiting for its agent goes to the team; 0: never"`
	Acknowledge    bool                `json:"acknowledge" doc:"A new case is answered at once with its number"`
	AckPerDay      int                 `json:"ackPerDay" minimum:"1" maximum:"1000" doc:"To one sender at most so many a day"`
	Ack            map[string]MailText `json:"ack" doc:"By language: ru, en; variables $(from.name), $(from.emailAddress), $(case.number), $(app.emailAddress)"`
	Greeting       Text                `json:"greeting" doc:"Begins an answer; variables as in the acknowledgement and $(User.firstName), $(User.lastName)"`
	Signature      Text                `json:"signature"`
	FromName       string              `json:"fromName" doc:"The sender's name on what goes out. Empty: the service's name"`
	FileMaxBytes   int64               `json:"fileMaxBytes" minimum:"0" doc:"One attached file"`
	TotalMaxBytes  int64               `json:"totalMaxBytes" minimum:"0" doc:"A whole mail that goes out"`
}

// MailVariables are those that texts of mails may hold: $(case.number).
var MailVariables = []string{"User.firstName", "User.lastName", "from.name", "from.emailAddress", "case.number", "app.emailAddress"}

// nobodysVariables are those of mails that no agent writes.
var nobodysVariables = slices.DeleteFunc(slices.Clone(MailVariables), func(v string) bool { return strings.HasPrefix(v, "User.") })

func (s *Service) takesMail() bool { return s.Channel == ChannelEmail || s.Channel == ChannelBlended }

func (r *EmailRules) check(c *check) {
	c.oneOf("email.replies", r.Replies, RepliesOffer, RepliesPersonal, RepliesQueue)
	number(c, "email.releaseMinutes", r.ReleaseMinutes, 0, 43200)
	number(c, "email.ackPerDay", r.AckPerDay, 1, 1000)
	for _, lang := range sortedKeys(r.Ack) {
		c.oneOf("email.ack", lang, Languages...)
		t, at := r.Ack[lang], "email.ack."+lang
		if t == (MailText{}) { // emptied: not given
			delete(r.Ack, lang)
			continue
		}
		c.line(at+".subject", &t.Subject, 0, 200)
		c.text(at+".text", &t.Text, 10000)
		c.variables(at+".subject", t.Subject, nobodysVariables)
		c.variables(at+".text", t.Text, nobodysVariables)
		if r.Acknowledge && t.Subject == "" {
			c.bad(at+".subject", "must not be empty when cases are acknowledged")
		}
		if r.Acknowledge && t.Text == "" {
			c.bad(at+".text", "must not be empty when cases are acknowledged")
		}
		r.Ack[lang] = t
	}
	if r.Acknowledge && len(r.Ack) == 0 {
		c.bad("email.acknowledge", "the text must be given in at least one language when cases are acknowledged")
	}
	for field, t := range map[string]Text{"email.greeting": r.Greeting, "email.signature": r.Signature} {
		c.translated(field, t, 5000, false)
		for _, lang := range sortedKeys(t) {
			c.variables(field+"."+lang, t[lang], MailVariables)
		}
	}
	c.line("email.fromName", &r.FromName, 0, 100)
	number(c, "email.fileMaxBytes", r.FileMaxBytes, 0, MaxFileBytes)
	number(c, "email.totalMaxBytes", r.TotalMaxBytes, 0, MaxFileBytes)
	if r.FileMaxBytes > r.TotalMaxBytes {
		c.bad("email.fileMaxBytes", "must not be more than the whole mail may have")
	}
}

var variableShape = regexp.MustCompile(`\$\(([^()\n]*)(\)?)`)

// variables refuses what looks like a variable and is none: customers would read it.
func (c *check) variables(field, s string, known []string) {
	for _, m := range variableShape.FindAllStringSubmatch(s, -1) {
		if m[2] == "" || !slices.Contains(known, m[1]) {
			c.bad(field, "%s is not a variable: there are $(%s)", m[0], strings.Join(known, "), $("))
			return
		}
	}
}
