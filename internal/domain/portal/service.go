package portal

import (
	"context"
	"log/slog"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/dispatch"
)

// Permissions of the staff.
const (
	PermSettings    = "portal.settings"
	PermSetSettings = "portal.set_settings"
	PermAccess      = "portal.access" // see how a customer signs in
	PermReset       = "portal.reset"  // take it away
	PermLookupCode  = "portal.lookup_code"
)

// What customers do; the audit log tells it apart.
const (
	opCompanies     = "portal.companies"
	opCode          = "portal.code"
	opLoginCode     = "portal.login_code"
	opLoginPassword = "portal.login_password"
	opLogout        = "portal.logout"
	opMe            = "portal.me"
	opPassword      = "portal.password"
	opCases         = "portal.cases"
	opCase          = "portal.case"
	opPromises      = "portal.promises"
	opProgress      = "portal.progress"
	opTopics        = "portal.topics"
	opCreate        = "portal.create"
	opAttach        = "portal.attach"
	opFile          = "portal.file"
	opVerdict       = "portal.verdict"
	opArticles      = "portal.articles"
	opArticle       = "portal.article"
	opConsent       = "portal.consent"
	opSay           = "portal.set_consent"
)

// Deps are what the service is built from.
type Deps struct {
	DB        *db.DB
	Keys      *crypt.Keyring
	Audit     *audit.Log
	Orgs      *org.Service
	Users     *access.Service
	Customers *customer.Service
	Supply    *supply.Service
	Messages  *message.Service
	Feedback  *feedback.Service
	Promises  *promise.Service
	Knowledge *knowledge.Service
	Privacy   *privacy.Service
	Cursors   *page.Signer
	Log       *slog.Logger
}

// Service serves customers.
type Service struct {
	Deps
	codes                *dispatch.Dispatcher
	limits, sent, lookup []byte // keys of hashes: of what is counted, of codes, of look-up codes
}

// New makes the service.
func New(d Deps) *Service {
	s := &Service{Deps: d, limits: d.Keys.Derive("portal limits"), sent: d.Keys.Derive("portal codes"), lookup: d.Keys.Derive("portal look-up codes")}
	s.codes = dispatch.New("portal codes", d.Log, s.claim)
	return s
}

// Run sends the codes that were asked for until ctx ends.
func (s *Service) Run(ctx context.Context) { s.codes.Run(ctx) }

// Step sends one code; ran is false when none was asked for.
func (s *Service) Step(ctx context.Context) (ran bool, err error) { return s.codes.Step(ctx) }

// Keep forgets what is over.
func (s *Service) Keep(ctx context.Context) error { return s.DB.Write(ctx, forgetOver) }

// accountTx finds a supplied account with a customer by what somebody typed; found is
// false for any other.
func (s *Service) accountTx(tx *db.Tx, company id.ID, typed string) (a supply.Account, found bool, err error) {
	no := supply.NormalNumber(typed)
	all, err := s.Supply.AccountsByNoTx(tx, company, []string{no})
	if err != nil {
		return a, false, err
	}
	a = all[no]
	return a, a.AccountNo == no && a.Supplied() && !a.CustomerID.IsZero(), nil
}

// recordTx writes down what a customer did by an account, or what was done about it.
func (s *Service) recordTx(tx *db.Tx, by audit.Actor, a supply.Account, action string) error {
	return s.Audit.RecordTx(tx, audit.Change{OrgID: a.OrgID, Actor: by, Action: action, ObjectType: "account", ObjectID: a.ID})
}
