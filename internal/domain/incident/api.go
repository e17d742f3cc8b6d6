package incident

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const (
	allIncidents = "/api/v1/incidents"
	oneIncident  = "/api/v1/incidents/{id}"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	op := func(action Action, summary string) rest.Op {
		return rest.Op{ID: object + "." + string(action), Method: "POST", Path: oneIncident + "/" + string(action), Summary: summary}
	}
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: allIncidents, Summary: "Service incidents, filtered and sorted"}, s.apiList)
	rest.Register(a, rest.Op{ID: "incident.counts", Method: "GET", Path: allIncidents + "/counts", Summary: "How many service incidents wait"}, s.apiCounts)
	rest.Register(a, rest.Op{ID: PermFigures, Method: "GET", Path: allIncidents + "/figures", Summary: "Service incidents by who is responsible: units or persons"}, s.apiFigures)
	rest.Register(a, rest.Op{ID: "incident.people", Method: "GET", Path: allIncidents + "/people", Summary: "Who works on service incidents of a company"}, s.apiPeople)
	rest.Register(a, rest.Op{ID: "incident.grades", Method: "GET", Path: "/api/v1/incident-grades", Summary: "The grades of service incidents, with the time each is reported in"}, s.apiGrades)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: allIncidents, Summary: "Open a service incident", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: oneIncident, Summary: "A service incident with its measures and steps"}, s.apiGet)
	rest.Register(a, op(Report, "Report a service incident upward"), step(s.Report))
	rest.Register(a, op(Regrade, "Give a service incident another grade"), step(s.Regrade))
	rest.Register(a, op(Assign, "Give a service incident to somebody else"), step(s.Assign))
	rest.Register(a, op(Conclude, "Put down the cause of a service incident and who is responsible"), step(s.Conclude))
	rest.Register(a, op(Plan, "Add a measure to a service incident"), step(s.Plan))
	rest.Register(a, op(Keep, "Put down that a measure was taken, with what proves it"), step(s.Keep))
	rest.Register(a, op(Drop, "Put down that a measure will not be taken"), step(s.Drop))
	rest.Register(a, op(Submit, "Ask for the end of a service incident"), step(s.Submit))
	rest.Register(a, op(Close, "Close a service incident, one level higher"), step(s.Close))
	rest.Register(a, op(Return, "Send a service incident back to take further measures"), step(s.Return))
	rest.Register(a, op(Dismiss, "End what is no service incident"), step(s.Dismiss))
	rest.Register(a, op(Reopen, "Take back the end of a service incident"), step(s.Reopen))
}

type listRequest struct {
	rest.Paging
	Filter
	Sort Sort `query:"sort" enum:"known_at,-known_at,grade,-grade" default:"-known_at"`
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Incident]], error) {
	items, next, err := s.List(ctx, ListInput{Filter: in.Filter, Sort: in.Sort, Cursor: in.Cursor, Limit: in.Limit})
	return &rest.Body[rest.List[Incident]]{Body: rest.List[Incident]{Items: items, NextCursor: next}}, err
}

// Company names a company.
type Company struct {
	OrgID id.ID `query:"org_id" doc:"the company, where the caller works for several"`
}

func (s *Service) apiCounts(ctx context.Context, in *Company) (*rest.Body[Counts], error) {
	c, err := s.Counts(ctx, in.OrgID)
	return &rest.Body[Counts]{Body: c}, err
}

type figuresRequest struct {
	Filter
	By By `query:"by" enum:"unit,person" default:"unit"`
}

func (s *Service) apiFigures(ctx context.Context, in *figuresRequest) (*rest.Body[Figures], error) {
	f, err := s.Figures(ctx, FiguresInput{Filter: in.Filter, By: in.By})
	return &rest.Body[Figures]{Body: f}, err
}

type peopleRequest struct {
	Company
	To For `query:"for" enum:"report,keep,person" default:"keep" doc:"report: who reports and investigates; keep: who takes measures; person: who may be named responsible"`
}

func (s *Service) apiPeople(ctx context.Context, in *peopleRequest) (*rest.Body[rest.List[access.Worker]], error) {
	people, err := s.People(ctx, in.OrgID, in.To)
	return &rest.Body[rest.List[access.Worker]]{Body: rest.List[access.Worker]{Items: people}}, err
}

func (s *Service) apiGrades(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Grade]], error) {
	all, err := s.Grades(ctx)
	return &rest.Body[rest.List[Grade]]{Body: rest.List[Grade]{Items: all}}, err
}

func reply(d Detail, err error) (*rest.Reply[Detail], error) {
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version), Body: d}, err
}

type createRequest struct {
	rest.Idempotent
	Body CreateInput
}

func (s *Service) apiCreate(ctx context.Context, in *createRequest) (*rest.Reply[Detail], error) {
	return reply(s.Create(ctx, in.Key, in.Body))
}

func (s *Service) apiGet(ctx context.Context, in *rest.Named) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.ID))
}

// stepRequest changes an incident by an input.
type stepRequest[I any] struct {
	rest.Versioned
	Body I
}

// step is the handler of a step.
func step[I any](take func(ctx context.Context, i id.ID, version int64, in I) (Detail, error)) func(context.Context, *stepRequest[I]) (*rest.Reply[Detail], error) {
	return func(ctx context.Context, in *stepRequest[I]) (*rest.Reply[Detail], error) {
		return rest.Step(in.Versioned, func(version int64) (Detail, error) { return take(ctx, in.ID, version, in.Body) }, reply)
	}
}
