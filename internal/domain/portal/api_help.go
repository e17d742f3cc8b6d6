package portal

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// helpRoutes registers what anybody may read, and what a customer agrees to.
func (s *Service) helpRoutes(a *rest.API, root string) {
	rest.Register(a, rest.Op{ID: opArticles, Method: "GET", Path: root + "/articles", Summary: "Articles anybody may read", Public: true}, s.apiArticles)
	rest.Register(a, rest.Op{ID: opArticle, Method: "GET", Path: root + "/articles/{id}", Summary: "An article anybody may read", Public: true}, s.apiArticle)
	rest.Register(a, rest.Op{ID: opConsent, Method: "GET", Path: root + "/me/consent", Summary: "Whether I agree to SMS that advertise", Portal: true}, s.apiConsent)
	rest.Register(a, rest.Op{ID: opSay, Method: "PUT", Path: root + "/me/consent", Summary: "Agree to SMS that advertise, or no longer", Portal: true}, s.apiSay)
}

type articlesRequest struct {
	Company string `query:"company" required:"true" minLength:"1" maxLength:"20" doc:"code"`
	Query   string `query:"q" maxLength:"100" doc:"absent: the most useful"`
}

func (s *Service) apiArticles(ctx context.Context, in *articlesRequest) (*rest.Body[rest.List[knowledge.PublicArticle]], error) {
	all, err := s.Articles(ctx, in.Company, in.Query)
	return &rest.Body[rest.List[knowledge.PublicArticle]]{Body: rest.List[knowledge.PublicArticle]{Items: all}}, err
}

type articleRequest struct {
	Company string `query:"company" required:"true" minLength:"1" maxLength:"20" doc:"code"`
	ID      id.ID  `path:"id"`
}

func (s *Service) apiArticle(ctx context.Context, in *articleRequest) (*rest.Body[knowledge.PublicPage], error) {
	p, err := s.Article(ctx, in.Company, in.ID)
	return &rest.Body[knowledge.PublicPage]{Body: p}, err
}

func (s *Service) apiConsent(ctx context.Context, _ *struct{}) (*rest.Body[Consent], error) {
	c, err := s.Consent(ctx)
	return &rest.Body[Consent]{Body: c}, err
}

type sayRequest struct{ Body ConsentInput }

func (s *Service) apiSay(ctx context.Context, in *sayRequest) (*rest.Body[Consent], error) {
	c, err := s.Say(ctx, in.Body)
	return &rest.Body[Consent]{Body: c}, err
}
