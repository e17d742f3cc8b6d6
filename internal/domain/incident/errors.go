package incident

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrState    = fault.New(fault.Conflict, "incident.state")      // not in a state this is possible from
	ErrGrade    = fault.New(fault.Invalid, "incident.grade")       // there is none such, or it has it already
	ErrUnit     = fault.New(fault.Invalid, "incident.unit")        // no unit of the company
	ErrOwner    = fault.New(fault.Invalid, "incident.owner")       // who may not work on incidents of the company
	ErrPerson   = fault.New(fault.Invalid, "incident.person")      // nobody of the company
	ErrNotYours = fault.New(fault.Forbidden, "incident.not_yours") // another unit has it
	ErrLevel    = fault.New(fault.Forbidden, "incident.own_level") // for somebody of a higher organisation
	ErrOwn      = fault.New(fault.Forbidden, "incident.own")       // he is responsible for it himself
	ErrMeasures = fault.New(fault.Conflict, "incident.measures")   // there is none, or one is not ended yet
	ErrMost     = fault.New(fault.Conflict, "incident.most")       // as many measures as one may have
)
