package customer

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// receptionList names the register in cursors.
const receptionList = "reception.list"

// A visit is sealed whole, so words are looked for in opened ones: batch by batch,
// and so many at most for one answer. Its cursor goes on from there.
const (
	searchBatch = 500
	searchMost  = 5000
)

// searchReceptionsTx gives the visits of read that hold the filter's words.
func (s *Service) searchReceptionsTx(tx *db.Tx, f ReceptionFilter, p Page, read func(*db.Tx, Page) ([]Reception, string, error)) (all []Reception, next string, err error) {
	all, next = []Reception{}, p.Cursor
	for looked := 0; looked < searchMost; looked += searchBatch {
		batch, after, err := read(tx, Page{Cursor: next, Limit: searchBatch})
		if err != nil {
			return nil, "", err
		}
		for i, r := range batch {
			if !holds(f.Query, r.Name, r.Phone, r.Employer, r.Intention) || !holds(f.Intention, r.Intention) {
				continue
			}
			if all = append(all, r); len(all) == p.Limit && (i < len(batch)-1 || after != "") {
				next, err = s.Cursors.Encode(receptionList, int64(r.ArrivedAt), r.ID)
				return all, next, err
			}
		}
		if next = after; next == "" {
			break
		}
	}
	return all, next, nil
}

// holds tells whether one of the parts holds the words.
func holds(words string, parts ...string) bool {
	fold := func(s string) string { return strings.ReplaceAll(cn.Fold(s), " ", "") }
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(fold(part), fold(words)) })
}

// KnownInput asks who has a phone.
type KnownInput struct {
	OrgID id.ID  `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	Phone string `json:"phone" minLength:"1" maxLength:"40"`
}

// Known is who comes with a phone: earlier visits, the latest first, and customers.
type Known struct {
	Earlier   []Reception `json:"earlier" nullable:"false"`
	Customers []Ref       `json:"customers" nullable:"false"`
}

// KnownVisitor tells before a visit is registered whether its phone is known.
// Errors: validation, db.ErrOrgRequired, ErrManyLooks.
func (s *Service) KnownVisitor(ctx context.Context, in KnownInput) (k Known, err error) {
	who, org, err := access.AllowOne(ctx, PermReceptionCreate, in.OrgID)
	if err != nil {
		return Known{}, err
	}
	phone, err := cn.ParsePhone(in.Phone, "")
	if err != nil {
		var v fault.Validation
		addNumber(&v, "phone", err)
		return Known{}, v.Err()
	}
	k = Known{Earlier: []Reception{}, Customers: []Ref{}}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.useTx(tx, who, org, useLook); err != nil {
			return err
		}
		company, err := s.Keys.CompanyTx(tx, org)
		if errors.Is(err, crypt.ErrNoKey) {
			return nil // a company without a key has no record yet
		}
		if err != nil {
			return err
		}
		r := receptionRow{OrgID: org, ArrivedAt: tx.Now() + 1, PhoneBlind: company.Blind(blindPhone, phone.Number)}
		rows, err := earlierVisits(tx, r)
		if err != nil {
			return err
		}
		if k.Earlier, err = s.openReceptionsTx(tx, who, rows); err != nil {
			return err
		}
		k.Customers, err = customersOfPhoneTx(tx, company, org, in.Phone)
		return err
	})
	return k, err
}

// Receiver is a person who received visitors.
type Receiver struct {
	OrgID id.ID  `db:"org_id" json:"org_id"`
	ID    id.ID  `db:"receiver_id" json:"id"`
	Name  string `db:"-" json:"name"`
}

// Receivers lists who received visitors in a company, or in all of the caller's.
func (s *Service) Receivers(ctx context.Context, company id.ID) (all []Receiver, err error) {
	who, err := access.Allow(ctx, PermReceptionList)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		if all, err = receivers(tx, who.Scope.Narrow(company)); err != nil {
			return err
		}
		ids := make([]id.ID, len(all))
		for i, r := range all {
			ids[i] = r.ID
		}
		names, err := s.Users.NamesTx(tx, ids)
		for i, r := range all {
			all[i].Name = names[r.ID]
		}
		return err
	})
}
