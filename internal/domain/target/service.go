package target

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Permissions of the module.
const (
	PermList   = "target.list"   // see the targets of all account managers
	PermOwn    = "target.own"    // see one's own, and be given some
	PermGet    = "target.get"    // see how one is derived
	PermSet    = "target.set"    // set one
	PermRemove = "target.remove" // take one away
)

// Sales is what the module needs of the supply side.
type Sales interface {
	ManagerSalesTx(tx *db.Tx, scope db.Scope, manager id.ID, from, to when.Month) ([]supply.ManagerSales, error)
}

// Users is what the module needs of access.
type Users interface {
	NamesTx(tx *db.Tx, users []id.ID) (map[id.ID]string, error)
	ReachesTx(tx *db.Tx, user id.ID, permission string, company id.ID) (bool, error)
}

// Deps are what the service is built from.
type Deps struct {
	DB    *db.DB
	Audit *audit.Log
	Users Users
	Sales Sales
}

// Service keeps targets.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Overview is how account managers stand against the targets of a year.
type Overview struct {
	Year      int        `json:"year"`
	Through   when.Month `json:"through" doc:"the last month that has ended"`
	Managers  []Standing `json:"managers" nullable:"false"`
	Companies []Standing `json:"companies" nullable:"false" doc:"the managers of each company that has targets, together"`
}

// Overview gives the standings of all account managers of the caller's companies
// who have sales or a target in the year; year 0 is the present one.
func (s *Service) Overview(ctx context.Context, org id.ID, year int) (o Overview, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return o, err
	}
	return o, s.DB.Read(ctx, func(tx *db.Tx) error { o, err = s.overviewTx(tx, who.Scope.Narrow(org), id.ID{}, year); return err })
}

// Own gives the caller's own standings.
func (s *Service) Own(ctx context.Context, org id.ID, year int) (o Overview, err error) {
	who, err := access.Allow(ctx, PermOwn)
	if err != nil {
		return o, err
	}
	return o, s.DB.Read(ctx, func(tx *db.Tx) error { o, err = s.overviewTx(tx, who.Scope.Narrow(org), who.UserID, year); return err })
}

// of is whose target it is.
type of struct{ org, manager id.ID }

func (s *Service) overviewTx(tx *db.Tx, scope db.Scope, manager id.ID, year int) (o Overview, err error) {
	o = Overview{Year: cmp.Or(year, int(when.MonthOf(tx.Now()))/100), Through: lastMonth(tx.Now()), Managers: []Standing{}, Companies: []Standing{}}
	sales, err := s.salesTx(tx, scope, manager, o.Year)
	if err != nil {
		return o, err
	}
	targets, goals, err := targetsOf(tx, scope, manager, o.Year)
	if err != nil {
		return o, err
	}
	for k := range sales {
		if _, ok := targets[k]; !ok {
			targets[k] = Target{OrgID: k.org, ManagerID: k.manager, Year: o.Year}
		}
	}
	for k, t := range targets {
		o.Managers = append(o.Managers, stand(t, goals[t.ID], sales[k], o.Through, t.GrowthPermille))
	}
	if err := s.nameTx(tx, o.Managers); err != nil || !manager.IsZero() {
		return o, err
	}
	o.Companies = companies(o, sales)
	return o, nil
}

// salesTx reads what the standings of a year need: the forecast of its first month
// and the past error look two years and half a year back.
func (s *Service) salesTx(tx *db.Tx, scope db.Scope, manager id.ID, year int) (map[of]supply.ManagerSales, error) {
	last := lastMonth(tx.Now())
	all, err := s.Sales.ManagerSalesTx(tx, scope, manager, min(firstMonth(year), last.Add(-monthsOfYear)).Add(-2*monthsOfYear), last)
	sales := map[of]supply.ManagerSales{}
	for _, m := range all {
		sales[of{m.OrgID, m.ManagerID}] = m
	}
	return sales, err
}

// nameTx names the managers and sorts them by company and name.
func (s *Service) nameTx(tx *db.Tx, list []Standing) error {
	ids := make([]id.ID, len(list))
	for i, m := range list {
		ids[i] = m.ManagerID
	}
	names, err := s.Users.NamesTx(tx, ids)
	for i := range list {
		list[i].ManagerName = names[list[i].ManagerID]
	}
	slices.SortFunc(list, func(a, b Standing) int {
		return cmp.Or(a.OrgID.Compare(b.OrgID), cmp.Compare(a.ManagerName, b.ManagerName), a.ManagerID.Compare(b.ManagerID))
	})
	return err
}

// companies adds up the managers who have a target; they stand sorted by company.
func companies(o Overview, sales map[of]supply.ManagerSales) []Standing {
	all := []Standing{}
	rest := slices.DeleteFunc(slices.Clone(o.Managers), func(m Standing) bool { return m.Planned == 0 })
	for len(rest) > 0 {
		org := rest[0].OrgID
		n := slices.IndexFunc(rest, func(m Standing) bool { return m.OrgID != org })
		if n < 0 {
			n = len(rest)
		}
		var theirs []supply.ManagerSales
		for _, m := range rest[:n] {
			theirs = append(theirs, sales[of{org, m.ManagerID}])
		}
		all = append(all, together(Target{OrgID: org, Year: o.Year}, rest[:n], theirs, o.Through))
		rest = rest[n:]
	}
	return all
}

// Key names a target.
type Key struct {
	OrgID     id.ID
	ManagerID id.ID
	Year      int
}

// Get gives a manager's target of a year, or what there is for one, with the
// proposal for a growth. Errors: db.ErrOrgRequired, db.ErrNotFound, ErrManager.
func (s *Service) Get(ctx context.Context, k Key, growthPermille int64) (st Standing, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return st, err
	}
	if k.OrgID, err = who.Scope.One(k.OrgID); err != nil {
		return st, err
	}
	return st, s.DB.Read(ctx, func(tx *db.Tx) error { st, err = s.standingTx(tx, k, growthPermille); return err })
}

func (s *Service) standingTx(tx *db.Tx, k Key, growthPermille int64) (st Standing, err error) {
	t, goals, err := targetOf(tx, k)
	if errors.Is(err, db.ErrNotFound) {
		t, err = Target{OrgID: k.OrgID, ManagerID: k.ManagerID, Year: k.Year}, s.checkManagerTx(tx, k)
	}
	if err != nil {
		return st, err
	}
	sales, err := s.salesTx(tx, db.ScopeOf(k.OrgID), k.ManagerID, k.Year)
	if err != nil {
		return st, err
	}
	list := []Standing{stand(t, goals, sales[of{k.OrgID, k.ManagerID}], lastMonth(tx.Now()), growthPermille)}
	err = s.nameTx(tx, list)
	return list[0], err
}

// checkManagerTx refuses somebody who would not see the target.
func (s *Service) checkManagerTx(tx *db.Tx, k Key) error {
	ok, err := s.Users.ReachesTx(tx, k.ManagerID, PermOwn, k.OrgID)
	if err == nil && !ok {
		err = ErrManager
	}
	return err
}

// record is a target as the audit log keeps it.
type record struct {
	Target
	Months []Goal `json:"months"`
}

// Set sets a manager's target of a year over the version the caller saw, 0 for
// none. Errors: validation, db.ErrOrgRequired, db.ErrNotFound, db.ErrStale,
// ErrManager.
func (s *Service) Set(ctx context.Context, k Key, version int64, in Input) (st Standing, err error) {
	who, err := access.Allow(ctx, PermSet)
	if err != nil {
		return st, err
	}
	if k.OrgID, err = who.Scope.One(k.OrgID); err != nil {
		return st, err
	}
	if err := in.validate(k.Year); err != nil {
		return st, err
	}
	return st, s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := s.standingTx(tx, k, in.GrowthPermille)
		if err != nil {
			return err
		}
		if before.Version != version {
			return db.ErrStale
		}
		after := record{Target: before.Target, Months: in.goals(before)}
		after.GrowthPermille, after.SetBy, after.SetName, after.UpdatedAt = in.GrowthPermille, who.UserID, who.Name, tx.Now()
		if err := put(tx, &after.Target, after.Months); err != nil {
			return err
		}
		c := audit.Change{OrgID: k.OrgID, Actor: who.Actor(), Action: PermSet, ObjectType: "sales_target", ObjectID: after.ID, After: after}
		if version > 0 {
			c.Before = record{before.Target, before.goals()}
		}
		if err := s.Audit.RecordTx(tx, c); err != nil {
			return err
		}
		st, err = s.standingTx(tx, k, in.GrowthPermille)
		return err
	})
}

// goals are the months set, each with the forecast of today.
func (in Input) goals(now Standing) []Goal {
	goals := make([]Goal, len(in.Months))
	for i, m := range in.Months {
		goals[i] = Goal{Month: m.Month, EnergyWh: m.EnergyWh, ForecastWh: now.Months[m.Month-firstMonth(now.Year)].ForecastWh}
	}
	return goals
}

func (s Standing) goals() (goals []Goal) {
	for _, m := range s.Months {
		if m.TargetWh != nil {
			goals = append(goals, Goal{m.Month, *m.TargetWh, m.WasWh})
		}
	}
	return goals
}

// Remove takes a target away. Errors: db.ErrOrgRequired, db.ErrNotFound,
// db.ErrStale.
func (s *Service) Remove(ctx context.Context, k Key, version int64) error {
	who, err := access.Allow(ctx, PermRemove)
	if err != nil {
		return err
	}
	if k.OrgID, err = who.Scope.One(k.OrgID); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, goals, err := targetOf(tx, k)
		if err != nil {
			return err
		}
		if err := remove(tx, t, version); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: k.OrgID, Actor: who.Actor(), Action: PermRemove, ObjectType: "sales_target", ObjectID: t.ID, Before: record{t, goals}})
	})
}
