package customer

import (
	"errors"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// ErasedName stands where the name of an erased customer stood.
const ErasedName = "已删除客户"

// gone refuses to change a customer who was merged or erased.
func (r row) gone() error {
	switch r.Status {
	case Merged:
		return ErrMerged.With("into", r.MergedInto)
	case Erased:
		return ErrErased
	}
	return nil
}

// PersonTx gives the customer who stands for the given one after merges, and all who
// were merged into him, himself first. Error: db.ErrNotFound.
func (s *Service) PersonTx(tx *db.Tx, scope db.Scope, customer id.ID) (all []Ref, err error) {
	r, err := customerByID(tx, scope, customer)
	if err != nil {
		return nil, err
	}
	for !r.MergedInto.IsZero() {
		if r, err = customerByID(tx, db.ScopeOf(r.OrgID), r.MergedInto); err != nil {
			return nil, err
		}
	}
	ids := []id.ID{r.ID}
	for next := ids; len(next) > 0; {
		if next, err = mergedInto(tx, r.OrgID, next); err != nil {
			return nil, err
		}
		ids = append(ids, next...)
	}
	refs, err := s.RefsTx(tx, db.ScopeOf(r.OrgID), ids...)
	for _, i := range ids {
		all = append(all, refs[i])
	}
	return all, err
}

// EraseTx destroys what the archive keeps of customers: their data keys, everything
// sealed by them, names, numbers in indexes, timelines. What stays is a row without
// a person, which other modules refer to. Files are to be removed after the commit.
// Those erased already are left out.
func (s *Service) EraseTx(tx *db.Tx, org id.ID, customers []id.ID) (files []id.ID, err error) {
	for _, i := range sorted(slices.Clone(customers)) {
		r, err := lockCustomer(tx, db.ScopeOf(org), i)
		if err != nil {
			return nil, err
		}
		if r.Status == Erased {
			continue
		}
		some, err := s.eraseOneTx(tx, r, customers)
		if err != nil {
			return nil, err
		}
		files = append(files, some...)
	}
	return files, s.ReindexTx(tx, org, customers...)
}

func (s *Service) eraseOneTx(tx *db.Tx, r row, person []id.ID) (files []id.ID, err error) {
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return nil, err
	}
	before := stored{row: r}
	if before.record, err = r.open(company); err != nil && !errors.Is(err, crypt.ErrSealed) {
		return nil, err
	}
	after := stored{row: r}
	after.Status, after.Name, after.NameSort = Erased, ErasedName, textOfName(ErasedName, r.Kind).sort
	after.Industry, after.Classes, after.Tags, after.UpdatedAt = "", nil, nil, tx.Now()
	if err := moveKeys(tx, company, before, after); err != nil {
		return nil, err
	}
	if err := moveLabels(tx, before.labelled(), after.row); err != nil {
		return nil, err
	}
	if err := eraseReceptions(tx, company, r, person, blindPhones(company, before.record.Contacts)); err != nil {
		return nil, err
	}
	if files, err = attachmentIDs(tx, r.OrgID, r.ID); err != nil {
		return nil, err
	}
	if err := eraseParts(tx, r.OrgID, r.ID); err != nil {
		return nil, err
	}
	return files, eraseRow(tx, after.row)
}

func blindPhones(company *crypt.Company, contacts []Contact) (blinds [][]byte) {
	for _, p := range phonesOf(contacts) {
		blinds = append(blinds, company.Blind(blindPhone, p.Number))
	}
	return blinds
}

// eraseReceptions takes the person out of the register of visitors: visits linked to
// him, and those by his phone that are linked to nobody. The visits stay, counted.
func eraseReceptions(tx *db.Tx, company *crypt.Company, r row, person []id.ID, phones [][]byte) error {
	visits, err := visitsOf(tx, r.OrgID, []id.ID{r.ID}, phones)
	if err != nil {
		return err
	}
	for _, v := range visits {
		if !v.CustomerID.IsZero() && !slices.Contains(person, v.CustomerID) {
			continue
		}
		body, err := sealBody(company.Own(), receptionPlace(v.ID), ReceptionBody{Name: ErasedName})
		if err != nil {
			return err
		}
		v.Body, v.PhoneBlind = body, nil
		if err := updateReception(tx, v, v.Version); err != nil {
			return err
		}
		log, err := logOf(tx, v.OrgID, v.ID)
		if err != nil {
			return err
		}
		for _, l := range log {
			if err := eraseLog(tx, l, company.Own().Seal(logPlace(l.ID), ErasedName)); err != nil {
				return err
			}
		}
	}
	return nil
}

// HasAttachmentTx tells whether a file is one of a customer's attachments.
func (s *Service) HasAttachmentTx(tx *db.Tx, org, customer, attachment id.ID) (bool, error) {
	all, err := attachmentIDs(tx, org, customer)
	return slices.Contains(all, attachment), err
}

// HasInteractionTx tells whether a contact is one on a customer's record.
func (s *Service) HasInteractionTx(tx *db.Tx, org, customer, interaction id.ID) (bool, error) {
	o, err := s.readOwnerTx(tx, db.ScopeOf(org), customer)
	if err != nil {
		return false, err
	}
	_, err = interactionByID(tx, o, interaction)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
