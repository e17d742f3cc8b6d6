package access

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

type roleRow struct {
	ID          id.ID        `db:"id"`
	Code        string       `db:"code"`
	NameZh      string       `db:"name_zh"`
	NameEn      string       `db:"name_en"`
	Permissions string       `db:"permissions"`
	Builtin     bool         `db:"builtin"`
	OrgID       id.ID        `db:"org_id"`
	RetiredAt   when.Instant `db:"retired_at"`
	Version     int64        `db:"version"`
}

const roleColumns = "id, code, name_zh, name_en, permissions, builtin, org_id, retired_at, version"

func (r roleRow) open() (Role, error) {
	role := Role{ID: r.ID, Code: r.Code, NameZh: r.NameZh, NameEn: r.NameEn, Builtin: r.Builtin, OrgID: r.OrgID, RetiredAt: r.RetiredAt, Version: r.Version}
	if err := json.Unmarshal([]byte(r.Permissions), &role.Permissions); err != nil {
		return Role{}, fmt.Errorf("access: role %s: %w", r.Code, err)
	}
	if kinds := role.Permissions.administers(); len(kinds) > 0 {
		role.Separate = kinds[0]
	}
	return role, nil
}

// maxRoles bounds the roles there can be: no more are made than are read.
const maxRoles = 1000

func allRoles(tx *db.Tx) ([]Role, error) {
	var rows []roleRow
	if err := tx.Select(&rows, "SELECT "+roleColumns+" FROM role ORDER BY builtin DESC, code LIMIT $1", maxRoles); err != nil {
		return nil, err
	}
	roles := make([]Role, len(rows))
	for i, r := range rows {
		var err error
		if roles[i], err = r.open(); err != nil {
			return nil, err
		}
	}
	return roles, nil
}

func roleByID(tx *db.Tx, i id.ID) (Role, error) {
	var r roleRow
	if err := tx.Get(&r, "SELECT "+roleColumns+" FROM role WHERE id = $1", i); err != nil {
		return Role{}, err
	}
	return r.open()
}

// holdRoles keeps others from changing the roles that are granted until the
// transaction ends: what they hold by then is what was checked.
func holdRoles(tx *db.Tx, grants []Grant) error {
	var roles, held []id.ID
	for _, g := range grants {
		roles = append(roles, g.RoleID)
	}
	text, args := db.In(new(db.Query), "id", roles).Text("SELECT id FROM role", "ORDER BY id LIMIT ?"+tx.Dialect().ForUpdate(), maxRoles)
	return tx.Select(&held, text, args...)
}

// upsertRole keeps a built-in role as this version of the program has it.
func upsertRole(tx *db.Tx, r Role) error {
	permissions, err := json.Marshal(r.Permissions)
	if err != nil {
		return fmt.Errorf("access: role %s: %w", r.Code, err)
	}
	_, err = tx.Exec(`INSERT INTO role (id, code, name_zh, name_en, permissions, builtin, version) VALUES ($1, $2, $3, $4, $5, $6, 1)
		ON CONFLICT (code) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en, permissions = excluded.permissions, version = role.version + 1
		WHERE role.permissions <> excluded.permissions OR role.name_zh <> excluded.name_zh OR role.name_en <> excluded.name_en`,
		r.ID, r.Code, r.NameZh, r.NameEn, string(permissions), r.Builtin)
	return err
}

func insertRole(tx *db.Tx, r Role) error {
	permissions, err := json.Marshal(r.Permissions)
	if err != nil {
		return fmt.Errorf("access: role %s: %w", r.Code, err)
	}
	_, err = tx.Exec("INSERT INTO role ("+roleColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		r.ID, r.Code, r.NameZh, r.NameEn, string(permissions), r.Builtin, r.OrgID, r.RetiredAt, r.Version)
	return err
}

func updateRole(tx *db.Tx, r Role, version int64) error {
	permissions, err := json.Marshal(r.Permissions)
	if err != nil {
		return fmt.Errorf("access: role %s: %w", r.Code, err)
	}
	return tx.ExecOne(db.ErrStale, "UPDATE role SET name_zh = $1, name_en = $2, permissions = $3, retired_at = $4, version = version + 1 WHERE id = $5 AND version = $6 AND NOT builtin",
		r.NameZh, r.NameEn, string(permissions), r.RetiredAt, r.ID, version)
}

type grantRow struct {
	UserID id.ID `db:"user_id"`
	UserGrant
}

// grantsOf lists the grants of users, those of the past and to come too.
func grantsOf(tx *db.Tx, users []id.ID) (map[id.ID][]UserGrant, error) {
	grants := make(map[id.ID][]UserGrant, len(users))
	text, args := db.In(new(db.Query), "user_id", users).Text("SELECT user_id, id, role_id, org_id, from_at, until_at, warned_at, ended_at FROM role_grant",
		"ORDER BY user_id, org_id, role_id, from_at LIMIT ?", maxGrants*len(users))
	return grants, db.Each(tx, func(r grantRow) error { grants[r.UserID] = append(grants[r.UserID], r.UserGrant); return nil }, text, args...)
}

// changeGrants leaves alone what stays as it was.
func changeGrants(tx *db.Tx, user id.ID, before []UserGrant, after []Grant) error {
	kept := map[Grant]bool{}
	for _, g := range before {
		kept[g.Grant] = true
	}
	wanted := map[Grant]bool{}
	for _, g := range after {
		wanted[g] = true
	}
	for _, g := range before {
		if !wanted[g.Grant] {
			if _, err := tx.Exec("DELETE FROM role_grant WHERE id = $1", g.ID); err != nil {
				return err
			}
		}
	}
	for _, g := range after {
		if kept[g] {
			continue
		}
		_, err := tx.Exec("INSERT INTO role_grant (id, user_id, role_id, org_id, created_at, from_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			tx.NewID(), user, g.RoleID, g.OrgID, tx.Now(), g.From, g.Until)
		if errors.Is(err, db.ErrDuplicate) {
			return ErrGrantTwice.Wrap(err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// holdersOf lists who holds a role, or will, by login.
func holdersOf(tx *db.Tx, role id.ID, limit int) (rows []holderRow, err error) {
	return rows, tx.Select(&rows, `SELECT u.id AS user_id, u.login, u.name, u.active, g.org_id, g.from_at, g.until_at FROM role_grant g JOIN app_user u ON u.id = g.user_id
		WHERE g.role_id = $1 AND g.ended_at = 0 AND (g.until_at = 0 OR g.until_at > $2) ORDER BY u.login, g.org_id, g.from_at LIMIT $3`, role, tx.Now(), limit)
}

type holderRow struct {
	UserID id.ID        `db:"user_id"`
	Login  string       `db:"login"`
	Name   string       `db:"name"`
	Active bool         `db:"active"`
	OrgID  id.ID        `db:"org_id"`
	From   when.Instant `db:"from_at"`
	Until  when.Instant `db:"until_at"`
}

// endingGrants lists running grants of active users that end before a moment and
// of which nobody was warned.
func endingGrants(tx *db.Tx, before when.Instant, limit int) (rows []endingRow, err error) {
	return rows, tx.Select(&rows, `SELECT g.id, g.user_id, g.role_id, g.org_id, g.until_at, u.home_org_id FROM role_grant g JOIN app_user u ON u.id = g.user_id
		WHERE g.until_at > $1 AND g.until_at <= $2 AND g.from_at <= $1 AND g.warned_at = 0 AND g.ended_at = 0 AND u.active ORDER BY g.until_at, g.id LIMIT $3`, tx.Now(), before, limit)
}

type endingRow struct {
	ID        id.ID        `db:"id"`
	UserID    id.ID        `db:"user_id"`
	RoleID    id.ID        `db:"role_id"`
	OrgID     id.ID        `db:"org_id"`
	Until     when.Instant `db:"until_at"`
	HomeOrgID id.ID        `db:"home_org_id"`
}

// claimWarning is false when another process warns.
func claimWarning(tx *db.Tx, grant id.ID) (bool, error) {
	n, err := tx.Exec("UPDATE role_grant SET warned_at = $1 WHERE id = $2 AND warned_at = 0", tx.Now(), grant)
	return n == 1, err
}

// forgetWarning has the end of a user's grants told anew.
func forgetWarning(tx *db.Tx, user id.ID, until when.Instant) error {
	_, err := tx.Exec("UPDATE role_grant SET warned_at = 0 WHERE user_id = $1 AND until_at = $2", user, until)
	return err
}

// usersGranted lists active users with a running grant of one of the roles, of any
// role for none, in one of the organisations.
func usersGranted(tx *db.Tx, roles, orgs []id.ID, limit int) (users []id.ID, err error) {
	q := grantedNow(tx, roles, orgs)
	text, args := q.Text("SELECT DISTINCT u.id FROM role_grant g JOIN app_user u ON u.id = g.user_id", "ORDER BY u.id LIMIT ?", limit)
	return users, tx.Select(&users, text, args...)
}

// grantedNow chooses running grants g of active users u.
func grantedNow(tx *db.Tx, roles, orgs []id.ID) *db.Query {
	q := db.In(new(db.Query), "g.org_id", orgs).Where("u.active").Where("g.ended_at = 0").Where("g.from_at <= ?", tx.Now()).Where("(g.until_at = 0 OR g.until_at > ?)", tx.Now())
	if roles != nil {
		db.In(q, "g.role_id", roles)
	}
	return q
}

// firstID is before every identifier: the zero one stands for NULL.
var firstID = id.ID{15: 1}

// concerned lists, after one of them, the users with a grant of a role that has not
// ended, and the deputies of those of them who are absent or will be.
func concerned(tx *db.Tx, role, after id.ID, limit int) (users []id.ID, err error) {
	const holders = "SELECT user_id FROM role_grant WHERE role_id = $1 AND ended_at = 0 AND (until_at = 0 OR until_at > $2)"
	return users, tx.Select(&users, "SELECT user_id FROM ("+holders+" UNION SELECT deputy_id FROM absence WHERE ended_at = 0 AND until_at > $2 AND user_id IN ("+holders+
		")) AS c WHERE user_id > $3 ORDER BY user_id LIMIT $4", role, tx.Now(), after, limit)
}
