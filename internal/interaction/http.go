package interaction

import (
	"context"
	"net/http"
	"slices"

	"parley/internal/bus"
	"parley/internal/db"
	"parley/internal/web"
)

// Register puts the records on the API.
func (s *Service) Register(srv *web.Server) {
	const tag = "records"
	web.Query(srv, web.Op{Path: "/api/recent", ID: "listRecent", Tag: tag, Summary: "My latest contacts"}, s.serveRecent)
	web.Query(srv, web.Op{Path: "/api/records", ID: "listRecords", Tag: tag, Privileges: []string{"records.view"},
		Summary: "Search the records of contacts"}, s.serveRecords)
	web.Query(srv, web.Op{Path: "/api/records/{interactionId}", ID: "getRecord", Tag: tag, Privileges: []string{"records.view"},
		Summary: "One contact with all its parts and offers"}, s.serveRecord)
	web.Command(srv, web.Op{Method: http.MethodPut, Path: "/api/segments/{id}/outcome", ID: "setOutcome", Tag: tag,
		Summary: "Keep disposition and comment of a contact in hand"}, s.serveOutcome)
	s.registerActivity(srv)
}

type recentInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"200"`
}

type recordsInput struct {
	From          int64    `query:"from" minimum:"0" doc:"Start of the contact, unix ms"`
	To            int64    `query:"to" minimum:"0" doc:"Excluded"`
	ServiceID     string   `query:"serviceId" maxLength:"100"`
	AgentID       string   `query:"agentId" maxLength:"100"`
	TeamID        string   `query:"teamId" maxLength:"100"`
	Channel       string   `query:"channel" enum:"voice,chat,email,preview"`
	DispositionID string   `query:"dispositionId" maxLength:"100"`
	Outcome       string   `query:"outcome" enum:"handled,abandoned,transferred,offline,system_failure,refused,declined,returned,deleted,moved"`
	ContactID     string   `query:"contactId" maxLength:"100"`
	CategoryID    string   `query:"categoryId" maxLength:"100" doc:"Of the case of a mail, with those below it; none: of cases without one"`
	CaseFields    []string `query:"field,explode" maxItems:"5" doc:"Of the case of a mail: each a field's id, a colon and what it says: a text begins so, all others are equal"`
	Q             string   `query:"q" maxLength:"200" doc:"Beginnings of words of name, company or comment; an address; a number"`
	Sort          string   `query:"sort" enum:"newest,oldest" default:"newest"`
	Cursor        string   `query:"cursor" maxLength:"200"`
	Limit         int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// RecordPage is one page of records.
type RecordPage struct {
	Items []Record `json:"items"`
	Next  string   `json:"next,omitempty" doc:"Cursor of the next page"`
}

type recordsOutput struct{ Body RecordPage }

func (s *Service) serveRecent(ctx context.Context, in *recentInput) (*recordsOutput, error) {
	who := web.Who(ctx)
	if who.UserID == "" { // an API key has no contacts of its own
		return &recordsOutput{RecordPage{Items: []Record{}}}, nil
	}
	return s.serveSearch(ctx, Filter{AgentID: who.UserID, Cursor: in.Cursor, Limit: in.Limit})
}

func (s *Service) serveRecords(ctx context.Context, in *recordsInput) (*recordsOutput, error) {
	return s.serveSearch(ctx, Filter{From: in.From, To: in.To, Kind: in.Channel, ServiceID: in.ServiceID, AgentID: in.AgentID,
		TeamID: in.TeamID, DispositionID: in.DispositionID, Outcome: in.Outcome, ContactID: in.ContactID, CategoryID: in.CategoryID, CaseFields: in.CaseFields, Words: in.Q,
		Oldest: in.Sort == "oldest", Cursor: in.Cursor, Limit: in.Limit})
}

func (s *Service) serveSearch(ctx context.Context, f Filter) (*recordsOutput, error) {
	items, next, err := s.Search(ctx, s.db.Read(), web.Tenant(ctx), f)
	if err != nil {
		return nil, err
	}
	return &recordsOutput{RecordPage{Items: items, Next: next}}, nil
}

type recordInput struct {
	InteractionID string `path:"interactionId" maxLength:"100"`
}

// RecordDetail is a record with everything that is kept of it.
type RecordDetail struct {
	Record
	Offers []RecordOffer `json:"offers"`
}

// RecordOffer is one offer to an agent and how it ended.
type RecordOffer struct {
	SegmentID string `json:"segmentId"`
	AgentID   string `json:"agentId"`
	AgentName string `json:"agentName"`
	OfferedAt int64  `json:"offeredAt"`
	ClosedAt  int64  `json:"closedAt"`
	Cause     string `json:"cause" doc:"accepted, rejected, missed, withdrawn; empty while open"`
}

func (s *Service) serveRecord(ctx context.Context, in *recordInput) (*struct{ Body RecordDetail }, error) {
	tenant := web.Tenant(ctx)
	r, err := s.GetRecord(ctx, s.db.Read(), tenant, in.InteractionID)
	if err != nil {
		return nil, err
	}
	offers, err := offersOf(ctx, s.db.Read(), tenant, in.InteractionID)
	if err != nil {
		return nil, err
	}
	d := RecordDetail{Record: r, Offers: make([]RecordOffer, len(offers))}
	for i, o := range offers {
		d.Offers[i] = RecordOffer{SegmentID: o.SegmentID, AgentID: o.AgentID, AgentName: s.directory.UserName(ctx, tenant, o.AgentID),
			OfferedAt: o.OfferedAt, ClosedAt: o.ClosedAt, Cause: o.Cause}
	}
	who := web.Who(ctx)
	mine := func(p RecordPart) bool { return who.UserID != "" && p.AgentID == who.UserID }
	if !slices.ContainsFunc(r.Parts, mine) {
		s.viewed.Note(ctx, tenant, "record", r.InteractionID, r.Customer.Name)
	}
	return &struct{ Body RecordDetail }{d}, nil
}

type outcomeInput struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		DispositionID string `json:"dispositionId,omitempty" maxLength:"100"`
		Comment       string `json:"comment,omitempty" maxLength:"16000"`
		Version       int64  `json:"version,omitempty" minimum:"0" doc:"The one you saw; left out: whatever it is"`
	}
}

// OutcomeAnswer is the segment's version after the change.
type OutcomeAnswer struct {
	Version   int64 `json:"version"`
	ChangeSeq int64 `json:"changeSeq"`
}

type outcomeOutput struct{ Body OutcomeAnswer }

func (s *Service) serveOutcome(ctx context.Context, in *outcomeInput) (*outcomeOutput, error) {
	who, out := web.Who(ctx), &outcomeOutput{}
	err := s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.SetOutcome(ctx, tx, who.TenantID, in.ID, who.UserID,
			Outcome{DispositionID: in.Body.DispositionID, Comment: in.Body.Comment, Version: in.Body.Version})
		if err != nil {
			return err
		}
		out.Body.Version = p.Version
		if out.Body.ChangeSeq, err = bus.LastSeq(ctx, tx, who.TenantID); err != nil {
			return err
		}
		return db.Answer(ctx, tx, out.Body)
	})
	return out, err
}
