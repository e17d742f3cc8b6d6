package outage

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrState     = fault.New(fault.Conflict, "outage.state")           // not in a state this is possible from
	ErrPlace     = fault.New(fault.Invalid, "outage.place_unknown")    // no such piece of the company's network
	ErrCase      = fault.New(fault.Invalid, "outage.case_unfit")       // no fault that is still worked on
	ErrJoined    = fault.New(fault.Conflict, "outage.case_joined")     // it reports another outage, or this one already
	ErrUnit      = fault.New(fault.Invalid, "outage.unit_unknown")     // none of the company's
	ErrNotUs     = fault.New(fault.Forbidden, "outage.not_ours")       // another unit has it
	ErrFollowing = fault.New(fault.Conflict, "outage.still_following") // not all are told yet
)
