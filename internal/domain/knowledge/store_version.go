package knowledge

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

type versionRow struct {
	OrgID         id.ID        `db:"org_id"`
	ArticleID     id.ID        `db:"article_id"`
	No            int64        `db:"no"`
	Content       string       `db:"content"`
	Note          string       `db:"note"`
	AuthorName    string       `db:"author_name"`
	PublisherID   id.ID        `db:"publisher_id"`
	PublisherName string       `db:"publisher_name"`
	PublishedAt   when.Instant `db:"published_at"`
}

const versionColumns = "org_id, article_id, no, content, note, author_name, publisher_id, publisher_name, published_at"

func (v versionRow) content() (Content, error) {
	return unpack[Content](row{ID: v.ArticleID}, v.Content)
}

func (v versionRow) version(lang string) (Version, Content, error) {
	c, err := v.content()
	return Version{v.No, c.in(lang).Title, v.Note, v.AuthorName, v.PublisherName, v.PublishedAt}, c, err
}

func insertVersion(tx *db.Tx, v versionRow) error {
	_, err := tx.Exec("INSERT INTO article_version ("+versionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		v.OrgID, v.ArticleID, v.No, v.Content, v.Note, v.AuthorName, v.PublisherID, v.PublisherName, v.PublishedAt)
	return err
}

func versionOf(tx *db.Tx, org, article id.ID, no int64) (v versionRow, err error) {
	return v, tx.Get(&v, "SELECT "+versionColumns+" FROM article_version WHERE org_id = $1 AND article_id = $2 AND no = $3", org, article, no)
}

// versionsOf lists the versions before one, 0 for all, the newest first.
func versionsOf(tx *db.Tx, org, article id.ID, before int64, limit int) (list []versionRow, err error) {
	q := new(db.Query).Where("org_id = ?", org).Where("article_id = ?", article)
	if before > 0 {
		q.Where("no < ?", before)
	}
	text, args := q.Text("SELECT "+versionColumns+" FROM article_version", "ORDER BY no DESC LIMIT ?", limit)
	return list, tx.Select(&list, text, args...)
}

// liveContents reads what readers see of some articles.
func liveContents(tx *db.Tx, scope db.Scope, articles []id.ID) (map[id.ID]Content, error) {
	var rows []versionRow
	text, args := db.In(new(db.Query).Scope("a.org_id", scope), "a.id", articles).Text(`SELECT v.article_id, v.content FROM article a
		JOIN article_version v ON v.org_id = a.org_id AND v.article_id = a.id AND v.no = a.published_no`, "ORDER BY v.article_id")
	if err := tx.Select(&rows, text, args...); err != nil {
		return nil, err
	}
	contents := make(map[id.ID]Content, len(rows))
	for _, r := range rows {
		c, err := r.content()
		if err != nil {
			return nil, err
		}
		contents[r.ArticleID] = c
	}
	return contents, nil
}

// voteOf is a person's vote on a version.
func voteOf(tx *db.Tx, org, article id.ID, no int64, user id.ID) (useful, found bool, err error) {
	found, err = tx.Find(&useful, "SELECT useful FROM article_vote WHERE org_id = $1 AND article_id = $2 AND no = $3 AND user_id = $4", org, article, no, user)
	return useful, found, err
}

func putVote(tx *db.Tx, r row, user id.ID, useful bool) error {
	_, err := tx.Exec(`INSERT INTO article_vote (org_id, article_id, no, user_id, useful, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org_id, article_id, no, user_id) DO UPDATE SET useful = excluded.useful, at = excluded.at`, r.OrgID, r.ID, r.PublishedNo, user, useful, tx.Now())
	return err
}

func removeVote(tx *db.Tx, r row, user id.ID) error {
	_, err := tx.Exec("DELETE FROM article_vote WHERE org_id = $1 AND article_id = $2 AND no = $3 AND user_id = $4", r.OrgID, r.ID, r.PublishedNo, user)
	return err
}

// countVotes counts the votes on the version readers see anew.
func countVotes(tx *db.Tx, r row) error {
	_, err := tx.Exec(`UPDATE article SET votes = (SELECT count(*) FROM article_vote v WHERE v.org_id = $1 AND v.article_id = $2 AND v.no = $3),
		useful = (SELECT count(*) FROM article_vote v WHERE v.org_id = $1 AND v.article_id = $2 AND v.no = $3 AND v.useful) WHERE org_id = $1 AND id = $2`, r.OrgID, r.ID, r.PublishedNo)
	return err
}
