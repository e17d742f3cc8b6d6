package customer

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

type schemeRow struct {
	OrgID     id.ID        `db:"org_id"`
	Code      string       `db:"code"`
	Body      string       `db:"body"`
	Active    bool         `db:"active"`
	Version   int64        `db:"version"`
	CreatedAt when.Instant `db:"created_at"`
}

// maxSettings bounds the schemes and the fields of a company.
const maxSettings = 200

func schemesOf(tx *db.Tx, org id.ID) ([]Scheme, error) {
	var rows []schemeRow
	if err := tx.Select(&rows, `SELECT org_id, code, body, active, version, created_at FROM customer_scheme
		WHERE org_id = $1 ORDER BY created_at, code LIMIT $2`, org, maxSettings); err != nil {
		return nil, err
	}
	schemes := make([]Scheme, len(rows))
	for i, r := range rows {
		schemes[i] = Scheme{OrgID: r.OrgID, Code: r.Code, Active: r.Active, Version: r.Version, CreatedAt: r.CreatedAt}
		if err := json.Unmarshal([]byte(r.Body), &schemes[i].SchemeBody); err != nil {
			return nil, fmt.Errorf("customer: scheme %s: %w", r.Code, err)
		}
	}
	return schemes, nil
}

func insertScheme(tx *db.Tx, s Scheme) error {
	body, err := json.Marshal(s.SchemeBody)
	if err != nil {
		return fmt.Errorf("customer: scheme: %w", err)
	}
	_, err = tx.Exec("INSERT INTO customer_scheme (org_id, code, body, active, version, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
		s.OrgID, s.Code, string(body), s.Active, s.Version, s.CreatedAt)
	return err
}

func updateScheme(tx *db.Tx, s Scheme, version int64) error {
	body, err := json.Marshal(s.SchemeBody)
	if err != nil {
		return fmt.Errorf("customer: scheme: %w", err)
	}
	return tx.ExecOne(db.ErrStale, "UPDATE customer_scheme SET body = $1, active = $2, version = $3 WHERE org_id = $4 AND code = $5 AND version = $6",
		string(body), s.Active, s.Version, s.OrgID, s.Code, version)
}

// countClasses counts the customers who chose a class of a scheme, by kind.
func countClasses(tx *db.Tx, org id.ID, scheme string) (counts []ClassCount, err error) {
	return counts, tx.Select(&counts, `SELECT m.class, c.kind, count(*) AS n FROM customer_class m JOIN customer c ON c.org_id = m.org_id AND c.id = m.customer_id
		WHERE m.org_id = $1 AND m.scheme = $2 AND c.status <> 'merged' GROUP BY m.class, c.kind ORDER BY m.class, c.kind LIMIT 1000`, org, scheme)
}

func countKinds(tx *db.Tx, org id.ID) (map[Kind]int64, error) {
	var rows []struct {
		Kind Kind  `db:"kind"`
		N    int64 `db:"n"`
	}
	err := tx.Select(&rows, "SELECT kind, count(*) AS n FROM customer WHERE org_id = $1 AND status NOT IN ('merged', 'erased') GROUP BY kind LIMIT 10", org)
	kinds := map[Kind]int64{}
	for _, r := range rows {
		kinds[r.Kind] = r.N
	}
	return kinds, err
}

// TagCount is how many customers have a tag.
type TagCount struct {
	Tag   string `db:"tag" json:"tag"`
	Count int64  `db:"n" json:"count"`
}

func countTags(tx *db.Tx, scope db.Scope) (counts []TagCount, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Text("SELECT tag, count(*) AS n FROM customer_tag", "GROUP BY tag ORDER BY n DESC, tag LIMIT 500")
	return counts, tx.Select(&counts, text, args...)
}

// insertLabels writes the classes and tags of new customers.
func insertLabels(tx *db.Tx, all []made) error {
	var classes, tags [][]any
	for _, m := range all {
		for scheme, class := range m.row.Classes {
			classes = append(classes, []any{m.row.OrgID, scheme, class, m.row.ID})
		}
		for _, t := range m.row.Tags {
			tags = append(tags, []any{m.row.OrgID, t, m.row.ID})
		}
	}
	if err := tx.Bulk(db.Bulk{Table: "customer_class", Columns: []string{"org_id", "scheme", "class", "customer_id"}, Len: len(classes),
		Row: func(i int) []any { return classes[i] }}); err != nil {
		return err
	}
	return tx.Bulk(db.Bulk{Table: "customer_tag", Columns: []string{"org_id", "tag", "customer_id"}, Len: len(tags), Row: func(i int) []any { return tags[i] }})
}

func deleteLabels(tx *db.Tx, r row) error {
	if _, err := tx.Exec("DELETE FROM customer_class WHERE org_id = $1 AND customer_id = $2", r.OrgID, r.ID); err != nil {
		return err
	}
	for _, t := range r.Tags {
		if _, err := tx.Exec("DELETE FROM customer_tag WHERE org_id = $1 AND tag = $2 AND customer_id = $3", r.OrgID, t, r.ID); err != nil {
			return err
		}
	}
	return nil
}
