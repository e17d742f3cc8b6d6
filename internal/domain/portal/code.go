package portal

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/dispatch"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const (
	codeFor   = 5 * time.Minute // a code is good
	codeTries = 5               // so often it may be typed
	codes     = 1_000_000       // so many there are
)

// AskInput is whose telephone a code is sent to.
type AskInput struct {
	Company   string `json:"company" minLength:"1" maxLength:"20" doc:"code"`
	AccountNo string `json:"account_no" minLength:"1" maxLength:"32" doc:"户号"`
}

// Challenge is a code that was asked for. Whether one was sent it does not tell.
type Challenge struct {
	ID           id.ID `json:"id"`
	ValidSeconds int   `json:"valid_s" doc:"a code that was sent is good so long"`
	AgainSeconds int   `json:"again_s" doc:"after this another may be asked for"`
}

// Ask puts down that somebody asks for a code, and nothing else: whose account it is, is
// looked up by the sender of codes, so that neither answer nor time tell whether there is
// one. Errors: ErrOff, rest.ErrTooMany.
func (s *Service) Ask(ctx context.Context, in AskInput) (c Challenge, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		served, err := s.servedTx(tx, in.Company)
		if err != nil {
			return err
		}
		of := served.ID.String() + supply.NormalNumber(in.AccountNo)
		if err := s.takeTx(tx, attempt{codeOfAddress, sender(tx)}, attempt{codeAgain, of}, attempt{codeOfAccount, of}, attempt{codeADay, of}); err != nil {
			return err
		}
		company, err := s.Keys.CompanyTx(tx, served.ID)
		if err != nil {
			return err
		}
		r := codeRow{OrgID: served.ID, ID: tx.NewID(), Lang: rest.Language(tx.Context()), AskedAt: tx.Now(), UntilAt: tx.Now().Add(codeFor)}
		r.AccountNo = company.Own().Seal(numberPlace(r.ID), in.AccountNo)
		c = Challenge{r.ID, int(codeFor.Seconds()), int(codeAgain.within.Seconds())}
		return insertCode(tx, r)
	})
	if err == nil {
		s.codes.Wake()
	}
	return c, err
}

func numberPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "portal_code", Column: "account_no", ID: i}
}

// claim sends the code that waits longest.
func (s *Service) claim(ctx context.Context) (dispatch.Work, error) {
	handled := false
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		rows, err := waitingCodes(tx)
		if err != nil || len(rows) == 0 {
			handled = false
			return err
		}
		handled = true
		return s.sendTx(tx, rows[0])
	})
	if err != nil || !handled {
		return nil, err
	}
	s.Messages.Wake()
	return func(context.Context) error { return nil }, nil
}

// sendTx sends a code where there is an account with a customer and his mobile number.
// Nobody is told where there is none.
func (s *Service) sendTx(tx *db.Tx, r codeRow) error {
	r.Handled, r.Hash = true, []byte{}
	if r.UntilAt <= tx.Now() {
		return updateCode(tx, r)
	}
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return err
	}
	typed, err := company.Own().Open(numberPlace(r.ID), r.AccountNo)
	if err != nil {
		return err
	}
	a, found, err := s.accountTx(tx, r.OrgID, typed)
	if err != nil || !found {
		return errors.Join(err, updateCode(tx, r))
	}
	phone, err := s.Customers.MobileTx(tx, r.OrgID, a.CustomerID)
	if err != nil {
		return err
	}
	if phone == "" {
		return updateCode(tx, r)
	}
	code, err := newCode()
	if err != nil {
		return err
	}
	r.AccountID, r.Hash = a.ID, s.hash(r.ID, code)
	if err := s.tellTx(tx, a, phone, r, code); err != nil {
		return err
	}
	if err := updateCode(tx, r); err != nil {
		return err
	}
	return s.recordTx(tx, audit.Actor{Name: a.AccountNo}, a, opCode)
}

// tellTx puts the code into the outbox. After its time it is not sent any more.
func (s *Service) tellTx(tx *db.Tx, a supply.Account, phone string, r codeRow, code string) error {
	units, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	company, _ := units.Get(a.OrgID)
	_, err = s.Messages.SendTx(tx, message.Send{OrgID: a.OrgID, Channel: message.SMS, To: phone, CustomerID: a.CustomerID, Template: "portal.code", Lang: r.Lang, Until: r.UntilAt,
		Values: map[string]string{"company": company.Name, "code": code, "minutes": strconv.Itoa(int(codeFor.Minutes()))}})
	return err
}

func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(codes))
	if err != nil {
		return "", fmt.Errorf("portal: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}

// hash is what is kept of a code.
func (s *Service) hash(challenge id.ID, code string) []byte {
	h := hmac.New(sha256.New, s.sent)
	h.Write(challenge[:])
	h.Write([]byte(code))
	return h.Sum(nil)
}

// CodeInput is a code that came.
type CodeInput struct {
	Company   string `json:"company" minLength:"1" maxLength:"20" doc:"code"`
	Challenge id.ID  `json:"challenge"`
	Code      string `json:"code" minLength:"1" maxLength:"12"`
}

// LoginByCode opens a session. The token goes to the client alone. Errors: ErrCode, the
// same for a wrong, used, late or never sent one; ErrOff, rest.ErrTooMany.
func (s *Service) LoginByCode(ctx context.Context, in CodeInput) (token string, v *Visitor, err error) {
	var r codeRow
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		served, err := s.servedTx(tx, in.Company)
		if err != nil {
			return err
		}
		if err := s.takeTx(tx, attempt{tryOfAddress, sender(tx)}); err != nil {
			return err
		}
		r, err = tryCode(tx, served.ID, in.Challenge) // counts before it is compared, so that many at once are many
		return err
	})
	if err != nil {
		return "", nil, err
	}
	if !hmac.Equal(r.Hash, s.hash(in.Challenge, in.Code)) {
		return "", nil, ErrCode
	}
	return s.open(ctx, r.OrgID, true, func(tx *db.Tx) (a supply.Account, err error) {
		if err := useCode(tx, r); err != nil { // of two at once one
			return a, err
		}
		return s.stillTx(tx, r.OrgID, r.AccountID)
	})
}

// stillTx is an account that is still supplied and somebody's. Error: ErrCode.
func (s *Service) stillTx(tx *db.Tx, company, account id.ID) (a supply.Account, err error) {
	all, err := s.Supply.AccountsTx(tx, company, []id.ID{account})
	if err != nil {
		return a, err
	}
	if a = all[account]; !a.Supplied() || a.CustomerID.IsZero() {
		return a, ErrCode
	}
	return a, nil
}
