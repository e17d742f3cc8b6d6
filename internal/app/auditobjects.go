package app

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// buildAudit makes what auditors work with; it asks the modules about the things
// that entries tell of.
func (a *App) buildAudit() {
	a.Auditing = audit.NewService(audit.Deps{Log: a.Audit, Guard: a.Access, Objects: auditObjects{a}, Jobs: a.Jobs, Cursors: a.Cursors,
		Actions: func() []string { return catalogue.Under("audit_action.") }, Text: catalogue.Text})
	a.Auditing.RegisterJobs()
}

// auditObjects implements audit.Objects.
type auditObjects struct{ *App }

func aboutCustomer(e audit.Entry) bool {
	return e.ObjectType == "customer" || e.ObjectType == audit.Look || strings.HasPrefix(e.ObjectType, "customer.")
}

// NamesTx names customers, cases, promises, incidents, outages, users and organisations.
func (o auditObjects) NamesTx(ctx context.Context, tx *db.Tx, entries []audit.Entry) (map[id.ID]string, error) {
	m := mentionedIn(entries)
	names := map[id.ID]string{}
	tree, err := o.Orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	for i := range m.orgs {
		unit, _ := tree.Get(i)
		names[i] = unit.ShortName
	}
	scope := db.ScopeOf(slices.Collect(maps.Keys(m.orgs))...)
	refs, err := o.Customers.RefsTx(tx, scope, m.customers...)
	if err != nil {
		return nil, err
	}
	sight := customer.SightOf(ctx)
	if audit.Leaving(ctx) {
		sight = customer.Sight{}
	}
	for i, r := range refs {
		names[i] = r.CustomerNo + " " + sight.Name(r.OrgID, r.ID, r.Kind, r.Name)
	}
	numbers, err := o.Feedback.NumbersTx(tx, scope, m.cases)
	if err != nil {
		return nil, err
	}
	maps.Copy(names, numbers)
	if numbers, err = o.Promises.NumbersTx(tx, scope, m.promises); err != nil {
		return nil, err
	}
	maps.Copy(names, numbers)
	if numbers, err = o.Incidents.NumbersTx(tx, scope, m.incidents); err != nil {
		return nil, err
	}
	maps.Copy(names, numbers)
	if numbers, err = o.Outages.NumbersTx(tx, scope, m.outages); err != nil {
		return nil, err
	}
	maps.Copy(names, numbers)
	found, err := o.Access.NamesTx(tx, m.users)
	maps.Copy(names, found)
	return names, err
}

// mentioned are the objects of some entries, each once.
type mentioned struct {
	orgs                                                  map[id.ID]bool
	customers, users, cases, promises, incidents, outages []id.ID
}

func mentionedIn(entries []audit.Entry) mentioned {
	m, seen := mentioned{orgs: map[id.ID]bool{}}, map[id.ID]bool{}
	for _, e := range entries {
		if e.ObjectType == "org" || e.ObjectType == "audit" {
			m.orgs[e.ObjectID] = true
		}
		var all *[]id.ID
		switch {
		case aboutCustomer(e):
			all = &m.customers
		case e.ObjectType == "case":
			all = &m.cases
		case e.ObjectType == "promise":
			all = &m.promises
		case e.ObjectType == "incident":
			all = &m.incidents
		case e.ObjectType == "outage":
			all = &m.outages
		case e.ObjectType == "user":
			all = &m.users
		}
		if all == nil || seen[e.ObjectID] {
			continue
		}
		seen[e.ObjectID] = true
		*all = append(*all, e.ObjectID)
		if e.ObjectType != "user" {
			m.orgs[e.OrgID] = true
		}
	}
	return m
}

// SubjectTx gives the key of the customer an entry is about.
func (o auditObjects) SubjectTx(tx *db.Tx, e audit.Entry) (s *crypt.Subject, err error) {
	switch {
	case aboutCustomer(e):
		s, err = o.Customers.SubjectTx(tx, e.OrgID, e.ObjectID)
	case e.ObjectType == "installation":
		s, err = o.Supply.InstallationSubjectTx(tx, e.OrgID, e.ObjectID)
	}
	if errors.Is(err, db.ErrNotFound) || errors.Is(err, crypt.ErrSealed) {
		return nil, nil // the customer is gone, or his key
	}
	return s, err
}
