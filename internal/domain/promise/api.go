package promise

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const (
	allPromises = "/api/v1/promises"
	onePromise  = "/api/v1/promises/{id}"
	allTypes    = "/api/v1/promise-types"
	keyClasses  = "/api/v1/promise-key-classes"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	op := func(action Action, summary string) rest.Op {
		return rest.Op{ID: object + "." + string(action), Method: "POST", Path: onePromise + "/" + string(action), Summary: summary}
	}
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: allPromises, Summary: "Promises, filtered and sorted"}, s.apiList)
	rest.Register(a, rest.Op{ID: "promise.counts", Method: "GET", Path: allPromises + "/counts", Summary: "How many promises wait"}, s.apiCounts)
	rest.Register(a, rest.Op{ID: PermFigures, Method: "GET", Path: allPromises + "/figures", Summary: "How promises are kept, by unit, person or type"}, s.apiFigures)
	rest.Register(a, rest.Op{ID: "promise.people", Method: "GET", Path: allPromises + "/people", Summary: "Who keeps promises of a company"}, s.apiPeople)
	rest.Register(a, rest.Op{ID: "promise.preview", Method: "POST", Path: allPromises + "/preview", Summary: "What would become of a promise: whether it needs an approval, and by when it would be due"}, s.apiPreview)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: allPromises, Summary: "Promise something to a customer", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: onePromise, Summary: "A promise with its steps"}, s.apiGet)
	rest.Register(a, rest.Op{ID: "promise.deadline", Method: "GET", Path: onePromise + "/deadline", Summary: "How the due time of a promise was counted, day by day"}, s.apiDeadline)
	rest.Register(a, op(Approve, "Let a promise beyond the floor count"), step(s.Approve))
	rest.Register(a, op(Refuse, "Refuse a promise beyond the floor"), step(s.Refuse))
	rest.Register(a, op(Keep, "Put down that a promise was kept, with what proves it"), step(s.Keep))
	rest.Register(a, op(Break, "Put down that a promise is not kept"), step(s.Break))
	rest.Register(a, op(Assign, "Give a promise to somebody else"), step(s.Assign))
	rest.Register(a, op(Withdraw, "Withdraw a promise"), step(s.Withdraw))
	rest.Register(a, op(Reopen, "Take back the end of a promise"), step(s.Reopen))
	rest.Register(a, rest.Op{ID: "promise.types", Method: "GET", Path: allTypes, Summary: "What may be promised, with floor and limit"}, s.apiTypes)
	rest.Register(a, rest.Op{ID: PermSetType, Method: "PUT", Path: allTypes + "/{code}", Summary: "Change what may be promised, or add a type"}, s.apiSetType)
	rest.Register(a, rest.Op{ID: "promise.key", Method: "GET", Path: keyClasses, Summary: "Which classes make a customer a key customer"}, s.apiKey)
	rest.Register(a, rest.Op{ID: opSetKey, Method: "PUT", Path: keyClasses, Summary: "Change which classes make a customer a key customer"}, s.apiSetKey)
}

type listRequest struct {
	rest.Paging
	Filter
	Sort Sort `query:"sort" enum:"made_at,-made_at,due_at,-due_at" default:"-made_at"`
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Promise]], error) {
	items, next, err := s.List(ctx, ListInput{Filter: in.Filter, Sort: in.Sort, Cursor: in.Cursor, Limit: in.Limit})
	return &rest.Body[rest.List[Promise]]{Body: rest.List[Promise]{Items: items, NextCursor: next}}, err
}

// Company names a company.
type Company struct {
	OrgID id.ID `query:"org_id" doc:"the company, where the caller works for several"`
}

func (s *Service) apiCounts(ctx context.Context, in *Company) (*rest.Body[Counts], error) {
	c, err := s.Counts(ctx, in.OrgID)
	return &rest.Body[Counts]{Body: c}, err
}

type figuresRequest struct {
	Filter
	By By `query:"by" enum:"type,unit,person" default:"unit"`
}

func (s *Service) apiFigures(ctx context.Context, in *figuresRequest) (*rest.Body[Figures], error) {
	f, err := s.Figures(ctx, FiguresInput{Filter: in.Filter, By: in.By})
	return &rest.Body[Figures]{Body: f}, err
}

func (s *Service) apiPeople(ctx context.Context, in *Company) (*rest.Body[rest.List[access.Worker]], error) {
	people, err := s.People(ctx, in.OrgID)
	return &rest.Body[rest.List[access.Worker]]{Body: rest.List[access.Worker]{Items: people}}, err
}

type previewRequest struct {
	Body PreviewInput
}

func (s *Service) apiPreview(ctx context.Context, in *previewRequest) (*rest.Body[Preview], error) {
	p, err := s.Preview(ctx, in.Body)
	return &rest.Body[Preview]{Body: p}, err
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

type oneRequest struct {
	ID id.ID `path:"id"`
}

func (s *Service) apiGet(ctx context.Context, in *oneRequest) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.ID))
}

func (s *Service) apiDeadline(ctx context.Context, in *oneRequest) (*rest.Body[Explained], error) {
	x, err := s.Explain(ctx, in.ID)
	return &rest.Body[Explained]{Body: x}, err
}

// step is the handler of a step.
func step[I any](take func(ctx context.Context, i id.ID, version int64, in I) (Detail, error)) func(context.Context, *rest.ChangeRequest[I]) (*rest.Reply[Detail], error) {
	return rest.Change(take, func(d Detail) int64 { return d.Version })
}

func (s *Service) apiTypes(ctx context.Context, in *Company) (*rest.Body[rest.List[Type]], error) {
	all, err := s.Types(ctx, in.OrgID)
	return &rest.Body[rest.List[Type]]{Body: rest.List[Type]{Items: all}}, err
}

type typeRequest struct {
	Company
	Code string `path:"code" maxLength:"30"`
	rest.IfMatch
	Body TypeInput
}

func (s *Service) apiSetType(ctx context.Context, in *typeRequest) (*rest.Reply[Type], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	t, err := s.SetType(ctx, in.OrgID, in.Code, version, in.Body)
	return &rest.Reply[Type]{ETag: rest.ETag(t.Version), Body: t}, err
}

func keyReply(k KeyClasses, err error) (*rest.Reply[KeyClasses], error) {
	return &rest.Reply[KeyClasses]{ETag: rest.ETag(k.Version), Body: k}, err
}

func (s *Service) apiKey(ctx context.Context, in *Company) (*rest.Reply[KeyClasses], error) {
	return keyReply(s.KeyClasses(ctx, in.OrgID))
}

type keyRequest struct {
	Company
	rest.IfMatch
	Body struct {
		Classes []string `json:"classes" nullable:"false" maxItems:"20"`
	}
}

func (s *Service) apiSetKey(ctx context.Context, in *keyRequest) (*rest.Reply[KeyClasses], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return keyReply(s.SetKeyClasses(ctx, in.OrgID, version, in.Body.Classes))
}
