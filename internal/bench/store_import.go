package bench

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// bareCopy writes the columns of a file into a table of texts without indexes,
// in one COPY, or on SQLite one prepared statement.
func bareCopy(ctx context.Context, d *db.DB, file string, columns []string, rows int) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.ReuseRecord = true
	if _, err := in.Read(); err != nil {
		return err
	}
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = fmt.Sprintf("c%d", i)
	}
	create := "CREATE TABLE"
	if d.Dialect() == db.PostgreSQL {
		create = "CREATE UNLOGGED TABLE"
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(fmt.Sprintf("%s bench_copy (%s text)", create, strings.Join(names, " text, "))); err != nil {
			return err
		}
		values := make([]any, len(columns))
		var broken error
		err := tx.Bulk(db.Bulk{Table: "bench_copy", Columns: names, Len: rows, Row: func(int) []any {
			record, err := in.Read()
			if err != nil {
				broken = err
			}
			for i := range record {
				values[i] = record[i]
			}
			return values
		}})
		if broken != nil {
			return broken
		}
		return err
	})
}
