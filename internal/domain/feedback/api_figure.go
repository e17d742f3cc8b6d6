package feedback

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

func (s *Service) figureRoutes(a *rest.API) {
	const all = "/api/v1/case-figures"
	rest.Register(a, rest.Op{ID: PermFigures, Method: "GET", Path: all + "/causes", Summary: "Cases by what they have in common, the largest groups first"}, s.apiCauses)
	rest.Register(a, rest.Op{ID: "feedback.effect", Method: "GET", Path: all + "/effect", Summary: "How complaints were solved, and how many customers stayed"}, s.apiEffect)
	rest.Register(a, rest.Op{ID: "feedback.trend", Method: "GET", Path: all + "/trend", Summary: "A measure of cases through time, with control limits"}, s.apiTrend)
	rest.Register(a, rest.Op{ID: "feedback.points", Method: "GET", Path: all + "/points", Summary: "The contact points as their cases show them, the weakest first"}, s.apiPoints)
	rest.Register(a, rest.Op{ID: "feedback.contact_map", Method: "GET", Path: "/api/v1/contact-points", Summary: "The contact points along the journeys of customers, and the policies"}, s.apiContactMap)
	rest.Register(a, rest.Op{ID: "feedback.report", Method: "GET", Path: all + "/report", Summary: "The figures of a month for managers"}, s.apiReport)
	rest.Register(a, rest.Op{ID: PermDigest, Method: "GET", Path: "/api/v1/case-digest", Summary: "What customers said since the working day before, in their own words"}, s.apiDigest)
}

type causesRequest struct {
	FigureFilter
	By Cause `query:"by" enum:"type,category,unit,owner,channel,point,policy,finding" default:"category"`
}

func (s *Service) apiCauses(ctx context.Context, in *causesRequest) (*rest.Body[Causes], error) {
	c, err := s.Causes(ctx, in.FigureFilter, in.By)
	return &rest.Body[Causes]{Body: c}, err
}

func (s *Service) apiEffect(ctx context.Context, in *FigureFilter) (*rest.Body[Effect], error) {
	e, err := s.Effect(ctx, *in)
	return &rest.Body[Effect]{Body: e}, err
}

type trendRequest struct {
	FigureFilter
	Grain   Grain   `query:"grain" enum:"day,week,month" default:"month"`
	Measure Measure `query:"measure" enum:"cases,complaints,late,repeat,dissatisfied,solve" default:"cases"`
}

func (s *Service) apiTrend(ctx context.Context, in *trendRequest) (*rest.Body[Trend], error) {
	t, err := s.Trend(ctx, in.FigureFilter, in.Grain, in.Measure)
	return &rest.Body[Trend]{Body: t}, err
}

func (s *Service) apiPoints(ctx context.Context, in *FigureFilter) (*rest.Body[Points], error) {
	p, err := s.Points(ctx, *in)
	return &rest.Body[Points]{Body: p}, err
}

func (s *Service) apiContactMap(ctx context.Context, _ *struct{}) (*rest.Body[ContactMap], error) {
	m, err := s.ContactMap(ctx)
	return &rest.Body[ContactMap]{Body: m}, err
}

type reportRequest struct {
	Company
	Month when.Month `query:"month" minimum:"200001" maximum:"219912" doc:"YYYYMM; absent: the last that has ended"`
}

func (s *Service) apiReport(ctx context.Context, in *reportRequest) (*rest.Body[MonthReport], error) {
	if in.Month == 0 {
		in.Month = when.MonthOf(s.DB.Now()).Add(-1)
	}
	r, err := s.MonthReport(ctx, in.OrgID, in.Month)
	return &rest.Body[MonthReport]{Body: r}, err
}

func (s *Service) apiDigest(ctx context.Context, in *DigestInput) (*rest.Body[Digest], error) {
	d, err := s.Digest(ctx, *in)
	return &rest.Body[Digest]{Body: d}, err
}
