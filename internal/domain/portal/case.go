package portal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Case is one of the customer's, with the code by which it is followed without signing in.
type Case struct {
	feedback.OwnDetail
	LookupCode string    `json:"lookup_code" doc:"with the number it opens the progress, to whoever has both"`
	Promises   []Promise `json:"promises" nullable:"false" doc:"what was promised in it"`
}

// Cases lists the customer's cases, the newest first.
func (s *Service) Cases(ctx context.Context, p customer.Page) ([]feedback.Own, string, error) {
	v, err := self(ctx)
	if err != nil {
		return nil, "", err
	}
	return s.Feedback.OwnCases(ctx, v.own(), p)
}

// Case gives one of the customer's cases. Error: db.ErrNotFound.
func (s *Service) Case(ctx context.Context, i id.ID) (c Case, err error) {
	v, err := self(ctx)
	if err != nil {
		return c, err
	}
	d, err := s.Feedback.OwnCase(ctx, v.own(), i)
	if err != nil {
		return c, err
	}
	return s.wholeCase(ctx, v, d)
}

// wholeCase adds to a case what other modules know of it.
func (s *Service) wholeCase(ctx context.Context, v *Visitor, d feedback.OwnDetail) (c Case, err error) {
	c = Case{OwnDetail: d, LookupCode: s.lookupCode(v.OrgID, d.ID)}
	return c, s.DB.Read(ctx, func(tx *db.Tx) error { c.Promises, err = s.promisesTx(tx, v, d.ID); return err })
}

// lookupLength is 40 bits: with lookupOfNumber, a year of guessing finds one case in a million.
const lookupLength = 8

// legible leaves out what is easily misread, and stands for itself in any case.
var legible = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// lookupCode is made of the case by a key of this installation: it need not be kept.
func (s *Service) lookupCode(company, i id.ID) string {
	h := hmac.New(sha256.New, s.lookup)
	h.Write(company[:])
	h.Write(i[:])
	return legible.EncodeToString(h.Sum(nil))[:lookupLength]
}

// ProgressInput is what somebody has who follows a case.
type ProgressInput struct {
	Company string `json:"company" minLength:"1" maxLength:"20" doc:"code"`
	CaseNo  string `json:"case_no" minLength:"1" maxLength:"60"`
	Code    string `json:"code" minLength:"1" maxLength:"20" doc:"查询码"`
}

// misread puts right what people read for something else.
var misread = strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1")

// Progress tells how far a case is, and nothing that was said. Errors: ErrProgress, the
// same for an unknown number and a wrong code; ErrOff, rest.ErrTooMany.
func (s *Service) Progress(ctx context.Context, in ProgressInput) (f feedback.Followed, err error) {
	number := strings.ToUpper(strings.TrimSpace(cn.Fold(in.CaseNo)))
	code := misread.Replace(strings.ToUpper(cn.Fold(in.Code)))
	var served org.Org
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if served, err = s.servedTx(tx, in.Company); err != nil {
			return err
		}
		return s.takeTx(tx, attempt{lookupOfSender, sender(tx)}, attempt{lookupOfNumber, served.ID.String() + number})
	})
	if err != nil {
		return f, err
	}
	return f, s.DB.Read(ctx, func(tx *db.Tx) error {
		i, err := s.Feedback.NumberedTx(tx, served.ID, number)
		if err != nil {
			return err
		}
		right := hmac.Equal([]byte(s.lookupCode(served.ID, i)), []byte(code)) // compared for no case, too
		if i.IsZero() || !right {
			return ErrProgress
		}
		f, err = s.Feedback.FollowTx(tx, served.ID, i)
		return err
	})
}
