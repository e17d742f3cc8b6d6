package customer

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Update changes a customer. Errors: validation, db.ErrNotFound, db.ErrStale,
// ErrMerged, ErrDuplicates for numbers he did not have before unless confirmed,
// ErrNoTaken, ErrUnit, ErrManager.
func (s *Service) Update(ctx context.Context, i id.ID, version int64, in UpdateInput) (c Customer, err error) {
	who, err := access.Allow(ctx, PermUpdate)
	if err != nil {
		return Customer{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := customerByID(tx, who.Scope, i)
		if err != nil {
			return err
		}
		if r.Version != version {
			return db.ErrStale
		}
		if _, err := s.updateTx(tx, updated(who.Actor()), r, in, !in.ConfirmDuplicates); err != nil {
			return err
		}
		c, err = s.customerTx(tx, who.Scope, i)
		return err
	})
	return SightOf(ctx).customer(c), err
}

// UpdateTx changes a customer in a module's transaction, without looking for
// duplicates. The change can be taken back with RevertUpdateTx. Errors as of
// Update.
func (s *Service) UpdateTx(tx *db.Tx, actor audit.Actor, org, customer id.ID, in UpdateInput) (Updated, error) {
	r, err := lockCustomer(tx, db.ScopeOf(org), customer)
	if err != nil {
		return Updated{}, err
	}
	return s.updateTx(tx, updated(actor), r, in, false)
}

// Updated tells what a change made of a customer. Before is what he was, sealed
// by his key.
type Updated struct {
	ID      id.ID
	Version int64
	Before  []byte
	Changed bool
}

func beforePlace(customer id.ID) crypt.Place {
	return crypt.Place{Table: "customer", Column: "before", ID: customer}
}

func (s *Service) updateTx(tx *db.Tx, ch change, r row, in UpdateInput, warn bool) (Updated, error) {
	if err := r.gone(); err != nil {
		return Updated{}, err
	}
	o, err := s.openTx(tx, r)
	if err != nil {
		return Updated{}, err
	}
	set, err := s.settingsTx(tx, r.OrgID)
	if err != nil {
		return Updated{}, err
	}
	after, err := o.stored().apply(in, set, s.check())
	if err != nil {
		return Updated{}, err
	}
	if err := s.checkChargeTx(tx, r.OrgID, in); err != nil {
		return Updated{}, err
	}
	if warn {
		if err := s.refuseNewDuplicatesTx(tx, o.stored(), after); err != nil {
			return Updated{}, err
		}
	}
	return s.saveTx(tx, ch, o, after)
}

// checkChargeTx refuses a unit or manager that cannot be in charge.
func (s *Service) checkChargeTx(tx *db.Tx, org id.ID, in UpdateInput) error {
	if in.UnitID != nil {
		tree, err := s.Orgs.TreeTx(tx)
		if err != nil {
			return err
		}
		if err := checkUnit(tree, org, *in.UnitID); err != nil {
			return err
		}
	}
	if in.ManagerID == nil {
		return nil
	}
	_, err := s.managerTx(tx, *in.ManagerID)
	return err
}

// stored is a customer's row with its record opened.
type stored struct {
	row
	record Record
}

// change names a change for audit log and timeline.
type change struct {
	actor  audit.Actor
	action string
	event  string
	params map[string]any
	always bool // tell of it although the customer himself stays as he is
	origin *Origin
}

// entry tells the timeline of a change.
func (ch change) entry(org, customer id.ID) Entry {
	e := Entry{OrgID: org, CustomerID: customer, Kind: ch.event, Params: ch.params, Actor: ch.actor}
	if ch.origin != nil {
		e.SourceType, e.SourceID = "proposal", ch.origin.ProposalID
	}
	return e
}

func updated(actor audit.Actor) change {
	return change{actor: actor, action: PermUpdate, event: "customer.updated"}
}

// apply makes the changed customer; pure.
func (b stored) apply(in UpdateInput, set *settings, check Check) (stored, error) {
	a := b
	var v fault.Validation
	if in.Kind != nil {
		a.Kind = *in.Kind
	}
	if in.Name != nil {
		if name := strings.TrimSpace(*in.Name); name != (Sight{}).Name(b.OrgID, b.ID, b.Kind, b.Name) || b.Kind == KindOrganisation {
			a.Name = name
			checkName(&v, name)
		}
	}
	if in.CustomerNo != nil && *in.CustomerNo != b.CustomerNo {
		a.CustomerNo = strings.TrimSpace(*in.CustomerNo)
		v.Check(a.CustomerNo != "", "customer_no", "required")
		checkNo(&v, a.CustomerNo)
	}
	assign(&a.UnitID, in.UnitID)
	assign(&a.ManagerID, in.ManagerID)
	if in.Industry != nil {
		a.Industry = strings.TrimSpace(*in.Industry)
		checkIndustry(&v, a.Industry)
	}
	if in.Tags != nil {
		a.Tags = checkTags(&v, *in.Tags)
	}
	a.record.apply(&v, in, b.record, check)
	a.record.checkKind(&v, a.Kind, check)
	if err := v.Err(); err != nil {
		return stored{}, err
	}
	changed := maps.Clone(in.Classes)
	maps.DeleteFunc(changed, func(scheme, class string) bool { return b.Classes[scheme] == class }) // a retired one may stay
	chosen, err := set.classes(changed)
	if err != nil {
		return stored{}, err
	}
	a.Classes = mergeClasses(b.Classes, chosen)
	a.NameSort = textOfName(a.Name, a.Kind).sort
	return a, nil
}

func assign[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func mergeClasses(before, chosen Classes) Classes {
	all := Classes{}
	for k, c := range before {
		all[k] = c
	}
	for k, c := range chosen {
		all[k] = c
	}
	return all
}

// apply changes the record; what the caller saw only masked stays.
func (r *Record) apply(v *fault.Validation, in UpdateInput, before Record, check Check) {
	if in.Contacts != nil {
		r.Contacts, _ = checkContacts(v, *in.Contacts, before.Contacts, check)
	}
	if in.Certificates != nil {
		r.Certificates = checkCertificates(v, *in.Certificates, before.Certificates, check)
	}
	hidden := Sight{}.record(Base{}, before)
	if in.Person != nil {
		p := *in.Person
		if before.Person != nil {
			keepMasked(&p.BirthDate, before.Person.BirthDate, hidden.Person.BirthDate)
			keepMasked(&p.Employer, before.Person.Employer, hidden.Person.Employer)
		}
		r.Person = &p
	}
	if in.Organisation != nil {
		o := *in.Organisation
		if before.Organisation != nil {
			keepMasked(&o.LegalRepresentative, before.Organisation.LegalRepresentative, hidden.Organisation.LegalRepresentative)
		}
		r.Organisation = &o
	}
}

func keepMasked(value *string, plain, masked string) {
	if *value == masked {
		*value = plain
	}
}

// refuseNewDuplicatesTx warns of customers who share a phone or certificate
// number this one did not have before.
func (s *Service) refuseNewDuplicatesTx(tx *db.Tx, before, after stored) error {
	p := probe{self: after.ID, kind: after.Kind}
	for _, c := range after.record.Certificates {
		if !slices.ContainsFunc(before.record.Certificates, func(b Certificate) bool { return b.Number == c.Number }) {
			p.record.Certificates = append(p.record.Certificates, c)
		}
	}
	had := phonesOf(before.record.Contacts)
	for _, n := range phonesOf(after.record.Contacts) {
		if !slices.Contains(had, n) {
			p.phones = append(p.phones, n)
		}
	}
	if len(p.record.Certificates)+len(p.phones) == 0 {
		return nil
	}
	return s.refuseDuplicatesTx(tx, after.OrgID, p)
}
