package dataimport

import (
	"cmp"
	"context"
	"io"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const imports, one = "/api/v1/imports", "/api/v1/imports/{id}"
	rest.Register(a, rest.Op{ID: PermUpload, Method: "POST", Path: imports, Summary: "Send a file (CSV or XLSX); its columns are recognised", Status: 201, Upload: true}, s.apiUpload)
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: imports, Summary: "List imports, the newest first"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermFields, Method: "GET", Path: "/api/v1/import-fields", Summary: "What the columns of a file may hold"}, s.apiFields)
	rest.Register(a, rest.Op{ID: PermTemplate, Method: "GET", Path: "/api/v1/import-template", Summary: "An empty file with headings that are recognised"}, s.apiTemplate)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: one, Summary: "One import with its columns, progress and first problems"}, s.apiGet)
	rest.Register(a, rest.Op{ID: PermPreview, Method: "GET", Path: one + "/preview", Summary: "The first rows of the file"}, s.apiPreview)
	rest.Register(a, rest.Op{ID: PermMap, Method: "PUT", Path: one + "/mapping", Summary: "Map the columns; remembered for files with the same headings"}, s.apiMap)
	rest.Register(a, rest.Op{ID: PermCheck, Method: "POST", Path: one + "/check", Summary: "Dry run: check every row, change nothing", Status: 202}, s.apiCheck)
	rest.Register(a, rest.Op{ID: PermRun, Method: "POST", Path: one + "/run", Summary: "Bring the rows in, or go on with an import that stopped", Status: 202}, s.apiRun)
	rest.Register(a, rest.Op{ID: PermCancel, Method: "POST", Path: one + "/cancel", Summary: "Discard the file, or stop what is going on"}, s.apiCancel)
	rest.Register(a, rest.Op{ID: PermProblems, Method: "GET", Path: one + "/problems", Summary: "The rows not taken, with what is wrong, as a file to correct and send again"}, s.apiProblems)
	rest.Register(a, rest.Op{ID: PermRevert, Method: "POST", Path: one + "/revert", Summary: "Take the whole import back; what was changed since stays and is listed", Status: 202}, s.apiRevert)
}

type uploadRequest struct {
	rest.Idempotent
	rest.Upload
	OrgID    id.ID       `query:"org_id" doc:"company; needed by callers of several"`
	Kind     Kind        `query:"kind" required:"true" enum:"customers,accounts,contacts"`
	Mode     Mode        `query:"mode" enum:"create,update,both" default:"both"`
	Encoding cn.Encoding `query:"encoding" enum:"utf-8,utf-16le,utf-16be,gb18030" doc:"of CSV; found out when absent"`
	Sheet    string      `query:"sheet" maxLength:"100" doc:"of XLSX; the first when absent"`
}

func reply(d Detail, err error) (*rest.Reply[Detail], error) {
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version), Body: d}, err
}

func (s *Service) apiUpload(ctx context.Context, in *uploadRequest) (*rest.Reply[Detail], error) {
	return reply(s.Upload(ctx, UploadInput{Key: in.Key, OrgID: in.OrgID, Kind: in.Kind, Mode: in.Mode, FileName: in.Name(), Encoding: in.Encoding, Sheet: in.Sheet}, in.File()))
}

type listRequest struct {
	rest.Paging
	OrgID id.ID `query:"org_id" doc:"only this company"`
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Import]], error) {
	list, next, err := s.List(ctx, in.OrgID, in.Cursor, in.Limit)
	return &rest.Body[rest.List[Import]]{Body: rest.List[Import]{Items: list, NextCursor: next}}, err
}

type fieldsRequest struct {
	OrgID id.ID `query:"org_id" doc:"company; needed by callers of several"`
	Kind  Kind  `query:"kind" required:"true" enum:"customers,accounts,contacts"`
}

func (s *Service) apiFields(ctx context.Context, in *fieldsRequest) (*rest.Body[rest.List[Field]], error) {
	fields, err := s.Fields(ctx, in.OrgID, in.Kind)
	return &rest.Body[rest.List[Field]]{Body: rest.List[Field]{Items: fields}}, err
}

type importPath struct {
	ID id.ID `path:"id"`
}

func (s *Service) apiGet(ctx context.Context, in *importPath) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.ID))
}

func (s *Service) apiPreview(ctx context.Context, in *importPath) (*rest.Body[Preview], error) {
	p, err := s.Preview(ctx, in.ID)
	return &rest.Body[Preview]{Body: p}, err
}

type stepRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

type mapRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body MapInput
}

func (s *Service) apiMap(ctx context.Context, in *mapRequest) (*rest.Reply[Detail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Map(ctx, in.ID, version, in.Body))
}

// step takes an import a step on from the version the caller saw.
func step(ctx context.Context, in *stepRequest, take func(context.Context, id.ID, int64) (Import, error)) (*rest.Reply[Import], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	i, err := take(ctx, in.ID, version)
	return &rest.Reply[Import]{ETag: rest.ETag(i.Version), Body: i}, err
}

func (s *Service) apiCheck(ctx context.Context, in *stepRequest) (*rest.Reply[Import], error) {
	return step(ctx, in, s.Check)
}

func (s *Service) apiRun(ctx context.Context, in *stepRequest) (*rest.Reply[Import], error) {
	return step(ctx, in, s.Run)
}

func (s *Service) apiCancel(ctx context.Context, in *stepRequest) (*rest.Reply[Import], error) {
	return step(ctx, in, s.Cancel)
}

func (s *Service) apiRevert(ctx context.Context, in *stepRequest) (*rest.Reply[Import], error) {
	return step(ctx, in, s.Revert)
}

type problemsRequest struct {
	ID     id.ID        `path:"id"`
	Format sheet.Format `query:"format" enum:"csv,xlsx" default:"csv"`
	Lang   string       `query:"lang" enum:"zh,en" doc:"of headings and sentences; that of the request when absent"`
}

func (s *Service) apiProblems(ctx context.Context, in *problemsRequest) (*rest.Stream, error) {
	f, err := s.Problems(ctx, in.ID, in.Format, cmp.Or(in.Lang, rest.Language(ctx)))
	if err != nil {
		return nil, err
	}
	return fileReply(ctx, in.Format, f.Name, f.Write), nil
}

type templateRequest struct {
	OrgID  id.ID        `query:"org_id" doc:"company; needed by callers of several"`
	Kind   Kind         `query:"kind" required:"true" enum:"customers,accounts,contacts"`
	Format sheet.Format `query:"format" enum:"csv,xlsx" default:"xlsx"`
	Lang   string       `query:"lang" enum:"zh,en" doc:"of the headings; that of the request when absent"`
}

func (s *Service) apiTemplate(ctx context.Context, in *templateRequest) (*rest.Stream, error) {
	t, err := s.Template(ctx, in.OrgID, in.Kind, in.Format, cmp.Or(in.Lang, rest.Language(ctx)))
	if err != nil {
		return nil, err
	}
	return fileReply(ctx, in.Format, t.Name, t.Write), nil
}

// fileReply streams a table; one that is cut says so.
func fileReply(ctx context.Context, f sheet.Format, name string, write func(context.Context, io.Writer) error) *rest.Stream {
	media := map[sheet.Format]string{sheet.CSV: "text/csv; charset=utf-8", sheet.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
	return rest.Written(ctx, name, media[f], func(w io.Writer) error { return write(ctx, w) })
}
