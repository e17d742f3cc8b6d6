package target_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/org/orgtest"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/domain/target"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// now is the day of all tests: October has ended, November has not.
var now = when.At(time.Date(2026, 11, 22, 9, 0, 0, 0, when.Zone))

// The account managers: two of the first company, one of the second, and one who
// has left.
var (
	zhou   = id.MustParse("01900000-0000-7000-8000-000000000001")
	zhao   = id.MustParse("01900000-0000-7000-8000-000000000002")
	wu     = id.MustParse("01900000-0000-7000-8000-000000000003")
	gone   = id.MustParse("01900000-0000-7000-8000-000000000004")
	nobody = id.MustParse("01900000-0000-7000-8000-000000000009")
)

// world is two counties under a city, with the service and callers.
type world struct {
	t       *testing.T
	db      *db.DB
	svc     *target.Service
	tree    *org.Tree
	city    id.ID
	a, b    id.ID // counties
	handler http.Handler
}

// people stands for the users of the access module.
type people struct{ w *world }

func (people) NamesTx(_ *db.Tx, users []id.ID) (map[id.ID]string, error) {
	names := map[id.ID]string{}
	for _, u := range users {
		names[u] = map[id.ID]string{zhou: "周经理", zhao: "赵经理", wu: "吴经理", gone: "钱经理"}[u]
	}
	return names, nil
}

func (p people) ReachesTx(_ *db.Tx, user id.ID, permission string, company id.ID) (bool, error) {
	home := map[id.ID]id.ID{zhou: p.w.a, zhao: p.w.a, wu: p.w.b}
	return permission == target.PermOwn && home[user] == company, nil
}

// sales stand for the supply module: managers sell 1 000 kWh a month in 2024 and a
// tenth more each year; Zhao sells twice as much.
type sales struct{ w *world }

func (s sales) ManagerSalesTx(_ *db.Tx, scope db.Scope, manager id.ID, from, to when.Month) (all []supply.ManagerSales, _ error) {
	for _, m := range []struct {
		org, who id.ID
		times    int64
	}{{s.w.a, zhou, 1}, {s.w.a, zhao, 2}, {s.w.a, gone, 1}, {s.w.b, wu, 1}} {
		if !scope.Has(m.org) || !manager.IsZero() && manager != m.who {
			continue
		}
		months := map[when.Month]int64{}
		for at := max(from, 202401); at <= to; at = at.Add(1) {
			months[at] = m.times * map[int]int64{2024: 1_000_000, 2025: 1_100_000, 2026: 1_210_000}[int(at)/100]
		}
		all = append(all, supply.SalesOf(m.org, m.who, months))
	}
	return all, nil
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	d := dbtest.Open(t, e, when.Fixed(now))
	keys, err := crypt.New(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: d}
	c := orgtest.Make(t, d, "东江县公司", "西山县公司")
	w.tree, w.city, w.a, w.b = c.Tree(), c.City.ID, c.One.ID, c.Two.ID
	w.svc = target.New(target.Deps{DB: d, Audit: audit.New(d, keys), Users: people{w}, Sales: sales{w}})
	w.handler = w.routes()
	return w
}

func (w *world) caller(user id.ID, node id.ID, patterns ...string) *access.Caller {
	return access.NewCaller(access.User{ID: user, Name: "李主任"}, w.tree, access.Held{Patterns: patterns, OrgID: node})
}

// routes serves the module; the header "As" names the caller.
func (w *world) routes() http.Handler {
	callers := map[string]*access.Caller{
		"head":      w.caller(id.ID{15: 1}, w.a, "target.*"),
		"neighbour": w.caller(id.ID{15: 2}, w.b, "target.*"),
		"city":      w.caller(id.ID{15: 3}, w.city, "target.*"),
		"reader":    w.caller(id.ID{15: 4}, w.a, "target.list", "target.get"),
		"zhou":      w.caller(zhou, w.a, "target.own"),
		"stranger":  w.caller(id.ID{15: 5}, w.a, "supply.*"),
	}
	a := rest.New(rest.Config{Version: "test", Logger: slog.New(slog.DiscardHandler), Text: catalogue.Text,
		Authenticate: func(r *http.Request) (context.Context, error) {
			c, ok := callers[r.Header.Get("As")]
			if !ok {
				return nil, access.ErrLogin
			}
			return access.WithCaller(r.Context(), c), nil
		}})
	w.svc.Routes(a)
	return a.Handler()
}

// call sends a request and decodes the answer, which must have the status.
func call[T any](w *world, as, method, path, body string, status int, header ...string) (T, string) {
	w.t.Helper()
	return resttest.Call[T](w.t, w.handler, as, method, path, body, status, header...)
}

// recorded gives the actions the audit log has of targets, the oldest first.
func (w *world) recorded() string {
	w.t.Helper()
	var actions []string
	err := w.db.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Select(&actions, "SELECT action FROM audit_entry WHERE object_type = 'sales_target' ORDER BY id LIMIT 100")
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(actions, " ")
}

// names of managers in an overview.
func names(o target.Overview) string {
	var all []string
	for _, m := range o.Managers {
		all = append(all, m.ManagerName)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}
