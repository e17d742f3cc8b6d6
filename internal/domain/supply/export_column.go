package supply

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// internalColumns mean nothing to a reader.
var internalColumns = []string{"org_id", "id", "version", "updated_at", "folded", "trace_rank", "health_rank", "apart", "feeder_id"}

// namedColumns hold identifiers; a reader sees the name.
var namedColumns = map[string]func(*Names) string{
	"account_id":    func(n *Names) string { return n.AccountNo },
	"customer_id":   func(n *Names) string { return n.customerNo },
	"district_id":   func(n *Names) string { return n.District },
	"equipment_id":  func(n *Names) string { return n.Equipment },
	"line_id":       func(n *Names) string { return n.Line },
	"manager_id":    func(n *Names) string { return n.manager },
	"node_id":       func(n *Names) string { return n.Node },
	"parent_id":     func(n *Names) string { return n.Line },
	"point_id":      func(n *Names) string { return n.Point },
	"premise_id":    func(n *Names) string { return n.Address },
	"substation_id": func(n *Names) string { return n.Substation },
	"unit_id":       func(n *Names) string { return n.unit },
}

// codeColumns name the code list of a column, where it is not called as the
// column: of one kind of record, else of all.
var codeColumns = map[string]string{
	"account.status": "account_status", "point.status": "point_status", "meter.status": "meter_status", "contract.status": "contract_status",
	"point.kind": "point_kind", "meter.kind": "meter_kind", "line.kind": "line_kind", "district.kind": "district_kind", "equipment.kind": "equipment_kind",
	"condition.kind": "condition_kind", "contract.kind": "contract_kind", "attribute": "point_attribute", "purpose": "point_purpose", "grade": "defect_grade",
}

// headings are the keys of columns that the screens' fields name otherwise.
var headings = map[string]string{
	"account.name": "supply_ui.field.account_name", "affected.name": "supply_ui.field.account_name", "meter.kind": "supply_ui.field.meter_kind",
	"meter.installed_on": "supply_ui.hung_on", "point_id": "supply_ui.point", "manager_id": "supply_ui.field.district_manager", "created_at": "supply_ui.created_on",
	"account_id": "supply_ui.field.account_no", "customer_id": "customer.column.customer_no", "customer_no": "customer.column.customer_no",
	"second_source": "supply_ui.second_source", "own_generation": "supply_ui.section.generation", "district": "supply_ui.field.district_id", "line": "supply_ui.field.line_id",
}

// scaled are the units in which quantities are shown, and how many of the kept
// ones make one.
var scaled = map[string]struct {
	unit string
	per  float64
}{
	"contract_va": {"kVA", 1e3}, "running_va": {"kVA", 1e3}, "capacity_va": {"kVA", 1e3}, "security_load_w": {"kW", 1e3}, "length_m": {"m", 1},
	"tolerable_min": {"min", 1}, "longitude_e6": {"°", 1e6}, "latitude_e6": {"°", 1e6},
}

// speaker puts columns into the words of a language.
type speaker struct {
	text func(lang, key string, params map[string]any) string
	lang string
}

// speaker speaks the language the caller has chosen, else that of his request: a
// link carries none.
func (s *Service) speaker(ctx context.Context) speaker {
	return speaker{s.Text, cmp.Or(access.CallerOf(ctx).Locale, rest.Language(ctx))}
}

func (s speaker) word(key string) string { return s.text(s.lang, key, nil) }

func (s speaker) heading(object, column string) string {
	word := s.word(cmp.Or(headings[object+"."+column], headings[column], "supply_ui.field."+column))
	if q, ok := scaled[column]; ok {
		word += " (" + q.unit + ")"
	}
	return word
}

func (s speaker) cell(object, column string, value any, names *Names) string {
	if name, ok := namedColumns[column]; ok {
		return name(names)
	}
	switch v := value.(type) {
	case bool:
		if v {
			return s.word("kit.yes")
		}
		return s.word("kit.no")
	case when.Instant:
		if v == 0 {
			return ""
		}
		return v.Time().Format("2006-01-02 15:04")
	case int64:
		if q, ok := scaled[column]; ok {
			return strconv.FormatFloat(float64(v)/q.per, 'f', -1, 64)
		}
	}
	text := fmt.Sprint(value)
	list := cmp.Or(codeColumns[object+"."+column], codeColumns[column], column)
	for _, c := range Codes(list) {
		if c.Code == text {
			return s.word("supply." + list + "." + text)
		}
	}
	return text
}

// fileIDs are the identifiers that only a file shows by name.
type fileIDs struct{ customer, unit, manager id.ID }

type inFile interface{ fileIDs() fileIDs }

func (a *Account) fileIDs() fileIDs  { return fileIDs{customer: a.CustomerID, unit: a.UnitID} }
func (d *District) fileIDs() fileIDs { return fileIDs{unit: d.UnitID, manager: d.ManagerID} }

// nameForFileTx fills in what the names of a list do not hold.
func nameForFileTx[R any, P recordOf[R]](tx *db.Tx, s *Service, scope db.Scope, records []R) error {
	if _, ok := any(P(new(R))).(inFile); !ok {
		return nil
	}
	ids := make([]fileIDs, len(records))
	tree, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	var customers, managers []id.ID
	for i := range records {
		ids[i] = any(P(&records[i])).(inFile).fileIDs()
		customers, managers = append(customers, ids[i].customer), append(managers, ids[i].manager)
	}
	refs, err := s.Customers.RefsTx(tx, scope, distinct(customers)...)
	if err != nil {
		return err
	}
	named, err := s.Users.NamesTx(tx, distinct(managers))
	if err != nil {
		return err
	}
	for i, of := range ids {
		n := P(&records[i]).head().Names
		unit, _ := tree.Get(of.unit)
		n.customerNo, n.unit, n.manager = refs[of.customer].CustomerNo, unit.Name, named[of.manager]
	}
	return nil
}
