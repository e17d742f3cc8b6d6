package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// taskMention is the kind of task that tells somebody of a note that names him.
const taskMention = "customer.task.mention"

// People lists who sees customers of a company: a note may name them. Error:
// db.ErrOrgRequired.
func (s *Service) People(ctx context.Context, org id.ID) (all []access.Worker, err error) {
	_, org, err = access.AllowOne(ctx, PermNote, org)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		found, err := s.Users.WorkersTx(tx, PermGet, org)
		all = append([]access.Worker{}, found...)
		return err
	})
}

// mentionTx puts a note into the tasks of those it names, each once. Error: ErrMention for
// somebody who sees no customers of the company.
func (s *Service) mentionTx(tx *db.Tx, who access.Who, o owner, people []id.ID) error {
	tasks := make([]task.New, 0, len(people))
	for _, p := range sorted(people) {
		sees, err := s.Users.ReachesTx(tx, p, PermGet, o.OrgID)
		if err != nil {
			return err
		}
		if !sees {
			return ErrMention
		}
		tasks = append(tasks, task.New{OrgID: o.OrgID, Kind: taskMention, Params: map[string]any{"no": o.CustomerNo}, AssigneeID: p, ObjectType: "customer", ObjectID: o.ID})
	}
	return s.Tasks.CreateManyTx(tx, who.UserID, tasks)
}
