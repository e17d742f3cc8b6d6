package outage

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
)

// The kinds of tasks.
const (
	taskDispatch = "outage.task.dispatch"
	taskRepair   = "outage.task.repair"
	taskClose    = "outage.task.close"
	taskKey      = "outage.task.key" // for the manager of a key customer who is without supply
)

// Bounds: how many people are told of one thing, and how many key customers are looked for.
const (
	maxTold = 20
	maxKey  = 200
)

func (w *work) task(kind string, due when.Instant) task.New {
	if due == never {
		due = 0
	}
	return task.New{OrgID: w.OrgID, Kind: kind, Params: map[string]any{"no": w.OutageNo, "place": w.PlaceName}, ObjectType: object, ObjectID: w.ID, DueAt: due}
}

// tasksTx ends what the outage asked of people before, and asks what it asks now.
func (w *work) tasksTx(a Action) error {
	switch a {
	case Create:
		if err := w.askTx(taskDispatch, PermDispatch, w.OrgID); err != nil {
			return err
		}
		return w.keyTasksTx()
	case Relocate:
		if err := w.Tasks.FinishKindTx(w.tx, w.task(taskKey, 0)); err != nil {
			return err
		}
		return w.keyTasksTx()
	case Dispatch:
		for _, kind := range []string{taskDispatch, taskRepair} {
			if err := w.Tasks.FinishKindTx(w.tx, w.task(kind, 0)); err != nil {
				return err
			}
		}
		return w.askTx(taskRepair, PermArrive, w.UnitID)
	case Join, Leave:
		return nil
	case Arrive:
		return w.Tasks.SetDueTx(w.tx, w.task(taskRepair, w.DueAt))
	}
	if err := w.Tasks.FinishAllTx(w.tx, w.OrgID, object, w.ID); err != nil || a != Restore {
		return err
	}
	return w.askTx(taskClose, PermClose, w.OrgID)
}

// askTx asks something of those who may do it.
func (w *work) askTx(kind, permission string, unit id.ID) error {
	people, err := w.Users.HoldersTx(w.tx, permission, unit)
	if err != nil {
		return err
	}
	return w.giveTx(w.task(kind, w.DueAt), people)
}

func (w *work) giveTx(n task.New, people []id.ID) error {
	all := make([]task.New, 0, len(people))
	for _, p := range people[:min(len(people), maxTold)] {
		n.AssigneeID = p
		all = append(all, n)
	}
	return w.Tasks.CreateManyTx(w.tx, w.actor.ID, all)
}

// keyTasksTx has the managers of key customers behind the outage look after them at once
// (E5), each once.
func (w *work) keyTasksTx() error {
	key, err := w.keyTx()
	if err != nil {
		return err
	}
	managers, err := w.Deps.Customers.ManagersTx(w.tx, w.OrgID, key...)
	if err != nil {
		return err
	}
	var people []id.ID
	for _, c := range key {
		if m := managers[c]; !m.IsZero() {
			people = append(people, m)
		}
	}
	slices.SortFunc(people, id.ID.Compare)
	return w.giveTx(w.task(taskKey, 0), slices.Compact(people))
}

// keyTx are the key customers behind the outage.
func (w *work) keyTx() ([]id.ID, error) {
	others, err := w.Promises.KeyCustomersTx(w.tx, w.OrgID)
	if err != nil {
		return nil, err
	}
	return w.Supply.KeyBehindTx(w.tx, w.OrgID, w.origin(), others, maxKey)
}
