package supply

import (
	"regexp"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Account is a customer's supply at one address, known by its number 户号.
type Account struct {
	Head
	AccountInput
	TraceRank int  `db:"trace_rank" json:"-"`
	Masked    bool `db:"-" json:"masked,omitempty" doc:"the name is shown in part only"`
}

// AccountInput is what an account is made of.
type AccountInput struct {
	AccountNo      string   `db:"account_no" json:"account_no" minLength:"1" maxLength:"32" doc:"户号; must fit the company's pattern"`
	Name           string   `db:"name" json:"name" minLength:"1" maxLength:"100" doc:"户名"`
	Class          string   `db:"class" json:"class" enum:"hv,lv_nonres,lv_res" doc:"用户分类: high voltage, low voltage non-residential, residential"`
	Status         string   `db:"status" json:"status,omitempty" enum:"connecting,normal,changing,closed" default:"normal"`
	UseCategory    string   `db:"use_category" json:"use_category" enum:"residential,agricultural,irrigation,two_part,single_part,large_industry,general_industry,commercial,nonres_lighting,resale" doc:"用电类别"`
	Industry       string   `db:"industry" json:"industry,omitempty" pattern:"^[A-T][0-9]{0,4}$" doc:"GB/T 4754-2017: section and class"`
	Area           string   `db:"area" json:"area,omitempty" enum:"urban,rural" default:"urban"`
	ContractVA     int64    `db:"contract_va" json:"contract_va" minimum:"0" maximum:"10000000000" doc:"contracted capacity, VA"`
	RunningVA      int64    `db:"running_va" json:"running_va" minimum:"0" maximum:"10000000000" doc:"contracted less suspended capacity, VA"`
	Voltage        string   `db:"voltage" json:"voltage" enum:"AC02202,AC03802,AC00061,AC00101,AC00201,AC00351,AC01101,AC02201,AC05001,AC07501" doc:"of several supplies the highest"`
	Importance     string   `db:"importance" json:"importance,omitempty" enum:"special,first,second,temporary,ordinary" default:"ordinary" doc:"重要电力用户 (GB/T 29328)"`
	LoadClass      string   `db:"load_class" json:"load_class,omitempty" enum:"first,second,third"`
	Shifts         string   `db:"shifts" json:"shifts,omitempty" enum:"single,double,triple,continuous"`
	PowerOff       bool     `db:"power_off" json:"power_off,omitempty" doc:"disconnected at present"`
	CustomerID     id.ID    `db:"customer_id" json:"customer_id,omitzero"`
	PremiseID      id.ID    `db:"premise_id" json:"premise_id,omitzero"`
	DistrictID     id.ID    `db:"district_id" json:"district_id,omitzero" doc:"transformer district it is supplied from"`
	LineID         id.ID    `db:"line_id" json:"line_id,omitzero" doc:"line it is supplied from; the district's where there is one"`
	UnitID         id.ID    `db:"unit_id" json:"unit_id,omitzero" doc:"station 供电所 or department in charge"`
	ReadingSection string   `db:"reading_section" json:"reading_section,omitempty" maxLength:"32" doc:"抄表段"`
	OpenedOn       when.Day `db:"opened_on" json:"opened_on,omitempty" format:"date"`
	EnergisedOn    when.Day `db:"energised_on" json:"energised_on,omitempty" format:"date"`
	ClosedOn       when.Day `db:"closed_on" json:"closed_on,omitempty" format:"date"`
	ExpiresOn      when.Day `db:"expires_on" json:"expires_on,omitempty" format:"date" doc:"end of a temporary supply"`
}

var accounts = table[Account, *Account]{"account", "account_no, name, class, status, use_category, industry, area, contract_va, running_va, voltage, " +
	"importance, trace_rank, load_class, shifts, power_off, customer_id, premise_id, district_id, line_id, unit_id, " +
	"reading_section, opened_on, energised_on, closed_on, expires_on"}

func (a *Account) row() []any {
	return []any{a.AccountNo, a.Name, a.Class, a.Status, a.UseCategory, a.Industry, a.Area, a.ContractVA, a.RunningVA, a.Voltage,
		a.Importance, a.TraceRank, a.LoadClass, a.Shifts, a.PowerOff, a.CustomerID, a.PremiseID, a.DistrictID, a.LineID, a.UnitID,
		a.ReadingSection, a.OpenedOn, a.EnergisedOn, a.ClosedOn, a.ExpiresOn}
}

// The states of an account that rules ask about.
const (
	statusNormal = "normal"
	statusClosed = "closed"
)

// The ranks of a trace: important users stand first by their grade, accounts that
// are not supplied last; a trace stops before them.
const (
	ordinaryRank   = 9
	unsuppliedRank = 10
)

func (a *Account) rank() int {
	switch {
	case !a.Supplied():
		return unsuppliedRank
	case a.Importance == "ordinary":
		return ordinaryRank
	}
	return rank("importance", a.Importance)
}

// complete brings the input to the form it is kept in.
func (a *Account) set(in AccountInput) { a.AccountInput = in }

func (a *Account) complete() {
	a.AccountNo, a.Name = NormalNumber(a.AccountNo), strings.TrimSpace(a.Name)
	a.ReadingSection = strings.TrimSpace(a.ReadingSection)
	orDefault(&a.Status, statusNormal)
	orDefault(&a.Area, "urban")
	orDefault(&a.Importance, "ordinary")
	a.TraceRank = a.rank()
}

func orDefault(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

func (a *Account) validate() error {
	var v fault.Validation
	checkTags(&v, "", &a.AccountInput)
	v.Check(a.RunningVA <= a.ContractVA, "running_va", "above_contract", "limit", a.ContractVA)
	v.Check(a.Status == statusClosed || a.ClosedOn == "", "closed_on", "not_closed")
	v.Check(a.Status != statusClosed || a.ClosedOn != "", "closed_on", "required")
	checkOrder(&v, "energised_on", a.OpenedOn, a.EnergisedOn)
	checkOrder(&v, "closed_on", a.OpenedOn, a.ClosedOn)
	return v.Err()
}

// checkOrder refuses a day before the one it cannot precede.
func checkOrder(v *fault.Validation, field string, first, then when.Day) {
	v.Check(first == "" || then == "" || then >= first, field, "before_day", "day", string(first))
}

// Supplied tells whether power flows to the account from anywhere.
func (a *Account) Supplied() bool { return a.Status != statusClosed }

// opens tells whether the account becomes a live one of its customer; before is nil
// for a new one.
func (a *Account) opens(before *Account) bool {
	return a.Supplied() && (before == nil || !before.Supplied() || before.CustomerID != a.CustomerID)
}

// NormalNumber is the form in which numbers of accounts, meters and network
// objects are kept and compared: half-width capitals without blanks.
func NormalNumber(s string) string {
	n := capitals(s)
	for range 2 { // a letter whose capital folds to another one, such as İ
		n = capitals(n)
	}
	return n
}

func capitals(s string) string { return strings.ToUpper(strings.ReplaceAll(cn.Fold(s), " ", "")) }

// NumberRule is the pattern a company's account numbers fit. Ten digits in
// SG186, thirteen after the move to 营销2.0; banks take up to 32 characters.
type NumberRule struct {
	OrgID   id.ID  `db:"org_id" json:"org_id"`
	Version int64  `db:"version" json:"version" doc:"0: the default"`
	Pattern string `db:"pattern" json:"pattern" doc:"regular expression (RE2) for the whole number"`
	Example string `db:"example" json:"example"`
}

// NumberRuleInput is what an administrator sets.
type NumberRuleInput struct {
	Pattern string `json:"pattern" minLength:"1" maxLength:"200"`
	Example string `json:"example" minLength:"1" maxLength:"32"`
}

// defaultNumberRule holds where a company has set none.
var defaultNumberRule = NumberRule{Pattern: "[0-9A-Z-]{1,32}", Example: "6101234567"}

// compile refuses a pattern that is none by itself, such as "1)|(2": within the
// group it would be one, and reach out of it.
func (r NumberRule) compile() (*regexp.Regexp, error) {
	if _, err := regexp.Compile(r.Pattern); err != nil {
		return nil, err
	}
	return regexp.Compile("^(?:" + r.Pattern + ")$")
}

func (in NumberRuleInput) validate() error {
	var v fault.Validation
	checkTags(&v, "", in)
	re, err := NumberRule{Pattern: in.Pattern}.compile()
	v.Check(err == nil, "pattern", "no_pattern")
	v.Check(err != nil || re.MatchString(NormalNumber(in.Example)), "example", "not_of_pattern", "example", in.Example)
	return v.Err()
}

// checkNumber holds an account number to the company's rule.
func checkNumber(v *fault.Validation, field string, re *regexp.Regexp, example, number string) {
	v.Check(re.MatchString(number), field, "not_of_pattern", "example", example)
}

// Premise is the address that is supplied. It belongs to the network: it stays
// when its customer leaves or is erased.
type Premise struct {
	Head
	PremiseInput
	SealedNote []byte `db:"access_note" json:"-"`
	Folded     string `db:"folded" json:"-"`
	Masked     bool   `db:"-" json:"masked,omitempty" doc:"the address is shown in part only"`
}

// PremiseInput is what a premise is made of. Coordinates are WGS 84.
type PremiseInput struct {
	Address     string `db:"address" json:"address" minLength:"1" maxLength:"200"`
	Postcode    string `db:"postcode" json:"postcode,omitempty" pattern:"^[0-9]{6}$"`
	LongitudeE6 int64  `db:"longitude_e6" json:"longitude_e6,omitempty" minimum:"-180000000" maximum:"180000000" doc:"degrees × 10⁶; 0 with latitude 0: not known"`
	LatitudeE6  int64  `db:"latitude_e6" json:"latitude_e6,omitempty" minimum:"-90000000" maximum:"90000000"`
	AccessNote  string `db:"-" json:"access_note,omitempty" maxLength:"200" doc:"how to get in"`
}

var premises = table[Premise, *Premise]{"premise", "address, folded, postcode, longitude_e6, latitude_e6, access_note"}

func (p *Premise) row() []any {
	return []any{p.Address, p.Folded, p.Postcode, p.LongitudeE6, p.LatitudeE6, present(p.SealedNote)}
}

func (p *Premise) set(in PremiseInput) { p.PremiseInput = in }

func (p *Premise) complete() {
	p.Address = strings.TrimSpace(p.Address)
	p.Folded = cn.Fold(p.Address)
}

func (p *Premise) validate() error { return checked(&p.PremiseInput) }

// checked holds an input that has no rules beyond its tags to those.
func checked(input any) error {
	var v fault.Validation
	checkTags(&v, "", input)
	return v.Err()
}
