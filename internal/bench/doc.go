// Package bench measures the program as its users meet it: over HTTP, against a
// server in a process of its own, on data made from a seed.
//
// CPU is that of the server and of its database, per operation, read from the
// operating system's own accounting (/proc); the load generator is left out.
// Latencies are the client's. Figures of a busy machine are worth little by
// themselves: compare ratios within one run.
package bench
