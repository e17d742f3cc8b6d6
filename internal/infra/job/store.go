package job

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = `id, org_id, kind, state, args, checkpoint, result, error, progress, total, note, attempt, max_attempts,
	run_at, lease_until, cancel, created_by, created_at, finished_at`

func insertJob(tx *db.Tx, j Job) error {
	_, err := tx.Exec(`INSERT INTO job (`+columns+`) VALUES ($1, $2, $3, $4, $5, '', '', '', 0, 0, '', 0, $6, $7, 0, $8, $9, $10, 0)`,
		j.ID, j.OrgID, j.Kind, j.State, j.Args, j.MaxAttempts, j.RunAt, false, j.CreatedBy, j.CreatedAt)
	return err
}

// isDue is a job that is due, or whose process has died.
const isDue = ` WHERE state IN ('queued', 'running') AND run_at <= $1 AND lease_until <= $1`

// dueJobs finds one job that is due.
func dueJobs(tx *db.Tx) (due []Job, err error) {
	err = tx.Select(&due, `SELECT `+columns+` FROM job`+isDue+` ORDER BY run_at, org_id, id LIMIT 1`+tx.Dialect().ForUpdateSkipLocked(), tx.Now())
	return due, err
}

// dueJob finds the job when it is due.
func dueJob(tx *db.Tx, org, i id.ID) (due []Job, err error) {
	err = tx.Select(&due, `SELECT `+columns+` FROM job`+isDue+` AND org_id = $2 AND id = $3`+tx.Dialect().ForUpdateSkipLocked(), tx.Now(), org, i)
	return due, err
}

func claimJob(tx *db.Tx, j Job) error {
	_, err := tx.Exec(`UPDATE job SET state = $1, attempt = $2, lease_until = $3 WHERE org_id = $4 AND id = $5`,
		j.State, j.Attempt, j.LeaseUntil, j.OrgID, j.ID)
	return err
}

// ours restricts to the attempt that is running in this process.
const ours = ` WHERE org_id = $1 AND id = $2 AND state = 'running' AND attempt = $3`

func stepJob(tx *db.Tx, j Job, s Step, checkpoint string) error {
	return tx.ExecOne(ErrCancelled, `UPDATE job SET progress = $4, total = $5, note = $6, checkpoint = $7, lease_until = $8`+ours+` AND cancel = $9`,
		j.OrgID, j.ID, j.Attempt, s.Progress, s.Total, s.Note, checkpoint, tx.Now().Add(lease), false)
}

func resultJob(tx *db.Tx, j Job, result string) error {
	return tx.ExecOne(ErrCancelled, `UPDATE job SET result = $4`+ours, j.OrgID, j.ID, j.Attempt, result)
}

func renewJob(tx *db.Tx, j Job) error {
	return tx.ExecOne(ErrCancelled, `UPDATE job SET lease_until = $4`+ours+` AND cancel = $5`, j.OrgID, j.ID, j.Attempt, tx.Now().Add(lease), false)
}

// endJob writes the end of an attempt; nothing when the job is no longer this
// process's.
func endJob(tx *db.Tx, attempt int, end Job) error {
	_, err := tx.Exec(`UPDATE job SET state = $4, error = $5, run_at = $6, finished_at = $7, attempt = $8, lease_until = 0`+ours,
		end.OrgID, end.ID, attempt, end.State, end.Error, end.RunAt, end.FinishedAt, end.Attempt)
	return err
}

func jobByID(tx *db.Tx, scope db.Scope, i id.ID) (j Job, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM job", "")
	return j, tx.Get(&j, text, args...)
}

func cancelJob(tx *db.Tx, j Job) error {
	return tx.ExecOne(ErrEnded, `UPDATE job SET cancel = $1,
		state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END,
		finished_at = CASE state WHEN 'queued' THEN $2 ELSE finished_at END
		WHERE org_id = $3 AND id = $4 AND state IN ('queued', 'running')`, true, tx.Now(), j.OrgID, j.ID)
}
