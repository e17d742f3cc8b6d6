package supply

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

func (l Listing) listing() Listing { return l }

type accountList struct {
	Listing
	Q           string `query:"q" maxLength:"32" doc:"beginning of the number, or what finds the customer: name, address, pinyin"`
	Number      string `query:"number" maxLength:"32" doc:"whole number, a former one too"`
	Class       string `query:"class" enum:"hv,lv_nonres,lv_res"`
	Status      string `query:"status" enum:"connecting,normal,changing,closed"`
	UseCategory string `query:"use_category" maxLength:"30"`
	Importance  string `query:"importance" enum:"special,first,second,temporary,ordinary,any" doc:"any: all but ordinary"`
	PowerOff    bool   `query:"power_off" doc:"only disconnected ones"`
	CustomerID  id.ID  `query:"customer_id"`
	PremiseID   id.ID  `query:"premise_id"`
	DistrictID  id.ID  `query:"district_id"`
	LineID      id.ID  `query:"line_id"`
	UnitID      id.ID  `query:"unit_id"`

	numbered []id.ID // who has or had Number
	named    []id.ID // customers found by Q
}

// resolve finds the account that has the number asked for, and the customers of
// the name.
func (l accountList) resolve(s *Service, tx *db.Tx, scope db.Scope) (query, error) {
	var err error
	if l.Number != "" {
		if l.numbered, err = accountsNumbered(tx, scope, NormalNumber(l.Number)); err != nil {
			return nil, err
		}
	}
	if isName(l.Q) {
		l.named, err = s.Customers.FoundTx(tx, scope, l.Q)
	}
	return l, err
}

// isName tells a name from the beginning of a number.
func isName(q string) bool {
	n := NormalNumber(q)
	return n != "" && !numberLike.MatchString(n)
}

func (l accountList) where(q *db.Query) bool {
	if isName(l.Q) {
		db.In(q, "customer_id", l.named)
	} else {
		prefixed(q, "account_no", NormalNumber(l.Q))
	}
	if l.Number != "" {
		db.In(q, "id", l.numbered)
	}
	equals(q, "class", l.Class)
	equals(q, "status", l.Status)
	equals(q, "use_category", l.UseCategory)
	if l.Importance != "" && l.Importance != "ordinary" {
		q.Where("importance <> 'ordinary'") // as the index of important accounts says
	}
	if l.Importance == "any" {
		q.Where("importance IN ('special', 'first', 'second', 'temporary')")
	} else {
		equals(q, "importance", l.Importance)
	}
	equals(q, "power_off", l.PowerOff)
	equals(q, "unit_id", l.UnitID)
	return anyOf(equals(q, "customer_id", l.CustomerID), equals(q, "premise_id", l.PremiseID), equals(q, "district_id", l.DistrictID),
		equals(q, "line_id", l.LineID), l.Importance != "" && l.Importance != "ordinary", l.Number != "", isName(l.Q))
}

type premiseList struct {
	Listing
	Q string `query:"q" maxLength:"100" doc:"what finds the customer there, or the beginning of the address"`

	found []id.ID
}

// resolve finds the premises of the customers that the query finds; the search
// index knows parts of their addresses.
func (l premiseList) resolve(s *Service, tx *db.Tx, scope db.Scope) (query, error) {
	if l.Q == "" {
		return l, nil
	}
	customers, err := s.Customers.FoundTx(tx, scope, l.Q)
	if err == nil && len(customers) > 0 {
		l.found, err = premisesOf(tx, scope, customers)
	}
	return l, err
}

func (l premiseList) where(q *db.Query) bool {
	if len(l.found) > 0 {
		db.In(q, "id", l.found)
		return true
	}
	prefixed(q, "folded", cn.Fold(l.Q))
	return false
}

type pointList struct {
	Listing
	Q          string `query:"q" maxLength:"32" doc:"beginning of the number"`
	Status     string `query:"status" enum:"planned,in_use,suspended,withdrawn"`
	Purpose    string `query:"purpose" maxLength:"30"`
	AccountID  id.ID  `query:"account_id"`
	DistrictID id.ID  `query:"district_id"`
}

func (l pointList) where(q *db.Query) bool {
	prefixed(q, "no", NormalNumber(l.Q))
	equals(q, "status", l.Status)
	equals(q, "purpose", l.Purpose)
	return anyOf(equals(q, "account_id", l.AccountID), equals(q, "district_id", l.DistrictID))
}

type meterList struct {
	Listing
	Q       string `query:"q" maxLength:"40" doc:"beginning of the asset number"`
	Status  string `query:"status" enum:"in_stock,installed,removed,scrapped"`
	Kind    string `query:"kind" enum:"smart,electronic,induction"`
	PointID id.ID  `query:"point_id"`
}

func (l meterList) where(q *db.Query) bool {
	prefixed(q, "asset_no", NormalNumber(l.Q))
	equals(q, "status", l.Status)
	equals(q, "kind", l.Kind)
	return equals(q, "point_id", l.PointID)
}

// Numbered is the query of lists of network objects.
type Numbered struct {
	Listing
	Q string `query:"q" maxLength:"40" doc:"beginning of the number, or part of the name, pinyin"`

	named []id.ID // of the name, where Q is one
}

// find looks for the objects of a kind that have the name.
func (l *Numbered) find(tx *db.Tx, scope db.Scope, kind string) error {
	if !isName(l.Q) {
		return nil
	}
	hits, err := findNetwork(tx, scope, l.Q, search.Candidates)
	for _, h := range hits {
		if h.Kind == kind {
			l.named = append(l.named, h.ObjectID)
		}
	}
	return err
}

func (l Numbered) where(q *db.Query) bool {
	if isName(l.Q) {
		db.In(q, "id", l.named)
		return true
	}
	prefixed(q, "no", NormalNumber(l.Q))
	return false
}

type substationList struct{ Numbered }

func (l substationList) resolve(_ *Service, tx *db.Tx, scope db.Scope) (query, error) {
	err := l.find(tx, scope, string(NodeSubstation))
	return l, err
}

type lineList struct {
	Numbered
	SubstationID id.ID `query:"substation_id"`
	ParentID     id.ID `query:"parent_id"`
	FeederID     id.ID `query:"feeder_id"`
}

func (l lineList) resolve(_ *Service, tx *db.Tx, scope db.Scope) (query, error) {
	err := l.find(tx, scope, string(NodeLine))
	return l, err
}

func (l lineList) where(q *db.Query) bool {
	return anyOf(l.Numbered.where(q), equals(q, "substation_id", l.SubstationID), equals(q, "parent_id", l.ParentID), equals(q, "feeder_id", l.FeederID))
}

type districtList struct {
	Numbered
	LineID id.ID  `query:"line_id"`
	UnitID id.ID  `query:"unit_id"`
	Kind   string `query:"kind" enum:"public,dedicated"`
}

func (l districtList) resolve(_ *Service, tx *db.Tx, scope db.Scope) (query, error) {
	err := l.find(tx, scope, string(NodeDistrict))
	return l, err
}

func (l districtList) where(q *db.Query) bool {
	narrow := l.Numbered.where(q)
	equals(q, "unit_id", l.UnitID)
	equals(q, "kind", l.Kind)
	return anyOf(narrow, equals(q, "line_id", l.LineID))
}

type equipmentList struct {
	Numbered
	NodeID id.ID  `query:"node_id"`
	Kind   string `query:"kind" maxLength:"30"`
	Health string `query:"health" enum:"severe,abnormal,attention,normal"`
}

func (l equipmentList) resolve(_ *Service, tx *db.Tx, scope db.Scope) (query, error) {
	err := l.find(tx, scope, kindEquipment)
	return l, err
}

func (l equipmentList) where(q *db.Query) bool {
	narrow := l.Numbered.where(q)
	equals(q, "kind", l.Kind)
	equals(q, "health", l.Health)
	return anyOf(narrow, equals(q, "node_id", l.NodeID))
}

type conditionList struct {
	Listing
	EquipmentID id.ID    `query:"equipment_id"`
	NodeID      id.ID    `query:"node_id"`
	Kind        string   `query:"kind" enum:"inspection,test,defect,fault,repair"`
	Open        bool     `query:"open" doc:"only defects not remedied and faults not restored"`
	Since       when.Day `query:"since" format:"date" doc:"found on or after the day"`
}

func (l conditionList) where(q *db.Query) bool {
	equals(q, "kind", l.Kind)
	if l.Open {
		q.Where("kind IN ('defect', 'fault')").Where("restored_at = 0")
	}
	if first, err := l.Since.Time(); err == nil {
		q.Where("found_at >= ?", when.At(first))
	}
	return anyOf(equals(q, "equipment_id", l.EquipmentID), equals(q, "node_id", l.NodeID))
}

type contractList struct {
	Listing
	Q          string   `query:"q" maxLength:"40" doc:"beginning of the contract number"`
	AccountID  id.ID    `query:"account_id"`
	Kind       string   `query:"kind" enum:"hv,lv,temporary,resale,transfer_supply,residential"`
	Status     string   `query:"status" enum:"draft,in_force,ended"`
	EndsBefore when.Day `query:"ends_before" format:"date" doc:"contracts with an end before the day"`
}

func (l contractList) where(q *db.Query) bool {
	prefixed(q, "contract_no", l.Q)
	equals(q, "kind", l.Kind)
	equals(q, "status", l.Status)
	if l.EndsBefore != "" {
		q.Where("valid_to > ''").Where("valid_to < ?", l.EndsBefore)
	}
	return equals(q, "account_id", l.AccountID)
}

func anyOf(conds ...bool) bool { return slices.Contains(conds, true) }
