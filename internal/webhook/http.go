package webhook

import (
	"context"
	"net/http"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/jobs"
	"parley/internal/org"
	"parley/internal/web"
)

// Register puts the log of deliveries on the API. The webhooks themselves are the
// organisation's.
func (s *Sender) Register(w *web.Server) {
	may := []string{org.SystemSettings}
	web.Query(w, web.Op{Method: http.MethodGet, Path: "/api/webhooks/{id}/deliveries", ID: "listDeliveries", Tag: "webhooks", Privileges: may,
		Summary: "What was told to a webhook in the last 30 days, newest first"}, s.serveList)
	web.Query(w, web.Op{Method: http.MethodGet, Path: "/api/webhook-events", ID: "listWebhookEvents", Tag: "webhooks", Privileges: may,
		Summary: "The events a webhook can ask for"}, serveEvents)
	web.Command(w, web.Op{Method: http.MethodPost, Path: "/api/webhooks/{id}/deliveries/{delivery}/replay", ID: "replayDelivery", Tag: "webhooks", Privileges: may,
		Summary: "Send a delivery again, with the same id"}, s.serveReplay)
	web.Command(w, web.Op{Method: http.MethodPost, Path: "/api/webhooks/{id}/test", ID: "testWebhook", Tag: "webhooks", Privileges: may,
		Summary: "Send the event parley.test"}, s.serveTest)
}

type eventsOutput struct {
	Body struct {
		Items []string `json:"items"`
	}
}

func serveEvents(context.Context, *struct{}) (*eventsOutput, error) {
	out := &eventsOutput{}
	out.Body.Items = Events
	return out, nil
}

type deliveriesInput struct {
	ID     string `path:"id" maxLength:"100"`
	State  string `query:"state" enum:"pending,delivered,failed,cancelled"`
	Event  string `query:"event" maxLength:"100"`
	Cursor string `query:"cursor" maxLength:"100"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type deliveriesOutput struct {
	Body struct {
		Items []Delivery `json:"items"`
		Next  string     `json:"next"`
	}
}

func (s *Sender) serveList(ctx context.Context, in *deliveriesInput) (*deliveriesOutput, error) {
	tenant := web.Tenant(ctx)
	if _, err := s.org.Webhook(ctx, tenant, in.ID); err != nil {
		return nil, err
	}
	var rows []deliveryRow
	q := s.db.Read().NewSelect().Model(&rows).Where("tenant_id = ? AND webhook_id = ?", tenant, in.ID).OrderExpr("id DESC").Limit(int64(in.Limit) + 1)
	if in.State != "" {
		q = q.Where("state = ?", in.State)
	}
	if in.Event != "" {
		q = q.Where("event = ?", in.Event)
	}
	if in.Cursor != "" {
		q = q.Where("id < ?", in.Cursor)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	out := &deliveriesOutput{}
	out.Body.Items = []Delivery{}
	for i, r := range rows {
		if i == in.Limit {
			out.Body.Next = rows[i-1].ID
			break
		}
		out.Body.Items = append(out.Body.Items, r.delivery())
	}
	return out, nil
}

type deliveryInput struct {
	ID       string `path:"id" maxLength:"100"`
	Delivery string `path:"delivery" maxLength:"100"`
}

type deliveryOutput struct {
	Body Delivery
}

func (s *Sender) serveReplay(ctx context.Context, in *deliveryInput) (*deliveryOutput, error) {
	out := &deliveryOutput{}
	err := s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		var row deliveryRow
		err := tx.NewSelect().Model(&row).Where("tenant_id = ? AND webhook_id = ? AND id = ?", web.Tenant(ctx), in.ID, in.Delivery).Scan(ctx)
		switch {
		case db.IsNone(err):
			return fail.NotFound("delivery")
		case err != nil:
			return err
		case row.State == Pending:
			return fail.State("it is being sent already")
		}
		round := row.Round
		row.State, row.Attempts, row.Round, row.NextAt = Pending, 0, round+1, s.now()
		res, err := tx.NewUpdate().Model(&row).Column("state", "attempts", "round", "next_at").WherePK().Where("round = ?", round).Exec(ctx)
		if err := db.CheckVersion(res, err, "delivery"); err != nil {
			return err
		}
		if err := jobs.Add(ctx, tx, Job, attempt{row.TenantID, row.ID, row.Round, 0}, jobs.Opts{}); err != nil {
			return err
		}
		out.Body = row.delivery()
		return db.Answer(ctx, tx, out.Body)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

type webhookInput struct {
	ID string `path:"id" maxLength:"100"`
}

func (s *Sender) serveTest(ctx context.Context, in *webhookInput) (*deliveryOutput, error) {
	tenant := web.Tenant(ctx)
	h, err := s.org.Webhook(ctx, tenant, in.ID)
	if err != nil {
		return nil, err
	}
	if h.Archived {
		return nil, fail.NotFound("webhook")
	}
	out := &deliveryOutput{}
	err = s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		row, err := s.add(ctx, tx, tenant, in.ID, EventTest, map[string]string{"webhook": h.Name})
		if err != nil {
			return err
		}
		out.Body = row.delivery()
		return db.Answer(ctx, tx, out.Body)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
