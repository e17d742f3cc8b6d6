package knowledge

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

func (s *Service) snippetRoutes(a *rest.API) {
	const all, one = "/api/v1/snippets", "/api/v1/snippets/{id}"
	rest.Register(a, rest.Op{ID: "knowledge.snippets", Method: "GET", Path: all, Summary: "Standard answers by contact point"}, s.apiSnippets)
	rest.Register(a, rest.Op{ID: opSnippetCreate, Method: "POST", Path: all, Summary: "Write a standard answer", Status: 201}, s.apiCreateSnippet)
	rest.Register(a, rest.Op{ID: "knowledge.snippet_get", Method: "GET", Path: one, Summary: "A standard answer"}, s.apiSnippet)
	rest.Register(a, rest.Op{ID: opSnippetUpdate, Method: "PUT", Path: one, Summary: "Change a standard answer, or take it out of use"}, s.apiUpdateSnippet)
	rest.Register(a, rest.Op{ID: "knowledge.snippet_fill", Method: "POST", Path: one + "/fill", Summary: "A standard answer with its variables filled in"}, s.apiFill)
}

type snippetsRequest struct {
	rest.Paging
	SnippetFilter
}

func (s *Service) apiSnippets(ctx context.Context, in *snippetsRequest) (*rest.Body[rest.List[Snippet]], error) {
	return list(s.Snippets(ctx, in.SnippetFilter, in.Cursor, in.Limit))
}

func snippetReply(one Snippet, err error) (*rest.Reply[Snippet], error) {
	return &rest.Reply[Snippet]{ETag: rest.ETag(one.Version), Body: one}, err
}

type createSnippetRequest struct {
	rest.Idempotent
	Body SnippetInput
}

func (s *Service) apiCreateSnippet(ctx context.Context, in *createSnippetRequest) (*rest.Reply[Snippet], error) {
	return snippetReply(s.CreateSnippet(ctx, in.Key, in.Body))
}

func (s *Service) apiSnippet(ctx context.Context, in *rest.Named) (*rest.Reply[Snippet], error) {
	return snippetReply(s.Snippet(ctx, in.ID))
}

type updateSnippetRequest struct {
	rest.Versioned
	Body SnippetInput
}

func (s *Service) apiUpdateSnippet(ctx context.Context, in *updateSnippetRequest) (*rest.Reply[Snippet], error) {
	return rest.Step(in.Versioned, func(v int64) (Snippet, error) { return s.UpdateSnippet(ctx, in.ID, v, in.Body) }, snippetReply)
}

type fillRequest struct {
	rest.Named
	Body FillInput
}

func (s *Service) apiFill(ctx context.Context, in *fillRequest) (*rest.Body[Filled], error) {
	f, err := s.Fill(ctx, in.ID, in.Body)
	return &rest.Body[Filled]{Body: f}, err
}
