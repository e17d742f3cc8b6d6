package promise

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The kinds of tasks: what is to be done with a promise, and notices.
const (
	taskApprove  = "promise.task.approve"
	taskKeep     = "promise.task.keep"
	taskSoon     = "promise.task.soon"
	taskLate     = "promise.task.late"
	taskApproved = "promise.task.approved"
	taskRefused  = "promise.task.refused"
)

// maxTold bounds how many people are told of one thing.
const maxTold = 20

func (w *work) task(kind string) task.New {
	return task.New{OrgID: w.OrgID, Kind: kind, Params: map[string]any{"no": w.PromiseNo, "type": w.terms.named()}, ObjectType: object, ObjectID: w.ID, DueAt: w.shownDue()}
}

// shownDue is the due time as it is told; none is none.
func (p Promise) shownDue() when.Instant {
	if p.DueAt == never {
		return 0
	}
	return p.DueAt
}

// tasksTx ends what the promise asked of people before, and asks what it asks now.
func (w *work) tasksTx(a Action) error {
	if a != Create {
		if err := w.Tasks.FinishAllTx(w.tx, w.OrgID, object, w.ID); err != nil {
			return err
		}
	}
	switch {
	case w.State == Awaiting:
		heads, err := w.headsTx()
		if err != nil {
			return err
		}
		return w.giveTasksTx(taskApprove, heads)
	case a == Refuse:
		return w.giveTasksTx(taskRefused, []id.ID{w.MakerID})
	case w.State != Open:
		return nil
	case a == Approve && w.MakerID != w.OwnerID:
		if err := w.giveTasksTx(taskApproved, []id.ID{w.MakerID}); err != nil {
			return err
		}
	}
	return w.giveTasksTx(taskKeep, []id.ID{w.OwnerID})
}

func (w *work) giveTasksTx(kind string, people []id.ID) error {
	n, all := w.task(kind), []task.New{}
	for _, p := range people[:min(len(people), maxTold)] {
		if n.AssigneeID = p; !p.IsZero() {
			all = append(all, n)
		}
	}
	return w.Tasks.CreateManyTx(w.tx, w.actor.ID, all)
}

// headsTx are those who approve promises of the unit, but for who made this one.
func (w *work) headsTx() ([]id.ID, error) {
	return w.Users.HoldersTx(w.tx, PermApprove, w.UnitID, w.MakerID)
}

// tellAtOnce is how many promises one transaction tells of.
const tellAtOnce = 500

// Remind tells owners what is due soon, and heads what is late. It may run any number of
// times, and anywhere: of a thing is told once.
func (s *Service) Remind(ctx context.Context) error {
	tree, err := s.Orgs.Tree(ctx)
	if err != nil {
		return err
	}
	for _, o := range tree.All() {
		if o.Level != org.County {
			continue
		}
		for done := false; !done; {
			err := s.DB.Write(ctx, func(tx *db.Tx) error {
				n, err := s.remindTx(tx, o.ID)
				done = n < tellAtOnce
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) remindTx(tx *db.Tx, company id.ID) (int, error) {
	rows, err := tellDue(tx, company, tellAtOnce)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		w, err := s.workTx(tx, access.Who{}, r)
		if err != nil {
			return 0, err
		}
		if err := w.warnTx(); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// warnTx tells of one promise: that it is late, or else due soon.
func (w *work) warnTx() error {
	kind, people, told := taskSoon, []id.ID{w.OwnerID}, toldSoon
	if w.DueAt < w.tx.Now() {
		heads, err := w.headsTx()
		if err != nil {
			return err
		}
		kind, people, told = taskLate, heads, toldLate
	}
	if err := w.giveTasksTx(kind, people); err != nil {
		return err
	}
	w.Told = told
	w.remind(w.terms)
	if err := w.happen(warned[told], Event{}); err != nil {
		return err
	}
	return setTold(w.tx, w.Promise)
}

// warned are the kinds of events that tell of a warning.
var warned = map[int]string{toldSoon: "soon", toldLate: "overdue"}
