package webhook

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const all, one, told = "/api/v1/webhooks", "/api/v1/webhooks/{id}", "/api/v1/webhooks/{id}/deliveries"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: all, Summary: "Subscriptions to events, the newest first"}, s.apiList)
	rest.Register(a, rest.Op{ID: opKinds, Method: "GET", Path: "/api/v1/webhook-kinds", Summary: "Kinds of events that can be subscribed to"}, s.apiKinds)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: all, Summary: "Subscribe an address to events; the secret is in this answer alone", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: one, Summary: "A subscription"}, s.apiGet)
	rest.Register(a, rest.Op{ID: PermUpdate, Method: "PUT", Path: one, Summary: "Change, pause or take up a subscription"}, s.apiUpdate)
	rest.Register(a, rest.Op{ID: PermRotate, Method: "POST", Path: one + "/rotate", Summary: "Give a subscription a new secret; the old one ends at once"}, s.apiRotate)
	rest.Register(a, rest.Op{ID: PermRemove, Method: "DELETE", Path: one, Summary: "Remove a subscription with its log"}, s.apiRemove)
	rest.Register(a, rest.Op{ID: opTest, Method: "POST", Path: one + "/test", Summary: "Send a subscription a test event", Status: 201}, s.apiTest)
	rest.Register(a, rest.Op{ID: opDeliveries, Method: "GET", Path: told, Summary: "What a subscription was told, the newest first"}, s.apiDeliveries)
	rest.Register(a, rest.Op{ID: opDelivery, Method: "GET", Path: told + "/{delivery_id}", Summary: "A delivery with its body and every attempt"}, s.apiDelivery)
	rest.Register(a, rest.Op{ID: PermResend, Method: "POST", Path: told + "/{delivery_id}/resend", Summary: "Send a delivery again"}, s.apiResend)
}

type listRequest struct {
	rest.Paging
	OrgID id.ID `query:"org_id"`
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Webhook]], error) {
	items, next, err := s.List(ctx, in.OrgID, in.Cursor, in.Limit)
	return &rest.Body[rest.List[Webhook]]{Body: rest.List[Webhook]{Items: items, NextCursor: next}}, err
}

func (s *Service) apiKinds(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Kind]], error) {
	items, err := s.Kinds(ctx)
	return &rest.Body[rest.List[Kind]]{Body: rest.List[Kind]{Items: items}}, err
}

type createRequest struct {
	rest.Idempotent
	Body CreateInput
}

func madeReply(m Made, err error) (*rest.Reply[Made], error) {
	return &rest.Reply[Made]{ETag: rest.ETag(m.Version), Body: m}, err
}

func (s *Service) apiCreate(ctx context.Context, in *createRequest) (*rest.Reply[Made], error) {
	return madeReply(s.Create(ctx, in.Key, in.Body))
}

// Which names a subscription.
type Which struct {
	ID id.ID `path:"id"`
}

func reply(w Webhook, err error) (*rest.Reply[Webhook], error) {
	return &rest.Reply[Webhook]{ETag: rest.ETag(w.Version), Body: w}, err
}

func (s *Service) apiGet(ctx context.Context, in *Which) (*rest.Reply[Webhook], error) {
	return reply(s.Get(ctx, in.ID))
}

type updateRequest struct {
	Which
	rest.IfMatch
	Body UpdateInput
}

func (s *Service) apiUpdate(ctx context.Context, in *updateRequest) (*rest.Reply[Webhook], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Update(ctx, in.ID, version, in.Body))
}

// Change names a subscription and the version of it that is changed.
type Change struct {
	Which
	rest.IfMatch
}

func (s *Service) apiRotate(ctx context.Context, in *Change) (*rest.Reply[Made], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return madeReply(s.Rotate(ctx, in.ID, version))
}

func (s *Service) apiRemove(ctx context.Context, in *Change) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return nil, s.Remove(ctx, in.ID, version)
}

type testRequest struct {
	Which
	rest.Idempotent
}

func detailReply(d DeliveryDetail, err error) (*rest.Reply[DeliveryDetail], error) {
	return &rest.Reply[DeliveryDetail]{ETag: rest.ETag(d.Version), Body: d}, err
}

func (s *Service) apiTest(ctx context.Context, in *testRequest) (*rest.Reply[DeliveryDetail], error) {
	return detailReply(s.Test(ctx, in.Key, in.ID))
}

type deliveriesRequest struct {
	Which
	rest.Paging
	State DeliveryState `query:"state" enum:"queued,sending,delivered,failed,dropped"`
}

func (s *Service) apiDeliveries(ctx context.Context, in *deliveriesRequest) (*rest.Body[rest.List[Delivery]], error) {
	items, next, err := s.Deliveries(ctx, in.ID, in.State, in.Cursor, in.Limit)
	return &rest.Body[rest.List[Delivery]]{Body: rest.List[Delivery]{Items: items, NextCursor: next}}, err
}

// WhichDelivery names a delivery of a subscription.
type WhichDelivery struct {
	Which
	DeliveryID id.ID `path:"delivery_id"`
}

func (s *Service) apiDelivery(ctx context.Context, in *WhichDelivery) (*rest.Reply[DeliveryDetail], error) {
	return detailReply(s.Delivery(ctx, in.ID, in.DeliveryID))
}

type resendRequest struct {
	WhichDelivery
	rest.IfMatch
}

func (s *Service) apiResend(ctx context.Context, in *resendRequest) (*rest.Reply[DeliveryDetail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return detailReply(s.Resend(ctx, in.ID, in.DeliveryID, version))
}
