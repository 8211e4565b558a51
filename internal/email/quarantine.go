package email

import (
	"context"
	"net/http"
	"slices"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/web"
)

func (a API) registerQuarantine(s *web.Server) {
	edit := []string{org.SystemEntries}
	web.Query(s, web.Op{Path: "/api/mail-quarantine", ID: "listMailQuarantine", Tag: tag, Privileges: edit, Summary: "Mails that could not be understood"}, a.quarantine)
	web.Command(s, web.Op{Path: "/api/mail-quarantine/{id}/retry", ID: "retryQuarantinedMail", Tag: tag, Privileges: edit, Summary: "Try to understand a mail again"}, a.again)
	web.Command(s, web.Op{Method: http.MethodDelete, Path: "/api/mail-quarantine/{id}", ID: "dropQuarantinedMail", Tag: tag, Privileges: edit, Summary: "Give a mail of the quarantine up"}, a.drop)
	web.Query(s, web.Op{Path: "/api/mail-outbox", ID: "listMailOutbox", Tag: tag, Privileges: edit, Summary: "Mails that are on their way, failed or are doubtful"}, a.outbox)
	web.Command(s, web.Op{Path: "/api/mail-outbox/{id}/retry", ID: "retryOutboundMail", Tag: tag, Privileges: edit, Summary: "Try to send a mail again that failed or is doubtful"}, a.sendAgain)
	s.Handle("GET /api/mail-quarantine/{id}/raw", http.HandlerFunc(a.quarantined), web.Needs(org.SystemEntries))
}

// Quarantined is a mail that could not be understood.
type Quarantined struct {
	ID         string `json:"id"`
	EntryID    string `json:"entryId"`
	Recipient  string `json:"recipient"`
	Sender     string `json:"sender"`
	From       string `json:"from" doc:"As far as it could be read"`
	Subject    string `json:"subject"`
	Reason     string `json:"reason" doc:"unreadable, too_large, panic, no_service, failed: …"`
	Size       int64  `json:"size"`
	Tries      int    `json:"tries"`
	ReceivedAt int64  `json:"receivedAt"`
}

const maxListed = 200

func (a API) quarantine(ctx context.Context, _ *struct{}) (*one[[]Quarantined], error) {
	var rows []intake
	err := a.Mails.db.Read().NewSelect().Model(&rows).Where("t.tenant_id = ? AND t.state = 'quarantined'", web.Tenant(ctx)).
		Order("t.id DESC").Limit(maxListed).Scan(ctx)
	out := make([]Quarantined, len(rows))
	for i, r := range rows {
		out[i] = Quarantined{ID: r.ID, EntryID: r.EntryID, Recipient: r.Recipient, Sender: r.Sender, From: r.FromShown, Subject: r.Subject,
			Reason: r.Reason, Size: r.RawSize, Tries: r.Tries, ReceivedAt: r.ReceivedAt}
	}
	return answer(out, err)
}

func (a API) again(ctx context.Context, in *idInput) (*struct{}, error) {
	return nil, a.settle(ctx, in.ID, IntakeNew, "retry")
}

func (a API) drop(ctx context.Context, in *idInput) (*struct{}, error) {
	return nil, a.settle(ctx, in.ID, IntakeDropped, "discard")
}

// settle takes a mail out of the quarantine; the audit log says who did.
func (a API) settle(ctx context.Context, id, state, action string) error {
	s, who := a.Mails, web.Who(ctx)
	return s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		var r intake
		err := tx.NewSelect().Model(&r).Where("t.tenant_id = ? AND t.id = ? AND t.state = 'quarantined'", who.TenantID, id).Scan(ctx)
		if db.IsNone(err) {
			return fail.NotFound("mail")
		}
		if err != nil {
			return err
		}
		done := s.now()
		if state == IntakeNew {
			done = 0
		}
		if _, err := tx.NewUpdate().Model((*intake)(nil)).Set("state = ?", state).Set("tries = 0").Set("done_at = ?", done).
			Where("tenant_id = ? AND id = ?", who.TenantID, id).Exec(ctx); err != nil {
			return err
		}
		tx.AfterCommit(s.nudge)
		return a.Audit.Record(ctx, tx, audit.Event{Action: action, Entity: "quarantined_mail", EntityID: id, TenantID: who.TenantID, Name: r.Subject,
			Before: map[string]any{"reason": r.Reason, "from": r.FromShown, "recipient": r.Recipient}})
	})
}

func (a API) quarantined(w http.ResponseWriter, r *http.Request) {
	tenant := web.Tenant(r.Context())
	var row intake
	err := a.Mails.db.Read().NewSelect().Model(&row).Where("t.tenant_id = ? AND t.id = ? AND t.state = 'quarantined'", tenant, r.PathValue("id")).Scan(r.Context())
	if err != nil {
		web.WriteProblem(w, r, fail.NotFound("mail"))
		return
	}
	a.serve(w, r, tenant, row.RawHash, "mail.eml", "message/rfc822", false, row.ReceivedAt)
}

// Outbound is a mail that has not arrived yet.
type Outbound struct {
	ID      string    `json:"id"`
	CaseID  string    `json:"caseId"`
	State   string    `json:"state" enum:"sending,failed,doubtful"`
	From    string    `json:"from"`
	To      []Address `json:"to"`
	Subject string    `json:"subject"`
	Outcome string    `json:"outcome" doc:"What the relay said last"`
	At      int64     `json:"at"`
}

type outboxInput struct {
	State string `query:"state" enum:"sending,failed,doubtful"`
}

func (a API) outbox(ctx context.Context, in *outboxInput) (*one[[]Outbound], error) {
	states := []string{StateSending, StateFailed, StateDoubtful}
	if in.State != "" {
		states = slices.DeleteFunc(states, func(s string) bool { return s != in.State })
	}
	out := []Outbound{}
	for _, state := range states {
		var mails []*Mail
		if err := a.Mails.db.Read().NewSelect().Model(&mails).ExcludeColumn("body_text", "body_html").Where("m.tenant_id = ? AND m.state = ?", web.Tenant(ctx), state).
			Order("m.at DESC").Limit(maxListed).Scan(ctx); err != nil {
			return nil, err
		}
		for _, m := range mails {
			words := m.Outcome
			if words == trying {
				words = ""
			}
			out = append(out, Outbound{ID: m.ID, CaseID: m.CaseID, State: m.State, From: m.FromAddress, To: m.To, Subject: m.Subject, Outcome: words, At: m.At})
		}
	}
	return answer(out, nil)
}

func (a API) sendAgain(ctx context.Context, in *idInput) (*struct{}, error) {
	who := web.Who(ctx)
	return nil, a.Mails.Again(ctx, who.TenantID, in.ID, func(ctx context.Context, tx *db.Tx, m *Mail) error {
		return a.Audit.Record(ctx, tx, audit.Event{Action: "retry", Entity: "outbound_mail", EntityID: m.ID, TenantID: who.TenantID, Name: m.Subject,
			Before: map[string]any{"state": m.State, "outcome": m.Outcome, "to": m.To}})
	})
}

// Complete gives addresses that were written to or from before, the latest first
// (E-32).
func (s *Service) Complete(ctx context.Context, tenant, q string) ([]Address, error) {
	out := []Address{}
	q = folded(q)
	if q == "" {
		return out, nil
	}
	var rows []address
	like := likeEscaper.Replace(q) + "%"
	if err := s.db.Read().NewSelect().Model(&rows).Where("a.tenant_id = ?", tenant).
		Where(`(a.address LIKE ? ESCAPE '\' OR LOWER(a.name) LIKE ? ESCAPE '\')`, like, like).Order("a.used_at DESC").Limit(10).Scan(ctx); err != nil {
		return nil, err
	}
	for _, r := range rows {
		out = append(out, Address{Name: r.Name, Address: r.Address})
	}
	return out, nil
}
