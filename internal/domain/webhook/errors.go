package webhook

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	// ErrTooMany: a company has as many as it may; Params["limit"].
	ErrTooMany = fault.New(fault.Conflict, "webhook.too_many")
	// ErrState: only an active subscription is sent to.
	ErrState = fault.New(fault.Conflict, "webhook.not_active")
	// ErrUnderWay: the delivery is under way already.
	ErrUnderWay = fault.New(fault.Conflict, "webhook.under_way")
)
