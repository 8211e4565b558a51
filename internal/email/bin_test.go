package email

import (
	"context"
	"slices"
	"testing"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
)

func TestBin(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("boris")
		noted := 0
		note := func(context.Context, *db.Tx, *cases.Case) error { noted++; return nil }
		boss := d.who("anna", "handle.delete_cases")
		a := d.comes(map[string]string{"Subject": "refund of a ticket"}, "x")
		b := d.comes(map[string]string{"Subject": "refund of a bag"}, "x")
		d.stands(a.CaseID, "team")
		d.stands(b.CaseID, "team")
		delete := func(caseID string) MovedMails {
			d.Helper()
			out, err := d.s.DeleteMails(d.ctx, boss, []string{d.row(caseID).SegmentID}, note)
			d.must(err)
			return out
		}
		d.Run("[E-13/delete] a deleted mail leaves the queue with its case, is noted and is nobody's any more", func(t *testing.T) {
			if out := delete(a.CaseID); out.Done != 1 || noted != 1 {
				t.Fatalf("%+v, noted %d", out, noted)
			}
			d.stands(a.CaseID, "nowhere")
			if _, err := d.s.Case(d.ctx, d.who("boris"), a.CaseID); fail.Code(err) != fail.CodeNotFound {
				t.Fatal(err)
			}
			if err := d.s.Note(d.ctx, boss, a.CaseID, "x"); fail.Code(err) != fail.CodeState {
				t.Fatalf("changed in the bin: %v", err)
			}
		})
		d.Run("[E-13/delete] what somebody else has in hand is not deleted", func(t *testing.T) {
			_, err := d.s.OpenCase(d.ctx, d.who("boris"), b.CaseID)
			d.must(err)
			d.stands(b.CaseID, "hand boris")
			if out := delete(b.CaseID); out.Done != 0 || out.Refused[0].Code != fail.CodeState {
				t.Fatalf("%+v", out)
			}
			if err := d.s.DeleteCase(d.ctx, boss, b.CaseID, note); fail.Code(err) != fail.CodeState {
				t.Fatal(err)
			}
		})
		d.Run("[E-13/delete] [E-4] a mail to a deleted case makes a new one, by identifier and by reference", func(t *testing.T) {
			for _, head := range []map[string]string{{"Subject": "Re: " + d.kase(a.CaseID).ThreadKey}, {"References": "<" + a.MessageID + ">", "Subject": "Re: refund"}} {
				if m := d.comes(head, "again"); m.CaseID == a.CaseID || m.JoinedBy != JoinedNew {
					t.Fatalf("%+v", m)
				}
			}
		})
		d.Run("[E-13/delete] the bin shows it to those of its service; restored it stands in the own queue", func(t *testing.T) {
			page, err := d.s.Bin(d.ctx, boss, 0, 100)
			d.must(err)
			if page.Total != 1 || page.Items[0].ID != a.CaseID || page.Items[0].DeletedBy != "Anna" || page.Items[0].GoneAt-page.Items[0].DeletedAt != cases.KeptDeleted {
				t.Fatalf("%+v", page)
			}
			if page, err := d.s.Bin(d.ctx, d.who("stranger", "handle.delete_cases"), 0, 100); err != nil || page.Total != 0 {
				t.Fatalf("a stranger: %+v, %v", page, err)
			}
			if err := d.s.RestoreCase(d.ctx, d.who("boris"), a.CaseID, note); fail.Code(err) != fail.CodeNotFound {
				t.Fatalf("without the privilege: %v", err)
			}
			v, err := d.s.Case(d.ctx, boss, a.CaseID)
			d.must(err)
			if !slices.Equal(v.Abilities, []string{"restore"}) {
				t.Fatalf("%v", v.Abilities)
			}
			d.must(d.s.RestoreCase(d.ctx, boss, a.CaseID, note))
			d.stands(a.CaseID, "personal anna")
			if m := d.comes(map[string]string{"Subject": "Re: " + d.kase(a.CaseID).ThreadKey}, "more"); m.CaseID != a.CaseID {
				t.Fatal("a mail does not find the restored case")
			}
		})
		d.Run("[E-13/delete] after thirty days it is removed with its mails, not before", func(t *testing.T) {
			d.must(d.s.DeleteCase(d.ctx, boss, a.CaseID, note))
			d.stands(a.CaseID, "nowhere")
			age := func(by int64) {
				d.must(d.db.Write(d.ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
					_, err := tx.NewUpdate().Model((*cases.Case)(nil)).Set("deleted_at = ?", db.Now()-by).Where("id = ?", a.CaseID).Exec(ctx)
					return err
				}))
				d.must(d.s.empty(d.ctx, tenant))
			}
			age(cases.KeptDeleted - 60_000)
			d.kase(a.CaseID)
			age(cases.KeptDeleted + 60_000)
			if _, err := d.s.cases.Get(d.ctx, d.db.Read(), tenant, a.CaseID); fail.Code(err) != fail.CodeNotFound {
				t.Fatal(err)
			}
			if n, err := d.db.Read().NewSelect().Model((*Mail)(nil)).Where("m.case_id = ?", a.CaseID).Count(d.ctx); err != nil || n != 0 {
				t.Fatalf("%d mails, %v", n, err)
			}
			d.kase(b.CaseID)
		})
	})
}
