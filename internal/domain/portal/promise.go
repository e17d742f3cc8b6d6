package portal

import (
	"cmp"
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Promise is one that was made to the customer, in the words he was told.
type Promise struct {
	ID        id.ID         `json:"id"`
	PromiseNo string        `json:"promise_no"`
	TypeName  string        `json:"type_name" doc:"in the reader's language"`
	Words     string        `json:"words"`
	State     promise.State `json:"state" enum:"open,kept,late,broken,withdrawn"`
	Overdue   bool          `json:"overdue" doc:"open, and its time is over"`
	CaseID    id.ID         `json:"case_id,omitzero" doc:"the case it was made in"`
	CaseNo    string        `json:"case_no,omitempty"`
	MadeAt    when.Instant  `json:"made_at"`
	DueAt     when.Instant  `json:"due_at,omitzero"`
	EndedAt   when.Instant  `json:"ended_at,omitzero"`
}

// maxPromises bounds what a customer is shown.
const maxPromises = 100

// MyPromises lists what was promised to the customer: the open ones by their due time,
// then the others, the newest first.
func (s *Service) MyPromises(ctx context.Context) (all []Promise, err error) {
	v, err := self(ctx)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error { all, err = s.promisesTx(tx, v, id.ID{}); return err })
}

// promisesTx are those made in a case, or all. What was promised in a case that was told
// in confidence is not shown, for others may know the account.
func (s *Service) promisesTx(tx *db.Tx, v *Visitor, of id.ID) ([]Promise, error) {
	told, err := s.Promises.ToldTx(tx, v.OrgID, v.CustomerID)
	if err != nil {
		return nil, err
	}
	var cases []id.ID
	for _, t := range told {
		if !t.CaseID.IsZero() {
			cases = append(cases, t.CaseID)
		}
	}
	numbers, err := s.Feedback.OwnNumbersTx(tx, v.own(), cases)
	if err != nil {
		return nil, err
	}
	all := []Promise{}
	for _, t := range told {
		no, followed := numbers[t.CaseID]
		if (followed || t.CaseID.IsZero()) && (of.IsZero() || t.CaseID == of) {
			all = append(all, shown(tx, t, no))
		}
	}
	slices.SortStableFunc(all, byUrgency)
	return all[:min(len(all), maxPromises)], nil
}

func shown(tx *db.Tx, t promise.Told, caseNo string) Promise {
	name := t.TypeZh
	if rest.Language(tx.Context()) == "en" {
		name = t.TypeEn
	}
	return Promise{ID: t.ID, PromiseNo: t.PromiseNo, TypeName: name, Words: t.Words, State: t.State, Overdue: t.State == promise.Open && t.DueAt != 0 && t.DueAt < tx.Now(),
		CaseID: t.CaseID, CaseNo: caseNo, MadeAt: t.MadeAt, DueAt: t.DueAt, EndedAt: t.EndedAt}
}

// byUrgency puts what is open first, by its due time, then what has ended, the newest first.
func byUrgency(a, b Promise) int {
	open := func(p Promise) int {
		if p.State == promise.Open {
			return 0
		}
		return 1
	}
	if c := cmp.Compare(open(a), open(b)); c != 0 || open(a) == 1 {
		return cmp.Or(c, cmp.Compare(b.MadeAt, a.MadeAt))
	}
	const none = when.Instant(1) << 61
	return cmp.Compare(cmp.Or(a.DueAt, none), cmp.Or(b.DueAt, none))
}
