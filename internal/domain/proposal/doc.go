// Package proposal lets people who are no maintainers change archives: they
// propose, a supervisor endorses, a maintainer decides field by field (A6).
//
// Owns: proposals 变更申请 of a new customer or of a change, with the reason 申请理由,
// the supervisor's endorsement 审核, the maintainer's verdict 逐项决定 on each field.
// Does not own: what a change of an archive must satisfy and how it is made
// (customer), tasks (task).
//
// States: submitted 待审核 → endorsed 待决定 → accepted 已采纳 | partly 部分采纳 |
// rejected 未采纳. submitted → returned 已退回 → submitted (corrected). Until it is
// decided its proposer may withdraw it: withdrawn 已撤回.
//
// Invariants: nobody endorses or decides what he proposed, nor decides
// what he endorsed: three people; what is accepted is
// applied with the decision, in one transaction, by the rules of a direct change;
// a maintainer decides by the record as it stands: when it was changed after he
// looked, he is refused; what is proposed stands sealed by the customer's key, for
// a new customer by the company's until he is made, and is shown as the archive
// is, to the proposer whole what he typed.
//
// Proposals are seen by their proposer and, in their companies, by those who
// endorse or decide.
//
// Sources: A6 (003).
package proposal
