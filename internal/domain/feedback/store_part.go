package feedback

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func eventByID(tx *db.Tx, org, i id.ID) (e event, err error) {
	if err := tx.Get(&e, "SELECT "+eventColumns+" FROM feedback_event WHERE org_id = $1 AND id = $2", org, i); err != nil {
		return e, err
	}
	return e, e.read()
}

func watchersOf(tx *db.Tx, org, i id.ID) (all []Watcher, err error) {
	return all, tx.Select(&all, "SELECT user_id FROM feedback_watch WHERE org_id = $1 AND case_id = $2 ORDER BY at, user_id LIMIT 100", org, i)
}

func setWatch(tx *db.Tx, org, i, user id.ID, watching bool) error {
	text := "DELETE FROM feedback_watch WHERE org_id = $1 AND case_id = $2 AND user_id = $3 AND at <= $4"
	if watching {
		text = "INSERT INTO feedback_watch (org_id, case_id, user_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, case_id, user_id) DO NOTHING"
	}
	_, err := tx.Exec(text, org, i, user, tx.Now())
	return err
}

type linkRow struct {
	CaseID  id.ID  `db:"case_id"`
	OtherID id.ID  `db:"other_id"`
	Kind    string `db:"kind"`
}

// linksOf are the links of a case, whichever was named first.
func linksOf(tx *db.Tx, org, i id.ID) (rows []linkRow, err error) {
	return rows, tx.Select(&rows, `SELECT case_id, other_id, kind FROM feedback_link WHERE org_id = $1 AND case_id = $2
		UNION ALL SELECT case_id, other_id, kind FROM feedback_link WHERE org_id = $1 AND other_id = $2 LIMIT 100`, org, i)
}

// insertLink links two cases once. Error: ErrLinked.
func insertLink(tx *db.Tx, org, i, other id.ID, kind string) error {
	var found linkRow
	known, err := tx.Find(&found, "SELECT case_id, other_id, kind FROM feedback_link WHERE org_id = $1 AND case_id = $2 AND other_id = $3", org, other, i)
	if err != nil {
		return err
	}
	if known {
		return ErrLinked
	}
	return tx.ExecOne(ErrLinked, "INSERT INTO feedback_link (org_id, case_id, other_id, kind) VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, case_id, other_id) DO NOTHING", org, i, other, kind)
}

func deleteLink(tx *db.Tx, org, i, other id.ID) error {
	return tx.ExecOne(db.ErrNotFound, "DELETE FROM feedback_link WHERE org_id = $1 AND (case_id = $2 AND other_id = $3 OR case_id = $3 AND other_id = $2) AND kind = 'related'", org, i, other)
}

const fileColumns = "org_id, id, case_id, origin_id, at, author_id, author_name, name, media_type, size, sha256, version"

type fileRow struct {
	OrgID      id.ID        `db:"org_id"`
	ID         id.ID        `db:"id"`
	CaseID     id.ID        `db:"case_id"`
	OriginID   id.ID        `db:"origin_id"`
	At         when.Instant `db:"at"`
	AuthorID   id.ID        `db:"author_id"`
	AuthorName string       `db:"author_name"`
	Name       []byte       `db:"name"`
	MediaType  string       `db:"media_type"`
	Size       int64        `db:"size"`
	SHA256     []byte       `db:"sha256"`
	Version    int64        `db:"version"`
}

func insertFile(tx *db.Tx, r fileRow) error {
	_, err := tx.Exec("INSERT INTO feedback_attachment ("+fileColumns+") VALUES ("+marks(12)+")",
		r.OrgID, r.ID, r.CaseID, r.OriginID, r.At, r.AuthorID, r.AuthorName, r.Name, r.MediaType, r.Size, r.SHA256, r.Version)
	return err
}

func filesOf(tx *db.Tx, org, i id.ID) (rows []fileRow, err error) {
	return rows, tx.Select(&rows, "SELECT "+fileColumns+" FROM feedback_attachment WHERE org_id = $1 AND case_id = $2 ORDER BY at DESC, id DESC LIMIT 200", org, i)
}

func fileByID(tx *db.Tx, org, i, file id.ID) (r fileRow, err error) {
	return r, tx.Get(&r, "SELECT "+fileColumns+" FROM feedback_attachment WHERE org_id = $1 AND case_id = $2 AND id = $3", org, i, file)
}

func deleteFile(tx *db.Tx, org, file id.ID, version int64) error {
	return tx.ExecOne(db.ErrStale, "DELETE FROM feedback_attachment WHERE org_id = $1 AND id = $2 AND version = $3", org, file, version)
}

// casesOfPerson are the cases of a person, the oldest first.
func casesOfPerson(tx *db.Tx, p privacy.Person) (rows []caseRow, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", p.OrgID), "customer_id", p.IDs).Text("SELECT "+caseColumns+" FROM feedback_case", "ORDER BY received_at, id")
	return rows, tx.Select(&rows, text, args...)
}

// eraseCase empties a case of what was said.
func eraseCase(tx *db.Tx, org, i id.ID) error {
	for _, text := range []string{
		"UPDATE feedback_case SET body = $3, phone_blind = $3, version = version + 1 WHERE org_id = $1 AND id = $2",
		"UPDATE feedback_event SET body = $3 WHERE org_id = $1 AND case_id = $2",
	} {
		if _, err := tx.Exec(text, org, i, []byte{}); err != nil {
			return err
		}
	}
	_, err := tx.Exec("DELETE FROM feedback_attachment WHERE org_id = $1 AND case_id = $2", org, i)
	return err
}

// wordsOf are the events of a case that a customer may read, the newest first.
func wordsOf(tx *db.Tx, org, i id.ID, kinds []string, limit int) (all []event, err error) {
	q := db.In(new(db.Query).Where("org_id = ?", org).Where("case_id = ?", i).Where("audience = ?", Customer), "kind", kinds)
	text, args := q.Text("SELECT "+eventColumns+" FROM feedback_event", "ORDER BY at DESC, id DESC LIMIT ?", limit)
	if err := tx.Select(&all, text, args...); err != nil {
		return nil, err
	}
	for n := range all {
		if err := all[n].read(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// caseNumbered is the case of a number; zero for none.
func caseNumbered(tx *db.Tx, org id.ID, number string) (i id.ID, err error) {
	_, err = tx.Find(&i, "SELECT id FROM feedback_case WHERE org_id = $1 AND case_no = $2", org, number)
	return i, err
}
