// Package bulk changes many records at once.
//
// Owns: bulk changes 批量修改: which records were chosen and in which version each was
// seen, what became of each, the job that does it and the one that takes it back 撤销.
// Does not own: the records and what may become of them; a module says that by Records.
//
// States: running → done | stopped (cancelled, or failed); stopped → running, from where
// it stopped; done and stopped → undoing → undone, or done again when the taking back
// stops.
//
// Invariants: the records are fixed when the change begins, with the version each was
// seen in; one that was changed meanwhile is left alone and listed. Each record's change
// and what is kept of it are one transaction with the job's step, so that a killed process
// goes on exactly where it stopped. Scope and permission of who asks hold at the
// preview, for every portion of the run and of the taking back, as they are then.
// A change is taken back within 30 days, and only what still stands as it left it; then
// what is known of single records goes. It is its maker's; holders of bulk.all see and
// take back everybody's in their companies.
//
// Sources: issue rows "lists share one kit".
package bulk
