package email

import (
	"context"
	"strings"

	"parley/internal/cases"
	"parley/internal/contact"
	"parley/internal/db"
)

const dayMS = 24 * 60 * 60 * 1000

// acknowledge answers a new case with its number where the service says so
// (E-3): never what a machine wrote, a list or a null sender, never ourselves,
// and no address more often a day than the service allows, so that two machines
// do not talk to each other for ever.
func (s *Service) acknowledge(ctx context.Context, tx *db.Tx, k *cases.Case, m *Mail, box Mailbox, rules Rules) error {
	to := m.FromAddress
	if len(m.ReplyTo) > 0 {
		to = m.ReplyTo[0].Address
	}
	key, ok := contact.NormalEmail(to)
	if !rules.Ack || m.Automatic != "" || !ok || box.has(key) {
		return nil
	}
	if may, err := countAck(ctx, tx, k.TenantID, key, s.now(), rules.AckPerDay); err != nil || !may {
		return err
	}
	t := rules.ackText(m.Language)
	fill := strings.NewReplacer("$(case.number)", number(k.Number), "$(from.name)", m.FromName, "$(from.emailAddress)", m.FromAddress,
		"$(case.subject)", k.Subject, "$(app.emailAddress)", box.Address)
	subject := fill.Replace(t.Subject)
	if subject == "" {
		subject = answering(m.Subject)
	}
	ack := &Mail{TenantID: k.TenantID, ID: db.NewID(), CaseID: k.ID, InteractionID: m.InteractionID, EntryID: box.ID, Direction: "out",
		State: StateSending, Kind: KindAck, Automatic: "reply", MessageID: newMessageID(box), InReplyTo: m.MessageID,
		References: chain(m), FromName: rules.sender(box), FromAddress: box.Address, To: []Address{{Name: m.FromName, Address: to}},
		Subject: cases.WithKey(subject, k.ThreadKey), Text: tidy(fill.Replace(t.Text)), Language: m.Language, AnswersID: m.ID,
		JoinedBy: JoinedSent, At: s.now(), Version: 1}
	if err := insertMail(ctx, tx, ack, nil); err != nil {
		return err
	}
	return s.queueSend(ctx, tx, ack, 0, 0)
}

// countAck counts an acknowledgement to an address and tells whether it may go.
func countAck(ctx context.Context, tx *db.Tx, tenant, key string, now int64, perDay int) (bool, error) {
	if perDay <= 0 {
		return false, nil
	}
	today := now / dayMS
	a := address{TenantID: tenant, Address: key, UsedAt: now, Acks: 1, AcksDay: today}
	_, err := tx.NewInsert().Model(&a).On("CONFLICT (tenant_id, address) DO UPDATE").
		Set("acks = CASE WHEN a.acks_day = EXCLUDED.acks_day THEN a.acks + 1 ELSE 1 END").Set("acks_day = EXCLUDED.acks_day").
		Returning("acks").Exec(ctx)
	return a.Acks <= perDay, err
}

// has tells whether an address is one of the mailbox's own.
func (b Mailbox) has(key string) bool {
	if sameAddress(b.Address, key) {
		return true
	}
	for _, a := range b.Aliases {
		if sameAddress(a, key) {
			return true
		}
	}
	return false
}

func (r Rules) ackText(lang string) AckText {
	for _, l := range []string{lang, "en", "ru"} {
		if t, ok := r.AckTexts[l]; ok && t.Text != "" {
			return t
		}
	}
	return AckText{Text: "$(case.number)"}
}

// sender is the name that the customer sees.
func (r Rules) sender(b Mailbox) string {
	switch {
	case b.FromName != "":
		return b.FromName
	case r.FromName != "":
		return r.FromName
	}
	return r.Name
}

// answering is the subject of an answer.
func answering(subject string) string { return prefixed("Re: ", subject) }

// prefixed puts Re: or Fwd: before a subject once, however often mail programs of
// several languages have done so.
func prefixed(prefix, subject string) string {
	s := strings.TrimSpace(subject)
	for again := true; again; {
		again = false
		for _, p := range []string{"re:", "fwd:", "fw:", "aw:", "ha:", "на:", "отв:", "пересл:"} {
			if len(s) >= len(p) && strings.EqualFold(s[:len(p)], p) {
				s, again = strings.TrimSpace(s[len(p):]), true
			}
		}
	}
	return prefix + s
}

// tidy takes out what an unknown name leaves behind: "Dear !" and the like.
func tidy(s string) string {
	for _, x := range []string{" ,", " !", " ."} {
		s = strings.ReplaceAll(s, x, x[1:])
	}
	return s
}

// chain are the References of an answer to a mail: those of the mail, oldest
// first, and the mail itself (RFC 5322 section 3.6.4).
func chain(m *Mail) []string {
	var ids []string
	for i := len(m.References) - 1; i >= 0; i-- {
		ids = append(ids, m.References[i])
	}
	if m.MessageID != "" && !strings.HasPrefix(m.MessageID, "sha256:") {
		ids = append(ids, m.MessageID)
	}
	if len(ids) > maxReferences {
		ids = append(ids[:1:1], ids[len(ids)-maxReferences+1:]...)
	}
	return ids
}
