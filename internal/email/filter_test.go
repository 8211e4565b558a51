package email

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/interaction"
	"parley/internal/org"
)

func TestCaseFilters(t *testing.T) {
	each(t, func(d *desk) {
		size := field("size", "Size", org.FieldChoice, func(f *org.CaseField) { f.Options = []string{"S", "M"} })
		d.set.fields = []*org.CaseField{field("order", "Order", org.FieldText), size, field("weight", "Weight", org.FieldNumber),
			field("until", "Until", org.FieldDate), field("what", "What happened", org.FieldLongText), field("fragile", "Fragile", org.FieldCheckbox)}
		d.ready("boris")
		// Three cases, told different things, back in Boris' queue.
		told := func(subject, category string, values map[string]any) *Mail {
			m := d.comes(map[string]string{"Subject": "refund: " + subject}, "x")
			_, err := d.s.OpenCase(d.ctx, d.who("boris"), m.CaseID)
			d.must(err)
			d.stands(m.CaseID, "hand boris")
			d.must(d.s.EditCase(d.ctx, d.who("boris"), m.CaseID, d.kase(m.CaseID).Version, CaseEdit{CategoryID: &category, Fields: values}))
			_, err = d.s.Park(d.ctx, tenant, "boris", d.row(m.CaseID).SegmentID)
			d.must(err)
			d.stands(m.CaseID, "personal boris")
			return m
		}
		told("bag", "lost", map[string]any{"order": "Заказ-77", "size": "M", "fragile": true})
		told("ticket", "refunds", map[string]any{"order": "order-78", "weight": 7.5, "until": "2026-12-31"})
		bare := told("other", "", map[string]any{"size": "S", "what": "long story"})
		subjects := func(w cases.Wanted) string {
			d.Helper()
			page, err := d.s.Queue(d.ctx, d.who("boris"), View{Place: PlacePersonal, Cases: w, Sort: "subject", Limit: 10})
			d.must(err)
			var out []string
			for _, r := range page.Items {
				out = append(out, strings.TrimPrefix(r.Subject, "refund: "))
			}
			if int(page.Total) != len(out) {
				d.Errorf("%d in all, %d shown", page.Total, len(out))
			}
			chosen := 0
			_, err = d.s.ForChosen(d.ctx, d.who("boris"), Choice{All: &View{Place: PlacePersonal, Cases: w}}, func(ids []string) (MovedMails, error) {
				chosen += len(ids)
				return MovedMails{}, nil
			})
			d.must(err)
			if chosen != len(out) {
				d.Errorf("%d chosen by the filter, %d shown", chosen, len(out))
			}
			return strings.Join(out, " ")
		}
		checks := []struct {
			wanted cases.Wanted
			want   string
		}{
			{cases.Wanted{}, "bag other ticket"},
			{cases.Wanted{CategoryID: "luggage"}, "bag"}, // below it
			{cases.Wanted{CategoryID: "refunds"}, "ticket"},
			{cases.Wanted{CategoryID: cases.NoCategory}, "other"},
			{cases.Wanted{Fields: []string{"order:зака"}}, "bag"}, // begins so, in whichever letters
			{cases.Wanted{Fields: []string{"order:or"}}, "ticket"},
			{cases.Wanted{Fields: []string{"order:77"}}, ""},
			{cases.Wanted{Fields: []string{"size:M"}}, "bag"},
			{cases.Wanted{Fields: []string{"weight:7.50"}}, "ticket"},
			{cases.Wanted{Fields: []string{"weight:7"}}, ""},
			{cases.Wanted{Fields: []string{"until:2026-12-31"}}, "ticket"},
			{cases.Wanted{Fields: []string{"fragile:true"}}, "bag"},
			{cases.Wanted{CategoryID: "lost", Fields: []string{"size:M", "order:заказ"}}, "bag"},
			{cases.Wanted{CategoryID: "lost", Fields: []string{"size:S"}}, ""},
		}
		d.Run("[E-14] [E-20/fields] mails are found by the category of their case, those below it included, and by what it was told", func(t *testing.T) {
			for _, c := range checks {
				if got := subjects(c.wanted); got != c.want {
					t.Errorf("%+v: %q, not %q", c.wanted, got, c.want)
				}
			}
		})
		d.Run("[E-14] pinned cases are found by the same", func(t *testing.T) {
			for _, r := range []string{"bag", "ticket", "other"} {
				page, err := d.s.Queue(d.ctx, d.who("boris"), View{Place: PlacePersonal, Words: r, Limit: 10})
				d.must(err)
				d.must(d.s.Pin(d.ctx, d.who("boris"), page.Items[0].CaseID, true))
			}
			for _, c := range checks {
				page, err := d.s.Pinned(d.ctx, d.who("boris"), "", View{Cases: c.wanted, Sort: "subject", Limit: 10})
				d.must(err)
				var out []string
				for _, r := range page.Items {
					out = append(out, strings.TrimPrefix(r.Subject, "refund: "))
				}
				if got := strings.Join(out, " "); got != c.want {
					t.Errorf("%+v: %q, not %q", c.wanted, got, c.want)
				}
			}
		})
		d.Run("[R-30/filters] records are found by the same, also together with an agent", func(t *testing.T) {
			d.s.interactions.UseMatters(d.finds)
			for _, agent := range []string{"", "boris"} {
				for _, c := range checks {
					page, _, err := d.s.interactions.Search(d.ctx, d.db.Read(), tenant, interaction.Filter{AgentID: agent, CategoryID: c.wanted.CategoryID, CaseFields: c.wanted.Fields})
					d.must(err)
					var out []string
					for _, r := range page {
						out = append(out, strings.TrimPrefix(r.Subject, "refund: "))
					}
					slices.Sort(out)
					if got := strings.Join(out, " "); got != c.want {
						t.Errorf("%s %+v: %q, not %q", agent, c.wanted, got, c.want)
					}
				}
			}
		})
		d.Run("[E-14] a value that was taken away or changed finds no longer", func(t *testing.T) {
			_, err := d.s.OpenCase(d.ctx, d.who("boris"), bare.CaseID)
			d.must(err)
			d.stands(bare.CaseID, "hand boris")
			d.must(d.s.EditCase(d.ctx, d.who("boris"), bare.CaseID, d.kase(bare.CaseID).Version, CaseEdit{Fields: map[string]any{"size": nil, "order": "9"}}))
			_, err = d.s.Park(d.ctx, tenant, "boris", d.row(bare.CaseID).SegmentID)
			d.must(err)
			d.stands(bare.CaseID, "personal boris")
			if got := subjects(cases.Wanted{Fields: []string{"size:S"}}) + "|" + subjects(cases.Wanted{Fields: []string{"order:9"}}); got != "|other" {
				t.Error(got)
			}
		})
		d.Run("[E-14] what cannot be looked for is refused, and not by a fault of ours", func(t *testing.T) {
			long := slices.Repeat([]string{"size:S"}, 6)
			for _, w := range []cases.Wanted{{CategoryID: "nothing"}, {CategoryID: "'"}, {Fields: []string{"size"}}, {Fields: []string{"size:"}}, {Fields: []string{"size:L"}},
				{Fields: []string{"weight:heavy"}}, {Fields: []string{"weight:NaN"}}, {Fields: []string{"until:soon"}}, {Fields: []string{"fragile:maybe"}}, {Fields: []string{"fragile:false"}},
				{Fields: []string{"what:long"}}, {Fields: []string{"order:\x00"}}, {Fields: []string{"order:\xff"}}, {Fields: []string{":x"}}, {Fields: long}} {
				_, err := d.s.Queue(d.ctx, d.who("boris"), View{Place: PlaceTeam, Cases: w})
				if e, ok := errors.AsType[*fail.Error](err); !ok || e.Status != 422 {
					t.Errorf("%+v: %v", w, err)
				}
			}
		})
		d.Run("[E-14] something that thousands of cases have is found as well", func(t *testing.T) {
			d.must(d.db.Write(d.ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
				if _, err := tx.NewRaw(`INSERT INTO case_values (tenant_id, case_id, field_id, value)
					WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT ?, 'c' || i, 'fragile', 'true' FROM n`, tenant).Exec(ctx); err != nil {
					return err
				}
				_, err := tx.NewRaw(`INSERT INTO case_values (tenant_id, case_id, field_id, value)
					WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT ?, 'c' || i, 'order', 'заказ-' || i FROM n`, tenant).Exec(ctx)
				return err
			}))
			if got := subjects(cases.Wanted{CategoryID: "lost", Fields: []string{"fragile:true", "order:Заказ"}}); got != "bag" {
				t.Error(got)
			}
		})
	})
}
