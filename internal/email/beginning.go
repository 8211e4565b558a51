package email

import (
	"context"
	"html"
	"strings"
	"time"

	"parley/internal/cases"
	"parley/internal/fail"
)

// outBox is the mailbox an answer goes out of: the one that was written to, else
// the service's.
func (s *Service) outBox(ctx context.Context, tenant, entryID, serviceID string) (Mailbox, error) {
	if entryID != "" {
		if b, err := s.directory.Mailbox(ctx, tenant, entryID); err == nil && b.Active {
			return b, nil
		}
	}
	b, err := s.directory.MailboxFor(ctx, tenant, serviceID)
	if fail.Code(err) == fail.CodeNotFound {
		return b, fail.State("No mailbox leads to this service: an administrator has to add one before mails can be sent")
	}
	return b, err
}

// recipients are whom an answer goes to: who wants the answer, and for all also
// everybody else but ourselves.
func recipients(about *Mail, box Mailbox, all bool) (to, cc []Address) {
	seen := map[string]bool{}
	add := func(list *[]Address, from []Address) {
		for _, a := range from {
			if k := strings.ToLower(a.Address); a.Address != "" && !seen[k] && !box.has(a.Address) && len(*list) < maxRecipients {
				seen[k] = true
				*list = append(*list, a)
			}
		}
	}
	switch {
	case about.Direction == "out":
		add(&to, about.To)
	case len(about.ReplyTo) > 0:
		add(&to, about.ReplyTo)
	}
	if len(to) == 0 {
		add(&to, []Address{{Name: about.FromName, Address: about.FromAddress}})
	}
	if all {
		add(&to, about.To)
		add(&cc, about.Cc)
	}
	return to, cc
}

// filler puts values for the variables of greeting and signature (K-7).
func filler(k *cases.Case, about *Mail, who Person, box Mailbox) func(string) string {
	caseNumber, name, address := "", "", ""
	if k != nil {
		caseNumber = number(k.Number)
	}
	if about != nil {
		name, address = about.FromName, about.FromAddress
	}
	r := strings.NewReplacer("$(User.firstName)", who.FirstName, "$(User.lastName)", who.LastName, "$(from.name)", name,
		"$(from.emailAddress)", address, "$(case.number)", caseNumber, "$(app.emailAddress)", box.Address)
	return func(s string) string { return tidy(r.Replace(s)) }
}

// beginning is the text an answer begins with: greeting, room to write,
// signature, quoted mail (decision 39).
func beginning(rules Rules, about *Mail, fill func(string) string, kind string) string {
	var b strings.Builder
	if kind != KindForward {
		paragraph(&b, fill(inLanguage(rules.Greeting, languageOf(about))))
	}
	b.WriteString("<p></p>")
	if sign := fill(inLanguage(rules.Signature, languageOf(about))); sign != "" {
		b.WriteString(`<div data-fold="signature">`)
		paragraph(&b, sign)
		b.WriteString("</div>")
	}
	if about != nil {
		b.WriteString(quoted(about))
	}
	return b.String()
}

func languageOf(m *Mail) string {
	if m == nil {
		return ""
	}
	return m.Language
}

func inLanguage(texts map[string]string, lang string) string {
	for _, l := range []string{lang, "ru", "en"} {
		if t := texts[l]; t != "" {
			return t
		}
	}
	return ""
}

func paragraph(b *strings.Builder, text string) {
	for _, p := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if p != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(p), "\n", "<br>") + "</p>")
		}
	}
}

// quoted is the mail that is answered, with a line that says whose it is and when
// it came. The time is UTC: the writer's zone is not the reader's.
func quoted(m *Mail) string {
	body := m.HTML
	if body == "" {
		body = "<p>" + strings.ReplaceAll(html.EscapeString(m.Text), "\n", "<br>") + "</p>"
	}
	head := time.UnixMilli(m.At).UTC().Format("02.01.2006 15:04 UTC") + ", " + shown(Address{Name: m.FromName, Address: m.FromAddress}) + ":"
	return `<p>` + html.EscapeString(head) + `</p><blockquote data-fold="quote">` + body + `</blockquote>`
}
