package privacy

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const requestColumns = "org_id, id, request_no, customer_id, origin_id, kind, channel, state, proof, refusal, body, due_rule, due_at, due_calendar, change_id, handler_id, handler_name, " +
	"verified_at, verified_name, closed_at, closed_name, created_name, created_at, updated_at, version"

type requestRow struct {
	Request
	OriginID id.ID  `db:"origin_id"`
	Body     []byte `db:"body"`
}

// takeNumber is the next number of a company's register.
func takeNumber(tx *db.Tx, org id.ID) (n int64, err error) {
	err = tx.Get(&n, `INSERT INTO privacy_counter (org_id, next) VALUES ($1, 2)
		ON CONFLICT (org_id) DO UPDATE SET next = privacy_counter.next + 1 RETURNING next`, org)
	return n - 1, err
}

func insertRequest(tx *db.Tx, r requestRow) error {
	_, err := tx.Exec("INSERT INTO privacy_request ("+requestColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)",
		r.OrgID, r.ID, r.RequestNo, r.CustomerID, r.OriginID, r.Kind, r.Channel, r.State, r.Proof, r.Refusal, r.Body, r.DueRule, r.DueAt, r.DueCalendar, r.ChangeID, r.HandlerID, r.HandlerName,
		r.VerifiedAt, r.VerifiedName, r.ClosedAt, r.ClosedName, r.CreatedName, r.CreatedAt, r.UpdatedAt, r.Version)
	return err
}

func requestByID(tx *db.Tx, scope db.Scope, i id.ID) (r requestRow, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+requestColumns+" FROM privacy_request", "")
	return r, tx.Get(&r, text, args...)
}

func updateRequest(tx *db.Tx, r requestRow, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE privacy_request SET state = $1, proof = $2, refusal = $3, body = $4, change_id = $5, verified_at = $6, verified_name = $7,
		closed_at = $8, closed_name = $9, updated_at = $10, version = $11 WHERE org_id = $12 AND id = $13 AND version = $14`,
		r.State, r.Proof, r.Refusal, r.Body, r.ChangeID, r.VerifiedAt, r.VerifiedName, r.ClosedAt, r.ClosedName, r.UpdatedAt, r.Version, r.OrgID, r.ID, version)
}

func requestsOf(tx *db.Tx, scope db.Scope, in ListInput, at when.Instant, last id.ID, limit int) (rows []requestRow, err error) {
	q := new(db.Query)
	if !last.IsZero() {
		q.Where("(created_at, id) < (?, ?)", at, last)
	}
	if in.State != "" {
		q.Where("state = ?", in.State)
	}
	if in.Kind != "" {
		q.Where("kind = ?", in.Kind)
	}
	if !in.CustomerID.IsZero() {
		q.Where("customer_id = ?", in.CustomerID)
	}
	if in.Overdue {
		q.Where("closed_at = 0").Where("due_at <> 0").Where("due_at < ?", tx.Now())
	}
	if len(scope.Orgs()) == 0 {
		return nil, nil
	}
	text, args := q.PerOrg(scope, "SELECT "+requestColumns+" FROM privacy_request", "org_id", "created_at DESC, id DESC", limit)
	return rows, tx.Select(&rows, text, args...)
}

// openRequests lists requests that are not closed, by identifier.
func openRequests(tx *db.Tx, org, after id.ID, limit int) (rows []requestRow, err error) {
	q := new(db.Query).Where("org_id = ?", org).Where("closed_at = 0")
	if !after.IsZero() {
		q.Where("id > ?", after)
	}
	text, args := q.Text("SELECT "+requestColumns+" FROM privacy_request", "ORDER BY id LIMIT ?", limit)
	return rows, tx.Select(&rows, text, args...)
}

func countWaiting(tx *db.Tx, org id.ID) (n int64, err error) {
	return n, tx.Get(&n, "SELECT count(*) FROM privacy_request WHERE org_id = $1 AND closed_at = 0 AND due_at = 0", org)
}

func setDue(tx *db.Tx, r Request) error {
	_, err := tx.Exec("UPDATE privacy_request SET due_at = $1, due_calendar = $2, updated_at = $3, version = version + 1 WHERE org_id = $4 AND id = $5", r.DueAt, r.DueCalendar, tx.Now(), r.OrgID, r.ID)
	return err
}

func requestsOfPerson(tx *db.Tx, p Person) (rows []requestRow, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", p.OrgID), "customer_id", p.IDs).Text("SELECT "+requestColumns+" FROM privacy_request", "ORDER BY created_at, id")
	return rows, tx.Select(&rows, text, args...)
}

// countOf counts the rows of a table about a person.
func countOf(tx *db.Tx, table string, p Person) (n int64, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", p.OrgID), "customer_id", p.IDs).Text("SELECT count(*) FROM "+table, "")
	return n, tx.Get(&n, text, args...)
}

// eraseSaid destroys what was said in requests of a customer.
func eraseSaid(tx *db.Tx, org, customer id.ID) error {
	_, err := tx.Exec("UPDATE privacy_request SET body = $1 WHERE org_id = $2 AND customer_id = $3", []byte{}, org, customer)
	return err
}

// giveRows moves what is kept of a customer to another and tells which rows.
func giveRows(tx *db.Tx, table string, org, from, to id.ID) (ids []id.ID, err error) {
	return ids, tx.Select(&ids, "UPDATE "+table+" SET customer_id = $1 WHERE org_id = $2 AND customer_id = $3 RETURNING id", to, org, from)
}

func giveRowsBack(tx *db.Tx, table string, org, from id.ID, ids []id.ID) error {
	for _, i := range ids {
		if _, err := tx.Exec("UPDATE "+table+" SET customer_id = $1 WHERE org_id = $2 AND id = $3", from, org, i); err != nil {
			return err
		}
	}
	return nil
}
