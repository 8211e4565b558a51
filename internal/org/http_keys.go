package org

import (
	"context"
	"net/http"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/web"
)

func (o *Org) registerKeys(s *web.Server) {
	web.Command(s, web.Op{Method: http.MethodPost, Path: "/api/entries/{id}/key", ID: "renewEntryKey", Tag: "entries", Privileges: o.entries.edit,
		Summary: "Give an entry a new public key; pages with the old one lose their widget"}, o.serveRenewKey)
	web.Command(s, web.Op{Method: http.MethodPost, Path: "/api/webhooks/{id}/secret", ID: "renewWebhookSecret", Tag: "webhooks", Privileges: o.webhooks.edit,
		Summary: "Make a new secret for the signatures and show it, this once", Secret: true}, o.serveRenewSecret)
}

type entryVersionInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Version int64 `json:"version"`
	}
}

func (o *Org) serveRenewKey(ctx context.Context, in *entryVersionInput) (*output[Entry], error) {
	return o.entries.write(ctx, func(ctx context.Context, tx *db.Tx, tenant string) (*Entry, error) {
		return o.ChangeEntry(ctx, tx, tenant, in.ID, in.Body.Version, func(e *Entry) error {
			e.Key = newEntryKey()
			return nil
		})
	})
}

type webhookSecretOutput struct {
	Body struct {
		Secret string `json:"secret"`
	}
}

func (o *Org) serveRenewSecret(ctx context.Context, in *oneInput) (*webhookSecretOutput, error) {
	out := &webhookSecretOutput{}
	err := o.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		tenant := web.Tenant(ctx)
		h, err := o.webhooks.live(ctx, tx, tenant, in.ID)
		if err != nil {
			return err
		}
		if out.Body.Secret, err = o.newWebhookSecret(ctx, tx, tenant, in.ID); err != nil {
			return err
		}
		return o.audit.Record(ctx, tx, audit.Event{TenantID: tenant, Action: "renew_secret", Entity: "webhook", EntityID: in.ID, Name: h.Name})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
