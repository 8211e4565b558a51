package org

import (
	"context"
	"net/http"

	"parley/internal/db"
	"parley/internal/web"
)

// registerOwn registers what only some kinds have.
func (o *Org) registerOwn(s *web.Server) {
	o.registerPasswords(s)
	o.registerImport(s)
	o.registerHolidays(s)
	o.registerKeys(s)
	o.registerTenants(s)
	web.Query(s, web.Op{Method: http.MethodGet, Path: "/api/privileges", ID: "listPrivileges", Tag: "roles", Privileges: o.roles.see,
		Summary: "All privileges, by group"}, o.servePrivileges)
	web.Query(s, web.Op{Method: http.MethodGet, Path: "/api/settings", ID: "getSettings", Tag: "settings", Privileges: allManagers,
		Summary: "What is set for the whole contact centre"}, o.serveSettings)
	web.Command(s, web.Op{Method: http.MethodPut, Path: "/api/settings", ID: "changeSettings", Tag: "settings", Privileges: []string{SystemSettings},
		Summary: "Change settings; fields left out keep their value"}, o.serveChangeSettings)
}

type privilegesOutput struct {
	Body struct {
		Groups []PrivilegeGroup `json:"groups"`
	}
}

func (o *Org) servePrivileges(context.Context, *struct{}) (*privilegesOutput, error) {
	out := &privilegesOutput{}
	out.Body.Groups = PrivilegeGroups
	return out, nil
}

// Settings is the tenant's settings with the version that guards them.
type Settings struct {
	Version int64        `json:"version"`
	Name    string       `json:"name" doc:"Of the contact centre"`
	Limits  TenantLimits `json:"limits" readOnly:"true" doc:"Set by the operator of the installation"`
	TenantSettings
}

func settingsOf(t *Tenant) *Settings { return &Settings{t.Version, t.Name, t.Limits, t.Settings} }

func (o *Org) serveSettings(ctx context.Context, _ *struct{}) (*output[Settings], error) {
	t, err := o.tenants.get(ctx, o.db.Read(), web.Tenant(ctx), web.Tenant(ctx))
	if err != nil {
		return nil, err
	}
	return &output[Settings]{settingsOf(t)}, nil
}

func (o *Org) serveChangeSettings(ctx context.Context, in *createInput[Settings]) (*output[Settings], error) {
	var out *Settings
	err := o.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		id := web.Tenant(ctx)
		t, err := o.ChangeTenant(ctx, tx, id, in.Body.version(), func(t *Tenant) error {
			s, err := overlay(settingsOf(t), in.Body.raw)
			if err != nil {
				return err
			}
			t.Name, t.Settings = s.Name, s.TenantSettings
			return nil
		})
		if err != nil {
			return err
		}
		out = settingsOf(t)
		return db.Answer(ctx, tx, out)
	})
	if err != nil {
		return nil, err
	}
	return &output[Settings]{out}, nil
}
