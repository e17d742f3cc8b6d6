package incident

import (
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const table = "incident"

const columns = `org_id, id, incident_no, grade, grade_rank, rule, state, case_id, case_no, customer_id, origin_id, unit_id, responsible_id, person_id, person_name, owner_id, owner_name,
	registrar_id, registrar_name, body, occurred_at, known_at, due_at, reported_at, late, measures, measures_done, measures_late, measure_due_at, ended_at, told, version, updated_at`

type row struct {
	Incident
	OriginID id.ID  `db:"origin_id"`
	Sealed   []byte `db:"body"`
}

func insertIncident(tx *db.Tx, r row) error {
	_, err := tx.Exec("INSERT INTO incident ("+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)`,
		r.OrgID, r.ID, r.IncidentNo, r.Grade, r.Rank, r.Rule, r.State, r.CaseID, r.CaseNo, r.CustomerID, r.OriginID, r.UnitID, r.ResponsibleID, r.PersonID, r.PersonName, r.OwnerID, r.OwnerName,
		r.RegistrarID, r.RegistrarName, r.Sealed, r.OccurredAt, r.KnownAt, r.DueAt, r.ReportedAt, r.Late, r.Measures, r.MeasuresDone, r.MeasuresLate, r.MeasureDueAt, r.EndedAt, r.Told, r.Version, r.UpdatedAt)
	return err
}

// updateIncident saves what steps change.
func updateIncident(tx *db.Tx, r row, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE incident SET grade = $1, grade_rank = $2, rule = $3, state = $4, origin_id = $5, responsible_id = $6, person_id = $7, person_name = $8, owner_id = $9, owner_name = $10,
		body = $11, due_at = $12, reported_at = $13, late = $14, measures = $15, measures_done = $16, measures_late = $17, measure_due_at = $18, ended_at = $19, version = $20, updated_at = $21
		WHERE org_id = $22 AND id = $23 AND version = $24`,
		r.Grade, r.Rank, r.Rule, r.State, r.OriginID, r.ResponsibleID, r.PersonID, r.PersonName, r.OwnerID, r.OwnerName,
		r.Sealed, r.DueAt, r.ReportedAt, r.Late, r.Measures, r.MeasuresDone, r.MeasuresLate, r.MeasureDueAt, r.EndedAt, r.Version, r.UpdatedAt, r.OrgID, r.ID, version)
}

func incidentByID(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM incident", "")
	return r, tx.Get(&r, text, args...)
}

// lockIncident reads an incident and keeps others from changing it until the transaction
// ends.
func lockIncident(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM incident", tx.Dialect().ForUpdate())
	return r, tx.Get(&r, text, args...)
}

// listIncidents reads a page after a spot, company by company.
func listIncidents(tx *db.Tx, scope db.Scope, q *db.Query, sort Sort, after spot, begun bool, limit int) (rows []row, err error) {
	column, descending := sort.by()
	beyond, order := "("+column+", id) > (?, ?)", column+", id"
	if descending {
		beyond, order = "("+column+", id) < (?, ?)", column+" DESC, id DESC"
	}
	if begun {
		q.Where(beyond, after.Value, after.ID)
	}
	text, args := q.PerOrg(scope, "SELECT "+columns+" FROM incident", "org_id", order, limit)
	return rows, tx.Select(&rows, text, args...)
}

// countMost bounds counting.
const countMost = 1000

func countIncidents(tx *db.Tx, scope db.Scope, q *db.Query) (n int64, err error) {
	if len(scope.Orgs()) == 0 {
		return 0, nil
	}
	text, args := q.Scope("org_id", scope).Text("SELECT 1 AS x FROM incident", "LIMIT ?", countMost)
	return n, tx.Get(&n, "SELECT count(*) FROM ("+text+") AS counted", args...)
}

// tally is how many incidents of a grade somebody is responsible for.
type tally struct {
	ID           id.ID  `db:"responsible"`
	Grade        string `db:"grade"`
	N            int64  `db:"n"`
	Open         int64  `db:"open_n"`
	Late         int64  `db:"late_n"`
	MeasuresLate int64  `db:"measures_n"`
}

// mostTallies bounds the groups of a figure.
const mostTallies = 5000

func tallyIncidents(tx *db.Tx, scope db.Scope, q *db.Query, by By) (rows []tally, err error) {
	if len(scope.Orgs()) == 0 {
		return nil, nil
	}
	column := map[By]string{ByUnit: "responsible_id", ByPerson: "person_id"}[by]
	head := fmt.Sprintf(`SELECT %s AS responsible, grade, count(*) AS n, CAST(sum(CASE WHEN state = 'closed' THEN 0 ELSE 1 END) AS BIGINT) AS open_n,
		CAST(sum(CASE WHEN late OR state = 'opened' AND due_at < %d THEN 1 ELSE 0 END) AS BIGINT) AS late_n, CAST(sum(measures_late
		+ (SELECT count(*) FROM incident_measure m WHERE m.org_id = incident.org_id AND m.incident_id = incident.id AND m.state = 'open' AND m.due_at < %d)) AS BIGINT) AS measures_n FROM incident`, column, tx.Now(), tx.Now())
	text, args := q.Scope("org_id", scope).Where("state <> ?", Dismissed).Text(head, "GROUP BY "+column+", grade ORDER BY "+column+", grade LIMIT ?", mostTallies)
	return rows, tx.Select(&rows, text, args...)
}

// unreported are incidents whose time to be reported is over and of which nobody higher was
// told, held against others who tell.
func unreported(tx *db.Tx, org id.ID, limit int) (rows []row, err error) {
	return rows, tx.Select(&rows, "SELECT "+columns+" FROM incident WHERE org_id = $1 AND state = 'opened' AND NOT told AND due_at < $2 ORDER BY due_at LIMIT $3"+tx.Dialect().ForUpdateSkipLocked(), org, tx.Now(), limit)
}

// setTold puts down that somebody higher was told; the version stays, for nothing a person
// decides on has changed.
func setTold(tx *db.Tx, n Incident) error {
	_, err := tx.Exec("UPDATE incident SET told = $1 WHERE org_id = $2 AND id = $3", true, n.OrgID, n.ID)
	return err
}

func followCase(tx *db.Tx, org, caseID, customer id.ID) error {
	_, err := tx.Exec("UPDATE incident SET customer_id = $1, version = version + 1 WHERE org_id = $2 AND case_id = $3", customer, org, caseID)
	return err
}

// incidentsOf are those about some of a company's customers, the oldest first.
func incidentsOf(tx *db.Tx, org id.ID, customers []id.ID) (rows []row, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "customer_id", customers).Text("SELECT "+columns+" FROM incident", "ORDER BY known_at, id LIMIT 2000")
	return rows, tx.Select(&rows, text, args...)
}

// eraseIncident empties an incident of all that was written.
func eraseIncident(tx *db.Tx, org, i id.ID) error {
	if _, err := tx.Exec("UPDATE incident SET body = $1, version = version + 1 WHERE org_id = $2 AND id = $3", []byte{}, org, i); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE incident_measure SET body = $1 WHERE org_id = $2 AND incident_id = $3", []byte{}, org, i); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE incident_event SET body = $1 WHERE org_id = $2 AND incident_id = $3", []byte{}, org, i)
	return err
}

// numbersOf gives the numbers of incidents.
func numbersOf(tx *db.Tx, scope db.Scope, ids []id.ID) (rows []Incident, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	text, args := db.In(new(db.Query).Scope("org_id", scope), "id", ids).Text("SELECT id, incident_no FROM incident", "")
	return rows, tx.Select(&rows, text, args...)
}
