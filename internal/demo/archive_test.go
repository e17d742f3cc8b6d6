package demo_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/demo"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

// tally counts what the archives of the company hold.
type tally map[string]int

func (n tally) add(what string, is bool) {
	if is {
		n[what]++
	}
}

// checkArchives looks into every customer: businesses are judged, accounts at
// high voltage have their contract with its clauses and their own installation
// with sources and people on duty; the rest some have.
func checkArchives(t *testing.T, ctx context.Context, a *app.App) {
	t.Helper()
	list, _, err := a.Customers.List(ctx, customer.ListInput{Sort: "name", Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	n := tally{}
	for _, c := range list {
		n.add("tagged", len(c.Tags) > 0)
		n.readCard(t, ctx, a, c)
		n.readParts(t, ctx, a, c.ID)
	}
	for company := range demo.Companies() {
		n.readAccounts(t, ctx, a, demo.NewWorld(3, now), company)
	}
	for what, least := range map[string]int{"tagged": 20, "judged businesses": 15, "judged persons": 1, "filled": 60, "refilled": 3, "noted": 10, "files": 5,
		"contract": 50, "contract ends soon": 1, "renewed": 1, "installation": 3, "generation": 1, "second state": 1, "replaced meter": 2} {
		if n[what] < least {
			t.Errorf("%s: %d, want %d or more", what, n[what], least)
		}
	}
}

func (n tally) readCard(t *testing.T, ctx context.Context, a *app.App, c customer.Item) {
	t.Helper()
	card, err := a.Customers.Card(ctx, c.ID, id.ID{})
	if err != nil {
		t.Fatal(err)
	}
	n.add("judged businesses", c.Kind == customer.KindOrganisation && len(card.Analyses) > 2)
	n.add("judged persons", c.Kind == customer.KindPerson && len(card.Analyses) > 0)
	for _, v := range card.Fields {
		n.add("filled", v.Value != "")
		if v.Field.Code != "power_bill" || v.Value != "electronic" {
			continue
		}
		values, _, err := a.Customers.FieldHistory(ctx, c.ID, v.Field.ID, customer.Page{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		n.add("refilled", len(values) == 3)
	}
}

func (n tally) readParts(t *testing.T, ctx context.Context, a *app.App, c id.ID) {
	t.Helper()
	notes, _, err := a.Customers.Notes(ctx, c, customer.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	n.add("noted", len(notes) > 0)
	files, _, err := a.Customers.Attachments(ctx, c, customer.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	n.add("files", len(files) > 0)
}

// readAccounts reads the accounts of a company, each with what belongs to it.
func (n tally) readAccounts(t *testing.T, ctx context.Context, a *app.App, w *demo.World, company int) {
	t.Helper()
	for i := range 50 {
		c := w.Customer(company, i)
		hits, err := a.Supply.FindNumbered(ctx, c.Account.No, 1)
		if err != nil || len(hits) != 1 {
			t.Fatalf("account %s: %d hits, %v", c.Account.No, len(hits), err)
		}
		d, err := a.Supply.Detail(ctx, hits[0].ObjectID)
		if err != nil {
			t.Fatal(err)
		}
		n.add("replaced meter", len(d.Meters) == 1 && d.Meters[0].AssetNo != c.Account.MeterNo)
		n.readContract(t, ctx, a, d)
		if c.Account.HighVolt {
			n.readInstallation(t, ctx, a, d)
		}
	}
}

func (n tally) readContract(t *testing.T, ctx context.Context, a *app.App, d supply.Detail) {
	t.Helper()
	if d.Contract == nil {
		if d.Account.Class == "hv" {
			t.Errorf("%s at high voltage has no contract", d.Account.AccountNo)
		}
		return
	}
	cp, err := a.Supply.CopyContract(ctx, d.Contract.ID, id.ID{})
	if err != nil {
		t.Fatal(err)
	}
	k := cp.Contract
	for _, clause := range []string{k.Demarcation, k.SupplyMode, k.Quality, k.Metering, k.Price, k.Maintenance, k.Liability, cp.Company, string(k.SignedOn)} {
		if clause == "" {
			t.Errorf("copy of %s lacks a clause: %+v", k.ContractNo, k)
		}
	}
	if k.LongerThanUsual || k.ValidFrom > now.Day() || k.ValidTo != "" && k.ValidTo < now.Day() || k.CapacityVA != d.Account.ContractVA {
		t.Errorf("contract %+v", k)
	}
	n.add("contract", true)
	n.add("contract ends soon", k.ValidTo != "" && k.ValidTo < now.Add(90*24*time.Hour).Day())
	n.add("renewed", k.ValidFrom > d.Account.OpenedOn)
}

func (n tally) readInstallation(t *testing.T, ctx context.Context, a *app.App, d supply.Detail) {
	t.Helper()
	states, err := a.Supply.InstallationsOf(ctx, d.Account.ID)
	if err != nil || len(states) == 0 {
		t.Fatalf("installation of %s: %v", d.Account.AccountNo, err)
	}
	in := states[0]
	qualified := slices.ContainsFunc(in.Staff, func(s supply.Duty) bool { return s.Qualification != "" && s.LicenceNo != "" && s.Phone != "" })
	if len(in.Sources) == 0 || len(in.Documents) != 2 || in.Protection == "" || in.CompensationVar == 0 || in.TolerableMin == 0 || !qualified || in.ValidTo != "" {
		t.Errorf("installation %+v", in)
	}
	n.add("installation", true)
	n.add("generation", len(in.Generation) > 0)
	n.add("second state", len(states) > 1)
}
