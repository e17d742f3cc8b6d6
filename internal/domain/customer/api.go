package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	s.customerRoutes(a)
}

func (s *Service) customerRoutes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: "/api/v1/customers", Summary: "List customers"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: "/api/v1/customers", Summary: "Add a customer", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermCheck, Method: "POST", Path: "/api/v1/customers/check", Summary: "Find customers a new one may be the same as"}, s.apiCheck)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: "/api/v1/customers/{id}", Summary: "One customer"}, s.apiGet)
	rest.Register(a, rest.Op{ID: PermUpdate, Method: "PATCH", Path: "/api/v1/customers/{id}", Summary: "Change a customer; what is left out stays"}, s.apiUpdate)
}

type byID struct {
	ID id.ID `path:"id"`
}

type listRequest struct {
	rest.Paging
	Filter
	Sort  Sort `query:"sort" enum:"name,-name,created_at,-created_at,customer_no,-customer_no" default:"-created_at"`
	Phone bool `query:"phone" doc:"give the primary phone of each, too"`
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Item]], error) {
	items, next, err := s.List(ctx, ListInput{Filter: in.Filter, Sort: in.Sort, Cursor: in.Cursor, Limit: in.Limit, WithPhone: in.Phone})
	return &rest.Body[rest.List[Item]]{Body: rest.List[Item]{Items: items, NextCursor: next}}, err
}

type createRequest struct {
	rest.Idempotent
	Body CreateInput
}

func reply(c Customer, err error) (*rest.Reply[Customer], error) {
	return &rest.Reply[Customer]{ETag: rest.ETag(c.Version), Body: c}, err
}

func (s *Service) apiCreate(ctx context.Context, in *createRequest) (*rest.Reply[Customer], error) {
	return reply(s.Create(ctx, in.Key, in.Body))
}

func (s *Service) apiCheck(ctx context.Context, in *struct{ Body CreateInput }) (*rest.Body[rest.List[Candidate]], error) {
	found, err := s.Check(ctx, in.Body)
	return &rest.Body[rest.List[Candidate]]{Body: rest.List[Candidate]{Items: found}}, err
}

func (s *Service) apiGet(ctx context.Context, in *byID) (*rest.Reply[Customer], error) {
	return reply(s.Get(ctx, in.ID))
}

type updateRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body UpdateInput
}

func (s *Service) apiUpdate(ctx context.Context, in *updateRequest) (*rest.Reply[Customer], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Update(ctx, in.ID, version, in.Body))
}
