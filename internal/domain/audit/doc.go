// Package audit keeps the record of every change.
//
// Owns: audit entries 审计记录: when, who, what was done to which object, and the
// object before and after.
// Does not own: who may do what (access), the timeline customers' staff read
// (customer).
//
// Invariants: an entry is written in the transaction of the change; entries are
// never changed; before and after are sealed, by the customer's own data key
// where the object is a customer's, so that erasing the customer erases them;
// the MAC covers the ciphertext, so erasure keeps it valid.
//
// Sources: A6, A12; 等保 2.0 level 3 (audit).
package audit
