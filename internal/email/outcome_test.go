package email

import (
	"context"
	"testing"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/floor"
	"parley/internal/interaction"
	"parley/internal/org"
)

func TestOutcomeOfUnopened(t *testing.T) {
	each(t, func(d *desk) {
		// became is the only segment of a contact, found among the records by its outcome.
		became := func(m *Mail, want string) *interaction.Segment {
			d.Helper()
			d.stands(m.CaseID, "nowhere")
			page, _, err := d.s.interactions.Search(d.ctx, d.db.Read(), tenant, interaction.Filter{Kind: "email", Outcome: want, Limit: 10})
			d.must(err)
			if len(page) != 1 || page[0].InteractionID != m.InteractionID {
				d.Fatalf("records with the outcome %s: %+v", want, page)
			}
			var p interaction.Segment
			d.must(d.db.Read().NewSelect().Model(&p).Where("s.tenant_id = ? AND s.interaction_id = ?", tenant, m.InteractionID).Scan(d.ctx))
			if p.Outcome != want || p.EndReason != want || p.EndedBy != interaction.ByAgent || p.Short() {
				d.Fatalf("outcome %q, reason %q, by %q", p.Outcome, p.EndReason, p.EndedBy)
			}
			return &p
		}
		why := func(p *interaction.Segment) floor.Moment {
			d.Helper()
			moments, err := floor.Explain(d.ctx, d.db, tenant, p)
			d.must(err)
			if len(moments) == 0 {
				d.Fatal("nothing is explained")
			}
			return moments[len(moments)-1]
		}
		d.Run("[E-13/delete] [B-4] a mail deleted unopened was deleted, not refused: in its record, its filter and its explanation", func(t *testing.T) {
			m := d.comes(map[string]string{"Subject": "refund of a ticket"}, "x")
			d.stands(m.CaseID, "team")
			out, err := d.s.DeleteMails(d.ctx, d.who("anna", org.HandleDeleteCases), []string{d.row(m.CaseID).SegmentID},
				func(context.Context, *db.Tx, *cases.Case) error { return nil })
			d.must(err)
			if out.Done != 1 {
				t.Fatalf("%+v", out)
			}
			if end := why(became(m, interaction.OutcomeDeleted)); end.By != interaction.ByAgent || end.Reason != interaction.ReasonDeleted {
				t.Fatalf("%+v", end)
			}
		})
		d.Run("[B-7/by-hand] [B-4] the contact whose only mail was moved away was moved, not refused", func(t *testing.T) {
			right := d.comes(map[string]string{"Subject": "refund of a bag"}, "x")
			wrong := d.comes(map[string]string{"Subject": "refund of a trip"}, "x")
			d.stands(right.CaseID, "team")
			d.stands(wrong.CaseID, "team")
			log := &moves{}
			_, err := d.s.Move(d.ctx, d.who("boss", org.SuperviseLive), wrong.ID, log.to(d.kase(right.CaseID).Number))
			d.must(err)
			if end := why(became(wrong, interaction.OutcomeMoved)); end.Reason != interaction.ReasonMoved {
				t.Fatalf("%+v", end)
			}
			d.stands(right.CaseID, "team")
		})
		d.Run("[E-13/rules] what was finished by its disposition stays handled, though it is deleted afterwards", func(t *testing.T) {
			m := d.comes(map[string]string{"Subject": "refund of a hat"}, "x")
			id := d.stands(m.CaseID, "team").SegmentID
			_, err := d.s.Dispose(d.ctx, tenant, "anna", []string{id}, "spam", "")
			d.must(err)
			d.stands(m.CaseID, "nowhere")
			outcome := func() string {
				p, err := d.s.interactions.Segment(d.ctx, d.db.Read(), tenant, id)
				d.must(err)
				return p.Outcome
			}
			d.until("the record is finished", func() bool { return outcome() == interaction.OutcomeHandled })
			d.must(d.s.DeleteCase(d.ctx, d.who("anna", org.HandleDeleteCases, "handle.others_cases"), m.CaseID, func(context.Context, *db.Tx, *cases.Case) error { return nil }))
			if got := outcome(); got != interaction.OutcomeHandled {
				t.Fatal(got)
			}
		})
	})
}
