// Package search finds things by fragments of their names, and by numbers.
//
// Owns: search documents, their token index on both engines, candidates and
// their ranking.
// Does not own: how a text is cut into tokens (base/cn) and what a query means;
// the modules that own the objects decide both.
//
// A token is hashed together with its company and index, so that a query reads
// only what its company wrote. Grams, the pieces of names and addresses, are
// common, so on PostgreSQL, whose GIN index cannot stop early, each document
// falls into one of a few buckets, each larger than the one before, and a query
// reads bucket after bucket until it has enough: seldom more than twice what it
// wanted, however many documents there are. FTS5 stops early by itself.
//
// Only the first candidates, 500 over all companies, are ranked: by exact title,
// beginning of the title, within the title, then length of the title.
package search
