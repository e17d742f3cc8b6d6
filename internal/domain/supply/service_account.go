package supply

import (
	"cmp"
	"context"
	"errors"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const objectAccount = "account"

var accountNoun = noun[Account, AccountInput, *Account]{
	table: accounts, object: objectAccount, path: "accounts", personal: true, usual: "account_no",
	orders: map[string]order[*Account]{
		"account_no":  {"account_no", func(a *Account) any { return a.AccountNo }},
		"contract_va": {"contract_va", func(a *Account) any { return a.ContractVA }},
		"created_at":  {"id", func(*Account) any { return "" }},
	},
	settle: (*Service).settleAccount, follow: (*Service).followAccount, drop: dropAccount, mask: maskAccount, keep: keepAccount,
	names: nameAccounts,
}

var premiseNoun = noun[Premise, PremiseInput, *Premise]{
	table: premises, object: "premise", path: "premises", personal: true, usual: "address",
	orders: map[string]order[*Premise]{
		"address":    {"folded", func(p *Premise) any { return p.Folded }},
		"created_at": {"id", func(*Premise) any { return "" }},
	},
	follow: (*Service).followPremise, mask: maskPremise, keep: keepPremise, seal: (*Service).sealNote, open: (*Service).openNote,
}

// kindOf is how an account's name is masked: that of a residential account is a
// person's.
func (a *Account) kindOf() customer.Kind {
	if a.Class == "lv_res" {
		return customer.KindPerson
	}
	return customer.KindOrganisation
}

func maskAccount(see customer.Sight, a *Account) {
	a.Name, a.Masked = see.Name(a.OrgID, a.CustomerID, a.kindOf(), a.Name), see.Hides(a.OrgID, a.CustomerID, customer.FieldCustomerName)
}

func keepAccount(see customer.Sight, before, a *Account) {
	if a.Name == see.Name(before.OrgID, before.CustomerID, before.kindOf(), before.Name) {
		a.Name = before.Name
	}
}

func maskPremise(see customer.Sight, p *Premise) {
	if see.Hides(p.OrgID, id.ID{}, customer.FieldAddress) {
		p.Folded, p.Masked = "", true
	}
	p.Address = see.Address(p.OrgID, id.ID{}, p.Address)
}

func keepPremise(see customer.Sight, before, p *Premise) {
	if p.Address == see.Address(before.OrgID, id.ID{}, before.Address) {
		p.Address = before.Address
	}
}

func (s *Service) settleAccount(tx *db.Tx, before, a *Account) error {
	var v fault.Validation
	if before == nil || before.AccountNo != a.AccountNo {
		rule, err := numberRule(tx, a.OrgID)
		if err != nil {
			return err
		}
		re, err := rule.compile()
		if err != nil {
			return err
		}
		checkNumber(&v, "account_no", re, rule.Example, a.AccountNo)
	}
	if err := s.checkOwners(tx, &v, before, a); err != nil {
		return err
	}
	p, err := heldPlaces(tx, a.OrgID, []id.ID{a.DistrictID}, []id.ID{a.LineID})
	if err != nil {
		return err
	}
	p.fill(&v, "", a.DistrictID, &a.LineID)
	return v.Err()
}

// checkOwners refuses a customer, premise or unit the company does not have, and a
// live account for a closed customer.
func (s *Service) checkOwners(tx *db.Tx, v *fault.Validation, before, a *Account) error {
	if !a.CustomerID.IsZero() {
		if err := holdCustomers(tx, a.OrgID, a.CustomerID); err != nil {
			return err
		}
		refs, err := s.Customers.RefsTx(tx, db.ScopeOf(a.OrgID), a.CustomerID)
		if err != nil {
			return err
		}
		ref, known := refs[a.CustomerID]
		v.Check(known && ref.Status != customer.Merged, "customer_id", "unknown_reference")
		v.Check(ref.Status != customer.Closed || !a.opens(before), "customer_id", "no_such")
	}
	if !a.PremiseID.IsZero() {
		_, err := premises.get(tx, db.ScopeOf(a.OrgID), a.PremiseID)
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		v.Check(err == nil, "premise_id", "unknown_reference")
	}
	return s.checkUnit(tx, v, a.OrgID, a.UnitID)
}

func (s *Service) checkUnit(tx *db.Tx, v *fault.Validation, org, unit id.ID) error {
	if unit.IsZero() {
		return nil
	}
	tree, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	company, ok := tree.Company(unit)
	v.Check(ok && company.ID == org, "unit_id", "unknown_reference")
	return nil
}

func (s *Service) followAccount(tx *db.Tx, by audit.Actor, before, a *Account) error {
	gains, org := stockGains{}, cmp.Or(a, before).OrgID
	gains.move(before, a)
	if err := gains.keepTx(tx, org); err != nil {
		return err
	}
	switch {
	case a == nil:
		return s.Customers.ReindexTx(tx, before.OrgID, distinct([]id.ID{before.CustomerID})...)
	case before == nil:
		if err := insertNumber(tx, a.OrgID, Number{a.AccountNo, a.ID, false}); err != nil {
			return err
		}
	default:
		if err := moved(tx, before, a); err != nil {
			return err
		}
	}
	if err := s.Customers.TimelineTx(tx, accountEvents(by, before, a)...); err != nil {
		return err
	}
	return s.reindexTx(tx, before, a)
}

// moved keeps the old number and lets the points follow the account.
func moved(tx *db.Tx, before, a *Account) error {
	if before.AccountNo != a.AccountNo {
		if err := renumber(tx, a, before.AccountNo); err != nil {
			return err
		}
	}
	if before.position() != a.position() {
		return movePoints(tx, a)
	}
	return nil
}

// reindexTx makes the customers of an account findable by what changed of it.
func (s *Service) reindexTx(tx *db.Tx, before, a *Account) error {
	if before != nil && before.CustomerID == a.CustomerID && before.AccountNo == a.AccountNo && before.PremiseID == a.PremiseID {
		return nil
	}
	ids := []id.ID{a.CustomerID}
	if before != nil {
		ids = append(ids, before.CustomerID)
	}
	return s.Customers.ReindexTx(tx, a.OrgID, distinct(ids)...)
}

// accountEvents are what an account's change tells its customer's timeline.
func accountEvents(by audit.Actor, before, a *Account) (events []customer.Entry) {
	tell := func(who id.ID, what string, params map[string]any) {
		if who.IsZero() {
			return
		}
		params["account_no"] = a.AccountNo
		events = append(events, customer.Entry{OrgID: a.OrgID, CustomerID: who, Kind: "supply." + what, Params: params, Actor: by, SourceType: objectAccount, SourceID: a.ID})
	}
	if before == nil || before.CustomerID != a.CustomerID {
		if before != nil {
			tell(before.CustomerID, "account_left", map[string]any{})
		}
		tell(a.CustomerID, "account_joined", map[string]any{"contract_va": a.ContractVA})
		return events
	}
	if before.ContractVA != a.ContractVA {
		tell(a.CustomerID, "capacity_changed", map[string]any{"from": before.ContractVA, "to": a.ContractVA})
	}
	if before.AccountNo != a.AccountNo {
		tell(a.CustomerID, "renumbered", map[string]any{"from": before.AccountNo})
	}
	if before.Status != a.Status {
		tell(a.CustomerID, "status_changed", map[string]any{"to": "@supply.account_status." + a.Status})
	}
	if before.PowerOff != a.PowerOff {
		tell(a.CustomerID, map[bool]string{true: "disconnected", false: "reconnected"}[a.PowerOff], map[string]any{})
	}
	return events
}

func (s *Service) followPremise(tx *db.Tx, _ audit.Actor, before, p *Premise) error {
	if before == nil || p == nil || before.Folded == p.Folded {
		return nil
	}
	customers, err := customersAt(tx, p.OrgID, p.ID)
	if err != nil {
		return err
	}
	return s.Customers.ReindexTx(tx, p.OrgID, customers...)
}

// AddNumber gives an account a number it had before, so that people and files
// with the old one find it. Errors: db.ErrNotFound, ErrNumberTaken,
// db.ErrKeyReused.
func (s *Service) AddNumber(ctx context.Context, account id.ID, key, number string) (numbers []Number, err error) {
	var v fault.Validation
	number = NormalNumber(number)
	v.Check(number != "", "number", "required")
	v.Check(utf8.RuneCountInString(number) <= 32, "number", "too_long", "limit", 32)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return s.changeNumbers(ctx, account, numberChange{opNumberAdd, key, number, func(tx *db.Tx, a *Account) error {
		if err := insertNumber(tx, a.OrgID, Number{number, a.ID, true}); err != nil {
			return err
		}
		return touchAccount(tx, a, a.Version)
	}})
}

// RemoveNumber takes a former number from an account of the version. Errors:
// db.ErrNotFound, db.ErrStale, ErrCurrentNumber.
func (s *Service) RemoveNumber(ctx context.Context, account id.ID, version int64, number string) ([]Number, error) {
	number = NormalNumber(number)
	return s.changeNumbers(ctx, account, numberChange{opNumberRemove, "", number, func(tx *db.Tx, a *Account) error {
		if a.AccountNo == number {
			return ErrCurrentNumber
		}
		if err := removeFormer(tx, a.OrgID, a.ID, number); err != nil {
			return err
		}
		return touchAccount(tx, a, version)
	}})
}

// The operations on former numbers.
const (
	opNumberAdd    = PermUpdate + ".number"
	opNumberRemove = PermUpdate + ".number_remove"
)

type numberChange struct {
	operation, key, number string
	do                     func(*db.Tx, *Account) error
}

func (s *Service) changeNumbers(ctx context.Context, account id.ID, c numberChange) (numbers []Number, err error) {
	who, err := access.Allow(ctx, PermUpdate)
	if err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := accounts.get(tx, who.Scope, account)
		if err != nil {
			return err
		}
		once := db.Once{OrgID: a.OrgID, UserID: who.UserID, Action: c.operation + " " + a.ID.String(), Key: c.key, Body: []byte(c.number)}
		if _, _, err := tx.Once(once, func() (id.ID, error) { return a.ID, s.changeNumbersTx(tx, who.Actor(), a, c) }); err != nil {
			return err
		}
		numbers, err = numbersOf(tx, a.OrgID, a.ID)
		return err
	})
	return numbers, err
}

func (s *Service) changeNumbersTx(tx *db.Tx, by audit.Actor, a *Account, c numberChange) error {
	if err := c.do(tx, a); err != nil {
		return err
	}
	numbers, err := numbersOf(tx, a.OrgID, a.ID)
	if err != nil {
		return err
	}
	if err := s.Audit.RecordTx(tx, audit.Change{OrgID: a.OrgID, Actor: by, Action: c.operation, ObjectType: objectAccount, ObjectID: a.ID,
		Before: c.number, After: numbers}); err != nil {
		return err
	}
	return s.Customers.ReindexTx(tx, a.OrgID, distinct([]id.ID{a.CustomerID})...)
}

// Rule is the pattern of a company's account numbers.
func (s *Service) Rule(ctx context.Context, org id.ID) (r NumberRule, err error) {
	_, org, err = access.AllowOne(ctx, PermList, org)
	if err != nil {
		return r, err
	}
	return r, s.DB.Read(ctx, func(tx *db.Tx) error { r, err = numberRule(tx, org); return err })
}

// SetRule sets the pattern of new account numbers; numbers that are there stay.
// Errors: validation, db.ErrStale.
func (s *Service) SetRule(ctx context.Context, org id.ID, version int64, in NumberRuleInput) (r NumberRule, err error) {
	who, org, err := access.AllowOne(ctx, PermConfigure, org)
	if err != nil {
		return r, err
	}
	if err := in.validate(); err != nil {
		return r, err
	}
	r = NumberRule{OrgID: org, Version: version, Pattern: in.Pattern, Example: NormalNumber(in.Example)}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := numberRule(tx, org)
		if err != nil {
			return err
		}
		if err := putNumberRule(tx, r); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: PermConfigure, ObjectType: "account_number_rule", ObjectID: org, Before: before, After: r})
	})
	r.Version++
	return r, err
}

// AccountCompanyTx gives the company of an account. Error: db.ErrNotFound.
func (s *Service) AccountCompanyTx(tx *db.Tx, scope db.Scope, account id.ID) (id.ID, error) {
	a, err := accounts.get(tx, scope, account)
	if err != nil {
		return id.ID{}, err
	}
	return a.OrgID, nil
}
