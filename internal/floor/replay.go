package floor

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/floor/core"
)

// Report is what came of a replay (B-4).
type Report struct {
	Tenant      string       `json:"tenant"`
	FromSeq     int64        `json:"fromSeq"` // first and last input that was decided again
	ToSeq       int64        `json:"toSeq"`
	Inputs      int64        `json:"inputs"`
	Effects     int64        `json:"effects"`
	Snapshots   int64        `json:"snapshots"` // compared with the replayed floor
	Skipped     int64        `json:"skipped"`   // decided by another version of the core
	Agents      int          `json:"agents"`    // rows compared at the end
	Items       int          `json:"items"`
	Differences []Difference `json:"differences"` // the first of them
}

// Same says that every decision came out the same.
func (r *Report) Same() bool { return len(r.Differences) == 0 }

// Difference is one place where the replay and the log part.
type Difference struct {
	Seq    int64  `json:"seq"`
	What   string `json:"what"` // effects, snapshot, agent …, item …
	Logged string `json:"logged"`
	Again  string `json:"again"`
}

const (
	maxDifferences = 20
	replayPage     = 1_000
)

// Replay decides everything in a tenant's log again, from its first snapshot on,
// and compares every effect, every snapshot on the way and the rows at the end,
// bit by bit. The floor may go on meanwhile: what comes later is left out.
func Replay(ctx context.Context, d *db.DB, tenant string) (Report, error) {
	r := replayer{report: Report{Tenant: tenant, Differences: []Difference{}}}
	var end saved
	err := d.ReadTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if end, err = loadRows(ctx, tx, tenant); err != nil {
			return err
		}
		return tx.NewSelect().Model(&r.snapshots).Where("fs.tenant_id = ? AND fs.seq <= ?", tenant, end.head.Seq).
			Order("fs.seq", "fs.at").Scan(ctx)
	})
	if err != nil || len(r.snapshots) == 0 {
		return r.report, err
	}
	orderSnapshots(r.snapshots)
	err = eachInput(ctx, d, tenant, r.snapshots[0].Seq, end.head.Seq, func(row *inputRow) error { return r.input(row) })
	if err != nil {
		return r.report, err
	}
	if err := r.standAt(end.head.Seq); err != nil {
		return r.report, err
	}
	r.compareRows(&end)
	return r.report, nil
}

// orderSnapshots puts those of the same input in the order they were made: the
// periodic one belongs to the floor that went on, a rebuilt one to the next.
func orderSnapshots(list []snapshotRow) {
	slices.SortStableFunc(list, func(a, b snapshotRow) int {
		if a.Seq != b.Seq {
			return int(a.Seq - b.Seq)
		}
		periodic := func(s snapshotRow) int {
			if s.Cause == "periodic" {
				return 0
			}
			return 1
		}
		return periodic(a) - periodic(b)
	})
}

// eachInput gives the log between two numbers, page by page.
func eachInput(ctx context.Context, d *db.DB, tenant string, after, upTo int64, f func(*inputRow) error) error {
	for after < upTo {
		var rows []inputRow
		err := d.Read().NewSelect().Model(&rows).Where("li.tenant_id = ? AND li.seq > ? AND li.seq <= ?", tenant, after, upTo).
			Order("li.seq").Limit(replayPage).Scan(ctx)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		for i := range rows {
			if err := f(&rows[i]); err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].Seq
	}
	return nil
}

type replayer struct {
	report    Report
	core      *core.Core // nil while the log is of another version
	snapshots []snapshotRow
}

// standAt brings the floor to where it was after an input: compares what was
// kept then, and begins anew where the floor did.
func (r *replayer) standAt(seq int64) error {
	for len(r.snapshots) > 0 && r.snapshots[0].Seq <= seq {
		s := r.snapshots[0]
		r.snapshots = r.snapshots[1:]
		if s.CoreVersion != core.Version {
			r.core = nil
			continue
		}
		if s.Cause == "periodic" && r.core != nil {
			r.report.Snapshots++
			again, err := json.Marshal(r.core.Snapshot())
			if err != nil {
				return err
			}
			r.compare(s.Seq, "snapshot", s.State, string(again))
			continue
		}
		c, err := revive(&s)
		if err != nil {
			return err
		}
		r.core = c
	}
	return nil
}

// revive makes the floor of a snapshot, in the way it was made then.
func revive(s *snapshotRow) (*core.Core, error) {
	var state core.State
	if err := json.Unmarshal([]byte(s.State), &state); err != nil {
		return nil, fmt.Errorf("snapshot %d: %w", s.Seq, err)
	}
	if s.Cause == "periodic" {
		return core.Restore(state), nil
	}
	return core.RestoreRows(state.Config, state.Agents, state.Items, state.Now), nil
}

func (r *replayer) input(row *inputRow) error {
	if err := r.standAt(row.Seq - 1); err != nil {
		return err
	}
	if r.core == nil {
		r.report.Skipped++
		return nil
	}
	effects, again, err := decideAgain(r.core, row)
	if err != nil {
		return err
	}
	if r.report.FromSeq == 0 {
		r.report.FromSeq = row.Seq
	}
	r.report.ToSeq = row.Seq
	r.report.Inputs++
	r.report.Effects += int64(len(effects))
	r.compare(row.Seq, "effects", row.Effects, again)
	return nil
}

// decideAgain applies a logged input and gives the effects, also as the log has them.
func decideAgain(c *core.Core, row *inputRow) ([]core.Effect, string, error) {
	var in core.Input
	if err := json.Unmarshal([]byte(row.Input), &in); err != nil {
		return nil, "", fmt.Errorf("input %d: %w", row.Seq, err)
	}
	effects := c.Apply(in)
	text, err := effectsText(effects)
	return effects, text, err
}

// effectsText is the form of effects in the log.
func effectsText(effects []core.Effect) (string, error) {
	if len(effects) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(effects)
	return string(b), err
}

func (r *replayer) compare(seq int64, what, logged, again string) {
	if logged != again && len(r.report.Differences) < maxDifferences {
		r.report.Differences = append(r.report.Differences, Difference{Seq: seq, What: what, Logged: logged, Again: again})
	}
}

// compareRows compares the rows that a rebuild would start from.
func (r *replayer) compareRows(end *saved) {
	if r.core == nil {
		return
	}
	state := r.core.Snapshot()
	r.report.Agents, r.report.Items = len(state.Agents), len(state.Items)
	logged, again := map[string]string{}, map[string]string{}
	put := func(m map[string]string, what string, v any) {
		b, _ := json.Marshal(v) // plain structs
		m[what] = string(b)
	}
	for i := range end.agents {
		put(logged, "agent "+end.agents[i].ID, end.agents[i])
	}
	for i := range end.items {
		put(logged, "item "+end.items[i].ID, end.items[i])
	}
	for i := range state.Agents {
		put(again, "agent "+state.Agents[i].ID, state.Agents[i])
	}
	for i := range state.Items {
		put(again, "item "+state.Items[i].ID, state.Items[i])
	}
	for _, m := range []map[string]string{logged, again} {
		for _, what := range sortedKeys(m) {
			if logged[what] != again[what] {
				r.compare(end.head.Seq, what, logged[what], again[what])
				delete(logged, what)
				delete(again, what)
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
