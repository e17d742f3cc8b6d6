package app

import (
	"context"
	"errors"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	archive "github.com/zhiyin-power/zhiyin/internal/infra/backup"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// RotateInput says which keys are rotated.
type RotateInput struct {
	Master, Companies bool
	// Settle is how long other processes may seal by an older company key; after it
	// what they sealed is wrapped anew too.
	Settle   time.Duration
	Progress func(wrapped int) // customers' data keys
}

// Rotated is what a rotation did.
type Rotated struct {
	Master           crypt.Rotation
	Companies        int  // that have a new key
	CompaniesResumed bool // an interrupted rotation was finished: none has
	DataKeys         int
	Unreadable       []id.ID // customers whose data key no key opens
}

// RotateKeys rotates keys beside a running server and writes it into the audit log of
// the topmost organisation. Errors: those of crypt.Keyring.RotateMaster and
// RotateCompanies.
func (a *App) RotateKeys(ctx context.Context, in RotateInput) (r Rotated, err error) {
	if in.Master {
		if r.Master, err = a.Keys.RotateMaster(ctx, a.DB); err != nil {
			return r, err
		}
	}
	if in.Companies {
		if err := a.rotateCompanies(ctx, in, &r); err != nil {
			return r, err
		}
	}
	return r, a.recordKeys(ctx, "keys.rotate", map[string]any{"master_key": r.Master.Generation, "company_keys": r.Companies, "data_keys": r.DataKeys})
}

func (a *App) rotateCompanies(ctx context.Context, in RotateInput, r *Rotated) error {
	companies, err := a.Keys.Companies(ctx, a.DB)
	if err != nil {
		return err
	}
	for _, org := range companies {
		stale, err := a.Customers.StaleKeys(ctx, org)
		if err != nil {
			return err
		}
		r.CompaniesResumed = r.CompaniesResumed || stale
	}
	if !r.CompaniesResumed {
		if err := a.Keys.RotateCompanies(ctx, a.DB, companies); err != nil {
			return err
		}
		r.Companies = len(companies)
	}
	if err := a.rewrap(ctx, companies, in, r); err != nil || len(companies) == 0 {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(in.Settle):
	}
	return a.rewrap(ctx, companies, in, r)
}

// rewrapBatch is how many data keys are wrapped in one transaction.
const rewrapBatch = 1000

func (a *App) rewrap(ctx context.Context, companies []id.ID, in RotateInput, r *Rotated) error {
	r.Unreadable = nil
	for _, org := range companies {
		w, err := a.Customers.RewrapKeys(ctx, org, rewrapBatch, in.Progress)
		r.DataKeys += w.Wrapped
		r.Unreadable = append(r.Unreadable, w.Unreadable...)
		if err != nil {
			return err
		}
	}
	return nil
}

// ErrBackupsNeed: backups were made under the generation; Params["number"],
// Params["n"], Params["file"].
var ErrBackupsNeed = fault.New(fault.Conflict, "keys.backups_need")

// RetireMaster destroys a generation of the master key; one that backups were made
// under only when they are given up. Errors: those of crypt.Keyring.Retire,
// ErrBackupsNeed.
func (a *App) RetireMaster(ctx context.Context, number int, giveUp bool) error {
	if !giveUp {
		if err := a.noBackupNeeds(ctx, number); err != nil {
			return err
		}
	}
	if err := a.Keys.Retire(ctx, a.DB, number); err != nil {
		return err
	}
	return a.recordKeys(ctx, "keys.retire", map[string]any{"master_key": number})
}

func (a *App) noBackupNeeds(ctx context.Context, number int) error {
	key, err := archive.ReadKey(archive.KeyFile(a.Config.Path("keys")))
	if errors.Is(err, archive.ErrNoKey) {
		return nil
	}
	if err != nil {
		return err
	}
	all, err := a.Keys.List(ctx, a.DB)
	if err != nil {
		return err
	}
	for _, g := range all[:len(all)-1] { // the newest is not retired in any case
		if g.Number != number {
			continue
		}
		files, err := archive.MadeUnder(ctx, a.Config.BackupDir(), key, g.Fingerprint)
		if err != nil {
			return err
		}
		if len(files) > 0 {
			return ErrBackupsNeed.With("number", number, "n", len(files), "file", files[0])
		}
	}
	return nil
}

// recordKeys writes what was done with keys; where there is no organisation yet, there
// is no log.
func (a *App) recordKeys(ctx context.Context, action string, after map[string]any) error {
	tree, err := a.Orgs.Tree(ctx)
	if err != nil {
		return err
	}
	for _, o := range tree.All() {
		if !o.ParentID.IsZero() {
			continue
		}
		return a.DB.Write(ctx, func(tx *db.Tx) error {
			return a.Audit.RecordTx(tx, audit.Change{OrgID: o.ID, Actor: audit.Actor{Name: "zhiyin keys"}, Action: action, ObjectType: "keys", ObjectID: o.ID, After: after})
		})
	}
	return nil
}
