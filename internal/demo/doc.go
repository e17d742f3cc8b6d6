// Package demo makes a power company that does not exist: the same for the same
// seed, size and clock.
//
// Nobody in it is real. Names are put together from frequency tables,
// certificate numbers use a region code that was never assigned (590100),
// phones a prefix no operator was given (154), places are invented.
//
// Each customer is drawn from a random source of his own, seeded by the world's
// seed and his number, so that any customer can be made again without the
// others: benchmarks ask for what they have loaded.
package demo
