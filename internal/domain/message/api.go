package message

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const all, one = "/api/v1/messages", "/api/v1/messages/{id}"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: all, Summary: "E-mails and SMS, the newest first"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: one, Summary: "A message with its text and every attempt"}, s.apiGet)
	rest.Register(a, rest.Op{ID: PermRetry, Method: "POST", Path: one + "/retry", Summary: "Send a message again that did not arrive, or may not have"}, s.apiRetry)
	rest.Register(a, rest.Op{ID: PermDrop, Method: "POST", Path: one + "/drop", Summary: "Stop a message"}, s.apiDrop)
	rest.Register(a, rest.Op{ID: opTest, Method: "POST", Path: all + "/test", Summary: "Send a test by a channel", Status: 201}, s.apiTest)

	const templates, template = "/api/v1/message-templates", "/api/v1/message-templates/{code}"
	rest.Register(a, rest.Op{ID: PermTemplates, Method: "GET", Path: templates, Summary: "Templates as a company uses them"}, s.apiTemplates)
	rest.Register(a, rest.Op{ID: opTemplate, Method: "GET", Path: template, Summary: "A template with its earlier versions"}, s.apiTemplate)
	rest.Register(a, rest.Op{ID: PermEditTemplate, Method: "PUT", Path: template, Summary: "Change the texts of a template: a new version"}, s.apiEditTemplate)
	rest.Register(a, rest.Op{ID: opPreview, Method: "POST", Path: template + "/preview", Summary: "Texts as a person would get them; nothing is kept"}, s.apiPreview)

	const email, sms = "/api/v1/message-channels/email", "/api/v1/message-channels/sms"
	rest.Register(a, rest.Op{ID: opEmail, Method: "GET", Path: email, Summary: "How a company sends e-mail, without its password"}, s.apiEmail)
	rest.Register(a, rest.Op{ID: opSetEmail, Method: "PUT", Path: email, Summary: "Set the mail server"}, s.apiSetEmail)
	rest.Register(a, rest.Op{ID: opSMS, Method: "GET", Path: sms, Summary: "How a company hands SMS to its gateway, without the secret"}, s.apiSMS)
	rest.Register(a, rest.Op{ID: opSetSMS, Method: "PUT", Path: sms, Summary: "Set the SMS gateway"}, s.apiSetSMS)
}

type listRequest struct {
	rest.Paging
	Filter
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Message]], error) {
	items, next, err := s.List(ctx, in.Filter, in.Cursor, in.Limit)
	return &rest.Body[rest.List[Message]]{Body: rest.List[Message]{Items: items, NextCursor: next}}, err
}

type oneRequest struct {
	ID id.ID `path:"id"`
}

func reply(d Detail, err error) (*rest.Reply[Detail], error) {
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version), Body: d}, err
}

func (s *Service) apiGet(ctx context.Context, in *oneRequest) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.ID))
}

// Change names a message and the version of it that is changed.
type Change struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

func (s *Service) apiRetry(ctx context.Context, in *Change) (*rest.Reply[Detail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Retry(ctx, in.ID, version))
}

func (s *Service) apiDrop(ctx context.Context, in *Change) (*rest.Reply[Detail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Drop(ctx, in.ID, version))
}

type testRequest struct {
	rest.Idempotent
	Body TestInput
}

func (s *Service) apiTest(ctx context.Context, in *testRequest) (*rest.Reply[Detail], error) {
	return reply(s.Test(ctx, in.Key, in.Body))
}

// Company names whose templates or channels they are.
type Company struct {
	OrgID id.ID `query:"org_id" doc:"company; needed by callers of several"`
}

func (s *Service) apiTemplates(ctx context.Context, in *Company) (*rest.Body[rest.List[Template]], error) {
	items, err := s.Templates(ctx, in.OrgID)
	return &rest.Body[rest.List[Template]]{Body: rest.List[Template]{Items: items}}, err
}

// Code names a template.
type Code struct {
	Code string `path:"code" pattern:"^[a-z][a-z0-9_.]{0,39}$"`
}

type templateRequest struct {
	Company
	Code
}

func templateReply(d TemplateDetail, err error) (*rest.Reply[TemplateDetail], error) {
	return &rest.Reply[TemplateDetail]{ETag: rest.ETag(d.Version), Body: d}, err
}

func (s *Service) apiTemplate(ctx context.Context, in *templateRequest) (*rest.Reply[TemplateDetail], error) {
	return templateReply(s.Template(ctx, in.OrgID, in.Code.Code))
}

type editRequest struct {
	Company
	Code
	rest.IfMatch
	Body Texts
}

func (s *Service) apiEditTemplate(ctx context.Context, in *editRequest) (*rest.Reply[TemplateDetail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return templateReply(s.EditTemplate(ctx, in.OrgID, in.Code.Code, version, in.Body))
}

type previewRequest struct {
	Code
	Body Texts
}

func (s *Service) apiPreview(ctx context.Context, in *previewRequest) (*rest.Body[Preview], error) {
	p, err := s.PreviewTemplate(ctx, in.Code.Code, in.Body)
	return &rest.Body[Preview]{Body: p}, err
}

func (s *Service) apiEmail(ctx context.Context, in *Company) (*rest.Reply[MailChannel], error) {
	all, err := s.Channels(ctx, in.OrgID)
	return &rest.Reply[MailChannel]{ETag: rest.ETag(all.Email.Version), Body: all.Email}, err
}

func (s *Service) apiSMS(ctx context.Context, in *Company) (*rest.Reply[GatewayChannel], error) {
	all, err := s.Channels(ctx, in.OrgID)
	return &rest.Reply[GatewayChannel]{ETag: rest.ETag(all.SMS.Version), Body: all.SMS}, err
}

type emailRequest struct {
	Company
	rest.IfMatch
	Body MailInput
}

func (s *Service) apiSetEmail(ctx context.Context, in *emailRequest) (*rest.Reply[MailChannel], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	c, err := s.SetEmail(ctx, in.OrgID, version, in.Body)
	return &rest.Reply[MailChannel]{ETag: rest.ETag(c.Version), Body: c}, err
}

type smsRequest struct {
	Company
	rest.IfMatch
	Body GatewayInput
}

func (s *Service) apiSetSMS(ctx context.Context, in *smsRequest) (*rest.Reply[GatewayChannel], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	c, err := s.SetSMS(ctx, in.OrgID, version, in.Body)
	return &rest.Reply[GatewayChannel]{ETag: rest.ETag(c.Version), Body: c}, err
}
