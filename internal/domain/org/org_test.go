package org_test

import (
	"context"
	"errors"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// permissive lets everybody do everything at the node it names, or anywhere.
type permissive struct {
	only     id.ID
	recorded []string
	changes  int
}

func (p *permissive) TreeChanged() { p.changes++ }

func (p *permissive) AllowNode(_ context.Context, _ string, node id.ID) error {
	if !p.only.IsZero() && node != p.only && !node.IsZero() {
		return db.ErrNotFound
	}
	return nil
}

func (p *permissive) RecordNodeTx(_ context.Context, _ *db.Tx, action string, _ id.ID, _, _ any) error {
	p.recorded = append(p.recorded, action)
	return nil
}

func (p *permissive) Once(_ context.Context, action, key string, body []byte) db.Once {
	return db.Once{OrgID: id.ID{1}, UserID: id.ID{2}, Action: action, Key: key, Body: body}
}

func create(t *testing.T, s *org.Service, parent id.ID, level org.Level, code string) org.Org {
	t.Helper()
	o, err := s.Create(context.Background(), "", org.CreateInput{ParentID: parent, Level: level, Code: code, Name: "N" + code})
	if err != nil {
		t.Fatalf("create %s: %v", code, err)
	}
	return o
}

func TestTreeRules(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		guard := &permissive{}
		s := org.New(d)
		s.SetGuard(guard)
		province := create(t, s, id.ID{}, org.Province, "33")
		city := create(t, s, province.ID, org.City, "3311")
		county := create(t, s, city.ID, org.County, "1001")
		unit := create(t, s, county.ID, org.Unit, "100101")
		for name, c := range map[string]struct {
			parent id.ID
			level  org.Level
			code   string
			want   error
		}{
			"county under a province": {province.ID, org.County, "x", org.ErrPlace},
			"city as root":            {id.ID{}, org.City, "x", org.ErrPlace},
			"county under a unit":     {unit.ID, org.County, "x", org.ErrPlace},
			"unknown parent":          {id.ID{9}, org.Unit, "x", org.ErrParent},
			"code taken":              {county.ID, org.Unit, "1001", org.ErrCode},
		} {
			_, err := s.Create(context.Background(), "", org.CreateInput{ParentID: c.parent, Level: c.level, Code: c.code, Name: "x"})
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		if len(guard.recorded) != 4 {
			t.Errorf("%d changes recorded, want 4", len(guard.recorded))
		}
		if guard.changes < 4 {
			t.Errorf("the guard heard of %d changes, want 4", guard.changes)
		}
		checkTree(t, s, province, county, unit)
	})
}

func checkTree(t *testing.T, s *org.Service, province, county, unit org.Org) {
	t.Helper()
	tree, err := s.Tree(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if got := tree.Subtree(province.ID); len(got) != 4 || got[0].ID != province.ID {
		t.Errorf("subtree of the province: %v", got)
	}
	if c, ok := tree.Company(unit.ID); !ok || c.ID != county.ID {
		t.Errorf("company of the unit: %v", c)
	}
	if c, ok := tree.Company(province.ID); ok {
		t.Errorf("a province has the company %v", c)
	}
	if o, ok := tree.ByCode("1001"); !ok || o.ID != county.ID {
		t.Errorf("by code: %v", o)
	}
	if all := tree.All(); len(all) != 4 || all[0].Level != org.Province || all[3].Level != org.Unit {
		t.Errorf("all: %v", all)
	}
}

func TestAnOrganisationIsMadeOncePerKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		guard, ctx := &permissive{}, context.Background()
		s := org.New(d)
		s.SetGuard(guard)
		in := org.CreateInput{Level: org.Province, Code: "33", Name: "浙江省"}
		first, err := s.Create(ctx, "k", in)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Create(ctx, "k", in); err != nil || again != first || len(guard.recorded) != 1 {
			t.Errorf("sent again: %+v, %v, %d entries", again, err, len(guard.recorded))
		}
		in.Code = "34"
		if _, err := s.Create(ctx, "k", in); !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("another organisation: %v", err)
		}
	})
}

func TestRenameChecksTheVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := org.New(d)
		s.SetGuard(&permissive{})
		o := create(t, s, id.ID{}, org.County, "1001")
		after, err := s.Rename(context.Background(), o.ID, 1, org.RenameInput{Name: "新名"})
		if err != nil || after.Name != "新名" || after.ShortName != "新名" || after.Version != 2 {
			t.Fatalf("renamed: %+v, %v", after, err)
		}
		if _, err := s.Rename(context.Background(), o.ID, 1, org.RenameInput{Name: "另"}); !errors.Is(err, db.ErrStale) {
			t.Errorf("stale rename: %v", err)
		}
		if _, err := s.Rename(context.Background(), id.ID{7}, 1, org.RenameInput{Name: "另"}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("unknown: %v", err)
		}
		list, err := s.List(context.Background())
		if err != nil || len(list) != 1 || list[0].Name != "新名" {
			t.Errorf("list: %v, %v", list, err)
		}
	})
}

func TestTheGuardIsAsked(t *testing.T) {
	d := dbtest.Open(t, db.SQLite, nil)
	s := org.New(d)
	s.SetGuard(&permissive{only: id.ID{1}})
	if _, err := s.Create(context.Background(), "", org.CreateInput{ParentID: id.ID{2}, Level: org.Unit, Code: "1", Name: "x"}); !errors.Is(err, db.ErrNotFound) {
		t.Errorf("create elsewhere: %v", err)
	}
	if _, err := s.Rename(context.Background(), id.ID{2}, 1, org.RenameInput{Name: "x"}); !errors.Is(err, db.ErrNotFound) {
		t.Errorf("rename elsewhere: %v", err)
	}
}

func TestTheListEndsAtTheScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, guard := org.New(d), &permissive{}
		s.SetGuard(guard)
		own := create(t, s, id.ID{}, org.County, "1001")
		create(t, s, id.ID{}, org.County, "1002")
		guard.only = own.ID
		if list, err := s.List(context.Background()); err != nil || len(list) != 1 || list[0].ID != own.ID {
			t.Errorf("list: %v, %v", list, err)
		}
		if tree, err := s.Tree(context.Background()); err != nil || len(tree.All()) != 2 {
			t.Errorf("the tree itself lost organisations: %v, %v", tree, err)
		}
	})
}

// Of several on top always the same is the topmost: what is the whole house's is kept there.
func TestTheTopmostIsAlwaysTheSame(t *testing.T) {
	counties := []org.Org{{ID: id.ID{2}, Level: org.County, Code: "1002"}, {ID: id.ID{1}, Level: org.County, Code: "1001"}, {ID: id.ID{3}, Level: org.County, Code: "1003"}}
	tree := org.NewTree(counties)
	for range 50 {
		if top, ok := tree.Top(); !ok || top.Code != "1001" {
			t.Fatalf("%v %v", top, ok)
		}
	}
	if top, _ := org.NewTree(append(counties, org.Org{ID: id.ID{4}, Level: org.Province, Code: "33"})).Top(); top.Code != "33" {
		t.Errorf("%v", top)
	}
	if _, ok := org.NewTree(nil).Top(); ok {
		t.Error("nothing is founded")
	}
}
