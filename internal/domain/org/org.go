package org

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Level is the place of an organisation in the tree.
type Level string

// The levels, from the top.
const (
	Province Level = "province"
	City     Level = "city"
	County   Level = "county"
	Unit     Level = "unit"
)

// mayStandUnder lists the parents each level may have; "" is the root.
var mayStandUnder = map[Level][]Level{
	Province: {""}, City: {Province}, County: {City, ""}, Unit: {County, Unit, City, Province},
}

// Org is one organisation.
type Org struct {
	ID        id.ID        `db:"id" json:"id"`
	ParentID  id.ID        `db:"parent_id" json:"parent_id,omitzero"`
	Level     Level        `db:"level" json:"level" enum:"province,city,county,unit"`
	Code      string       `db:"code" json:"code" doc:"unique; the company code used on commands"`
	Name      string       `db:"name" json:"name"`
	ShortName string       `db:"short_name" json:"short_name"`
	Version   int64        `db:"version" json:"version"`
	CreatedAt when.Instant `db:"created_at" json:"created_at"`
}

// CreateInput is what a new organisation is made of.
type CreateInput struct {
	ParentID  id.ID  `json:"parent_id,omitzero" doc:"absent for a root"`
	Level     Level  `json:"level" enum:"province,city,county,unit"`
	Code      string `json:"code" minLength:"1" maxLength:"20" pattern:"^[A-Za-z0-9_-]+$"`
	Name      string `json:"name" minLength:"1" maxLength:"100"`
	ShortName string `json:"short_name,omitempty" maxLength:"40" doc:"the name when absent"`
}

// RenameInput changes the names of an organisation.
type RenameInput struct {
	Name      string `json:"name" minLength:"1" maxLength:"100"`
	ShortName string `json:"short_name,omitempty" maxLength:"40"`
}

// Tree is a snapshot of all organisations, for questions asked at every request.
type Tree struct {
	byID     map[id.ID]Org
	children map[id.ID][]id.ID
}

// NewTree indexes organisations.
func NewTree(orgs []Org) *Tree {
	t := &Tree{byID: make(map[id.ID]Org, len(orgs)), children: map[id.ID][]id.ID{}}
	for _, o := range orgs {
		t.byID[o.ID] = o
		t.children[o.ParentID] = append(t.children[o.ParentID], o.ID)
	}
	return t
}

// Get finds an organisation.
func (t *Tree) Get(i id.ID) (Org, bool) { o, ok := t.byID[i]; return o, ok }

// ByCode finds an organisation by its code.
func (t *Tree) ByCode(code string) (Org, bool) {
	for _, o := range t.byID {
		if o.Code == code {
			return o, true
		}
	}
	return Org{}, false
}

// Subtree lists an organisation and all below it, parents first.
func (t *Tree) Subtree(top id.ID) []Org {
	o, ok := t.byID[top]
	if !ok {
		return nil
	}
	all := []Org{o}
	for i := 0; i < len(all); i++ {
		for _, c := range t.children[all[i].ID] {
			all = append(all, t.byID[c])
		}
	}
	return all
}

// Within tells whether an organisation is another or below it.
func (t *Tree) Within(i, top id.ID) bool {
	for at, ok := t.byID[i]; ok; at, ok = t.byID[at.ParentID] {
		if at.ID == top {
			return true
		}
	}
	return false
}

// Company is the county company an organisation belongs to: itself, or the
// county above a unit. A province or city has none.
func (t *Tree) Company(i id.ID) (Org, bool) {
	for o, ok := t.byID[i]; ok; o, ok = t.byID[o.ParentID] {
		if o.Level == County {
			return o, true
		}
	}
	return Org{}, false
}

// Top is the topmost organisation, of several always the same: the highest, by code.
// False before anything is founded.
func (t *Tree) Top() (top Org, found bool) {
	for _, o := range t.byID {
		if o.ParentID.IsZero() && (!found || compareRank(o, top) < 0) {
			top, found = o, true
		}
	}
	return top, found
}

// compareRank puts the higher level first, then the smaller code.
func compareRank(a, b Org) int {
	return cmp.Or(cmp.Compare(slices.Index(levels, a.Level), slices.Index(levels, b.Level)), strings.Compare(a.Code, b.Code))
}

// All lists every organisation by level, then code; a unit below a unit stands
// behind it.
func (t *Tree) All() []Org {
	depth := func(o Org) (n int) {
		for ok := true; ok; o, ok = t.byID[o.ParentID] {
			n++
		}
		return n
	}
	return slices.SortedFunc(maps.Values(t.byID), func(a, b Org) int {
		return cmp.Or(cmp.Compare(slices.Index(levels, a.Level), slices.Index(levels, b.Level)), cmp.Compare(depth(a), depth(b)), strings.Compare(a.Code, b.Code))
	})
}

var levels = []Level{Province, City, County, Unit}

// checkPlace tells whether an organisation of a level may stand under parent.
func (t *Tree) checkPlace(level Level, parent id.ID) error {
	var above Level
	if !parent.IsZero() {
		o, ok := t.byID[parent]
		if !ok {
			return ErrParent
		}
		above = o.Level
	}
	if !slices.Contains(mayStandUnder[level], above) {
		return ErrPlace.With("level", string(level), "parent_level", string(above))
	}
	return nil
}

// The module's errors.
var (
	ErrParent = fault.New(fault.Invalid, "org.parent_unknown")
	ErrPlace  = fault.New(fault.Invalid, "org.place")
	ErrCode   = fault.New(fault.Conflict, "org.code_taken")
)
