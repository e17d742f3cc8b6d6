package outage

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const (
	allOutages = "/api/v1/outages"
	oneOutage  = "/api/v1/outages/{id}"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	op := func(action Action, summary string) rest.Op {
		return rest.Op{ID: object + "." + string(action), Method: "POST", Path: oneOutage + "/" + string(action), Summary: summary}
	}
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: allOutages, Summary: "Outages, filtered and sorted"}, s.apiList)
	rest.Register(a, rest.Op{ID: "outage.causes", Method: "GET", Path: "/api/v1/outage-causes", Summary: "Why supply may fail"}, s.apiCauses)
	rest.Register(a, rest.Op{ID: "outage.locate", Method: "GET", Path: "/api/v1/cases/{id}/outage", Summary: "Where the fault of a case may be, and the outages under way there"}, s.apiLocate)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: allOutages, Summary: "Put an outage down", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: oneOutage, Summary: "An outage with its limits, cases and steps"}, s.apiGet)
	rest.Register(a, op(Join, "Take in a case that reports the outage"), step(s.Join))
	rest.Register(a, op(Leave, "Take a case out again"), step(s.Leave))
	rest.Register(a, op(Relocate, "Put an outage where it is found to be"), step(s.Relocate))
	rest.Register(a, op(Dispatch, "Send a crew"), step(s.Dispatch))
	rest.Register(a, op(Arrive, "Put down that the crew is there"), step(s.Arrive))
	rest.Register(a, op(Restore, "Put down that supply is back, and why it had failed"), step(s.Restore))
	rest.Register(a, op(Close, "Close an outage of which everybody is told"), step(s.Close))
	rest.Register(a, op(Cancel, "Cancel what was no outage"), step(s.Cancel))
}

type listRequest struct {
	rest.Paging
	Filter
	Sort Sort `query:"sort" enum:"urgency,reported_at,-reported_at" default:"urgency" doc:"urgency: what is under way by when it is due, then what is over, the newest first"`
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Outage]], error) {
	items, next, err := s.List(ctx, ListInput{Filter: in.Filter, Sort: in.Sort, Cursor: in.Cursor, Limit: in.Limit})
	return &rest.Body[rest.List[Outage]]{Body: rest.List[Outage]{Items: items, NextCursor: next}}, err
}

func (s *Service) apiCauses(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Cause]], error) {
	all, err := s.Causes(ctx)
	return &rest.Body[rest.List[Cause]]{Body: rest.List[Cause]{Items: all}}, err
}

func (s *Service) apiLocate(ctx context.Context, in *rest.Named) (*rest.Body[Located], error) {
	l, err := s.Locate(ctx, in.ID)
	return &rest.Body[Located]{Body: l}, err
}

func reply(d Detail, err error) (*rest.Reply[Detail], error) {
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version), Body: d}, err
}

type createRequest struct {
	rest.Idempotent
	Body CreateInput
}

func (s *Service) apiCreate(ctx context.Context, in *createRequest) (*rest.Reply[Detail], error) {
	return reply(s.Create(ctx, in.Key, in.Body))
}

func (s *Service) apiGet(ctx context.Context, in *rest.Named) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.ID))
}

// step is the handler of a step.
func step[I any](take func(ctx context.Context, i id.ID, version int64, in I) (Detail, error)) func(context.Context, *rest.ChangeRequest[I]) (*rest.Reply[Detail], error) {
	return rest.Change(take, func(d Detail) int64 { return d.Version })
}
