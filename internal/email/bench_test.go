package email

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/letter"
)

// stored fills the tables with n cases of one received mail each, and rows of
// the team's queue for the first waiting of them, by the database itself.
func (k *desk) stored(n, waiting int) {
	k.Helper()
	series := "WITH RECURSIVE s(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM s WHERE n < ?) "
	id, no := "printf('%08d', n)", "0"
	if k.db.Engine() == db.Postgres {
		id, no = "lpad(n::text, 8, '0')", "false"
	}
	run := func(count int, into, columns, values string) {
		k.Helper()
		for from := 0; from < count; from += 50_000 { // a transaction may take 30 s
			k.must(k.db.Write(k.ctx, db.Bulk, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewRaw("INSERT INTO "+into+" ("+columns+") "+series+"SELECT "+values+" FROM s", from+1, min(count, from+50_000)).Exec(ctx)
				return err
			}))
		}
	}
	run(n, "cases", "tenant_id, id, number, thread_key, subject, state, state_at, service_id, assignee_id, contact_id, initiator, address, follows_id, flagged_by, flagged_at, opened_at, updated_at, customer_at, closed_at, version",
		"'t1', 'c' || "+id+", 1000000 + n, 'K' || "+id+", 'Matter ' || n, 'open', n, 'info', '', '', 'Customer ' || n, 'c' || n || '@example.org', '', '', 0, n, n, n, 0, 1")
	run(n, "mails", "tenant_id, id, case_id, interaction_id, segment_id, entry_id, direction, state, kind, automatic, user_id, message_id, in_reply_to, refs, from_name, from_address, reply_to, to_list, cc_list, bcc_list, subject, body_text, body_html, remote_images, language, answers_id, joined_by, new_sender, problems, raw_hash, raw_size, at, outcome, version",
		"'t1', 'm' || "+id+", 'c' || "+id+", 'i' || "+id+", '', 'box', 'in', 'received', '', '', '', 'old' || n || '@example.org', '', '[]', 'Customer', 'c' || n || '@example.org', '[]', '[]', '[]', '[]', 'Matter ' || n, 'Where is my bag?', '', 0, 'en', '', 'new', "+no+", '[]', '', 0, n, '', 1")
	if waiting > 0 {
		run(waiting, "mail_rows", "tenant_id, segment_id, interaction_id, case_id, number, place, owner_id, offered, draft, service_id, language, from_name, from_address, from_key, subject, subject_key, files, unread, flagged, created_at, updated_at, customer_at, sl_from_at, sl_due_at",
			"'t1', 's' || "+id+", 'i' || "+id+", 'c' || "+id+", 1000000 + n, 'team', '', "+no+", "+no+", CASE n % 2 WHEN 0 THEN 'info' ELSE 'post' END, 'en', 'Customer ' || n, 'c' || n || '@example.org', 'customer ' || n, 'Matter ' || n, 'matter ' || n, 0, 1, "+no+", n, n, n, n, n + 3600000")
	}
}

func benchDesk(b *testing.B, engine string) *desk {
	cfg := dbtest.SQLite(b)
	if engine == db.Postgres {
		cfg = dbtest.Postgres(b)
	}
	d := dbtest.Open(b, cfg)
	if err := d.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	return newDesk(b, d)
}

// spread reports the middle and the slowest hundredth of what was measured.
func spread(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkThread finds the case of a mail by the mails it refers to, among as
// many stored ones: the nearest of five is known.
func BenchmarkThread(b *testing.B) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		for _, n := range []int{10_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d-mails", engine, n), func(b *testing.B) {
				k := benchDesk(b, engine)
				k.stored(n, 0)
				var took []time.Duration
				for i := 0; b.Loop(); i++ {
					of := i*7919%n + 1
					l := &letter.Letter{Header: letter.Header{Subject: "Re: Matter", InReplyTo: []string{fmt.Sprintf("old%d@example.org", of)},
						References: []string{"a@x", "b@x", "c@x", fmt.Sprintf("lost%d@example.org", of), fmt.Sprintf("old%d@example.org", of)}}}
					began := time.Now()
					found, by, err := k.s.belongs(k.ctx, k.db.Read(), tenant, l)
					took = append(took, time.Since(began))
					if err != nil || found == nil || by != JoinedReferences || found.ID != fmt.Sprintf("c%08d", of) {
						b.Fatalf("%v %q %v", found, by, err)
					}
				}
				spread(b, took)
			})
		}
	}
}

// BenchmarkQueuePage is a page of a hundred, with the counts beside the tabs, out of as
// many waiting mails: in the usual order, and sorted by subject within one
// service from the middle on.
func BenchmarkQueuePage(b *testing.B) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		for _, n := range []int{1_000, 100_000} {
			for name, v := range map[string]View{
				"usual":   {Place: PlaceTeam, Limit: 100},
				"subject": {Place: PlaceTeam, Limit: 100, ServiceID: "info", Sort: "subject", Desc: true, Offset: n / 4},
			} {
				b.Run(fmt.Sprintf("%s/%d-waiting/%s", engine, n, name), func(b *testing.B) {
					k := benchDesk(b, engine)
					k.stored(n, n)
					who := k.who("boss", "supervise.live")
					var took []time.Duration
					for b.Loop() {
						began := time.Now()
						page, err := k.s.Queue(k.ctx, who, v)
						took = append(took, time.Since(began))
						if err != nil || len(page.Items) != 100 || page.Counts.Team != int64(n) {
							b.Fatalf("%d of %d, %v", len(page.Items), page.Counts.Team, err)
						}
					}
					spread(b, took)
				})
			}
		}
	}
}
