// Package dataimport brings customers, accounts and contacts in from files.
//
// Owns: imports 导入 with their file 文件, column mapping 列对应, dry run 试运行,
// progress, problem rows 问题行 as a file to correct and send again, and the
// taking back 撤销 of a whole import; the words by which columns and codes are
// recognised (field/fields.json).
// Does not own: customers (customer), accounts, premises and meters (supply), how
// files are read (infra/sheet).
//
// Kinds: customers (each row a customer with his contacts, and on the same row,
// where the columns are there, his account, premise and meter), accounts (with
// the customer they belong to), contacts (of customers that are there).
//
// Keys: a customer is known by customer number, else by certificate number; an
// account by its number; a contact by customer and value. A row that names a
// customer by his account alone means its holder, unless the name is another: that
// may be the next tenant. A name identifies nobody. Rows of one file that name the same customer with different account
// numbers give him several accounts. Empty cells change nothing.
//
// States: uploaded → checking → checked → running → done; running → failed |
// cancelled, from where the import goes on or is taken back; done, failed,
// cancelled → reverting → reverted, or done again when the taking back stops. A
// new mapping makes checked uploaded again.
// uploaded and checked → discarded.
//
// Invariants: a batch of rows, what it made, its problem rows, counters, audit
// entry and the job's step are one transaction, so that a killed process goes on
// exactly where it stopped; one import of a company runs at a time; every row
// that was not taken is told with row, column and remedy; reverting touches only
// what nobody changed since, and lists the rest. The file and what is kept of
// rows are sealed by the company's key, what is kept of changed customers by
// theirs.
//
// Sources: 002 §3 (import), peers' users' first wish.
package dataimport
