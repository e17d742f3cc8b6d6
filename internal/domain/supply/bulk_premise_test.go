package supply_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// shared is a house with accounts of three customers.
type shared struct {
	*world
	home     id.ID
	accounts []id.ID
	owners   []id.ID
}

func (w *world) sharedHome() (s shared) {
	w.t.Helper()
	s = shared{world: w, home: id.ID{1}}
	b := supply.Batch{Premises: []supply.Premise{{Head: headed(s.home), PremiseInput: supply.PremiseInput{Address: "人民路1号"}}}}
	for i := range 3 {
		in := account(fmt.Sprint("100", i), "张伟")
		in.PremiseID, in.CustomerID = s.home, w.customer(w.a, byte(i+1), "张伟", customer.KindPerson)
		b.Accounts = append(b.Accounts, supply.Account{AccountInput: in})
		s.owners = append(s.owners, in.CustomerID)
	}
	w.batch(w.a, &b)
	for _, a := range b.Accounts {
		s.accounts = append(s.accounts, a.ID)
	}
	return s
}

func (s shared) moveTo(k int, address string) supply.AccountUpdate {
	return supply.AccountUpdate{ID: s.accounts[k], Input: func(now supply.Account, at supply.PremiseInput) (supply.AccountInput, supply.PremiseInput) {
		now.ReadingSection, at.Address = "07", address
		return now.AccountInput, at
	}}
}

func (s shared) restore(done ...supply.AccountChange) (kept []id.ID) {
	s.write(func(tx *db.Tx) (err error) {
		kept, err = s.svc.RestoreAccountsTx(tx, importer, s.a, done)
		return err
	})
	return kept
}

func (s shared) address() (text string) {
	s.read(func(tx *db.Tx) error { return tx.Get(&text, "SELECT address FROM premise WHERE id = $1", s.home) })
	return text
}

// When one account's file gives the house another address, all who live there are
// found by it.
func TestAnAddressChangedWithManyReachesAllWhoLiveThere(t *testing.T) {
	each(t, func(w *world) {
		s := w.sharedHome()
		w.customers.reindexed = nil
		if done := w.change(w.a, false, s.moveTo(0, "人民路2号")); done[0].Err != nil || s.address() != "人民路2号" {
			w.t.Fatalf("%+v", done)
		}
		got := slices.Clone(w.customers.reindexed)
		slices.SortFunc(got, id.ID.Compare)
		if !slices.Equal(slices.Compact(got), s.owners) {
			w.t.Errorf("reindexed %v, want %v", got, s.owners)
		}
	})
}

// A file may hold several accounts of one house, with the same new address; what
// it did is taken back in one go or one by one, in any order.
func TestAHouseIsMovedByEachOfItsAccounts(t *testing.T) {
	each(t, func(w *world) {
		for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, nil} {
			w.write(func(tx *db.Tx) error { _, err := tx.Exec("DELETE FROM account_number"); return err })
			w.write(func(tx *db.Tx) error { _, err := tx.Exec("DELETE FROM account"); return err })
			w.write(func(tx *db.Tx) error { _, err := tx.Exec("DELETE FROM premise"); return err })
			s := w.sharedHome()
			done := w.change(w.a, false, s.moveTo(0, "人民路2号"), s.moveTo(1, "人民路2号"), s.moveTo(2, "人民路2号"))
			for _, c := range done {
				if c.Err != nil || !c.Changed || c.PremiseMade || c.PremiseID != s.home {
					w.t.Errorf("%+v", c)
				}
			}
			if s.address() != "人民路2号" || w.count("SELECT version FROM premise WHERE id = $1", s.home) != 2 {
				w.t.Errorf("%s, changed more than once", s.address())
			}
			var kept []id.ID
			if order == nil {
				kept = s.restore(done...)
			}
			for _, k := range order {
				kept = append(kept, s.restore(done[k])...)
			}
			if len(kept) != 0 || s.address() != "人民路1号" || w.count("SELECT count(*) FROM account WHERE reading_section = ''") != 3 {
				w.t.Errorf("taken back %v: kept %v at %s", order, kept, s.address())
			}
		}
	})
}

// Where a file gives one house two addresses the last one stays, and taking the
// file back gives the house the one it had.
func TestTheLastAddressOfAFileStays(t *testing.T) {
	each(t, func(w *world) {
		s := w.sharedHome()
		done := w.change(w.a, false, s.moveTo(0, "人民路2号"), s.moveTo(1, "人民路3号"))
		if done[0].Err != nil || done[1].Err != nil || s.address() != "人民路3号" {
			w.t.Fatalf("%+v at %s", done, s.address())
		}
		if kept := append(s.restore(done[1]), s.restore(done[0])...); len(kept) != 0 || s.address() != "人民路1号" {
			w.t.Errorf("kept %v at %s", kept, s.address())
		}
		if n := w.count("SELECT count(*) FROM account WHERE reading_section <> ''"); n != 0 {
			w.t.Errorf("%d accounts stay changed", n)
		}
	})
}

// Somebody who corrected the address since keeps it, and the account with it.
func TestAnAddressCorrectedSinceStays(t *testing.T) {
	each(t, func(w *world) {
		s := w.sharedHome()
		done := w.change(w.a, false, s.moveTo(0, "人民路2号"))
		call[any](w, w.handler(), "maintainer", "PUT", "/api/v1/premises/"+s.home.String(), `{"address":"人民路2号后门"}`, 200, "If-Match", `"2"`)
		if kept := s.restore(done...); !slices.Equal(kept, s.accounts[:1]) || s.address() != "人民路2号后门" {
			w.t.Errorf("kept %v at %s", kept, s.address())
		}
	})
}

// A change that breaks a rule of the account or its address is refused alone, by
// the field's name, and the rest of the file goes on.
func TestOfManyChangesTheBadOnesAreRefusedAlone(t *testing.T) {
	each(t, func(w *world) {
		s := w.sharedHome()
		set := func(k int, change func(*supply.AccountInput, *supply.PremiseInput)) supply.AccountUpdate {
			return supply.AccountUpdate{ID: s.accounts[k], Input: func(now supply.Account, at supply.PremiseInput) (supply.AccountInput, supply.PremiseInput) {
				change(&now.AccountInput, &at)
				return now.AccountInput, at
			}}
		}
		for want, u := range map[string]supply.AccountUpdate{
			"postcode=wrong_format":     set(0, func(_ *supply.AccountInput, p *supply.PremiseInput) { p.Postcode = "6440" }),
			"address=required":          set(0, func(_ *supply.AccountInput, p *supply.PremiseInput) { p.Address = "\u3000" }),
			"address=too_long":          set(0, func(_ *supply.AccountInput, p *supply.PremiseInput) { p.Address = strings.Repeat("𠮷", 201) }),
			"name=required":             set(0, func(a *supply.AccountInput, _ *supply.PremiseInput) { a.Name = " " }),
			"closed_on=not_closed":      set(0, func(a *supply.AccountInput, _ *supply.PremiseInput) { a.ClosedOn = "2026-01-01" }),
			"unit_id=unknown_reference": set(0, func(a *supply.AccountInput, _ *supply.PremiseInput) { a.UnitID = w.b }),
			"closed_on=before_day": set(0, func(a *supply.AccountInput, _ *supply.PremiseInput) {
				a.Status, a.OpenedOn, a.ClosedOn = "closed", "2026-02-01", "2026-01-01"
			}),
			"district_id=unknown_reference": set(0, func(a *supply.AccountInput, _ *supply.PremiseInput) { a.DistrictID = id.ID{7} }),
		} {
			done := w.change(w.a, false, u, s.moveTo(1, "人民路1号"))
			if done[0].Err == nil || done[0].Err.Error() != "input.invalid "+want || done[1].Err != nil {
				w.t.Errorf("%v and %v, want %s", done[0].Err, done[1].Err, want)
			}
		}
		if n := w.count("SELECT count(*) FROM account WHERE version > 1"); n != 1 || s.address() != "人民路1号" {
			w.t.Errorf("%d accounts were changed", n)
		}
	})
}
