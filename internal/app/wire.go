package app

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strconv"

	"github.com/uptrace/bun"

	"parley/internal/access"
	"parley/internal/bus"
	"parley/internal/cases"
	"parley/internal/chat"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/desk"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/stats"
	"parley/internal/web"
)

// What a lower room asks of a higher one, one adapter each.

// sessions ends the browser session of an agent whom the floor signed out.
type sessions struct {
	access *access.Service
	names  interaction.OrgDirectory
	log    *slog.Logger
}

func (s sessions) EndSession(ctx context.Context, tenant, user, session string, why floor.SignedOut) {
	reason := access.SignedOut
	switch {
	case why.Reason == core.ReasonLost:
		reason = access.Closed
	case why.By != "":
		reason = access.Forced
	}
	if err := s.access.EndSession(ctx, tenant, user, session, reason, why.By, s.names.UserName(ctx, tenant, why.By)); err != nil {
		s.log.Warn("a session could not be ended after its shift", "user", user, "error", err)
	}
}

// snapshotParts are the shares of a desk's snapshot, in the order in which they are read.
func (a *App) snapshotParts() []desk.Part {
	return []desk.Part{
		func(ctx context.Context, tx bun.IDB, who web.Identity, into *desk.Snapshot) error {
			v, err := a.floors.AgentView(ctx, tx, who.TenantID, who.UserID)
			if v != nil {
				into.Agent = v
			}
			return err
		},
		func(ctx context.Context, tx bun.IDB, who web.Identity, into *desk.Snapshot) error {
			rows, err := a.interactions.OpenRows(ctx, tx, who.TenantID, who.UserID)
			into.Segments, into.Offers = rows.Segments, rows.Offers
			return err
		},
		func(ctx context.Context, tx bun.IDB, who web.Identity, into *desk.Snapshot) (err error) {
			if into.Conversations, err = a.chats.Conversations(ctx, tx, who.TenantID, who.UserID); err != nil {
				return err
			}
			ids := make([]string, len(into.Conversations))
			for i, c := range into.Conversations {
				ids[i] = c.ID
			}
			if into.Messages, err = a.chats.LastMessages(ctx, tx, who.TenantID, ids, desk.MessagesShown); err != nil {
				return err
			}
			into.Drafts, err = a.chats.Drafts(ctx, tx, who.TenantID, who.UserID)
			if into.Drafts == nil {
				into.Drafts = []chat.Draft{}
			}
			return err
		},
		a.callsPart,
	}
}

// figureSource starts the live figures of a day from the records and the floor's rows.
type figureSource struct {
	records *interaction.Service
	floors  *floor.Floors
}

func (f figureSource) Today(ctx context.Context, idb bun.IDB, tenant string, from int64) (stats.Rows, error) {
	rows, err := f.records.Today(ctx, idb, tenant, from)
	if err != nil {
		return rows, err
	}
	rows.Agents, err = f.floors.SignedIn(ctx, idb, tenant)
	return rows, err
}

// outcomes counts a person's dispositions of the day.
type outcomes struct {
	records *interaction.Service
	watching
}

func (o outcomes) Dispositions(ctx context.Context, who web.Identity, from int64) ([]desk.DispositionTally, error) {
	counts, err := o.records.DispositionsSince(ctx, who.TenantID, who.UserID, from)
	if err != nil {
		return nil, err
	}
	out := []desk.DispositionTally{}
	for _, c := range counts {
		t := desk.DispositionTally{DispositionID: c.DispositionID, Count: c.Count}
		if d, err := o.org.Disposition(ctx, who.TenantID, c.DispositionID); err == nil {
			t.Name, t.Kind = d.Name, d.Kind
		}
		out = append(out, t)
	}
	return out, nil
}

// available tells whether somebody is signed in who serves the service; without figures yet, the customer may wait.
func (a *App) available(ctx context.Context, tenant, serviceID string) bool {
	live, err := a.figures.For(ctx, tenant)
	if err != nil {
		return true
	}
	scope, err := watching{directory{a.org}}.everything(ctx, tenant)
	if err != nil {
		return true
	}
	return live.Services([]string{serviceID}, scope, db.Now())[0].SignedIn > 0
}

// place is where an interaction stands in its queue; 0 without figures yet.
func (a *App) place(ctx context.Context, tenant, interactionID string) int {
	live, err := a.figures.For(ctx, tenant)
	if err != nil {
		return 0
	}
	return live.Place(interactionID, db.Now())
}

// clusterOf turns the cluster settings into the bus's.
func clusterOf(cfg Config) (*bus.Cluster, error) {
	host, port, err := net.SplitHostPort(cfg.ClusterListen)
	if err != nil {
		return nil, fmt.Errorf("cluster-listen %q: %w", cfg.ClusterListen, err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("cluster-listen %q: the port is no number", cfg.ClusterListen)
	}
	return &bus.Cluster{Name: "parley", Host: host, Port: n, Routes: cfg.ClusterRoutes, User: "parley", Password: cfg.ClusterToken}, nil
}

// contactAPI is the customers' cards, with what they need of the channels.
func (a *App) contactAPI() contact.API {
	return contact.API{DB: a.db, Contacts: a.contacts, Interactions: a.interactions, Names: interaction.OrgDirectory{Org: a.org}, Viewed: a.audit.Viewed,
		Linked: map[string]func(ctx context.Context, tx *db.Tx, tenant, channelID, contactID string) error{
			core.Chat: a.chats.Identified, core.Voice: a.calls.Identified, core.Email: a.mails.Identified},
		OpenCases: cases.New().OpenOf, Usable: a.pictures.Usable}
}

// customerPhoto tells whether a picture is the photo on a customer's card.
func (a *App) customerPhoto(ctx context.Context, tenant, id string) (bool, error) {
	used, err := a.contacts.PhotosInUse(ctx, tenant, []string{id})
	return used[id], err
}
