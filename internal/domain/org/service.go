package org

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Permissions of the module.
const (
	PermList   = "org.list"
	PermCreate = "org.create"
	PermRename = "org.rename"
)

// Guard tells whether the caller may act on an organisation, and records what he
// did. Package access is later in the order of modules and fills it.
type Guard interface {
	// AllowNode refuses a caller without the permission at the node; the zero
	// node asks for the permission anywhere.
	AllowNode(ctx context.Context, permission string, node id.ID) error
	RecordNodeTx(ctx context.Context, tx *db.Tx, action string, node id.ID, before, after any) error
	// Once is a request of the caller that is to happen once.
	Once(ctx context.Context, action, key string, body []byte) db.Once
	// TreeChanged is told after every change: rights reach over new organisations
	// at once.
	TreeChanged()
}

// Service keeps the tree and a snapshot of it.
type Service struct {
	db    *db.DB
	guard Guard

	mu      sync.Mutex
	tree    *Tree
	loaded  time.Time
	changes int // how often the snapshot was dropped
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// SetGuard wires the guard; app calls it once before serving.
func (s *Service) SetGuard(g Guard) { s.guard = g }

// snapshotAge is how old the snapshot may be: another process may have changed
// the tree.
const snapshotAge = 5 * time.Second

// Tree is the organisation tree, at most snapshotAge old.
func (s *Service) Tree(ctx context.Context) (*Tree, error) {
	t, _ := s.recent()
	if t != nil {
		return t, nil
	}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { t, err = s.TreeTx(tx); return err })
	return t, err
}

// TreeTx is Tree for a caller who holds a transaction.
func (s *Service) TreeTx(tx *db.Tx) (*Tree, error) {
	t, changes := s.recent()
	if t != nil {
		return t, nil
	}
	orgs, err := allOrgs(tx)
	if err != nil {
		return nil, err
	}
	t = NewTree(orgs)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes == changes { // else it may be what was there before the change
		s.tree, s.loaded = t, time.Now()
	}
	return t, nil
}

// recent is the snapshot, nil when it is too old; and how many changes it knows.
func (s *Service) recent() (*Tree, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.loaded) < snapshotAge {
		return s.tree, s.changes
	}
	return nil, s.changes
}

// Forget drops the snapshot after a change.
func (s *Service) Forget() {
	s.mu.Lock()
	s.tree = nil
	s.changes++
	s.mu.Unlock()
	s.guard.TreeChanged()
}

// List gives the organisations the caller may see, parents first: a company
// sees its own, users above it all below them.
func (s *Service) List(ctx context.Context) ([]Org, error) {
	if err := s.guard.AllowNode(ctx, PermList, id.ID{}); err != nil {
		return nil, err
	}
	t, err := s.Tree(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(t.All(), func(o Org) bool { return s.guard.AllowNode(ctx, PermList, o.ID) != nil }), nil
}

// Create adds an organisation. Errors: ErrParent, ErrPlace, ErrCode,
// db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, in CreateInput) (o Org, err error) {
	if err := s.guard.AllowNode(ctx, PermCreate, in.ParentID); err != nil {
		return Org{}, err
	}
	t, err := s.Tree(ctx)
	if err != nil {
		return Org{}, err
	}
	if err := t.checkPlace(in.Level, in.ParentID); err != nil {
		return Org{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Org{}, fmt.Errorf("org: %w", err)
	}
	defer s.Forget()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(s.guard.Once(ctx, PermCreate, key, body), func() (id.ID, error) {
			o, err := CreateTx(tx, in)
			if err != nil {
				return id.ID{}, err
			}
			return o.ID, s.guard.RecordNodeTx(ctx, tx, PermCreate, o.ID, nil, o)
		})
		if err != nil {
			return err
		}
		o, err = orgByID(tx, made)
		return err
	})
	return o, err
}

// CreateTx adds an organisation without asking who does it: for the demo
// company and the first start.
func CreateTx(tx *db.Tx, in CreateInput) (Org, error) {
	o := Org{ID: tx.NewID(), ParentID: in.ParentID, Level: in.Level, Code: in.Code, Name: in.Name,
		ShortName: cmp.Or(in.ShortName, in.Name), Version: 1, CreatedAt: tx.Now()}
	err := insertOrg(tx, o)
	if errors.Is(err, db.ErrDuplicate) {
		err = ErrCode.Wrap(err)
	}
	return o, err
}

// Rename changes the names. Errors: db.ErrNotFound, db.ErrStale.
func (s *Service) Rename(ctx context.Context, i id.ID, version int64, in RenameInput) (Org, error) {
	if err := s.guard.AllowNode(ctx, PermRename, i); err != nil {
		return Org{}, err
	}
	t, err := s.Tree(ctx)
	if err != nil {
		return Org{}, err
	}
	before, ok := t.Get(i)
	if !ok {
		return Org{}, db.ErrNotFound
	}
	in.ShortName = cmp.Or(in.ShortName, in.Name)
	after := before
	after.Name, after.ShortName, after.Version = in.Name, in.ShortName, version+1
	defer s.Forget()
	return after, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := renameOrg(tx, i, version, in); err != nil {
			return err
		}
		return s.guard.RecordNodeTx(ctx, tx, PermRename, i, before, after)
	})
}
