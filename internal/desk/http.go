package desk

import (
	"context"
	"net/http"

	"parley/internal/interaction"
	"parley/internal/stats"
	"parley/internal/web"
)

// Register puts the desk's endpoints on the server.
func (h *Hub) Register(s *web.Server) {
	s.Handle("GET /api/desk/socket", h)
	web.Query(s, web.Op{Path: "/api/desk/home", ID: "deskHome", Tag: "Desk", Summary: "My day: time on breaks, my figures beside the team's, outcomes"}, h.home)
	web.Query(s, web.Op{Path: "/api/desk/team", ID: "deskTeam", Tag: "Desk", Summary: "What my team's settings say about my desk"}, h.team)
	web.Query(s, web.Op{Path: "/api/stats/definitions", ID: "statsDefinitions", Tag: "Figures", Summary: "What each figure counts"}, h.definitions)
	web.Query(s, web.Op{Path: "/api/stats/scope", ID: "statsScope", Tag: "Figures", Summary: "Services and teams whose figures I may watch"}, h.scope)
	web.Event[Snapshot](s, "snapshot")
	web.Event[interaction.OfferView](s, "offer.opened")
	web.Event[interaction.OfferClosed](s, "offer.closed")
	web.Event[interaction.SegmentView](s, "segment.changed")
	web.Event[interaction.SegmentRemoved](s, "segment.removed")
	web.Event[FiguresFrame](s, "figures")
	web.Event[Pong](s, "pong")
}

// Pong answers a ping with the server's time, unix ms.
type Pong struct {
	At int64 `json:"at"`
}

// Home is the personal statistics page (D-10).
type Home struct {
	Body HomeBody
}

// HomeBody: durations in ms. Team is the sum over the team, Members how many it is of.
type HomeBody struct {
	At            int64              `json:"at"`
	BreakUsedMs   int64              `json:"breakUsedMs"`
	BreakBudgetMs int64              `json:"breakBudgetMs"` // 0: the team has no budget
	Mine          stats.Figures      `json:"mine"`
	Team          stats.Figures      `json:"team"`
	Members       int                `json:"members"`
	Dispositions  []DispositionTally `json:"dispositions"`
	StartPage     string             `json:"startPage,omitempty"`
	Reasons       []ReasonTime       `json:"reasons"` // of Not ready that have a daily time, in their order
	Figures       []string           `json:"figures"` // which figures the team's settings want shown; empty: all
}

// ReasonTime is the time of today in one reason of Not ready.
type ReasonTime struct {
	ReasonID string `json:"reasonId"`
	Name     string `json:"name"`
	UsedMs   int64  `json:"usedMs"`
	BudgetMs int64  `json:"budgetMs"`
}

// TeamRules is what my team's settings say about my desk.
type TeamRules struct {
	Body TeamRulesBody
}

// HelpLink is a page or a video that the team's settings put into the help menu.
type HelpLink struct {
	Title string `json:"title" doc:"In my language"`
	URL   string `json:"url"`
}

// TeamRulesBody: which events make a sound, where help is found.
type TeamRulesBody struct {
	HelpLinks []HelpLink `json:"helpLinks"`
	Sounds    struct {
		Offer   bool `json:"offer"`
		Message bool `json:"message"`
		Email   bool `json:"email"`
	} `json:"sounds"`
}

// DispositionTally is how often one outcome was set today.
type DispositionTally struct {
	DispositionID string `json:"dispositionId"`
	Name          string `json:"name"`
	Kind          string `json:"kind"`
	Count         int64  `json:"count"`
}

func (h *Hub) home(ctx context.Context, _ *struct{}) (*Home, error) {
	who := web.Who(ctx)
	live, err := h.cfg.Stats.For(ctx, who.TenantID)
	if err != nil {
		return nil, err
	}
	now := h.cfg.Now()
	mine, _, _ := live.Person(who.UserID, now)
	out := HomeBody{At: now, Mine: mine, BreakUsedMs: mine.BreakMs, Dispositions: []DispositionTally{}, Reasons: []ReasonTime{}, Figures: []string{}}
	for _, f := range live.Ranked(who.TeamID, now) {
		out.Team = out.Team.Plus(f)
		out.Members++
	}
	if err := h.cfg.Org.HomeFacts(ctx, who, &out); err != nil {
		return nil, err
	}
	used := live.NotReady(who.UserID, now)
	for i := range out.Reasons {
		out.Reasons[i].UsedMs = used[out.Reasons[i].ReasonID]
	}
	if out.Dispositions, err = h.cfg.Day.Dispositions(ctx, who, live.From()); err != nil {
		return nil, err
	}
	return &Home{Body: out}, nil
}

func (h *Hub) team(ctx context.Context, _ *struct{}) (*TeamRules, error) {
	out := &TeamRules{}
	return out, h.cfg.Org.TeamRules(ctx, web.Who(ctx), &out.Body)
}

// DefinitionList is every figure's definition, in the order in which columns are offered.
type DefinitionList struct {
	Body struct {
		Items []stats.Definition `json:"items"`
	}
}

func (h *Hub) definitions(context.Context, *struct{}) (*DefinitionList, error) {
	out := &DefinitionList{}
	out.Body.Items = stats.Definitions()
	return out, nil
}

// ScopeList names what a person may watch.
type ScopeList struct {
	Body struct {
		Services []ServiceName `json:"services"`
		Teams    []TeamName    `json:"teams"`
		Skills   []Named       `json:"skills"`
		Agents   []Named       `json:"agents"`  // names of the people in the teams
		Reasons  []Named       `json:"reasons"` // names of Not ready reasons, in my language
	}
}

// Named is an id with the name to show.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ServiceName is a service's name and what it aims at: so many percent answered within so many seconds, 0: nothing.
type ServiceName struct {
	Named
	SLPercent int `json:"slPercent"`
	SLSeconds int `json:"slSeconds"`
}

// TeamName is a team's name and the team above it.
type TeamName struct {
	Named
	ParentID string `json:"parentId"`
}

func (h *Hub) scope(ctx context.Context, _ *struct{}) (*ScopeList, error) {
	out := &ScopeList{}
	return out, h.cfg.Org.Names(ctx, web.Who(ctx), out)
}

var _ http.Handler = (*Hub)(nil)
