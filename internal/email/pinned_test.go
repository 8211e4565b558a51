package email

import (
	"slices"
	"strings"
	"testing"

	"parley/internal/cases"
	"parley/internal/fail"
)

func (k *desk) pinned(user, of string) PinnedPage {
	k.Helper()
	p, err := k.s.Pinned(k.ctx, k.who(user), of, View{Limit: 100})
	k.must(err)
	return p
}

// finishes ends a mail in somebody's hand with a disposition.
func (k *desk) finishes(caseID, user, disposition string) {
	k.Helper()
	segment := k.stands(caseID, "hand "+user).SegmentID
	_, err := k.s.EndPart(k.ctx, tenant, user, segment)
	k.must(err)
	k.stands(caseID, "ended "+user)
	k.must(k.setOutcome(segment, user, disposition, ""))
	_, err = k.floors.FinishRow(k.ctx, tenant, user, "s-"+user, segment)
	k.must(err)
	k.stands(caseID, "nowhere")
}

func TestPinned(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("boris", "carl", "clerk")
		m := d.comes(map[string]string{"Subject": "refund of a ticket"}, "x")
		d.stands(m.CaseID, "team")
		open := func(user string) {
			d.Helper()
			_, err := d.s.OpenCase(d.ctx, d.who(user), m.CaseID)
			d.must(err)
			d.stands(m.CaseID, "hand "+user)
		}
		writes := func() {
			d.Helper()
			d.comes(map[string]string{"Subject": d.kase(m.CaseID).ThreadKey}, "more")
		}
		d.Run("[E-34] [E-20/pin] [E-10/pinned] a case is pinned from its window, stays pinned after a disposition that is not final, and has its place and number", func(t *testing.T) {
			open("boris")
			d.must(d.s.Pin(d.ctx, d.who("boris"), m.CaseID, true))
			d.finishes(m.CaseID, "boris", "more")
			p := d.pinned("boris", "")
			if len(p.Items) != 1 || p.Items[0].CaseID != m.CaseID || p.Items[0].SegmentID != "" || p.Counts.Pinned != 1 || p.Counts.PinnedOverdue != 0 {
				t.Fatalf("%+v", p)
			}
		})
		d.Run("[E-34] several pin one case, and each has it", func(t *testing.T) {
			d.must(d.s.Pin(d.ctx, d.who("anna", "handle.others_cases"), m.CaseID, true))
			d.must(d.s.Pin(d.ctx, d.who("anna", "handle.others_cases"), m.CaseID, true)) // again: as it is
			v, err := d.s.Case(d.ctx, d.who("anna"), m.CaseID)
			d.must(err)
			if len(v.PinnedBy) != 2 || v.PinnedBy[0].UserID != "boris" || v.PinnedBy[1].Name != "Anna" || !slices.Contains(v.Abilities, "unpin") || !slices.Contains(v.Abilities, "open") {
				t.Fatalf("%+v", v)
			}
			if len(d.pinned("anna", "").Items) != 1 || len(d.pinned("boris", "").Items) != 1 {
				t.Fatal("not with both")
			}
		})
		d.Run("[E-34] others of the team see whose pins there are; nobody else does", func(t *testing.T) {
			p := d.pinned("carl", "boris")
			if len(p.Items) != 1 || len(p.Pinners) != 2 || p.Pinners[0].Name != "Anna" || p.Pinners[0].Count != 1 {
				t.Fatalf("%+v", p)
			}
			if _, err := d.s.Case(d.ctx, d.who("carl"), m.CaseID); err != nil {
				t.Fatalf("a colleague's pinned case: %v", err)
			}
			if _, err := d.s.Pinned(d.ctx, d.who("stranger"), "boris", View{}); fail.Code(err) != fail.CodeNotFound {
				t.Fatalf("a stranger: %v", err)
			}
			if err := d.s.Pin(d.ctx, d.who("stranger"), m.CaseID, true); fail.Code(err) != fail.CodeNotFound {
				t.Fatalf("a stranger pins: %v", err)
			}
		})
		d.Run("[E-34] a new mail lies in the personal queue of the case's agent with the mark, and is unread for all who pinned it until they look", func(t *testing.T) {
			writes()
			d.stands(m.CaseID, "personal boris")
			page, err := d.s.Queue(d.ctx, d.who("boris"), View{Place: PlacePersonal, Limit: 100})
			d.must(err)
			if len(page.Items) != 1 || !page.Items[0].Pinned {
				t.Fatalf("%+v", page.Items)
			}
			for _, user := range []string{"anna", "boris"} {
				if r := d.pinned(user, "").Items[0]; r.Unread != 1 || r.SegmentID == "" || r.SLDueAt == 0 {
					t.Fatalf("%s: %+v", user, r)
				}
			}
			d.must(d.s.Seen(d.ctx, d.who("anna"), m.CaseID))
			open("boris")
			for _, user := range []string{"anna", "boris"} {
				if r := d.pinned(user, "").Items[0]; r.Unread != 0 {
					t.Fatalf("%s: %+v", user, r)
				}
			}
		})
		d.Run("[E-34] whoever opens it second hears that somebody has it", func(t *testing.T) {
			if _, err := d.s.OpenCase(d.ctx, d.who("carl"), m.CaseID); fail.Code(err) != fail.CodeState || !strings.Contains(err.Error(), "Boris") {
				t.Fatal(err)
			}
		})
		d.Run("[E-34] without an agent who may take it the mail goes to who pinned it first", func(t *testing.T) {
			d.finishes(m.CaseID, "boris", "more")
			open("clerk") // does not handle mails, as the administration says now
			d.finishes(m.CaseID, "clerk", "more")
			writes()
			d.stands(m.CaseID, "personal boris")
			open("boris")
			d.finishes(m.CaseID, "boris", "more")
		})
		d.Run("[E-34] unpinned by hand it is gone for one; closed, for all; a closed case is not pinned", func(t *testing.T) {
			d.must(d.s.Pin(d.ctx, d.who("anna"), m.CaseID, false))
			if len(d.pinned("anna", "").Items) != 0 || len(d.pinned("boris", "").Items) != 1 {
				t.Fatal("not for one alone")
			}
			d.must(d.s.Pin(d.ctx, d.who("carl"), m.CaseID, true))
			open("carl")
			d.finishes(m.CaseID, "carl", "solved")
			d.until("closed", func() bool { return d.kase(m.CaseID).State == cases.StateClosed })
			if len(d.pinned("carl", "").Items) != 0 || len(d.pinned("boris", "").Items) != 0 {
				t.Fatal("still pinned")
			}
			if err := d.s.Pin(d.ctx, d.who("carl"), m.CaseID, true); fail.Code(err) != fail.CodeState {
				t.Fatal(err)
			}
		})
		d.Run("[E-35] a closed case is not opened; the one that follows it answers the customer's last mail", func(t *testing.T) {
			if _, err := d.s.OpenCase(d.ctx, d.who("boris"), m.CaseID); fail.Code(err) != fail.CodeState {
				t.Fatal(err)
			}
			if _, err := d.s.FollowUp(d.ctx, d.who("stranger"), m.CaseID); fail.Code(err) != fail.CodeNotFound {
				t.Fatal(err)
			}
			next, err := d.s.FollowUp(d.ctx, d.who("boris"), m.CaseID)
			d.must(err)
			if k := d.kase(next.CaseID); k.FollowsID != m.CaseID || k.AssigneeID != "boris" || k.Address != "ivan@example.org" {
				t.Fatalf("%+v", k)
			}
			d.stands(next.CaseID, "hand boris")
			draft, _, err := d.s.BeginDraft(d.ctx, tenant, "boris", next.SegmentID, "", "")
			d.must(err)
			if draft.CaseID != next.CaseID || draft.To[0].Address != "ivan@example.org" || draft.Kind != KindReply {
				t.Fatalf("%+v", draft)
			}
			_, err = d.s.Send(d.ctx, tenant, "boris", draft.ID, 0, true)
			d.must(err)
			if _, err := d.s.FollowUp(d.ctx, d.who("boris"), next.CaseID); fail.Code(err) != fail.CodeState {
				t.Fatalf("an open case was followed: %v", err)
			}
			again := d.comes(map[string]string{"Subject": "Re: " + d.kase(m.CaseID).ThreadKey + " " + d.kase(next.CaseID).ThreadKey}, "thanks")
			if again.CaseID != next.CaseID {
				t.Fatal("the answer did not join the case that follows")
			}
		})
	})
}

func TestPinnedOrder(t *testing.T) {
	rows := []QueueRow{
		{CaseID: "a", Subject: "яблоко", SLDueAt: 0, CreatedAt: 1},
		{CaseID: "b", Subject: "Арбуз", SLDueAt: 9, CreatedAt: 3, Flagged: true},
		{CaseID: "c", Subject: "груша", SLDueAt: 5, CreatedAt: 2},
	}
	order := func(v View) (out string) {
		sorted := slices.Clone(rows)
		slices.SortFunc(sorted, v.compare)
		for _, r := range sorted {
			out += r.CaseID
		}
		return out
	}
	for want, v := range map[string]View{"cba": {}, "bca": {Desc: true}, "bac": {Sort: "flag"}, "bca ": {Sort: "subject"}, "acb": {Sort: "created"}} {
		if got := order(v); got != strings.TrimSpace(want) {
			t.Errorf("[E-34] %+v: %s, not %s", v, got, want)
		}
	}
}

func TestReplyAll(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("all")
		m := d.comes(map[string]string{"To": "shop@parley.test, Oleg <oleg@example.org>"}, "x")
		d.stands(m.CaseID, "offered all")
		_, err := d.floors.Accept(d.ctx, tenant, "all", "s-all", d.row(m.CaseID).SegmentID)
		d.must(err)
		segment := d.stands(m.CaseID, "hand all").SegmentID
		d.Run("[E-27/default] who likes it so answers all, unless another answer is asked for", func(t *testing.T) {
			draft, _, err := d.s.BeginDraft(d.ctx, tenant, "all", segment, "", "")
			d.must(err)
			if draft.Kind != KindReplyAll || len(draft.To) != 2 || draft.To[1].Address != "oleg@example.org" {
				t.Fatalf("%+v", draft.To)
			}
			if draft, _, err = d.s.BeginDraft(d.ctx, tenant, "all", segment, KindReply, ""); err != nil || len(draft.To) != 1 {
				t.Fatalf("%+v, %v", draft, err)
			}
		})
	})
}
