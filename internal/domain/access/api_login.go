package access

import (
	"context"
	"net/http"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// loginRoutes registers what is about signing in.
func (s *Service) loginRoutes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermLogin, Method: "POST", Path: "/api/v1/sessions", Summary: "Sign in", Status: 201, Public: true}, s.apiLogin)
	rest.Register(a, rest.Op{ID: PermLogout, Method: "DELETE", Path: "/api/v1/sessions/current", Summary: "Sign out"}, s.apiLogout)
	rest.Register(a, rest.Op{ID: PermMe, Method: "GET", Path: "/api/v1/me", Summary: "Who am I, and what may I do where"}, s.apiMe)
	rest.Register(a, rest.Op{ID: PermPassword, Method: "PUT", Path: "/api/v1/me/password", Summary: "Change my password", Status: 204}, s.apiChangePassword)
	rest.Register(a, rest.Op{ID: PermSessions, Method: "GET", Path: "/api/v1/me/sessions", Summary: "Where I am signed in"}, s.apiSessions)
	rest.Register(a, rest.Op{ID: PermSessions + "_end", Method: "DELETE", Path: "/api/v1/me/sessions/{id}", Summary: "Sign me out elsewhere"}, s.apiEndSession)
	rest.Register(a, rest.Op{ID: PermFactor, Method: "GET", Path: "/api/v1/me/factor", Summary: "My second factor"}, s.apiFactor)
	rest.Register(a, rest.Op{ID: PermFactor + "_begin", Method: "POST", Path: "/api/v1/me/factor", Summary: "Begin to set up a second factor", Status: 201}, s.apiBeginFactor)
	rest.Register(a, rest.Op{ID: PermFactor + "_confirm", Method: "POST", Path: "/api/v1/me/factor/confirm", Summary: "Turn the second factor on by a code of it"}, s.apiConfirmFactor)
	rest.Register(a, rest.Op{ID: PermFactor + "_codes", Method: "POST", Path: "/api/v1/me/factor/recovery-codes", Summary: "New recovery codes"}, s.apiRenewRecovery)
	rest.Register(a, rest.Op{ID: PermFactor + "_end", Method: "POST", Path: "/api/v1/me/factor/end", Summary: "Turn the second factor off", Status: 204}, s.apiEndFactor)
	rest.Register(a, rest.Op{ID: PermRescue, Method: "GET", Path: "/api/v1/users/{id}/login", Summary: "How a user stands with signing in"}, s.apiLoginState)
	rest.Register(a, rest.Op{ID: PermRescue + "_unlock", Method: "POST", Path: "/api/v1/users/{id}/unlock", Summary: "Unlock a user's login", Status: 204}, s.rescueRoute(s.Unlock))
	rest.Register(a, rest.Op{ID: PermRescue + "_factor", Method: "POST", Path: "/api/v1/users/{id}/reset-factor", Summary: "Remove a user's second factor", Status: 204}, s.rescueRoute(s.ResetFactor))
	rest.Register(a, rest.Op{ID: PermRescue + "_sessions", Method: "POST", Path: "/api/v1/users/{id}/end-sessions", Summary: "Sign a user out everywhere", Status: 204}, s.rescueRoute(s.EndSessions))
	rest.Register(a, rest.Op{ID: PermPolicy, Method: "GET", Path: "/api/v1/access-policy", Summary: "The rules of signing in"}, s.apiPolicy)
	rest.Register(a, rest.Op{ID: PermSetPolicy, Method: "PUT", Path: "/api/v1/access-policy", Summary: "Change the rules of signing in"}, s.apiSetPolicy)
	rest.Register(a, rest.Op{ID: PermKeys, Method: "GET", Path: "/api/v1/api-keys", Summary: "List API keys, newest first"}, s.apiKeys)
	rest.Register(a, rest.Op{ID: PermCreateKey, Method: "POST", Path: "/api/v1/api-keys", Summary: "Make an API key of mine", Status: 201}, s.apiCreateKey)
	rest.Register(a, rest.Op{ID: PermRevokeKey, Method: "DELETE", Path: "/api/v1/api-keys/{id}", Summary: "End an API key"}, s.apiRevokeKey)
}

type loginRequest struct {
	Body struct {
		Login    string `json:"login" minLength:"1" maxLength:"40"`
		Password string `json:"password" minLength:"1" maxLength:"128"`
		Code     string `json:"code,omitempty" maxLength:"40" doc:"of the second factor, or a recovery code; wanted when the answer without is access.code_required"`
	}
}

type loginReply struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

func (s *Service) apiLogin(ctx context.Context, in *loginRequest) (*loginReply, error) {
	token, c, err := s.Login(ctx, Attempt(in.Body))
	if err != nil {
		return nil, err
	}
	return &loginReply{SetCookie: sessionCookie(ctx, token, 0), Body: c.me()}, nil
}

// sessionCookie is Lax, so that following a link into the application keeps the
// session while no foreign page can act with it. maxAge 0 keeps it until the
// browser ends, -1 removes it; the session itself ends by its own times.
func sessionCookie(ctx context.Context, token string, maxAge int) http.Cookie {
	return http.Cookie{Name: rest.SessionCookie, Value: token, Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: rest.PeerOf(ctx).Secure, SameSite: http.SameSiteLaxMode}
}

type logoutReply struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      SignedOut
}

// SignedOut is where signing out goes on.
type SignedOut struct {
	Elsewhere string `json:"elsewhere,omitempty" doc:"the provider's page that signs out there, too"`
}

func (s *Service) apiLogout(ctx context.Context, _ *struct{}) (*logoutReply, error) {
	elsewhere, err := s.Logout(ctx)
	return &logoutReply{sessionCookie(ctx, "", -1), SignedOut{elsewhere}}, err
}

type passwordRequest struct {
	Body struct {
		OldPassword string `json:"old_password" minLength:"1" maxLength:"128"`
		NewPassword string `json:"new_password" minLength:"1" maxLength:"128"`
	}
}

func (s *Service) apiChangePassword(ctx context.Context, in *passwordRequest) (*rest.Empty, error) {
	return nil, s.ChangePassword(ctx, in.Body.OldPassword, in.Body.NewPassword)
}

func (s *Service) apiSessions(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Session]], error) {
	all, err := s.Sessions(ctx)
	return &rest.Body[rest.List[Session]]{Body: rest.List[Session]{Items: all}}, err
}

func (s *Service) apiEndSession(ctx context.Context, in *byID) (*rest.Empty, error) {
	return nil, s.EndSession(ctx, in.ID)
}

func (s *Service) apiFactor(ctx context.Context, _ *struct{}) (*rest.Body[FactorState], error) {
	f, err := s.Factor(ctx)
	return &rest.Body[FactorState]{Body: f}, err
}

func (s *Service) apiBeginFactor(ctx context.Context, _ *struct{}) (*rest.Body[Factor], error) {
	f, err := s.BeginFactor(ctx)
	return &rest.Body[Factor]{Body: f}, err
}

type codeRequest struct {
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"40"`
	}
}

// Recovery is recovery codes just made.
type Recovery struct {
	Codes []string `json:"codes" nullable:"false" doc:"each good once; shown this once"`
}

func (s *Service) apiConfirmFactor(ctx context.Context, in *codeRequest) (*rest.Body[Recovery], error) {
	codes, err := s.ConfirmFactor(ctx, in.Body.Code)
	return &rest.Body[Recovery]{Body: Recovery{codes}}, err
}

func (s *Service) apiRenewRecovery(ctx context.Context, in *codeRequest) (*rest.Body[Recovery], error) {
	codes, err := s.RenewRecovery(ctx, in.Body.Code)
	return &rest.Body[Recovery]{Body: Recovery{codes}}, err
}

func (s *Service) apiEndFactor(ctx context.Context, in *codeRequest) (*rest.Empty, error) {
	return nil, s.EndFactor(ctx, in.Body.Code)
}

func (s *Service) apiLoginState(ctx context.Context, in *byID) (*rest.Body[LoginState], error) {
	l, err := s.LoginState(ctx, in.ID)
	return &rest.Body[LoginState]{Body: l}, err
}

func (s *Service) rescueRoute(do func(context.Context, id.ID) error) func(context.Context, *byID) (*rest.Empty, error) {
	return func(ctx context.Context, in *byID) (*rest.Empty, error) { return nil, do(ctx, in.ID) }
}

func (s *Service) apiPolicy(ctx context.Context, _ *struct{}) (*rest.Reply[Policy], error) {
	p, err := s.Policy(ctx)
	return &rest.Reply[Policy]{ETag: rest.ETag(p.Version), Body: p}, err
}

type setPolicyRequest struct {
	rest.IfMatch
	Body Policy
}

func (s *Service) apiSetPolicy(ctx context.Context, in *setPolicyRequest) (*rest.Reply[Policy], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	p, err := s.SetPolicy(ctx, version, in.Body)
	return &rest.Reply[Policy]{ETag: rest.ETag(p.Version), Body: p}, err
}

const keyList = "access.keys newest"

func (s *Service) apiKeys(ctx context.Context, in *rest.Paging) (*rest.Body[rest.List[APIKey]], error) {
	var before id.ID
	if _, err := s.cursors.Decode(keyList, in.Cursor, &before); err != nil {
		return nil, err
	}
	keys, err := s.Keys(ctx, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	list := rest.List[APIKey]{Items: keys}
	if len(keys) > in.Limit {
		list.Items = keys[:in.Limit]
		list.NextCursor, err = s.cursors.Encode(keyList, list.Items[in.Limit-1].ID)
	}
	return &rest.Body[rest.List[APIKey]]{Body: list}, err
}

type createKeyRequest struct{ Body APIKeyInput }

func (s *Service) apiCreateKey(ctx context.Context, in *createKeyRequest) (*rest.Body[NewAPIKey], error) {
	k, err := s.CreateKey(ctx, in.Body)
	return &rest.Body[NewAPIKey]{Body: k}, err
}

func (s *Service) apiRevokeKey(ctx context.Context, in *byID) (*rest.Empty, error) {
	return nil, s.RevokeKey(ctx, in.ID)
}
