package email

import (
	"context"
	"slices"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
)

// OrgDirectory answers from the organisation's settings.
type OrgDirectory struct{ Org *org.Org }

// Service gives a service's rules for mails.
func (d OrgDirectory) Service(ctx context.Context, tenant, id string) (Rules, error) {
	s, err := d.Org.Service(ctx, tenant, id)
	if err != nil {
		return Rules{}, err
	}
	m := s.Email
	r := Rules{ID: s.ID, Name: s.Name, Push: m.Push, Replies: m.Replies, ReleaseMS: int64(m.ReleaseMinutes) * 60_000, SLMS: int64(s.SLSeconds) * 1000,
		Ack: m.Acknowledge, AckPerDay: m.AckPerDay, AckTexts: make(map[string]AckText, len(m.Ack)), Greeting: m.Greeting, Signature: m.Signature,
		FromName: m.FromName, FileMaxBytes: m.FileMaxBytes, MaxBytes: m.TotalMaxBytes, Dispositions: s.DispositionIDs}
	for lang, t := range m.Ack {
		r.AckTexts[lang] = AckText(t)
	}
	return r, nil
}

// Mailbox gives a mailbox, also one that is switched off.
func (d OrgDirectory) Mailbox(ctx context.Context, tenant, id string) (Mailbox, error) {
	e, err := d.Org.Entry(ctx, tenant, id)
	if err != nil {
		return Mailbox{}, err
	}
	if e.Kind != org.EntryMailbox {
		return Mailbox{}, fail.NotFound("entry")
	}
	return mailboxOf(e), nil
}

func mailboxOf(e *org.Entry) Mailbox {
	b := Mailbox{ID: e.ID, Name: e.Name, Address: e.Address, FromName: e.FromName, ServiceID: e.ServiceID, Aliases: e.Aliases, Languages: e.Languages,
		Active: e.Active && !e.Archived}
	for _, r := range e.Rules {
		b.Rules = append(b.Rules, KeywordRule{Words: r.Words, In: r.In, From: r.From, To: r.To, Language: r.Language, ServiceID: r.ServiceID})
	}
	return b
}

// MailboxFor is the mailbox that a service's new mails go out of: the one that
// leads to it, else one whose rules do.
func (d OrgDirectory) MailboxFor(ctx context.Context, tenant, serviceID string) (Mailbox, error) {
	all, err := d.Org.MailboxesOf(ctx, tenant)
	if err != nil {
		return Mailbox{}, err
	}
	for _, e := range all {
		if e.ServiceID == serviceID {
			return mailboxOf(e), nil
		}
	}
	for _, e := range all {
		for _, r := range e.Rules {
			if r.ServiceID == serviceID {
				return mailboxOf(e), nil
			}
		}
	}
	return Mailbox{}, fail.NotFound("entry")
}

// Person gives somebody of ours.
func (d OrgDirectory) Person(ctx context.Context, tenant, id string) (Person, error) {
	u, err := d.Org.User(ctx, tenant, id)
	if err != nil {
		return Person{}, err
	}
	return Person{Name: u.Name(), FirstName: u.FirstName, LastName: u.LastName, ReplyAll: u.ReplyAll}, nil
}

// Can tells whether a user has a privilege.
func (d OrgDirectory) Can(ctx context.Context, tenant, userID, privilege string) bool {
	u, err := d.Org.User(ctx, tenant, userID)
	if err != nil || u.Archived || u.Locked {
		return false
	}
	ps, err := d.Org.Privileges(ctx, tenant, u)
	return err == nil && ps[privilege]
}

// ServicesOf are the mail services of a user's team and of the teams the user
// supervises.
func (d OrgDirectory) ServicesOf(ctx context.Context, tenant, userID string) (own, supervised []string, err error) {
	u, err := d.Org.User(ctx, tenant, userID)
	if err != nil {
		return nil, nil, err
	}
	if own, err = d.mailServices(ctx, tenant, u.TeamID); err != nil {
		return nil, nil, err
	}
	teams, err := d.Org.SupervisedTeams(ctx, tenant, userID)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range teams {
		more, err := d.mailServices(ctx, tenant, t)
		if err != nil {
			return nil, nil, err
		}
		for _, id := range more {
			if !slices.Contains(supervised, id) {
				supervised = append(supervised, id)
			}
		}
	}
	return own, supervised, nil
}

// Leads tells whether a supervisor leads the team of somebody.
func (d OrgDirectory) Leads(ctx context.Context, tenant, supervisorID, userID string) bool {
	u, err := d.Org.User(ctx, tenant, userID)
	if err != nil || u.Archived {
		return false
	}
	teams, err := d.Org.SupervisedTeams(ctx, tenant, supervisorID)
	return err == nil && slices.Contains(teams, u.TeamID)
}

// Led are the people of the teams that somebody supervises.
func (d OrgDirectory) Led(ctx context.Context, tenant, supervisorID string) ([]Member, error) {
	ids, err := d.Org.SupervisedTeams(ctx, tenant, supervisorID)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	teams, err := d.Org.Teams(ctx, tenant)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, t := range teams {
		if slices.Contains(ids, t.ID) {
			names[t.ID] = t.Name
		}
	}
	users, err := d.Org.Users(ctx, tenant)
	var out []Member
	for _, u := range users {
		if team, ok := names[u.TeamID]; ok && !u.Archived {
			out = append(out, Member{ID: u.ID, Name: u.Name(), Team: team})
		}
	}
	return out, err
}

// SameTeam tells whether two people are of one team.
func (d OrgDirectory) SameTeam(ctx context.Context, tenant, userID, otherID string) bool {
	a, err := d.Org.User(ctx, tenant, userID)
	if err != nil || a.TeamID == "" {
		return false
	}
	b, err := d.Org.User(ctx, tenant, otherID)
	return err == nil && !b.Archived && a.TeamID == b.TeamID
}

func (d OrgDirectory) mailServices(ctx context.Context, tenant, teamID string) ([]string, error) {
	if teamID == "" {
		return nil, nil
	}
	t, err := d.Org.Team(ctx, tenant, teamID)
	if err != nil {
		if fail.Code(err) == fail.CodeNotFound {
			return nil, nil
		}
		return nil, err
	}
	var out []string
	for _, id := range t.ServiceIDs {
		if s, err := d.Org.Service(ctx, tenant, id); err == nil && s.Channel == org.ChannelEmail && !s.Archived {
			out = append(out, id)
		}
	}
	return out, nil
}

// DueAt is when a service's hours have added up to ms since from.
func (d OrgDirectory) DueAt(ctx context.Context, tenant, serviceID string, from, ms int64) (int64, error) {
	s, err := d.Org.Service(ctx, tenant, serviceID)
	if err != nil {
		return 0, err
	}
	if s.CalendarID == "" {
		return from + ms, nil
	}
	k, err := d.Org.Calendar(ctx, tenant, s.CalendarID)
	if fail.Code(err) == fail.CodeNotFound {
		return from + ms, nil // hours that are gone: always open
	}
	if err != nil {
		return 0, err
	}
	return k.AfterOpen(from, ms), nil
}

// Disposition gives what a case needs to know of one.
func (d OrgDirectory) Disposition(ctx context.Context, tenant, id string) (Disposition, error) {
	x, err := d.Org.Disposition(ctx, tenant, id)
	if err != nil {
		return Disposition{}, err
	}
	return Disposition{Name: x.Name, ClosesCase: x.ClosesCase, Spam: x.Spam}, nil
}

// Categories are those that cases of a service may get.
func (d OrgDirectory) Categories(ctx context.Context, tenant, serviceID string) ([]CaseCategory, error) {
	list, err := d.Org.CategoriesOf(ctx, tenant, serviceID)
	out := make([]CaseCategory, len(list))
	for i, k := range list {
		out[i] = CaseCategory{ID: k.ID, Name: k.Name, ParentID: k.ParentID}
	}
	return out, err
}

// CategoryNames are the names down to a category.
func (d OrgDirectory) CategoryNames(ctx context.Context, tenant, id string) ([]string, error) {
	return d.Org.CategoryNames(ctx, tenant, id)
}

// CategoriesBelow are a category and those below it.
func (d OrgDirectory) CategoriesBelow(ctx context.Context, tenant, id string) ([]string, error) {
	return d.Org.CategoriesBelow(ctx, tenant, id)
}

// CaseFields are all fields of cases.
func (d OrgDirectory) CaseFields(ctx context.Context, tenant string) ([]*org.CaseField, error) {
	return d.Org.CaseFields(ctx, tenant)
}

// RoomForFile asks for room below the tenant's limit of stored files.
func (d OrgDirectory) RoomForFile(ctx context.Context, tenant string, size int64) error {
	return d.Org.RoomForFile(ctx, tenant, size)
}

// UseFileRoom counts a stored file.
func (d OrgDirectory) UseFileRoom(ctx context.Context, tx *db.Tx, tenant string, size int64) error {
	return d.Org.UseFileRoom(ctx, tx, tenant, size)
}
