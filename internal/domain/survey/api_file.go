package survey

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

type uploadRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	rest.Upload
}

func (s *Service) apiUpload(ctx context.Context, in *uploadRequest) (*rest.Body[Preview], error) {
	p, err := s.Upload(ctx, in.ID, in.Key, in.Name(), in.File())
	return &rest.Body[Preview]{Body: p}, err
}

type filePath struct {
	ID     id.ID `path:"id"`
	FileID id.ID `path:"file_id"`
}

type previewRequest struct {
	ID     id.ID `path:"id"`
	FileID id.ID `path:"file_id"`
	ReadOptions
}

func (s *Service) apiPreview(ctx context.Context, in *previewRequest) (*rest.Body[Preview], error) {
	p, err := s.Preview(ctx, in.ID, in.FileID, in.ReadOptions)
	return &rest.Body[Preview]{Body: p}, err
}

type checkRequest struct {
	ID     id.ID `path:"id"`
	FileID id.ID `path:"file_id"`
	Body   ImportInput
}

func (s *Service) apiCheck(ctx context.Context, in *checkRequest) (*rest.Body[Begun], error) {
	b, err := s.Check(ctx, in.ID, in.FileID, in.Body)
	return &rest.Body[Begun]{Body: b}, err
}

type importRequest struct {
	ID     id.ID `path:"id"`
	FileID id.ID `path:"file_id"`
	rest.Idempotent
	Body ImportInput
}

func (s *Service) apiImport(ctx context.Context, in *importRequest) (*rest.Body[Begun], error) {
	b, err := s.Import(ctx, in.ID, in.FileID, in.Key, in.Body)
	return &rest.Body[Begun]{Body: b}, err
}

// ProblemView is a problem with its sentence in the reader's language.
type ProblemView struct {
	Problem
	Text string `json:"text" doc:"what is wrong and what to do"`
}

type problemsRequest struct {
	ID     id.ID `path:"id"`
	FileID id.ID `path:"file_id"`
	rest.Paging
}

func (s *Service) apiProblems(ctx context.Context, in *problemsRequest) (*rest.Body[rest.List[ProblemView]], error) {
	list := PermProblems + " " + in.FileID.String()
	from, err := s.offset(list, in.Cursor)
	if err != nil {
		return nil, err
	}
	problems, next, err := s.Problems(ctx, in.ID, in.FileID, from, in.Limit)
	if err != nil {
		return nil, err
	}
	views := make([]ProblemView, len(problems))
	for i, p := range problems {
		views[i] = ProblemView{p, p.text(rest.Language(ctx))}
	}
	cursor, err := s.cursorAt(list, next)
	return &rest.Body[rest.List[ProblemView]]{Body: rest.List[ProblemView]{Items: views, NextCursor: cursor}}, err
}

func (s *Service) apiDownload(ctx context.Context, in *filePath) (*rest.Stream, error) {
	write, err := s.WriteProblems(ctx, in.ID, in.FileID, rest.Language(ctx))
	if err != nil {
		return nil, err
	}
	return rest.Written(ctx, "problems.csv", "text/csv; charset=utf-8", write), nil
}

type discardRequest struct {
	ID     id.ID `path:"id"`
	FileID id.ID `path:"file_id"`
	rest.IfMatch
}

func (s *Service) apiDiscard(ctx context.Context, in *discardRequest) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return nil, s.Discard(ctx, in.ID, in.FileID, version)
}
