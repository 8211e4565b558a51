package org

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"parley/internal/db"
	"parley/internal/egress"
	"parley/internal/fail"
)

// Webhook is an address that is told what happens. Its secret, by which the
// receiver knows that it was us, is not among its fields.
type Webhook struct {
	Base
	Name   string   `json:"name"`
	URL    string   `json:"url"`
	Events []string `json:"events" doc:"Names such as interaction.finished; interaction.* means all of that kind, * all there are"`
	Active bool     `json:"active"`
}

func (h *Webhook) label() string        { return h.Name }
func (h *Webhook) columns() []column    { return []column{{"active", h.Active}} }
func (h *Webhook) searchable() []string { return []string{h.URL} }

var eventShape = regexp.MustCompile(`^(\*|[a-z_]+\.(\*|[a-z_]+))$`)

func (h *Webhook) check(c *check) {
	c.line("name", &h.Name, 1, 100)
	c.line("url", &h.URL, 1, 2000)
	c.ids("events", h.Events, 100)
	if len(h.Events) == 0 {
		c.bad("events", "must name at least one event")
	}
	for i, e := range h.Events {
		if !eventShape.MatchString(e) {
			c.bad(fmt.Sprintf("events[%d]", i), "must be the name of an event such as interaction.finished")
		}
	}
}

// Wants tells whether the webhook is to hear of an event.
func (h *Webhook) Wants(event string) bool {
	return h.Active && !h.Archived && slices.ContainsFunc(h.Events, func(e string) bool {
		prefix := e[:max(0, len(e)-1)]
		return e == event || e == "*" || (e[len(e)-1] == '*' && len(event) > len(prefix) && event[:len(prefix)] == prefix)
	})
}

func (o *Org) guardWebhook(ctx context.Context, tx *db.Tx, tenant string, _, h *Webhook) error {
	if h == nil {
		return nil
	}
	t, err := o.tenants.get(ctx, tx, tenant, tenant)
	if err != nil {
		return err
	}
	if err := egress.CheckURL(h.URL, t.Limits.PrivateAddresses); err != nil {
		return fail.Invalid("url", err.Error())
	}
	return nil
}

// addedWebhook gives a new webhook its first secret.
func (o *Org) addedWebhook(ctx context.Context, tx *db.Tx, tenant string, h *Webhook) error {
	_, err := o.newWebhookSecret(ctx, tx, tenant, h.ID)
	return err
}

func (o *Org) newWebhookSecret(ctx context.Context, tx *db.Tx, tenant, id string) (string, error) {
	if o.box == nil {
		return "", fail.Unavailable(errors.New("nothing to encrypt secrets with is wired"))
	}
	var b [32]byte
	_, _ = rand.Read(b[:])
	secret := "whsec_" + hex.EncodeToString(b[:])
	_, err := tx.NewUpdate().Table("webhooks").Set("secret = ?", o.box.Seal([]byte(secret), tenant+"/"+id)).
		Where("tenant_id = ? AND id = ?", tenant, id).Exec(ctx)
	return secret, err
}

// Webhooks gives all webhooks of a tenant.
func (o *Org) Webhooks(ctx context.Context, tenant string) ([]*Webhook, error) {
	return list(ctx, o.webhooks, tenant)
}

// Webhook gives one webhook.
func (o *Org) Webhook(ctx context.Context, tenant, id string) (*Webhook, error) {
	return find(ctx, o.webhooks, tenant, id)
}

// WebhookSecret gives the key of a webhook's signatures.
func (o *Org) WebhookSecret(ctx context.Context, tenant, id string) ([]byte, error) {
	var sealed string
	err := o.db.Read().NewSelect().Table("webhooks").Column("secret").Where("tenant_id = ? AND id = ?", tenant, id).Scan(ctx, &sealed)
	if db.IsNone(err) {
		return nil, fail.NotFound("webhook")
	}
	if err != nil {
		return nil, err
	}
	if o.box == nil {
		return nil, fail.Unavailable(errors.New("nothing to encrypt secrets with is wired"))
	}
	return o.box.Open(sealed, tenant+"/"+id)
}

// CreateWebhook makes a webhook and its first secret.
func (o *Org) CreateWebhook(ctx context.Context, tx *db.Tx, tenant string, h *Webhook) error {
	return o.webhooks.add(ctx, tx, tenant, h)
}
