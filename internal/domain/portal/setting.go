package portal

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc"
)

// Setting is whether a company serves its customers in the portal.
type Setting struct {
	OrgID       id.ID        `json:"org_id" db:"org_id"`
	Enabled     bool         `json:"enabled" db:"enabled"`
	Address     string       `json:"address,omitempty" db:"address" doc:"where customers reach it, such as https://fw.example.com; messages to them link there"`
	UpdatedName string       `json:"updated_name,omitempty" db:"updated_name"`
	UpdatedAt   when.Instant `json:"updated_at,omitzero" db:"updated_at"`
	Version     int64        `json:"version" db:"version" doc:"0: never set, and off"`
}

// SettingInput turns it on and off, and says where it is.
type SettingInput struct {
	Enabled bool   `json:"enabled"`
	Address string `json:"address,omitempty" maxLength:"200" doc:"https://, of a host alone; absent: messages hold no link"`
}

// check refuses an address that a message must not lead to.
func (in *SettingInput) check() error {
	in.Address = strings.TrimRight(strings.TrimSpace(in.Address), "/")
	u, err := url.Parse(in.Address)
	var v fault.Validation
	v.Check(in.Address == "" || err == nil && oidc.Secure(in.Address) && u.Path == "" && u.RawQuery == "", "address", "insecure_address")
	return v.Err()
}

// servedTx is the company of a code, if it serves its customers. Error: ErrOff.
func (s *Service) servedTx(tx *db.Tx, code string) (company org.Org, err error) {
	units, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return company, err
	}
	company, _ = units.ByCode(code)
	set, err := settingOf(tx, company.ID)
	if err == nil && !set.Enabled {
		err = ErrOff
	}
	return company, err
}

// Company is one that serves its customers.
type Company struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Companies lists those that serve their customers, for whoever wants to sign in.
func (s *Service) Companies(ctx context.Context) (all []Company, err error) {
	all = []Company{}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		ids, err := servedCompanies(tx)
		if err != nil {
			return err
		}
		units, err := s.Orgs.TreeTx(tx)
		for _, i := range ids {
			if o, ok := units.Get(i); ok {
				all = append(all, Company{o.Code, o.Name})
			}
		}
		slices.SortFunc(all, func(a, b Company) int { return cmp.Compare(a.Code, b.Code) })
		return err
	})
}

// Setting tells whether a company serves its customers. Error: db.ErrOrgRequired.
func (s *Service) Setting(ctx context.Context, of id.ID) (set Setting, err error) {
	_, company, err := access.AllowOne(ctx, PermSettings, of)
	if err != nil {
		return set, err
	}
	return set, s.DB.Read(ctx, func(tx *db.Tx) error { set, err = settingOf(tx, company); return err })
}

// SetSetting turns the portal of a company on or off; off ends every session of its
// customers. Errors: validation, db.ErrStale, db.ErrOrgRequired.
func (s *Service) SetSetting(ctx context.Context, of id.ID, version int64, in SettingInput) (set Setting, err error) {
	who, company, err := access.AllowOne(ctx, PermSetSettings, of)
	if err != nil {
		return set, err
	}
	if err := in.check(); err != nil {
		return set, err
	}
	return set, s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := settingOf(tx, company)
		if err != nil {
			return err
		}
		if before.Version != version {
			return db.ErrStale
		}
		set = Setting{OrgID: company, Enabled: in.Enabled, Address: in.Address, UpdatedName: who.Name, UpdatedAt: tx.Now(), Version: version + 1}
		if err := saveSetting(tx, set); err != nil {
			return err
		}
		if !in.Enabled {
			if err := deleteAllSessions(tx, company); err != nil {
				return err
			}
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: company, Actor: who.Actor(), Action: PermSetSettings, ObjectType: "portal_setting", ObjectID: company, Before: before, After: set})
	})
}
