package customer

import (
	"maps"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// owner is a customer whose parts (notes, interactions, …) are read or written.
type owner struct {
	row
	company *crypt.Company
	subject *crypt.Subject
}

// readOwnerTx finds the customer of the scope.
func (s *Service) readOwnerTx(tx *db.Tx, scope db.Scope, i id.ID) (owner, error) {
	r, err := customerByID(tx, scope, i)
	if err != nil {
		return owner{}, err
	}
	return s.ownerTx(tx, r)
}

// writeOwnerTx is readOwnerTx for adding or changing a part: he must not have
// been merged, and is not until the transaction ends.
func (s *Service) writeOwnerTx(tx *db.Tx, scope db.Scope, i id.ID) (owner, error) {
	r, err := shareCustomer(tx, scope, i)
	if err != nil {
		return owner{}, err
	}
	return s.unmergedTx(tx, r)
}

// lockOwnerTx is writeOwnerTx for a change of the customer's own row.
func (s *Service) lockOwnerTx(tx *db.Tx, scope db.Scope, i id.ID) (owner, error) {
	r, err := lockCustomer(tx, scope, i)
	if err != nil {
		return owner{}, err
	}
	return s.unmergedTx(tx, r)
}

func (s *Service) unmergedTx(tx *db.Tx, r row) (owner, error) {
	if err := r.gone(); err != nil {
		return owner{}, err
	}
	return s.ownerTx(tx, r)
}

func (s *Service) ownerTx(tx *db.Tx, r row) (o owner, err error) {
	o.row = r
	if o.company, err = s.Keys.CompanyTx(tx, r.OrgID); err != nil {
		return owner{}, err
	}
	if r.Status == Erased {
		return o, nil // with his key went everything it sealed
	}
	o.subject, err = r.subject(o.company)
	return o, err
}

// subjectsTx gives the keys that seal parts of the owner: his own, and those of
// customers merged into him.
func (o owner) subjectsTx(tx *db.Tx, origins []id.ID) (map[id.ID]*crypt.Subject, error) {
	subjects, missing := map[id.ID]*crypt.Subject{o.ID: o.subject}, map[id.ID]bool{}
	for _, i := range origins {
		if i != o.ID {
			missing[i] = true
		}
	}
	if len(missing) == 0 {
		return subjects, nil
	}
	rows, err := customersByID(tx, db.ScopeOf(o.OrgID), slices.Collect(maps.Keys(missing)))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if subjects[r.ID], err = r.subject(o.company); err != nil {
			return nil, err
		}
	}
	return subjects, nil
}

// sealedBy is a row sealed by the key of the customer it was written for.
type sealedBy interface {
	origin() id.ID
}

// openAll opens rows of the owner, each with its key.
func openAll[R sealedBy, T any](tx *db.Tx, o owner, rows []R, open func(r R, subject *crypt.Subject) (T, error)) ([]T, error) {
	origins := make([]id.ID, len(rows))
	for i, r := range rows {
		origins[i] = r.origin()
	}
	subjects, err := o.subjectsTx(tx, origins)
	if err != nil {
		return nil, err
	}
	all := make([]T, len(rows))
	for i, r := range rows {
		if all[i], err = open(r, subjects[r.origin()]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// recordPartTx writes the audit entry of a change of a part.
func (s *Service) recordPartTx(tx *db.Tx, who access.Who, o owner, action, part string, before, after any) error {
	return s.Audit.RecordTx(tx, audit.Change{OrgID: o.OrgID, Actor: who.Actor(), Action: action, ObjectType: "customer." + part, ObjectID: o.ID,
		Before: before, After: after, Subject: o.subject})
}

// Page asks for a page of a list.
type Page struct {
	Cursor string
	Limit  int
}

// LivingTx refuses a customer of whom nothing new may be kept, and keeps him from being
// merged or erased until the transaction ends. Errors: db.ErrNotFound, ErrMerged,
// ErrErased.
func (s *Service) LivingTx(tx *db.Tx, scope db.Scope, i id.ID) error {
	r, err := shareCustomer(tx, scope, i)
	if err != nil {
		return err
	}
	return r.gone()
}
