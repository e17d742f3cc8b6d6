package supply

import (
	"fmt"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// CreateContractsTx keeps contracts of one company as history has them, with one
// audit entry: the timelines tell of them at the day they were signed or ended.
// Errors: a validation error with fields such as "contracts[3].signed_on";
// ErrNoTaken.
func (s *Service) CreateContractsTx(tx *db.Tx, by audit.Actor, org id.ID, list []Contract) error {
	if len(list) == 0 {
		return nil
	}
	beginAll(tx, org, list)
	owners, err := byID(accounts.some(tx, org, distinct(pick(list, func(c *Contract) id.ID { return c.AccountID }))))
	if err != nil {
		return err
	}
	var v fault.Validation
	checkAll(&v, "contracts", list)
	for i, c := range list {
		_, known := owners[c.AccountID]
		v.Check(known, fmt.Sprintf("contracts[%d].account_id", i), "unknown_reference")
	}
	if err := v.Err(); err != nil {
		return err
	}
	if err := taken(contracts.insertMany(tx, list)); err != nil {
		return err
	}
	var events []customer.Entry
	for i := range list {
		if a := owners[list[i].AccountID]; list[i].Status != contractDraft && !a.CustomerID.IsZero() {
			events = append(events, list[i].pastEvent(&a, by))
		}
	}
	if err := s.Customers.TimelineTx(tx, events...); err != nil {
		return err
	}
	return s.recordBatchTx(tx, by, org, PermCreate, objectContract, map[string]int{"contracts": len(list)}, pick(list, func(c *Contract) id.ID { return c.ID }))
}

// pastEvent is the event at the day on which it happened; a contract that
// ended without a day tells of it now.
func (c *Contract) pastEvent(a *Account, by audit.Actor) customer.Entry {
	e, day := c.event(a, by), c.SignedOn
	if c.Status != contractInForce {
		day = c.ValidTo
	}
	if t, err := day.Time(); err == nil {
		e.At = when.At(t).Add(10 * time.Hour)
	}
	return e
}
