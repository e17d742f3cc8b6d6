package lookup

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Detail is a look-up with what its page shows.
type Detail struct {
	Lookup
	// FilterWords is empty where the customers were named, or are all of the company.
	FilterWords []customer.FilterWord `json:"filter_words" nullable:"false" doc:"what chose the customers, in words"`
	Records     []customer.Ref        `json:"records" nullable:"false" doc:"the first customers, as the caller may see them"`
	Taken       []Taken               `json:"taken" nullable:"false" doc:"the newest files and sheets that left"`
	Deciders    []string              `json:"deciders" nullable:"false" doc:"who may decide while it waits"`
	Mine        bool                  `json:"mine"`
	MayDecide   bool                  `json:"may_decide"`
	MayReview   bool                  `json:"may_review"`
	MayRevoke   bool                  `json:"may_revoke"`

	ReviewDue *when.Explanation `json:"review_due,omitempty" doc:"how the date of the review is counted"`
}

// maxShown bounds the customers a detail names.
const maxShown = 50

// Get reads one's own look-up; who may list everybody's, anybody's. Error:
// db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.readableTx(tx, who, i); return err })
}

func (s *Service) readableTx(tx *db.Tx, who access.Who, i id.ID) (Detail, error) {
	d, err := s.detailTx(tx, who, i)
	if err != nil {
		return Detail{}, err
	}
	if all, _ := who.May(PermList); !d.Mine && !all.Scope.Has(d.OrgID) {
		return Detail{}, db.ErrNotFound
	}
	return d, nil
}

func (s *Service) detailTx(tx *db.Tx, who access.Who, i id.ID) (d Detail, err error) {
	if d.Lookup, err = s.lookupTx(tx, who.Scope, i); err != nil {
		return d, err
	}
	if err := s.askedTx(tx, &d); err != nil {
		return d, err
	}
	if d.Taken, err = takenOn(tx, d.OrgID, d.ID, maxShown); err != nil {
		return d, err
	}
	d.Taken = append([]Taken{}, d.Taken...)
	d.Mine, d.Deciders = d.UserID == who.UserID, []string{}
	reaches := func(permission string) bool {
		w, _ := who.May(permission)
		return w.Scope.Has(d.OrgID) && !w.Oneself(d.UserID, d.OrgID)
	}
	d.MayDecide = d.State == Requested && reaches(PermDecide)
	d.MayReview = d.Emergency && d.ReviewedAt == 0 && reaches(PermReview)
	d.MayRevoke = d.State == Running && reaches(PermDecide) && reaches(PermEnd)
	if d.Emergency && !d.ReviewLimit.IsZero() {
		due, err := s.explainTx(tx, d.Lookup)
		if err != nil {
			return d, err
		}
		d.ReviewDue = &due
	}
	if d.State != Requested {
		return d, nil
	}
	d.Deciders, err = s.deciderNamesTx(tx, d.Lookup)
	return d, err
}

// deciderNamesTx names those who may decide.
func (s *Service) deciderNamesTx(tx *db.Tx, l Lookup) ([]string, error) {
	deciders, err := s.decidersTx(tx, l)
	if err != nil {
		return nil, err
	}
	names, err := s.Users.NamesTx(tx, deciders)
	all := make([]string, len(deciders))
	for i, u := range deciders {
		all[i] = names[u]
	}
	return all, err
}

// askedTx fills in whom a look-up asks for: customers, or the words of a filter.
func (s *Service) askedTx(tx *db.Tx, d *Detail) error {
	records, err := recordsOf(tx, d.OrgID, d.ID)
	if err != nil {
		return err
	}
	if d.Records, err = s.Customers.ShownTx(tx, d.OrgID, records[:min(len(records), maxShown)]...); err != nil {
		return err
	}
	d.FilterWords = []customer.FilterWord{}
	if d.Filter != nil {
		d.FilterWords, err = s.Customers.FilterWordsTx(tx, d.OrgID, *d.Filter)
	}
	return err
}

// explainTx tells how the date of the review is counted: of one that is done by the
// calendar it was counted by, whatever was imported since.
func (s *Service) explainTx(tx *db.Tx, l Lookup) (when.Explanation, error) {
	name := ""
	if l.ReviewedAt != 0 {
		name = l.ReviewCalendar
	}
	c, err := s.Calendars.AsOfTx(tx, name)
	if err != nil {
		return when.Explanation{}, err
	}
	return c.Explain(l.reviewCount()), nil
}

// Extent is what a request for a look-up by a filter would ask for.
type Extent struct {
	OrgID       id.ID                 `json:"org_id"`
	Count       int                   `json:"count" doc:"customers; at most one more than the limit"`
	Limit       int                   `json:"limit" doc:"of one look-up"`
	FilterWords []customer.FilterWord `json:"filter_words" nullable:"false"`
}

// Preview tells how many customers a filter chooses, and says it in words. Errors:
// validation, db.ErrOrgRequired.
func (s *Service) Preview(ctx context.Context, f customer.Filter) (e Extent, err error) {
	who, err := access.Allow(ctx, PermAsk)
	if err != nil {
		return e, err
	}
	if e.OrgID, err = who.Scope.One(f.OrgID); err != nil {
		return e, err
	}
	return e, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := ruleTx(tx, e.OrgID)
		if err != nil {
			return err
		}
		chosen, err := s.Customers.ChosenTx(tx, e.OrgID, f, r.MaxRecords+1)
		if err != nil {
			return err
		}
		e.Count, e.Limit = len(chosen), r.MaxRecords
		e.FilterWords, err = s.Customers.FilterWordsTx(tx, e.OrgID, f)
		return err
	})
}

// Looks lists what was seen on a look-up, the newest first. Error: db.ErrNotFound.
func (s *Service) Looks(ctx context.Context, i id.ID, p customer.Page) (all []customer.Look, next string, err error) {
	who, err := access.Allow(ctx, PermLooks)
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		d, err := s.readableTx(tx, who, i)
		if err != nil {
			return err
		}
		all, next, err = s.Customers.LooksTx(tx, d.OrgID, d.basis(), p)
		return err
	})
	return all, next, err
}

// Mine lists the caller's own look-ups, the newest first; List lists everybody's.
func (s *Service) Mine(ctx context.Context, f Filter, p customer.Page) ([]Lookup, string, error) {
	return s.list(ctx, PermMine, f, p)
}

// List lists everybody's look-ups, the newest first.
func (s *Service) List(ctx context.Context, f Filter, p customer.Page) ([]Lookup, string, error) {
	return s.list(ctx, PermList, f, p)
}

func (s *Service) list(ctx context.Context, permission string, f Filter, p customer.Page) (all []Lookup, next string, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return nil, "", err
	}
	from := new(position)
	if ok, err := s.Cursors.Decode(permission, p.Cursor, (*int64)(&from.AskedAt), &from.ID); err != nil {
		return nil, "", err
	} else if !ok {
		from = nil
	}
	q := new(db.Query)
	if permission == PermMine {
		q.Where("user_id = ?", who.UserID)
	}
	all = []Lookup{}
	scope := who.Scope.Narrow(f.OrgID)
	if len(scope.Orgs()) == 0 {
		return all, "", nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		f.where(q, tx.Now())
		rows, err := listLookups(tx, scope, q, from, p.Limit+1)
		if err != nil {
			return err
		}
		if len(rows) > p.Limit {
			rows = rows[:p.Limit]
			last := rows[p.Limit-1]
			if next, err = s.Cursors.Encode(permission, int64(last.AskedAt), last.ID); err != nil {
				return err
			}
		}
		all = slices.Grow(all, len(rows))
		for _, r := range rows {
			l, err := s.openedTx(tx, r)
			if err != nil {
				return err
			}
			all = append(all, l)
		}
		return nil
	})
	return all, next, err
}
