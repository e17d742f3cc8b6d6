package backup

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const all = "/api/v1/backups"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: all, Summary: "Backups, the newest first"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: all, Summary: "Make a backup now, in the background", Status: 202}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermProve, Method: "POST", Path: all + "/{id}/prove", Summary: "Restore a backup into a temporary place and compare, in the background", Status: 202}, s.apiProve)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: "/api/v1/backup-status", Summary: "The last proved backup and the schedule"}, s.apiStatus)
	rest.Register(a, rest.Op{ID: PermSchedule, Method: "PUT", Path: "/api/v1/backup-schedule", Summary: "Say when backups are made and how many are kept"}, s.apiSchedule)
}

func (s *Service) apiList(ctx context.Context, in *rest.Paging) (*rest.Body[rest.List[Backup]], error) {
	list, next, err := s.List(ctx, in.Cursor, in.Limit)
	return &rest.Body[rest.List[Backup]]{Body: rest.List[Backup]{Items: list, NextCursor: next}}, err
}

func reply(b Backup, err error) (*rest.Reply[Backup], error) {
	return &rest.Reply[Backup]{ETag: rest.ETag(b.Version), Body: b}, err
}

func (s *Service) apiCreate(ctx context.Context, in *rest.Idempotent) (*rest.Reply[Backup], error) {
	return reply(s.Create(ctx, in.Key))
}

type proveRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

func (s *Service) apiProve(ctx context.Context, in *proveRequest) (*rest.Reply[Backup], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Prove(ctx, in.ID, version))
}

func (s *Service) apiStatus(ctx context.Context, _ *struct{}) (*rest.Reply[Status], error) {
	st, err := s.Status(ctx)
	return &rest.Reply[Status]{ETag: rest.ETag(st.Schedule.Version), Body: st}, err
}

type scheduleRequest struct {
	rest.IfMatch
	Body ScheduleInput
}

func (s *Service) apiSchedule(ctx context.Context, in *scheduleRequest) (*rest.Reply[Schedule], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	plan, err := s.SetSchedule(ctx, version, in.Body)
	return &rest.Reply[Schedule]{ETag: rest.ETag(plan.Version), Body: plan}, err
}
