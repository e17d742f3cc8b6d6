package audit

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrNoData        = fault.New(fault.NotFound, "audit.no_data")
	ErrOtherSchema   = fault.New(fault.Conflict, "audit.other_schema")
	ErrNoExport      = fault.New(fault.Invalid, "audit.no_export")
	ErrExportForged  = fault.New(fault.Invalid, "audit.export_forged")
	ErrExportChanged = fault.New(fault.Invalid, "audit.export_changed")
)
