package access

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Outsider is the caller of somebody who is no user, such as a customer who deals with
// his own cases: he is named, holds nothing, and is let into a company by whoever makes
// sure which records there are his.
func Outsider(name string, company id.ID) Who {
	return Who{Caller: &Caller{Name: name}, Scope: db.ScopeOf(company)}
}

// HashSecret hashes the secret of somebody who is no user as a password is hashed; name is
// what it must not be equal to. Error: validation.
func (s *Service) HashSecret(ctx context.Context, field, name, secret string) (hash string, err error) {
	var v fault.Validation
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		policy, err := policyTx(tx)
		policy.check(&v, field, name, secret)
		return err
	})
	if err == nil {
		err = v.Err()
	}
	if err == nil {
		err = s.inTurn(ctx, func() { hash = s.cost.Hash(secret) })
	}
	return hash, err
}

// MatchSecret tells whether a secret has the hash. "" is the hash of no secret, and costs
// as much, so that time does not tell.
func (s *Service) MatchSecret(ctx context.Context, hash, secret string) (bool, error) {
	if hash == "" {
		_, err := s.verify(ctx, s.decoy, secret)
		return false, err
	}
	return s.verify(ctx, hash, secret)
}
