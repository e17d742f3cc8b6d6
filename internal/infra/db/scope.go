package db

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// Scope is the set of companies whose rows a statement may touch. Every store
// function takes one; the zero Scope reaches nothing.
type Scope struct{ orgs []id.ID }

// ErrOrgRequired: a record is to be made, and the caller may do so in several
// companies.
var ErrOrgRequired = fault.New(fault.Invalid, "scope.org_required")

// ScopeOf makes a scope of companies, sorted and without doubles.
func ScopeOf(orgs ...id.ID) Scope {
	s := slices.Clone(orgs)
	slices.SortFunc(s, id.ID.Compare)
	return Scope{slices.Compact(s)}
}

// Orgs lists the companies.
func (s Scope) Orgs() []id.ID { return s.orgs }

// Has tells whether the company is within.
func (s Scope) Has(org id.ID) bool {
	_, ok := slices.BinarySearchFunc(s.orgs, org, id.ID.Compare)
	return ok
}

// Narrow keeps only the given company, or everything for the zero ID. A company
// outside the scope leaves nothing, as if it did not exist.
func (s Scope) Narrow(org id.ID) Scope {
	switch {
	case org.IsZero():
		return s
	case s.Has(org):
		return Scope{[]id.ID{org}}
	}
	return Scope{}
}

// One is the company a new record goes to: the named one when it is within,
// else the only one there is.
func (s Scope) One(named id.ID) (id.ID, error) {
	switch {
	case !named.IsZero() && s.Has(named):
		return named, nil
	case !named.IsZero():
		return id.ID{}, ErrNotFound
	case len(s.orgs) == 1:
		return s.orgs[0], nil
	}
	return id.ID{}, ErrOrgRequired
}
