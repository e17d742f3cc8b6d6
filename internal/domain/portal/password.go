package portal

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// PasswordInput is somebody who signs in by his service password.
type PasswordInput struct {
	Company   string `json:"company" minLength:"1" maxLength:"20" doc:"code"`
	AccountNo string `json:"account_no" minLength:"1" maxLength:"32" doc:"户号"`
	Password  string `json:"password" minLength:"1" maxLength:"128"`
}

// LoginByPassword opens a session. Errors: ErrCredentials, the same for an unknown account,
// one without a password and a wrong one; ErrOff, rest.ErrTooMany.
func (s *Service) LoginByPassword(ctx context.Context, in PasswordInput) (token string, v *Visitor, err error) {
	var of string
	var served org.Org
	var a supply.Account
	var has accessRow
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if served, err = s.servedTx(tx, in.Company); err != nil {
			return err
		}
		of = served.ID.String() + supply.NormalNumber(in.AccountNo)
		if err := s.takeTx(tx, attempt{tryOfAddress, sender(tx)}, attempt{tryOfAccount, of}); err != nil {
			return err
		}
		var found bool
		if a, found, err = s.accountTx(tx, served.ID, in.AccountNo); err != nil {
			return err
		}
		has, err = accessOf(tx, served.ID, a.ID, a.CustomerID) // asked for in any case, as its time could tell
		if !found {
			has = accessRow{}
		}
		return err
	})
	if err != nil {
		return "", nil, err
	}
	ok, err := s.Users.MatchSecret(ctx, has.PasswordHash, in.Password)
	if err != nil {
		return "", nil, err
	}
	if !ok {
		return "", nil, ErrCredentials
	}
	return s.open(ctx, served.ID, false, func(tx *db.Tx) (supply.Account, error) { return a, s.proveTx(tx, a, has, of) })
}

// proveTx opens a session only by the password that was compared, and takes the failures
// before it back.
func (s *Service) proveTx(tx *db.Tx, a supply.Account, has accessRow, of string) error {
	now, err := accessOf(tx, a.OrgID, a.ID, a.CustomerID)
	if err != nil {
		return err
	}
	if now.PasswordHash != has.PasswordHash {
		return ErrCredentials
	}
	return forgetAttempts(tx, s.key(tryOfAccount, of))
}

// SetPasswordInput is a new service password.
type SetPasswordInput struct {
	Old string `json:"old_password,omitempty" maxLength:"128" doc:"not wanted of who signed in by a code, or has none yet"`
	New string `json:"new_password" minLength:"1" maxLength:"128"`
}

// SetPassword sets the password of the customer's account; other sessions of it end. Who
// forgot the old one signs in by a code. Errors: validation, ErrOldPassword,
// rest.ErrTooMany.
func (s *Service) SetPassword(ctx context.Context, in SetPasswordInput) error {
	v, err := self(ctx)
	if err != nil {
		return err
	}
	if err := s.knowsOld(ctx, v, in.Old); err != nil {
		return err
	}
	hash, err := s.Users.HashSecret(ctx, "new_password", v.AccountNo, in.New)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := setPassword(tx, v, hash); err != nil {
			return err
		}
		if err := deleteSessionsOf(tx, v.OrgID, v.AccountID, v.SessionID); err != nil {
			return err
		}
		return s.recordTx(tx, v.actor(), v.account(), opPassword)
	})
}

// knowsOld asks for the old password of somebody who signed in by it.
func (s *Service) knowsOld(ctx context.Context, v *Visitor, old string) error {
	if v.ByCode {
		return nil
	}
	of := v.OrgID.String() + v.AccountNo
	var has accessRow
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if err := s.takeTx(tx, attempt{tryOfAccount, of}); err != nil {
			return err
		}
		has, err = accessOf(tx, v.OrgID, v.AccountID, v.CustomerID)
		return err
	})
	if err != nil {
		return err
	}
	ok, err := s.Users.MatchSecret(ctx, has.PasswordHash, old)
	if err == nil && !ok {
		err = ErrOldPassword
	}
	return err
}

// InstallPassword sets the password of an account without asking anybody: for the demo
// company. Error: db.ErrNotFound.
func (s *Service) InstallPassword(ctx context.Context, company, accountNo, password string) error {
	hash, err := s.Users.HashSecret(ctx, "password", accountNo, password)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		served, err := s.servedTx(tx, company)
		if err != nil {
			return err
		}
		a, found, err := s.accountTx(tx, served.ID, accountNo)
		if err != nil {
			return err
		}
		if !found {
			return db.ErrNotFound
		}
		if err := touchAccess(tx, a); err != nil {
			return err
		}
		return setPassword(tx, &Visitor{OrgID: a.OrgID, AccountID: a.ID, CustomerID: a.CustomerID}, hash)
	})
}
