package interaction_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fail"
	"parley/internal/interaction"
)

const second, minute, hour = int64(1_000), int64(60_000), int64(3_600_000)

// was records that an agent came into a state.
func (a *archive) was(tenant, agent, team, state, reason string, at int64) {
	a.t.Helper()
	a.write(func(ctx context.Context, tx *db.Tx) error {
		return a.Record(ctx, tx, tenant, nil, []interaction.AgentState{{At: at, AgentID: agent, TeamID: team, State: state, ReasonID: reason, Cause: "agent"}})
	})
}

func TestActivity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := newArchive(t, d)
		const day = int64(1_764_288_000_000)
		// Anna's shift of the day before reaches into the day; then she comes back and is still there.
		a.was(tenant, "anna", "t1", "ready", "", day-10*minute)
		a.was(tenant, "anna", "t1", "busy", "", day+5*minute)
		a.was(tenant, "anna", "t1", "", "", day+6*minute+500)
		a.was(tenant, "anna", "t2", "not_ready", "sign_in", day+hour)
		a.was(tenant, "anna", "t2", "not_ready", "lunch", day+hour) // of no length
		a.was(tenant, "anna", "t2", "ready", "", day+hour+30*minute)
		a.was(tenant, "boris", "t1", "ready", "", day+2*hour)
		a.was(tenant, "boris", "t1", "", "", day+2*hour+second)
		a.was(other, "anna", "t1", "ready", "", day+3*hour)
		read := func(f interaction.ActivityFilter, now int64) interaction.Activity {
			t.Helper()
			got, err := a.Activity(t.Context(), d.Read(), tenant, f, now)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		sums := func(got interaction.Activity) (out []string) {
			for _, s := range got.Sums {
				out = append(out, fmt.Sprintf("%s/%s %d×%d+%d", s.State, s.ReasonID, s.Spans, s.Ms/second, s.Running))
			}
			return out
		}
		now := day + 4*hour
		t.Run("[R-30/activity] [S-7] a day's spans in order with reason, and sums that fill it, the running one up to now", func(t *testing.T) {
			got := read(interaction.ActivityFilter{AgentIDs: []string{"anna"}, From: day, To: day + 24*hour}, now)
			var spans []string
			for _, s := range got.Spans {
				spans = append(spans, fmt.Sprintf("%s/%s %d-%d", s.State, s.ReasonID, (s.StartedAt-day)/second, max(0, s.EndedAt-day)/second))
			}
			want := []string{"ready/ -600-300", "busy/ 300-360", "not_ready/sign_in 3600-3600", "not_ready/lunch 3600-5400", "ready/ 5400-0"}
			if !slices.Equal(spans, want) {
				t.Errorf("spans %q, want %q", spans, want)
			}
			if got, want := sums(got), []string{"busy/ 1×60+0", "not_ready/lunch 1×1800+0", "not_ready/sign_in 1×0+0", "ready/ 2×9300+1"}; !slices.Equal(got, want) {
				t.Errorf("sums %q, want %q", got, want)
			}
		})
		t.Run("[R-30/activity] a period within one long span shows it, and counts the period alone", func(t *testing.T) {
			for _, c := range []struct {
				from, to int64
				want     []string
			}{
				{day + 2*hour, day + 3*hour, []string{"ready/ 1×3600+0"}},
				{day + 3*hour, day + 9*hour, []string{"ready/ 1×3600+1"}},
				{day - 5*minute, day, []string{"ready/ 1×300+0"}},
				{day + 10*minute, day + 20*minute, nil},
				{day + hour, day + hour + 10*minute, []string{"not_ready/lunch 1×600+0", "not_ready/sign_in 1×0+0"}},
			} {
				got := read(interaction.ActivityFilter{AgentIDs: []string{"anna"}, From: c.from, To: c.to}, now)
				if got := sums(got); !slices.Equal(got, c.want) {
					t.Errorf("%d to %d: %q, want %q", (c.from-day)/minute, (c.to-day)/minute, got, c.want)
				}
			}
		})
		t.Run("[R-30/activity] of several people and of a team, never of anybody else or another tenant", func(t *testing.T) {
			both := interaction.ActivityFilter{AgentIDs: []string{"anna", "boris"}, From: day, To: day + 24*hour}
			if got := read(both, now); len(got.Spans) != 6 || got.Spans[5].AgentID != "boris" {
				t.Errorf("%+v", got.Spans)
			}
			both.TeamID = "t1"
			if got := sums(read(both, now)); !slices.Equal(got, []string{"busy/ 1×60+0", "ready/ 2×301+0"}) {
				t.Errorf("%q", got)
			}
			if got := read(interaction.ActivityFilter{AgentIDs: []string{"carla"}, From: day, To: day + 24*hour}, now); len(got.Spans)+len(got.Sums) != 0 {
				t.Errorf("%+v", got)
			}
			if got := read(interaction.ActivityFilter{From: day, To: day + 24*hour}, now); len(got.Spans) != 0 {
				t.Errorf("%+v", got)
			}
		})
		t.Run("[R-30/activity] pages follow one another without gap or double, both ways", func(t *testing.T) {
			for _, newest := range []bool{false, true} {
				f := interaction.ActivityFilter{AgentIDs: []string{"anna", "boris"}, From: day, To: day + 24*hour, Newest: newest, Limit: 2}
				var ids []string
				for {
					page := read(f, now)
					for _, s := range page.Spans {
						ids = append(ids, s.ID)
					}
					if f.Cursor = page.Next; f.Cursor == "" {
						break
					}
				}
				all := slices.Clone(ids)
				slices.Sort(all)
				if len(slices.Compact(all)) != 6 || len(ids) != 6 {
					t.Errorf("newest %t: %q", newest, ids)
				}
			}
		})
		t.Run("[X-3] a period without an end, turned round or too long is refused, a forged cursor too", func(t *testing.T) {
			for _, f := range []interaction.ActivityFilter{
				{AgentIDs: []string{"anna"}, From: day}, {AgentIDs: []string{"anna"}, From: day, To: day - 1},
				{AgentIDs: []string{"anna"}, From: day, To: day + 94*24*hour}, {AgentIDs: []string{"anna", "boris"}, From: day, To: day + 9*24*hour},
				{AgentIDs: []string{"anna"}, From: day, To: day + hour, Cursor: "x"},
			} {
				if _, err := a.Activity(t.Context(), d.Read(), tenant, f, now); fail.Code(err) != fail.CodeInvalid {
					t.Errorf("%+v: %v", f, err)
				}
			}
		})
	})
}
