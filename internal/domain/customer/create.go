package customer

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// errSlot: somebody else made a customer with the same certificate meanwhile.
var errSlot = errors.New("customer: certificate taken meanwhile")

func (s *Service) check() Check { return Check{Today: string(s.DB.Now().Day())} }

// Create adds a customer. Errors: validation, ErrDuplicates unless confirmed,
// ErrNoTaken, ErrUnit, ErrManager, db.ErrOrgRequired.
func (s *Service) Create(ctx context.Context, key string, in CreateInput) (c Customer, err error) {
	who, err := access.Allow(ctx, PermCreate)
	if err != nil {
		return Customer{}, err
	}
	d, err := in.Draft(s.check())
	if err != nil {
		return Customer{}, err
	}
	org, err := who.Scope.One(in.OrgID)
	if err != nil {
		return Customer{}, err
	}
	if _, err := s.unit(ctx, org, d.unit); err != nil {
		return Customer{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Customer{}, err
	}
	if d.no == "" {
		if d.no, err = s.nextNo(ctx, org); err != nil {
			return Customer{}, err
		}
	}
	if err := s.requireFields(ctx, org, d); err != nil {
		return Customer{}, err
	}
	once := db.Once{OrgID: org, UserID: who.UserID, Action: PermCreate, Key: key, Body: body}
	for range 2 { // anew when a duplicate was committed meanwhile: now it is seen
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			c, err = s.createOnceTx(tx, who, org, once, d, in.ConfirmDuplicates)
			return err
		})
		if !errors.Is(err, errSlot) {
			break
		}
	}
	return SightOf(ctx).customer(c), err
}

// requireFields refuses a draft without the fields the company requires.
func (s *Service) requireFields(ctx context.Context, org id.ID, d Draft) error {
	set := s.cache.get(org)
	if set == nil {
		if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { set, err = s.settingsTx(tx, org); return err }); err != nil {
			return err
		}
	}
	return set.required(d.kind, d.fields)
}

func (s *Service) createOnceTx(tx *db.Tx, who access.Who, org id.ID, once db.Once, d Draft, confirmed bool) (c Customer, err error) {
	made, repeated, err := tx.Once(once, func() (id.ID, error) {
		if !confirmed {
			if err := s.refuseDuplicatesTx(tx, org, d.probe()); err != nil {
				return id.ID{}, err
			}
		}
		c, err = s.createTx(tx, who.Actor(), org, d, confirmed)
		return c.ID, err
	})
	if err != nil || !repeated {
		return c, err
	}
	return s.customerTx(tx, db.ScopeOf(org), made)
}

func (s *Service) refuseDuplicatesTx(tx *db.Tx, org id.ID, p probe) error {
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return err
	}
	found, err := duplicatesTx(tx, company, org, p)
	if err == nil && len(found) > 0 {
		err = duplicatesError(tx.Context(), found)
	}
	return err
}

// CreateTx adds a customer in a module's transaction, without looking for
// duplicates. A draft without a number gets one of Numbers.
func (s *Service) CreateTx(tx *db.Tx, actor audit.Actor, org id.ID, d Draft) (Customer, error) {
	if d.no == "" {
		first, err := takeNumbers(tx, org, 1)
		if err != nil {
			return Customer{}, err
		}
		d.no = formatNo(first)
	}
	return s.createTx(tx, actor, org, d, true)
}

// createTx writes the customer, his event, audit entry and search document.
// Unless confirmed his certificates take the slot that only one may have.
func (s *Service) createTx(tx *db.Tx, actor audit.Actor, org id.ID, d Draft, confirmed bool) (Customer, error) {
	m, err := s.makeTx(tx, actor, org, d, id.ID{}, Parts{})
	if err != nil {
		return Customer{}, err
	}
	if m.row.ManagerName, err = s.managerTx(tx, d.manager); err != nil {
		return Customer{}, err
	}
	if err := insertCustomer(tx, m.row); err != nil {
		return Customer{}, noTaken(err)
	}
	for _, k := range m.keys {
		if !confirmed {
			k.Slot = 0
		}
		if err := insertCertificateKey(tx, org, k); err != nil {
			return Customer{}, slotTaken(err)
		}
	}
	if err := insertLabels(tx, []made{m}); err != nil {
		return Customer{}, err
	}
	if err := insertFieldValues(tx, m.values); err != nil {
		return Customer{}, err
	}
	if err := s.TimelineTx(tx, Entry{OrgID: org, CustomerID: m.row.ID, Kind: "customer.created", Actor: actor}); err != nil {
		return Customer{}, err
	}
	if err := search.AddTx(tx, []search.Doc{m.doc}); err != nil {
		return Customer{}, err
	}
	c := Customer{Base: m.row.Base, Record: m.record}
	err = s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: actor, Action: PermCreate, ObjectType: "customer", ObjectID: c.ID,
		After: snapshot{c, d.fields}, Subject: m.subject})
	c.Classes = m.settings.complete(c.Kind, c.Classes)
	return c, err
}

// snapshot is a customer as the audit log keeps him.
type snapshot struct {
	Customer
	Fields map[string]string `json:"fields,omitempty"`
}

// made is everything a new customer is written as.
type made struct {
	row      row
	record   Record
	subject  *crypt.Subject
	keys     []certificateKey
	values   []fieldValueRow
	doc      search.Doc
	settings *settings
}

// makeTx builds what is to be written of a draft.
func (s *Service) makeTx(tx *db.Tx, actor audit.Actor, org id.ID, d Draft, own id.ID, parts Parts) (m made, err error) {
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return made{}, err
	}
	if m.settings, err = s.settingsTx(tx, org); err != nil {
		return made{}, err
	}
	classes, err := m.settings.classes(d.classes)
	if err != nil {
		return made{}, err
	}
	if classes == nil {
		classes = Classes{}
	}
	if own.IsZero() {
		own = tx.NewID()
	}
	m.record = d.record.withIDs(tx)
	m.row = row{Base: Base{ID: own, OrgID: org, CustomerNo: d.no, Kind: d.kind, Status: Active, Name: d.name, UnitID: d.unit, ManagerID: d.manager,
		Industry: d.industry, Classes: classes, Tags: d.tags, Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}, NameSort: d.text.sort}
	if m.row.DataKey, m.subject, err = company.NewSubject(own); err != nil {
		return made{}, err
	}
	if m.row.Sealed, err = sealRecord(m.subject, own, m.record); err != nil {
		return made{}, err
	}
	if m.values, err = m.settings.values(tx, m.subject, holder{org, own, d.kind, actor}, d.fields); err != nil {
		return made{}, err
	}
	for _, c := range m.record.Certificates {
		m.keys = append(m.keys, certificateKey{company.Blind(blindCertificate, c.Number), slotOf(own), own})
	}
	m.doc = document(company, m.row, d.text, d.phones, m.record.Certificates, parts)
	return m, nil
}

// slotOf is a customer's own slot in the blind index of certificates.
func slotOf(customer id.ID) int64 { return int64(binary.BigEndian.Uint64(customer[8:])>>1 | 1) }

// withIDs names new contacts and certificates.
func (r Record) withIDs(tx *db.Tx) Record {
	contacts := make([]Contact, len(r.Contacts))
	for i, c := range r.Contacts {
		if c.ID.IsZero() {
			c.ID = tx.NewID()
		}
		contacts[i] = c
	}
	certificates := make([]Certificate, len(r.Certificates))
	for i, c := range r.Certificates {
		if c.ID.IsZero() {
			c.ID = tx.NewID()
		}
		certificates[i] = c
	}
	r.Contacts, r.Certificates = contacts, certificates
	return r
}

// managerTx checks that the account manager is a user and gives his name.
func (s *Service) managerTx(tx *db.Tx, manager id.ID) (string, error) {
	if manager.IsZero() {
		return "", nil
	}
	names, err := s.Users.NamesTx(tx, []id.ID{manager})
	if err == nil && names[manager] == "" {
		err = ErrManager
	}
	return names[manager], err
}

func noTaken(err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return ErrNoTaken.Wrap(err)
	}
	return err
}

func slotTaken(err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return errors.Join(errSlot, err)
	}
	return err
}
