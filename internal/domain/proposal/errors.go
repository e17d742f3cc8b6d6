package proposal

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrState    = fault.New(fault.Conflict, "proposal.state") // not in a state this is possible from
	ErrOwn      = fault.New(fault.Forbidden, "proposal.own")  // one's own proposal
	ErrNotOwn   = fault.New(fault.Forbidden, "proposal.not_own")
	ErrEndorser = fault.New(fault.Forbidden, "proposal.endorser_decides") // who endorsed it does not decide it too
	ErrErased   = fault.New(fault.Conflict, "proposal.erased")            // the customer's data were, and this with them
)
