package promise

import (
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = `org_id, id, promise_no, type, unit, value, rule, above, state, customer_id, origin_id, source_type, source_id, source_no, unit_id, owner_id, owner_name, maker_id, maker_name,
	approver_name, body, made_at, counts_at, due_state, due_at, calendar, ended_at, told, tell_at, version, updated_at`

type row struct {
	Promise
	OriginID id.ID  `db:"origin_id"`
	Sealed   []byte `db:"body"`
}

func insertPromise(tx *db.Tx, r row) error {
	_, err := tx.Exec("INSERT INTO promise ("+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)`,
		r.OrgID, r.ID, r.PromiseNo, r.Type, r.Unit, r.Value, r.Rule, r.Above, r.State, r.CustomerID, r.OriginID, r.SourceType, r.SourceID, r.SourceNo, r.UnitID, r.OwnerID, r.OwnerName, r.MakerID, r.MakerName,
		r.ApproverName, r.Sealed, r.MadeAt, r.CountsAt, r.DueState, r.DueAt, r.Calendar, r.EndedAt, r.Told, r.TellAt, r.Version, r.UpdatedAt)
	return err
}

// updatePromise saves what steps change.
func updatePromise(tx *db.Tx, p Promise, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE promise SET state = $1, unit_id = $2, owner_id = $3, owner_name = $4, approver_name = $5, counts_at = $6, due_state = $7, due_at = $8, calendar = $9, ended_at = $10,
		told = $11, tell_at = $12, version = $13, updated_at = $14 WHERE org_id = $15 AND id = $16 AND version = $17`,
		p.State, p.UnitID, p.OwnerID, p.OwnerName, p.ApproverName, p.CountsAt, p.DueState, p.DueAt, p.Calendar, p.EndedAt, p.Told, p.TellAt, p.Version, p.UpdatedAt, p.OrgID, p.ID, version)
}

func promiseByID(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM promise", "")
	return r, tx.Get(&r, text, args...)
}

// lockPromise reads a promise and keeps others from changing it until the transaction
// ends.
func lockPromise(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM promise", tx.Dialect().ForUpdate())
	return r, tx.Get(&r, text, args...)
}

// listPromises reads a page after a spot, company by company.
func listPromises(tx *db.Tx, scope db.Scope, q *db.Query, sort Sort, after spot, begun bool, limit int) (rows []row, err error) {
	column, descending := sort.by()
	beyond, order := "("+column+", id) > (?, ?)", column+", id"
	if descending {
		beyond, order = "("+column+", id) < (?, ?)", column+" DESC, id DESC"
	}
	if begun {
		q.Where(beyond, after.Value, after.ID)
	}
	text, args := q.PerOrg(scope, "SELECT "+columns+" FROM promise", "org_id", order, limit)
	return rows, tx.Select(&rows, text, args...)
}

// countMost bounds counting.
const countMost = 1000

func countPromises(tx *db.Tx, scope db.Scope, q *db.Query) (n int64, err error) {
	if len(scope.Orgs()) == 0 {
		return 0, nil
	}
	text, args := q.Scope("org_id", scope).Text("SELECT 1 AS x FROM promise", "LIMIT ?", countMost)
	return n, tx.Get(&n, "SELECT count(*) FROM ("+text+") AS counted", args...)
}

// tallies are the columns figures are grouped by.
var tallies = map[By]string{ByType: "type", ByUnit: "unit_id", ByPerson: "owner_id"}

// tally is how many promises of a group stand in a state.
type tally struct {
	Type    string `db:"type"`
	UnitID  id.ID  `db:"unit_id"`
	OwnerID id.ID  `db:"owner_id"`
	State   State  `db:"state"`
	N       int64  `db:"n"`
	Overdue int64  `db:"overdue"`
}

// mostTallies bounds the groups of a figure.
const mostTallies = 5000

func tallyPromises(tx *db.Tx, scope db.Scope, q *db.Query, by By) (rows []tally, err error) {
	if len(scope.Orgs()) == 0 {
		return nil, nil
	}
	column := tallies[by]
	overdue := fmt.Sprintf("CAST(sum(CASE WHEN state = 'open' AND due_at < %d THEN 1 ELSE 0 END) AS BIGINT) AS overdue", tx.Now())
	text, args := q.Scope("org_id", scope).Text("SELECT "+column+", state, count(*) AS n, "+overdue+" FROM promise", "GROUP BY "+column+", state ORDER BY "+column+", state LIMIT ?", mostTallies)
	return rows, tx.Select(&rows, text, args...)
}

const eventColumns = "id, at, kind, state, actor_id, actor_name, owner_name, origin_id, body"

type eventRow struct {
	Event
	OriginID id.ID  `db:"origin_id"`
	Sealed   []byte `db:"body"`
}

func insertEvent(tx *db.Tx, p Promise, e eventRow) error {
	_, err := tx.Exec("INSERT INTO promise_event (org_id, promise_id, "+eventColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		p.OrgID, p.ID, e.ID, e.At, e.Kind, e.State, e.ActorID, e.ActorName, e.OwnerName, e.OriginID, e.Sealed)
	return err
}

// mostEvents bounds the steps that are shown.
const mostEvents = 200

func eventsOf(tx *db.Tx, org, i id.ID) (rows []eventRow, err error) {
	return rows, tx.Select(&rows, "SELECT "+eventColumns+" FROM promise_event WHERE org_id = $1 AND promise_id = $2 ORDER BY at DESC, id DESC LIMIT $3", org, i, mostEvents)
}

// tellDue are open promises of which somebody is to be told, held against others who tell.
func tellDue(tx *db.Tx, org id.ID, limit int) (rows []row, err error) {
	return rows, tx.Select(&rows, "SELECT "+columns+" FROM promise WHERE org_id = $1 AND state = 'open' AND tell_at <= $2 ORDER BY tell_at LIMIT $3"+tx.Dialect().ForUpdateSkipLocked(), org, tx.Now(), limit)
}

// setTold puts down what was told; the version stays, for nothing a person decides on
// has changed.
func setTold(tx *db.Tx, p Promise) error {
	_, err := tx.Exec("UPDATE promise SET told = $1, tell_at = $2 WHERE org_id = $3 AND id = $4", p.Told, p.TellAt, p.OrgID, p.ID)
	return err
}

// openPromises lists open promises by identifier.
func openPromises(tx *db.Tx, org, after id.ID, limit int) (rows []row, err error) {
	q := new(db.Query).Where("org_id = ?", org).Where("state = 'open'")
	if !after.IsZero() {
		q.Where("id > ?", after)
	}
	text, args := q.Text("SELECT "+columns+" FROM promise", "ORDER BY id LIMIT ?", limit)
	return rows, tx.Select(&rows, text, args...)
}

func countWaiting(tx *db.Tx, org id.ID) (n int64, err error) {
	return n, tx.Get(&n, "SELECT count(*) FROM promise WHERE org_id = $1 AND state = 'open' AND due_state = $2", org, when.CalendarMissing)
}

func followCase(tx *db.Tx, org, caseID, customer id.ID) error {
	_, err := tx.Exec("UPDATE promise SET customer_id = $1, version = version + 1 WHERE org_id = $2 AND source_id = $3 AND source_type = $4", customer, org, caseID, OfCase)
	return err
}

// promisesTo are those made to some of a company's customers, the oldest first.
func promisesTo(tx *db.Tx, org id.ID, customers []id.ID) (rows []row, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "customer_id", customers).Text("SELECT "+columns+" FROM promise", "ORDER BY made_at, id LIMIT 2000")
	return rows, tx.Select(&rows, text, args...)
}

// erasePromise empties a promise of what was said.
func erasePromise(tx *db.Tx, org, i id.ID) error {
	if _, err := tx.Exec("UPDATE promise SET body = $1, version = version + 1 WHERE org_id = $2 AND id = $3", []byte{}, org, i); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE promise_event SET body = $1 WHERE org_id = $2 AND promise_id = $3", []byte{}, org, i)
	return err
}

// numbersOf gives the numbers of promises.
func numbersOf(tx *db.Tx, scope db.Scope, ids []id.ID) (rows []Promise, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	text, args := db.In(new(db.Query).Scope("org_id", scope), "id", ids).Text("SELECT id, promise_no FROM promise", "")
	return rows, tx.Select(&rows, text, args...)
}
