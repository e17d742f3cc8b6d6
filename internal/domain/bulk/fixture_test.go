package bulk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// world is two companies with customers, of whom bulk changes are made. Users act later
// with the rights the test gives them then.
type world struct {
	*bulk.Service
	t   *testing.T
	a   *customertest.Archive
	now when.Instant
	// hook runs before each portion of a change, within its transaction.
	hook func(n int)

	portions int
	rights   map[id.ID]*access.Caller
}

var clerk, other = id.ID{0: 1, 15: 1}, id.ID{0: 1, 15: 2}

// hooked are customers whose changes the test can disturb.
type hooked struct {
	bulk.Records
	w *world
}

func (h hooked) ChangeTx(tx *db.Tx, who access.Who, org id.ID, raw json.RawMessage, rows []bulk.Row, dry bool) (map[id.ID]bulk.Outcome, error) {
	if !dry && h.w.hook != nil {
		h.w.portions++
		h.w.hook(h.w.portions)
	}
	return h.Records.ChangeTx(tx, who, org, raw, rows, dry)
}

// ActingTx implements bulk.Users.
func (w *world) ActingTx(_ *db.Tx, user id.ID) (*access.Caller, error) {
	if c := w.rights[user]; c != nil {
		return c, nil
	}
	return nil, access.ErrForbidden
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		w := &world{t: t, now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone)), rights: map[id.ID]*access.Caller{}}
		w.a = customertest.New(t, e, func() when.Instant { return w.now })
		w.Service = bulk.New(bulk.Deps{DB: w.a.DB, Keys: w.a.Keys, Audit: w.a.Audit, Users: w, Jobs: w.a.Jobs, Cursors: w.a.Cursors, Text: catalogue.Text})
		w.Add(customer.BulkKind, hooked{w.a.Customers.BulkRecords(), w})
		w.RegisterJobs()
		fn(w)
	})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// as gives a user rights in a company, and is a request of his.
func (w *world) as(user id.ID, o org.Org, patterns ...string) context.Context {
	if len(patterns) == 0 {
		patterns = []string{"*"}
	}
	c := access.NewCaller(access.User{ID: user, Name: "柜员" + user.String()[35:], Locale: "zh", HomeOrgID: o.ID}, w.a.Tree, access.Held{Patterns: patterns, OrgID: o.ID})
	w.rights[user] = c
	return access.WithCaller(context.Background(), c)
}

// customers makes n customers of a company.
func (w *world) customers(o org.Org, n int) []bulk.Seen {
	w.t.Helper()
	rows := make([]customer.NewCustomer, n)
	for i := range rows {
		d, err := customer.CreateInput{Kind: customer.KindPerson, Name: fmt.Sprint("客户", i), CustomerNo: fmt.Sprintf("C%s%06d", o.Code, i), Tags: []string{"旧"}}.Draft(customer.Check{Today: "2026-03-02"})
		w.must(err)
		rows[i] = customer.NewCustomer{Draft: d}
	}
	var refs []customer.Ref
	w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) (err error) {
		refs, err = w.a.Customers.CreateManyTx(tx, customer.Batch{OrgID: o.ID, SourceType: "test", SourceID: id.ID{1}}, rows)
		return err
	}))
	seen := make([]bulk.Seen, n)
	for i, r := range refs {
		seen[i] = bulk.Seen{ID: r.ID, Version: 1}
	}
	return seen
}

// tagging asks for another tag for customers; without any, for all whom a filter chooses.
func (w *world) tagging(tag string, o org.Org, rows ...bulk.Seen) bulk.Ask {
	raw, err := json.Marshal(customer.BulkChange{Action: "tag", Add: []string{tag}})
	w.must(err)
	a := bulk.Ask{Kind: customer.BulkKind, OrgID: o.ID, Change: raw, Rows: rows}
	if len(rows) == 0 {
		a.Choose = func(tx *db.Tx, who access.Who, org id.ID, limit int) ([]bulk.Seen, error) {
			return w.a.Customers.BulkChosenTx(tx, who, org, customer.Filter{}, limit)
		}
	}
	return a
}

// work runs what jobs are due.
func (w *world) work(ctx context.Context) {
	w.t.Helper()
	for {
		ran, err := w.a.Jobs.RunNext(ctx)
		if err != nil && ctx.Err() == nil {
			w.t.Log(err)
		}
		if !ran || ctx.Err() != nil {
			return
		}
	}
}

// made is a change that has run.
func (w *world) made(ctx context.Context, a bulk.Ask) bulk.Detail {
	w.t.Helper()
	d, err := w.Start(ctx, "", a)
	w.must(err)
	w.work(context.Background())
	return w.got(ctx, d.ID)
}

func (w *world) got(ctx context.Context, i id.ID) bulk.Detail {
	w.t.Helper()
	d, err := w.Get(ctx, i)
	w.must(err)
	return d
}

// tagged counts the customers with a tag.
func (w *world) tagged(tag string) (n int64) {
	w.t.Helper()
	return w.count("SELECT count(*) FROM customer_tag WHERE tag = $1", tag)
}

func (w *world) count(query string, args ...any) (n int64) {
	w.t.Helper()
	w.must(w.a.DB.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, query, args...) }))
	return n
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(query, args...); return err }))
}
