package message

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = `org_id, id, channel, kind, template, template_version, lang, customer_id, object_type, object_id, body, once_key, state, reason, attempt,
	due_at, until_at, handed_at, ended_at, created_by, created_at, version`

type row struct {
	OrgID           id.ID        `db:"org_id"`
	ID              id.ID        `db:"id"`
	Channel         Channel      `db:"channel"`
	Kind            Kind         `db:"kind"`
	Template        string       `db:"template"`
	TemplateVersion int64        `db:"template_version"`
	Lang            string       `db:"lang"`
	CustomerID      id.ID        `db:"customer_id"`
	ObjectType      string       `db:"object_type"`
	ObjectID        id.ID        `db:"object_id"`
	Body            []byte       `db:"body"`
	OnceKey         []byte       `db:"once_key"`
	State           State        `db:"state"`
	Reason          string       `db:"reason"`
	Attempt         int          `db:"attempt"`
	DueAt           when.Instant `db:"due_at"`
	UntilAt         when.Instant `db:"until_at"`
	HandedAt        when.Instant `db:"handed_at"`
	EndedAt         when.Instant `db:"ended_at"`
	CreatedBy       id.ID        `db:"created_by"`
	CreatedAt       when.Instant `db:"created_at"`
	Version         int64        `db:"version"`
}

func bodyPlace(i id.ID) crypt.Place { return crypt.Place{Table: "message", Column: "body", ID: i} }

func receiptPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "message_attempt", Column: "receipt", ID: i}
}

// open reads what is sealed; of an erased message nothing is left.
func (r row) open(company *crypt.Company) (b body, err error) {
	raw, err := company.Own().Open(bodyPlace(r.ID), r.Body)
	if err == nil && raw != "" {
		err = json.Unmarshal([]byte(raw), &b)
	}
	if err != nil {
		err = fmt.Errorf("message %s: %w", r.ID, err)
	}
	return b, err
}

// insertMessage adds a message, unless there is one of its key.
func insertMessage(tx *db.Tx, r row) (added bool, err error) {
	n, err := tx.Exec(`INSERT INTO message (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
		ON CONFLICT (org_id, once_key) WHERE once_key IS NOT NULL DO NOTHING`,
		r.OrgID, r.ID, r.Channel, r.Kind, r.Template, r.TemplateVersion, r.Lang, r.CustomerID, r.ObjectType, r.ObjectID, r.Body, r.OnceKey, r.State, r.Reason, r.Attempt,
		r.DueAt, r.UntilAt, r.HandedAt, r.EndedAt, r.CreatedBy, r.CreatedAt, r.Version)
	return n > 0, err
}

func messageByKey(tx *db.Tx, org id.ID, key []byte) (i id.ID, err error) {
	return i, tx.Get(&i, "SELECT id FROM message WHERE org_id = $1 AND once_key = $2", org, key)
}

func messageByID(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM message", "")
	return r, tx.Get(&r, text, args...)
}

// dueMessage finds the most urgent message that waits, or whose sender died. One of a
// company and channel goes at a time: a gateway that hangs holds up only its own.
func dueMessage(tx *db.Tx) (due []row, err error) {
	return due, tx.Select(&due, `SELECT `+columns+` FROM message m WHERE state IN ('queued', 'sending') AND due_at <= $1 AND NOT EXISTS
		(SELECT 1 FROM message o WHERE o.org_id = m.org_id AND o.channel = m.channel AND o.state = 'sending' AND o.due_at > $1)
		ORDER BY due_at, org_id, id LIMIT 1`+tx.Dialect().ForUpdateSkipLocked(), tx.Now())
}

// updateMessage writes where a message stands now.
func updateMessage(tx *db.Tx, r row) error {
	return tx.ExecOne(db.ErrStale, `UPDATE message SET state = $1, reason = $2, attempt = $3, due_at = $4, until_at = $5, handed_at = $6, ended_at = $7, version = version + 1
		WHERE org_id = $8 AND id = $9 AND version = $10`, r.State, r.Reason, r.Attempt, r.DueAt, r.UntilAt, r.HandedAt, r.EndedAt, r.OrgID, r.ID, r.Version)
}

func insertAttempt(tx *db.Tx, r row, a Attempt, receipt []byte) error {
	_, err := tx.Exec(`INSERT INTO message_attempt (org_id, message_id, attempt, began_at, ended_at, outcome, reason, receipt) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (org_id, message_id, attempt) DO NOTHING`, r.OrgID, r.ID, a.Attempt, a.BeganAt, a.EndedAt, a.Outcome, a.Reason, receipt)
	return err
}

// maxAttempts bounds what is told of a message.
const maxAttempts = 100

type attemptRow struct {
	Attempt
	Sealed []byte `db:"receipt"`
}

func attemptsOf(tx *db.Tx, r row) (all []attemptRow, err error) {
	return all, tx.Select(&all, `SELECT attempt, began_at, ended_at, outcome, reason, receipt FROM message_attempt WHERE org_id = $1 AND message_id = $2
		ORDER BY attempt LIMIT $3`, r.OrgID, r.ID, maxAttempts)
}

// Filter narrows a list of messages.
type Filter struct {
	OrgID       id.ID    `query:"org_id"`
	State       []State  `query:"state" enum:"queued,sending,sent,failed,refused,dropped,uncertain" maxItems:"7"`
	Channel     Channel  `query:"channel" enum:"email,sms"`
	Kind        Kind     `query:"kind" enum:"service,marketing"`
	Template    []string `query:"template" maxItems:"20"`
	CustomerID  id.ID    `query:"customer_id"`
	ObjectID    id.ID    `query:"object_id" doc:"what they are about"`
	CreatedFrom when.Day `query:"created_from" format:"date"`
	CreatedTo   when.Day `query:"created_to" format:"date"`
}

func (f Filter) query() (*db.Query, error) {
	q := new(db.Query)
	if len(f.State) > 0 {
		db.In(q, "state", f.State)
	}
	if len(f.Template) > 0 {
		db.In(q, "template", f.Template)
	}
	for column, value := range map[string]string{"channel": string(f.Channel), "kind": string(f.Kind)} {
		if value != "" {
			q.Where(column+" = ?", value)
		}
	}
	for column, i := range map[string]id.ID{"customer_id": f.CustomerID, "object_id": f.ObjectID} {
		if !i.IsZero() {
			q.Where(column+" = ?", i)
		}
	}
	if f.CreatedFrom != "" {
		from, err := f.CreatedFrom.Time()
		if err != nil {
			return nil, err
		}
		q.Where("created_at >= ?", when.At(from))
	}
	if f.CreatedTo != "" {
		to, err := f.CreatedTo.Time()
		if err != nil {
			return nil, err
		}
		q.Where("created_at < ?", when.At(to.AddDate(0, 0, 1)))
	}
	return q, nil
}

// listMessages lists by identifier, which is by time, the newest first.
func listMessages(tx *db.Tx, scope db.Scope, f Filter, before id.ID, limit int) (rows []row, err error) {
	q, err := f.query()
	if err != nil {
		return nil, err
	}
	if !before.IsZero() {
		q.Where("id < ?", before)
	}
	text, args := q.PerOrg(scope, "SELECT "+columns+" FROM message", "org_id", "id DESC", limit)
	return rows, tx.Select(&rows, text, args...)
}

// ofCustomers are messages to people of the archive, the oldest first.
func ofCustomers(tx *db.Tx, org id.ID, customers []id.ID) (rows []row, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "customer_id", customers).Text("SELECT "+columns+" FROM message", "ORDER BY id")
	return rows, tx.Select(&rows, text, args...)
}

func countOf(tx *db.Tx, org id.ID, customers []id.ID) (n int64, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "customer_id", customers).Text("SELECT count(*) FROM message", "")
	return n, tx.Get(&n, text, args...)
}

// followObject names another customer, or none, for what was said about an object.
func followObject(tx *db.Tx, org, object, customer id.ID) error {
	_, err := tx.Exec("UPDATE message SET customer_id = $1 WHERE org_id = $2 AND object_id = $3", customer, org, object)
	return err
}

// stopAbout drops what waits to be said about an object, by a template or, for "", by any.
func stopAbout(tx *db.Tx, org, object id.ID, template, reason string) error {
	q := new(db.Query).Where("org_id = ?", org).Where("object_id = ?", object).Where("state = 'queued'")
	if template != "" {
		q.Where("template = ?", template)
	}
	text, args := q.Text("SELECT "+columns+" FROM message", "ORDER BY id")
	var rows []row
	if err := tx.Select(&rows, text, args...); err != nil {
		return err
	}
	for _, r := range rows {
		r.State, r.Reason, r.DueAt, r.EndedAt = Dropped, reason, 0, tx.Now()
		if err := updateMessage(tx, r); err != nil {
			return err
		}
	}
	return nil
}

// eraseText empties what was said to whom; what the gateway calls it goes too.
func eraseText(tx *db.Tx, r row) error {
	if _, err := tx.Exec("UPDATE message_attempt SET receipt = NULL WHERE org_id = $1 AND message_id = $2", r.OrgID, r.ID); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE message SET body = $1, version = version + 1 WHERE org_id = $2 AND id = $3", []byte{}, r.OrgID, r.ID)
	return err
}

type templateRow struct {
	OrgID    id.ID        `db:"org_id"`
	Code     string       `db:"code"`
	Version  int64        `db:"version"`
	Body     string       `db:"body"`
	MadeBy   id.ID        `db:"made_by"`
	MadeName string       `db:"made_name"`
	MadeAt   when.Instant `db:"made_at"`
}

const templateColumns = "org_id, code, version, body, made_by, made_name, made_at"

// templatesInForce are the texts a company has changed, as they are now.
func templatesInForce(tx *db.Tx, org id.ID) (rows []templateRow, err error) {
	return rows, tx.Select(&rows, "SELECT "+templateColumns+` FROM message_template t WHERE org_id = $1
		AND version = (SELECT max(version) FROM message_template o WHERE o.org_id = t.org_id AND o.code = t.code) ORDER BY code`, org)
}

// maxVersions bounds what is told of a template.
const maxVersions = 100

func templateVersions(tx *db.Tx, org id.ID, code string, limit int) (rows []templateRow, err error) {
	return rows, tx.Select(&rows, "SELECT "+templateColumns+" FROM message_template WHERE org_id = $1 AND code = $2 ORDER BY version DESC LIMIT $3", org, code, limit)
}

func templateOfVersion(tx *db.Tx, org id.ID, code string, version int64) (r templateRow, err error) {
	return r, tx.Get(&r, "SELECT "+templateColumns+" FROM message_template WHERE org_id = $1 AND code = $2 AND version = $3", org, code, version)
}

func insertTemplate(tx *db.Tx, r templateRow) error {
	_, err := tx.Exec("INSERT INTO message_template ("+templateColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)",
		r.OrgID, r.Code, r.Version, r.Body, r.MadeBy, r.MadeName, r.MadeAt)
	return err
}

type channelRow struct {
	OrgID       id.ID        `db:"org_id"`
	Channel     Channel      `db:"channel"`
	Body        []byte       `db:"body"`
	Version     int64        `db:"version"`
	UpdatedName string       `db:"updated_name"`
	UpdatedAt   when.Instant `db:"updated_at"`
}

func channelsOf(tx *db.Tx, org id.ID) (rows []channelRow, err error) {
	return rows, tx.Select(&rows, "SELECT org_id, channel, body, version, updated_name, updated_at FROM message_channel WHERE org_id = $1 ORDER BY channel", org)
}

// saveChannel writes settings that were made from a version; 0 is none.
func saveChannel(tx *db.Tx, r channelRow) error {
	if r.Version == 0 {
		n, err := tx.Exec(`INSERT INTO message_channel (org_id, channel, body, version, updated_name, updated_at) VALUES ($1, $2, $3, 1, $4, $5)
			ON CONFLICT (org_id, channel) DO NOTHING`, r.OrgID, r.Channel, r.Body, r.UpdatedName, r.UpdatedAt)
		if err == nil && n == 0 {
			err = db.ErrStale
		}
		return err
	}
	return tx.ExecOne(db.ErrStale, `UPDATE message_channel SET body = $1, version = version + 1, updated_name = $2, updated_at = $3
		WHERE org_id = $4 AND channel = $5 AND version = $6`, r.Body, r.UpdatedName, r.UpdatedAt, r.OrgID, r.Channel, r.Version)
}

type waiting struct {
	Channel Channel `db:"channel"`
	N       int64   `db:"n"`
}

func countWaiting(tx *db.Tx, org id.ID) (all []waiting, err error) {
	return all, tx.Select(&all, "SELECT channel, count(*) AS n FROM message WHERE org_id = $1 AND state = 'queued' GROUP BY channel ORDER BY channel", org)
}

// wakeWaiting makes those due that wait for a channel to be set up.
func wakeWaiting(tx *db.Tx, org id.ID, c Channel) error {
	_, err := tx.Exec(`UPDATE message SET due_at = $1, version = version + 1 WHERE org_id = $2 AND channel = $3 AND state = 'queued' AND reason IN ($4, $5) AND due_at > $1`,
		tx.Now(), org, c, reasonNoChannel, reasonConnect)
	return err
}

func joined(parts ...string) string { return strings.Join(parts, "\x00") }
