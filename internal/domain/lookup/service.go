package lookup

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Permissions of the module.
const (
	PermMine      = "lookup.mine"      // list one's own
	PermList      = "lookup.list"      // list everybody's
	PermGet       = "lookup.get"       // read one's own; with lookup.list everybody's
	PermLooks     = "lookup.looks"     // read what was seen on it
	PermAsk       = "lookup.ask"       // ask for one
	PermEmergency = "lookup.emergency" // look up at once
	PermDecide    = "lookup.decide"    // approve and refuse others'
	PermWithdraw  = "lookup.withdraw"
	PermStart     = "lookup.start"
	PermEnd       = "lookup.end"
	opPreview     = "lookup.preview"  // needs lookup.ask
	opTake        = "lookup.take"     // let a file or sheet leave; needs lookup.start
	PermReview    = "lookup.review"   // judge emergency look-ups of others
	PermTrace     = "lookup.trace"    // find who took what a serial number stands on
	PermRule      = "lookup.rule"     // read how long and how much
	PermSetRule   = "lookup.set_rule" // change it
	PermFields    = "lookup.fields"   // see how fields are classified
)

// maxRecords bounds the customers of a look-up whatever the rule says.
const maxRecords = 1000

// Deps are what the service is built from.
type Deps struct {
	DB        *db.DB
	Keys      *crypt.Keyring
	Audit     *audit.Log
	Users     *access.Service
	Tasks     *task.Service
	Calendars *calendar.Service
	Customers *customer.Service
	Jobs      *job.Queue
	Cursors   *page.Signer
	Text      func(lang, key string, params map[string]any) string
}

// Service keeps look-ups.
type Service struct {
	Deps
	cases Cases
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// Ask asks for a look-up; whoever may decide finds it in his tasks. Errors:
// validation, ErrNoDecider, db.ErrNotFound, db.ErrOrgRequired, db.ErrKeyReused.
func (s *Service) Ask(ctx context.Context, key string, in AskInput) (l Detail, err error) {
	who, err := access.Allow(ctx, PermAsk)
	if err != nil {
		return l, err
	}
	return s.make(ctx, who, key, in, func(tx *db.Tx) (made Lookup, customers []id.ID, err error) {
		org, customers, err := s.chooseTx(tx, who, &in)
		if err != nil {
			return made, nil, err
		}
		made = Lookup{OrgID: org, State: Requested, Purpose: in.Purpose, Sensitive: in.Sensitive, Uses: in.Uses, AskedMinutes: in.Minutes,
			Body: Body{Reason: strings.TrimSpace(in.Reason), Filter: in.Filter}}
		return made, customers, nil
	})
}

// Emergency opens customers at once for a short time, but for sensitive fields;
// whoever may decide has to review it. Errors: validation, ErrEmergencies,
// db.ErrNotFound, db.ErrKeyReused.
func (s *Service) Emergency(ctx context.Context, key string, in EmergencyInput) (l Detail, err error) {
	who, err := access.Allow(ctx, PermEmergency)
	if err != nil {
		return l, err
	}
	return s.make(ctx, who, key, in, func(tx *db.Tx) (made Lookup, customers []id.ID, err error) {
		var v fault.Validation
		checkReason(&v, in.Reason)
		if err := v.Err(); err != nil {
			return made, nil, err
		}
		org, err := s.companyOfTx(tx, who, in.CustomerIDs)
		if err != nil {
			return made, nil, err
		}
		r, err := ruleTx(tx, org)
		if err != nil {
			return made, nil, err
		}
		if customers, err = bounded(in.CustomerIDs, r.EmergencyRecords); err != nil {
			return made, nil, err
		}
		made = Lookup{OrgID: org, State: Running, Emergency: true, Uses: []Use{View}, AskedMinutes: r.EmergencyMinutes, GrantedMinutes: r.EmergencyMinutes,
			StartedAt: tx.Now(), UntilAt: tx.Now().Add(minutes(r.EmergencyMinutes)), ReviewRule: r.ref(), ReviewLimit: when.Limit{N: r.ReviewWithinDays, Unit: when.WorkingDays},
			Body: Body{Reason: strings.TrimSpace(in.Reason)}}
		return made, customers, nil
	})
}

// make keeps a new look-up once for a key.
func (s *Service) make(ctx context.Context, who access.Who, key string, in any, settle func(tx *db.Tx) (Lookup, []id.ID, error)) (d Detail, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return d, fmt.Errorf("lookup: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		l, customers, err := settle(tx)
		if err != nil {
			return err
		}
		once := db.Once{OrgID: l.OrgID, UserID: who.UserID, Action: who.Permission, Key: key, Body: body}
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.keepTx(tx, who, l, customers) })
		if err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, made)
		return err
	})
	if err == nil {
		s.Jobs.Wake()
	}
	return d, err
}

// boundTx refuses more emergencies in a day than the rule allows: nobody walks
// through the archive by them.
func (s *Service) boundTx(tx *db.Tx, who access.Who, l Lookup) error {
	if !l.Emergency {
		return nil
	}
	if err := s.Users.HoldTx(tx, who.UserID); err != nil {
		return err
	}
	r, err := ruleTx(tx, l.OrgID)
	if err != nil {
		return err
	}
	n, err := countEmergencies(tx, l.OrgID, who.UserID, tx.Now().Add(-hours(24)))
	if err == nil && n >= r.EmergencyPerDay {
		err = ErrEmergencies.With("limit", r.EmergencyPerDay)
	}
	return err
}

func (s *Service) keepTx(tx *db.Tx, who access.Who, l Lookup, customers []id.ID) (id.ID, error) {
	if err := s.boundTx(tx, who, l); err != nil {
		return id.ID{}, err
	}
	l.ID, l.UserID, l.UserName, l.AskedAt, l.RecordCount, l.Version = tx.NewID(), who.UserID, who.Name, tx.Now(), len(customers), 1
	if l.Emergency {
		due, calendar, err := s.Calendars.DueTx(tx, l.reviewCount())
		if err != nil {
			return id.ID{}, err
		}
		l.ReviewBy, l.ReviewCalendar = due.At, calendar
	}
	company, err := s.Keys.CompanyTx(tx, l.OrgID)
	if err != nil {
		return id.ID{}, err
	}
	r, err := l.row(company)
	if err != nil {
		return id.ID{}, err
	}
	if err := insertLookup(tx, r, customers); err != nil {
		return id.ID{}, err
	}
	if err := s.announceTx(tx, l); err != nil {
		return id.ID{}, err
	}
	if l.State == Running {
		if err := s.openTx(tx, l, customers); err != nil {
			return id.ID{}, err
		}
	}
	return l.ID, s.Audit.RecordTx(tx, audit.Change{OrgID: l.OrgID, Actor: who.Actor(), Action: who.Permission, ObjectType: object, ObjectID: l.ID,
		After: told{l, customers}})
}

// told is what the audit log keeps of a new look-up.
type told struct {
	Lookup
	Customers []id.ID `json:"customers"`
}

// chooseTx finds the customers that are asked for, and their company.
func (s *Service) chooseTx(tx *db.Tx, who access.Who, in *AskInput) (org id.ID, customers []id.ID, err error) {
	if in.Filter != nil {
		org, err = who.Scope.One(in.Filter.OrgID)
	} else {
		org, err = s.companyOfTx(tx, who, in.CustomerIDs)
	}
	if err != nil {
		return org, nil, err
	}
	r, err := ruleTx(tx, org)
	if err != nil {
		return org, nil, err
	}
	if err := in.validate(r.Rule); err != nil {
		return org, nil, err
	}
	customers = in.CustomerIDs
	if in.Filter != nil {
		if customers, err = s.Customers.ChosenTx(tx, org, *in.Filter, r.MaxRecords+1); err != nil {
			return org, nil, err
		}
	}
	customers, err = bounded(customers, r.MaxRecords)
	return org, customers, err
}

// bounded refuses none and too many.
func bounded(customers []id.ID, limit int) ([]id.ID, error) {
	customers = slices.Clone(customers)
	slices.SortFunc(customers, id.ID.Compare)
	customers = slices.Compact(customers)
	var v fault.Validation
	v.Check(len(customers) > 0, "customer_ids", "required")
	v.Check(len(customers) <= limit, "customer_ids", "too_many", "limit", limit)
	return customers, v.Err()
}

// companyOfTx is the one company of the customers, all of which the caller may ask
// for.
func (s *Service) companyOfTx(tx *db.Tx, who access.Who, customers []id.ID) (org id.ID, err error) {
	refs, err := s.Customers.RefsTx(tx, who.Scope, customers...)
	if err != nil {
		return org, err
	}
	var v fault.Validation
	for _, i := range customers {
		r, ok := refs[i]
		if !ok {
			return org, db.ErrNotFound
		}
		v.Check(org.IsZero() || org == r.OrgID, "customer_ids", "several_companies")
		org = r.OrgID
	}
	v.Check(len(customers) > 0, "customer_ids", "required")
	return org, v.Err()
}

// decidersTx are those who may decide about a look-up.
func (s *Service) decidersTx(tx *db.Tx, l Lookup) ([]id.ID, error) {
	return s.Users.HoldersTx(tx, PermDecide, l.OrgID, l.UserID)
}

// The kinds of tasks, and what they are about.
const (
	object       = "lookup"
	kindDecide   = "lookup.task_decide"
	kindReview   = "lookup.task_review"
	kindApproved = "lookup.task_approved"
	kindRefused  = "lookup.task_refused"
	kindObjected = "lookup.task_objected"
)

// announceTx puts a new look-up before those who decide, or review.
func (s *Service) announceTx(tx *db.Tx, l Lookup) error {
	deciders, err := s.decidersTx(tx, l)
	if err != nil {
		return err
	}
	if len(deciders) == 0 && !l.Emergency {
		return ErrNoDecider
	}
	n := task.New{OrgID: l.OrgID, Kind: kindDecide, ObjectType: object, ObjectID: l.ID, Params: map[string]any{"name": l.UserName, "n": l.RecordCount}}
	if l.Emergency {
		n.Kind, n.DueAt = kindReview, l.ReviewBy
	}
	for _, h := range deciders {
		n.AssigneeID = h
		if _, err := s.Tasks.CreateTx(tx, l.UserID, n); err != nil {
			return err
		}
	}
	return nil
}

// tellTx puts a notice into the asker's tasks.
func (s *Service) tellTx(tx *db.Tx, l Lookup, kind string, by string) error {
	n := task.New{OrgID: l.OrgID, Kind: kind, AssigneeID: l.UserID, ObjectType: object, ObjectID: l.ID, Params: map[string]any{"name": by, "minutes": l.GrantedMinutes}}
	if kind == kindApproved {
		n.DueAt = l.StartBy
	}
	_, err := s.Tasks.CreateTx(tx, l.DeciderID, n)
	return err
}

// doneTx takes what there was to do about a look-up out of the inboxes.
func (s *Service) doneTx(tx *db.Tx, l Lookup) error {
	return s.Tasks.FinishAllTx(tx, l.OrgID, object, l.ID)
}
