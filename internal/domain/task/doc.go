// Package task is the inbox of work to be done by a person.
//
// Owns: tasks 待办, their assignee 责任人, due time 期限, and state.
// Does not own: why there is something to do; modules make tasks in their own
// transactions and close them when the reason is gone.
//
// States: open → done | dropped; done and dropped → open (taken back).
//
// Invariants: a task stands in one company; the title a person typed is sealed,
// and a module's task carries a kind and parameters without personal text
// instead, rendered in the reader's language. A deputy finds the absent person's
// tasks among his own, named so; a team's are those of the people at home in one's
// unit or below, seen and given to others by right.
//
// Sources: issue rows "my tasks"; A8 (supervisor's checks), I1–I6 use it later.
package task
