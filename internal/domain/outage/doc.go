// Package outage keeps failures of supply as events, so that many reports of one fault
// are one repair, and everybody behind it is told.
//
// Owns: outages 停电事件 with the cases 工单 that report them, the crew 抢修班组 sent, the
// cause 停电原因, and who was told that supply is back 复电告知.
// Does not own: cases and the rules of their limits (feedback), the network and the history
// of its equipment (supply), messages (message), customers and their timeline (customer).
//
// An outage is at a place of the network: a piece of equipment, a district 台区, a line or a
// substation. Whoever is supplied through it is behind it. It may be found to be elsewhere
// while the work lasts.
//
// States: reported 已报修 → dispatched 已派工 → arrived 抢修中 → restored 已复电 → closed
// 已归档; reported, dispatched and arrived → cancelled 已撤销, which lets its cases go.
//
// Invariants: an outage is changed by steps of one table alone (moves), each leaving an
// event with who, when and why; a case reports one outage at most, of its own company; the
// limits of arrival and restoration are those of fault cases, counted from the oldest
// report every time; a job brings the cases as far as the outage is, and tells those behind
// it, in steps that are there whole or not at all, so that after a crash nobody is told
// twice; the call-back, and so the verdict, stays with each case.
//
// Sources: E9 (002 §1; 004 part 6), E5 (000 part 5): the manager of a key customer.
package outage
