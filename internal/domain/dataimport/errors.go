package dataimport

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrBusy        = fault.New(fault.Conflict, "dataimport.busy")           // name: of the import that runs
	ErrState       = fault.New(fault.Conflict, "dataimport.state")          // state
	ErrUnchecked   = fault.New(fault.Conflict, "dataimport.unchecked")      // the dry run was not made with this mapping
	ErrNoRows      = fault.New(fault.Invalid, "dataimport.no_rows")         // only a header
	ErrMapping     = fault.New(fault.Invalid, "dataimport.mapping_missing") // nothing is mapped yet
	ErrRights      = fault.New(fault.Forbidden, "dataimport.rights")        // permission: of what the rows become
	ErrFileGone    = fault.New(fault.Conflict, "dataimport.file_gone")
	ErrTooManyRows = fault.New(fault.Invalid, "dataimport.too_many_rows") // limit
	ErrNothing     = fault.New(fault.Conflict, "dataimport.nothing_to_revert")
	ErrConcurrent  = fault.New(fault.Conflict, "dataimport.concurrent") // rows kept changing under the import
)

// Codes of what is wrong with a cell or row, beside those of sheet, customer and
// supply. The sentence of a code is that of the field code of the same name.
const (
	codeFormula         = "formula"
	codeCellError       = "cell_error"
	codeMasked          = "masked_value"
	codeDigitsLost      = "digits_lost"
	codeNoNumber        = "no_number"
	codeNoWhole         = "no_whole_number"
	codeNoDay           = "no_such_day"
	codeNoYesNo         = "no_yes_no"
	codeUnknownCode     = "unknown_code"         // allowed
	codeKindUnknown     = "kind_unknown"         // person or organisation?
	codeCertificateKind = "certificate_kind"     // the number tells no kind
	codeKeyMissing      = "key_missing"          // nothing that tells the customer
	codeCustomerUnknown = "customer_unknown"     // no such customer
	codeCustomerMerged  = "customer_merged"      // customer_no
	codeKeysDiffer      = "keys_differ"          // customer_no: whose the certificate is
	codeSeveral         = "several_customers"    // count
	codeRepeated        = "repeated_in_file"     // row
	codeRepeatedDiffers = "repeated_differently" // row
	codeExists          = "exists_already"
	codeNotThere        = "not_there_yet"
	codeAccountOfOther  = "account_of_other" // account_no
	codeFormerNumber    = "former_number"    // account_no: the current one
	codeMeterTaken      = "meter_taken"
	codeMeterChange     = "meter_change"
	codeNoReference     = "unknown_number" // number of a district, line or unit
	codeTooManyContacts = "too_many_contacts"
	codeOneContact      = "one_contact_a_row"
	codeEditedSince     = "edited_since"
)
