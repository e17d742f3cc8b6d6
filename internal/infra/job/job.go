package job

import (
	"encoding/json"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// State is where a job stands.
type State string

// The states.
const (
	Queued    State = "queued"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Job is one piece of background work.
type Job struct {
	ID          id.ID        `db:"id"`
	OrgID       id.ID        `db:"org_id"`
	Kind        string       `db:"kind"`
	State       State        `db:"state"`
	Args        string       `db:"args"`       // JSON, without personal data
	Checkpoint  string       `db:"checkpoint"` // JSON of the function's own
	Result      string       `db:"result"`     // JSON
	Error       string       `db:"error"`      // code
	Progress    int64        `db:"progress"`
	Total       int64        `db:"total"` // 0: not known
	Note        string       `db:"note"`  // code of the step under way
	Attempt     int          `db:"attempt"`
	MaxAttempts int          `db:"max_attempts"`
	RunAt       when.Instant `db:"run_at"`
	LeaseUntil  when.Instant `db:"lease_until"`
	Cancel      bool         `db:"cancel"`
	CreatedBy   id.ID        `db:"created_by"`
	CreatedAt   when.Instant `db:"created_at"`
	FinishedAt  when.Instant `db:"finished_at"`
}

// Ended tells whether the job will not run again.
func (j Job) Ended() bool { return j.State == Done || j.State == Failed || j.State == Cancelled }

// ErrCancelled ends a function whose job was cancelled.
var ErrCancelled = fault.New(fault.Conflict, "job.cancelled")

// ErrEnded: only a job that has not ended can be cancelled.
var ErrEnded = fault.New(fault.Conflict, "job.ended")

const (
	// lease is how long a job stays with a process that no longer reports.
	lease = 30 * time.Second
	// renewEvery is how often a running job reports.
	renewEvery = 5 * time.Second
)

// backoff is the pause before the next attempt: 10 s, 40 s, 90 s, …
func backoff(attempt int) time.Duration {
	return 10 * time.Second * time.Duration(attempt*attempt)
}

// Options of an inserted job.
type Options struct {
	RunAt       when.Instant // zero: at once
	MaxAttempts int          // zero: 3
}

func encode(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}
