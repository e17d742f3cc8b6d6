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
		fields[i] = Field{ID: r.ID, OrgID: r.OrgID, Code: r.Code, Active: r.Active, Version: r.Version, CreatedAt: r.CreatedAt}
		if err := json.Unmarshal([]byte(r.Body), &fields[i].FieldBody); err != nil {
			return nil, fmt.Errorf("customer: field %s: %w", r.Code, err)
		}
	}
	return fields, nil
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
