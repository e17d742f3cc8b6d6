package access

import (
	"cmp"
	"errors"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// NamesTx gives the names of users by their identifiers, for modules that show
// who is in charge. Unknown ones are missing.
func (s *Service) NamesTx(tx *db.Tx, users []id.ID) (map[id.ID]string, error) {
	names := make(map[id.ID]string, len(users))
	if len(users) == 0 {
		return names, nil
	}
	rows, err := userNames(tx, users)
	for _, u := range rows {
		names[u.ID] = u.Name
	}
	return names, err
}

// TeamTx are the users, left ones too, who are at home in the organisation of the
// caller or below it, as far as a permission of his reaches; not he himself. By name.
func (s *Service) TeamTx(tx *db.Tx, who Who, limit int) ([]Colleague, error) {
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	var homes []id.ID
	for _, o := range tree.Subtree(who.HomeOrgID) {
		if who.Nodes.Has(o.ID) {
			homes = append(homes, o.ID)
		}
	}
	users, err := listUsers(tx, db.ScopeOf(homes...), UserFilter{Limit: limit})
	team := make([]Colleague, 0, len(users))
	for _, u := range users {
		if u.ID != who.UserID {
			team = append(team, Colleague{u.ID, u.Name, u.Login, u.HomeOrgID})
		}
	}
	slices.SortStableFunc(team, func(a, b Colleague) int {
		return cmp.Compare(cn.SortKey(a.Name, cn.PersonName), cn.SortKey(b.Name, cn.PersonName))
	})
	return team, err
}

// HoldTx keeps others who hold the user from going on until the transaction ends:
// what is counted of his is then complete.
func (s *Service) HoldTx(tx *db.Tx, user id.ID) error { return holdUser(tx, user) }

// ReachesTx tells whether a user is active and holds a permission in an organisation:
// what is handed to somebody must be his to see.
func (s *Service) ReachesTx(tx *db.Tx, user id.ID, permission string, organisation id.ID) (bool, error) {
	u, err := userAnywhere(tx, user)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	c, err := s.callerTx(tx, u, id.ID{})
	if err != nil || !u.Active {
		return false, err
	}
	who, _ := c.May(permission)
	return who.Nodes.Has(organisation), nil
}

// ActingTx gives an active user with the rights he has now, for what is done later than
// he asked for it. Error: ErrForbidden when he is not active any more.
func (s *Service) ActingTx(tx *db.Tx, user id.ID) (*Caller, error) {
	u, err := userAnywhere(tx, user)
	if errors.Is(err, db.ErrNotFound) || err == nil && !u.Active {
		return nil, ErrForbidden
	}
	if err != nil {
		return nil, err
	}
	return s.callerTx(tx, u, id.ID{})
}

// maxHanded bounds how many people work is handed to.
const maxHanded = 50

// HoldersTx are the active users whom work that needs a permission in an organisation
// is handed to: those who hold it there or, if nobody does, nearest above; some are left out.
func (s *Service) HoldersTx(tx *db.Tx, permission string, organisation id.ID, except ...id.ID) (holders []id.ID, err error) {
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	roles, err := rolesWith(tx, permission)
	if err != nil {
		return nil, err
	}
	for at, known := tree.Get(organisation); known && len(holders) == 0; at, known = tree.Get(at.ParentID) {
		users, err := usersGranted(tx, roles, []id.ID{at.ID}, maxHanded)
		if err != nil {
			return nil, err
		}
		held, err := heldTx(tx, users...)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			who, _ := NewCaller(User{ID: u}, tree, running(held[u], tx.Now())...).May(permission)
			if who.Nodes.Has(organisation) && !slices.Contains(except, u) {
				holders = append(holders, u)
			}
		}
	}
	return holders, nil
}

// rolesWith are the roles that hold a permission.
func rolesWith(tx *db.Tx, permission string) ([]id.ID, error) {
	all, err := allRoles(tx)
	roles := []id.ID{}
	for _, r := range all {
		if r.RetiredAt == 0 && r.Permissions.Allow(permission) {
			roles = append(roles, r.ID)
		}
	}
	return roles, err
}

// Handed is somebody whom work is handed to, and a company he finds it in.
type Handed struct{ UserID, OrgID id.ID }

// AllHoldersTx are the active users who hold a permission anywhere, each once.
func (s *Service) AllHoldersTx(tx *db.Tx, permission string) (holders []Handed, err error) {
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	roles, err := rolesWith(tx, permission)
	if err != nil || len(roles) == 0 {
		return nil, err
	}
	seen := map[id.ID]bool{}
	for _, o := range tree.All() {
		company, ok := taskCompany(tree, o.ID)
		if !ok {
			continue
		}
		users, err := usersGranted(tx, roles, []id.ID{o.ID}, maxHanded)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			if !seen[u] {
				holders, seen[u] = append(holders, Handed{u, company}), true
			}
		}
	}
	return holders, nil
}

// Worker is somebody who holds a permission in a company.
type Worker struct {
	ID        id.ID  `db:"id" json:"id"`
	Name      string `db:"name" json:"name"`
	HomeOrgID id.ID  `db:"home_org_id" json:"unit_id" doc:"where he is at home"`
}

// maxWorkers bounds the people of a company that a module chooses among.
const maxWorkers = 500

// WorkersTx are the active users who hold a permission in a company, by a grant there
// or above, in the order of their identifiers.
func (s *Service) WorkersTx(tx *db.Tx, permission string, company id.ID) (all []Worker, err error) {
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	var nodes []id.ID
	for at, known := tree.Get(company); known; at, known = tree.Get(at.ParentID) {
		nodes = append(nodes, at.ID)
	}
	roles, err := rolesWith(tx, permission)
	if err != nil {
		return nil, err
	}
	users, err := usersGranted(tx, roles, nodes, maxWorkers)
	if err != nil || len(users) == 0 {
		return nil, err
	}
	held, err := heldTx(tx, users...)
	if err != nil {
		return nil, err
	}
	users = slices.DeleteFunc(users, func(u id.ID) bool {
		who, _ := NewCaller(User{ID: u}, tree, running(held[u], tx.Now())...).May(permission)
		return !who.Scope.Has(company)
	})
	return workersByID(tx, users)
}
