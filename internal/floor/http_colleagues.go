package floor

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/floor/core"
	"parley/internal/org"
	"parley/internal/web"
)

// What colleagues see of somebody, apart from the state (S-8).
const (
	presenceAway      = "offline" // not signed in
	presenceAvailable = "available"
	presenceTalking   = "talking"
)

// Colleague is a person of the directory.
type Colleague struct {
	UserID      string `json:"userId"`
	Name        string `json:"name"`
	Extension   string `json:"extension"`
	Position    string `json:"position"`
	PhotoFileID string `json:"photoFileId"`
	Presence    string `json:"presence" enum:"available,talking,offline"`
}

type colleaguesInput struct {
	Q     string `query:"q" maxLength:"100" doc:"Words, each a part of the name or the email, or the beginning of the extension"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type colleaguesOutput struct {
	Body struct {
		Items []Colleague `json:"items"`
		Total int         `json:"total" doc:"How many there are, more than items when not all are shown"`
		// Services are those in whose statistics a call may count (D-7).
		Services []ServiceTarget `json:"services"`
	}
}

func (a *API) registerColleagues(s *web.Server) {
	web.Query(s, web.Op{Path: "/api/desk/colleagues", ID: "listColleagues", Tag: "desk", Privileges: []string{org.HandleDirectory},
		Summary: "Colleagues who take calls, by name, with their presence"}, a.colleagues)
}

func (a *API) colleagues(ctx context.Context, in *colleaguesInput) (*colleaguesOutput, error) {
	who, out := web.Who(ctx), &colleaguesOutput{}
	users, err := a.Org.Users(ctx, who.TenantID)
	if err != nil {
		return nil, err
	}
	services, err := a.Org.Services(ctx, who.TenantID)
	if err != nil {
		return nil, err
	}
	out.Body.Services = []ServiceTarget{}
	for _, s := range services {
		if takes(s, core.Voice) {
			out.Body.Services = append(out.Body.Services, ServiceTarget{s.ID, s.Name})
		}
	}
	words := strings.Fields(folded(in.Q))
	var found []*org.User
	for _, u := range users {
		if u.ID == who.UserID || u.Archived || u.Locked || !speaksOf(u, words) {
			continue
		}
		if can, err := a.Org.Privileges(ctx, who.TenantID, u); err == nil && can[org.HandleVoice] {
			found = append(found, u)
		}
	}
	slices.SortFunc(found, func(x, y *org.User) int {
		return cmp.Or(cmp.Compare(folded(x.Name()), folded(y.Name())), cmp.Compare(x.ID, y.ID))
	})
	out.Body.Total, out.Body.Items = len(found), []Colleague{}
	found = found[:min(len(found), in.Limit)]
	ids := make([]string, len(found))
	for i, u := range found {
		ids[i] = u.ID
	}
	presences, err := a.Floors.presences(ctx, who.TenantID, ids)
	if err != nil {
		return nil, err
	}
	for _, u := range found {
		out.Body.Items = append(out.Body.Items, Colleague{UserID: u.ID, Name: u.Name(), Extension: u.Extension, Position: u.Position,
			PhotoFileID: u.PhotoFileID, Presence: cmp.Or(presences[u.ID], presenceAway)})
	}
	return out, nil
}

// folded is how names are compared: by small letters, with е for ё.
func folded(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ё", "е") }

// speaksOf tells whether each word is found in somebody.
func speaksOf(u *org.User, words []string) bool {
	name, mail := folded(u.Name()), folded(u.Email)
	for _, w := range words {
		if !strings.Contains(name, w) && !strings.Contains(mail, w) && !strings.HasPrefix(u.Extension, w) {
			return false
		}
	}
	return true
}

// presences tells of some people who is signed in and who is on the phone.
func (f *Floors) presences(ctx context.Context, tenant string, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var here []string
	if err := f.cfg.DB.Read().NewSelect().Model((*agentRow)(nil)).Column("id").Where("fa.tenant_id = ? AND fa.id IN (?)", tenant, bun.List(ids)).Scan(ctx, &here); err != nil {
		return nil, err
	}
	for _, id := range here {
		out[id] = presenceAvailable
	}
	talking, err := f.cfg.Interactions.InTalk(ctx, f.cfg.DB.Read(), tenant, core.Voice, here)
	for _, id := range talking {
		out[id] = presenceTalking
	}
	return out, err
}
