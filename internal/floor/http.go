package floor

import (
	"context"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/org"
	"parley/internal/web"
)

// API is the floor's part of the HTTP interface.
type API struct {
	Floors   *Floors
	Org      *org.Org
	Channels map[string]interaction.Channel // by kind of contact
	Audit    *audit.Log
	// MayOpen tells whether somebody may take a waiting mail by hand.
	MayOpen func(ctx context.Context, who web.Identity, p interaction.Segment) bool
}

// workers are the privileges with which somebody has a place on the floor.
var workers = []string{org.HandleVoice, org.HandleChat, org.HandleEmail, org.SuperviseLive}

// Register puts the floor on the API.
func (a *API) Register(s *web.Server) {
	const desk, supervise = "desk", "supervise"
	web.Command(s, web.Op{Path: "/api/desk/shift", ID: "startShift", Tag: desk, Privileges: workers,
		Summary: "Come to the floor"}, a.shift)
	web.Command(s, web.Op{Path: "/api/desk/state", ID: "chooseState", Tag: desk, Privileges: workers,
		Summary: "Choose Ready, or Not ready with a reason"}, a.state)
	web.Command(s, web.Op{Path: "/api/desk/sign-out", ID: "leaveFloor", Tag: desk, Privileges: workers,
		Summary: "Leave the floor; with contacts in hand after confirmation, when the last is finished"}, a.signOut)
	web.Query(s, web.Op{Path: "/api/desk/dispositions", ID: "listDeskDispositions", Tag: desk, Privileges: workers,
		Summary: "Dispositions of a service, in their order"}, a.dispositions)
	web.Query(s, web.Op{Path: "/api/desk/reasons", ID: "listDeskReasons", Tag: desk, Privileges: workers,
		Summary: "Reasons of Not ready: which I may choose, and the names of all"}, a.reasons)
	web.Command(s, web.Op{Path: "/api/offers/{segmentId}/accept", ID: "acceptOffer", Tag: desk, Privileges: workers,
		Summary: "Take what is offered to me"}, a.accept)
	web.Command(s, web.Op{Path: "/api/offers/{segmentId}/reject", ID: "rejectOffer", Tag: desk, Privileges: workers,
		Summary: "Refuse what is offered to me"}, a.reject)
	web.Command(s, web.Op{Path: "/api/offers/{segmentId}/postpone", ID: "postponeOffer", Tag: desk, Privileges: []string{org.HandleEmail},
		Summary: "Put the mail that is offered to me into my personal queue"}, a.postpone)
	web.Command(s, web.Op{Path: "/api/segments/{id}/open", ID: "openSegment", Tag: desk, Privileges: []string{org.HandleEmail},
		Summary: "Take a waiting mail in hand"}, a.open)
	web.Command(s, web.Op{Path: "/api/segments/{id}/finish", ID: "finishSegment", Tag: desk, Privileges: workers,
		Summary: "Finish the row of an ended contact"}, a.finish)
	web.Command(s, web.Op{Path: "/api/agents/{userId}/state", ID: "forceState", Tag: supervise, Privileges: []string{org.SuperviseForceState},
		Summary: "Set the state of an agent of my teams; during a contact it is pending"}, a.forceState)
	web.Command(s, web.Op{Path: "/api/agents/{userId}/sign-out", ID: "forceSignOut", Tag: supervise, Privileges: []string{org.SuperviseForceState},
		Summary: "Sign an agent of my teams out; during a contact after confirmation"}, a.forceSignOut)
	web.Query(s, web.Op{Path: "/api/records/{interactionId}/explanation", ID: "explainRecord", Tag: "records", Privileges: []string{org.RecordsView},
		Summary: "Why a contact waited and why it came to whom"}, a.explanation)
	a.registerSegments(s)
	a.registerColleagues(s)
	a.registerQuarantine(s)
	web.Event[AgentView](s, "agent.changed")
}

type answerOutput struct{ Body Answer }

func answered(a Answer, err error) (*answerOutput, error) {
	if err != nil {
		return nil, err
	}
	return &answerOutput{a}, nil
}

func (a *API) shift(ctx context.Context, _ *struct{}) (*answerOutput, error) {
	who := web.Who(ctx)
	if who.UserID == "" || who.SessionID == "" {
		return nil, fail.Forbidden() // a desk needs a session; a key has no socket to lose
	}
	return answered(a.Floors.SignIn(ctx, who.TenantID, who.UserID, who.SessionID, who.Can(org.SuperviseLive)))
}

type stateInput struct {
	Body struct {
		State    string `json:"state" enum:"ready,not_ready,supervising"`
		ReasonID string `json:"reasonId,omitempty" maxLength:"100"`
	}
}

func (a *API) state(ctx context.Context, in *stateInput) (*answerOutput, error) {
	who := web.Who(ctx)
	state, reason := in.Body.State, in.Body.ReasonID
	if state == core.Supervising && !who.Can(org.SuperviseLive) {
		return nil, fail.Forbidden()
	}
	if state != core.NotReady {
		reason = ""
	}
	if state == core.Ready {
		if err := a.Floors.cfg.Interactions.MayLeaveWrapup(ctx, a.Floors.cfg.DB.Read(), who.TenantID, who.UserID); err != nil {
			return nil, err
		}
	}
	if reason != "" {
		u, err := a.Org.User(ctx, who.TenantID, who.UserID)
		if err != nil {
			return nil, err
		}
		if err := a.mayChoose(ctx, who.TenantID, u.TeamID, reason); err != nil {
			return nil, err
		}
	}
	return answered(a.Floors.ChooseState(ctx, who.TenantID, who.UserID, who.SessionID, state, reason))
}

// mayChoose says whether a reason is one that a team's agents choose by hand.
func (a *API) mayChoose(ctx context.Context, tenant, teamID, reasonID string) error {
	reasons, err := a.Org.ReasonsFor(ctx, tenant, teamID)
	if err != nil {
		return err
	}
	for _, r := range reasons {
		if r.ID == reasonID {
			return nil
		}
	}
	return refused(core.RefusedUnknownReason)
}

type confirmInput struct {
	Body struct {
		Confirm bool `json:"confirm,omitempty" doc:"Asked and answered: yes, although contacts are in hand"`
	}
}

func (a *API) signOut(ctx context.Context, in *confirmInput) (*answerOutput, error) {
	who := web.Who(ctx)
	return answered(a.Floors.SignOut(ctx, who.TenantID, who.UserID, who.SessionID, in.Body.Confirm))
}

type offerInput struct {
	SegmentID string `path:"segmentId" maxLength:"100"`
}

func (a *API) accept(ctx context.Context, in *offerInput) (*answerOutput, error) {
	who := web.Who(ctx)
	return answered(a.Floors.Accept(ctx, who.TenantID, who.UserID, who.SessionID, in.SegmentID))
}

func (a *API) reject(ctx context.Context, in *offerInput) (*answerOutput, error) {
	who := web.Who(ctx)
	return answered(a.Floors.Reject(ctx, who.TenantID, who.UserID, who.SessionID, in.SegmentID))
}

func (a *API) postpone(ctx context.Context, in *offerInput) (*answerOutput, error) {
	who := web.Who(ctx)
	return answered(a.Floors.Postpone(ctx, who.TenantID, who.UserID, who.SessionID, in.SegmentID))
}

// open is for mails of the services the user may see; whether somebody else has
// it already the floor decides.
func (a *API) open(ctx context.Context, in *segmentInput) (*answerOutput, error) {
	who := web.Who(ctx)
	p, err := a.Floors.cfg.Interactions.Segment(ctx, a.Floors.cfg.DB.Read(), who.TenantID, in.ID)
	if err != nil {
		return nil, err
	}
	if p.Kind != core.Email || a.MayOpen == nil || !a.MayOpen(ctx, who, p) {
		return nil, fail.NotFound("segment")
	}
	return answered(a.Floors.Open(ctx, who.TenantID, who.UserID, who.SessionID, in.ID))
}

type finishInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		DispositionID *string `json:"dispositionId,omitempty" maxLength:"100" doc:"Left out: what was kept before"`
		Comment       *string `json:"comment,omitempty" maxLength:"16000" doc:"Left out: what was kept before"`
	}
}

// finish keeps the outcome first: should the floor then refuse, nothing the
// agent wrote is lost, and finishing again does the rest.
func (a *API) finish(ctx context.Context, in *finishInput) (*answerOutput, error) {
	who := web.Who(ctx)
	records := a.Floors.cfg.Interactions
	err := a.Floors.cfg.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		p, err := records.Segment(ctx, tx, who.TenantID, in.ID)
		if err != nil {
			return err
		}
		o := interaction.Outcome{DispositionID: p.DispositionID, Comment: p.Comment}
		if in.Body.DispositionID != nil {
			o.DispositionID = *in.Body.DispositionID
		}
		if in.Body.Comment != nil {
			o.Comment = *in.Body.Comment
		}
		if _, err := records.SetOutcome(ctx, tx, who.TenantID, in.ID, who.UserID, o); err != nil {
			return err
		}
		return records.MayFinish(ctx, tx, who.TenantID, in.ID, who.UserID)
	})
	if err != nil {
		return nil, err
	}
	return answered(a.Floors.FinishRow(ctx, who.TenantID, who.UserID, who.SessionID, in.ID))
}

type explanationOutput struct {
	Body struct {
		Segments []SegmentExplanation `json:"segments"`
		Names    map[string]string    `json:"names" doc:"Names of the agents and skills in it, by id"`
	}
}

// SegmentExplanation is the routing of one part of a contact.
type SegmentExplanation struct {
	SegmentID string   `json:"segmentId"`
	N         int64    `json:"n"`
	Moments   []Moment `json:"moments"`
}

type recordInput struct {
	InteractionID string `path:"interactionId" maxLength:"100"`
}

func (a *API) explanation(ctx context.Context, in *recordInput) (*explanationOutput, error) {
	tenant, d := web.Tenant(ctx), a.Floors.cfg.DB
	records := a.Floors.cfg.Interactions
	if _, err := records.Get(ctx, d.Read(), tenant, in.InteractionID); err != nil {
		return nil, err
	}
	parts, err := records.Segments(ctx, d.Read(), tenant, in.InteractionID)
	if err != nil {
		return nil, err
	}
	out := &explanationOutput{}
	out.Body.Segments, out.Body.Names = []SegmentExplanation{}, map[string]string{}
	for i := range parts {
		moments, err := Explain(ctx, d, tenant, &parts[i])
		if err != nil {
			return nil, err
		}
		out.Body.Segments = append(out.Body.Segments, SegmentExplanation{parts[i].ID, parts[i].N, moments})
		for _, m := range moments {
			named(m, out.Body.Names)
		}
	}
	a.name(ctx, tenant, out.Body.Names)
	return out, nil
}

// named collects the ids a moment speaks of.
func named(m Moment, into map[string]string) {
	for _, c := range m.Considered {
		into[c.Agent] = ""
		if c.Skill != "" {
			into[c.Skill] = ""
		}
	}
	for i := range m.Effects {
		if m.Effects[i].Agent != "" {
			into[m.Effects[i].Agent] = ""
		}
	}
	for _, way := range m.Skills {
		for _, s := range way {
			into[s.ID] = ""
		}
	}
}

// name fills in the names of agents and skills; who is not known any more stays without one.
func (a *API) name(ctx context.Context, tenant string, ids map[string]string) {
	for id := range ids {
		if u, err := a.Org.User(ctx, tenant, id); err == nil {
			ids[id] = u.Name()
		} else if s, err := a.Org.Skill(ctx, tenant, id); err == nil {
			ids[id] = s.Name
		}
	}
}
