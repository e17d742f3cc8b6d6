package privacy

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// OwnConsentTx tells a customer how he stands to a purpose. Error: db.ErrNotFound.
func (s *Service) OwnConsentTx(tx *db.Tx, org, customer id.ID, purpose string) (st PurposeState, err error) {
	of, err := s.purposeTx(tx, org, purpose)
	if err != nil {
		return st, err
	}
	p, err := s.personTx(tx, db.ScopeOf(org), customer)
	if err != nil {
		return st, err
	}
	history, err := consentsOf(tx, p)
	return stateOf(of, of.textOn(tx.Now().Day()), history), err
}

// GiveOwnTx and WithdrawOwnTx record what a customer says himself, as Give and Withdraw do
// what he told somebody. Errors: as of these.
func (s *Service) GiveOwnTx(tx *db.Tx, who access.Who, customer id.ID, in ConsentInput) error {
	return s.ownTx(tx, who, PermGive, customer, in, giving(in))
}

// WithdrawOwnTx: see GiveOwnTx.
func (s *Service) WithdrawOwnTx(tx *db.Tx, who access.Who, customer id.ID, in ConsentInput) error {
	return s.ownTx(tx, who, PermWithdraw, customer, in, withdrawing)
}

func (s *Service) ownTx(tx *db.Tx, who access.Who, action string, customer id.ID, in ConsentInput, rule consentRule) error {
	p, err := s.personTx(tx, who.Scope, customer)
	if err == nil {
		_, err = s.addTx(tx, who, action, p, in, rule)
	}
	return err
}
