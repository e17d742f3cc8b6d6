package supply

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrNumberTaken     = fault.New(fault.Conflict, "supply.number_taken")
	ErrNoTaken         = fault.New(fault.Conflict, "supply.no_taken")
	ErrLoop            = fault.New(fault.Conflict, "supply.line_loop")
	ErrMeterInstalled  = fault.New(fault.Conflict, "supply.meter_installed")
	ErrMeterNotThere   = fault.New(fault.Conflict, "supply.meter_not_installed")
	ErrMeterScrapped   = fault.New(fault.Conflict, "supply.meter_scrapped")
	ErrCurrentNumber   = fault.New(fault.Conflict, "supply.current_number")
	ErrHasConsumption  = fault.New(fault.Conflict, "supply.has_consumption")
	ErrInstallationDay = fault.New(fault.Conflict, "supply.installation_day")
	ErrLiveAccounts    = fault.New(fault.Conflict, "supply.live_accounts")
	ErrSort            = fault.New(fault.Invalid, "supply.sort")
)
