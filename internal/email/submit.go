package email

import (
	"context"
	"net/mail"
	"slices"
	"strings"

	"parley/internal/bus"
	"parley/internal/cases"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/interaction"
	"parley/internal/letter"
)

// reasonSent is why a mail's segment ended when its answer closed it.
const reasonSent = "sent"

// Send sends a draft. With over the agent's part ends: wrap-up follows, and the
// disposition chosen there says whether the case is closed (decision 31). A new
// mail makes its case now (E-32).
func (s *Service) Send(ctx context.Context, tenant, userID, mailID string, version int64, over bool) (out interaction.Done, err error) {
	d, err := s.mail(ctx, s.db.Read(), tenant, mailID)
	if err != nil {
		return out, err
	}
	most := s.mostBytes(ctx, d)
	err = s.withDraft(ctx, tenant, userID, mailID, func(ctx context.Context, h *held, d *Mail) error {
		if version != 0 && version != d.Version {
			return fail.Changed("mail")
		}
		if err := d.ready(); err != nil {
			return err
		}
		files, err := s.filesOf(ctx, h.tx, tenant, d.ID)
		if err != nil {
			return err
		}
		if files, err = h.unused(ctx, d, files); err != nil {
			return err
		}
		if err := shutAny(files); err != nil {
			return err
		}
		d.HTML = letter.SanitiseOwn(d.HTML) // without the editor's marks
		if total(files)+int64(len(d.HTML)) > most.mail {
			return mailTooLarge(most.mail)
		}
		if h.k == nil {
			if err := h.makeCase(ctx, d); err != nil {
				return err
			}
		}
		if h.k.Deleted() {
			return fail.State("The case was deleted: restore it first")
		}
		if h.k.State == cases.StateClosed {
			return closedCase()
		}
		if err := h.send(ctx, d); err != nil {
			return err
		}
		if over {
			if err := s.enqueue(ctx, h.tx, tenant, floor.Over(h.row.SegmentID, interaction.ByAgent, reasonSent)); err != nil {
				return err
			}
		}
		if out.ChangeSeq, err = bus.LastSeq(ctx, h.tx, tenant); err != nil {
			return err
		}
		return db.Answer(ctx, h.tx, out)
	})
	return out, err
}

// ready tells what a draft lacks.
func (m *Mail) ready() error {
	n := 0
	for _, f := range []struct {
		name string
		list []Address
	}{{"to", m.To}, {"cc", m.Cc}, {"bcc", m.Bcc}} {
		for _, a := range f.list {
			n++
			if _, err := letter.Envelope(a.Address); err != nil || !plausible(a.Address) {
				return fail.Invalid(f.name, "«"+a.Address+"» is no mail address")
			}
		}
	}
	if n == 0 {
		return fail.Invalid("to", "Say whom the mail goes to")
	}
	if strings.TrimSpace(m.Subject) == "" {
		return fail.Invalid("subject", "Give the mail a subject")
	}
	return nil
}

// plausible refuses what no server takes: an address without a domain.
func plausible(address string) bool {
	a, err := mail.ParseAddress(address)
	return err == nil && a.Address == address && domainOf(address) != ""
}

// unused drops pictures that the text no longer shows.
func (h *held) unused(ctx context.Context, d *Mail, files []MailFile) ([]MailFile, error) {
	var gone []string
	kept := files[:0:0]
	for _, f := range files {
		if f.Inline && !strings.Contains(d.HTML, "cid:"+f.ContentID) {
			gone = append(gone, f.ID)
			continue
		}
		kept = append(kept, f)
	}
	for _, id := range gone {
		if _, err := h.tx.NewDelete().Model((*MailFile)(nil)).Where("tenant_id = ? AND id = ?", d.TenantID, id).Exec(ctx); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// makeCase gives a new mail its case: the answer to it will join there.
func (h *held) makeCase(ctx context.Context, d *Mail) error {
	first := slices.Concat(d.To, d.Cc, d.Bcc)[0]
	who, found, err := h.s.contacts.FindOrCreate(ctx, h.tx, d.TenantID, contact.Known{Name: first.Name, Email: first.Address})
	if err != nil {
		return err
	}
	o := cases.Opening{TenantID: d.TenantID, Subject: d.Subject, ServiceID: h.row.ServiceID, Initiator: first.Name, Address: first.Address, AssigneeID: d.UserID}
	customer := interaction.Customer{Name: first.Name, Email: first.Address}
	if found {
		o.ContactID, customer.ContactID = who.ID, who.ID
		if customer.Name == "" {
			customer.Name = who.Name
		}
	}
	if h.k, err = h.s.cases.Open(ctx, h.tx, o); err != nil {
		return err
	}
	d.CaseID, h.row.CaseID, h.row.Number = h.k.ID, h.k.ID, h.k.Number
	return h.s.interactions.Describe(ctx, h.tx, d.TenantID, d.InteractionID,
		interaction.Description{ChannelID: h.k.ID, Subject: h.k.Subject, Reference: number(h.k.Number), Customer: customer})
}

// send puts the mail on its way and stops the clock of the service level.
func (h *held) send(ctx context.Context, d *Mail) error {
	box, err := h.s.directory.Mailbox(ctx, d.TenantID, d.EntryID)
	if err != nil {
		return fail.State("The mailbox of this mail is gone: an administrator has to add one before mails can be sent")
	}
	now := h.s.now()
	d.State, d.At, d.MessageID, d.Version = StateSending, now, newMessageID(box), d.Version+1
	d.Subject, d.Text = cases.WithKey(d.Subject, h.k.ThreadKey), letter.TextOf(d.HTML)
	if _, err := h.tx.NewUpdate().Model(d.complete()).WherePK().Exec(ctx); err != nil {
		return err
	}
	if err := h.s.queueSend(ctx, h.tx, d, 0, 0); err != nil {
		return err
	}
	if d.Kind == KindReply || d.Kind == KindReplyAll || d.Kind == KindNew {
		if h.row.SLFromAt > 0 {
			if err := h.s.interactions.Answered(ctx, h.tx, d.TenantID, h.row.SegmentID, now, h.row.SLDueAt == 0 || now <= h.row.SLDueAt); err != nil {
				return err
			}
		}
		h.row.SLFromAt, h.row.SLDueAt = 0, 0
	}
	h.row.Draft, h.row.UpdatedAt, h.row.Unread = false, now, 0
	if err := saveRow(ctx, h.tx, h.row); err != nil {
		return err
	}
	h.k.AssigneeID = d.UserID
	if err := h.s.cases.Save(ctx, h.tx, h.k); err != nil {
		return err
	}
	if err := remember(ctx, h.tx, d.TenantID, now, slices.Concat(d.To, d.Cc, d.Bcc)...); err != nil {
		return err
	}
	return h.s.changed(ctx, h.tx, h.k)
}
