package feedback

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Settings tell whose rules a company follows.
type Settings struct {
	Grid         string `json:"grid" enum:"SGCC,CSG,LOCAL" doc:"whose rules the company follows"`
	Jurisdiction string `json:"jurisdiction" pattern:"^CN(-[0-9]{2})?$" doc:"CN, or a province such as CN-33"`
}

// Kept is a setting with its version; 0 while the default holds.
type Kept[T any] struct {
	OrgID   id.ID `json:"org_id"`
	Value   T     `json:"value"`
	Version int64 `json:"version"`
}

// Route is which unit solves cases of a type or category. Of several that fit the first
// counts.
type Route struct {
	Type     Type   `json:"type,omitempty" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request" doc:"absent: any"`
	Category string `json:"category,omitempty" maxLength:"60" pattern:"^[a-z0-9_.]*$" doc:"code, with all below it; absent: any"`
	UnitID   id.ID  `json:"unit_id"`
}

// RouteList is the routes of a company in order.
type RouteList struct {
	Routes []Route `json:"routes" nullable:"false" maxItems:"200"`
}

const (
	settingRules  = "rules"
	settingRoutes = "routes"

	settingNotices = "notices"
)

var defaultSettings = Settings{Grid: "SGCC", Jurisdiction: rule.Everywhere}

func (s Settings) place() rule.Place {
	return rule.Place{Jurisdiction: s.Jurisdiction, Company: s.Grid}
}

// company is what is set in a company, and who works on cases there.
type company struct {
	Settings
	routes     []Route
	notices    Notices
	categories tree
	people     map[string][]access.Worker // by permission
	loaded     time.Time
}

// companyAge is how old a snapshot may be: another process may have changed it.
const companyAge = 5 * time.Second

// companies keeps a snapshot of each, so that most requests ask nothing.
type companies struct {
	mu    sync.Mutex
	byOrg map[id.ID]*company
}

func (c *companies) get(org id.ID) *company {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.byOrg[org]; k != nil && time.Since(k.loaded) < companyAge {
		return k
	}
	return nil
}

func (c *companies) put(org id.ID, k *company) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byOrg == nil {
		c.byOrg = map[id.ID]*company{}
	}
	c.byOrg[org] = k
}

func (c *companies) forget(org id.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.byOrg, org)
}

// worker are the permissions by which people are found.
var worker = []string{PermAccept, PermDispatch, PermSupervise, PermVerdict, PermDigest}

// companyTx gives what is set in a company, at most companyAge old.
func (s *Service) companyTx(tx *db.Tx, org id.ID) (*company, error) {
	if k := s.cache.get(org); k != nil {
		return k, nil
	}
	own, err := categoriesOf(tx, org)
	if err != nil {
		return nil, err
	}
	k := &company{categories: overlay(own), people: map[string][]access.Worker{}, loaded: time.Now()}
	rules, err := keptTx(tx, org, settingRules, defaultSettings)
	if err != nil {
		return nil, err
	}
	routes, err := keptTx(tx, org, settingRoutes, RouteList{})
	if err != nil {
		return nil, err
	}
	notices, err := keptTx(tx, org, settingNotices, shippedNotices())
	if err != nil {
		return nil, err
	}
	k.Settings, k.routes, k.notices = rules.Value, routes.Value.Routes, notices.Value
	for _, p := range worker {
		if k.people[p], err = s.Users.WorkersTx(tx, p, org); err != nil {
			return nil, err
		}
	}
	s.cache.put(org, k)
	return k, nil
}

// route finds the unit that solves a case; zero for none.
func (k *company) route(t Type, category string) id.ID {
	above := k.categories.above(category)
	for _, r := range k.routes {
		fits := r.Category == "" || slices.ContainsFunc(above, func(c Category) bool { return c.Code == r.Category })
		if fits && (r.Type == "" || r.Type == t) {
			return r.UnitID
		}
	}
	return id.ID{}
}

// maxTold bounds how many people are told of one thing.
const maxTold = 20

// team are those who work on cases of a unit: at home there or below it, else at home
// in the company itself.
func (k *company) team(units *org.Tree, own, unit id.ID) (team []id.ID) {
	for _, at := range []id.ID{unit, own} {
		for _, p := range k.people[PermAccept] {
			if home, ok := units.Get(p.HomeOrgID); ok && (home.ID == at || at == unit && units.Within(home.ID, unit)) {
				team = append(team, p.ID)
			}
		}
		if len(team) > 0 {
			return team[:min(len(team), maxTold)]
		}
	}
	return nil
}

// holders are the people of a company with a permission.
func (k *company) holders(permission string) (all []id.ID) {
	for _, p := range k.people[permission] {
		all = append(all, p.ID)
	}
	return all[:min(len(all), maxTold)]
}

// Settings tells whose rules a company follows. Error: db.ErrOrgRequired.
func (s *Service) Settings(ctx context.Context, org id.ID) (k Kept[Settings], err error) {
	return readKept(ctx, s, org, settingRules, defaultSettings)
}

// SetSettings changes it; cases that are there keep their rules. Errors: validation,
// db.ErrStale.
func (s *Service) SetSettings(ctx context.Context, org id.ID, version int64, in Settings) (k Kept[Settings], err error) {
	return setKept(ctx, s, PermSetSettings, org, settingRules, Kept[Settings]{Value: in, Version: version}, defaultSettings)
}

// DispatchRules lists which units solve what.
func (s *Service) DispatchRules(ctx context.Context, org id.ID) (k Kept[RouteList], err error) {
	return readKept(ctx, s, org, settingRoutes, RouteList{Routes: []Route{}})
}

// SetDispatchRules changes it. Errors: validation, ErrUnit, ErrCategory, db.ErrStale.
func (s *Service) SetDispatchRules(ctx context.Context, org id.ID, version int64, in RouteList) (k Kept[RouteList], err error) {
	_, one, err := access.AllowOne(ctx, PermSetRoutes, org)
	if err != nil {
		return k, err
	}
	var v fault.Validation
	v.Check(len(in.Routes) <= 200, "routes", "too_many", "limit", 200)
	if err := v.Err(); err != nil {
		return k, err
	}
	if err := s.DB.Read(ctx, func(tx *db.Tx) error { return s.checkRoutesTx(tx, one, in.Routes) }); err != nil {
		return k, err
	}
	return setKept(ctx, s, PermSetRoutes, one, settingRoutes, Kept[RouteList]{Value: in, Version: version}, RouteList{Routes: []Route{}})
}

func (s *Service) checkRoutesTx(tx *db.Tx, org id.ID, routes []Route) error {
	units, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	own, err := categoriesOf(tx, org)
	if err != nil {
		return err
	}
	categories := overlay(own)
	for _, r := range routes {
		if c, ok := units.Company(r.UnitID); !ok || c.ID != org {
			return ErrUnit
		}
		if _, ok := categories[r.Category]; r.Category != "" && !ok {
			return ErrCategory.With("category", r.Category)
		}
	}
	return nil
}

func readKept[T any](ctx context.Context, s *Service, org id.ID, name string, otherwise T) (k Kept[T], err error) {
	_, org, err = access.AllowOne(ctx, PermList, org)
	if err != nil {
		return k, err
	}
	return k, s.DB.Read(ctx, func(tx *db.Tx) error { k, err = keptTx(tx, org, name, otherwise); return err })
}

func setKept[T any](ctx context.Context, s *Service, permission string, org id.ID, name string, k Kept[T], otherwise T) (Kept[T], error) {
	who, org, err := access.AllowOne(ctx, permission, org)
	if err != nil {
		return k, err
	}
	defer s.cache.forget(org)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := keptTx(tx, org, name, otherwise)
		if err != nil {
			return err
		}
		if before.Version != k.Version {
			return db.ErrStale
		}
		body, err := encode(k.Value)
		if err != nil {
			return err
		}
		if err := saveSetting(tx, org, name, body, k.Version); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: permission, ObjectType: "org", ObjectID: org, Before: before.Value, After: k.Value})
	})
	k.OrgID, k.Version = org, k.Version+1
	return k, err
}
