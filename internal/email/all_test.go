package email

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/internal/cases"
	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/interaction"
	"parley/internal/org"
)

// TestAll does to more mails than one command names what a queue's buttons do.
// `go test -v -run TestAll ./internal/email` with n = 2,500 on two cores that had
// much else to do: taken in 4.3 s on SQLite and 9.6 s on PostgreSQL, given back
// in 4.2 s and 16.5 s; 1,250 deleted in 7.5 s and 7.6 s.
func TestAll(t *testing.T) {
	each(t, func(d *desk) {
		const n = 1_200
		d.wait(n)
		boss := d.who("boss", org.SuperviseForceState)
		team, boris := View{Place: PlaceTeam, ServiceID: "info"}, View{Place: PlacePersonal}
		all := func(who string, v View, do func(ids []string) (MovedMails, error)) MovedMails {
			d.Helper()
			began, out := time.Now(), MovedMails{}
			for after := ""; ; after = out.Next {
				m, err := d.s.ForChosen(d.ctx, d.who(who, org.SuperviseForceState), Choice{All: &v, After: after}, do)
				d.must(err)
				if out = out.plus(m); m.Next == "" {
					break
				}
				out.Next = m.Next
			}
			d.Logf("%s: %d mails in %v", d.db.Engine(), out.Done, time.Since(began).Round(time.Millisecond))
			return out
		}
		stand := func(place, owner string, want int64) {
			d.Helper()
			q := d.db.Read().NewSelect().Model((*Row)(nil)).Where("r.tenant_id = ? AND r.place = ? AND r.owner_id = ?", tenant, place, owner)
			d.until(fmt.Sprint(want, " in ", place, " of ", owner), func() bool {
				got, err := q.Count(d.ctx)
				d.must(err)
				return got == want
			})
		}
		d.Run("[E-13/all] all of a view are taken, given back and assigned, however many there are", func(t *testing.T) {
			if m := all("anna", team, func(ids []string) (MovedMails, error) { return d.s.TakeFromQueue(d.ctx, tenant, "anna", ids) }); m.Done != n {
				t.Fatalf("%+v", m)
			}
			stand(PlacePersonal, "anna", n)
			if m := all("anna", View{Place: PlacePersonal}, func(ids []string) (MovedMails, error) { return d.s.Return(d.ctx, d.who("anna"), ids) }); m.Done != n {
				t.Fatalf("%+v", m)
			}
			stand(PlaceTeam, "", n)
			if m := all("boss", team, func(ids []string) (MovedMails, error) { return d.s.Assign(d.ctx, boss, "boris", ids) }); m.Done != n {
				t.Fatalf("%+v", m)
			}
			stand(PlacePersonal, "boris", n)
		})
		d.Run("[E-13/all] what takes too long for one request goes on in the next, and is asked of each mail once", func(t *testing.T) {
			d.s.walkFor = 0
			defer func() { d.s.walkFor = walkFor }()
			asked := map[string]int{}
			var requests int
			all("boris", boris, func(ids []string) (MovedMails, error) {
				requests++
				for _, id := range ids {
					asked[id]++
				}
				return MovedMails{Done: len(ids)}, nil
			})
			if len(asked) != n || requests != (n+walkStep-1)/walkStep {
				t.Fatalf("%d mails in %d requests", len(asked), requests)
			}
			if _, err := d.s.ForChosen(d.ctx, d.who("boris"), Choice{All: &boris, After: "x"}, nil); fail.Code(err) != fail.CodeInvalid {
				t.Fatal(err)
			}
		})
		d.Run("[E-13/all] what cannot be done is counted by reason, and does not hold the others back", func(t *testing.T) {
			m := all("boris", boris, func(ids []string) (MovedMails, error) {
				return d.s.Dispose(d.ctx, tenant, "anna", ids, "spam", "") // whose they are not
			})
			if m.Done != 0 || m.RefusedBy != (RefusedCounts{Taken: n}) || len(m.Refused) != refusalsTold {
				t.Fatalf("%d done, %+v, %d named", m.Done, m.RefusedBy, len(m.Refused))
			}
			half := View{Place: PlacePersonal, Words: "even"}
			if m := all("boris", half, func(ids []string) (MovedMails, error) { return d.s.Dispose(d.ctx, tenant, "boris", ids, "spam", "") }); m.Done != n/2 {
				t.Fatalf("%d disposed, %+v", m.Done, m.RefusedBy)
			}
			stand(PlacePersonal, "boris", n/2)
		})
		d.Run("[E-13/delete] all of a view go into the bin", func(t *testing.T) {
			var mu sync.Mutex
			noted := 0
			m := all("boris", boris, func(ids []string) (MovedMails, error) {
				return d.s.DeleteMails(d.ctx, d.who("boris", org.HandleDeleteCases), ids, func(context.Context, *db.Tx, *cases.Case) error {
					mu.Lock()
					defer mu.Unlock()
					noted++
					return nil
				})
			})
			if m.Done != n/2 || noted < n/2 {
				t.Fatalf("%d deleted, %d noted, %+v", m.Done, noted, m.RefusedBy)
			}
			stand(PlacePersonal, "boris", 0)
		})
	})
}

// wait puts n mails of a service whose mails are taken by hand into the team's
// queue, half of them with «even» in the subject.
func (k *desk) wait(n int) {
	k.Helper()
	for from := 0; from < n; from += 250 {
		k.must(k.db.Write(k.ctx, db.Chat, func(ctx context.Context, tx *db.Tx) error {
			for i := from; i < min(n, from+250); i++ {
				subject := []string{"refund, even", "refund, odd"}[i%2]
				c, err := k.s.cases.Open(ctx, tx, cases.Opening{TenantID: tenant, Subject: subject, ServiceID: "info", CustomerAt: db.Now()})
				if err != nil {
					return err
				}
				at := db.Now()
				o, segment, err := k.s.interactions.Open(ctx, tx, interaction.Opening{TenantID: tenant, Kind: core.Email, ServiceID: "info",
					ChannelID: c.ID, Subject: subject, Reference: number(c.Number), At: at, Part: interaction.NewSegment{At: at}})
				if err != nil {
					return err
				}
				m := &Mail{TenantID: tenant, ID: db.NewID(), CaseID: c.ID, InteractionID: o.ID, Direction: "in", State: StateReceived, At: at, Version: 1}
				if err := insertMail(ctx, tx, m, nil); err != nil {
					return err
				}
				if _, err := tx.NewInsert().Model(k.s.row(c, segment, m)).Exec(ctx); err != nil {
					return err
				}
				if err := k.s.enqueue(ctx, tx, tenant, floor.Submitted(segment)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	k.until("the floor knows all", func() bool {
		got, err := k.db.Read().NewSelect().TableExpr("floor_inbox").Where("tenant_id = ?", tenant).Count(k.ctx)
		k.must(err)
		return got == 0
	})
}
