package customer

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// baseColumns are those of a list, columns those of a whole customer.
const (
	baseColumns = "org_id, id, customer_no, kind, status, name, name_sort, unit_id, manager_id, industry, classes, tags, merged_into, version, created_at, updated_at"
	columns     = baseColumns + ", record, data_key, import_id"
)

// row is a customer as stored.
type row struct {
	Base
	NameSort string `db:"name_sort"`
	Sealed   []byte `db:"record"`
	DataKey  []byte `db:"data_key"`
	ImportID id.ID  `db:"import_id"` // the import that made him
}

func (r row) values() []any {
	classes, _ := r.Classes.Value() // a map of texts always encodes
	tags, _ := r.Tags.Value()
	return []any{r.OrgID, r.ID, r.CustomerNo, string(r.Kind), string(r.Status), r.Name, r.NameSort, r.UnitID, r.ManagerID, r.Industry, classes, tags,
		r.MergedInto, r.Version, int64(r.CreatedAt), int64(r.UpdatedAt), r.Sealed, r.DataKey, r.ImportID}
}

func insertCustomer(tx *db.Tx, r row) error {
	_, err := tx.Exec("INSERT INTO customer ("+columns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)", r.values()...)
	return err
}

func bulkCustomers(tx *db.Tx, rows []row) error {
	return tx.Bulk(db.Bulk{Table: "customer", Columns: strings.Split(columns, ", "), Len: len(rows), Row: func(i int) []any { return rows[i].values() }})
}

func customerByID(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM customer", "")
	return r, tx.Get(&r, text, args...)
}

func customersByID(tx *db.Tx, scope db.Scope, ids []id.ID) (rows []row, err error) {
	text, args := db.In(new(db.Query).Scope("org_id", scope), "id", ids).Text("SELECT "+columns+" FROM customer", "ORDER BY id LIMIT ?", len(ids))
	return rows, tx.Select(&rows, text, args...)
}

// lockCustomers reads rows and keeps others from changing them until the transaction ends.
func lockCustomers(tx *db.Tx, scope db.Scope, ids []id.ID) (rows []row, err error) {
	text, args := db.In(new(db.Query).Scope("org_id", scope), "id", ids).Text("SELECT "+columns+" FROM customer", "ORDER BY id LIMIT ? "+tx.Dialect().ForUpdate(), len(ids))
	return rows, tx.Select(&rows, text, args...)
}

// namesakes are the unmerged customers whose names sort alike.
func namesakes(tx *db.Tx, org id.ID, nameSort string, limit int) (rows []row, err error) {
	err = tx.Select(&rows, "SELECT "+columns+" FROM customer WHERE org_id = $1 AND name_sort = $2 AND status NOT IN ('merged', 'erased') ORDER BY id LIMIT $3", org, nameSort, limit)
	return rows, err
}

// updateCustomer writes everything but the key of a row whose version is the
// given one.
func updateCustomer(tx *db.Tx, r row, version int64) error {
	classes, _ := r.Classes.Value()
	tags, _ := r.Tags.Value()
	return tx.ExecOne(db.ErrStale, `UPDATE customer SET customer_no = $1, kind = $2, status = $3, name = $4, name_sort = $5, unit_id = $6, manager_id = $7,
		industry = $8, classes = $9, tags = $10, merged_into = $11, version = $12, updated_at = $13, record = $14
		WHERE org_id = $15 AND id = $16 AND version = $17`,
		r.CustomerNo, r.Kind, r.Status, r.Name, r.NameSort, r.UnitID, r.ManagerID, r.Industry, classes, tags, r.MergedInto, r.Version, r.UpdatedAt, r.Sealed,
		r.OrgID, r.ID, version)
}

// lockCustomer reads a row and keeps others from changing it until the
// transaction ends.
func lockCustomer(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	q := new(db.Query).Scope("org_id", scope).Where("id = ?", i)
	text, args := q.Text("UPDATE customer SET updated_at = updated_at", "RETURNING "+columns)
	return r, tx.Get(&r, text, args...)
}

// shareCustomer reads a row and keeps it from being changed, but lets others do
// the same.
func shareCustomer(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM customer", tx.Dialect().ForShare())
	return r, tx.Get(&r, text, args...)
}

func refsByID(tx *db.Tx, scope db.Scope, ids []id.ID) (refs []Ref, err error) {
	text, args := db.In(new(db.Query).Scope("org_id", scope), "id", ids).
		Text("SELECT id, org_id, customer_no, kind, status, name, version FROM customer", "ORDER BY id LIMIT ?", len(ids))
	return refs, tx.Select(&refs, text, args...)
}

func refsByNo(tx *db.Tx, org id.ID, numbers []string) (refs []Ref, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "customer_no", numbers).
		Text("SELECT id, org_id, customer_no, kind, status, name, version FROM customer", "ORDER BY id LIMIT ?", len(numbers))
	return refs, tx.Select(&refs, text, args...)
}

// takeNumbers reserves n numbers of a company and returns the first.
func takeNumbers(tx *db.Tx, org id.ID, n int64) (first int64, err error) {
	err = tx.Get(&first, `INSERT INTO customer_counter (org_id, next) VALUES ($1, $2)
		ON CONFLICT (org_id) DO UPDATE SET next = customer_counter.next + $3 RETURNING next`, org, 1+n, n)
	return first - n, err
}

// certificateKey is where a certificate number of a customer stands in the blind
// index.
type certificateKey struct {
	Blind      []byte
	Slot       int64
	CustomerID id.ID
}

func insertCertificateKey(tx *db.Tx, org id.ID, k certificateKey) error {
	_, err := tx.Exec("INSERT INTO customer_certificate (org_id, blind, slot, customer_id) VALUES ($1, $2, $3, $4)", org, k.Blind, k.Slot, k.CustomerID)
	return err
}

func bulkCertificateKeys(tx *db.Tx, org id.ID, keys []certificateKey) error {
	return tx.Bulk(db.Bulk{Table: "customer_certificate", Columns: []string{"org_id", "blind", "slot", "customer_id"}, Len: len(keys),
		Row: func(i int) []any { return []any{org, keys[i].Blind, keys[i].Slot, keys[i].CustomerID} }})
}

func deleteCertificateKey(tx *db.Tx, org id.ID, blind []byte, customer id.ID) error {
	_, err := tx.Exec("DELETE FROM customer_certificate WHERE org_id = $1 AND blind = $2 AND customer_id = $3", org, blind, customer)
	return err
}

func refsByCertificate(tx *db.Tx, org id.ID, blind []byte) (refs []Ref, err error) {
	err = tx.Select(&refs, `SELECT c.id, c.org_id, c.customer_no, c.kind, c.status, c.name, c.version FROM customer_certificate k
		JOIN customer c ON c.org_id = k.org_id AND c.id = k.customer_id
		WHERE k.org_id = $1 AND k.blind = $2 ORDER BY c.id LIMIT 20`, org, blind)
	return refs, err
}
