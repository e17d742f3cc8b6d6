package feedback

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// settingRoutes registers what an administrator keeps.
func (s *Service) settingRoutes(a *rest.API) {
	const categories, routes, settings, notices = "/api/v1/case-categories", "/api/v1/case-routes", "/api/v1/case-settings", "/api/v1/case-notices"
	rest.Register(a, rest.Op{ID: "feedback.categories", Method: "GET", Path: categories, Summary: "What cases are about"}, s.apiCategories)
	rest.Register(a, rest.Op{ID: PermSetCategory, Method: "PUT", Path: categories + "/{code}", Summary: "Add a category, change or retire one"}, s.apiSetCategory)
	rest.Register(a, rest.Op{ID: opRemoveCategory, Method: "DELETE", Path: categories + "/{code}", Summary: "Take a category away that no case has"}, s.apiRemoveCategory)
	rest.Register(a, rest.Op{ID: "feedback.routes", Method: "GET", Path: routes, Summary: "Which units solve what"}, s.apiRoutes)
	rest.Register(a, rest.Op{ID: PermSetRoutes, Method: "PUT", Path: routes, Summary: "Change which units solve what"}, s.apiSetRoutes)
	rest.Register(a, rest.Op{ID: "feedback.settings", Method: "GET", Path: settings, Summary: "Whose rules a company follows"}, s.apiSettings)
	rest.Register(a, rest.Op{ID: PermSetSettings, Method: "PUT", Path: settings, Summary: "Change whose rules a company follows"}, s.apiSetSettings)
	rest.Register(a, rest.Op{ID: opNotices, Method: "GET", Path: notices, Summary: "What customers are told by message when their cases move"}, s.apiNotices)
	rest.Register(a, rest.Op{ID: PermSetNotices, Method: "PUT", Path: notices, Summary: "Change what customers are told by message"}, s.apiSetNotices)
	rest.Register(a, rest.Op{ID: "feedback.rules", Method: "GET", Path: "/api/v1/case-rules", Summary: "The rules of limits, severity and escalation with their sources"}, s.apiRules)
}

func (s *Service) apiCategories(ctx context.Context, in *Company) (*rest.Body[rest.List[Category]], error) {
	all, err := s.Categories(ctx, in.OrgID)
	return &rest.Body[rest.List[Category]]{Body: rest.List[Category]{Items: all}}, err
}

// OneCategory names a category and its version; exported, for parameters of unexported
// embedded structs are not read.
type OneCategory struct {
	Company
	Code string `path:"code" maxLength:"60"`
	rest.IfMatch
}

type categoryRequest struct {
	OneCategory
	Body CategoryInput
}

func (s *Service) apiSetCategory(ctx context.Context, in *categoryRequest) (*rest.Reply[Category], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	c, err := s.SetCategory(ctx, in.OrgID, in.Code, version, in.Body)
	return &rest.Reply[Category]{ETag: rest.ETag(c.Version), Body: c}, err
}

func (s *Service) apiRemoveCategory(ctx context.Context, in *OneCategory) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return &rest.Empty{}, s.RemoveCategory(ctx, in.OrgID, in.Code, version)
}

func keptReply[T any](k Kept[T], err error) (*rest.Reply[Kept[T]], error) {
	return &rest.Reply[Kept[T]]{ETag: rest.ETag(k.Version), Body: k}, err
}

func (s *Service) apiRoutes(ctx context.Context, in *Company) (*rest.Reply[Kept[RouteList]], error) {
	return keptReply(s.DispatchRules(ctx, in.OrgID))
}

type routesRequest struct {
	Company
	rest.IfMatch
	Body RouteList
}

func (s *Service) apiSetRoutes(ctx context.Context, in *routesRequest) (*rest.Reply[Kept[RouteList]], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return keptReply(s.SetDispatchRules(ctx, in.OrgID, version, in.Body))
}

func (s *Service) apiSettings(ctx context.Context, in *Company) (*rest.Reply[Kept[Settings]], error) {
	return keptReply(s.Settings(ctx, in.OrgID))
}

type settingsRequest struct {
	Company
	rest.IfMatch
	Body Settings
}

func (s *Service) apiSetSettings(ctx context.Context, in *settingsRequest) (*rest.Reply[Kept[Settings]], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return keptReply(s.SetSettings(ctx, in.OrgID, version, in.Body))
}

func (s *Service) apiNotices(ctx context.Context, in *Company) (*rest.Reply[Kept[Notices]], error) {
	return keptReply(s.Notices(ctx, in.OrgID))
}

type noticesRequest struct {
	Company
	rest.IfMatch
	Body Notices
}

func (s *Service) apiSetNotices(ctx context.Context, in *noticesRequest) (*rest.Reply[Kept[Notices]], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return keptReply(s.SetNotices(ctx, in.OrgID, version, in.Body))
}

func (s *Service) apiRules(ctx context.Context, _ *struct{}) (*rest.Body[Rules], error) {
	if _, err := access.Allow(ctx, PermList); err != nil {
		return nil, err
	}
	return &rest.Body[Rules]{Body: allRules()}, nil
}
