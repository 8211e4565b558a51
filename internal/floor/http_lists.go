package floor

import (
	"context"
	"slices"

	"parley/internal/fail"
	"parley/internal/floor/core"
	"parley/internal/org"
	"parley/internal/web"
)

type dispositionsInput struct {
	ServiceID string `query:"serviceId" maxLength:"100" required:"true"`
}

// DeskDisposition is a disposition to choose.
type DeskDisposition struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Folder       string `json:"folder"`
	Kind         string `json:"kind" enum:"success,failure,neutral"`
	Icon         string `json:"icon"`
	NeedsComment bool   `json:"needsComment"`
	ClosesCase   bool   `json:"closesCase" doc:"Closes the case with its last contact in work"`
	Spam         bool   `json:"spam"`
}

type dispositionsOutput struct {
	Body struct {
		Items []DeskDisposition `json:"items"`
	}
}

func (a *API) dispositions(ctx context.Context, in *dispositionsInput) (*dispositionsOutput, error) {
	list, err := a.Org.Dispositions(ctx, web.Tenant(ctx), in.ServiceID)
	if err != nil {
		return nil, err
	}
	out := &dispositionsOutput{}
	out.Body.Items = []DeskDisposition{}
	for _, d := range list {
		if !d.Archived {
			out.Body.Items = append(out.Body.Items, DeskDisposition{ID: d.ID, Name: d.Name, Folder: d.Folder, Kind: d.Kind,
				Icon: d.Icon, NeedsComment: d.Mandatory, ClosesCase: d.ClosesCase, Spam: d.Spam})
		}
	}
	return out, nil
}

// DeskReason is a reason of Not ready.
type DeskReason struct {
	ID           string   `json:"id"`
	Name         org.Text `json:"name"`
	Icon         string   `json:"icon"`
	DailyMinutes int      `json:"dailyMinutes"`
	BackMinutes  int      `json:"backMinutes"`
	Choosable    bool     `json:"choosable" doc:"System reasons are only named"`
}

type reasonsOutput struct {
	Body struct {
		Items []DeskReason `json:"items"`
	}
}

func (a *API) reasons(ctx context.Context, _ *struct{}) (*reasonsOutput, error) {
	who := web.Who(ctx)
	list, err := a.Org.Reasons(ctx, who.TenantID)
	if err != nil {
		return nil, err
	}
	out := &reasonsOutput{}
	out.Body.Items = []DeskReason{}
	for _, r := range list {
		out.Body.Items = append(out.Body.Items, DeskReason{ID: r.ID, Name: r.Name, Icon: r.Icon, DailyMinutes: r.DailyMinutes,
			BackMinutes: r.BackMinutes, Choosable: r.For(who.TeamID)})
	}
	return out, nil
}

type forceStateInput struct {
	UserID string `path:"userId" maxLength:"100"`
	Body   struct {
		State    string `json:"state" enum:"ready,not_ready"`
		ReasonID string `json:"reasonId,omitempty" maxLength:"100"`
	}
}

func (a *API) forceState(ctx context.Context, in *forceStateInput) (*answerOutput, error) {
	who := web.Who(ctx)
	u, err := a.mine(ctx, in.UserID)
	if err != nil {
		return nil, err
	}
	reason := in.Body.ReasonID
	if in.Body.State == core.Ready {
		reason = ""
	}
	if reason != "" {
		if err := a.mayChoose(ctx, who.TenantID, u.TeamID, reason); err != nil {
			return nil, err
		}
	}
	return answered(a.Floors.ForceState(ctx, who.TenantID, u.ID, in.Body.State, reason, who.UserID))
}

type forceSignOutInput struct {
	UserID string `path:"userId" maxLength:"100"`
	confirmInput
}

func (a *API) forceSignOut(ctx context.Context, in *forceSignOutInput) (*answerOutput, error) {
	who := web.Who(ctx)
	u, err := a.mine(ctx, in.UserID)
	if err != nil {
		return nil, err
	}
	return answered(a.Floors.ForceSignOut(ctx, who.TenantID, u.ID, who.UserID, in.Body.Confirm))
}

// mine gives an agent of the teams that the asking supervisor leads; others are
// not found.
func (a *API) mine(ctx context.Context, userID string) (*org.User, error) {
	who := web.Who(ctx)
	u, err := a.Org.User(ctx, who.TenantID, userID)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(who.SupervisedTeamIDs, u.TeamID) {
		return nil, fail.NotFound("user")
	}
	return u, nil
}
