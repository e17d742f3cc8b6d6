// Package lookup decides who may look up confidential data of customers.
//
// Owns: look-ups 保密查阅 (a request to see, export or print named customers for a
// time), their approval 审批 by the department's manager, emergency look-ups
// 紧急查阅 and their review 事后审查, releases 外带 (a file or sheet that leaves with
// data shown whole, under a serial number 编号), the rule of how long and how much, and
// of what a case shows to who has it.
// Does not own: what is masked and how (customer.Sight), who may do what (access),
// the read log itself (audit, customer).
//
// States: requested 待审批 → approved 已批准 → running 查阅中 → ended 已结束;
// requested → refused 已拒绝; requested and approved → withdrawn 已撤回; approved →
// ended when nobody began in time. An emergency look-up begins as running and is
// reviewed 合理 or 有异议 afterwards.
//
// The time runs from the moment the asker begins, not from the approval: what is
// approved while he is with a customer is not lost.
//
// Invariants: nobody decides about his own look-up; the customers are fixed when it
// is asked for, so that later ones of a filter are not opened; a look-up begins
// once; its time is never longer than asked for, and a clock that was set back
// neither prolongs nor repeats it; every step stands in the audit log; a serial
// number is not kept, only its hash.
//
// Sources: A6 (002 §2: inside the company only with the manager's approval); GB/T
// 35273-2020 7.1 (least privilege, approval, log).
package lookup
