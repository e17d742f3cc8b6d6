package backup

import (
	"context"
	"errors"
	"syscall"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// What can be wrong with a backup or its place.
var (
	ErrNoBackup    = fault.New(fault.Invalid, "backup.no_backup")        // another kind of file
	ErrWrongKey    = fault.New(fault.Invalid, "backup.wrong_key")        // backup.key does not open it
	ErrNoKey       = fault.New(fault.Invalid, "backup.no_key")           // no backup.key there; Params["file"]
	ErrMaster      = fault.New(fault.Invalid, "backup.wrong_master")     // the master key does not open what is sealed
	ErrCut         = fault.New(fault.Invalid, "backup.cut")              // ends too early; Params["bytes"]
	ErrDamaged     = fault.New(fault.Invalid, "backup.damaged")          // Params["bytes"]: about where
	ErrUnequal     = fault.New(fault.Invalid, "backup.unequal")          // restored otherwise than copied; Params["what"]
	ErrNewer       = fault.New(fault.Invalid, "backup.newer")            // made by a newer program
	ErrOtherEngine = fault.New(fault.Invalid, "backup.other_engine")     // Params["engine"]
	ErrNotEmpty    = fault.New(fault.Conflict, "backup.not_empty")       // only an empty place is restored into
	ErrDiskFull    = fault.New(fault.Unavailable, "backup.disk_full")    //
	ErrBusy        = fault.New(fault.Unavailable, "backup.busy")         // another verification is running
	ErrPassphrase  = fault.New(fault.Invalid, "backup.wrong_passphrase") // of exported keys
)

// foresee gives an error of lower layers its name.
func foresee(err error) error {
	for cause, named := range map[error]*fault.Error{
		db.ErrNewerSchema: ErrNewer, db.ErrOtherEngine: ErrOtherEngine, db.ErrNotEmpty: ErrNotEmpty,
		syscall.ENOSPC: ErrDiskFull, syscall.EDQUOT: ErrDiskFull, db.ErrTemporaryTaken: ErrBusy,
	} {
		if errors.Is(err, cause) {
			return named.Wrap(err)
		}
	}
	return err
}

// stopped tells whether the work was broken off by the caller, which is not the
// backup's fault.
func stopped(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return context.Cause(ctx)
}
