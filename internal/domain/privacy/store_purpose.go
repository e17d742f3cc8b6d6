package privacy

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

type purposeRow struct {
	Code        string       `db:"code"`
	Body        string       `db:"body"`
	RetiredAt   when.Instant `db:"retired_at"`
	Version     int64        `db:"version"`
	CreatedAt   when.Instant `db:"created_at"`
	UpdatedAt   when.Instant `db:"updated_at"`
	UpdatedName string       `db:"updated_name"`
}

// ownPurposes are those a company changed or added, in the order they were.
func ownPurposes(tx *db.Tx, org id.ID) ([]Purpose, error) {
	var rows []purposeRow
	err := tx.Select(&rows, `SELECT code, body, retired_at, version, created_at, updated_at, updated_name FROM consent_purpose WHERE org_id = $1
		ORDER BY created_at, code LIMIT $2`, org, 2*maxPurposes)
	all := make([]Purpose, len(rows))
	for i, r := range rows {
		all[i] = Purpose{Code: r.Code, Retired: r.RetiredAt > 0, Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, UpdatedName: r.UpdatedName}
		if err := json.Unmarshal([]byte(r.Body), &all[i].PurposeBody); err != nil {
			return nil, fmt.Errorf("privacy: purpose %s: %w", r.Code, err)
		}
	}
	return all, err
}

// retiredAt is when a purpose was retired, as it is stored.
func (p Purpose) retiredAt() when.Instant {
	if p.Retired {
		return p.UpdatedAt
	}
	return 0
}

func insertPurpose(tx *db.Tx, org id.ID, p Purpose) error {
	body, err := json.Marshal(p.PurposeBody)
	if err != nil {
		return fmt.Errorf("privacy: %w", err)
	}
	_, err = tx.Exec("INSERT INTO consent_purpose (org_id, code, body, retired_at, version, created_at, updated_at, updated_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		org, p.Code, string(body), p.retiredAt(), p.Version, p.CreatedAt, p.UpdatedAt, p.UpdatedName)
	return err
}

// savePurpose writes over a version, 0 being that of a shipped one. Error: db.ErrStale.
func savePurpose(tx *db.Tx, org id.ID, p Purpose, version int64) error {
	if version == 0 {
		err := insertPurpose(tx, org, p)
		if errors.Is(err, db.ErrDuplicate) {
			return db.ErrStale.Wrap(err)
		}
		return err
	}
	body, err := json.Marshal(p.PurposeBody)
	if err != nil {
		return fmt.Errorf("privacy: %w", err)
	}
	return tx.ExecOne(db.ErrStale, "UPDATE consent_purpose SET body = $1, retired_at = $2, version = $3, updated_at = $4, updated_name = $5 WHERE org_id = $6 AND code = $7 AND version = $8",
		string(body), p.retiredAt(), p.Version, p.UpdatedAt, p.UpdatedName, org, p.Code, version)
}

func deletePurpose(tx *db.Tx, org id.ID, code string, version int64) error {
	return tx.ExecOne(db.ErrStale, "DELETE FROM consent_purpose WHERE org_id = $1 AND code = $2 AND version = $3", org, code, version)
}

func purposeUsed(tx *db.Tx, org id.ID, code string) (bool, error) {
	var one int
	return tx.Find(&one, "SELECT 1 FROM consent WHERE org_id = $1 AND purpose = $2 LIMIT 1", org, code)
}

// consentCount is how many consent to a text of a purpose.
type consentCount struct {
	Purpose     string `db:"purpose"`
	TextVersion string `db:"text_version"`
	Given       int64  `db:"given"`
}

// countConsents reads all consents of a company: settings are seldom looked at.
func countConsents(tx *db.Tx, org id.ID) (all []consentCount, err error) {
	return all, tx.Select(&all, `SELECT c.purpose, c.text_version, CAST(sum(CASE WHEN c.given AND NOT EXISTS (SELECT 1 FROM consent d
			WHERE d.org_id = c.org_id AND d.customer_id = c.customer_id AND d.purpose = c.purpose AND (d.at, d.id) > (c.at, c.id)) THEN 1 ELSE 0 END) AS bigint) AS given
		FROM consent c WHERE c.org_id = $1 GROUP BY c.purpose, c.text_version ORDER BY c.purpose, c.text_version LIMIT 1000`, org)
}
