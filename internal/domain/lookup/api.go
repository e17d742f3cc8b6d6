package lookup

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const all, one = "/api/v1/lookups", "/api/v1/lookups/{id}"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: all, Summary: "Everybody's look-ups of confidential data, the newest first"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermMine, Method: "GET", Path: all + "/mine", Summary: "My look-ups, the newest first"}, s.apiMine)
	rest.Register(a, rest.Op{ID: PermRule, Method: "GET", Path: all + "/rule", Summary: "How long and how much a company lets look up"}, s.apiRule)
	rest.Register(a, rest.Op{ID: PermSetRule, Method: "PUT", Path: all + "/rule", Summary: "Change it"}, s.apiSetRule)
	rest.Register(a, rest.Op{ID: PermFields, Method: "GET", Path: all + "/fields", Summary: "How the fields of the archive are classified"}, s.apiFields)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: one, Summary: "A look-up with its customers and who may decide"}, s.apiGet)
	rest.Register(a, rest.Op{ID: PermLooks, Method: "GET", Path: one + "/looks", Summary: "What was seen on it, the newest first"}, s.apiLooks)
	rest.Register(a, rest.Op{ID: PermAsk, Method: "POST", Path: all, Summary: "Ask to see, export or print confidential data for a time", Status: 201}, s.apiAsk)
	rest.Register(a, rest.Op{ID: opPreview, Method: "POST", Path: all + "/preview", Summary: "How many customers a filter would ask for, and in words"}, s.apiPreview)
	rest.Register(a, rest.Op{ID: PermEmergency, Method: "POST", Path: all + "/emergency", Summary: "Look up at once; it is reviewed afterwards", Status: 201}, s.apiEmergency)
	rest.Register(a, rest.Op{ID: PermDecide, Method: "POST", Path: one + "/decide", Summary: "Approve or refuse somebody's request"}, s.apiDecide)
	rest.Register(a, rest.Op{ID: PermStart, Method: "POST", Path: one + "/start", Summary: "Begin my approved look-up: its time runs"}, s.apiStart)
	rest.Register(a, rest.Op{ID: PermWithdraw, Method: "POST", Path: one + "/withdraw", Summary: "Take my request back"}, s.apiWithdraw)
	rest.Register(a, rest.Op{ID: PermEnd, Method: "POST", Path: one + "/end", Summary: "Give a running look-up back, or revoke somebody's"}, s.apiEnd)
	rest.Register(a, rest.Op{ID: PermReview, Method: "POST", Path: one + "/review", Summary: "Judge an emergency look-up"}, s.apiReview)
	rest.Register(a, rest.Op{ID: opTake, Method: "POST", Path: one + "/sheets", Summary: "Let a sheet about a customer of my running look-up be printed whole", Status: 201}, s.apiTake)
	rest.Register(a, rest.Op{ID: PermTrace, Method: "POST", Path: all + "/trace", Summary: "Who took the file or sheet that a serial number stands on"}, s.apiTrace)
}

type listRequest struct {
	rest.Paging
	Filter
}

func (in *listRequest) page() customer.Page { return customer.Page{Cursor: in.Cursor, Limit: in.Limit} }

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Lookup]], error) {
	items, next, err := s.List(ctx, in.Filter, in.page())
	return &rest.Body[rest.List[Lookup]]{Body: rest.List[Lookup]{Items: items, NextCursor: next}}, err
}

func (s *Service) apiMine(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Lookup]], error) {
	items, next, err := s.Mine(ctx, in.Filter, in.page())
	return &rest.Body[rest.List[Lookup]]{Body: rest.List[Lookup]{Items: items, NextCursor: next}}, err
}

func reply(d Detail, err error) (*rest.Reply[Detail], error) {
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version), Body: d}, err
}

type oneRequest struct {
	ID id.ID `path:"id"`
}

func (s *Service) apiGet(ctx context.Context, in *oneRequest) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.ID))
}

type looksRequest struct {
	ID id.ID `path:"id"`
	rest.Paging
}

func (s *Service) apiLooks(ctx context.Context, in *looksRequest) (*rest.Body[rest.List[customer.Look]], error) {
	items, next, err := s.Looks(ctx, in.ID, customer.Page{Cursor: in.Cursor, Limit: in.Limit})
	return &rest.Body[rest.List[customer.Look]]{Body: rest.List[customer.Look]{Items: items, NextCursor: next}}, err
}

type askRequest struct {
	rest.Idempotent
	Body AskInput
}

func (s *Service) apiAsk(ctx context.Context, in *askRequest) (*rest.Reply[Detail], error) {
	return reply(s.Ask(ctx, in.Key, in.Body))
}

type previewRequest struct {
	Body customer.Filter
}

func (s *Service) apiPreview(ctx context.Context, in *previewRequest) (*rest.Body[Extent], error) {
	e, err := s.Preview(ctx, in.Body)
	return &rest.Body[Extent]{Body: e}, err
}

type emergencyRequest struct {
	rest.Idempotent
	Body EmergencyInput
}

func (s *Service) apiEmergency(ctx context.Context, in *emergencyRequest) (*rest.Reply[Detail], error) {
	return reply(s.Emergency(ctx, in.Key, in.Body))
}

// Change names a look-up and the version of it that is changed.
type Change struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

func (in Change) with(change func(version int64) (Detail, error)) (*rest.Reply[Detail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(change(version))
}

type decideRequest struct {
	Change
	Body DecideInput
}

func (s *Service) apiDecide(ctx context.Context, in *decideRequest) (*rest.Reply[Detail], error) {
	return in.with(func(version int64) (Detail, error) { return s.Decide(ctx, in.ID, version, in.Body) })
}

func (s *Service) apiStart(ctx context.Context, in *Change) (*rest.Reply[Detail], error) {
	return in.with(func(version int64) (Detail, error) { return s.Start(ctx, in.ID, version) })
}

func (s *Service) apiWithdraw(ctx context.Context, in *Change) (*rest.Reply[Detail], error) {
	return in.with(func(version int64) (Detail, error) { return s.Withdraw(ctx, in.ID, version) })
}

func (s *Service) apiEnd(ctx context.Context, in *Change) (*rest.Reply[Detail], error) {
	return in.with(func(version int64) (Detail, error) { return s.End(ctx, in.ID, version) })
}

type reviewRequest struct {
	Change
	Body ReviewInput
}

func (s *Service) apiReview(ctx context.Context, in *reviewRequest) (*rest.Reply[Detail], error) {
	return in.with(func(version int64) (Detail, error) { return s.Review(ctx, in.ID, version, in.Body) })
}

// Company names a company.
type Company struct {
	OrgID id.ID `query:"org_id" doc:"the company, where the caller works for several"`
}

func ruleReply(r CompanyRule, err error) (*rest.Reply[CompanyRule], error) {
	return &rest.Reply[CompanyRule]{ETag: rest.ETag(r.Version), Body: r}, err
}

func (s *Service) apiRule(ctx context.Context, in *Company) (*rest.Reply[CompanyRule], error) {
	return ruleReply(s.Rule(ctx, in.OrgID))
}

type setRuleRequest struct {
	Company
	rest.IfMatch
	Body Rule
}

func (s *Service) apiSetRule(ctx context.Context, in *setRuleRequest) (*rest.Reply[CompanyRule], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return ruleReply(s.SetRule(ctx, in.OrgID, version, in.Body))
}

func (s *Service) apiFields(ctx context.Context, in *Company) (*rest.Body[Fields], error) {
	f, err := s.Fields(ctx, in.OrgID)
	return &rest.Body[Fields]{Body: f}, err
}

type takeRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body SheetInput
}

func (s *Service) apiTake(ctx context.Context, in *takeRequest) (*rest.Body[TakenSheet], error) {
	t, err := s.Take(ctx, in.Key, in.ID, in.Body)
	return &rest.Body[TakenSheet]{Body: t}, err
}

type traceRequest struct {
	Body struct {
		Serial string `json:"serial" minLength:"1" maxLength:"40" doc:"as it stands on the file"`
	}
}

func (s *Service) apiTrace(ctx context.Context, in *traceRequest) (*rest.Body[Taken], error) {
	t, err := s.Trace(ctx, in.Body.Serial)
	return &rest.Body[Taken]{Body: t}, err
}
