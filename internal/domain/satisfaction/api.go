package satisfaction

import (
	"context"
	"io"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/pls"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const models, model = "/api/v1/satisfaction-models", "/api/v1/satisfaction-models/{ref}"
	const estimations, estimation = "/api/v1/estimations", "/api/v1/estimations/{id}"
	rest.Register(a, rest.Op{ID: PermModels, Method: "GET", Path: models, Summary: "List satisfaction models, shipped ones first"}, s.apiModels)
	rest.Register(a, rest.Op{ID: PermModelCreate, Method: "POST", Path: models, Summary: "Add a model", Status: 201}, s.apiCreateModel)
	rest.Register(a, rest.Op{ID: PermModelCheck, Method: "POST", Path: models + "/check", Summary: "Check a model without keeping it"}, s.apiCheckModel)
	rest.Register(a, rest.Op{ID: PermModel, Method: "GET", Path: model, Summary: "One model with its versions"}, s.apiModel)
	rest.Register(a, rest.Op{ID: PermModelCopy, Method: "POST", Path: model + "/copy", Summary: "Copy a model", Status: 201}, s.apiCopyModel)
	rest.Register(a, rest.Op{ID: PermModelUpdate, Method: "PUT", Path: model, Summary: "Make a new version of a model"}, s.apiUpdateModel)
	rest.Register(a, rest.Op{ID: PermModelDelete, Method: "DELETE", Path: model, Summary: "Remove a model"}, s.apiDeleteModel)
	rest.Register(a, rest.Op{ID: PermBands, Method: "GET", Path: "/api/v1/satisfaction-bands", Summary: "The levels an index is read by"}, s.apiBands)
	rest.Register(a, rest.Op{ID: PermSetBands, Method: "PUT", Path: "/api/v1/satisfaction-bands", Summary: "Set the levels an index is read by"}, s.apiSetBands)
	rest.Register(a, rest.Op{ID: PermEstimate, Method: "POST", Path: "/api/v1/surveys/{id}/estimations", Summary: "Estimate a model on a survey's answers", Status: 202}, s.apiEstimate)
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: estimations, Summary: "List estimations, newest first"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: estimation, Summary: "One estimation"}, s.apiGet)
	rest.Register(a, rest.Op{ID: PermReport, Method: "GET", Path: estimation + "/report", Summary: "The report of an estimation"}, s.apiReport)
	rest.Register(a, rest.Op{ID: PermXLSX, Method: "GET", Path: estimation + "/report.xlsx", Summary: "The report as a workbook"}, s.apiXLSX)
	rest.Register(a, rest.Op{ID: PermJSON, Method: "GET", Path: estimation + "/result.json", Summary: "The result with full precision, as zhiyin estimate --json prints it"}, s.apiJSON)
	rest.Register(a, rest.Op{ID: PermCompare, Method: "GET", Path: estimation + "/comparison", Summary: "Two estimations side by side"}, s.apiCompare)
	rest.Register(a, rest.Op{ID: PermDelete, Method: "DELETE", Path: estimation, Summary: "Remove an estimation"}, s.apiDelete)
}

// EstimateBody is EstimateInput as a client sends it: what is absent is as usual,
// which a 0 is not.
type EstimateBody struct {
	Model    string       `json:"model,omitempty" maxLength:"40" doc:"reference of a model; absent: the survey's"`
	Settings SettingsBody `json:"settings,omitzero"`
}

// SettingsBody are Settings of which some may be absent.
type SettingsBody struct {
	Scheme    pls.Scheme  `json:"scheme,omitempty" enum:"path,centroid,factorial" doc:"inner weights; absent: path"`
	Resamples *int        `json:"resamples,omitempty" minimum:"0" maximum:"10000" doc:"of the bootstrap; 0: none, and no intervals; absent: 1000"`
	Seed      *int64      `json:"seed,omitempty" minimum:"0" maximum:"9007199254740991" doc:"absent: 2026"`
	Level     float64     `json:"level,omitempty" minimum:"0.5" maximum:"0.999" doc:"of the intervals; absent: 0.95"`
	Missing   pls.Missing `json:"missing,omitempty" enum:"mean,casewise" doc:"absent: as the data were imported"`
}

func (b EstimateBody) input() EstimateInput {
	in := EstimateInput{Model: b.Model, Settings: DefaultSettings()}
	in.Settings.Scheme, in.Settings.Level, in.Settings.Missing = b.Settings.Scheme, b.Settings.Level, b.Settings.Missing
	if b.Settings.Resamples != nil {
		in.Settings.Resamples = *b.Settings.Resamples
	}
	if b.Settings.Seed != nil {
		in.Settings.Seed = *b.Settings.Seed
	}
	return in
}

type estimateRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body EstimateBody
}

func (s *Service) apiEstimate(ctx context.Context, in *estimateRequest) (*rest.Body[Estimation], error) {
	e, err := s.Estimate(ctx, rest.Language(ctx), in.Key, in.ID, in.Body.input())
	return &rest.Body[Estimation]{Body: e}, err
}

type listRequest struct {
	rest.Paging
	SurveyID string `query:"survey_id" format:"uuid"`
	Search   string `query:"q" maxLength:"40" doc:"part of the survey's title"`
	Wave     string `query:"wave" maxLength:"40"`
	State    string `query:"state" enum:"queued,done,failed,cancelled"`
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Estimation]], error) {
	study, err := optional(in.SurveyID)
	if err != nil {
		return nil, err
	}
	list, next, err := s.List(ctx, rest.Language(ctx), ListInput{SurveyID: study, Search: in.Search, Wave: in.Wave, State: State(in.State), Cursor: in.Cursor, Limit: in.Limit})
	return &rest.Body[rest.List[Estimation]]{Body: rest.List[Estimation]{Items: list, NextCursor: next}}, err
}

type byID struct {
	ID id.ID `path:"id"`
}

func (s *Service) apiGet(ctx context.Context, in *byID) (*rest.Reply[Estimation], error) {
	e, err := s.Get(ctx, rest.Language(ctx), in.ID)
	return &rest.Reply[Estimation]{ETag: rest.ETag(e.Version), Body: e}, err
}

func (s *Service) apiReport(ctx context.Context, in *byID) (*rest.Body[Report], error) {
	r, err := s.Report(ctx, rest.Language(ctx), in.ID)
	return &rest.Body[Report]{Body: r}, err
}

func (s *Service) apiXLSX(ctx context.Context, in *byID) (*rest.Stream, error) {
	write, name, err := s.XLSX(ctx, rest.Language(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return rest.Written(ctx, name+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write), nil
}

func (s *Service) apiJSON(ctx context.Context, in *byID) (*rest.Stream, error) {
	r, err := s.JSON(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return rest.Written(ctx, "result.json", "application/json", func(w io.Writer) error {
		defer r.Close()
		_, err := io.Copy(w, r)
		return err
	}), nil
}

type compareRequest struct {
	ID   id.ID `path:"id"`
	With id.ID `query:"with" required:"true" doc:"the estimation to compare with, taken as the earlier one"`
}

func (s *Service) apiCompare(ctx context.Context, in *compareRequest) (*rest.Body[Comparison], error) {
	c, err := s.Compare(ctx, rest.Language(ctx), in.With, in.ID)
	return &rest.Body[Comparison]{Body: c}, err
}

type deleteRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

func (s *Service) apiDelete(ctx context.Context, in *deleteRequest) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return nil, s.Delete(ctx, in.ID, version)
}
