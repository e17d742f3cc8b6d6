package org

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: "/api/v1/orgs", Summary: "List the organisation tree, parents first"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: "/api/v1/orgs", Summary: "Add an organisation", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermRename, Method: "PUT", Path: "/api/v1/orgs/{id}/name", Summary: "Rename an organisation"}, s.apiRename)
}

func (s *Service) apiList(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Org]], error) {
	orgs, err := s.List(ctx)
	return &rest.Body[rest.List[Org]]{Body: rest.List[Org]{Items: orgs}}, err
}

type createRequest struct {
	rest.Idempotent
	Body CreateInput
}

func (s *Service) apiCreate(ctx context.Context, in *createRequest) (*rest.Reply[Org], error) {
	o, err := s.Create(ctx, in.Key, in.Body)
	return &rest.Reply[Org]{ETag: rest.ETag(o.Version), Body: o}, err
}

type renameRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body RenameInput
}

func (s *Service) apiRename(ctx context.Context, in *renameRequest) (*rest.Reply[Org], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	o, err := s.Rename(ctx, in.ID, version, in.Body)
	return &rest.Reply[Org]{ETag: rest.ETag(o.Version), Body: o}, err
}
