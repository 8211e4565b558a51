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

const tenant, other = "0190a000-0000-7000-8000-00000000000a", "0190a000-0000-7000-8000-00000000000b"

// names stand for the organisation.
type names struct{}

func (names) ServiceFacts(_ context.Context, _, id string) (interaction.ServiceFacts, error) {
	return interaction.ServiceFacts{Name: "service " + id, SLMS: 20_000, DispositionIDs: []string{"good", "bad"}}, nil
}

func (names) DispositionFacts(_ context.Context, _, id string) (interaction.DispositionFacts, error) {
	return interaction.DispositionFacts{Name: id, Kind: "success", NeedsComment: id == "bad"}, nil
}

func (names) AutoAnswers(context.Context, string, string, string) bool { return false }
func (names) UserName(_ context.Context, _, id string) string          { return "name of " + id }
func (names) Extension(context.Context, string, string) string         { return "42" }
func (names) Can(context.Context, string, string, string) bool         { return true }

type archive struct {
	t testing.TB
	d *db.DB
	*interaction.Service
}

func newArchive(t testing.TB, d *db.DB) *archive {
	return &archive{t, d, interaction.New(d, names{})}
}

func (a *archive) write(f func(ctx context.Context, tx *db.Tx) error) {
	a.t.Helper()
	if err := a.d.Write(context.Background(), db.Chat, f); err != nil {
		a.t.Fatal(err)
	}
}

// contact records one that was taken by an agent, or abandoned without one.
func (a *archive) contact(tenant, agent, service string, at int64, who interaction.Customer) interaction.Segment {
	a.t.Helper()
	var p interaction.Segment
	a.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if _, p, err = a.Open(ctx, tx, interaction.Opening{TenantID: tenant, Kind: "chat", ServiceID: service, Customer: who, At: at}); err != nil {
			return err
		}
		steps := []interaction.Step{{Kind: "finished", SegmentID: p.ID, At: at + 5_000, By: "customer"}}
		if agent != "" {
			steps = []interaction.Step{{Kind: "offered", SegmentID: p.ID, AgentID: agent, At: at + 1}, {Kind: "accepted", SegmentID: p.ID, AgentID: agent, At: at + 2},
				{Kind: "ended", SegmentID: p.ID, At: at + 3, By: "agent"}, {Kind: "finished", SegmentID: p.ID, At: at + 4}}
		}
		return a.Record(ctx, tx, tenant, steps, nil)
	})
	return p
}

// all reads the whole list by pages.
func (a *archive) all(f interaction.Filter) (ids []string) {
	a.t.Helper()
	for {
		page, next, err := a.Search(context.Background(), a.d.Read(), tenant, f)
		if err != nil {
			a.t.Fatal(err)
		}
		for _, r := range page {
			ids = append(ids, r.InteractionID)
		}
		if next == "" {
			return ids
		}
		if len(page) != f.Limit {
			a.t.Fatalf("a page of %d before the last", len(page))
		}
		f.Cursor = next
	}
}

func TestSearch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := newArchive(t, d)
		var want []string // newest first
		byAgent := map[string][]string{}
		for i := range 60 {
			agent := []string{"anna", "boris", ""}[i%3]
			at := int64(1_000_000 + 1_000*(i/4)) // four at the same moment
			p := a.contact(tenant, agent, fmt.Sprint("s", i%2), at, interaction.Customer{Name: fmt.Sprintf("Клиент Номер%d", i), Email: fmt.Sprintf("c%d@Example.org", i)})
			want = append(want, p.InteractionID)
			byAgent[agent] = append(byAgent[agent], p.InteractionID)
			a.contact(other, agent, "s0", at, interaction.Customer{Name: "Клиент чужой"})
		}
		t.Run("[R-40] pages follow one another without gap or double, both ways, also at one moment", func(t *testing.T) {
			for _, oldest := range []bool{true, false} {
				got := a.all(interaction.Filter{Limit: 7, Oldest: oldest})
				if len(got) != 60 {
					t.Fatalf("%d records", len(got))
				}
				sorted := slices.Clone(got)
				slices.Sort(sorted)
				expect := slices.Clone(want)
				slices.Sort(expect)
				if !slices.Equal(sorted, expect) {
					t.Error("not each once")
				}
				if oldest && got[0] != want[0] && got[59] != want[59] {
					t.Error("not in order")
				}
			}
			for agent, ids := range byAgent {
				if agent == "" {
					continue
				}
				got := a.all(interaction.Filter{Limit: 7, AgentID: agent, Oldest: true})
				slices.Sort(got)
				slices.Sort(ids)
				if !slices.Equal(got, ids) {
					t.Errorf("%s: %d of %d", agent, len(got), len(ids))
				}
			}
		})
		t.Run("[R-40] filters narrow, together too", func(t *testing.T) {
			for _, c := range []struct {
				f interaction.Filter
				n int
			}{
				{interaction.Filter{ServiceID: "s1"}, 30}, {interaction.Filter{Outcome: "abandoned"}, 20},
				{interaction.Filter{AgentID: "anna", ServiceID: "s1"}, 10}, {interaction.Filter{Kind: "voice"}, 0},
				{interaction.Filter{From: 1_014_000}, 4}, {interaction.Filter{From: 1_001_000, To: 1_002_000}, 4},
				{interaction.Filter{Words: "клиент"}, 60}, {interaction.Filter{Words: "КЛИЕНТ номер5"}, 11},
				{interaction.Filter{Words: "c7@example.org"}, 1}, {interaction.Filter{Words: "номер1", AgentID: "boris"}, 5},
				{interaction.Filter{Words: "чужой"}, 0}, {interaction.Filter{Words: "%"}, 60}, {interaction.Filter{AgentID: "' OR 1=1"}, 0},
			} {
				c.f.Limit = 9
				if got := a.all(c.f); len(got) != c.n {
					t.Errorf("%+v: %d, wanted %d", c.f, len(got), c.n)
				}
			}
		})
		t.Run("[X-3] a forged cursor is refused", func(t *testing.T) {
			for _, c := range []string{"x", "AAAA", "MTIz", "eA"} {
				if _, _, err := a.Search(t.Context(), d.Read(), tenant, interaction.Filter{Cursor: c}); fail.Code(err) != fail.CodeInvalid {
					t.Errorf("%q: %v", c, err)
				}
			}
		})
		t.Run("[R-30] a record of another tenant is not found", func(t *testing.T) {
			p := a.contact(other, "anna", "s0", 5_000_000, interaction.Customer{Name: "x"})
			if _, err := a.GetRecord(t.Context(), d.Read(), tenant, p.InteractionID); fail.Code(err) != fail.CodeNotFound {
				t.Error(err)
			}
		})
	})
}

func TestOutcome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := newArchive(t, d)
		var p interaction.Segment
		a.write(func(ctx context.Context, tx *db.Tx) (err error) {
			if _, p, err = a.Open(ctx, tx, interaction.Opening{TenantID: tenant, Kind: "chat", ServiceID: "s", At: 1}); err != nil {
				return err
			}
			return a.Record(ctx, tx, tenant, []interaction.Step{{Kind: "accepted", SegmentID: p.ID, AgentID: "anna", At: 2}}, nil)
		})
		set := func(user, disposition string, version int64) (v int64, err error) {
			err = d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				got, err := a.SetOutcome(ctx, tx, tenant, p.ID, user, interaction.Outcome{DispositionID: disposition, Version: version})
				v = got.Version
				return err
			})
			return v, err
		}
		t.Run("[V-29/during][C-14] disposition and comment belong to the agent who has the row, and know their version", func(t *testing.T) {
			for _, c := range []struct {
				user, disposition string
				version           int64
				code              string
			}{
				{"boris", "good", 0, fail.CodeNotFound}, {"anna", "foreign", 0, fail.CodeInvalid}, {"anna", "good", 1, ""},
				{"anna", "bad", 1, fail.CodeChanged}, {"anna", "bad", 2, ""},
			} {
				if _, err := set(c.user, c.disposition, c.version); fail.Code(err) != c.code {
					t.Errorf("%+v: %v", c, err)
				}
			}
		})
		t.Run("[C-4] unread and unanswered marks of the channel", func(t *testing.T) {
			a.write(func(ctx context.Context, tx *db.Tx) error {
				for at := int64(10); at < 13; at++ {
					if err := a.MarkCustomer(ctx, tx, tenant, p.InteractionID, at); err != nil {
						return err
					}
				}
				return a.MarkRead(ctx, tx, tenant, p.InteractionID, p.ID, 1)
			})
			if got, err := a.Segment(t.Context(), d.Read(), tenant, p.ID); err != nil || got.Unread != 1 || got.LastCustomerAt != 10 {
				t.Errorf("%+v %v", got, err)
			}
			a.write(func(ctx context.Context, tx *db.Tx) error { return a.MarkAnswered(ctx, tx, tenant, p.InteractionID) })
			if got, _ := a.Segment(t.Context(), d.Read(), tenant, p.ID); got.LastCustomerAt != 0 {
				t.Errorf("%+v", got)
			}
		})
		t.Run("[V-29/mandatory] [M-11/mandatory] a disposition that asks for a comment is not finished without, by Ready neither", func(t *testing.T) {
			leave := func() error { return a.MayLeaveWrapup(t.Context(), d.Read(), tenant, "anna") }
			if err := leave(); err != nil {
				t.Errorf("with the contact in hand: %v", err)
			}
			a.write(func(ctx context.Context, tx *db.Tx) error {
				return a.Record(ctx, tx, tenant, []interaction.Step{{Kind: "ended", SegmentID: p.ID, At: 9, By: "agent"}}, nil)
			})
			err := d.Write(t.Context(), db.Chat, func(ctx context.Context, tx *db.Tx) error {
				return a.MayFinish(ctx, tx, tenant, p.ID, "anna")
			})
			for _, err := range []error{err, leave()} {
				if fail.Code(err) != "PAR-2003" || fail.As(err).Field != "comment" {
					t.Error(err)
				}
			}
			if err := a.MayLeaveWrapup(t.Context(), d.Read(), tenant, "boris"); err != nil {
				t.Errorf("another agent: %v", err)
			}
		})
	})
}
