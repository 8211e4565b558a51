package mailbox

import (
	"context"
	"net/http"
	"time"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/org"
	"parley/internal/web"
)

// API lets administrators see and try the mailboxes.
type API struct {
	DB        *db.DB
	Fetchers  *Fetchers
	Transport *Transport
	Server    *Server // nil: nothing comes by SMTP or LMTP
	Org       Directory
	List      func(ctx context.Context, tenant string) ([]*org.Entry, error) // a tenant's mailboxes, by name
	Audit     *audit.Log
	Edit      []string // privileges
}

// testFor bounds a test.
const testFor = 40 * time.Second

// Register puts the operations on the server.
func (a API) Register(s *web.Server) {
	web.Command(s, web.Op{Path: "/api/entries/{id}/test-imap", ID: "testMailboxIMAP", Tag: "mailboxes", Privileges: a.Edit,
		Summary: "Sign in at a mailbox's IMAP server and show the whole conversation"}, a.testIMAP)
	web.Command(s, web.Op{Path: "/api/entries/{id}/test-relay", ID: "testMailboxRelay", Tag: "mailboxes", Privileges: a.Edit,
		Summary: "Ask a mailbox's relay whether it takes its mail and show the whole conversation; none is sent"}, a.testRelay)
	web.Command(s, web.Op{Path: "/api/entries/{id}/backfill", ID: "backfillMailbox", Tag: "mailboxes", Privileges: a.Edit,
		Summary: "Take in again what came to a mailbox's IMAP server since a day; what is known stays as it is"}, a.backfill)
	web.Query(s, web.Op{Path: "/api/mailbox-status", ID: "listMailboxStatus", Tag: "mailboxes", Privileges: a.Edit,
		Summary: "How the fetching of the mailboxes goes"}, a.status)
	web.Command(s, web.Op{Method: http.MethodDelete, Path: "/api/mailbox-skipped/{id}", ID: "forgetSkippedMail", Tag: "mailboxes", Privileges: a.Edit,
		Summary: "Take a mail that stayed on its server off the list"}, a.forget)
}

type entryInput struct {
	ID string `path:"id" maxLength:"100"`
}

// MailTestResult is what came of a test.
type MailTestResult struct {
	OK     bool   `json:"ok"`
	Reason string `json:"reason" enum:"idle,polled,relay,no_relay,sign_in,refused,token,token_address,folder,no_starttls,early,private,name,untrusted,certificate,timeout,network,closed,mark,store,other" doc:"What came of it; idle: signed in, the server tells of new mail; polled: signed in, it is asked each minute; relay: it takes the mailbox's mail"`
	Detail string `json:"detail" doc:"What the reason leaves open: a number of mails, a name, the other server's words"`
	Text   string `json:"text" doc:"Every line that went out (>) and came in (<), without secrets"`
}

type testOutput struct {
	Body MailTestResult
}

// mailbox finds a mailbox of the asking user's tenant, in use or not.
func (a API) mailbox(ctx context.Context, id string) (string, *org.Entry, error) {
	tenant := web.Who(ctx).TenantID
	e, err := a.Org.Entry(ctx, tenant, id)
	if err == nil && (e.Kind != org.EntryMailbox || e.Archived) {
		err = fail.NotFound("entry")
	}
	return tenant, e, err
}

func (a API) testIMAP(ctx context.Context, in *entryInput) (*testOutput, error) {
	tenant, e, err := a.mailbox(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if e.IMAP.Host == "" {
		return nil, fail.State("the mailbox has no IMAP server: its mail comes by SMTP")
	}
	ctx, cancel := context.WithTimeout(ctx, testFor)
	defer cancel()
	x, err := a.Fetchers.TestIMAP(ctx, tenant, e)
	return &testOutput{MailTestResult(x)}, err
}

func (a API) testRelay(ctx context.Context, in *entryInput) (*testOutput, error) {
	tenant, e, err := a.mailbox(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, testFor)
	defer cancel()
	x, err := a.Transport.TestRelay(ctx, tenant, e)
	return &testOutput{MailTestResult(x)}, err
}

type backfillInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		From string `json:"from" format:"date" doc:"The first day, as 2026-01-31"`
	}
}

// longestBackfill is how far back may be asked for.
const longestBackfill = 10 * 366 * 24 * time.Hour

func (a API) backfill(ctx context.Context, in *backfillInput) (*struct{}, error) {
	tenant, e, err := a.mailbox(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	from, err := time.ParseInLocation(time.DateOnly, in.Body.From, time.UTC)
	if now := time.UnixMilli(db.Now()); err != nil || from.After(now) || from.Before(now.Add(-longestBackfill)) {
		return nil, fail.Invalid("from", "must be a day of the last ten years, as 2026-01-31")
	}
	if e.IMAP.Host == "" {
		return nil, fail.State("the mailbox has no IMAP server: its mail comes by SMTP")
	}
	return nil, a.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		if err := a.Fetchers.store.askBackfill(ctx, tx, tenant, e.ID, from.UnixMilli()); err != nil {
			return err
		}
		tx.AfterCommit(a.Fetchers.Look)
		err := a.Audit.Record(ctx, tx, audit.Event{TenantID: tenant, Action: "backfill", Entity: "entry", EntityID: e.ID, Name: e.Name,
			After: map[string]string{"from": in.Body.From}})
		if err != nil {
			return err
		}
		return db.Answer(ctx, tx, nil)
	})
}

// MailboxStatus is how a mailbox is.
type MailboxStatus struct {
	EntryID    string `json:"entryId"`
	Name       string `json:"name"`
	Address    string `json:"address"`
	State      string `json:"state" enum:"off,smtp,unknown,connecting,up,down" doc:"smtp: delivered by SMTP; unknown: not asked yet"`
	Since      int64  `json:"since" doc:"Unix ms; 0: unknown"`
	Reason     string `json:"reason" enum:",sign_in,refused,token,token_address,folder,no_starttls,early,private,name,untrusted,certificate,timeout,network,closed,mark,store,other" doc:"The last error"`
	Detail     string `json:"detail" doc:"What the reason leaves open: a name, the other server's words"`
	LastMailAt int64  `json:"lastMailAt" doc:"Unix ms; by IMAP; 0: none yet"`
	Backfill   int64  `json:"backfill" doc:"Unix ms since which mail is being taken in again; 0: none"`
}

// MailboxStatuses is how all mailboxes are.
type MailboxStatuses struct {
	Items   []MailboxStatus `json:"items"`
	Skipped []Skipped       `json:"skipped" doc:"Mails that stay on their server, newest first, at most 200"`
	SMTPOff bool            `json:"smtpOff" doc:"The SMTP server is switched off on this installation"`
}

type statusOutput struct{ Body MailboxStatuses }

func (a API) status(ctx context.Context, _ *struct{}) (*statusOutput, error) {
	out := &statusOutput{}
	out.Body.SMTPOff = a.Server == nil
	tenant := web.Who(ctx).TenantID
	entries, err := a.List(ctx, tenant)
	if err != nil {
		return nil, err
	}
	states, err := a.Fetchers.store.states(ctx, tenant)
	if err != nil {
		return nil, err
	}
	healths, err := a.Fetchers.store.healths(ctx, tenant)
	if err != nil {
		return nil, err
	}
	out.Body.Items = []MailboxStatus{}
	for _, e := range entries {
		st := MailboxStatus{EntryID: e.ID, Name: e.Name, Address: e.Address, State: "unknown"}
		h, known := healths[e.ID]
		switch {
		case !e.Active:
			st.State = "off"
		case e.IMAP.Host == "":
			st.State = "smtp"
		case known:
			st.State, st.Since, st.Reason, st.Detail = h.State, h.Since, h.Reason, h.Detail
		}
		if row := states[e.ID]; row != nil {
			st.LastMailAt, st.Backfill = row.LastMailAt, row.BackfillFrom
		}
		out.Body.Items = append(out.Body.Items, st)
	}
	out.Body.Skipped, err = a.Fetchers.store.skipped(ctx, tenant)
	return out, err
}

func (a API) forget(ctx context.Context, in *entryInput) (*struct{}, error) {
	tenant := web.Who(ctx).TenantID
	return nil, a.DB.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		row, err := a.Fetchers.store.forget(ctx, tx, tenant, in.ID)
		if err != nil {
			return err
		}
		err = a.Audit.Record(ctx, tx, audit.Event{TenantID: tenant, Action: "discard", Entity: "skipped_mail", EntityID: row.ID, Name: row.Subject})
		if err != nil {
			return err
		}
		return db.Answer(ctx, tx, nil)
	})
}
