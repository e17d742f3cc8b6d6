package feedback

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
)

// The kinds of tasks: what a state asks of somebody, and notices.
const (
	taskDispatch = "feedback.task.dispatch"
	taskAccept   = "feedback.task.accept"
	taskHandle   = "feedback.task.handle"
	taskCallback = "feedback.task.callback"
	taskWarn     = "feedback.task.warn"
	taskOverdue  = "feedback.task.overdue"
	taskMention  = "feedback.task.mention"
	taskEnded    = "feedback.task.ended" // for who watches
	taskDigest   = "feedback.task.digest"
)

// asks is the kind of task of each state.
var asks = map[State]string{Registered: taskDispatch, Dispatched: taskAccept, Accepted: taskHandle, Waiting: taskHandle, Resolved: taskCallback}

// tasksTx settles what the case asked of people before, and asks what it asks now.
func (w *work) tasksTx() error {
	before, after := w.before, w.Case
	fresh := before.ID.IsZero()
	moved := fresh || before.State != after.State || before.OwnerID != after.OwnerID || before.UnitID != after.UnitID || before.Round != after.Round
	switch {
	case !moved && before.DueAt == after.DueAt:
		return nil
	case !moved:
		return w.Tasks.SetDueTx(w.tx, w.task(asks[after.State], 0))
	}
	if !fresh {
		if err := w.settleTx(before); err != nil {
			return err
		}
	}
	if !after.Open() {
		watchers, err := watchersOf(w.tx, w.OrgID, w.ID)
		if err != nil {
			return err
		}
		var people []id.ID
		for _, x := range watchers {
			people = append(people, x.UserID)
		}
		return w.notifyTx(taskEnded, people, 0)
	}
	return w.notifyTx(asks[after.State], w.askedNow(), w.DueAt)
}

// settleTx ends what the case asked of people in a state it has left.
func (w *work) settleTx(before Case) error {
	for _, kind := range []string{asks[before.State], taskWarn, taskOverdue} {
		if kind == "" {
			continue
		}
		if err := w.Tasks.FinishKindTx(w.tx, w.task(kind, 0)); err != nil {
			return err
		}
	}
	return nil
}

// askedNow are the people whom the state of the case asks something of.
func (w *work) askedNow() []id.ID {
	switch {
	case w.State == Registered:
		return w.at.holders(PermDispatch)
	case w.State == Resolved:
		return []id.ID{first(w.RegistrarID, w.OwnerID)}
	case !w.OwnerID.IsZero():
		return []id.ID{w.OwnerID}
	}
	return w.at.team(w.units, w.OrgID, w.UnitID)
}

func (w *work) task(kind string, due when.Instant) task.New {
	if due == never {
		due = 0
	}
	return task.New{OrgID: w.OrgID, Kind: kind, Params: map[string]any{"no": w.CaseNo, "type": w.inLanguages("feedback.type." + string(w.Type))}, ObjectType: object, ObjectID: w.ID, DueAt: due}
}

// inLanguages is a word in each language.
func (s *Service) inLanguages(key string) map[string]any {
	return map[string]any{"zh": s.Text("zh", key, nil), "en": s.Text("en", key, nil)}
}

// notifyTx puts something into people's tasks.
func (w *work) notifyTx(kind string, people []id.ID, due when.Instant) error {
	n := w.task(kind, due)
	all := make([]task.New, 0, len(people))
	for _, p := range people {
		if n.AssigneeID = p; !p.IsZero() && !slices.ContainsFunc(all, func(t task.New) bool { return t.AssigneeID == p }) {
			all = append(all, n)
		}
	}
	return w.Tasks.CreateManyTx(w.tx, w.who.UserID, all)
}

// told on a customer's timeline, and what his case did then.
var onTimeline = []string{string(Create), string(Resolve), string(Judge), string(Close), string(Reopen), string(Withdraw)}

// timelineTx tells of the case on the customer's timeline, and of its answer on those of
// the cases it leads.
func (w *work) timelineTx() error {
	var entries []customer.Entry
	for _, e := range w.happened {
		if !slices.Contains(onTimeline, e.Kind) {
			continue
		}
		customers := []id.ID{w.CustomerID}
		if e.Kind == string(Resolve) {
			led, err := w.ledCustomersTx()
			if err != nil {
				return err
			}
			customers = append(customers, led...)
		}
		for _, c := range customers {
			if c.IsZero() {
				continue
			}
			entries = append(entries, customer.Entry{OrgID: w.OrgID, CustomerID: c, Kind: "feedback." + e.Kind, Actor: w.actor, SourceType: object, SourceID: w.ID,
				Params: map[string]any{"no": w.CaseNo, "type": "@feedback.type." + string(w.Type)}})
		}
	}
	return w.Customers.TimelineTx(w.tx, entries...)
}

// ledCustomersTx are the customers of the cases this one leads.
func (w *work) ledCustomersTx() (customers []id.ID, err error) {
	led, err := ledBy(w.tx, w.OrgID, w.ID)
	if err != nil {
		return nil, err
	}
	rows, err := casesByID(w.tx, w.OrgID, led)
	for _, r := range rows {
		if r.CustomerID != w.CustomerID && !slices.Contains(customers, r.CustomerID) {
			customers = append(customers, r.CustomerID)
		}
	}
	return customers, err
}
