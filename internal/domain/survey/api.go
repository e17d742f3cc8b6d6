package survey

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const studies, study = "/api/v1/surveys", "/api/v1/surveys/{id}"
	const files, file = study + "/files", study + "/files/{file_id}"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: studies, Summary: "List surveys"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: studies, Summary: "Add a survey", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: study, Summary: "One survey with its data and files"}, s.apiGet)
	rest.Register(a, rest.Op{ID: PermUpdate, Method: "PUT", Path: study, Summary: "Change a survey"}, s.apiUpdate)
	rest.Register(a, rest.Op{ID: PermDelete, Method: "DELETE", Path: study, Summary: "Remove a survey with its data"}, s.apiDelete)
	rest.Register(a, rest.Op{ID: PermUpload, Method: "POST", Path: files, Summary: "Send a response file (CSV or XLSX) and preview it", Status: 201, Upload: true}, s.apiUpload)
	rest.Register(a, rest.Op{ID: PermPreview, Method: "GET", Path: file, Summary: "Preview a response file"}, s.apiPreview)
	rest.Register(a, rest.Op{ID: PermCheck, Method: "POST", Path: file + "/check", Summary: "Check every row without importing", Status: 202}, s.apiCheck)
	rest.Register(a, rest.Op{ID: PermImport, Method: "POST", Path: file + "/import", Summary: "Import, replacing the survey's data", Status: 202}, s.apiImport)
	rest.Register(a, rest.Op{ID: PermProblems, Method: "GET", Path: file + "/problems", Summary: "What the last check or import found"}, s.apiProblems)
	rest.Register(a, rest.Op{ID: PermDownload, Method: "GET", Path: file + "/problems.csv", Summary: "What the last check or import found, as CSV"}, s.apiDownload)
	rest.Register(a, rest.Op{ID: PermDiscard, Method: "DELETE", Path: file, Summary: "Remove a response file; imported data stay"}, s.apiDiscard)
	rest.Register(a, rest.Op{ID: PermClear, Method: "DELETE", Path: study + "/data", Summary: "Remove the survey's data"}, s.apiClear)
	rest.Register(a, rest.Op{ID: PermResponses, Method: "GET", Path: study + "/responses", Summary: "The answers, in the order of the file"}, s.apiResponses)
}

type listRequest struct {
	rest.Paging
	Search string `query:"q" maxLength:"40" doc:"part of the title"`
	Wave   string `query:"wave" maxLength:"40"`
	Sort   string `query:"sort" enum:"-created_at,created_at,title" default:"-created_at"`
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Study]], error) {
	studies, next, err := s.List(ctx, ListInput{Search: in.Search, Wave: in.Wave, Sort: in.Sort, Cursor: in.Cursor, Limit: in.Limit})
	return &rest.Body[rest.List[Study]]{Body: rest.List[Study]{Items: studies, NextCursor: next}}, err
}

type createRequest struct {
	rest.Idempotent
	Body CreateInput
}

func (s *Service) apiCreate(ctx context.Context, in *createRequest) (*rest.Reply[Study], error) {
	study, err := s.Create(ctx, in.Key, in.Body)
	return &rest.Reply[Study]{ETag: rest.ETag(study.Version), Body: study}, err
}

type studyPath struct {
	ID id.ID `path:"id"`
}

func (s *Service) apiGet(ctx context.Context, in *studyPath) (*rest.Reply[Detail], error) {
	d, err := s.Get(ctx, in.ID)
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version), Body: d}, err
}

type updateRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body StudyInput
}

func (s *Service) apiUpdate(ctx context.Context, in *updateRequest) (*rest.Reply[Study], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	study, err := s.Update(ctx, in.ID, version, in.Body)
	return &rest.Reply[Study]{ETag: rest.ETag(study.Version), Body: study}, err
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

func (s *Service) apiClear(ctx context.Context, in *deleteRequest) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return nil, s.Clear(ctx, in.ID, version)
}

type responsesRequest struct {
	ID id.ID `path:"id"`
	rest.Paging
}

func (s *Service) apiResponses(ctx context.Context, in *responsesRequest) (*rest.Body[rest.List[Response]], error) {
	list := PermResponses + " " + in.ID.String()
	from, err := s.offset(list, in.Cursor)
	if err != nil {
		return nil, err
	}
	responses, next, err := s.ListResponses(ctx, in.ID, from, in.Limit)
	if err != nil {
		return nil, err
	}
	cursor, err := s.cursorAt(list, next)
	return &rest.Body[rest.List[Response]]{Body: rest.List[Response]{Items: responses, NextCursor: cursor}}, err
}

// offset reads the cursor of a list that is paged by number, which never changes
// under the reader: data sets and problems are replaced as a whole.
func (s *Service) offset(list, cursor string) (from int, err error) {
	_, err = s.cursors.Decode(list, cursor, &from)
	return from, err
}

func (s *Service) cursorAt(list string, next int) (string, error) {
	if next == 0 {
		return "", nil
	}
	return s.cursors.Encode(list, next)
}
