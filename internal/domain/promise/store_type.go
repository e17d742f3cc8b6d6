package promise

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const typeColumns = "code, version, effective_from, body, set_name, set_at"

// setting is a version of a company's own type as it is kept.
type setting struct {
	Code          string       `db:"code"`
	Version       int64        `db:"version"`
	EffectiveFrom when.Day     `db:"effective_from"`
	Raw           string       `db:"body"`
	SetName       string       `db:"set_name"`
	SetAt         when.Instant `db:"set_at"`
	Terms         Terms        `db:"-"`
}

// settingsOf are all versions of a company's own types, the oldest first.
func settingsOf(tx *db.Tx, org id.ID) (all []setting, err error) {
	if err := tx.Select(&all, "SELECT "+typeColumns+" FROM promise_type WHERE org_id = $1 ORDER BY code, version LIMIT 10000", org); err != nil {
		return nil, err
	}
	for i := range all {
		if err := json.Unmarshal([]byte(all[i].Raw), &all[i].Terms); err != nil {
			return nil, fmt.Errorf("promise type %s: %w", all[i].Code, err)
		}
	}
	return all, nil
}

func insertSetting(tx *db.Tx, org id.ID, s setting) error {
	raw, err := json.Marshal(s.Terms)
	if err != nil {
		return fmt.Errorf("promise: %w", err)
	}
	_, err = tx.Exec("INSERT INTO promise_type (org_id, "+typeColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)", org, s.Code, s.Version, s.EffectiveFrom, string(raw), s.SetName, s.SetAt)
	return err
}

type keyRow struct {
	Body    string `db:"body"`
	Version int64  `db:"version"`
}

// keyClassesOf tells which classes make a customer a key customer.
func keyClassesOf(tx *db.Tx, org id.ID) (k KeyClasses, err error) {
	k = KeyClasses{OrgID: org, Classes: defaultKeyClasses}
	var r keyRow
	found, err := tx.Find(&r, "SELECT body, version FROM promise_setting WHERE org_id = $1", org)
	if err != nil || !found {
		return k, err
	}
	k.Version, k.Classes = r.Version, nil
	if err := json.Unmarshal([]byte(r.Body), &k.Classes); err != nil {
		return k, fmt.Errorf("promise setting: %w", err)
	}
	return k, nil
}

func saveKeyClasses(tx *db.Tx, k KeyClasses, version int64) error {
	raw, err := json.Marshal(k.Classes)
	if err != nil {
		return fmt.Errorf("promise: %w", err)
	}
	return tx.ExecOne(db.ErrStale, `INSERT INTO promise_setting (org_id, body, version) VALUES ($1, $2, $3)
		ON CONFLICT (org_id) DO UPDATE SET body = excluded.body, version = excluded.version WHERE promise_setting.version = $4`, k.OrgID, string(raw), k.Version, version)
}
