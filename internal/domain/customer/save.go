package customer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// saveTx writes a changed customer with blind index, labels, search document,
// event and audit entry. Nothing is written when nothing changed, unless the
// change is of more than him.
func (s *Service) saveTx(tx *db.Tx, ch change, o opened, after stored) (Updated, error) {
	before := o.stored()
	after.record = after.record.withIDs(tx)
	old, err := json.Marshal(before.snapshot())
	if err != nil {
		return Updated{}, fmt.Errorf("customer: %w", err)
	}
	now, err := json.Marshal(after.snapshot())
	if err != nil {
		return Updated{}, fmt.Errorf("customer: %w", err)
	}
	u := Updated{ID: after.ID, Version: before.Version}
	if bytes.Equal(old, now) && !ch.always {
		return u, nil
	}
	u.Changed, u.Version, u.Before = true, before.Version+1, o.subject.Seal(beforePlace(after.ID), string(old))
	after.Version, after.UpdatedAt = u.Version, tx.Now()
	if after.Sealed, err = sealRecord(o.subject, after.ID, after.record); err != nil {
		return Updated{}, err
	}
	if err := updateCustomer(tx, after.row, before.Version); err != nil {
		return Updated{}, noTaken(err)
	}
	if err := s.saveIndexesTx(tx, o.company, before, after); err != nil {
		return Updated{}, err
	}
	if err := s.TimelineTx(tx, ch.entry(after.OrgID, after.ID)); err != nil {
		return Updated{}, err
	}
	if ch.origin != nil {
		told := after.snapshot()
		told.Origin = ch.origin
		if now, err = json.Marshal(told); err != nil {
			return Updated{}, fmt.Errorf("customer: %w", err)
		}
	}
	return u, s.Audit.RecordTx(tx, audit.Change{OrgID: after.OrgID, Actor: ch.actor, Action: ch.action, ObjectType: "customer", ObjectID: after.ID,
		Before: json.RawMessage(old), After: json.RawMessage(now), Subject: o.subject})
}

// snapshot is what the audit log keeps and changes are told by: without version
// and time of the change, which always differ.
func (b stored) snapshot() snapshot {
	c := Customer{Base: b.Base, Record: b.record}
	c.Version, c.UpdatedAt, c.ManagerName = 0, 0, ""
	return snapshot{Customer: c}
}

// saveIndexesTx brings blind index, labels and search document in line.
func (s *Service) saveIndexesTx(tx *db.Tx, company *crypt.Company, before, after stored) error {
	if err := moveKeys(tx, company, before, after); err != nil {
		return err
	}
	if err := moveLabels(tx, before.labelled(), after.labelled()); err != nil {
		return err
	}
	same := before.Name == after.Name && before.Kind == after.Kind && before.CustomerNo == after.CustomerNo && before.Status == after.Status &&
		slices.Equal(before.record.Contacts, after.record.Contacts) && slices.EqualFunc(before.record.Certificates, after.record.Certificates,
		func(a, b Certificate) bool { return a.Number == b.Number })
	if same {
		return nil
	}
	return s.ReindexTx(tx, after.OrgID, after.ID)
}

// labelled is the row with the labels that filters know: one who is gone has none.
func (r row) labelled() row {
	if r.gone() != nil {
		r.Classes, r.Tags = nil, nil
	}
	return r
}

func moveLabels(tx *db.Tx, before, after row) error {
	if slices.Equal(before.Tags, after.Tags) && equalClasses(before.Classes, after.Classes) {
		return nil
	}
	if err := deleteLabels(tx, before); err != nil {
		return err
	}
	return insertLabels(tx, []made{{row: after}})
}

func equalClasses(a, b Classes) bool {
	va, _ := a.Value()
	vb, _ := b.Value()
	return va == vb
}

// moveKeys replaces the blind index of certificates that came or went.
func moveKeys(tx *db.Tx, company *crypt.Company, before, after stored) error {
	had, has := numbersOf(before), numbersOf(after)
	for _, n := range had {
		if !slices.Contains(has, n) {
			if err := deleteCertificateKey(tx, after.OrgID, company.Blind(blindCertificate, n), after.ID); err != nil {
				return err
			}
		}
	}
	for _, n := range has {
		if !slices.Contains(had, n) {
			if err := insertCertificateKey(tx, after.OrgID, certificateKey{company.Blind(blindCertificate, n), slotOf(after.ID), after.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}

// numbersOf are the certificate numbers in the blind index: one who is gone has none
// there.
func numbersOf(c stored) (numbers []string) {
	if c.gone() != nil {
		return nil
	}
	for _, cert := range c.record.Certificates {
		numbers = append(numbers, cert.Number)
	}
	return numbers
}

// RevertUpdateTx takes back a change made by UpdateTx. reverted is false when
// the customer was changed since, and then nothing is done.
func (s *Service) RevertUpdateTx(tx *db.Tx, actor audit.Actor, org id.ID, u Updated) (reverted bool, err error) {
	r, err := lockCustomer(tx, db.ScopeOf(org), u.ID)
	if err != nil || r.Version != u.Version || !u.Changed {
		return false, err
	}
	o, err := s.openTx(tx, r)
	if err != nil {
		return false, err
	}
	plain, err := o.subject.Open(beforePlace(r.ID), u.Before)
	if err != nil {
		return false, err
	}
	var was snapshot
	if err := decode(plain, &was); err != nil {
		return false, err
	}
	after := stored{r, was.Record}
	after.Base = was.Base
	after.NameSort = textOfName(after.Name, after.Kind).sort
	_, err = s.saveTx(tx, change{actor: actor, action: PermUpdate, event: "customer.reverted"}, o, after)
	return err == nil, err
}
