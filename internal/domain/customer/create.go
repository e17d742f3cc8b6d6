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
	n, err := s.prepare(ctx, in)
	if err != nil {
		return Customer{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Customer{}, err
	}
	once := db.Once{OrgID: n.org, UserID: n.who.UserID, Action: PermCreate, Key: key, Body: body}
	err = s.WriteNew(ctx, func(tx *db.Tx) error {
		made, repeated, err := tx.Once(once, func() (id.ID, error) {
			c, err = s.createCheckedTx(tx, n)
			return c.ID, err
		})
		if err == nil && repeated {
			c, err = s.customerTx(tx, db.ScopeOf(n.org), made)
		}
		return err
	})
	return SightOf(ctx).customer(c), err
}

// prepared is a new customer before his transaction.
type prepared struct {
	who       access.Who
	org       id.ID
	unitName  string
	draft     Draft
	confirmed bool
}

// prepare does what needs no transaction: rights, checks, a number.
func (s *Service) prepare(ctx context.Context, in CreateInput) (n prepared, err error) {
	n.confirmed = in.ConfirmDuplicates
	if n.who, err = access.Allow(ctx, PermCreate); err != nil {
		return n, err
	}
	if n.draft, err = in.Draft(s.check()); err != nil {
		return n, err
	}
	if n.org, err = n.who.Scope.One(in.OrgID); err != nil {
		return n, err
	}
	tree, err := s.Orgs.Tree(ctx)
	if err != nil {
		return n, err
	}
	if err := checkUnit(tree, n.org, n.draft.unit); err != nil {
		return n, err
	}
	unit, _ := tree.Get(n.draft.unit)
	n.unitName = unit.ShortName
	if err := s.requireFields(ctx, n.org, n.draft); err != nil {
		return n, err
	}
	if n.draft.no == "" {
		n.draft.no, err = s.nextNo(ctx, n.org)
	}
	return n, err
}

// WriteNew is DB.Write for a transaction that makes a customer: it runs anew when
// a duplicate was committed meanwhile, because now it is seen.
func (s *Service) WriteNew(ctx context.Context, fn func(tx *db.Tx) error) (err error) {
	for range 2 {
		if err = s.DB.Write(ctx, fn); !errors.Is(err, errSlot) {
			break
		}
	}
	return err
}

// createCheckedTx makes a customer unless others look like him.
func (s *Service) createCheckedTx(tx *db.Tx, n prepared) (Customer, error) {
	if !n.confirmed {
		if err := s.refuseDuplicatesTx(tx, n.org, n.draft.probe()); err != nil {
			return Customer{}, err
		}
	}
	c, err := s.createTx(tx, created(n.who.Actor()), n.org, n.draft, n.confirmed)
	c.UnitName = n.unitName
	return c, err
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
	return s.createTx(tx, created(actor), org, d, true)
}

func created(actor audit.Actor) change {
	return change{actor: actor, action: PermCreate, event: "customer.created"}
}

// createTx writes the customer, his event, audit entry and search document.
// Unless confirmed his certificates take the slot that only one may have.
func (s *Service) createTx(tx *db.Tx, ch change, org id.ID, d Draft, confirmed bool) (Customer, error) {
	m, err := s.makeTx(tx, ch.actor, org, d, id.ID{}, Parts{})
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
	if err := s.TimelineTx(tx, ch.entry(org, m.row.ID)); err != nil {
		return Customer{}, err
	}
	if err := search.AddTx(tx, []search.Doc{m.doc}); err != nil {
		return Customer{}, err
	}
	c := Customer{Base: m.row.Base, Record: m.record}
	err = s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: ch.actor, Action: ch.action, ObjectType: "customer", ObjectID: c.ID,
		After: snapshot{c, d.fields, ch.origin}, Subject: m.subject})
	c.Classes = m.settings.complete(c.Kind, c.Classes)
	return c, err
}

// snapshot is a customer as the audit log keeps him.
type snapshot struct {
	Customer
	Fields map[string]string `json:"fields,omitempty"`
	Origin *Origin           `json:"@proposal,omitempty"` // originKey
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
