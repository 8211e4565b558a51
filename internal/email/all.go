package email

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"parley/internal/fail"
	"parley/internal/web"
)

const (
	// walkStep is how many mails a command about a whole view finds at once. Each
	// is changed in a transaction of its own.
	walkStep = 256
	// walkFor is how long such a command goes on before it answers how far it came:
	// half of what the server gives a command.
	walkFor = 15 * time.Second
	// refusalsTold is how many refused mails an answer names; it counts all.
	refusalsTold = 200
)

// Choice are the mails that a command is about: those that are named, or
// everything in a view (decision 36).
type Choice struct {
	IDs   []string
	All   *View
	After string // of a view: Next of the answer before
}

// ForChosen does something to the mails of a choice, of a view step by step in
// the order of their segments until the last that was there at first. A view is
// larger than what one request can wait for: Next of the answer says that there
// is more, and goes into the next request.
func (s *Service) ForChosen(ctx context.Context, who web.Identity, c Choice, do func(ids []string) (MovedMails, error)) (MovedMails, error) {
	if c.All == nil {
		ids, err := s.Chosen(ctx, who, c.IDs)
		if err != nil {
			return MovedMails{}, err
		}
		out, err := do(ids)
		return out.counted(), err
	}
	w, err := s.walkOf(ctx, who, c)
	if err != nil {
		return MovedMails{}, err
	}
	out := MovedMails{Refused: []MoveRefusal{}}
	for began := time.Now(); ; {
		ids, err := w.step(ctx)
		if err != nil || len(ids) == 0 {
			return out, err
		}
		done, err := do(ids)
		out = out.plus(done.counted())
		if err != nil {
			return out, err
		}
		if time.Since(began) >= s.walkFor {
			out.Next = w.after + walkMark + w.last
			return out, nil
		}
	}
}

// walkMark stands between the two ids of Next.
const walkMark = "~"

// walk goes through the segments of a view between two of them.
type walk struct {
	s           *Service
	scope       scope
	view        View
	after, last string
}

func (s *Service) walkOf(ctx context.Context, who web.Identity, c Choice) (*walk, error) {
	sc, err := s.scope(ctx, who)
	if err != nil {
		return nil, err
	}
	if c.All.Place == PlacePersonal {
		if sc.owners, err = s.owners(ctx, who, c.All.OwnerID); err != nil {
			return nil, err
		}
	}
	w := &walk{s: s, scope: sc, view: *c.All}
	if c.After != "" {
		var ok bool
		if w.after, w.last, ok = strings.Cut(c.After, walkMark); !ok || w.after == "" || w.last == "" {
			return nil, fail.Invalid("after", "must be next of an earlier answer")
		}
		return w, nil
	}
	q, err := s.narrow(ctx, s.db.Read().NewSelect().Model((*Row)(nil)), sc, w.view)
	if err != nil {
		return nil, err
	}
	return w, q.ColumnExpr("COALESCE(MAX(r.segment_id), '')").Scan(ctx, &w.last)
}

// step gives the next segments, none at the end.
func (w *walk) step(ctx context.Context) (ids []string, err error) {
	q, err := w.s.narrow(ctx, w.s.db.Read().NewSelect().Model((*Row)(nil)), w.scope, w.view)
	if err != nil {
		return nil, err
	}
	err = q.Column("segment_id").Where("r.segment_id > ? AND r.segment_id <= ?", w.after, w.last).Order("r.segment_id").Limit(walkStep).Scan(ctx, &ids)
	if len(ids) > 0 {
		w.after = ids[len(ids)-1]
	}
	return ids, err
}

// maxNamed is how many mails one command names; a view has any number.
const maxNamed = 1_000

// Chosen gives those of some segments that the user may see in the queues.
func (s *Service) Chosen(ctx context.Context, who web.Identity, ids []string) ([]string, error) {
	sc, err := s.scope(ctx, who)
	switch {
	case err != nil:
		return nil, err
	case len(ids) > maxNamed:
		return nil, fail.Limit("mails at once", maxNamed)
	case len(ids) == 0:
		return nil, fail.Invalid("segmentIds", "Choose at least one mail")
	}
	led, err := s.led(ctx, who)
	if err != nil {
		return nil, err
	}
	sc.owners = append(sc.owners, led...)
	var out []string
	for _, place := range []string{PlaceTeam, PlacePersonal} {
		var found []string
		if err := sc.within(s.db.Read().NewSelect().Model((*Row)(nil)), place).Column("segment_id").
			Where("r.segment_id IN (?)", bun.List(ids)).Scan(ctx, &found); err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// MovedMails is what became of several mails: those that could not be moved say why.
type MovedMails struct {
	Done      int           `json:"done"`
	Refused   []MoveRefusal `json:"refused" doc:"The first of those that stayed as they were"`
	RefusedBy RefusedCounts `json:"refusedBy" doc:"How many stayed as they were, by reason"`
	Next      string        `json:"next" doc:"Not empty: there are more in the view; the next request goes on after it"`
}

// RefusedCounts are how many mails could not be moved, by reason.
type RefusedCounts struct {
	Taken   int `json:"taken"`
	Gone    int `json:"gone"`
	Foreign int `json:"not_yours"`
	Other   int `json:"other"`
}

// MoveRefusal is one mail that could not be moved.
type MoveRefusal struct {
	SegmentID string `json:"segmentId"`
	Code      string `json:"code"`
	Detail    string `json:"detail"`
	Why       string `json:"why" enum:"taken,gone,not_yours,other"`
}

// counted counts the refusals and names only the first.
func (m MovedMails) counted() MovedMails {
	if m.RefusedBy == (RefusedCounts{}) {
		for _, r := range m.Refused {
			switch r.Why {
			case whyTaken:
				m.RefusedBy.Taken++
			case whyGone:
				m.RefusedBy.Gone++
			case whyForeign:
				m.RefusedBy.Foreign++
			default:
				m.RefusedBy.Other++
			}
		}
	}
	m.Refused = m.Refused[:min(len(m.Refused), refusalsTold)]
	return m
}

func (m MovedMails) plus(n MovedMails) MovedMails {
	a, b := m.RefusedBy, n.RefusedBy
	m.Done += n.Done
	m.RefusedBy = RefusedCounts{Taken: a.Taken + b.Taken, Gone: a.Gone + b.Gone, Foreign: a.Foreign + b.Foreign, Other: a.Other + b.Other}
	m.Refused = append(m.Refused, n.Refused...)
	m.Refused = m.Refused[:min(len(m.Refused), refusalsTold)]
	return m
}
