package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	s.customerRoutes(a)
	s.partRoutes(a)
	s.settingRoutes(a)
	s.receptionRoutes(a)
	s.exportRoutes(a)
}

func (s *Service) customerRoutes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: "/api/v1/customers", Summary: "List customers"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: "/api/v1/customers", Summary: "Add a customer", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermCheck, Method: "POST", Path: "/api/v1/customers/check", Summary: "Find customers a new one may be the same as"}, s.apiCheck)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: "/api/v1/customers/{id}", Summary: "One customer"}, s.apiGet)
	rest.Register(a, rest.Op{ID: "customer.card", Method: "GET", Path: "/api/v1/customers/{id}/card", Summary: "Basic information card"}, s.apiCard)
	rest.Register(a, rest.Op{ID: PermUpdate, Method: "PATCH", Path: "/api/v1/customers/{id}", Summary: "Change a customer; what is left out stays"}, s.apiUpdate)
	rest.Register(a, rest.Op{ID: PermClose, Method: "POST", Path: "/api/v1/customers/{id}/close", Summary: "Close an archive"}, s.apiClose)
	rest.Register(a, rest.Op{ID: PermReopen, Method: "POST", Path: "/api/v1/customers/{id}/reopen", Summary: "Reopen a closed archive"}, s.apiReopen)
	rest.Register(a, rest.Op{ID: PermTag, Method: "POST", Path: "/api/v1/customers/tag", Summary: "Add and remove tags of customers"}, s.apiTag)
	rest.Register(a, rest.Op{ID: PermClassify, Method: "POST", Path: "/api/v1/customers/classify", Summary: "Put customers into a class of a scheme"}, s.apiClassify)
	rest.Register(a, rest.Op{ID: "customer.merge_preview", Method: "GET", Path: "/api/v1/customers/{id}/merge-preview", Summary: "Two customers side by side"}, s.apiPreview)
	rest.Register(a, rest.Op{ID: PermMerge, Method: "POST", Path: "/api/v1/customers/{id}/merge", Summary: "Merge a duplicate into a customer"}, s.apiMerge)
	rest.Register(a, rest.Op{ID: PermUnmerge, Method: "POST", Path: "/api/v1/customers/{id}/unmerge", Summary: "Take the merging of this customer into another back"}, s.apiUnmerge)
	rest.Register(a, rest.Op{ID: "customer.merges", Method: "GET", Path: "/api/v1/customers/{id}/merges", Summary: "Merges a customer took part in"}, s.apiMerges)
	rest.Register(a, rest.Op{ID: PermHistory, Method: "GET", Path: "/api/v1/customers/{id}/history", Summary: "Changes of a customer, field by field, the newest first"}, s.apiHistory)
	rest.Register(a, rest.Op{ID: "customer.tags", Method: "GET", Path: "/api/v1/customer-tags", Summary: "Tags in use"}, s.apiTags)
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

type closeRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body CloseInput
}

func (s *Service) apiClose(ctx context.Context, in *closeRequest) (*rest.Reply[Customer], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Close(ctx, in.ID, version, in.Body))
}

type versioned struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

func (s *Service) apiReopen(ctx context.Context, in *versioned) (*rest.Reply[Customer], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Reopen(ctx, in.ID, version))
}

// Changed tells how many customers an operation changed.
type Changed struct {
	Changed int `json:"changed"`
}

func (s *Service) apiTag(ctx context.Context, in *struct{ Body TagInput }) (*rest.Body[Changed], error) {
	n, err := s.Tag(ctx, in.Body)
	return &rest.Body[Changed]{Body: Changed{n}}, err
}

func (s *Service) apiClassify(ctx context.Context, in *struct{ Body ClassifyInput }) (*rest.Body[Changed], error) {
	n, err := s.Classify(ctx, in.Body)
	return &rest.Body[Changed]{Body: Changed{n}}, err
}

func (s *Service) apiTags(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[TagCount]], error) {
	counts, err := s.Tags(ctx)
	return &rest.Body[rest.List[TagCount]]{Body: rest.List[TagCount]{Items: counts}}, err
}

type previewRequest struct {
	ID   id.ID `path:"id"`
	From id.ID `query:"from" required:"true" doc:"the duplicate"`
}

func (s *Service) apiPreview(ctx context.Context, in *previewRequest) (*rest.Body[Preview], error) {
	p, err := s.PreviewMerge(ctx, in.ID, in.From)
	return &rest.Body[Preview]{Body: p}, err
}

type mergeRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body MergeInput
}

func (s *Service) apiMerge(ctx context.Context, in *mergeRequest) (*rest.Reply[Customer], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Merge(ctx, in.ID, version, in.Body))
}

func (s *Service) apiUnmerge(ctx context.Context, in *versioned) (*rest.Reply[Customer], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Unmerge(ctx, in.ID, version))
}

func (s *Service) apiMerges(ctx context.Context, in *byID) (*rest.Body[rest.List[Merge]], error) {
	all, err := s.Merges(ctx, in.ID)
	return list(all, "", err)
}

func (s *Service) apiHistory(ctx context.Context, in *pagedPart) (*rest.Body[rest.List[HistoryEntry]], error) {
	return list(s.History(ctx, in.ID, paged(in.Paging)))
}

// Sheet names the release a sheet is printed by.
type Sheet struct {
	Release id.ID `query:"release_id" doc:"the sheet was taken by it and stands whole; absent: it is masked"`
}

type cardRequest struct {
	ID id.ID `path:"id"`
	Sheet
}

func (s *Service) apiCard(ctx context.Context, in *cardRequest) (*rest.Body[Card], error) {
	c, err := s.Card(ctx, in.ID, in.Release)
	return &rest.Body[Card]{Body: c}, err
}
