package org

import (
	"context"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/fail"
)

// Prompt is a recorded message or a piece of music for callers (M-25).
type Prompt struct {
	Base
	Name   string `json:"name"`
	FileID string `json:"fileId" readOnly:"true" doc:"Empty until a sound is uploaded"`
	Millis int64  `json:"millis" readOnly:"true" doc:"Length of the sound"`
}

func (p *Prompt) label() string  { return p.Name }
func (p *Prompt) check(c *check) { c.line("name", &p.Name, 1, 100) }

// Prompt gives one prompt.
func (o *Org) Prompt(ctx context.Context, tenant, id string) (*Prompt, error) {
	return find(ctx, o.prompts, tenant, id)
}

// Prompts gives a tenant's prompts, by name.
func (o *Org) Prompts(ctx context.Context, tenant string) ([]*Prompt, error) {
	return list(ctx, o.prompts, tenant)
}

// SetPromptSound gives a prompt its sound: a file of the blob store that was
// found to be one, and its length.
func (o *Org) SetPromptSound(ctx context.Context, tenant, id, fileID string, millis int64) (out *Prompt, err error) {
	err = o.db.Write(ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
		now, err := o.prompts.live(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		out, err = o.prompts.change(ctx, tx, tenant, id, now.Version, func(p *Prompt) (*Prompt, error) {
			changed := *p
			changed.FileID, changed.Millis = fileID, millis
			return &changed, nil
		})
		if err != nil {
			return err
		}
		return o.audit.Record(ctx, tx, audit.Event{TenantID: tenant, Action: "upload", Entity: "prompt", EntityID: id, Name: out.Name})
	})
	return out, err
}

// CreatePrompt makes a prompt without a sound.
func (o *Org) CreatePrompt(ctx context.Context, tx *db.Tx, tenant string, p *Prompt) error {
	if p.Name == "" {
		return fail.Invalid("name", "must not be empty")
	}
	return o.prompts.add(ctx, tx, tenant, p)
}
