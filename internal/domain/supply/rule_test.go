package supply

import (
	"errors"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// broken spells what a record is refused for.
func broken(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	var all []string
	for _, field := range f.Fields {
		all = append(all, field.Name+"="+field.Code)
	}
	return strings.Join(all, " ")
}

// The rules that hold between the fields of an account.
func TestAccountRules(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*AccountInput)
		want   string
	}{
		"as it is":                      {func(*AccountInput) {}, ""},
		"running at contract":           {func(a *AccountInput) { a.RunningVA = a.ContractVA }, ""},
		"running above contract":        {func(a *AccountInput) { a.RunningVA = a.ContractVA + 1 }, "running_va=above_contract"},
		"closed without a day":          {func(a *AccountInput) { a.Status = "closed" }, "closed_on=required"},
		"a day without being closed":    {func(a *AccountInput) { a.ClosedOn = "2026-01-01" }, "closed_on=not_closed"},
		"opened and energised at once":  {func(a *AccountInput) { a.OpenedOn, a.EnergisedOn = "2026-01-01", "2026-01-01" }, ""},
		"energised before it is opened": {func(a *AccountInput) { a.OpenedOn, a.EnergisedOn = "2026-01-02", "2026-01-01" }, "energised_on=before_day"},
		"closed before it is opened": {func(a *AccountInput) { a.Status, a.OpenedOn, a.ClosedOn = "closed", "2026-01-02", "2026-01-01" },
			"closed_on=before_day"},
		"energised, opening not known": {func(a *AccountInput) { a.EnergisedOn = "2026-01-01" }, ""},
		"all at once": {func(a *AccountInput) {
			a.Name, a.Class, a.RunningVA, a.ClosedOn = "\t", "", a.ContractVA+1, "2026-02-30"
		},
			"name=required class=required closed_on=wrong_format running_va=above_contract closed_on=not_closed"},
	} {
		a := Account{AccountInput: AccountInput{AccountNo: "1", Name: "张伟", Class: "lv_res", UseCategory: "residential", ContractVA: 8000, RunningVA: 4000, Voltage: "AC02202"}}
		c.change(&a.AccountInput)
		a.complete()
		if got := broken(a.validate()); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Important users stand first, closed accounts behind all, whatever their
// importance; a list that stops before them relies on it.
func TestRanksAreInTheOrderOfImportance(t *testing.T) {
	last := 0
	for _, c := range Codes("importance") {
		a := Account{AccountInput: AccountInput{Importance: c.Code, Status: statusNormal}}
		if a.rank() <= last || a.rank() > ordinaryRank || importanceOf(a.rank()) != c.Code {
			t.Errorf("%s has rank %d after %d, and reads back as %s", c.Code, a.rank(), last, importanceOf(a.rank()))
		}
		last = a.rank()
		if a.Status = statusClosed; a.rank() != unsuppliedRank {
			t.Errorf("%s, closed, has rank %d", c.Code, a.rank())
		}
	}
}

// The rules of what was found at equipment or a node.
func TestConditionRules(t *testing.T) {
	at := ConditionInput{EquipmentID: id.ID{1}, Kind: "test", FoundAt: 5, Finding: "合格"}
	for name, c := range map[string]struct {
		change func(*ConditionInput)
		want   string
	}{
		"as it is":                {func(*ConditionInput) {}, ""},
		"never found":             {func(c *ConditionInput) { c.FoundAt = 0 }, "found_at=required"},
		"before there was time":   {func(c *ConditionInput) { c.FoundAt = -1 }, "found_at=required"},
		"restored when found":     {func(c *ConditionInput) { c.RestoredAt = 5 }, ""},
		"restored before found":   {func(c *ConditionInput) { c.RestoredAt = 4 }, "restored_at=before_found"},
		"a defect without grade":  {func(c *ConditionInput) { c.Kind = "defect" }, "grade=required"},
		"a defect with its grade": {func(c *ConditionInput) { c.Kind, c.Grade = "defect", "general" }, ""},
		"nothing found":           {func(c *ConditionInput) { c.Finding = "\u3000" }, "finding=required"},
		"a fault of a node": {func(c *ConditionInput) {
			c.EquipmentID, c.NodeKind, c.NodeID, c.Kind = id.ID{}, NodeLine, id.ID{2}, "fault"
		}, ""},
		"a fault of no kind":        {func(c *ConditionInput) { c.EquipmentID, c.NodeID, c.Kind = id.ID{}, id.ID{2}, "fault" }, "equipment_id=required"},
		"a test of a node":          {func(c *ConditionInput) { c.EquipmentID, c.NodeKind, c.NodeID = id.ID{}, NodeLine, id.ID{2} }, "equipment_id=required"},
		"a kind that is none":       {func(c *ConditionInput) { c.Kind = "storm" }, "kind=not_allowed"},
		"a health that is none":     {func(c *ConditionInput) { c.Health = "good" }, "health=not_allowed"},
		"a fault of nothing at all": {func(c *ConditionInput) { c.EquipmentID, c.Kind = id.ID{}, "fault" }, "equipment_id=required"},
	} {
		r := Condition{ConditionInput: at}
		c.change(&r.ConditionInput)
		r.complete()
		if got := broken(r.validate()); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// The states of a meter: what may follow what, and what is refused in which.
func TestMeterStates(t *testing.T) {
	in := InstallInput{PointID: id.ID{1}, On: "2026-01-01"}
	out := RemoveInput{On: "2026-02-01"}
	for state, want := range map[string]struct{ install, takeDown error }{
		meterInStock:   {nil, ErrMeterNotThere},
		meterInstalled: {ErrMeterInstalled, nil},
		meterRemoved:   {nil, ErrMeterNotThere},
		meterScrapped:  {ErrMeterScrapped, ErrMeterNotThere},
	} {
		m := Meter{Status: state}
		if _, err := m.install(in, "", "2026-11-22"); !errors.Is(err, want.install) || (err == nil) != (m.Status == meterInstalled && state != meterInstalled) {
			t.Errorf("%s hung: %v, %s", state, err, m.Status)
		}
		m = Meter{Status: state, PointID: id.ID{1}, InstalledOn: "2026-01-01"}
		if err := m.takeDown(out, "2026-11-22"); !errors.Is(err, want.takeDown) || err == nil && (m.Status != meterRemoved || !m.PointID.IsZero() || m.InstalledOn != "") {
			t.Errorf("%s taken down: %v, %+v", state, err, m)
		}
	}
	for want, in := range map[string]InstallInput{
		"on=required": {PointID: id.ID{1}}, "on=before_day": {PointID: id.ID{1}, On: "2025-12-30"}, "on=in_future": {PointID: id.ID{1}, On: "2026-11-23"}, "point_id=required": {On: "2026-01-01"}, "on=wrong_format": {PointID: id.ID{1}, On: "2026-02-30"},
		"register_wh=too_small": {PointID: id.ID{1}, On: "2026-01-01", RegisterWh: -1}, "register_wh=too_large": {PointID: id.ID{1}, On: "2026-01-01", RegisterWh: 1e15 + 1},
	} {
		if _, err := (&Meter{Status: meterInStock}).install(in, "2025-12-31", "2026-11-22"); broken(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for want, out := range map[string]RemoveInput{
		"on=required": {}, "on=in_future": {On: "2026-11-23"}, "on=before_day": {On: "2025-12-31"}, "reason=too_long": {On: "2026-02-01", Reason: strings.Repeat("轮", 101)}, "register_wh=too_small": {On: "2026-02-01", RegisterWh: -1},
	} {
		if err := (&Meter{Status: meterInstalled, InstalledOn: "2026-01-01"}).takeDown(out, "2026-11-22"); broken(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A point stands apart exactly when it is in use, has an account and is supplied
// from elsewhere than it.
func TestWhereAPointStands(t *testing.T) {
	d1, d2, l1, l2 := id.ID{1}, id.ID{2}, id.ID{3}, id.ID{4}
	home := position{d1, l1}
	for name, c := range map[string]struct {
		point Point
		at    position
		apart bool
	}{
		"no place of its own":     {Point{PointInput: PointInput{AccountID: id.ID{9}}}, home, false},
		"the account's place":     {Point{PointInput: PointInput{AccountID: id.ID{9}, DistrictID: d1, LineID: l1}}, home, false},
		"another district":        {Point{PointInput: PointInput{AccountID: id.ID{9}, DistrictID: d2, LineID: l1}}, position{d2, l1}, true},
		"another line":            {Point{PointInput: PointInput{AccountID: id.ID{9}, LineID: l2}}, position{id.ID{}, l2}, true},
		"the line of the account": {Point{PointInput: PointInput{AccountID: id.ID{9}, LineID: l1}}, position{id.ID{}, l1}, true},
		"elsewhere, withdrawn":    {Point{PointInput: PointInput{AccountID: id.ID{9}, LineID: l2, Status: pointWithdrawn}}, position{id.ID{}, l2}, false},
		"of no account":           {Point{PointInput: PointInput{LineID: l2}}, position{id.ID{}, l2}, false},
	} {
		p := c.point
		p.place(home)
		if got := (position{p.DistrictID, p.LineID}); got != c.at || p.Apart != c.apart {
			t.Errorf("%s: at %v, apart %v", name, got, p.Apart)
		}
	}
}

// Names of what is printed and listed refer to nothing that is not there.
func TestDistinctAndMissing(t *testing.T) {
	a, b := id.ID{1}, id.ID{2}
	if got := distinct([]id.ID{a, {}, b, a, {}}); len(got) != 2 || got[0] != a || got[1] != b {
		t.Errorf("%v", got)
	}
	if got := missing(map[id.ID]bool{a: false}, []id.ID{a, b, b, {}}); len(got) != 1 || got[0] != b {
		t.Errorf("%v", got)
	}
}
