package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// MergeInput merges a duplicate into another customer, who keeps his data and
// gets from the duplicate what he lacks: contacts, certificates, tags, empty
// fields, and what Take names.
type MergeInput struct {
	FromID      id.ID    `json:"from_id" doc:"the duplicate"`
	FromVersion int64    `json:"from_version" minimum:"1" doc:"version of the duplicate that was compared"`
	Take        []string `json:"take,omitempty" maxItems:"50" doc:"fields to take from the duplicate, as named by the preview's differences"`
}

// Merge is one merging of a duplicate.
type Merge struct {
	ID        id.ID        `db:"id" json:"id"`
	FromID    id.ID        `db:"from_id" json:"from_id"`
	IntoID    id.ID        `db:"into_id" json:"into_id"`
	At        when.Instant `db:"at" json:"at"`
	ActorName string       `db:"actor_name" json:"actor_name"`
	UndoneAt  when.Instant `db:"undone_at" json:"undone_at,omitzero"`
}

// Preview shows two customers side by side before a merge.
type Preview struct {
	Into        Customer         `json:"into"`
	From        Customer         `json:"from"`
	Differences []Difference     `json:"differences" nullable:"false" doc:"fields in which both have a value, and not the same"`
	Moves       map[string]int64 `json:"moves" doc:"how many notes, analyses, interactions, attachments, events and receptions move"`
}

// Difference is a field that both customers have.
type Difference struct {
	Field string `json:"field"`
	Into  string `json:"into"`
	From  string `json:"from"`
}

// PreviewMerge compares two customers of one company. Errors: db.ErrNotFound,
// ErrMergeKind, ErrMergeSelf, ErrMerged.
func (s *Service) PreviewMerge(ctx context.Context, into, from id.ID) (p Preview, err error) {
	who, err := access.Allow(ctx, PermMerge)
	if err != nil {
		return Preview{}, err
	}
	sight := SightOf(ctx)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := s.readOwnerTx(tx, who.Scope, into)
		if err != nil {
			return err
		}
		b, err := s.readOwnerTx(tx, db.ScopeOf(a.OrgID), from)
		if err != nil {
			return err
		}
		if err := mergeable(a.row, b.row); err != nil {
			return err
		}
		if p.Into, err = s.wholeTx(tx, a.row); err != nil {
			return err
		}
		if p.From, err = s.wholeTx(tx, b.row); err != nil {
			return err
		}
		plainInto, plainFrom := chosen(p.Into, a.row), chosen(p.From, b.row)
		p.Into, p.From = sight.customer(p.Into), sight.customer(p.From)
		p.Differences = differences(plainInto, plainFrom, flatten(p.Into), flatten(p.From))
		p.Moves, err = countMoves(tx, a, b)
		return err
	})
	return p, err
}

// chosen are the values of a customer that are his own: without the classes he has
// by default, which are taken from nobody.
func chosen(c Customer, r row) map[string]string {
	c.Classes = r.Classes
	return flatten(c)
}

// mergeable tells whether b may be merged into a.
func mergeable(a, b row) error {
	switch {
	case a.ID == b.ID:
		return ErrMergeSelf
	case a.gone() != nil:
		return a.gone()
	case b.gone() != nil:
		return b.gone()
	case a.Kind != b.Kind:
		return ErrMergeKind
	}
	return nil
}

// Merge merges a duplicate into a customer in one transaction: his record, notes,
// analyses, interactions, attachments, timeline, receptions, fields, and what
// other modules keep of him. Errors: as of PreviewMerge, db.ErrStale.
func (s *Service) Merge(ctx context.Context, into id.ID, version int64, in MergeInput) (c Customer, err error) {
	who, err := access.Allow(ctx, PermMerge)
	if err != nil {
		return Customer{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		a, b, err := s.lockPairTx(tx, who.Scope, into, in.FromID)
		if err != nil {
			return err
		}
		if a.Version != version || b.Version != in.FromVersion {
			return db.ErrStale
		}
		if err := s.mergeTx(tx, who, a, b, in.Take); err != nil {
			return err
		}
		c, err = s.customerTx(tx, who.Scope, into)
		return err
	})
	return SightOf(ctx).customer(c), err
}

// opened is a customer whose record is open and whose row is locked.
type opened struct {
	owner
	record Record
}

func (o opened) stored() stored { return stored{o.row, o.record} }

// lockPairTx locks two customers in the order of their identifiers, so that two
// merges never wait for each other.
func (s *Service) lockPairTx(tx *db.Tx, scope db.Scope, into, from id.ID) (a, b opened, err error) {
	byID := map[id.ID]row{}
	for _, i := range sorted([]id.ID{into, from}) {
		if byID[i], err = lockCustomer(tx, scope, i); err != nil {
			return a, b, err
		}
	}
	if byID[into].OrgID != byID[from].OrgID {
		return a, b, db.ErrNotFound
	}
	if err := mergeable(byID[into], byID[from]); err != nil {
		return a, b, err
	}
	if a, err = s.openTx(tx, byID[into]); err != nil {
		return a, b, err
	}
	b, err = s.openTx(tx, byID[from])
	return a, b, err
}

func (s *Service) openTx(tx *db.Tx, r row) (o opened, err error) {
	if o.owner, err = s.ownerTx(tx, r); err != nil {
		return o, err
	}
	o.record, err = r.openWith(o.subject)
	return o, err
}

func (s *Service) mergeTx(tx *db.Tx, who access.Who, into, from opened, take []string) error {
	moved, err := moveParts(tx, into.owner, from.owner)
	if err != nil {
		return err
	}
	for _, f := range s.followers {
		undo, err := f.MoveTx(tx, into.OrgID, from.ID, into.ID)
		if err != nil {
			return err
		}
		moved.Followers = append(moved.Followers, undo)
	}
	gone := from.stored()
	gone.Status, gone.MergedInto = Merged, into.ID
	ch := change{actor: who.Actor(), action: PermMerge, event: "customer.merged", always: true}
	if _, err := s.saveTx(tx, ch, from, gone); err != nil {
		return err
	}
	before, after := into.stored(), into.stored().absorb(from.stored(), take)
	ch.event, ch.params = "customer.absorbed", map[string]any{"customer_no": from.CustomerNo}
	if _, err := s.saveTx(tx, ch, into, after); err != nil {
		return err
	}
	if err := s.ReindexTx(tx, into.OrgID, into.ID); err != nil {
		return err
	}
	return s.keepMergeTx(tx, who, into, from, mergeUndo{Before: before.snapshot(), After: after.snapshot()}, moved)
}

// mergeUndo is what a merge made of the customer who took over.
type mergeUndo struct {
	Before snapshot `json:"before"`
	After  snapshot `json:"after"`
}

func (s *Service) keepMergeTx(tx *db.Tx, who access.Who, into, from opened, undo mergeUndo, moved moves) error {
	r := mergeRow{OrgID: into.OrgID, ActorID: who.UserID, FromStatus: from.Status, Merge: Merge{ID: tx.NewID(), FromID: from.ID, IntoID: into.ID, At: tx.Now(), ActorName: who.Name}}
	raw, err := json.Marshal(undo)
	if err != nil {
		return fmt.Errorf("customer: merge: %w", err)
	}
	r.IntoUndo = into.subject.Seal(mergePlace(r.ID), string(raw))
	list, err := json.Marshal(moved)
	if err != nil {
		return fmt.Errorf("customer: merge: %w", err)
	}
	r.Moved = string(list)
	return insertMerge(tx, r)
}

// absorb gives a customer what he lacks of another; pure.
func (b stored) absorb(from stored, take []string) stored {
	a := b
	takes := func(field string) bool { return slices.Contains(take, field) }
	if takes("name") {
		a.Name, a.NameSort = from.Name, from.NameSort
	}
	lack(&a.UnitID, from.UnitID, takes("unit_id"))
	lack(&a.ManagerID, from.ManagerID, takes("manager_id"))
	lack(&a.Industry, from.Industry, takes("industry"))
	a.Classes = mergeClasses(from.Classes, b.Classes)
	for scheme, class := range from.Classes {
		if takes("classes." + scheme) {
			a.Classes[scheme] = class
		}
	}
	a.Tags = slices.Compact(slices.Sorted(slices.Values(slices.Concat(b.Tags, from.Tags))))
	a.record = b.record.absorb(from.record, takes)
	return a
}

// lack takes the other value where there is none, or where it is asked for.
func lack[T comparable](to *T, from T, take bool) {
	var none T
	if from != none && (take || *to == none) {
		*to = from
	}
}

func (r Record) absorb(from Record, takes func(string) bool) Record {
	a := r
	if from.Person != nil {
		p := Person{}
		if r.Person != nil {
			p = *r.Person
		}
		lack(&p.Sex, from.Person.Sex, takes("person.sex"))
		lack(&p.BirthDate, from.Person.BirthDate, takes("person.birth_date"))
		lack(&p.Employer, from.Person.Employer, takes("person.employer"))
		lack(&p.Occupation, from.Person.Occupation, takes("person.occupation"))
		a.Person = &p
	}
	if from.Organisation != nil {
		o := Organisation{}
		if r.Organisation != nil {
			o = *r.Organisation
		}
		o.absorb(*from.Organisation, takes)
		a.Organisation = &o
	}
	a.Contacts = slices.Clone(r.Contacts)
	for _, c := range from.Contacts {
		if _, has := find(a.Contacts, func(x Contact) bool { return x.Kind == c.Kind && x.Value == c.Value }); !has {
			c.Primary = c.Primary && a.primary(c.Kind).Value == ""
			a.Contacts = append(a.Contacts, c)
		}
	}
	a.Certificates = slices.Clone(r.Certificates)
	for _, c := range from.Certificates {
		if _, has := find(a.Certificates, func(x Certificate) bool { return x.Number == c.Number }); !has {
			a.Certificates = append(a.Certificates, c)
		}
	}
	return a
}

func (o *Organisation) absorb(from Organisation, takes func(string) bool) {
	lack(&o.LegalRepresentative, from.LegalRepresentative, takes("organisation.legal_representative"))
	lack(&o.EstablishedOn, from.EstablishedOn, takes("organisation.established_on"))
	lack(&o.RegisteredCapitalFen, from.RegisteredCapitalFen, takes("organisation.registered_capital_fen"))
	lack(&o.Employees, from.Employees, takes("organisation.employees"))
	lack(&o.BusinessScope, from.BusinessScope, takes("organisation.business_scope"))
	lack(&o.Website, from.Website, takes("organisation.website"))
}

// differences are the fields Take may name: both have a value, and not the same.
// They are told by the plain values and given as shown. Of lists everything stays.
func differences(into, from, shownInto, shownFrom map[string]string) []Difference {
	all := []Difference{}
	for _, field := range sortedKeys(into) {
		if v, both := from[field]; both && v != into[field] && !slices.Contains(ownFields, field) && !strings.Contains(field, "[") {
			all = append(all, Difference{field, shownInto[field], shownFrom[field]})
		}
	}
	return all
}
