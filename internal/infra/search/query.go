package search

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Candidates is how many matches are ranked. Of what very many documents hold, each
// company has its share on SQLite; on PostgreSQL one index scan looks through all
// companies, and the first to fill the number may be of one.
const Candidates = 500

// Query asks for documents of one index that meet any of the matches.
type Query struct {
	Scope db.Scope
	Index string
	Any   []Match
	Rank  string // folded text that good titles begin with; "" ranks by length only
	Limit int
}

// Match is a conjunction of conditions; empty ones do not count.
type Match struct {
	Grams    []string                   // all of these
	Contains []string                   // and these folded fragments, as written
	Exact    []func(org id.ID) []string // and of each list at least one
	Prefix   string                     // and pinyin or initials begin so
}

// byReading tells that the match is by the title's pinyin or initials alone.
func (m Match) byReading() bool { return m.Prefix != "" && len(m.Grams) == 0 && len(m.Exact) == 0 }

// Hit is a document found.
type Hit struct {
	OrgID    id.ID  `db:"org_id" json:"org_id"`
	Kind     string `db:"kind" json:"kind"`
	ObjectID id.ID  `db:"object_id" json:"id"`
	Title    string `db:"title" json:"title"`
	Subtitle string `db:"subtitle" json:"subtitle"`
	Hint     string `db:"hint" json:"hint"`
}

// FindTx gives the best hits, best first.
func FindTx(tx *db.Tx, q Query) ([]Hit, error) {
	hits := []Hit{}
	b := builder{dialect: tx.Dialect(), query: q}
	text := b.text()
	if text == "" {
		return hits, nil
	}
	if err := tx.Select(&hits, text, b.args...); err != nil {
		return nil, err
	}
	return distinct(hits, q.Limit), nil
}

// distinct keeps the first of each object: it may meet several matches.
func distinct(hits []Hit, limit int) []Hit {
	seen, kept := make(map[id.ID]bool, len(hits)), hits[:0]
	for _, h := range hits {
		if !seen[h.ObjectID] && len(kept) < limit {
			seen[h.ObjectID] = true
			kept = append(kept, h)
		}
	}
	return kept
}

// builder writes one statement: a branch per match and bucket, of which the
// engine runs only as many as it needs.
type builder struct {
	dialect db.Dialect
	query   Query
	args    []any
}

func (b *builder) arg(v any) string {
	b.args = append(b.args, v)
	return fmt.Sprintf("$%d", len(b.args))
}

const hitColumns = "d.org_id, d.kind, d.object_id, d.title, d.subtitle, d.hint, d.folded"

// candidate is what a branch selects of a document. SQLite copies every text that
// leaves a subquery, row by row, so there it is the number only.
func (b *builder) candidate() string {
	if b.dialect == db.SQLite {
		return "d.doc_no"
	}
	return hitColumns
}

// documents are the rows to rank, named d, made of the candidates.
func (b *builder) documents(candidates string) string {
	if b.dialect == db.SQLite {
		return fmt.Sprintf("(%s) AS c CROSS JOIN search_doc d ON d.doc_no = c.doc_no", candidates)
	}
	return fmt.Sprintf("(%s) AS d", candidates)
}

func (b *builder) text() string {
	orgs := b.query.Scope.Orgs()
	if len(orgs) == 0 || len(b.query.Any) == 0 {
		return ""
	}
	parts := b.parts(orgs)
	if len(parts) == 0 {
		return ""
	}
	rank := ""
	if b.query.Rank != "" {
		rank = b.rank(b.query.Rank) + ", "
	}
	// An object may come once by each half of each match.
	limit := b.arg(2 * len(b.query.Any) * b.query.Limit)
	return fmt.Sprintf("SELECT d.org_id, d.kind, d.object_id, d.title, d.subtitle, d.hint FROM %s ORDER BY %slength(d.title), d.title, d.object_id LIMIT %s",
		b.documents(strings.Join(parts, " UNION ALL ")), rank, limit)
}

// parts are the selects of candidates, each with its limit.
func (b *builder) parts(orgs []id.ID) (parts []string) {
	add := func(limit int, branches []string) {
		if len(branches) > 0 { // a number may be unknown in one company and known in the next
			parts = append(parts, fmt.Sprintf("SELECT * FROM (%s LIMIT %d) AS p%d", strings.Join(branches, " UNION ALL "), limit, len(parts)))
		}
	}
	share := (Candidates + len(orgs) - 1) / len(orgs)
	for _, org := range orgs {
		var branches []string
		for _, m := range b.query.Any {
			switch {
			case m.byReading():
				branches = append(branches, b.prefixBranch(org, m, "pinyin"), b.prefixBranch(org, m, "initials"))
			case b.dialect == db.SQLite:
				branches = append(branches, b.tokenBranches([]id.ID{org}, m)...)
			}
		}
		add(share, branches)
	}
	if b.dialect == db.PostgreSQL {
		var branches []string
		for _, m := range b.query.Any {
			if !m.byReading() {
				branches = append(branches, b.tokenBranches(orgs, m)...)
			}
		}
		add(Candidates, branches)
	}
	return parts
}

// rank orders by where the text stands: the whole title, its beginning, within
// it, elsewhere. The title is the first line of folded.
func (b *builder) rank(text string) string {
	at, line := b.dialect.Position("d.folded", b.arg(text)), b.dialect.Position("d.folded", b.arg("\n"))
	return fmt.Sprintf("CASE %s WHEN 0 THEN 3 WHEN 1 THEN CASE %s WHEN %s THEN 0 ELSE 1 END ELSE CASE WHEN %s < %s THEN 2 ELSE 3 END END",
		at, line, b.arg(utf8.RuneCountInString(text)+1), at, line)
}

// tokenBranches are the selects of one match by tokens in some companies.
func (b *builder) tokenBranches(orgs []id.ID, m Match) []string {
	if len(m.Grams) == 0 && len(m.Exact) == 0 {
		return nil
	}
	n := byte(1)
	if b.dialect == db.PostgreSQL && len(m.Grams) > 0 {
		n = buckets
	}
	exact := make([][]int64, len(m.Exact))
	for i, list := range m.Exact {
		for _, org := range orgs {
			for _, e := range list(org) {
				exact[i] = append(exact[i], hash(org, b.query.Index, unbucketed, e))
			}
		}
		if len(exact[i]) == 0 {
			return nil // none of nothing
		}
	}
	all := make([]string, n)
	for bucket := range n {
		all[bucket] = b.tokenBranch(orgs, m, bucket, exact)
	}
	return all
}

func (b *builder) prefixBranch(org id.ID, m Match, column string) string {
	return fmt.Sprintf("SELECT %s FROM search_doc d WHERE d.org_id = %s AND d.index_name = %s AND d.%s >= %s AND d.%s < %s%s",
		b.candidate(), b.arg(org), b.arg(b.query.Index), column, b.arg(m.Prefix), column, b.arg(m.Prefix+"\x7f"), b.rechecks(m))
}

func (b *builder) tokenBranch(orgs []id.ID, m Match, bucket byte, exact [][]int64) string {
	pieces := m.thinned()
	grams := make([][]int64, len(pieces))
	for i, g := range pieces {
		for _, org := range orgs {
			grams[i] = append(grams[i], hash(org, b.query.Index, bucket, g))
		}
	}
	prefix := ""
	if m.Prefix != "" {
		p := b.arg(m.Prefix)
		prefix = fmt.Sprintf(" AND (%s = 1 OR %s = 1)", b.dialect.Position("d.pinyin", p), b.dialect.Position("d.initials", p))
	}
	checks := prefix + b.rechecks(m)
	lists := slices.Concat(grams, exact)
	if b.dialect == db.SQLite {
		match := "search_token MATCH " + b.arg(matchText(lists))
		if checks == "" {
			return "SELECT t.rowid AS doc_no FROM search_token t WHERE " + match
		}
		return "SELECT d.doc_no FROM search_token t CROSS JOIN search_doc d ON d.doc_no = t.rowid WHERE " + match + checks
	}
	conds := make([]string, len(lists))
	for i, list := range lists {
		conds[i] = "d.tokens && " + b.arg(list) + "::bigint[]"
	}
	return fmt.Sprintf("SELECT %s FROM search_doc d WHERE %s%s", hitColumns, strings.Join(conds, " AND "), checks)
}

// thinned leaves out the pairs whose characters stand in the pairs before and after, too:
// the fragment is rechecked as it was written.
func (m Match) thinned() (kept []string) {
	for i, g := range m.Grams {
		between := i > 0 && i+1 < len(m.Grams) && len(kept) > 0 && kept[len(kept)-1] == m.Grams[i-1] && joins(m.Grams[i-1], g) && joins(g, m.Grams[i+1])
		if !between || !slices.ContainsFunc(m.Contains, func(c string) bool { return strings.Contains(c, g) }) {
			kept = append(kept, g)
		}
	}
	return kept
}

// joins tells whether a pair ends with the character the next begins with.
func joins(a, b string) bool {
	x, y := []rune(a), []rune(b)
	return len(x) == 2 && len(y) == 2 && x[1] == y[0]
}

// matchText is the condition in FTS5's words: of each list one token.
func matchText(lists [][]int64) string {
	parts := make([]string, len(lists))
	for i, list := range lists {
		alternatives := make([]string, len(list))
		for k, h := range list {
			alternatives[k] = word(h)
		}
		parts[i] = "(" + strings.Join(alternatives, " OR ") + ")"
	}
	return strings.Join(parts, " AND ")
}

// rechecks drop documents that hold all grams of a fragment, but apart. A
// fragment of two characters is itself a gram and needs none.
func (b *builder) rechecks(m Match) string {
	conds := ""
	for _, c := range m.Contains {
		conds += " AND " + b.dialect.Position("d.folded", b.arg(c)) + " > 0"
	}
	return conds
}
