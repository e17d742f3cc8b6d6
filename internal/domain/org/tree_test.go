package org_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// below are the levels that may stand under each.
var below = map[org.Level][]org.Level{
	"": {org.Province, org.County}, org.Province: {org.City, org.Unit}, org.City: {org.County, org.Unit}, org.County: {org.Unit}, org.Unit: {org.Unit},
}

// drawTree draws organisations, each under an earlier one, in any order of codes.
func drawTree(r *rapid.T) (all []org.Org) {
	for n := range rapid.IntRange(1, 25).Draw(r, "organisations") {
		parent := org.Org{}
		if above := rapid.IntRange(-1, n-1).Draw(r, "parent"); above >= 0 {
			parent = all[above]
		}
		all = append(all, org.Org{ID: id.ID{1, 15: byte(n + 1)}, ParentID: parent.ID, Level: rapid.SampledFrom(below[parent.Level]).Draw(r, "level"),
			Code: fmt.Sprintf("%d-%d", rapid.IntRange(0, 9).Draw(r, "code"), n)})
	}
	return all
}

// Whatever the codes: the list holds each organisation once, none before its
// parent; a subtree is what has its top above; a company is the county above.
func TestTreesAgreeWithALoop(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		all := drawTree(r)
		tree, place := org.NewTree(all), map[id.ID]int{}
		for i, o := range tree.All() {
			place[o.ID] = i + 1
			if !o.ParentID.IsZero() && place[o.ParentID] == 0 {
				r.Fatalf("%s stands before its parent", o.Code)
			}
		}
		if len(place) != len(all) || len(tree.All()) != len(all) {
			r.Fatalf("%d listed, %d different, of %d", len(tree.All()), len(place), len(all))
		}
		for _, top := range all {
			var under []id.ID
			for _, o := range all {
				if slices.Contains(above(tree, o), top.ID) {
					under = append(under, o.ID)
				}
			}
			got := tree.Subtree(top.ID)
			if len(got) != len(under) || got[0].ID != top.ID || slices.ContainsFunc(got, func(o org.Org) bool { return !slices.Contains(under, o.ID) }) {
				r.Fatalf("subtree of %s: %v", top.Code, got)
			}
			company, has := tree.Company(top.ID)
			counties := slices.DeleteFunc(above(tree, top), func(i id.ID) bool { o, _ := tree.Get(i); return o.Level != org.County })
			if has != (len(counties) > 0) || has && company.ID != counties[0] {
				r.Fatalf("company of %s: %v", top.Code, company)
			}
		}
	})
}

// above are an organisation and all above it.
func above(tree *org.Tree, o org.Org) (all []id.ID) {
	for ok := true; ok; o, ok = tree.Get(o.ParentID) {
		all = append(all, o.ID)
	}
	return all
}

func TestWhatIsNotInTheTree(t *testing.T) {
	tree := org.NewTree(nil)
	if all := tree.All(); len(all) != 0 || tree.Subtree(id.ID{1}) != nil {
		t.Errorf("an empty tree has %v", all)
	}
	if _, ok := tree.ByCode(""); ok {
		t.Error("an organisation without a code")
	}
	if _, ok := tree.Company(id.ID{1}); ok {
		t.Error("the company of nobody")
	}
	// One whose parent is not known stands at the top rather than nowhere.
	if all := org.NewTree([]org.Org{{ID: id.ID{1}, ParentID: id.ID{9}, Level: org.Unit, Code: "1"}}).All(); len(all) != 1 {
		t.Errorf("an orphan: %v", all)
	}
}

// Every pair of levels: what may stand under what.
func TestPlacesOfEveryLevel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := org.New(d)
		s.SetGuard(&permissive{})
		at := map[org.Level]org.Org{"": {}}
		at[org.Province] = create(t, s, id.ID{}, org.Province, "p")
		at[org.City] = create(t, s, at[org.Province].ID, org.City, "c")
		at[org.County] = create(t, s, at[org.City].ID, org.County, "k")
		at[org.Unit] = create(t, s, at[org.County].ID, org.Unit, "u")
		for above, parent := range at {
			for _, level := range []org.Level{org.Province, org.City, org.County, org.Unit} {
				_, err := s.Create(context.Background(), "", org.CreateInput{ParentID: parent.ID, Level: level, Code: string("x" + level + above), Name: "x"})
				if may := slices.Contains(below[above], level); may && err != nil || !may && !errors.Is(err, org.ErrPlace) {
					t.Errorf("%s under %q: %v", level, above, err)
				}
			}
		}
	})
}

// Whoever makes an organisation sees it at once, whoever else asks meanwhile:
// rights reach over it from then on. The snapshot knows no engine.
func TestANewOrganisationIsSeenAtOnce(t *testing.T) {
	s := org.New(dbtest.Open(t, db.SQLite, nil))
	s.SetGuard(&permissive{})
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for !stop.Load() {
				if _, err := s.Tree(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	defer wg.Wait()
	defer stop.Store(true)
	for n := range 200 {
		o := create(t, s, id.ID{}, org.County, fmt.Sprint(1000+n))
		tree, err := s.Tree(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if _, seen := tree.Get(o.ID); !seen {
			t.Fatalf("number %d is not seen", n)
		}
	}
}
