package email

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"parley/internal/cases"
	"parley/internal/fail"
	"parley/internal/floor/core"
)

func TestChangeService(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("anna")
		m := d.comes(nil, "My bag is lost.")
		d.stands(m.CaseID, "offered anna")
		d.set.mu.Lock()
		info := d.set.rules["info"]
		info.SLMS, info.Signature = 7_200_000, map[string]string{"en": "The information desk"}
		d.set.rules["info"] = info
		d.set.mu.Unlock()
		d.Run("[E-26/in-place] only whoever has the case in hand changes its service, and only to one of theirs", func(t *testing.T) {
			if _, err := d.s.ChangeService(d.ctx, d.who("anna"), m.CaseID, "info"); fail.Code(err) != fail.CodeState {
				t.Fatalf("not in hand: %v", err)
			}
			_, err := d.floors.Accept(d.ctx, tenant, "anna", "s-anna", d.row(m.CaseID).SegmentID)
			d.must(err)
			d.stands(m.CaseID, "hand anna")
			if _, err := d.s.ChangeService(d.ctx, d.who("boris"), m.CaseID, "info"); fail.Code(err) != fail.CodeState {
				t.Fatalf("a colleague: %v", err)
			}
			if _, err := d.s.ChangeService(d.ctx, d.who("anna"), m.CaseID, "sales"); fail.Code(err) != "PAR-6008" {
				t.Fatalf("not theirs: %v", err)
			}
		})
		d.Run("[E-26/in-place] it stays in hand; service level, dispositions, records and an unwritten answer are of the new service", func(t *testing.T) {
			segment := d.row(m.CaseID).SegmentID
			old, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, "", "")
			d.must(err)
			d.must(d.setOutcome(segment, "anna", "more", ""))
			d.set.mu.Lock()
			d.set.only = map[string][]string{"info": {"solved"}}
			d.set.mu.Unlock()
			_, err = d.s.ChangeService(d.ctx, d.who("anna"), m.CaseID, "info")
			d.must(err)
			row := d.stands(m.CaseID, "hand anna")
			if row.ServiceID != "info" || row.SLDueAt != m.At+7_200_000 || d.kase(m.CaseID).ServiceID != "info" {
				t.Fatalf("%+v", row)
			}
			p, err := d.s.interactions.Segment(d.ctx, d.db.Read(), tenant, segment)
			d.must(err)
			if p.ServiceID != "info" || p.DispositionID != "" || p.DueAt != row.SLDueAt {
				t.Fatalf("%+v", p)
			}
			draft, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, "", "")
			d.must(err)
			if draft.ID == old.ID || !strings.Contains(draft.HTML, "The information desk") {
				t.Fatalf("%s", draft.HTML)
			}
			list, err := d.s.cases.Entries(d.ctx, d.db.Read(), tenant, m.CaseID, true)
			d.must(err)
			if !slices.ContainsFunc(list, func(e cases.CaseEntry) bool {
				return e.Event == cases.EventService && e.UserID == "anna" && e.Args["from"] == "Post" && e.Args["to"] == "Info"
			}) {
				t.Fatalf("%+v", list)
			}
		})
		d.Run("[E-26/in-place] an answer that was begun stays; put back it waits in the queue of the new service", func(t *testing.T) {
			segment := d.row(m.CaseID).SegmentID
			draft, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, "", "")
			d.must(err)
			_, err = d.s.SaveDraft(d.ctx, tenant, "anna", draft.ID, Edit{Version: 1, To: draft.To, Subject: draft.Subject, HTML: "<p>Dear</p>"})
			d.must(err)
			_, err = d.s.ChangeService(d.ctx, d.who("anna"), m.CaseID, "post")
			d.must(err)
			if is, err := d.s.draftOf(d.ctx, d.db.Read(), tenant, segment); err != nil || is == nil || is.ID != draft.ID {
				t.Fatalf("%+v, %v", is, err)
			}
			_, err = d.s.ChangeService(d.ctx, d.who("anna"), m.CaseID, "info")
			d.must(err)
			_, err = d.s.Park(d.ctx, tenant, "anna", segment)
			d.must(err)
			d.stands(m.CaseID, "personal anna")
			if out, err := d.s.Return(d.ctx, d.who("anna"), []string{segment}); err != nil || out.Done != 1 {
				t.Fatalf("%+v", out)
			}
			d.stands(m.CaseID, "team") // nobody is offered it: info is taken by hand, post would be offered
			var data string
			d.must(d.db.Read().NewSelect().Table("floor_items").Column("data").Where("tenant_id = ? AND id = ?", tenant, segment).Scan(d.ctx, &data))
			var item core.Item
			d.must(json.Unmarshal([]byte(data), &item))
			if item.Service != "info" {
				t.Fatalf("it waits in %s", item.Service)
			}
		})
	})
}
