package org

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/egress"
	"parley/internal/fail"
)

// MailSecret is what signs in at a mail server.
type MailSecret struct {
	Password     string `json:"password,omitempty"`
	ClientSecret string `json:"clientSecret,omitempty"`
	RefreshToken string `json:"refreshToken,omitempty"`
}

// The accounts of a mailbox.
const (
	MailSideIMAP  = "imap"
	MailSideRelay = "relay"
)

// guardMailbox keeps the mailbox's addresses its own and its secrets apart from
// the fields that are read, encrypted.
func (o *Org) guardMailbox(ctx context.Context, tx *db.Tx, tenant string, old, e *Entry) error {
	e.Key = "mail:" + MailKey(e.Address)
	if err := o.claimAddresses(ctx, tx, tenant, e); err != nil {
		return err
	}
	t, err := o.tenants.get(ctx, tx, tenant, tenant)
	if err != nil {
		return err
	}
	if old == nil {
		old = &Entry{}
	}
	e.sealed = map[string]string{}
	for _, side := range []string{MailSideIMAP, MailSideRelay} {
		if err := reachable(side, e.account(side), t.Limits.PrivateAddresses); err != nil {
			return err
		}
		if err := o.guardAccount(ctx, tx, tenant, e, side, old.account(side), e.account(side)); err != nil {
			return err
		}
	}
	if old.ID == "" {
		return nil // stored by addedMailbox, when the row is there
	}
	return o.addedMailbox(ctx, tx, tenant, e)
}

func (e *Entry) account(side string) *MailAccount {
	if side == MailSideIMAP {
		return &e.IMAP.MailAccount
	}
	return &e.Relay
}

// claimAddresses makes the addresses the entry's; one that another mailbox of
// the installation has is refused.
func (o *Org) claimAddresses(ctx context.Context, tx *db.Tx, tenant string, e *Entry) error {
	if err := o.freeAddresses(ctx, tx, tenant, e.ID); err != nil {
		return err
	}
	for i, address := range append([]string{e.Address}, e.Aliases...) {
		field := "address"
		if i > 0 {
			field = fmt.Sprintf("aliases[%d]", i-1)
		}
		taken, err := tx.NewSelect().Table("mail_addresses").Where("address = ?", MailKey(address)).Exists(ctx)
		if err != nil {
			return err
		}
		if !taken {
			row := map[string]any{"address": MailKey(address), "tenant_id": tenant, "entry_id": e.ID}
			_, err = tx.NewInsert().Model(&row).Table("mail_addresses").Exec(ctx)
		}
		if taken || db.IsUnique(err) {
			return fail.Invalid(field, "another mailbox has this address")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (o *Org) freeAddresses(ctx context.Context, tx *db.Tx, tenant, id string) error {
	_, err := tx.NewDelete().Table("mail_addresses").Where("tenant_id = ? AND entry_id = ?", tenant, id).Exec(ctx)
	return err
}

// releaseMailbox gives the addresses of a deleted mailbox back and forgets its
// secrets.
func (o *Org) releaseMailbox(ctx context.Context, tx *db.Tx, tenant string, e *Entry) error {
	if e.Kind != EntryMailbox {
		return nil
	}
	e.sealed = map[string]string{MailSideIMAP: "", MailSideRelay: ""}
	if err := o.addedMailbox(ctx, tx, tenant, e); err != nil {
		return err
	}
	return o.freeAddresses(ctx, tx, tenant, e.ID)
}

// reachable refuses private addresses where the tenant may not go there; a name
// is looked up when it is used.
func reachable(side string, a *MailAccount, private bool) error {
	if private || a.Host == "" {
		return nil
	}
	if ip, err := netip.ParseAddr(a.Host); err == nil && !egress.Public(ip) || a.Host == "localhost" {
		return fail.Invalid(side+".host", egress.ErrPrivate.Error())
	}
	if a.Auth == AuthOAuth2 {
		if err := egress.CheckURL(a.OAuth.TokenURL, false); err != nil {
			return fail.Invalid(side+".oauth.tokenUrl", err.Error())
		}
	}
	return nil
}

// guardAccount takes the secrets out of an account. Kept ones stay only with the
// places they were given for: changing those must not send them elsewhere.
func (o *Org) guardAccount(ctx context.Context, tx *db.Tx, tenant string, e *Entry, side string, old, a *MailAccount) error {
	given := MailSecret{a.Password, a.OAuth.ClientSecret, a.OAuth.RefreshToken}
	a.Password, a.OAuth.ClientSecret, a.OAuth.RefreshToken, a.HasSecret = "", "", "", false
	if a.Host == "" || a.User == "" {
		e.sealed[side] = ""
		return nil
	}
	secret := given
	if same := old.HasSecret && old.Host == a.Host && old.User == a.User && old.Auth == a.Auth && old.OAuth == a.OAuth; same {
		kept, err := o.mailSecret(ctx, tx, tenant, e.ID, side)
		if err != nil {
			return err
		}
		secret = kept.with(given)
	}
	switch {
	case a.Auth == AuthOAuth2 && secret.RefreshToken == "":
		return fail.Invalid(side+".oauth.refreshToken", "must be given, also when the server, the user or the token's address changes")
	case a.Auth == AuthPassword && secret.Password == "":
		return fail.Invalid(side+".password", "must be given, also when the server or the user changes")
	}
	a.HasSecret = true
	if a.Auth == AuthPassword {
		secret = MailSecret{Password: secret.Password}
	}
	sealed, err := o.sealMail(tenant, e.ID, side, secret)
	e.sealed[side] = sealed
	return err
}

func (s MailSecret) with(given MailSecret) MailSecret {
	for _, f := range []struct{ kept, new *string }{{&s.Password, &given.Password}, {&s.ClientSecret, &given.ClientSecret}, {&s.RefreshToken, &given.RefreshToken}} {
		if *f.new != "" {
			*f.kept = *f.new
		}
	}
	return s
}

func (o *Org) sealMail(tenant, id, side string, s MailSecret) (string, error) {
	if o.box == nil {
		return "", fail.Unavailable(errors.New("nothing to encrypt secrets with is wired"))
	}
	plain, err := json.Marshal(s)
	return o.box.Seal(plain, tenant+"/"+id+"/"+side), err
}

func (o *Org) addedMailbox(ctx context.Context, tx *db.Tx, tenant string, e *Entry) error {
	for _, side := range sortedKeys(e.sealed) {
		_, err := tx.NewUpdate().Table("entries").Set("? = ?", bun.Ident(side+"_secret"), e.sealed[side]).Where("tenant_id = ? AND id = ?", tenant, e.ID).Exec(ctx)
		if err != nil {
			return err
		}
	}
	e.sealed = nil
	return nil
}

func (o *Org) mailSecret(ctx context.Context, from bun.IDB, tenant, id, side string) (MailSecret, error) {
	var s MailSecret
	var sealed string
	err := from.NewSelect().Table("entries").ColumnExpr("?", bun.Ident(side+"_secret")).Where("tenant_id = ? AND id = ?", tenant, id).Scan(ctx, &sealed)
	if db.IsNone(err) {
		return s, fail.NotFound("entry")
	}
	if err != nil || sealed == "" {
		return s, err
	}
	if o.box == nil {
		return s, fail.Unavailable(errors.New("nothing to encrypt secrets with is wired"))
	}
	plain, err := o.box.Open(sealed, tenant+"/"+id+"/"+side)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(plain, &s)
}

// MailSecret gives what a mailbox signs in with at its IMAP server or its relay;
// empty where nothing is set.
func (o *Org) MailSecret(ctx context.Context, tenant, entryID, side string) (MailSecret, error) {
	return o.mailSecret(ctx, o.db.Read(), tenant, entryID, side)
}

// KeepMailToken stores the refresh token a server has given in the place of the
// one it was asked with, unless an administrator has set another meanwhile.
func (o *Org) KeepMailToken(ctx context.Context, tenant, entryID, side, was, token string) error {
	return o.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		s, err := o.mailSecret(ctx, tx, tenant, entryID, side)
		if err != nil || s.RefreshToken != was {
			return err
		}
		s.RefreshToken = token
		sealed, err := o.sealMail(tenant, entryID, side, s)
		if err != nil {
			return err
		}
		return o.addedMailbox(ctx, tx, tenant, &Entry{Base: Base{ID: entryID}, sealed: map[string]string{side: sealed}})
	})
}

// Mailbox is a mailbox in use and whose it is.
type Mailbox struct {
	TenantID string
	Entry    *Entry
}

// Mailboxes gives the mailboxes in use of all tenants at work.
func (o *Org) Mailboxes(ctx context.Context) ([]Mailbox, error) {
	tenants, err := o.ActiveTenants(ctx)
	if err != nil {
		return nil, err
	}
	var out []Mailbox
	for _, id := range tenants {
		all, err := list(ctx, o.entries, id)
		if err != nil {
			return nil, err
		}
		for _, e := range all {
			if e.Kind == EntryMailbox && e.Active {
				out = append(out, Mailbox{id, e})
			}
		}
	}
	return out, nil
}

// MailboxesOf gives a tenant's mailboxes in use.
func (o *Org) MailboxesOf(ctx context.Context, tenant string) ([]*Entry, error) {
	all, err := list(ctx, o.entries, tenant)
	return slices.DeleteFunc(slices.Clone(all), func(e *Entry) bool { return e.Kind != EntryMailbox || !e.Active }), err
}

// AllMailboxes gives a tenant's mailboxes, those switched off too, by name.
func (o *Org) AllMailboxes(ctx context.Context, tenant string) ([]*Entry, error) {
	all, err := list(ctx, o.entries, tenant)
	return slices.DeleteFunc(slices.Clone(all), func(e *Entry) bool { return e.Kind != EntryMailbox }), err
}

// MailboxByAddress finds whose an address is. Unknown, switched off, deleted and
// a suspended tenant's are the same: not ok. An error says nothing about the
// address.
func (o *Org) MailboxByAddress(ctx context.Context, address string) (tenant string, e *Entry, ok bool, err error) {
	key := MailKey(address)
	at, err := o.boxes.get(key, func() (entryKey, bool, error) {
		var row struct {
			TenantID string `bun:"tenant_id"`
			EntryID  string `bun:"entry_id"`
		}
		err := o.db.Read().NewSelect().Table("mail_addresses").Column("tenant_id", "entry_id").Where("address = ?", key).Scan(ctx, &row)
		if db.IsNone(err) {
			return entryKey{}, false, nil // not kept: strangers could fill the memory with addresses
		}
		return entryKey{row.TenantID, row.EntryID}, err == nil && o.watch(ctx, row.TenantID), err
	})
	if err != nil || at.id == "" {
		return "", nil, false, err
	}
	t, err := o.Tenant(ctx, at.tenant)
	if err != nil {
		return "", nil, false, err
	}
	if e, err = o.Entry(ctx, at.tenant, at.id); err != nil {
		return "", nil, false, err
	}
	if t.Status != TenantActive || !e.Active || e.Archived {
		return "", nil, false, nil
	}
	return at.tenant, e, true, nil
}
