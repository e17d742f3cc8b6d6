package survey

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors; those of unreadable files are package table's.
var (
	ErrNoData        = fault.New(fault.Conflict, "survey.no_data")
	ErrImportRunning = fault.New(fault.Conflict, "survey.import_running")
	ErrNoRows        = fault.New(fault.Invalid, "survey.no_rows")
	ErrRowsRejected  = fault.New(fault.Invalid, "survey.rows_rejected")
	ErrUnreadable    = fault.New(fault.Invalid, "survey.unreadable") // the file's problems say why
	ErrFiles         = fault.New(fault.Conflict, "survey.files")     // limit
	ErrLevels        = fault.New(fault.Invalid, "survey.levels")     // attribute, limit, row
)
