package webhook

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = "org_id, id, name, body, kinds, state, reason, failing_since, created_name, created_at, version"

type row struct {
	OrgID        id.ID        `db:"org_id"`
	ID           id.ID        `db:"id"`
	Name         string       `db:"name"`
	Body         []byte       `db:"body"`
	Kinds        string       `db:"kinds"`
	State        State        `db:"state"`
	Reason       string       `db:"reason"`
	FailingSince when.Instant `db:"failing_since"`
	CreatedName  string       `db:"created_name"`
	CreatedAt    when.Instant `db:"created_at"`
	Version      int64        `db:"version"`
}

// target is what is sealed of a subscription.
type target struct {
	URL    string `json:"url"`
	Secret string `json:"secret"`
}

func targetPlace(i id.ID) crypt.Place { return crypt.Place{Table: "webhook", Column: "body", ID: i} }

func bodyPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "webhook_delivery", Column: "body", ID: i}
}

func (r row) open(company *crypt.Company) (t target, err error) {
	raw, err := company.Own().Open(targetPlace(r.ID), r.Body)
	if err == nil {
		err = json.Unmarshal([]byte(raw), &t)
	}
	if err != nil {
		err = fmt.Errorf("webhook %s: %w", r.ID, err)
	}
	return t, err
}

func (r *row) seal(company *crypt.Company, t target) error {
	raw, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	r.Body = company.Own().Seal(targetPlace(r.ID), string(raw))
	return nil
}

func insertWebhook(tx *db.Tx, r row) error {
	_, err := tx.Exec("INSERT INTO webhook ("+columns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		r.OrgID, r.ID, r.Name, r.Body, r.Kinds, r.State, r.Reason, r.FailingSince, r.CreatedName, r.CreatedAt, r.Version)
	return err
}

func webhookByID(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM webhook", "")
	return r, tx.Get(&r, text, args...)
}

// maxWebhooks bounds those of a company.
const maxWebhooks = 50

func listWebhooks(tx *db.Tx, scope db.Scope, before id.ID, limit int) (rows []row, err error) {
	q := new(db.Query)
	if !before.IsZero() {
		q.Where("id < ?", before)
	}
	text, args := q.PerOrg(scope, "SELECT "+columns+" FROM webhook", "org_id", "id DESC", limit)
	return rows, tx.Select(&rows, text, args...)
}

// subscribed are those that are told of what happens in a company; paused ones hear of
// it later.
func subscribed(tx *db.Tx, org id.ID) (rows []row, err error) {
	return rows, tx.Select(&rows, "SELECT "+columns+" FROM webhook WHERE org_id = $1 AND state IN ('active', 'paused') ORDER BY id LIMIT $2", org, maxWebhooks)
}

func countWebhooks(tx *db.Tx, org id.ID) (n int, err error) {
	return n, tx.Get(&n, "SELECT count(*) FROM webhook WHERE org_id = $1", org)
}

func updateWebhook(tx *db.Tx, r row, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE webhook SET name = $1, body = $2, kinds = $3, state = $4, reason = $5, failing_since = $6, version = version + 1
		WHERE org_id = $7 AND id = $8 AND version = $9`, r.Name, r.Body, r.Kinds, r.State, r.Reason, r.FailingSince, r.OrgID, r.ID, version)
}

// noteHealth tells since when a subscription fails, or that it does no longer; it makes
// no version of it.
func noteHealth(tx *db.Tx, org, i id.ID, failing when.Instant) error {
	other := "failing_since <> 0"
	if failing != 0 {
		other = "failing_since = 0"
	}
	_, err := tx.Exec("UPDATE webhook SET failing_since = $1 WHERE org_id = $2 AND id = $3 AND "+other, failing, org, i)
	return err
}

// deleteWebhook takes a subscription away, with what it was told.
func deleteWebhook(tx *db.Tx, r row, version int64) error {
	if err := tx.ExecOne(db.ErrStale, "DELETE FROM webhook WHERE org_id = $1 AND id = $2 AND version = $3", r.OrgID, r.ID, version); err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM webhook_attempt WHERE org_id = $1 AND delivery_id IN (SELECT id FROM webhook_delivery WHERE org_id = $1 AND webhook_id = $2)", r.OrgID, r.ID); err != nil {
		return err
	}
	_, err := tx.Exec("DELETE FROM webhook_delivery WHERE org_id = $1 AND webhook_id = $2", r.OrgID, r.ID)
	return err
}

const deliveryColumns = "org_id, id, webhook_id, event_id, kind, body, state, reason, attempt, due_at, until_at, ended_at, created_at, version"

type deliveryRow struct {
	OrgID     id.ID         `db:"org_id"`
	ID        id.ID         `db:"id"`
	WebhookID id.ID         `db:"webhook_id"`
	EventID   id.ID         `db:"event_id"`
	Kind      string        `db:"kind"`
	Body      []byte        `db:"body"`
	State     DeliveryState `db:"state"`
	Reason    string        `db:"reason"`
	Attempt   int           `db:"attempt"`
	DueAt     when.Instant  `db:"due_at"`
	UntilAt   when.Instant  `db:"until_at"`
	EndedAt   when.Instant  `db:"ended_at"`
	CreatedAt when.Instant  `db:"created_at"`
	Version   int64         `db:"version"`
}

func insertDelivery(tx *db.Tx, r deliveryRow) error {
	_, err := tx.Exec("INSERT INTO webhook_delivery ("+deliveryColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
		r.OrgID, r.ID, r.WebhookID, r.EventID, r.Kind, r.Body, r.State, r.Reason, r.Attempt, r.DueAt, r.UntilAt, r.EndedAt, r.CreatedAt, r.Version)
	return err
}

// dueDelivery finds the most urgent delivery to somebody who is not being told of
// something already: whoever hangs holds up only himself.
func dueDelivery(tx *db.Tx) (due []deliveryRow, err error) {
	return due, tx.Select(&due, `SELECT `+deliveryColumns+` FROM webhook_delivery d WHERE state IN ('queued', 'sending') AND due_at <= $1
		AND NOT EXISTS (SELECT 1 FROM webhook_delivery o WHERE o.org_id = d.org_id AND o.webhook_id = d.webhook_id AND o.state = 'sending' AND o.due_at > $1)
		AND EXISTS (SELECT 1 FROM webhook w WHERE w.org_id = d.org_id AND w.id = d.webhook_id AND (w.state = 'active' OR d.until_at <= $1))
		ORDER BY due_at, org_id, id LIMIT 1`+tx.Dialect().ForUpdateSkipLocked(), tx.Now())
}

func updateDelivery(tx *db.Tx, r deliveryRow) error {
	return tx.ExecOne(db.ErrStale, `UPDATE webhook_delivery SET state = $1, reason = $2, attempt = $3, due_at = $4, until_at = $5, ended_at = $6, version = version + 1
		WHERE org_id = $7 AND id = $8 AND version = $9`, r.State, r.Reason, r.Attempt, r.DueAt, r.UntilAt, r.EndedAt, r.OrgID, r.ID, r.Version)
}

// forgetEnded removes some of the deliveries that ended before a moment, with their attempts.
func forgetEnded(tx *db.Tx, before when.Instant, limit int) (int, error) {
	var rows []deliveryRow
	if err := tx.Select(&rows, "SELECT "+deliveryColumns+" FROM webhook_delivery WHERE ended_at > 0 AND ended_at < $1 ORDER BY ended_at LIMIT $2", before, limit); err != nil {
		return 0, err
	}
	byOrg := map[id.ID][]id.ID{}
	for _, r := range rows {
		byOrg[r.OrgID] = append(byOrg[r.OrgID], r.ID)
	}
	for org, ids := range byOrg {
		for table, column := range map[string]string{"webhook_attempt": "delivery_id", "webhook_delivery": "id"} {
			text, args := db.In(new(db.Query).Where("org_id = ?", org), column, ids).Text("DELETE FROM "+table, "")
			if _, err := tx.Exec(text, args...); err != nil {
				return 0, err
			}
		}
	}
	return len(rows), nil
}

// dropWaiting ends what waits for a subscription that ended.
func dropWaiting(tx *db.Tx, org, webhook id.ID) error {
	_, err := tx.Exec(`UPDATE webhook_delivery SET state = $1, reason = $2, due_at = 0, ended_at = $3, version = version + 1
		WHERE org_id = $4 AND webhook_id = $5 AND state = 'queued'`, Dropped, reasonNoWebhook, tx.Now(), org, webhook)
	return err
}

func insertAttempt(tx *db.Tx, r deliveryRow, a Attempt) error {
	_, err := tx.Exec(`INSERT INTO webhook_attempt (org_id, delivery_id, attempt, began_at, ended_at, status, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (org_id, delivery_id, attempt) DO NOTHING`, r.OrgID, r.ID, a.Attempt, a.BeganAt, a.EndedAt, a.Status, a.Reason)
	return err
}

// maxAttempts bounds what is told of a delivery.
const maxAttempts = 100

func attemptsOf(tx *db.Tx, r deliveryRow) (all []Attempt, err error) {
	return all, tx.Select(&all, `SELECT attempt, began_at, ended_at, status, reason FROM webhook_attempt WHERE org_id = $1 AND delivery_id = $2 ORDER BY attempt LIMIT $3`,
		r.OrgID, r.ID, maxAttempts)
}

func deliveryByID(tx *db.Tx, org, webhook, i id.ID) (r deliveryRow, err error) {
	return r, tx.Get(&r, "SELECT "+deliveryColumns+" FROM webhook_delivery WHERE org_id = $1 AND webhook_id = $2 AND id = $3", org, webhook, i)
}

func listDeliveries(tx *db.Tx, r row, state DeliveryState, before id.ID, limit int) (rows []deliveryRow, err error) {
	q := new(db.Query).Where("org_id = ?", r.OrgID).Where("webhook_id = ?", r.ID)
	if state != "" {
		q.Where("state = ?", state)
	}
	if !before.IsZero() {
		q.Where("id < ?", before)
	}
	text, args := q.Text("SELECT "+deliveryColumns+" FROM webhook_delivery", "ORDER BY id DESC LIMIT ?", limit)
	return rows, tx.Select(&rows, text, args...)
}

func (r row) kinds() []string { return strings.Fields(r.Kinds) }
