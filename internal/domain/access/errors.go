package access

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrLogin       = fault.New(fault.Unauthenticated, "access.login_required")
	ErrCredentials = fault.New(fault.Unauthenticated, "access.credentials")
	// ErrLocked: too many failed attempts; Params["retry_after_s"].
	ErrLocked = fault.New(fault.TooMany, "access.locked")
	// ErrCodeRequired: the password is right, a code of the second factor is missing.
	ErrCodeRequired = fault.New(fault.Unauthenticated, "access.code_required")
	ErrCode         = fault.New(fault.Unauthenticated, "access.code")
	// ErrPasswordDue, ErrFactorDue: nothing else before the password is changed, or a
	// second factor set up.
	ErrPasswordDue   = fault.New(fault.Forbidden, "access.password_due")
	ErrFactorDue     = fault.New(fault.Forbidden, "access.factor_due")
	ErrFactorPresent = fault.New(fault.Conflict, "access.factor_present")
	ErrFactorAbsent  = fault.New(fault.Conflict, "access.factor_absent")
	ErrKeyOnly       = fault.New(fault.Forbidden, "access.not_by_key")
	ErrForbidden     = fault.New(fault.Forbidden, "access.forbidden")
	ErrLoginTaken    = fault.New(fault.Conflict, "access.login_taken")
	ErrRoleUnknown   = fault.New(fault.Invalid, "access.role_unknown")
	ErrOrgUnknown    = fault.New(fault.Invalid, "access.org_unknown")
	ErrBeyondOwn     = fault.New(fault.Forbidden, "access.beyond_own_rights")
	// ErrBeyond: he holds a role where the caller does not manage users; whoever sets
	// his password or factor could act with it.
	ErrBeyond = fault.New(fault.Forbidden, "access.user_beyond")
	// ErrLastManager: the caller would manage users no longer, and perhaps nobody else.
	ErrLastManager = fault.New(fault.Conflict, "access.last_manager")
	ErrRolesMany   = fault.New(fault.Conflict, "access.roles_many")    // Params["limit"]
	ErrAbsences    = fault.New(fault.Conflict, "access.absences_many") // Params["limit"]
	// ErrSeparated: one person would be two of the three administrators.
	ErrSeparated = fault.New(fault.Conflict, "access.separated")
	// ErrMixed: one role would hold permissions of two of them.
	ErrMixed     = fault.New(fault.Conflict, "access.role_mixed")
	ErrBuiltin   = fault.New(fault.Conflict, "access.role_builtin")
	ErrRoleTaken = fault.New(fault.Conflict, "access.role_taken") // another role has the name
	// ErrOwnRole: nobody changes what he may do himself.
	ErrOwnRole     = fault.New(fault.Conflict, "access.own_role")
	ErrRoleRetired = fault.New(fault.Conflict, "access.role_retired")
	ErrRoleBeyond  = fault.New(fault.Conflict, "access.role_beyond") // the role is of another organisation
	ErrGrantTwice  = fault.New(fault.Conflict, "access.grant_twice")
	// ErrDeputyMore: whoever names the deputy would have more rights by it.
	ErrDeputyMore = fault.New(fault.Conflict, "access.deputy_more")
	ErrAbsence    = fault.New(fault.Conflict, "access.absence_ended")
	ErrSelf       = fault.New(fault.Conflict, "access.not_oneself")
	ErrFounded    = fault.New(fault.Conflict, "access.founded")

	// ErrSSOState: the attempt is not this browser's, was finished, or is too old.
	ErrSSOState = fault.New(fault.Forbidden, "access.sso_state")
	// ErrSSODenied, ErrSSORefused: the provider says that the person, or it, will not.
	ErrSSODenied  = fault.New(fault.Forbidden, "access.sso_denied")
	ErrSSORefused = fault.New(fault.Forbidden, "access.sso_refused")
	// ErrSSOUnlinked: nobody here is this person of the provider.
	ErrSSOUnlinked = fault.New(fault.Forbidden, "access.sso_unlinked")
	// ErrSSOTaken: the user is another person of the provider, or the person another user.
	ErrSSOTaken       = fault.New(fault.Conflict, "access.sso_taken")
	ErrSSOStopped     = fault.New(fault.Forbidden, "access.sso_stopped")
	ErrProviderTaken  = fault.New(fault.Conflict, "access.provider_taken")
	ErrProviderLinked = fault.New(fault.Conflict, "access.provider_linked")
)
