package email

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/org"
	"parley/internal/web"
)

// everybody stands for the personal queues of all people that a supervisor leads.
const everybody = "all"

// Member is somebody of a team.
type Member struct{ ID, Name, Team string }

// QueueOwner is somebody whose personal queue a supervisor sees and puts mails
// into.
type QueueOwner struct {
	UserID  string `json:"userId"`
	Name    string `json:"name"`
	Team    string `json:"team"`
	Me      bool   `json:"me" doc:"Who asks"`
	Takes   bool   `json:"takes" doc:"Handles mails: may be given some"`
	Count   int64  `json:"count" doc:"In the personal queue"`
	Overdue int64  `json:"overdue" doc:"Longer than the service level allows"`
}

// QueueOwners are those that a supervisor leads, who themself among them, by name.
func (s *Service) QueueOwners(ctx context.Context, who web.Identity) ([]QueueOwner, error) {
	led, err := s.directory.Led(ctx, who.TenantID, who.UserID)
	if err != nil {
		return nil, err
	}
	if who.UserID != "" && !slices.ContainsFunc(led, func(m Member) bool { return m.ID == who.UserID }) {
		led = append(led, Member{ID: who.UserID, Name: s.name(ctx, who.TenantID, who.UserID)})
	}
	ids := make([]string, len(led))
	for i, m := range led {
		ids[i] = m.ID
	}
	var counted []struct {
		OwnerID string `bun:"owner_id"`
		tally
	}
	if err := (scope{tenant: who.TenantID, owners: ids}).within(s.db.Read().NewSelect().Model((*Row)(nil)), PlacePersonal).
		Column("owner_id").ColumnExpr("COUNT(*) AS n").ColumnExpr("COUNT(CASE WHEN r.sl_due_at > 0 AND r.sl_due_at < ? THEN 1 END) AS overdue", s.now()).
		Group("owner_id").Scan(ctx, &counted); err != nil {
		return nil, err
	}
	by := make(map[string]tally, len(counted))
	for _, c := range counted {
		by[c.OwnerID] = c.tally
	}
	out := make([]QueueOwner, len(led))
	for i, m := range led {
		out[i] = QueueOwner{UserID: m.ID, Name: m.Name, Team: m.Team, Me: m.ID == who.UserID, Takes: s.directory.Can(ctx, who.TenantID, m.ID, org.HandleEmail),
			Count: by[m.ID].N, Overdue: by[m.ID].Overdue}
	}
	slices.SortFunc(out, func(a, b QueueOwner) int { return compareNames(a.Name, b.Name, a.UserID, b.UserID) })
	return out, nil
}

// owners are those whose personal queues are meant: one's own, that of somebody
// whom a supervisor leads, or those of all of them.
func (s *Service) owners(ctx context.Context, who web.Identity, of string) ([]string, error) {
	if of == "" || of == who.UserID {
		return []string{who.UserID}, nil
	}
	led, err := s.led(ctx, who)
	if err != nil || of == everybody {
		return led, err
	}
	if !slices.Contains(led, of) {
		return nil, fail.NotFound("user")
	}
	return []string{of}, nil
}

// led are those whose mails somebody may move: nobody without the privilege.
func (s *Service) led(ctx context.Context, who web.Identity) (ids []string, err error) {
	if !who.Can(org.SuperviseForceState) || who.UserID == "" {
		return nil, nil
	}
	members, err := s.directory.Led(ctx, who.TenantID, who.UserID)
	for _, m := range members {
		if m.ID != who.UserID {
			ids = append(ids, m.ID)
		}
	}
	return ids, err
}

// Assign puts mails into somebody's personal queue, from wherever they are.
// The person is the supervisor or somebody of the teams led; the mails are in the
// queue of a service of these teams, or somebody of them has them. The others are
// refused one by one.
func (s *Service) Assign(ctx context.Context, who web.Identity, userID string, ids []string) (MovedMails, error) {
	led, err := s.led(ctx, who)
	if err != nil {
		return MovedMails{}, err
	}
	led = append(led, who.UserID)
	if !slices.Contains(led, userID) || !s.directory.Can(ctx, who.TenantID, userID, org.HandleEmail) {
		return MovedMails{}, fail.Invalid("userId", "Choose somebody of your teams who takes mails")
	}
	_, supervised, err := s.directory.ServicesOf(ctx, who.TenantID, who.UserID)
	if err != nil {
		return MovedMails{}, err
	}
	rows, err := s.rowsOf(ctx, who.TenantID, ids)
	if err != nil {
		return MovedMails{}, err
	}
	var mine []string
	var refused []MoveRefusal
	for _, id := range ids {
		row := rows[id]
		switch {
		case row == nil, row.Place == PlaceEnded:
			refused = append(refused, refuse(id, fail.NotFound("segment")))
		case row.Place == PlaceTeam && !slices.Contains(supervised, row.ServiceID), row.Place != PlaceTeam && !slices.Contains(led, row.OwnerID):
			refused = append(refused, refuse(id, fail.Forbidden()))
		default:
			mine = append(mine, id)
		}
	}
	out, err := s.commands(ctx, who.TenantID, mine, func(id string) core.Input {
		return core.Input{Type: core.InTaken, Item: id, Agent: userID, By: who.UserID, Forced: true}
	})
	out.Refused = append(out.Refused, refused...)
	return out, err
}

// Return puts mails back into the team's queue: out of the user's own personal
// queue, and from where people that a supervisor leads have them, their hands
// too. The others are refused one by one.
func (s *Service) Return(ctx context.Context, who web.Identity, ids []string) (MovedMails, error) {
	led, err := s.led(ctx, who)
	if err != nil {
		return MovedMails{}, err
	}
	rows, err := s.rowsOf(ctx, who.TenantID, ids)
	if err != nil {
		return MovedMails{}, err
	}
	var mine []string
	var refused []MoveRefusal
	for _, id := range ids {
		switch row := rows[id]; {
		case row == nil, row.Place == PlaceEnded:
			refused = append(refused, refuse(id, fail.NotFound("segment")))
		case row.OwnerID != "" && row.OwnerID != who.UserID && who.Can(org.SuperviseForceState) && !slices.Contains(led, row.OwnerID):
			refused = append(refused, refuse(id, fail.Forbidden()))
		default:
			mine = append(mine, id)
		}
	}
	out, err := s.commands(ctx, who.TenantID, mine, func(id string) core.Input {
		in := core.Input{Type: core.InSubmitted, Item: id, Agent: who.UserID}
		if owner := rows[id].OwnerID; slices.Contains(led, owner) {
			in.Agent, in.By = owner, who.UserID
		}
		return in
	})
	out.Refused = append(out.Refused, refused...)
	return out, err
}

// rowsOf are the rows of some segments.
func (s *Service) rowsOf(ctx context.Context, tenant string, ids []string) (map[string]*Row, error) {
	by := make(map[string]*Row, len(ids))
	if len(ids) == 0 {
		return by, nil
	}
	var rows []*Row
	err := s.db.Read().NewSelect().Model(&rows).Where("r.tenant_id = ? AND r.segment_id IN (?)", tenant, bun.List(ids)).Scan(ctx)
	for _, r := range rows {
		by[r.SegmentID] = r
	}
	return by, err
}

// Why a mail could not be moved.
const (
	whyTaken   = "taken"     // somebody was quicker
	whyGone    = "gone"      // it is over, or never was
	whyForeign = "not_yours" // of teams that the supervisor doesn't lead
	whyOther   = "other"
)

// refuse says why a mail could not be moved.
func refuse(segmentID string, err error) MoveRefusal {
	e := fail.As(err)
	r := MoveRefusal{SegmentID: segmentID, Code: e.Code, Detail: e.Text("en"), Why: whyOther}
	switch e.Args["refused"] {
	case core.RefusedTaken, core.RefusedExists:
		r.Why = whyTaken
	case core.RefusedEnded:
		r.Why = whyGone
	}
	switch e.Code {
	case fail.CodeNotFound:
		r.Why = whyGone
	case fail.CodeForbidden:
		r.Why = whyForeign
	}
	return r
}

// taken is the refusal of a mail that somebody else has.
func taken() *fail.Error {
	e := fail.State("Somebody else has taken it")
	e.Args["refused"] = core.RefusedTaken
	return e
}
