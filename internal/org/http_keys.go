package org

import (
	"context"
	"net/http"

	"parley/internal/db"
	"parley/internal/web"
)

func (o *Org) registerKeys(s *web.Server) {
	web.Command(s, web.Op{Method: http.MethodPost, Path: "/api/entries/{id}/key", ID: "renewEntryKey", Tag: "entries", Privileges: o.entries.edit,
		Summary: "Give an entry a new public key; pages with the old one lose their widget"}, o.serveRenewKey)
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
