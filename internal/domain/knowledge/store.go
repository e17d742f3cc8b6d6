package knowledge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

var (
	listNames = strings.Fields(`org_id id state live published_no category contact_point audience card created_by author_id author_name owner_id review_on useful votes
		source_kind source_ref published_at created_at updated_at version`)
	columnNames = slices.Concat(listNames, strings.Fields("folded content authors note answer review_told"))
	listColumns = strings.Join(listNames, ", ")
	columns     = strings.Join(columnNames, ", ")
)

// row is an article as it is stored; lists leave the last part empty.
type row struct {
	OrgID        id.ID        `db:"org_id"`
	ID           id.ID        `db:"id"`
	State        State        `db:"state"`
	Live         bool         `db:"live"`
	PublishedNo  int64        `db:"published_no"`
	Category     string       `db:"category"`
	ContactPoint string       `db:"contact_point"`
	Audience     Audience     `db:"audience"`
	Card         string       `db:"card"`
	CreatedBy    id.ID        `db:"created_by"`
	AuthorID     id.ID        `db:"author_id"`
	AuthorName   string       `db:"author_name"`
	OwnerID      id.ID        `db:"owner_id"`
	ReviewOn     when.Day     `db:"review_on"`
	Useful       int64        `db:"useful"`
	Votes        int64        `db:"votes"`
	SourceKind   string       `db:"source_kind"`
	SourceRef    string       `db:"source_ref"`
	PublishedAt  when.Instant `db:"published_at"`
	CreatedAt    when.Instant `db:"created_at"`
	UpdatedAt    when.Instant `db:"updated_at"`
	Version      int64        `db:"version"`

	Folded     string `db:"folded"`
	Content    string `db:"content"`
	Authors    string `db:"authors"`
	Note       string `db:"note"`
	Answer     string `db:"answer"`
	ReviewTold bool   `db:"review_told"`
}

// values are in the order of the columns.
func (r row) values() []any {
	return []any{r.OrgID, r.ID, r.State, r.Live, r.PublishedNo, r.Category, r.ContactPoint, r.Audience, r.Card, r.CreatedBy, r.AuthorID, r.AuthorName, r.OwnerID, r.ReviewOn, r.Useful, r.Votes,
		r.SourceKind, r.SourceRef, r.PublishedAt, r.CreatedAt, r.UpdatedAt, r.Version, r.Folded, r.Content, r.Authors, r.Note, r.Answer, r.ReviewTold}
}

func unpack[T any](r row, raw string) (v T, err error) {
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		return v, fmt.Errorf("knowledge %s: %w", r.ID, err)
	}
	return v, nil
}

func pack(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("knowledge: %w", err)
	}
	return string(raw), nil
}

func (r row) content() (Content, error) { return unpack[Content](r, r.Content) }

func (r row) authors() ([]id.ID, error) { return unpack[[]id.ID](r, r.Authors) }

// article is the row of a list in a language; the owner's name is not yet known.
func (r row) article(lang string, today when.Day) (Article, error) {
	c, err := unpack[card](r, r.Card)
	return Article{ID: r.ID, OrgID: r.OrgID, Title: c.title(lang), Langs: filled(c.langs()), State: r.State, Live: r.Live, PublishedNo: r.PublishedNo, Category: r.Category,
		ContactPoint: r.ContactPoint, Audience: r.Audience, Tags: filled(c.Tags), OwnerID: r.OwnerID, AuthorName: r.AuthorName, ReviewOn: r.ReviewOn,
		ReviewDue: r.Live && r.ReviewOn <= today, Useful: r.Useful, Votes: r.Votes, SourceKind: r.SourceKind, SourceRef: r.SourceRef, PublishedAt: r.PublishedAt,
		UpdatedAt: r.UpdatedAt, Version: r.Version}, err
}

func insertArticle(tx *db.Tx, r row) error {
	return tx.Bulk(db.Bulk{Table: "article", Columns: columnNames, Len: 1, Row: func(int) []any { return r.values() }})
}

// updateArticle saves what may change over the version it was made from, and raises it.
func updateArticle(tx *db.Tx, r *row) error {
	if err := tx.ExecOne(db.ErrStale, `UPDATE article SET state = $1, live = $2, published_no = $3, category = $4, contact_point = $5, audience = $6, card = $7, author_id = $8,
		author_name = $9, owner_id = $10, review_on = $11, useful = $12, votes = $13, published_at = $14, updated_at = $15, folded = $16, content = $17, authors = $18, note = $19, answer = $20,
		review_told = $21, version = version + 1 WHERE org_id = $22 AND id = $23 AND version = $24`,
		r.State, r.Live, r.PublishedNo, r.Category, r.ContactPoint, r.Audience, r.Card, r.AuthorID, r.AuthorName, r.OwnerID, r.ReviewOn, r.Useful, r.Votes, r.PublishedAt, r.UpdatedAt,
		r.Folded, r.Content, r.Authors, r.Note, r.Answer, r.ReviewTold, r.OrgID, r.ID, r.Version); err != nil {
		return err
	}
	r.Version++
	return nil
}

func articleByID(tx *db.Tx, scope db.Scope, i id.ID) (row, error) {
	return oneArticle(tx, scope, i, "")
}

// lockArticle reads an article and keeps others from changing it until the transaction
// ends.
func lockArticle(tx *db.Tx, scope db.Scope, i id.ID) (row, error) {
	return oneArticle(tx, scope, i, tx.Dialect().ForUpdate())
}

func oneArticle(tx *db.Tx, scope db.Scope, i id.ID, end string) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM article", end)
	return r, tx.Get(&r, text, args...)
}

// articlesByID reads rows of lists.
func articlesByID(tx *db.Tx, scope db.Scope, ids []id.ID) (rows []row, err error) {
	text, args := db.In(new(db.Query).Scope("org_id", scope), "id", ids).Text("SELECT "+listColumns+" FROM article", "ORDER BY id")
	return rows, tx.Select(&rows, text, args...)
}

// articleFrom finds the article that was written from something.
func articleFrom(tx *db.Tx, org id.ID, kind, ref string) (i id.ID, found bool, err error) {
	found, err = tx.Find(&i, "SELECT id FROM article WHERE org_id = $1 AND source_kind = $2 AND source_ref = $3 ORDER BY id LIMIT 1", org, kind, ref)
	return i, found, err
}

// Filter says which articles a list holds; what is zero does not narrow it.
type Filter struct {
	OrgID        id.ID  `query:"org_id" doc:"for this company: its own articles and those of organisations above"`
	Query        string `query:"q" maxLength:"100" doc:"part of the title or a tag, or of its pinyin"`
	State        State  `query:"state" enum:"draft,review,published,retired" doc:"of the working copy"`
	Live         bool   `query:"live" doc:"only those that can be read"`
	Category     string `query:"category" maxLength:"40"`
	ContactPoint string `query:"contact_point" maxLength:"40"`
	Audience     string `query:"audience" enum:"internal,public"`
	Due          bool   `query:"due" doc:"only those whose review date has come, the longest due first"`
	Own          bool   `query:"own" doc:"only those the caller wrote or looks after"`
	OwnerID      id.ID  `query:"owner_id" doc:"only those this person looks after"`
}

// order is how a list is sorted, and its columns.
func (f Filter) order() string {
	if f.Due {
		return "review_on, id"
	}
	return "updated_at DESC, id DESC"
}

// position is after which article a page goes on.
type position struct {
	At  int64 // updated_at
	Day string
	ID  id.ID
}

func (r row) position() position { return position{int64(r.UpdatedAt), string(r.ReviewOn), r.ID} }

// where adds the conditions but for the companies.
func (f Filter) where(q *db.Query, user id.ID, today when.Day, after position) *db.Query {
	for column, value := range map[string]string{"state": string(f.State), "category": f.Category, "contact_point": f.ContactPoint, "audience": f.Audience} {
		if value != "" {
			q.Where(column+" = ?", value)
		}
	}
	if f.Live || f.Due {
		q.Where("live")
	}
	if f.Due {
		q.Where("review_on <= ?", today)
	}
	if f.Own {
		q.Where("(created_by = ? OR owner_id = ? OR author_id = ?)", user, user, user)
	}
	if !f.OwnerID.IsZero() {
		q.Where("owner_id = ?", f.OwnerID)
	}
	switch {
	case after.ID.IsZero():
	case f.Due:
		q.Where("(review_on, id) > (?, ?)", after.Day, after.ID)
	default:
		q.Where("(updated_at, id) < (?, ?)", after.At, after.ID)
	}
	return q
}

// sight is what of a scope a caller sees: all articles where he writes or judges, what
// is published and his own elsewhere.
type sight struct {
	user        id.ID
	whole, rest db.Scope
}

func listArticles(tx *db.Tx, see sight, f Filter, folded string, today when.Day, after position, limit int) (rows []row, err error) {
	var parts []db.Part
	for i, scope := range []db.Scope{see.whole, see.rest} {
		if len(scope.Orgs()) == 0 {
			continue
		}
		q := f.where(new(db.Query), see.user, today, after)
		if folded != "" {
			q.Where(tx.Dialect().Position("folded", "?")+" > 0", folded)
		}
		if i > 0 {
			q.Where("(live OR created_by = ?)", see.user)
		}
		text, args := q.PerOrg(scope, "SELECT "+listColumns+" FROM article", "org_id", f.order(), limit)
		parts = append(parts, db.Part{Text: text, Args: args})
	}
	if len(parts) == 0 {
		return nil, nil
	}
	text, args := db.Merge(parts, f.order(), limit)
	return rows, tx.Select(&rows, text, args...)
}

// dueUntold lists articles of an organisation whose review is due and whose owner does
// not know it yet.
func dueUntold(tx *db.Tx, org id.ID, today when.Day, limit int) (rows []row, err error) {
	return rows, tx.Select(&rows, "SELECT "+columns+` FROM article WHERE org_id = $1 AND review_on <= $2 AND live AND NOT review_told ORDER BY review_on, id LIMIT $3`, org, today, limit)
}

func setTold(tx *db.Tx, r row) error {
	_, err := tx.Exec("UPDATE article SET review_told = $1 WHERE org_id = $2 AND id = $3", true, r.OrgID, r.ID)
	return err
}

// leastUseful lists published articles that somebody found of no use, worst first.
func leastUseful(tx *db.Tx, scope db.Scope, limit int) (rows []row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("live").Where("useful < votes").
		Text("SELECT "+listColumns+" FROM article", "ORDER BY useful * 1000 / votes, votes DESC, id LIMIT ?", limit)
	return rows, tx.Select(&rows, text, args...)
}
