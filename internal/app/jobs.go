package app

import (
	"context"
	"encoding/json"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Permissions over background jobs. A user sees and cancels his own; job.all
// extends this to everybody's.
const (
	permJobGet    = "job.get"
	permJobCancel = "job.cancel"
	permJobAll    = "job.all"
)

// JobView is a job as its owner sees it.
type JobView struct {
	ID         id.ID           `json:"id"`
	Kind       string          `json:"kind"`
	State      job.State       `json:"state" enum:"queued,running,done,failed,cancelled"`
	Progress   int64           `json:"progress"`
	Total      int64           `json:"total" doc:"0: not known"`
	Note       string          `json:"note" doc:"what it is doing, in the reader's language"`
	Result     json.RawMessage `json:"result,omitempty"`
	Error      string          `json:"error,omitempty" doc:"code"`
	ErrorText  string          `json:"error_text,omitempty"`
	CreatedAt  when.Instant    `json:"created_at"`
	FinishedAt when.Instant    `json:"finished_at,omitzero"`
}

type jobRequest struct {
	ID id.ID `path:"id"`
}

func (a *App) jobRoutes(api *rest.API) {
	rest.Register(api, rest.Op{ID: permJobGet, Method: "GET", Path: "/api/v1/jobs/{id}", Summary: "Progress and outcome of a background job"}, a.apiJob)
	rest.Register(api, rest.Op{ID: permJobCancel, Method: "POST", Path: "/api/v1/jobs/{id}/cancel", Summary: "Cancel a background job"}, a.apiCancelJob)
}

func (a *App) apiJob(ctx context.Context, in *jobRequest) (*rest.Body[JobView], error) {
	j, err := a.jobOf(ctx, permJobGet, in.ID)
	if err != nil {
		return nil, err
	}
	v := JobView{ID: j.ID, Kind: j.Kind, State: j.State, Progress: j.Progress, Total: j.Total, Error: j.Error, CreatedAt: j.CreatedAt, FinishedAt: j.FinishedAt}
	lang := rest.Language(ctx)
	if j.Note != "" {
		v.Note = catalogue.Text(lang, j.Note, nil)
	}
	if j.Error != "" {
		v.ErrorText = catalogue.Text(lang, j.Error, nil)
	}
	if j.Result != "" {
		v.Result = json.RawMessage(j.Result)
	}
	return &rest.Body[JobView]{Body: v}, nil
}

func (a *App) apiCancelJob(ctx context.Context, in *jobRequest) (*rest.Empty, error) {
	j, err := a.jobOf(ctx, permJobCancel, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.DB.Write(ctx, func(tx *db.Tx) error {
		if err := a.Jobs.CancelTx(tx, db.ScopeOf(j.OrgID), j.ID); err != nil {
			return err
		}
		return a.Audit.RecordTx(tx, audit.Change{OrgID: j.OrgID, Actor: access.CallerOf(ctx).ActorBy(permJobCancel), Action: permJobCancel, ObjectType: "job", ObjectID: j.ID,
			Before: cancelled{j.Kind, j.State}, After: cancelled{j.Kind, job.Cancelled}})
	})
}

// cancelled is what the record of a cancelling tells.
type cancelled struct {
	Kind  string    `json:"kind"`
	State job.State `json:"state"`
}

func (a *App) jobOf(ctx context.Context, permission string, i id.ID) (job.Job, error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return job.Job{}, err
	}
	j, err := a.Jobs.Get(ctx, who.Nodes, i)
	if err != nil {
		return job.Job{}, err
	}
	if _, all := who.May(permJobAll); j.CreatedBy != who.UserID && !all {
		return job.Job{}, db.ErrNotFound
	}
	return j, nil
}
