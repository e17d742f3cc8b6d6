package backup

import (
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// State is where a backup stands.
type State string

// The states.
const (
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
	Removed State = "removed"
)

// Proof is what became of proving a backup.
type Proof string

// The proofs.
const (
	Unproved Proof = "none"
	Proving  Proof = "running"
	Equal    Proof = "equal"
	Unequal  Proof = "failed"
)

// Origin is what a backup was made for.
type Origin string

// The origins.
const (
	Scheduled Origin = "schedule"
	Manual    Origin = "manual"
	Command   Origin = "command"
)

// Backup is one file.
type Backup struct {
	ID           id.ID        `json:"id" db:"id"`
	OrgID        id.ID        `json:"-" db:"org_id"`
	Origin       Origin       `json:"origin" enum:"schedule,manual,command" db:"origin"`
	State        State        `json:"state" enum:"running,done,failed,removed" db:"state"`
	File         string       `json:"file" db:"file"`
	Size         int64        `json:"size" doc:"bytes of the file" db:"size"`
	SHA256       []byte       `json:"-" db:"sha256"`
	Digest       string       `json:"sha256" doc:"of the file, hexadecimal" db:"-"`
	ContentBytes int64        `json:"content_bytes" doc:"before compression" db:"content_bytes"`
	Rows         int64        `json:"rows" db:"row_count"`
	Files        int64        `json:"files" doc:"attachments and the like" db:"file_count"`
	Schema       int64        `json:"schema" db:"schema_version"`
	Program      string       `json:"program" doc:"version" db:"program"`
	SnapshotAt   when.Instant `json:"snapshot_at,omitzero" doc:"what was committed before is in it" db:"snapshot_at"`
	JobID        id.ID        `json:"-" db:"job_id"`
	Error        string       `json:"error,omitempty" doc:"code" db:"error"`
	ErrorText    string       `json:"error_text,omitempty" db:"-"`
	Proof        Proof        `json:"proof" enum:"none,running,equal,failed" db:"proof"`
	ProofAt      when.Instant `json:"proof_at,omitzero" db:"proof_at"`
	ProofJobID   id.ID        `json:"-" db:"proof_job_id"`
	ProofError   string       `json:"proof_error,omitempty" doc:"code" db:"proof_error"`
	ProofText    string       `json:"proof_error_text,omitempty" db:"-"`
	Progress     int64        `json:"progress" doc:"bytes, of what is being done now" db:"-"`
	Total        int64        `json:"total" db:"-"`
	CreatedBy    id.ID        `json:"created_by,omitzero" db:"created_by"`
	CreatedName  string       `json:"created_name" db:"created_name"`
	CreatedAt    when.Instant `json:"created_at" db:"created_at"`
	FinishedAt   when.Instant `json:"finished_at,omitzero" db:"finished_at"`
	Version      int64        `json:"version" db:"version"`
}

// Schedule says when backups are made by themselves.
type Schedule struct {
	Active      bool         `json:"active"`
	Days        []int        `json:"days" nullable:"false" doc:"days of the week, 1 is Monday"`
	Hour        int          `json:"hour" doc:"from 0 to 23, in Shanghai"`
	Keep        int          `json:"keep" doc:"how many backups are kept"`
	Prove       bool         `json:"prove" doc:"each is restored into a temporary place and compared"`
	NextAt      when.Instant `json:"next_at,omitzero"`
	UpdatedName string       `json:"updated_name,omitempty"`
	UpdatedAt   when.Instant `json:"updated_at"`
	Version     int64        `json:"version"`
}

// ScheduleInput is what a schedule is set to.
type ScheduleInput struct {
	Active bool  `json:"active"`
	Days   []int `json:"days" nullable:"false" maxItems:"7" doc:"days of the week, 1 is Monday"`
	Hour   int   `json:"hour" doc:"from 0 to 23, in Shanghai"`
	Keep   int   `json:"keep" doc:"how many backups are kept, from 1 to 400"`
	Prove  bool  `json:"prove"`
}

// weekly is the schedule until somebody sets another: Sunday before dawn, two
// months of backups, each proved.
var weekly = ScheduleInput{Active: true, Days: []int{7}, Hour: 2, Keep: 8, Prove: true}

const maxKeep = 400

func (in ScheduleInput) validate() error {
	var v fault.Validation
	v.Check(len(in.Days) > 0, "days", "required")
	v.Check(!slices.ContainsFunc(in.Days, func(d int) bool { return d < 1 || d > 7 }), "days", "invalid")
	v.Check(in.Hour >= 0 && in.Hour <= 23, "hour", "invalid")
	v.Check(in.Keep >= 1 && in.Keep <= maxKeep, "keep", "invalid")
	return v.Err()
}

// next is the first time of the schedule after now; zero without days.
func next(days []int, hour int, now when.Instant) when.Instant {
	t := now.Time()
	for ahead := range 8 {
		at := time.Date(t.Year(), t.Month(), t.Day()+ahead, hour, 0, 0, 0, when.Zone)
		weekday := (int(at.Weekday())+6)%7 + 1
		if slices.Contains(days, weekday) && when.At(at) > now {
			return when.At(at)
		}
	}
	return 0
}

// overdueAfter is how old the last proved backup may be (A6: weekly).
const overdueAfter = 7 * 24 * time.Hour

// Status is how things stand.
type Status struct {
	Directory string       `json:"directory,omitempty" doc:"where the files are; for those who may make them"`
	Proved    *Backup      `json:"proved,omitempty" doc:"the last backup that was proved to come back"`
	Overdue   bool         `json:"overdue" doc:"the last proved backup is more than a week old, or there is none"`
	Since     when.Instant `json:"since" doc:"from when on changes are in no proved backup"`
	Schedule  Schedule     `json:"schedule"`
	May       May          `json:"may"`
}

// May tells what the caller may do.
type May struct {
	Create   bool `json:"create"`
	Prove    bool `json:"prove"`
	Schedule bool `json:"schedule"`
}

// proved tells whether the backup is known to come back.
func (b Backup) proved() bool { return b.Proof == Equal || b.Proof == Proving && b.ProofAt > 0 }

// surplus are the backups, given with the newest first, that are over the number to
// keep. The last proved one always stays.
func surplus(all []Backup, keep int) (over []Backup) {
	proved := false
	kept := 0
	for _, b := range all {
		last := !proved && b.proved()
		proved = proved || last
		if kept++; kept > keep && !last {
			over = append(over, b)
		}
	}
	return over
}
