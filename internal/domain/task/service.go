package task

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Permissions of the module.
const (
	PermList   = "task.list"
	PermCreate = "task.create"
	PermMove   = "task.move"
	PermTeam   = "task.team"   // see the tasks of those at home in one's unit or below
	PermAssign = "task.assign" // give those to somebody else
)

// Service keeps tasks.
type Service struct {
	db      *db.DB
	keys    *crypt.Keyring
	audit   *audit.Log
	users   *access.Service
	cursors *page.Signer
	text    func(lang, key string, params map[string]any) string
}

// Deps are what the service is built from. Text makes the sentence of a kind.
type Deps struct {
	DB      *db.DB
	Keys    *crypt.Keyring
	Audit   *audit.Log
	Users   *access.Service
	Cursors *page.Signer
	Text    func(lang, key string, params map[string]any) string
}

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{d.DB, d.Keys, d.Audit, d.Users, d.Cursors, d.Text} }

// CreateTx makes a task in a module's transaction.
func (s *Service) CreateTx(tx *db.Tx, by id.ID, n New) (Task, error) {
	company, err := s.keys.CompanyTx(tx, n.OrgID)
	if err != nil {
		return Task{}, err
	}
	if n.Params == nil {
		n.Params = map[string]any{}
	}
	params, err := json.Marshal(n.Params)
	if err != nil {
		return Task{}, fmt.Errorf("task: %w", err)
	}
	r := row{ID: tx.NewID(), OrgID: n.OrgID, Kind: n.Kind, Params: string(params), AssigneeID: n.AssigneeID, CreatedBy: by,
		DueAt: n.DueAt, State: Open, ObjectType: n.ObjectType, ObjectID: n.ObjectID, Version: 1, CreatedAt: tx.Now()}
	r.Title = company.Own().Seal(titleOf(r.ID), n.Title)
	if err := insertTask(tx, r); err != nil {
		return Task{}, err
	}
	return r.task()
}

// CreateManyTx makes many tasks of modules at once.
func (s *Service) CreateManyTx(tx *db.Tx, by id.ID, all []New) error {
	rows := make([]row, len(all))
	for i, n := range all {
		params, err := json.Marshal(n.Params)
		if err != nil {
			return fmt.Errorf("task: %w", err)
		}
		rows[i] = row{ID: tx.NewID(), OrgID: n.OrgID, Kind: n.Kind, Params: string(params), Title: []byte{}, AssigneeID: n.AssigneeID, CreatedBy: by, DueAt: n.DueAt, State: Open,
			ObjectType: n.ObjectType, ObjectID: n.ObjectID, Version: 1, CreatedAt: tx.Now()}
	}
	return insertTasks(tx, rows)
}

// FinishTx ends the open tasks of an assignee that a module made of a kind about
// an object, because their reason is gone.
func (s *Service) FinishTx(tx *db.Tx, of New) error { return finishTasks(tx, of, tx.Now()) }

// FinishDueTx ends the open tasks of a kind about an object that are due at a moment,
// whosever they are.
func (s *Service) FinishDueTx(tx *db.Tx, of New) error { return finishDue(tx, of, tx.Now()) }

// FinishAllTx ends the open tasks that modules made about an object, whosever they
// are.
func (s *Service) FinishAllTx(tx *db.Tx, org id.ID, objectType string, object id.ID) error {
	return finishAll(tx, org, objectType, object, tx.Now())
}

// FinishKindTx ends the open tasks of a kind about an object, whosever they are.
func (s *Service) FinishKindTx(tx *db.Tx, of New) error { return finishKind(tx, of, tx.Now()) }

// SetDueTx gives the open tasks that a module made of a kind about an object another
// due time, because their date was counted anew.
func (s *Service) SetDueTx(tx *db.Tx, of New) error { return setDue(tx, of) }

func titleOf(i id.ID) crypt.Place { return crypt.Place{Table: "task", Column: "title", ID: i} }

// Create makes a task of a person's own words, for himself or another. Errors:
// validation, ErrAssignee, db.ErrOrgRequired, db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, in CreateInput) (t Task, err error) {
	who, err := access.Allow(ctx, PermCreate)
	if err != nil {
		return Task{}, err
	}
	if err := in.validate(s.db.Now()); err != nil {
		return Task{}, err
	}
	org, err := who.Scope.One(in.OrgID)
	if err != nil {
		return Task{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Task{}, err
	}
	n := New{OrgID: org, Kind: Manual, Title: in.Title, AssigneeID: in.AssigneeID, DueAt: in.DueAt, ObjectType: in.ObjectType, ObjectID: in.ObjectID}
	if n.AssigneeID.IsZero() {
		n.AssigneeID = who.UserID
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.checkAssigneeTx(tx, who, n); err != nil {
			return err
		}
		made, _, err := tx.Once(db.Once{OrgID: org, UserID: who.UserID, Action: PermCreate, Key: key, Body: body}, func() (id.ID, error) {
			made, err := s.CreateTx(tx, who.UserID, n)
			if err != nil {
				return id.ID{}, err
			}
			return made.ID, s.audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: PermCreate, ObjectType: "task", ObjectID: made.ID, After: in})
		})
		if err != nil {
			return err
		}
		t, err = s.getTx(tx, who, made)
		return err
	})
	return t, err
}

// checkAssigneeTx refuses a task for somebody who would never see it.
func (s *Service) checkAssigneeTx(tx *db.Tx, who access.Who, n New) error {
	if n.AssigneeID == who.UserID {
		return nil
	}
	reaches, err := s.users.ReachesTx(tx, n.AssigneeID, PermList, n.OrgID)
	if err == nil && !reaches {
		err = ErrAssignee
	}
	return err
}

func (s *Service) getTx(tx *db.Tx, who access.Who, i id.ID) (Task, error) {
	r, err := taskByID(tx, who.Scope, i)
	if err != nil {
		return Task{}, err
	}
	return s.readTx(tx, who.Locale, r)
}

// readTx makes a row readable: its title opened, its text in the reader's words.
func (s *Service) readTx(tx *db.Tx, lang string, r row) (Task, error) {
	t, err := r.task()
	if err != nil {
		return Task{}, err
	}
	t.Overdue = t.State == Open && t.DueAt != 0 && t.DueAt < tx.Now()
	if r.Kind != Manual {
		t.Text = s.text(lang, r.Kind, inLanguage(lang, t.Params))
		return t, nil
	}
	company, err := s.keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return Task{}, err
	}
	t.Text, err = company.Own().Open(titleOf(r.ID), r.Title)
	return t, err
}

// Move changes the state of a task of the caller's, or takes that back. Errors:
// ErrState, db.ErrNotFound, db.ErrStale.
func (s *Service) Move(ctx context.Context, i id.ID, version int64, to State) (t Task, err error) {
	who, err := access.Allow(ctx, PermMove)
	if err != nil {
		return Task{}, err
	}
	return t, s.db.Write(ctx, func(tx *db.Tx) error {
		if t, err = s.getTx(tx, who, i); err != nil {
			return err
		}
		actor, ok := mover(who, t)
		if !ok {
			return db.ErrNotFound
		}
		before := t.State
		if err := t.moveTo(to, tx.Now()); err != nil {
			return err
		}
		if err := updateState(tx, t, version); err != nil {
			return err
		}
		t.Version, t.Overdue = version+1, to == Open && t.DueAt != 0 && t.DueAt < tx.Now()
		return s.audit.RecordTx(tx, audit.Change{OrgID: t.OrgID, Actor: actor, Action: PermMove, ObjectType: "task", ObjectID: t.ID,
			Before: before, After: t.State})
	})
}

// CountAboutTx counts the tasks about things of a company, ForgetAboutTx takes them away:
// what is known of a person who is erased goes from them too.
func (s *Service) CountAboutTx(tx *db.Tx, org id.ID, objectType string, objects []id.ID) (int64, error) {
	return countAbout(tx, org, objectType, objects)
}

// ForgetAboutTx: see CountAboutTx.
func (s *Service) ForgetAboutTx(tx *db.Tx, org id.ID, objectType string, objects []id.ID) error {
	return deleteAbout(tx, org, objectType, objects)
}

// AboutTx gives the tasks about things of a company, as a reader of a language reads
// them: the oldest first.
func (s *Service) AboutTx(tx *db.Tx, org id.ID, objectType string, objects []id.ID, lang string) ([]Task, error) {
	rows, err := tasksAbout(tx, org, objectType, objects)
	if err != nil {
		return nil, err
	}
	tasks := make([]Task, len(rows))
	for i, r := range rows {
		if tasks[i], err = s.readTx(tx, lang, r); err != nil {
			return nil, err
		}
	}
	return tasks, nil
}

// mover is who changes the state of a task: its assignee, who made it, or the
// assignee's deputy while he is absent.
func mover(who access.Who, t Task) (audit.Actor, bool) {
	if t.AssigneeID == who.UserID || t.CreatedBy == who.UserID {
		return who.Actor(), true
	}
	for _, a := range who.StandsInFor(PermMove) {
		if a.Absent.UserID == t.AssigneeID && a.Scope.Has(t.OrgID) {
			return who.ActorFor(a.Absent.Name), true
		}
	}
	return audit.Actor{}, false
}
