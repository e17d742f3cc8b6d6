package access_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

func TestTheFirstCompanyComesWithItsAdministrator(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		keys, err := crypt.New(bytes.Repeat([]byte{1}, 32))
		if err != nil {
			t.Fatal(err)
		}
		log, orgs := audit.New(d, keys), org.New(d)
		s := access.New(d, keys, orgs, log, cheap)
		if err := s.InstallRoles(ctx); err != nil {
			t.Fatal(err)
		}
		first := org.CreateInput{Level: org.County, Code: "1001", Name: "青岭县供电公司"}
		for name, bad := range map[string]struct {
			o org.CreateInput
			u access.UserInput
		}{
			"short password": {first, access.UserInput{Login: "admin", Password: "short"}},
			"login":          {first, access.UserInput{Login: "系统", Password: password}},
			"level":          {org.CreateInput{Level: org.City, Code: "1", Name: "x"}, access.UserInput{Login: "admin", Password: password}},
			"name":           {org.CreateInput{Level: org.County, Code: "1001"}, access.UserInput{Login: "admin", Password: password}},
		} {
			if err := s.Found(ctx, bad.o, bad.u); err == nil {
				t.Errorf("%s: accepted", name)
			}
		}
		if err := s.Found(ctx, first, access.UserInput{Login: "admin", Name: "管理员", Password: password}); err != nil {
			t.Fatal("what was refused left something behind:", err)
		}
		if err := s.Found(ctx, first, access.UserInput{Login: "other", Password: password}); !errors.Is(err, access.ErrFounded) {
			t.Errorf("a second first company: %v", err)
		}
		var c *access.Caller
		for login, may := range map[string]string{"security": access.PermUserCreate, "auditor": "audit.list", "admin": org.PermCreate} {
			if _, c, err = s.Login(ctx, access.Attempt{Login: login, Password: password}); err != nil {
				t.Fatal(err)
			}
			if who, ok := c.May(may); !ok || who.HomeOrgID.IsZero() || c.Due != access.DuePassword {
				t.Errorf("%s may %s in %v: %t; due %q", login, may, who.HomeOrgID, ok, c.Due)
			}
		}
		err = d.Read(ctx, func(tx *db.Tx) error {
			entries, err := log.HistoryTx(tx, db.ScopeOf(c.HomeOrgID), c.UserID, 5)
			if len(entries) != 1 || entries[0].Action != access.PermUserCreate {
				t.Errorf("recorded %+v", entries)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
