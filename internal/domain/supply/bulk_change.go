package supply

import (
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// CheckManyTx holds a batch to all rules without keeping it. Errors: those of
// CreateManyTx but for taken numbers.
func (s *Service) CheckManyTx(tx *db.Tx, org id.ID, b *Batch) error {
	b.begin(tx, org)
	return b.check(tx, org)
}

// AccountUpdate is a change of one account among many. Input tells from what is
// there what shall be; the number stays. Without a premise at is empty, and an
// address makes one.
type AccountUpdate struct {
	ID    id.ID
	Input func(now Account, at PremiseInput) (AccountInput, PremiseInput)
}

// AccountChange is what became of an AccountUpdate. As JSON it is what
// RestoreAccountsTx needs; it holds names and addresses.
type AccountChange struct {
	ID             id.ID        `json:"id"`
	Version        int64        `json:"version" doc:"after the change"`
	Changed        bool         `json:"changed"`
	Before         AccountInput `json:"before"`
	PremiseBefore  PremiseInput `json:"premise_before"`
	PremiseID      id.ID        `json:"premise_id,omitzero" doc:"the premise changed or made"`
	PremiseVersion int64        `json:"premise_version,omitempty"`
	PremiseMade    bool         `json:"premise_made,omitempty"`
	Err            error        `json:"-"`
}

// UpdateAccountsTx changes accounts of a company, with one audit entry. An update
// that breaks a rule or names an unknown account has its Err and changes nothing;
// the others go on; each account may come once. In a dry run nothing is written. done is in the order of
// updates.
func (s *Service) UpdateAccountsTx(tx *db.Tx, by audit.Actor, org id.ID, updates []AccountUpdate, dry bool) (done []AccountChange, err error) {
	w, err := s.loadAccounts(tx, org, pick(updates, func(u *AccountUpdate) id.ID { return u.ID }))
	if err != nil {
		return nil, err
	}
	done = make([]AccountChange, len(updates))
	plans := make([]accountPlan, len(updates))
	for i, u := range updates {
		plans[i] = w.plan(u)
		done[i] = AccountChange{ID: u.ID, Err: plans[i].err}
	}
	if !dry {
		if err := holdPlans(tx, org, plans); err != nil {
			return nil, err
		}
	}
	if err := s.settlePlans(tx, org, plans); err != nil {
		return nil, err
	}
	var changed []id.ID
	gains := stockGains{}
	for i := range plans {
		done[i] = plans[i].change()
		if !done[i].Changed || dry {
			continue
		}
		if err := s.keepPlan(tx, by, w, &plans[i], &done[i]); err != nil {
			return nil, err
		}
		changed = append(changed, done[i].ID)
		gains.move(&plans[i].before, &plans[i].after)
	}
	if len(changed) == 0 {
		return done, nil
	}
	if err := errors.Join(gains.keepTx(tx, org), s.reindexPlans(tx, org, plans)); err != nil {
		return nil, err
	}
	return done, s.recordBatchTx(tx, by, org, PermUpdate, objectAccount, map[string]int{"accounts": len(changed)}, changed)
}

// loaded are accounts with their premises.
type loaded struct {
	accounts map[id.ID]Account
	premises map[id.ID]Premise
}

func (s *Service) loadAccounts(tx *db.Tx, org id.ID, ids []id.ID) (w loaded, err error) {
	list, err := accounts.some(tx, org, distinct(ids))
	if err != nil {
		return w, err
	}
	w.premises, err = s.premisesTx(tx, org, pick(list, func(a *Account) id.ID { return a.PremiseID }))
	w.accounts, _ = byID(list, nil)
	return w, err
}

// accountPlan is an account and its premise before and after a change.
type accountPlan struct {
	before, after Account
	home, at      Premise // at has no ID while it is to be made
	err           error
}

func (w loaded) plan(u AccountUpdate) (p accountPlan) {
	var known bool
	if p.before, known = w.accounts[u.ID]; !known {
		p.err = db.ErrNotFound
		return p
	}
	p.after, p.home = p.before, w.premises[p.before.PremiseID]
	p.at = p.home
	p.after.AccountInput, p.at.PremiseInput = u.Input(p.before, p.home.PremiseInput)
	p.after.AccountNo = p.before.AccountNo
	p.after.complete()
	p.at.complete()
	p.err = p.validate()
	return p
}

func (p *accountPlan) validate() error {
	if err := p.after.validate(); err != nil || !p.moves() {
		return err
	}
	return p.at.validate()
}

// moves tells whether the premise is changed or made.
func (p *accountPlan) moves() bool { return p.at.PremiseInput != p.home.PremiseInput }

func (p *accountPlan) change() AccountChange {
	c := AccountChange{ID: p.before.ID, Version: p.before.Version, Before: p.before.AccountInput, PremiseBefore: p.home.PremiseInput, Err: p.err}
	c.Changed = p.err == nil && (p.after.AccountInput != p.before.AccountInput || p.moves())
	return c
}

// holdPlans keeps the customers and districts of plans as they are until the
// transaction ends.
func holdPlans(tx *db.Tx, org id.ID, plans []accountPlan) error {
	if err := holdCustomers(tx, org, pick(plans, func(p *accountPlan) id.ID { return p.after.CustomerID })...); err != nil {
		return err
	}
	return districts.hold(tx, tx.Dialect().ForShare(), org, distinct(pick(plans, func(p *accountPlan) id.ID { return p.after.DistrictID })))
}

// settlePlans fills in lines and refuses unknown districts, lines and customers.
func (s *Service) settlePlans(tx *db.Tx, org id.ID, plans []accountPlan) error {
	there, err := placesOf(tx, org, pick(plans, func(p *accountPlan) id.ID { return p.after.DistrictID }), pick(plans, func(p *accountPlan) id.ID { return p.after.LineID }))
	if err != nil {
		return err
	}
	owners, err := s.Customers.RefsTx(tx, db.ScopeOf(org), distinct(pick(plans, func(p *accountPlan) id.ID { return p.after.CustomerID }))...)
	if err != nil {
		return err
	}
	for i := range plans {
		p := &plans[i]
		if p.err != nil {
			continue
		}
		var v fault.Validation
		there.fill(&v, "", p.after.DistrictID, &p.after.LineID)
		owner, known := owners[p.after.CustomerID]
		v.Check(p.after.CustomerID.IsZero() || p.after.CustomerID == p.before.CustomerID || known && owner.Status != customer.Merged, "customer_id", "unknown_reference")
		v.Check(owner.Status != customer.Closed || !p.after.opens(&p.before), "customer_id", "no_such")
		if err := s.checkUnit(tx, &v, org, p.after.UnitID); err != nil {
			return err
		}
		p.err = v.Err()
	}
	return nil
}

// keepPlan writes a change and notes in c what is needed to take it back.
func (s *Service) keepPlan(tx *db.Tx, by audit.Actor, w loaded, p *accountPlan, c *AccountChange) error {
	if p.moves() {
		c.PremiseMade = p.at.ID.IsZero()
		if err := s.keepPremise(tx, w, p); err != nil {
			return err
		}
		c.PremiseID, c.PremiseVersion = p.at.ID, p.at.Version
	}
	p.after.UpdatedAt = tx.Now()
	if err := accounts.update(tx, &p.after); err != nil {
		return err
	}
	c.Version = p.after.Version
	if err := moved(tx, &p.before, &p.after); err != nil {
		return err
	}
	return s.Customers.TimelineTx(tx, accountEvents(by, &p.before, &p.after)...)
}

// keepPremise makes the premise of a plan, or changes it: an account of the same
// house may have done so before.
func (s *Service) keepPremise(tx *db.Tx, w loaded, p *accountPlan) error {
	if p.at.ID.IsZero() {
		p.at.begin(tx, p.after.OrgID)
		p.after.PremiseID = p.at.ID
		if err := s.sealNote(tx, &p.at); err != nil {
			return err
		}
		return premises.insert(tx, &p.at)
	}
	now := w.premises[p.at.ID]
	p.at.Version, p.at.UpdatedAt = now.Version, tx.Now()
	if now.PremiseInput == p.at.PremiseInput {
		return nil
	}
	if err := s.sealNote(tx, &p.at); err != nil {
		return err
	}
	if err := premises.update(tx, &p.at); err != nil {
		return err
	}
	w.premises[p.at.ID] = p.at
	return nil
}

func (s *Service) reindexPlans(tx *db.Tx, org id.ID, plans []accountPlan) error {
	var ids, homes []id.ID
	for i := range plans {
		p := &plans[i]
		if p.err == nil && (p.moves() || p.before.CustomerID != p.after.CustomerID || p.before.PremiseID != p.after.PremiseID) {
			ids, homes = append(ids, p.before.CustomerID, p.after.CustomerID), append(homes, p.home.ID)
		}
	}
	neighbours, err := customersAt(tx, org, homes...)
	if err != nil {
		return err
	}
	return s.Customers.ReindexTx(tx, org, distinct(append(ids, neighbours...))...)
}

// RestoreAccountsTx takes changes of UpdateAccountsTx back where nobody changed
// the account or its premise since; kept are the others.
func (s *Service) RestoreAccountsTx(tx *db.Tx, by audit.Actor, org id.ID, done []AccountChange) (kept []id.ID, err error) {
	w, err := s.loadAccounts(tx, org, pick(done, func(c *AccountChange) id.ID { return c.ID }))
	if err != nil {
		return nil, err
	}
	var updates []AccountUpdate
	var orphans []id.ID
	for _, c := range done {
		if w.worked(c) {
			kept = append(kept, c.ID)
			continue
		}
		updates = append(updates, AccountUpdate{ID: c.ID, Input: c.restore})
		if c.PremiseMade {
			orphans = append(orphans, c.PremiseID)
		}
	}
	restored, err := s.UpdateAccountsTx(tx, by, org, updates, false)
	if err != nil {
		return nil, err
	}
	for _, r := range restored {
		if errors.Is(r.Err, fault.New(fault.Invalid, fault.CodeInvalid)) { // what it referred to is gone
			kept = append(kept, r.ID)
		}
	}
	return kept, removeOrphans(tx, org, orphans)
}

// worked tells whether somebody changed the account since, or its premise to
// something else than it was.
func (w loaded) worked(c AccountChange) bool {
	now, there := w.accounts[c.ID]
	if !there || now.Version != c.Version {
		return true
	}
	if c.PremiseID.IsZero() {
		return false
	}
	at := w.premises[c.PremiseID]
	return now.PremiseID != c.PremiseID || at.Version != c.PremiseVersion && at.PremiseInput != c.PremiseBefore
}

func (c AccountChange) restore(_ Account, at PremiseInput) (AccountInput, PremiseInput) {
	if c.PremiseMade {
		return c.Before, at
	}
	return c.Before, c.PremiseBefore
}

// RemoveAccountsTx unmakes accounts that CreateManyTx made, with their points,
// meters and premises, where all of them are as they were made and nothing refers
// to them; kept are the others. owners are the customers of the removed ones: the
// caller reindexes those who stay. One audit entry tells of all.
func (s *Service) RemoveAccountsTx(tx *db.Tx, by audit.Actor, org id.ID, made []id.ID) (kept, owners []id.ID, err error) {
	var removed []id.ID
	err = inChunks(made, func(part []id.ID) error {
		stay, err := touched(tx, org, part)
		if err != nil {
			return err
		}
		gone := missing(stay, part)
		for i := range stay {
			kept = append(kept, i)
		}
		removed = append(removed, gone...)
		had, err := unmake(tx, org, gone)
		owners = append(owners, had...)
		return err
	})
	if err != nil || len(removed) == 0 {
		return kept, nil, err
	}
	return kept, distinct(owners), s.recordBatchTx(tx, by, org, PermRemove, objectAccount, map[string]int{"accounts": len(removed)}, removed)
}
