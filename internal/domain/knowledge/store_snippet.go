package knowledge

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

type snippetRow struct {
	OrgID        id.ID        `db:"org_id"`
	ID           id.ID        `db:"id"`
	ContactPoint string       `db:"contact_point"`
	Folded       string       `db:"folded"`
	Body         string       `db:"body"`
	Active       bool         `db:"active"`
	AuthorName   string       `db:"author_name"`
	SourceRef    string       `db:"source_ref"`
	UpdatedAt    when.Instant `db:"updated_at"`
	Version      int64        `db:"version"`
}

const snippetColumns = "org_id, id, contact_point, folded, body, active, author_name, source_ref, updated_at, version"

func (r snippetRow) snippet() (Snippet, error) {
	b, err := unpack[SnippetBody](row{ID: r.ID}, r.Body)
	return Snippet{ID: r.ID, OrgID: r.OrgID, ContactPoint: r.ContactPoint, SnippetBody: b, Variables: filled(variablesOf(b.Zh.Text + b.En.Text)), Retired: !r.Active,
		SourceRef: r.SourceRef, AuthorName: r.AuthorName, UpdatedAt: r.UpdatedAt, Version: r.Version, May: []string{}}, err
}

func insertSnippet(tx *db.Tx, r snippetRow) error {
	_, err := tx.Exec("INSERT INTO snippet ("+snippetColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		r.OrgID, r.ID, r.ContactPoint, r.Folded, r.Body, r.Active, r.AuthorName, r.SourceRef, r.UpdatedAt, r.Version)
	return err
}

func updateSnippet(tx *db.Tx, r snippetRow) error {
	return tx.ExecOne(db.ErrStale, `UPDATE snippet SET contact_point = $1, folded = $2, body = $3, active = $4, author_name = $5, updated_at = $6, version = version + 1
		WHERE org_id = $7 AND id = $8 AND version = $9`, r.ContactPoint, r.Folded, r.Body, r.Active, r.AuthorName, r.UpdatedAt, r.OrgID, r.ID, r.Version)
}

func snippetByID(tx *db.Tx, scope db.Scope, i id.ID) (r snippetRow, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+snippetColumns+" FROM snippet", "")
	return r, tx.Get(&r, text, args...)
}

func snippetFrom(tx *db.Tx, org id.ID, ref string) (bool, error) {
	var i id.ID
	return tx.Find(&i, "SELECT id FROM snippet WHERE org_id = $1 AND source_ref = $2 LIMIT 1", org, ref)
}

// SnippetFilter says which standard answers a list holds.
type SnippetFilter struct {
	OrgID        id.ID  `query:"org_id" doc:"for this company: its own answers and those of organisations above"`
	ContactPoint string `query:"contact_point" maxLength:"40"`
	Query        string `query:"q" maxLength:"100" doc:"part of the name or the text"`
	Retired      bool   `query:"retired" doc:"those no longer offered, instead"`
}

// listSnippets lists by contact point, after one of them.
func listSnippets(tx *db.Tx, scope db.Scope, f SnippetFilter, folded, afterPoint string, after id.ID, limit int) (rows []snippetRow, err error) {
	q := new(db.Query).Where("active = ?", !f.Retired)
	if f.ContactPoint != "" {
		q.Where("contact_point = ?", f.ContactPoint)
	}
	if folded != "" {
		q.Where(tx.Dialect().Position("folded", "?")+" > 0", folded)
	}
	if !after.IsZero() {
		q.Where("(contact_point, id) > (?, ?)", afterPoint, after)
	}
	text, args := q.PerOrg(scope, "SELECT "+snippetColumns+" FROM snippet", "org_id", "contact_point, id", limit)
	return rows, tx.Select(&rows, text, args...)
}
