package feedback

import (
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// What who has an open case sees of its customer follows the rule of look-ups.
var _ lookup.Cases = (*Service)(nil)

// basisOf is the case as that on which somebody sees its customer.
func basisOf(c Case) customer.Basis {
	return customer.Basis{Type: customer.BasisCase, ID: c.ID, No: c.CaseNo}
}

// served tells whose customer is open by the case: its owner's, from when a unit has it
// until it has ended (A6). Who answered at once has heard it all.
func (c Case) served() (owner, of id.ID, is bool) {
	is = c.Open() && !c.UnitID.IsZero() && !c.OwnerID.IsZero() && !c.CustomerID.IsZero()
	return c.OwnerID, c.CustomerID, is
}

// serveTx opens the customer for who has the case now, and for nobody else.
func (w *work) serveTx() error {
	owner, of, is := w.served()
	hadOwner, hadOf, had := w.before.served()
	if is == had && (!is || owner == hadOwner && of == hadOf) {
		return nil
	}
	if had {
		if err := w.Customers.ShutTx(w.tx, w.OrgID, basisOf(w.Case)); err != nil {
			return err
		}
	}
	if !is {
		return nil
	}
	r, err := w.Lookups.RuleTx(w.tx, w.OrgID)
	if err != nil || len(r.CaseFields) == 0 {
		return err
	}
	if w.forHimself() {
		if within, err := w.withinTx(r.CaseOwnPerDay); err != nil || !within {
			return err // he asks for a look-up
		}
	}
	return w.Customers.OpenTx(w.tx, opening(w.Case, r.CaseFields, w.tx), of)
}

func opening(c Case, fields customer.FieldList, tx *db.Tx) customer.Opening {
	return customer.Opening{OrgID: c.OrgID, UserID: c.OwnerID, CustomerID: c.CustomerID, Basis: basisOf(c), Fields: fields, FromAt: tx.Now(), UntilAt: customer.Forever}
}

// forHimself tells whether the owner opens the customer for himself: he took the case in, or
// turned it to this customer.
func (w *work) forHimself() bool {
	return w.OwnerID == w.who.UserID && (w.RegistrarID == w.OwnerID || w.CustomerID != w.before.CustomerID)
}

// withinTx tells whether the caller may open one more customer for himself, and puts that
// down: nobody walks through the archive by cases he makes.
func (w *work) withinTx(limit int) (bool, error) {
	if err := w.Users.HoldTx(w.tx, w.who.UserID); err != nil {
		return false, err
	}
	n, err := ownOpened(w.tx, w.OrgID, w.who.UserID, w.tx.Now().Add(-24*time.Hour))
	if err != nil || n >= limit {
		return false, err
	}
	return true, w.happen(kindOpenOwn, Internal, Params{OwnerID: w.OwnerID}, Words{})
}

// CaseFieldsTx implements lookup.Cases. Cases that somebody took in himself open again
// only by a step that is counted.
func (s *Service) CaseFieldsTx(tx *db.Tx, org id.ID, before, after customer.FieldList) error {
	switch {
	case len(after) == 0:
		return s.Customers.ShutCasesTx(tx, org)
	case len(before) > 0:
		return s.Customers.NarrowCasesTx(tx, org, after)
	}
	var last id.ID
	for {
		rows, err := servedCases(tx, org, last, maxServed)
		if err != nil || len(rows) == 0 {
			return err
		}
		all := make([]customer.Opening, len(rows))
		for i, r := range rows {
			all[i], last = opening(r.Case, after, tx), r.ID
		}
		if err := s.Customers.OpenAllTx(tx, org, all); err != nil {
			return err
		}
	}
}

// maxServed is how many cases are opened at once.
const maxServed = 1000

// followTx has what cases opened follow their customer.
func (s *Service) followTx(tx *db.Tx, org id.ID, cases []id.ID) error {
	rows, err := casesByID(tx, org, cases)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if _, _, is := r.served(); !is {
			continue
		}
		if err := s.Customers.FollowTx(tx, org, basisOf(r.Case), r.CustomerID); err != nil {
			return err
		}
	}
	return nil
}

// works tells whether somebody has the case in his hands: he or one for whom he stands in
// owns it.
func works(who access.Who, permission string, c Case) bool {
	return !c.OwnerID.IsZero() && stands(who, permission, c.OwnerID)
}

// stands tells whether the caller is somebody, or holds a permission for him while he is
// away.
func stands(who access.Who, permission string, somebody id.ID) bool {
	if somebody == who.UserID {
		return true
	}
	for _, a := range who.StandsInFor(permission) {
		if a.Absent.UserID == somebody {
			return true
		}
	}
	return false
}

// mayChange tells whether the caller may change the facts of a case: he has it in his
// hands, his unit has it, he took it in and nobody accepted it yet, or he dispatches for
// the whole company.
func mayChange(who access.Who, units *org.Tree, c Case) bool {
	home, known := units.Get(who.HomeOrgID)
	waits := c.State == Registered || c.State == Dispatched
	switch {
	case !known, works(who, who.Permission, c), waits && !c.RegistrarID.IsZero() && stands(who, who.Permission, c.RegistrarID):
		return true
	case home.Level == org.Unit:
		return units.Within(c.UnitID, home.ID)
	}
	_, dispatches := reaches(who, PermDispatch, c.OrgID)
	return dispatches
}
