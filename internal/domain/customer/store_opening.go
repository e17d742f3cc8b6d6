package customer

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const openingColumns = "org_id, user_id, customer_id, basis_type, basis_id, basis_no, sensitive, fields, from_at, until_at, known_at"

// maxOpened bounds the customers that are open for one user.
const maxOpened = 5000

func openingsOf(tx *db.Tx, scope db.Scope, users []id.ID, now when.Instant) (all []Opening, err error) {
	text, args := db.In(new(db.Query).Scope("org_id", scope), "user_id", users).Where("until_at > ?", now).
		Text("SELECT "+openingColumns+" FROM customer_opening", "ORDER BY org_id, basis_id, customer_id LIMIT ?", maxOpened)
	return all, tx.Select(&all, text, args...)
}

func insertOpenings(tx *db.Tx, all []Opening) error {
	return tx.Bulk(db.Bulk{Table: "customer_opening", Len: len(all), Columns: strings.Split(openingColumns, ", "), Row: func(i int) []any {
		o := all[i]
		return []any{o.OrgID, o.UserID, o.CustomerID, o.Type, o.ID, o.No, o.Sensitive, o.Fields, o.FromAt, o.UntilAt, o.KnownAt}
	}})
}

func deleteOpenings(tx *db.Tx, org id.ID, b Basis) error {
	_, err := tx.Exec("DELETE FROM customer_opening WHERE org_id = $1 AND basis_id = $2", org, b.ID)
	return err
}

func deleteCaseOpenings(tx *db.Tx, org id.ID) error {
	_, err := tx.Exec("DELETE FROM customer_opening WHERE org_id = $1 AND basis_type = 'case'", org)
	return err
}

func updateCaseOpenings(tx *db.Tx, org id.ID, fields FieldList) error {
	_, err := tx.Exec("UPDATE customer_opening SET fields = $1 WHERE org_id = $2 AND basis_type = 'case'", fields, org)
	return err
}

func moveOpenings(tx *db.Tx, org id.ID, b Basis, customer id.ID) error {
	_, err := tx.Exec("UPDATE customer_opening SET customer_id = $1 WHERE org_id = $2 AND basis_id = $3", customer, org, b.ID)
	return err
}

const lookColumns = "org_id, id, basis_id, customer_id, user_id, at, action, fields"

type lookRow struct {
	OrgID      id.ID        `db:"org_id"`
	ID         id.ID        `db:"id"`
	BasisID    id.ID        `db:"basis_id"`
	CustomerID id.ID        `db:"customer_id"`
	UserID     id.ID        `db:"user_id"`
	At         when.Instant `db:"at"`
	Action     string       `db:"action"`
	Fields     string       `db:"fields"`
}

func (r lookRow) place() (when.Instant, id.ID) { return r.At, r.ID }

// look is the row with its customer among those shown.
func (r lookRow) look(refs []Ref) Look {
	ref, _ := find(refs, func(c Ref) bool { return c.ID == r.CustomerID })
	return Look{At: r.At, UserID: r.UserID, Customer: ref, Action: r.Action, Fields: strings.Split(r.Fields, ",")}
}

func insertLook(tx *db.Tx, r lookRow) error {
	return tx.ExecLater("INSERT INTO customer_look ("+lookColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		r.OrgID, r.ID, r.BasisID, r.CustomerID, r.UserID, r.At, r.Action, r.Fields)
}
