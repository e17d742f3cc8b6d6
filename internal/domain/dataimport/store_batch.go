package dataimport

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The phases problems belong to.
const (
	phaseCheck  = "check"
	phaseRun    = "run"
	phaseRevert = "revert"
)

func problemPlace(i id.ID, phase string, first int64) crypt.Place {
	return crypt.Place{Table: "data_import_problem", Column: fmt.Sprint(phase, " ", first), ID: i}
}

func clearProblems(tx *db.Tx, i Import, phase string) error {
	_, err := tx.Exec("DELETE FROM data_import_problem WHERE org_id = $1 AND import_id = $2 AND phase = $3", i.OrgID, i.ID, phase)
	return err
}

// insertProblems keeps the problems of the batch that begins at a row.
func insertProblems(tx *db.Tx, own *crypt.Subject, i Import, phase string, first int64, problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	raw, err := json.Marshal(problems)
	if err != nil {
		return fmt.Errorf("dataimport: %w", err)
	}
	_, err = tx.Exec("INSERT INTO data_import_problem (org_id, import_id, phase, first_row, content) VALUES ($1, $2, $3, $4, $5)",
		i.OrgID, i.ID, phase, first, own.SealBytes(problemPlace(i.ID, phase, first), raw))
	return err
}

type problemRow struct {
	FirstRow int64  `db:"first_row"`
	Content  []byte `db:"content"`
}

func (r problemRow) open(own *crypt.Subject, i Import, phase string) (problems []Problem, err error) {
	raw, err := own.OpenBytes(problemPlace(i.ID, phase, r.FirstRow), r.Content)
	if err != nil {
		return nil, err
	}
	return problems, json.Unmarshal(raw, &problems)
}

// insertCreated keeps what a batch made.
func insertCreated(tx *db.Tx, i Import, first int64, customers, accounts []id.ID) error {
	if len(customers)+len(accounts) == 0 {
		return nil
	}
	_, err := tx.Exec("INSERT INTO data_import_created (org_id, import_id, first_row, customers, accounts) VALUES ($1, $2, $3, $4, $5)",
		i.OrgID, i.ID, first, packIDs(customers), packIDs(accounts))
	return err
}

func packIDs(ids []id.ID) []byte {
	b := make([]byte, 0, 16*len(ids))
	for _, i := range ids {
		b = append(b, i[:]...)
	}
	return b
}

func unpackIDs(b []byte) []id.ID {
	ids := make([]id.ID, len(b)/16)
	for i := range ids {
		copy(ids[i][:], b[16*i:])
	}
	return ids
}

type createdRow struct {
	FirstRow  int64  `db:"first_row"`
	Customers []byte `db:"customers"`
	Accounts  []byte `db:"accounts"`
}

// lastCreated reads what the last batch made that was not taken back yet.
func lastCreated(tx *db.Tx, i Import) (r createdRow, found bool, err error) {
	found, err = tx.Find(&r, `SELECT first_row, customers, accounts FROM data_import_created WHERE org_id = $1 AND import_id = $2
		ORDER BY first_row DESC LIMIT 1`, i.OrgID, i.ID)
	return r, found, err
}

func removeCreated(tx *db.Tx, i Import, first int64) error {
	_, err := tx.Exec("DELETE FROM data_import_created WHERE org_id = $1 AND import_id = $2 AND first_row = $3", i.OrgID, i.ID, first)
	return err
}

func changedPlace(object string, i id.ID) crypt.Place {
	return crypt.Place{Table: "data_import_changed", Column: object, ID: i}
}

// putChanged keeps what changed records were. A record changed twice by one
// import was what it was before the first change.
func putChanged(tx *db.Tx, own *crypt.Subject, i Import, changed []changedRow) error {
	for _, c := range changed {
		_, err := tx.Exec(`INSERT INTO data_import_changed (org_id, import_id, object, object_id, version, before) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (org_id, import_id, object, object_id) DO UPDATE SET version = excluded.version`,
			i.OrgID, i.ID, c.object, c.id, c.version, own.SealBytes(changedPlace(c.object, c.id), c.before))
		if err != nil {
			return err
		}
	}
	return nil
}

type changedRecord struct {
	Object   string `db:"object"`
	ObjectID id.ID  `db:"object_id"`
	Version  int64  `db:"version"`
	Before   []byte `db:"before"`
}

// someChanged reads changed records that were not taken back yet.
func someChanged(tx *db.Tx, own *crypt.Subject, i Import, limit int) (list []changedRecord, err error) {
	if err = tx.Select(&list, `SELECT object, object_id, version, before FROM data_import_changed WHERE org_id = $1 AND import_id = $2
		ORDER BY object, object_id LIMIT $3`, i.OrgID, i.ID, limit); err != nil {
		return nil, err
	}
	for n, c := range list {
		if list[n].Before, err = own.OpenBytes(changedPlace(c.Object, c.ObjectID), c.Before); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func removeChanged(tx *db.Tx, i Import, c changedRecord) error {
	_, err := tx.Exec("DELETE FROM data_import_changed WHERE org_id = $1 AND import_id = $2 AND object = $3 AND object_id = $4", i.OrgID, i.ID, c.Object, c.ObjectID)
	return err
}

// leftToRevert counts what is to be taken back: batches and changed records.
func leftToRevert(tx *db.Tx, i Import) (n int64, err error) {
	var batches, changed int64
	if err = tx.Get(&batches, "SELECT count(*) FROM data_import_created WHERE org_id = $1 AND import_id = $2", i.OrgID, i.ID); err != nil {
		return 0, err
	}
	err = tx.Get(&changed, "SELECT count(*) FROM data_import_changed WHERE org_id = $1 AND import_id = $2", i.OrgID, i.ID)
	return batches + changed, err
}

// eachProblems runs through the problems of a phase in the order of the file.
func eachProblems(tx *db.Tx, own *crypt.Subject, i Import, phase string, fn func([]Problem) error) error {
	return db.Each(tx, func(r problemRow) error {
		problems, err := r.open(own, i, phase)
		if err != nil {
			return err
		}
		return fn(problems)
	}, "SELECT first_row, content FROM data_import_problem WHERE org_id = $1 AND import_id = $2 AND phase = $3 ORDER BY first_row", i.OrgID, i.ID, phase)
}
