package message

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	// ErrTemplate: there is no such template, or it has no text for the channel.
	ErrTemplate = fault.New(fault.Invalid, "message.no_template")
	// ErrAddress: the address cannot be written to by the channel.
	ErrAddress = fault.New(fault.Invalid, "message.bad_address")
	// ErrState: in its state that cannot be done to it; Params["state"].
	ErrState = fault.New(fault.Conflict, "message.state")
	// ErrErased: the text is no longer there.
	ErrErased = fault.New(fault.Conflict, "message.erased")
	// ErrSame: the template is so already.
	ErrSame = fault.New(fault.Conflict, "message.same_text")
	// ErrNoChannel: the company has not set the channel up.
	ErrNoChannel = fault.New(fault.Conflict, "message.no_channel")
)
