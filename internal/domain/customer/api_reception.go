package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

func (s *Service) receptionRoutes(a *rest.API) {
	const all, one, checks = "/api/v1/receptions", "/api/v1/receptions/{id}", "/api/v1/reception-checks"
	rest.Register(a, rest.Op{ID: PermReceptionList, Method: "GET", Path: all, Summary: "Reception register, the latest first"}, s.apiReceptions)
	rest.Register(a, rest.Op{ID: PermReceptionCreate, Method: "POST", Path: all, Summary: "Register a visitor", Status: 201}, s.apiReceive)
	rest.Register(a, rest.Op{ID: PermReceptionGet, Method: "GET", Path: one, Summary: "One visitor with his log"}, s.apiReception)
	rest.Register(a, rest.Op{ID: PermReceptionUpdate, Method: "PUT", Path: one, Summary: "Change what is known of a visitor"}, s.apiUpdateReception)
	rest.Register(a, rest.Op{ID: PermReceptionLog, Method: "POST", Path: one + "/log", Summary: "Record a later contact with a visitor", Status: 201}, s.apiLogReception)
	rest.Register(a, rest.Op{ID: PermReceptionLink, Method: "POST", Path: one + "/link", Summary: "Tie a visitor to a customer, or make one of him"}, s.apiLinkReception)
	rest.Register(a, rest.Op{ID: "reception.unlink", Method: "POST", Path: one + "/unlink", Summary: "Take a visitor's tie to a customer back"}, s.apiUnlinkReception)
	rest.Register(a, rest.Op{ID: "reception.known", Method: "POST", Path: all + "/known", Summary: "Earlier visits and customers with a phone"}, s.apiKnownVisitor)
	rest.Register(a, rest.Op{ID: "reception.receivers", Method: "GET", Path: all + "/receivers", Summary: "Who received visitors"}, s.apiReceivers)
	rest.Register(a, rest.Op{ID: "reception.personal_log", Method: "GET", Path: "/api/v1/reception-log", Summary: "Later contacts one person recorded, the newest first"}, s.apiPersonalLog)
	rest.Register(a, rest.Op{ID: "reception.check_states", Method: "GET", Path: checks + "/states", Summary: "Whose log waits for its check"}, s.apiCheckStates)
	rest.Register(a, rest.Op{ID: PermReceptionCheck, Method: "POST", Path: checks, Summary: "Check a person's log", Status: 201}, s.apiCheckLog)
	rest.Register(a, rest.Op{ID: "reception.checks", Method: "GET", Path: checks, Summary: "Checks of a person's log, the newest first"}, s.apiChecks)
}

type receptionsRequest struct {
	rest.Paging
	ReceptionFilter
}

func (s *Service) apiReceptions(ctx context.Context, in *receptionsRequest) (*rest.Body[rest.List[Reception]], error) {
	return list(s.Receptions(ctx, in.ReceptionFilter, paged(in.Paging)))
}

type receiveRequest struct {
	rest.Idempotent
	Body ReceptionInput
}

func receptionReply(d ReceptionDetail, err error) (*rest.Reply[ReceptionDetail], error) {
	return &rest.Reply[ReceptionDetail]{ETag: rest.ETag(d.Version), Body: d}, err
}

func (s *Service) apiReceive(ctx context.Context, in *receiveRequest) (*rest.Reply[ReceptionDetail], error) {
	return receptionReply(s.Receive(ctx, in.Key, in.Body))
}

func (s *Service) apiReception(ctx context.Context, in *byID) (*rest.Reply[ReceptionDetail], error) {
	return receptionReply(s.Reception(ctx, in.ID))
}

type updateReceptionRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body ReceptionInput
}

func (s *Service) apiUpdateReception(ctx context.Context, in *updateReceptionRequest) (*rest.Reply[ReceptionDetail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return receptionReply(s.UpdateReception(ctx, in.ID, version, in.Body))
}

type logReceptionRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body LogInput
}

func (s *Service) apiLogReception(ctx context.Context, in *logReceptionRequest) (*rest.Body[LogEntry], error) {
	e, err := s.LogReception(ctx, in.Key, in.ID, in.Body)
	return &rest.Body[LogEntry]{Body: e}, err
}

type linkRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body LinkInput
}

func (s *Service) apiLinkReception(ctx context.Context, in *linkRequest) (*rest.Reply[ReceptionDetail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return receptionReply(s.LinkReception(ctx, in.ID, version, in.Body))
}

type unlinkRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

func (s *Service) apiUnlinkReception(ctx context.Context, in *unlinkRequest) (*rest.Reply[ReceptionDetail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return receptionReply(s.UnlinkReception(ctx, in.ID, version))
}

func (s *Service) apiKnownVisitor(ctx context.Context, in *struct{ Body KnownInput }) (*rest.Body[Known], error) {
	k, err := s.KnownVisitor(ctx, in.Body)
	return &rest.Body[Known]{Body: k}, err
}

func (s *Service) apiReceivers(ctx context.Context, in *OfCompany) (*rest.Body[rest.List[Receiver]], error) {
	all, err := s.Receivers(ctx, in.OrgID)
	return list(all, "", err)
}

type personalLogRequest struct {
	rest.Paging
	OfCompany
	AuthorID id.ID `query:"author_id" required:"true"`
}

func (s *Service) apiPersonalLog(ctx context.Context, in *personalLogRequest) (*rest.Body[rest.List[LogEntry]], error) {
	return list(s.PersonalLog(ctx, in.OrgID, in.AuthorID, paged(in.Paging)))
}

func (s *Service) apiCheckStates(ctx context.Context, in *OfCompany) (*rest.Body[rest.List[CheckState]], error) {
	states, err := s.CheckStates(ctx, in.OrgID)
	return list(states, "", err)
}

type checkLogRequest struct {
	rest.Idempotent
	Body CheckInput
}

func (s *Service) apiCheckLog(ctx context.Context, in *checkLogRequest) (*rest.Body[LogCheck], error) {
	c, err := s.CheckLog(ctx, in.Key, in.Body)
	return &rest.Body[LogCheck]{Body: c}, err
}

type checksRequest struct {
	rest.Paging
	OfCompany
	ReceiverID id.ID `query:"receiver_id" required:"true"`
}

func (s *Service) apiChecks(ctx context.Context, in *checksRequest) (*rest.Body[rest.List[LogCheck]], error) {
	return list(s.Checks(ctx, in.OrgID, in.ReceiverID, paged(in.Paging)))
}
