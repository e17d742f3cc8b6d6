// Package promise keeps what was promised to customers, so that each promise is kept,
// watched and counted.
//
// Owns: promises 承诺 made in a case, a reception, a call or a visit, with their due time
// 期限, approval 审批, keeping 兑现 and evidence 凭据; the types 承诺类型 with the floor 底线
// anybody may promise at, the limit 上限 of what may be approved, and the lead 提前量 of the
// reminder; the kept rate 兑现率 by unit, person and type.
// Does not own: customers and contacts with them (customer), cases (feedback), tasks
// (task), which days are worked (calendar).
//
// A promise is of a time ("called back within 30 minutes") or of an amount ("up to 200
// yuan", paid within the type's limit). The more generous, the more it costs: a shorter
// time, a larger amount. Beyond the floor the department head approves it before it
// counts; beyond the limit nobody promises it.
//
// States: awaiting 待审批 → open 履行中 | refused 未批准; open → kept 按时兑现 | late 逾期兑现 |
// broken 未兑现; awaiting and open → withdrawn 已撤回; what has ended in error → open again.
//
// Invariants: a promise is changed by steps of one table alone (moves), each leaving an
// event with who, when and why; nobody approves his own; the clock of a promise begins
// when it counts, and its date is counted from there every time, by the rule it was made
// by, never moved; what was said stands sealed by the customer's key, or by the company's
// own where there is no customer; only the unit that has a promise works on it.
//
// Sources: M1 (004 part 5).
package promise
