package supply

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

func (s *Service) accountRoutes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermGet + ".detail", Method: "GET", Path: "/api/v1/accounts/{id}/detail", Summary: "An account with its numbers, premise, customer, points and meters"}, s.apiDetail)
	rest.Register(a, rest.Op{ID: opNumberAdd, Method: "POST", Path: "/api/v1/accounts/{id}/numbers", Summary: "Add a former number of an account", Status: 201}, s.apiAddNumber)
	rest.Register(a, rest.Op{ID: opNumberRemove, Method: "DELETE", Path: "/api/v1/accounts/{id}/numbers/{number}", Summary: "Remove a former number of an account"}, s.apiRemoveNumber)
	rest.Register(a, rest.Op{ID: PermList + ".rule", Method: "GET", Path: "/api/v1/account-number-rule", Summary: "The pattern of a company's account numbers"}, s.apiRule)
	rest.Register(a, rest.Op{ID: PermConfigure, Method: "PUT", Path: "/api/v1/account-number-rule", Summary: "Set the pattern of a company's account numbers"}, s.apiSetRule)
	rest.Register(a, rest.Op{ID: PermGet + ".installation", Method: "GET", Path: "/api/v1/accounts/{id}/installations", Summary: "The states of the customer's own installation, newest first"}, s.apiInstallations)
	rest.Register(a, rest.Op{ID: PermUpdate + ".installation_begin", Method: "POST", Path: "/api/v1/accounts/{id}/installations", Summary: "Begin a new state of the customer's own installation", Status: 201}, s.apiBeginInstallation)
	rest.Register(a, rest.Op{ID: PermUpdate + ".installation", Method: "PUT", Path: "/api/v1/installations/{id}", Summary: "Correct a state of the customer's own installation"}, s.apiCorrectInstallation)
}

func (s *Service) apiDetail(ctx context.Context, in *byIDRequest) (*rest.Reply[Detail], error) {
	d, err := s.Detail(ctx, in.ID)
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Account.Version), Body: d}, err
}

type addNumberRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body struct {
		Number string `json:"number" minLength:"1" maxLength:"32"`
	}
}

func (s *Service) apiAddNumber(ctx context.Context, in *addNumberRequest) (*rest.Body[rest.List[Number]], error) {
	numbers, err := s.AddNumber(ctx, in.ID, in.Key, in.Body.Number)
	return &rest.Body[rest.List[Number]]{Body: rest.List[Number]{Items: numbers}}, err
}

type removeNumberRequest struct {
	ID     id.ID  `path:"id"`
	Number string `path:"number" maxLength:"32"`
	rest.IfMatch
}

func (s *Service) apiRemoveNumber(ctx context.Context, in *removeNumberRequest) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	_, err = s.RemoveNumber(ctx, in.ID, version, in.Number)
	return &rest.Empty{}, err
}

// Company names the company a request is about.
type Company struct {
	OrgID id.ID `query:"org_id" doc:"the company, where the caller works for several"`
}

func (s *Service) apiRule(ctx context.Context, in *Company) (*rest.Reply[NumberRule], error) {
	r, err := s.Rule(ctx, in.OrgID)
	return &rest.Reply[NumberRule]{ETag: rest.ETag(r.Version), Body: r}, err
}

type setRuleRequest struct {
	Company
	rest.IfMatch
	Body NumberRuleInput
}

func (s *Service) apiSetRule(ctx context.Context, in *setRuleRequest) (*rest.Reply[NumberRule], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	r, err := s.SetRule(ctx, in.OrgID, version, in.Body)
	return &rest.Reply[NumberRule]{ETag: rest.ETag(r.Version), Body: r}, err
}

func (s *Service) apiInstallations(ctx context.Context, in *byIDRequest) (*rest.Body[rest.List[OwnInstallation]], error) {
	list, err := s.InstallationsOf(ctx, in.ID)
	return &rest.Body[rest.List[OwnInstallation]]{Body: rest.List[OwnInstallation]{Items: list}}, err
}

type beginInstallationRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body InstallationInput
}

func (s *Service) apiBeginInstallation(ctx context.Context, in *beginInstallationRequest) (*rest.Reply[OwnInstallation], error) {
	o, err := s.CreateInstallation(ctx, in.ID, in.Key, in.Body)
	return &rest.Reply[OwnInstallation]{ETag: rest.ETag(o.Version), Body: o}, err
}

func (s *Service) apiCorrectInstallation(ctx context.Context, in *updateRequest[InstallationInput]) (*rest.Reply[OwnInstallation], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	o, err := s.CorrectInstallation(ctx, in.ID, version, in.Body)
	return &rest.Reply[OwnInstallation]{ETag: rest.ETag(o.Version), Body: o}, err
}

func (s *Service) meterRoutes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermUpdate + ".install", Method: "POST", Path: "/api/v1/meters/{id}/install", Summary: "Hang a meter at a metering point"},
		func(ctx context.Context, in *updateRequest[InstallInput]) (*rest.Reply[Meter], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			return reply[Meter](s.Install(ctx, in.ID, version, in.Body))
		})
	rest.Register(a, rest.Op{ID: PermUpdate + ".take_down", Method: "POST", Path: "/api/v1/meters/{id}/take-down", Summary: "Take a meter down"},
		func(ctx context.Context, in *updateRequest[RemoveInput]) (*rest.Reply[Meter], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			return reply[Meter](s.TakeDown(ctx, in.ID, version, in.Body))
		})
	rest.Register(a, rest.Op{ID: PermGet + ".meter_history", Method: "GET", Path: "/api/v1/meters/{id}/installations", Summary: "Where a meter hung, newest first"},
		func(ctx context.Context, in *byIDRequest) (*rest.Body[rest.List[Installed]], error) {
			list, err := s.Installations(ctx, in.ID, id.ID{})
			return &rest.Body[rest.List[Installed]]{Body: rest.List[Installed]{Items: list}}, err
		})
	rest.Register(a, rest.Op{ID: PermGet + ".point_history", Method: "GET", Path: "/api/v1/metering-points/{id}/installations", Summary: "What hung at a metering point, newest first"},
		func(ctx context.Context, in *byIDRequest) (*rest.Body[rest.List[Installed]], error) {
			list, err := s.Installations(ctx, id.ID{}, in.ID)
			return &rest.Body[rest.List[Installed]]{Body: rest.List[Installed]{Items: list}}, err
		})
}

const opExportBehind = PermExport + ".behind"

func (s *Service) traceRoutes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermTrace, Method: "GET", Path: "/api/v1/traces/{kind}/{id}", Summary: "How many are behind a piece of the network"}, s.apiTrace)
	rest.Register(a, rest.Op{ID: PermTrace + ".accounts", Method: "GET", Path: "/api/v1/traces/{kind}/{id}/accounts", Summary: "Who is behind a piece of the network, important users first"}, s.apiBehind)
	rest.Register(a, rest.Op{ID: opExportBehind, Method: "GET", Path: "/api/v1/traces/{kind}/{id}/accounts.csv", Summary: "Who is behind a piece of the network, as CSV"}, s.apiBehindCSV)
	rest.Register(a, rest.Op{ID: PermTrace + ".customer", Method: "GET", Path: "/api/v1/customers/{id}/supply-path", Summary: "How a customer is supplied, with conditions and earlier faults"}, s.apiPathOfCustomer)
	rest.Register(a, rest.Op{ID: PermTrace + ".account", Method: "GET", Path: "/api/v1/accounts/{id}/supply-path", Summary: "How an account is supplied, with conditions and earlier faults"}, s.apiPathOfAccount)
	rest.Register(a, rest.Op{ID: PermTrace + ".search", Method: "GET", Path: "/api/v1/network-search", Summary: "Find substations, lines, districts and equipment"}, s.apiSearchNetwork)
}

func (s *Service) apiTrace(ctx context.Context, in *Origin) (*rest.Body[Reach], error) {
	r, err := s.Trace(ctx, *in)
	return &rest.Body[Reach]{Body: r}, err
}

type behindRequest struct {
	Origin
	rest.Paging
}

func (s *Service) apiBehind(ctx context.Context, in *behindRequest) (*rest.Body[rest.List[Affected]], error) {
	list, next, err := s.Behind(ctx, in.Origin, in.Cursor, in.Limit)
	return &rest.Body[rest.List[Affected]]{Body: rest.List[Affected]{Items: list, NextCursor: next}}, err
}

type behindFileRequest struct {
	Origin
	LookupID id.ID `query:"lookup_id" doc:"a running look-up of the caller's with the use export: its customers stand whole in the file"`
}

func (s *Service) apiBehindCSV(ctx context.Context, in *behindFileRequest) (*rest.Stream, error) {
	taken, err := s.takeList(ctx, in.LookupID)
	if err != nil {
		return nil, err
	}
	return csvFile[Affected]{
		name: "affected", object: "affected", say: s.speaker(ctx),
		columns: []string{"account_no", "name", "customer_no", "phone", "address", "class", "importance", "power_off", "second_source", "district", "line",
			"security_load_w", "tolerable_min", "own_generation"},
		page: func(cursor string) ([]Affected, string, error) {
			return s.behind(ctx, taken.Sight(), PermExport, in.Origin, cursor, exportPage)
		},
		row:    func(a *Affected) ([]any, *Names) { return a.row(), nil },
		record: func() error { return s.recordBehind(ctx, in.Origin) },
	}.marked(s, taken.Marked()).stream(ctx)
}

// recordBehind writes down that the list of those behind an origin leaves.
func (s *Service) recordBehind(ctx context.Context, o Origin) error {
	who, err := access.Allow(ctx, PermExport)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		org, _, _, err := originTx(tx, who.Scope, o)
		if err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: opExportBehind, ObjectType: o.Kind, ObjectID: o.ID})
	})
}

func (a *Affected) row() []any {
	var no string
	if a.Customer != nil {
		no = a.Customer.CustomerNo
	}
	return []any{a.AccountNo, a.Name, no, a.Phone, a.Address, a.Class, a.Importance, a.PowerOff, a.SecondSource, a.District, a.Line,
		a.SecurityLoadW, a.TolerableMin, a.OwnGeneration}
}

type pathRequest struct {
	ID     id.ID `path:"id"`
	OnCard bool  `query:"on_card" doc:"as it stands on the customer's card: masked but by a release"`
	customer.Sheet
}

func (s *Service) apiPathOfCustomer(ctx context.Context, in *pathRequest) (*rest.Body[Path], error) {
	if in.OnCard {
		p, err := s.PathOnCard(ctx, in.ID, in.Release)
		return &rest.Body[Path]{Body: p}, err
	}
	p, err := s.PathOf(ctx, in.ID)
	return &rest.Body[Path]{Body: p}, err
}

func (s *Service) apiPathOfAccount(ctx context.Context, in *byIDRequest) (*rest.Body[Path], error) {
	p, err := s.PathOfAccount(ctx, in.ID)
	return &rest.Body[Path]{Body: p}, err
}

type searchRequest struct {
	Q     string `query:"q" minLength:"1" maxLength:"100" required:"true"`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"20"`
}

func (s *Service) apiSearchNetwork(ctx context.Context, in *searchRequest) (*rest.Body[rest.List[search.Hit]], error) {
	hits, err := s.SearchNetwork(ctx, in.Q, in.Limit)
	return &rest.Body[rest.List[search.Hit]]{Body: rest.List[search.Hit]{Items: hits}}, err
}
