package customer

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

type fieldRow struct {
	OrgID        id.ID        `db:"org_id"`
	ID           id.ID        `db:"id"`
	Code         string       `db:"code"`
	Body         string       `db:"body"`
	Confidential bool         `db:"confidential"`
	Active       bool         `db:"active"`
	Version      int64        `db:"version"`
	CreatedAt    when.Instant `db:"created_at"`
}

const fieldColumns = "org_id, id, code, body, confidential, active, version, created_at"

func fieldsOf(tx *db.Tx, org id.ID) ([]Field, error) {
	var rows []fieldRow
	if err := tx.Select(&rows, "SELECT "+fieldColumns+" FROM customer_field WHERE org_id = $1 ORDER BY created_at, id LIMIT $2", org, maxSettings); err != nil {
		return nil, err
	}
	fields := make([]Field, len(rows))
	for i, r := range rows {
		var err error
		if fields[i], err = r.field(); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

func (r fieldRow) field() (Field, error) {
	f := Field{ID: r.ID, OrgID: r.OrgID, Code: r.Code, Active: r.Active, Version: r.Version, CreatedAt: r.CreatedAt}
	return f, decode(r.Body, &f.FieldBody)
}

func fieldByID(tx *db.Tx, scope db.Scope, field id.ID) (Field, error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", field).Text("SELECT "+fieldColumns+" FROM customer_field", "")
	var r fieldRow
	if err := tx.Get(&r, text, args...); err != nil {
		return Field{}, err
	}
	return r.field()
}

func insertField(tx *db.Tx, f Field) error {
	body, err := json.Marshal(f.FieldBody)
	if err != nil {
		return fmt.Errorf("customer: field: %w", err)
	}
	_, err = tx.Exec("INSERT INTO customer_field ("+fieldColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		f.OrgID, f.ID, f.Code, string(body), f.Confidential, f.Active, f.Version, f.CreatedAt)
	return err
}

func updateField(tx *db.Tx, f Field, version int64) error {
	body, err := json.Marshal(f.FieldBody)
	if err != nil {
		return fmt.Errorf("customer: field: %w", err)
	}
	return tx.ExecOne(db.ErrStale, "UPDATE customer_field SET body = $1, active = $2, version = $3 WHERE org_id = $4 AND id = $5 AND version = $6",
		string(body), f.Active, f.Version, f.OrgID, f.ID, version)
}

const fieldValueColumns = "org_id, id, customer_id, origin_id, field_id, current, value, sealed, at, actor_id, actor_name"

type fieldValueRow struct {
	OrgID      id.ID        `db:"org_id"`
	ID         id.ID        `db:"id"`
	CustomerID id.ID        `db:"customer_id"`
	OriginID   id.ID        `db:"origin_id"`
	FieldID    id.ID        `db:"field_id"`
	Current    bool         `db:"current"`
	Value      string       `db:"value"`
	Sealed     []byte       `db:"sealed"`
	At         when.Instant `db:"at"`
	ActorID    id.ID        `db:"actor_id"`
	ActorName  string       `db:"actor_name"`
}

func (r fieldValueRow) values() []any {
	return []any{r.OrgID, r.ID, r.CustomerID, r.OriginID, r.FieldID, r.Current, r.Value, r.Sealed, int64(r.At), r.ActorID, r.ActorName}
}

func insertFieldValues(tx *db.Tx, rows []fieldValueRow) error {
	return tx.Bulk(db.Bulk{Table: "customer_field_value", Columns: strings.Split(fieldValueColumns, ", "), Len: len(rows),
		Row: func(i int) []any { return rows[i].values() }})
}

func (r fieldValueRow) place() (when.Instant, id.ID) { return r.At, r.ID }
func (r fieldValueRow) origin() id.ID                { return r.OriginID }

func currentValues(tx *db.Tx, o owner) (rows []fieldValueRow, err error) {
	text, args := partQuery(o).Where("current").Text("SELECT "+fieldValueColumns+" FROM customer_field_value", "ORDER BY field_id LIMIT ?", maxSettings)
	return rows, tx.Select(&rows, text, args...)
}

// replaceValues makes rows the current values in place of earlier ones.
func replaceValues(tx *db.Tx, o owner, rows []fieldValueRow) error {
	for _, r := range rows {
		if _, err := tx.Exec("UPDATE customer_field_value SET current = $1 WHERE org_id = $2 AND customer_id = $3 AND field_id = $4 AND current",
			false, o.OrgID, o.ID, r.FieldID); err != nil {
			return err
		}
	}
	return insertFieldValues(tx, rows)
}

// nextVersion counts a change of a part as one of the customer.
func nextVersion(tx *db.Tx, o owner) error {
	return tx.ExecOne(db.ErrStale, "UPDATE customer SET version = version + 1, updated_at = $1 WHERE org_id = $2 AND id = $3 AND version = $4",
		tx.Now(), o.OrgID, o.ID, o.Version)
}

// fieldCount is what reports know of a field.
type fieldCount struct {
	FieldID id.ID        `db:"field_id"`
	Kind    Kind         `db:"kind"` // of the customers whose values are counted
	N       int64        `db:"n"`
	Mean    when.Instant `db:"mean_at"`
	Oldest  when.Instant `db:"oldest_at"`
	Writers int64        `db:"writers"`
}

func byField(tx *db.Tx, query string, args ...any) (map[id.ID]fieldCount, error) {
	var rows []fieldCount
	err := tx.Select(&rows, query, args...)
	counts := make(map[id.ID]fieldCount, len(rows))
	for _, r := range rows {
		counts[r.FieldID] = r
	}
	return counts, err
}

// countFilled counts the current values of each field by the kind of customers.
func countFilled(tx *db.Tx, org id.ID) (map[id.ID][]fieldCount, error) {
	var rows []fieldCount
	err := tx.Select(&rows, `SELECT v.field_id, c.kind, count(*) AS n, CAST(avg(v.at) AS BIGINT) AS mean_at, min(v.at) AS oldest_at FROM customer_field_value v
		JOIN customer c ON c.org_id = v.org_id AND c.id = v.customer_id
		WHERE v.org_id = $1 AND v.current AND (v.value <> '' OR length(v.sealed) > 0) AND c.status <> 'merged'
		GROUP BY v.field_id, c.kind ORDER BY v.field_id, c.kind LIMIT 1000`, org)
	counts := map[id.ID][]fieldCount{}
	for _, r := range rows {
		counts[r.FieldID] = append(counts[r.FieldID], r)
	}
	return counts, err
}

func countChanges(tx *db.Tx, org id.ID, since when.Instant) (map[id.ID]fieldCount, error) {
	return byField(tx, `SELECT field_id, count(*) AS n, count(DISTINCT actor_id) AS writers FROM customer_field_value
		WHERE org_id = $1 AND at >= $2 GROUP BY field_id LIMIT 1000`, org, since)
}

func countShown(tx *db.Tx, org id.ID, since when.Month) (map[id.ID]fieldCount, error) {
	return byField(tx, `SELECT field_id, CAST(sum(shown) AS BIGINT) AS n FROM customer_field_use WHERE org_id = $1 AND month >= $2 GROUP BY field_id LIMIT 1000`, org, since)
}

func addShown(tx *db.Tx, org, field id.ID, month when.Month, n int64) error {
	_, err := tx.Exec(`INSERT INTO customer_field_use (org_id, field_id, month, shown) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, field_id, month) DO UPDATE SET shown = customer_field_use.shown + excluded.shown`, org, field, month, n)
	return err
}
