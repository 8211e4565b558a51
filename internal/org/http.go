package org

import (
	"context"
	"net/http"
	"strings"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/web"
)

// Register puts the administration on the API.
func (o *Org) Register(s *web.Server) {
	serve(s, o.users)
	serve(s, o.roles)
	serve(s, o.teams)
	serve(s, o.skills)
	serve(s, o.services)
	serve(s, o.dispositions)
	serve(s, o.categories)
	serve(s, o.caseFields)
	serve(s, o.calendars)
	serve(s, o.reasons)
	serve(s, o.entries)
	serve(s, o.webhooks)
	serve(s, o.trunks)
	serve(s, o.prompts)
	o.registerOwn(s)
	web.Event[ConfigChanged](s, TypeChanged)
}

type listInput struct {
	Q        string `query:"q" maxLength:"200" doc:"Words, all of which must occur in name and the like"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	Cursor   string `query:"cursor" maxLength:"1000"`
	Refers   string `query:"refers" maxLength:"100" doc:"Only those that refer to the thing with this id: users of a team or role, teams of a service …"`
	Archived bool   `query:"archived" doc:"Those that were deleted"`
}

type oneInput struct {
	ID string `path:"id" maxLength:"100"`
}

type createInput[T any] struct {
	Body draft[T]
}

type changeInput[T any] struct {
	ID   string `path:"id" maxLength:"100"`
	Body draft[T]
}

type removeInput struct {
	ID      string `path:"id" maxLength:"100"`
	Version int64  `query:"version" minimum:"0" doc:"The version you read; left out: whatever it is"`
}

type output[T any] struct {
	Body *T
}

// serve registers the six operations every kind of thing has.
func serve[T any, P thing[T]](s *web.Server, b *book[T, P]) {
	url, name, names := "/api/"+strings.ReplaceAll(b.plural, "_", "-"), joined(b.word), joined(b.plural)
	web.Query(s, web.Op{Method: http.MethodGet, Path: url, ID: "list" + names, Tag: b.plural, Privileges: b.see,
		Summary: "List " + b.plural}, b.serveList)
	web.Query(s, web.Op{Method: http.MethodGet, Path: url + "/defaults", ID: "default" + name, Tag: b.plural, Privileges: b.edit,
		Summary: "What a new " + b.word + " is where nothing else is given"}, b.serveDefaults)
	web.Query(s, web.Op{Method: http.MethodGet, Path: url + "/{id}", ID: "get" + name, Tag: b.plural, Privileges: b.see,
		Summary: "Get one " + b.word}, b.serveOne)
	web.Command(s, web.Op{Method: http.MethodPost, Path: url, ID: "create" + name, Tag: b.plural, Privileges: b.edit,
		Summary: "Create one " + b.word, Status: http.StatusCreated}, b.serveCreate)
	web.Command(s, web.Op{Method: http.MethodPut, Path: url + "/{id}", ID: "change" + name, Tag: b.plural, Privileges: b.edit,
		Summary: "Change one " + b.word + "; fields left out keep their value"}, b.serveChange)
	web.Command(s, web.Op{Method: http.MethodDelete, Path: url + "/{id}", ID: "delete" + name, Tag: b.plural, Privileges: b.edit,
		Summary: "Delete one " + b.word + " that nothing uses"}, b.serveRemove)
}

// joined makes CaseField of case_field.
func joined(word string) string {
	parts := strings.Split(word, "_")
	for i, p := range parts {
		parts[i] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, "")
}

func (b *book[T, P]) serveList(ctx context.Context, in *listInput) (*output[page[T]], error) {
	pq := pageQuery{Q: in.Q, Limit: in.Limit, Cursor: in.Cursor, Refers: in.Refers, Archived: in.Archived}
	pq.TeamIDs, pq.inTeams = b.ownTeamsOnly(ctx)
	out, err := b.page(ctx, b.org.db.Read(), web.Tenant(ctx), pq)
	if err != nil {
		return nil, err
	}
	return &output[page[T]]{out}, nil
}

// ownTeamsOnly: who may see users for the sake of the own teams alone sees no others.
func (b *book[T, P]) ownTeamsOnly(ctx context.Context) (teams []string, only bool) {
	if b.word != "user" {
		return nil, false
	}
	who := authorityOf(ctx)
	for _, p := range b.see {
		if p != SuperviseOwnTeams && who.can(p) {
			return nil, false
		}
	}
	return who.SupervisedTeamIDs, true
}

func (b *book[T, P]) serveOne(ctx context.Context, in *oneInput) (*output[T], error) {
	p, err := b.get(ctx, b.org.db.Read(), web.Tenant(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if teams, only := b.ownTeamsOnly(ctx); only && !inTeams(p, teams) {
		return nil, fail.NotFound(b.word)
	}
	p.base().Abilities = b.abilities(ctx, p)
	return &output[T]{p}, nil
}

func inTeams(p any, teams []string) bool {
	u, ok := p.(*User)
	if !ok {
		return true
	}
	for _, id := range teams {
		if u.TeamID == id {
			return true
		}
	}
	return false
}

func (b *book[T, P]) serveDefaults(context.Context, *struct{}) (*output[T], error) {
	p := b.fresh()
	p.base().Abilities = []string{AbilityEdit}
	return &output[T]{p}, nil
}

func (b *book[T, P]) serveCreate(ctx context.Context, in *createInput[T]) (*output[T], error) {
	return b.write(ctx, func(ctx context.Context, tx *db.Tx, tenant string) (P, error) {
		p, err := overlay((*T)(b.fresh()), in.Body.raw)
		if err != nil {
			return nil, err
		}
		*P(p).base() = Base{}
		return p, b.add(ctx, tx, tenant, p)
	})
}

func (b *book[T, P]) serveChange(ctx context.Context, in *changeInput[T]) (*output[T], error) {
	if in.Body.version() == 0 {
		return nil, fail.Invalid("version", "must be the version you read")
	}
	return b.write(ctx, func(ctx context.Context, tx *db.Tx, tenant string) (P, error) {
		return b.change(ctx, tx, tenant, in.ID, in.Body.version(), func(old P) (P, error) {
			p, err := overlay((*T)(old), in.Body.raw)
			return p, err
		})
	})
}

func (b *book[T, P]) serveRemove(ctx context.Context, in *removeInput) (*struct{}, error) {
	return nil, b.org.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		if err := b.remove(ctx, tx, web.Tenant(ctx), in.ID, in.Version); err != nil {
			return err
		}
		return db.Answer(ctx, tx, nil)
	})
}

// write runs a verb in a transaction that also keeps its answer.
func (b *book[T, P]) write(ctx context.Context, verb func(context.Context, *db.Tx, string) (P, error)) (*output[T], error) {
	var p P
	err := b.org.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		var err error
		if p, err = verb(ctx, tx, web.Tenant(ctx)); err != nil {
			return err
		}
		p.base().Abilities = b.abilities(ctx, p)
		return db.Answer(ctx, tx, p)
	})
	if err != nil {
		return nil, err
	}
	return &output[T]{p}, nil
}
