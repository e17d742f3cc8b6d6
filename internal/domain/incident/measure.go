package incident

import (
	"context"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// maxMeasures bounds the measures of an incident.
const maxMeasures = 50

// PlanInput is a measure to be taken.
type PlanInput struct {
	Text    string   `json:"text" minLength:"1" maxLength:"1000"`
	OwnerID id.ID    `json:"owner_id" doc:"who takes it"`
	DueDay  when.Day `json:"due_day" doc:"the last day, YYYY-MM-DD"`
}

// Plan adds a measure. Errors: validation, ErrOwner, ErrMost, ErrState, ErrNotYours,
// db.ErrNotFound, db.ErrStale.
func (s *Service) Plan(ctx context.Context, i id.ID, version int64, in PlanInput) (Detail, error) {
	return s.change(ctx, Plan, i, version, func(w *work) (e Event, err error) {
		var v fault.Validation
		text := strings.TrimSpace(in.Text)
		last, ok := in.DueDay.Last()
		v.Check(text != "", "text", "required")
		v.Check(ok, "due_day", "no_day")
		v.Check(!ok || in.DueDay >= w.tx.Now().Day(), "due_day", "in_the_past")
		if err := v.Err(); err != nil {
			return e, err
		}
		if len(w.measures) >= maxMeasures {
			return e, ErrMost
		}
		m := Measure{ID: w.tx.NewID(), N: len(w.measures) + 1, OwnerID: in.OwnerID, DueDay: in.DueDay, DueAt: last, State: MeasureOpen, MeasureBody: MeasureBody{Text: text}}
		if m.OwnerName, err = w.workerTx(PermKeep, in.OwnerID, ErrOwner); err != nil {
			return e, err
		}
		w.measures = append(w.measures, m)
		e.Measure, e.OwnerName = m.N, m.OwnerName
		if err := w.saveMeasureTx(m, insertMeasure); err != nil {
			return e, err
		}
		return e, w.giveMeasuresTx(m.OwnerID)
	})
}

// KeepInput tells that a measure was taken.
type KeepInput struct {
	Measure id.ID  `json:"measure_id"`
	Proof   string `json:"proof" minLength:"1" maxLength:"2000" doc:"what proves it"`
}

// Keep ends a measure that was taken: late, when its day is over. Its owner does, or who
// works on the incident. Errors: validation, ErrState, ErrNotYours, db.ErrNotFound,
// db.ErrStale.
func (s *Service) Keep(ctx context.Context, i id.ID, version int64, in KeepInput) (Detail, error) {
	return s.change(ctx, Keep, i, version, func(w *work) (e Event, err error) {
		if e.Text, err = required("proof", in.Proof); err != nil {
			return e, err
		}
		return w.endMeasure(Keep, in.Measure, e)
	})
}

// DropInput tells that a measure will not be taken.
type DropInput struct {
	Measure id.ID  `json:"measure_id"`
	Reason  string `json:"reason" minLength:"1" maxLength:"1000"`
}

// Drop ends a measure that will not be taken. Errors: as of Keep.
func (s *Service) Drop(ctx context.Context, i id.ID, version int64, in DropInput) (Detail, error) {
	return s.change(ctx, Drop, i, version, func(w *work) (e Event, err error) {
		if e.Text, err = required("reason", in.Reason); err != nil {
			return e, err
		}
		return w.endMeasure(Drop, in.Measure, e)
	})
}

// endMeasure ends a measure by a step, which tells in its own words.
func (w *work) endMeasure(a Action, i id.ID, e Event) (Event, error) {
	at := slices.IndexFunc(w.measures, func(m Measure) bool { return m.ID == i })
	if at < 0 {
		return e, db.ErrNotFound
	}
	m := &w.measures[at]
	if a == Keep && !w.takes(*m) {
		return e, ErrNotYours
	}
	if err := m.end(a, w.tx.Now()); err != nil {
		return e, err
	}
	e.Measure, m.Proof = m.N, e.Text
	if err := w.saveMeasureTx(*m, updateMeasure); err != nil {
		return e, err
	}
	return e, w.giveMeasuresTx(m.OwnerID)
}

// takes tells whether the caller may tell that a measure was taken: it is his or an absent
// one's for whom he stands in, or he works on the incident.
func (w *work) takes(m Measure) bool {
	return w.who.Works(w.units, w.UnitID, m.OwnerID) || w.works(w.who)
}

func (w *work) saveMeasureTx(m Measure, save func(*db.Tx, Incident, measureRow) error) (err error) {
	r := measureRow{Measure: m, OriginID: w.origin()}
	if r.Sealed, err = w.keys.Seal(r.OriginID, measurePlace(m.ID), m.MeasureBody); err != nil {
		return err
	}
	return save(w.tx, w.Incident, r)
}
