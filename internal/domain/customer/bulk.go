package customer

import (
	"crypto/sha256"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// NewCustomer is one of many customers made at once.
type NewCustomer struct {
	Draft
	ID    id.ID // zero: made here
	Parts Parts // what else he is found by, when the module that knows it writes later in the same transaction
}

// Batch tells where many customers come from, for the audit log and the
// timeline.
type Batch struct {
	OrgID      id.ID
	Actor      audit.Actor
	SourceType string // "import"
	SourceID   id.ID
	ImportID   id.ID // of a list of its customers; zero: no import
}

// CreateManyTx adds customers whose drafts are checked, in few statements: rows,
// certificates, labels, fields, one event each, search documents, and one audit
// entry with a digest of all. Duplicates are not looked for and required fields
// not asked for. Drafts without a number get one; two such transactions of a
// company wait for each other, so imports reserve theirs by Numbers before and
// set them with WithNo. The result gives the customers in the order of rows.
// Errors: ErrNoTaken when a number is taken or twice in rows; validation for
// unknown classes or fields. After an error the transaction must end: look for
// taken numbers with RefsByNoTx before.
func (s *Service) CreateManyTx(tx *db.Tx, b Batch, rows []NewCustomer) ([]Ref, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	if err := numberTx(tx, b.OrgID, rows); err != nil {
		return nil, err
	}
	all, digest := make([]made, len(rows)), sha256.New()
	for i, n := range rows {
		m, err := s.makeTx(tx, b.Actor, b.OrgID, n.Draft, n.ID, n.Parts)
		if err != nil {
			return nil, err
		}
		all[i] = m
		digest.Write(m.row.ID[:])
		digest.Write(m.row.Sealed)
	}
	if err := insertMany(tx, b, all); err != nil {
		return nil, err
	}
	refs := make([]Ref, len(all))
	for i, m := range all {
		refs[i] = m.row.ref()
	}
	return refs, s.Audit.RecordTx(tx, audit.Change{OrgID: b.OrgID, Actor: b.Actor, Action: PermCreate, ObjectType: b.SourceType, ObjectID: b.SourceID,
		After: BatchDigest{Count: len(all), First: refs[0].ID, Last: refs[len(refs)-1].ID, SHA256: fmt.Sprintf("%x", digest.Sum(nil))}})
}

// BatchDigest is what the audit log keeps of many changes at once: the digest is
// over the identifiers and sealed records in their order.
type BatchDigest struct {
	Count  int    `json:"count"`
	First  id.ID  `json:"first"`
	Last   id.ID  `json:"last"`
	SHA256 string `json:"sha256"`
}

// WithNo sets the customer number of a draft that has none.
func (d Draft) WithNo(no string) Draft {
	if d.no == "" {
		d.no = no
	}
	return d
}

// No is the customer number; "" when it is to be generated.
func (d Draft) No() string { return d.no }

func numberTx(tx *db.Tx, org id.ID, rows []NewCustomer) error {
	missing := int64(0)
	for _, r := range rows {
		if r.no == "" {
			missing++
		}
	}
	if missing == 0 {
		return nil
	}
	next, err := takeNumbers(tx, org, missing)
	for i := range rows {
		if rows[i].no == "" {
			rows[i].no = formatNo(next)
			next++
		}
	}
	return err
}

func insertMany(tx *db.Tx, b Batch, all []made) error {
	rows, events, docs := make([]row, len(all)), make([]eventRow, len(all)), make([]search.Doc, len(all))
	var keys []certificateKey
	var values []fieldValueRow
	for i, m := range all {
		rows[i], docs[i] = m.row, m.doc
		rows[i].ImportID = b.ImportID
		keys, values = append(keys, m.keys...), append(values, m.values...)
		var err error
		events[i], err = Entry{OrgID: b.OrgID, CustomerID: m.row.ID, Kind: "customer.created", Actor: b.Actor, SourceType: b.SourceType, SourceID: b.SourceID}.row(tx)
		if err != nil {
			return err
		}
	}
	if err := bulkCustomers(tx, rows); err != nil {
		return noTaken(err)
	}
	if err := bulkCertificateKeys(tx, b.OrgID, keys); err != nil {
		return err
	}
	if err := insertLabels(tx, all); err != nil {
		return err
	}
	if err := insertFieldValues(tx, values); err != nil {
		return err
	}
	if err := insertEvents(tx, events); err != nil {
		return err
	}
	return search.AddTx(tx, docs)
}

// RefsByNoTx finds customers of a company by their numbers, merged ones too.
func (s *Service) RefsByNoTx(tx *db.Tx, org id.ID, numbers []string) (map[string]Ref, error) {
	byNo := make(map[string]Ref, len(numbers))
	if len(numbers) == 0 {
		return byNo, nil
	}
	refs, err := refsByNo(tx, org, numbers)
	for _, r := range refs {
		byNo[r.CustomerNo] = r
	}
	return byNo, err
}

// RefsByCertificateTx finds customers of a company by a certificate number in
// its normal form, at most 20.
func (s *Service) RefsByCertificateTx(tx *db.Tx, org id.ID, number string) ([]Ref, error) {
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return nil, err
	}
	return refsByCertificate(tx, org, company.Blind(blindCertificate, number))
}
