package proposal

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const all, one = "/api/v1/proposals", "/api/v1/proposals/{id}"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: all, Summary: "Proposed changes of archives, the newest first"}, s.apiList)
	rest.Register(a, rest.Op{ID: "proposal.counts", Method: "GET", Path: "/api/v1/proposal-counts", Summary: "How many proposals wait for the caller"}, s.apiCounts)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: all, Summary: "Propose a change of a customer, or a new one", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: one, Summary: "One proposal, field by field"}, s.apiGet)
	rest.Register(a, rest.Op{ID: opCorrect, Method: "PUT", Path: one, Summary: "Propose anew what was sent back"}, s.apiCorrect)
	rest.Register(a, rest.Op{ID: opWithdraw, Method: "POST", Path: one + "/withdraw", Summary: "Withdraw one's own proposal"}, s.apiWithdraw)
	rest.Register(a, rest.Op{ID: PermEndorse, Method: "POST", Path: one + "/endorse", Summary: "Pass a proposal on to the maintainers"}, s.apiEndorse)
	rest.Register(a, rest.Op{ID: opReturn, Method: "POST", Path: one + "/return", Summary: "Send a proposal back to be corrected"}, s.apiReturn)
	rest.Register(a, rest.Op{ID: PermDecide, Method: "POST", Path: one + "/decide", Summary: "Accept or reject field by field; what is accepted is applied"}, s.apiDecide)
}

type listRequest struct {
	rest.Paging
	Filter
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Proposal]], error) {
	items, next, err := s.List(ctx, in.Filter, in.Cursor, in.Limit)
	return &rest.Body[rest.List[Proposal]]{Body: rest.List[Proposal]{Items: items, NextCursor: next}}, err
}

func (s *Service) apiCounts(ctx context.Context, in *struct {
	OrgID id.ID `query:"org_id"`
}) (*rest.Body[Counts], error) {
	c, err := s.Counts(ctx, in.OrgID)
	return &rest.Body[Counts]{Body: c}, err
}

func reply(d Detail, err error) (*rest.Reply[Detail], error) {
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version), Body: d}, err
}

type createRequest struct {
	rest.Idempotent
	Body Input
}

func (s *Service) apiCreate(ctx context.Context, in *createRequest) (*rest.Reply[Detail], error) {
	return reply(s.Create(ctx, in.Key, in.Body))
}

func (s *Service) apiGet(ctx context.Context, in *rest.Named) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.ID))
}

type correctRequest struct {
	rest.Versioned
	Body Input
}

func (s *Service) apiCorrect(ctx context.Context, in *correctRequest) (*rest.Reply[Detail], error) {
	return rest.Step(in.Versioned, func(v int64) (Detail, error) { return s.Correct(ctx, in.ID, v, in.Body) }, reply)
}

func (s *Service) apiWithdraw(ctx context.Context, in *rest.Versioned) (*rest.Reply[Detail], error) {
	return rest.Step(*in, func(v int64) (Detail, error) { return s.Withdraw(ctx, in.ID, v) }, reply)
}

func (s *Service) apiEndorse(ctx context.Context, in *rest.Versioned) (*rest.Reply[Detail], error) {
	return rest.Step(*in, func(v int64) (Detail, error) { return s.Endorse(ctx, in.ID, v) }, reply)
}

type returnRequest struct {
	rest.Versioned
	Body struct {
		Why string `json:"why" minLength:"1" maxLength:"500"`
	}
}

func (s *Service) apiReturn(ctx context.Context, in *returnRequest) (*rest.Reply[Detail], error) {
	return rest.Step(in.Versioned, func(v int64) (Detail, error) { return s.Return(ctx, in.ID, v, in.Body.Why) }, reply)
}

type decideRequest struct {
	rest.Versioned
	Body DecideInput
}

func (s *Service) apiDecide(ctx context.Context, in *decideRequest) (*rest.Reply[Detail], error) {
	return rest.Step(in.Versioned, func(v int64) (Detail, error) { return s.Decide(ctx, in.ID, v, in.Body) }, reply)
}
