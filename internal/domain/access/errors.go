package access

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrLogin       = fault.New(fault.Unauthenticated, "access.login_required")
	ErrCredentials = fault.New(fault.Unauthenticated, "access.credentials")
	ErrForbidden   = fault.New(fault.Forbidden, "access.forbidden")
	ErrLoginTaken  = fault.New(fault.Conflict, "access.login_taken")
	ErrRoleUnknown = fault.New(fault.Invalid, "access.role_unknown")
	ErrOrgUnknown  = fault.New(fault.Invalid, "access.org_unknown")
	ErrBeyondOwn   = fault.New(fault.Forbidden, "access.beyond_own_rights")
	ErrSelf        = fault.New(fault.Conflict, "access.not_oneself")
	ErrFounded     = fault.New(fault.Conflict, "access.founded")
)
