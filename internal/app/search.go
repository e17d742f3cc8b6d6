package app

import (
	"context"
	"errors"
	"regexp"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

const permSearch = "search.find"

// Hit is anything the one search box finds.
type Hit struct {
	Kind     string `json:"kind" doc:"customer, case, promise, incident, outage, account, meter, substation, line, district, equipment, article"`
	ID       id.ID  `json:"id"`
	OrgID    id.ID  `json:"org_id"`
	Title    string `json:"title"`
	Subtitle string `json:"subtitle,omitempty"`
	Hint     string `json:"hint,omitempty" doc:"a number that tells it from others of the same title"`
}

type searchRequest struct {
	Query string `query:"q" required:"true" minLength:"1" maxLength:"100"`
	Limit int    `query:"limit" minimum:"1" maximum:"20" default:"12"`
}

func (a *App) searchRoutes(api *rest.API) {
	rest.Register(api, rest.Op{ID: permSearch, Method: "GET", Path: "/api/v1/search", Summary: "Find anything: customers, cases, promises, incidents, outages, accounts, meters, network, articles"}, a.apiSearch)
}

// numbered is what nobody looks for in articles.
var numbered = regexp.MustCompile(`^[0-9 -]+$`)

// apiSearch asks each module; a part the caller has no right to is left out. Articles,
// which are looked for in every organisation above too, come where others leave room.
func (a *App) apiSearch(ctx context.Context, in *searchRequest) (*rest.Body[rest.List[Hit]], error) {
	if _, err := access.Allow(ctx, permSearch); err != nil {
		return nil, err
	}
	if err := a.searching.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer a.searching.Release(1)
	hits := []Hit{}
	for _, find := range []func(context.Context, string, int) ([]Hit, error){a.findCustomers, a.findCases, a.findPromises, a.findIncidents, a.findOutages, a.findNumbered, a.findNetwork} {
		found, err := find(ctx, in.Query, in.Limit)
		if err != nil && !errors.Is(err, access.ErrForbidden) {
			return nil, err
		}
		hits = append(hits, found...)
	}
	if room := in.Limit - len(hits); room > 0 && !numbered.MatchString(in.Query) {
		found, err := a.findArticles(ctx, in.Query, room)
		if err != nil && !errors.Is(err, access.ErrForbidden) {
			return nil, err
		}
		hits = append(hits, found...)
	}
	return &rest.Body[rest.List[Hit]]{Body: rest.List[Hit]{Items: hits}}, nil
}

func (a *App) findCustomers(ctx context.Context, q string, limit int) ([]Hit, error) {
	found, err := a.Customers.Search(ctx, q, limit)
	hits := make([]Hit, len(found))
	for i, f := range found {
		hits[i] = Hit{Kind: "customer", ID: f.ID, OrgID: f.OrgID, Title: f.Title, Subtitle: f.Subtitle, Hint: f.Hint}
	}
	return hits, err
}

func (a *App) findCases(ctx context.Context, q string, limit int) ([]Hit, error) {
	found, err := a.Feedback.Find(ctx, q, limit)
	hits := make([]Hit, len(found))
	for i, c := range found {
		hits[i] = Hit{Kind: "case", ID: c.ID, OrgID: c.OrgID, Title: c.CaseNo, Subtitle: c.Title}
	}
	return hits, err
}

func (a *App) findPromises(ctx context.Context, q string, limit int) ([]Hit, error) {
	found, err := a.Promises.Find(ctx, q, limit)
	hits := make([]Hit, len(found))
	for i, p := range found {
		hits[i] = Hit{Kind: "promise", ID: p.ID, OrgID: p.OrgID, Title: p.PromiseNo, Subtitle: p.TypeName}
	}
	return hits, err
}

func (a *App) findIncidents(ctx context.Context, q string, limit int) ([]Hit, error) {
	found, err := a.Incidents.Find(ctx, q, limit)
	hits := make([]Hit, len(found))
	for i, n := range found {
		hits[i] = Hit{Kind: "incident", ID: n.ID, OrgID: n.OrgID, Title: n.IncidentNo, Subtitle: n.Title}
	}
	return hits, err
}

func (a *App) findOutages(ctx context.Context, q string, limit int) ([]Hit, error) {
	found, err := a.Outages.Find(ctx, q, limit)
	hits := make([]Hit, len(found))
	for i, o := range found {
		hits[i] = Hit{Kind: "outage", ID: o.ID, OrgID: o.OrgID, Title: o.OutageNo, Subtitle: o.PlaceName}
	}
	return hits, err
}

// maxSupplyHits leaves most of the box to customers.
const maxSupplyHits = 5

func (a *App) findNumbered(ctx context.Context, q string, limit int) ([]Hit, error) {
	return supplyHits(a.Supply.FindNumbered(ctx, q, min(limit, maxSupplyHits)))
}

func (a *App) findNetwork(ctx context.Context, q string, limit int) ([]Hit, error) {
	return supplyHits(a.Supply.SearchNetwork(ctx, q, min(limit, maxSupplyHits)))
}

func supplyHits(found []search.Hit, err error) ([]Hit, error) {
	hits := make([]Hit, len(found))
	for i, f := range found {
		hits[i] = Hit{Kind: f.Kind, ID: f.ObjectID, OrgID: f.OrgID, Title: f.Title, Subtitle: f.Subtitle, Hint: f.Hint}
	}
	return hits, err
}

// maxArticleHits is how many articles the box shows.
const maxArticleHits = 5

func (a *App) findArticles(ctx context.Context, q string, limit int) ([]Hit, error) {
	found, err := a.Knowledge.Find(ctx, knowledge.FindInput{Query: q, Limit: min(limit, maxArticleHits)})
	hits := make([]Hit, len(found))
	for i, f := range found {
		hits[i] = Hit{Kind: "article", ID: f.ID, OrgID: f.OrgID, Title: f.Title}
	}
	return hits, err
}
