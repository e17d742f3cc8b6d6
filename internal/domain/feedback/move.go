package feedback

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Action is a step of a case; it names route, permission and event.
type Action string

// The steps that move a case.
const (
	Create   Action = "create"
	Dispatch Action = "dispatch"
	Accept   Action = "accept"
	Assign   Action = "assign"
	Transfer Action = "transfer"
	Return   Action = "return"
	Pause    Action = "pause"
	Resume   Action = "resume"
	Progress Action = "progress"
	Resolve  Action = "resolve"
	Judge    Action = "verdict"
	Close    Action = "close"
	Reopen   Action = "reopen"
	Withdraw Action = "withdraw"
	Join     Action = "join"
	Split    Action = "split"
	Update   Action = "update"
)

// same leaves the state as it is.
const same State = ""

// move is where a step leads from which states. working tells that only the unit that
// has the case takes it.
type move struct {
	from    []State
	to      State
	working bool
}

var open = []State{Registered, Dispatched, Accepted, Waiting}

// moves is the transition table. A dissatisfied verdict is followed by Reopen.
var moves = map[Action]move{
	Dispatch: {from: []State{Registered}, to: Dispatched},
	Accept:   {from: []State{Dispatched}, to: Accepted, working: true},
	Assign:   {from: []State{Dispatched, Accepted, Waiting}, to: same, working: true},
	Transfer: {from: []State{Dispatched, Accepted}, to: Dispatched, working: true},
	Return:   {from: []State{Dispatched, Accepted}, to: Registered, working: true},
	Pause:    {from: []State{Accepted}, to: Waiting, working: true},
	Resume:   {from: []State{Waiting}, to: Accepted, working: true},
	Progress: {from: []State{Dispatched, Accepted, Waiting}, to: same, working: true},
	Resolve:  {from: []State{Registered, Accepted}, to: Resolved, working: true},
	Judge:    {from: []State{Resolved}, to: Closed},
	Close:    {from: []State{Resolved}, to: Closed},
	Reopen:   {from: []State{Resolved, Closed, Withdrawn, Joined}, to: Dispatched},
	Withdraw: {from: open, to: Withdrawn},
	Join:     {from: open, to: Joined},
	Split:    {from: open, to: same},
	Update:   {from: append(slices.Clone(open), Resolved), to: same},
}

// can tells whether a step is possible from where the case stands.
func (c Case) can(a Action) bool { return slices.Contains(moves[a].from, c.State) }

// take moves the case by a step. Error: ErrState.
func (c *Case) take(a Action, now when.Instant) error {
	if !c.can(a) {
		return ErrState.With("state", string(c.State), "action", string(a))
	}
	if to := moves[a].to; to != same {
		c.State = to
	}
	switch c.State {
	case Resolved:
		if a == Resolve {
			c.ResolvedAt = now
		}
	case Closed, Withdrawn, Joined:
		c.EndedAt = now
	default:
		c.ResolvedAt, c.EndedAt = 0, 0
	}
	return nil
}
