package db_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// fact is a row of the model: a company's number with a value no other has.
type fact struct{ org, no, value int }

// facts fills a table and its model.
func facts(t *testing.T, d *db.DB) (orgs []id.ID, all []fact) {
	t.Helper()
	orgs = []id.ID{{1}, {2}, {3}}
	write(t, d, func(tx *db.Tx) error {
		for n := range 90 {
			f := fact{n % 3, n / 3, (n * 37) % 90}
			all = append(all, f)
			if _, err := tx.Exec(insertKey, orgs[f.org], f.no, []byte{1}, f.value); err != nil {
				return err
			}
		}
		return nil
	})
	return orgs, all
}

// condition is a drawn condition, as SQL and as Go.
type condition struct {
	add  func(q *db.Query)
	test func(f fact) bool
}

func drawCondition(r *rapid.T) condition {
	n := rapid.IntRange(-2, 32).Draw(r, "n")
	few := rapid.SliceOfN(rapid.IntRange(-2, 92), 0, 14).Draw(r, "list")
	return rapid.SampledFrom([]condition{
		{func(q *db.Query) { q.Where("key_no >= ?", n) }, func(f fact) bool { return f.no >= n }},
		{func(q *db.Query) { q.Where("(key_no = ? OR created_at < ?)", n, 2*n) }, func(f fact) bool { return f.no == n || f.value < 2*n }},
		{func(q *db.Query) { db.In(q, "created_at", few) }, func(f fact) bool { return slices.Contains(few, f.value) }},
		{func(q *db.Query) { db.In(q, "key_no", few) }, func(f fact) bool { return slices.Contains(few, f.no) }},
	}).Draw(r, "condition")
}

// drawn is a query with some conditions.
func drawn(r *rapid.T) (q *db.Query, test func(f fact) bool) {
	q = new(db.Query)
	conditions := rapid.SliceOfN(rapid.Custom(drawCondition), 0, 4).Draw(r, "conditions")
	for _, c := range conditions {
		c.add(q)
	}
	return q, func(f fact) bool {
		return !slices.ContainsFunc(conditions, func(c condition) bool { return !c.test(f) })
	}
}

// first are the values of the facts that pass, highest first.
func first(all []fact, limit int, test func(f fact) bool) []int64 {
	values := []int64{}
	for _, f := range all {
		if test(f) {
			values = append(values, int64(f.value))
		}
	}
	slices.SortFunc(values, func(a, b int64) int { return int(b - a) })
	return values[:min(limit, len(values))]
}

// Lists of any companies, conditions and length are those a loop over all rows
// would give.
func TestQueriesAgreeWithALoop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		orgs, all := facts(t, d)
		rapid.Check(t, func(r *rapid.T) {
			q, test := drawn(r)
			scope := rapid.SliceOf(rapid.IntRange(0, 2)).Draw(r, "scope")
			limit := rapid.IntRange(0, 40).Draw(r, "limit")
			var reach []id.ID
			for _, o := range scope {
				reach = append(reach, orgs[o])
			}
			text, args := q.PerOrg(db.ScopeOf(reach...), "SELECT created_at FROM company_key", "org_id", "created_at DESC", limit)
			agree(t, r, d, text, args, first(all, limit, func(f fact) bool { return slices.Contains(scope, f.org) && test(f) }))
		})
	})
}

func agree(t *testing.T, r *rapid.T, d *db.DB, text string, args []any, want []int64) {
	var got []int64
	read(t, d, func(tx *db.Tx) error { return tx.Select(&got, text, args...) })
	if !slices.Equal(got, want) {
		r.Fatalf("%s %v: %v, want %v", text, args, got, want)
	}
}

// Parts with conditions of their own make one list: each gives its first rows, and
// of those the first count.
func TestPartsAgreeWithALoop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		_, all := facts(t, d)
		rapid.Check(t, func(r *rapid.T) {
			limit := rapid.IntRange(1, 20).Draw(r, "limit")
			var parts []db.Part
			var want []fact
			for range rapid.IntRange(1, 4).Draw(r, "parts") {
				q, test := drawn(r)
				text, args := q.Text("SELECT created_at FROM company_key", "ORDER BY created_at DESC LIMIT ?", limit)
				parts = append(parts, db.Part{Text: text, Args: args})
				for _, v := range first(all, limit, test) {
					want = append(want, fact{value: int(v)})
				}
			}
			text, args := db.Merge(parts, "created_at DESC", limit)
			agree(t, r, d, text, args, first(want, limit, func(fact) bool { return true }))
		})
	})
}

// What one query counts, another removes.
func TestConditionsOfADelete(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		_, all := facts(t, d)
		few := []int{1, 2, 3, 5, 8, 13, 21, 34, 55, 89} // enough to travel as one argument
		text, args := db.In(new(db.Query).Where("key_no > ?", 2), "created_at", few).Text("DELETE FROM company_key", "")
		write(t, d, func(tx *db.Tx) error {
			n, err := tx.Exec(text, args...)
			if want := len(first(all, 99, func(f fact) bool { return f.no > 2 && slices.Contains(few, f.value) })); int(n) != want {
				t.Errorf("%d removed, want %d", n, want)
			}
			return err
		})
		if text, args := new(db.Query).Text("SELECT 1", "LIMIT ?", 3); text != "SELECT 1 LIMIT $1" || fmt.Sprint(args) != "[3]" {
			t.Errorf("%s %v", text, args)
		}
	})
}
