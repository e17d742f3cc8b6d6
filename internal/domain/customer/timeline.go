package customer

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Entry is what a module writes on a customer's timeline. Kind
// "supply.meter_replaced" has the sentence "supply.event.meter_replaced" in the
// catalogue; Params fill it and hold no personal text. A parameter "@key" is
// itself a key of the catalogue.
type Entry struct {
	OrgID      id.ID
	CustomerID id.ID
	Kind       string
	Params     map[string]any
	At         when.Instant // zero: the transaction's time
	Actor      audit.Actor
	SourceType string // what it tells of, such as "interaction"
	SourceID   id.ID
}

// TimelineTx writes entries on customers' timelines.
func (s *Service) TimelineTx(tx *db.Tx, entries ...Entry) error {
	rows := make([]eventRow, len(entries))
	for i, e := range entries {
		r, err := e.row(tx)
		if err != nil {
			return err
		}
		rows[i] = r
	}
	return insertEvents(tx, rows)
}

func (e Entry) row(tx *db.Tx) (eventRow, error) {
	params := "{}"
	if len(e.Params) > 0 {
		raw, err := json.Marshal(e.Params)
		if err != nil {
			return eventRow{}, fmt.Errorf("customer: timeline: %w", err)
		}
		params = string(raw)
	}
	if e.At == 0 {
		e.At = tx.Now()
	}
	return eventRow{OrgID: e.OrgID, CustomerID: e.CustomerID, At: e.At, ID: tx.NewID(), Kind: e.Kind, Params: params,
		ActorID: e.Actor.ID, ActorName: e.Actor.Name, SourceType: e.SourceType, SourceID: e.SourceID}, nil
}

// sentence is the catalogue's key of a kind.
func sentence(kind string) string {
	module, what, _ := strings.Cut(kind, ".")
	return module + ".event." + what
}
