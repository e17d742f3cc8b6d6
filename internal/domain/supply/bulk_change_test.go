package supply_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func (w *world) change(org id.ID, dry bool, updates ...supply.AccountUpdate) (done []supply.AccountChange) {
	w.t.Helper()
	w.write(func(tx *db.Tx) (err error) {
		done, err = w.svc.UpdateAccountsTx(tx, importer, org, updates, dry)
		return err
	})
	return done
}

func (w *world) accountsByNo(org id.ID, numbers ...string) (found map[string]supply.Account) {
	w.t.Helper()
	w.read(func(tx *db.Tx) (err error) { found, err = w.svc.AccountsByNoTx(tx, org, numbers); return err })
	return found
}

func TestManyAccountsAreChangedAndRestored(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		ids := w.populate(w.a, n)
		li := w.customer(w.a, 3, "李强", customer.KindPerson)
		updates := []supply.AccountUpdate{
			{ID: ids["1001"], Input: func(a supply.Account, at supply.PremiseInput) (supply.AccountInput, supply.PremiseInput) {
				a.ContractVA, a.CustomerID, a.DistrictID, a.AccountNo, at.Address = 12_000, li, n.D2, "ignored", "翠湖路9号"
				return a.AccountInput, at
			}},
			{ID: ids["1002"], Input: func(a supply.Account, at supply.PremiseInput) (supply.AccountInput, supply.PremiseInput) {
				return a.AccountInput, at
			}},
			{ID: ids["1003"], Input: func(a supply.Account, at supply.PremiseInput) (supply.AccountInput, supply.PremiseInput) {
				a.RunningVA = 99_000
				return a.AccountInput, at
			}},
			{ID: ids["1004"], Input: func(a supply.Account, at supply.PremiseInput) (supply.AccountInput, supply.PremiseInput) {
				a.LineID, a.CustomerID = id.ID{3}, id.ID{4}
				return a.AccountInput, at
			}},
			{ID: id.ID{9}, Input: nil},
		}
		for _, dry := range []bool{true, false} {
			w.customers.reindexed, w.customers.entries = nil, nil
			done := w.change(w.a, dry, updates...)
			if !done[0].Changed || done[0].Err != nil || done[1].Changed || done[1].Err != nil {
				t.Errorf("dry %v: %+v", dry, done[:2])
			}
			for i, want := range map[int]string{2: "running_va=above_contract", 3: "line_id=unknown_reference customer_id=unknown_reference", 4: "record.not_found"} {
				if done[i].Changed || done[i].Err == nil || !strings.Contains(done[i].Err.Error(), want) {
					t.Errorf("dry %v: %+v, want %s", dry, done[i].Err, want)
				}
			}
			if n := w.count("SELECT count(*) FROM premise"); (n == 1) == dry {
				t.Errorf("dry %v: %d premises", dry, n)
			}
			if dry {
				continue
			}
			w.checkChanged(done[0], n, li)
			w.takeBack(done[0], n)
		}
	})
}

// checkChanged holds account 1001 to what was asked, its point and customer too.
func (w *world) checkChanged(done supply.AccountChange, n network, owner id.ID) {
	w.t.Helper()
	a := w.accountsByNo(w.a, "1001")["1001"]
	if a.ContractVA != 12_000 || a.LineID != n.V || a.Version != 2 || done.Version != 2 || a.PremiseID != done.PremiseID {
		w.t.Errorf("changed: %+v, %+v", a, done)
	}
	if got := w.count("SELECT count(*) FROM metering_point WHERE account_id = $1 AND district_id = $2", a.ID, n.D2); got != 1 {
		w.t.Error("the point did not follow")
	}
	if !slices.Contains(w.customers.reindexed, owner) || len(w.customers.entries) != 2 {
		w.t.Errorf("reindexed %v, told %v", w.customers.reindexed, w.customers.entries)
	}
}

// takeBack restores a change after a trip through JSON, and refuses it when
// somebody was there meanwhile.
func (w *world) takeBack(done supply.AccountChange, n network) {
	w.t.Helper()
	raw, err := json.Marshal(done)
	if err != nil {
		w.t.Fatal(err)
	}
	var back supply.AccountChange
	if err := json.Unmarshal(raw, &back); err != nil {
		w.t.Fatal(err)
	}
	stale := back
	stale.Version = 7
	restore := func(c supply.AccountChange) (kept []id.ID) {
		w.write(func(tx *db.Tx) (err error) {
			kept, err = w.svc.RestoreAccountsTx(tx, importer, w.a, []supply.AccountChange{c})
			return err
		})
		return kept
	}
	if kept := restore(stale); len(kept) != 1 {
		w.t.Error("a change somebody worked on since was taken back")
	}
	if kept := restore(back); len(kept) != 0 {
		w.t.Errorf("kept %v", kept)
	}
	a := w.accountsByNo(w.a, "1001")["1001"]
	if a.AccountInput != done.Before || a.DistrictID != n.D1 || w.count("SELECT count(*) FROM premise") != 0 {
		w.t.Errorf("restored: %+v", a)
	}
}

func TestAPremiseIsChangedAndRestored(t *testing.T) {
	each(t, func(w *world) {
		home := id.ID{1}
		in := account("1001", "张伟")
		in.PremiseID = home
		b := supply.Batch{Premises: []supply.Premise{{Head: headed(home), PremiseInput: supply.PremiseInput{Address: "人民路1号"}}}, Accounts: []supply.Account{{AccountInput: in}}}
		w.batch(w.a, &b)
		move := func(address string) supply.AccountUpdate {
			return supply.AccountUpdate{ID: b.Accounts[0].ID, Input: func(a supply.Account, at supply.PremiseInput) (supply.AccountInput, supply.PremiseInput) {
				at.Address = address
				return a.AccountInput, at
			}}
		}
		if done := w.change(w.a, false, move(strings.Repeat("路", 201))); done[0].Err == nil {
			t.Error("an address too long")
		}
		done := w.change(w.a, false, move("人民路２号"))
		if w.count("SELECT count(*) FROM premise WHERE folded = '人民路2号' AND version = 2") != 1 || done[0].PremiseMade || done[0].PremiseID != home {
			t.Errorf("%+v", done)
		}
		w.write(func(tx *db.Tx) error {
			kept, err := w.svc.RestoreAccountsTx(tx, importer, w.a, done)
			if len(kept) != 0 {
				t.Errorf("kept %v", kept)
			}
			return err
		})
		if w.count("SELECT count(*) FROM premise WHERE address = '人民路1号'") != 1 {
			t.Error("the address did not come back")
		}
	})
}

func TestUntouchedAccountsAreUnmade(t *testing.T) {
	each(t, func(w *world) {
		zhang := w.customer(w.a, 1, "张伟", customer.KindPerson)
		var b supply.Batch
		var made []id.ID
		for i := range 8 {
			a, p, h := id.ID{1, 15: byte(i)}, id.ID{2, 15: byte(i)}, id.ID{3, 15: byte(i)}
			in := account(fmt.Sprintf("100%d", i), "张伟")
			in.CustomerID, in.PremiseID = zhang, h
			b.Premises = append(b.Premises, supply.Premise{Head: headed(h), PremiseInput: supply.PremiseInput{Address: fmt.Sprint(i, "号")}})
			b.Accounts = append(b.Accounts, supply.Account{Head: headed(a), AccountInput: in})
			b.Points = append(b.Points, supply.Point{Head: headed(p), PointInput: point(fmt.Sprint("M", i), a)})
			b.Meters = append(b.Meters, supply.Meter{Head: headed(id.ID{4, 15: byte(i)}), MeterInput: supply.MeterInput{AssetNo: fmt.Sprint("A", i)}, PointID: p, InstalledOn: "2020-01-01"})
			made = append(made, a)
		}
		w.batch(w.a, &b)
		h := w.handler()
		item := func(kind string, first, i int) string {
			return fmt.Sprintf("/api/v1/%s/%v", kind, id.ID{byte(first), 15: byte(i)})
		}
		call[any](w, h, "maintainer", "PUT", item("accounts", 1, 1), fmt.Sprintf(accountJSON, "1001", ""), 200, "If-Match", `"1"`)
		call[any](w, h, "maintainer", "PUT", item("accounts", 1, 2)+"/consumption/202601", `{"energy_wh":1}`, 204, "If-Match", `"0"`)
		call[any](w, h, "maintainer", "POST", item("accounts", 1, 3)+"/numbers", `{"number":"77"}`, 201)
		call[any](w, h, "maintainer", "PUT", item("meters", 4, 4), `{"asset_no":"A4","factor":2}`, 200, "If-Match", `"1"`)
		call[any](w, h, "maintainer", "POST", item("meters", 4, 5)+"/take-down", `{"on":"2026-01-01","register_wh":1}`, 200, "If-Match", `"1"`)
		call[any](w, h, "maintainer", "POST", item("accounts", 1, 6)+"/installations", `{"valid_from":"2026-01-01"}`, 201)
		var kept, owners []id.ID
		w.write(func(tx *db.Tx) (err error) {
			kept, owners, err = w.svc.RemoveAccountsTx(tx, importer, w.a, append(made, id.ID{77}))
			return err
		})
		slices.SortFunc(kept, id.ID.Compare)
		want := append(slices.Clone(made[1:7]), id.ID{77})
		if !slices.Equal(kept, want) || !slices.Equal(owners, []id.ID{zhang}) {
			t.Errorf("kept %v, want %v; owners %v", kept, want, owners)
		}
		for table, want := range map[string]int64{"account": 6, "premise": 6, "metering_point": 6, "meter": 6, "account_number": 7} {
			if got := w.count("SELECT count(*) FROM " + table); got != want {
				t.Errorf("%d rows in %s, want %d", got, table, want)
			}
		}
	})
}

func TestLookingUpByNumber(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		ids := w.populate(w.a, n)
		other := w.build(w.b)
		w.batch(w.a, &supply.Batch{Points: []supply.Point{{Head: headed(id.ID{5}), PointInput: point("MX", ids["1001"])}},
			Meters: []supply.Meter{{MeterInput: supply.MeterInput{AssetNo: "A1"}, PointID: id.ID{5}, InstalledOn: "2020-01-01"}, {MeterInput: supply.MeterInput{AssetNo: "A2"}}}})
		if found := w.accountsByNo(w.a, "1001", "9999"); len(found) != 1 || found["1001"].ID != ids["1001"] || len(w.accountsByNo(w.b, "1001")) != 0 {
			t.Errorf("accounts %v", found)
		}
		w.read(func(tx *db.Tx) error {
			byID, err := w.svc.AccountsTx(tx, w.a, []id.ID{ids["1001"], {9}})
			if err != nil || len(byID) != 1 || byID[ids["1001"]].AccountNo != "1001" {
				t.Errorf("accounts %v, %v", byID, err)
			}
			owner := byID[ids["1001"]].CustomerID
			owners, err := w.svc.OwnersTx(tx, w.a, []id.ID{owner, {9}})
			if err != nil || len(owners) != 1 || !owners[owner] {
				t.Errorf("owners %v, %v", owners, err)
			}
			meters, err := w.svc.MetersByNoTx(tx, w.a, []string{"A1", "A2", "A3"})
			if err != nil || len(meters) != 2 || meters["A1"].AccountID != ids["1001"] || !meters["A2"].PointID.IsZero() {
				t.Errorf("meters %+v, %v", meters, err)
			}
			districts, err := w.svc.DistrictsByNoTx(tx, w.b, []string{"T0001", "T0009"})
			if err != nil || len(districts) != 1 || districts["T0001"] != other.D1 {
				t.Errorf("districts %v, %v", districts, err)
			}
			lines, err := w.svc.LinesByNoTx(tx, w.a, []string{"L-101"})
			if err != nil || lines["L-101"] != n.T {
				t.Errorf("lines %v, %v", lines, err)
			}
			return w.svc.CheckManyTx(tx, w.a, &supply.Batch{Accounts: []supply.Account{{AccountInput: account("7", "x")}}})
		})
		if w.count("SELECT count(*) FROM account WHERE account_no = '7'") != 0 {
			t.Error("a check kept something")
		}
	})
}
