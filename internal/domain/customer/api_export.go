package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

func (s *Service) exportRoutes(a *rest.API) {
	const all = "/api/v1/customer-exports"
	rest.Register(a, rest.Op{ID: PermExport, Method: "POST", Path: all, Summary: "Write customers into a file in the background", Status: 202}, s.apiExport)
	rest.Register(a, rest.Op{ID: "customer.exports", Method: "GET", Path: all, Summary: "My exports, the newest first"}, s.apiExports)
	rest.Register(a, rest.Op{ID: permExportDownload, Method: "GET", Path: all + "/{id}/content", Summary: "The file of an export of mine"}, s.apiDownloadExport)
}

type exportRequest struct {
	rest.Idempotent
	Body ExportInput
}

func (s *Service) apiExport(ctx context.Context, in *exportRequest) (*rest.Body[Export], error) {
	e, err := s.Export(ctx, in.Key, in.Body)
	return &rest.Body[Export]{Body: e}, err
}

func (s *Service) apiExports(ctx context.Context, in *struct{ rest.Paging }) (*rest.Body[rest.List[Export]], error) {
	return list(s.Exports(ctx, paged(in.Paging)))
}

func (s *Service) apiDownloadExport(ctx context.Context, in *byID) (*rest.Stream, error) {
	e, r, err := s.DownloadExport(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	extension, media := e.Format.media()
	return rest.Download("customers-"+string(e.CreatedAt.Day())+extension, media, e.Size, r), nil
}
