package supply_test

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

var benchAccounts = flag.Int("accounts", 50_000, "accounts behind the benchmark's substation")

// grid is a substation with one feeder that carries all accounts: 20 branches
// with 10 districts each; every 500th account is an important one at high voltage.
type grid struct {
	*world
	station, feeder, branch, district, breaker, account id.ID
}

const (
	gridBranches  = 20
	gridDistricts = 10
)

func newGrid(b *testing.B, e db.Dialect) grid {
	b.Helper()
	g := grid{world: newWorld(b, e)}
	var districts []id.ID
	g.write(func(tx *db.Tx) error {
		g.station, g.feeder, g.breaker = tx.NewID(), tx.NewID(), tx.NewID()
		n := supply.Network{Substations: []supply.Substation{{Head: headed(g.station), SubstationInput: supply.SubstationInput{No: "S1", Name: "城东变", Voltage: "AC01101"}}},
			Lines:     []supply.Line{{Head: headed(g.feeder), LineInput: supply.LineInput{No: "L", Name: "城东一线", Voltage: "AC00101", SubstationID: g.station}}},
			Equipment: []supply.Equipment{{Head: headed(g.breaker), EquipmentInput: supply.EquipmentInput{No: "E", Name: "断路器", Kind: "breaker", NodeKind: supply.NodeLine, NodeID: g.feeder}}}}
		for i := range gridBranches {
			g.branch = tx.NewID()
			n.Lines = append(n.Lines, supply.Line{Head: headed(g.branch), LineInput: supply.LineInput{No: fmt.Sprint("L", i), Name: "支线", Voltage: "AC00101", ParentID: g.feeder}})
			for k := range gridDistricts {
				g.district = tx.NewID()
				districts = append(districts, g.district)
				n.Districts = append(n.Districts, supply.District{Head: headed(g.district), DistrictInput: supply.DistrictInput{No: fmt.Sprint("T", i, "-", k), Name: "台区", LineID: g.branch}})
			}
		}
		return g.svc.CreateNetworkTx(tx, importer, g.a, &n)
	})
	for first := 0; first < *benchAccounts; first += 5000 {
		g.write(func(tx *db.Tx) error {
			var batch supply.Batch
			for i := first; i < min(first+5000, *benchAccounts); i++ {
				g.add(tx, &batch, i, districts[i%len(districts)])
			}
			return g.svc.CreateManyTx(tx, importer, g.a, &batch)
		})
	}
	if e == db.PostgreSQL {
		g.write(func(tx *db.Tx) error { _, err := tx.Exec("ANALYZE"); return err })
	}
	return g
}

func (g *grid) add(tx *db.Tx, b *supply.Batch, i int, district id.ID) {
	in := account(fmt.Sprintf("61%08d", i), "张伟")
	in.CustomerID, in.DistrictID = id.ID{9, 12: byte(i >> 24), 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)}, district
	if i%500 == 0 {
		in.Class, in.Importance, in.Voltage, in.UseCategory = "hv", "second", "AC00101", "two_part"
	}
	g.account = tx.NewID()
	b.Accounts = append(b.Accounts, supply.Account{Head: headed(g.account), AccountInput: in})
	b.Points = append(b.Points, supply.Point{PointInput: point(fmt.Sprint("M", i), g.account)})
}

// BenchmarkTrace measures a fault at each level, with all accounts behind the
// feeder, and the way back.
func BenchmarkTrace(b *testing.B) {
	for _, e := range dbtest.Engines {
		g := newGrid(b, e)
		ctx := g.as(g.a, "supply.*", "customer.reveal")
		for _, o := range []supply.Origin{{Kind: "substation", ID: g.station}, {Kind: "line", ID: g.feeder}, {Kind: "line", ID: g.branch}, {Kind: "district", ID: g.district}, {Kind: "equipment", ID: g.breaker}} {
			r := g.count(ctx, o)
			name := fmt.Sprintf("%s/%s-of-%d", e, o.Kind, r)
			b.Run(name+"/count", func(b *testing.B) {
				for b.Loop() {
					g.count(ctx, o)
				}
			})
			b.Run(name+"/page", func(b *testing.B) {
				for b.Loop() {
					g.page(ctx, o, "")
				}
			})
			_, next, _ := g.svc.Behind(ctx, o, "", 200)
			b.Run(name+"/next-page", func(b *testing.B) {
				for b.Loop() {
					g.page(ctx, o, next)
				}
			})
		}
		b.Run(fmt.Sprint(e, "/path"), func(b *testing.B) {
			for b.Loop() {
				if p, err := g.svc.PathOfAccount(ctx, g.account); err != nil || len(p.Lines) != 2 {
					b.Fatal(p, err)
				}
			}
		})
	}
}

func (g grid) count(ctx context.Context, o supply.Origin) int64 {
	r, err := g.svc.Trace(ctx, o)
	if err != nil {
		g.t.Fatal(err)
	}
	return r.Accounts
}

func (g grid) page(ctx context.Context, o supply.Origin, cursor string) {
	if list, _, err := g.svc.Behind(ctx, o, cursor, 50); err != nil || len(list) != 50 {
		g.t.Fatal(len(list), err)
	}
}

// BenchmarkCreateMany measures accounts with premise, point and meter in batches of
// 1000.
func BenchmarkCreateMany(b *testing.B) {
	for _, e := range dbtest.Engines {
		b.Run(string(e), func(b *testing.B) {
			w := newWorld(b, e)
			n := w.build(w.a)
			zhang := w.customer(w.a, 1, "张伟", customer.KindPerson)
			serial := 0
			for b.Loop() {
				w.write(func(tx *db.Tx) error {
					var batch supply.Batch
					for range 1000 {
						serial++
						home, of, at := tx.NewID(), tx.NewID(), tx.NewID()
						in := account(fmt.Sprintf("61%08d", serial), "张伟")
						in.CustomerID, in.PremiseID, in.DistrictID = zhang, home, n.D1
						batch.Premises = append(batch.Premises, supply.Premise{Head: headed(home), PremiseInput: supply.PremiseInput{Address: fmt.Sprint("人民路", serial, "号")}})
						batch.Accounts = append(batch.Accounts, supply.Account{Head: headed(of), AccountInput: in})
						batch.Points = append(batch.Points, supply.Point{Head: headed(at), PointInput: point(fmt.Sprint("M", serial), of)})
						batch.Meters = append(batch.Meters, supply.Meter{MeterInput: supply.MeterInput{AssetNo: fmt.Sprint("A", serial)}, PointID: at, InstalledOn: "2020-01-01"})
					}
					return w.svc.CreateManyTx(tx, importer, w.a, &batch)
				})
			}
			b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "accounts/s")
		})
	}
}
