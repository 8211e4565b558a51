package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"parley/internal/fail"
)

// The states a job shows.
const (
	Waiting   = "waiting"   // to be done as soon as there is room
	Scheduled = "scheduled" // not before its time
	Running   = "running"
	Retrying  = "retrying" // failed, will be tried again
	Done      = "done"
	Failed    = "failed" // given up; Retry brings it back
	Cancelled = "cancelled"
)

var shown = map[rivertype.JobState]string{
	rivertype.JobStateAvailable: Waiting, rivertype.JobStatePending: Waiting,
	rivertype.JobStateScheduled: Scheduled, rivertype.JobStateRunning: Running,
	rivertype.JobStateRetryable: Retrying, rivertype.JobStateCompleted: Done,
	rivertype.JobStateDiscarded: Failed, rivertype.JobStateCancelled: Cancelled,
}

// Job is a job as the administrator sees it. Times are unix ms, 0 when not yet.
type Job struct {
	ID         int64           `json:"id"`
	Kind       string          `json:"kind"`
	State      string          `json:"state"`
	Args       json.RawMessage `json:"args"`
	Tries      int             `json:"tries"`
	MaxTries   int             `json:"maxTries"`
	LastError  string          `json:"lastError"`
	CreatedAt  int64           `json:"createdAt"`
	DueAt      int64           `json:"dueAt"`
	TriedAt    int64           `json:"triedAt"`
	FinishedAt int64           `json:"finishedAt"`
}

// Filter chooses jobs; empty fields choose all.
type Filter struct {
	States []string
	Kinds  []string
	Before int64 // ids below, for the next page; 0 from the newest
	Limit  int   // default 50, at most 500
}

// List gives jobs, newest first.
func (r *Runner) List(ctx context.Context, f Filter) ([]Job, error) {
	if f.Limit <= 0 || f.Limit > 500 {
		f.Limit = 50
	}
	p := river.NewJobListParams().OrderBy(river.JobListOrderByID, river.SortOrderDesc).First(f.Limit)
	var states []rivertype.JobState
	for _, want := range f.States {
		if want == Failed { // what its handler gave up is "cancelled" to River
			states = append(states, rivertype.JobStateCancelled)
		}
		for s, name := range shown {
			if name == want {
				states = append(states, s)
			}
		}
	}
	if len(f.States) > 0 && len(states) == 0 {
		return nil, fail.Invalid("states", "no such state")
	}
	if len(states) > 0 {
		p = p.States(states...)
	} else {
		p = p.States(rivertype.JobStates()...)
	}
	if len(f.Kinds) > 0 {
		p = p.Kinds(f.Kinds...)
	}
	if f.Before > 0 {
		p = p.Where("id < @before", river.NamedArgs{"before": f.Before})
	}
	res, err := r.client.JobList(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("listing jobs: %w", err)
	}
	out := make([]Job, len(res.Jobs))
	for i, row := range res.Jobs {
		out[i] = show(row)
	}
	return out, nil
}

func show(row *rivertype.JobRow) Job {
	j := Job{ID: row.ID, Kind: row.Kind, State: shown[row.State], Tries: row.Attempt, MaxTries: row.MaxAttempts,
		CreatedAt: row.CreatedAt.UnixMilli(), DueAt: row.ScheduledAt.UnixMilli(),
		TriedAt: millis(row.AttemptedAt), FinishedAt: millis(row.FinalizedAt)}
	var p payload
	if json.Unmarshal(row.EncodedArgs, &p) == nil {
		j.Args = p.Args
	}
	if n := len(row.Errors); n > 0 {
		j.LastError = row.Errors[n-1].Error
	}
	if row.State == rivertype.JobStateCancelled && j.LastError != "" {
		j.State = Failed // given up by its handler, not cancelled by somebody
	}
	return j
}

func millis(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return t.UnixMilli()
}

// Retry brings a job back, at once and with at least one more try.
func (r *Runner) Retry(ctx context.Context, id int64) error {
	_, err := r.client.JobRetry(ctx, id)
	return known(err)
}

// Cancel keeps a waiting job from being done. A running one is not stopped: a job
// that can become pointless checks its own row.
func (r *Runner) Cancel(ctx context.Context, id int64) error {
	_, err := r.client.JobCancel(ctx, id)
	return known(err)
}

// Delete removes a job that is not running.
func (r *Runner) Delete(ctx context.Context, id int64) error {
	_, err := r.client.JobDelete(ctx, id)
	return known(err)
}

func known(err error) error {
	switch {
	case errors.Is(err, rivertype.ErrNotFound):
		return fail.NotFound("job")
	case errors.Is(err, rivertype.ErrJobRunning):
		return fail.State("the job is running")
	}
	return err
}

// Counts gives the number of jobs by state, for the system page.
func (r *Runner) Counts(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		State string `bun:"state"`
		N     int    `bun:"n"`
	}
	err := r.db.Read().NewRaw("SELECT state, count(*) AS n FROM river_job GROUP BY state").Scan(ctx, &rows)
	out := map[string]int{}
	for _, row := range rows {
		out[shown[rivertype.JobState(row.State)]] += row.N
	}
	return out, err
}
