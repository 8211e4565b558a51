package interaction

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/web"
)

// Staff tells whose activity somebody may see, and the words of its reasons.
type Staff interface {
	People(ctx context.Context, who web.Identity) ([]Person, error)
	ReasonName(ctx context.Context, who web.Identity, reasonID string) string
}

// Person is somebody whose activity may be seen.
type Person struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	TeamID   string `json:"teamId,omitempty"`
	TeamName string `json:"teamName,omitempty"`
}

// UseStaff says who tells whose activity may be seen. Call it before the first
// request.
func (s *Service) UseStaff(staff Staff) { s.staff = staff }

func (s *Service) registerActivity(srv *web.Server) {
	privileges := []string{"records.view", "supervise.reports"}
	web.Query(srv, web.Op{Path: "/api/agent-activity", ID: "listAgentActivity", Tag: "records", Privileges: privileges,
		Summary: "States of agents in the order of time, and their sums"}, s.serveActivity)
	web.Query(srv, web.Op{Path: "/api/agent-activity/people", ID: "listActivityPeople", Tag: "records", Privileges: privileges,
		Summary: "Whose activity I may see"}, s.servePeople)
}

type activityInput struct {
	UserID string `query:"userId" maxLength:"100" doc:"Left out: everybody whose activity I may see"`
	TeamID string `query:"teamId" maxLength:"100" doc:"The team they were in then"`
	From   int64  `query:"from" required:"true" minimum:"1" doc:"Unix ms"`
	To     int64  `query:"to" required:"true" minimum:"1" doc:"Unix ms, excluded; at most 93 days after from, 8 days without userId"`
	Sort   string `query:"sort" enum:"newest,oldest" default:"oldest"`
	Cursor string `query:"cursor" maxLength:"200"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"100"`
}

// ActivityPage is one page of agents' states with the sums of the whole period.
type ActivityPage struct {
	At    int64          `json:"at" doc:"Running states are counted up to this, unix ms"`
	Items []ActivitySpan `json:"items"`
	Next  string         `json:"next,omitempty" doc:"Cursor of the next page"`
	Sums  []StateTotal   `json:"sums" doc:"By state and reason"`
}

// ActivitySpan is one state of one agent: from, to, why.
type ActivitySpan struct {
	ID         string `json:"id"`
	ShiftID    string `json:"shiftId"`
	UserID     string `json:"userId"`
	UserName   string `json:"userName"`
	TeamID     string `json:"teamId,omitempty"`
	State      string `json:"state"`
	ReasonID   string `json:"reasonId,omitempty"`
	ReasonName string `json:"reasonName,omitempty" doc:"In my language, as the centre calls it"`
	Cause      string `json:"cause,omitempty" doc:"What brought the state about"`
	ByUserID   string `json:"byUserId,omitempty" doc:"Who forced it"`
	ByName     string `json:"byName,omitempty"`
	StartedAt  int64  `json:"startedAt"`
	EndedAt    int64  `json:"endedAt" doc:"0: still"`
	Ms         int64  `json:"ms" doc:"Within the period, a running one up to at"`
}

// StateTotal is the time spent in a state for a reason within the period.
type StateTotal struct {
	State      string `json:"state"`
	ReasonID   string `json:"reasonId,omitempty"`
	ReasonName string `json:"reasonName,omitempty"`
	Ms         int64  `json:"ms"`
	Spans      int64  `json:"spans"`
	Running    int64  `json:"running" doc:"How many of them last on"`
}

type activityOutput struct{ Body ActivityPage }

func (s *Service) serveActivity(ctx context.Context, in *activityInput) (*activityOutput, error) {
	who := web.Who(ctx)
	people, err := s.staff.People(ctx, who)
	if err != nil {
		return nil, err
	}
	f := ActivityFilter{TeamID: in.TeamID, From: in.From, To: in.To, Newest: in.Sort == "newest", Cursor: in.Cursor, Limit: in.Limit}
	for _, p := range people {
		if in.UserID == "" || p.ID == in.UserID {
			f.AgentIDs = append(f.AgentIDs, p.ID)
		}
	}
	if in.UserID != "" && len(f.AgentIDs) == 0 {
		return nil, fail.NotFound("user")
	}
	var a Activity
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		a, err = s.Activity(ctx, tx, who.TenantID, f, db.Now())
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &activityOutput{ActivityPage{At: a.At, Next: a.Next, Items: make([]ActivitySpan, len(a.Spans)), Sums: make([]StateTotal, len(a.Sums))}}
	for i, sp := range a.Spans {
		out.Body.Items[i] = s.activitySpan(ctx, who, sp, in.From, min(in.To, a.At))
	}
	for i, t := range a.Sums {
		out.Body.Sums[i] = StateTotal{State: t.State, ReasonID: t.ReasonID, ReasonName: s.reasonName(ctx, who, t.ReasonID),
			Ms: t.Ms, Spans: t.Spans, Running: t.Running}
	}
	return out, nil
}

func (s *Service) activitySpan(ctx context.Context, who web.Identity, sp Span, from, to int64) ActivitySpan {
	end := sp.EndedAt
	if end == 0 {
		end = to
	}
	return ActivitySpan{ID: sp.ID, ShiftID: sp.ShiftID, UserID: sp.AgentID, UserName: s.directory.UserName(ctx, who.TenantID, sp.AgentID),
		TeamID: sp.TeamID, State: sp.State, ReasonID: sp.ReasonID, ReasonName: s.reasonName(ctx, who, sp.ReasonID), Cause: sp.Cause,
		ByUserID: sp.ByUserID, ByName: s.directory.UserName(ctx, who.TenantID, sp.ByUserID), StartedAt: sp.StartedAt, EndedAt: sp.EndedAt,
		Ms: max(0, min(end, to)-max(sp.StartedAt, from))}
}

func (s *Service) reasonName(ctx context.Context, who web.Identity, id string) string {
	if id == "" {
		return ""
	}
	return s.staff.ReasonName(ctx, who, id)
}

// PeopleList is whose activity somebody may see, by name.
type PeopleList struct {
	Items []Person `json:"items"`
}

func (s *Service) servePeople(ctx context.Context, _ *struct{}) (*struct{ Body PeopleList }, error) {
	people, err := s.staff.People(ctx, web.Who(ctx))
	if err != nil {
		return nil, err
	}
	people = append([]Person{}, people...)
	slices.SortFunc(people, func(a, b Person) int {
		return strings.Compare(strings.ToLower(a.Name)+a.ID, strings.ToLower(b.Name)+b.ID)
	})
	return &struct{ Body PeopleList }{PeopleList{people}}, nil
}
