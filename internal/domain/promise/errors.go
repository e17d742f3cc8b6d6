package promise

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrState  = fault.New(fault.Conflict, "promise.state")      // not in a state this is possible from
	ErrType   = fault.New(fault.Invalid, "promise.type")        // none of the company's, or retired
	ErrSource = fault.New(fault.Invalid, "promise.source")      // what it was made in is not of the customer
	ErrOwner  = fault.New(fault.Invalid, "promise.owner")       // who may not work on promises of the company
	ErrOwn    = fault.New(fault.Forbidden, "promise.own")       // nobody approves his own
	ErrNotUs  = fault.New(fault.Forbidden, "promise.not_yours") // another unit has it
	ErrMoved  = fault.New(fault.Conflict, "promise.rule_moved") // the rule of today is another than the one that was shown
)
