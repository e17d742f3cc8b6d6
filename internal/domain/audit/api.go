package audit

import (
	"context"
	"io"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: "/api/v1/audit-entries", Summary: "Search the audit log, the newest first"}, s.apiSearch)
	rest.Register(a, rest.Op{ID: PermOpen, Method: "POST", Path: "/api/v1/audit-entries/{id}/open", Summary: "What an entry's change was; that somebody looked is written down"}, s.apiOpen)
	rest.Register(a, rest.Op{ID: PermExport, Method: "GET", Path: "/api/v1/audit-export", Summary: "Entries as a signed archive for an auditor"}, s.apiExport)
	rest.Register(a, rest.Op{ID: PermState, Method: "GET", Path: "/api/v1/audit-chains", Summary: "Where the chains stand: sealed, signed, kept for how long"}, s.apiState)
	rest.Register(a, rest.Op{ID: PermVerify, Method: "POST", Path: "/api/v1/audit-verifications", Summary: "Walk the chains in the background", Status: 202}, s.apiVerify)
	rest.Register(a, rest.Op{ID: PermSetRule, Method: "PUT", Path: "/api/v1/audit-rules/{org_id}", Summary: "Set how long a company keeps its entries"}, s.apiSetRule)
}

// FilterQuery is a filter in the address of a request.
type FilterQuery struct {
	OrgID      string `query:"org_id" format:"uuid"`
	ActorID    string `query:"actor_id" format:"uuid" doc:"who did it"`
	Action     string `query:"action" maxLength:"80" doc:"operation, such as customer.update"`
	Kind       Kind   `query:"kind" enum:"change,read,export,session"`
	ObjectType string `query:"object_type" maxLength:"40"`
	ObjectID   string `query:"object_id" format:"uuid"`
	From       string `query:"from" format:"date" doc:"first day"`
	To         string `query:"to" format:"date" doc:"last day"`
	Text       string `query:"q" maxLength:"80" doc:"part of a name or of an action's words, or a whole identifier"`
}

func (in *FilterQuery) filter() (f Filter, err error) {
	f = Filter{Action: in.Action, Kind: in.Kind, ObjectType: in.ObjectType, Text: in.Text}
	for _, p := range []struct {
		to   *id.ID
		text string
	}{{&f.OrgID, in.OrgID}, {&f.ActorID, in.ActorID}, {&f.ObjectID, in.ObjectID}} {
		if err := p.to.UnmarshalText([]byte(p.text)); err != nil {
			return Filter{}, err
		}
	}
	var v fault.Validation
	f.From = dayStart(&v, "from", in.From, 0)
	f.To = dayStart(&v, "to", in.To, 1)
	return f, v.Err()
}

// dayStart is the beginning of a day, or of one later; zero without one.
func dayStart(v *fault.Validation, field, text string, later int) when.Instant {
	if text == "" {
		return 0
	}
	day, err := when.ParseDay(text)
	if err != nil {
		v.Add(field, "wrong_format")
		return 0
	}
	t, err := day.Time()
	v.Check(err == nil, field, "wrong_format")
	return when.At(t.AddDate(0, 0, later))
}

type searchRequest struct {
	rest.Paging
	FilterQuery
}

func (s *Service) apiSearch(ctx context.Context, in *searchRequest) (*rest.Body[Found], error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	found, err := s.Search(ctx, rest.Language(ctx), f, in.Cursor, in.Limit)
	return &rest.Body[Found]{Body: found}, err
}

type byID struct {
	ID id.ID `path:"id"`
}

func (s *Service) apiOpen(ctx context.Context, in *byID) (*rest.Body[Opened], error) {
	o, err := s.Open(ctx, rest.Language(ctx), in.ID)
	return &rest.Body[Opened]{Body: o}, err
}

type exportRequest struct {
	FilterQuery
	Format Format `query:"format" enum:"csv,json" default:"csv"`
}

func (s *Service) apiExport(ctx context.Context, in *exportRequest) (*rest.Stream, error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	e, err := s.Export(ctx, rest.Language(ctx), f, in.Format)
	if err != nil {
		return nil, err
	}
	return rest.Written(ctx, "audit-"+string(e.manifest.MadeAt.Day())+".zip", "application/zip", func(w io.Writer) error { return e.write(ctx, w) }), nil
}

func (s *Service) apiState(ctx context.Context, _ *struct{}) (*rest.Body[State], error) {
	st, err := s.State(ctx)
	return &rest.Body[State]{Body: st}, err
}

// Started names the job that does the work.
type Started struct {
	JobID id.ID `json:"job_id"`
}

func (s *Service) apiVerify(ctx context.Context, _ *struct{}) (*rest.Body[Started], error) {
	made, err := s.StartVerify(ctx)
	return &rest.Body[Started]{Body: Started{made}}, err
}

type ruleRequest struct {
	OrgID id.ID `path:"org_id"`
	rest.IfMatch
	Body RuleInput
}

func (s *Service) apiSetRule(ctx context.Context, in *ruleRequest) (*rest.Reply[Rule], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	r, err := s.SetRule(ctx, in.OrgID, version, in.Body)
	return &rest.Reply[Rule]{ETag: rest.ETag(r.Version), Body: r}, err
}
