package view

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// The module's errors.
var (
	ErrMany  = fault.New(fault.Conflict, "view.too_many")   // somebody has as many views of a list as he can
	ErrOwner = fault.New(fault.Forbidden, "view.not_yours") // neither its owner nor allowed to change what is shared
)
