package supply

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Accounts behind a reach are those of its column, and those of points that stand
// apart from their account. Points apart are few; accounts may be hundreds of
// thousands, and are counted and listed from the index alone.

// own restricts to accounts in the reach by their own place.
func (r reach) own(org id.ID) *db.Query {
	return db.In(new(db.Query).Where("org_id = ?", org), r.column, r.ids).Where("trace_rank < 10")
}

const fromApart = ` FROM metering_point p JOIN account a ON a.org_id = p.org_id AND a.id = p.account_id`

// apart restricts to accounts in the reach only by a point; ok is false where
// there can be none.
func (r reach) apart(org id.ID) (q *db.Query, ok bool) {
	if r.column == "id" {
		return nil, false
	}
	q = db.In(new(db.Query).Where("p.org_id = ?", org), "p."+r.column, r.ids).Where("p.apart").Where("a.trace_rank < 10")
	outside := make([]string, len(r.ids))
	args := make([]any, len(r.ids))
	for i, v := range r.ids {
		outside[i], args[i] = "?", v
	}
	if len(outside) > 0 {
		q.Where(fmt.Sprintf("(a.%s IS NULL OR a.%s NOT IN (%s))", r.column, r.column, strings.Join(outside, ", ")), args...)
	}
	return q, true
}

func countBehind(tx *db.Tx, org id.ID, r reach) (counts []behindCount, err error) {
	// One row per node, rank and class: the order of the index, so that nothing is
	// sorted.
	text, args := r.own(org).Text("SELECT trace_rank, class, count(*) AS accounts FROM account", "GROUP BY "+r.column+", trace_rank, class")
	if err := tx.Select(&counts, text, args...); err != nil {
		return nil, err
	}
	q, ok := r.apart(org)
	if !ok {
		return counts, nil
	}
	var more []behindCount
	text, args = q.Text("SELECT a.trace_rank, a.class, count(DISTINCT a.id) AS accounts"+fromApart, "GROUP BY a.trace_rank, a.class")
	err = tx.Select(&more, text, args...)
	return append(counts, more...), err
}

func customersBehind(tx *db.Tx, org id.ID, r reach) (n int64, err error) {
	// The CASE keeps SQLite from walking all customers in their order.
	const distinct = "SELECT count(DISTINCT CASE WHEN trace_rank < 10 THEN customer_id END) FROM account"
	text, args := r.own(org).Text(distinct, "")
	if err := tx.Get(&n, text, args...); err != nil {
		return 0, err
	}
	q, ok := r.apart(org)
	if !ok {
		return n, nil
	}
	// Of the few with a second source here, those not counted by another account.
	var others []id.ID
	text, args = q.Text("SELECT DISTINCT a.customer_id"+fromApart, "AND a.customer_id IS NOT NULL LIMIT 10000")
	if err := tx.Select(&others, text, args...); err != nil {
		return 0, err
	}
	return n + int64(len(others)), inChunks(others, func(part []id.ID) error {
		var counted int64
		text, args := db.In(r.own(org), "customer_id", part).Text(distinct, "")
		err := tx.Get(&counted, text, args...)
		n -= counted
		return err
	})
}

// branches is how many lines one statement reads in turn.
const branches = 64

// behind lists accounts of a reach in order, after a key, line by line and
// merged: each branch stops at the limit, so that the number of accounts behind
// does not matter.
func behind(tx *db.Tx, org id.ID, r reach, after *behindKey, limit int) (keys []behindKey, err error) {
	for part := range slices.Chunk(r.ids, branches) {
		var some []behindKey
		text, args := ownKeys(org, r.column, part, after, limit)
		if err := tx.Select(&some, text, args...); err != nil {
			return nil, err
		}
		keys = append(keys, some...)
	}
	if q, ok := r.apart(org); ok && len(r.ids) > 0 {
		if after != nil {
			q.Where("(a.trace_rank, a.class, a.account_no, a.id) > (?, ?, ?, ?)", after.TraceRank, after.Class, after.AccountNo, after.ID)
		}
		var some []behindKey
		text, args := q.Text("SELECT DISTINCT a.trace_rank, a.class, a.account_no, a.id"+fromApart, "ORDER BY a.trace_rank, a.class, a.account_no, a.id LIMIT ?", limit)
		if err := tx.Select(&some, text, args...); err != nil {
			return nil, err
		}
		keys = append(keys, some...)
	}
	slices.SortFunc(keys, behindKey.compare)
	return keys[:min(limit, len(keys))], nil
}

func ownKeys(org id.ID, column string, ids []id.ID, after *behindKey, limit int) (string, []any) {
	const order = " ORDER BY trace_rank, class, account_no, id LIMIT $2"
	args, behind := []any{org, limit}, ""
	if after != nil {
		args = append(args, after.TraceRank, after.Class, after.AccountNo, after.ID)
		behind = " AND (trace_rank, class, account_no, id) > ($3, $4, $5, $6)"
	}
	parts := make([]string, len(ids))
	for i, v := range ids {
		args = append(args, v)
		parts[i] = fmt.Sprintf("SELECT * FROM (SELECT trace_rank, class, account_no, id FROM account WHERE org_id = $1 AND %s = $%d AND trace_rank < 10%s%s) AS b%d",
			column, len(args), behind, order, i)
	}
	return "SELECT trace_rank, class, account_no, id FROM (" + strings.Join(parts, " UNION ALL ") + ") AS merged" + order, args
}

// amongBehind are those of some customers who have an account in a reach.
func amongBehind(tx *db.Tx, org id.ID, r reach, customers []id.ID) (found []id.ID, err error) {
	return found, inChunks(customers, func(part []id.ID) error {
		var some []id.ID
		text, args := db.In(r.own(org), "customer_id", part).Text("SELECT DISTINCT customer_id FROM account", "")
		if err := tx.Select(&some, text, args...); err != nil {
			return err
		}
		found = append(found, some...)
		q, ok := r.apart(org)
		if !ok {
			return nil
		}
		text, args = db.In(q, "a.customer_id", part).Text("SELECT DISTINCT a.customer_id"+fromApart, "")
		some = nil
		err := tx.Select(&some, text, args...)
		found = append(found, some...)
		return err
	})
}
