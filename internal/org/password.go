package org

import (
	"context"
	"errors"
	"net/http"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/web"
)

// hashPassword judges a new password by the tenant's policy and hashes it.
// Hashing is slow by design, so it is never done inside a transaction.
func (o *Org) hashPassword(ctx context.Context, tenant string, u *User, password string) (string, error) {
	if o.hasher == nil {
		return "", fail.Unavailable(errors.New("no password hasher is wired"))
	}
	settings, err := o.Settings(ctx, tenant)
	if err != nil {
		return "", err
	}
	if err := o.hasher.CheckPassword(ctx, settings.Password, u, password); err != nil {
		return "", err
	}
	return o.hasher.HashPassword(password)
}

type userPasswordInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Password   string `json:"password" maxLength:"200" writeOnly:"true"`
		MustChange bool   `json:"mustChange" required:"false" doc:"The user must choose another one when signing in"`
	}
}

// servePassword sets somebody's password by an administrator or supervisor; one's
// own is changed with the old one, at access.
func (o *Org) servePassword(ctx context.Context, in *userPasswordInput) (*struct{}, error) {
	tenant := web.Tenant(ctx)
	u, err := o.users.live(ctx, o.db.Read(), tenant, in.ID)
	if err != nil {
		return nil, err
	}
	if u.ID == web.Who(ctx).UserID {
		return nil, fail.State("change your own password in your settings")
	}
	hash, err := o.hashPassword(ctx, tenant, u, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return nil, o.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		if err := o.SetPassword(ctx, tx, tenant, in.ID, hash, in.Body.MustChange); err != nil {
			return err
		}
		return db.Answer(ctx, tx, nil)
	})
}

// Profile is what users see and change of themselves.
type Profile struct {
	Version      int64    `json:"version"`
	Login        string   `json:"login" readOnly:"true"`
	FirstName    string   `json:"firstName"`
	LastName     string   `json:"lastName"`
	Nickname     string   `json:"nickname"`
	Email        string   `json:"email"`
	Phone        string   `json:"phone"`
	Extension    string   `json:"extension" readOnly:"true"`
	Position     string   `json:"position"`
	About        string   `json:"about"`
	Language     string   `json:"language"`
	TimeZone     string   `json:"timeZone"`
	PhotoFileID  string   `json:"photoFileId" doc:"A picture of POST /api/pictures"`
	Greeting     string   `json:"greeting"`
	PinnedTab    bool     `json:"pinnedTab" doc:"«My cases» has a tab for pinned cases"`
	ReplyAll     bool     `json:"replyAll" doc:"Answers to mails begin to everybody who took part"`
	TeamID       string   `json:"teamId" readOnly:"true"`
	TeamName     string   `json:"teamName" readOnly:"true"`
	RoleNames    []string `json:"roleNames" readOnly:"true"`
	LockedFields []string `json:"lockedFields" readOnly:"true"`
}

func (o *Org) registerPasswords(s *web.Server) {
	web.Command(s, web.Op{Method: http.MethodPut, Path: "/api/users/{id}/password", ID: "setUserPassword", Tag: "users",
		Privileges: o.users.edit, Summary: "Set somebody's password"}, o.servePassword)
	web.Query(s, web.Op{Method: http.MethodGet, Path: "/api/profile", ID: "getProfile", Tag: "profile",
		Summary: "One's own profile"}, o.serveProfile)
	web.Command(s, web.Op{Method: http.MethodPut, Path: "/api/profile", ID: "changeProfile", Tag: "profile",
		Summary: "Change one's own profile, except what is locked"}, o.serveChangeProfile)
}

func (o *Org) serveProfile(ctx context.Context, _ *struct{}) (*output[Profile], error) {
	who := web.Who(ctx)
	u, err := o.users.live(ctx, o.db.Read(), who.TenantID, who.UserID)
	if err != nil {
		return nil, err
	}
	p, err := o.profile(ctx, who.TenantID, u)
	return &output[Profile]{p}, err
}

func (o *Org) profile(ctx context.Context, tenant string, u *User) (*Profile, error) {
	p := &Profile{Version: u.Version, Login: u.Login, FirstName: u.FirstName, LastName: u.LastName, Nickname: u.Nickname,
		Email: u.Email, Phone: u.Phone, Extension: u.Extension, Position: u.Position, About: u.About, Language: u.Language,
		TimeZone: u.TimeZone, PhotoFileID: u.PhotoFileID, Greeting: u.Greeting, TeamID: u.TeamID, RoleNames: []string{},
		PinnedTab: u.PinnedTab, ReplyAll: u.ReplyAll, LockedFields: u.LockedFields}
	if u.TeamID != "" {
		t, err := o.Team(ctx, tenant, u.TeamID)
		if err != nil {
			return nil, err
		}
		p.TeamName = t.Name
	}
	for _, id := range u.RoleIDs {
		r, err := o.Role(ctx, tenant, id)
		if err != nil {
			return nil, err
		}
		p.RoleNames = append(p.RoleNames, r.Name)
	}
	return p, nil
}

func (o *Org) serveChangeProfile(ctx context.Context, in *createInput[Profile]) (*output[Profile], error) {
	who := web.Who(ctx)
	var out *Profile
	err := o.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		u, err := o.UpdateProfile(ctx, tx, who.TenantID, who.UserID, in.Body.version(), func(u *User) error {
			p, err := overlay(&Profile{FirstName: u.FirstName, LastName: u.LastName, Nickname: u.Nickname, Email: u.Email,
				Phone: u.Phone, Position: u.Position, About: u.About, Language: u.Language, TimeZone: u.TimeZone,
				PhotoFileID: u.PhotoFileID, Greeting: u.Greeting, PinnedTab: u.PinnedTab, ReplyAll: u.ReplyAll}, in.Body.raw)
			if err != nil {
				return err
			}
			u.FirstName, u.LastName, u.Nickname, u.Email, u.Phone = p.FirstName, p.LastName, p.Nickname, p.Email, p.Phone
			u.Position, u.About, u.Language, u.TimeZone = p.Position, p.About, p.Language, p.TimeZone
			u.PhotoFileID, u.Greeting = p.PhotoFileID, p.Greeting
			u.PinnedTab, u.ReplyAll = p.PinnedTab, p.ReplyAll
			return nil
		})
		if err != nil {
			return err
		}
		if out, err = o.profile(ctx, who.TenantID, u); err != nil {
			return err
		}
		return db.Answer(ctx, tx, out)
	})
	if err != nil {
		return nil, err
	}
	return &output[Profile]{out}, nil
}
