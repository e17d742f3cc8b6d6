package bulk

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const all, one = "/api/v1/bulk-changes", "/api/v1/bulk-changes/{id}"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: all, Summary: "Bulk changes, the newest first: mine, or everybody's by right"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: one, Summary: "One bulk change, and how far it has come"}, s.apiGet)
	rest.Register(a, rest.Op{ID: "bulk.rows", Method: "GET", Path: one + "/rows", Summary: "The records of a bulk change that became something"}, s.apiRows)
	rest.Register(a, rest.Op{ID: PermStop, Method: "POST", Path: one + "/stop", Summary: "Stop a bulk change, or its taking back, after the portion in hand"}, step(s.Cancel))
	rest.Register(a, rest.Op{ID: opResume, Method: "POST", Path: one + "/resume", Summary: "Go on with a bulk change that stopped"}, step(s.Resume))
	rest.Register(a, rest.Op{ID: PermUndo, Method: "POST", Path: one + "/undo", Summary: "Take back what still stands as a bulk change left it"}, step(s.Undo))
}

func reply(d Detail, err error) (*rest.Reply[Detail], error) {
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version), Body: d}, err
}

type listRequest struct {
	rest.Paging
	OrgID     id.ID `query:"org_id" doc:"of one company"`
	Everybody bool  `query:"everybody" doc:"not the caller's own alone: where he holds bulk.all"`
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Detail]], error) {
	all, next, err := s.List(ctx, in.OrgID, in.Everybody, Page{in.Cursor, in.Limit})
	return &rest.Body[rest.List[Detail]]{Body: rest.List[Detail]{Items: all, NextCursor: next}}, err
}

func (s *Service) apiGet(ctx context.Context, in *rest.Named) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.ID))
}

type rowsRequest struct {
	rest.Named
	rest.Paging
	State RowState `query:"state" enum:"waiting,changed,same,refused,restored,kept,left" default:"refused"`
}

func (s *Service) apiRows(ctx context.Context, in *rowsRequest) (*rest.Body[rest.List[ShownRow]], error) {
	rows, next, err := s.Rows(ctx, in.ID, in.State, Page{in.Cursor, in.Limit})
	return &rest.Body[rest.List[ShownRow]]{Body: rest.List[ShownRow]{Items: rows, NextCursor: next}}, err
}

// step is the handler of a step that a change takes.
func step(take func(ctx context.Context, i id.ID, version int64) (Detail, error)) func(context.Context, *rest.Versioned) (*rest.Reply[Detail], error) {
	return func(ctx context.Context, in *rest.Versioned) (*rest.Reply[Detail], error) {
		return rest.Step(*in, func(version int64) (Detail, error) { return take(ctx, in.ID, version) }, reply)
	}
}

// Input asks for a change C of the records that are named, or of all that a filter F
// chooses.
type Input[F, C any] struct {
	OrgID  id.ID  `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	Rows   []Seen `json:"rows,omitempty" maxItems:"1000" doc:"the records, as they were seen; absent: those of the filter"`
	Filter *F     `json:"filter,omitempty" doc:"all that it chooses; absent: the records that are named"`
	Change C      `json:"change"`
}

// Kind is a kind of records whose bulk changes a module lets ask for under its own
// path: chosen by F, changed by C.
type Kind[F, C any] struct {
	Name   string // of the records, as Add knows them
	Module string // begins the names of the operations
	Path   string // of the records
	Choose func(tx *db.Tx, who access.Who, org id.ID, f F, limit int) ([]Seen, error)
}

func (k Kind[F, C]) ask(in Input[F, C]) (a Ask, err error) {
	if err := required(len(in.Rows) > 0, in.Filter != nil); err != nil {
		return a, err
	}
	a = Ask{Kind: k.Name, OrgID: in.OrgID, Rows: in.Rows}
	if a.Change, err = json.Marshal(in.Change); err != nil {
		return a, fmt.Errorf("bulk: %w", err)
	}
	if in.Filter != nil {
		if a.Filter, err = json.Marshal(in.Filter); err != nil {
			return a, fmt.Errorf("bulk: %w", err)
		}
		a.Choose = func(tx *db.Tx, who access.Who, org id.ID, limit int) ([]Seen, error) {
			return k.Choose(tx, who, org, *in.Filter, limit)
		}
	}
	return a, nil
}

type startRequest[F, C any] struct {
	rest.Idempotent
	Body Input[F, C]
}

// Routes registers the operations by which changes of one kind are asked for.
func Routes[F, C any](a *rest.API, s *Service, k Kind[F, C]) {
	rest.Register(a, rest.Op{ID: k.Module + ".bulk_preview", Method: "POST", Path: k.Path + "/bulk-changes/preview", Summary: "What would come of a bulk change"},
		func(ctx context.Context, in *struct{ Body Input[F, C] }) (*rest.Body[Preview], error) {
			ask, err := k.ask(in.Body)
			if err != nil {
				return nil, err
			}
			v, err := s.Preview(ctx, ask)
			return &rest.Body[Preview]{Body: v}, err
		})
	rest.Register(a, rest.Op{ID: k.Module + ".bulk_start", Method: "POST", Path: k.Path + "/bulk-changes", Summary: "Begin a bulk change", Status: 202},
		func(ctx context.Context, in *startRequest[F, C]) (*rest.Reply[Detail], error) {
			ask, err := k.ask(in.Body)
			if err != nil {
				return nil, err
			}
			return reply(s.Start(ctx, in.Key, ask))
		})
}
