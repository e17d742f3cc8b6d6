package feedback

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/domain/webhook"
)

// EventKinds are the events other systems can be told of: every step of a case.
func EventKinds() []string {
	all := []string{}
	for _, a := range []Action{Create, Dispatch, Accept, Assign, Transfer, Return, Pause, Resume, Progress, Resolve, Judge, Close, Reopen, Withdraw, Join, Split, Update} {
		all = append(all, eventKind("feedback."+string(a)))
	}
	return append(all, eventKind(opTakeBack))
}

func eventKind(action string) string { return object + "." + strings.TrimPrefix(action, "feedback.") }

// publishTx tells other systems of a step, or of those that followed an outage: identifiers, numbers and states, nothing that
// was said and nobody's name.
func (w *work) publishTx(action string) error {
	if w.Publish == nil {
		return nil
	}
	kinds := []string{eventKind(action)}
	if action == opFollow {
		kinds = nil
		for _, e := range w.happened {
			kinds = append(kinds, object+"."+e.Kind)
		}
	}
	data := map[string]any{"case_no": w.CaseNo, "type": w.Type, "category": w.Category, "state": w.State, "severity": w.Severity, "unit_id": w.UnitID, "version": w.Version}
	for _, kind := range kinds {
		if err := w.Publish(w.tx, webhook.Event{OrgID: w.OrgID, Kind: kind, ObjectType: object, ObjectID: w.ID, Data: data}); err != nil {
			return err
		}
	}
	return nil
}
