package app

import (
	"context"
	"net/mail"
	"net/smtp"
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/email"
	"parley/internal/letter"
	"parley/web/demo"
)

// demoAddress is where the demo company's customers write to. The domain is
// nobody's (RFC 2606).
const demoAddress = "hello@romashka.example"

// demoPost is where the demo's mails go: no further. The customers read them on
// the site.
type demoPost struct{}

func (demoPost) Send(context.Context, email.Outgoing) (email.Receipt, error) {
	return email.Receipt{Text: "kept: a demo sends nothing to anybody"}, nil
}

// customers are the demo company's: they write by SMTP, as everybody does, and
// read what was sent to them.
type customers struct{ a *App }

// wrong is what a customer has to mend, as the page says it.
type wrong string

func (w wrong) Error() string { return string(w) }

// Send sends a customer's mail to the demo's own SMTP port.
func (c customers) Send(_ context.Context, l demo.Letter) error {
	if _, err := mail.ParseAddress(l.Address); err != nil {
		return wrong("Укажите адрес почты, например ivan@example.org · Give a mail address such as ivan@example.org")
	}
	if strings.TrimSpace(l.Text) == "" {
		return wrong("Напишите что-нибудь · Write something")
	}
	o := letter.Outgoing{From: letter.Address{Name: l.Name, Address: l.Address}, To: []letter.Address{{Address: demoAddress}}, Subject: l.Subject, Text: l.Text,
		Date: time.Now(), InReplyTo: l.ID}
	if l.ID != "" {
		o.References = []string{l.ID}
	}
	raw, err := letter.Write(o)
	if err != nil {
		return err
	}
	return smtp.SendMail(c.a.smtp.Addr().String(), nil, l.Address, []string{demoAddress}, raw)
}

// maxPost is how many mails the customers' page shows.
const maxPost = 50

// Inbox gives what the demo centre sent, the newest first.
func (c customers) Inbox(ctx context.Context) ([]demo.Letter, error) {
	var mails []*email.Mail
	err := c.a.db.Read().NewSelect().Model(&mails).Where("m.direction = 'out' AND m.state = ?", email.StateSent).Order("m.at DESC").Limit(maxPost).Scan(ctx)
	if err != nil && !db.IsNone(err) {
		return nil, err
	}
	out := make([]demo.Letter, 0, len(mails))
	for _, m := range mails {
		l := demo.Letter{At: m.At, Name: m.FromName, From: m.FromAddress, Subject: m.Subject, Text: m.Text, ID: m.MessageID}
		if len(m.To) > 0 {
			l.Address = m.To[0].Address
		}
		out = append(out, l)
	}
	return out, nil
}
