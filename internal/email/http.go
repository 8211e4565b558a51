package email

import (
	"context"
	"net/http"
	"time"

	"parley/internal/audit"
	"parley/internal/cases"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/interaction"
	"parley/internal/org"
	"parley/internal/web"
)

// API is the agents' side of mails over HTTP.
type API struct {
	Mails *Service
	Org   *org.Org
	Audit *audit.Log
	// Leaving waits until the floor has decided what a verb brings about
	// (floor.Floors).
	Leaving func(ctx context.Context, p *interaction.Segment, verb func() (interaction.Done, error)) (interaction.Done, error)
	// Fetch gets a picture from outside (egress.Client.Get).
	Fetch func(ctx context.Context, url string) (*http.Response, error)
}

const (
	tag  = "mails"
	upTo = 5 * time.Minute // longest upload
)

type one[T any] struct{ Body T }

func answer[T any](v T, err error) (*one[T], error) {
	if err != nil {
		return nil, err
	}
	return &one[T]{v}, nil
}

// Register puts the operations on the server.
func (a API) Register(s *web.Server) {
	mails := []string{org.HandleEmail}
	see := []string{org.HandleEmail, org.HandleOthersCases, org.RecordsView}
	web.Query(s, web.Op{Path: "/api/mail-queue", ID: "listMailQueue", Tag: tag, Privileges: mails, Summary: "A page of the team's queue of mails, of my own, or of those of my teams' people"}, a.queue)
	web.Command(s, web.Op{Path: "/api/mail-queue/take", ID: "takeMails", Tag: tag, Privileges: mails, Summary: "Put mails of the team's queue into my own"}, a.take)
	web.Command(s, web.Op{Path: "/api/mail-queue/return", ID: "returnMails", Tag: tag, Privileges: mails, Summary: "Put my mails, or those of people of my teams, back into the team's queue"}, a.giveBack)
	web.Command(s, web.Op{Path: "/api/mail-queue/assign", ID: "assignMails", Tag: tag, Privileges: []string{org.SuperviseForceState}, Summary: "Put mails into the queue of somebody of my teams"}, a.assign)
	web.Query(s, web.Op{Path: "/api/mail-queue/owners", ID: "listMailOwners", Tag: tag, Privileges: []string{org.SuperviseForceState}, Summary: "People of my teams, with the mails in their queues"}, a.owners)
	web.Command(s, web.Op{Path: "/api/mail-queue/dispose", ID: "disposeMails", Tag: tag, Privileges: mails, Summary: "Finish mails with a disposition without opening them"}, a.dispose)
	web.Command(s, web.Op{Path: "/api/segments/{id}/park", ID: "parkSegment", Tag: tag, Privileges: mails, Summary: "Put a mail in hand back into my queue, with its draft"}, a.park)
	web.Command(s, web.Op{Path: "/api/segments/{id}/read-mails", ID: "readMails", Tag: tag, Privileges: mails, Summary: "Say that all mails of a mail in hand were seen"}, a.seen)
	web.Command(s, web.Op{Path: "/api/segments/{id}/drafts", ID: "beginDraft", Tag: tag, Privileges: mails, Summary: "Begin an answer, or forward a mail"}, a.begin)
	web.Command(s, web.Op{Path: "/api/mails", ID: "newMail", Tag: tag, Privileges: mails, Summary: "Begin a new mail"}, a.compose)
	web.Query(s, web.Op{Path: "/api/mails/{id}", ID: "getMail", Tag: tag, Privileges: see, Summary: "One mail"}, a.one)
	web.Command(s, web.Op{Method: http.MethodPut, Path: "/api/mails/{id}", ID: "saveMail", Tag: tag, Privileges: mails, MaxBody: 3 << 20, Summary: "Keep what is written in a draft"}, a.save)
	web.Command(s, web.Op{Method: http.MethodDelete, Path: "/api/mails/{id}", ID: "deleteDraft", Tag: tag, Privileges: mails, Summary: "Throw a draft away, for good"}, a.remove)
	web.Command(s, web.Op{Path: "/api/mails/{id}/send", ID: "sendMail", Tag: tag, Privileges: mails, Summary: "Send a draft"}, a.send)
	web.Command(s, web.Op{Path: "/api/mails/{id}/retry", ID: "retryMail", Tag: tag, Privileges: mails, Summary: "Try to send a mail again that failed"}, a.retry)
	web.Command(s, web.Op{Method: http.MethodDelete, Path: "/api/mails/{id}/files/{fileId}", ID: "detachFile", Tag: tag, Privileges: mails, Summary: "Take a file out of a draft"}, a.detach)
	web.Command(s, web.Op{Path: "/api/mails/{id}/move", ID: "moveMail", Tag: tag, Privileges: mails, Summary: "Take a customer's mail to another case, or to a new one"}, a.move)
	web.Query(s, web.Op{Path: "/api/mails/{id}/destinations", ID: "listMailDestinations", Tag: tag, Privileges: mails, Summary: "Cases that a mail can be moved to"}, a.destinations)
	web.Query(s, web.Op{Path: "/api/mail-addresses", ID: "completeAddress", Tag: tag, Privileges: mails, Summary: "Addresses that begin so"}, a.complete)
	web.Query(s, web.Op{Path: "/api/cases", ID: "searchCases", Tag: tag, Privileges: see, Summary: "Cases by number, subject, name or address, the newest first; without words my newest"}, a.search)
	web.Query(s, web.Op{Path: "/api/cases/{id}", ID: "getCase", Tag: tag, Privileges: see, Summary: "One case"}, a.aCase)
	web.Query(s, web.Op{Path: "/api/cases/{id}/history", ID: "getCaseHistory", Tag: tag, Privileges: see, Summary: "What happened in a case, oldest first"}, a.history)
	web.Command(s, web.Op{Path: "/api/cases/{id}/notes", ID: "addCaseNote", Tag: tag, Privileges: see, Summary: "Add a note to a case"}, a.note)
	web.Command(s, web.Op{Path: "/api/cases/{id}/state", ID: "setCaseState", Tag: tag, Privileges: mails, Summary: "Set the state of a case"}, a.state)
	web.Command(s, web.Op{Path: "/api/cases/{id}/service", ID: "setCaseService", Tag: tag, Privileges: mails, Summary: "Give a case in hand another service of mine"}, a.caseService)
	web.Command(s, web.Op{Path: "/api/cases/{id}/flag", ID: "flagCase", Tag: tag, Privileges: mails, Summary: "Ask for help with a case, or take that back"}, a.flag)
	web.Query(s, web.Op{Path: "/api/pinned-cases", ID: "listPinnedCases", Tag: tag, Privileges: mails, Summary: "A page of the cases that I or somebody of my teams has pinned"}, a.pinned)
	web.Command(s, web.Op{Path: "/api/cases/{id}/pin", ID: "pinCase", Tag: tag, Privileges: mails, Summary: "Pin a case that waits for an answer, or let it go"}, a.pin)
	web.Command(s, web.Op{Path: "/api/cases/{id}/seen", ID: "seeCase", Tag: tag, Privileges: mails, Summary: "Say that what came to a pinned case was seen"}, a.look)
	web.Command(s, web.Op{Path: "/api/cases/{id}/open", ID: "openCase", Tag: tag, Privileges: mails, Summary: "Take a case in hand, whether a mail of it waits or not"}, a.open)
	web.Command(s, web.Op{Path: "/api/cases/{id}/follow-up", ID: "followCase", Tag: tag, Privileges: mails, Summary: "Begin a case that goes on from a closed one"}, a.follow)
	remove := []string{org.HandleDeleteCases}
	web.Command(s, web.Op{Path: "/api/mail-queue/delete", ID: "deleteMails", Tag: tag, Privileges: remove, Summary: "Put the cases of mails of the queues into the bin"}, a.deleteMails)
	web.Command(s, web.Op{Method: http.MethodDelete, Path: "/api/cases/{id}", ID: "deleteCase", Tag: tag, Privileges: remove, Summary: "Put a case into the bin, for 30 days"}, a.deleteCase)
	web.Command(s, web.Op{Path: "/api/cases/{id}/restore", ID: "restoreCase", Tag: tag, Privileges: remove, Summary: "Take a case out of the bin"}, a.restore)
	web.Query(s, web.Op{Path: "/api/deleted-cases", ID: "listDeletedCases", Tag: tag, Privileges: remove, Summary: "A page of the bin, the last deleted first"}, a.bin)
	a.registerForm(s)
	a.registerContent(s)
	a.registerQuarantine(s)
	web.Event[CaseChanged](s, TypeCase)
}

// MailFilter says which rows of a queue a list or a command is about.
type MailFilter struct {
	Place     string `json:"place" query:"place" enum:"team,personal" required:"true"`
	OwnerID   string `json:"ownerId,omitempty" query:"ownerId" maxLength:"100" doc:"Whose personal queue; left out: mine; all: everybody of the teams I supervise"`
	ServiceID string `json:"serviceId,omitempty" query:"serviceId" maxLength:"100"`
	Push      string `json:"push,omitempty" query:"push" enum:"all,push,pull" doc:"push: services that offer their mails, pull: whose mails are taken by hand"`
	Language  string `json:"language,omitempty" query:"language" maxLength:"10"`
	Q         string `json:"q,omitempty" query:"q" maxLength:"200" doc:"Parts of name, address or subject; a case's number"`
	CaseFilter
}

// CaseFilter says of which cases something is.
type CaseFilter struct {
	CategoryID string   `json:"categoryId,omitempty" query:"categoryId" maxLength:"100" doc:"With those below it; none: of cases without one"`
	Fields     []string `json:"fields,omitempty" query:"field,explode" maxItems:"5" doc:"Each a field's id, a colon and what it says: a text begins so, all others are equal"`
}

func (f CaseFilter) wanted() cases.Wanted {
	return cases.Wanted{CategoryID: f.CategoryID, Fields: f.Fields}
}

func (f MailFilter) view() View {
	return View{Place: f.Place, OwnerID: f.OwnerID, ServiceID: f.ServiceID, Push: f.Push, Language: f.Language, Words: f.Q, Cases: f.wanted()}
}

type queueInput struct {
	MailFilter
	Sort   string `query:"sort" enum:"created,updated,customer,sl,from,subject,flag"`
	Dir    string `query:"dir" enum:"asc,desc"`
	Offset int    `query:"offset" minimum:"0" maximum:"10000000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"100"`
}

func (a API) queue(ctx context.Context, in *queueInput) (*one[MailPage], error) {
	v := in.view()
	v.Sort, v.Desc, v.Offset, v.Limit = in.Sort, in.Dir == "desc", in.Offset, in.Limit
	return answer(a.Mails.Queue(ctx, web.Who(ctx), v))
}

// MailChoice names mails of the queues, one by one or all of a view.
type MailChoice struct {
	SegmentIDs []string    `json:"segmentIds,omitempty" maxItems:"1000"`
	All        *MailFilter `json:"all,omitempty" doc:"Instead: everything in this view, however much; the answer's next says that it goes on"`
	After      string      `json:"after,omitempty" maxLength:"200" doc:"With all: next of the answer before"`
}

func (c MailChoice) choice() Choice {
	out := Choice{IDs: c.SegmentIDs, After: c.After}
	if c.All != nil {
		v := c.All.view()
		out.All = &v
	}
	return out
}

type mailChoiceInput struct{ Body MailChoice }

func (a API) take(ctx context.Context, in *mailChoiceInput) (*one[MovedMails], error) {
	who := web.Who(ctx)
	return answer(a.Mails.ForChosen(ctx, who, in.Body.choice(), func(ids []string) (MovedMails, error) {
		return a.Mails.TakeFromQueue(ctx, who.TenantID, who.UserID, ids)
	}))
}

func (a API) giveBack(ctx context.Context, in *mailChoiceInput) (*one[MovedMails], error) {
	who := web.Who(ctx)
	return a.moved(ctx, in.Body, func(ids []string) (MovedMails, error) { return a.Mails.Return(ctx, who, ids) })
}

// moved moves mails wherever they are: who names them hears of each that cannot be moved.
func (a API) moved(ctx context.Context, c MailChoice, move func([]string) (MovedMails, error)) (*one[MovedMails], error) {
	if c.All == nil && len(c.SegmentIDs) > 0 {
		out, err := move(c.SegmentIDs)
		return answer(out.counted(), err)
	}
	return answer(a.Mails.ForChosen(ctx, web.Who(ctx), c.choice(), move))
}

type assignMailsInput struct {
	Body struct {
		MailChoice
		UserID string `json:"userId" minLength:"1" maxLength:"100"`
	}
}

func (a API) assign(ctx context.Context, in *assignMailsInput) (*one[MovedMails], error) {
	who := web.Who(ctx)
	return a.moved(ctx, in.Body.MailChoice, func(ids []string) (MovedMails, error) { return a.Mails.Assign(ctx, who, in.Body.UserID, ids) })
}

func (a API) owners(ctx context.Context, _ *struct{}) (*one[[]QueueOwner], error) {
	return answer(a.Mails.QueueOwners(ctx, web.Who(ctx)))
}

type disposeMailsInput struct {
	Body struct {
		MailChoice
		DispositionID string `json:"dispositionId" minLength:"1" maxLength:"100"`
		Comment       string `json:"comment,omitempty" maxLength:"16000"`
	}
}

func (a API) dispose(ctx context.Context, in *disposeMailsInput) (*one[MovedMails], error) {
	who := web.Who(ctx)
	return answer(a.Mails.ForChosen(ctx, who, in.Body.choice(), func(ids []string) (MovedMails, error) {
		return a.Mails.Dispose(ctx, who.TenantID, who.UserID, ids, in.Body.DispositionID, in.Body.Comment)
	}))
}

type idInput struct {
	ID string `path:"id" maxLength:"100"`
}

func (a API) park(ctx context.Context, in *idInput) (*one[floor.Answer], error) {
	who := web.Who(ctx)
	return answer(a.Mails.Park(ctx, who.TenantID, who.UserID, in.ID))
}

func (a API) seen(ctx context.Context, in *idInput) (*struct{}, error) {
	who := web.Who(ctx)
	return nil, a.Mails.Read(ctx, who.TenantID, who.UserID, in.ID)
}

type beginDraftInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		MailID string `json:"mailId,omitempty" maxLength:"100" doc:"Left out: the customer's last mail"`
		Kind   string `json:"kind,omitempty" enum:"reply,reply_all,forward" doc:"Left out: the draft that is there, else a reply"`
	}
}

func (a API) begin(ctx context.Context, in *beginDraftInput) (*one[MailView], error) {
	who := web.Who(ctx)
	m, files, err := a.Mails.BeginDraft(ctx, who.TenantID, who.UserID, in.ID, in.Body.Kind, in.Body.MailID)
	if err != nil {
		return nil, err
	}
	return answer(a.Mails.mailView(ctx, who, m, files), nil)
}

// AddressInput is an address in a request.
type AddressInput struct {
	Name    string `json:"name,omitempty" maxLength:"500"`
	Address string `json:"address" maxLength:"500"`
}

func addresses(in []AddressInput) []Address {
	out := make([]Address, len(in))
	for i, x := range in {
		out[i] = Address(x)
	}
	return out
}

type newMailInput struct {
	Body struct {
		ServiceID string         `json:"serviceId" minLength:"1" maxLength:"100"`
		To        []AddressInput `json:"to,omitempty" maxItems:"100"`
	}
}

func (a API) compose(ctx context.Context, in *newMailInput) (*one[MailView], error) {
	who := web.Who(ctx)
	if who.UserID == "" {
		return nil, fail.Forbidden()
	}
	m, err := a.Mails.NewMail(ctx, who.TenantID, who.UserID, in.Body.ServiceID, addresses(in.Body.To))
	if err != nil {
		return nil, err
	}
	return answer(a.Mails.mailView(ctx, who, m, []MailFile{}), nil)
}

func (a API) one(ctx context.Context, in *idInput) (*one[MailView], error) {
	who := web.Who(ctx)
	m, err := a.Mails.openMail(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	files, err := a.Mails.filesOf(ctx, a.Mails.db.Read(), who.TenantID, m.ID)
	if err != nil {
		return nil, err
	}
	return answer(a.Mails.mailView(ctx, who, m, files), nil)
}

type saveMailInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Version int64          `json:"version" minimum:"1" doc:"The one you saw"`
		To      []AddressInput `json:"to" maxItems:"100"`
		Cc      []AddressInput `json:"cc" maxItems:"100"`
		Bcc     []AddressInput `json:"bcc" maxItems:"100"`
		Subject string         `json:"subject" maxLength:"1000"`
		HTML    string         `json:"html"`
	}
}

// SavedDraft is a draft's version after a change.
type SavedDraft struct {
	Version int64 `json:"version"`
	At      int64 `json:"at"`
}

func (a API) save(ctx context.Context, in *saveMailInput) (*one[SavedDraft], error) {
	who, b := web.Who(ctx), in.Body
	m, err := a.Mails.SaveDraft(ctx, who.TenantID, who.UserID, in.ID, Edit{Version: b.Version, To: addresses(b.To), Cc: addresses(b.Cc),
		Bcc: addresses(b.Bcc), Subject: b.Subject, HTML: b.HTML})
	if err != nil {
		return nil, err
	}
	return answer(SavedDraft{m.Version, m.At}, nil)
}

func (a API) remove(ctx context.Context, in *idInput) (*struct{}, error) {
	who := web.Who(ctx)
	return nil, a.Mails.DeleteDraft(ctx, who.TenantID, who.UserID, in.ID)
}

type sendMailInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Version int64 `json:"version,omitempty" minimum:"0" doc:"The draft's, as you saw it; left out: whatever it is"`
		Close   bool  `json:"close,omitempty" doc:"End my work on it: wrap-up and disposition follow"`
	}
}

func (a API) send(ctx context.Context, in *sendMailInput) (*one[interaction.Done], error) {
	who := web.Who(ctx)
	send := func() (interaction.Done, error) {
		return a.Mails.Send(ctx, who.TenantID, who.UserID, in.ID, in.Body.Version, in.Body.Close)
	}
	m, err := a.Mails.mail(ctx, a.Mails.db.Read(), who.TenantID, in.ID)
	if err != nil || !in.Body.Close || m.SegmentID == "" {
		return answer(send())
	}
	p, err := a.Mails.interactions.Segment(ctx, a.Mails.db.Read(), who.TenantID, m.SegmentID)
	if err != nil {
		return nil, err
	}
	return answer(a.Leaving(ctx, &p, send)) // what is asked next, the disposition say, finds it ended
}

func (a API) retry(ctx context.Context, in *idInput) (*struct{}, error) {
	who := web.Who(ctx)
	if _, err := a.Mails.mayReadMail(ctx, who, in.ID); err != nil {
		return nil, err
	}
	return nil, a.Mails.Again(ctx, who.TenantID, in.ID, nil)
}

type detachInput struct {
	ID     string `path:"id" maxLength:"100"`
	FileID string `path:"fileId" maxLength:"100"`
}

func (a API) detach(ctx context.Context, in *detachInput) (*struct{}, error) {
	who := web.Who(ctx)
	return nil, a.Mails.Detach(ctx, who.TenantID, who.UserID, in.ID, in.FileID)
}

type completeInput struct {
	Q string `query:"q" minLength:"1" maxLength:"100"`
}

func (a API) complete(ctx context.Context, in *completeInput) (*one[[]Address], error) {
	return answer(a.Mails.Complete(ctx, web.Tenant(ctx), in.Q))
}

type searchInput struct {
	Q string `query:"q" maxLength:"200" doc:"A number, or beginnings of words"`
}

func (a API) search(ctx context.Context, in *searchInput) (*one[[]CaseChoice], error) {
	return answer(a.Mails.Search(ctx, web.Who(ctx), in.Q))
}

func (a API) aCase(ctx context.Context, in *idInput) (*one[CaseView], error) {
	return answer(a.Mails.Case(ctx, web.Who(ctx), in.ID))
}

type historyInput struct {
	ID     string `path:"id" maxLength:"100"`
	Events bool   `query:"events" doc:"Also routing, assignments, states and unsent drafts"`
}

func (a API) history(ctx context.Context, in *historyInput) (*one[[]HistoryEntry], error) {
	return answer(a.Mails.History(ctx, web.Who(ctx), in.ID, in.Events))
}

type caseNoteInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"64000"`
	}
}

func (a API) note(ctx context.Context, in *caseNoteInput) (*struct{}, error) {
	return nil, a.Mails.Note(ctx, web.Who(ctx), in.ID, in.Body.Text)
}

type caseStateInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		State   string `json:"state" enum:"open,pending,resolved,closed"`
		Version int64  `json:"version,omitempty" minimum:"0" doc:"The one you saw; left out: whatever it is"`
	}
}

func (a API) state(ctx context.Context, in *caseStateInput) (*struct{}, error) {
	return nil, a.Mails.SetState(ctx, web.Who(ctx), in.ID, in.Body.Version, cases.State(in.Body.State))
}

type flagCaseInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		On bool `json:"on"`
	}
}

func (a API) flag(ctx context.Context, in *flagCaseInput) (*struct{}, error) {
	return nil, a.Mails.Flag(ctx, web.Who(ctx), in.ID, in.Body.On)
}
