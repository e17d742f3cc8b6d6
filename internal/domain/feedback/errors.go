package feedback

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrState        = fault.New(fault.Conflict, "feedback.state")          // not in a state this is possible from
	ErrNotYours     = fault.New(fault.Forbidden, "feedback.not_yours")     // another unit has the case
	ErrUnit         = fault.New(fault.Invalid, "feedback.unit")            // no unit of the company
	ErrNobody       = fault.New(fault.Conflict, "feedback.nobody")         // nobody there could take it
	ErrOwner        = fault.New(fault.Invalid, "feedback.owner")           // who may not work on cases of the company
	ErrSameOwner    = fault.New(fault.Conflict, "feedback.same_owner")     // a reopened case goes to somebody else
	ErrCategory     = fault.New(fault.Invalid, "feedback.category")        // none of the company's, retired, or of other types
	ErrInUse        = fault.New(fault.Conflict, "feedback.category_used")  // retire it instead
	ErrShipped      = fault.New(fault.Conflict, "feedback.category_built") // it comes with the program: retire it
	ErrLoop         = fault.New(fault.Invalid, "feedback.category_loop")   // a category below itself
	ErrLead         = fault.New(fault.Conflict, "feedback.lead")           // the leading case has ended, is joined, or is this one
	ErrUnsolved     = fault.New(fault.Conflict, "feedback.unsolved")       // no answer yet, or secret: nothing to learn from it for others
	ErrLinked       = fault.New(fault.Conflict, "feedback.linked")         // already
	ErrTrendTooLong = fault.New(fault.Invalid, "feedback.trend_too_long")  // Params["periods"], Params["most"]
)
