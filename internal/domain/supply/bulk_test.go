package supply_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

var importer = audit.Actor{Name: "import"}

// network is a small county: station S with trunk T, its branch U with its own
// branch V, districts D1 on T, D2 on V; a second trunk X without substation.
type network struct{ S, T, U, V, X, D1, D2, Breaker, Switch id.ID }

// build keeps the small network in a company; tag makes the numbers unique.
func (w *world) build(org id.ID) (n network) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		for _, i := range []*id.ID{&n.S, &n.T, &n.U, &n.V, &n.X, &n.D1, &n.D2, &n.Breaker, &n.Switch} {
			*i = tx.NewID()
		}
		line := func(i id.ID, no, name string, parent, substation id.ID) supply.Line {
			return supply.Line{Head: headed(i), LineInput: supply.LineInput{No: no, Name: name, Voltage: "AC00101", ParentID: parent, SubstationID: substation}}
		}
		return w.svc.CreateNetworkTx(tx, importer, org, &supply.Network{
			Substations: []supply.Substation{{Head: headed(n.S), SubstationInput: supply.SubstationInput{No: "s1", Name: "城东变", Voltage: "AC01101"}}},
			// Branches before their trunk: the order does not matter.
			Lines: []supply.Line{line(n.V, "L-103", "翠湖支线", n.U, id.ID{}), line(n.U, "L-102", "解放支线", n.T, id.ID{}),
				line(n.T, "L-101", "城东一线", id.ID{}, n.S), line(n.X, "L-201", "山南线", id.ID{}, id.ID{})},
			Districts: []supply.District{
				{Head: headed(n.D1), DistrictInput: supply.DistrictInput{No: "T0001", Name: "人民路1号台区", LineID: n.T, CapacityVA: 400_000}},
				{Head: headed(n.D2), DistrictInput: supply.DistrictInput{No: "T0002", Name: "翠湖台区", LineID: n.V, CapacityVA: 200_000, Area: "rural"}}},
			Equipment: []supply.Equipment{
				{Head: headed(n.Breaker), EquipmentInput: supply.EquipmentInput{No: "E1", Name: "101断路器", Kind: "breaker", NodeKind: supply.NodeLine, NodeID: n.T}},
				{Head: headed(n.Switch), EquipmentInput: supply.EquipmentInput{No: "E2", Name: "翠湖分段开关", Kind: "switch", NodeKind: supply.NodeLine, NodeID: n.V}, Health: "abnormal", OpenDefects: 1}},
			Conditions: []supply.Condition{
				{ConditionInput: supply.ConditionInput{EquipmentID: n.Switch, Kind: "defect", Grade: "serious", FoundAt: now - 1, Finding: "触头过热"}}},
		})
	})
	return n
}

func (w *world) batch(org id.ID, b *supply.Batch) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { return w.svc.CreateManyTx(tx, importer, org, b) })
}

func TestNetworkBatchHangsBranchesOnTheirTrunk(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		if got := w.count("SELECT count(*) FROM power_line WHERE feeder_id = $1 AND substation_id = $2", n.T, n.S); got != 3 {
			t.Errorf("%d lines of the trunk, want 3", got)
		}
		if got := w.count("SELECT count(*) FROM power_line WHERE id = $1 AND feeder_id = $1 AND substation_id IS NULL", n.X); got != 1 {
			t.Error("a trunk is its own feeder")
		}
		if got := w.count("SELECT count(*) FROM equipment_condition WHERE node_id = $1", n.V); got != 1 {
			t.Error("a condition stands at its equipment's node")
		}
		if got := w.count("SELECT count(*) FROM audit_entry WHERE org_id = $1", w.a); got != 1 {
			t.Errorf("%d audit entries, want one for the batch", got)
		}
		w.build(w.b) // the same numbers in another company
	})
}

func TestNetworkBatchRefuses(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		other := w.build(w.b)
		loop, loop2 := id.ID{9}, id.ID{8}
		line := func(i, parent id.ID) supply.Line {
			return supply.Line{Head: headed(i), LineInput: supply.LineInput{No: "L-" + i.String(), Name: "x", Voltage: "AC00101", ParentID: parent}}
		}
		for name, c := range map[string]struct {
			batch supply.Network
			want  string
		}{
			"unknown parent":          {supply.Network{Lines: []supply.Line{line(loop, id.ID{7})}}, "lines[0].parent_id=unknown_reference"},
			"another company's line":  {supply.Network{Districts: []supply.District{{DistrictInput: supply.DistrictInput{No: "T9", Name: "x", LineID: other.T}}}}, "districts[0].line_id=unknown_reference"},
			"loop":                    {supply.Network{Lines: []supply.Line{line(loop, loop2), line(loop2, loop)}}, "supply.line_loop"},
			"number taken":            {supply.Network{Districts: []supply.District{{DistrictInput: supply.DistrictInput{No: "t0001", Name: "x"}}}}, "supply.no_taken"},
			"no voltage of the list":  {supply.Network{Substations: []supply.Substation{{SubstationInput: supply.SubstationInput{No: "S9", Name: "x", Voltage: "10kV"}}}}, "substations[0].voltage=not_allowed"},
			"equipment at no node":    {supply.Network{Equipment: []supply.Equipment{{EquipmentInput: supply.EquipmentInput{No: "E9", Name: "x", Kind: "pole", NodeKind: supply.NodeDistrict, NodeID: n.T}}}}, "equipment[0].node_id=unknown_reference"},
			"condition of no finding": {supply.Network{Conditions: []supply.Condition{{ConditionInput: supply.ConditionInput{NodeKind: supply.NodeLine, NodeID: n.T, Kind: "fault", FoundAt: now}}}}, "conditions[0].finding=required"},
		} {
			err := w.db.Write(context.Background(), func(tx *db.Tx) error { return w.svc.CreateNetworkTx(tx, importer, w.a, &c.batch) })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
	})
}

func TestAccountBatch(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		p, a1, a2, p1, p2 := id.ID{1}, id.ID{2}, id.ID{3}, id.ID{4}, id.ID{5}
		in1, in2 := account(" 6101 234567 ", "张伟"), account("6101234568", "翠湖化工有限公司")
		in1.PremiseID, in1.DistrictID = p, n.D1
		in2.Class, in2.UseCategory, in2.Voltage, in2.LineID, in2.Importance = "hv", "two_part", "AC00101", n.V, "first"
		second := point("M3", a2)
		second.LineID = n.X
		b := supply.Batch{
			Premises: []supply.Premise{{Head: headed(p), PremiseInput: supply.PremiseInput{Address: "人民路１号"}}},
			Accounts: []supply.Account{{Head: headed(a1), AccountInput: in1}, {Head: headed(a2), AccountInput: in2}},
			Points:   []supply.Point{{Head: headed(p1), PointInput: point("m1", a1)}, {Head: headed(p2), PointInput: point("m2", a2)}, {PointInput: second}},
			Meters: []supply.Meter{{MeterInput: supply.MeterInput{AssetNo: "A1"}, PointID: p1, InstalledOn: "2020-01-02"},
				{MeterInput: supply.MeterInput{AssetNo: "A2", Factor: 1500}}},
		}
		w.batch(w.a, &b)
		for what, query := range map[string]string{
			"number folded":        "SELECT count(*) FROM account_number WHERE number = '6101234567' AND NOT former",
			"address folded":       "SELECT count(*) FROM premise WHERE folded = '人民路1号'",
			"line of the district": "SELECT count(*) FROM account a JOIN district d ON d.id = a.district_id WHERE a.line_id = d.line_id",
			"rank":                 "SELECT count(*) FROM account WHERE trace_rank = 2 AND importance = 'first'",
			"second source apart":  "SELECT count(*) FROM metering_point WHERE apart AND no = 'M3'",
			"point as its account": "SELECT count(*) FROM metering_point p JOIN account a ON a.id = p.account_id AND a.line_id = p.line_id AND a.district_id = p.district_id AND NOT p.apart",
			"meter hangs":          "SELECT count(*) FROM meter m JOIN meter_installation i ON i.meter_id = m.id AND i.point_id = m.point_id WHERE m.status = 'installed'",
			"meter in stock":       "SELECT count(*) FROM meter WHERE status = 'in_stock' AND point_id IS NULL AND factor = 1500",
		} {
			if got := w.count(query); got != 1 {
				t.Errorf("%s: %d", what, got)
			}
		}
		// Later points follow an account that is there already.
		w.batch(w.a, &supply.Batch{Points: []supply.Point{{PointInput: point("M9", a1)}}})
		if got := w.count("SELECT count(*) FROM metering_point WHERE district_id = $1", n.D1); got != 2 {
			t.Errorf("%d points in the district, want 2", got)
		}
	})
}

func TestAccountBatchRefuses(t *testing.T) {
	each(t, func(w *world) {
		other := w.build(w.b)
		w.batch(w.a, &supply.Batch{Accounts: []supply.Account{{AccountInput: account("1000000001", "张伟")}}})
		one := func(change func(*supply.AccountInput)) *supply.Batch {
			in := account("1000000002", "王芳")
			change(&in)
			return &supply.Batch{Accounts: []supply.Account{{AccountInput: in}}}
		}
		for want, b := range map[string]*supply.Batch{
			"supply.number_taken":                       one(func(a *supply.AccountInput) { a.AccountNo = "１０００００００01" }),
			"accounts[0].account_no=not_of_pattern":     one(func(a *supply.AccountInput) { a.AccountNo = "户1" }),
			"accounts[0].account_no=required":           one(func(a *supply.AccountInput) { a.AccountNo = "" }),
			"accounts[0].account_no=too_long":           one(func(a *supply.AccountInput) { a.AccountNo = strings.Repeat("1", 33) }),
			"accounts[0].class=not_allowed":             one(func(a *supply.AccountInput) { a.Class = "高压" }),
			"accounts[0].class=required":                one(func(a *supply.AccountInput) { a.Class = "" }),
			"accounts[0].running_va=above_contract":     one(func(a *supply.AccountInput) { a.RunningVA = 9000 }),
			"accounts[0].contract_va=too_small":         one(func(a *supply.AccountInput) { a.ContractVA, a.RunningVA = -1, -1 }),
			"accounts[0].opened_on=wrong_format":        one(func(a *supply.AccountInput) { a.OpenedOn = "2026-02-30" }),
			"accounts[0].energised_on=before_day":       one(func(a *supply.AccountInput) { a.OpenedOn, a.EnergisedOn = "2026-02-02", "2026-02-01" }),
			"accounts[0].closed_on=required":            one(func(a *supply.AccountInput) { a.Status = "closed" }),
			"accounts[0].industry=wrong_format":         one(func(a *supply.AccountInput) { a.Industry = "Z01" }),
			"accounts[0].district_id=unknown_reference": one(func(a *supply.AccountInput) { a.DistrictID = other.D1 }),
			"accounts[0].line_id=unknown_reference":     one(func(a *supply.AccountInput) { a.LineID = other.T }),
			"record.referenced":                         one(func(a *supply.AccountInput) { a.PremiseID = id.ID{42} }),
			"points[0].account_id=unknown_reference":    {Points: []supply.Point{{PointInput: point("M1", id.ID{42})}}},
			"points[0].account_id=required":             {Points: []supply.Point{{PointInput: point("M1", id.ID{})}}},
			"meters[0].installed_on=required":           {Meters: []supply.Meter{{MeterInput: supply.MeterInput{AssetNo: "A1"}, PointID: id.ID{1}}}},
			"meters[0].factor=too_large":                {Meters: []supply.Meter{{MeterInput: supply.MeterInput{AssetNo: "A1", Factor: 1e9}}}},
			"premises[0].address=required":              {Premises: []supply.Premise{{PremiseInput: supply.PremiseInput{Address: "  "}}}},
			"premises[0].longitude_e6=too_large":        {Premises: []supply.Premise{{PremiseInput: supply.PremiseInput{Address: "x", LongitudeE6: 180_000_001}}}},
		} {
			err := w.db.Write(context.Background(), func(tx *db.Tx) error { return w.svc.CreateManyTx(tx, importer, w.a, b) })
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %s", err, want)
			}
		}
		if got := w.count("SELECT count(*) FROM account"); got != 1 {
			t.Errorf("%d accounts, want the first only", got)
		}
	})
}

func (w *world) load(org id.ID, rows ...supply.Energy) (l supply.Loaded, err error) {
	err = w.db.Write(context.Background(), func(tx *db.Tx) error { l, err = w.svc.LoadConsumptionTx(tx, importer, org, rows); return err })
	return l, err
}

func TestConsumptionIsLoadedOnceAndSummed(t *testing.T) {
	each(t, func(w *world) {
		var b supply.Batch
		for i := range 3 {
			b.Accounts = append(b.Accounts, supply.Account{AccountInput: account(fmt.Sprintf("100000000%d", i), "张伟")})
		}
		b.Accounts[2].Class, b.Accounts[2].UseCategory = "lv_nonres", "commercial"
		w.batch(w.a, &b)
		var rows []supply.Energy
		for i, a := range b.Accounts {
			for m := when.Month(202511); m != 202602; m = m.Add(1) {
				rows = append(rows, supply.Energy{AccountID: a.ID, Month: m, EnergyWh: int64(1000 * (i + 1))})
			}
		}
		if l, err := w.load(w.a, rows...); err != nil || l != (supply.Loaded{Added: 9}) {
			t.Fatalf("%+v, %v", l, err)
		}
		rows[0].EnergyWh = 1500
		if l, err := w.load(w.a, rows[:4]...); err != nil || l != (supply.Loaded{Corrected: 1, Unchanged: 3}) {
			t.Fatalf("again: %+v, %v", l, err)
		}
		if got := w.count("SELECT energy_wh FROM sales WHERE month = 202511 AND class = 'lv_res'"); got != 3500 {
			t.Errorf("sum %d, want 1500 + 2000", got)
		}
		if got := w.count("SELECT accounts FROM sales WHERE month = 202512 AND use_category = 'commercial'"); got != 1 {
			t.Errorf("%d accounts in the commercial sum, want 1", got)
		}
		if a, b := w.count("SELECT CAST(sum(energy_wh) AS BIGINT) FROM sales"), w.count("SELECT CAST(sum(energy_wh) AS BIGINT) FROM consumption"); a != b {
			t.Errorf("sales %d, consumption %d", a, b)
		}
	})
}

func TestConsumptionRefuses(t *testing.T) {
	each(t, func(w *world) {
		b := supply.Batch{Accounts: []supply.Account{{AccountInput: account("1000000001", "张伟")}}}
		w.batch(w.a, &b)
		own := b.Accounts[0].ID
		for want, rows := range map[string][]supply.Energy{
			"rows[0].month=bad_month":              {{AccountID: own, Month: 202513, EnergyWh: 1}},
			"rows[0].energy_wh=too_small":          {{AccountID: own, Month: 202512, EnergyWh: -1}},
			"rows[0].energy_wh=too_large":          {{AccountID: own, Month: 202512, EnergyWh: 1e15 + 1}},
			"rows[0].account_id=unknown_reference": {{AccountID: id.ID{7}, Month: 202512, EnergyWh: 1}},
			"rows[1].month=repeated_month":         {{AccountID: own, Month: 202512, EnergyWh: 1}, {AccountID: own, Month: 202512, EnergyWh: 2}},
		} {
			if _, err := w.load(w.a, rows...); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %s", err, want)
			}
		}
		if _, err := w.load(w.b, supply.Energy{AccountID: own, Month: 202512, EnergyWh: 1}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("another company's account: %v", err)
		}
		if _, err := w.load(w.a); err != nil || errors.Is(err, db.ErrNotFound) {
			t.Errorf("nothing to load: %v", err)
		}
	})
}
