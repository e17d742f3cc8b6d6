package knowledge

import (
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// posting is a word of an article, and how much it tells about it.
type posting struct {
	Term      string `db:"term"`
	ArticleID id.ID  `db:"article_id"`
	Weight    int64  `db:"weight"`
}

func removePostings(tx *db.Tx, org, article id.ID) error {
	_, err := tx.Exec("DELETE FROM article_term WHERE org_id = $1 AND article_id = $2", org, article)
	return err
}

func insertPostings(tx *db.Tx, org id.ID, list []posting) error {
	return tx.Bulk(db.Bulk{Table: "article_term", Columns: []string{"org_id", "term", "article_id", "weight"}, Len: len(list),
		Row: func(i int) []any { return []any{org, list[i].Term, list[i].ArticleID, list[i].Weight} }})
}

// termCount is how many articles hold a word, commonFrom at the most.
type termCount struct {
	Term string `db:"term"`
	N    int64  `db:"n"`
}

// commonFrom is how many articles make a word common: no more are counted, for that costs
// more than all else and tells nothing.
const commonFrom = 2000

// countTerms counts the articles that hold words, the rarest first; those that none holds
// are left out.
func countTerms(tx *db.Tx, scope db.Scope, words []string) (counts []termCount, err error) {
	if len(words) == 0 || len(scope.Orgs()) == 0 {
		return nil, nil
	}
	values, args := make([]string, len(words)), []any{}
	for i, w := range words {
		args = append(args, w)
		values[i] = fmt.Sprintf("(CAST($%d AS text))", len(args))
	}
	orgs, args := within(scope, args)
	text := fmt.Sprintf(`WITH w (term) AS (VALUES %s) SELECT term, n FROM
		(SELECT term, (SELECT count(*) FROM (SELECT 1 FROM article_term t WHERE t.org_id IN (%s) AND t.term = w.term LIMIT %d) AS few) AS n FROM w) AS c
		WHERE n > 0 ORDER BY n, term`, strings.Join(values, ", "), orgs, commonFrom)
	return counts, tx.Select(&counts, text, args...)
}

// within lists the companies of a scope as parameters after others.
func within(scope db.Scope, args []any) (string, []any) {
	orgs := make([]string, len(scope.Orgs()))
	for i, o := range scope.Orgs() {
		args = append(args, o)
		orgs[i] = fmt.Sprintf("$%d", len(args))
	}
	return strings.Join(orgs, ", "), args
}

// rare is a word of a text, and how much it counts.
type rare struct {
	term   string
	rarity int64
}

// score is how well an article goes with a text.
type score struct {
	ArticleID id.ID `db:"article_id"`
	Score     int64 `db:"score"`
}

// scoresOf adds up what articles share with words, the best first; those that share
// fewer than two are left out.
func scoresOf(tx *db.Tx, scope db.Scope, words []rare, limit int) (list []score, err error) {
	values, args := make([]string, len(words)), []any{}
	for i, w := range words {
		args = append(args, w.term, w.rarity)
		values[i] = fmt.Sprintf("(CAST($%d AS text), CAST($%d AS bigint))", 2*i+1, 2*i+2)
	}
	orgs, args := within(scope, args)
	// CROSS JOIN has SQLite look the words up one by one.
	text := fmt.Sprintf(`WITH w (term, rarity) AS (VALUES %s) SELECT t.article_id, CAST(sum(t.weight * w.rarity) AS bigint) AS score FROM w CROSS JOIN article_term t
		WHERE t.term = w.term AND t.org_id IN (%s) GROUP BY t.article_id HAVING count(*) > 1 ORDER BY score DESC, t.article_id LIMIT %d`,
		strings.Join(values, ", "), orgs, limit)
	return list, tx.Select(&list, text, args...)
}

type missRow struct {
	OrgID  id.ID        `db:"org_id"`
	ID     id.ID        `db:"id"`
	Words  []byte       `db:"words"`
	Times  int64        `db:"times"`
	LastAt when.Instant `db:"last_at"`
}

// countMiss counts words again; found is false where they are new.
func countMiss(tx *db.Tx, org id.ID, key []byte) (found bool, err error) {
	n, err := tx.Exec("UPDATE article_miss SET times = times + 1, last_at = $1 WHERE org_id = $2 AND words_key = $3", tx.Now(), org, key)
	return n > 0, err
}

// insertMiss keeps new words; who else came first is counted.
func insertMiss(tx *db.Tx, r missRow, key []byte) error {
	_, err := tx.Exec(`INSERT INTO article_miss (org_id, id, words_key, words, times, last_at) VALUES ($1, $2, $3, $4, 1, $5)
		ON CONFLICT (org_id, words_key) DO UPDATE SET times = article_miss.times + 1, last_at = excluded.last_at`, r.OrgID, r.ID, key, r.Words, tx.Now())
	return err
}

func missesOf(tx *db.Tx, scope db.Scope, limit int) (rows []missRow, err error) {
	text, args := new(db.Query).PerOrg(scope, "SELECT org_id, id, words, times, last_at FROM article_miss", "org_id", "times DESC, last_at DESC, id", limit)
	return rows, tx.Select(&rows, text, args...)
}

// forgetMisses removes what nobody looked for since a moment.
func forgetMisses(tx *db.Tx, org id.ID, before when.Instant) error {
	_, err := tx.Exec("DELETE FROM article_miss WHERE org_id = $1 AND last_at < $2", org, before)
	return err
}
