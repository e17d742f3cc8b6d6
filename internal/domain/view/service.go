package view

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Permissions of the module.
const (
	PermList    = "view.list"
	PermCreate  = "view.create"
	PermUpdate  = "view.update"
	PermRemove  = "view.remove"
	PermRestore = "view.restore"
	PermChoose  = "view.choose" // pin views and open a list by one
	PermShare   = "view.share"  // with a company, and change what is shared there
)

const (
	// maxOwn is how many views of a list somebody can keep.
	maxOwn = 50
	// keepRemoved is how long a removed view can be taken back.
	keepRemoved = 30 * 24 * time.Hour
)

// Users is what the module needs of access.
type Users interface {
	NamesTx(tx *db.Tx, users []id.ID) (map[id.ID]string, error)
}

// Deps are what the service is built from.
type Deps struct {
	DB    *db.DB
	Keys  *crypt.Keyring
	Audit *audit.Log
	Users Users
}

// Service keeps views.
type Service struct {
	Deps
	house *crypt.Subject
}

// New makes the service.
func New(d Deps) *Service { return &Service{d, d.Keys.House()} }

// allow is the caller who may do something with views of a list. Errors: validation,
// access.ErrForbidden.
func allow(ctx context.Context, permission, name string) (access.Who, error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return who, err
	}
	var v fault.Validation
	_, known := lists[name]
	v.Check(known, "list", "view.unknown_list")
	return who, v.Err()
}

// sharedWith is where others' views of a list are shared with somebody: nowhere,
// unless he may see the list.
func sharedWith(who access.Who, name string) db.Scope {
	if _, may := who.May(lists[name].Permission); !may {
		return db.ScopeOf()
	}
	return who.Scope
}

// List gives the views of a list that the caller keeps or others share with him,
// by name. Errors: validation, access.ErrForbidden.
func (s *Service) List(ctx context.Context, name string) (views []View, err error) {
	who, err := allow(ctx, PermList, name)
	if err != nil {
		return nil, err
	}
	return views, s.DB.Read(ctx, func(tx *db.Tx) error {
		own, err := ownViews(tx, who.UserID, name)
		if err != nil {
			return err
		}
		shared, err := sharedViews(tx, sharedWith(who, name), who.UserID, name)
		if err != nil {
			return err
		}
		views, err = s.readTx(tx, who, name, append(own, shared...)...)
		slices.SortFunc(views, func(a, b View) int {
			return cmp.Or(cmp.Compare(cn.SortKey(a.Name, cn.PlaceName), cn.SortKey(b.Name, cn.PlaceName)), a.ID.Compare(b.ID))
		})
		return err
	})
}

// readTx makes rows of a list readable for the caller.
func (s *Service) readTx(tx *db.Tx, who access.Who, name string, rows ...row) ([]View, error) {
	owners := map[id.ID]bool{}
	for _, r := range rows {
		owners[r.OwnerID] = true
	}
	names, err := s.Users.NamesTx(tx, slices.Collect(maps.Keys(owners)))
	if err != nil {
		return nil, err
	}
	choices, err := choicesOf(tx, who.UserID, name)
	if err != nil {
		return nil, err
	}
	views := make([]View, len(rows))
	for i, r := range rows {
		v := View{ID: r.ID, List: r.List, OwnerID: r.OwnerID, OwnerName: names[r.OwnerID], OrgID: r.OrgID, Pinned: choices[r.ID].Pinned, Default: choices[r.ID].Default,
			MayChange: r.changedBy(who), MayRemove: r.removedBy(who), Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt}
		look, err := s.open(r)
		if err != nil {
			return nil, err
		}
		v.Look, v.Dropped = lists[r.List].fit(look)
		views[i] = v
	}
	return views, nil
}

func placeOf(i id.ID) crypt.Place { return crypt.Place{Table: "list_view", Column: "look", ID: i} }

func (s *Service) open(r row) (k Look, err error) {
	raw, err := s.house.OpenBytes(placeOf(r.ID), r.Look)
	if err == nil {
		err = json.Unmarshal(raw, &k)
	}
	return k, err
}

func (s *Service) seal(i id.ID, k Look) ([]byte, error) {
	raw, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("view: %w", err)
	}
	return s.house.SealBytes(placeOf(i), raw), nil
}

// shares tells whether somebody may share with a company and change what is shared
// there.
func shares(who access.Who, company id.ID) bool {
	share, _ := who.May(PermShare)
	return share.Scope.Has(company)
}

func (r row) changedBy(who access.Who) bool {
	if r.OrgID.IsZero() {
		return r.OwnerID == who.UserID
	}
	return shares(who, r.OrgID)
}

func (r row) removedBy(who access.Who) bool { return r.OwnerID == who.UserID || r.changedBy(who) }

// checkShare refuses to share with a company where the caller may not.
func checkShare(who access.Who, company id.ID) error {
	if company.IsZero() || shares(who, company) {
		return nil
	}
	return access.ErrForbidden.With("permission", PermShare)
}

// record is a view as the audit log keeps it.
type record struct {
	List  string `json:"list"`
	OrgID id.ID  `json:"org_id,omitzero"`
	Look
}

// recordTx writes an entry under the company a view is shared with, or the home of
// who does something with his own.
func (s *Service) recordTx(tx *db.Tx, who access.Who, action string, r row, before, after any) error {
	org := r.OrgID
	if org.IsZero() {
		org = who.HomeOrgID
	}
	return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: action, ObjectType: "view", ObjectID: r.ID, Before: before, After: after})
}

// Create keeps a list as the caller wants it. Errors: validation, ErrMany,
// access.ErrForbidden, db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key, name string, in Input) (v View, err error) {
	who, err := allow(ctx, PermCreate, name)
	if err == nil {
		err = checkShare(who, in.OrgID)
	}
	if err == nil {
		err = lists[name].check(in.Look)
	}
	if err != nil {
		return v, err
	}
	body, err := json.Marshal(record{name, in.OrgID, in.Look})
	if err != nil {
		return v, fmt.Errorf("view: %w", err)
	}
	once := db.Once{OrgID: who.HomeOrgID, UserID: who.UserID, Action: PermCreate, Key: key, Body: body}
	return v, s.DB.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.addTx(tx, who, name, in) })
		if err == nil {
			v, err = s.oneTx(tx, who, made)
		}
		return err
	})
}

func (s *Service) addTx(tx *db.Tx, who access.Who, name string, in Input) (id.ID, error) {
	own, err := ownViews(tx, who.UserID, name)
	if err == nil && len(own) >= maxOwn {
		err = ErrMany.With("max", maxOwn)
	}
	if err != nil {
		return id.ID{}, err
	}
	r := row{ID: tx.NewID(), OwnerID: who.UserID, OrgID: in.OrgID, List: name, Version: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
	in.Name = strings.TrimSpace(in.Name)
	if r.Look, err = s.seal(r.ID, in.Look); err != nil {
		return id.ID{}, err
	}
	if err := insertView(tx, r); err != nil {
		return id.ID{}, err
	}
	return r.ID, s.recordTx(tx, who, PermCreate, r, nil, record{name, in.OrgID, in.Look})
}

func (s *Service) oneTx(tx *db.Tx, who access.Who, i id.ID) (View, error) {
	r, err := viewByID(tx, i)
	if err != nil {
		return View{}, err
	}
	views, err := s.readTx(tx, who, r.List, r)
	if err != nil {
		return View{}, err
	}
	return views[0], nil
}

// seenTx is a view that is the caller's or shared with him. Error: db.ErrNotFound.
func seenTx(tx *db.Tx, who access.Who, i id.ID) (r row, err error) {
	if r, err = viewByID(tx, i); err != nil {
		return r, err
	}
	if r.OwnerID != who.UserID && !sharedWith(who, r.List).Has(r.OrgID) {
		return r, db.ErrNotFound
	}
	return r, nil
}
