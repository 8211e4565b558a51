package app

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/cases"
	"parley/internal/egress"
	"parley/internal/email"
	"parley/internal/virus"
)

// makeMails builds the room of mails; the floor tells it what it decides.
func (a *App) makeMails() error {
	var scanner email.Scanner
	if a.cfg.VirusCheck != "" {
		clamd, err := virus.New(a.cfg.VirusCheck)
		if err != nil {
			return err
		}
		scanner = clamd
	}
	a.mails = email.New(email.Config{DB: a.db, Directory: email.OrgDirectory{Org: a.org}, Contacts: a.contacts, Cases: cases.New(),
		Interactions: a.interactions, Blobs: a.blobs, Scanner: scanner, Enqueue: a.floors.Enqueue, Floor: a.floors, Publish: a.bus.Publish, Viewed: a.audit.Viewed, Log: a.log})
	a.floors.AddRecorder(a.mails)
	a.interactions.UseMatters(func(ctx context.Context, from bun.IDB, q *bun.SelectQuery, tenant, column, categoryID string, fields []string) (*bun.SelectQuery, error) {
		return cases.Finder{Known: a.org}.Narrow(ctx, from, q, tenant, column, cases.Wanted{CategoryID: categoryID, Fields: fields})
	})
	return nil
}

// startMails lets what arrived be understood, and what waits for its time happen.
func (a *App) startMails() {
	a.group.Go("email.understand", func(ctx context.Context) error { return a.mails.Understand(ctx, a.floors.Owned) })
	a.group.Every("email.tidy", time.Minute, func(ctx context.Context) error {
		tenants, err := a.floors.Owned(ctx)
		for _, t := range tenants {
			err = errors.Join(err, a.mails.Tidy(ctx, t, a.away))
		}
		return err
	})
}

// away tells since when somebody is not signed in to the floor; 0: is there.
func (a *App) away(ctx context.Context, tenant, userID string) (int64, error) {
	signedIn, err := a.floors.SignedIn(ctx, a.db.Read(), tenant)
	if err != nil {
		return 0, err
	}
	for _, s := range signedIn {
		if s.UserID == userID {
			return 0, nil
		}
	}
	return a.interactions.LastSeen(ctx, a.db.Read(), tenant, userID)
}

// picture fetches a picture that a mail names.
func (a *App) picture(ctx context.Context, url string) (*http.Response, error) {
	if err := egress.CheckURL(url, false); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return egress.Client(egress.Options{Timeout: 10 * time.Second}).Do(req)
}
