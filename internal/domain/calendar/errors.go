package calendar

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	// ErrOtherYear: the file is of another year; Params["year"].
	ErrOtherYear = fault.New(fault.Invalid, "calendar.other_year")
	// ErrSame: the file says what is known already.
	ErrSame = fault.New(fault.Conflict, "calendar.same")
)
