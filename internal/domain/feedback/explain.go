package feedback

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Explained is a limit with every day that led to it.
type Explained struct {
	Deadline
	Head   rule.Head         `json:"head"`
	Target when.Explanation  `json:"target"`
	Legal  *when.Explanation `json:"legal,omitempty"`
}

// Explanations is how the limits of the present round are counted.
type Explanations struct {
	Deadlines []Explained  `json:"deadlines" nullable:"false"`
	Pauses    []when.Pause `json:"pauses" nullable:"false"`
}

// Explain tells how the limits of a case are counted. Error: db.ErrNotFound.
func (s *Service) Explain(ctx context.Context, i id.ID) (x Explanations, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return x, err
	}
	return x, s.DB.Read(ctx, func(tx *db.Tx) error {
		w, err := s.viewTx(tx, who, i)
		if err != nil {
			return err
		}
		x, err = w.explainTx()
		return err
	})
}

func (w *work) explainTx() (x Explanations, err error) {
	steps, err := stepsOf(w.tx, w.OrgID, w.ID)
	if err != nil {
		return x, err
	}
	all, err := deadlinesOf(w.tx, w.OrgID, w.ID)
	if err != nil {
		return x, err
	}
	calendar, err := w.Calendars.CalendarTx(w.tx)
	if err != nil {
		return x, err
	}
	k, err := courseOf(w.Case, steps)
	if err != nil {
		return x, err
	}
	x = Explanations{Deadlines: []Explained{}, Pauses: append([]when.Pause{}, k.Pauses...)}
	for _, d := range all {
		r, ok := deadlineRules.Find(d.Rule)
		if d.Round != w.Round || !ok {
			continue
		}
		l, err := calendar.Limits(r.Params.Terms, k.History, r.Params.Since)
		if err != nil {
			return x, err
		}
		d.judge(w.tx.Now())
		x.Deadlines = append(x.Deadlines, Explained{Deadline: d, Head: r.Head, Target: l.Target, Legal: l.Legal})
	}
	return x, nil
}
