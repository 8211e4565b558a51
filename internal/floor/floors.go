package floor

import (
	"context"

	"parley/internal/db"
	"parley/internal/fail"
	"parley/internal/floor/core"
)

// Happened is one input and what the floor decided on it. Seq is its number in
// the tenant's log, At the floor time.
type Happened struct {
	Seq     int64
	At      int64
	Input   core.Input
	Effects []core.Effect
}

// Recorder writes what follows from the floor's decisions into the transaction
// that makes them durable. It must touch nothing but tx. An error undoes the
// batch; the floor then finds the input at fault and puts it aside.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, tenant string, h []Happened) error
}

// Answer is what a command gives its caller after the commit.
type Answer struct {
	Effects []core.Effect `json:"-"`
}

// Floors are the floors of all tenants, on whichever node they are.
type Floors struct {
	db        *db.DB
	recorders []Recorder
}

// AddRecorder adds a recorder, called after interaction's and in the order of
// adding. Call it before Start.
func (f *Floors) AddRecorder(r Recorder) { f.recorders = append(f.recorders, r) }

// Do gives a command to the tenant's floor, waits until what it decided is
// durable and gives the decisions. What the floor refuses is a fail.Error
// (PAR-0005 or PAR-0002).
func (f *Floors) Do(ctx context.Context, tenant string, in core.Input) (Answer, error) {
	return Answer{}, fail.Unavailable(nil)
}

// Enqueue tells the tenant's floor something within the transaction of whoever
// knows it: either both stand or neither. The floor takes it after the commit,
// once.
func (f *Floors) Enqueue(ctx context.Context, tx *db.Tx, tenant string, in core.Input) error {
	return f.enqueue(ctx, tx, tenant, in)
}
