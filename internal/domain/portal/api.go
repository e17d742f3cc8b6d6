package portal

import (
	"context"
	"net/http"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations: open to strangers, the customer's own, and
// those of the staff.
func (s *Service) Routes(a *rest.API) {
	const root = "/api/v1/portal"
	rest.Register(a, rest.Op{ID: opCompanies, Method: "GET", Path: root + "/companies", Summary: "Companies that serve their customers here", Public: true}, s.apiCompanies)
	rest.Register(a, rest.Op{ID: opCode, Method: "POST", Path: root + "/codes", Summary: "Ask for a code to sign in by; the answer tells nothing of the account", Status: 202, Public: true}, s.apiAsk)
	rest.Register(a, rest.Op{ID: opLoginCode, Method: "POST", Path: root + "/sessions/by-code", Summary: "Sign a customer in by a code", Status: 201, Public: true}, s.apiLoginByCode)
	rest.Register(a, rest.Op{ID: opLoginPassword, Method: "POST", Path: root + "/sessions/by-password", Summary: "Sign a customer in by his service password", Status: 201, Public: true}, s.apiLoginByPassword)
	rest.Register(a, rest.Op{ID: opProgress, Method: "POST", Path: root + "/progress", Summary: "How far a case is, by its number and code", Public: true}, s.apiProgress)

	rest.Register(a, rest.Op{ID: opLogout, Method: "DELETE", Path: root + "/sessions/current", Summary: "Sign the customer out", Portal: true}, s.apiLogout)
	rest.Register(a, rest.Op{ID: opMe, Method: "GET", Path: root + "/me", Summary: "Who the customer is", Portal: true}, s.apiMe)
	rest.Register(a, rest.Op{ID: opPassword, Method: "PUT", Path: root + "/me/password", Summary: "Set my service password", Status: 204, Portal: true}, s.apiSetPassword)
	rest.Register(a, rest.Op{ID: opCases, Method: "GET", Path: root + "/cases", Summary: "My cases, the newest first", Portal: true}, s.apiCases)
	rest.Register(a, rest.Op{ID: opCase, Method: "GET", Path: root + "/cases/{id}", Summary: "A case of mine and its way", Portal: true}, s.apiCase)
	rest.Register(a, rest.Op{ID: opPromises, Method: "GET", Path: root + "/promises", Summary: "What was promised to me", Portal: true}, s.apiPromises)
	s.requestRoutes(a, root)
	s.helpRoutes(a, root)

	rest.Register(a, rest.Op{ID: PermSettings, Method: "GET", Path: "/api/v1/portal-settings", Summary: "Whether a company serves its customers in the portal"}, s.apiSetting)
	rest.Register(a, rest.Op{ID: PermSetSettings, Method: "PUT", Path: "/api/v1/portal-settings", Summary: "Turn the portal of a company on or off"}, s.apiSetSetting)
	rest.Register(a, rest.Op{ID: PermAccess, Method: "GET", Path: "/api/v1/customers/{id}/portal-access", Summary: "How a customer signs in to the portal"}, s.apiAccess)
	rest.Register(a, rest.Op{ID: PermReset, Method: "POST", Path: "/api/v1/customers/{id}/portal-access/{account_id}/reset", Summary: "Take a customer's service password away and end his sessions", Status: 204}, s.apiReset)
	rest.Register(a, rest.Op{ID: PermLookupCode, Method: "GET", Path: "/api/v1/cases/{id}/lookup-code", Summary: "The code by which a customer follows a case; who saw it is put down"}, s.apiLookupCode)
}

func (s *Service) apiCompanies(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Company]], error) {
	all, err := s.Companies(ctx)
	return &rest.Body[rest.List[Company]]{Body: rest.List[Company]{Items: all}}, err
}

type askRequest struct{ Body AskInput }

func (s *Service) apiAsk(ctx context.Context, in *askRequest) (*rest.Body[Challenge], error) {
	c, err := s.Ask(ctx, in.Body)
	return &rest.Body[Challenge]{Body: c}, err
}

// SignedIn is a customer who has signed in.
type SignedIn struct {
	AccountNo string `json:"account_no"`
}

type loginReply struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      SignedIn
}

// cookie goes to the portal's routes alone, and with no request another site began. maxAge
// 0 keeps it until the browser ends, -1 removes it.
func cookie(ctx context.Context, token string, maxAge int) http.Cookie {
	return http.Cookie{Name: rest.PortalCookie, Value: token, Path: "/api/v1/portal", MaxAge: maxAge, HttpOnly: true, Secure: rest.PeerOf(ctx).Secure, SameSite: http.SameSiteStrictMode}
}

func signedIn(ctx context.Context, token string, v *Visitor, err error) (*loginReply, error) {
	if err != nil {
		return nil, err
	}
	return &loginReply{cookie(ctx, token, 0), SignedIn{v.AccountNo}}, nil
}

type codeRequest struct{ Body CodeInput }

func (s *Service) apiLoginByCode(ctx context.Context, in *codeRequest) (*loginReply, error) {
	token, v, err := s.LoginByCode(ctx, in.Body)
	return signedIn(ctx, token, v, err)
}

type passwordRequest struct{ Body PasswordInput }

func (s *Service) apiLoginByPassword(ctx context.Context, in *passwordRequest) (*loginReply, error) {
	token, v, err := s.LoginByPassword(ctx, in.Body)
	return signedIn(ctx, token, v, err)
}

type progressRequest struct{ Body ProgressInput }

func (s *Service) apiProgress(ctx context.Context, in *progressRequest) (*rest.Body[feedback.Followed], error) {
	f, err := s.Progress(ctx, in.Body)
	return &rest.Body[feedback.Followed]{Body: f}, err
}

type logoutReply struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (s *Service) apiLogout(ctx context.Context, _ *struct{}) (*logoutReply, error) {
	err := s.Logout(ctx)
	return &logoutReply{cookie(ctx, "", -1)}, err
}

func (s *Service) apiMe(ctx context.Context, _ *struct{}) (*rest.Body[Profile], error) {
	p, err := s.Me(ctx)
	return &rest.Body[Profile]{Body: p}, err
}

type setPasswordRequest struct{ Body SetPasswordInput }

func (s *Service) apiSetPassword(ctx context.Context, in *setPasswordRequest) (*rest.Empty, error) {
	return nil, s.SetPassword(ctx, in.Body)
}

func (s *Service) apiCases(ctx context.Context, in *rest.Paging) (*rest.Body[rest.List[feedback.Own]], error) {
	all, next, err := s.Cases(ctx, customer.Page{Cursor: in.Cursor, Limit: in.Limit})
	return &rest.Body[rest.List[feedback.Own]]{Body: rest.List[feedback.Own]{Items: all, NextCursor: next}}, err
}

func (s *Service) apiPromises(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Promise]], error) {
	all, err := s.MyPromises(ctx)
	return &rest.Body[rest.List[Promise]]{Body: rest.List[Promise]{Items: all}}, err
}

func (s *Service) apiLookupCode(ctx context.Context, in *byID) (*rest.Body[Slip], error) {
	slip, err := s.Slip(ctx, in.ID)
	return &rest.Body[Slip]{Body: slip}, err
}

type byID struct {
	ID id.ID `path:"id"`
}

func (s *Service) apiCase(ctx context.Context, in *byID) (*rest.Reply[Case], error) {
	c, err := s.Case(ctx, in.ID)
	return &rest.Reply[Case]{ETag: rest.ETag(c.Version), Body: c}, err
}

// OfCompany names the company; huma does not read fields of unexported embedded structs.
type OfCompany struct {
	OrgID id.ID `query:"org_id" doc:"the company, where the caller works for several"`
}

func settingReply(set Setting, err error) (*rest.Reply[Setting], error) {
	return &rest.Reply[Setting]{ETag: rest.ETag(set.Version), Body: set}, err
}

func (s *Service) apiSetting(ctx context.Context, in *OfCompany) (*rest.Reply[Setting], error) {
	return settingReply(s.Setting(ctx, in.OrgID))
}

type setSettingRequest struct {
	OfCompany
	rest.IfMatch
	Body SettingInput
}

func (s *Service) apiSetSetting(ctx context.Context, in *setSettingRequest) (*rest.Reply[Setting], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return settingReply(s.SetSetting(ctx, in.OrgID, version, in.Body))
}

func (s *Service) apiAccess(ctx context.Context, in *byID) (*rest.Body[Standings], error) {
	all, err := s.Access(ctx, in.ID)
	return &rest.Body[Standings]{Body: all}, err
}

type resetRequest struct {
	ID        id.ID `path:"id"`
	AccountID id.ID `path:"account_id"`
}

func (s *Service) apiReset(ctx context.Context, in *resetRequest) (*rest.Empty, error) {
	return nil, s.Reset(ctx, in.ID, in.AccountID)
}
