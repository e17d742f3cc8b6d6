package target

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = "org_id, id, manager_id, year, growth_permille, set_by, set_name, version, created_at, updated_at"

// goalRow is a month of some target.
type goalRow struct {
	TargetID id.ID `db:"target_id"`
	Goal
}

func where(scope db.Scope, manager id.ID, year int) *db.Query {
	q := new(db.Query).Scope("t.org_id", scope).Where("t.year = ?", year)
	if !manager.IsZero() {
		q.Where("t.manager_id = ?", manager)
	}
	return q
}

// targetsOf reads the targets of a year, of one manager or of all, and the months
// of each by its ID. There is one for a manager.
func targetsOf(tx *db.Tx, scope db.Scope, manager id.ID, year int) (map[of]Target, map[id.ID][]Goal, error) {
	var list []Target
	text, args := where(scope, manager, year).Text("SELECT "+columns+" FROM sales_target t", "ORDER BY org_id, manager_id")
	if err := tx.Select(&list, text, args...); err != nil {
		return nil, nil, err
	}
	var rows []goalRow
	text, args = where(scope, manager, year).Text(`SELECT m.target_id, m.month, m.energy_wh, m.forecast_wh
		FROM sales_target t JOIN sales_target_month m ON m.org_id = t.org_id AND m.target_id = t.id`, "ORDER BY m.target_id, m.month")
	if err := tx.Select(&rows, text, args...); err != nil {
		return nil, nil, err
	}
	targets, goals := map[of]Target{}, map[id.ID][]Goal{}
	for _, t := range list {
		targets[of{t.OrgID, t.ManagerID}] = t
	}
	for _, r := range rows {
		goals[r.TargetID] = append(goals[r.TargetID], r.Goal)
	}
	return targets, goals, nil
}

// targetOf reads one target. Error: db.ErrNotFound.
func targetOf(tx *db.Tx, k Key) (Target, []Goal, error) {
	targets, goals, err := targetsOf(tx, db.ScopeOf(k.OrgID), k.ManagerID, k.Year)
	t, ok := targets[of{k.OrgID, k.ManagerID}]
	if err == nil && !ok {
		err = db.ErrNotFound
	}
	return t, goals[t.ID], err
}

// put writes a target over the version it names, 0 for a new one, and raises it.
// Error: db.ErrStale.
func put(tx *db.Tx, t *Target, goals []Goal) error {
	if t.Version == 0 {
		t.ID, t.CreatedAt = tx.NewID(), t.UpdatedAt
		n, err := tx.Exec("INSERT INTO sales_target ("+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)
			ON CONFLICT (org_id, year, manager_id) DO NOTHING`, t.OrgID, t.ID, t.ManagerID, t.Year, t.GrowthPermille, t.SetBy, t.SetName, t.CreatedAt)
		if err != nil {
			return err
		}
		if n == 0 {
			return db.ErrStale
		}
	} else if err := tx.ExecOne(db.ErrStale, `UPDATE sales_target SET growth_permille = $1, set_by = $2, set_name = $3, updated_at = $4, version = version + 1
		WHERE org_id = $5 AND id = $6 AND version = $7`, t.GrowthPermille, t.SetBy, t.SetName, t.UpdatedAt, t.OrgID, t.ID, t.Version); err != nil {
		return err
	}
	t.Version++
	if err := removeGoals(tx, *t); err != nil {
		return err
	}
	return tx.Bulk(db.Bulk{Table: "sales_target_month", Columns: []string{"org_id", "target_id", "month", "energy_wh", "forecast_wh"}, Len: len(goals),
		Row: func(i int) []any {
			return []any{t.OrgID, t.ID, goals[i].Month, goals[i].EnergyWh, goals[i].ForecastWh}
		}})
}

func removeGoals(tx *db.Tx, t Target) error {
	_, err := tx.Exec("DELETE FROM sales_target_month WHERE org_id = $1 AND target_id = $2", t.OrgID, t.ID)
	return err
}

// remove deletes a target in the version seen. Error: db.ErrStale.
func remove(tx *db.Tx, t Target, version int64) error {
	if err := removeGoals(tx, t); err != nil {
		return err
	}
	return tx.ExecOne(db.ErrStale, "DELETE FROM sales_target WHERE org_id = $1 AND id = $2 AND version = $3", t.OrgID, t.ID, version)
}
