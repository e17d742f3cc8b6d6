package customer

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const eventColumns = "org_id, customer_id, at, id, kind, params, actor_id, actor_name, source_type, source_id"

type eventRow struct {
	OrgID      id.ID        `db:"org_id"`
	CustomerID id.ID        `db:"customer_id"`
	At         when.Instant `db:"at"`
	ID         id.ID        `db:"id"`
	Kind       string       `db:"kind"`
	Params     string       `db:"params"`
	ActorID    id.ID        `db:"actor_id"`
	ActorName  string       `db:"actor_name"`
	SourceType string       `db:"source_type"`
	SourceID   id.ID        `db:"source_id"`
}

func (r eventRow) values() []any {
	return []any{r.OrgID, r.CustomerID, int64(r.At), r.ID, r.Kind, r.Params, r.ActorID, r.ActorName, r.SourceType, r.SourceID}
}

func (r eventRow) place() (when.Instant, id.ID) { return r.At, r.ID }

func insertEvents(tx *db.Tx, rows []eventRow) error {
	return tx.Add(db.Bulk{Table: "customer_event", Columns: strings.Split(eventColumns, ", "), Len: len(rows), Row: func(i int) []any { return rows[i].values() }})
}
