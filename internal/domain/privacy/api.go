package privacy

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const all, one, export = "/api/v1/privacy-requests", "/api/v1/privacy-requests/{id}", "/api/v1/privacy-exports/{id}/content"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: all, Summary: "Requests of persons about their data, the newest first"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermReceive, Method: "POST", Path: all, Summary: "Register a request", Status: 201}, s.apiReceive)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: one, Summary: "One request"}, s.apiGet)
	rest.Register(a, rest.Op{ID: PermVerify, Method: "POST", Path: one + "/verify", Summary: "Note that the person is who he says"}, s.apiVerify)
	rest.Register(a, rest.Op{ID: PermFinish, Method: "POST", Path: one + "/finish", Summary: "Close a request that was complied with"}, s.apiFinish)
	rest.Register(a, rest.Op{ID: PermRefuse, Method: "POST", Path: one + "/refuse", Summary: "Refuse a request with a legal reason"}, s.apiRefuse)
	rest.Register(a, rest.Op{ID: PermExport, Method: "POST", Path: one + "/export", Summary: "Collect the person's data into one file in the background", Status: 202}, s.apiExport)
	rest.Register(a, rest.Op{ID: opDownload, Method: "GET", Path: export, Summary: "The file of a person's data"}, s.apiDownload)
	rest.Register(a, rest.Op{ID: opPreview, Method: "GET", Path: one + "/erasure", Summary: "What erasing the person would destroy, anonymise and keep, and what forbids it"}, s.apiPreview)
	rest.Register(a, rest.Op{ID: PermErase, Method: "POST", Path: one + "/erasure", Summary: "Propose to erase the person; another confirms"}, s.apiPropose)
	rest.Register(a, rest.Op{ID: opDrop, Method: "DELETE", Path: one + "/erasure", Summary: "Take a proposed erasure back"}, s.apiDrop)
	rest.Register(a, rest.Op{ID: PermConfirm, Method: "POST", Path: one + "/erasure/confirm", Summary: "Erase the person, as another proposed"}, s.apiConfirm)
	const consents = "/api/v1/customers/{id}/consents"
	rest.Register(a, rest.Op{ID: PermConsents, Method: "GET", Path: consents, Summary: "How a customer stands to every purpose, with the history"}, s.apiConsents)
	rest.Register(a, rest.Op{ID: PermGive, Method: "POST", Path: consents, Summary: "Record that a customer consents", Status: 201}, s.apiGive)
	rest.Register(a, rest.Op{ID: PermWithdraw, Method: "POST", Path: consents + "/withdraw", Summary: "Record that a customer withdraws his consent", Status: 201}, s.apiWithdraw)
	const purposes, purpose = "/api/v1/consent-purposes", "/api/v1/consent-purposes/{code}"
	rest.Register(a, rest.Op{ID: PermPurposes, Method: "GET", Path: purposes, Summary: "Purposes of consent with every text, and how many consent"}, s.apiPurposes)
	rest.Register(a, rest.Op{ID: PermCreatePurpose, Method: "POST", Path: purposes, Summary: "Add a purpose", Status: 201}, s.apiCreatePurpose)
	rest.Register(a, rest.Op{ID: PermUpdatePurpose, Method: "PUT", Path: purpose, Summary: "Change or retire a purpose; another text asks for consent anew"}, s.apiUpdatePurpose)
	rest.Register(a, rest.Op{ID: PermDeletePurpose, Method: "DELETE", Path: purpose, Summary: "Delete a purpose nobody was asked for"}, s.apiDeletePurpose)
}

type byID struct {
	ID id.ID `path:"id"`
}

type listRequest struct {
	rest.Paging
	ListInput
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Request]], error) {
	all, next, err := s.List(ctx, in.ListInput, in.Cursor, in.Limit)
	return &rest.Body[rest.List[Request]]{Body: rest.List[Request]{Items: all, NextCursor: next}}, err
}

type receiveRequest struct {
	rest.Idempotent
	Body ReceiveInput
}

func (s *Service) apiReceive(ctx context.Context, in *receiveRequest) (*rest.Reply[Request], error) {
	r, err := s.Receive(ctx, in.Key, in.Body)
	return &rest.Reply[Request]{ETag: rest.ETag(r.Version), Body: r}, err
}

func reply(d Detail, err error) (*rest.Reply[Detail], error) {
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version), Body: d}, err
}

func (s *Service) apiGet(ctx context.Context, in *byID) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.ID))
}

// Changing names a request and its version.
type Changing struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

type changeRequest[B any] struct {
	Changing
	Body B
}

// changing calls a use case with the version the request names.
func changing[B any](ctx context.Context, in *changeRequest[B], do func(context.Context, id.ID, int64, B) (Detail, error)) (*rest.Reply[Detail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(do(ctx, in.ID, version, in.Body))
}

func (s *Service) apiVerify(ctx context.Context, in *changeRequest[VerifyInput]) (*rest.Reply[Detail], error) {
	return changing(ctx, in, s.Verify)
}

func (s *Service) apiFinish(ctx context.Context, in *changeRequest[FinishInput]) (*rest.Reply[Detail], error) {
	return changing(ctx, in, s.Finish)
}

func (s *Service) apiRefuse(ctx context.Context, in *changeRequest[RefuseInput]) (*rest.Reply[Detail], error) {
	return changing(ctx, in, s.Refuse)
}

func (s *Service) apiPropose(ctx context.Context, in *changeRequest[EraseInput]) (*rest.Reply[Detail], error) {
	return changing(ctx, in, s.Propose)
}

func (s *Service) apiConfirm(ctx context.Context, in *changeRequest[EraseInput]) (*rest.Reply[Detail], error) {
	return changing(ctx, in, s.Confirm)
}

func (s *Service) apiDrop(ctx context.Context, in *Changing) (*rest.Reply[Detail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Drop(ctx, in.ID, version))
}

type exportRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body ExportInput
}

func (s *Service) apiExport(ctx context.Context, in *exportRequest) (*rest.Body[Export], error) {
	e, err := s.Export(ctx, in.Key, in.ID, in.Body)
	return &rest.Body[Export]{Body: e}, err
}

func (s *Service) apiDownload(ctx context.Context, in *byID) (*rest.Stream, error) {
	r, name, size, err := s.Download(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return rest.Download(name, "application/zip", size, r), nil
}

func (s *Service) apiPreview(ctx context.Context, in *byID) (*rest.Body[Preview], error) {
	v, err := s.Preview(ctx, in.ID)
	return &rest.Body[Preview]{Body: v}, err
}

func (s *Service) apiConsents(ctx context.Context, in *byID) (*rest.Body[rest.List[PurposeState]], error) {
	all, err := s.Consents(ctx, in.ID)
	return &rest.Body[rest.List[PurposeState]]{Body: rest.List[PurposeState]{Items: all}}, err
}

type consentRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body ConsentInput
}

func (s *Service) apiGive(ctx context.Context, in *consentRequest) (*rest.Body[Consent], error) {
	c, err := s.Give(ctx, in.Key, in.ID, in.Body)
	return &rest.Body[Consent]{Body: c}, err
}

func (s *Service) apiWithdraw(ctx context.Context, in *consentRequest) (*rest.Body[Consent], error) {
	c, err := s.Withdraw(ctx, in.Key, in.ID, in.Body)
	return &rest.Body[Consent]{Body: c}, err
}
