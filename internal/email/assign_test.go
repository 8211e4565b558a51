package email

import (
	"slices"
	"strings"
	"testing"

	"parley/internal/bus"
	"parley/internal/cases"
	"parley/internal/fail"
	"parley/internal/org"
)

func TestAssign(t *testing.T) {
	each(t, func(d *desk) {
		boss := d.who("boss", org.SuperviseForceState)
		a := d.comes(map[string]string{"Subject": "refund of a ticket"}, "x")
		b := d.comes(map[string]string{"Subject": "refund of a bag"}, "x")
		d.stands(a.CaseID, "team")
		id := d.stands(b.CaseID, "team").SegmentID
		other := d.row(a.CaseID).SegmentID
		whys := func(m MovedMails, err error) (out []string) {
			d.Helper()
			d.must(err)
			for _, r := range m.Refused {
				out = append(out, r.SegmentID+" "+r.Why)
			}
			slices.Sort(out)
			return out
		}
		d.Run("[R-7/assign] [E-6/assigned] a supervisor gives a waiting mail to an agent: it lies in the personal queue, the agent is told, the history names both", func(t *testing.T) {
			news, err := d.bus.Feed().Subscribe(d.ctx, tenant, []string{"u/anna"}, bus.FromNow, 100)
			d.must(err)
			defer news.Close()
			if refused := whys(d.s.Assign(d.ctx, boss, "anna", []string{id})); refused != nil {
				t.Fatal(refused)
			}
			d.stands(b.CaseID, "personal anna")
			for c := range news.C() {
				if c.Type == TypeCase {
					break
				}
			}
			d.tells(b.CaseID, cases.EventAssigned, "boss", "Anna")
			if k := d.kase(b.CaseID); k.AssigneeID != "anna" {
				t.Fatalf("the case is %s's", k.AssigneeID)
			}
		})
		d.Run("[R-7/assign] the supervisor sees the personal queue of one and of all, by owner, with counts; nobody else does", func(t *testing.T) {
			for _, of := range []string{"anna", everybody} {
				p, err := d.s.Queue(d.ctx, boss, View{Place: PlacePersonal, OwnerID: of, Limit: 100})
				d.must(err)
				if p.Total != 1 || len(p.Items) != 1 || p.Items[0].OwnerName != "Anna" || p.Counts.Personal != 0 {
					t.Fatalf("%s: %+v", of, p)
				}
			}
			if p, err := d.s.Queue(d.ctx, boss, View{Place: PlacePersonal, Limit: 100}); err != nil || p.Total != 0 {
				t.Fatalf("without a name it is one's own: %d, %v", p.Total, err)
			}
			people, err := d.s.QueueOwners(d.ctx, boss)
			d.must(err)
			if len(people) != 4 || people[0].Name != "Anna" || people[0].Count != 1 || !people[0].Takes || people[3].Name != "Clerk" || people[3].Takes {
				t.Fatalf("%+v", people)
			}
			for _, who := range []string{"carl", "chief"} {
				if _, err := d.s.Queue(d.ctx, d.who(who), View{Place: PlacePersonal, OwnerID: "anna", Limit: 100}); fail.Code(err) != fail.CodeNotFound {
					t.Fatalf("%s: %v", who, err)
				}
			}
			if _, err := d.s.Queue(d.ctx, d.who("chief", org.SuperviseForceState), View{Place: PlacePersonal, OwnerID: "anna", Limit: 100}); fail.Code(err) != fail.CodeNotFound {
				t.Fatalf("a supervisor of another team: %v", err)
			}
		})
		d.Run("[R-7/assign] an agent assigns nothing; no supervisor assigns to people or mails of other teams", func(t *testing.T) {
			chief := d.who("chief", org.SuperviseForceState)
			for name, err := range map[string]error{
				"an agent":                second(d.s.Assign(d.ctx, d.who("anna"), "boris", []string{id})),
				"to another team":         second(d.s.Assign(d.ctx, boss, "stranger", []string{id})),
				"to who takes no mails":   second(d.s.Assign(d.ctx, boss, "clerk", []string{id})),
				"of another team to Anna": second(d.s.Assign(d.ctx, chief, "anna", []string{id})),
			} {
				if fail.Code(err) != fail.CodeInvalid {
					t.Errorf("%s: %v", name, err)
				}
			}
			if got := whys(d.s.Assign(d.ctx, chief, "chief", []string{id, other, "unknown"})); !slices.Equal(got, sorted(id+" not_yours", other+" not_yours", "unknown gone")) {
				t.Errorf("%v", got)
			}
			if got := whys(d.s.Return(d.ctx, d.who("carl"), []string{id})); !slices.Equal(got, []string{id + " taken"}) {
				t.Errorf("an agent takes back: %v", got)
			}
			if got := whys(d.s.Return(d.ctx, chief, []string{id})); !slices.Equal(got, []string{id + " not_yours"}) {
				t.Errorf("of another team, takes back: %v", got)
			}
			d.stands(b.CaseID, "personal anna")
		})
		d.Run("[R-7/assign] given to another, with the draft that was begun; refused mails don't hold the others back", func(t *testing.T) {
			d.ready("anna")
			_, err := d.floors.Open(d.ctx, tenant, "anna", "s-anna", id)
			d.must(err)
			d.stands(b.CaseID, "hand anna")
			draft, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", id, "", "")
			d.must(err)
			_, err = d.s.Park(d.ctx, tenant, "anna", id)
			d.must(err)
			d.stands(b.CaseID, "personal anna")
			if got := whys(d.s.Assign(d.ctx, boss, "boris", []string{id, "unknown"})); !slices.Equal(got, []string{"unknown gone"}) {
				t.Fatal(got)
			}
			if r := d.stands(b.CaseID, "personal boris"); !r.Draft {
				t.Fatal("the draft is not marked")
			}
			d.ready("boris")
			_, err = d.floors.Open(d.ctx, tenant, "boris", "s-boris", id)
			d.must(err)
			d.stands(b.CaseID, "hand boris")
			if same, _, err := d.s.BeginDraft(d.ctx, tenant, "boris", id, "", ""); err != nil || same.ID != draft.ID {
				t.Fatalf("another draft, %v", err)
			}
		})
		d.Run("[R-7/assign] taken out of an agent's hands, then back into the team's queue; the history says who did it", func(t *testing.T) {
			if refused := whys(d.s.Assign(d.ctx, boss, "anna", []string{id})); refused != nil {
				t.Fatal(refused)
			}
			d.stands(b.CaseID, "personal anna")
			out, err := d.s.ForChosen(d.ctx, boss, Choice{All: &View{Place: PlacePersonal, OwnerID: everybody}}, func(ids []string) (MovedMails, error) {
				return d.s.Return(d.ctx, boss, ids)
			})
			if refused := whys(out, err); refused != nil || out.Done == 0 {
				t.Fatalf("%+v", out)
			}
			d.stands(b.CaseID, "team")
			d.tells(b.CaseID, cases.EventReturned, "boss", "")
			if k := d.kase(b.CaseID); k.AssigneeID != "" {
				t.Fatalf("the case is still %s's", k.AssigneeID)
			}
		})
		d.Run("[R-7/assign] back into the team's queue straight out of an agent's hands: the agent is told, is free, and what was written stays", func(t *testing.T) {
			_, err := d.floors.Open(d.ctx, tenant, "boris", "s-boris", id)
			d.must(err)
			d.stands(b.CaseID, "hand boris")
			written, _, err := d.s.BeginDraft(d.ctx, tenant, "boris", id, "", "")
			d.must(err)
			news, err := d.bus.Feed().Subscribe(d.ctx, tenant, []string{"u/boris"}, bus.FromNow, 100)
			d.must(err)
			defer news.Close()
			if refused := whys(d.s.Return(d.ctx, boss, []string{id})); refused != nil {
				t.Fatal(refused)
			}
			for c := range news.C() {
				if c.Type == "segment.removed" {
					if got := string(c.Data); !strings.Contains(got, `"taken":true`) {
						t.Fatal(got)
					}
					break
				}
			}
			d.stands(b.CaseID, "team")
			d.tells(b.CaseID, cases.EventReturned, "boss", "")
			if refused := whys(d.s.Return(d.ctx, d.who("boris"), []string{id})); len(refused) != 1 {
				t.Fatalf("nobody has it, and it was returned again: %v", refused)
			}
			d.ready("anna")
			_, err = d.floors.Open(d.ctx, tenant, "anna", "s-anna", id)
			d.must(err)
			if again, _, err := d.s.BeginDraft(d.ctx, tenant, "anna", id, "", ""); err != nil || again.ID != written.ID {
				t.Fatalf("another draft, %v", err)
			}
			if refused := whys(d.s.Return(d.ctx, d.who("boris"), []string{id, "unknown"})); !slices.Equal(refused, sorted(id+" taken", "unknown gone")) {
				t.Fatal(refused)
			}
			d.stands(b.CaseID, "hand anna")
		})
	})
}

// tells looks for the last event of a kind in a case's history.
func (k *desk) tells(caseID, event, by, name string) {
	k.Helper()
	list, err := k.s.cases.Entries(k.ctx, k.db.Read(), tenant, caseID, true)
	k.must(err)
	for _, e := range slices.Backward(list) {
		if e.Event == event {
			if e.UserID != by || e.Args["name"] != name {
				k.Fatalf("%s: by %s, %v", event, e.UserID, e.Args)
			}
			return
		}
	}
	k.Fatalf("%s is not in the history", event)
}

func sorted(list ...string) []string {
	slices.Sort(list)
	return list
}
