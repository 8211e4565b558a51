package chat

import (
	"context"

	"parley/internal/db"
	"parley/internal/org"
)

// OrgDirectory answers from the organisation's settings.
type OrgDirectory struct{ Org *org.Org }

// Service gives a service's rules for chats.
func (d OrgDirectory) Service(ctx context.Context, tenant, id string) (Rules, error) {
	s, err := d.Org.Service(ctx, tenant, id)
	if err != nil {
		return Rules{}, err
	}
	r := Rules{Name: s.Name, IdleQuestionSeconds: int64(s.Chat.IdleQuestionSeconds), IdleCloseSeconds: int64(s.Chat.IdleCloseSeconds),
		Texts: make(map[string]Texts, len(s.Chat.Texts)), Greeting: s.Chat.Greeting, ShowPhoto: s.Chat.ShowPhoto,
		PreviewUnsent: s.Chat.PreviewUnsent, FileMaxBytes: s.Chat.FileMaxBytes, FileTypes: s.Chat.FileTypes, LastAgentSeconds: int64(s.LastAgentSeconds)}
	for lang, t := range s.Chat.Texts {
		r.Texts[lang] = Texts(t)
	}
	return r, nil
}

// Serves tells whether a service is there and not archived.
func (d OrgDirectory) Serves(ctx context.Context, tenant, id string) (bool, error) {
	return d.Org.Serves(ctx, tenant, id)
}

// Person gives an agent as others see them.
func (d OrgDirectory) Person(ctx context.Context, tenant, id string) (Person, error) {
	u, err := d.Org.User(ctx, tenant, id)
	if err != nil {
		return Person{}, err
	}
	return Person{Name: u.ChatName(), PhotoID: u.PhotoFileID, FirstName: u.FirstName, LastName: u.LastName, Greeting: u.Greeting}, nil
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

// OpenNow tells whether the entry's hours are on, or, where it has none of its
// own, the service's.
func (d OrgDirectory) OpenNow(ctx context.Context, tenant, serviceID, entryID string, at int64) (bool, error) {
	return d.Org.OpenFor(ctx, tenant, serviceID, entryID, at)
}

// MostOpen is the tenant's limit of open chats.
func (d OrgDirectory) MostOpen(ctx context.Context, tenant string) (int64, error) {
	t, err := d.Org.Tenant(ctx, tenant)
	if err != nil {
		return 0, err
	}
	return int64(t.Limits.OpenChats), nil
}

// RoomForFile asks for room below the tenant's limit of stored files.
func (d OrgDirectory) RoomForFile(ctx context.Context, tenant string, size int64) error {
	return d.Org.RoomForFile(ctx, tenant, size)
}

// UseFileRoom counts a stored file.
func (d OrgDirectory) UseFileRoom(ctx context.Context, tx *db.Tx, tenant string, size int64) error {
	return d.Org.UseFileRoom(ctx, tx, tenant, size)
}
