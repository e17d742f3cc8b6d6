package satisfaction

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrModelName    = fault.New(fault.Conflict, "satisfaction.model_name_taken")
	ErrShipped      = fault.New(fault.Conflict, "satisfaction.model_shipped")
	ErrNotFinished  = fault.New(fault.Conflict, "satisfaction.not_finished")
	ErrRefused      = fault.New(fault.Invalid, "satisfaction.refused") // the estimation's problems say why
	ErrDataReplaced = fault.New(fault.Conflict, "satisfaction.data_replaced")
	ErrModelUsed    = fault.New(fault.Conflict, "satisfaction.model_used")
	ErrModels       = fault.New(fault.Conflict, "satisfaction.models") // limit
)
