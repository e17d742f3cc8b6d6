package access

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const userColumns = "id, login, name, password_hash, home_org_id, locale, active, version, created_at, seen_at"

func userByLogin(tx *db.Tx, login string) (u User, found bool, err error) {
	found, err = tx.Find(&u, "SELECT "+userColumns+" FROM app_user WHERE login = $1", login)
	return u, found, err
}

func userAnywhere(tx *db.Tx, i id.ID) (u User, err error) {
	return u, tx.Get(&u, "SELECT "+userColumns+" FROM app_user WHERE id = $1", i)
}

func userByID(tx *db.Tx, nodes db.Scope, i id.ID) (u User, err error) {
	text, args := new(db.Query).Where("id = ?", i).Scope("home_org_id", nodes).Text("SELECT "+userColumns+" FROM app_user", "")
	return u, tx.Get(&u, text, args...)
}

// holdUser keeps others from changing a user until the transaction ends.
func holdUser(tx *db.Tx, i id.ID) error {
	var held id.ID
	_, err := tx.Find(&held, "SELECT id FROM app_user WHERE id = $1"+tx.Dialect().ForUpdate(), i)
	return err
}

// listUsers lists users at home in the nodes by login, after a login.
func listUsers(tx *db.Tx, nodes db.Scope, f UserFilter) ([]User, error) {
	return usersBy(tx, new(db.Query).Scope("home_org_id", nodes), f)
}

// usersReaching is listUsers for those with a running grant of one of the roles, of any
// for none, in one of the organisations, and the deputies of those who are absent,
// wherever they are at home.
func usersReaching(tx *db.Tx, roles, orgs []id.ID, f UserFilter) ([]User, error) {
	q := new(db.Query)
	granted := q.Nest(grantedNow(tx, roles, orgs).Text("SELECT g.user_id FROM role_grant g JOIN app_user u ON u.id = g.user_id", ""))
	q.Where("(id IN ("+granted+") OR id IN (SELECT deputy_id FROM absence WHERE ended_at = 0 AND from_at <= ? AND until_at > ? AND user_id IN ("+granted+")))", tx.Now(), tx.Now())
	return usersBy(tx, q, f)
}

func usersBy(tx *db.Tx, q *db.Query, f UserFilter) (users []User, err error) {
	q.Where("login > ?", f.After)
	if f.Search != "" {
		q.Where("("+tx.Dialect().Position("login", "?")+" > 0 OR "+tx.Dialect().Position("name", "?")+" > 0)", strings.ToLower(f.Search), f.Search)
	}
	if f.Active != nil {
		q.Where("active = ?", *f.Active)
	}
	if !f.RoleID.IsZero() {
		q.Where("id IN (SELECT user_id FROM role_grant WHERE role_id = ? AND ended_at = 0 AND (until_at = 0 OR until_at > ?))", f.RoleID, tx.Now())
	}
	if f.Unused {
		q.Where("seen_at < ?", f.unusedSince).Where("created_at < ?", f.unusedSince)
	}
	text, args := q.Text("SELECT "+userColumns+" FROM app_user", "ORDER BY login LIMIT ?", f.Limit)
	return users, tx.Select(&users, text, args...)
}

type heldRow struct {
	UserID id.ID `db:"user_id"`
	RoleName
}

// rolesHeld lists the roles users hold now, each once, in the order of their codes.
func rolesHeld(tx *db.Tx, users []User) (held map[id.ID][]RoleName, err error) {
	ids := identifiers(users)
	q := db.In(new(db.Query), "g.user_id", ids).Where("r.retired_at = 0").Where("g.ended_at = 0").Where("g.from_at <= ?", tx.Now()).Where("(g.until_at = 0 OR g.until_at > ?)", tx.Now())
	text, args := q.Text("SELECT DISTINCT g.user_id, r.id, r.code, r.name_zh, r.name_en FROM role_grant g JOIN role r ON r.id = g.role_id",
		"ORDER BY g.user_id, r.code LIMIT ?", maxGrants*len(ids))
	held = make(map[id.ID][]RoleName, len(ids))
	return held, db.Each(tx, func(r heldRow) error { held[r.UserID] = append(held[r.UserID], r.RoleName); return nil }, text, args...)
}

func userNames(tx *db.Tx, users []id.ID) (rows []User, err error) {
	text, args := db.In(new(db.Query), "id", users).Text("SELECT id, name FROM app_user", "ORDER BY id LIMIT ?", len(users))
	return rows, tx.Select(&rows, text, args...)
}

func workersByID(tx *db.Tx, users []id.ID) (all []Worker, err error) {
	text, args := db.In(new(db.Query), "id", users).Text("SELECT id, name, home_org_id FROM app_user", "ORDER BY id LIMIT ?", maxWorkers)
	return all, tx.Select(&all, text, args...)
}

func insertUser(tx *db.Tx, u User) error {
	_, err := tx.Exec("INSERT INTO app_user ("+userColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		u.ID, u.Login, u.Name, u.PasswordHash, u.HomeOrgID, u.Locale, u.Active, u.Version, u.CreatedAt, u.SeenAt)
	return err
}

func updateUser(tx *db.Tx, u User, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE app_user SET login = $1, name = $2, password_hash = $3, home_org_id = $4, locale = $5, active = $6, version = version + 1
		WHERE id = $7 AND version = $8`, u.Login, u.Name, u.PasswordHash, u.HomeOrgID, u.Locale, u.Active, u.ID, version)
}

type sessionRow struct {
	ID        id.ID        `db:"id"`
	TokenHash []byte       `db:"token_hash"`
	UserID    id.ID        `db:"user_id"`
	CreatedAt when.Instant `db:"created_at"`
	SeenAt    when.Instant `db:"seen_at"`
	ExpiresAt when.Instant `db:"expires_at"` // unless it is used
	EndsAt    when.Instant `db:"ends_at"`    // at the latest
	Address   string       `db:"address"`
	Agent     string       `db:"agent"`

	ProviderID id.ID  `db:"provider_id"` // zero: opened by a password
	Provider   string `db:"provider"`
	Factor     bool   `db:"factor"` // the provider has checked a second factor
}

const (
	sessionColumns = "id, token_hash, user_id, created_at, seen_at, expires_at, ends_at, address, agent"
	sessionSelect  = `SELECT s.id, s.token_hash, s.user_id, s.created_at, s.seen_at, s.expires_at, s.ends_at, s.address, s.agent,
		x.provider_id, COALESCE(p.name, '') AS provider, COALESCE(x.factor, FALSE) AS factor
		FROM session s LEFT JOIN sso_session x ON x.session_id = s.id LEFT JOIN sso_provider p ON p.id = x.provider_id`
)

func insertSession(tx *db.Tx, s sessionRow) error {
	_, err := tx.Exec("INSERT INTO session ("+sessionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		s.ID, s.TokenHash, s.UserID, s.CreatedAt, s.SeenAt, s.ExpiresAt, s.EndsAt, s.Address, s.Agent)
	return err
}

func sessionByToken(tx *db.Tx, hash []byte) (s sessionRow, found bool, err error) {
	found, err = tx.Find(&s, sessionSelect+" WHERE s.token_hash = $1", hash)
	return s, found, err
}

func touchUser(tx *db.Tx, i id.ID) error {
	_, err := tx.Exec("UPDATE app_user SET seen_at = $1 WHERE id = $2", tx.Now(), i)
	return err
}

func touchSession(tx *db.Tx, i id.ID, seen, expires when.Instant) error {
	_, err := tx.Exec("UPDATE session SET seen_at = $1, expires_at = $2 WHERE id = $3", seen, expires, i)
	return err
}

func deleteSession(tx *db.Tx, i id.ID) error {
	_, err := tx.Exec("DELETE FROM session WHERE id = $1", i)
	return err
}

func deleteSessionsOf(tx *db.Tx, user id.ID) error {
	_, err := tx.Exec("DELETE FROM session WHERE user_id = $1", user)
	return err
}

func deleteOtherSessions(tx *db.Tx, user, kept id.ID) error {
	_, err := tx.Exec("DELETE FROM session WHERE user_id = $1 AND id <> $2", user, kept)
	return err
}
