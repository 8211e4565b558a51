package email

import (
	"errors"
	"slices"
	"testing"

	"parley/internal/fail"
)

// refusedFor is the code and the field that an edit is refused for.
func (k *desk) refusedFor(user, caseID string, version int64, edit CaseEdit) string {
	k.Helper()
	err := k.s.EditCase(k.ctx, k.who(user, "handle.others_cases"), caseID, version, edit)
	e, ok := errors.AsType[*fail.Error](err)
	if !ok {
		k.Fatalf("not refused: %v", err)
	}
	return e.Code + " " + e.Field
}

func TestCategory(t *testing.T) {
	each(t, func(d *desk) {
		d.ready("boris", "carl")
		m := d.comes(map[string]string{"Subject": "refund of a ticket"}, "x") // of the service info
		d.stands(m.CaseID, "team")
		as := func(id string) CaseEdit { return CaseEdit{CategoryID: &id} }
		set := func(id string) {
			d.Helper()
			d.must(d.s.EditCase(d.ctx, d.who("boris"), m.CaseID, d.kase(m.CaseID).Version, as(id)))
		}
		d.Run("[E-40/category] only who has the case open says what it is about", func(t *testing.T) {
			if got := d.refusedFor("boris", m.CaseID, d.kase(m.CaseID).Version, as("lost")); got != fail.CodeState+" " {
				t.Fatal(got)
			}
			_, err := d.s.OpenCase(d.ctx, d.who("boris"), m.CaseID)
			d.must(err)
			d.stands(m.CaseID, "hand boris")
			if got := d.refusedFor("carl", m.CaseID, d.kase(m.CaseID).Version, as("lost")); got != fail.CodeState+" " {
				t.Fatal(got)
			}
			mine, err := d.s.Case(d.ctx, d.who("boris"), m.CaseID)
			d.must(err)
			theirs, err := d.s.Case(d.ctx, d.who("carl"), m.CaseID)
			d.must(err)
			if !slices.Contains(mine.Abilities, "edit") || slices.Contains(theirs.Abilities, "edit") {
				t.Fatalf("%v, %v", mine.Abilities, theirs.Abilities)
			}
		})
		d.Run("[E-40/category] the categories are those of the case's service", func(t *testing.T) {
			form, err := d.s.Form(d.ctx, d.who("boris"), m.CaseID)
			d.must(err)
			if len(form.Categories) != 3 || form.Categories[2].ID != "refunds" {
				t.Fatalf("%+v", form)
			}
		})
		d.Run("[E-40/category] the category is kept, shown with those above it, and stands in the history; the same again is nothing", func(t *testing.T) {
			set("lost")
			set("lost")
			set("refunds")
			set("")
			v, err := d.s.Case(d.ctx, d.who("boris"), m.CaseID)
			d.must(err)
			if v.CategoryID != "" || v.CategoryName != "" {
				t.Fatalf("%+v", v)
			}
			set("lost")
			v, err = d.s.Case(d.ctx, d.who("carl"), m.CaseID)
			d.must(err)
			if v.CategoryID != "lost" || v.CategoryName != "Luggage / Lost" {
				t.Fatalf("%+v", v)
			}
			entries, err := d.s.History(d.ctx, d.who("boris"), m.CaseID, true)
			d.must(err)
			var got []string
			for _, e := range entries {
				if e.Event != nil && e.Event.Event == "category" {
					got = append(got, e.Event.UserID+": "+e.Event.Args["from"]+" → "+e.Event.Args["to"])
				}
			}
			want := []string{"boris:  → Luggage / Lost", "boris: Luggage / Lost → Refunds", "boris: Refunds → ", "boris:  → Luggage / Lost"}
			if !slices.Equal(got, want) {
				t.Fatalf("%q", got)
			}
		})
		d.Run("[E-40/category] one that is not there, and an older version, are refused", func(t *testing.T) {
			now := d.kase(m.CaseID).Version
			if got := d.refusedFor("boris", m.CaseID, now, as("nothing")); got != fail.CodeInvalid+" categoryId" {
				t.Fatal(got)
			}
			if got := d.refusedFor("boris", m.CaseID, now-1, as("refunds")); got != fail.CodeChanged+" " {
				t.Fatal(got)
			}
		})
		d.Run("[E-40/category] another service leaves what was said: shown, marked as not offered, found by, and not to be chosen again", func(t *testing.T) {
			set("refunds")
			_, err := d.s.ChangeService(d.ctx, d.who("boris"), m.CaseID, "post")
			d.must(err)
			v, err := d.s.Case(d.ctx, d.who("boris"), m.CaseID)
			d.must(err)
			if v.CategoryName != "Refunds" || v.CategoryOffered {
				t.Fatalf("%q, offered %v", v.CategoryName, v.CategoryOffered)
			}
			d.must(d.s.EditCase(d.ctx, d.who("boris"), m.CaseID, v.Version, CaseEdit{})) // other things are changed without it
			set("lost")
			if v, err = d.s.Case(d.ctx, d.who("boris"), m.CaseID); err != nil || !v.CategoryOffered {
				t.Fatalf("%+v, %v", v, err)
			}
			if got := d.refusedFor("boris", m.CaseID, v.Version, as("refunds")); got != fail.CodeInvalid+" categoryId" {
				t.Fatal(got)
			}
		})
	})
}
