package supply_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// ended closes a customer.
func (a archived) ended(c customer.Customer) {
	a.t.Helper()
	if _, err := a.customers.Close(a.ctx, c.ID, c.Version, customer.CloseInput{Reason: "moved_away"}); err != nil {
		a.t.Fatal(err)
	}
}

// refusals spells the refusals of a request: "customer_id=no_such".
func refusals(p rest.Problem) string {
	return fmt.Sprint(words(p.Fields, func(f rest.ProblemField) string { return f.Name + "=" + f.Code }))
}

// A closed customer has no live account: none is opened for him, given to him or
// opened again, by whichever way; a closed account he may have.
func TestAClosedCustomerGetsNoLiveAccount(t *testing.T) {
	eachArchive(t, func(a archived) {
		h := a.handler()
		gone, here := a.person("张伟"), a.person("李强")
		const closed = `,"customer_id":%q,"status":"closed","closed_on":"2026-01-01"`
		old, oldTag := a.newAccount("1", fmt.Sprintf(closed, gone.ID))
		other, otherTag := a.newAccount("2", fmt.Sprintf(`,"customer_id":%q`, here.ID))
		a.ended(gone)
		const refused = "[customer_id=no_such]"
		live := fmt.Sprintf(`,"customer_id":%q`, gone.ID)
		p, _ := call[rest.Problem](a.world, h, "maintainer", "POST", "/api/v1/accounts", fmt.Sprintf(accountJSON, "3", live), 422)
		if refusals(p) != refused || p.Fields[0].Message == "" {
			a.t.Errorf("opened: %+v", p)
		}
		for _, x := range []struct{ path, no, etag string }{{old.ID.String(), "1", oldTag}, {other.ID.String(), "2", otherTag}} {
			p, _ = call[rest.Problem](a.world, h, "maintainer", "PUT", "/api/v1/accounts/"+x.path, fmt.Sprintf(accountJSON, x.no, live), 422, "If-Match", x.etag)
			if refusals(p) != refused {
				a.t.Errorf("changed: %+v", p)
			}
		}
		done := a.change(a.a, false, supply.AccountUpdate{ID: other.ID, Input: func(now supply.Account, at supply.PremiseInput) (supply.AccountInput, supply.PremiseInput) {
			now.CustomerID = gone.ID
			return now.AccountInput, at
		}})
		if done[0].Err == nil || done[0].Err.Error() != "input.invalid customer_id=no_such" {
			a.t.Errorf("changed with many: %v", done[0].Err)
		}
		// What is closed may be corrected, and another's closed account given to him.
		a.putAccount(old, oldTag, "1", fmt.Sprintf(closed, gone.ID)+`,"reading_section":"07"`, 200)
		a.putAccount(other, otherTag, "2", fmt.Sprintf(closed, gone.ID), 200)
	})
}

// Opened again, the customer may have his accounts.
func TestAReopenedCustomerGetsHisAccounts(t *testing.T) {
	eachArchive(t, func(a archived) {
		zhang := a.person("张伟")
		a.ended(zhang)
		zhang, err := a.customers.Get(a.ctx, zhang.ID)
		if err != nil {
			a.t.Fatal(err)
		}
		if _, err := a.customers.Reopen(a.ctx, zhang.ID, zhang.Version); err != nil {
			a.t.Fatal(err)
		}
		a.newAccount("1", fmt.Sprintf(`,"customer_id":%q`, zhang.ID))
	})
}

// A merge takes everything about the accounts to the one who stays: figures,
// statistics, path and trace tell of him, and the merged one has nothing.
func TestAfterAMergeTheOtherHasTheSupply(t *testing.T) {
	eachArchive(t, func(a archived) {
		n := a.build(a.a)
		into, from := a.person("张伟"), a.person("张玮")
		acc, _ := a.newAccount("1", fmt.Sprintf(`,"customer_id":%q,"district_id":%q`, from.ID, n.D1))
		if _, err := a.load(a.a, supply.Energy{AccountID: acc.ID, Month: 202610, EnergyWh: 5000}); err != nil {
			a.t.Fatal(err)
		}
		if _, err := a.customers.Merge(a.ctx, into.ID, into.Version, customer.MergeInput{FromID: from.ID, FromVersion: from.Version}); err != nil {
			a.t.Fatal(err)
		}
		for who, want := range map[id.ID]int64{into.ID: 5000, from.ID: 0} {
			st, err := a.svc.StatisticsOf(a.ctx, who, id.ID{}, 0, 0)
			if err != nil || st.TotalWh != want {
				a.t.Errorf("%s: %d Wh sold, want %d: %v", st.Customer.Name, st.TotalWh, want, err)
			}
			p, err := a.svc.PathOf(a.ctx, who)
			if err != nil || len(p.Accounts) != int(want/5000) {
				a.t.Errorf("%s: path of %d accounts: %v", st.Customer.Name, len(p.Accounts), err)
			}
		}
		list, _, err := a.svc.Behind(a.ctx, supply.Origin{Kind: "district", ID: n.D1}, "", 10)
		if err != nil || len(list) != 1 || list[0].Customer.ID != into.ID {
			a.t.Errorf("behind the district: %+v, %v", list, err)
		}
		if err := a.closing(into.ID); !errors.Is(err, supply.ErrLiveAccounts) {
			a.t.Errorf("closing him: %v", err)
		}
	})
}

// Staff sealed by a customer's key is read by nobody once he is erased, and no
// request fails for it: neither the account's page nor a trace nor its path.
func TestAnErasedCustomerLeavesTheNetworkReadable(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		ids := w.populate(w.a, n)
		ctx := w.as(w.a, "supply.*", "customer.reveal")
		in := supply.InstallationInput{ValidFrom: "2026-01-01", SecurityLoadW: 9000, Staff: []supply.Duty{{Name: "王建国", Phone: "13999990001"}}}
		if _, err := w.svc.CreateInstallation(ctx, ids["1005"], "", in); err != nil {
			w.t.Fatal(err)
		}
		who := w.customer(w.a, 2, "翠湖化工有限公司", customer.KindOrganisation)
		w.customers.erased = map[id.ID]bool{who: true}
		delete(w.customers.refs, who)
		d, err := w.svc.Detail(ctx, ids["1005"])
		if err != nil || d.Customer != nil || d.Installation == nil || !d.Installation.StaffGone || len(d.Installation.Staff) != 0 || d.Installation.SecurityLoadW != 9000 {
			w.t.Errorf("detail %+v, %v", d, err)
		}
		p, err := w.svc.PathOfAccount(ctx, ids["1005"])
		if err != nil || !p.Accounts[0].Installation.StaffGone {
			w.t.Errorf("path %+v, %v", p.Accounts, err)
		}
		list, _, err := w.svc.Behind(ctx, supply.Origin{Kind: "line", ID: n.X}, "", 10)
		if err != nil || len(list) != 1 || list[0].Customer != nil || list[0].Phone != "" || list[0].SecurityLoadW != 9000 {
			w.t.Errorf("behind %+v, %v", list, err)
		}
		if _, err := w.svc.PathOf(ctx, who); err != nil {
			w.t.Errorf("path of the erased: %v", err)
		}
		if _, err := w.svc.Assess(ctx, who, id.ID{}, 0); !errors.Is(err, db.ErrNotFound) {
			w.t.Errorf("assessment of the erased: %v", err)
		}
	})
}
