package call

import (
	"context"

	"parley/internal/org"
)

// OrgDirectory answers from the organisation's settings.
type OrgDirectory struct{ Org *org.Org }

// Service gives a service's rules for calls.
func (d OrgDirectory) Service(ctx context.Context, tenant, id string) (Rules, error) {
	s, err := d.Org.Service(ctx, tenant, id)
	if err != nil {
		return Rules{}, err
	}
	return Rules{Name: s.Name, Greeting: s.Voice.GreetingID, Music: s.Voice.MusicID, Closed: s.Voice.ClosedID, Nobody: s.Voice.NobodyID, Limit: s.Voice.LimitID,
		LastAgentSeconds: int64(s.LastAgentSeconds), RingSeconds: int64(s.OfferSeconds)}, nil
}

// Way is the entry's own trunk, else the first that calls may be made by. They
// come from the entry's number; a call from a site has none, so from the first
// number of that trunk.
func (d OrgDirectory) Way(ctx context.Context, tenant, entryID string) (Way, error) {
	trunks, err := d.Org.Trunks(ctx, tenant)
	if err != nil {
		return Way{}, err
	}
	numbers, err := d.Org.Numbers(ctx, tenant)
	if err != nil {
		return Way{}, err
	}
	var way Way
	entry, err := d.Org.Entry(ctx, tenant, entryID)
	if err != nil { // deleted meanwhile
		entry = &org.Entry{}
	}
	for _, t := range trunks {
		if t.Active && t.Host != "" && (way.TrunkID == "" || t.ID == entry.TrunkID) {
			way.TrunkID = t.ID
		}
	}
	if way.CallerID = entry.Number; way.CallerID != "" {
		return way, nil
	}
	for _, e := range numbers {
		if e.TrunkID == "" || e.TrunkID == way.TrunkID {
			way.CallerID = e.Number
			break
		}
	}
	return way, nil
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
	ps, err := d.Org.Privileges(ctx, tenant, u)
	return Person{Name: u.ChatName(), MayVoice: ps[org.HandleVoice] && !u.Archived && !u.Locked}, err
}

// ByExtension gives who has an extension.
func (d OrgDirectory) ByExtension(ctx context.Context, tenant, extension string) (string, error) {
	all, err := d.Org.Users(ctx, tenant)
	for _, u := range all {
		if u.Extension == extension && !u.Archived {
			return u.ID, nil
		}
	}
	return "", err
}

// OpenNow tells whether the entry's hours are on, or, where it has none of its
// own, the service's.
func (d OrgDirectory) OpenNow(ctx context.Context, tenant, serviceID, entryID string, at int64) (bool, error) {
	return d.Org.OpenFor(ctx, tenant, serviceID, entryID, at)
}

// OpenLimit is the tenant's limit of calls.
func (d OrgDirectory) OpenLimit(ctx context.Context, tenant string) (int64, error) {
	t, err := d.Org.Tenant(ctx, tenant)
	if err != nil {
		return 0, err
	}
	return int64(t.Limits.OpenCalls), nil
}

// PromptFile is the file of a prompt's sound.
func (d OrgDirectory) PromptFile(ctx context.Context, tenant, promptID string) (string, error) {
	p, err := d.Org.Prompt(ctx, tenant, promptID)
	if err != nil {
		return "", err
	}
	return p.FileID, nil
}
