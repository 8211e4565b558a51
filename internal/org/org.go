package org

import (
	"context"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/audit"
	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/run"
)

// Org is the organisation of all tenants of the installation.
type Org struct {
	db       *db.DB
	audit    *audit.Log
	now      func() int64
	finders  []UseFinder
	removers []func(ctx context.Context, tenant string) error
	hasher   Hasher
	box      Box
	pictures PictureCheck
	onChange []ChangeFunc
	onShut   []ShutFunc

	tenants      *book[Tenant, *Tenant]
	users        *book[User, *User]
	roles        *book[Role, *Role]
	teams        *book[Team, *Team]
	skills       *book[Skill, *Skill]
	services     *book[Service, *Service]
	dispositions *book[Disposition, *Disposition]
	categories   *book[Category, *Category]
	caseFields   *book[CaseField, *CaseField]
	calendars    *book[Calendar, *Calendar]
	reasons      *book[Reason, *Reason]
	entries      *book[Entry, *Entry]
	webhooks     *book[Webhook, *Webhook]
	trunks       *book[Trunk, *Trunk]
	prompts      *book[Prompt, *Prompt]
	books        map[string]anyBook

	hosts   memory[string, string]   // host → tenant, of all tenants
	keys    memory[string, entryKey] // entry key → where it is
	boxes   memory[string, entryKey] // mail address → whose it is
	watchMu sync.Mutex
	watched map[string]bool // tenants whose changes on other nodes are listened to
	bus     *bus.Bus
	group   *run.Group
}

// anyBook is what the machinery needs of a book without knowing its type.
type anyBook interface {
	existing(ctx context.Context, from bun.IDB, tenant string, ids []string) (map[string]bool, error)
	nameOf(ctx context.Context, from bun.IDB, tenant, id string) (string, error)
	forget(tenant string)
}

// Hasher makes and judges passwords; access implements it, app wires it.
type Hasher interface {
	// CheckPassword refuses what the policy does not allow, with a fail.Error that
	// blames the field "password".
	CheckPassword(ctx context.Context, policy PasswordPolicy, user *User, password string) error
	HashPassword(password string) (string, error)
}

// New makes the organisation. b may be nil in tests and tools: then changes made
// on other nodes are not noticed.
func New(d *db.DB, b *bus.Bus, log *audit.Log) *Org {
	o := &Org{db: d, bus: b, audit: log, now: db.Now, group: run.New(context.Background()), watched: map[string]bool{}}
	o.makeBooks()
	return o
}

// Close ends the listening to other nodes.
func (o *Org) Close() error { return o.group.Stop(5 * time.Second) }

// UsePasswords gives the part that knows passwords. Call it before serving.
func (o *Org) UsePasswords(h Hasher) { o.hasher = h }

// PictureCheck tells whether a stored file is a picture that may be shown.
type PictureCheck func(ctx context.Context, tenant, id string) (bool, error)

// UsePictures gives the part that knows pictures. Call it before serving.
func (o *Org) UsePictures(f PictureCheck) { o.pictures = f }

// checkPicture refuses what is no picture for a photo or a logo. One that was
// there before stays, even if its file is lost.
func (o *Org) checkPicture(ctx context.Context, tenant, field, old, id string) error {
	if id == "" || id == old || o.pictures == nil {
		return nil
	}
	if ok, err := o.pictures(ctx, tenant, id); err != nil || ok {
		return err
	}
	return fail.Invalid(field, "must be a picture that was uploaded")
}

// Box encrypts secrets that must be read again; owner ties one to its row.
type Box interface {
	Seal(plain []byte, owner string) string
	Open(sealed, owner string) ([]byte, error)
}

// UseBox gives what encrypts the secrets of webhooks. Call it before serving.
func (o *Org) UseBox(b Box) { o.box = b }

// ShutFunc hears that a user may not stay signed in: locked, removed, or given a
// new password by somebody else. It runs in the transaction of that.
type ShutFunc func(ctx context.Context, tx *db.Tx, tenant, userID string) error

// OnShut adds who hears it. Call it before serving.
func (o *Org) OnShut(f ShutFunc) { o.onShut = append(o.onShut, f) }

func (o *Org) shut(ctx context.Context, tx *db.Tx, tenant, userID string) error {
	for _, f := range o.onShut {
		if err := f(ctx, tx, tenant, userID); err != nil {
			return err
		}
	}
	return nil
}

// Everybody who looks after something may read what it is made of.
var (
	watchers    = []string{SuperviseLive, SuperviseReports, SuperviseRecordings, RecordsView, QualityEvaluate, SuperviseOwnTeams}
	planners    = []string{SystemUsers, SystemSettings, SystemEntries, ServicesManage, ServicesCampaigns, SecurityAudit, SecurityKeys}
	allManagers = append(append([]string{}, planners...), watchers...)
)

func (o *Org) makeBooks() {
	o.tenants = &book[Tenant, *Tenant]{org: o, fresh: newTenant, guard: o.guardTenant,
		kind: kind{word: "tenant", plural: "tenants", see: []string{SecurityTenants}, edit: []string{SecurityTenants}}}
	o.users = &book[User, *User]{org: o, fresh: func() *User { return &User{} }, guard: o.guardUser, may: o.userAbilities,
		kind: kind{word: "user", plural: "users", see: allManagers, edit: []string{SystemUsers, SuperviseOwnTeams},
			uniques: []unique{{"login", []string{"login_key"}}, {"extension", []string{"extension"}}}}}
	o.roles = &book[Role, *Role]{org: o, fresh: func() *Role { return &Role{} }, guard: o.guardRole, may: o.roleAbilities,
		kind: kind{word: "role", plural: "roles", see: []string{SystemUsers, SecurityKeys, SecurityAudit, SuperviseOwnTeams},
			edit: []string{SystemUsers}, uniques: []unique{byName}}}
	o.teams = &book[Team, *Team]{org: o, fresh: newTeam, guard: o.guardTeam,
		kind: kind{word: "team", plural: "teams", see: allManagers, edit: []string{SystemUsers, ServicesManage}, uniques: []unique{byName}}}
	o.skills = &book[Skill, *Skill]{org: o, fresh: func() *Skill { return &Skill{Kind: SkillOther} }, guard: o.guardSkill, may: o.skillAbilities,
		kind: kind{word: "skill", plural: "skills", see: allManagers, edit: []string{ServicesManage, SystemUsers},
			uniques: []unique{{"name", []string{"kind", "sort_name"}}}}}
	o.services = &book[Service, *Service]{org: o, fresh: newService, guard: o.guardService,
		kind: kind{word: "service", plural: "services", see: allManagers, edit: []string{ServicesManage}, uniques: []unique{byName}}}
	o.dispositions = &book[Disposition, *Disposition]{org: o, fresh: newDisposition,
		kind: kind{word: "disposition", plural: "dispositions", see: allManagers, edit: []string{ServicesManage},
			uniques: []unique{{"name", []string{"folder", "sort_name"}}, {"code", []string{"code"}}}}}
	o.categories = &book[Category, *Category]{org: o, fresh: func() *Category { return &Category{} }, guard: o.guardCategory,
		kind: kind{word: "category", plural: "categories", see: allManagers, edit: []string{ServicesManage},
			uniques: []unique{{"name", []string{"parent_id", "sort_name"}}}}}
	o.caseFields = &book[CaseField, *CaseField]{org: o, fresh: newCaseField, guard: o.guardCaseField,
		kind: kind{word: "case_field", plural: "case_fields", see: allManagers, edit: []string{ServicesManage}, uniques: []unique{byName}}}
	o.calendars = &book[Calendar, *Calendar]{org: o, fresh: newCalendar,
		kind: kind{word: "calendar", plural: "calendars", see: planners, edit: []string{ServicesManage, SystemSettings}, uniques: []unique{byName}}}
	o.reasons = &book[Reason, *Reason]{org: o, fresh: func() *Reason { return &Reason{} }, guard: o.guardReason, may: o.reasonAbilities,
		kind: kind{word: "reason", plural: "reasons", see: allManagers, edit: []string{SystemSettings}, uniques: []unique{byName}}}
	o.entries = &book[Entry, *Entry]{org: o, fresh: newEntry, guard: o.guardEntry, added: o.addedMailbox,
		kind: kind{word: "entry", plural: "entries", see: planners, edit: []string{SystemEntries}, uniques: []unique{byName}}}
	o.webhooks = &book[Webhook, *Webhook]{org: o, fresh: func() *Webhook { return &Webhook{Active: true} }, guard: o.guardWebhook, added: o.addedWebhook,
		kind: kind{word: "webhook", plural: "webhooks", see: []string{SystemSettings}, edit: []string{SystemSettings}, uniques: []unique{byName}}}
	o.trunks = &book[Trunk, *Trunk]{org: o, fresh: newTrunk, guard: o.guardTrunk, added: o.addedTrunk,
		kind: kind{word: "trunk", plural: "trunks", see: planners, edit: []string{SystemEntries}, uniques: []unique{byName}}}
	o.prompts = &book[Prompt, *Prompt]{org: o, fresh: func() *Prompt { return &Prompt{} },
		kind: kind{word: "prompt", plural: "prompts", see: planners, edit: []string{ServicesManage}, uniques: []unique{byName}}}
	o.books = map[string]anyBook{"tenant": o.tenants, "user": o.users, "role": o.roles, "team": o.teams, "skill": o.skills,
		"service": o.services, "disposition": o.dispositions, "calendar": o.calendars, "reason": o.reasons, "entry": o.entries, "webhook": o.webhooks,
		"trunk": o.trunks, "prompt": o.prompts, "category": o.categories, "case_field": o.caseFields}
}
