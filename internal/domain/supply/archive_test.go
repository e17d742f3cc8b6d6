package supply_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// archived is a world in which the customer archive is the real one, wired as the
// program wires it.
type archived struct {
	*world
	customers *customer.Service
	ctx       context.Context
}

func withArchive(t *testing.T, e db.Dialect) archived {
	w := newWorld(t, e)
	orgs := org.New(w.db)
	users := access.New(w.db, w.keys, orgs, w.audit, access.Cost{MemoryKiB: 8, Passes: 1})
	cursors := page.NewSigner([]byte("test"))
	people := customer.New(customer.Deps{DB: w.db, Keys: w.keys, Audit: w.audit, Orgs: orgs, Users: users,
		Cursors: cursors, Blobs: blob.New(t.TempDir()), Text: catalogue.Text})
	w.svc = supply.New(supply.Deps{DB: w.db, Keys: w.keys, Audit: w.audit, Orgs: orgs, Users: users, Customers: people, Cursors: cursors})
	people.SetSearchParts(w.svc)
	people.AddFollower(w.svc)
	return archived{w, people, w.as(w.a, "*")}
}

// eachArchive runs fn on both engines with the real customer archive, which bears
// several callers at once.
func eachArchive(t *testing.T, fn func(a archived)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(withArchive(t, e)) })
}

func (a archived) person(name string) customer.Customer {
	a.t.Helper()
	c, err := a.customers.Create(a.ctx, "", customer.CreateInput{Kind: customer.KindPerson, Name: name, ConfirmDuplicates: true})
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

// find spells the numbers of the customers found by what was typed.
func (a archived) find(q string) string {
	a.t.Helper()
	found, err := a.customers.Search(a.ctx, q, 10)
	if err != nil {
		a.t.Fatal(err)
	}
	var numbers []string
	for _, f := range found {
		numbers = append(numbers, f.Hint)
	}
	return strings.Join(numbers, " ")
}

// finds checks what each search finds.
func (a archived) finds(when string, wants map[string]string) {
	a.t.Helper()
	for q, want := range wants {
		if got := a.find(q); got != want {
			a.t.Errorf("%s %q finds %q, want %q", when, q, got, want)
		}
	}
}

func (a archived) events(who id.ID) (texts []string) {
	a.t.Helper()
	events, _, err := a.customers.Timeline(a.ctx, who, customer.TimelineFilter{Module: "supply"}, customer.Page{Limit: 50})
	if err != nil {
		a.t.Fatal(err)
	}
	for _, e := range events {
		texts = append(texts, e.Text)
	}
	return texts
}

func TestCustomersAreFoundByTheirSupply(t *testing.T) {
	eachArchive(t, func(a archived) {
		h := a.handler()
		zhang, li := a.person("张伟"), a.person("李强")
		p, pTag := call[supply.Premise](a.world, h, "maintainer", "POST", "/api/v1/premises", `{"address":"翠屏区人民路18号"}`, 201)
		acc, etag := a.newAccount("6101234567", fmt.Sprintf(`,"customer_id":%q,"premise_id":%q`, zhang.ID, p.ID))
		pt, _ := call[supply.Point](a.world, h, "maintainer", "POST", "/api/v1/metering-points",
			fmt.Sprintf(`{"no":"M1","name":"点","wiring":"single_phase","metering_mode":"lv_lv","voltage":"AC02202","account_id":%q}`, acc.ID), 201)
		m, mTag := call[supply.Meter](a.world, h, "maintainer", "POST", "/api/v1/meters", `{"asset_no":"5130001234567"}`, 201)
		_, mTag = call[supply.Meter](a.world, h, "maintainer", "POST", "/api/v1/meters/"+m.ID.String()+"/install",
			fmt.Sprintf(`{"point_id":%q,"on":"2026-01-01","register_wh":0}`, pt.ID), 200, "If-Match", mTag)

		a.finds("at first", map[string]string{
			"6101234567":    zhang.CustomerNo,
			"5130001234567": zhang.CustomerNo,
			"人民路":           zhang.CustomerNo,
			"人民路18":         zhang.CustomerNo,
			"6109999999":    "",
			"解放路":           "",
		})

		// Renumbered, moved to another street, the meter taken down: found by what
		// is, and by the number that was.
		acc, etag = a.putAccount(acc, etag, "6100000000017", fmt.Sprintf(`,"customer_id":%q,"premise_id":%q`, zhang.ID, p.ID), 200)
		call[any](a.world, h, "maintainer", "PUT", "/api/v1/premises/"+p.ID.String(), `{"address":"翠屏区解放路2号"}`, 200, "If-Match", pTag)
		call[any](a.world, h, "maintainer", "POST", "/api/v1/meters/"+m.ID.String()+"/take-down", `{"on":"2026-02-01","register_wh":9}`, 200, "If-Match", mTag)
		a.finds("after the changes", map[string]string{
			"6101234567":    zhang.CustomerNo,
			"6100000000017": zhang.CustomerNo,
			"解放路":           zhang.CustomerNo,
			"人民路":           "",
			"5130001234567": "",
		})

		// The account changes hands.
		a.putAccount(acc, etag, "6100000000017", fmt.Sprintf(`,"customer_id":%q,"premise_id":%q`, li.ID, p.ID), 200)
		a.finds("after the transfer", map[string]string{"6101234567": li.CustomerNo, "6100000000017": li.CustomerNo, "解放路": li.CustomerNo})
		want := []string{"用电户 6100000000017 不再属于本客户", "用电户 6100000000017 拆表 5130001234567", "户号由 6101234567 变为 6100000000017",
			"用电户 6101234567 装表 5130001234567", "用电户 6101234567 归入本客户，合同容量 8 kVA"}
		if got := a.events(zhang.ID); strings.Join(got, "; ") != strings.Join(want, "; ") {
			a.t.Errorf("timeline:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

func TestAMergeTakesAccountsAlongAndBack(t *testing.T) {
	eachArchive(t, func(a archived) {
		into, from := a.person("张伟"), a.person("张玮")
		acc, _ := a.newAccount("6101234567", fmt.Sprintf(`,"customer_id":%q`, from.ID))
		staff := supply.InstallationInput{ValidFrom: "2026-01-01", Staff: []supply.Duty{{Name: "王建国"}}}
		if _, err := a.svc.CreateInstallation(a.ctx, acc.ID, "", staff); err != nil {
			a.t.Fatal(err)
		}
		if _, err := a.customers.Merge(a.ctx, into.ID, into.Version, customer.MergeInput{FromID: from.ID, FromVersion: from.Version}); err != nil {
			a.t.Fatal(err)
		}
		if got := a.find("6101234567"); got != into.CustomerNo {
			a.t.Errorf("merged: found %q, want %q", got, into.CustomerNo)
		}
		// The staff stays sealed by the key it was sealed with, and readable.
		if d, err := a.svc.Detail(a.ctx, acc.ID); err != nil || d.Customer.ID != into.ID || d.Installation.Staff[0].Name != "王建国" {
			a.t.Errorf("merged: %+v, %v", d, err)
		}
		// A merged customer gets no new accounts.
		call[any](a.world, a.handler(), "maintainer", "POST", "/api/v1/accounts", fmt.Sprintf(accountJSON, "7", fmt.Sprintf(`,"customer_id":%q`, from.ID)), 422)

		if _, err := a.customers.Unmerge(a.ctx, from.ID, from.Version+1); err != nil {
			a.t.Fatal(err)
		}
		if got := a.find("6101234567"); got != from.CustomerNo {
			a.t.Errorf("merge undone: found %q, want %q", got, from.CustomerNo)
		}

		// Worked on since: the merge stays.
		into, _ = a.customers.Get(a.ctx, into.ID)
		from, _ = a.customers.Get(a.ctx, from.ID)
		if _, err := a.customers.Merge(a.ctx, into.ID, into.Version, customer.MergeInput{FromID: from.ID, FromVersion: from.Version}); err != nil {
			a.t.Fatal(err)
		}
		acc, etag := call[supply.Account](a.world, a.handler(), "maintainer", "GET", "/api/v1/accounts/"+acc.ID.String(), "", 200)
		a.putAccount(acc, etag, "6101234567", fmt.Sprintf(`,"customer_id":%q,"power_off":true`, into.ID), 200)
		if _, err := a.customers.Unmerge(a.ctx, from.ID, from.Version+1); err == nil || !strings.Contains(fmt.Sprint(paramsOf(err)), "account 6101234567") {
			a.t.Errorf("undone although the account was changed: %v %v", err, paramsOf(err))
		}
	})
}

func TestACustomerWithLiveAccountsIsNotClosed(t *testing.T) {
	eachArchive(t, func(a archived) {
		zhang := a.person("张伟")
		acc, etag := a.newAccount("6101234567", fmt.Sprintf(`,"customer_id":%q`, zhang.ID))
		if err := a.closing(zhang.ID); !errors.Is(err, supply.ErrLiveAccounts) {
			a.t.Errorf("with a live account: %v", err)
		}
		a.putAccount(acc, etag, "6101234567", fmt.Sprintf(`,"customer_id":%q,"status":"closed","closed_on":"2026-11-01"`, zhang.ID), 200)
		if err := a.closing(zhang.ID); err != nil {
			a.t.Errorf("with closed accounts: %v", err)
		}
	})
}

func (a archived) closing(who id.ID) (err error) {
	if dbErr := a.db.Read(context.Background(), func(tx *db.Tx) error { err = a.svc.CheckCloseTx(tx, a.a, who); return nil }); dbErr != nil {
		a.t.Fatal(dbErr)
	}
	return err
}
