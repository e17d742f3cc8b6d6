package supply_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/org/orgtest"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// now is the day of all tests.
var now = when.At(time.Date(2026, 11, 22, 9, 0, 0, 0, when.Zone))

// world is two counties under a city, with the service and callers.
type world struct {
	t         testing.TB
	db        *db.DB
	svc       *supply.Service
	audit     *audit.Log
	keys      *crypt.Keyring
	customers *archive
	tree      *org.Tree
	city      id.ID
	a, b      id.ID // counties
}

// archive stands for the customer module: it knows the customers it was told and
// remembers what it was asked to do.
type archive struct {
	keys      *crypt.Keyring
	refs      map[id.ID]customer.Ref
	erased    map[id.ID]bool
	reindexed []id.ID
	entries   []customer.Entry
}

func (c *archive) RefsTx(_ *db.Tx, scope db.Scope, customers ...id.ID) (map[id.ID]customer.Ref, error) {
	found := map[id.ID]customer.Ref{}
	for _, i := range customers {
		if r, ok := c.refs[i]; ok && scope.Has(r.OrgID) {
			found[i] = r
		}
	}
	return found, nil
}

// phone is what every customer of the tests has.
const phone = "13800001234"

func (c *archive) PhonesTx(_ *db.Tx, scope db.Scope, sight customer.Sight, customers ...id.ID) (map[id.ID]string, error) {
	found := map[id.ID]string{}
	for _, i := range customers {
		if r, ok := c.refs[i]; ok && scope.Has(r.OrgID) {
			found[i] = phone
			if !sight.Sees(r.OrgID, r.ID, customer.FieldPhone) {
				found[i] = cn.MaskPhone(phone)
			}
		}
	}
	return found, nil
}

func (c *archive) FoundTx(_ *db.Tx, scope db.Scope, q string) (found []id.ID, _ error) {
	for i, r := range c.refs {
		if scope.Has(r.OrgID) && strings.Contains(r.Name, q) {
			found = append(found, i)
		}
	}
	return found, nil
}

func (c *archive) ReindexTx(_ *db.Tx, _ id.ID, customers ...id.ID) error {
	c.reindexed = append(c.reindexed, customers...)
	return nil
}

func (c *archive) TimelineTx(_ *db.Tx, entries ...customer.Entry) error {
	c.entries = append(c.entries, entries...)
	return nil
}

func (c *archive) SubjectTx(tx *db.Tx, org, who id.ID) (*crypt.Subject, error) {
	if c.erased[who] {
		return nil, db.ErrNotFound
	}
	company, err := c.keys.CompanyTx(tx, org)
	if err != nil {
		return nil, err
	}
	return company.Own(), nil
}

// approval is the look-up by which everything leaves.
var approval = id.ID{15: 77}

// approved is what left by it; the identifier is the customer's.
func (c *archive) approved(who access.Who, what string, customers ...id.ID) *customer.Release {
	return &customer.Release{OrgID: who.Scope.Orgs()[0], What: what, Sensitive: true, Customers: customers, Mark: customer.Mark{Serial: "7K2Q-90FM-4TXC-B13Z", Taker: who.Name}}
}

func (c *archive) ReleaseTx(_ *db.Tx, who access.Who, lookup id.ID, t customer.Taking) (*customer.Release, error) {
	if lookup.IsZero() {
		return nil, nil
	}
	everybody := append(slices.Collect(maps.Keys(c.refs)), id.ID{}) // those without a customer too
	return c.approved(who, t.What, everybody...), nil
}

func (c *archive) SheetTx(_ *db.Tx, who access.Who, release id.ID, t customer.Taking) (*customer.Release, error) {
	if release.IsZero() {
		return nil, nil
	}
	return c.approved(who, t.What, t.Customer), nil
}

func (c *archive) MarkHeadings(_ string, m *customer.Mark) []string {
	return map[bool][]string{true: {"masked"}, false: {"serial", "taker"}}[m == nil]
}

func (c *archive) MarkCells(_ string, m *customer.Mark) []string {
	if m == nil {
		return []string{"all"}
	}
	return []string{m.Serial, m.Taker}
}

// names stands for the users of the access module.
type names struct{}

func (names) NamesTx(_ *db.Tx, users []id.ID) (map[id.ID]string, error) {
	all := map[id.ID]string{}
	for _, u := range users {
		all[u] = "经理" + u.String()[35:]
	}
	return all, nil
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t testing.TB, e db.Dialect) *world { return newWorldAt(t, e, when.Fixed(now)) }

func newWorldAt(t testing.TB, e db.Dialect, clock when.Clock) *world {
	t.Helper()
	d := dbtest.Open(t, e, clock)
	keys, err := crypt.New(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: d, keys: keys, audit: audit.New(d, keys), customers: &archive{keys: keys, refs: map[id.ID]customer.Ref{}}}
	c := orgtest.Make(t, d, "东江县公司", "西山县公司")
	w.tree, w.city, w.a, w.b = c.Tree(), c.City.ID, c.One.ID, c.Two.ID
	w.svc = supply.New(supply.Deps{DB: d, Keys: keys, Audit: w.audit, Orgs: org.New(d), Users: names{}, Customers: w.customers, Cursors: page.NewSigner([]byte("test")), Text: catalogue.Text})
	return w
}

func (w *world) write(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Read(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// as is a context of a caller with the permissions in an organisation.
func (w *world) as(node id.ID, patterns ...string) context.Context {
	u := access.User{ID: id.MustParse("01900000-0000-7000-8000-0000000000aa"), Login: "li", Name: "李工"}
	return access.WithCaller(context.Background(), access.NewCaller(u, w.tree, access.Held{Patterns: patterns, OrgID: node}))
}

func (w *world) count(query string, args ...any) (n int64) {
	w.t.Helper()
	w.read(func(tx *db.Tx) error { return tx.Get(&n, query, args...) })
	return n
}

// recorded gives the actions the audit log has of an object, the newest first.
func (w *world) recorded(object id.ID) string {
	w.t.Helper()
	var actions []string
	w.read(func(tx *db.Tx) error {
		return tx.Select(&actions, "SELECT action FROM audit_entry WHERE object_id = $1 ORDER BY id DESC LIMIT 100", object)
	})
	return strings.Join(actions, " ")
}

func (w *world) customer(org id.ID, n byte, name string, kind customer.Kind) id.ID {
	i := id.ID{1, 6: 0x70, 8: 0x80, 14: org[15], 15: n}
	w.customers.refs[i] = customer.Ref{ID: i, OrgID: org, CustomerNo: fmt.Sprintf("K%07d", n), Kind: kind, Name: name, Status: customer.Active}
	return i
}

// account is a valid residential account.
func account(no, name string) supply.AccountInput {
	return supply.AccountInput{AccountNo: no, Name: name, Class: "lv_res", UseCategory: "residential", ContractVA: 8000, RunningVA: 8000, Voltage: "AC02202"}
}

func point(no string, account id.ID) supply.PointInput {
	return supply.PointInput{No: no, Name: "计量点" + no, Wiring: "single_phase", MeteringMode: "lv_lv", Voltage: "AC02202", AccountID: account}
}

func headed(i id.ID) supply.Head { return supply.Head{ID: i} }

func sorted(s []string) []string { slices.Sort(s); return s }

// paramsOf are the parameters of a foreseen error.
func paramsOf(err error) map[string]any {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Params
	}
	return nil
}
