package supply

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

func (s *Service) consumptionRoutes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermConsumption, Method: "GET", Path: "/api/v1/accounts/{id}/consumption", Summary: "An account's months, speed of consumption and forecast"}, s.apiConsumption)
	rest.Register(a, rest.Op{ID: PermRecord, Method: "PUT", Path: "/api/v1/accounts/{id}/consumption/{month}", Summary: "Set an account's energy of a month; version 0 where there is none"}, s.apiRecord)
	rest.Register(a, rest.Op{ID: PermRecord + ".many", Method: "POST", Path: "/api/v1/consumption", Summary: "Set the energy of many accounts; months on record are corrected", MaxBody: 4 << 20}, s.apiRecordMany)
	rest.Register(a, rest.Op{ID: PermConsumption + ".figures", Method: "GET", Path: "/api/v1/consumption-figures", Summary: "Consumption figures and forecast by company, segment or manager"}, s.apiFigures)
	rest.Register(a, rest.Op{ID: PermConsumption + ".stock", Method: "GET", Path: "/api/v1/account-stock", Summary: "Live accounts by class, use category and area"}, s.apiStock)
	rest.Register(a, rest.Op{ID: PermPrint + ".assessment", Method: "GET", Path: "/api/v1/customers/{id}/consumption-assessment", Summary: "Consumption assessment report of a customer"}, s.apiAssess)
	rest.Register(a, rest.Op{ID: PermPrint + ".contract", Method: "GET", Path: "/api/v1/supply-contracts/{id}/copy", Summary: "Copy of a supply contract"}, s.apiCopyContract)
	rest.Register(a, rest.Op{ID: PermPrint, Method: "GET", Path: "/api/v1/sales-statistics", Summary: "Sales statistics by company, segment or manager"}, s.apiStatistics)
	rest.Register(a, rest.Op{ID: PermPrint + ".customer", Method: "GET", Path: "/api/v1/customers/{id}/sales-statistics", Summary: "Sales statistics of a customer"}, s.apiStatisticsOf)
}

type consumptionRequest struct {
	ID      id.ID      `path:"id"`
	Month   when.Month `query:"month" doc:"yyyymm; absent: the last one that has ended"`
	Horizon int        `query:"horizon" minimum:"0" maximum:"12" default:"3" doc:"months to foretell"`
}

func (s *Service) apiConsumption(ctx context.Context, in *consumptionRequest) (*rest.Body[AccountConsumption], error) {
	c, err := s.Consumption(ctx, in.ID, in.Month, in.Horizon)
	return &rest.Body[AccountConsumption]{Body: c}, err
}

type recordRequest struct {
	ID    id.ID      `path:"id"`
	Month when.Month `path:"month"`
	rest.IfMatch
	Body struct {
		EnergyWh int64 `json:"energy_wh" minimum:"0" maximum:"1000000000000000"`
	}
}

type recordReply struct {
	ETag string `header:"ETag"`
}

func (s *Service) apiRecord(ctx context.Context, in *recordRequest) (*recordReply, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	version, err = s.RecordEnergy(ctx, version, Energy{AccountID: in.ID, Month: in.Month, EnergyWh: in.Body.EnergyWh})
	return &recordReply{rest.ETag(version)}, err
}

type recordManyRequest struct {
	Company
	Body struct {
		Rows []NumberedEnergy `json:"rows" minItems:"1" maxItems:"10000"`
	}
}

func (s *Service) apiRecordMany(ctx context.Context, in *recordManyRequest) (*rest.Body[Loaded], error) {
	l, err := s.RecordMany(ctx, in.OrgID, in.Body.Rows)
	return &rest.Body[Loaded]{Body: l}, err
}

type figuresRequest struct {
	OrgID   id.ID      `query:"org_id" doc:"only this company"`
	By      string     `query:"by" enum:"company,class,use_category,area,segment,manager" default:"company"`
	Month   when.Month `query:"month" doc:"yyyymm; absent: the last one that has ended"`
	Horizon int        `query:"horizon" minimum:"0" maximum:"12" default:"3" doc:"months to foretell"`
}

func (s *Service) apiFigures(ctx context.Context, in *figuresRequest) (*rest.Body[rest.List[FigureRow]], error) {
	rows, err := s.FiguresBy(ctx, in.OrgID, in.By, in.Month, in.Horizon)
	return &rest.Body[rest.List[FigureRow]]{Body: rest.List[FigureRow]{Items: rows}}, err
}

type stockRequest struct {
	OrgID id.ID `query:"org_id" doc:"only this company"`
}

func (s *Service) apiStock(ctx context.Context, in *stockRequest) (*rest.Body[rest.List[StockRow]], error) {
	rows, err := s.Stock(ctx, in.OrgID)
	return &rest.Body[rest.List[StockRow]]{Body: rest.List[StockRow]{Items: rows}}, err
}

type assessRequest struct {
	ID id.ID `path:"id"`
	customer.Sheet
	Month when.Month `query:"month" doc:"yyyymm; absent: the last one that has ended"`
}

func (s *Service) apiAssess(ctx context.Context, in *assessRequest) (*rest.Body[Assessment], error) {
	a, err := s.Assess(ctx, in.ID, in.Release, in.Month)
	return &rest.Body[Assessment]{Body: a}, err
}

type copyRequest struct {
	ID id.ID `path:"id"`
	customer.Sheet
}

func (s *Service) apiCopyContract(ctx context.Context, in *copyRequest) (*rest.Body[ContractCopy], error) {
	c, err := s.CopyContract(ctx, in.ID, in.Release)
	return &rest.Body[ContractCopy]{Body: c}, err
}

// Span is the months of a statistics, both included.
type Span struct {
	From when.Month `query:"from" doc:"yyyymm; absent: twelve months up to to"`
	To   when.Month `query:"to" doc:"yyyymm; absent: the last one that has ended"`
}

type statisticsRequest struct {
	OrgID id.ID  `query:"org_id" doc:"only this company"`
	By    string `query:"by" enum:"company,class,use_category,area,segment,manager" default:"segment"`
	Span
}

func (s *Service) apiStatistics(ctx context.Context, in *statisticsRequest) (*rest.Body[Statistics], error) {
	st, err := s.Statistics(ctx, in.OrgID, in.By, in.From, in.To)
	return &rest.Body[Statistics]{Body: st}, err
}

type statisticsOfRequest struct {
	ID id.ID `path:"id"`
	customer.Sheet
	Span
}

func (s *Service) apiStatisticsOf(ctx context.Context, in *statisticsOfRequest) (*rest.Body[Statistics], error) {
	st, err := s.StatisticsOf(ctx, in.ID, in.Release, in.From, in.To)
	return &rest.Body[Statistics]{Body: st}, err
}
