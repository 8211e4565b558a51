package app

import (
	"context"
	"errors"

	"parley/internal/access"
	"parley/internal/fail"
	"parley/internal/jobs"
	"parley/internal/letter"
	"parley/internal/mailbox"
	"parley/internal/org"
)

// accessPost sends the mails of access by the mailbox that the tenant's settings
// name for them.
type accessPost struct{ a *App }

// box is that mailbox; nil where none is set or in use.
func (p accessPost) box(ctx context.Context, tenant string) (*org.Entry, error) {
	t, err := p.a.org.Tenant(ctx, tenant)
	if err != nil || t.Settings.SignIn.ResetMailboxID == "" {
		return nil, err
	}
	e, err := p.a.org.Entry(ctx, tenant, t.Settings.SignIn.ResetMailboxID)
	if fail.Code(err) == fail.CodeNotFound || err == nil && (!e.Active || e.Archived) {
		return nil, nil
	}
	return e, err
}

func (p accessPost) Ready(ctx context.Context, tenant string) (bool, error) {
	e, err := p.box(ctx, tenant)
	if err != nil || e == nil || p.a.transport == nil {
		return false, err
	}
	return p.a.transport.Ready(ctx, tenant, e.ID)
}

func (p accessPost) Send(ctx context.Context, m access.Mail) error {
	e, err := p.box(ctx, m.TenantID)
	if err != nil {
		return err
	}
	if e == nil {
		return jobs.GiveUp(errors.New("no mailbox sends links for passwords any more"))
	}
	raw, err := letter.Write(letter.Outgoing{From: letter.Address{Name: e.FromName, Address: e.Address}, To: []letter.Address{{Name: m.Name, Address: m.Address}},
		Subject: m.Subject, Text: m.Text, Automatic: true})
	if err != nil {
		return jobs.GiveUp(err)
	}
	_, err = p.a.transport.Send(ctx, mailbox.Outgoing{TenantID: m.TenantID, EntryID: e.ID, From: e.Address, To: []string{m.Address}, Raw: raw})
	if errors.As(err, new(*mailbox.Refused)) {
		return jobs.GiveUp(err)
	}
	return err // one that may have gone goes again: the newer link is the one that works
}
