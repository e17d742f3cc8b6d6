package feedback

import (
	"cmp"
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// FigureFilter chooses the cases that figures are about. Withdrawn cases and those
// joined into another do not count.
type FigureFilter struct {
	OrgID    id.ID  `query:"org_id" doc:"one company"`
	From     string `query:"from" maxLength:"10" doc:"received from this day, YYYY-MM-DD; absent: the first of the last day's month"`
	To       string `query:"to" maxLength:"10" doc:"last day; absent: today"`
	Types    []Type `query:"type" maxItems:"8" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request"`
	Category string `query:"category" maxLength:"60" doc:"with all below it"`
	UnitID   id.ID  `query:"unit_id" doc:"with all below it"`
	Channel  string `query:"channel" enum:"phone,hall,web,sms,wechat,letter,leader_day,press,h12345,h12398,visit,other"`
	Point    string `query:"point" maxLength:"60" doc:"contact point"`
}

// Period is the days figures are about.
type Period struct {
	From when.Day `json:"from"`
	To   when.Day `json:"to" doc:"the last day"`
}

// period fills in the days that are absent.
func (f *FigureFilter) period(now when.Instant) Period {
	f.To = cmp.Or(f.To, string(now.Day()))
	if f.From == "" && len(f.To) == len(time.DateOnly) {
		f.From = f.To[:8] + "01"
	}
	return Period{when.Day(f.From), when.Day(f.To)}
}

func (f FigureFilter) filter() Filter {
	return Filter{OrgID: f.OrgID, From: f.From, To: f.To, Types: f.Types, Category: f.Category, UnitID: f.UnitID, Channel: f.Channel, Point: f.Point, Counted: true}
}

// Tally is what is counted of some cases. Limits are those of the last opening: to
// restore supply for faults, to answer for all others.
type Tally struct {
	Cases        int         `json:"cases"`
	Open         int         `json:"open"`
	Kept         int         `json:"kept" doc:"solved within the limit, or still within it"`
	Late         int         `json:"late" doc:"solved after the limit, or still open after it"`
	LegalLate    int         `json:"legal_late" doc:"after the limit of law or supervisor"`
	ContactKept  int         `json:"contact_kept"`
	ContactLate  int         `json:"contact_late"`
	Repeats      int         `json:"repeats" doc:"the customer had an ended case about the same before"`
	Reopened     int         `json:"reopened"`
	Satisfied    int         `json:"satisfied"`
	Dissatisfied int         `json:"dissatisfied"`
	Complaints   int         `json:"complaints"`
	Contacted    int         `json:"contacted" doc:"how many the time to contact is known of"`
	Solved       int         `json:"solved"`
	Contact      Percentiles `json:"contact_min" doc:"minutes from receiving to the first contact"`
	Solve        Percentiles `json:"solve_min" doc:"minutes from receiving to solving"`

	contact, solve []float64
}

// fact is what figures know of a case: nothing of it is sealed.
type fact struct {
	OrgID         id.ID        `db:"org_id"`
	ID            id.ID        `db:"id"`
	UnitID        id.ID        `db:"unit_id"`
	OwnerID       id.ID        `db:"owner_id"`
	OwnerName     string       `db:"owner_name"`
	CustomerID    id.ID        `db:"customer_id"`
	RepeatOf      id.ID        `db:"repeat_of"`
	Type          Type         `db:"type"`
	Category      string       `db:"category"`
	Channel       string       `db:"channel"`
	Finding       string       `db:"finding"`
	Verdict       Verdict      `db:"verdict"`
	Round         int          `db:"round"`
	ReceivedAt    when.Instant `db:"received_at"`
	ResolvedAt    when.Instant `db:"resolved_at"`
	EndedAt       when.Instant `db:"ended_at"`
	ContactTarget when.Instant `db:"contact_target"`
	ContactDone   when.Instant `db:"contact_done"`
	SolveTarget   when.Instant `db:"solve_target"`
	SolveLegal    when.Instant `db:"solve_legal"`
	SolveDone     when.Instant `db:"solve_done"`
}

// solvedAt is when it was solved; zero while it is not.
func (f fact) solvedAt() when.Instant { return cmp.Or(f.ResolvedAt, f.EndedAt) }

// held tells how a limit stands: kept, late, or neither where there is none.
func held(target, done, now when.Instant) (kept, late bool) {
	if target == 0 || target == never {
		return false, false
	}
	late = cmp.Or(done, now) > target
	return !late, late
}

func (t *Tally) add(f fact, now when.Instant) {
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	t.Cases++
	count(&t.Open, f.EndedAt == 0)
	kept, late := held(f.SolveTarget, f.SolveDone, now)
	count(&t.Kept, kept)
	count(&t.Late, late)
	_, late = held(f.SolveLegal, f.SolveDone, now)
	count(&t.LegalLate, late)
	kept, late = held(f.ContactTarget, f.ContactDone, now)
	count(&t.ContactKept, kept)
	count(&t.ContactLate, late)
	count(&t.Repeats, !f.RepeatOf.IsZero())
	count(&t.Reopened, f.Round > 1)
	count(&t.Satisfied, f.Verdict == Satisfied)
	count(&t.Dissatisfied, f.Verdict == Dissatisfied)
	count(&t.Complaints, f.Type == Complaint)
	if f.ContactDone != 0 {
		t.contact = append(t.contact, f.ContactDone.Sub(f.ReceivedAt).Minutes())
	}
	if at := f.solvedAt(); at != 0 {
		t.solve = append(t.solve, at.Sub(f.ReceivedAt).Minutes())
	}
}

// finish works out what needs all cases.
func (t *Tally) finish() {
	t.Contacted, t.Solved = len(t.contact), len(t.solve)
	t.Contact, t.Solve = percentilesOf(t.contact), percentilesOf(t.solve)
	t.contact, t.solve = nil, nil
}

// permille is a share of some; zero of none.
func permille(part, of int) int {
	if of == 0 {
		return 0
	}
	return (part*1000 + of/2) / of
}

// counter reads the facts of one question.
type counter struct {
	lister
	Period
	rule      FigureRule
	ref       string
	units     *org.Tree
	companies map[id.ID]*company
}

// countTx makes ready to count for a caller. Errors: validation.
func (s *Service) countTx(tx *db.Tx, who access.Who, f FigureFilter) (k counter, err error) {
	k.Period = f.period(tx.Now())
	k.lister = lister{Service: s, tx: tx, who: who, in: ListInput{Filter: f.filter(), Sort: "received_at"}, scope: who.Scope.Narrow(f.OrgID)}
	r, _ := figureRules.On("case.figure", tx.Now().Day(), Settings{}.place())
	k.rule, k.ref = r.Params, r.Ref()
	if _, _, err = f.filter().days(); err != nil {
		return k, err
	}
	if k.units, err = s.Orgs.TreeTx(tx); err != nil {
		return k, err
	}
	k.companies = map[id.ID]*company{}
	for _, o := range k.scope.Orgs() {
		if k.companies[o], err = s.companyTx(tx, o); err != nil {
			return k, err
		}
	}
	return k, nil
}

// each calls fn with every case counted; fn must not use the transaction.
func (k counter) each(fn func(fact) error) error {
	q, _, err := k.query()
	if err != nil || len(k.scope.Orgs()) == 0 {
		return err
	}
	return factsOf(k.tx, k.scope, q(), fn)
}

// count reads for a caller who may see figures.
func (s *Service) count(ctx context.Context, f FigureFilter, fn func(counter) error) error {
	who, err := access.Allow(ctx, PermFigures)
	if err != nil {
		return err
	}
	return s.DB.Read(ctx, func(tx *db.Tx) error {
		k, err := s.countTx(tx, who, f)
		if err != nil {
			return err
		}
		return fn(k)
	})
}

// categoryName is a category's name in the company that has it.
func (k counter) categoryName(code string) string {
	for _, o := range k.scope.Orgs() {
		if _, ok := k.companies[o].categories[code]; ok {
			return k.companies[o].categories.name(k.who.Locale, code)
		}
	}
	return code
}
