package audit

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"parley/internal/fail"
	"parley/internal/web"
)

var mayRead = []string{"security.audit"}

// Register puts the log on the API.
func (l *Log) Register(s *web.Server) {
	web.Query(s, web.Op{Method: http.MethodGet, Path: "/api/audit", ID: "searchAudit", Tag: "audit", Privileges: mayRead,
		Summary: "Who did what, newest first"}, l.serveSearch)
	web.Query(s, web.Op{Method: http.MethodGet, Path: "/api/audit/verification", ID: "verifyAudit", Tag: "audit", Privileges: mayRead,
		Summary: "Check that no entry was changed, removed or inserted"}, l.serveVerify)
	s.Handle("GET /api/audit/export", http.HandlerFunc(l.serveExport), web.Needs(mayRead...))
}

type searchInput struct {
	From     int64  `query:"from" minimum:"0" doc:"unix ms"`
	To       int64  `query:"to" minimum:"0" doc:"unix ms, excluded"`
	UserID   string `query:"userId" maxLength:"100" doc:"Who did it"`
	Action   string `query:"action" maxLength:"100"`
	Entity   string `query:"entity" maxLength:"100"`
	EntityID string `query:"entityId" maxLength:"100"`
	Q        string `query:"q" maxLength:"200"`
	Cursor   string `query:"cursor" maxLength:"30"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type auditSearchOutput struct {
	Body struct {
		Items []Act  `json:"items"`
		Next  string `json:"next" doc:"Cursor of the next page, empty at the end"`
	}
}

func (l *Log) serveSearch(ctx context.Context, in *searchInput) (*auditSearchOutput, error) {
	f := Filter{From: in.From, To: in.To, ActorID: in.UserID, Action: in.Action, Entity: in.Entity, EntityID: in.EntityID,
		Q: in.Q, Limit: int64(in.Limit) + 1}
	if in.Cursor != "" {
		n, err := strconv.ParseInt(in.Cursor, 10, 64)
		if err != nil || n < 1 {
			return nil, fail.Invalid("cursor", "is not one that was given out")
		}
		f.Before = n
	}
	items, err := l.Search(ctx, web.Tenant(ctx), f)
	if err != nil {
		return nil, err
	}
	out := &auditSearchOutput{}
	if len(items) > in.Limit {
		items = items[:in.Limit]
		out.Body.Next = strconv.FormatInt(items[in.Limit-1].N, 10)
	}
	out.Body.Items = items
	return out, nil
}

type verifyOutput struct {
	Body Verdict
}

func (l *Log) serveVerify(ctx context.Context, _ *struct{}) (*verifyOutput, error) {
	v, err := l.Verify(ctx, web.Tenant(ctx))
	return &verifyOutput{v}, err
}

const exportSlice = 1000

// serveExport sends the entries of a time (query from, to in unix ms) as a table.
func (l *Log) serveExport(w http.ResponseWriter, r *http.Request) {
	f := Filter{Limit: exportSlice, Q: r.URL.Query().Get("q"), Entity: r.URL.Query().Get("entity"),
		Action: r.URL.Query().Get("action"), ActorID: r.URL.Query().Get("userId")}
	for field, at := range map[string]*int64{"from": &f.From, "to": &f.To} {
		s := r.URL.Query().Get(field)
		if s == "" {
			continue
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 0 {
			web.WriteProblem(w, r, fail.Invalid(field, "must be a time in unix milliseconds"))
			return
		}
		*at = n
	}
	tenant := web.Tenant(r.Context())
	entries, err := l.Search(r.Context(), tenant, f) // the first slice before the answer begins, so that a failure can be told
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	table := web.NewCSV(w, "audit.csv")
	_ = table.Row("n", "at", "actorKind", "actorId", "actorName", "address", "action", "entity", "entityId", "name", "before", "after", "hash")
	for len(entries) > 0 && err == nil {
		for _, e := range entries {
			err = table.Row(strconv.FormatInt(e.N, 10), time.UnixMilli(e.At).UTC().Format(time.RFC3339Nano), e.ActorKind, e.ActorID,
				e.ActorName, e.Address, e.Action, e.Entity, e.EntityID, e.Name, string(e.Before), string(e.After), e.Hash)
		}
		f.Before = entries[len(entries)-1].N
		if err == nil {
			entries, err = l.Search(r.Context(), tenant, f)
		}
	}
	if flushed := table.Flush(); err == nil {
		err = flushed
	}
	if err != nil {
		panic(http.ErrAbortHandler) // half a table must not look like a whole one
	}
}
