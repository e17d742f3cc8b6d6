package backup

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrRunning   = fault.New(fault.Conflict, "backup.running")    // one is being made, or proved
	ErrGone      = fault.New(fault.Conflict, "backup.gone")       // no file to prove
	ErrNoCompany = fault.New(fault.Conflict, "backup.no_company") // nothing is founded yet
)
