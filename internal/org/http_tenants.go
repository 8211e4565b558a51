package org

import (
	"context"
	"net/http"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/web"
)

// TenantView is what the operator of the installation sees of a tenant.
type TenantView struct {
	Base
	TenantCard
}

func tenantView(t *Tenant) *TenantView {
	v := &TenantView{t.Base, t.TenantCard}
	v.Abilities = []string{}
	switch {
	case t.Status == TenantActive && !t.Operator:
		v.Abilities = []string{AbilityEdit, "suspend", "export"}
	case t.Status == TenantActive:
		v.Abilities = []string{AbilityEdit, "export"}
	case t.Status == TenantSuspended:
		v.Abilities = []string{AbilityEdit, "resume", "export", AbilityDelete}
	}
	return v
}

func (o *Org) registerTenants(s *web.Server) {
	op := func(method, path, id, summary string, status int) web.Op {
		return web.Op{Method: method, Path: path, ID: id, Tag: "tenants", Privileges: []string{SecurityTenants}, Summary: summary, Status: status}
	}
	web.Query(s, op("GET", "/api/tenants", "listTenants", "List the tenants of the installation", 0), o.serveTenants)
	web.Query(s, op("GET", "/api/tenants/{id}", "getTenant", "Get one tenant", 0), o.serveTenant)
	web.Command(s, op("POST", "/api/tenants", "createTenant", "Create a tenant with ready-made defaults and its first administrator", http.StatusCreated), o.serveCreateTenant)
	web.Command(s, op("PUT", "/api/tenants/{id}", "changeTenant", "Change name, hosts or limits; fields left out keep their value", 0), o.serveChangeTenant)
	web.Command(s, op("POST", "/api/tenants/{id}/suspend", "suspendTenant", "Nobody enters and nothing is taken in; all is kept", 0), o.serveStatus(TenantActive, TenantSuspended))
	web.Command(s, op("POST", "/api/tenants/{id}/resume", "resumeTenant", "End the suspension", 0), o.serveStatus(TenantSuspended, TenantActive))
	web.Command(s, op("DELETE", "/api/tenants/{id}", "deleteTenant", "Remove a suspended tenant and all it has, for good; export it before", http.StatusAccepted), o.serveDeleteTenant)
	s.Handle("GET /api/tenants/{id}/export", http.HandlerFunc(o.serveTenantExport), web.Needs(SecurityTenants))
}

// operator refuses who is not of the tenant that looks after the installation.
func (o *Org) operator(ctx context.Context) error {
	t, err := o.Tenant(ctx, web.Tenant(ctx))
	if err != nil {
		return err
	}
	if !t.Operator {
		return fail.Forbidden()
	}
	return mustAny(ctx, []string{SecurityTenants})
}

type tenantsOutput struct {
	Body struct {
		Items []*TenantView `json:"items"`
		Next  string        `json:"next"`
		Total int           `json:"total"`
	}
}

func (o *Org) serveTenants(ctx context.Context, in *listInput) (*tenantsOutput, error) {
	if err := o.operator(ctx); err != nil {
		return nil, err
	}
	p, err := o.tenants.page(ctx, o.db.Read(), "", pageQuery{Q: in.Q, Limit: in.Limit, Cursor: in.Cursor, everyone: true})
	if err != nil {
		return nil, err
	}
	out := &tenantsOutput{}
	out.Body.Items, out.Body.Next, out.Body.Total = []*TenantView{}, p.Next, p.Total
	for _, t := range p.Items {
		out.Body.Items = append(out.Body.Items, tenantView(t))
	}
	return out, nil
}

func (o *Org) serveTenant(ctx context.Context, in *oneInput) (*output[TenantView], error) {
	if err := o.operator(ctx); err != nil {
		return nil, err
	}
	t, err := o.tenants.get(ctx, o.db.Read(), in.ID, in.ID)
	if err != nil {
		return nil, err
	}
	return &output[TenantView]{tenantView(t)}, nil
}

type createTenantInput struct {
	Body struct {
		Name     string        `json:"name" maxLength:"200"`
		Hosts    []string      `json:"hosts"`
		Limits   *TenantLimits `json:"limits,omitempty"`
		Language string        `json:"language" enum:"ru,en" doc:"Of the ready-made defaults"`
		Admin    struct {
			Login     string `json:"login" maxLength:"200"`
			Password  string `json:"password" maxLength:"200" writeOnly:"true"`
			FirstName string `json:"firstName,omitempty" maxLength:"200"`
			LastName  string `json:"lastName,omitempty" maxLength:"200"`
			Email     string `json:"email,omitempty" maxLength:"300"`
		} `json:"admin" doc:"The first administrator; must choose another password when signing in"`
	}
}

func (o *Org) serveCreateTenant(ctx context.Context, in *createTenantInput) (*output[TenantView], error) {
	if err := o.operator(ctx); err != nil {
		return nil, err
	}
	t := NewTenant(in.Body.Name, in.Body.Language, in.Body.Hosts...)
	if in.Body.Limits != nil {
		t.Limits = *in.Body.Limits
	}
	a := in.Body.Admin
	hash, err := o.firstPassword(ctx, t, a.Login, a.Password)
	if err != nil {
		return nil, err
	}
	var out *TenantView
	err = o.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		sys := System(ctx)
		t.ID = ""
		if err := o.CreateTenant(sys, tx, t); err != nil {
			return err
		}
		seeded, err := o.Seed(sys, tx, t.ID, in.Body.Language)
		if err != nil {
			return err
		}
		u := &User{Login: a.Login, FirstName: a.FirstName, LastName: a.LastName, Email: a.Email, MustChangePassword: true,
			RoleIDs: []string{seeded.RoleIDs[RoleSystemAdmin], seeded.RoleIDs[RoleSecurityAdmin]}}
		if err := o.CreateUser(sys, tx, t.ID, u, hash); err != nil {
			return inField("admin.", err)
		}
		if err := o.notedForOperator(ctx, tx, "create", t); err != nil {
			return err
		}
		out = tenantView(t)
		return db.Answer(ctx, tx, out)
	})
	if err != nil {
		return nil, err
	}
	return &output[TenantView]{out}, nil
}

// firstPassword judges and hashes the password of a tenant that is not there yet.
func (o *Org) firstPassword(ctx context.Context, t *Tenant, login, password string) (string, error) {
	if o.hasher == nil {
		return "", fail.Unavailable(nil)
	}
	if err := o.hasher.CheckPassword(ctx, t.Settings.Password, &User{Login: login}, password); err != nil {
		return "", inField("admin.", err)
	}
	return o.hasher.HashPassword(password)
}

// inField puts a prefix before the field an error blames.
func inField(prefix string, err error) error {
	e := fail.As(err)
	if e.Field != "" {
		e.Field = prefix + e.Field
	}
	return e
}

func (o *Org) serveChangeTenant(ctx context.Context, in *changeInput[TenantView]) (*output[TenantView], error) {
	return o.changeTenant(ctx, in.ID, in.Body.version(), "update", func(t *Tenant) error {
		v, err := overlay(&TenantView{t.Base, t.TenantCard}, in.Body.raw)
		if err != nil {
			return err
		}
		t.Name, t.Hosts, t.Limits = v.Name, v.Hosts, v.Limits
		return nil
	})
}

// changeTenant changes a tenant by the operator; version 0 means whatever it is.
func (o *Org) changeTenant(ctx context.Context, id string, version int64, action string, edit func(*Tenant) error) (*output[TenantView], error) {
	if err := o.operator(ctx); err != nil {
		return nil, err
	}
	var out *TenantView
	err := o.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		seen := version
		if seen == 0 {
			t, err := o.tenants.get(ctx, tx, id, id)
			if err != nil {
				return err
			}
			seen = t.Version
		}
		t, err := o.ChangeTenant(ctx, tx, id, seen, edit)
		if err != nil {
			return err
		}
		if t.Status != TenantActive {
			if err := o.shutAll(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := o.notedForOperator(ctx, tx, action, t); err != nil {
			return err
		}
		out = tenantView(t)
		return db.Answer(ctx, tx, out)
	})
	if err != nil {
		return nil, err
	}
	return &output[TenantView]{out}, nil
}

func (o *Org) serveStatus(from, to string) func(context.Context, *oneInput) (*output[TenantView], error) {
	return func(ctx context.Context, in *oneInput) (*output[TenantView], error) {
		return o.changeTenant(ctx, in.ID, 0, to, func(t *Tenant) error {
			if t.Operator {
				return fail.State("the operator of the installation can't be suspended")
			}
			if t.Status != from {
				return fail.State("the tenant is " + t.Status)
			}
			t.Status = to
			return nil
		})
	}
}

// shutAll ends the sessions of all users of a tenant.
func (o *Org) shutAll(ctx context.Context, tx *db.Tx, tenant string) error {
	var ids []string
	err := tx.NewSelect().Table("users").Column("id").Where("tenant_id = ? AND archived_at = 0", tenant).Scan(ctx, &ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := o.shut(ctx, tx, tenant, id); err != nil {
			return err
		}
	}
	return nil
}
