package call

import (
	"context"
	"encoding/json"
	"strings"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/interaction"
)

// attachment is a browser's wish to be an agent's line in a call.
type attachment struct {
	TenantID, UserID, CallID, SegmentID string
	Offer                               string // SDP
}

// Attach makes a browser the agent's line in the call of a segment that rings
// at the agent or is in the agent's hands, and gives the SDP answer. A line that
// was there before is replaced: the page was loaded anew.
func (s *Service) Attach(ctx context.Context, tenant, userID, segmentID, offer string) (answer string, err error) {
	k, err := s.reach(ctx, tenant, userID, segmentID)
	if err != nil {
		return "", err
	}
	return ask(ctx, s, k.Node, attachSubject, attachment{tenant, userID, k.ID, segmentID, offer}, s.attachHere)
}

// reach gives the call of a segment that is offered to the user or in the
// user's hands; of others there is none.
func (s *Service) reach(ctx context.Context, tenant, userID, segmentID string) (*Call, error) {
	p, err := s.interactions.Segment(ctx, s.db.Read(), tenant, segmentID)
	if err != nil {
		return nil, err
	}
	if p.AgentID != userID || p.Kind != "voice" {
		return nil, fail.NotFound("segment")
	}
	if p.State != interaction.StateOffered && p.State != interaction.StateActive {
		return nil, errGone()
	}
	callID, err := s.callOf(ctx, tenant, segmentID)
	if err != nil {
		return nil, err
	}
	k, err := get(ctx, s.db.Read(), tenant, callID)
	if err == nil && !k.State.Open() {
		err = errGone()
	}
	return k, err
}

func (s *Service) attachHere(ctx context.Context, a attachment) (string, error) {
	ses := s.sessions.get(a.CallID)
	if ses == nil {
		return "", errGone()
	}
	l := &line{segmentID: a.SegmentID, userID: a.UserID, row: &LegRow{TenantID: a.TenantID, ID: db.NewID(), CallID: a.CallID,
		SegmentID: a.SegmentID, Source: SourceWeb, StartedAt: s.now()}}
	leg, answer, err := s.browsers.Answer(ctx, a.Offer, ses.eventsOf(l))
	if err != nil {
		return "", err
	}
	l.leg = leg
	ses.attach(l)
	return answer, nil
}

// dial are digits for the customer's side.
type dial struct{ CallID, SegmentID, Digits string }

// MaxDigits bounds one request of Digits.
const MaxDigits = 64

// Digits sends tones to the customer's side (V-13); a comma is a pause of 1 s.
func (s *Service) Digits(ctx context.Context, tenant, userID, segmentID, digits string) error {
	if digits == "" || len(digits) > MaxDigits || strings.Trim(digits, "0123456789*#ABCDabcd,") != "" {
		return fail.Invalid("digits", "must be up to 64 of 0-9 * # A-D and commas for pauses")
	}
	k, err := s.reach(ctx, tenant, userID, segmentID)
	if err != nil {
		return err
	}
	ps, err := partsOf(ctx, s.db.Read(), tenant, k.ID)
	if err != nil {
		return err
	}
	if in := (&edit{parts: ps}).part(segmentID); in == nil || in.State != PartJoined {
		return fail.State("The call has not been accepted yet")
	}
	_, err = ask(ctx, s, k.Node, digitsSubject, dial{k.ID, segmentID, strings.ToUpper(digits)}, s.digitsHere)
	return err
}

func (s *Service) digitsHere(ctx context.Context, d dial) (string, error) {
	ses := s.sessions.get(d.CallID)
	if ses == nil {
		return "", errGone()
	}
	send := func() error { return ses.customer.leg.Media().SendDigits(d.Digits) }
	if ses.customer.leg == nil {
		send = func() error { return ses.sendOthers(ctx, d) }
	}
	if err := send(); err != nil {
		return "", fail.State("The other side takes no tones")
	}
	return "", nil
}

// Heard is what an agent's browser measured of its own line.
type Heard struct {
	JitterMs    float64 `json:"jitterMs" minimum:"0" maximum:"60000"`
	LossPercent float64 `json:"lossPercent" minimum:"0" maximum:"100"`
	RTTMs       float64 `json:"rttMs" minimum:"0" maximum:"60000"`
	Codec       string  `json:"codec" maxLength:"20"`
}

type qualityNote struct {
	CallID, SegmentID string
	Heard             Heard
}

// Quality keeps what an agent's browser measured; the last one stands in the
// leg's record (V-46). It is lossy: the latest counts.
func (s *Service) Quality(ctx context.Context, tenant, userID, segmentID string, h Heard) error {
	k, err := s.reach(ctx, tenant, userID, segmentID)
	if err != nil {
		return err
	}
	n := qualityNote{k.ID, segmentID, h}
	if k.Node == s.node {
		s.noteQuality(n)
		return nil
	}
	b, err := json.Marshal(n)
	if err == nil && s.nodes.Clustered() {
		err = s.nodes.Publish(qualitySubject+k.Node, b)
	}
	return err
}

func (s *Service) noteQuality(n qualityNote) {
	if ses := s.sessions.get(n.CallID); ses != nil {
		ses.heard(n.SegmentID, n.Heard)
	}
}
