package floor

import (
	"context"
	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/org"
	"parley/internal/web"
)

// handles is the privilege that each kind of contact needs.
var handles = map[string]string{core.Voice: org.HandleVoice, core.Chat: org.HandleChat, core.Email: org.HandleEmail, core.Preview: org.HandleVoice}

// takes says whether a service has contacts of a kind.
func takes(s *org.Service, kind string) bool {
	return !s.Archived && (s.Channel == kind || s.Channel == org.ChannelBlended && (kind == core.Voice || kind == core.Chat))
}

// registerSegments puts what an agent does to a part in hand on the API,
// whichever channel it came by.
func (a *API) registerSegments(s *web.Server) {
	const desk = "desk"
	handle, transfer := []string{org.HandleVoice, org.HandleChat, org.HandleEmail}, []string{org.HandleTransfer}
	web.Command(s, web.Op{Path: "/api/segments/{id}/end", ID: "endSegment", Tag: desk, Privileges: handle,
		Summary: "End one's part of a contact"}, a.end)
	web.Command(s, web.Op{Path: "/api/segments/{id}/transfer", ID: "transferSegment", Tag: desk, Privileges: transfer,
		Summary: "Hand the customer on to a service, a person, or a telephone number"}, a.transfer)
	web.Command(s, web.Op{Path: "/api/segments/{id}/invite", ID: "inviteToSegment", Tag: desk, Privileges: transfer,
		Summary: "Ask a colleague to join"}, a.invite)
	web.Command(s, web.Op{Path: "/api/segments/{id}/remove-participant", ID: "removeParticipant", Tag: desk, Privileges: handle,
		Summary: "Take a colleague out of the contact"}, a.remove)
	web.Query(s, web.Op{Path: "/api/desk/targets", ID: "listTargets", Tag: desk, Privileges: transfer,
		Summary: "Services and colleagues a contact may be handed to"}, a.targets)
}

type doneOutput struct{ Body interaction.Done }

func done(d interaction.Done, err error) (*doneOutput, error) {
	if err != nil {
		return nil, err
	}
	return &doneOutput{d}, nil
}

// part finds the segment that the asking user has in hand, and its channel.
func (a *API) part(ctx context.Context, id string) (p interaction.Segment, c interaction.Channel, err error) {
	who := web.Who(ctx)
	p, err = a.Floors.cfg.Interactions.Segment(ctx, a.Floors.cfg.DB.Read(), who.TenantID, id)
	if err != nil {
		return p, nil, err
	}
	c = a.Channels[p.Kind]
	if c == nil || who.UserID == "" || p.AgentID != who.UserID || p.State == interaction.StateOffered {
		return p, nil, fail.NotFound("segment")
	}
	if !who.Can(handles[p.Kind]) {
		return p, nil, fail.Forbidden()
	}
	return p, c, nil
}

type segmentInput struct {
	ID string `path:"id" maxLength:"100"`
}

func (a *API) end(ctx context.Context, in *segmentInput) (*doneOutput, error) {
	p, c, err := a.part(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return done(a.Floors.Leaving(ctx, &p, func() (interaction.Done, error) { return c.EndPart(ctx, p.TenantID, p.AgentID, p.ID) }))
}

type transferInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		ServiceID string `json:"serviceId,omitempty" maxLength:"100" doc:"Either this, userId or number"`
		UserID    string `json:"userId,omitempty" maxLength:"100"`
		Number    string `json:"number,omitempty" maxLength:"64" doc:"Of a call, with the privilege of calls outside: +7 495 123-45-67, 8 (495) 123-45-67 or a short one"`
		Note      string `json:"note,omitempty" maxLength:"1000" doc:"For the next agent"`
	}
}

func (a *API) transfer(ctx context.Context, in *transferInput) (*doneOutput, error) {
	p, c, err := a.part(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body.Number != "" {
		if p.Kind != core.Voice {
			return nil, fail.Invalid("number", "Only a call can be handed on to a number")
		}
		if !web.Who(ctx).Can(org.HandleExternalCalls) {
			return nil, fail.New("PAR-3001", nil)
		}
	}
	if id := in.Body.ServiceID; id != "" {
		if s, err := a.Org.Service(ctx, p.TenantID, id); err != nil || !takes(s, p.Kind) {
			return nil, fail.Invalid("serviceId", "This service takes no contacts of this kind")
		}
	}
	to := interaction.Target{ServiceID: in.Body.ServiceID, UserID: in.Body.UserID, Number: in.Body.Number, Note: in.Body.Note}
	return done(a.Floors.Leaving(ctx, &p, func() (interaction.Done, error) { return c.Transfer(ctx, p.TenantID, p.AgentID, p.ID, to) }))
}

type inviteInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		UserID string `json:"userId" minLength:"1" maxLength:"100"`
	}
}

func (a *API) invite(ctx context.Context, in *inviteInput) (*doneOutput, error) {
	p, c, err := a.part(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return done(c.Invite(ctx, p.TenantID, p.AgentID, p.ID, in.Body.UserID))
}

type removeInput struct {
	ID   string `path:"id" maxLength:"100" doc:"The organiser's segment"`
	Body struct {
		SegmentID string `json:"segmentId" minLength:"1" maxLength:"100" doc:"The colleague's"`
	}
}

func (a *API) remove(ctx context.Context, in *removeInput) (*doneOutput, error) {
	p, c, err := a.part(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return done(c.Remove(ctx, p.TenantID, p.AgentID, p.ID, in.Body.SegmentID))
}

type targetsInput struct {
	Kind string `query:"kind" enum:"voice,chat,email" default:"chat" doc:"Of the contact that is to be handed on"`
}

// Targets are where a contact may go.
type Targets struct {
	Services   []ServiceTarget   `json:"services"`
	Colleagues []ColleagueTarget `json:"colleagues"`
}

// ServiceTarget is a service that takes contacts of the kind.
type ServiceTarget struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ColleagueTarget is a person who may take contacts of the kind.
type ColleagueTarget struct {
	UserID string `json:"userId"`
	Name   string `json:"name"`
	TeamID string `json:"teamId"`
	State  string `json:"state" doc:"Agent state, empty when not signed in"`
}

type targetsOutput struct{ Body Targets }

func (a *API) targets(ctx context.Context, in *targetsInput) (*targetsOutput, error) {
	who, out := web.Who(ctx), Targets{Services: []ServiceTarget{}, Colleagues: []ColleagueTarget{}}
	services, err := a.Org.Services(ctx, who.TenantID)
	if err != nil {
		return nil, err
	}
	for _, s := range services {
		if takes(s, in.Kind) {
			out.Services = append(out.Services, ServiceTarget{s.ID, s.Name})
		}
	}
	signedIn, err := a.Floors.SignedIn(ctx, a.Floors.cfg.DB.Read(), who.TenantID)
	if err != nil {
		return nil, err
	}
	states := make(map[string]string, len(signedIn))
	for _, f := range signedIn {
		states[f.UserID] = f.State
	}
	users, err := a.Org.Users(ctx, who.TenantID)
	if err != nil {
		return nil, err
	}
	for _, u := range users {
		if u.ID == who.UserID || u.Archived || u.Locked {
			continue
		}
		if can, err := a.Org.Privileges(ctx, who.TenantID, u); err == nil && can[handles[in.Kind]] {
			out.Colleagues = append(out.Colleagues, ColleagueTarget{u.ID, u.Name(), u.TeamID, states[u.ID]})
		}
	}
	return &targetsOutput{out}, nil
}
