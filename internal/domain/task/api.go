package task

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: "/api/v1/tasks", Summary: "My tasks of a state, the most urgent or the last finished first"}, s.apiInbox)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: "/api/v1/tasks", Summary: "Make a task for oneself or another", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermMove, Method: "PUT", Path: "/api/v1/tasks/{id}/state", Summary: "Finish or drop a task, or take that back"}, s.apiMove)
}

type inboxRequest struct {
	rest.Paging
	State State `query:"state" enum:"open,done,dropped" default:"open"`
}

func (s *Service) apiInbox(ctx context.Context, in *inboxRequest) (*rest.Body[rest.List[Task]], error) {
	tasks, next, err := s.Inbox(ctx, in.State, in.Cursor, in.Limit)
	return &rest.Body[rest.List[Task]]{Body: rest.List[Task]{Items: tasks, NextCursor: next}}, err
}

type createRequest struct {
	rest.Idempotent
	Body CreateInput
}

func (s *Service) apiCreate(ctx context.Context, in *createRequest) (*rest.Reply[Task], error) {
	t, err := s.Create(ctx, in.Key, in.Body)
	return &rest.Reply[Task]{ETag: rest.ETag(t.Version), Body: t}, err
}

type moveRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body struct {
		State State `json:"state" enum:"open,done,dropped"`
	}
}

func (s *Service) apiMove(ctx context.Context, in *moveRequest) (*rest.Reply[Task], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	t, err := s.Move(ctx, in.ID, version, in.Body.State)
	return &rest.Reply[Task]{ETag: rest.ETag(t.Version), Body: t}, err
}
