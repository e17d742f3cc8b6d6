// Package incident treats failures of service as accidents of supply are treated.
//
// Owns: service incidents 服务事故, opened from a case or by themselves, with grade 等级,
// the time within which each is reported upward 上报时限, cause 原因, responsible unit and
// person 责任单位、责任人, measures 整改措施 each with owner and day, and their figures; the
// rules of the grades.
// Does not own: cases (feedback), customers (customer), tasks (task), organisations (org).
//
// States: opened 待上报 → reported 调查中 → concluded 整改中 → submitted 待结案 → closed 已结案.
// What turns out to be none is dismissed 不属事故. A measure: open 落实中 → kept 按期完成 |
// late 逾期完成 | dropped 已取消.
//
// Invariants: an incident is changed by steps of one table alone (moves), each leaving an
// event with who, when and why; only somebody at home higher than the unit where it
// happened, and higher than the one that is responsible, closes it, sends it back,
// dismisses it or lowers its grade, and nobody closes what he is responsible for; the time
// of the report runs day and night from when the incident was known, by the rule of the
// grade it then had; a unit is counted from the beginning, until the conclusion names
// another; who is responsible is shown to those alone who hold incident.person; what was
// written is sealed by the key of the customer of its case, or by the company's own.
//
// Sources: E8 (004 part 8: service accidents are treated like accidents of supply).
package incident
