package supply

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const installedColumns = "org_id, id, meter_id, point_id, installed_on, installed_wh, removed_on, removed_wh, reason"

func insertInstalled(tx *db.Tx, list []Installed) error {
	return tx.Bulk(db.Bulk{Table: "meter_installation",
		Columns: strings.Split(installedColumns, ", "), Len: len(list),
		Row: func(i int) []any {
			n := list[i]
			return []any{n.OrgID, n.ID, n.MeterID, n.PointID, n.InstalledOn, n.InstalledWh, n.RemovedOn, n.RemovedWh, n.Reason}
		}})
}

// heldMeter is a meter nobody else hangs or takes down until the transaction ends.
func heldMeter(tx *db.Tx, scope db.Scope, meter id.ID) (*Meter, error) {
	m, err := meters.get(tx, scope, meter)
	if err != nil {
		return m, err
	}
	if err := meters.hold(tx, tx.Dialect().ForUpdate(), m.OrgID, []id.ID{m.ID}); err != nil {
		return m, err
	}
	return meters.get(tx, scope, meter)
}

// takenDown is the day a meter was taken down last, if it ever was.
func takenDown(tx *db.Tx, m *Meter) (day when.Day, err error) {
	return day, tx.Get(&day, "SELECT coalesce(max(removed_on), '') FROM meter_installation WHERE org_id = $1 AND meter_id = $2", m.OrgID, m.ID)
}

// endInstalled closes the open time of a meter at its point.
func endInstalled(tx *db.Tx, m *Meter, in RemoveInput) error {
	return tx.ExecOne(ErrMeterNotThere, "UPDATE meter_installation SET removed_on = $1, removed_wh = $2, reason = $3 WHERE org_id = $4 AND meter_id = $5 AND removed_on = ''",
		in.On, in.RegisterWh, in.Reason, m.OrgID, m.ID)
}

// installedAt lists the times of a meter, or of all meters of a point.
func installedAt(tx *db.Tx, scope db.Scope, meter, point id.ID) (list []Installed, err error) {
	q := new(db.Query).Scope("org_id", scope)
	equals(q, "meter_id", meter)
	equals(q, "point_id", point)
	text, args := q.Text("SELECT "+installedColumns+" FROM meter_installation", "ORDER BY id DESC LIMIT 200")
	return list, tx.Select(&list, text, args...)
}

// accountOfPoint is zero for a check point of the network.
func accountOfPoint(tx *db.Tx, org, point id.ID) (account id.ID, err error) {
	return account, tx.Get(&account, "SELECT account_id FROM metering_point WHERE org_id = $1 AND id = $2", org, point)
}
