package backup

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Permissions of the module.
const (
	PermList     = "backup.list"     // see the backups
	PermGet      = "backup.get"      // see how things stand
	PermCreate   = "backup.create"   // make one now
	PermProve    = "backup.prove"    // have one restored and compared
	PermSchedule = "backup.schedule" // say when they are made
)

// Deps are what the service is built from.
type Deps struct {
	DB      *db.DB
	Place   db.Config // of the database; a proof is made beside it
	Files   *blob.Store
	Keys    *crypt.Keyring
	Fresh   func() (*crypt.Keyring, error) // a keyring that has opened nothing yet
	KeyDir  string
	Dir     string // of the backups
	Scratch string // for proofs
	Program string // version
	Audit   *audit.Log
	Orgs    *org.Service
	Jobs    *job.Queue
	Cursors *page.Signer
	Text    func(lang, key string, params map[string]any) string
}

// Service keeps backups.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// topTx is the topmost organisation. Error: ErrNoCompany.
func (s *Service) topTx(tx *db.Tx) (org.Org, error) {
	t, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return org.Org{}, err
	}
	top, ok := t.Top()
	if !ok {
		return org.Org{}, ErrNoCompany
	}
	return top, nil
}

// allowTx gives the caller who holds the permission at the topmost organisation.
func (s *Service) allowTx(ctx context.Context, tx *db.Tx, permission string) (access.Who, org.Org, error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return who, org.Org{}, err
	}
	top, err := s.topTx(tx)
	if err == nil && !who.Nodes.Has(top.ID) {
		err = access.ErrForbidden.With("permission", permission)
	}
	return who, top, err
}

// List gives the backups, the newest first.
func (s *Service) List(ctx context.Context, cursor string, limit int) (list []Backup, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	at, last := when.Instant(1)<<62, id.ID{}
	for i := range last {
		last[i] = 0xff
	}
	if _, err := s.Cursors.Decode("backup.list", cursor, (*int64)(&at), &last); err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		top, err := s.topTx(tx)
		if err != nil {
			return err
		}
		if list, err = listBackups(tx, top.ID, at, last, limit+1); err != nil {
			return err
		}
		for i := range list {
			if err := s.tellTx(tx, who.Locale, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, ErrNoCompany) {
		return []Backup{}, "", nil
	}
	if err == nil && len(list) > limit {
		list = list[:limit]
		next, err = s.Cursors.Encode("backup.list", int64(list[limit-1].CreatedAt), list[limit-1].ID)
	}
	return list, next, err
}

// tellTx completes a backup for its reader: how far it is, and what became of it
// when its job ended without a word.
func (s *Service) tellTx(tx *db.Tx, lang string, b *Backup) error {
	b.Digest = hex.EncodeToString(b.SHA256)
	if err := s.followTx(tx, b); err != nil {
		return err
	}
	if b.Error != "" {
		b.ErrorText = s.Text(lang, b.Error, nil)
	}
	if b.ProofError != "" {
		b.ProofText = s.Text(lang, b.ProofError, nil)
	}
	return nil
}

func (s *Service) followTx(tx *db.Tx, b *Backup) error {
	switch {
	case b.State == Running:
		j, err := s.Jobs.GetTx(tx, db.ScopeOf(b.OrgID), b.JobID)
		if err != nil {
			return err
		}
		b.Progress, b.Total = j.Progress, j.Total
		if j.Ended() {
			b.State, b.Error, b.FinishedAt = Failed, cmp.Or(j.Error, job.ErrCancelled.Code), j.FinishedAt
		}
	case b.Proof == Proving:
		j, err := s.Jobs.GetTx(tx, db.ScopeOf(b.OrgID), b.ProofJobID)
		if err != nil {
			return err
		}
		b.Progress, b.Total = j.Progress, j.Total
		if j.Ended() {
			b.Proof, b.ProofError, b.ProofAt = Unequal, cmp.Or(j.Error, job.ErrCancelled.Code), j.FinishedAt
		}
	}
	return nil
}

// Status tells how things stand.
func (s *Service) Status(ctx context.Context) (st Status, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return st, err
	}
	return st, s.DB.Read(ctx, func(tx *db.Tx) error {
		top, err := s.topTx(tx)
		if err != nil {
			return err
		}
		st = Status{Since: top.CreatedAt}
		proved, found, err := provedBackup(tx, top.ID)
		if err != nil {
			return err
		}
		if found {
			st.Since = proved.SnapshotAt
			if err := s.tellTx(tx, who.Locale, &proved); err != nil {
				return err
			}
			st.Proved = &proved
		}
		st.Overdue = tx.Now() > st.Since.Add(overdueAfter)
		for permission, may := range map[string]*bool{PermCreate: &st.May.Create, PermProve: &st.May.Prove, PermSchedule: &st.May.Schedule} {
			w, ok := who.May(permission)
			*may = ok && w.Nodes.Has(top.ID)
		}
		if st.May.Create {
			st.Directory = s.Dir
		}
		st.Schedule, err = scheduleOf(tx, top.ID)
		return err
	})
}

// Create begins a backup in the background. Errors: ErrRunning, ErrNoCompany,
// db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string) (b Backup, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		who, top, err := s.allowTx(ctx, tx, PermCreate)
		if err != nil {
			return err
		}
		made, _, err := tx.Once(db.Once{OrgID: top.ID, UserID: who.UserID, Action: PermCreate, Key: key}, func() (id.ID, error) {
			b, err := s.beginTx(tx, begin{top.ID, Manual, who.Actor(), 0})
			return b.ID, err
		})
		if err != nil {
			return err
		}
		if b, err = backupByID(tx, top.ID, made); err != nil {
			return err
		}
		return s.tellTx(tx, who.Locale, &b)
	})
	s.Jobs.Wake()
	return b, err
}

// begin is what a backup begins with.
type begin struct {
	top    id.ID
	origin Origin
	by     audit.Actor
	rate   int64 // bytes a second; 0: no limit
}

// beginTx adds a backup with the job that makes it.
func (s *Service) beginTx(tx *db.Tx, in begin) (b Backup, err error) {
	if err := lockSchedule(tx, in.top); err != nil {
		return b, err
	}
	running, err := runningBackups(tx, in.top)
	if err != nil {
		return b, err
	}
	for _, r := range running {
		if err := s.followTx(tx, &r); err != nil {
			return b, err
		}
		if r.State != Running {
			continue
		}
		if err := s.giveUpTx(tx, r, in.origin); err != nil {
			return b, err
		}
	}
	b = Backup{ID: tx.NewID(), OrgID: in.top, Origin: in.origin, State: Running, Proof: Unproved, CreatedBy: in.by.ID, CreatedName: in.by.Name, CreatedAt: tx.Now(), Version: 1}
	o := job.Options{}
	if in.origin == Command {
		o.MaxAttempts = 1 // whoever gave it waits for the outcome
	}
	if b.JobID, err = s.Jobs.InsertTx(tx, in.top, in.by.ID, jobCreate, jobArgs{b.ID, in.rate}, o); err != nil {
		return b, err
	}
	if err := insertBackup(tx, b); err != nil {
		return b, err
	}
	return b, s.Audit.RecordTx(tx, audit.Change{OrgID: in.top, Actor: in.by, Action: PermCreate, ObjectType: "backup", ObjectID: b.ID, After: map[string]any{"origin": in.origin}})
}

// leftAlone is how long a backup whose process is gone waits for a server before a
// command may make another.
const leftAlone = time.Minute

// giveUpTx ends a backup that nobody is making any more, where a command wants one
// and no server runs that would go on with it. Error: ErrRunning.
func (s *Service) giveUpTx(tx *db.Tx, b Backup, wanted Origin) error {
	j, err := s.Jobs.GetTx(tx, db.ScopeOf(b.OrgID), b.JobID)
	if err != nil {
		return err
	}
	if wanted != Command || tx.Now() < max(j.RunAt, j.LeaseUntil).Add(leftAlone) {
		return ErrRunning
	}
	b.State, b.Error, b.FinishedAt = Failed, job.ErrCancelled.Code, tx.Now()
	return errors.Join(updateBackup(tx, b), s.Jobs.CancelTx(tx, db.ScopeOf(b.OrgID), b.JobID))
}

// Prove begins the proof of a backup in the background. Errors: ErrGone,
// ErrRunning, db.ErrNotFound, db.ErrStale.
func (s *Service) Prove(ctx context.Context, i id.ID, version int64) (b Backup, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		who, top, err := s.allowTx(ctx, tx, PermProve)
		if err != nil {
			return err
		}
		if b, err = backupByID(tx, top.ID, i); err != nil {
			return err
		}
		if err := s.followTx(tx, &b); err != nil {
			return err
		}
		b.Version = version
		if err := s.proveTx(tx, &b, who.Actor()); err != nil {
			return err
		}
		return s.tellTx(tx, who.Locale, &b)
	})
	s.Jobs.Wake()
	return b, err
}

func (s *Service) proveTx(tx *db.Tx, b *Backup, by audit.Actor) (err error) {
	switch {
	case b.State != Done:
		return ErrGone
	case b.Proof == Proving:
		return ErrRunning
	}
	if b.Proof == Unequal {
		b.ProofAt = 0 // of one that was proved it stays, and so does what it says
	}
	b.Proof, b.ProofError = Proving, ""
	if b.ProofJobID, err = s.Jobs.InsertTx(tx, b.OrgID, by.ID, jobProve, jobArgs{Backup: b.ID}, job.Options{}); err != nil {
		return err
	}
	if err := updateBackup(tx, *b); err != nil {
		return err
	}
	b.Version++
	return s.Audit.RecordTx(tx, audit.Change{OrgID: b.OrgID, Actor: by, Action: PermProve, ObjectType: "backup", ObjectID: b.ID})
}

// SetSchedule says when backups are made. Errors: validation, db.ErrStale.
func (s *Service) SetSchedule(ctx context.Context, version int64, in ScheduleInput) (after Schedule, err error) {
	return after, s.DB.Write(ctx, func(tx *db.Tx) error {
		who, top, err := s.allowTx(ctx, tx, PermSchedule)
		if err != nil {
			return err
		}
		if err := in.validate(); err != nil {
			return err
		}
		before, err := scheduleOf(tx, top.ID)
		if err != nil {
			return err
		}
		after = in.schedule(tx.Now())
		after.UpdatedName, after.UpdatedAt, after.Version = who.Name, tx.Now(), version
		if err := saveSchedule(tx, top.ID, who.UserID, after); err != nil {
			return err
		}
		after.Version++
		return s.Audit.RecordTx(tx, audit.Change{OrgID: top.ID, Actor: who.Actor(), Action: PermSchedule, ObjectType: "backup_schedule", ObjectID: top.ID, Before: before, After: after})
	})
}

func (in ScheduleInput) schedule(now when.Instant) Schedule {
	s := Schedule{Active: in.Active, Days: in.Days, Hour: in.Hour, Keep: in.Keep, Prove: in.Prove}
	if in.Active {
		s.NextAt = next(in.Days, in.Hour, now)
	}
	return s
}

// jobArgs name the backup a job is about.
type jobArgs struct {
	Backup id.ID `json:"backup"`
	Rate   int64 `json:"rate,omitempty"` // bytes a second at most
}
