package customer

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// GiveTx gives the rows of a Follower's table, of org_id, id, customer_id and version,
// from one customer to another; undo is for GiveBackTx.
func GiveTx(tx *db.Tx, table string, org, from, to id.ID) (ids []id.ID, undo json.RawMessage, err error) {
	if err := tx.Select(&ids, "UPDATE "+table+" SET customer_id = $1, version = version + 1 WHERE org_id = $2 AND customer_id = $3 RETURNING id", to, org, from); err != nil {
		return nil, nil, err
	}
	if undo, err = json.Marshal(ids); err != nil {
		err = fmt.Errorf("customer: given rows: %w", err)
	}
	return ids, undo, err
}

// GiveBackTx gives them back, but those that went to another since.
func GiveBackTx(tx *db.Tx, table string, org, from, to id.ID, undo json.RawMessage) (ids []id.ID, err error) {
	if err := json.Unmarshal(undo, &ids); err != nil {
		return nil, fmt.Errorf("customer: given rows: %w", err)
	}
	for _, i := range ids {
		if _, err := tx.Exec("UPDATE "+table+" SET customer_id = $1, version = version + 1 WHERE org_id = $2 AND id = $3 AND customer_id = $4", from, org, i, to); err != nil {
			return nil, err
		}
	}
	return ids, nil
}
