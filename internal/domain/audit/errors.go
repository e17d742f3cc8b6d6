package audit

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrNoData      = fault.New(fault.NotFound, "audit.no_data")
	ErrOtherSchema = fault.New(fault.Conflict, "audit.other_schema")
)
