package when

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// Scope is what of a matter a limit is for.
type Scope string

// The scopes. A total adds up the phases that are ours and leaves out the customer's;
// end to end leaves out nothing, not even pauses.
const (
	Stage    Scope = "stage"
	Total    Scope = "total"
	EndToEnd Scope = "end_to_end"
)

// Terms are the parameters of a rule about a time limit: what we promise, and what the
// law allows at the most.
type Terms struct {
	Scope  Scope  `json:"scope"`
	Target Limit  `json:"target"`
	Legal  Limit  `json:"legal,omitzero"`
	Hours  *Hours `json:"hours,omitempty"` // minutes and hours run in these only
}

// Check refuses a promise that the law does not allow, where the two compare.
func (t Terms) Check() error {
	switch {
	case t.Scope != Stage && t.Scope != Total && t.Scope != EndToEnd:
		return fmt.Errorf("when: no scope %q", t.Scope)
	case t.Target.IsZero():
		return fmt.Errorf("when: no target")
	case t.Legal.Unit == t.Target.Unit && t.Legal.N < t.Target.N:
		return fmt.Errorf("when: target %s is longer than the legal limit %s", t.Target, t.Legal)
	case t.Hours != nil:
		return t.Hours.Check()
	}
	return nil
}

// Phase is a stage of a matter from a moment on, until the next begins.
type Phase struct {
	Code string  `json:"code"`
	At   Instant `json:"at"`
	Ours bool    `json:"ours"` // false: the customer's turn
}

// History is what happened to a matter, as far as its limits are concerned. It is only
// ever added to, and dates are counted from it anew.
type History struct {
	Phases []Phase `json:"phases"`
	Pauses []Pause `json:"pauses,omitempty"`
}

// Why a history refuses an event.
var (
	ErrEarlier  = fault.New(fault.Conflict, "clock.earlier") // than what is there
	ErrPaused   = fault.New(fault.Conflict, "clock.paused")  // already
	ErrRunning  = fault.New(fault.Conflict, "clock.running") // nothing to resume
	ErrNotBegun = fault.New(fault.Conflict, "clock.not_begun")
)

// Enter begins a phase. Errors: ErrEarlier, ErrPaused.
func (h *History) Enter(code string, at Instant, ours bool) error {
	if err := h.after(at, false); err != nil {
		return err
	}
	h.Phases = append(h.Phases, Phase{code, at, ours})
	return nil
}

// Pause stops the clock, which takes a reason and what proves it. Errors: validation,
// ErrEarlier, ErrPaused, ErrNotBegun.
func (h *History) Pause(at Instant, reason, evidence string) error {
	var v fault.Validation
	v.Check(strings.TrimSpace(reason) != "", "reason", "required")
	v.Check(strings.TrimSpace(evidence) != "", "evidence", "required")
	switch err := cmp.Or(v.Err(), h.after(at, false)); {
	case err != nil:
		return err
	case len(h.Phases) == 0:
		return ErrNotBegun
	}
	h.Pauses = append(h.Pauses, Pause{From: at, Reason: strings.TrimSpace(reason), Evidence: strings.TrimSpace(evidence)})
	return nil
}

// Resume lets the clock go on. Errors: ErrEarlier, ErrRunning.
func (h *History) Resume(at Instant) error {
	if err := h.after(at, true); err != nil {
		return err
	}
	h.Pauses[len(h.Pauses)-1].To = at
	return nil
}

// after refuses what does not come after what is there, or finds the clock otherwise.
func (h *History) after(at Instant, paused bool) error {
	var last Instant
	if n := len(h.Phases); n > 0 {
		last = h.Phases[n-1].At
	}
	stands := false
	if n := len(h.Pauses); n > 0 {
		last = max(last, h.Pauses[n-1].From, h.Pauses[n-1].To)
		stands = h.Pauses[n-1].To == 0
	}
	switch {
	case stands && !paused:
		return ErrPaused
	case !stands && paused:
		return ErrRunning
	case at < last:
		return ErrEarlier
	}
	return nil
}

// count is what a limit of a scope is counted from; stage names the phase. A phase that
// came again counts from the last time.
func (h History) count(scope Scope, stage string) (q Count, ok bool) {
	for _, p := range h.Phases {
		if scope != Stage && !ok || scope == Stage && p.Code == stage {
			q.From, ok = p.At, true
		}
	}
	if ok && scope != EndToEnd {
		q.Pauses = h.idle(q.From, scope == Total)
	}
	return q, ok
}

// idle are the pauses after a moment, and the customer's phases where they are left
// out, in order and without overlap.
func (h History) idle(from Instant, customer bool) (all []Pause) {
	idle := slices.Clone(h.Pauses)
	for i, p := range h.Phases {
		if !customer || p.Ours {
			continue
		}
		idle = append(idle, Pause{From: p.At, Reason: p.Code})
		if i+1 < len(h.Phases) {
			idle[len(idle)-1].To = h.Phases[i+1].At
		}
	}
	slices.SortStableFunc(idle, func(a, b Pause) int { return cmp.Compare(a.From, b.From) })
	for _, p := range idle {
		n := len(all)
		switch {
		case p.To != 0 && p.To <= from:
		case n > 0 && all[n-1].To == 0:
		case n > 0 && p.From <= all[n-1].To:
			if all[n-1].To = max(all[n-1].To, p.To); p.To == 0 {
				all[n-1].To = 0
			}
		default:
			all = append(all, p)
		}
	}
	return all
}

// Limits are the two dates of a rule, side by side.
type Limits struct {
	Target Explanation  `json:"target"`
	Legal  *Explanation `json:"legal,omitempty"`
}

// Limits counts the dates of terms from a history; stage names the phase where the
// scope is one. Error: ErrNotBegun.
func (c *Calendar) Limits(t Terms, h History, stage string) (l Limits, err error) {
	q, ok := h.count(t.Scope, stage)
	if !ok {
		return l, ErrNotBegun
	}
	q.Limit, q.Hours = t.Target, t.Hours
	l.Target = c.Explain(q)
	if !t.Legal.IsZero() {
		q.Limit = t.Legal
		legal := c.Explain(q)
		l.Legal = &legal
	}
	return l, nil
}
