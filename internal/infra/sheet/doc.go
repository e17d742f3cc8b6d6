// Package sheet reads the tables people send, row by row in bounded memory, CSV
// in the usual encodings and separators and XLSX; and writes tables for people
// to open in a spreadsheet.
//
// Owns: recognising format, encoding, separator and header; what is wrong with a
// file or a row, with its place; the meaning of cells as numbers, days and codes
// in clear; escaping on export.
// Does not own: what columns mean.
//
// Rows are numbered as a spreadsheet numbers them. Cells are text without
// surrounding white space: of a formula the value last computed, of a day
// YYYY-MM-DD. Nothing in a cell is ever executed. A row that cannot be read
// (broken quoting, cells too long) is given with its problem and the next one
// goes on; a file that cannot be read ends with a *fault.Error.
//
// XLSX is read here rather than by excelize, which keeps a row offset for every
// shared string and unpacks to clear temporary files: a million rows of ten
// columns took 400 MB and 65 s of CPU with it. Here the strings stand in
// compressed blocks in memory.
package sheet
