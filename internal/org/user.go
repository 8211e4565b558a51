package org

import (
	"regexp"
	"slices"
	"strings"
)

// User is a person who signs in. The password is not among its fields: it is
// set on its own and never shown.
type User struct {
	Base
	Login              string       `json:"login" doc:"Unique in the contact centre, whatever the case of its letters"`
	FirstName          string       `json:"firstName"`
	LastName           string       `json:"lastName"`
	Nickname           string       `json:"nickname" doc:"The name customers see in a chat"`
	Email              string       `json:"email"`
	Phone              string       `json:"phone"`
	Extension          string       `json:"extension" doc:"Inner number, unique"`
	Position           string       `json:"position"`
	About              string       `json:"about"`
	Language           string       `json:"language" doc:"ru, en, or empty for the browser's"`
	TimeZone           string       `json:"timeZone"`
	PhotoFileID        string       `json:"photoFileId" doc:"A picture of POST /api/pictures"`
	TeamID             string       `json:"teamId"`
	RoleIDs            []string     `json:"roleIds"`
	Skills             []SkillLevel `json:"skills"`
	Capacity           *Capacity    `json:"capacity,omitempty"`
	Rank               int          `json:"rank" minimum:"0" maximum:"10000" doc:"For the choice by rank: 1 is first, 0 is last"`
	AutoAnswer         string       `json:"autoAnswer" enum:",always,never" doc:"Calls are taken without a click; empty: as the service says"`
	Locked             bool         `json:"locked" doc:"Can't sign in"`
	LockedFields       []string     `json:"lockedFields" doc:"Profile fields the user can't change"`
	MustChangePassword bool         `json:"mustChangePassword"`
	Greeting           string       `json:"greeting" doc:"Sent to the customer when this agent accepts a chat, over the service's"`
	PinnedTab          bool         `json:"pinnedTab" doc:"«My cases» has a tab for pinned cases"`
	ReplyAll           bool         `json:"replyAll" doc:"Answers to mails begin to everybody who took part"`
	HasPassword        bool         `json:"hasPassword" readOnly:"true"`
}

// AutoAnswer of a user, over the service's.
const (
	AutoAnswerAlways = "always"
	AutoAnswerNever  = "never"
)

// ProfileFields are what users may change about themselves unless locked.
var ProfileFields = []string{"firstName", "lastName", "nickname", "email", "phone", "position", "about", "language", "timeZone", "photoFileId", "greeting"}

// ownChoices are how somebody likes to work: nobody else's matter, never locked.
var ownChoices = []string{"pinnedTab", "replyAll"}

// Name is the name colleagues see.
func (u *User) Name() string {
	if n := strings.TrimSpace(u.FirstName + " " + u.LastName); n != "" {
		return n
	}
	return u.Login
}

// ChatName is the name customers see.
func (u *User) ChatName() string {
	if u.Nickname != "" {
		return u.Nickname
	}
	if u.FirstName != "" {
		return u.FirstName
	}
	return u.Login
}

func (u *User) label() string { return u.Name() }
func (u *User) sortName() string {
	return strings.TrimSpace(u.LastName+" "+u.FirstName) + " " + u.Login
}

func (u *User) columns() []column {
	return []column{{"login", u.Login}, {"login_key", loginKey(u.Login)}, {"team_id", u.TeamID}, {"email", u.Email},
		{"extension", u.Extension}, {"locked", u.Locked}}
}

func (u *User) searchable() []string {
	return []string{u.Login, u.Nickname, u.Email, u.Phone, u.Extension, u.Position}
}

func (u *User) links() []Link {
	return slices.Concat(links("teamId", "team", u.TeamID), links("roleIds", "role", u.RoleIDs...), skillLinks("skills", u.Skills))
}

// loginKey is the form in which logins are compared: Anna and anna are one.
func loginKey(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

var (
	loginShape     = regexp.MustCompile(`^[\pL\pN][\pL\pN._@+-]{0,99}$`)
	extensionShape = regexp.MustCompile(`^[0-9*#]{0,20}$`)
)

func (u *User) check(c *check) {
	c.line("login", &u.Login, 1, 100)
	if u.Login != "" && !loginShape.MatchString(u.Login) {
		c.bad("login", "must begin with a letter or digit and hold only letters, digits and . _ @ + -")
	}
	c.line("firstName", &u.FirstName, 0, 100)
	c.line("lastName", &u.LastName, 0, 100)
	c.line("nickname", &u.Nickname, 0, 100)
	c.email("email", &u.Email)
	c.phone("phone", &u.Phone)
	c.line("extension", &u.Extension, 0, 20)
	if !extensionShape.MatchString(u.Extension) {
		c.bad("extension", "must hold only digits, * and #")
	}
	c.line("position", &u.Position, 0, 200)
	c.text("about", &u.About, 2000)
	c.text("greeting", &u.Greeting, 1000)
	c.oneOf("language", u.Language, append([]string{""}, Languages...)...)
	if u.TimeZone != "" {
		c.zone("timeZone", u.TimeZone)
	}
	c.line("photoFileId", &u.PhotoFileID, 0, 100)
	c.ids("roleIds", u.RoleIDs, 50)
	checkSkills(c, "skills", u.Skills)
	u.Capacity.check(c, "capacity")
	number(c, "rank", u.Rank, 0, 10000)
	c.oneOf("autoAnswer", u.AutoAnswer, "", AutoAnswerAlways, AutoAnswerNever)
	for _, f := range u.LockedFields {
		c.oneOf("lockedFields", f, ProfileFields...)
	}
}
