package portal

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors. ErrCode and ErrCredentials tell a stranger nothing of what was wrong.
var (
	ErrLogin       = fault.New(fault.Unauthenticated, "portal.sign_in")
	ErrCode        = fault.New(fault.Unauthenticated, "portal.wrong_code")
	ErrCredentials = fault.New(fault.Unauthenticated, "portal.wrong_password")
	ErrOff         = fault.New(fault.NotFound, "portal.off") // the company does not serve customers here
	ErrProgress    = fault.New(fault.NotFound, "portal.no_progress")
	ErrOldPassword = fault.New(fault.Forbidden, "portal.old_password") // the old one is wrong
)
