package portal

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const (
	sessionIdle = 30 * time.Minute // a telephone is lent and lost
	sessionLife = 12 * time.Hour
	touchEvery  = time.Minute // so often use is written down
)

// Visitor is a signed-in customer.
type Visitor struct {
	OrgID      id.ID
	SessionID  id.ID
	AccountID  id.ID
	AccountNo  string
	CustomerID id.ID
	ByCode     bool // he proved that he has the telephone
}

type visitorKey struct{}

// VisitorOf is the context's customer, or nil.
func VisitorOf(ctx context.Context) *Visitor {
	v, _ := ctx.Value(visitorKey{}).(*Visitor)
	return v
}

// self is the signed-in customer. Error: ErrLogin.
func self(ctx context.Context) (*Visitor, error) {
	if v := VisitorOf(ctx); v != nil {
		return v, nil
	}
	return nil, ErrLogin
}

func (v *Visitor) actor() audit.Actor { return audit.Actor{Name: v.AccountNo} }

func (v *Visitor) account() supply.Account {
	a := supply.Account{}
	a.OrgID, a.ID, a.AccountNo, a.CustomerID = v.OrgID, v.AccountID, v.AccountNo, v.CustomerID
	return a
}

// own is he as cases know him.
func (v *Visitor) own() feedback.Self {
	return feedback.Self{OrgID: v.OrgID, CustomerID: v.CustomerID, AccountID: v.AccountID, Name: v.AccountNo}
}

// newToken names the company, so that a session is found by its key.
func newToken(company id.ID) string {
	raw := make([]byte, 32)
	rand.Read(raw)
	return company.String() + "." + hex.EncodeToString(raw)
}

func hashOf(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// open opens a session of the account that allow gives.
func (s *Service) open(ctx context.Context, company id.ID, byCode bool, allow func(tx *db.Tx) (supply.Account, error)) (token string, v *Visitor, err error) {
	token = newToken(company)
	action := opLoginPassword
	if byCode {
		action = opLoginCode
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := allow(tx)
		if err != nil {
			return err
		}
		r := sessionRow{OrgID: company, ID: tx.NewID(), TokenHash: hashOf(token), AccountID: a.ID, CustomerID: a.CustomerID, ByCode: byCode,
			CreatedAt: tx.Now(), SeenAt: tx.Now(), ExpiresAt: tx.Now().Add(sessionIdle), EndsAt: tx.Now().Add(sessionLife)}
		if err := insertSession(tx, r); err != nil {
			return err
		}
		if err := touchAccess(tx, a); err != nil {
			return err
		}
		v = r.visitor(a)
		return s.recordTx(tx, v.actor(), a, action)
	})
	if err != nil {
		return "", nil, err
	}
	return token, v, nil
}

func (r sessionRow) visitor(a supply.Account) *Visitor {
	return &Visitor{OrgID: r.OrgID, SessionID: r.ID, AccountID: a.ID, AccountNo: a.AccountNo, CustomerID: a.CustomerID, ByCode: r.ByCode}
}

// Authenticate puts the customer of a request into its context. Error: ErrLogin.
func (s *Service) Authenticate(r *http.Request) (context.Context, error) {
	cookie, err := r.Cookie(rest.PortalCookie)
	if err != nil {
		return nil, ErrLogin
	}
	company, _, _ := strings.Cut(cookie.Value, ".")
	of, err := id.Parse(company)
	if err != nil {
		return nil, ErrLogin
	}
	var v *Visitor
	var row sessionRow
	err = s.DB.Read(r.Context(), func(tx *db.Tx) error {
		v, row, err = s.visitorTx(tx, of, hashOf(cookie.Value))
		return err
	})
	if errors.Is(err, errOver) { // for good, even if the clock is set back
		err = errors.Join(err, s.DB.Write(r.Context(), func(tx *db.Tx) error { return deleteSession(tx, row.OrgID, row.ID) }))
	}
	if err != nil {
		return nil, err
	}
	if now := s.DB.Now(); now >= row.SeenAt.Add(touchEvery) {
		err = s.DB.Write(r.Context(), func(tx *db.Tx) error {
			return touchSession(tx, row, min(now.Add(sessionIdle), row.EndsAt))
		})
	}
	return context.WithValue(r.Context(), visitorKey{}, v), err
}

// errOver: the time of a session is over.
var errOver = errors.New("portal: session is over")

// visitorTx is whose session it is: of an account that is still its customer's, in a
// company that still serves him.
func (s *Service) visitorTx(tx *db.Tx, company id.ID, token []byte) (*Visitor, sessionRow, error) {
	r, found, err := sessionByToken(tx, company, token)
	if err != nil {
		return nil, r, err
	}
	if !found {
		return nil, r, ErrLogin
	}
	if r.ExpiresAt <= tx.Now() || r.EndsAt <= tx.Now() {
		return nil, r, ErrLogin.Wrap(errOver)
	}
	set, err := settingOf(tx, company)
	if err != nil {
		return nil, r, err
	}
	all, err := s.Supply.AccountsTx(tx, company, []id.ID{r.AccountID})
	if err != nil {
		return nil, r, err
	}
	a := all[r.AccountID]
	if !set.Enabled || !a.Supplied() || a.CustomerID != r.CustomerID {
		return nil, r, ErrLogin
	}
	return r.visitor(a), r, nil
}

// Logout ends the session.
func (s *Service) Logout(ctx context.Context) error {
	v, err := self(ctx)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := deleteSession(tx, v.OrgID, v.SessionID); err != nil {
			return err
		}
		return s.recordTx(tx, v.actor(), v.account(), opLogout)
	})
}

// Profile is what a customer sees of himself: enough to know that it is he, too little to
// be of use to whoever looks over his shoulder.
type Profile struct {
	CompanyName string       `json:"company_name"`
	AccountNo   string       `json:"account_no"`
	Name        string       `json:"name" doc:"masked"`
	Phone       string       `json:"phone,omitempty" doc:"masked"`
	Address     string       `json:"address,omitempty" doc:"masked"`
	HasPassword bool         `json:"has_password"`
	PasswordAt  when.Instant `json:"password_at,omitzero"`
	ByCode      bool         `json:"by_code" doc:"signed in by a code: a new password needs no old one"`
	EndsAt      when.Instant `json:"ends_at" doc:"then he signs in again in any case"`
}

// Me tells the customer who he is here.
func (s *Service) Me(ctx context.Context) (p Profile, err error) {
	v, err := self(ctx)
	if err != nil {
		return p, err
	}
	return p, s.DB.Read(ctx, func(tx *db.Tx) error { p, err = s.profileTx(tx, v); return err })
}

func (s *Service) profileTx(tx *db.Tx, v *Visitor) (p Profile, err error) {
	units, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return p, err
	}
	company, _ := units.Get(v.OrgID)
	refs, err := s.Customers.RefsTx(tx, db.ScopeOf(v.OrgID), v.CustomerID)
	if err != nil {
		return p, err
	}
	all, err := s.Supply.AccountsTx(tx, v.OrgID, []id.ID{v.AccountID})
	if err != nil {
		return p, err
	}
	address, err := s.Supply.AddressTx(tx, all[v.AccountID])
	if err != nil {
		return p, err
	}
	phone, err := s.Customers.MobileTx(tx, v.OrgID, v.CustomerID)
	if err != nil {
		return p, err
	}
	has, err := accessOf(tx, v.OrgID, v.AccountID, v.CustomerID)
	if err != nil {
		return p, err
	}
	ends, err := sessionEnd(tx, v)
	who, none := refs[v.CustomerID], customer.Sight{}
	return Profile{CompanyName: company.Name, AccountNo: v.AccountNo, Name: none.Name(v.OrgID, v.CustomerID, who.Kind, who.Name), Phone: cn.MaskPhone(phone), Address: cn.MaskAddress(address),
		HasPassword: has.PasswordHash != "", PasswordAt: has.PasswordAt, ByCode: v.ByCode, EndsAt: ends}, err
}
