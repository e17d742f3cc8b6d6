package target

import "github.com/zhiyin-power/zhiyin/internal/base/fault"

// ErrManager: the person is not an account manager of the company, or has left.
var ErrManager = fault.New(fault.Invalid, "target.not_manager")
