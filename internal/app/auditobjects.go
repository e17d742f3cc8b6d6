package app

import (
	"context"
	"errors"
	"maps"
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

// NamesTx names customers, cases, promises, users and organisations.
func (o auditObjects) NamesTx(ctx context.Context, tx *db.Tx, entries []audit.Entry) (map[id.ID]string, error) {
	names := map[id.ID]string{}
	customers, orgs := map[id.ID]id.ID{}, map[id.ID]bool{}
	var users, cases, promises []id.ID
	for _, e := range entries {
		switch {
		case aboutCustomer(e):
			customers[e.ObjectID], orgs[e.OrgID] = e.OrgID, true
		case e.ObjectType == "case":
			cases, orgs[e.OrgID] = append(cases, e.ObjectID), true
		case e.ObjectType == "promise":
			promises, orgs[e.OrgID] = append(promises, e.ObjectID), true
		case e.ObjectType == "user":
			users = append(users, e.ObjectID)
		case e.ObjectType == "org" || e.ObjectType == "audit":
			orgs[e.ObjectID] = true
		}
	}
	tree, err := o.Orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	var scope, people []id.ID
	for i := range orgs {
		unit, _ := tree.Get(i)
		names[i] = unit.ShortName
		scope = append(scope, i)
	}
	for i := range customers {
		people = append(people, i)
	}
	refs, err := o.Customers.RefsTx(tx, db.ScopeOf(scope...), people...)
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
	numbers, err := o.Feedback.NumbersTx(tx, db.ScopeOf(scope...), cases)
	if err != nil {
		return nil, err
	}
	maps.Copy(names, numbers)
	if numbers, err = o.Promises.NumbersTx(tx, db.ScopeOf(scope...), promises); err != nil {
		return nil, err
	}
	maps.Copy(names, numbers)
	found, err := o.Access.NamesTx(tx, users)
	for i, name := range found {
		names[i] = name
	}
	return names, err
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
