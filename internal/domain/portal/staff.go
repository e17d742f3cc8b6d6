package portal

import (
	"cmp"
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Standing is how a customer signs in by one of his accounts.
type Standing struct {
	AccountID   id.ID        `json:"account_id"`
	AccountNo   string       `json:"account_no"`
	HasPassword bool         `json:"has_password"`
	PasswordAt  when.Instant `json:"password_at,omitzero"`
	SignedInAt  when.Instant `json:"signed_in_at,omitzero" doc:"last"`
	Sessions    int          `json:"sessions" doc:"where he is signed in now"`
}

// Standings tell how a customer signs in.
type Standings struct {
	Enabled  bool       `json:"enabled" doc:"the company serves its customers in the portal"`
	HasPhone bool       `json:"has_phone" doc:"a code can be sent to him"`
	Accounts []Standing `json:"accounts" nullable:"false"`
	MayReset bool       `json:"may_reset"`
}

// Access tells how a customer signs in to the portal. Error: db.ErrNotFound.
func (s *Service) Access(ctx context.Context, customer id.ID) (all Standings, err error) {
	who, err := access.Allow(ctx, PermAccess)
	if err != nil {
		return all, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error { all, err = s.standingsTx(tx, who, customer); return err })
}

func (s *Service) standingsTx(tx *db.Tx, who access.Who, customer id.ID) (all Standings, err error) {
	company, err := s.companyOfTx(tx, who.Scope, customer)
	if err != nil {
		return all, err
	}
	set, err := settingOf(tx, company)
	if err != nil {
		return all, err
	}
	phone, err := s.Customers.MobileTx(tx, company, customer)
	if err != nil {
		return all, err
	}
	may, _ := who.May(PermReset)
	all = Standings{Enabled: set.Enabled, HasPhone: phone != "", Accounts: []Standing{}, MayReset: may.Scope.Has(company)}
	ids, err := s.Supply.AccountIDsTx(tx, company, []id.ID{customer})
	if err != nil {
		return all, err
	}
	accounts, err := s.Supply.AccountsTx(tx, company, ids)
	if err != nil {
		return all, err
	}
	rows, err := standingsOf(tx, company, customer)
	if err != nil {
		return all, err
	}
	for _, a := range accounts {
		r := rows[a.ID]
		all.Accounts = append(all.Accounts, Standing{a.ID, a.AccountNo, r.PasswordHash != "", r.PasswordAt, r.SignedInAt, r.Sessions})
	}
	slices.SortFunc(all.Accounts, func(a, b Standing) int { return cmp.Compare(a.AccountNo, b.AccountNo) })
	return all, nil
}

func (s *Service) companyOfTx(tx *db.Tx, scope db.Scope, customer id.ID) (id.ID, error) {
	refs, err := s.Customers.RefsTx(tx, scope, customer)
	if err == nil && len(refs) == 0 {
		err = db.ErrNotFound
	}
	return refs[customer].OrgID, err
}

// Reset takes the service password of an account away and ends its sessions: for a
// customer whose secret is out. He signs in by a code. Error: db.ErrNotFound.
func (s *Service) Reset(ctx context.Context, customer, account id.ID) error {
	who, err := access.Allow(ctx, PermReset)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		company, err := s.companyOfTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		all, err := s.Supply.AccountsTx(tx, company, []id.ID{account})
		if err != nil {
			return err
		}
		a, ok := all[account]
		if !ok || a.CustomerID != customer {
			return db.ErrNotFound
		}
		if err := clearPassword(tx, company, account); err != nil {
			return err
		}
		if err := deleteSessionsOf(tx, company, account, id.ID{}); err != nil {
			return err
		}
		return s.recordTx(tx, who.Actor(), a, PermReset)
	})
}
