// Package migration holds the steps of the schema, in PostgreSQL's words.
package migration

import "embed"

// Files are the steps, in the order of their names.
//
//go:embed *.sql
var Files embed.FS
