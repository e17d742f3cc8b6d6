package calendar

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Version is one calendar of a year: what came with the program (0) or was imported.
type Version struct {
	Year         int          `json:"year"`
	Version      int64        `json:"version" doc:"0: came with the program"`
	Notice       string       `json:"notice" doc:"number of the notice"`
	Papers       []string     `json:"papers" nullable:"false" doc:"where it was published"`
	WorkingDays  int          `json:"working_days"`
	ImportedAt   when.Instant `json:"imported_at,omitzero"`
	ImportedName string       `json:"imported_name,omitempty"`
}

// Overview is which calendars there are.
type Overview struct {
	Years   []Version `json:"years" nullable:"false" doc:"those that count, by year"`
	Missing []int     `json:"missing" nullable:"false" doc:"years whose calendar should be there by now"`
	Waiting int64     `json:"waiting" doc:"open dates of the caller's companies that wait for a calendar"`

	MayImport bool `json:"may_import" doc:"the caller may import: he holds the right at the topmost organisation"`
}

// Detail is a year with all its days. Of a year without a calendar only the year is told.
type Detail struct {
	Version
	Known  bool        `json:"known"`
	Lawful int         `json:"lawful" doc:"working days by law; 0: no rule of the year is known"`
	Days   []when.Date `json:"days" nullable:"false" doc:"every day of the year"`
	File   *when.Year  `json:"file,omitempty" doc:"as it is imported"`
	Past   []Earlier   `json:"past" nullable:"false" doc:"earlier versions, the newest first"`
}

// Earlier is a calendar that was replaced.
type Earlier struct {
	Version
	File when.Year `json:"file"`
}

// Check is what importing a file would do.
type Check struct {
	Year        int               `json:"year"`
	Version     int64             `json:"version" doc:"of the present calendar; the import names it by If-Match"`
	Known       bool              `json:"known" doc:"there is a calendar of the year, which would be replaced"`
	WorkingDays int               `json:"working_days"`
	Before      int               `json:"before" doc:"working days now"`
	Lawful      int               `json:"lawful" doc:"working days by law; 0: no rule of the year is known"`
	Differences []when.Difference `json:"differences" nullable:"false" doc:"days that become others; of a new year beside plain weeks"`
	Past        int               `json:"past" doc:"of them days that are over"`
	Waiting     int64             `json:"waiting" doc:"open dates that wait for a calendar"`
}

// shippedName is the calendar that came with the program; imported years follow it.
const shippedName = "shipped"

// nameOf names a calendar: "shipped 2026@1 2027@2".
func nameOf(imported []version) string {
	name := shippedName
	for _, v := range imported {
		name += fmt.Sprintf(" %d@%d", v.Year, v.Version)
	}
	return name
}

func versionsNamed(name string) (imported []version, err error) {
	for _, part := range strings.Fields(strings.TrimPrefix(name, shippedName)) {
		var v version
		if _, err := fmt.Sscanf(part, "%d@%d", &v.Year, &v.Version); err != nil {
			return nil, fmt.Errorf("calendar %q: %w", name, err)
		}
		imported = append(imported, v)
	}
	return imported, nil
}

// objectType names calendars in tasks and the audit log.
const objectType = "calendar"

// objectOf names a year where an identifier is wanted.
func objectOf(year int) (i id.ID) {
	binary.BigEndian.PutUint16(i[14:], uint16(year))
	return i
}
