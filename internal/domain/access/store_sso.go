package access

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const providerColumns = "id, org_id, name, issuer, client_id, secret, base_url, scopes, link_claim, create_users, trusted_factors, enabled, version, created_at"

// read fills in what the table does not have.
func (p providerRow) read() providerRow {
	p.HasSecret = len(p.Secret) > 0
	p.Provider = p.addressed()
	return p
}

func insertProvider(tx *db.Tx, p providerRow) error {
	_, err := tx.Exec("INSERT INTO sso_provider ("+providerColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
		p.ID, p.OrgID, p.Name, p.Issuer, p.ClientID, filled(p.Secret), p.BaseURL, p.Scopes, p.LinkClaim, p.CreateUsers, p.TrustedFactors, p.Enabled, p.Version, p.CreatedAt)
	return err
}

// filled is never NULL.
func filled(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func updateProvider(tx *db.Tx, p providerRow, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE sso_provider SET org_id = $1, name = $2, issuer = $3, client_id = $4, secret = $5, base_url = $6, scopes = $7,
		link_claim = $8, create_users = $9, trusted_factors = $10, enabled = $11, version = version + 1 WHERE id = $12 AND version = $13`,
		p.OrgID, p.Name, p.Issuer, p.ClientID, filled(p.Secret), p.BaseURL, p.Scopes, p.LinkClaim, p.CreateUsers, p.TrustedFactors, p.Enabled, p.ID, version)
}

// deleteProvider removes a provider and all that hangs on it.
func deleteProvider(tx *db.Tx, i id.ID) error {
	for _, statement := range []string{
		"DELETE FROM session WHERE id IN (SELECT session_id FROM sso_session WHERE provider_id = $1)",
		"DELETE FROM sso_attempt WHERE provider_id = $1", "DELETE FROM sso_logout WHERE provider_id = $1",
		"DELETE FROM sso_link WHERE provider_id = $1", "DELETE FROM sso_provider WHERE id = $1",
	} {
		if _, err := tx.Exec(statement, i); err != nil {
			return err
		}
	}
	return nil
}

func listProviders(tx *db.Tx, nodes db.Scope) (rows []providerRow, err error) {
	text, args := new(db.Query).Scope("org_id", nodes).Text("SELECT "+providerColumns+" FROM sso_provider", "ORDER BY name, id LIMIT 100")
	return rows, db.Each(tx, func(p providerRow) error { rows = append(rows, p.read()); return nil }, text, args...)
}

func providerByID(tx *db.Tx, nodes db.Scope, i id.ID) (providerRow, error) {
	var p providerRow
	text, args := new(db.Query).Where("id = ?", i).Scope("org_id", nodes).Text("SELECT "+providerColumns+" FROM sso_provider", "")
	err := tx.Get(&p, text, args...)
	return p.read(), err
}

func providerAnywhere(tx *db.Tx, i id.ID) (providerRow, error) {
	var p providerRow
	err := tx.Get(&p, "SELECT "+providerColumns+" FROM sso_provider WHERE id = $1", i)
	return p.read(), err
}

// usableProvider is one that anybody may try.
func usableProvider(tx *db.Tx, i id.ID) (providerRow, error) {
	var p providerRow
	err := tx.Get(&p, "SELECT "+providerColumns+" FROM sso_provider WHERE id = $1 AND enabled", i)
	return p.read(), err
}

// Choice is a provider as the sign-in page shows it.
type Choice struct {
	ID   id.ID  `db:"id" json:"id"`
	Name string `db:"name" json:"name"`
}

func providerChoices(tx *db.Tx) (all []Choice, err error) {
	all = []Choice{}
	return all, tx.Select(&all, "SELECT id, name FROM sso_provider WHERE enabled ORDER BY name, id LIMIT 20")
}

// attemptRow is somebody on his way through signing in.
type attemptRow struct {
	Key        []byte       `db:"key"`
	Browser    []byte       `db:"browser"`
	ProviderID id.ID        `db:"provider_id"`
	Next       string       `db:"next"`
	UserID     id.ID        `db:"user_id"`
	Subject    string       `db:"subject"`
	SID        string       `db:"sid"`
	IDToken    []byte       `db:"id_token"`
	ExpiresAt  when.Instant `db:"expires_at"`
}

const attemptColumns = "key, browser, provider_id, next, user_id, subject, sid, id_token, expires_at"

func insertAttempt(tx *db.Tx, a attemptRow) error {
	_, err := tx.Exec("INSERT INTO sso_attempt ("+attemptColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		a.Key, a.Browser, a.ProviderID, a.Next, a.UserID, a.Subject, a.SID, filled(a.IDToken), a.ExpiresAt)
	return err
}

func attemptByKey(tx *db.Tx, key []byte) (a attemptRow, found bool, err error) {
	found, err = tx.Find(&a, "SELECT "+attemptColumns+" FROM sso_attempt WHERE key = $1 AND expires_at > $2", key, tx.Now())
	return a, found, err
}

// takeAttempt is false when another request was faster.
func takeAttempt(tx *db.Tx, key []byte) (bool, error) {
	n, err := tx.Exec("DELETE FROM sso_attempt WHERE key = $1", key)
	return n == 1, err
}

// ssoSessionRow is how a provider opened a session.
type ssoSessionRow struct {
	SessionID  id.ID  `db:"session_id"`
	ProviderID id.ID  `db:"provider_id"`
	Subject    string `db:"subject"`
	SID        string `db:"sid"`
	IDToken    []byte `db:"id_token"`
	Factor     bool   `db:"factor"`
}

const ssoSessionColumns = "session_id, provider_id, subject, sid, id_token, factor"

func insertSSOSession(tx *db.Tx, s ssoSessionRow) error {
	_, err := tx.Exec("INSERT INTO sso_session ("+ssoSessionColumns+") VALUES ($1, $2, $3, $4, $5, $6)", s.SessionID, s.ProviderID, s.Subject, s.SID, s.IDToken, s.Factor)
	return err
}

func ssoSession(tx *db.Tx, session id.ID) (s ssoSessionRow, found bool, err error) {
	found, err = tx.Find(&s, "SELECT "+ssoSessionColumns+" FROM sso_session WHERE session_id = $1", session)
	return s, found, err
}

// signedOut are the sessions that end when somebody signs out at a provider: of the
// provider's session where it names one, and of a person's that came without.
func signedOut(tx *db.Tx, provider id.ID, subject, sid string) (rows []sessionRow, err error) {
	q := new(db.Query).Where("x.provider_id = ?", provider)
	switch {
	case subject == "":
		q.Where("x.sid = ?", sid)
	case sid == "":
		q.Where("x.subject = ?", subject)
	default:
		q.Where("x.subject = ? AND x.sid IN (?, '')", subject, sid)
	}
	text, args := q.Text(sessionSelect, "ORDER BY s.id LIMIT 1000")
	return rows, tx.Select(&rows, text, args...)
}

func deleteAttemptsOf(tx *db.Tx, provider id.ID, subject, sid string) error {
	_, err := tx.Exec("DELETE FROM sso_attempt WHERE provider_id = $1 AND user_id IS NOT NULL AND (subject = $2 OR sid = $3 AND sid <> '')", provider, subject, sid)
	return err
}

// takeLogout is false when the token came before.
func takeLogout(tx *db.Tx, provider id.ID, token []byte, until when.Instant) (bool, error) {
	if _, err := tx.Exec("DELETE FROM sso_logout WHERE expires_at < $1", tx.Now()); err != nil {
		return false, err
	}
	n, err := tx.Exec("INSERT INTO sso_logout (provider_id, token, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", provider, token, until)
	return n == 1, err
}

// linkRow is which user somebody of a provider is.
type linkRow struct {
	ProviderID id.ID        `db:"provider_id"`
	Subject    string       `db:"subject"`
	UserID     id.ID        `db:"user_id"`
	LinkedAt   when.Instant `db:"linked_at"`
	UsedAt     when.Instant `db:"used_at"`
}

func linkOf(tx *db.Tx, provider id.ID, subject string) (l linkRow, found bool, err error) {
	found, err = tx.Find(&l, "SELECT provider_id, subject, user_id, linked_at, used_at FROM sso_link WHERE provider_id = $1 AND subject = $2", provider, subject)
	return l, found, err
}

func insertLink(tx *db.Tx, l linkRow) error {
	_, err := tx.Exec("INSERT INTO sso_link (provider_id, subject, user_id, linked_at, used_at) VALUES ($1, $2, $3, $4, $5)", l.ProviderID, l.Subject, l.UserID, l.LinkedAt, l.UsedAt)
	return err
}

func touchLink(tx *db.Tx, provider id.ID, subject string) error {
	_, err := tx.Exec("UPDATE sso_link SET used_at = $1 WHERE provider_id = $2 AND subject = $3", tx.Now(), provider, subject)
	return err
}

func countLinks(tx *db.Tx, provider id.ID) (n int, err error) {
	return n, tx.Get(&n, "SELECT count(*) FROM sso_link WHERE provider_id = $1", provider)
}

// Link is who a user is at a provider.
type Link struct {
	ProviderID id.ID        `db:"provider_id" json:"provider_id"`
	Provider   string       `db:"provider" json:"provider" doc:"its name"`
	Subject    string       `db:"subject" json:"subject" doc:"how the provider names the person"`
	LinkedAt   when.Instant `db:"linked_at" json:"linked_at"`
	UsedAt     when.Instant `db:"used_at" json:"used_at,omitzero"`
}

func linksOf(tx *db.Tx, user id.ID) (all []Link, err error) {
	all = []Link{}
	return all, tx.Select(&all, `SELECT l.provider_id, p.name AS provider, l.subject, l.linked_at, l.used_at FROM sso_link l JOIN sso_provider p ON p.id = l.provider_id
		WHERE l.user_id = $1 ORDER BY p.name, p.id LIMIT 100`, user)
}

// deleteLink removes a user's link, and the sessions that were opened by it.
func deleteLink(tx *db.Tx, user, provider id.ID) error {
	if _, err := tx.Exec("DELETE FROM session WHERE user_id = $1 AND id IN (SELECT session_id FROM sso_session WHERE provider_id = $2)", user, provider); err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM sso_attempt WHERE user_id = $1 AND provider_id = $2", user, provider); err != nil {
		return err
	}
	return tx.ExecOne(db.ErrNotFound, "DELETE FROM sso_link WHERE user_id = $1 AND provider_id = $2", user, provider)
}
