package feedback

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// Stay is how many of some customers stayed. A customer stays who is still one, and has
// not complained again within the days of the rule.
type Stay struct {
	Solved           int `json:"solved" doc:"complaints"`
	Known            int `json:"known" doc:"of a known customer, long enough ago to tell"`
	Early            int `json:"early" doc:"not long enough ago yet"`
	Stayed           int `json:"stayed"`
	Again            int `json:"again" doc:"complained again"`
	Left             int `json:"left" doc:"is no customer any more"`
	Permille         int `json:"permille" doc:"stayed, of the known"`
	ExpectedPermille int `json:"expected_permille" doc:"what is said of such customers"`
}

// Effect is what dealing with complaints has brought (E7).
type Effect struct {
	Period
	Rule     string `json:"rule" doc:"id@version"`
	BackDays int    `json:"back_days"`
	Total    Tally  `json:"total" doc:"of the complaints"`
	Fast     Stay   `json:"fast" doc:"solved within the limit"`
	Slow     Stay   `json:"slow" doc:"solved later"`
	Won      Stay   `json:"won" doc:"solved, together"`
}

// Effect tells of complaints how they were solved and how many customers stayed. Errors:
// validation.
func (s *Service) Effect(ctx context.Context, f FigureFilter) (e Effect, err error) {
	f.Types = []Type{Complaint}
	return e, s.count(ctx, f, func(k counter) error { e, err = k.effect(); return err })
}

func (k counter) effect() (e Effect, err error) {
	e = Effect{Period: k.Period, Rule: k.ref, BackDays: k.rule.BackDays}
	e.Fast.ExpectedPermille, e.Slow.ExpectedPermille, e.Won.ExpectedPermille = k.rule.StayFastPermille, k.rule.StaySolvedPermille, k.rule.StaySolvedPermille
	var solved []fact
	if err = k.each(func(f fact) error {
		e.Total.add(f, k.tx.Now())
		if f.solvedAt() != 0 {
			solved = append(solved, f)
		}
		return nil
	}); err != nil {
		return e, err
	}
	e.Total.finish()
	gone, err := k.gone(solved)
	if err != nil {
		return e, err
	}
	for _, f := range solved {
		if err := k.stay(&e, f, gone); err != nil {
			return e, err
		}
	}
	for _, s := range []*Stay{&e.Fast, &e.Slow, &e.Won} {
		s.Permille = permille(s.Stayed, s.Known)
	}
	return e, nil
}

// stay counts one complaint that was solved.
func (k counter) stay(e *Effect, f fact, gone map[id.ID]bool) error {
	half := &e.Slow
	if kept, _ := held(f.SolveTarget, f.SolveDone, k.tx.Now()); kept {
		half = &e.Fast
	}
	until := f.solvedAt().Add(time.Duration(k.rule.BackDays) * 24 * time.Hour)
	again := false
	if !f.CustomerID.IsZero() {
		var err error
		if again, err = complainedAgain(k.tx, f.OrgID, f.CustomerID, f.solvedAt(), min(until, k.tx.Now())); err != nil {
			return err
		}
	}
	for _, s := range []*Stay{half, &e.Won} {
		s.add(f, again, gone[f.CustomerID], until > k.tx.Now())
	}
	return nil
}

func (s *Stay) add(f fact, again, gone, early bool) {
	s.Solved++
	switch {
	case f.CustomerID.IsZero():
		return
	case early:
		s.Early++
		return
	case again:
		s.Again++
	case gone:
		s.Left++
	default:
		s.Stayed++
	}
	s.Known++
}

// chunk is how many customers are asked for at once.
const chunk = 500

// gone are the customers of some cases that are none any more.
func (k counter) gone(cases []fact) (map[id.ID]bool, error) {
	gone, ids := map[id.ID]bool{}, []id.ID{}
	ask := func() error {
		refs, err := k.Customers.RefsTx(k.tx, k.scope, ids...)
		for i, r := range refs {
			gone[i] = r.Status == customer.Closed
		}
		ids = ids[:0]
		return err
	}
	for _, f := range cases {
		if f.CustomerID.IsZero() {
			continue
		}
		if ids = append(ids, f.CustomerID); len(ids) == chunk {
			if err := ask(); err != nil {
				return nil, err
			}
		}
	}
	return gone, ask()
}
