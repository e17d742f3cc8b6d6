package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// What everybody does about his own absences, and how the audit log calls it.
const (
	opAbsences      = "access.absences"
	opAbsenceCreate = "access.absence_create"
	opAbsenceEnd    = "access.absence_end"
	opAbsenceRoles  = "access.absence_roles"
	opColleagues    = "access.colleagues"
)

// mayDeputise is where the caller names deputies for others; nowhere is no error.
func mayDeputise(c *Caller) Who {
	who, _ := c.May(PermDeputise)
	return who
}

// Absences lists those in which the caller is absent or deputy and, with the
// permission access.deputise, those of others, newest first.
func (s *Service) Absences(ctx context.Context, before id.ID, limit int) (all []Absence, err error) {
	c, err := ready(ctx)
	if err != nil {
		return nil, err
	}
	return all, s.db.Read(ctx, func(tx *db.Tx) error {
		if all, err = listAbsences(tx, mayDeputise(c).Nodes, c.UserID, before, limit); err != nil {
			return err
		}
		return nameRoles(tx, all)
	})
}

// ready is the signed-in caller, of whom nothing is due.
func ready(ctx context.Context) (*Caller, error) {
	c, err := self(ctx)
	if err != nil {
		return nil, err
	}
	return c, c.Due.err()
}

func nameRoles(tx *db.Tx, all []Absence) error {
	roles, err := allRoles(tx)
	for i := range all {
		all[i].Roles = []RoleName{}
		for _, r := range roles {
			if slices.Contains(all[i].RoleIDs, r.ID) {
				all[i].Roles = append(all[i].Roles, RoleName{r.ID, r.Code, r.NameZh, r.NameEn})
			}
		}
	}
	return err
}

// absentTx is who is to be away: the caller, or somebody for whom he may name a
// deputy. Errors: ErrForbidden, db.ErrNotFound.
func absentTx(tx *db.Tx, c *Caller, user id.ID) (User, error) {
	if user.IsZero() || user == c.UserID {
		return userAnywhere(tx, c.UserID)
	}
	who, err := c.allow(PermDeputise)
	if err != nil {
		return User{}, err
	}
	return userByID(tx, who.Nodes, user)
}

// CreateAbsence names a deputy for the caller or, with the permission
// access.deputise, for another. Errors: validation, ErrForbidden, db.ErrNotFound, ErrSeparated,
// ErrDeputyMore, ErrAbsences, db.ErrKeyReused.
func (s *Service) CreateAbsence(ctx context.Context, key string, in AbsenceInput) (a Absence, err error) {
	c, err := ready(ctx)
	if err != nil {
		return Absence{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Absence{}, fmt.Errorf("access: %w", err)
	}
	defer s.cache.clear()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(c.once(opAbsenceCreate, key, body), func() (id.ID, error) { return s.addAbsenceTx(tx, c, in) })
		if err != nil {
			return err
		}
		a, err = namedAbsenceTx(tx, made)
		return err
	})
	return a, err
}

func namedAbsenceTx(tx *db.Tx, i id.ID) (Absence, error) {
	a, err := absenceByID(tx, i)
	if err != nil {
		return a, err
	}
	one := []Absence{a}
	err = nameRoles(tx, one)
	return one[0], err
}

// maxAbsences bounds those of one person that run or are to come.
const maxAbsences = 20

func (s *Service) addAbsenceTx(tx *db.Tx, c *Caller, in AbsenceInput) (id.ID, error) {
	policy, err := policyTx(tx)
	if err != nil {
		return id.ID{}, err
	}
	a := Absence{ID: tx.NewID(), DeputyID: in.DeputyID, RoleIDs: slices.Compact(slices.SortedFunc(slices.Values(in.RoleIDs), id.ID.Compare)),
		CreatedBy: c.UserID, CreatedAt: tx.Now(), Version: 1}
	if a.From, a.Until, err = in.times(tx.Now(), policy.AbsenceDays); err != nil {
		return id.ID{}, err
	}
	absent, err := absentTx(tx, c, in.UserID)
	if err != nil {
		return id.ID{}, err
	}
	a.UserID, a.UserName, a.OrgID = absent.ID, absent.Name, absent.HomeOrgID
	standing, err := absencesOf(tx, absent.ID)
	if err == nil && len(standing) >= maxAbsences {
		err = ErrAbsences.With("limit", maxAbsences)
	}
	if err != nil {
		return id.ID{}, err
	}
	if err := s.checkDeputyTx(tx, c, absent, a); err != nil {
		return id.ID{}, err
	}
	if err := insertAbsence(tx, a); err != nil {
		return id.ID{}, err
	}
	if err := s.tellDeputyTx(tx, a); err != nil {
		return id.ID{}, err
	}
	if a, err = namedAbsenceTx(tx, a.ID); err != nil {
		return id.ID{}, err
	}
	return a.ID, s.recordTx(tx, c, opAbsenceCreate, "absence", a.ID, nil, a)
}

// checkDeputyTx refuses a deputy who is none of the colleagues, is away himself, or
// would be two of the three administrators; and rights for whoever names him.
func (s *Service) checkDeputyTx(tx *db.Tx, c *Caller, absent User, a Absence) error {
	var v fault.Validation
	deputy, err := userAnywhere(tx, a.DeputyID)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	near := deputy.Active && deputy.ID != absent.ID && (colleagues(tree, absent.HomeOrgID).Has(deputy.HomeOrgID) || mayDeputise(c).Nodes.Has(deputy.HomeOrgID))
	v.Check(near, "deputy_id", "access.deputy_unknown")
	away, err := absencesOf(tx, a.DeputyID)
	if err != nil {
		return err
	}
	v.Check(!slices.ContainsFunc(away, func(other Absence) bool { _, meet := other.period().meet(a.period()); return meet }), "deputy_id", "access.deputy_absent")
	held, err := heldTx(tx, absent.ID, a.DeputyID)
	if err != nil {
		return err
	}
	passed, ok := chosen(held[absent.ID], a.RoleIDs, a.period())
	v.Check(ok, "role_ids", "access.role_not_held")
	if err := v.Err(); err != nil {
		return err
	}
	if absent.ID != c.UserID && a.DeputyID == c.UserID {
		return ErrDeputyMore
	}
	return separated(append(passed, held[a.DeputyID]...))
}

// colleagues are the organisations of a user's company or, above the companies, of
// his own organisation.
func colleagues(tree *org.Tree, home id.ID) db.Scope {
	top := home
	if company, ok := tree.Company(home); ok {
		top = company.ID
	}
	return within(tree, top)
}

// within are an organisation and all below it.
func within(tree *org.Tree, top id.ID) db.Scope {
	var nodes []id.ID
	for _, o := range tree.Subtree(top) {
		nodes = append(nodes, o.ID)
	}
	return db.ScopeOf(nodes...)
}

// EndAbsence ends one early; the absent person, his deputy, and whoever may name
// deputies for him do. Errors: ErrForbidden, db.ErrNotFound, db.ErrStale, ErrAbsence.
func (s *Service) EndAbsence(ctx context.Context, i id.ID, version int64) (a Absence, err error) {
	c, err := ready(ctx)
	if err != nil {
		return Absence{}, err
	}
	defer s.cache.clear()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		before, err := concerningTx(tx, c, i)
		if err == nil && before.State == Ended {
			err = ErrAbsence
		}
		if err != nil {
			return err
		}
		if err := endAbsence(tx, i, version); err != nil {
			return err
		}
		if a, err = namedAbsenceTx(tx, i); err != nil {
			return err
		}
		return s.recordTx(tx, c, opAbsenceEnd, "absence", i, before, a)
	})
	return a, err
}

// concerningTx is an absence that the caller may end. Errors: ErrForbidden,
// db.ErrNotFound.
func concerningTx(tx *db.Tx, c *Caller, i id.ID) (Absence, error) {
	a, err := namedAbsenceTx(tx, i)
	if err == nil && (a.UserID == c.UserID || a.DeputyID == c.UserID) {
		return a, nil
	}
	who, forbidden := c.allow(PermDeputise)
	switch {
	case forbidden != nil:
		return a, forbidden
	case err == nil && !who.Nodes.Has(a.OrgID):
		return a, db.ErrNotFound
	}
	return a, err
}

// AbsenceRoles lists the roles of the caller, or of somebody for whom he may name a
// deputy, that a deputy can take over. Error: db.ErrNotFound.
func (s *Service) AbsenceRoles(ctx context.Context, user id.ID) (roles []RoleName, err error) {
	c, err := ready(ctx)
	if err != nil {
		return nil, err
	}
	roles = []RoleName{}
	return roles, s.db.Read(ctx, func(tx *db.Tx) error {
		absent, err := absentTx(tx, c, user)
		if err != nil {
			return err
		}
		held, err := heldTx(tx, absent.ID)
		for _, h := range held[absent.ID] {
			name := RoleName{h.RoleID, h.Code, h.NameZh, h.NameEn}
			if state := h.state(tx.Now()); h.own() && (state == Running || state == Coming) && !slices.Contains(roles, name) {
				roles = append(roles, name)
			}
		}
		return err
	})
}

// Colleague is who can be named a deputy.
type Colleague struct {
	ID        id.ID  `json:"id"`
	Name      string `json:"name"`
	Login     string `json:"login"`
	HomeOrgID id.ID  `json:"home_org_id"`
}

// maxColleagues bounds what a fragment finds.
const maxColleagues = 20

// Colleagues finds active users of a user's company but himself by a fragment of
// name or login. Error: db.ErrNotFound.
func (s *Service) Colleagues(ctx context.Context, user id.ID, fragment string) (found []Colleague, err error) {
	c, err := ready(ctx)
	if err != nil {
		return nil, err
	}
	found = []Colleague{}
	return found, s.db.Read(ctx, func(tx *db.Tx) error {
		absent, err := absentTx(tx, c, user)
		if err != nil {
			return err
		}
		tree, err := s.orgs.TreeTx(tx)
		if err != nil {
			return err
		}
		active := true
		users, err := listUsers(tx, colleagues(tree, absent.HomeOrgID), UserFilter{Search: fragment, Active: &active, Limit: maxColleagues + 1})
		for _, u := range users {
			if u.ID != absent.ID && len(found) < maxColleagues {
				found = append(found, Colleague{u.ID, u.Name, u.Login, u.HomeOrgID})
			}
		}
		return err
	})
}
