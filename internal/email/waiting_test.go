package email

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/uptrace/bun"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/interaction"
)

// late puts the limit of mails' service level into the past.
func (k *desk) late(segments ...string) {
	k.Helper()
	k.must(k.db.Write(k.ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.NewUpdate().Model((*Row)(nil)).Set("sl_due_at = ?", k.s.now()-1000).Where("r.tenant_id = ? AND r.segment_id IN (?)", tenant, bun.List(segments)).Exec(ctx)
		return err
	}))
}

func TestOverdue(t *testing.T) {
	each(t, func(d *desk) {
		a := d.comes(map[string]string{"Subject": "refund of a ticket"}, "x")
		b := d.comes(map[string]string{"Subject": "refund of a bag"}, "x")
		d.stands(a.CaseID, "team")
		d.stands(b.CaseID, "team")
		counts := func(team, personal, pinned int64) {
			d.Helper()
			p, err := d.s.Queue(d.ctx, d.who("anna"), View{Place: PlaceTeam, Limit: 100})
			d.must(err)
			if c := p.Counts; c.TeamOverdue != team || c.PersonalOverdue != personal || c.PinnedOverdue != pinned {
				d.Fatalf("%+v", c)
			}
		}
		d.Run("[E-10/overdue] each queue says how many of its mails wait longer than the service level allows, the answered ones not", func(*testing.T) {
			counts(0, 0, 0)
			first, second := d.row(a.CaseID).SegmentID, d.row(b.CaseID).SegmentID
			d.late(first, second)
			counts(2, 0, 0)
			_, err := d.s.TakeFromQueue(d.ctx, tenant, "anna", []string{first})
			d.must(err)
			d.stands(a.CaseID, "personal anna")
			d.must(d.s.Pin(d.ctx, d.who("anna"), a.CaseID, true))
			counts(1, 1, 1)
			d.ready("anna")
			_, err = d.floors.Open(d.ctx, tenant, "anna", "s-anna", first)
			d.must(err)
			d.stands(a.CaseID, "hand anna")
			draft, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", first, "", "")
			d.must(err)
			d.writes("anna", draft, "ivan@example.org", "<p>Here it is</p>")
			_, err = d.s.Park(d.ctx, tenant, "anna", first)
			d.must(err)
			d.stands(a.CaseID, "personal anna")
			counts(1, 0, 0)
		})
	})
}

func TestChosen(t *testing.T) {
	each(t, func(d *desk) {
		var segments []string
		for i := range 5 {
			subject, from := "refund of a ticket", "Vera <vera@example.org>"
			if i > 2 {
				subject, from = "lost bag", "Oleg <oleg@example.org>"
			}
			m := d.comes(map[string]string{"Subject": subject, "From": from}, fmt.Sprint("number ", i))
			d.until("it waits", func() bool { r := d.row(m.CaseID); return r != nil && r.Place == PlaceTeam })
			segments = append(segments, d.row(m.CaseID).SegmentID)
		}
		chosen := func(user string, ids []string, v *View) []string {
			d.Helper()
			var got []string
			_, err := d.s.ForChosen(d.ctx, d.who(user), Choice{IDs: ids, All: v}, func(step []string) (MovedMails, error) {
				got = append(got, step...)
				return MovedMails{}, nil
			})
			d.must(err)
			slices.Sort(got)
			return got
		}
		d.Run("[E-13/all] all are all of the view, not of a page: what a filter leaves, of any number of pages", func(t *testing.T) {
			if got := chosen("anna", nil, &View{Place: PlaceTeam, Limit: 2}); !slices.Equal(got, sorted(slices.Clone(segments)...)) {
				t.Errorf("all: %v", got)
			}
			if got := chosen("anna", nil, &View{Place: PlaceTeam, ServiceID: "info"}); !slices.Equal(got, sorted(slices.Clone(segments[:3])...)) {
				t.Errorf("of one service: %v", got)
			}
			if got := chosen("anna", nil, &View{Place: PlaceTeam, Words: "oleg"}); !slices.Equal(got, sorted(slices.Clone(segments[3:])...)) {
				t.Errorf("of one sender: %v", got)
			}
			if got := chosen("anna", nil, &View{Place: PlacePersonal}); len(got) != 0 {
				t.Errorf("of a queue that is empty: %v", got)
			}
		})
		d.Run("[E-13/all] nobody chooses what they may not see; none, or too many, are refused", func(t *testing.T) {
			if got := chosen("stranger", nil, &View{Place: PlaceTeam}); len(got) != 0 {
				t.Errorf("a stranger: %v", got)
			}
			if got := chosen("stranger", segments, nil); len(got) != 0 {
				t.Errorf("a stranger by name: %v", got)
			}
			if _, err := d.s.Chosen(d.ctx, d.who("anna"), nil); fail.Code(err) != fail.CodeInvalid {
				t.Errorf("none: %v", err)
			}
			if _, err := d.s.Chosen(d.ctx, d.who("anna"), make([]string, maxNamed+1)); fail.Code(err) != fail.CodeLimit {
				t.Errorf("too many: %v", err)
			}
		})
		d.Run("[E-13/all] taken at once they lie in the personal queue", func(t *testing.T) {
			ids := chosen("anna", nil, &View{Place: PlaceTeam, ServiceID: "info"})
			if m, err := d.s.TakeFromQueue(d.ctx, tenant, "anna", ids); err != nil || m.Done != 3 || len(m.Refused) != 0 {
				t.Fatalf("%+v, %v", m, err)
			}
			if got := chosen("anna", nil, &View{Place: PlacePersonal}); len(got) != 3 {
				t.Fatal(got)
			}
		})
	})
}

func TestRelease(t *testing.T) {
	each(t, func(d *desk) {
		rules := d.set.rules["info"]
		rules.ReleaseMS = 8 * 3_600_000
		d.set.rules["info"] = rules
		m := d.comes(map[string]string{"Subject": "refund of a ticket"}, "x")
		id := d.stands(m.CaseID, "team").SegmentID
		d.must(second(d.s.TakeFromQueue(d.ctx, tenant, "anna", []string{id})))
		due := d.stands(m.CaseID, "personal anna").SLDueAt
		since := func(hours int64) {
			d.Helper()
			at := d.s.now() - hours*3_600_000
			if hours == 0 {
				at = 0
			}
			// As long ago the mail came to her.
			d.must(d.db.Write(d.ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewUpdate().Model((*Row)(nil)).Set("updated_at = ?", d.s.now()-9*3_600_000).Where("r.tenant_id = ? AND r.segment_id = ?", tenant, id).Exec(ctx)
				return err
			}))
			d.must(d.s.Tidy(d.ctx, tenant, func(_ context.Context, _, user string) (int64, error) {
				if user != "anna" {
					d.Errorf("asked for %s", user)
				}
				return at, nil
			}))
		}
		d.Run("[E-6/release] the mail of somebody who is there, or away for less than the service's time, stays (decision 32)", func(*testing.T) {
			since(0)
			since(7)
			d.stands(m.CaseID, "personal anna")
		})
		d.Run("[E-6/release] who stays away longer loses it to the team's queue; the service level runs on; nobody is said to have returned it", func(t *testing.T) {
			since(9)
			if r := d.stands(m.CaseID, "team"); r.SLDueAt != due || r.SLFromAt == 0 {
				t.Fatalf("the service level: %d, was %d", r.SLDueAt, due)
			}
			d.tells(m.CaseID, cases.EventReturned, "", "")
		})
		d.Run("[E-6/release] a service without such a time keeps its mails where they are", func(*testing.T) {
			rules.ReleaseMS = 0
			d.set.rules["info"] = rules
			d.must(second(d.s.TakeFromQueue(d.ctx, tenant, "anna", []string{id})))
			d.stands(m.CaseID, "personal anna")
			since(1000)
			d.stands(m.CaseID, "personal anna")
		})
	})
}

func TestSignOut(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("anna")
		caseID, segment := d.inHand("anna", withFile)
		draft, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, "", "")
		d.must(err)
		d.Run("[A-5/mail] [S-5] a mail in the hands of an agent who goes becomes a draft in the personal queue, and is there when the agent is back", func(t *testing.T) {
			_, err := d.floors.SignOut(d.ctx, tenant, "anna", "s-anna", true)
			d.must(err)
			if r := d.stands(caseID, "personal anna"); !r.Draft {
				t.Fatal("not marked as a draft")
			}
			d.ready("anna")
			_, err = d.floors.Open(d.ctx, tenant, "anna", "s-anna", segment)
			d.must(err)
			d.stands(caseID, "hand anna")
			same, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, "", "")
			if err != nil || same.ID != draft.ID {
				t.Fatalf("another draft, %v", err)
			}
		})
	})
}

func TestOutcomeBefore(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("anna")
		caseID, segment := d.inHand("anna", withFile)
		d.Run("[E-30/before] a disposition set before sending holds: the row is finished without another, and it decides about the case", func(t *testing.T) {
			draft, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, "", "")
			d.must(err)
			d.must(d.setOutcome(segment, "anna", "solved", "found it"))
			_, err = d.s.Send(d.ctx, tenant, "anna", draft.ID, 0, true)
			d.must(err)
			d.stands(caseID, "ended anna")
			p, err := d.s.interactions.Segment(d.ctx, d.db.Read(), tenant, segment)
			d.must(err)
			if p.DispositionID != "solved" || p.EndReason != reasonSent || p.State != interaction.StateEnded {
				t.Fatalf("%+v", p)
			}
			_, err = d.floors.FinishRow(d.ctx, tenant, "anna", "s-anna", segment)
			d.must(err)
			d.stands(caseID, "nowhere")
			d.until("closed", func() bool { return d.kase(caseID).State == cases.StateClosed })
		})
	})
}

func TestUnanswered(t *testing.T) {
	each(t, func(d *desk) {
		d.Run("[R-5] [E-10/overdue] a contact that ends without an answer leaves the clock running: the customer's next mail is late since the first", func(*testing.T) {
			m := d.comes(map[string]string{"Subject": "refund of a ticket"}, "x")
			segment := d.stands(m.CaseID, "team").SegmentID
			d.ready("anna")
			_, err := d.floors.Open(d.ctx, tenant, "anna", "s-anna", segment)
			d.must(err)
			d.stands(m.CaseID, "hand anna")
			_, err = d.s.EndPart(d.ctx, tenant, "anna", segment)
			d.must(err)
			d.stands(m.CaseID, "ended anna")
			d.must(d.setOutcome(segment, "anna", "more", ""))
			_, err = d.floors.FinishRow(d.ctx, tenant, "anna", "s-anna", segment)
			d.must(err)
			d.stands(m.CaseID, "nowhere")
			next := d.comes(map[string]string{"Subject": "Re: " + d.kase(m.CaseID).ThreadKey}, "are you there?")
			d.until("a row", func() bool { return d.row(m.CaseID) != nil })
			if r := d.row(m.CaseID); next.CaseID != m.CaseID || next.At <= m.At || r.SLFromAt != m.At {
				d.Errorf("late since %d; the mails came at %d and %d", r.SLFromAt, m.At, next.At)
			}
		})
	})
}
