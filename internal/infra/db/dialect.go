package db

import (
	"fmt"
	"regexp"
	"strings"
)

// Dialect names the engine and holds the few fragments in which they differ.
type Dialect string

// The engines.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgres"
)

// ForUpdateSkipLocked locks the selected rows until the transaction ends, passing over
// those another transaction holds. SQLite has one writer and needs nothing.
func (d Dialect) ForUpdateSkipLocked() string {
	if d == PostgreSQL {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// ForUpdate keeps others from changing or holding the selected rows until the
// transaction ends; rows that refer to them may be added. SQLite has one writer and
// needs nothing.
func (d Dialect) ForUpdate() string {
	if d == PostgreSQL {
		return " FOR NO KEY UPDATE"
	}
	return ""
}

// ForShare keeps others from changing the selected rows until the transaction
// ends. SQLite has one writer and needs nothing.
func (d Dialect) ForShare() string {
	if d == PostgreSQL {
		return " FOR SHARE"
	}
	return ""
}

// Greatest is the larger of two expressions.
func (d Dialect) Greatest(a, b string) string {
	if d == PostgreSQL {
		return fmt.Sprintf("greatest(%s, %s)", a, b)
	}
	return fmt.Sprintf("max(%s, %s)", a, b)
}

// Position is where the text b begins in a, counted from 1; 0 when it does not
// occur. Unlike LIKE with a parameter it lets SQLite keep its plan.
func (d Dialect) Position(a, b string) string {
	if d == PostgreSQL {
		return fmt.Sprintf("strpos(%s, %s)", a, b)
	}
	return fmt.Sprintf("instr(%s, %s)", a, b)
}

// Unsorted is a column to sort by that keeps SQLite, which has no statistics, from
// walking an index in its order when another index leads to few rows. PostgreSQL
// weighs that itself.
func (d Dialect) Unsorted(column string) string {
	if d == PostgreSQL {
		return column
	}
	return "+" + column
}

// onlyBlock is a part of a migration meant for one engine:
// "-- only postgres" or "-- only sqlite" to "-- end".
var onlyBlock = regexp.MustCompile(`(?ms)^-- only (postgres|sqlite)\n(.*?)^-- end\n`)

var (
	createTable = regexp.MustCompile(`(?ms)^(CREATE TABLE .*?\n\))( PARTITION BY [^;]*)?;`)
	addColumn   = regexp.MustCompile(`(?m)^ALTER TABLE \w+ ADD COLUMN [^;]*;`)
	typeWord    = regexp.MustCompile(`\b(uuid|bigint|smallint|integer|boolean|bytea|double precision|bigserial)\b`)
	liteType    = map[string]string{
		"uuid": "BLOB", "bytea": "BLOB", "bigint": "INTEGER", "smallint": "INTEGER", "integer": "INTEGER",
		"boolean": "INTEGER", "double precision": "REAL",
		// An INTEGER PRIMARY KEY is SQLite's own row number.
		"bigserial": "INTEGER",
	}
)

// translate turns a migration written in PostgreSQL's words into the dialect's.
func (d Dialect) translate(sql string) string {
	sql = onlyBlock.ReplaceAllStringFunc(sql, func(block string) string {
		m := onlyBlock.FindStringSubmatch(block)
		if m[1] == string(d) {
			return m[2]
		}
		return ""
	})
	if d == PostgreSQL {
		return sql
	}
	sql = addColumn.ReplaceAllStringFunc(sql, liteWords)
	return createTable.ReplaceAllStringFunc(sql, func(table string) string {
		return liteWords(createTable.FindStringSubmatch(table)[1]) + " STRICT;"
	})
}

// liteWords puts SQLite's types in the place of PostgreSQL's.
func liteWords(columns string) string {
	columns = typeWord.ReplaceAllStringFunc(columns, func(w string) string { return liteType[w] })
	return strings.NewReplacer(` COLLATE "C"`, "", "BLOB NOT NULL DEFAULT ''", "BLOB NOT NULL DEFAULT x''").Replace(columns)
}
