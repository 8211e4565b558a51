package call

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/interaction"
)

// Incoming is a call that comes in at an entry.
type Incoming struct {
	TenantID  string
	EntryID   string
	ServiceID string
	Source    string // SourceSIP, SourceWeb
	From      string // the caller's number, "" when hidden or from a browser
	FromName  string
	To        string // as dialled
	Language  string
	Page      Page
}

// errFull says that the installation or the tenant has as many calls as it may.
func errFull(n int64) error { return fail.Limit("openCalls", n) }

// Incoming takes a call in: the contact is recorded and on its way to an agent,
// durably, before it returns; then its session has the leg. makeLeg is called
// once, when it is known that the call may come in; the leg's events go to the
// function it is given. Closed hours, nobody there and a long wait are heard by
// the caller as messages, see StateUnserved.
func (s *Service) Incoming(ctx context.Context, in Incoming, makeLeg func(events func(LegEvent)) Leg) (callID string, err error) {
	free, err := s.room(ctx, in.TenantID)
	if err != nil {
		return "", err
	}
	defer free()
	k := &Call{TenantID: in.TenantID, ID: db.NewID(), EntryID: in.EntryID, ServiceID: in.ServiceID, Source: in.Source, Direction: "in",
		Node: s.node, State: StateWaiting, Number: oneLine(in.From, 40), Called: oneLine(in.To, 40), Name: oneLine(in.FromName, 100),
		Language: oneLine(in.Language, 10), PageURL: oneLine(in.Page.URL, 2000), PageTitle: oneLine(in.Page.Title, 200), Version: 1}
	rules, err := s.directory.Service(ctx, in.TenantID, in.ServiceID)
	if err != nil {
		return "", err
	}
	open, err := s.directory.OpenNow(ctx, in.TenantID, in.ServiceID, in.EntryID, s.now())
	if err != nil {
		return "", err
	}
	ses := s.newSession(k)
	leg := makeLeg(ses.customerEvents())
	ses.customer.leg = leg
	row := &LegRow{TenantID: k.TenantID, ID: db.NewID(), CallID: k.ID, Source: k.Source, Stored: string(leg.Stored()), StartedAt: s.now()}
	ses.customer.row = row
	err = s.db.Write(ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		if err := s.roomOf(ctx, tx, in.TenantID); err != nil {
			return err
		}
		if err := s.takeIn(ctx, tx, k, rules, open); err != nil {
			return err
		}
		return putLeg(ctx, tx, row)
	})
	if err != nil {
		leg.HangUp(CauseSystem)
		return "", err
	}
	s.start(ses)
	return k.ID, nil
}

var errDraining = errors.New("the program is stopping and takes no new calls")

// room keeps a place for a call, or refuses it when there are too many or the
// program is stopping, before a far end is made for it. Call free when the call
// has its session, or came to nothing.
func (s *Service) room(ctx context.Context, tenant string) (free func(), err error) {
	if s.draining.Load() {
		return nil, fail.Unavailable(errDraining)
	}
	free, ok := s.sessions.reserve(s.maxCalls)
	if !ok {
		return nil, errFull(int64(s.maxCalls))
	}
	if err := s.roomOf(ctx, s.db.Read(), tenant); err != nil {
		free()
		return nil, err
	}
	return free, nil
}

// roomOf refuses one call more than the tenant may have. Inside the transaction
// that takes the call in it is exact: calls that come at once are counted one
// after the other.
func (s *Service) roomOf(ctx context.Context, from bun.IDB, tenant string) error {
	limit, err := s.directory.OpenLimit(ctx, tenant)
	if err != nil || limit == 0 {
		return err
	}
	if tx, ok := from.(*db.Tx); ok {
		if err := tx.Lock(ctx, "call.open/"+tenant); err != nil {
			return err
		}
	}
	n, err := countOpen(ctx, from, tenant)
	if err == nil && n >= limit {
		err = errFull(limit)
	}
	return err
}

// takeIn records the call and its contact and asks the floor for an agent.
func (s *Service) takeIn(ctx context.Context, tx *db.Tx, k *Call, rules Rules, open bool) error {
	k.OpenedAt = s.now()
	who, err := s.customer(ctx, tx, k)
	if err != nil {
		return err
	}
	i, segment, err := s.interactions.Open(ctx, tx, interaction.Opening{TenantID: k.TenantID, Kind: "voice", ServiceID: k.ServiceID,
		EntryID: k.EntryID, ChannelID: k.ID, Language: k.Language, Customer: who, At: k.OpenedAt})
	if err != nil {
		return err
	}
	k.InteractionID = i.ID
	if _, err := tx.NewInsert().Model(k).Exec(ctx); err != nil {
		return err
	}
	e := &edit{s: s, tx: tx, k: k, at: k.OpenedAt}
	if err := e.expect(ctx, segment, ""); err != nil {
		return err
	}
	if !open {
		return e.closed(ctx, segment)
	}
	in := floor.Submitted(segment)
	if rules.LastAgentSeconds > 0 && k.ContactID != "" {
		if in.Preferred, err = lastAgent(ctx, tx, k.TenantID, k.ContactID); err != nil {
			return err
		}
		in.PreferUntilAt = e.at + rules.LastAgentSeconds*1000
	}
	return e.tell(ctx, in)
}

// closed ends the wait for an agent before it begins: the floor need not know.
func (e *edit) closed(ctx context.Context, segment interaction.Segment) error {
	if err := e.s.interactions.Record(ctx, e.tx, e.k.TenantID, []interaction.Step{{At: e.at, Kind: interaction.StepEnded, SegmentID: segment.ID,
		By: interaction.BySystem, Cause: ReasonClosed, Outcome: interaction.OutcomeRefused}}, nil); err != nil {
		return err
	}
	if err := e.leave(ctx, e.parts[0]); err != nil {
		return err
	}
	e.k.EndReason = ReasonClosed
	if err := e.move(StateUnserved); err != nil {
		return err
	}
	_, err := e.tx.NewUpdate().Model(e.k).WherePK().Exec(ctx)
	return err
}

// customer finds who calls: the card with the number, else what the line says.
// A call makes no card: the agent does, who knows who it was.
func (s *Service) customer(ctx context.Context, tx *db.Tx, k *Call) (interaction.Customer, error) {
	who := interaction.Customer{Name: k.Name, Phone: k.Number}
	if k.Number == "" {
		return who, nil
	}
	card, found, err := s.contacts.ByAddress(ctx, tx, k.TenantID, k.Number)
	if err != nil || !found {
		return who, err
	}
	k.ContactID = card.ID
	if card.Name != "" {
		who.Name = card.Name
	}
	who.Segment, who.Email, who.Company, who.ContactID = card.Segment, card.Email(), card.Company, card.ID
	return who, nil
}

// oneLine makes a printable line of what a far end sent, at most n characters.
func oneLine(s string, n int) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
	if utf8.RuneCountInString(s) > n {
		s = string([]rune(s)[:n])
	}
	return s
}
