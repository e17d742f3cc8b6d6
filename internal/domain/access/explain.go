package access

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Reason is a grant that gives a permission somewhere, or gave or will give it.
type Reason struct {
	GrantID    id.ID        `json:"grant_id"`
	RoleID     id.ID        `json:"role_id"`
	NameZh     string       `json:"name_zh"`
	NameEn     string       `json:"name_en"`
	OrgID      id.ID        `json:"org_id" doc:"where the role is granted, with all below"`
	Way        []string     `json:"way" nullable:"false" doc:"that organisation's name, behind those above it"`
	From       when.Instant `json:"from,omitzero"`
	Until      when.Instant `json:"until,omitzero"`
	State      GrantState   `json:"state" enum:"coming,running,ended,retired"`
	AbsenceID  id.ID        `json:"absence_id,omitzero"`
	AbsentID   id.ID        `json:"absent_id,omitzero" doc:"for whom the role is held while he is away"`
	AbsentName string       `json:"absent_name,omitempty"`
}

func (h Held) reason(tree *org.Tree, now when.Instant) Reason {
	return Reason{GrantID: h.GrantID, RoleID: h.RoleID, NameZh: h.NameZh, NameEn: h.NameEn, OrgID: h.OrgID, Way: way(tree, h.OrgID), From: h.From, Until: h.Until,
		State: h.state(now), AbsenceID: h.Absent.AbsenceID, AbsentID: h.Absent.UserID, AbsentName: h.Absent.Name}
}

// way names an organisation behind those above it.
func way(tree *org.Tree, o id.ID) []string {
	names := []string{}
	for _, i := range above(tree, o) {
		at, _ := tree.Get(i)
		names = append(names, at.Name)
	}
	slices.Reverse(names)
	return names
}

// Question is what somebody wants explained.
type Question struct {
	UserID      id.ID
	Permissions []string
	OrgID       id.ID
	ObjectType  string // with ObjectID: a record; its company is asked about
	ObjectID    id.ID
}

// Answer tells whether a user holds a permission, and why.
type Answer struct {
	Permission string   `json:"permission"`
	Allowed    bool     `json:"allowed"`
	Reasons    []Reason `json:"reasons" nullable:"false" doc:"the grants that reach there: those running give it, the others do not"`
}

// Explanation answers a question.
type Explanation struct {
	User    Colleague    `json:"user"`
	Active  bool         `json:"active" doc:"a stopped user may do nothing, whatever he holds"`
	OrgID   id.ID        `json:"org_id"`
	Way     []string     `json:"way" nullable:"false"`
	At      when.Instant `json:"at"`
	Answers []Answer     `json:"answers" nullable:"false"`
	// Openings stand beside the grants: they show what is masked otherwise.
	Openings []Opened `json:"openings" nullable:"false" doc:"on what else personal data of the record are shown whole to the user now"`
}

// Opened tells on what personal data of a record are open for a user for a time.
type Opened struct {
	Type      string       `json:"type" enum:"lookup,emergency,reception,case"`
	ID        id.ID        `json:"id"`
	No        string       `json:"no,omitempty" doc:"number of a case"`
	Fields    []string     `json:"fields" nullable:"false" doc:"these alone; none: all that are confidential; words: lookup.field.NAME"`
	Sensitive bool         `json:"sensitive" doc:"sensitive fields too"`
	From      when.Instant `json:"from"`
	Until     when.Instant `json:"until,omitzero" doc:"absent: as long as what it stands on"`
	AbsentID  id.ID        `json:"absent_id,omitzero" doc:"for whom he stands in"`
	Absent    string       `json:"absent_name,omitempty"`
}

// Objects tells where a record is. Its modules are later ones; app fills it.
type Objects interface {
	// CompanyTx gives the company of a record in the scope. Errors: db.ErrNotFound,
	// also for a kind of record that is not known.
	CompanyTx(tx *db.Tx, scope db.Scope, kind string, i id.ID) (id.ID, error)
	// OpenedTx tells what of a record is open for a user; absent are those for whom he
	// holds a permission while they are away.
	OpenedTx(tx *db.Tx, q Question, absent func(permission string) []id.ID) ([]Opened, error)
}

// SetObjects wires what knows the records; app calls it once before serving.
func (s *Service) SetObjects(o Objects) { s.objects = o }

// Explain tells whether a user holds permissions in an organisation, and by which
// grants. Permission: access.explain. Errors: validation, db.ErrNotFound.
func (s *Service) Explain(ctx context.Context, q Question) (e Explanation, err error) {
	who, err := Allow(ctx, PermExplain)
	if err != nil {
		return e, err
	}
	var v fault.Validation
	v.Check(!q.UserID.IsZero(), "user_id", "required")
	v.Check(len(q.Permissions) > 0, "permission", "required")
	v.Check(!q.OrgID.IsZero() || !q.ObjectID.IsZero(), "org_id", "required")
	for _, p := range q.Permissions {
		v.Check(isPermission(p), "permission", "access.permission_unknown", "permission", p)
	}
	if err := v.Err(); err != nil {
		return e, err
	}
	return e, s.db.Read(ctx, func(tx *db.Tx) error { e, err = s.explainTx(tx, who, q); return err })
}

func (s *Service) explainTx(tx *db.Tx, who Who, q Question) (e Explanation, err error) {
	if !q.ObjectID.IsZero() {
		if q.OrgID, err = s.objects.CompanyTx(tx, who.Scope, q.ObjectType, q.ObjectID); err != nil {
			return e, err
		}
	}
	if !who.Nodes.Has(q.OrgID) {
		return e, db.ErrNotFound
	}
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return e, err
	}
	u, err := userAnywhere(tx, q.UserID)
	if err != nil {
		return e, err
	}
	held, err := heldTx(tx, u.ID)
	if err != nil {
		return e, err
	}
	if !who.Nodes.Has(u.HomeOrgID) && !slices.ContainsFunc(held[u.ID], func(h Held) bool { return meets(tree, who.Nodes, h.OrgID) }) {
		return e, db.ErrNotFound
	}
	e = Explanation{User: Colleague{u.ID, u.Name, u.Login, u.HomeOrgID}, Active: u.Active, OrgID: q.OrgID, Way: way(tree, q.OrgID), At: tx.Now()}
	there := above(tree, q.OrgID)
	for _, p := range q.Permissions {
		a := Answer{Permission: p, Reasons: []Reason{}}
		for _, h := range held[u.ID] {
			if h.Patterns.Allow(p) && slices.Contains(there, h.OrgID) {
				a.Reasons = append(a.Reasons, h.reason(tree, tx.Now()))
				a.Allowed = a.Allowed || u.Active && h.state(tx.Now()) == Running
			}
		}
		e.Answers = append(e.Answers, a)
	}
	e.Openings, err = s.openingsTx(tx, q, u.Active, held[u.ID])
	return e, err
}

// openingsTx tells what of the record that is asked about is open for its user.
func (s *Service) openingsTx(tx *db.Tx, q Question, active bool, held []Held) ([]Opened, error) {
	all := []Opened{}
	if q.ObjectID.IsZero() || !active {
		return all, nil
	}
	opened, err := s.objects.OpenedTx(tx, q, func(permission string) []id.ID { return absentAmong(held, permission, tx.Now()) })
	for _, o := range opened {
		for _, h := range held {
			if h.Absent.UserID == o.AbsentID && !o.AbsentID.IsZero() {
				o.Absent = h.Absent.Name
			}
		}
		all = append(all, o)
	}
	return all, err
}

// absentAmong are those for whom a permission is held now.
func absentAmong(held []Held, permission string, now when.Instant) (all []id.ID) {
	for _, h := range held {
		if !h.Absent.UserID.IsZero() && h.state(now) == Running && h.Patterns.Allow(permission) && !slices.Contains(all, h.Absent.UserID) {
			all = append(all, h.Absent.UserID)
		}
	}
	return all
}

// People finds users about whom the caller may ask, by a fragment of name or login:
// those at home in his organisations, and those whose grants reach there.
// Permission: access.explain.
func (s *Service) People(ctx context.Context, fragment string) (found []Colleague, err error) {
	who, err := Allow(ctx, PermExplain)
	if err != nil {
		return nil, err
	}
	found = []Colleague{}
	return found, s.db.Read(ctx, func(tx *db.Tx) error {
		tree, err := s.orgs.TreeTx(tx)
		if err != nil {
			return err
		}
		f := UserFilter{Search: fragment, Limit: maxColleagues}
		users, err := listUsers(tx, who.Nodes, f)
		if err != nil {
			return err
		}
		others, err := usersReaching(tx, nil, around(tree, who.Nodes.Orgs()...), f)
		for _, u := range append(users, others...) {
			c := Colleague{u.ID, u.Name, u.Login, u.HomeOrgID}
			if !slices.Contains(found, c) && len(found) < maxColleagues {
				found = append(found, c)
			}
		}
		return err
	})
}

// around are organisations with all above them and below.
func around(tree *org.Tree, orgs ...id.ID) []id.ID {
	all := map[id.ID]bool{}
	for _, o := range orgs {
		for _, i := range above(tree, o) {
			all[i] = true
		}
		for _, below := range tree.Subtree(o) {
			all[below.ID] = true
		}
	}
	list := make([]id.ID, 0, len(all))
	for i := range all {
		list = append(list, i)
	}
	slices.SortFunc(list, id.ID.Compare)
	return list
}
