package outage

import (
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = `org_id, id, outage_no, state, place_kind, place_id, place_no, place_name, node_id, area, unit_id, crew, cause, condition_id, cases, accounts, customers,
	tell_all, told_after, told, following, reported_at, dispatched_at, arrived_at, restored_at, ended_at, due_stage, due_at, late, urgency, version, created_at, updated_at`

func (o Outage) values() []any {
	return []any{o.OrgID, o.ID, o.OutageNo, o.State, o.PlaceKind, o.PlaceID, o.PlaceNo, o.PlaceName, o.NodeID, o.Area, o.UnitID, o.Crew, o.Cause, o.ConditionID, o.Cases, o.Accounts, o.Customers,
		o.TellAll, o.ToldAfter, o.Told, o.Following, o.ReportedAt, o.DispatchedAt, o.ArrivedAt, o.RestoredAt, o.EndedAt, o.DueStage, o.DueAt, o.Late, o.Urgency, o.Version, o.CreatedAt, o.UpdatedAt}
}

func insertOutage(tx *db.Tx, o Outage) error {
	values := o.values()
	marks := make([]string, len(values))
	for i := range values {
		marks[i] = fmt.Sprint("$", i+1)
	}
	_, err := tx.Exec("INSERT INTO outage ("+columns+") VALUES ("+strings.Join(marks, ", ")+")", values...)
	return err
}

// updateOutage saves what steps change.
func updateOutage(tx *db.Tx, o Outage, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE outage SET state = $1, place_kind = $2, place_id = $3, place_no = $4, place_name = $5, node_id = $6, area = $7, unit_id = $8, crew = $9, cause = $10, condition_id = $11,
		cases = $12, accounts = $13, customers = $14, tell_all = $15, following = $16, reported_at = $17, dispatched_at = $18, arrived_at = $19, restored_at = $20, ended_at = $21, due_stage = $22, due_at = $23,
		late = $24, urgency = $25, version = $26, updated_at = $27 WHERE org_id = $28 AND id = $29 AND version = $30`,
		o.State, o.PlaceKind, o.PlaceID, o.PlaceNo, o.PlaceName, o.NodeID, o.Area, o.UnitID, o.Crew, o.Cause, o.ConditionID, o.Cases, o.Accounts, o.Customers, o.TellAll, o.Following, o.ReportedAt, o.DispatchedAt,
		o.ArrivedAt, o.RestoredAt, o.EndedAt, o.DueStage, o.DueAt, o.Late, o.Urgency, o.Version, o.UpdatedAt, o.OrgID, o.ID, version)
}

// saveFollowed saves how far those behind an outage were told; the version stays, for
// nothing a person decides on has changed.
func saveFollowed(tx *db.Tx, o Outage) error {
	_, err := tx.Exec("UPDATE outage SET told_after = $1, told = $2, following = $3 WHERE org_id = $4 AND id = $5", o.ToldAfter, o.Told, o.Following, o.OrgID, o.ID)
	return err
}

func outageByID(tx *db.Tx, scope db.Scope, i id.ID) (o Outage, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM outage", "")
	return o, tx.Get(&o, text, args...)
}

// lockOutage reads an outage and keeps others from changing it until the transaction ends.
func lockOutage(tx *db.Tx, scope db.Scope, i id.ID) (o Outage, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM outage", tx.Dialect().ForUpdate())
	return o, tx.Get(&o, text, args...)
}

// listOutages reads a page after a spot, company by company.
func listOutages(tx *db.Tx, scope db.Scope, q *db.Query, sort Sort, after spot, begun bool, limit int) (rows []Outage, err error) {
	column, descending := sort.by()
	beyond, order := "("+column+", id) > (?, ?)", column+", id"
	if descending {
		beyond, order = "("+column+", id) < (?, ?)", column+" DESC, id DESC"
	}
	if begun {
		q.Where(beyond, after.Value, after.ID)
	}
	text, args := q.PerOrg(scope, "SELECT "+columns+" FROM outage", "org_id", order, limit)
	return rows, tx.Select(&rows, text, args...)
}

// mostOpen bounds the outages that are offered.
const mostOpen = 10

// openAt are the outages under way at some nodes, the newest first.
func openAt(tx *db.Tx, org id.ID, nodes []id.ID) (rows []Outage, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org).Where("ended_at = 0"), "node_id", nodes).Where("restored_at = 0").Text("SELECT "+columns+" FROM outage", "ORDER BY created_at DESC, id DESC LIMIT ?", mostOpen)
	return rows, tx.Select(&rows, text, args...)
}

// reportedBy is the outage that a case reports, if any.
func reportedBy(tx *db.Tx, org, caseID id.ID) (o Outage, found bool, err error) {
	found, err = tx.Find(&o, "SELECT "+columns+" FROM outage WHERE org_id = $1 AND id = (SELECT outage_id FROM outage_case WHERE org_id = $1 AND case_id = $2)", org, caseID)
	return o, found, err
}

func numbersOf(tx *db.Tx, scope db.Scope, ids []id.ID) (rows []Outage, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	text, args := db.In(new(db.Query).Scope("org_id", scope), "id", ids).Text("SELECT id, outage_no FROM outage", "")
	return rows, tx.Select(&rows, text, args...)
}

// takeNumber is the next number of a company's day.
func takeNumber(tx *db.Tx, org id.ID, day when.Day) (n int64, err error) {
	err = tx.Get(&n, `INSERT INTO outage_counter (org_id, day, next) VALUES ($1, $2, 2)
		ON CONFLICT (org_id, day) DO UPDATE SET next = outage_counter.next + 1 RETURNING next`, org, string(day))
	return n - 1, err
}

// insertCase puts down that a case reports an outage; added is false where it reports one
// already.
func insertCase(tx *db.Tx, o Outage, r feedback.FaultReport) (added bool, err error) {
	var made []id.ID
	err = tx.Select(&made, "INSERT INTO outage_case (org_id, outage_id, case_id, received_at, stage, problem) VALUES ($1, $2, $3, $4, 0, '') ON CONFLICT (org_id, case_id) DO NOTHING RETURNING case_id",
		o.OrgID, o.ID, r.ID, r.ReceivedAt)
	return len(made) > 0, err
}

func deleteCase(tx *db.Tx, o Outage, caseID id.ID) error {
	return tx.ExecOne(db.ErrNotFound, "DELETE FROM outage_case WHERE org_id = $1 AND outage_id = $2 AND case_id = $3", o.OrgID, o.ID, caseID)
}

func deleteCases(tx *db.Tx, o Outage) error {
	_, err := tx.Exec("DELETE FROM outage_case WHERE org_id = $1 AND outage_id = $2", o.OrgID, o.ID)
	return err
}

// firstReport is when the oldest of the cases came; 0 for none.
func firstReport(tx *db.Tx, o Outage) (at when.Instant, err error) {
	return at, tx.Get(&at, "SELECT coalesce(min(received_at), 0) FROM outage_case WHERE org_id = $1 AND outage_id = $2", o.OrgID, o.ID)
}

// casesBehind are cases that were not brought to a stage yet.
func casesBehind(tx *db.Tx, o Outage, stage, limit int) (ids []id.ID, err error) {
	return ids, tx.Select(&ids, "SELECT case_id FROM outage_case WHERE org_id = $1 AND outage_id = $2 AND stage < $3 ORDER BY stage, case_id LIMIT $4", o.OrgID, o.ID, stage, limit)
}

func setCase(tx *db.Tx, o Outage, caseID id.ID, stage int, problem string) error {
	_, err := tx.Exec("UPDATE outage_case SET stage = $1, problem = $2 WHERE org_id = $3 AND case_id = $4", stage, problem, o.OrgID, caseID)
	return err
}

// caseRow is a case that reports an outage.
type caseRow struct {
	CaseID  id.ID  `db:"case_id"`
	Problem string `db:"problem"`
}

// mostCases bounds the cases that are shown.
const mostCases = 200

func casesOf(tx *db.Tx, o Outage) (rows []caseRow, err error) {
	return rows, tx.Select(&rows, "SELECT case_id, problem FROM outage_case WHERE org_id = $1 AND outage_id = $2 ORDER BY received_at, case_id LIMIT $3", o.OrgID, o.ID, mostCases)
}

// notTold puts down who is told now, and gives those who were not told before. Who calls
// it holds the outage.
func notTold(tx *db.Tx, o Outage, customers []id.ID) (fresh []id.ID, err error) {
	if len(customers) == 0 {
		return nil, nil
	}
	var known []id.ID
	text, args := db.In(new(db.Query).Where("org_id = ?", o.OrgID).Where("outage_id = ?", o.ID), "customer_id", customers).Text("SELECT customer_id FROM outage_told", "")
	if err := tx.Select(&known, text, args...); err != nil {
		return nil, err
	}
	told := make(map[id.ID]bool, len(known))
	for _, k := range known {
		told[k] = true
	}
	for _, c := range customers {
		if !told[c] {
			fresh = append(fresh, c)
		}
	}
	return fresh, tx.Bulk(db.Bulk{Table: "outage_told", Columns: []string{"org_id", "outage_id", "customer_id"}, Len: len(fresh), Row: func(i int) []any { return []any{o.OrgID, o.ID, fresh[i]} }})
}

const eventColumns = "id, at, kind, state, actor_id, actor_name, params, body"

type eventRow struct {
	ID        id.ID        `db:"id"`
	At        when.Instant `db:"at"`
	Kind      string       `db:"kind"`
	State     State        `db:"state"`
	ActorID   id.ID        `db:"actor_id"`
	ActorName string       `db:"actor_name"`
	Params    string       `db:"params"`
	Sealed    []byte       `db:"body"`
}

func insertEvent(tx *db.Tx, o Outage, e eventRow) error {
	_, err := tx.Exec("INSERT INTO outage_event (org_id, outage_id, "+eventColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		o.OrgID, o.ID, e.ID, e.At, e.Kind, e.State, e.ActorID, e.ActorName, e.Params, e.Sealed)
	return err
}

// mostEvents bounds the steps that are shown.
const mostEvents = 200

func eventsOf(tx *db.Tx, o Outage) (rows []eventRow, err error) {
	return rows, tx.Select(&rows, "SELECT "+eventColumns+" FROM outage_event WHERE org_id = $1 AND outage_id = $2 ORDER BY at DESC, id DESC LIMIT $3", o.OrgID, o.ID, mostEvents)
}
