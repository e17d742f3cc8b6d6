package customer

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	// ErrDuplicates: Params["candidates"] lists them; the same request with
	// confirm_duplicates goes through.
	ErrDuplicates = fault.New(fault.Conflict, "customer.duplicates")
	ErrNoTaken    = fault.New(fault.Conflict, "customer.no_taken")
	ErrMerged     = fault.New(fault.Conflict, "customer.merged")
	ErrErased     = fault.New(fault.Conflict, "customer.erased")
	ErrClosed     = fault.New(fault.Conflict, "customer.closed")
	ErrNotClosed  = fault.New(fault.Conflict, "customer.not_closed")
	ErrUnit       = fault.New(fault.Invalid, "customer.unit_unknown")
	ErrManager    = fault.New(fault.Invalid, "customer.manager_unknown")
	ErrConcealed  = fault.New(fault.Forbidden, "customer.concealed")
	// ErrNeedsLookup: what is asked for leaves by an approved look-up alone.
	ErrNeedsLookup = fault.New(fault.Forbidden, "customer.needs_lookup")
	ErrNoPreview   = fault.New(fault.NotFound, "customer.no_preview")
	ErrMergeSelf   = fault.New(fault.Invalid, "customer.merge_self")
	ErrMergeKind   = fault.New(fault.Conflict, "customer.merge_kind")
	ErrNotMerged   = fault.New(fault.Conflict, "customer.not_merged")
	// ErrChangedSince: Params["parts"] lists what was changed since the merge.
	ErrChangedSince = fault.New(fault.Conflict, "customer.changed_since")
	ErrCodeTaken    = fault.New(fault.Conflict, "customer.code_taken")
	// ErrClassInUse: Params class, n.
	ErrClassInUse = fault.New(fault.Conflict, "customer.class_in_use")
	ErrFieldFixed = fault.New(fault.Conflict, "customer.field_fixed")
	ErrTooMany    = fault.New(fault.Conflict, "customer.too_many_settings")
	ErrNotReady   = fault.New(fault.Conflict, "customer.export_not_ready")
	ErrExpired    = fault.New(fault.NotFound, "customer.export_expired")
	ErrSheetFull  = fault.New(fault.TooLarge, "customer.sheet_full")
	ErrOwnLog     = fault.New(fault.Conflict, "customer.own_log")
	ErrNotLinked  = fault.New(fault.Conflict, "customer.not_linked")
	// ErrManyLooks and ErrManyVisits: so many in a day; Params["limit"].
	ErrManyLooks  = fault.New(fault.Conflict, "customer.many_looks")
	ErrManyVisits = fault.New(fault.Conflict, "customer.many_visits")
	// ErrUnaltered: a proposal that changes nothing.
	ErrUnaltered = fault.New(fault.Invalid, "customer.unaltered")
	ErrMention   = fault.New(fault.Invalid, "customer.mention_unknown") // who sees no customers of the company
	ErrNotAuthor = fault.New(fault.Forbidden, "customer.not_author")
)
