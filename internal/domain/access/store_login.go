package access

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func policyTx(tx *db.Tx) (Policy, error) {
	var row struct {
		Body    string `db:"body"`
		Version int64  `db:"version"`
	}
	p := DefaultPolicy
	found, err := tx.Find(&row, "SELECT body, version FROM access_policy WHERE id = 1")
	if err != nil || !found {
		return p, err
	}
	if err := json.Unmarshal([]byte(row.Body), &p); err != nil {
		return p, fmt.Errorf("access: policy: %w", err)
	}
	p.Version = row.Version
	return p, nil
}

func savePolicy(tx *db.Tx, p Policy) error {
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("access: policy: %w", err)
	}
	_, err = tx.Exec(`INSERT INTO access_policy (id, body, version) VALUES (1, $1, $2)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, version = excluded.version`, string(body), p.Version)
	return err
}

// credential is how a user proves who he is, beside the password's hash.
type credential struct {
	UserID      id.ID        `db:"user_id"`
	PasswordAt  when.Instant `db:"password_at"`
	MustChange  bool         `db:"must_change"`
	TOTP        []byte       `db:"totp"` // sealed; empty for none
	ConfirmedAt when.Instant `db:"totp_confirmed_at"`
	Step        int64        `db:"totp_step"` // the last one taken
}

// credentialTx is the zero credential for a user who never set anything.
func credentialTx(tx *db.Tx, user id.ID) (c credential, err error) {
	_, err = tx.Find(&c, "SELECT user_id, password_at, must_change, totp, totp_confirmed_at, totp_step FROM user_credential WHERE user_id = $1", user)
	c.UserID = user
	return c, err
}

// Each of these writes its own columns: who changes a password and who sets up a
// factor at the same time do not undo one another.

func setPasswordAge(tx *db.Tx, user id.ID, mustChange bool) error {
	_, err := tx.Exec(`INSERT INTO user_credential (user_id, password_at, must_change, totp, totp_confirmed_at, totp_step) VALUES ($1, $2, $3, $4, 0, 0)
		ON CONFLICT (user_id) DO UPDATE SET password_at = excluded.password_at, must_change = excluded.must_change`, user, tx.Now(), mustChange, []byte{})
	return err
}

func beginFactor(tx *db.Tx, user id.ID, sealed []byte) error {
	return tx.ExecOne(ErrFactorPresent, `INSERT INTO user_credential (user_id, password_at, must_change, totp, totp_confirmed_at, totp_step) VALUES ($1, 0, FALSE, $2, 0, 0)
		ON CONFLICT (user_id) DO UPDATE SET totp = excluded.totp WHERE user_credential.totp_confirmed_at = 0`, user, sealed)
}

func confirmFactor(tx *db.Tx, user id.ID) error {
	return tx.ExecOne(ErrFactorPresent, "UPDATE user_credential SET totp_confirmed_at = $1 WHERE user_id = $2 AND totp_confirmed_at = 0", tx.Now(), user)
}

func clearFactor(tx *db.Tx, user id.ID) error {
	_, err := tx.Exec("UPDATE user_credential SET totp = $1, totp_confirmed_at = 0 WHERE user_id = $2", []byte{}, user)
	return err
}

// takeStep is false when the time step, or a later one, was taken before.
func takeStep(tx *db.Tx, user id.ID, step int64) (bool, error) {
	n, err := tx.Exec("UPDATE user_credential SET totp_step = $1 WHERE user_id = $2 AND totp_step < $1", step, user)
	return n == 1, err
}

func addPassword(tx *db.Tx, user id.ID, hash string) error {
	_, err := tx.Exec("INSERT INTO user_password (user_id, at, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", user, tx.Now(), hash)
	return err
}

// pastPasswords are the hashes of the last n passwords.
func pastPasswords(tx *db.Tx, user id.ID, n int) (hashes []string, err error) {
	var rows []struct {
		Hash string `db:"hash"`
	}
	err = tx.Select(&rows, "SELECT hash FROM user_password WHERE user_id = $1 ORDER BY at DESC LIMIT $2", user, n)
	for _, r := range rows {
		hashes = append(hashes, r.Hash)
	}
	return hashes, err
}

func setPassword(tx *db.Tx, user id.ID, hash string) error {
	return tx.ExecOne(db.ErrNotFound, "UPDATE app_user SET password_hash = $1 WHERE id = $2", hash, user)
}

func replaceRecoveryCodes(tx *db.Tx, user id.ID, hashes [][]byte) error {
	if _, err := tx.Exec("DELETE FROM user_recovery_code WHERE user_id = $1", user); err != nil {
		return err
	}
	for _, h := range hashes {
		if _, err := tx.Exec("INSERT INTO user_recovery_code (user_id, hash) VALUES ($1, $2)", user, h); err != nil {
			return err
		}
	}
	return nil
}

// takeRecoveryCode is false when there is no such code, or no longer.
func takeRecoveryCode(tx *db.Tx, user id.ID, hash []byte) (bool, error) {
	n, err := tx.Exec("DELETE FROM user_recovery_code WHERE user_id = $1 AND hash = $2", user, hash)
	return n == 1, err
}

func countRecoveryCodes(tx *db.Tx, user id.ID) (n int, err error) {
	return n, tx.Get(&n, "SELECT count(*) FROM user_recovery_code WHERE user_id = $1", user)
}

type failureRow struct {
	Failures    int64        `db:"failures"`
	LockedUntil when.Instant `db:"locked_until"`
}

// failuresForUpdate reads the attempts on a login and keeps others from it until
// the transaction ends: two attempts at once are two.
func failuresForUpdate(tx *db.Tx, login []byte) (f failureRow, err error) {
	if _, err := tx.Exec("INSERT INTO login_failure (login_hash, failures, locked_until, at) VALUES ($1, 0, 0, $2) ON CONFLICT (login_hash) DO UPDATE SET at = excluded.at",
		login, tx.Now()); err != nil {
		return f, err
	}
	return f, tx.Get(&f, "SELECT failures, locked_until FROM login_failure WHERE login_hash = $1", login)
}

func setFailures(tx *db.Tx, login []byte, f failureRow) error {
	_, err := tx.Exec("UPDATE login_failure SET failures = $1, locked_until = $2 WHERE login_hash = $3", f.Failures, f.LockedUntil, login)
	return err
}

func deleteFailures(tx *db.Tx, login []byte, before when.Instant) error {
	_, err := tx.Exec("DELETE FROM login_failure WHERE login_hash = $1 OR at < $2", login, before)
	return err
}

func lockOf(tx *db.Tx, login []byte) (f failureRow, err error) {
	_, err = tx.Find(&f, "SELECT failures, locked_until FROM login_failure WHERE login_hash = $1", login)
	return f, err
}

// keyRow is an API key. Its token is kept as SHA-256 only.
type keyRow struct {
	ID          id.ID        `db:"id"`
	UserID      id.ID        `db:"user_id"`
	OrgID       id.ID        `db:"org_id"`
	Name        string       `db:"name"`
	Prefix      string       `db:"prefix"`
	TokenHash   []byte       `db:"token_hash"`
	Permissions string       `db:"permissions"`
	CreatedAt   when.Instant `db:"created_at"`
	ExpiresAt   when.Instant `db:"expires_at"`
	RevokedAt   when.Instant `db:"revoked_at"`
	UsedAt      when.Instant `db:"used_at"`
	UsedFrom    string       `db:"used_from"`
	EndedAt     when.Instant `db:"ended_at"` // when it was first seen to have expired
}

const keyColumns = "id, user_id, org_id, name, prefix, token_hash, permissions, created_at, expires_at, revoked_at, used_at, used_from, ended_at"

func insertKey(tx *db.Tx, k keyRow) error {
	_, err := tx.Exec("INSERT INTO api_key ("+keyColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
		k.ID, k.UserID, k.OrgID, k.Name, k.Prefix, k.TokenHash, k.Permissions, k.CreatedAt, k.ExpiresAt, k.RevokedAt, k.UsedAt, k.UsedFrom, k.EndedAt)
	return err
}

func keyByToken(tx *db.Tx, hash []byte) (k keyRow, found bool, err error) {
	found, err = tx.Find(&k, "SELECT "+keyColumns+" FROM api_key WHERE token_hash = $1", hash)
	return k, found, err
}

// keysOf lists the keys of users at home in the nodes, newest first.
func keysOf(tx *db.Tx, nodes db.Scope, before id.ID, limit int) (keys []keyRow, err error) {
	q := new(db.Query).Scope("org_id", nodes)
	if !before.IsZero() {
		q.Where("id < ?", before)
	}
	text, args := q.Text("SELECT "+keyColumns+" FROM api_key", "ORDER BY id DESC LIMIT ?", limit)
	return keys, tx.Select(&keys, text, args...)
}

func keyByID(tx *db.Tx, nodes db.Scope, i id.ID) (k keyRow, err error) {
	text, args := new(db.Query).Where("id = ?", i).Scope("org_id", nodes).Text("SELECT "+keyColumns+" FROM api_key", "")
	return k, tx.Get(&k, text, args...)
}

func revokeKey(tx *db.Tx, i id.ID) error {
	return tx.ExecOne(errKeyEnded, "UPDATE api_key SET revoked_at = $1 WHERE id = $2 AND revoked_at = 0", tx.Now(), i)
}

// revokeKeysOf ends the keys of a user that still hold, and tells which.
func revokeKeysOf(tx *db.Tx, user id.ID) (ended []id.ID, err error) {
	return ended, tx.Select(&ended, "UPDATE api_key SET revoked_at = $1 WHERE user_id = $2 AND revoked_at = 0 AND ended_at = 0 RETURNING id", tx.Now(), user)
}

func touchKey(tx *db.Tx, i id.ID, from string) error {
	_, err := tx.Exec("UPDATE api_key SET used_at = $1, used_from = $2 WHERE id = $3", tx.Now(), from, i)
	return err
}

// errKeyEnded: it was revoked before; doing it again is no harm.
var errKeyEnded = errors.New("access: the key has ended")

func sessionsOf(tx *db.Tx, user id.ID) (rows []sessionRow, err error) {
	return rows, tx.Select(&rows, sessionSelect+" WHERE s.user_id = $1 AND s.expires_at > $2 ORDER BY s.seen_at DESC, s.id LIMIT 200", user, tx.Now())
}

func deleteSessionOf(tx *db.Tx, user, session id.ID) error {
	return tx.ExecOne(db.ErrNotFound, "DELETE FROM session WHERE id = $1 AND user_id = $2", session, user)
}
