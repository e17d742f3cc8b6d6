package supply

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Contract is a supply contract 供用电合同 of an account.
type Contract struct {
	Head
	ContractInput
	// LongerThanUsual: the term is above what contracts of the kind usually have.
	LongerThanUsual bool `db:"-" json:"longer_than_usual,omitempty"`
}

// ContractInput holds the content the law asks for: supply mode, quality, time;
// capacity, address, nature; metering; price and settlement; maintenance; term;
// liability (电力供应与使用条例 art. 33, 民法典 art. 649). The demarcation point is
// the place of performance (art. 650).
type ContractInput struct {
	AccountID   id.ID    `db:"account_id" json:"account_id"`
	ContractNo  string   `db:"contract_no" json:"contract_no" minLength:"1" maxLength:"40"`
	Kind        string   `db:"kind" json:"kind" enum:"hv,lv,temporary,resale,transfer_supply,residential"`
	Status      string   `db:"status" json:"status,omitempty" enum:"draft,in_force,ended" default:"draft"`
	SignedOn    when.Day `db:"signed_on" json:"signed_on,omitempty" format:"date"`
	ValidFrom   when.Day `db:"valid_from" json:"valid_from,omitempty" format:"date"`
	ValidTo     when.Day `db:"valid_to" json:"valid_to,omitempty" format:"date" doc:"last day; absent: open"`
	CapacityVA  int64    `db:"capacity_va" json:"capacity_va" minimum:"0" maximum:"10000000000"`
	Demarcation string   `db:"demarcation" json:"demarcation,omitempty" maxLength:"1000" doc:"property demarcation point 产权分界点"`
	SupplyMode  string   `db:"supply_mode" json:"supply_mode,omitempty" maxLength:"1000"`
	Quality     string   `db:"quality" json:"quality,omitempty" maxLength:"1000"`
	Metering    string   `db:"metering" json:"metering,omitempty" maxLength:"1000"`
	Price       string   `db:"price" json:"price,omitempty" maxLength:"1000"`
	Maintenance string   `db:"maintenance" json:"maintenance,omitempty" maxLength:"1000"`
	Liability   string   `db:"liability" json:"liability,omitempty" maxLength:"1000"`
}

var contracts = table[Contract, *Contract]{"supply_contract", "account_id, contract_no, kind, status, signed_on, valid_from, valid_to, capacity_va, " +
	"demarcation, supply_mode, quality, metering, price, maintenance, liability"}

func (c *Contract) row() []any {
	return []any{c.AccountID, c.ContractNo, c.Kind, c.Status, c.SignedOn, c.ValidFrom, c.ValidTo, c.CapacityVA,
		c.Demarcation, c.SupplyMode, c.Quality, c.Metering, c.Price, c.Maintenance, c.Liability}
}

const objectContract = "contract"

var contractNoun = noun[Contract, ContractInput, *Contract]{
	table: contracts, object: objectContract, path: "supply-contracts", personal: true, usual: "valid_to",
	orders: map[string]order[*Contract]{
		"valid_to":    {"valid_to", func(c *Contract) any { return string(c.ValidTo) }},
		"contract_no": {"contract_no", func(c *Contract) any { return c.ContractNo }},
		"created_at":  {"id", func(*Contract) any { return "" }},
	},
	settle: func(_ *Service, tx *db.Tx, _, c *Contract) error {
		var v fault.Validation
		if err := checkThere(tx, &v, accounts, c.OrgID, c.AccountID, "account_id"); err != nil {
			return err
		}
		return v.Err()
	},
	names:  nameContracts,
	follow: (*Service).followContract,
	mask:   func(_ customer.Sight, c *Contract) { c.LongerThanUsual = c.longerThanUsual() },
}

// The states of a contract that rules ask about.
const (
	contractDraft   = "draft"
	contractInForce = "in_force"
)

func (c *Contract) set(in ContractInput) { c.ContractInput = in }

func (c *Contract) complete() {
	c.ContractNo = strings.TrimSpace(c.ContractNo)
	orDefault(&c.Status, contractDraft)
}

func (c *Contract) validate() error {
	var v fault.Validation
	checkTags(&v, "", &c.ContractInput)
	v.Check(!c.AccountID.IsZero(), "account_id", "required")
	v.Check(c.Status == contractDraft || c.SignedOn != "", "signed_on", "required")
	v.Check(c.Status == contractDraft || c.ValidFrom != "", "valid_from", "required")
	checkOrder(&v, "valid_to", c.ValidFrom, c.ValidTo)
	return v.Err()
}

// usualTerm is the longest term contracts of a kind usually have.
type usualTerm struct {
	Kind       string `json:"kind"`
	Years      int    `json:"years"`
	Source     string `json:"source"`
	Confidence string `json:"confidence"`
}

//go:embed code/contract_term.json
var contractTermsJSON []byte

var contractTerms = sync.OnceValue(func() map[string]usualTerm {
	var list []usualTerm
	if err := json.Unmarshal(contractTermsJSON, &list); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	terms := map[string]usualTerm{}
	for _, t := range list {
		terms[t.Kind] = t
	}
	return terms
})

// longerThanUsual warns only: the terms are usage, not law we could cite.
func (c *Contract) longerThanUsual() bool {
	usual, limited := contractTerms()[c.Kind]
	from, err := c.ValidFrom.Time()
	if !limited || err != nil {
		return false
	}
	return c.ValidTo == "" || string(c.ValidTo) >= from.AddDate(usual.Years, 0, 0).Format(time.DateOnly)
}

// followContract tells the customer's timeline of a contract that came into force
// or ended.
func (s *Service) followContract(tx *db.Tx, by audit.Actor, before, c *Contract) error {
	if c == nil || c.Status == contractDraft || before != nil && before.Status == c.Status {
		return nil
	}
	a, err := accounts.get(tx, db.ScopeOf(c.OrgID), c.AccountID)
	if err != nil || a.CustomerID.IsZero() {
		return err
	}
	return s.Customers.TimelineTx(tx, c.event(a, by))
}

// event tells the customer of the account that the contract came into force or
// ended.
func (c *Contract) event(a *Account, by audit.Actor) customer.Entry {
	what := map[bool]string{true: "contract_signed", false: "contract_ended"}[c.Status == contractInForce]
	return customer.Entry{OrgID: c.OrgID, CustomerID: a.CustomerID, Kind: "supply." + what, Actor: by, SourceType: objectContract, SourceID: c.ID,
		Params: map[string]any{"account_no": a.AccountNo, "contract_no": c.ContractNo, "kind": "@supply.contract_kind." + c.Kind}}
}
