package audit

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const ruleColumns = "org_id, keep_months, version, updated_at"

func ruleOf(tx *db.Tx, org id.ID) (r Rule, err error) {
	r.OrgID = org
	_, err = tx.Find(&r, "SELECT "+ruleColumns+" FROM audit_rule WHERE org_id = $1", org)
	return r, err
}

func rulesOf(tx *db.Tx, scope db.Scope) (rules []Rule, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Text("SELECT "+ruleColumns+" FROM audit_rule", "")
	return rules, tx.Select(&rules, text, args...)
}

// endingRules are the rules of companies that do not keep entries for ever.
func endingRules(tx *db.Tx) (rules []Rule, err error) {
	return rules, tx.Select(&rules, "SELECT "+ruleColumns+" FROM audit_rule WHERE keep_months > 0 ORDER BY org_id")
}

// putRule makes the first rule of a company, or replaces that of a version.
func putRule(tx *db.Tx, r Rule, version int64) error {
	if version == 0 {
		return tx.ExecOne(db.ErrStale, "INSERT INTO audit_rule ("+ruleColumns+") VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			r.OrgID, r.KeepMonths, r.Version, r.UpdatedAt)
	}
	return tx.ExecOne(db.ErrStale, "UPDATE audit_rule SET keep_months = $2, version = $3, updated_at = $4 WHERE org_id = $1 AND version = $5",
		r.OrgID, r.KeepMonths, r.Version, r.UpdatedAt, version)
}

// removeUpTo removes entries with their links and the heads before the checkpoint,
// which stands for them.
func removeUpTo(tx *db.Tx, checkpoint Head, entries []id.ID) error {
	q := new(db.Query).Where("org_id = ?", checkpoint.OrgID)
	text, args := db.In(q, "id", entries).Text("DELETE FROM audit_entry", "")
	if _, err := tx.Exec(text, args...); err != nil {
		return err
	}
	for _, table := range []string{"audit_link", "audit_head"} {
		if _, err := tx.Exec("DELETE FROM "+table+" WHERE org_id = $1 AND number <= $2", checkpoint.OrgID, checkpoint.Number); err != nil {
			return err
		}
	}
	return insertHead(tx, checkpoint)
}
