package floor_test

import (
	"context"
	"sync/atomic"
	"testing"

	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/floor"
	"parley/internal/floor/core"
	"parley/internal/stats"
)

func TestQuarantine(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		var poisoned atomic.Bool
		o := newOffice(t, cfg, func(fc *floor.Config) {
			floor.Decide(fc, func(k *core.Core, in core.Input) []core.Effect {
				if in.Type == core.InSubmitted && poisoned.Load() {
					panic("bad luck")
				}
				return k.Apply(in)
			})
		})
		figures := o.hear(stats.Audience)
		listed := func() []any { return o.ok("admin", "GET", "/api/quarantine", nil)["items"].([]any) }
		settled := func() { // what was told is decided or put aside
			await(t, func() bool {
				n, err := o.db.Read().NewSelect().Table("floor_inbox").Where("tenant_id = ?", o.tenant).Count(o.ctx())
				return err == nil && n == 0
			})
		}
		var first map[string]any

		t.Run("[B-3/quarantine] what the floor can't take is seen with its reason and its contact", func(t *testing.T) {
			poisoned.Store(true)
			p := o.open("Мария Петрова")
			await(t, func() bool { return len(listed()) == 1 })
			poisoned.Store(false)
			settled()
			first = listed()[0].(map[string]any)
			if first["type"] != "submitted" || first["segmentId"] != p.ID || first["interactionId"] != p.InteractionID || first["source"] != "inbox" ||
				first["error"] != "panic in floor.core: bad luck" || len(first["abilities"].([]any)) != 2 {
				t.Errorf("%v", first)
			}
			o.refused("PAR-1006", "anna", "GET", "/api/quarantine", nil)
			o.refused("PAR-1006", "boss", "POST", "/api/quarantine/"+first["id"].(string)+"/retry", nil)
			o.refused("PAR-0002", "admin", "POST", "/api/quarantine/none/retry", nil)
		})
		t.Run("[B-3/quarantine] a retry that fails is there again, one that succeeds takes its old place", func(t *testing.T) {
			poisoned.Store(true)
			if status, out := o.call("admin", "POST", "/api/quarantine/"+first["id"].(string)+"/retry", nil); status != 204 {
				t.Fatal(status, out)
			}
			await(t, func() bool { return len(listed()) == 1 && listed()[0].(map[string]any)["id"] != first["id"] })
			again := listed()[0].(map[string]any)
			if again["segmentId"] != first["segmentId"] {
				t.Errorf("%v", again)
			}
			o.refused("PAR-0002", "admin", "POST", "/api/quarantine/"+first["id"].(string)+"/retry", nil)
			poisoned.Store(false)
			if status, out := o.call("admin", "POST", "/api/quarantine/"+again["id"].(string)+"/retry", nil); status != 204 {
				t.Fatal(status, out)
			}
			figures.is(first["segmentId"].(string), "waiting")
			if n := len(listed()); n != 0 {
				t.Errorf("%d still there", n)
			}
		})
		t.Run("[B-3/quarantine] what is no input at all is kept as it stands and can be given up, which the audit log keeps", func(t *testing.T) {
			o.change(func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.NewRaw("INSERT INTO floor_inbox (tenant_id, input, at) VALUES (?, '{half an inp', 1)", o.tenant).Exec(ctx)
				return err
			})
			settled()
			await(t, func() bool { return len(listed()) == 1 })
			one := listed()[0].(map[string]any)
			if one["input"] != "{half an inp" || one["type"] != "" || one["error"] != "the input can't be read" {
				t.Errorf("%v", one)
			}
			if status, out := o.call("admin", "DELETE", "/api/quarantine/"+one["id"].(string), nil); status != 204 {
				t.Fatal(status, out)
			}
			if n := len(listed()); n != 0 {
				t.Errorf("%d still there", n)
			}
			acts, err := o.log.Search(o.ctx(), o.tenant, audit.Filter{Entity: "quarantine", Limit: 10})
			if err != nil || len(acts) != 3 || acts[0].Action != "discard" || acts[1].Action != "retry" || acts[0].ActorID != o.ids["admin"] {
				t.Errorf("%+v %v", acts, err)
			}
		})
	})
}
