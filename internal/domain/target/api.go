package target

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const all, one = "/api/v1/sales-targets", "/api/v1/sales-targets/{manager_id}/{year}"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: all, Summary: "Account managers against their sales targets of a year"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermOwn, Method: "GET", Path: all + "/own", Summary: "The caller against his own sales target of a year"}, s.apiOwn)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: one, Summary: "An account manager's sales target, and the proposal for a growth"}, s.apiGet)
	rest.Register(a, rest.Op{ID: PermSet, Method: "PUT", Path: one, Summary: "Set an account manager's sales target; months left out have none"}, s.apiSet)
	rest.Register(a, rest.Op{ID: PermRemove, Method: "DELETE", Path: one, Summary: "Take an account manager's sales target away"}, s.apiRemove)
}

type yearRequest struct {
	OrgID id.ID `query:"org_id" doc:"only this company"`
	Year  int   `query:"year" minimum:"2000" maximum:"2198" doc:"absent: the present one"`
}

func (s *Service) apiList(ctx context.Context, in *yearRequest) (*rest.Body[Overview], error) {
	o, err := s.Overview(ctx, in.OrgID, in.Year)
	return &rest.Body[Overview]{Body: o}, err
}

func (s *Service) apiOwn(ctx context.Context, in *yearRequest) (*rest.Body[Overview], error) {
	o, err := s.Own(ctx, in.OrgID, in.Year)
	return &rest.Body[Overview]{Body: o}, err
}

// Which names a target.
type Which struct {
	OrgID     id.ID `query:"org_id" doc:"the company, where the caller works for several"`
	ManagerID id.ID `path:"manager_id"`
	Year      int   `path:"year" minimum:"2000" maximum:"2198"`
}

func (in Which) key() Key { return Key(in) }

func reply(st Standing, err error) (*rest.Reply[Standing], error) {
	return &rest.Reply[Standing]{ETag: rest.ETag(st.Version), Body: st}, err
}

type getRequest struct {
	Which
	GrowthPermille int64 `query:"growth_permille" minimum:"-500" maximum:"1000" doc:"for the proposal"`
}

func (s *Service) apiGet(ctx context.Context, in *getRequest) (*rest.Reply[Standing], error) {
	return reply(s.Get(ctx, in.key(), in.GrowthPermille))
}

type setRequest struct {
	Which
	rest.IfMatch
	Body Input
}

func (s *Service) apiSet(ctx context.Context, in *setRequest) (*rest.Reply[Standing], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Set(ctx, in.key(), version, in.Body))
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
	return &rest.Empty{}, s.Remove(ctx, in.key(), version)
}
