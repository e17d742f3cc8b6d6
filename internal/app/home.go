package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const permHome = "home.get"

// HomeFigures are a company's figures at a glance; a part the caller has no
// right to is absent.
type HomeFigures struct {
	AsOf      when.Instant   `json:"as_of" doc:"when they were computed; they are kept for a minute"`
	Customers *HomeCustomers `json:"customers,omitempty"`
	Accounts  []HomeAccounts `json:"accounts,omitempty"`
	Energy    []HomeEnergy   `json:"energy,omitempty" doc:"consumption of each company"`
	Index     *HomeIndex     `json:"index,omitempty" doc:"the newest satisfaction index"`
}

// HomeCustomers counts customers who are neither closed nor merged.
type HomeCustomers struct {
	Persons       int64 `json:"persons"`
	Organisations int64 `json:"organisations"`
	NewThisMonth  int64 `json:"new_this_month"`
}

// HomeAccounts counts live accounts of a class.
type HomeAccounts struct {
	Class    string `json:"class"`
	Accounts int64  `json:"accounts"`
}

// HomeEnergy is a company's consumption: last month, twelve months, trend.
type HomeEnergy struct {
	OrgID   id.ID           `json:"org_id"`
	Figures []supply.Figure `json:"figures"`
}

// HomeIndex is the newest finished estimation.
type HomeIndex struct {
	EstimationID id.ID               `json:"estimation_id"`
	Title        string              `json:"title"`
	Wave         string              `json:"wave"`
	Value        satisfaction.Number `json:"value"`
	Lo           satisfaction.Number `json:"lo" nullable:"true"`
	Hi           satisfaction.Number `json:"hi" nullable:"true"`
}

// homeCache keeps figures per user: counting reads every customer.
type homeCache struct {
	mu      sync.Mutex
	figures map[id.ID]HomeFigures
}

// homeAge is how long figures are kept.
const homeAge = time.Minute

func (c *homeCache) get(user id.ID, now when.Instant) (HomeFigures, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.figures[user]
	return f, ok && now < f.AsOf.Add(homeAge)
}

func (c *homeCache) put(user id.ID, f HomeFigures) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.figures == nil || len(c.figures) > 1000 {
		c.figures = map[id.ID]HomeFigures{}
	}
	c.figures[user] = f
}

func (a *App) homeRoutes(api *rest.API) {
	rest.Register(api, rest.Op{ID: permHome, Method: "GET", Path: "/api/v1/home", Summary: "The company's figures at a glance"}, a.apiHome)
}

func (a *App) apiHome(ctx context.Context, _ *struct{}) (*rest.Body[HomeFigures], error) {
	who, err := access.Allow(ctx, permHome)
	if err != nil {
		return nil, err
	}
	now := a.DB.Now()
	if f, ok := a.home.get(who.UserID, now); ok {
		return &rest.Body[HomeFigures]{Body: f}, nil
	}
	f := HomeFigures{AsOf: now}
	for _, part := range []func(context.Context, *HomeFigures) error{a.homeCustomers, a.homeAccounts, a.homeEnergy, a.homeIndex} {
		if err := part(ctx, &f); err != nil && !errors.Is(err, access.ErrForbidden) {
			return nil, err
		}
	}
	a.home.put(who.UserID, f)
	return &rest.Body[HomeFigures]{Body: f}, nil
}

func (a *App) homeCustomers(ctx context.Context, f *HomeFigures) error {
	t := f.AsOf.Time()
	c, err := a.Customers.Counts(ctx, when.At(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, when.Zone)))
	if err == nil {
		f.Customers = &HomeCustomers{c.Persons, c.Organisations, c.New}
	}
	return err
}

func (a *App) homeAccounts(ctx context.Context, f *HomeFigures) error {
	rows, err := a.Supply.Stock(ctx, id.ID{})
	if err != nil {
		return err
	}
	sums := map[string]int64{}
	for _, r := range rows {
		sums[r.Class] += r.Accounts
	}
	for _, c := range supply.Codes("class") {
		if n := sums[c.Code]; n > 0 {
			f.Accounts = append(f.Accounts, HomeAccounts{c.Code, n})
		}
	}
	return nil
}

// shortHorizon is the least FiguresBy forecasts; the home page shows none.
const shortHorizon = 1

func (a *App) homeEnergy(ctx context.Context, f *HomeFigures) error {
	rows, err := a.Supply.FiguresBy(ctx, id.ID{}, "company", 0, shortHorizon)
	for _, r := range rows {
		f.Energy = append(f.Energy, HomeEnergy{r.OrgID, r.Figures})
	}
	return err
}

func (a *App) homeIndex(ctx context.Context, f *HomeFigures) error {
	list, _, err := a.Satisfaction.List(ctx, rest.Language(ctx), satisfaction.ListInput{Limit: 20})
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.State == satisfaction.Done {
			f.Index = &HomeIndex{e.ID, e.Title, e.Wave, e.Index, e.IndexLo, e.IndexHi}
			return nil
		}
	}
	return nil
}
