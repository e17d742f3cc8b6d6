package customer

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// CheckStates tells for every person with unchecked entries how his log stands,
// the longest waiting first.
func (s *Service) CheckStates(ctx context.Context, company id.ID) (states []CheckState, err error) {
	who, err := access.Allow(ctx, PermReceptionCheck)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		scope := who.Scope.Narrow(company)
		visits, err := uncheckedVisits(tx, scope)
		if err != nil {
			return err
		}
		contacts, err := uncheckedContacts(tx, scope)
		if err != nil {
			return err
		}
		states = join(visits, contacts)
		for i := range states {
			states[i].judge(tx.Now())
		}
		return nil
	})
	return states, err
}

// join adds up what is unchecked of each person's visits and contacts.
func join(visits, contacts []uncheckedRow) []CheckState {
	states := []CheckState{}
	for _, r := range append(visits, contacts...) {
		i := slices.IndexFunc(states, func(c CheckState) bool { return c.OrgID == r.OrgID && c.ReceiverID == r.ReceiverID })
		if i < 0 {
			states = append(states, CheckState{OrgID: r.OrgID, ReceiverID: r.ReceiverID, ReceiverName: r.ReceiverName, OldestAt: r.OldestAt, CheckedAt: r.CheckedAt})
			i = len(states) - 1
		}
		c := &states[i]
		c.Unchecked += r.N
		c.Unfilled += r.Unfilled
		c.OldestAt = min(c.OldestAt, r.OldestAt)
	}
	slices.SortFunc(states, func(a, b CheckState) int { return int(max(a.OldestAt, a.CheckedAt) - max(b.OldestAt, b.CheckedAt)) })
	return states
}

// CheckLog records that the caller checked a person's log. Nobody checks his own.
// Errors: validation, ErrOwnLog, db.ErrKeyReused.
func (s *Service) CheckLog(ctx context.Context, key string, in CheckInput) (c LogCheck, err error) {
	who, err := access.Allow(ctx, PermReceptionCheck)
	if err != nil {
		return LogCheck{}, err
	}
	var v fault.Validation
	v.Check(!in.ReceiverID.IsZero(), "receiver_id", "required")
	if err := v.Err(); err != nil {
		return LogCheck{}, err
	}
	org, err := who.Scope.One(in.OrgID)
	if err != nil {
		return LogCheck{}, err
	}
	if who.Oneself(in.ReceiverID, org) {
		return LogCheck{}, ErrOwnLog
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		once := onceOf(who, owner{row: row{Base: Base{OrgID: org}}}, PermReceptionCheck, key, in)
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.checkLogTx(tx, who, org, in) })
		if err != nil {
			return err
		}
		r, err := checkByID(tx, org, made)
		if err == nil {
			c, err = s.openCheckTx(tx, r)
		}
		return err
	})
	return c, err
}

func (s *Service) checkLogTx(tx *db.Tx, who access.Who, org id.ID, in CheckInput) (id.ID, error) {
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return id.ID{}, err
	}
	r := checkRow{OrgID: org, ID: tx.NewID(), ReceiverID: in.ReceiverID, ThroughAt: tx.Now(), CheckedAt: tx.Now(), CheckedBy: who.UserID, CheckedName: who.Name}
	r.Remark = company.Own().Seal(remarkPlace(r.ID), in.Remark)
	if err := insertCheck(tx, r); err != nil {
		return id.ID{}, err
	}
	return r.ID, s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: PermReceptionCheck, ObjectType: "reception_check", ObjectID: r.ID, After: r.told(in.Remark)})
}

// told is a check as people read it.
func (r checkRow) told(remark string) LogCheck {
	return LogCheck{ID: r.ID, ReceiverID: r.ReceiverID, ThroughAt: r.ThroughAt, CheckedAt: r.CheckedAt, CheckedName: r.CheckedName, Remark: remark}
}

func (s *Service) openCheckTx(tx *db.Tx, r checkRow) (LogCheck, error) {
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return LogCheck{}, err
	}
	remark, err := company.Own().Open(remarkPlace(r.ID), r.Remark)
	return r.told(remark), err
}

// Checks lists the checks of a person's log, the newest first.
func (s *Service) Checks(ctx context.Context, company, receiver id.ID, p Page) (all []LogCheck, next string, err error) {
	who, err := access.Allow(ctx, PermReceptionList)
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var rows []checkRow
		q := new(db.Query).Where("receiver_id = ?", receiver)
		rows, next, err = newestBy[checkRow](tx, s.Cursors, "reception.checks "+receiver.String(), p, who.Scope.Narrow(company), q, selectOf(checkColumns, "reception_check"), "checked_at")
		if err != nil {
			return err
		}
		all = make([]LogCheck, len(rows))
		for i, r := range rows {
			if all[i], err = s.openCheckTx(tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	return all, next, err
}
