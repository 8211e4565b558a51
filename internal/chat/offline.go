package chat

import (
	"context"

	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/interaction"
)

// Why nobody can serve a conversation.
const (
	UnservedClosed   = "closed"      // outside the hours
	UnservedNoAgents = "no_agents"   // nobody qualified is signed in
	UnservedLimit    = "queue_limit" // too many wait, or it waited too long
)

// forgetAfter is how long the offline form stands open, ms.
const forgetAfter = 30 * 60 * 1000

// unserved says that nobody can serve: the offline form is shown, or, when it
// was filled in before, the conversation goes back to those that are kept.
func (e *edit) unserved(ctx context.Context, reason string, rules Rules) error {
	if e.c.KeptAt > 0 {
		if err := e.move(StateKept); err != nil {
			return err
		}
		return e.park(ctx)
	}
	if err := e.move(StateUnserved); err != nil {
		return err
	}
	texts := rules.texts(e.c.Language)
	text := texts.NoAgents
	if reason == UnservedClosed {
		text = texts.Offline
	}
	e.c.setDue(DueForget, e.at+forgetAfter)
	return e.event(ctx, EventUnserved, "", ScopeAll, text, map[string]string{"reason": reason})
}

// KeepMessage takes the offline form (C-20): the message is kept as a contact
// that waits for the service to open. It continues an unserved conversation or
// makes one of its own.
func (s *Service) KeepMessage(ctx context.Context, v Visitor, o Opening) (Opened, error) {
	if err := o.clean(); err != nil {
		return Opened{}, err
	}
	return s.openWith(ctx, v, o, func(ctx context.Context, e *edit, isNew bool) (Message, error) {
		if !isNew && e.c.State != StateUnserved { // it goes on: one more message
			return e.customerAdds(ctx, v, o.message())
		}
		return e.keep(ctx, v, o)
	})
}

// keep takes the form's answers and message and parks the contact.
func (e *edit) keep(ctx context.Context, v Visitor, o Opening) (Message, error) {
	e.c.Form = o.Form.over(e.c.Form)
	if err := e.identify(ctx, v); err != nil {
		return Message{}, err
	}
	e.c.KeptAt = e.at
	if err := e.move(StateKept); err != nil {
		return Message{}, err
	}
	m, err := e.customerAdds(ctx, v, o.message())
	if err != nil {
		return m, err
	}
	e.c.setDue(DueNothing, 0)
	if err := e.park(ctx); err != nil {
		return m, err
	}
	return m, e.event(ctx, EventKept, "", ScopeAll, "", nil)
}

// park makes the segment that waits outside the queue until the service can
// serve again.
func (e *edit) park(ctx context.Context) error {
	segment, err := e.segment(ctx)
	if err != nil {
		return err
	}
	return e.s.interactions.Record(ctx, e.tx, e.c.TenantID, []interaction.Step{
		{At: e.at, Kind: interaction.StepParked, SegmentID: segment.ID, Cause: "offline_form"}}, nil)
}

// over lays the answers of a form over earlier ones.
func (f Form) over(old Form) Form {
	if f.Name == "" {
		f.Name = old.Name
	}
	if f.Email == "" {
		f.Email = old.Email
	}
	if f.Phone == "" {
		f.Phone = old.Phone
	}
	if f.Fields == nil {
		f.Fields = old.Fields
	}
	if f.Consent == "" {
		f.Consent = old.Consent
	}
	return f
}

// Serve sends the kept conversations of a tenant to the floor whose service is
// open again, oldest first. ready tells whether anybody is signed in who could
// answer; without that they would only come back.
func (s *Service) Serve(ctx context.Context, tenant string, ready func(serviceID string) bool) error {
	var cs []Conversation
	err := s.db.Read().NewSelect().Model(&cs).Where("c.tenant_id = ? AND c.state = 'kept'", tenant).Order("c.kept_at").Limit(200).Scan(ctx)
	if err != nil {
		return err
	}
	for _, c := range cs {
		open, err := s.directory.OpenNow(ctx, tenant, c.ServiceID, c.EntryID, s.now())
		if err != nil || !open || !ready(c.ServiceID) {
			continue
		}
		if err := s.withConversation(ctx, tenant, c.ID, (*edit).serve); err != nil {
			return err
		}
	}
	return nil
}

// serve sends a kept conversation to its queue.
func (e *edit) serve(ctx context.Context) error {
	if e.c.State != StateKept {
		return nil
	}
	if err := e.move(StateWaiting); err != nil {
		return err
	}
	for _, p := range e.parts {
		if p.State == PartExpected {
			return e.tell(ctx, floor.Submitted(interaction.Segment{ID: p.SegmentID, Kind: "chat", ServiceID: e.c.ServiceID,
				Purpose: p.Purpose, QueuedAt: e.c.KeptAt}))
		}
	}
	return nil
}

// notNow says why the customer cannot write.
func notNow(s State) error {
	if s == StateEnded {
		return fail.New("PAR-5005", nil)
	}
	return fail.New("PAR-5006", nil)
}
