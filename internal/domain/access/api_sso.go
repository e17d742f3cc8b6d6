package access

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// ssoRoutes registers what is about signing in by a provider.
func (s *Service) ssoRoutes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermSSO, Method: "GET", Path: "/api/v1/sso", Summary: "The providers one may sign in by", Public: true}, s.apiChoices)
	rest.Register(a, rest.Op{ID: PermSSO + "_begin", Method: "POST", Path: "/api/v1/sso/{id}/begin", Summary: "Begin to sign in by a provider", Public: true, Status: 201}, s.apiBeginSSO)
	rest.Register(a, rest.Op{ID: PermSSO + "_callback", Method: "GET", Path: "/api/v1/sso/{id}/callback", Summary: "Where a provider sends browsers back to", Public: true, Status: http.StatusSeeOther, AnyQuery: true}, s.apiCallback)
	rest.Register(a, rest.Op{ID: PermSSO + "_code", Method: "POST", Path: "/api/v1/sso/code", Summary: "The code of the second factor after signing in by a provider", Public: true, Status: 201}, s.apiSSOCode)
	rest.Register(a, rest.Op{ID: opSSOLogout, Method: "POST", Path: "/api/v1/sso/{id}/logout", Summary: "A provider tells that somebody signed out there", Public: true, Status: 200, Posted: true}, s.apiSSOLogout)
	rest.Register(a, rest.Op{ID: PermProviders, Method: "GET", Path: "/api/v1/sso-providers", Summary: "List providers by name"}, s.apiProviders)
	rest.Register(a, rest.Op{ID: PermProviders + "_get", Method: "GET", Path: "/api/v1/sso-providers/{id}", Summary: "One provider"}, s.apiProvider)
	rest.Register(a, rest.Op{ID: PermCreateProvider, Method: "POST", Path: "/api/v1/sso-providers", Summary: "Add a provider", Status: 201}, s.apiCreateProvider)
	rest.Register(a, rest.Op{ID: PermUpdateProvider, Method: "PUT", Path: "/api/v1/sso-providers/{id}", Summary: "Change a provider"}, s.apiUpdateProvider)
	rest.Register(a, rest.Op{ID: PermRemoveProvider, Method: "DELETE", Path: "/api/v1/sso-providers/{id}", Summary: "Forget a provider with its links"}, s.apiRemoveProvider)
	rest.Register(a, rest.Op{ID: PermTestProvider, Method: "POST", Path: "/api/v1/sso-providers/test", Summary: "Ask a provider what it publishes"}, s.apiTestProvider)
	rest.Register(a, rest.Op{ID: PermLinks, Method: "GET", Path: "/api/v1/users/{id}/links", Summary: "Who a user is at providers"}, s.apiLinks)
	rest.Register(a, rest.Op{ID: PermLink, Method: "POST", Path: "/api/v1/users/{id}/links", Summary: "Say who a user is at a provider", Status: 201}, s.apiLink)
	rest.Register(a, rest.Op{ID: PermUnlink, Method: "DELETE", Path: "/api/v1/users/{id}/links/{provider_id}", Summary: "Take a user's link back"}, s.apiUnlink)
}

// ssoCookie is kept by the browser between the beginning and the end of an attempt.
const ssoCookie = "zhiyin_sso"

// attemptCookie goes to the routes of signing in by a provider only. It is Lax, as
// the provider's page leads back.
func attemptCookie(ctx context.Context, secret string) http.Cookie {
	c := http.Cookie{Name: ssoCookie, Value: secret, Path: "/api/v1/sso", MaxAge: int(attemptLife.Seconds()), HttpOnly: true, Secure: rest.PeerOf(ctx).Secure, SameSite: http.SameSiteLaxMode}
	if secret == "" {
		c.MaxAge = -1
	}
	return c
}

func (s *Service) apiChoices(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Choice]], error) {
	all, err := s.Choices(ctx)
	return &rest.Body[rest.List[Choice]]{Body: rest.List[Choice]{Items: all}}, err
}

type beginSSORequest struct {
	ID   id.ID `path:"id"`
	Body struct {
		Next string `json:"next,omitempty" maxLength:"1000" doc:"the page to go to afterwards"`
	}
}

type beginSSOReply struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      struct {
		URL string `json:"url" doc:"the provider's page, to send the browser to"`
	}
}

func (s *Service) apiBeginSSO(ctx context.Context, in *beginSSORequest) (*beginSSOReply, error) {
	address, secret, err := s.BeginSSO(ctx, in.ID, in.Body.Next)
	out := &beginSSOReply{SetCookie: attemptCookie(ctx, secret)}
	out.Body.URL = address
	return out, err
}

type callbackRequest struct {
	ID     id.ID  `path:"id"`
	Secret string `cookie:"zhiyin_sso"`
	State  string `query:"state"`
	Code   string `query:"code"`
	Issuer string `query:"iss"`
	Error  string `query:"error"`
}

type callbackReply struct {
	Location  string        `header:"Location"`
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

// apiCallback answers a browser: what is wrong is told by the sign-in page.
func (s *Service) apiCallback(ctx context.Context, in *callbackRequest) (*callbackReply, error) {
	e, err := s.FinishSSO(ctx, Callback{in.ID, in.Secret, in.State, in.Code, in.Issuer, in.Error})
	var f *fault.Error
	switch {
	case errors.As(err, &f):
		return &callbackReply{signInPage("sso_error", f.Code, e.Next), []http.Cookie{attemptCookie(ctx, "")}}, nil
	case err != nil:
		return nil, err
	case e.Token == "":
		return &callbackReply{Location: signInPage("sso", "code", e.Next)}, nil
	}
	return &callbackReply{e.Next, []http.Cookie{attemptCookie(ctx, ""), sessionCookie(ctx, e.Token, 0)}}, nil
}

func signInPage(name, value, next string) string {
	q := url.Values{name: {value}}
	if next != "/" {
		q.Set("next", next)
	}
	return "/login?" + q.Encode()
}

type ssoCodeRequest struct {
	Secret string `cookie:"zhiyin_sso"`
	Body   struct {
		Code string `json:"code" minLength:"1" maxLength:"40"`
	}
}

type ssoCodeReply struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Me
}

func (s *Service) apiSSOCode(ctx context.Context, in *ssoCodeRequest) (*ssoCodeReply, error) {
	token, c, err := s.FinishCode(ctx, in.Secret, in.Body.Code)
	if err != nil {
		return nil, err
	}
	return &ssoCodeReply{[]http.Cookie{attemptCookie(ctx, ""), sessionCookie(ctx, token, 0)}, c.me()}, nil
}

type ssoLogoutRequest struct {
	ID id.ID `path:"id"`
	rest.Posted
}

type ssoLogoutReply struct {
	Status int
	Body   struct {
		Error string `json:"error,omitempty"`
	}
}

// apiSSOLogout answers as the protocol has it: 200, or 400 whatever is wrong.
func (s *Service) apiSSOLogout(ctx context.Context, in *ssoLogoutRequest) (*ssoLogoutReply, error) {
	out := &ssoLogoutReply{Status: http.StatusOK}
	err := s.LogoutSSO(ctx, in.ID, in.Value("logout_token"))
	var f *fault.Error
	if errors.As(err, &f) {
		out.Status, out.Body.Error, err = http.StatusBadRequest, "invalid_request", nil
	}
	return out, err
}

func (s *Service) apiProviders(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Provider]], error) {
	all, err := s.Providers(ctx)
	return &rest.Body[rest.List[Provider]]{Body: rest.List[Provider]{Items: all}}, err
}

func (s *Service) apiProvider(ctx context.Context, in *byID) (*rest.Reply[Provider], error) {
	p, err := s.Provider(ctx, in.ID)
	return &rest.Reply[Provider]{ETag: rest.ETag(p.Version), Body: p}, err
}

type createProviderRequest struct {
	rest.Idempotent
	Body ProviderInput
}

func (s *Service) apiCreateProvider(ctx context.Context, in *createProviderRequest) (*rest.Reply[Provider], error) {
	p, err := s.CreateProvider(ctx, in.Key, in.Body)
	return &rest.Reply[Provider]{ETag: rest.ETag(p.Version), Body: p}, err
}

type updateProviderRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body ProviderInput
}

func (s *Service) apiUpdateProvider(ctx context.Context, in *updateProviderRequest) (*rest.Reply[Provider], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	p, err := s.UpdateProvider(ctx, in.ID, version, in.Body)
	return &rest.Reply[Provider]{ETag: rest.ETag(p.Version), Body: p}, err
}

type removeProviderRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

func (s *Service) apiRemoveProvider(ctx context.Context, in *removeProviderRequest) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return nil, s.RemoveProvider(ctx, in.ID, version)
}

type testProviderRequest struct {
	Body struct {
		Issuer string `json:"issuer" minLength:"1" maxLength:"300"`
	}
}

func (s *Service) apiTestProvider(ctx context.Context, in *testProviderRequest) (*rest.Body[oidc.Report], error) {
	r, err := s.TestProvider(ctx, in.Body.Issuer)
	return &rest.Body[oidc.Report]{Body: r}, err
}

func (s *Service) apiLinks(ctx context.Context, in *byID) (*rest.Body[rest.List[Link]], error) {
	all, err := s.Links(ctx, in.ID)
	return &rest.Body[rest.List[Link]]{Body: rest.List[Link]{Items: all}}, err
}

type linkRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body LinkInput
}

func (s *Service) apiLink(ctx context.Context, in *linkRequest) (*rest.Body[rest.List[Link]], error) {
	all, err := s.Link(ctx, in.Key, in.ID, in.Body)
	return &rest.Body[rest.List[Link]]{Body: rest.List[Link]{Items: all}}, err
}

type unlinkRequest struct {
	ID         id.ID `path:"id"`
	ProviderID id.ID `path:"provider_id"`
}

func (s *Service) apiUnlink(ctx context.Context, in *unlinkRequest) (*rest.Empty, error) {
	return nil, s.Unlink(ctx, in.ID, in.ProviderID)
}
