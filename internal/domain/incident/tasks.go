package incident

import (
	"cmp"
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The kinds of tasks: what a state asks of somebody, the measures, and notices.
const (
	taskReport      = "incident.task.report"
	taskInvestigate = "incident.task.investigate"
	taskRectify     = "incident.task.rectify"
	taskClose       = "incident.task.close"
	taskMeasure     = "incident.task.measure"
	taskReported    = "incident.task.reported"
	taskOverdue     = "incident.task.overdue"
)

// asks is the kind of task of each state.
var asks = map[State]string{Opened: taskReport, Reported: taskInvestigate, Concluded: taskRectify, Submitted: taskClose}

// maxTold bounds how many people are told of one thing.
const maxTold = 20

func (w *work) task(kind string, due when.Instant) task.New {
	return task.New{OrgID: w.OrgID, Kind: kind, Params: map[string]any{"no": w.IncidentNo, "grade": w.terms.named()}, ObjectType: object, ObjectID: w.ID, DueAt: due}
}

// tasksTx settles what the incident asked of people before, and asks what it asks now.
func (w *work) tasksTx(a Action) error {
	fresh := a == Create
	if !w.live() {
		return w.Tasks.FinishAllTx(w.tx, w.OrgID, object, w.ID)
	}
	if fresh || w.before.State != w.State || w.before.OwnerID != w.OwnerID || w.before.DueAt != w.DueAt {
		if err := w.askTx(); err != nil {
			return err
		}
	}
	if a == Report || a == Regrade && w.ReportedAt != 0 && w.Rank < w.before.Rank {
		return w.tellHigherTx(taskReported)
	}
	return nil
}

// askTx asks of people what the state of the incident asks.
func (w *work) askTx() error {
	for _, kind := range []string{asks[w.before.State], taskOverdue} {
		if kind == "" {
			continue
		}
		if err := w.Tasks.FinishKindTx(w.tx, w.task(kind, 0)); err != nil {
			return err
		}
	}
	if w.State == Submitted {
		return w.tellHigherTx(taskClose)
	}
	people, err := w.reportersTx()
	if err != nil {
		return err
	}
	var due when.Instant
	if w.State == Opened {
		due = w.DueAt
	}
	return w.giveTasksTx(asks[w.State], due, people)
}

// giveTasksTx puts something into people's inboxes.
func (w *work) giveTasksTx(kind string, due when.Instant, people []id.ID) error {
	n, all := w.task(kind, due), []task.New{}
	for _, p := range people[:min(len(people), maxTold)] {
		n.AssigneeID = p
		all = append(all, n)
	}
	return w.Tasks.CreateManyTx(w.tx, w.actor.ID, all)
}

// reportersTx are who has to work on the incident: its owner, or the people of the unit
// who may, or else those of the company.
func (w *work) reportersTx() (people []id.ID, err error) {
	if !w.OwnerID.IsZero() {
		return []id.ID{w.OwnerID}, nil
	}
	all, err := w.Users.WorkersTx(w.tx, PermReport, w.OrgID)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if w.UnitID != w.OrgID && w.units.Within(p.HomeOrgID, w.UnitID) {
			people = append(people, p.ID)
		}
	}
	if len(people) > 0 {
		return people, nil
	}
	return w.Users.HoldersTx(w.tx, PermReport, w.UnitID)
}

// tellHigherTx tells those who close incidents and are at home above this one: up to the
// level of its grade, and in the nearest organisation that has such people at any rate.
// Who has to close it is asked in the nearest alone.
func (w *work) tellHigherTx(kind string) error {
	all, err := w.Users.WorkersTx(w.tx, PermClose, w.OrgID)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(p access.Worker) bool { return !w.above(p.HomeOrgID) || p.ID == w.PersonID })
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b access.Worker) int { return cmp.Compare(w.depth(b.HomeOrgID), w.depth(a.HomeOrgID)) })
	nearest := w.depth(all[0].HomeOrgID)
	var people []id.ID
	for _, p := range all {
		o, _ := w.units.Get(p.HomeOrgID)
		if w.depth(p.HomeOrgID) == nearest || kind != taskClose && ranks[o.Level] >= ranks[w.terms.Level] {
			people = append(people, p.ID)
		}
	}
	return w.giveTasksTx(kind, 0, people)
}

// ranks are the levels from the top.
var ranks = map[org.Level]int{org.Province: 0, org.City: 1, org.County: 2, org.Unit: 3}

// depth is how far below the top an organisation is.
func (w *work) depth(i id.ID) (n int) {
	for at, ok := w.units.Get(i); ok; at, ok = w.units.Get(at.ParentID) {
		n++
	}
	return n
}

// giveMeasuresTx has an owner find the measures that are his to take.
func (w *work) giveMeasuresTx(owner id.ID) error {
	done := w.task(taskMeasure, 0)
	done.AssigneeID = owner
	if err := w.Tasks.FinishTx(w.tx, done); err != nil {
		return err
	}
	var all []task.New
	for _, m := range w.measures {
		if m.OwnerID == owner && m.State == MeasureOpen {
			n := w.task(taskMeasure, m.DueAt)
			n.AssigneeID, n.Params["n"] = owner, m.N
			all = append(all, n)
		}
	}
	return w.Tasks.CreateManyTx(w.tx, w.actor.ID, all)
}

// warnAtOnce is how many incidents one transaction warns of.
const warnAtOnce = 200

// Warn tells the higher organisations of incidents that were not reported in time. It may
// run any number of times, and anywhere: of an incident is told once.
func (s *Service) Warn(ctx context.Context) error {
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
				n, err := s.warnTx(tx, o.ID)
				done = n < warnAtOnce
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) warnTx(tx *db.Tx, company id.ID) (int, error) {
	rows, err := unreported(tx, company, warnAtOnce)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		w, err := s.workTx(tx, access.Who{}, r)
		if err != nil {
			return 0, err
		}
		if err := w.tellHigherTx(taskOverdue); err != nil {
			return 0, err
		}
		if err := w.happen("overdue", Event{}); err != nil {
			return 0, err
		}
		if err := setTold(tx, w.Incident); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
