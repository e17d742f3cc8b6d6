package calendartest

import "github.com/zhiyin-power/zhiyin/internal/infra/db"

func install(tx *db.Tx, year int, body string) error {
	_, err := tx.Exec("INSERT INTO calendar_year (year, version, body, imported_name, imported_at) SELECT $1, COALESCE(max(version), 0) + 1, $2, '', $3 FROM calendar_year WHERE year = $1", year, body, tx.Now())
	return err
}
