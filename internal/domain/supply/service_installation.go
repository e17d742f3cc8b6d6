package supply

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const objectInstallation = "installation"

// InstallationsOf lists the states of an account's own installation, the newest
// first. Error: db.ErrNotFound.
func (s *Service) InstallationsOf(ctx context.Context, account id.ID) (list []OwnInstallation, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, err
	}
	see := customer.SightOf(ctx)
	return list, s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := accounts.get(tx, who.Scope, account)
		if err != nil {
			return err
		}
		rows, err := statesOf(tx, a.OrgID, a.ID)
		list = make([]OwnInstallation, len(rows))
		for i := range rows {
			if list[i], err = s.openTx(tx, &rows[i]); err != nil {
				return err
			}
			list[i] = list[i].masked(see, id.ID{})
		}
		return err
	})
}

// openTx opens a state with the key its staff was sealed by; when that customer
// is gone, the staff is.
func (s *Service) openTx(tx *db.Tx, r *installationRow) (OwnInstallation, error) {
	key, err := s.keyTx(tx, r.OrgID, r.StaffKey)
	if errors.Is(err, db.ErrNotFound) {
		key, err = nil, nil
	}
	if err != nil {
		return OwnInstallation{}, err
	}
	return r.open(key)
}

// CreateInstallation begins a new state on its first day; the state before ends
// the day before. Errors: db.ErrNotFound, ErrInstallationDay, validation.
func (s *Service) CreateInstallation(ctx context.Context, account id.ID, key string, in InstallationInput) (o OwnInstallation, err error) {
	who, err := access.Allow(ctx, PermUpdate)
	if err != nil {
		return o, err
	}
	if err := in.validate(); err != nil {
		return o, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return o, fmt.Errorf("supply: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := accounts.get(tx, who.Scope, account)
		if err != nil {
			return err
		}
		once := db.Once{OrgID: a.OrgID, UserID: who.UserID, Action: "supply.installation " + a.ID.String(), Key: key, Body: body}
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.beginStateTx(tx, who.Actor(), a, in) })
		if err != nil {
			return err
		}
		r, err := installations.get(tx, who.Scope, made)
		if err != nil {
			return err
		}
		o, err = s.openTx(tx, r)
		return err
	})
	return o.masked(customer.SightOf(ctx), id.ID{}), err
}

// BeginInstallationTx is CreateInstallation within a transaction.
func (s *Service) BeginInstallationTx(tx *db.Tx, by audit.Actor, org, account id.ID, in InstallationInput) error {
	if err := in.validate(); err != nil {
		return err
	}
	a, err := accounts.get(tx, db.ScopeOf(org), account)
	if err != nil {
		return err
	}
	_, err = s.beginStateTx(tx, by, a, in)
	return err
}

func (s *Service) beginStateTx(tx *db.Tx, by audit.Actor, a *Account, in InstallationInput) (made id.ID, err error) {
	if err := accounts.hold(tx, tx.Dialect().ForUpdate(), a.OrgID, []id.ID{a.ID}); err != nil {
		return made, err
	}
	states, err := statesOf(tx, a.OrgID, a.ID)
	if err != nil {
		return made, err
	}
	if len(states) > 0 {
		last := &states[0]
		if last.ValidFrom >= in.ValidFrom {
			return made, ErrInstallationDay.With("day", string(last.ValidFrom))
		}
		if last.ValidTo, err = dayBefore(in.ValidFrom); err != nil {
			return made, err
		}
		if err := installations.update(tx, last); err != nil {
			return made, err
		}
	}
	r := &installationRow{AccountID: a.ID}
	r.begin(tx, a.OrgID)
	return r.ID, s.keepStateTx(tx, by, PermUpdate, a.CustomerID, r, in, in.Staff, installations.insert)
}

// CorrectInstallation corrects a state; its first day stays. Without staff in the
// input the staff stays too. Errors: db.ErrNotFound, db.ErrStale, validation.
func (s *Service) CorrectInstallation(ctx context.Context, i id.ID, version int64, in InstallationInput) (o OwnInstallation, err error) {
	who, err := access.Allow(ctx, PermUpdate)
	if err != nil {
		return o, err
	}
	see := customer.SightOf(ctx)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := installations.get(tx, who.Scope, i)
		if err != nil {
			return err
		}
		before, err := s.openTx(tx, r)
		if err != nil {
			return err
		}
		staff := before.staffSent(see, in.Staff)
		if err := in.with(staff).validate(); err != nil {
			return err
		}
		var v fault.Validation
		v.Check(in.ValidFrom == r.ValidFrom, "valid_from", "fixed", "day", string(r.ValidFrom))
		if err := v.Err(); err != nil {
			return err
		}
		o, err = s.correctTx(tx, who.Actor(), r, version, in, staff)
		return err
	})
	return o.masked(see, id.ID{}), err
}

func (s *Service) correctTx(tx *db.Tx, by audit.Actor, r *installationRow, version int64, in InstallationInput, staff []Duty) (o OwnInstallation, err error) {
	a, err := accounts.get(tx, db.ScopeOf(r.OrgID), r.AccountID)
	if err != nil {
		return o, err
	}
	r.Version, r.UpdatedAt = version, tx.Now()
	if err := s.keepStateTx(tx, by, PermUpdate, a.CustomerID, r, in, staff, installations.update); err != nil {
		return o, err
	}
	return s.openTx(tx, r)
}

// keepStateTx seals and writes a state. The audit entry is sealed like the staff.
func (s *Service) keepStateTx(tx *db.Tx, by audit.Actor, action string, of id.ID, r *installationRow, in InstallationInput, staff []Duty,
	write func(*db.Tx, *installationRow) error) error {
	key, err := s.keyTx(tx, r.OrgID, of)
	if err != nil {
		return err
	}
	if err := r.fill(in); err != nil {
		return err
	}
	if err := r.sealStaff(key, of, staff); err != nil {
		return err
	}
	if err := write(tx, r); err != nil {
		return err
	}
	in.Staff = staff
	return s.Audit.RecordTx(tx, audit.Change{OrgID: r.OrgID, Actor: by, Action: action + "." + objectInstallation, ObjectType: objectInstallation, ObjectID: r.ID,
		After: in, Subject: key})
}
