package portal

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// requestRoutes registers what a customer sends.
func (s *Service) requestRoutes(a *rest.API, root string) {
	rest.Register(a, rest.Op{ID: opTopics, Method: "GET", Path: root + "/topics", Summary: "What I may come with", Portal: true}, s.apiTopics)
	rest.Register(a, rest.Op{ID: opCreate, Method: "POST", Path: root + "/cases", Summary: "Send a request of mine", Status: 201, Portal: true}, s.apiSend)
	rest.Register(a, rest.Op{ID: opAttach, Method: "POST", Path: root + "/cases/{id}/files", Summary: "Send a photograph or PDF with a case of mine", Status: 201, Upload: true, Portal: true}, s.apiAttach)
	rest.Register(a, rest.Op{ID: opFile, Method: "GET", Path: root + "/cases/{id}/files/{file_id}", Summary: "A file I sent", Portal: true}, s.apiFile)
	rest.Register(a, rest.Op{ID: opVerdict, Method: "POST", Path: root + "/cases/{id}/verdict", Summary: "Say whether I am satisfied", Portal: true}, s.apiJudge)
}

func (s *Service) apiTopics(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Topic]], error) {
	all, err := s.Topics(ctx)
	return &rest.Body[rest.List[Topic]]{Body: rest.List[Topic]{Items: all}}, err
}

type sendRequest struct {
	rest.Idempotent
	Body RequestInput
}

func (s *Service) apiSend(ctx context.Context, in *sendRequest) (*rest.Body[Sent], error) {
	made, err := s.Send(ctx, in.Key, in.Body)
	return &rest.Body[Sent]{Body: made}, err
}

type attachRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	rest.Upload
}

func (s *Service) apiAttach(ctx context.Context, in *attachRequest) (*rest.Body[feedback.OwnFile], error) {
	f, err := s.Attach(ctx, in.Key, in.ID, in.Name(), in.File())
	return &rest.Body[feedback.OwnFile]{Body: f}, err
}

type fileRequest struct {
	ID     id.ID `path:"id"`
	FileID id.ID `path:"file_id"`
}

func (s *Service) apiFile(ctx context.Context, in *fileRequest) (*rest.Stream, error) {
	f, r, err := s.Download(ctx, in.ID, in.FileID)
	if err != nil {
		return nil, err
	}
	return rest.Download(f.Name, f.MediaType, f.Size, r), nil
}

type judgeRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body feedback.OwnVerdict
}

func (s *Service) apiJudge(ctx context.Context, in *judgeRequest) (*rest.Reply[Case], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	c, err := s.Judge(ctx, in.ID, version, in.Body)
	return &rest.Reply[Case]{ETag: rest.ETag(c.Version), Body: c}, err
}
