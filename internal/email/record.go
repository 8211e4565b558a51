package email

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// Record follows what the floor decided of mails, in the floor's own
// transaction: where each stands in the queues, whose it is, and what that means
// for its case. It is a floor.Recorder.
func (s *Service) Record(ctx context.Context, tx *db.Tx, tenant string, happened []floor.Happened) error {
	var r *recording
	for _, h := range happened {
		for _, e := range h.Effects {
			if e.Kind != core.Email || e.Item == "" {
				continue
			}
			if r == nil {
				r = &recording{s: s, tx: tx, tenant: tenant, rows: map[string]*Row{}, cases: map[string]*cases.Case{}}
				if err := r.load(ctx, happened); err != nil {
					return err
				}
			}
			if err := r.take(ctx, &h.Input, &e); err != nil {
				return err
			}
		}
	}
	if r == nil {
		return nil
	}
	return r.save(ctx)
}

// recording is one call of Record.
type recording struct {
	s       *Service
	tx      *db.Tx
	tenant  string
	rows    map[string]*Row        // by segment
	cases   map[string]*cases.Case // locked
	touched []*Row
	gone    []string // segments
}

// load reads the rows that are spoken of and locks their cases, in the order of
// ids. interaction.Record has locked the contacts before.
func (r *recording) load(ctx context.Context, happened []floor.Happened) error {
	var ids []string
	for _, h := range happened {
		for _, e := range h.Effects {
			if e.Kind == core.Email && e.Item != "" && !slices.Contains(ids, e.Item) {
				ids = append(ids, e.Item)
			}
		}
	}
	var rows []*Row
	if err := r.tx.NewSelect().Model(&rows).Where("r.tenant_id = ? AND r.segment_id IN (?)", r.tenant, bun.List(ids)).
		Order("r.case_id").Scan(ctx); err != nil {
		return err
	}
	for _, row := range rows {
		r.rows[row.SegmentID] = row
		if row.CaseID == "" || r.cases[row.CaseID] != nil {
			continue
		}
		k, err := r.s.cases.Lock(ctx, r.tx, r.tenant, row.CaseID)
		if err != nil {
			return err
		}
		r.cases[row.CaseID] = k
	}
	return nil
}

// take follows one decision. Items without a row are of no mail that is still
// worked on.
func (r *recording) take(ctx context.Context, in *core.Input, e *core.Effect) error {
	row := r.rows[e.Item]
	if row == nil {
		return nil
	}
	switch e.Type {
	case core.OutQueued, core.OutRequeued:
		return r.toTeam(ctx, row, in, e)
	case core.OutOffered:
		row.Place, row.OwnerID, row.Offered = PlaceTeam, e.Agent, true
	case core.OutWithdrawn:
		row.OwnerID, row.Offered = "", false
	case core.OutParked:
		if e.Agent == "" {
			return r.toTeam(ctx, row, in, e)
		}
		return r.toPerson(ctx, row, in, e)
	case core.OutAssigned:
		row.Place, row.OwnerID, row.Offered, row.Unread = PlaceHand, e.Agent, false, 0
		if err := r.assign(ctx, row, e.Agent, ""); err != nil {
			return err
		}
		if _, err := r.s.cases.Seen(ctx, r.tx, r.tenant, row.CaseID, e.Agent); err != nil {
			return err
		}
	case core.OutEnded:
		row.Place, row.Draft = PlaceEnded, false
	case core.OutFinished, core.OutExited, core.OutTimedOut, core.OutCancelled:
		return r.finished(ctx, row)
	default:
		return nil
	}
	r.touch(row)
	return nil
}

func (r *recording) touch(row *Row) {
	if !slices.Contains(r.touched, row) {
		r.touched = append(r.touched, row)
	}
}

func (r *recording) toTeam(ctx context.Context, row *Row, in *core.Input, e *core.Effect) error {
	had := row.OwnerID
	if row.Offered {
		had = ""
	}
	row.Place, row.OwnerID, row.Offered, row.Draft = PlaceTeam, "", false, false
	r.touch(row)
	if k := r.cases[row.CaseID]; k != nil && had != "" {
		k.AssigneeID = ""
		return r.s.cases.Log(ctx, r.tx, k, cases.CaseEntry{Kind: cases.EntryEvent, Event: cases.EventReturned, UserID: by(in, e, had), At: e.At})
	}
	return nil
}

func (r *recording) toPerson(ctx context.Context, row *Row, in *core.Input, e *core.Effect) error {
	given := in.Type == core.InTaken && in.By != "" // by a supervisor; a draft goes with it
	row.Place, row.OwnerID, row.Offered, row.Draft = PlacePersonal, e.Agent, false, e.Reason == core.ParkedDraft || given && row.Draft
	r.touch(row)
	if k := r.cases[row.CaseID]; given && k != nil && k.AssigneeID == e.Agent {
		k.AssigneeID = "" // had it before: that it was given again is told too
	}
	return r.assign(ctx, row, e.Agent, in.By)
}

// by is who did what happened to an agent's mail: a supervisor, the agent, or
// nobody.
func by(in *core.Input, e *core.Effect, had string) string {
	switch {
	case in.By != "":
		return in.By
	case in.Forced: // of somebody who stays away
		return ""
	case in.Item == e.Item && in.Agent == had:
		return had
	}
	return ""
}

// assign notes whose the case is now.
func (r *recording) assign(ctx context.Context, row *Row, agent, by string) error {
	k := r.cases[row.CaseID]
	if k == nil || k.AssigneeID == agent {
		return nil
	}
	k.AssigneeID = agent
	who, err := r.s.directory.Person(ctx, r.tenant, agent)
	if err != nil {
		who = Person{} // a name for the history only
	}
	return r.s.cases.Log(ctx, r.tx, k, cases.CaseEntry{Kind: cases.EntryEvent, Event: cases.EventAssigned, UserID: by,
		Args: map[string]string{"name": who.Name, "userId": agent}})
}

// finished takes the row away. The disposition stands in the case's history; one
// that closes cases closes it with its last contact in work (decision 31).
func (r *recording) finished(ctx context.Context, row *Row) error {
	r.gone = append(r.gone, row.SegmentID)
	delete(r.rows, row.SegmentID)
	k := r.cases[row.CaseID]
	if k == nil {
		return nil
	}
	p, err := r.s.interactions.Segment(ctx, r.tx, r.tenant, row.SegmentID)
	if err != nil {
		return err
	}
	if p.DispositionID == "" || p.DispositionID == interaction.DispositionNone {
		return nil
	}
	d, err := r.s.directory.Disposition(ctx, r.tenant, p.DispositionID)
	if fail.Code(err) == fail.CodeNotFound {
		return nil // removed meanwhile: it closes nothing
	}
	if err != nil {
		return err
	}
	if err := r.s.cases.Log(ctx, r.tx, k, cases.CaseEntry{Kind: cases.EntryDisposition, UserID: p.AgentID, SegmentID: p.ID, Text: p.Comment,
		Args: map[string]string{"disposition": d.Name}}); err != nil {
		return err
	}
	if !d.ClosesCase || k.State == cases.StateClosed {
		return nil
	}
	others, err := r.tx.NewSelect().Model((*Row)(nil)).Where("r.tenant_id = ? AND r.case_id = ? AND r.segment_id NOT IN (?)",
		r.tenant, k.ID, bun.List(r.gone)).Exists(ctx)
	if err != nil || others {
		return err
	}
	return r.s.cases.Move(ctx, r.tx, k, cases.StateClosed, p.AgentID)
}

func (r *recording) save(ctx context.Context) error {
	for _, row := range r.touched {
		if slices.Contains(r.gone, row.SegmentID) {
			continue
		}
		if err := saveRow(ctx, r.tx, row); err != nil {
			return err
		}
	}
	if len(r.gone) > 0 {
		if _, err := r.tx.NewDelete().Model((*Row)(nil)).Where("tenant_id = ? AND segment_id IN (?)", r.tenant, bun.List(r.gone)).Exec(ctx); err != nil {
			return err
		}
		// A draft that nobody can send any more; what was written stays with the case.
		if _, err := r.tx.NewUpdate().Model((*Mail)(nil)).Set("segment_id = ''").
			Where("tenant_id = ? AND segment_id IN (?) AND segment_id <> '' AND state = 'draft'", r.tenant, bun.List(r.gone)).Exec(ctx); err != nil {
			return err
		}
	}
	ids := make([]string, 0, len(r.cases))
	for id := range r.cases {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if err := r.s.cases.Save(ctx, r.tx, r.cases[id]); err != nil {
			return err
		}
		if err := r.s.changed(ctx, r.tx, r.cases[id]); err != nil {
			return err
		}
	}
	tenant := r.tenant
	r.tx.AfterCommit(func() { r.s.queueChanged(tenant) })
	return nil
}
