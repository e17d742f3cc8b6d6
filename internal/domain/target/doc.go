// Package target keeps what account managers are to sell.
//
// Owns: sales targets 售电量目标 of account managers 客户经理 for a year, month by
// month; the proposal 拟定值 derived from the forecast and the growth 增长率 a
// supervisor chooses; attainment 完成率.
// Does not own: consumption, forecasts and their error (supply); whose customer a
// customer is (customer).
//
// A target is derived or typed: each month's proposal is the forecast of the
// manager's customers raised by the growth, and the supervisor may set another. The
// forecast of a month looks at what was on record a month before it at the latest,
// so that it is never told the outcome.
//
// Attainment is the energy over the target of the same months. It takes months
// that have ended, whose energy is on record and which have a target. Energy is
// that of the customers a manager has today, as in all figures by manager.
//
// Invariants: one target for a manager and year in a company; its months lie in
// the year; a target keeps the forecast and growth it was set with. It is given
// only to somebody who can see it.
//
// Units: energy Wh, ratios in thousandths.
//
// Sources: A7, A10.
package target
