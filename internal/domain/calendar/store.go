package calendar

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

type row struct {
	Year         int          `db:"year"`
	Version      int64        `db:"version"`
	Body         string       `db:"body"`
	ImportedBy   id.ID        `db:"imported_by"`
	ImportedName string       `db:"imported_name"`
	ImportedAt   when.Instant `db:"imported_at"`
}

func (r row) file() (y when.Year, err error) {
	if err = json.Unmarshal([]byte(r.Body), &y); err != nil {
		err = fmt.Errorf("calendar %d.%d: %w", r.Year, r.Version, err)
	}
	return y, err
}

type version struct {
	Year    int   `db:"year"`
	Version int64 `db:"version"`
}

// versionsInForce are the versions that count, of the years that were imported.
func versionsInForce(tx *db.Tx) (all []version, err error) {
	return all, tx.Select(&all, "SELECT year, max(version) AS version FROM calendar_year GROUP BY year ORDER BY year")
}

const columns = "year, version, body, imported_by, imported_name, imported_at"

func rowsInForce(tx *db.Tx) (all []row, err error) {
	return all, tx.Select(&all, "SELECT "+columns+" FROM calendar_year c WHERE version = (SELECT max(version) FROM calendar_year o WHERE o.year = c.year) ORDER BY year")
}

func rowOf(tx *db.Tx, v version) (r row, err error) {
	return r, tx.Get(&r, "SELECT "+columns+" FROM calendar_year WHERE year = $1 AND version = $2", v.Year, v.Version)
}

// maxVersions bounds what is told of a year.
const maxVersions = 100

func rowsOf(tx *db.Tx, year int) (all []row, err error) {
	return all, tx.Select(&all, "SELECT "+columns+" FROM calendar_year WHERE year = $1 ORDER BY version DESC LIMIT $2", year, maxVersions)
}

func insertYear(tx *db.Tx, r row) error {
	_, err := tx.Exec("INSERT INTO calendar_year ("+columns+") VALUES ($1, $2, $3, $4, $5, $6)", r.Year, r.Version, r.Body, r.ImportedBy, r.ImportedName, r.ImportedAt)
	return err
}

// claimWarning tells whether a user has not been told of a year yet, and notes that he is.
func claimWarning(tx *db.Tx, year int, user, org id.ID) (bool, error) {
	var told int
	found, err := tx.Find(&told, `INSERT INTO calendar_warning (year, user_id, org_id, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (year, user_id) DO NOTHING RETURNING 1`, year, user, org, tx.Now())
	return found, err
}

// warnedIn are the companies in which people were told of a year.
func warnedIn(tx *db.Tx, year int) (orgs []id.ID, err error) {
	return orgs, tx.Select(&orgs, "SELECT DISTINCT org_id FROM calendar_warning WHERE year = $1", year)
}

func followed(tx *db.Tx) (calendars string, err error) {
	_, err = tx.Find(&calendars, "SELECT calendars FROM calendar_followed WHERE id = 1")
	return calendars, err
}

func setFollowed(tx *db.Tx, calendars string) error {
	_, err := tx.Exec("INSERT INTO calendar_followed (id, calendars) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET calendars = excluded.calendars", calendars)
	return err
}
