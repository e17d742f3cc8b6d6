package view

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const all, one = "/api/v1/views", "/api/v1/views/{id}"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: all, Summary: "Views of a list that are mine or shared with me, by name"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: all, Summary: "Keep a list as I want it", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermUpdate, Method: "PUT", Path: one, Summary: "Change a view, or with whom it is shared"}, s.apiUpdate)
	rest.Register(a, rest.Op{ID: PermRemove, Method: "DELETE", Path: one, Summary: "Take a view away"}, s.apiRemove)
	rest.Register(a, rest.Op{ID: PermRestore, Method: "POST", Path: one + "/restore", Summary: "Take a removed view back"}, s.apiRestore)
	rest.Register(a, rest.Op{ID: PermChoose, Method: "PUT", Path: one + "/choice", Summary: "Pin a view, or open its list by it"}, s.apiChoose)
}

func reply(v View, err error) (*rest.Reply[View], error) {
	return &rest.Reply[View]{ETag: rest.ETag(v.Version), Body: v}, err
}

type listRequest struct {
	List string `query:"list" required:"true" maxLength:"60"`
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[View]], error) {
	views, err := s.List(ctx, in.List)
	return &rest.Body[rest.List[View]]{Body: rest.List[View]{Items: views}}, err
}

type createRequest struct {
	rest.Idempotent
	Body struct {
		List string `json:"list" maxLength:"60"`
		Input
	}
}

func (s *Service) apiCreate(ctx context.Context, in *createRequest) (*rest.Reply[View], error) {
	return reply(s.Create(ctx, in.Key, in.Body.List, in.Body.Input))
}

// Which names a view.
type Which struct {
	ID id.ID `path:"id"`
}

type updateRequest struct {
	Which
	rest.IfMatch
	Body Input
}

func (s *Service) apiUpdate(ctx context.Context, in *updateRequest) (*rest.Reply[View], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Update(ctx, in.ID, version, in.Body))
}

type removeRequest struct {
	Which
	rest.IfMatch
}

func (s *Service) apiRemove(ctx context.Context, in *removeRequest) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return &rest.Empty{}, s.Remove(ctx, in.ID, version)
}

func (s *Service) apiRestore(ctx context.Context, in *Which) (*rest.Reply[View], error) {
	return reply(s.Restore(ctx, in.ID))
}

type chooseRequest struct {
	Which
	Body Choice
}

func (s *Service) apiChoose(ctx context.Context, in *chooseRequest) (*rest.Reply[View], error) {
	return reply(s.Choose(ctx, in.ID, in.Body))
}
