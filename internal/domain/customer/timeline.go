package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
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

// Event is an entry as a reader sees it.
type Event struct {
	ID         id.ID          `json:"id"`
	At         when.Instant   `json:"at"`
	Kind       string         `json:"kind"`
	Text       string         `json:"text" doc:"the kind's sentence in the reader's language"`
	Params     map[string]any `json:"params"`
	ActorName  string         `json:"actor_name,omitempty"`
	SourceType string         `json:"source_type,omitempty"`
	SourceID   id.ID          `json:"source_id,omitzero"`
}

// TimelineFilter chooses entries by kind, or by the module that wrote them.
type TimelineFilter struct {
	Kinds  []string `query:"kind" maxItems:"20" doc:"such as supply.meter_replaced"`
	Module string   `query:"module" maxLength:"20" pattern:"^[a-z]*$" doc:"such as supply"`
}

// Timeline lists what happened with a customer, the newest first.
func (s *Service) Timeline(ctx context.Context, customer id.ID, f TimelineFilter, p Page) (events []Event, next string, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		events, next, err = s.timelineTx(tx, who, customer, f, p)
		return err
	})
	return events, next, err
}

func (s *Service) timelineTx(tx *db.Tx, who access.Who, customer id.ID, f TimelineFilter, p Page) ([]Event, string, error) {
	o, err := s.readOwnerTx(tx, who.Scope, customer)
	if err != nil {
		return nil, "", err
	}
	q := ofCustomer(o)
	if len(f.Kinds) > 0 {
		db.In(q, "kind", f.Kinds)
	}
	if f.Module != "" {
		q.Where("kind >= ?", f.Module+".").Where("kind < ?", f.Module+"/") // "/" follows "."
	}
	rows, next, err := newest[eventRow](tx, s.Cursors, "customer.timeline "+customer.String(), p, o, q, selectOf(eventColumns, "customer_event"))
	if err != nil {
		return nil, "", err
	}
	events := make([]Event, len(rows))
	for i, r := range rows {
		if events[i], err = s.event(who.Locale, r); err != nil {
			return nil, "", err
		}
	}
	return events, next, nil
}

// event makes the sentence of a row.
func (s *Service) event(lang string, r eventRow) (Event, error) {
	e := Event{ID: r.ID, At: r.At, Kind: r.Kind, ActorName: r.ActorName, SourceType: r.SourceType, SourceID: r.SourceID}
	if err := decode(r.Params, &e.Params); err != nil {
		return Event{}, err
	}
	shown := make(map[string]any, len(e.Params))
	for k, v := range e.Params {
		if key, ok := v.(string); ok && strings.HasPrefix(key, "@") {
			v = s.Text(lang, key[1:], nil)
		}
		if named, ok := v.(map[string]any); ok {
			v = named[lang]
		}
		shown[k] = v
	}
	e.Text = s.Text(lang, sentence(r.Kind), shown)
	return e, nil
}
