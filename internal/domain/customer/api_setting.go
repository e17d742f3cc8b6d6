package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

func (s *Service) settingRoutes(a *rest.API) {
	const schemes, fields = "/api/v1/customer-schemes", "/api/v1/customer-fields"
	rest.Register(a, rest.Op{ID: PermSchemeList, Method: "GET", Path: schemes, Summary: "Classification schemes of a company"}, s.apiSchemes)
	rest.Register(a, rest.Op{ID: PermSchemeCreate, Method: "POST", Path: schemes, Summary: "Add a scheme", Status: 201}, s.apiCreateScheme)
	rest.Register(a, rest.Op{ID: PermSchemeUpdate, Method: "PUT", Path: schemes + "/{code}", Summary: "Change a scheme"}, s.apiUpdateScheme)
	rest.Register(a, rest.Op{ID: PermSchemeCount, Method: "GET", Path: schemes + "/{code}/counts", Summary: "Customers of each class"}, s.apiCountClasses)
	rest.Register(a, rest.Op{ID: PermFieldList, Method: "GET", Path: fields, Summary: "Company-defined fields"}, s.apiFields)
	rest.Register(a, rest.Op{ID: PermFieldCreate, Method: "POST", Path: fields, Summary: "Define a field", Status: 201}, s.apiCreateField)
	rest.Register(a, rest.Op{ID: PermFieldUpdate, Method: "PUT", Path: fields + "/{id}", Summary: "Change a field"}, s.apiUpdateField)
	rest.Register(a, rest.Op{ID: PermFieldReport, Method: "GET", Path: fields + "/report", Summary: "Completeness, age and use of each field"}, s.apiReportFields)
}

// OfCompany names a company; exported, for parameters of unexported embedded
// structs are not read.
type OfCompany struct {
	OrgID id.ID `query:"org_id" doc:"company; needed by callers of several"`
}

func (s *Service) apiSchemes(ctx context.Context, in *OfCompany) (*rest.Body[rest.List[Scheme]], error) {
	schemes, err := s.Schemes(ctx, in.OrgID)
	return list(schemes, "", err)
}

func schemeReply(made Scheme, err error) (*rest.Reply[Scheme], error) {
	return &rest.Reply[Scheme]{ETag: rest.ETag(made.Version), Body: made}, err
}

type createSchemeRequest struct {
	rest.Idempotent
	Body SchemeInput
}

func (s *Service) apiCreateScheme(ctx context.Context, in *createSchemeRequest) (*rest.Reply[Scheme], error) {
	return schemeReply(s.CreateScheme(ctx, in.Key, in.Body))
}

type updateSchemeRequest struct {
	OfCompany
	Code string `path:"code" maxLength:"40"`
	rest.IfMatch
	Body SchemeChange
}

func (s *Service) apiUpdateScheme(ctx context.Context, in *updateSchemeRequest) (*rest.Reply[Scheme], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return schemeReply(s.UpdateScheme(ctx, in.OrgID, in.Code, version, in.Body))
}

type countRequest struct {
	OfCompany
	Code string `path:"code" maxLength:"40"`
}

func (s *Service) apiCountClasses(ctx context.Context, in *countRequest) (*rest.Body[rest.List[ClassCount]], error) {
	counts, err := s.CountClasses(ctx, in.OrgID, in.Code)
	return list(counts, "", err)
}

func (s *Service) apiFields(ctx context.Context, in *OfCompany) (*rest.Body[rest.List[Field]], error) {
	fields, err := s.Fields(ctx, in.OrgID)
	return list(fields, "", err)
}

func fieldReply(made Field, err error) (*rest.Reply[Field], error) {
	return &rest.Reply[Field]{ETag: rest.ETag(made.Version), Body: made}, err
}

type createFieldRequest struct {
	rest.Idempotent
	Body FieldInput
}

func (s *Service) apiCreateField(ctx context.Context, in *createFieldRequest) (*rest.Reply[Field], error) {
	return fieldReply(s.CreateField(ctx, in.Key, in.Body))
}

type updateFieldRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body FieldChange
}

func (s *Service) apiUpdateField(ctx context.Context, in *updateFieldRequest) (*rest.Reply[Field], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return fieldReply(s.UpdateField(ctx, in.ID, version, in.Body))
}

func (s *Service) apiReportFields(ctx context.Context, in *OfCompany) (*rest.Body[rest.List[FieldReport]], error) {
	reports, err := s.ReportFields(ctx, in.OrgID)
	return list(reports, "", err)
}
