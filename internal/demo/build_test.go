package demo_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/demo"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

var cheap = access.Cost{MemoryKiB: 8, Passes: 1}

func build(t *testing.T, engine db.Dialect) config.Config {
	t.Helper()
	c := config.Config{Data: t.TempDir(), DSN: dbtest.Config(t, engine).DSN, Now: when.Fixed(now), Workers: 1}
	o := demo.Options{Seed: 3, Customers: 200, Months: 26, History: true, Survey: true, PasswordCost: cheap, Logger: slog.New(slog.DiscardHandler)}
	if demo.Ready(c.Data) {
		t.Error("ready before it is built")
	}
	if err := demo.Build(context.Background(), c, o); err != nil {
		t.Fatal(err)
	}
	if !demo.Ready(c.Data) {
		t.Error("not ready after it is built")
	}
	return c
}

// open runs fn as everybody's superior in the built company.
func open(t *testing.T, c config.Config, fn func(ctx context.Context, a *app.App)) {
	t.Helper()
	a, err := app.New(context.Background(), c, app.Options{Logger: slog.New(slog.DiscardHandler), PasswordCost: cheap, FastTests: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx, err := a.System(context.Background(), "test")
	if err != nil {
		t.Fatal(err)
	}
	fn(ctx, a)
}

func TestTheCompanyLives(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, engine db.Dialect) {
		c := build(t, engine)
		open(t, c, func(ctx context.Context, a *app.App) {
			checkCustomers(t, ctx, a)
			checkReceptions(t, ctx, a)
			checkArchives(t, ctx, a)
			checkTargets(t, ctx, a)
			checkCases(t, ctx, a)
			list, _, err := a.Satisfaction.List(ctx, "zh", satisfaction.ListInput{Limit: 5})
			if err != nil || len(list) != 1 || list[0].State != satisfaction.Done || fmt.Sprintf("%.1f", float64(list[0].Index)) != "72.2" {
				t.Errorf("estimations %+v, %v", list, err)
			}
			for _, l := range demo.Logins() {
				if _, _, err := a.Access.Login(context.Background(), access.Attempt{Login: l.Login, Password: demo.Password}); err != nil {
					t.Errorf("login %s: %v", l.Login, err)
				}
				if demo.RoleName(l.Role) == "" {
					t.Errorf("role %s has no name", l.Role)
				}
			}
		})
	})
}

func checkCustomers(t *testing.T, ctx context.Context, a *app.App) {
	t.Helper()
	list, _, err := a.Customers.List(ctx, customer.ListInput{Sort: "name", Limit: 200})
	if err != nil || len(list) != 200 {
		t.Fatalf("%d customers, want 200: %v", len(list), err)
	}
	events := 0
	for _, c := range list[:50] {
		line, _, err := a.Customers.Timeline(ctx, c.ID, customer.TimelineFilter{}, customer.Page{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		events += len(line)
	}
	if mean := float64(events) / 50; mean < 12 || mean > 16 {
		t.Errorf("%.1f events a customer, want about 14", mean)
	}
}

func TestNoPersonalDataStandInClear(t *testing.T) {
	c := build(t, db.SQLite)
	w := demo.NewWorld(3, now)
	for _, name := range []string{"zhiyin.db", "zhiyin.db-wal"} {
		raw, err := os.ReadFile(c.Path(name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for company := range demo.Companies() {
			for i := range 50 {
				p := w.Customer(company, i)
				for _, secret := range append(p.Phones, p.IDNumber) {
					if bytes.Contains(raw, []byte(secret)) {
						t.Errorf("%s of %s stands in %s", secret, p.Name, name)
					}
				}
			}
		}
	}
}

func TestTheSameSeedGivesTheSameCompany(t *testing.T) {
	names := func(c config.Config) string {
		var b strings.Builder
		open(t, c, func(ctx context.Context, a *app.App) {
			list, _, err := a.Customers.List(ctx, customer.ListInput{Sort: "customer_no", Limit: 200})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range list {
				fmt.Fprintln(&b, x.ID, x.CustomerNo, x.Name, x.CreatedAt)
			}
		})
		return b.String()
	}
	if first, second := names(build(t, db.SQLite)), names(build(t, db.SQLite)); first != second {
		t.Error("two builds differ")
	}
}
