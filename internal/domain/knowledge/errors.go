package knowledge

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrState     = fault.New(fault.Conflict, "knowledge.state")   // not in a state this is possible from
	ErrOwn       = fault.New(fault.Forbidden, "knowledge.own")    // who wrote it does not publish it
	ErrOwner     = fault.New(fault.Invalid, "knowledge.no_owner") // somebody who cannot write articles there
	ErrVersion   = fault.New(fault.Conflict, "knowledge.no_version")
	ErrDrafted   = fault.New(fault.Conflict, "knowledge.drafted")    // a colleague writes it already
	ErrNotMissed = fault.New(fault.Conflict, "knowledge.not_missed") // it can be found
)
