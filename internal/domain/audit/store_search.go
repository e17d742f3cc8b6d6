package audit

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// searchRow is an entry without its content, and its number.
type searchRow struct {
	Entry
	Number     int64 `db:"number"`
	HasContent bool  `db:"has_content"`
}

const (
	searchColumns = "id, org_id, at, actor_id, actor_name, action, object_type, object_id"
	hasContent    = "(length(before) > 0 OR length(after) > 0) AS has_content"
)

// searchEntries lists entries of a filter, the newest first, after a position.
// actions are those whose words hold the filter's text.
func searchEntries(tx *db.Tx, scope db.Scope, f Filter, actions []string, from position, limit int) (rows []searchRow, err error) {
	q := f.query(tx.Dialect(), actions)
	if !from.ID.IsZero() {
		q.Where("(at, id) < (?, ?)", from.At, from.ID)
	}
	order := "at DESC, id DESC"
	if _, err := id.Parse(f.Text); err == nil {
		order = "at + 0 DESC, id DESC" // else PostgreSQL walks the log by time, hoping to meet the identifier soon
	}
	text, args := q.PerOrg(scope, "SELECT "+searchColumns+", "+hasContent+" FROM audit_entry", "org_id", order, limit)
	if err := tx.Select(&rows, text, args...); err != nil || len(rows) == 0 {
		return rows, err
	}
	return rows, number(tx, scope, rows)
}

// windowEnd is where a search that began after a position stops: so many entries of a
// company further back; nil where there are no more. The entries of its moment are
// within.
func windowEnd(tx *db.Tx, scope db.Scope, f Filter, from position, entries int) (end *position, err error) {
	for _, org := range scope.Orgs() {
		q := new(db.Query).Where("org_id = ?", org)
		if f.To != 0 {
			q.Where("at < ?", f.To)
		}
		if f.From != 0 {
			q.Where("at >= ?", f.From)
		}
		if !from.ID.IsZero() {
			q.Where("(at, id) < (?, ?)", from.At, from.ID)
		}
		var at when.Instant
		text, args := q.Text("SELECT at FROM audit_entry", "ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?", entries)
		more, err := tx.Find(&at, text, args...)
		if err != nil {
			return nil, err
		}
		if more && (end == nil || at > end.At) {
			end = &position{at, firstID}
		}
	}
	return end, nil
}

func (f Filter) query(d db.Dialect, actions []string) *db.Query {
	q := new(db.Query)
	for _, c := range []struct {
		column string
		value  id.ID
	}{{"actor_id", f.ActorID}, {"object_id", f.ObjectID}} {
		if !c.value.IsZero() {
			q.Where(c.column+" = ?", c.value)
		}
	}
	if f.Action != "" {
		q.Where("action = ?", f.Action)
	}
	if f.ObjectType != "" {
		q.Where("object_type = ?", f.ObjectType)
	}
	if f.From != 0 {
		q.Where("at >= ?", f.From)
	}
	if f.To != 0 {
		q.Where("at < ?", f.To)
	}
	f.whereKind(q)
	f.whereText(q, d, actions)
	return q
}

func (f Filter) whereKind(q *db.Query) {
	switch f.Kind {
	case "":
	case OfChange:
		var others []any
		for _, actions := range kinds {
			for _, a := range actions {
				others = append(others, a)
			}
		}
		q.Where("action NOT IN ("+marks(len(others))+")", others...)
	default:
		db.In(q, "action", kinds[f.Kind])
	}
}

// whereText looks for the text among names and, by their words, actions; a whole
// identifier is looked for as such.
func (f Filter) whereText(q *db.Query, d db.Dialect, actions []string) {
	if f.Text == "" {
		return
	}
	if i, err := id.Parse(f.Text); err == nil {
		q.Where("(id = ? OR object_id = ? OR actor_id = ?)", i, i, i)
		return
	}
	args := []any{f.Text, f.Text}
	for _, a := range actions {
		args = append(args, a)
	}
	q.Where("("+d.Position("actor_name", "?")+" > 0 OR action IN ("+marks(len(actions)+1)+"))", args...)
}

func marks(n int) string { return strings.Repeat(", ?", n)[2:] }

// number puts the numbers in the chain to rows.
func number(tx *db.Tx, scope db.Scope, rows []searchRow) error {
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	var links []Link
	q := db.In(new(db.Query).Scope("org_id", scope), "entry_id", ids)
	text, args := q.Text("SELECT org_id, number, entry_id, hash FROM audit_link", "")
	if err := tx.Select(&links, text, args...); err != nil {
		return err
	}
	numbers := make(map[id.ID]int64, len(links))
	for _, l := range links {
		numbers[l.EntryID] = l.Number
	}
	for i := range rows {
		rows[i].Number = numbers[rows[i].ID]
	}
	return nil
}

// fullRow is an entry with its link.
type fullRow struct {
	Entry
	Number int64  `db:"number"`
	Hash   []byte `db:"hash"`
}

func (r fullRow) searchRow() searchRow {
	return searchRow{r.Entry, r.Number, len(r.Before)+len(r.After) > 0}
}

func entryByID(tx *db.Tx, scope db.Scope, i id.ID) (r fullRow, err error) {
	q := new(db.Query).Scope("e.org_id", scope).Where("e.id = ?", i)
	text, args := q.Text("SELECT e."+strings.ReplaceAll(columns, ", ", ", e.")+`, coalesce(l.number, 0) AS number, l.hash
		FROM audit_entry e LEFT JOIN audit_link l ON l.org_id = e.org_id AND l.entry_id = e.id`, "")
	return r, tx.Get(&r, text, args...)
}

// chainStates are the chains of a scope and what waits for them.
func chainStates(tx *db.Tx, scope db.Scope) (states []ChainState, err error) {
	var chains []Chain
	text, args := new(db.Query).Scope("org_id", scope).Text("SELECT "+chainColumns+" FROM audit_chain", "ORDER BY org_id")
	if err := tx.Select(&chains, text, args...); err != nil {
		return nil, err
	}
	heads, err := lastHeads(tx, scope)
	if err != nil {
		return nil, err
	}
	waiting, err := waitingCounts(tx, scope)
	if err != nil {
		return nil, err
	}
	states = make([]ChainState, 0, len(chains))
	known := map[id.ID]bool{}
	for _, c := range chains {
		known[c.OrgID] = true
		st := ChainState{OrgID: c.OrgID, Sealed: c.Number, SealedAt: c.SealedAt, Unsealed: waiting[c.OrgID].N, UnsealedFrom: waiting[c.OrgID].From}
		for _, h := range heads {
			switch {
			case h.OrgID != c.OrgID:
			case h.Kind == Checkpoint:
				st.RemovedTo = h.Number
			default:
				st.Head = &h
			}
		}
		states = append(states, st)
	}
	for _, org := range scope.Orgs() {
		if w := waiting[org]; w.N > 0 && !known[org] {
			states = append(states, ChainState{OrgID: org, Unsealed: w.N, UnsealedFrom: w.From})
		}
	}
	return states, nil
}

// lastHeads are the last head of each kind of each chain.
func lastHeads(tx *db.Tx, scope db.Scope) (heads []Head, err error) {
	text, args := new(db.Query).Scope("h.org_id", scope).
		Where("h.number = (SELECT max(l.number) FROM audit_head l WHERE l.org_id = h.org_id AND l.kind = h.kind)").
		Text("SELECT "+headColumns+" FROM audit_head h", "")
	return heads, tx.Select(&heads, text, args...)
}

// waitingCount is how many entries of a company wait, and since when.
type waitingCount struct {
	OrgID id.ID        `db:"org_id"`
	N     int64        `db:"n"`
	From  when.Instant `db:"oldest"`
}

func waitingCounts(tx *db.Tx, scope db.Scope) (map[id.ID]waitingCount, error) {
	var rows []waitingCount
	text, args := new(db.Query).Scope("p.org_id", scope).
		Text("SELECT p.org_id, count(*) AS n, coalesce(min(e.at), 0) AS oldest FROM audit_pending p LEFT JOIN audit_entry e ON e.org_id = p.org_id AND e.id = p.entry_id", "GROUP BY p.org_id")
	if err := tx.Select(&rows, text, args...); err != nil {
		return nil, err
	}
	byOrg := make(map[id.ID]waitingCount, len(rows))
	for _, r := range rows {
		byOrg[r.OrgID] = r
	}
	return byOrg, nil
}

// countLinks is how many links the chains of a scope hold.
func countLinks(tx *db.Tx, scope db.Scope) (n int64, err error) {
	text, args := new(db.Query).Scope("c.org_id", scope).Text(`SELECT CAST(coalesce(sum(c.number -
		coalesce((SELECT max(h.number) FROM audit_head h WHERE h.org_id = c.org_id AND h.kind = 'checkpoint'), 0)), 0) AS bigint) FROM audit_chain c`, "")
	return n, tx.Get(&n, text, args...)
}
