package floor

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"parley/internal/audit"
	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/org"
	"parley/internal/web"
)

var errUnreadable = errors.New("the input can't be read")

// PutAside is an input that the floor could not take.
type PutAside struct {
	ID            string   `json:"id"`
	At            int64    `json:"at"`
	Source        string   `json:"source" enum:"inbox,command,timer,own" doc:"inbox: a channel told it; command: somebody's click, who was told; timer, own: the floor comes to it again by itself"`
	Type          string   `json:"type" doc:"What the floor was told; empty when it can't be read"`
	SegmentID     string   `json:"segmentId"`
	InteractionID string   `json:"interactionId" doc:"The contact it is about, where its record is known"`
	AgentID       string   `json:"agentId"`
	Error         string   `json:"error"`
	Input         string   `json:"input" doc:"As it was told, JSON where it can be read"`
	Abilities     []string `json:"abilities" doc:"retry: only what nobody else will tell again; discard"`
}

const (
	abilityRetry   = "retry"
	abilityDiscard = "discard"
)

func (r *quarantineRow) shown() PutAside {
	p := PutAside{ID: r.ID, At: r.At, Source: r.Source, Error: r.Error, Input: r.Input, Abilities: []string{abilityDiscard}}
	var in core.Input
	if json.Unmarshal([]byte(r.Input), &in) == nil {
		p.Type, p.SegmentID, p.AgentID = in.Type, in.Item, in.Agent
	}
	if r.Source == fromInbox {
		p.Abilities = []string{abilityRetry, abilityDiscard}
	}
	return p
}

// SetAside lists a tenant's quarantine, newest first; before is the id of the last
// one seen.
func (f *Floors) SetAside(ctx context.Context, tenant, before string, limit int) ([]PutAside, error) {
	var rows []quarantineRow
	q := f.cfg.DB.Read().NewSelect().Model(&rows).Where("fq.tenant_id = ?", tenant).OrderExpr("fq.id DESC").Limit(int64(limit))
	if before != "" {
		q = q.Where("fq.id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	out := make([]PutAside, len(rows))
	for i := range rows {
		out[i] = rows[i].shown()
		if out[i].SegmentID == "" {
			continue
		}
		switch s, err := f.cfg.Interactions.Segment(ctx, f.cfg.DB.Read(), tenant, out[i].SegmentID); {
		case err == nil:
			out[i].InteractionID = s.InteractionID
		case fail.Code(err) != fail.CodeNotFound:
			return nil, err
		}
	}
	return out, nil
}

// Retry tells the floor once more what it could not take. Should it fail again, it
// is put aside again.
func (f *Floors) Retry(ctx context.Context, tx *db.Tx, tenant, id string) (PutAside, error) {
	row, err := takeAside(ctx, tx, tenant, id)
	if err != nil {
		return PutAside{}, err
	}
	if row.Source != fromInbox {
		return PutAside{}, fail.State("who told it to the floor was answered; only what a channel told can be tried again")
	}
	return row.shown(), f.tell(ctx, tx, inboxRow{TenantID: tenant, Input: row.Input, At: db.Now()})
}

// Discard gives up an input that was put aside.
func (f *Floors) Discard(ctx context.Context, tx *db.Tx, tenant, id string) (PutAside, error) {
	row, err := takeAside(ctx, tx, tenant, id)
	return row.shown(), err
}

// takeAside removes a row from the quarantine; of two who do it at once one finds
// nothing.
func takeAside(ctx context.Context, tx *db.Tx, tenant, id string) (row quarantineRow, err error) {
	err = tx.NewSelect().Model(&row).Where("fq.tenant_id = ? AND fq.id = ?", tenant, id).Scan(ctx)
	if db.IsNone(err) {
		return row, fail.NotFound("input")
	}
	if err != nil {
		return row, err
	}
	res, err := tx.NewDelete().Model(&row).WherePK().Exec(ctx)
	if err != nil {
		return row, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return row, errors.Join(err, fail.NotFound("input"))
	}
	return row, nil
}

func (a *API) registerQuarantine(s *web.Server) {
	may := []string{org.SystemSettings}
	web.Query(s, web.Op{Path: "/api/quarantine", ID: "listQuarantine", Tag: "quarantine", Privileges: may,
		Summary: "What routing could not take, newest first"}, a.quarantined)
	web.Command(s, web.Op{Path: "/api/quarantine/{id}/retry", ID: "retryQuarantined", Tag: "quarantine", Privileges: may,
		Summary: "Tell routing once more what it could not take"}, a.fromQuarantine("retry", a.Floors.Retry))
	web.Command(s, web.Op{Method: "DELETE", Path: "/api/quarantine/{id}", ID: "discardQuarantined", Tag: "quarantine", Privileges: may,
		Summary: "Give up what routing could not take; the audit log keeps it"}, a.fromQuarantine("discard", a.Floors.Discard))
}

type quarantineInput struct {
	Cursor string `query:"cursor" maxLength:"100"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type quarantineOutput struct {
	Body struct {
		Items []PutAside `json:"items"`
		Next  string     `json:"next"`
	}
}

func (a *API) quarantined(ctx context.Context, in *quarantineInput) (*quarantineOutput, error) {
	items, err := a.Floors.SetAside(ctx, web.Tenant(ctx), in.Cursor, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &quarantineOutput{}
	if len(items) > in.Limit {
		items = items[:in.Limit]
		out.Body.Next = items[in.Limit-1].ID
	}
	out.Body.Items = items
	return out, nil
}

type putAsideInput struct {
	ID string `path:"id" maxLength:"100"`
}

// fromQuarantine serves a verb that takes an input out, and writes it down.
func (a *API) fromQuarantine(action string, verb func(context.Context, *db.Tx, string, string) (PutAside, error)) func(context.Context, *putAsideInput) (*struct{}, error) {
	return func(ctx context.Context, in *putAsideInput) (*struct{}, error) {
		tenant := web.Tenant(ctx)
		return nil, a.Floors.cfg.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
			p, err := verb(ctx, tx, tenant, in.ID)
			if err != nil {
				return err
			}
			ev := audit.Event{TenantID: tenant, Action: action, Entity: "quarantine", EntityID: p.ID, Name: p.Type, Before: p}
			if err := a.Audit.Record(ctx, tx, ev); err != nil {
				return err
			}
			return db.Answer(ctx, tx, nil)
		})
	}
}

// quarantine keeps an input that the floor can't take, for a person to look at.
func (o *owner) quarantine(ctx context.Context, e *entry, cause error) error {
	text := e.unreadable
	if text == "" {
		in, err := json.Marshal(e.in)
		if err != nil {
			return err
		}
		text = string(in)
	}
	slog.Error("the floor put an input aside", "tenant", o.tenant, "type", e.in.Type, "item", e.in.Item,
		"agent", e.in.Agent, "source", e.source, "error", cause)
	quarantined.Inc()
	row := quarantineRow{TenantID: o.tenant, ID: db.NewID(), At: db.Now(), Source: e.source, Input: text, Error: cause.Error()}
	return o.f.cfg.DB.Write(ctx, db.Floor, func(ctx context.Context, tx *db.Tx) error {
		if err := bus.CheckFencing(ctx, tx, leaseKey(o.tenant), o.lease.Fencing); err != nil {
			return errors.Join(errLost, err)
		}
		if e.inbox != 0 {
			if err := takeInbox(ctx, tx, o.tenant, []int64{e.inbox}); err != nil {
				return err
			}
		}
		_, err := tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
}
