package app

import (
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/org"
	"parley/internal/webhook"
)

// startWebhooks tells other systems what the floor decides and what administrators change.
func (a *App) startWebhooks() error {
	box, err := a.keys.Box("webhook")
	if err != nil {
		return err
	}
	a.org.UseBox(box)
	a.webhooks = webhook.New(a.db, a.org)
	a.org.OnChange(func(ctx context.Context, tx *db.Tx, tenant string, c org.ConfigChanged) error {
		return a.webhooks.Publish(ctx, tx, tenant, webhook.EventConfig, c)
	})
	a.org.OnChange(func(_ context.Context, tx *db.Tx, _ string, c org.ConfigChanged) error {
		if c.Entity == "tenant" && a.floors != nil {
			tx.AfterCommit(a.floors.Look)
		}
		return nil
	})
	return nil
}

// sendWebhooks begins to deliver; the jobs are started after it.
func (a *App) sendWebhooks() {
	a.webhooks.RegisterJobs(a.jobs)
	a.group.Every("webhook.trim", time.Hour, func(ctx context.Context) error {
		for {
			if n, err := a.webhooks.Trim(ctx, 500); err != nil || n < 500 {
				return err
			}
		}
	})
}

// floorEvents makes events for webhooks of the floor's decisions.
type floorEvents struct{ out *webhook.Sender }

var eventOf = map[string]string{
	core.OutQueued: webhook.EventQueued, core.OutOffered: webhook.EventOffered, core.OutAssigned: webhook.EventAccepted,
	core.OutRequeued: webhook.EventRequeued, core.OutCancelled: webhook.EventCancelled, core.OutTimedOut: webhook.EventExited,
	core.OutExited: webhook.EventExited, core.OutEnded: webhook.EventEnded, core.OutFinished: webhook.EventFinished,
	core.OutAgentState: webhook.EventAgentState, core.OutSignedIn: webhook.EventAgentSignedIn, core.OutSignedOut: webhook.EventAgentSignedOut,
}

// floorEvent is the data of such an event.
type floorEvent struct {
	At        int64  `json:"at"`
	SegmentID string `json:"segmentId,omitempty"`
	Kind      string `json:"kind,omitempty"`
	ServiceID string `json:"serviceId,omitempty"`
	AgentID   string `json:"agentId,omitempty"`
	State     string `json:"state,omitempty"`
	ReasonID  string `json:"reasonId,omitempty"`
	Cause     string `json:"cause,omitempty"`
	Code      string `json:"code,omitempty"`
}

// Record implements floor.Recorder.
func (f floorEvents) Record(ctx context.Context, tx *db.Tx, tenant string, happened []floor.Happened) error {
	for _, h := range happened {
		for _, e := range h.Effects {
			event, told := eventOf[e.Type]
			if !told {
				continue
			}
			err := f.out.Publish(ctx, tx, tenant, event, floorEvent{At: e.At, SegmentID: e.Item, Kind: e.Kind, ServiceID: e.Service,
				AgentID: e.Agent, State: e.State, ReasonID: e.Reason, Cause: e.Cause, Code: e.Code})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
