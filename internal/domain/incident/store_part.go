package incident

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const measureColumns = "id, n, owner_id, owner_name, due_day, due_at, state, ended_at, origin_id, body"

type measureRow struct {
	Measure
	OriginID id.ID  `db:"origin_id"`
	Sealed   []byte `db:"body"`
}

func insertMeasure(tx *db.Tx, of Incident, m measureRow) error {
	_, err := tx.Exec("INSERT INTO incident_measure (org_id, incident_id, "+measureColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		of.OrgID, of.ID, m.ID, m.N, m.OwnerID, m.OwnerName, m.DueDay, m.DueAt, m.State, m.EndedAt, m.OriginID, m.Sealed)
	return err
}

func updateMeasure(tx *db.Tx, of Incident, m measureRow) error {
	return tx.ExecOne(db.ErrNotFound, "UPDATE incident_measure SET state = $1, ended_at = $2, origin_id = $3, body = $4 WHERE org_id = $5 AND incident_id = $6 AND id = $7",
		m.State, m.EndedAt, m.OriginID, m.Sealed, of.OrgID, of.ID, m.ID)
}

func measuresOf(tx *db.Tx, org, i id.ID) (rows []measureRow, err error) {
	return rows, tx.Select(&rows, "SELECT "+measureColumns+" FROM incident_measure WHERE org_id = $1 AND incident_id = $2 ORDER BY n", org, i)
}

const eventColumns = "id, at, kind, state, actor_id, actor_name, grade, measure, owner_name, origin_id, body"

type eventRow struct {
	Event
	OriginID id.ID  `db:"origin_id"`
	Sealed   []byte `db:"body"`
}

func insertEvent(tx *db.Tx, of Incident, e eventRow) error {
	_, err := tx.Exec("INSERT INTO incident_event (org_id, incident_id, "+eventColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
		of.OrgID, of.ID, e.ID, e.At, e.Kind, e.State, e.ActorID, e.ActorName, e.Grade, e.Measure, e.OwnerName, e.OriginID, e.Sealed)
	return err
}

// mostEvents bounds the steps that are shown.
const mostEvents = 300

func eventsOf(tx *db.Tx, org, i id.ID) (rows []eventRow, err error) {
	return rows, tx.Select(&rows, "SELECT "+eventColumns+" FROM incident_event WHERE org_id = $1 AND incident_id = $2 ORDER BY at DESC, id DESC LIMIT $3", org, i, mostEvents)
}
