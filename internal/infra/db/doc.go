// Package db is the only way to the database: SQLite embedded or PostgreSQL,
// one SQL text for both.
//
// Owns: connections, transactions, migrations, bulk writes, mapping of rows to
// structs and of driver errors to ours, the scope of a query, idempotency keys.
// Does not own: any table of a business module, any rule.
//
// SQL is written in PostgreSQL's words with $n placeholders; where the engines
// truly differ the difference is a fragment of Dialect. Rules for the text:
// no NULL in sort columns, CAST(sum(x) AS BIGINT), COLLATE "C" on codes, LIKE
// only on folded columns, values made in Go rather than by functions.
//
// Transactions are visible: Write passes a *Tx, and functions that join it take
// the *Tx first and end in Tx. A Tx fixes its time at its start. Its function
// may run again after a serialisation failure, so it touches nothing but tx.
package db
