package privacy

import (
	"database/sql/driver"
	"encoding/json"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// idList is identifiers as JSON.
type idList []id.ID

// Scan implements sql.Scanner.
func (l *idList) Scan(src any) error { return scanJSON(src, l) }

// Value implements driver.Valuer.
func (l idList) Value() (driver.Value, error) { return jsonValue([]id.ID(l)) }

// Scan implements sql.Scanner.
func (r *PreviewRows) Scan(src any) error { return scanJSON(src, r) }

// Value implements driver.Valuer; words and laws are put in where it is read.
func (r PreviewRows) Value() (driver.Value, error) {
	bare := make([]PreviewRow, len(r))
	for i, row := range r {
		bare[i] = PreviewRow{Kind: row.Kind, N: row.N, Fate: row.Fate}
	}
	return jsonValue(bare)
}

func jsonValue(v any) (driver.Value, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}

const erasureColumns = "org_id, id, request_id, customer_id, state, customers, preview, files, proposed_by, proposed_name, proposed_at, decided_by, decided_name, decided_at, done_at, version"

type erasureRow struct {
	Erasure
	OrgID      id.ID  `db:"org_id"`
	RequestID  id.ID  `db:"request_id"`
	CustomerID id.ID  `db:"customer_id"`
	Customers  idList `db:"customers"`
	Files      idList `db:"files"`
	DecidedBy  id.ID  `db:"decided_by"`
	Version    int64  `db:"version"`
}

func insertErasure(tx *db.Tx, e erasureRow) error {
	_, err := tx.Exec("INSERT INTO privacy_erasure ("+erasureColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)",
		e.OrgID, e.ID, e.RequestID, e.CustomerID, e.State, e.Customers, e.Preview, e.Files, e.ProposedBy, e.ProposedName, e.ProposedAt, e.DecidedBy, e.DecidedName, e.DecidedAt, e.DoneAt)
	return err
}

func updateErasure(tx *db.Tx, e erasureRow) error {
	return tx.ExecOne(db.ErrStale, `UPDATE privacy_erasure SET state = $1, customers = $2, files = $3, decided_by = $4, decided_name = $5, decided_at = $6, done_at = $7, version = version + 1
		WHERE org_id = $8 AND id = $9 AND version = $10`, e.State, e.Customers, e.Files, e.DecidedBy, e.DecidedName, e.DecidedAt, e.DoneAt, e.OrgID, e.ID, e.Version)
}

func erasureByID(tx *db.Tx, org, i id.ID) (e erasureRow, err error) {
	return e, tx.Get(&e, "SELECT "+erasureColumns+" FROM privacy_erasure WHERE org_id = $1 AND id = $2", org, i)
}

// openErasure is the proposal of a request. Error: db.ErrNotFound.
func openErasure(tx *db.Tx, org, request id.ID) (e erasureRow, err error) {
	return e, tx.Get(&e, "SELECT "+erasureColumns+" FROM privacy_erasure WHERE org_id = $1 AND request_id = $2 AND state = 'proposed'", org, request)
}

// lastErasure is the newest of a request, or nil.
func lastErasure(tx *db.Tx, org, request id.ID) (*Erasure, error) {
	var e erasureRow
	found, err := tx.Find(&e, "SELECT "+erasureColumns+" FROM privacy_erasure WHERE org_id = $1 AND request_id = $2 ORDER BY proposed_at DESC, id DESC LIMIT 1", org, request)
	if err != nil || !found {
		return nil, err
	}
	return &e.Erasure, nil
}

func insertErased(tx *db.Tx, org, customer id.ID) error {
	_, err := tx.Exec("INSERT INTO privacy_erased (org_id, customer_id, at) VALUES ($1, $2, $3) ON CONFLICT (org_id, customer_id) DO NOTHING", org, customer, tx.Now())
	return err
}

func isErased(tx *db.Tx, org, customer id.ID) (bool, error) {
	var one int64
	return tx.Find(&one, "SELECT at FROM privacy_erased WHERE org_id = $1 AND customer_id = $2", org, customer)
}

func allErased(tx *db.Tx) (all []erased, err error) {
	return all, tx.Select(&all, "SELECT org_id, customer_id, at FROM privacy_erased ORDER BY org_id, customer_id")
}

// pastTables are those whose dead rows would still tell of a person.
var pastTables = []string{"customer", "account", "search_doc", "customer_event", "customer_field_value", "premise"}
