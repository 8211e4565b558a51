package email

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/internal/fail"
	"parley/internal/org"
)

func field(id, name, kind string, more ...func(*org.CaseField)) *org.CaseField {
	f := &org.CaseField{Name: name, Kind: kind, Options: []string{}}
	f.ID = id
	for _, m := range more {
		m(f)
	}
	return f
}

// told is what the case says, as "name: value".
func (k *desk) told(user, caseID string) (out []string) {
	k.Helper()
	v, err := k.s.Case(k.ctx, k.who(user, "handle.others_cases"), caseID)
	k.must(err)
	for _, f := range v.Fields {
		out = append(out, fmt.Sprintf("%s: %v", f.Name, f.Value))
	}
	return out
}

func TestCaseFields(t *testing.T) {
	each(t, func(d *desk) {
		size := field("size", "Size", org.FieldChoice, func(f *org.CaseField) { f.Options = []string{"S", "M"} })
		other := field("route", "Route", org.FieldText, func(f *org.CaseField) { f.ServiceIDs = []string{"post"} })
		d.set.fields = []*org.CaseField{field("order", "Order", org.FieldText), size, field("weight", "Weight", org.FieldNumber),
			field("until", "Until", org.FieldDate), field("what", "What happened", org.FieldLongText), field("fragile", "Fragile", org.FieldCheckbox), other}
		d.ready("boris", "carl")
		m := d.comes(map[string]string{"Subject": "refund of a broken parcel"}, "x") // of the service info
		d.stands(m.CaseID, "team")
		now := func() int64 { return d.kase(m.CaseID).Version }
		as := func(id string, value any) CaseEdit { return CaseEdit{Fields: map[string]any{id: value}} }
		fill := func(id string, value any) {
			d.Helper()
			d.must(d.s.EditCase(d.ctx, d.who("boris"), m.CaseID, now(), as(id, value)))
		}
		d.Run("[E-20/fields] the form has the fields of the case's service, in order", func(t *testing.T) {
			form, err := d.s.Form(d.ctx, d.who("boris"), m.CaseID)
			d.must(err)
			var got []string
			for _, f := range form.Fields {
				got = append(got, f.ID+" "+f.Kind)
			}
			if strings.Join(got, ", ") != "order text, size choice, weight number, until date, what long_text, fragile checkbox" ||
				!slices.Equal(form.Fields[1].Options, size.Options) {
				t.Fatalf("%q", got)
			}
		})
		d.Run("[E-20/fields] only who has the case open fills them in", func(t *testing.T) {
			if got := d.refusedFor("boris", m.CaseID, now(), as("order", "A-17")); got != fail.CodeState+" " {
				t.Fatal(got)
			}
			_, err := d.s.OpenCase(d.ctx, d.who("boris"), m.CaseID)
			d.must(err)
			d.stands(m.CaseID, "hand boris")
			if got := d.refusedFor("carl", m.CaseID, now(), as("order", "A-17")); got != fail.CodeState+" " {
				t.Fatal(got)
			}
		})
		d.Run("[E-20/fields] values of each kind are kept as what they are, and the same again is nothing", func(t *testing.T) {
			fill("weight", 0.1)
			d.must(d.s.EditCase(d.ctx, d.who("boris"), m.CaseID, now(), CaseEdit{Fields: map[string]any{"order": " A-17 ", "size": "S",
				"until": "2026-12-31", "what": "fell\r\noff", "fragile": true, "weight": 0.1}}))
			want := []string{"Order: A-17", "Size: S", "Weight: 0.1", "Until: 2026-12-31", "What happened: fell\noff", "Fragile: true"}
			if got := d.told("carl", m.CaseID); !slices.Equal(got, want) {
				t.Fatalf("%q", got)
			}
			fill("fragile", false)
			fill("what", nil)
			if got := d.told("carl", m.CaseID); !slices.Equal(got, want[:4]) {
				t.Fatalf("%q", got)
			}
		})
		d.Run("[E-20/fields] the history says who changed which from what to what", func(t *testing.T) {
			entries, err := d.s.History(d.ctx, d.who("boris"), m.CaseID, true)
			d.must(err)
			var got []string
			for _, e := range entries {
				if e.Event != nil && e.Event.Event == "field" {
					a := e.Event.Args
					got = append(got, fmt.Sprintf("%s: %s (%s) %q → %q", e.Event.UserID, a["field"], a["kind"], a["from"], a["to"]))
				}
			}
			want := []string{`boris: Weight (number) "" → "0.1"`, `boris: Order (text) "" → "A-17"`, `boris: Size (choice) "" → "S"`,
				`boris: Until (date) "" → "2026-12-31"`, `boris: What happened (long_text) "" → "fell\noff"`, `boris: Fragile (checkbox) "" → "true"`,
				`boris: Fragile (checkbox) "true" → ""`, `boris: What happened (long_text) "fell\noff" → ""`}
			if !slices.Equal(got, want) {
				t.Fatalf("%q", got)
			}
		})
		d.Run("[E-20/fields] who has the case pinned hears of a change", func(t *testing.T) {
			d.must(d.s.Pin(d.ctx, d.who("carl"), m.CaseID, true))
			heard := func() int64 {
				n, err := d.db.Read().NewSelect().Table("changes").Where("audience = 'u/carl' AND type = ?", TypeCase).Count(d.ctx)
				d.must(err)
				return n
			}
			before := heard()
			fill("order", "A-18")
			if heard() != before+1 {
				t.Fatal(before, heard())
			}
		})
		d.Run("[E-20/fields] what doesn't fit, another service's field and an older version are refused, and nothing of it stays", func(t *testing.T) {
			for id, value := range map[string]any{"size": "XL", "weight": "much", "until": "soon", "fragile": "yes", "order": 5.0, "route": "north", "nothing": "x"} {
				edit := CaseEdit{Fields: map[string]any{id: value}}
				if id != "order" {
					edit.Fields["order"] = "of a refused edit"
				}
				if got := d.refusedFor("boris", m.CaseID, now(), edit); got != fail.CodeInvalid+" fields."+id {
					t.Errorf("%s: %s", id, got)
				}
			}
			if got := d.refusedFor("boris", m.CaseID, now()-1, as("order", "A-19")); got != fail.CodeChanged+" " {
				t.Error(got)
			}
			if got := d.told("boris", m.CaseID)[0]; got != "Order: A-18" {
				t.Error(got)
			}
		})
		d.Run("[E-20/fields] all of them together have a bound", func(t *testing.T) {
			var wide []*org.CaseField
			edit := CaseEdit{Fields: map[string]any{}}
			for i := range 40 {
				id := fmt.Sprint("wide", i)
				wide, edit.Fields[id] = append(wide, field(id, id, org.FieldLongText)), strings.Repeat("ж", 2000)
			}
			d.set.fields = append(d.set.fields, wide...)
			if got := d.refusedFor("boris", m.CaseID, now(), edit); got != fail.CodeLimit+" " {
				t.Fatal(got)
			}
			d.set.fields = d.set.fields[:7]
		})
		d.Run("[E-20/fields] a deleted field still says what it was, and can only be emptied", func(t *testing.T) {
			size.Archived = true
			if got := d.told("boris", m.CaseID); !slices.Contains(got, "Size: S") {
				t.Fatalf("%q", got)
			}
			if got := d.refusedFor("boris", m.CaseID, now(), as("size", "M")); got != fail.CodeInvalid+" fields.size" {
				t.Fatal(got)
			}
			fill("size", nil)
			if got := d.told("boris", m.CaseID); slices.Contains(got, "Size: S") {
				t.Fatalf("%q", got)
			}
		})
	})
}
