package supply_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// drawn is a network that is changed step by step.
type drawn struct {
	*world
	ctx                                context.Context
	lines, districts, accounts, points []id.ID
	equipment                          []supply.Equipment
}

// draw keeps a drawn network, its accounts those of two customers.
func (w *world) draw(rt *rapid.T, round byte) drawn {
	net, batch := drawNetwork(rt, round)
	owners := []id.ID{{}, w.customer(w.a, 1, "张伟", customer.KindPerson), w.customer(w.a, 2, "翠湖化工有限公司", customer.KindOrganisation)}
	for i := range batch.Accounts {
		batch.Accounts[i].CustomerID = owners[i%len(owners)]
		batch.Accounts[i].Importance = []string{"ordinary", "first", "special"}[i%3]
	}
	w.write(func(tx *db.Tx) error {
		if err := w.svc.CreateNetworkTx(tx, importer, w.a, &net); err != nil {
			return err
		}
		return w.svc.CreateManyTx(tx, importer, w.a, &batch)
	})
	d := drawn{world: w, ctx: w.as(w.a, "supply.*", "customer.reveal"), equipment: net.Equipment}
	for _, l := range net.Lines {
		d.lines = append(d.lines, l.ID)
	}
	for _, t := range net.Districts {
		d.districts = append(d.districts, t.ID)
	}
	for _, a := range batch.Accounts {
		d.accounts = append(d.accounts, a.ID)
	}
	for _, p := range batch.Points {
		d.points = append(d.points, p.ID)
	}
	return d
}

// change does one of what people do to a network.
func (d drawn) change(rt *rapid.T) error {
	kinds := []func(*rapid.T) error{d.moveLine, d.moveDistrict, d.moveAccount, d.closeOrOpen}
	if len(d.points) > 0 {
		kinds = append(kinds, d.movePoint)
	}
	err := rapid.SampledFrom(kinds).Draw(rt, "change")(rt)
	if errors.Is(err, supply.ErrLoop) {
		return nil
	}
	return err
}

func one(rt *rapid.T, name string, ids []id.ID) id.ID { return rapid.SampledFrom(ids).Draw(rt, name) }

func (d drawn) moveLine(rt *rapid.T) error {
	l, err := supply.ReadLine(d.ctx, d.svc, one(rt, "line", d.lines))
	if err != nil {
		return err
	}
	l.ParentID = one(rt, "parent", d.lines)
	if rapid.Bool().Draw(rt, "trunk") {
		l.ParentID, l.SubstationID = id.ID{}, id.ID{}
	}
	_, err = supply.ChangeLine(d.ctx, d.svc, *l)
	return err
}

func (d drawn) moveDistrict(rt *rapid.T) error {
	t, err := supply.ReadDistrict(d.ctx, d.svc, one(rt, "district", d.districts))
	if err != nil {
		return err
	}
	t.LineID = one(rt, "line", d.lines)
	_, err = supply.ChangeDistrict(d.ctx, d.svc, *t)
	return err
}

func (d drawn) moveAccount(rt *rapid.T) error {
	a, err := supply.ReadAccount(d.ctx, d.svc, one(rt, "account", d.accounts))
	if err != nil {
		return err
	}
	a.DistrictID, a.LineID = d.place(rt)
	_, err = supply.ChangeAccount(d.ctx, d.svc, *a)
	return err
}

// place is nowhere, a district or a line.
func (d drawn) place(rt *rapid.T) (district, line id.ID) {
	switch rapid.IntRange(0, 4).Draw(rt, "place") {
	case 0:
		return id.ID{}, id.ID{}
	case 1, 2:
		return one(rt, "district", d.districts), id.ID{}
	}
	return id.ID{}, one(rt, "line", d.lines)
}

func (d drawn) closeOrOpen(rt *rapid.T) error {
	a, err := supply.ReadAccount(d.ctx, d.svc, one(rt, "account", d.accounts))
	if err != nil {
		return err
	}
	if a.Status == "closed" {
		a.Status, a.ClosedOn = "normal", ""
	} else {
		a.Status, a.ClosedOn = "closed", "2026-11-01"
	}
	_, err = supply.ChangeAccount(d.ctx, d.svc, *a)
	return err
}

func (d drawn) movePoint(rt *rapid.T) error {
	p, err := supply.ReadPoint(d.ctx, d.svc, one(rt, "point", d.points))
	if err != nil {
		return err
	}
	p.DistrictID, p.LineID = d.place(rt)
	p.Status = rapid.SampledFrom([]string{"in_use", "withdrawn"}).Draw(rt, "status")
	p.AccountID = one(rt, "account", d.accounts)
	_, err = supply.ChangePoint(d.ctx, d.svc, *p)
	return err
}

// Whatever is moved, opened, closed or withdrawn, an account is behind a piece of
// equipment exactly when the equipment is on its path, counted once, with its
// customer, in the order of importance.
func TestTraceAndPathAgreeAfterEveryChange(t *testing.T) {
	each(t, func(w *world) {
		round := byte(0)
		w.check(12, func(rt *rapid.T) {
			round++
			d := w.draw(rt, round)
			for range rapid.IntRange(1, 5).Draw(rt, "changes") {
				if err := d.change(rt); err != nil {
					rt.Fatal(err)
				}
			}
			d.traceIsPath(rt)
			d.placesAgree(rt)
		})
	})
}

func (d drawn) traceIsPath(rt *rapid.T) {
	onPath := map[string][]string{}
	for _, i := range d.accounts {
		p, err := d.svc.PathOfAccount(d.ctx, i)
		if err != nil {
			rt.Fatal(err)
		}
		for _, e := range p.Equipment {
			onPath[e.No] = append(onPath[e.No], p.Accounts[0].AccountNo)
		}
	}
	for _, e := range d.equipment {
		list, _, err := d.svc.Behind(d.ctx, supply.Origin{Kind: "equipment", ID: e.ID}, "", 100)
		if err != nil {
			rt.Fatal(err)
		}
		got := words(list, func(a supply.Affected) string { return a.AccountNo })
		if strings.Join(sorted(slices.Clone(got)), " ") != strings.Join(sorted(onPath[e.No]), " ") {
			rt.Fatalf("behind %s at %s: %q, on the paths of %q", e.No, e.NodeKind, got, onPath[e.No])
		}
		d.countsAgree(rt, e.ID, list)
	}
}

// countsAgree compares what a trace counts with the list.
func (d drawn) countsAgree(rt *rapid.T, e id.ID, list []supply.Affected) {
	r, err := d.svc.Trace(d.ctx, supply.Origin{Kind: "equipment", ID: e})
	if err != nil {
		rt.Fatal(err)
	}
	owners, counts := map[id.ID]bool{}, []supply.ReachCount{}
	for _, a := range list {
		if a.Customer != nil {
			owners[a.Customer.ID] = true
		}
		if n := len(counts); n > 0 && counts[n-1].Importance == a.Importance && counts[n-1].Class == a.Class {
			counts[n-1].Accounts++
			continue
		}
		counts = append(counts, supply.ReachCount{Importance: a.Importance, Class: a.Class, Accounts: 1})
	}
	if int(r.Customers) != len(owners) || int(r.Accounts) != len(list) || fmt.Sprint(r.Counts) != fmt.Sprint(counts) {
		rt.Fatalf("counted %+v, listed %d customers and %v", r, len(owners), counts)
	}
}

// placesAgree holds the derived columns to what they are derived from.
func (d drawn) placesAgree(rt *rapid.T) {
	for what, query := range map[string]string{
		"an account not on its district's line": "account a JOIN district t ON t.org_id = a.org_id AND t.id = a.district_id WHERE a.line_id <> t.line_id",
		"a point not on its district's line":    "metering_point p JOIN district t ON t.org_id = p.org_id AND t.id = p.district_id WHERE p.line_id <> t.line_id",
		"a branch not of its trunk":             "power_line l JOIN power_line p ON p.org_id = l.org_id AND p.id = l.parent_id WHERE l.feeder_id <> p.feeder_id OR coalesce(l.substation_id, l.id) <> coalesce(p.substation_id, l.id)",
		"a trunk of another":                    "power_line WHERE parent_id IS NULL AND feeder_id <> id",
		"a withdrawn point that supplies":       "metering_point WHERE status = 'withdrawn' AND apart",
		"a point apart at its account's place":  "metering_point p JOIN account a ON a.org_id = p.org_id AND a.id = p.account_id WHERE p.apart AND coalesce(a.district_id, a.id) = coalesce(p.district_id, a.id) AND coalesce(a.line_id, a.id) = coalesce(p.line_id, a.id)",
		"a point that did not follow":           "metering_point p JOIN account a ON a.org_id = p.org_id AND a.id = p.account_id WHERE NOT p.apart AND p.status <> 'withdrawn' AND (coalesce(a.district_id, a.id) <> coalesce(p.district_id, a.id) OR coalesce(a.line_id, a.id) <> coalesce(p.line_id, a.id))",
	} {
		if n := d.count("SELECT count(*) FROM " + query); n != 0 {
			rt.Fatalf("%d times %s", n, what)
		}
	}
}
