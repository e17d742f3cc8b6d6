package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const receptionColumns = "org_id, id, receiver_id, receiver_name, arrived_at, left_at, course_at, customer_id, phone_blind, body, version, created_at"

type receptionRow struct {
	OrgID        id.ID        `db:"org_id"`
	ID           id.ID        `db:"id"`
	ReceiverID   id.ID        `db:"receiver_id"`
	ReceiverName string       `db:"receiver_name"`
	ArrivedAt    when.Instant `db:"arrived_at"`
	LeftAt       when.Instant `db:"left_at"`
	CourseAt     when.Instant `db:"course_at"`
	CustomerID   id.ID        `db:"customer_id"`
	PhoneBlind   []byte       `db:"phone_blind"`
	Body         []byte       `db:"body"`
	Version      int64        `db:"version"`
	CreatedAt    when.Instant `db:"created_at"`
}

func (r receptionRow) place() (when.Instant, id.ID) { return r.ArrivedAt, r.ID }

func (f ReceptionFilter) query(from, until when.Instant) *db.Query {
	q := new(db.Query)
	if !f.ReceiverID.IsZero() {
		q.Where("receiver_id = ?", f.ReceiverID)
	}
	if !f.CustomerID.IsZero() {
		q.Where("customer_id = ?", f.CustomerID)
	}
	if from != 0 {
		q.Where("arrived_at >= ?", from)
	}
	if until != 0 {
		q.Where("arrived_at < ?", until)
	}
	if f.Unfilled {
		q.Where("course_at = 0")
	}
	if f.Unlinked {
		q.Where("customer_id IS NULL")
	}
	if f.Linked {
		q.Where("customer_id IS NOT NULL")
	}
	return q
}

func insertReception(tx *db.Tx, r receptionRow) error {
	_, err := tx.Exec("INSERT INTO reception ("+receptionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		r.OrgID, r.ID, r.ReceiverID, r.ReceiverName, r.ArrivedAt, r.LeftAt, r.CourseAt, r.CustomerID, r.PhoneBlind, r.Body, r.Version, r.CreatedAt)
	return err
}

// notNull keeps an empty value from being written as NULL: SQLite reads it as nil.
func notNull(b []byte) []byte { return append([]byte{}, b...) }

func receptionByID(tx *db.Tx, scope db.Scope, i id.ID) (r receptionRow, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+receptionColumns+" FROM reception", "")
	return r, tx.Get(&r, text, args...)
}

func updateReception(tx *db.Tx, r receptionRow, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE reception SET arrived_at = $1, left_at = $2, course_at = $3, customer_id = $4, phone_blind = $5, body = $6, version = version + 1
		WHERE org_id = $7 AND id = $8 AND version = $9`, r.ArrivedAt, r.LeftAt, r.CourseAt, r.CustomerID, notNull(r.PhoneBlind), r.Body, r.OrgID, r.ID, version)
}

func receptionsByID(tx *db.Tx, scope db.Scope, ids []id.ID) (rows []receptionRow, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	text, args := db.In(new(db.Query).Scope("org_id", scope), "id", ids).Text(selectOf(receptionColumns, "reception"), "")
	return rows, tx.Select(&rows, text, args...)
}

// receivers lists who received visitors; the index alone answers.
func receivers(tx *db.Tx, scope db.Scope) (all []Receiver, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Text("SELECT DISTINCT org_id, receiver_id FROM reception", "ORDER BY org_id, receiver_id LIMIT 1000")
	all = []Receiver{}
	return all, tx.Select(&all, text, args...)
}

// forgetReceptionEvents takes a visit and what followed from the timeline of its
// customer.
func forgetReceptionEvents(tx *db.Tx, r receptionRow) error {
	if r.CustomerID.IsZero() {
		return nil
	}
	_, err := tx.Exec("DELETE FROM customer_event WHERE org_id = $1 AND customer_id = $2 AND source_type = 'reception' AND source_id = $3", r.OrgID, r.CustomerID, r.ID)
	return err
}

// earlierVisits are the visits by the same phone before.
func earlierVisits(tx *db.Tx, r receptionRow) (rows []receptionRow, err error) {
	if len(r.PhoneBlind) == 0 {
		return []receptionRow{}, nil
	}
	return rows, tx.Select(&rows, "SELECT "+receptionColumns+" FROM reception WHERE org_id = $1 AND phone_blind = $2 AND arrived_at < $3 ORDER BY arrived_at DESC, id LIMIT 20",
		r.OrgID, r.PhoneBlind, r.ArrivedAt)
}

const logColumns = "org_id, id, reception_id, at, mode, author_id, author_name, body, created_at"

type logRow struct {
	OrgID       id.ID        `db:"org_id"`
	ID          id.ID        `db:"id"`
	ReceptionID id.ID        `db:"reception_id"`
	At          when.Instant `db:"at"`
	Mode        Mode         `db:"mode"`
	AuthorID    id.ID        `db:"author_id"`
	AuthorName  string       `db:"author_name"`
	Body        []byte       `db:"body"`
	CreatedAt   when.Instant `db:"created_at"`
}

func (r logRow) place() (when.Instant, id.ID) { return r.CreatedAt, r.ID }

func insertLog(tx *db.Tx, r logRow) error {
	_, err := tx.Exec("INSERT INTO reception_log ("+logColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		r.OrgID, r.ID, r.ReceptionID, r.At, r.Mode, r.AuthorID, r.AuthorName, r.Body, r.CreatedAt)
	return err
}

func logByID(tx *db.Tx, org, i id.ID) (r logRow, err error) {
	return r, tx.Get(&r, "SELECT "+logColumns+" FROM reception_log WHERE org_id = $1 AND id = $2", org, i)
}

// logOf lists the later contacts with a visitor, the newest first.
func logOf(tx *db.Tx, org, reception id.ID) (rows []logRow, err error) {
	return rows, tx.Select(&rows, "SELECT "+logColumns+" FROM reception_log WHERE org_id = $1 AND reception_id = $2 ORDER BY at DESC, id DESC LIMIT 200", org, reception)
}

const checkColumns = "org_id, id, receiver_id, through_at, checked_at, checked_by, checked_name, remark"

type checkRow struct {
	OrgID       id.ID        `db:"org_id"`
	ID          id.ID        `db:"id"`
	ReceiverID  id.ID        `db:"receiver_id"`
	ThroughAt   when.Instant `db:"through_at"`
	CheckedAt   when.Instant `db:"checked_at"`
	CheckedBy   id.ID        `db:"checked_by"`
	CheckedName string       `db:"checked_name"`
	Remark      []byte       `db:"remark"`
}

func (r checkRow) place() (when.Instant, id.ID) { return r.CheckedAt, r.ID }

func insertCheck(tx *db.Tx, r checkRow) error {
	_, err := tx.Exec("INSERT INTO reception_check ("+checkColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		r.OrgID, r.ID, r.ReceiverID, r.ThroughAt, r.CheckedAt, r.CheckedBy, r.CheckedName, r.Remark)
	return err
}

func checkByID(tx *db.Tx, org, i id.ID) (r checkRow, err error) {
	return r, tx.Get(&r, "SELECT "+checkColumns+" FROM reception_check WHERE org_id = $1 AND id = $2", org, i)
}

// uncheckedRow is what one person wrote since his last check.
type uncheckedRow struct {
	OrgID        id.ID        `db:"org_id"`
	ReceiverID   id.ID        `db:"receiver_id"`
	ReceiverName string       `db:"receiver_name"`
	N            int64        `db:"n"`
	Unfilled     int64        `db:"unfilled"`
	OldestAt     when.Instant `db:"oldest_at"`
	CheckedAt    when.Instant `db:"checked_at"`
}

const lastCheck = `LEFT JOIN (SELECT org_id, receiver_id, max(through_at) AS through_at, max(checked_at) AS checked_at FROM reception_check GROUP BY org_id, receiver_id) AS k`

func uncheckedVisits(tx *db.Tx, scope db.Scope) (rows []uncheckedRow, err error) {
	text, args := new(db.Query).Scope("r.org_id", scope).Where("r.created_at > coalesce(k.through_at, 0)").Text(
		`SELECT r.org_id, r.receiver_id, max(r.receiver_name) AS receiver_name, count(*) AS n, count(CASE WHEN r.course_at = 0 THEN 1 END) AS unfilled,
		min(r.created_at) AS oldest_at, coalesce(max(k.checked_at), 0) AS checked_at FROM reception r `+lastCheck+` ON k.org_id = r.org_id AND k.receiver_id = r.receiver_id`,
		"GROUP BY r.org_id, r.receiver_id ORDER BY r.org_id, r.receiver_id LIMIT 1000")
	return rows, tx.Select(&rows, text, args...)
}

func uncheckedContacts(tx *db.Tx, scope db.Scope) (rows []uncheckedRow, err error) {
	text, args := new(db.Query).Scope("l.org_id", scope).Where("l.created_at > coalesce(k.through_at, 0)").Text(
		`SELECT l.org_id, l.author_id AS receiver_id, max(l.author_name) AS receiver_name, count(*) AS n, 0 AS unfilled,
		min(l.created_at) AS oldest_at, coalesce(max(k.checked_at), 0) AS checked_at FROM reception_log l `+lastCheck+` ON k.org_id = l.org_id AND k.receiver_id = l.author_id`,
		"GROUP BY l.org_id, l.author_id ORDER BY l.org_id, l.author_id LIMIT 1000")
	return rows, tx.Select(&rows, text, args...)
}

// countUse counts one more on a person's day and tells how many it makes.
func countUse(tx *db.Tx, org, user id.ID, u use) (n int, err error) {
	return n, tx.Get(&n, `INSERT INTO reception_use (org_id, user_id, kind, day, n) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (org_id, user_id, kind) DO UPDATE SET day = excluded.day, n = CASE WHEN reception_use.day = excluded.day THEN reception_use.n + 1 ELSE 1 END RETURNING n`,
		org, user, u, string(tx.Now().Day()))
}
