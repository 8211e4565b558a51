package floor

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/uptrace/bun"

	"parley/internal/db"
	"parley/internal/floor/core"
	"parley/internal/interaction"
)

// Moment is one input that moved a segment, and how it then stood.
type Moment struct {
	Seq         int64             `json:"seq"`
	At          int64             `json:"at"`
	Input       string            `json:"input" doc:"What the floor was told: submitted, stateChosen, timer …"`
	AgentID     string            `json:"agentId,omitempty" doc:"Whose input it was"`
	ByUserID    string            `json:"byUserId,omitempty"`
	By          string            `json:"by,omitempty" enum:"customer,agent,system" doc:"Who ended the contact"`
	Reason      string            `json:"reason,omitempty" doc:"Why it ended, in a word: closed, deleted, moved …"`
	Effects     []core.Effect     `json:"effects" doc:"What it decided about this contact"`
	Place       string            `json:"place,omitempty" enum:"waiting,offered,handled,parked"`
	Position    int               `json:"position,omitempty" doc:"In the line of its service"`
	Score       int64             `json:"score,omitempty" doc:"Effective priority: priority × ms waited"`
	Stage       int               `json:"stage,omitempty" doc:"Steps of the series that have taken effect"`
	Skills      [][]core.Skill    `json:"skills,omitempty" doc:"Alternatives; all of one are required"`
	Considered  []core.Considered `json:"considered,omitempty" doc:"Every signed-in agent, and why or why not"`
	CoreVersion int64             `json:"coreVersion"`
}

// Explain tells why a segment waited and why it came to whom: it decides the log
// of that time again with the same core (B-4). What is older than the log is
// kept gives no moments.
func Explain(ctx context.Context, d *db.DB, tenant string, p *interaction.Segment) ([]Moment, error) {
	var start []snapshotRow
	var head headRow
	err := d.ReadTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := tx.NewSelect().Model(&head).Where("fh.tenant_id = ?", tenant).Scan(ctx); err != nil {
			return err
		}
		return tx.NewSelect().Model(&start).Where("fs.tenant_id = ? AND fs.at <= ?", tenant, p.QueuedAt).
			Order("fs.seq DESC", "fs.at DESC").Limit(1).Scan(ctx)
	})
	if db.IsNone(err) {
		return []Moment{}, nil
	}
	if err != nil {
		return nil, err
	}
	x := explainer{item: p.ID, until: lastMoment(p), moments: []Moment{}}
	first := int64(0)
	if len(start) > 0 {
		first = start[0].Seq
	}
	if err := d.Read().NewSelect().Model(&x.snapshots).Where("fs.tenant_id = ? AND fs.seq >= ? AND fs.seq <= ?", tenant, first, head.Seq).
		Order("fs.seq", "fs.at").Scan(ctx); err != nil {
		return nil, err
	}
	orderSnapshots(x.snapshots)
	err = eachInput(ctx, d, tenant, first, head.Seq, x.input)
	if errors.Is(err, errEnough) {
		err = nil
	}
	return x.moments, err
}

// lastMoment is when routing had nothing more to do with a segment; 0: not yet.
func lastMoment(p *interaction.Segment) int64 {
	if p.State == interaction.StateActive || p.State == interaction.StateEnded {
		return max(p.AcceptedAt, p.EndedAt)
	}
	return p.FinishedAt
}

type explainer struct {
	replayer
	item    string
	until   int64
	moments []Moment
}

var errEnough = errors.New("the segment's last moment is over")

// told says who did what the floor was told: a user to an agent, or of an end
// which of the two parties, and why.
func (m *Moment) told(row *inputRow) {
	var in core.Input
	if json.Unmarshal([]byte(row.Input), &in) != nil {
		return
	}
	if in.Type == core.InCancelled || in.Type == core.InEnded {
		m.By, m.Reason = in.By, in.Reason
		return
	}
	m.ByUserID = in.By
}

func (x *explainer) input(row *inputRow) error {
	if x.until > 0 && row.At > x.until {
		return errEnough
	}
	if err := x.standAt(row.Seq - 1); err != nil {
		return err
	}
	if x.core == nil {
		return nil
	}
	effects, _, err := decideAgain(x.core, row)
	if err != nil {
		return err
	}
	if row.ItemID != x.item && !strings.Contains(row.Effects, x.item) {
		return nil
	}
	m := Moment{Seq: row.Seq, At: row.At, Input: row.Type, AgentID: row.AgentID, Effects: []core.Effect{},
		CoreVersion: core.Version}
	m.told(row)
	for i := range effects {
		if effects[i].Item == x.item || row.ItemID == x.item && effects[i].Type == core.OutRefused {
			m.Effects = append(m.Effects, effects[i])
		}
	}
	e := x.core.Explain(x.item)
	m.Place, m.Position, m.Score, m.Stage, m.Skills, m.Considered = e.Place, e.Position, e.Score, e.Stage, e.Requirements, e.Considered
	x.moments = append(x.moments, m)
	return nil
}
