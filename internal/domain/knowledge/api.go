package knowledge

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const all, one = "/api/v1/articles", "/api/v1/articles/{id}"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: all, Summary: "Articles the caller sees, the last changed first"}, s.apiList)
	rest.Register(a, rest.Op{ID: "knowledge.find", Method: "GET", Path: "/api/v1/article-search", Summary: "Find published articles, best first, with what was looked for marked"}, s.apiFind)
	rest.Register(a, rest.Op{ID: "knowledge.suggest", Method: "POST", Path: "/api/v1/article-suggestions", Summary: "Published articles about a text that is being typed"}, s.apiSuggest)
	rest.Register(a, rest.Op{ID: "knowledge.missed", Method: "POST", Path: "/api/v1/article-misses", Summary: "Count that something was looked for and not found", Status: 204}, s.apiMissed)
	rest.Register(a, rest.Op{ID: "knowledge.terms", Method: "GET", Path: "/api/v1/article-terms", Summary: "Categories, contact points and variables"}, s.apiTerms)
	rest.Register(a, rest.Op{ID: "knowledge.people", Method: "GET", Path: "/api/v1/article-owners", Summary: "Who may look after articles of an organisation"}, s.apiPeople)
	rest.Register(a, rest.Op{ID: "knowledge.preview", Method: "POST", Path: "/api/v1/article-previews", Summary: "Markdown as it will be shown"}, s.apiPreview)
	rest.Register(a, rest.Op{ID: PermReport, Method: "GET", Path: "/api/v1/article-report", Summary: "What helps nobody, and what is missing"}, s.apiReport)
	rest.Register(a, rest.Op{ID: PermLoad, Method: "POST", Path: "/api/v1/article-loads", Summary: "Take over the advice and standard answers that come with the product"}, s.apiLoad)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: all, Summary: "Write an article", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: one, Summary: "An article, ready to be shown"}, s.apiGet)
	rest.Register(a, rest.Op{ID: opUpdate, Method: "PUT", Path: one, Summary: "Change the working copy of an article"}, s.apiUpdate)
	rest.Register(a, rest.Op{ID: opSubmit, Method: "POST", Path: one + "/submit", Summary: "Have the working copy judged"}, s.stepRoute(s.Submit))
	rest.Register(a, rest.Op{ID: opWithdraw, Method: "POST", Path: one + "/withdraw", Summary: "Take a submitted working copy back"}, s.stepRoute(s.Withdraw))
	rest.Register(a, rest.Op{ID: opReturn, Method: "POST", Path: one + "/return", Summary: "Send a working copy back to its author"}, s.reasonRoute(s.Return))
	rest.Register(a, rest.Op{ID: PermPublish, Method: "POST", Path: one + "/publish", Summary: "Publish what another wrote"}, s.reviewRoute(s.Publish))
	rest.Register(a, rest.Op{ID: opConfirm, Method: "POST", Path: one + "/confirm", Summary: "Say that an article is still right"}, s.reviewRoute(s.Confirm))
	rest.Register(a, rest.Op{ID: PermRetire, Method: "POST", Path: one + "/retire", Summary: "Take an article out of use"}, s.reasonRoute(s.Retire))
	rest.Register(a, rest.Op{ID: opRevive, Method: "POST", Path: one + "/revive", Summary: "Take a retired article back as a draft"}, s.stepRoute(s.Revive))
	rest.Register(a, rest.Op{ID: opRestore, Method: "POST", Path: one + "/restore", Summary: "Put the words of an earlier version into the working copy"}, s.apiRestore)
	rest.Register(a, rest.Op{ID: opVote, Method: "PUT", Path: one + "/vote", Summary: "Say whether an article was of use"}, s.apiVote)
	rest.Register(a, rest.Op{ID: "knowledge.versions", Method: "GET", Path: one + "/versions", Summary: "What was published, the newest first"}, s.apiVersions)
	rest.Register(a, rest.Op{ID: "knowledge.version", Method: "GET", Path: one + "/versions/{no}", Summary: "A version with its words"}, s.apiVersion)
	rest.Register(a, rest.Op{ID: "knowledge.diff", Method: "GET", Path: one + "/diff", Summary: "What differs between two versions"}, s.apiDiff)
	s.snippetRoutes(a)
}

func list[T any](items []T, next string, err error) (*rest.Body[rest.List[T]], error) {
	return &rest.Body[rest.List[T]]{Body: rest.List[T]{Items: filled(items), NextCursor: next}}, err
}

type listRequest struct {
	rest.Paging
	Filter
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Article]], error) {
	return list(s.List(ctx, in.Filter, in.Cursor, in.Limit))
}

func (s *Service) apiFind(ctx context.Context, in *FindInput) (*rest.Body[rest.List[Found]], error) {
	found, err := s.Find(ctx, *in)
	return list(found, "", err)
}

func (s *Service) apiSuggest(ctx context.Context, in *struct{ Body SuggestInput }) (*rest.Body[rest.List[Suggestion]], error) {
	found, err := s.Suggest(ctx, in.Body)
	return list(found, "", err)
}

func (s *Service) apiMissed(ctx context.Context, in *struct{ Body MissInput }) (*rest.Empty, error) {
	return &rest.Empty{}, s.Missed(ctx, in.Body)
}

func (s *Service) apiTerms(ctx context.Context, _ *struct{}) (*rest.Body[Terms], error) {
	_, err := access.Allow(ctx, PermList)
	return &rest.Body[Terms]{Body: terms}, err
}

// At names an organisation.
type At struct {
	OrgID id.ID `query:"org_id" doc:"absent: where the caller works"`
}

func (s *Service) apiPeople(ctx context.Context, in *At) (*rest.Body[rest.List[access.Worker]], error) {
	people, err := s.People(ctx, in.OrgID)
	return list(people, "", err)
}

type previewRequest struct {
	Body struct {
		Text string `json:"text" maxLength:"40000" doc:"Markdown"`
	}
}

// Preview is Markdown as it will be shown.
type Preview struct {
	HTML string `json:"html"`
}

func (s *Service) apiPreview(ctx context.Context, in *previewRequest) (*rest.Body[Preview], error) {
	if _, err := access.Allow(ctx, PermCreate); err != nil {
		return nil, err
	}
	return &rest.Body[Preview]{Body: Preview{renderHTML(in.Body.Text)}}, nil
}

func (s *Service) apiReport(ctx context.Context, in *struct {
	OrgID id.ID `query:"org_id" doc:"only this organisation"`
}) (*rest.Body[Report], error) {
	r, err := s.Report(ctx, in.OrgID)
	return &rest.Body[Report]{Body: r}, err
}

func (s *Service) apiLoad(ctx context.Context, in *struct{ Body LoadInput }) (*rest.Body[Loaded], error) {
	l, err := s.Load(ctx, in.Body)
	return &rest.Body[Loaded]{Body: l}, err
}

func reply(d Detail, err error) (*rest.Reply[Detail], error) {
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version), Body: d}, err
}

type createRequest struct {
	rest.Idempotent
	Body Input
}

func (s *Service) apiCreate(ctx context.Context, in *createRequest) (*rest.Reply[Detail], error) {
	return reply(s.Create(ctx, in.Key, in.Body))
}

func (s *Service) apiGet(ctx context.Context, in *rest.Named) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.ID))
}

type updateRequest struct {
	rest.Versioned
	Body Input
}

func (s *Service) apiUpdate(ctx context.Context, in *updateRequest) (*rest.Reply[Detail], error) {
	return rest.Step(in.Versioned, func(v int64) (Detail, error) { return s.Update(ctx, in.ID, v, in.Body) }, reply)
}

func (s *Service) stepRoute(do func(context.Context, id.ID, int64) (Detail, error)) func(context.Context, *rest.Versioned) (*rest.Reply[Detail], error) {
	return func(ctx context.Context, in *rest.Versioned) (*rest.Reply[Detail], error) {
		return rest.Step(*in, func(v int64) (Detail, error) { return do(ctx, in.ID, v) }, reply)
	}
}

type reasonRequest struct {
	rest.Versioned
	Body struct {
		Why string `json:"why" minLength:"1" maxLength:"500"`
	}
}

func (s *Service) reasonRoute(do func(context.Context, id.ID, int64, string) (Detail, error)) func(context.Context, *reasonRequest) (*rest.Reply[Detail], error) {
	return func(ctx context.Context, in *reasonRequest) (*rest.Reply[Detail], error) {
		return rest.Step(in.Versioned, func(v int64) (Detail, error) { return do(ctx, in.ID, v, in.Body.Why) }, reply)
	}
}

type reviewRequest struct {
	rest.Versioned
	Body struct {
		ReviewOn when.Day `json:"review_on,omitempty" doc:"to be looked at again by this day; absent: after the usual time"`
	}
}

func (s *Service) reviewRoute(do func(context.Context, id.ID, int64, when.Day) (Detail, error)) func(context.Context, *reviewRequest) (*rest.Reply[Detail], error) {
	return func(ctx context.Context, in *reviewRequest) (*rest.Reply[Detail], error) {
		return rest.Step(in.Versioned, func(v int64) (Detail, error) { return do(ctx, in.ID, v, in.Body.ReviewOn) }, reply)
	}
}

type restoreRequest struct {
	rest.Versioned
	Body struct {
		No int64 `json:"no" minimum:"1"`
	}
}

func (s *Service) apiRestore(ctx context.Context, in *restoreRequest) (*rest.Reply[Detail], error) {
	return rest.Step(in.Versioned, func(v int64) (Detail, error) { return s.Restore(ctx, in.ID, v, in.Body.No) }, reply)
}

type voteRequest struct {
	rest.Named
	Body VoteInput
}

func (s *Service) apiVote(ctx context.Context, in *voteRequest) (*rest.Reply[Detail], error) {
	return reply(s.Vote(ctx, in.ID, in.Body))
}

type versionsRequest struct {
	rest.Named
	rest.Paging
}

func (s *Service) apiVersions(ctx context.Context, in *versionsRequest) (*rest.Body[rest.List[Version]], error) {
	return list(s.Versions(ctx, in.ID, in.Cursor, in.Limit))
}

type versionRequest struct {
	rest.Named
	No int64 `path:"no" minimum:"1"`
}

func (s *Service) apiVersion(ctx context.Context, in *versionRequest) (*rest.Body[VersionDetail], error) {
	d, err := s.Version(ctx, in.ID, in.No)
	return &rest.Body[VersionDetail]{Body: d}, err
}

type diffRequest struct {
	rest.Named
	From int64 `query:"from" minimum:"0" doc:"version; 0: the working copy"`
	To   int64 `query:"to" minimum:"0" doc:"version; 0: the working copy"`
}

func (s *Service) apiDiff(ctx context.Context, in *diffRequest) (*rest.Body[rest.List[Difference]], error) {
	differences, err := s.Diff(ctx, in.ID, in.From, in.To)
	return list(differences, "", err)
}
