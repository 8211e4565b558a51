package email

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/fail"
)

func TestSearchCases(t *testing.T) {
	each(t, func(d *desk) {
		a := d.kase(d.comes(map[string]string{"Subject": "Lost bag"}, "x").CaseID)
		b := d.kase(d.comes(map[string]string{"From": "Вера Ёлкина <vera@example.org>", "Subject": "Broken wheel"}, "x").CaseID)
		numbers := func(user, words string, privileges ...string) (out []int64) {
			d.Helper()
			list, err := d.s.Search(d.ctx, d.who(user, privileges...), words)
			d.must(err)
			for _, k := range list {
				out = append(out, k.Number)
			}
			return out
		}
		const all = "handle.others_cases"
		d.Run("[D-4/cases] cases are found by number, subject, name and address", func(t *testing.T) {
			for words, want := range map[string][]int64{"": {b.Number, a.Number}, number(a.Number): {a.Number}, "№ " + number(b.Number): {b.Number}, "#" + number(b.Number): {b.Number},
				"wheel": {b.Number}, "lost b": {a.Number}, "елкина": {b.Number}, "vera@example": {b.Number}, "ivan": {a.Number}, "nothing": nil, "b l": nil, "!": nil, "999999999999999999999": nil} {
				if got := numbers("boris", words, all); !slices.Equal(got, want) {
					t.Errorf("%q: %v, want %v", words, got, want)
				}
			}
		})
		d.Run("[E-42] without the privilege only one's own are found by words, and no others by number than one may open", func(t *testing.T) {
			if got := numbers("stranger", "wheel"); got != nil {
				t.Fatalf("by a word: %v", got)
			}
			if got := numbers("stranger", number(b.Number)); got != nil {
				t.Fatalf("by its number: %v", got)
			}
			d.ready("anna")
			row := d.row(b.ID)
			_, err := d.s.TakeFromQueue(d.ctx, tenant, "anna", []string{row.SegmentID})
			d.must(err)
			d.stands(b.ID, "personal anna")
			if got := numbers("anna", number(b.Number)); !slices.Equal(got, []int64{b.Number}) {
				t.Errorf("anna's own by its number: %v", got)
			}
			_, err = d.s.OpenCase(d.ctx, d.who("anna"), b.ID)
			d.must(err)
			d.stands(b.ID, "hand anna")
			if got := numbers("anna", "wheel"); !slices.Equal(got, []int64{b.Number}) {
				t.Errorf("anna's own by a word: %v", got)
			}
		})
		d.Run("[D-4/cases] what lies in the bin is not found", func(t *testing.T) {
			d.must(d.db.Write(d.ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewRaw("UPDATE cases SET deleted_at = 1 WHERE tenant_id = ? AND id = ?", tenant, a.ID).Exec(ctx)
				return err
			}))
			if got := numbers("boss", "bag", all, "handle.delete_cases"); got != nil {
				t.Errorf("%v", got)
			}
		})
		if _, err := d.s.Case(d.ctx, d.who("stranger"), b.ID); fail.Code(err) != fail.CodeNotFound {
			t.Errorf("[E-42] a stranger opens it: %v", err)
		}
	})
}

// BenchmarkSearchCases finds cases among 100,000 as the desk's search does: by
// number, by words of few and of all, by two words that never meet.
func BenchmarkSearchCases(b *testing.B) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		b.Run(engine, func(b *testing.B) {
			k := benchDesk(b, engine)
			k.stored(100_000, 0)
			k.contactsOf(100_000)
			for name, words := range map[string]string{"number": "1050000", "prefix": "10500", "address": "c77123@example.org", "common": "matter", "both": "matter common77", "apart": "odd even", "newest": ""} {
				b.Run(name, func(b *testing.B) {
					var took []time.Duration
					for b.Loop() {
						began := time.Now()
						if _, err := k.s.Search(b.Context(), k.who("boss", "handle.others_cases"), words); err != nil {
							b.Fatal(err)
						}
						took = append(took, time.Since(began))
					}
					spread(b, took)
				})
			}
		})
	}
}

// contactsOf gives each stored case its contact, with the words it is found by.
func (k *desk) contactsOf(n int) {
	k.Helper()
	id, no := "printf('%08d', n)", "0"
	if k.db.Engine() == db.Postgres {
		id, no = "lpad(n::text, 8, '0')", "false"
	}
	run := func(sql string) {
		k.Helper()
		for from := 1; from <= n; from += 25_000 {
			k.must(k.db.Write(k.ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewRaw(sql + fmt.Sprintf(" FROM (WITH RECURSIVE s(n) AS (SELECT %d UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s) AS s", from, min(n, from+24_999))).Exec(ctx)
				return err
			}))
		}
	}
	run("INSERT INTO interactions (tenant_id, id, kind, direction, state, service_id, entry_id, channel_id, contact_id, language, customer, started_at, ended_at, finished_at, version) " +
		"SELECT 't1', 'i' || " + id + ", 'email', 'in', 'finished', 'info', 'box', 'c' || " + id + ", '', 'en', '{\"name\":\"Customer\"}', n, n, n, 1")
	run("INSERT INTO segments (tenant_id, id, interaction_id, n, kind, direction, purpose, state, service_id, agent_id, team_id, from_segment_id, from_user_id, to_user_id, note, started_at, since_at, queued_at, offered_at, offer_until, accepted_at, ended_at, finished_at, ended_by, end_reason, outcome, disposition_id, comment, queue_ms, ring_ms, talk_ms, hold_ms, wrapup_ms, offers, rejects, misses, sl_ms, answered_in_sl, unread, last_customer_at, version) " +
		"SELECT 't1', 's' || " + id + ", 'i' || " + id + ", 1, 'email', 'in', 'queue', 'finished', 'info', 'a' || CAST(n % 500 AS TEXT), '', '', '', '', '', n, n, n, n, 0, n, n, n, 'customer', '', 'handled', '', '', 0, 0, 0, 0, 0, 1, 0, 0, 0, " + no + ", 0, 0, 1")
	for _, word := range []string{"'matter'", "CAST(1000000 + n AS TEXT)", "'c' || n || '@example.org'", "'common' || CAST(n % 2000 AS TEXT)", "CASE n % 2 WHEN 0 THEN 'even' ELSE 'odd' END"} {
		run("INSERT INTO interaction_terms (tenant_id, term, started_at, interaction_id) SELECT 't1', " + word + ", n, 'i' || " + id)
	}
	if k.db.Engine() == db.Postgres {
		k.must(k.db.Write(k.ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error { _, err := tx.NewRaw("ANALYZE").Exec(ctx); return err }))
	}
}
