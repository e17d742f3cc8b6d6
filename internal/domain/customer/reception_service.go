package customer

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// ReceptionFilter chooses visitors.
type ReceptionFilter struct {
	OrgID      id.ID  `query:"org_id"`
	ReceiverID id.ID  `query:"receiver_id" doc:"one person's log"`
	CustomerID id.ID  `query:"customer_id"`
	From       string `query:"from" maxLength:"10" doc:"first day, YYYY-MM-DD"`
	To         string `query:"to" maxLength:"10" doc:"last day"`
	Unfilled   bool   `query:"unfilled" doc:"only visits whose course is not filled in"`
	Unlinked   bool   `query:"unlinked" doc:"only visitors who are no customer yet"`
	Linked     bool   `query:"linked" doc:"only visitors who are customers"`
	Query      string `query:"q" maxLength:"100" doc:"part of name, phone, employer or intention, as the caller sees them"`
	Intention  string `query:"intention" maxLength:"100" doc:"part of the intention"`
}

// Receptions lists visitors, the latest first.
func (s *Service) Receptions(ctx context.Context, f ReceptionFilter, p Page) (all []Reception, next string, err error) {
	who, err := access.Allow(ctx, PermReceptionList)
	if err != nil {
		return nil, "", err
	}
	from, until, err := Filter{CreatedFrom: f.From, CreatedTo: f.To}.validate()
	if err != nil {
		return nil, "", err
	}
	read := func(tx *db.Tx, p Page) (all []Reception, next string, err error) {
		rows, next, err := newestBy[receptionRow](tx, s.Cursors, receptionList, p, who.Scope.Narrow(f.OrgID), f.query(from, until), selectOf(receptionColumns, "reception"), "arrived_at")
		if err != nil {
			return nil, "", err
		}
		all, err = s.openReceptionsTx(tx, who, rows)
		return all, next, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if f.Query+f.Intention == "" {
			all, next, err = read(tx, p)
		} else {
			all, next, err = s.searchReceptionsTx(tx, f, p, read)
		}
		return err
	})
	return all, next, err
}

func (s *Service) openReceptionsTx(tx *db.Tx, who access.Who, rows []receptionRow) ([]Reception, error) {
	sight, all := SightOf(tx.Context()), make([]Reception, len(rows))
	for i, r := range rows {
		company, err := s.Keys.CompanyTx(tx, r.OrgID)
		if err != nil {
			return nil, err
		}
		if all[i], err = r.reception(company); err != nil {
			return nil, err
		}
		if r.ReceiverID != who.UserID && !sight.Sees(r.OrgID, r.CustomerID, FieldVisit) {
			all[i] = all[i].masked()
		}
	}
	return all, nil
}

func (r receptionRow) reception(company *crypt.Company) (Reception, error) {
	body, err := company.Own().Open(receptionPlace(r.ID), r.Body)
	if err != nil {
		return Reception{}, err
	}
	rec := Reception{ID: r.ID, OrgID: r.OrgID, ReceiverID: r.ReceiverID, ReceiverName: r.ReceiverName, ArrivedAt: r.ArrivedAt, LeftAt: r.LeftAt,
		CourseAt: r.CourseAt, CustomerID: r.CustomerID, Version: r.Version, CreatedAt: r.CreatedAt}
	return rec, decode(body, &rec.ReceptionBody)
}

// Reception gives one visitor with everything around him. Error: db.ErrNotFound.
func (s *Service) Reception(ctx context.Context, i id.ID) (d ReceptionDetail, err error) {
	who, err := access.Allow(ctx, PermReceptionGet)
	if err != nil {
		return ReceptionDetail{}, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.receptionTx(tx, who, i); return err })
	return d, err
}

func (s *Service) receptionTx(tx *db.Tx, who access.Who, i id.ID) (d ReceptionDetail, err error) {
	r, err := receptionByID(tx, who.Scope, i)
	if err != nil {
		return d, err
	}
	opened, err := s.openReceptionsTx(tx, who, []receptionRow{r})
	if err != nil {
		return d, err
	}
	d.Reception = opened[0]
	entries, err := logOf(tx, r.OrgID, r.ID)
	if err != nil {
		return d, err
	}
	if d.Log, err = s.openLogTx(tx, who, entries); err != nil {
		return d, err
	}
	earlier, err := earlierVisits(tx, r)
	if err != nil {
		return d, err
	}
	if d.Earlier, err = s.openReceptionsTx(tx, who, earlier); err != nil {
		return d, err
	}
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return d, err
	}
	whole, err := r.reception(company)
	if err != nil {
		return d, err
	}
	d.Customers, err = customersOfPhoneTx(tx, company, r.OrgID, whole.Phone)
	return d, err
}

// customersOfPhoneTx are the customers with a visitor's phone, as the caller may
// see them.
func customersOfPhoneTx(tx *db.Tx, company *crypt.Company, org id.ID, phone string) ([]Ref, error) {
	phones := phonesOf([]Contact{{Kind: Phone, Value: phone}})
	rows, err := sameNumberTx(tx, company, org, probe{phones: phones})
	sight, refs := SightOf(tx.Context()), []Ref{}
	for _, c := range rows {
		ref := c.ref()
		ref.Name = sight.Name(ref.OrgID, ref.ID, ref.Kind, ref.Name)
		refs = append(refs, ref)
	}
	return refs, err
}

// Receive registers a visitor; the caller is the receiver. Errors: validation,
// db.ErrOrgRequired, ErrManyVisits.
func (s *Service) Receive(ctx context.Context, key string, in ReceptionInput) (d ReceptionDetail, err error) {
	who, err := access.Allow(ctx, PermReceptionCreate)
	if err != nil {
		return ReceptionDetail{}, err
	}
	in.ArrivedAt = cmp.Or(in.ArrivedAt, s.DB.Now())
	phone, err := in.validate(s.DB.Now())
	if err != nil {
		return ReceptionDetail{}, err
	}
	org, err := who.Scope.One(in.OrgID)
	if err != nil {
		return ReceptionDetail{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return ReceptionDetail{}, fmt.Errorf("customer: %w", err)
	}
	once := db.Once{OrgID: org, UserID: who.UserID, Action: PermReceptionCreate, Key: key, Body: body}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.receiveTx(tx, who, org, in, phone) })
		if err != nil {
			return err
		}
		d, err = s.receptionTx(tx, who, made)
		return err
	})
	return d, err
}

func (s *Service) receiveTx(tx *db.Tx, who access.Who, org id.ID, in ReceptionInput, phone cn.Phone) (id.ID, error) {
	if err := s.useTx(tx, who, org, useVisit); err != nil {
		return id.ID{}, err
	}
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return id.ID{}, err
	}
	r := receptionRow{OrgID: org, ID: tx.NewID(), ReceiverID: who.UserID, ReceiverName: who.Name, ArrivedAt: in.ArrivedAt, Version: 1, CreatedAt: tx.Now()}
	if err := r.fill(tx, company, in, phone); err != nil {
		return id.ID{}, err
	}
	if err := insertReception(tx, r); err != nil {
		return id.ID{}, err
	}
	if err := s.remindTx(tx, r); err != nil {
		return id.ID{}, err
	}
	return r.ID, s.recordReceptionTx(tx, who, r, PermReceptionCreate, nil, in)
}

// fill takes an input over. The moment the course of the visit is first told is
// kept: it shows whether the log was filled in as soon as the visitor left.
func (r *receptionRow) fill(tx *db.Tx, company *crypt.Company, in ReceptionInput, phone cn.Phone) (err error) {
	r.ArrivedAt, r.LeftAt, r.PhoneBlind = cmp.Or(in.ArrivedAt, r.ArrivedAt), in.LeftAt, []byte{}
	if in.Phone != "" {
		in.Phone = phone.Display()
		r.PhoneBlind = company.Blind(blindPhone, phone.Number)
	}
	if in.Course != "" && r.CourseAt == 0 {
		r.CourseAt = tx.Now()
	}
	r.Body, err = sealBody(company.Own(), receptionPlace(r.ID), in.ReceptionBody)
	return err
}

func (s *Service) recordReceptionTx(tx *db.Tx, who access.Who, r receptionRow, action string, before, after any) error {
	return s.Audit.RecordTx(tx, audit.Change{OrgID: r.OrgID, Actor: who.Actor(), Action: action, ObjectType: "reception", ObjectID: r.ID, Before: before, After: after})
}

// UpdateReception changes what is known of a visitor one received oneself, such
// as the course of the visit. Errors: validation, db.ErrNotFound, db.ErrStale,
// ErrNotAuthor, ErrManyLooks.
func (s *Service) UpdateReception(ctx context.Context, i id.ID, version int64, in ReceptionInput) (d ReceptionDetail, err error) {
	who, err := access.Allow(ctx, PermReceptionUpdate)
	if err != nil {
		return ReceptionDetail{}, err
	}
	phone, err := in.validate(s.DB.Now())
	if err != nil {
		return ReceptionDetail{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := receptionByID(tx, who.Scope, i)
		if err != nil {
			return err
		}
		if r.ReceiverID != who.UserID {
			return ErrNotAuthor
		}
		company, err := s.Keys.CompanyTx(tx, r.OrgID)
		if err != nil {
			return err
		}
		before, err := r.reception(company)
		if err != nil {
			return err
		}
		if in.Phone != "" && phone.Display() != before.Phone { // whose it is comes with the answer
			if err := s.useTx(tx, who, r.OrgID, useLook); err != nil {
				return err
			}
		}
		if err := r.fill(tx, company, in, phone); err != nil {
			return err
		}
		if err := updateReception(tx, r, version); err != nil {
			return err
		}
		if err := s.serveTx(tx, r); err != nil {
			return err
		}
		if err := s.remindedTx(tx, r); err != nil {
			return err
		}
		if d, err = s.receptionTx(tx, who, i); err != nil {
			return err
		}
		return s.recordReceptionTx(tx, who, r, PermReceptionUpdate, before, d.Reception)
	})
	return d, err
}

// ReceptionCompanyTx gives the company of a visit. Error: db.ErrNotFound.
func (s *Service) ReceptionCompanyTx(tx *db.Tx, scope db.Scope, i id.ID) (id.ID, error) {
	r, err := receptionByID(tx, scope, i)
	return r.OrgID, err
}
