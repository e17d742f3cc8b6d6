package proposal

import (
	"context"
	"errors"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// View is a reader's share of the proposals.
type View string

// The views: what one proposed, what waits for one's endorsement or decision, and
// what is decided.
const (
	Mine      View = "mine"
	ToEndorse View = "endorse"
	ToDecide  View = "decide"
	Decided   View = "decided"
)

// Filter chooses proposals.
type Filter struct {
	OrgID      id.ID `query:"org_id"`
	CustomerID id.ID `query:"customer_id"`
	View       View  `query:"view" enum:"mine,endorse,decide,decided"`
	State      State `query:"state" enum:"submitted,returned,endorsed,accepted,partly,rejected,withdrawn"`
}

// query is the filter in the caller's scope, with what he may see.
func (f Filter) query(who access.Who) (*db.Query, db.Scope) {
	q, scope := new(db.Query), who.Scope.Narrow(f.OrgID)
	if !f.CustomerID.IsZero() {
		q.Where("customer_id = ?", f.CustomerID)
	}
	if f.State != "" {
		q.Where("state = ?", f.State)
	}
	switch f.View {
	case Mine:
		return q.Where("proposer_id = ?", who.UserID), scope
	case ToEndorse:
		return waiting(q, who, Submitted, PermEndorse, scope)
	case ToDecide:
		return waiting(q.Where("endorser_id <> ?", who.UserID), who, Endorsed, PermDecide, scope)
	case Decided:
		db.In(q, "state", decided)
	}
	seen := reviews(who.Caller)
	if foreign := slices.ContainsFunc(scope.Orgs(), func(o id.ID) bool { return !seen.Has(o) }); !foreign {
		return q, scope
	}
	if len(seen.Orgs()) == 0 {
		return q.Where("proposer_id = ?", who.UserID), scope
	}
	marks, args := "", []any{who.UserID}
	for i, o := range seen.Orgs() {
		if i > 0 {
			marks += ", "
		}
		marks, args = marks+"?", append(args, o)
	}
	return q.Where("(proposer_id = ? OR org_id IN ("+marks+"))", args...), scope
}

// waiting chooses what waits for somebody with a permission, who is not its
// proposer.
func waiting(q *db.Query, who access.Who, state State, permission string, scope db.Scope) (*db.Query, db.Scope) {
	may, _ := who.May(permission)
	within := slices.DeleteFunc(slices.Clone(scope.Orgs()), func(o id.ID) bool { return !may.Scope.Has(o) })
	return q.Where("state = ?", state).Where("proposer_id <> ?", who.UserID), db.ScopeOf(within...)
}

// List lists proposals the caller may see, the newest first.
func (s *Service) List(ctx context.Context, f Filter, cursor string, limit int) (all []Proposal, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	const list = "proposal.list"
	var before id.ID
	if _, err := s.Cursors.Decode(list, cursor, &before); err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		q, scope := f.query(who)
		if len(scope.Orgs()) == 0 {
			all = []Proposal{}
			return nil
		}
		rows, err := listProposals(tx, scope, q, before, limit+1)
		if err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			if next, err = s.Cursors.Encode(list, rows[limit-1].ID); err != nil {
				return err
			}
		}
		all, err = s.namedTx(tx, who, rows)
		return err
	})
	return all, next, err
}

// namedTx makes rows readable, with the names of the customers as the caller may
// see them.
func (s *Service) namedTx(tx *db.Tx, who access.Who, rows []row) ([]Proposal, error) {
	var customers []id.ID
	for _, r := range rows {
		if !r.CustomerID.IsZero() {
			customers = append(customers, r.CustomerID)
		}
	}
	refs, err := s.Customers.RefsTx(tx, who.Scope, customers...)
	if err != nil {
		return nil, err
	}
	sight, all := customer.SightOf(tx.Context()), make([]Proposal, len(rows))
	for i, r := range rows {
		if all[i], err = r.proposal(); err != nil {
			return nil, err
		}
		if ref, known := refs[r.CustomerID]; known {
			all[i].CustomerNo, all[i].CustomerName = ref.CustomerNo, sight.Name(ref.OrgID, ref.ID, ref.Kind, ref.Name)
			continue
		}
		if err := s.nameNewTx(tx, who, sight, r, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// nameNewTx names a customer who is not made; his proposer typed the name himself.
func (s *Service) nameNewTx(tx *db.Tx, who access.Who, sight customer.Sight, r row, p *Proposal) error {
	b, err := s.openTx(tx, r)
	if err != nil {
		return err
	}
	kind, name := b.Alteration.Named()
	if p.CustomerName = name; r.ProposerID != who.UserID {
		p.CustomerName = sight.Name(r.OrgID, id.ID{}, kind, name)
	}
	return nil
}

// Get gives a whole proposal. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return Detail{}, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.detailTx(tx, who, i); return err })
}

func (s *Service) detailTx(tx *db.Tx, who access.Who, i id.ID) (d Detail, err error) {
	r, err := findTx(tx, who, i)
	if err != nil {
		return Detail{}, err
	}
	named, err := s.namedTx(tx, who, []row{r})
	if err != nil {
		return Detail{}, err
	}
	d = Detail{Proposal: named[0], Items: []Item{}, May: may(who, r)}
	b, err := s.openTx(tx, r)
	if errors.Is(err, crypt.ErrSealed) {
		d.Erased, d.May = true, []string{}
		return d, nil
	}
	if err != nil {
		return Detail{}, err
	}
	d.Reason, d.Returned = b.Input.Reason, b.Returned
	var typed map[string]bool
	if r.ProposerID == who.UserID {
		d.Input, typed = &b.Input, b.Input.typed()
	}
	if d.CustomerVersion, err = s.versionTx(tx, r); err != nil {
		return Detail{}, err
	}
	altered, err := s.Customers.CompareTx(tx, customer.SightOf(tx.Context()), b.Alteration, r.State.live(), typed)
	for _, a := range altered {
		d.Items = append(d.Items, Item{a, b.verdict(a.Key)})
	}
	return d, err
}

func (b body) verdict(key string) *Verdict {
	if i := slices.IndexFunc(b.Verdicts, func(v Verdict) bool { return v.Key == key }); i >= 0 {
		return &b.Verdicts[i]
	}
	return nil
}

func (s *Service) versionTx(tx *db.Tx, r row) (int64, error) {
	if r.CustomerID.IsZero() {
		return 0, nil
	}
	refs, err := s.Customers.RefsTx(tx, db.ScopeOf(r.OrgID), r.CustomerID)
	return refs[r.CustomerID].Version, err
}

// may is what the caller may do with a proposal.
func may(who access.Who, r row) []string {
	deeds := []string{}
	add := func(ok bool, deed string) {
		if ok {
			deeds = append(deeds, deed)
		}
	}
	judges := func(permission string, after ...id.ID) bool {
		w, _ := who.May(permission)
		himself := func(user id.ID) bool { return w.Oneself(user, r.OrgID) }
		return w.Scope.Has(r.OrgID) && !slices.ContainsFunc(append(after, r.ProposerID), himself)
	}
	proposes, _ := who.May(PermCreate)
	own := r.ProposerID == who.UserID && proposes.Scope.Has(r.OrgID)
	add(own && r.State == Returned, "correct")
	add(own && r.State.live(), "withdraw")
	endorses := r.State == Submitted && judges(PermEndorse)
	add(endorses, "endorse")
	add(endorses, "return")
	add(r.State == Endorsed && judges(PermDecide, r.EndorserID), "decide")
	return deeds
}

// Counts is how many proposals wait, at most maxCount of each.
type Counts struct {
	Mine    int `json:"mine" doc:"one's own that were sent back"`
	Endorse int `json:"endorse"`
	Decide  int `json:"decide"`
}

const maxCount = 100

// Counts counts what waits for the caller.
func (s *Service) Counts(ctx context.Context, company id.ID) (c Counts, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return Counts{}, err
	}
	return c, s.DB.Read(ctx, func(tx *db.Tx) error {
		for n, f := range map[*int]Filter{&c.Mine: {View: Mine, State: Returned}, &c.Endorse: {View: ToEndorse}, &c.Decide: {View: ToDecide}} {
			f.OrgID = company
			q, scope := f.query(who)
			if *n, err = countProposals(tx, scope, q, maxCount); err != nil {
				return err
			}
		}
		return nil
	})
}
