package portal

import (
	"errors"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// settingOf is off where a company has set nothing.
func settingOf(tx *db.Tx, company id.ID) (set Setting, err error) {
	_, err = tx.Find(&set, "SELECT org_id, enabled, address, updated_name, updated_at, version FROM portal_setting WHERE org_id = $1", company)
	set.OrgID = company
	return set, err
}

// saveSetting writes over the version before. Error: db.ErrStale.
func saveSetting(tx *db.Tx, s Setting) error {
	return tx.ExecOne(db.ErrStale, `INSERT INTO portal_setting (org_id, enabled, version, updated_name, updated_at, address) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org_id) DO UPDATE SET enabled = excluded.enabled, address = excluded.address, version = excluded.version, updated_name = excluded.updated_name, updated_at = excluded.updated_at
		WHERE portal_setting.version = excluded.version - 1`, s.OrgID, s.Enabled, s.Version, s.UpdatedName, s.UpdatedAt, s.Address)
}

func servedCompanies(tx *db.Tx) (ids []id.ID, err error) {
	return ids, tx.Select(&ids, "SELECT org_id FROM portal_setting WHERE enabled ORDER BY org_id")
}

// countAttempt counts one and tells how many there were until when.
func countAttempt(tx *db.Tx, key []byte, within time.Duration) (n int64, until when.Instant, err error) {
	var row struct {
		N     int64        `db:"n"`
		Until when.Instant `db:"until_at"`
	}
	err = tx.Get(&row, `INSERT INTO portal_limit (key, n, until_at) VALUES ($1, 1, $2) ON CONFLICT (key) DO UPDATE SET
		n = CASE WHEN portal_limit.until_at <= $3 THEN 1 ELSE portal_limit.n + 1 END,
		until_at = CASE WHEN portal_limit.until_at <= $3 THEN excluded.until_at ELSE portal_limit.until_at END RETURNING n, until_at`,
		key, tx.Now().Add(within), tx.Now())
	return row.N, row.Until, err
}

func forgetAttempts(tx *db.Tx, key []byte) error {
	_, err := tx.Exec("DELETE FROM portal_limit WHERE key = $1", key)
	return err
}

type codeRow struct {
	OrgID     id.ID        `db:"org_id"`
	ID        id.ID        `db:"id"`
	AccountNo []byte       `db:"account_no"` // as it was typed, sealed
	AccountID id.ID        `db:"account_id"`
	Lang      string       `db:"lang"`
	Hash      []byte       `db:"hash"`
	Handled   bool         `db:"handled"`
	Tries     int          `db:"tries"`
	AskedAt   when.Instant `db:"asked_at"`
	UntilAt   when.Instant `db:"until_at"`
}

const codeColumns = "org_id, id, account_no, account_id, lang, hash, handled, tries, asked_at, until_at"

func insertCode(tx *db.Tx, r codeRow) error {
	_, err := tx.Exec("INSERT INTO portal_code ("+codeColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		r.OrgID, r.ID, r.AccountNo, r.AccountID, r.Lang, []byte{}, r.Handled, r.Tries, r.AskedAt, r.UntilAt)
	return err
}

// waitingCodes is the code that waits longest to be sent.
func waitingCodes(tx *db.Tx) (rows []codeRow, err error) {
	return rows, tx.Select(&rows, "SELECT "+codeColumns+" FROM portal_code WHERE NOT handled ORDER BY asked_at, org_id, id LIMIT 1"+tx.Dialect().ForUpdateSkipLocked())
}

// updateCode writes that a code was sent, or that there is nobody to send it to.
func updateCode(tx *db.Tx, r codeRow) error {
	return tx.ExecOne(db.ErrStale, "UPDATE portal_code SET account_id = $1, hash = $2, handled = $3, account_no = $4 WHERE org_id = $5 AND id = $6 AND NOT handled",
		r.AccountID, r.Hash, r.Handled, []byte{}, r.OrgID, r.ID)
}

// tryCode counts a try of a code that is still good. Error: ErrCode.
func tryCode(tx *db.Tx, company, i id.ID) (r codeRow, err error) {
	err = tx.Get(&r, "UPDATE portal_code SET tries = tries + 1 WHERE org_id = $1 AND id = $2 AND tries < $3 AND until_at > $4 RETURNING "+codeColumns, company, i, codeTries, tx.Now())
	if errors.Is(err, db.ErrNotFound) {
		err = ErrCode
	}
	return r, err
}

// useCode makes a code worth nothing. Error: ErrCode when it was used before.
func useCode(tx *db.Tx, r codeRow) error {
	return tx.ExecOne(ErrCode, "DELETE FROM portal_code WHERE org_id = $1 AND id = $2", r.OrgID, r.ID)
}

// accessRow is how a customer signs in by an account.
type accessRow struct {
	AccountID    id.ID        `db:"account_id"`
	PasswordHash string       `db:"password_hash"`
	PasswordAt   when.Instant `db:"password_at"`
	SignedInAt   when.Instant `db:"signed_in_at"`
	Sessions     int          `db:"-"`
}

// accessOf is empty where the account has gone to another customer since.
func accessOf(tx *db.Tx, company, account, customer id.ID) (r accessRow, err error) {
	_, err = tx.Find(&r, "SELECT account_id, password_hash, password_at, signed_in_at FROM portal_access WHERE org_id = $1 AND account_id = $2 AND customer_id = $3", company, account, customer)
	return r, err
}

// touchAccess notes that a customer signed in. What another set before him is gone.
func touchAccess(tx *db.Tx, a supply.Account) error {
	_, err := tx.Exec(`INSERT INTO portal_access (org_id, account_id, customer_id, password_hash, password_at, signed_in_at) VALUES ($1, $2, $3, '', 0, $4)
		ON CONFLICT (org_id, account_id) DO UPDATE SET customer_id = excluded.customer_id, signed_in_at = excluded.signed_in_at,
		password_hash = CASE WHEN portal_access.customer_id = excluded.customer_id THEN portal_access.password_hash ELSE '' END,
		password_at = CASE WHEN portal_access.customer_id = excluded.customer_id THEN portal_access.password_at ELSE 0 END`, a.OrgID, a.ID, a.CustomerID, tx.Now())
	return err
}

func setPassword(tx *db.Tx, v *Visitor, hash string) error {
	return tx.ExecOne(ErrLogin, "UPDATE portal_access SET password_hash = $1, password_at = $2 WHERE org_id = $3 AND account_id = $4 AND customer_id = $5",
		hash, tx.Now(), v.OrgID, v.AccountID, v.CustomerID)
}

func clearPassword(tx *db.Tx, company, account id.ID) error {
	_, err := tx.Exec("UPDATE portal_access SET password_hash = '', password_at = 0 WHERE org_id = $1 AND account_id = $2", company, account)
	return err
}

// standingsOf tells how a customer signs in, by account.
func standingsOf(tx *db.Tx, company, customer id.ID) (map[id.ID]accessRow, error) {
	var rows []accessRow
	if err := tx.Select(&rows, "SELECT account_id, password_hash, password_at, signed_in_at FROM portal_access WHERE org_id = $1 AND customer_id = $2", company, customer); err != nil {
		return nil, err
	}
	var open []id.ID
	if err := tx.Select(&open, "SELECT account_id FROM portal_session WHERE org_id = $1 AND customer_id = $2 AND expires_at > $3", company, customer, tx.Now()); err != nil {
		return nil, err
	}
	all := make(map[id.ID]accessRow, len(rows))
	for _, r := range rows {
		for _, account := range open {
			if account == r.AccountID {
				r.Sessions++
			}
		}
		all[r.AccountID] = r
	}
	return all, nil
}

type sessionRow struct {
	OrgID      id.ID        `db:"org_id"`
	ID         id.ID        `db:"id"`
	TokenHash  []byte       `db:"token_hash"`
	AccountID  id.ID        `db:"account_id"`
	CustomerID id.ID        `db:"customer_id"`
	ByCode     bool         `db:"by_code"`
	CreatedAt  when.Instant `db:"created_at"`
	SeenAt     when.Instant `db:"seen_at"`
	ExpiresAt  when.Instant `db:"expires_at"`
	EndsAt     when.Instant `db:"ends_at"`
}

const sessionColumns = "org_id, id, token_hash, account_id, customer_id, by_code, created_at, seen_at, expires_at, ends_at"

func insertSession(tx *db.Tx, r sessionRow) error {
	_, err := tx.Exec("INSERT INTO portal_session ("+sessionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		r.OrgID, r.ID, r.TokenHash, r.AccountID, r.CustomerID, r.ByCode, r.CreatedAt, r.SeenAt, r.ExpiresAt, r.EndsAt)
	return err
}

func sessionByToken(tx *db.Tx, company id.ID, token []byte) (r sessionRow, found bool, err error) {
	found, err = tx.Find(&r, "SELECT "+sessionColumns+" FROM portal_session WHERE org_id = $1 AND token_hash = $2", company, token)
	return r, found, err
}

func sessionEnd(tx *db.Tx, v *Visitor) (at when.Instant, err error) {
	return at, tx.Get(&at, "SELECT ends_at FROM portal_session WHERE org_id = $1 AND id = $2", v.OrgID, v.SessionID)
}

func touchSession(tx *db.Tx, r sessionRow, until when.Instant) error {
	_, err := tx.Exec("UPDATE portal_session SET seen_at = $1, expires_at = $2 WHERE org_id = $3 AND id = $4", tx.Now(), until, r.OrgID, r.ID)
	return err
}

func deleteSession(tx *db.Tx, company, session id.ID) error {
	_, err := tx.Exec("DELETE FROM portal_session WHERE org_id = $1 AND id = $2", company, session)
	return err
}

// deleteSessionsOf ends the sessions of an account but one.
func deleteSessionsOf(tx *db.Tx, company, account, but id.ID) error {
	q := new(db.Query).Where("org_id = ?", company).Where("account_id = ?", account)
	if !but.IsZero() {
		q.Where("id <> ?", but)
	}
	text, args := q.Text("DELETE FROM portal_session", "")
	_, err := tx.Exec(text, args...)
	return err
}

func deleteAllSessions(tx *db.Tx, company id.ID) error {
	_, err := tx.Exec("DELETE FROM portal_session WHERE org_id = $1", company)
	return err
}

// forgetOver removes codes, sessions and counts whose time is over.
func forgetOver(tx *db.Tx) error {
	for _, text := range []string{"DELETE FROM portal_code WHERE until_at <= $1", "DELETE FROM portal_session WHERE expires_at <= $1", "DELETE FROM portal_limit WHERE until_at <= $1"} {
		if _, err := tx.Exec(text, tx.Now()); err != nil {
			return err
		}
	}
	return nil
}

// accessOfPerson are the accounts by which a person signs in.
func accessOfPerson(tx *db.Tx, p privacy.Person) (rows []accessRow, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", p.OrgID), "customer_id", p.IDs).Text("SELECT account_id, password_hash, password_at, signed_in_at FROM portal_access", "ORDER BY account_id")
	return rows, tx.Select(&rows, text, args...)
}

func eraseAccess(tx *db.Tx, p privacy.Person) error {
	for _, head := range []string{"DELETE FROM portal_session", "DELETE FROM portal_access"} {
		text, args := db.In(new(db.Query).Where("org_id = ?", p.OrgID), "customer_id", p.IDs).Text(head, "")
		if _, err := tx.Exec(text, args...); err != nil {
			return err
		}
	}
	return nil
}
