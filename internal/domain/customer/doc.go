// Package customer keeps the customer archive.
//
// Owns: customers 客户 (persons 个人, organisations 单位) with their contacts
// 联系方式 and certificates 证件; classification schemes 分类方案 and tags 标签;
// company-defined fields 自定义字段 and their history; the timeline 动态 on which
// every module writes; notes 备注, analysis entries 分析资料, interactions 往来记录
// and what was spent; attachments 附件; the reception register 来访登记 and personal
// logs 见客日志; merging of duplicates 合并 and its undo; change history, export;
// the classes of fields 保密分级 and who sees what: by right, or because a customer
// was opened for him for a time.
// Does not own: accounts 户号, premises, meters and the network (supply), tasks
// (task), import of files, approval of look-ups.
//
// States: active → closed → active (reopened); active or closed → merged →
// what it was (merge undone). A merged customer is read-only and left out of
// lists and search; merged_into names the one who took over. Any of these → erased,
// for good: the key is destroyed, and a row without a person stays.
//
// Invariants: customer numbers are unique in a company; what is confidential of
// a customer stands sealed by his own data key, and only blind indexes tell
// phones and certificates apart; names stand open and are masked on screen for
// callers without customer.reveal, unless the customer is open for them (Sight);
// what is shown whole stands in the audit log before it is shown; a name identifies nobody; every customer has
// exactly one class of every scheme, the scheme's default where nothing was
// chosen; every change has its audit entry, sealed by the same key.
//
// Reading the parts of a customer (timeline, notes, …) needs customer.get; each
// kind of change has a permission of its own.
//
// Sources: A1, A2, A4, A5, A8, A9, A12 (002 §1, 003); GB 11643, GB 32100; PIPL
// art. 51 for the masks.
package customer
