package supply

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	kinds(a, s, accountNoun, "an account", accountList{})
	kinds(a, s, premiseNoun, "a premise", premiseList{})
	kinds(a, s, pointNoun, "a metering point", pointList{})
	kinds(a, s, meterNoun, "a meter", meterList{})
	kinds(a, s, substationNoun, "a substation", substationList{})
	kinds(a, s, lineNoun, "a line", lineList{})
	kinds(a, s, districtNoun, "a transformer district", districtList{})
	kinds(a, s, equipmentNoun, "a piece of equipment", equipmentList{})
	kinds(a, s, conditionNoun, "a condition of equipment", conditionList{})
	kinds(a, s, contractNoun, "a supply contract", contractList{})
	s.accountRoutes(a)
	s.meterRoutes(a)
	s.traceRoutes(a)
	s.consumptionRoutes(a)
}

// query is what a list is asked with: the request itself.
type query interface {
	listing() Listing
	// where adds the conditions and tells whether one of them leads to few rows by
	// an index of its own.
	where(q *db.Query) (narrow bool)
}

// resolver is a query that has to look something up first.
type resolver interface {
	resolve(s *Service, tx *db.Tx, scope db.Scope) (query, error)
}

type createRequest[I any] struct {
	rest.Idempotent
	OrgID id.ID `query:"org_id" doc:"the company, where the caller works for several"`
	Body  I
}

type updateRequest[I any] struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body I
}

type removeRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

type byIDRequest struct {
	ID id.ID `path:"id"`
}

// kinds registers what every kind of record has: list, create, get, update,
// remove.
func kinds[R, I any, P entity[R, I], Q query](a *rest.API, s *Service, n noun[R, I, P], what string, _ Q) {
	path := "/api/v1/" + n.path
	rest.Register(a, rest.Op{ID: n.op(PermList), Method: "GET", Path: path, Summary: "List: " + what}, listHandler[R, I, P, Q](s, n))
	rest.Register(a, rest.Op{ID: n.op(PermCreate), Method: "POST", Path: path, Summary: "Add " + what, Status: 201},
		func(ctx context.Context, in *createRequest[I]) (*rest.Reply[R], error) {
			return reply[R](create(ctx, s, n, in.OrgID, in.Key, in.Body))
		})
	rest.Register(a, rest.Op{ID: n.op(PermGet), Method: "GET", Path: path + "/{id}", Summary: "Get " + what},
		func(ctx context.Context, in *byIDRequest) (*rest.Reply[R], error) {
			return reply[R](one(ctx, s, n, in.ID))
		})
	rest.Register(a, rest.Op{ID: n.op(PermUpdate), Method: "PUT", Path: path + "/{id}", Summary: "Change " + what},
		func(ctx context.Context, in *updateRequest[I]) (*rest.Reply[R], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			return reply[R](update(ctx, s, n, in.ID, version, in.Body))
		})
	rest.Register(a, rest.Op{ID: n.op(PermRemove), Method: "DELETE", Path: path + "/{id}", Summary: "Remove " + what + " that nothing refers to"},
		func(ctx context.Context, in *removeRequest) (*rest.Empty, error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			return &rest.Empty{}, remove(ctx, s, n, in.ID, version)
		})
	rest.Register(a, rest.Op{ID: n.op(PermExport), Method: "GET", Path: path + ".csv", Summary: "The list as CSV: " + what}, exportHandler[R, I, P, Q](s, n))
}

func reply[R any, P recordOf[R]](r P, err error) (*rest.Reply[R], error) {
	if err != nil {
		return nil, err
	}
	return &rest.Reply[R]{ETag: rest.ETag(r.head().Version), Body: *r}, nil
}

func listHandler[R, I any, P entity[R, I], Q query](s *Service, n noun[R, I, P]) func(context.Context, *Q) (*rest.Body[rest.List[R]], error) {
	return func(ctx context.Context, in *Q) (*rest.Body[rest.List[R]], error) {
		records, next, err := list(ctx, s, n, customer.SightOf(ctx), PermList, *in, (*in).listing().Cursor, (*in).listing().Limit)
		return &rest.Body[rest.List[R]]{Body: rest.List[R]{Items: records, NextCursor: next}}, err
	}
}

// list gives a page of records as they may be seen.
func list[R, I any, P entity[R, I]](ctx context.Context, s *Service, n noun[R, I, P], see customer.Sight, permission string, asked query, cursor string, limit int) (records []R, next string, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if r, ok := asked.(resolver); ok {
			if asked, err = r.resolve(s, tx, who.Scope); err != nil {
				return err
			}
		}
		records, next, err = readPage(tx, s, n, who.Scope, asked, cursor, limit)
		if err != nil {
			return err
		}
		if err := nameTx(tx, s, n, see, records); err != nil || permission != PermExport {
			return err
		}
		return nameForFileTx[R, P](tx, s, who.Scope, records)
	})
	if n.mask != nil {
		for i := range records {
			n.mask(see, &records[i])
		}
	}
	return records, next, err
}
