package email

import (
	"context"
	"slices"
	"testing"

	"parley/internal/audit"
	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
)

// told of moves, as the audit log is.
type moves struct{ events []audit.Event }

func (m *moves) to(n int64) Moving {
	return Moving{Number: n, New: n == 0, Note: func(_ context.Context, _ *db.Tx, e audit.Event) error {
		m.events = append(m.events, e)
		return nil
	}}
}

func (k *desk) mailNow(id string) *Mail {
	k.Helper()
	m, err := k.s.mail(k.ctx, k.db.Read(), tenant, id)
	k.must(err)
	return m
}

// says tells whether the history of a case has an event.
func (k *desk) says(caseID, event, number string) bool {
	k.Helper()
	list, err := k.s.cases.Entries(k.ctx, k.db.Read(), tenant, caseID, true)
	k.must(err)
	return slices.ContainsFunc(list, func(e cases.CaseEntry) bool { return e.Event == event && e.Args["number"] == number && e.UserID != "" })
}

func TestMove(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("anna", "boris")
		log := &moves{}
		away := func(agents ...string) { // nobody is offered anything
			for _, a := range agents {
				_, err := d.floors.ChooseState(d.ctx, tenant, a, "s-"+a, "not_ready", "")
				d.must(err)
			}
		}
		away("anna", "boris")
		anna, boris, boss := d.who("anna"), d.who("boris"), d.who("boss", "supervise.live")
		right := d.comes(map[string]string{"Subject": "refund of a ticket"}, "x")
		d.stands(right.CaseID, "team")
		open := func(user, caseID string) string {
			d.Helper()
			o, err := d.s.OpenCase(d.ctx, d.who(user), caseID)
			d.must(err)
			d.stands(caseID, "hand "+user)
			return o.SegmentID
		}
		first := d.comes(map[string]string{"Subject": "Lost bag"}, "My bag.")
		k := d.kase(first.CaseID)
		wrong := d.comes(map[string]string{"Subject": "Re: " + k.ThreadKey}, "And my refund?")
		if wrong.CaseID != k.ID {
			d.Fatal("it did not join")
		}
		to := d.kase(right.CaseID).Number

		d.Run("[B-7/by-hand] nobody else's case: not of one who cannot see it, who does not have it, from under somebody's hands", func(t *testing.T) {
			if _, err := d.s.Move(d.ctx, d.who("stranger"), wrong.ID, log.to(to)); fail.Code(err) != fail.CodeNotFound {
				t.Fatalf("a stranger: %v", err)
			}
			if _, err := d.s.Move(d.ctx, anna, wrong.ID, log.to(to)); fail.Code(err) != fail.CodeForbidden {
				t.Fatalf("out of the team's queue: %v", err)
			}
			open("anna", k.ID)
			for _, who := range []string{"boris", "boss"} {
				if _, err := d.s.Move(d.ctx, d.who(who, "supervise.live"), wrong.ID, log.to(to)); fail.Code(err) != "PAR-6007" {
					t.Fatalf("%s: %v", who, err)
				}
			}
		})
		d.Run("[B-7/by-hand] where it cannot go: nowhere, both ways, its own case, an unknown, a closed, a deleted one", func(t *testing.T) {
			closed := d.comes(map[string]string{"Subject": "old"}, "x")
			d.must(d.s.SetState(d.ctx, d.who("anna", "records.view"), closed.CaseID, 0, cases.StateClosed))
			gone := d.comes(map[string]string{"Subject": "gone"}, "x")
			d.stands(gone.CaseID, "team")
			d.must(d.s.DeleteCase(d.ctx, anna, gone.CaseID, func(context.Context, *db.Tx, *cases.Case) error { return nil }))
			both := log.to(to)
			both.New = true
			neither := log.to(to)
			neither.Number = 0
			for name, c := range map[string]struct {
				to   Moving
				code string
			}{"nowhere": {neither, fail.CodeInvalid}, "both": {both, fail.CodeInvalid}, "its own": {log.to(k.Number), fail.CodeInvalid},
				"unknown": {log.to(9999), "PAR-6005"}, "closed": {log.to(d.kase(closed.CaseID).Number), "PAR-6006"},
				"deleted": {log.to(d.kase(gone.CaseID).Number), "PAR-6005"}} {
				if _, err := d.s.Move(d.ctx, anna, wrong.ID, c.to); fail.Code(err) != c.code {
					t.Errorf("%s: %v", name, err)
				}
			}
			if len(log.events) != 0 || d.mailNow(wrong.ID).CaseID != k.ID {
				t.Fatal("something was moved")
			}
		})
		d.Run("[B-7/by-hand] a draft that answers it stands in the way once somebody wrote in it; an empty one goes", func(t *testing.T) {
			segment := d.row(k.ID).SegmentID
			m, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", segment, KindReply, wrong.ID)
			d.must(err)
			saved, err := d.s.SaveDraft(d.ctx, tenant, "anna", m.ID, Edit{Version: m.Version, To: m.To, Subject: m.Subject, HTML: "<p>Dear</p>"})
			d.must(err)
			if _, err := d.s.Move(d.ctx, anna, wrong.ID, log.to(to)); fail.Code(err) != "PAR-6004" {
				t.Fatalf("%v", err)
			}
			d.must(d.s.DeleteDraft(d.ctx, tenant, "anna", saved.ID))
			m, _, err = d.s.BeginDraft(d.ctx, tenant, "anna", segment, KindReply, wrong.ID)
			d.must(err)
			out, err := d.s.Move(d.ctx, anna, wrong.ID, log.to(to))
			d.must(err)
			if out.CaseID != right.CaseID || out.Number != to {
				t.Fatalf("%+v", out)
			}
			if _, err := d.s.mail(d.ctx, d.db.Read(), tenant, m.ID); fail.Code(err) != fail.CodeNotFound || d.row(k.ID).Draft {
				t.Fatalf("the empty draft stayed: %v", err)
			}
		})
		d.Run("[B-7/by-hand] it says who moved it, when and from where; both histories tell it; it is audited", func(t *testing.T) {
			m := d.mailNow(wrong.ID)
			if m.CaseID != right.CaseID || m.JoinedBy != JoinedManual || m.MovedBy != "anna" || m.MovedAt == 0 || m.MovedFrom != k.Number {
				t.Fatalf("%+v", m)
			}
			if !d.says(k.ID, cases.EventMovedOut, number(to)) || !d.says(right.CaseID, cases.EventMovedIn, number(k.Number)) {
				t.Fatal("a history says nothing")
			}
			if len(log.events) != 1 || log.events[0].Action != "move" || log.events[0].EntityID != wrong.ID {
				t.Fatalf("%+v", log.events)
			}
			list, err := d.s.History(d.ctx, d.who("anna", "records.view"), right.CaseID, false)
			d.must(err)
			if !slices.ContainsFunc(list, func(e HistoryEntry) bool {
				return e.Mail != nil && e.Mail.ID == wrong.ID && e.Mail.Moved != nil && e.Mail.Moved.By == "Anna" && e.Mail.JoinedBy == JoinedManual
			}) {
				t.Fatal("the history does not say who moved it")
			}
		})
		d.Run("[B-7/by-hand] it joins the open contact of its new case, whose service level runs from the older mail; the contact it leaves stays in hand", func(t *testing.T) {
			there, here := d.row(right.CaseID), d.row(k.ID)
			if there.Unread != 2 || there.SLFromAt != min(right.At, wrong.At) || d.mailNow(wrong.ID).InteractionID != there.InteractionID {
				t.Fatalf("%+v", there)
			}
			if here.Place != PlaceHand || here.SLFromAt != first.At || d.kase(k.ID).CustomerAt != first.At {
				t.Fatalf("%+v, customer at %d", here, d.kase(k.ID).CustomerAt)
			}
		})
		d.Run("[B-7/by-hand] answers to the moved mail follow it, whatever key they carry; answers to others don't", func(t *testing.T) {
			if m := d.comes(map[string]string{"Subject": "Re: " + k.ThreadKey, "In-Reply-To": "<" + wrong.MessageID + ">"}, "more"); m.CaseID != right.CaseID || m.JoinedBy != JoinedReferences {
				t.Fatalf("%s by %s", m.CaseID, m.JoinedBy)
			}
			if m := d.comes(map[string]string{"Subject": "Re: " + k.ThreadKey, "In-Reply-To": "<" + first.MessageID + ">", "References": "<" + wrong.MessageID + ">"}, "more"); m.CaseID != k.ID {
				t.Fatalf("%s by %s", m.CaseID, m.JoinedBy)
			}
		})
		d.Run("[B-7/by-hand] a new case lies in the personal queue of whoever had the mail; the contact without a mail waits to be finished", func(t *testing.T) {
			lone := d.comes(map[string]string{"From": "Vera <vera@example.org>", "Subject": "A hat"}, "x")
			open("anna", lone.CaseID)
			out, err := d.s.Move(d.ctx, anna, lone.ID, log.to(0))
			d.must(err)
			made := d.kase(out.CaseID)
			if made.Subject != "A hat" || made.Address != "vera@example.org" || made.ServiceID != "post" || made.ContactID == "" {
				t.Fatalf("%+v", made)
			}
			row := d.stands(made.ID, "personal anna")
			if row.SLFromAt != lone.At || row.SLDueAt == 0 {
				t.Fatalf("%+v", row)
			}
			left := d.stands(lone.CaseID, "hand anna")
			if left.SLFromAt != 0 || left.SLDueAt != 0 || d.kase(lone.CaseID).CustomerAt != 0 {
				t.Fatalf("%+v", left)
			}
		})
		d.Run("[B-7/by-hand] a supervisor moves what nobody has in hand; a contact in the queue ends with its last mail", func(t *testing.T) {
			lone := d.comes(map[string]string{"From": "Oleg <oleg@example.org>", "Subject": "A coat"}, "x")
			d.stands(lone.CaseID, "team")
			out, err := d.s.Move(d.ctx, boss, lone.ID, log.to(0))
			d.must(err)
			d.stands(lone.CaseID, "nowhere")
			d.stands(out.CaseID, "team")
		})
		d.Run("[B-7/by-hand] what was answered only changes its place; what we wrote does not move", func(t *testing.T) {
			asked := d.comes(map[string]string{"From": "Nina <nina@example.org>", "Subject": "A scarf"}, "x")
			segment := open("boris", asked.CaseID)
			m, _, err := d.s.BeginDraft(d.ctx, tenant, "boris", segment, KindReply, "")
			d.must(err)
			_, err = d.s.Send(d.ctx, tenant, "boris", m.ID, 0, false)
			d.must(err)
			if _, err := d.s.Move(d.ctx, boris, m.ID, log.to(to)); fail.Code(err) != "PAR-6003" {
				t.Fatalf("%v", err)
			}
			out, err := d.s.Move(d.ctx, boris, asked.ID, log.to(0))
			d.must(err)
			if d.row(out.CaseID) != nil || d.kase(out.CaseID).AssigneeID != "boris" {
				t.Fatalf("%+v", d.row(out.CaseID))
			}
			_, err = d.s.OpenCase(d.ctx, boris, out.CaseID)
			d.must(err)
		})
	})
}

func TestDestinations(t *testing.T) {
	each(t, func(d *desk) {
		a := d.comes(map[string]string{"Subject": "Lost bag"}, "x")
		b := d.comes(map[string]string{"Subject": "Broken wheel"}, "x")
		c := d.comes(map[string]string{"From": "Vera <vera@example.org>", "Subject": "A hat"}, "x")
		numbers := func(user, words string) (out []int64) {
			d.Helper()
			list, err := d.s.Destinations(d.ctx, d.who(user), a.ID, words)
			d.must(err)
			for _, k := range list {
				out = append(out, k.Number)
			}
			return out
		}
		d.Run("[B-7/by-hand] other cases of the sender are proposed; others are found by number, customer and subject", func(t *testing.T) {
			nb, nc := d.kase(b.CaseID).Number, d.kase(c.CaseID).Number
			for words, want := range map[string][]int64{"": {nb}, number(nc): {nc}, "№" + number(nc): {nc}, "ver": {nc}, "whee": {nb}, "nothing": nil, number(d.kase(a.CaseID).Number): nil} {
				if got := numbers("anna", words); !slices.Equal(got, want) {
					t.Errorf("%q: %v, want %v", words, got, want)
				}
			}
		})
		d.Run("[B-7/by-hand] closed ones and those of others are not found", func(t *testing.T) {
			d.must(d.s.SetState(d.ctx, d.who("anna", "records.view"), b.CaseID, 0, cases.StateClosed))
			if got := numbers("anna", "whee"); got != nil {
				t.Fatalf("%v", got)
			}
			if _, err := d.s.Destinations(d.ctx, d.who("stranger"), a.ID, "hat"); fail.Code(err) != fail.CodeNotFound {
				t.Fatal(err)
			}
		})
	})
}
