package proposal

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const objectType = "proposal"

// The kinds of tasks: what is to be done with a proposal.
const (
	kindEndorse = "proposal.task_endorse"
	kindDecide  = "proposal.task_decide"
)

// answers are what a proposer finds in his tasks: what was sent back, what was decided.
var answers = map[State]string{Returned: "proposal.task_correct", Accepted: "proposal.task_accepted", Partly: "proposal.task_partly", Rejected: "proposal.task_rejected"}

// remindTx ends the tasks about a proposal and gives new ones to whose turn it is, or
// its proposer the answer.
func (s *Service) remindTx(tx *db.Tx, who access.Who, r row, accepted int) error {
	if err := s.Tasks.FinishAllTx(tx, r.OrgID, objectType, r.ID); err != nil {
		return err
	}
	kind, assignees, err := s.nextTx(tx, r)
	if err != nil {
		return err
	}
	for _, a := range assignees {
		n := task.New{OrgID: r.OrgID, Kind: kind, AssigneeID: a, ObjectType: objectType, ObjectID: r.ID}
		n.Params = map[string]any{"at": r.SubmittedAt.Time().In(when.Zone).Format("01-02 15:04"), "name": r.DeciderName, "n": accepted}
		if _, err := s.Tasks.CreateTx(tx, who.UserID, n); err != nil {
			return err
		}
	}
	return nil
}

// nextTx is whose turn it is.
func (s *Service) nextTx(tx *db.Tx, r row) (kind string, assignees []id.ID, err error) {
	switch r.State {
	case Submitted:
		assignees, err = s.Users.HoldersTx(tx, PermEndorse, r.OrgID, r.ProposerID)
		return kindEndorse, assignees, err
	case Endorsed:
		assignees, err = s.Users.HoldersTx(tx, PermDecide, r.OrgID, r.ProposerID, r.EndorserID)
		return kindDecide, assignees, err
	}
	if kind = answers[r.State]; kind != "" {
		assignees = []id.ID{r.ProposerID}
	}
	return kind, assignees, nil
}
