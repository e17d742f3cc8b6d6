// Package job runs long work in the background and survives a killed process.
//
// Owns: the table job, claiming, leases, retries, progress, cancelling.
// Does not own: what a job does; modules register a function per kind.
//
// A job is inserted in the transaction of the use case that wants it, and its
// function may run more than once: a process that dies in the middle loses its
// lease and another begins anew, from the checkpoint the function last wrote in
// the same transaction as the rows of that step. So nothing is half done.
//
// States: queued → running → done | failed | cancelled; running → queued for a
// retry. A job whose lease is lost runs in another process, and fails when that was
// its last attempt: one that kills its process would kill them all.
package job
