package access

import (
	"context"
	"regexp"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// founder is who did what nobody was signed in for.
var founder = audit.Actor{Name: "system"}

var loginForm = regexp.MustCompile(`^[a-z0-9._-]{2,40}$`)

// Found makes the first organisation and its three administrators, of the system
// (whom in names), of security and of audit, with one password that each changes
// when he first signs in: all, or nothing when one is refused. Errors: validation,
// ErrFounded.
func (s *Service) Found(ctx context.Context, first org.CreateInput, in UserInput) error {
	var v fault.Validation
	v.Check(first.Level == org.Province || first.Level == org.County, "level", "not_allowed", "allowed", "province, county")
	v.Check(strings.TrimSpace(first.Code) != "", "org-code", "required")
	v.Check(strings.TrimSpace(first.Name) != "", "org-name", "required")
	v.Check(loginForm.MatchString(in.Login), "login", "wrong_format")
	DefaultPolicy.check(&v, "password", in.Login, in.Password)
	if err := v.Err(); err != nil {
		return err
	}
	hash := s.cost.Hash(in.Password)
	defer s.orgs.Forget()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		t, err := s.orgs.TreeTx(tx)
		if err != nil {
			return err
		}
		if len(t.All()) > 0 {
			return ErrFounded
		}
		o, err := org.CreateTx(tx, first)
		if err != nil {
			return err
		}
		if err := s.audit.RecordTx(tx, audit.Change{OrgID: o.ID, Actor: founder, Action: org.PermCreate, ObjectType: "org", ObjectID: o.ID, After: o}); err != nil {
			return err
		}
		in.HomeOrgID = o.ID
		return s.administratorsTx(tx, in, hash)
	})
}

func (s *Service) administratorsTx(tx *db.Tx, in UserInput, hash string) error {
	for _, role := range administrators {
		if role != "admin" {
			in.Login = role
			in.Name = map[string]string{"security": "安全管理员", "auditor": "审计管理员"}[role]
		}
		made, err := s.bootstrapTx(tx, in, hash, []string{role})
		if err != nil {
			return err
		}
		if err := s.keepPasswordTx(tx, made, hash, true); err != nil {
			return err
		}
	}
	return nil
}

// Bootstrap makes a user with roles over his home, without asking who does it:
// for the demo company and tests.
func (s *Service) Bootstrap(ctx context.Context, in UserInput, roleCodes ...string) (made id.ID, err error) {
	var v fault.Validation
	DefaultPolicy.check(&v, "password", in.Login, in.Password)
	if err := v.Err(); err != nil {
		return id.ID{}, err
	}
	hash := s.cost.Hash(in.Password)
	err = s.db.Write(ctx, func(tx *db.Tx) error { made, err = s.bootstrapTx(tx, in, hash, roleCodes); return err })
	return made, err
}

func (s *Service) bootstrapTx(tx *db.Tx, in UserInput, hash string, roleCodes []string) (id.ID, error) {
	roles, err := allRoles(tx)
	if err != nil {
		return id.ID{}, err
	}
	in.Grants, in.Active = nil, true
	for _, code := range roleCodes {
		r, ok := find(roles, code)
		if !ok {
			return id.ID{}, ErrRoleUnknown
		}
		in.Grants = append(in.Grants, Grant{RoleID: r.ID, OrgID: in.HomeOrgID})
	}
	d, err := createUserTx(tx, in, hash)
	if err != nil {
		return id.ID{}, err
	}
	return d.ID, s.audit.RecordTx(tx, audit.Change{OrgID: in.HomeOrgID, Actor: founder, Action: PermUserCreate, ObjectType: "user", ObjectID: d.ID, After: d})
}

func find(roles []Role, code string) (Role, bool) {
	for _, r := range roles {
		if r.Code == code {
			return r, true
		}
	}
	return Role{}, false
}
