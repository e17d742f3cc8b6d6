package bulk

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrNothing = fault.New(fault.Invalid, "bulk.nothing")  // no record that the caller may change was chosen
	ErrMany    = fault.New(fault.Invalid, "bulk.many")     // limit
	ErrState   = fault.New(fault.Conflict, "bulk.state")   // not in a state this is possible from
	ErrExpired = fault.New(fault.Conflict, "bulk.expired") // it is too long ago to be taken back or gone on with
	ErrEdited  = fault.New(fault.Conflict, "bulk.edited")  // a record was changed since the bulk change
	ErrGone    = fault.New(fault.Conflict, "bulk.gone")    // a record is not there any more
)
