package feedback

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// opTakeBack needs the permission of what is taken back.
const opTakeBack = "feedback.take_back"

// UndoTx implements bulk.Records.
func (b bulkRecords) UndoTx(tx *db.Tx, who access.Who, org id.ID, rows []bulk.Row) (map[id.ID]bulk.Outcome, error) {
	outcomes := make(map[id.ID]bulk.Outcome, len(rows))
	for _, r := range rows {
		o, err := b.takeBackTx(tx, who, org, r)
		if errors.Is(err, db.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		outcomes[r.ObjectID] = o
	}
	return outcomes, nil
}

// takeBackTx puts a case back where a bulk change took it from: the step it took counts no
// more. Whoever has it now has not touched it, so it need not be the caller's.
func (b bulkRecords) takeBackTx(tx *db.Tx, who access.Who, org id.ID, r bulk.Row) (bulk.Outcome, error) {
	w, err := b.openTx(tx, db.ScopeOf(org), who, r.ObjectID)
	if err != nil {
		return bulk.Outcome{}, err
	}
	if w.Version != r.Version {
		return bulk.Refuse(bulk.Kept, bulk.ErrEdited)
	}
	var was bulkBefore
	if err := json.Unmarshal(r.Before, &was); err != nil {
		return bulk.Outcome{}, fmt.Errorf("feedback: %w", err)
	}
	if !w.stillWorks(was.OwnerID) {
		return bulk.Refuse(bulk.Kept, ErrOwner)
	}
	w.State, w.UnitID, w.OwnerID, w.OwnerName = was.State, was.UnitID, was.OwnerID, was.OwnerName
	if was.Category != w.Category {
		if err := w.categorise(was.Category); err != nil {
			return bulk.Outcome{}, err
		}
	}
	if err := w.happen(kindTakenBack, Internal, Params{UnitID: w.UnitID, OwnerID: w.OwnerID, TakesBack: was.EventID}, Words{}); err != nil {
		return bulk.Outcome{}, err
	}
	return bulk.Outcome{State: bulk.Restored}, w.saveTx(opTakeBack)
}

// stillWorks tells whether a case may be given back to somebody: nobody, or who works on
// cases.
func (w *work) stillWorks(owner id.ID) bool {
	return owner.IsZero() || slices.ContainsFunc(w.at.people[PermAccept], func(p access.Worker) bool { return p.ID == owner })
}

// standing are the events that were not taken back.
func standing(events []event) []event {
	gone := map[id.ID]bool{}
	for _, e := range events {
		if e.Kind == kindTakenBack {
			gone[e.Params.TakesBack] = true
		}
	}
	if len(gone) == 0 {
		return events
	}
	return slices.DeleteFunc(slices.Clone(events), func(e event) bool { return gone[e.ID] })
}
