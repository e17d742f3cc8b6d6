package feedback

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Filter chooses cases; everything given must hold.
type Filter struct {
	OrgID      id.ID   `query:"org_id" json:"org_id,omitzero" doc:"one company"`
	States     []State `query:"state" json:"state,omitempty" maxItems:"8" enum:"registered,dispatched,accepted,waiting,resolved,closed,withdrawn,joined"`
	Open       bool    `query:"open" json:"open,omitempty" doc:"only those that have not ended"`
	Types      []Type  `query:"type" json:"type,omitempty" maxItems:"8" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request"`
	Category   string  `query:"category" json:"category,omitempty" maxLength:"60" doc:"with all below it"`
	UnitID     id.ID   `query:"unit_id" json:"unit_id,omitzero" doc:"with all below it"`
	MyUnit     bool    `query:"my_unit" json:"my_unit,omitempty" doc:"of the unit the caller is at home in"`
	OwnerID    id.ID   `query:"owner_id" json:"owner_id,omitzero"`
	Mine       bool    `query:"mine" json:"mine,omitempty" doc:"owned by the caller"`
	Watched    bool    `query:"watched" json:"watched,omitempty" doc:"watched by the caller"`
	Overdue    bool    `query:"overdue" json:"overdue,omitempty"`
	DueToday   bool    `query:"due_today" json:"due_today,omitempty"`
	Severity   int     `query:"severity" json:"severity,omitempty" minimum:"1" maximum:"4" doc:"this severe or more"`
	Channel    string  `query:"channel" json:"channel,omitempty" enum:"phone,hall,web,sms,wechat,letter,leader_day,press,h12345,h12398,visit,other"`
	Source     Source  `query:"source" json:"source,omitempty" enum:"active,solicited,intangible"`
	CustomerID id.ID   `query:"customer_id" json:"customer_id,omitzero"`
	Finding    string  `query:"finding" json:"finding,omitempty" enum:"product,management,own_error,none,unlawful"`
	Point      string  `query:"point" json:"point,omitempty" maxLength:"60" doc:"contact point"`
	Policy     string  `query:"policy" json:"policy,omitempty" maxLength:"60" doc:"policy it is about"`
	Counted    bool    `query:"counted" json:"counted,omitempty" doc:"without withdrawn cases and those joined into another, as figures count"`
	From       string  `query:"from" json:"from,omitempty" maxLength:"10" doc:"received from this day, YYYY-MM-DD"`
	To         string  `query:"to" json:"to,omitempty" maxLength:"10" doc:"last day"`
	Query      string  `query:"q" json:"q,omitempty" maxLength:"100" doc:"number, caller's phone, or words of title, text, place or customer"`
}

// Sort is an order of the list.
type Sort string

// sorts are the columns of the orders.
var sorts = map[Sort]string{"received_at": "received_at", "due_at": "due_at", "severity": "severity", "updated_at": "updated_at"}

// by is the column sorted by, and whether it is reversed.
func (s Sort) by() (column string, descending bool) {
	name, descending := strings.CutPrefix(string(s), "-")
	return sorts[Sort(name)], descending
}

// ListInput asks for a page.
type ListInput struct {
	Filter
	Sort   Sort
	Cursor string
	Limit  int
}

// spot is where a page begins.
type spot struct {
	Value int64
	ID    id.ID
}

// List gives a page of cases. Errors: validation, page.ErrCursor.
func (s *Service) List(ctx context.Context, in ListInput) (all []Case, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		l := lister{Service: s, tx: tx, who: who, in: in, scope: who.Scope.Narrow(in.OrgID)}
		all, next, err = l.page()
		return err
	})
	return all, next, err
}

// lister reads a page for somebody.
type lister struct {
	*Service
	tx    *db.Tx
	who   access.Who
	in    ListInput
	scope db.Scope
}

func (l lister) name() string { return "feedback.list " + string(l.in.Sort) }

func (l lister) page() (all []Case, next string, err error) {
	var after spot
	begun, err := l.Cursors.Decode(l.name(), l.in.Cursor, &after.Value, &after.ID)
	if err != nil || len(l.scope.Orgs()) == 0 {
		return []Case{}, "", err
	}
	q, words, err := l.query()
	if err != nil {
		return nil, "", err
	}
	if words {
		return l.search(q, after, begun)
	}
	rows, err := listCases(l.tx, l.scope, q(), l.in.Sort, after, begun, l.in.Limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > l.in.Limit {
		rows = rows[:l.in.Limit]
		if next, err = l.cursor(rows[l.in.Limit-1].Case); err != nil {
			return nil, "", err
		}
	}
	all, err = l.open(rows)
	return all, next, err
}

func (l lister) cursor(last Case) (string, error) {
	return l.Cursors.Encode(l.name(), last.value(l.in.Sort), last.ID)
}

// value is what a case is sorted by.
func (c Case) value(s Sort) int64 {
	switch column, _ := s.by(); column {
	case "due_at":
		if c.DueAt == 0 {
			return int64(never)
		}
		return int64(c.DueAt)
	case "severity":
		return int64(c.Severity)
	case "updated_at":
		return int64(c.UpdatedAt)
	}
	return int64(c.ReceivedAt)
}

// open shows rows of several companies in their order.
func (l lister) open(rows []caseRow) ([]Case, error) {
	byOrg, at := map[id.ID][]caseRow{}, map[id.ID]int{}
	for i, r := range rows {
		byOrg[r.OrgID] = append(byOrg[r.OrgID], r)
		at[r.ID] = i
	}
	all := make([]Case, len(rows))
	for _, some := range byOrg {
		shown, err := l.showTx(l.tx, l.who, some)
		if err != nil {
			return nil, err
		}
		for _, c := range shown {
			c.Text, c.Answer, c.Cause, c.Measures = "", "", "", "" // a list has their title
			all[at[c.ID]] = c
		}
	}
	return all, nil
}

var numberish = regexp.MustCompile(`^[0-9A-Za-z_+()（） -]*[0-9]{3,}[0-9-]*$`)

// query turns the filter into conditions; words tells that the words asked for stand
// sealed and are looked for in opened cases.
func (l lister) query() (q func() *db.Query, words bool, err error) {
	from, until, err := l.in.days()
	if err != nil {
		return nil, false, err
	}
	conds, err := l.conditions(from, until)
	if err != nil {
		return nil, false, err
	}
	text := strings.TrimSpace(l.in.Query)
	if numberish.MatchString(text) {
		conds = append(conds, l.numbered(text))
	}
	return func() *db.Query {
		q := new(db.Query)
		for _, c := range conds {
			c(q)
		}
		return q
	}, text != "" && !numberish.MatchString(text), nil
}

// numbered asks for a case number or a caller's phone.
func (l lister) numbered(text string) func(*db.Query) {
	blinds := [][]byte{}
	if p, err := cn.ParsePhone(text, ""); err == nil {
		for _, org := range l.scope.Orgs() {
			if company, err := l.Keys.CompanyTx(l.tx, org); err == nil {
				blinds = append(blinds, company.Blind(blindPhone, p.Number))
			}
		}
	}
	return func(q *db.Query) {
		if len(blinds) > 0 {
			db.In(q, "phone_blind", blinds)
			return
		}
		q.Where(l.tx.Dialect().Position("case_no", "?")+" > 0", text)
	}
}

func (f Filter) days() (from, until when.Instant, err error) {
	var v fault.Validation
	from, until = when.Between(&v, "from", f.From, "to", f.To)
	return from, until, v.Err()
}

// conditions are what the filter asks for.
func (l lister) conditions(from, until when.Instant) (all []func(*db.Query), err error) {
	f := l.in.Filter
	where := func(asked bool, cond string, args ...any) {
		if asked {
			all = append(all, func(q *db.Query) { q.Where(cond, args...) })
		}
	}
	if len(f.States) > 0 {
		all = append(all, func(q *db.Query) { db.In(q, "state", f.States) })
	}
	if len(f.Types) > 0 {
		all = append(all, func(q *db.Query) { db.In(q, "type", f.Types) })
	}
	column, _ := l.in.Sort.by()
	where(f.Open || f.Overdue || f.DueToday || column == "due_at" || column == "severity", "ended_at = 0")
	where(!f.OwnerID.IsZero(), "owner_id = ?", f.OwnerID)
	where(f.Mine, "owner_id = ?", l.who.UserID)
	where(f.Watched, "EXISTS (SELECT 1 FROM feedback_watch w WHERE w.org_id = feedback_case.org_id AND w.case_id = feedback_case.id AND w.user_id = ?)", l.who.UserID)
	where(f.Overdue, "due_at < ?", l.tx.Now())
	where(f.DueToday, "due_at >= ?", l.tx.Now())
	where(f.DueToday, "due_at < ?", midnightAfter(l.tx.Now()))
	where(f.Severity > 0, "severity <= ?", f.Severity)
	where(f.Channel != "", "channel = ?", f.Channel)
	where(f.Source != "", "source = ?", f.Source)
	where(!f.CustomerID.IsZero(), "customer_id = ?", f.CustomerID)
	where(f.Finding != "", "finding = ?", f.Finding)
	where(f.Counted, "state NOT IN ('withdrawn', 'joined')")
	where(from != 0, "received_at >= ?", from)
	where(until != 0, "received_at < ?", until)
	if err := l.below(&all); err != nil {
		return nil, err
	}
	return all, nil
}

// below asks for a category and units with all below them.
func (l lister) below(all *[]func(*db.Query)) error {
	f := l.in.Filter
	units, err := l.Orgs.TreeTx(l.tx)
	if err != nil {
		return err
	}
	for _, top := range []id.ID{f.UnitID, l.myUnit()} {
		if top.IsZero() {
			continue
		}
		var ids []id.ID
		for _, o := range units.Subtree(top) {
			ids = append(ids, o.ID)
		}
		*all = append(*all, func(q *db.Query) { db.In(q, "unit_id", ids) })
	}
	for _, x := range []struct {
		wanted string
		codes  func(tree) []string
	}{
		{f.Category, func(t tree) []string { return t.below(f.Category) }},
		{f.Point, func(t tree) []string { return t.whose(contactMap.pointOf, f.Point) }},
		{f.Policy, func(t tree) []string { return t.whose(contactMap.policyOf, f.Policy) }},
	} {
		if x.wanted == "" {
			continue
		}
		var codes []string
		for _, org := range l.scope.Orgs() {
			k, err := l.companyTx(l.tx, org)
			if err != nil {
				return err
			}
			codes = append(codes, x.codes(k.categories)...)
		}
		slices.Sort(codes)
		codes = slices.Compact(codes)
		*all = append(*all, func(q *db.Query) { db.In(q, "category", codes) })
	}
	return nil
}

func (l lister) myUnit() id.ID {
	if l.in.MyUnit {
		return l.who.HomeOrgID
	}
	return id.ID{}
}

func midnightAfter(now when.Instant) when.Instant {
	y, m, d := now.Time().Date()
	return when.At(time.Date(y, m, d+1, 0, 0, 0, 0, when.Zone))
}

// Counts are the figures above the list.
type Counts struct {
	Mine       int64 `json:"mine" doc:"open and the caller's"`
	MyUnit     int64 `json:"my_unit" doc:"open, of the unit the caller is at home in"`
	Registered int64 `json:"registered"`
	Overdue    int64 `json:"overdue"`
	DueToday   int64 `json:"due_today"`
	Resolved   int64 `json:"resolved" doc:"wait for the customer's verdict"`
}

// Counts counts what waits, up to a thousand of each.
func (s *Service) Counts(ctx context.Context, org id.ID) (c Counts, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return c, err
	}
	return c, s.DB.Read(ctx, func(tx *db.Tx) error {
		for _, x := range []struct {
			to *int64
			f  Filter
		}{{&c.Mine, Filter{Mine: true, Open: true}}, {&c.MyUnit, Filter{MyUnit: true, Open: true}}, {&c.Registered, Filter{States: []State{Registered}, Open: true}},
			{&c.Overdue, Filter{Overdue: true}}, {&c.DueToday, Filter{DueToday: true}}, {&c.Resolved, Filter{States: []State{Resolved}, Open: true}}} {
			l := lister{Service: s, tx: tx, who: who, in: ListInput{Filter: x.f, Sort: "due_at"}, scope: who.Scope.Narrow(org)}
			q, _, err := l.query()
			if err != nil {
				return err
			}
			if *x.to, err = countCases(tx, l.scope, q()); err != nil {
				return err
			}
		}
		return nil
	})
}
