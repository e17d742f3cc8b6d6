package access

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

type absenceRow struct {
	ID        id.ID        `db:"id"`
	OrgID     id.ID        `db:"org_id"`
	UserID    id.ID        `db:"user_id"`
	DeputyID  id.ID        `db:"deputy_id"`
	Roles     string       `db:"roles"`
	FromAt    when.Instant `db:"from_at"`
	UntilAt   when.Instant `db:"until_at"`
	EndedAt   when.Instant `db:"ended_at"`
	CreatedBy id.ID        `db:"created_by"`
	CreatedAt when.Instant `db:"created_at"`
	Version   int64        `db:"version"`
	UserName  string       `db:"user_name"`
	Deputy    string       `db:"deputy_name"`
	Active    bool         `db:"active"`
}

const (
	absenceColumns = "id, org_id, user_id, deputy_id, roles, from_at, until_at, ended_at, created_by, created_at, version"
	absenceSelect  = `SELECT a.id, a.org_id, a.user_id, a.deputy_id, a.roles, a.from_at, a.until_at, a.ended_at, a.created_by, a.created_at, a.version,
		u.name AS user_name, u.active, d.name AS deputy_name FROM absence a JOIN app_user u ON u.id = a.user_id JOIN app_user d ON d.id = a.deputy_id`
)

func (r absenceRow) open(now when.Instant) (Absence, error) {
	a := Absence{ID: r.ID, OrgID: r.OrgID, UserID: r.UserID, UserName: r.UserName, DeputyID: r.DeputyID, DeputyName: r.Deputy, From: r.FromAt, Until: r.UntilAt,
		EndedAt: r.EndedAt, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt, Version: r.Version}
	a.FromDay, a.UntilDay, a.State = r.FromAt.Day(), (r.UntilAt - 1).Day(), a.period().state(now)
	if r.EndedAt != 0 {
		a.State = Ended
	}
	if err := json.Unmarshal([]byte(r.Roles), &a.RoleIDs); err != nil {
		return a, fmt.Errorf("access: absence %s: %w", r.ID, err)
	}
	return a, nil
}

func openAbsences(rows []absenceRow, now when.Instant) ([]Absence, error) {
	all := make([]Absence, len(rows))
	for i, r := range rows {
		var err error
		if all[i], err = r.open(now); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func insertAbsence(tx *db.Tx, a Absence) error {
	roles, err := json.Marshal(a.RoleIDs)
	if err != nil {
		return fmt.Errorf("access: absence: %w", err)
	}
	_, err = tx.Exec("INSERT INTO absence ("+absenceColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		a.ID, a.OrgID, a.UserID, a.DeputyID, string(roles), a.From, a.Until, a.EndedAt, a.CreatedBy, a.CreatedAt, a.Version)
	return err
}

func endAbsence(tx *db.Tx, i id.ID, version int64) error {
	return tx.ExecOne(db.ErrStale, "UPDATE absence SET ended_at = $1, version = version + 1 WHERE id = $2 AND version = $3", tx.Now(), i, version)
}

func absenceByID(tx *db.Tx, i id.ID) (Absence, error) {
	var r absenceRow
	text, args := new(db.Query).Where("a.id = ?", i).Text(absenceSelect, "")
	if err := tx.Get(&r, text, args...); err != nil {
		return Absence{}, err
	}
	return r.open(tx.Now())
}

// absencesFor lists the absences, running and to come, of active people for whom
// one of the users is deputy.
func absencesFor(tx *db.Tx, deputies []id.ID) ([]Absence, error) {
	q := db.In(new(db.Query), "a.deputy_id", deputies).Where("a.until_at > ?", tx.Now()).Where("a.ended_at = 0").Where("u.active")
	return absencesBy(tx, q)
}

// absencesOf lists the absences, running and to come, of a user.
func absencesOf(tx *db.Tx, user id.ID) ([]Absence, error) {
	return absencesBy(tx, new(db.Query).Where("a.user_id = ?", user).Where("a.until_at > ?", tx.Now()).Where("a.ended_at = 0"))
}

func absencesBy(tx *db.Tx, q *db.Query) ([]Absence, error) {
	var rows []absenceRow
	text, args := q.Text(absenceSelect, "ORDER BY a.from_at, a.id LIMIT 10000")
	if err := tx.Select(&rows, text, args...); err != nil {
		return nil, err
	}
	return openAbsences(rows, tx.Now())
}

// listAbsences lists those of users at home in the nodes and those that concern
// the user himself, newest first, before one of them.
func listAbsences(tx *db.Tx, nodes db.Scope, user, before id.ID, limit int) ([]Absence, error) {
	part := func(q *db.Query) db.Part {
		if !before.IsZero() {
			q.Where("a.id < ?", before)
		}
		text, args := q.Text(absenceSelect, "ORDER BY a.id DESC LIMIT ?", limit)
		return db.Part{Text: text, Args: args}
	}
	parts := []db.Part{part(new(db.Query).Where("(a.user_id = ? OR a.deputy_id = ?)", user, user))}
	if len(nodes.Orgs()) > 0 {
		parts = append(parts, part(new(db.Query).Scope("a.org_id", nodes).Where("a.user_id <> ?", user).Where("a.deputy_id <> ?", user)))
	}
	var rows []absenceRow
	text, args := db.Merge(parts, "id DESC", limit)
	if err := tx.Select(&rows, text, args...); err != nil {
		return nil, err
	}
	return openAbsences(rows, tx.Now())
}
