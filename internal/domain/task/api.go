package task

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// opCount needs the permission to list.
const opCount = "task.count"

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: "/api/v1/tasks", Summary: "Tasks of a state, mine or my team's, the most urgent or the last finished first"}, s.apiInbox)
	rest.Register(a, rest.Op{ID: opCount, Method: "GET", Path: "/api/v1/tasks/counts", Summary: "How many open tasks there are"}, s.apiCount)
	rest.Register(a, rest.Op{ID: PermTeam, Method: "GET", Path: "/api/v1/tasks/team", Summary: "Whose tasks I see as my team's"}, s.apiTeam)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: "/api/v1/tasks", Summary: "Make a task for oneself or another", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermMove, Method: "PUT", Path: "/api/v1/tasks/{id}/state", Summary: "Finish or drop a task, or take that back"}, s.apiMove)
	rest.Register(a, rest.Op{ID: PermAssign, Method: "PUT", Path: "/api/v1/tasks/{id}/assignee", Summary: "Give a task of mine or of my team's to another"}, s.apiAssign)
}

type inboxRequest struct {
	rest.Paging
	Of         string `query:"of" enum:"mine,team" default:"mine"`
	State      State  `query:"state" enum:"open,done,dropped" default:"open"`
	Due        string `query:"due" enum:"today,late" doc:"of open tasks"`
	AssigneeID id.ID  `query:"assignee_id" doc:"of the team; absent: all"`
	Module     string `query:"module" maxLength:"20" pattern:"^[a-z]*$" doc:"what they come from: such as feedback; task for those that people made"`
}

func (s *Service) apiInbox(ctx context.Context, in *inboxRequest) (*rest.Body[rest.List[Task]], error) {
	tasks, next, err := s.Inbox(ctx, Asked{in.Of, in.State, in.Due, in.AssigneeID, in.Module}, in.Cursor, in.Limit)
	return &rest.Body[rest.List[Task]]{Body: rest.List[Task]{Items: tasks, NextCursor: next}}, err
}

func (s *Service) apiCount(ctx context.Context, _ *struct{}) (*rest.Body[Counts], error) {
	c, err := s.Count(ctx)
	return &rest.Body[Counts]{Body: c}, err
}

func (s *Service) apiTeam(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Member]], error) {
	team, err := s.Team(ctx)
	return &rest.Body[rest.List[Member]]{Body: rest.List[Member]{Items: team}}, err
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

type assignRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body struct {
		AssigneeID id.ID `json:"assignee_id"`
	}
}

func (s *Service) apiAssign(ctx context.Context, in *assignRequest) (*rest.Reply[Task], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	t, err := s.Assign(ctx, in.ID, version, in.Body.AssigneeID)
	return &rest.Reply[Task]{ETag: rest.ETag(t.Version), Body: t}, err
}
