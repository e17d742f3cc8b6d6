package privacy

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	// ErrState: the request is not in a state this is possible from; Params["state"].
	ErrState = fault.New(fault.Conflict, "privacy.state")
	// ErrKind: this is for requests of another kind.
	ErrKind = fault.New(fault.Conflict, "privacy.kind")
	// ErrOpen: an erasure of the request is under way.
	ErrOpen = fault.New(fault.Conflict, "privacy.erasure_open")
	// ErrNotErased: a request for erasure is done when the erasure is.
	ErrNotErased = fault.New(fault.Conflict, "privacy.not_erased")
	// ErrNotChanged: a request for correction is done when the archive was changed since.
	ErrNotChanged = fault.New(fault.Conflict, "privacy.not_changed")
	// ErrBlocked: something forbids erasure; Params["blocks"].
	ErrBlocked = fault.New(fault.Conflict, "privacy.blocked")
	// ErrNumber: the typed number is not the customer's.
	ErrNumber = fault.New(fault.Invalid, "privacy.number")
	// ErrSamePerson: who proposed an erasure may not confirm it, nor may his deputy for him.
	ErrSamePerson = fault.New(fault.Forbidden, "privacy.same_person")
	ErrReason     = fault.New(fault.Invalid, "privacy.no_reason")
	// ErrLookup: a person's data leave by a look-up of him with the use export,
	// sensitive fields too.
	ErrLookup   = fault.New(fault.Forbidden, "privacy.needs_lookup")
	ErrNotReady = fault.New(fault.Conflict, "privacy.export_not_ready")
	ErrExpired  = fault.New(fault.NotFound, "privacy.export_expired")
	ErrPurpose  = fault.New(fault.Invalid, "privacy.no_purpose")
	ErrVersion  = fault.New(fault.Conflict, "privacy.text_version")
	ErrGiven    = fault.New(fault.Conflict, "privacy.consent_given")
	ErrNotGiven = fault.New(fault.Conflict, "privacy.consent_not_given")
	ErrRetired  = fault.New(fault.Conflict, "privacy.purpose_retired")
	// ErrPurposeUsed: somebody has consented or withdrawn; it may be retired.
	ErrPurposeUsed = fault.New(fault.Conflict, "privacy.purpose_used")
	// ErrShipped: it comes with the program; it may be retired.
	ErrShipped   = fault.New(fault.Conflict, "privacy.purpose_shipped")
	ErrCodeTaken = fault.New(fault.Conflict, "privacy.code_taken")
	ErrTooMany   = fault.New(fault.Conflict, "privacy.too_many") // limit
	ErrEvidence  = fault.New(fault.Invalid, "privacy.no_evidence")
)
