package supply_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// populate supplies accounts from the small network:
// 1 and 2 from D1 (on trunk T), 3 from D2 (on V), 4 (first grade) from line U,
// 5 from X with a second source on V, 6 closed in D1.
func (w *world) populate(org id.ID, n network) map[string]id.ID {
	ids := map[string]id.ID{}
	var b supply.Batch
	add := func(no, name string, change func(*supply.AccountInput)) id.ID {
		in := account(no, name)
		change(&in)
		i := id.ID{1, 6: 0x70, 8: 0x80, 14: org[15], 15: no[len(no)-1]}
		ids[no] = i
		b.Accounts = append(b.Accounts, supply.Account{Head: headed(i), AccountInput: in})
		b.Points = append(b.Points, supply.Point{PointInput: point("M"+no, i)})
		return i
	}
	zhang := w.customer(org, 1, "张伟", customer.KindPerson)
	factory := w.customer(org, 2, "翠湖化工有限公司", customer.KindOrganisation)
	add("1001", "张伟", func(a *supply.AccountInput) { a.CustomerID, a.DistrictID = zhang, n.D1 })
	add("1002", "张伟", func(a *supply.AccountInput) { a.CustomerID, a.DistrictID = zhang, n.D1 })
	add("1003", "王芳", func(a *supply.AccountInput) { a.DistrictID = n.D2 })
	add("1004", "县医院", func(a *supply.AccountInput) {
		a.Class, a.UseCategory, a.Voltage, a.Importance, a.LineID = "hv", "single_part", "AC00101", "first", n.U
	})
	second := add("1005", "翠湖化工有限公司", func(a *supply.AccountInput) {
		a.Class, a.UseCategory, a.Voltage, a.LineID, a.CustomerID = "hv", "two_part", "AC00101", n.X, factory
	})
	add("1006", "李强", func(a *supply.AccountInput) {
		a.DistrictID, a.Status, a.ClosedOn, a.CustomerID = n.D1, "closed", "2026-01-01", zhang
	})
	other := point("M9005", second)
	other.LineID = n.V
	b.Points = append(b.Points, supply.Point{PointInput: other})
	w.batch(org, &b)
	return ids
}

func behindNos(w *world, ctx context.Context, kind string, i id.ID) string {
	w.t.Helper()
	var nos []string
	cursor := ""
	for range 50 {
		list, next, err := w.svc.Behind(ctx, supply.Origin{Kind: kind, ID: i}, cursor, 2)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, a := range list {
			nos = append(nos, a.AccountNo)
		}
		if cursor = next; next == "" {
			break
		}
	}
	return strings.Join(nos, " ")
}

func TestWhoIsBehindEachPiece(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		ids := w.populate(w.a, n)
		w.populate(w.b, w.build(w.b))
		ctx := w.as(w.a, "supply.*")
		var points []supply.Point
		w.read(func(tx *db.Tx) error {
			return tx.Select(&points, "SELECT id, no FROM metering_point WHERE org_id = $1", w.a)
		})
		for _, c := range []struct {
			kind            string
			id              id.ID
			want            string
			customers, line int
		}{
			{"substation", n.S, "1004 1005 1001 1002 1003", 2, 3},
			{"line", n.T, "1004 1005 1001 1002 1003", 2, 3},
			{"line", n.U, "1004 1005 1003", 1, 2},
			{"line", n.V, "1005 1003", 1, 1},
			{"line", n.X, "1005", 1, 1},
			{"district", n.D1, "1001 1002", 1, 0},
			{"district", n.D2, "1003", 0, 0},
			{"equipment", n.Breaker, "1004 1005 1001 1002 1003", 2, 3},
			{"equipment", n.Switch, "1005 1003", 1, 1},
			{"account", ids["1001"], "1001", 1, 0},
			{"account", ids["1006"], "", 0, 0},
			{"point", points[slices.IndexFunc(points, func(p supply.Point) bool { return p.No == "M9005" })].ID, "1005", 1, 0},
		} {
			if got := behindNos(w, ctx, c.kind, c.id); got != c.want {
				t.Errorf("behind %s: %s, want %s", c.kind, got, c.want)
			}
			r, err := w.svc.Trace(ctx, supply.Origin{Kind: c.kind, ID: c.id})
			if err != nil {
				t.Fatal(err)
			}
			if want := len(strings.Fields(c.want)); int(r.Accounts) != want || int(r.Customers) != c.customers || r.Lines != c.line {
				t.Errorf("trace %s: %+v, want %d accounts of %d customers on %d lines", c.kind, r, want, c.customers, c.line)
			}
		}
		r, _ := w.svc.Trace(ctx, supply.Origin{Kind: "line", ID: n.T})
		if fmt.Sprint(r.Counts) != "[{first hv 1} {ordinary hv 1} {ordinary lv_res 3}]" {
			t.Errorf("counts %v", r.Counts)
		}
	})
}

func TestTraceShowsWhatOneMustKnowInAFault(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		ids := w.populate(w.a, n)
		clear, blurred := w.as(w.a, "supply.*", "customer.reveal"), w.as(w.a, "supply.trace")
		in := supply.InstallationInput{ValidFrom: "2026-01-01", SecurityLoadW: 50_000, TolerableMin: 5, Generation: []supply.Generation{{Kind: "diesel", CapacityVA: 100_000}}}
		if _, err := w.svc.CreateInstallation(clear, ids["1004"], "", in); err != nil {
			t.Fatal(err)
		}
		list, _, err := w.svc.Behind(clear, supply.Origin{Kind: "line", ID: n.T}, "", 50)
		if err != nil || len(list) != 5 {
			t.Fatalf("%+v, %v", list, err)
		}
		if h := list[0]; h.SecurityLoadW != 50_000 || h.TolerableMin != 5 || !h.OwnGeneration || h.Line != "解放支线" || h.Name != "县医院" {
			t.Errorf("hospital %+v", h)
		}
		if z := list[2]; z.Name != "张伟" || z.District != "人民路1号台区" || z.Customer == nil || z.Customer.Name != "张伟" || z.Masked {
			t.Errorf("Zhang %+v", z)
		}
		list, _, err = w.svc.Behind(blurred, supply.Origin{Kind: "line", ID: n.T}, "", 50)
		if err != nil || list[2].Name == "张伟" || list[2].Customer.Name == "张伟" || !list[2].Masked || !list[1].SecondSource || list[2].SecondSource {
			t.Errorf("Zhang as one who may not read names: %+v, %v", list[1:3], err)
		}
	})
}

func TestPathOfACustomer(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		ids := w.populate(w.a, n)
		ctx := w.as(w.a, "supply.*")
		w.write(func(tx *db.Tx) error {
			return w.svc.CreateNetworkTx(tx, importer, w.a, &supply.Network{Conditions: []supply.Condition{
				{ConditionInput: supply.ConditionInput{NodeKind: supply.NodeLine, NodeID: n.T, Kind: "fault", FoundAt: now - 2, RestoredAt: now, Finding: "速断跳闸"}},
				{ConditionInput: supply.ConditionInput{EquipmentID: n.Breaker, NodeKind: supply.NodeLine, NodeID: n.T, Kind: "inspection", FoundAt: now, Finding: "正常"}},
			}})
		})
		p, err := w.svc.PathOfAccount(ctx, ids["1003"])
		if err != nil {
			t.Fatal(err)
		}
		if got := spell(p); got != "1003 | M1003 | T0002 | L-101 L-102 L-103 | S1 | E2 E1 | defect fault" {
			t.Errorf("path: %s", got)
		}
		p, err = w.svc.PathOf(ctx, w.customer(w.a, 2, "翠湖化工有限公司", customer.KindOrganisation))
		if err != nil {
			t.Fatal(err)
		}
		if got := spell(p); got != "1005 | M1005 M9005 |  | L-101 L-102 L-103 L-201 | S1 | E2 E1 | defect fault" {
			t.Errorf("path of two sources: %s", got)
		}
		p, err = w.svc.PathOfAccount(ctx, ids["1006"])
		if err != nil || len(p.Accounts) != 1 || len(p.Districts)+len(p.Lines)+len(p.Equipment) != 0 {
			t.Errorf("a closed account is supplied from nowhere: %+v, %v", p, err)
		}
	})
}

// spell lists the numbers along a path.
func spell(p supply.Path) string {
	var parts []string
	add := func(words ...string) { parts = append(parts, strings.Join(words, " ")) }
	add(words(p.Accounts, func(a supply.Supplied) string { return a.AccountNo })...)
	add(words(p.Points, func(a supply.Point) string { return a.No })...)
	add(words(p.Districts, func(a supply.District) string { return a.No })...)
	add(words(p.Lines, func(a supply.Line) string { return a.No })...)
	add(words(p.Substations, func(a supply.Substation) string { return a.No })...)
	add(words(p.Equipment, func(a supply.Equipment) string { return a.No })...)
	add(words(p.Conditions, func(a supply.Condition) string { return a.Kind })...)
	return strings.Join(parts, " | ")
}

func words[T any](list []T, word func(T) string) (all []string) {
	for _, x := range list {
		all = append(all, word(x))
	}
	return all
}

func TestTraceStaysWithinTheCompany(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		ids := w.populate(w.a, n)
		neighbour, city := w.as(w.b, "supply.*"), w.as(w.city, "supply.*")
		for _, o := range []supply.Origin{{Kind: "substation", ID: n.S}, {Kind: "line", ID: n.T}, {Kind: "district", ID: n.D1}, {Kind: "equipment", ID: n.Switch}, {Kind: "account", ID: ids["1001"]}} {
			if _, err := w.svc.Trace(neighbour, o); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("the neighbour traces a %s: %v", o.Kind, err)
			}
			if _, _, err := w.svc.Behind(neighbour, o, "", 10); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("the neighbour lists behind a %s: %v", o.Kind, err)
			}
			if r, err := w.svc.Trace(city, o); err != nil || r.Accounts == 0 {
				t.Errorf("the city traces a %s: %+v, %v", o.Kind, r, err)
			}
		}
		if _, err := w.svc.PathOfAccount(neighbour, ids["1001"]); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("the neighbour's path: %v", err)
		}
		if p, err := w.svc.PathOf(neighbour, w.customer(w.a, 1, "张伟", customer.KindPerson)); !errors.Is(err, db.ErrNotFound) || len(p.Accounts) != 0 {
			t.Errorf("the neighbour's customer path: %+v, %v", p, err)
		}
		if p, err := w.svc.PathOf(city, w.customer(w.a, 9, "无户", customer.KindPerson)); err != nil || len(p.Accounts) != 0 {
			t.Errorf("the path of a customer without accounts: %+v, %v", p, err)
		}
		if _, err := w.svc.Trace(w.as(w.a, "supply.get"), supply.Origin{Kind: "line", ID: n.T}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("without the right: %v", err)
		}
		if _, _, err := w.svc.Behind(city, supply.Origin{Kind: "line", ID: n.T}, "forged", 10); !errors.Is(err, page.ErrCursor) {
			t.Errorf("forged cursor: %v", err)
		}
		if _, err := w.svc.Trace(city, supply.Origin{Kind: "meter", ID: id.ID{5}}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("unknown meter: %v", err)
		}
	})
}

// On any network, an account is behind a piece of equipment exactly when the
// equipment is on the account's path.
func TestTraceAndPathAgree(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.city, "supply.*")
		round := byte(0)
		rapid.Check(t, func(rt *rapid.T) {
			round++
			net, batch := drawNetwork(rt, round)
			w.write(func(tx *db.Tx) error {
				if err := w.svc.CreateNetworkTx(tx, importer, w.a, &net); err != nil {
					return err
				}
				return w.svc.CreateManyTx(tx, importer, w.a, &batch)
			})
			onPath := map[string][]string{}
			for _, a := range batch.Accounts {
				p, err := w.svc.PathOfAccount(ctx, a.ID)
				if err != nil {
					rt.Fatal(err)
				}
				for _, e := range p.Equipment {
					onPath[e.No] = append(onPath[e.No], a.AccountNo)
				}
			}
			for _, e := range net.Equipment {
				want := strings.Join(sorted(onPath[e.No]), " ")
				got := strings.Join(sorted(strings.Fields(behindNos(w, ctx, "equipment", e.ID))), " ")
				if got != want {
					rt.Fatalf("behind %s at %s: %q, on the paths of %q", e.No, e.NodeKind, got, want)
				}
				r, err := w.svc.Trace(ctx, supply.Origin{Kind: "equipment", ID: e.ID})
				if err != nil || int(r.Accounts) != len(strings.Fields(want)) {
					rt.Fatalf("counted %d behind %s, listed %q: %v", r.Accounts, e.No, want, err)
				}
			}
		})
	})
}

// drawing is a network being drawn: every identifier and number is of its round.
type drawing struct {
	*rapid.T
	round, serial              byte
	net                        supply.Network
	batch                      supply.Batch
	stations, lines, districts []id.ID
}

// drawNetwork draws a network of one to two stations and a few lines in any tree,
// with equipment at every node and accounts with up to two points.
func drawNetwork(rt *rapid.T, round byte) (supply.Network, supply.Batch) {
	d := drawing{T: rt, round: round}
	d.nodes()
	for range d.upTo(6, "accounts") {
		d.account()
	}
	return d.net, d.batch
}

func (d *drawing) next() id.ID {
	d.serial++
	return id.ID{0: 1, 5: d.round, 6: 0x70, 8: 0x80, 15: d.serial}
}

func (d *drawing) no(kind string) string { return fmt.Sprintf("%s%d-%d", kind, d.round, d.serial) }

func (d *drawing) upTo(most int, name string) int { return rapid.IntRange(1, most).Draw(d.T, name) }

func (d *drawing) oneIn(n int, name string) bool {
	return rapid.IntRange(0, n-1).Draw(d.T, name) == 0
}

func (d *drawing) pick(ids []id.ID, name string) id.ID {
	return ids[rapid.IntRange(0, len(ids)-1).Draw(d.T, name)]
}

func (d *drawing) equip(kind supply.NodeKind, node id.ID) {
	d.net.Equipment = append(d.net.Equipment, supply.Equipment{Head: headed(d.next()),
		EquipmentInput: supply.EquipmentInput{No: d.no("E"), Name: "x", Kind: "switch", NodeKind: kind, NodeID: node}})
}

func (d *drawing) nodes() {
	for range d.upTo(2, "stations") {
		s := supply.Substation{Head: headed(d.next()), SubstationInput: supply.SubstationInput{No: d.no("S"), Name: "x", Voltage: "AC01101"}}
		d.stations, d.net.Substations = append(d.stations, s.ID), append(d.net.Substations, s)
		d.equip(supply.NodeSubstation, s.ID)
	}
	for range d.upTo(6, "lines") {
		l := supply.Line{Head: headed(d.next()), LineInput: supply.LineInput{No: d.no("L"), Name: "x", Voltage: "AC00101"}}
		if len(d.lines) > 0 && rapid.Bool().Draw(d.T, "branch") {
			l.ParentID = d.pick(d.lines, "parent")
		} else {
			l.SubstationID = d.pick(d.stations, "station")
		}
		d.lines, d.net.Lines = append(d.lines, l.ID), append(d.net.Lines, l)
		d.equip(supply.NodeLine, l.ID)
	}
	for range d.upTo(4, "districts") {
		t := supply.District{Head: headed(d.next()), DistrictInput: supply.DistrictInput{No: d.no("T"), Name: "x", LineID: d.pick(d.lines, "line of district")}}
		d.districts, d.net.Districts = append(d.districts, t.ID), append(d.net.Districts, t)
		d.equip(supply.NodeDistrict, t.ID)
	}
}

func (d *drawing) account() {
	a := supply.Account{Head: headed(d.next()), AccountInput: account(d.no("1"), "x")}
	if rapid.Bool().Draw(d.T, "from a district") {
		a.DistrictID = d.pick(d.districts, "district")
	} else {
		a.LineID = d.pick(d.lines, "line")
	}
	if d.oneIn(10, "closed") {
		a.Status, a.ClosedOn = "closed", "2026-01-01"
	}
	d.batch.Accounts = append(d.batch.Accounts, a)
	for range rapid.IntRange(0, 2).Draw(d.T, "points") {
		p := supply.Point{Head: headed(d.next()), PointInput: point(d.no("M"), a.ID)}
		switch rapid.IntRange(0, 2).Draw(d.T, "second source") {
		case 1:
			p.DistrictID = d.pick(d.districts, "second district")
		case 2:
			p.LineID = d.pick(d.lines, "second line")
		}
		if d.oneIn(5, "withdrawn") {
			p.Status = "withdrawn"
		}
		d.batch.Points = append(d.batch.Points, p)
	}
}
