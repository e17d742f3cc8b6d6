package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// The register goes back so many days; receivers are those whose work it is.
const (
	registerDays   = 45
	visitsOfPerson = 14
)

var receivers = []string{"clerk", "manager"}

// checkedDaysAgo is when the supervisor checked whose log: the clerk's is due
// again, the manager's overdue.
var checkedDaysAgo = map[string][]int{"clerk": {30, 19, 9}, "manager": {36, 24}}

// scene is something that happens at a time, done as a user would do it.
type scene struct {
	at when.Instant
	do func() error
}

// walkIn is a visitor.
type walkIn struct {
	name, phone string
	customer    id.ID // zero: no customer yet
}

// makeDays lets the last weeks happen in their order: visits with what followed,
// proposed changes, look-ups of confidential data, cases, promises, incidents, outages.
func (b *builder) makeDays(ctx context.Context) error {
	if !b.options.History {
		return nil
	}
	visits, err := b.receptionScenes(ctx)
	if err != nil {
		return err
	}
	proposed, err := b.proposalScenes(ctx)
	if err != nil {
		return err
	}
	looked, err := b.lookupScenes(ctx)
	if err != nil {
		return err
	}
	cases, err := b.caseScenes(ctx)
	if err != nil {
		return err
	}
	promised, err := b.promiseScenes(ctx)
	if err != nil {
		return err
	}
	failed, err := b.incidentScenes(ctx)
	if err != nil {
		return err
	}
	outages, err := b.outageScenes(ctx)
	if err != nil {
		return err
	}
	if err := b.play(slices.Concat(visits, proposed, looked, cases, promised, failed, outages)); err != nil {
		return err
	}
	return errors.Join(b.Feedback.Warn(ctx), b.Promises.Remind(ctx), b.Incidents.Warn(ctx))
}

// receptionScenes fill the registers of visitors, the personal logs and the
// supervisors' checks.
func (b *builder) receptionScenes(ctx context.Context) (scenes []scene, err error) {
	for company := range companies {
		known, err := b.walkIns(ctx, company)
		if err != nil {
			return nil, err
		}
		for _, role := range receivers {
			more, err := b.receptions(ctx, company, role, known)
			if err != nil {
				return nil, err
			}
			scenes = append(scenes, more...)
		}
	}
	return scenes, nil
}

// play does what happened in its order.
func (b *builder) play(scenes []scene) error {
	slices.SortStableFunc(scenes, func(a, b scene) int { return int(a.at - b.at) })
	for _, s := range scenes {
		b.now = max(b.now, s.at)
		if err := s.do(); err != nil {
			return fmt.Errorf("scene: %w", err)
		}
	}
	return nil
}

// as is the context of a demo user, who may do what his role's work needs.
func (b *builder) as(ctx context.Context, login string) (context.Context, error) {
	t, err := b.Orgs.Tree(ctx)
	if err != nil {
		return nil, err
	}
	caller := access.System(t, b.names[login])
	caller.UserID = b.users[login]
	return access.WithCaller(ctx, caller), nil
}

// walkIns are customers of a company who may come in.
func (b *builder) walkIns(ctx context.Context, company int) ([]walkIn, error) {
	ctx, err := b.System(ctx, b.actor.Name)
	if err != nil {
		return nil, err
	}
	in := customer.ListInput{Filter: customer.Filter{OrgID: b.orgs[companies[company].Code].ID, Kind: customer.KindPerson}, Sort: "customer_no", Limit: 40, WithPhone: true}
	items, _, err := b.Customers.List(ctx, in)
	known := make([]walkIn, len(items))
	for i, c := range items {
		known[i] = walkIn{c.Name, c.Phone, c.ID}
	}
	return known, err
}

// receptions are the visits one person received, with what followed, and the
// checks of his log.
func (b *builder) receptions(ctx context.Context, company int, role string, known []walkIn) ([]scene, error) {
	code := companies[company].Code
	mine, err := b.as(ctx, role+code)
	if err != nil {
		return nil, err
	}
	head, err := b.as(ctx, "head"+code)
	if err != nil {
		return nil, err
	}
	r := b.world.rand("reception "+role, company, 0)
	var scenes []scene
	var before []walkIn
	for i := range visitsOfPerson {
		who := b.visitor(r, known, before)
		before = append(before, who)
		days := registerDays - i*registerDays/visitsOfPerson
		scenes = append(scenes, b.visit(mine, r, company, who, b.workday(r, days))...)
	}
	scenes = append(scenes, b.waiting(mine, r, company, b.visitor(r, known, nil)))
	for i, days := range checkedDaysAgo[role] {
		in := customer.CheckInput{OrgID: b.orgs[code].ID, ReceiverID: b.users[role+code], Remark: remarks[(i+company)%len(remarks)]}
		scenes = append(scenes, scene{b.workday(r, days).Add(time.Hour), func() error { return second(b.Customers.CheckLog(head, "", in)) }})
	}
	return scenes, nil
}

func second[T any](_ T, err error) error { return err }

// workday is a working hour so many days ago.
func (b *builder) workday(r *rand.Rand, days int) when.Instant { return beforeWeekend(b.at(r, days)) }

// beforeWeekend puts what falls on a weekend on the Friday before.
func beforeWeekend(at when.Instant) when.Instant {
	switch at.Time().In(when.Zone).Weekday() {
	case time.Saturday:
		return at.Add(-24 * time.Hour)
	case time.Sunday:
		return at.Add(-48 * time.Hour)
	}
	return at
}

// visitor is a customer, somebody who was here before, or a new face.
func (b *builder) visitor(r *rand.Rand, known, before []walkIn) walkIn {
	switch n := r.IntN(100); {
	case n < 40 && len(known) > 0:
		return pick(r, known)
	case n < 55 && len(before) > 0:
		return pick(r, before)
	}
	sex := cn.Male
	if chance(r, 50) {
		sex = cn.Female
	}
	return walkIn{name: b.world.names.person(r, sex, 1955+r.IntN(45)), phone: mobile(r)}
}

// visit is a visit with its course, the tie to the customer, and what followed.
func (b *builder) visit(ctx context.Context, r *rand.Rand, company int, who walkIn, at when.Instant) []scene {
	why := pick(r, reasons)
	in := b.reception(r, company, who, why, at)
	left := at.Add(time.Duration(10+r.IntN(40)) * time.Minute)
	told := left.Add(time.Duration(2+r.IntN(12)) * time.Minute)
	if chance(r, 12) {
		told = left.Add(20 * time.Hour)
	}
	var made customer.ReceptionDetail
	scenes := []scene{
		{at, func() (err error) { made, err = b.Customers.Receive(ctx, "", in); return err }},
		{told, func() (err error) {
			in.LeftAt, in.Course = left, why.course
			made, err = b.Customers.UpdateReception(ctx, made.ID, made.Version, in)
			return err
		}},
	}
	if !who.customer.IsZero() {
		scenes = append(scenes, scene{told, func() error {
			return second(b.Customers.LinkReception(ctx, made.ID, made.Version, customer.LinkInput{CustomerID: who.customer}))
		}})
	}
	for i, l := range why.later {
		then := beforeWeekend(told.Add(time.Duration(i*5+3+r.IntN(3))*24*time.Hour + time.Duration(r.IntN(90))*time.Minute))
		if then >= b.end {
			break
		}
		scenes = append(scenes, scene{then, func() error {
			return second(b.Customers.LogReception(ctx, "", made.ID, customer.LogInput{Mode: l.mode, Text: l.text}))
		}})
	}
	return scenes
}

// waiting is a visit of this very day whose course is still to be told.
func (b *builder) waiting(ctx context.Context, r *rand.Rand, company int, who walkIn) scene {
	at := b.end.Add(-time.Duration(20+r.IntN(60)) * time.Minute)
	in := b.reception(r, company, who, pick(r, reasons), at)
	return scene{at, func() error { return second(b.Customers.Receive(ctx, "", in)) }}
}

func (b *builder) reception(r *rand.Rand, company int, who walkIn, why reason, at when.Instant) customer.ReceptionInput {
	p := companies[company]
	town := pick(r, p.Towns)
	return customer.ReceptionInput{OrgID: b.orgs[p.Code].ID, ArrivedAt: at, ReceptionBody: customer.ReceptionBody{
		Name: who.name, Phone: who.phone, Looks: pick(r, looks), Employer: pick(r, employers), Intention: why.intention,
		HomeAddress: fmt.Sprintf("%s%s%s%s%d号", province, p.City, p.County, town.Name, 1+r.IntN(300)),
	}}
}
