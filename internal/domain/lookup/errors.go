package lookup

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrState       = fault.New(fault.Conflict, "lookup.state")       // not in a state this is possible from
	ErrOwn         = fault.New(fault.Forbidden, "lookup.own")        // nobody decides about his own
	ErrNoDecider   = fault.New(fault.Conflict, "lookup.no_decider")  // there is nobody who could approve
	ErrUse         = fault.New(fault.Forbidden, "lookup.use")        // not what was approved
	ErrNotIn       = fault.New(fault.Forbidden, "lookup.not_in")     // the customer is not among the approved
	ErrEmergencies = fault.New(fault.Conflict, "lookup.emergencies") // so many in a day; Params["limit"]
	ErrClock       = fault.New(fault.Conflict, "lookup.clock")       // the clock stands before what the audit log tells
	ErrDecider     = fault.New(fault.Forbidden, "lookup.decider")    // what belongs to no customer is taken by who decides
	ErrNoSerial    = fault.New(fault.NotFound, "lookup.no_serial")   // nobody took a file or sheet with this number
)
