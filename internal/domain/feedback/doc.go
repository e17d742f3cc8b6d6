// Package feedback keeps the customers' voice: cases with deadlines.
//
// Owns: cases 工单 of the eight kinds of 95598 (故障报修, 业务咨询, 投诉, 举报, 意见,
// 建议, 表扬, 服务申请) with every step that was taken, internal notes 内部备注 and
// words to the customer 对客答复 apart, evidence 附件, links 关联, watchers 关注;
// categories 分类 and which units solve them 派单规则; the rules of severity 分级,
// limits 时限 and escalation 升级督办; of which moves customers are told by message 告知
// 客户.
// Does not own: how a message goes (message), how customers follow cases (portal),
// customers and their archive (customer), accounts and the network (supply), tasks
// (task), which days are worked (calendar).
//
// States: registered 已登记 → dispatched 已派单 → accepted 处理中 ⇄ waiting 已暂停;
// accepted → resolved 待回访 → closed 已办结. A case answered at once goes from
// registered to resolved. Dissatisfied customers open it again, for another owner.
// While it is open it may be withdrawn 已撤销 or joined 已并入 into a leading case,
// with which it ends.
//
// Invariants: a case is changed by steps of one table alone (moves), and each leaves
// an event with who, when and why; deadlines are counted from the events every time,
// by the rule they were first counted by, never moved; the clock stands still only
// with a reason and what proves it; a category that cases have is retired, never
// removed; what was said, who called and what was answered is sealed by the
// customer's key, or by the company's own where there is no customer; only the unit
// that has a case works on it; its owner sees some fields of its customer while he has
// it, logged, nobody else does by it; a customer is told of a move in the transaction of
// that move, once, and of none of a case that was told anonymously or in confidence; on
// paper and as a file nothing leaves whole but by an approval.
//
// Sources: A6, E1-E5, E10 (002 §2; 004 parts 1, 5, 6); domain facts 5 and 6.
package feedback
