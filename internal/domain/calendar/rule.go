package calendar

import (
	_ "embed"
	"fmt"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

var (
	//go:embed rule/statutory.json
	statutoryFile []byte
	//go:embed rule/warning.json
	warningFile []byte

	statutes = rule.Must[statutory](statutoryFile)
	warnings = rule.Must[warning](warningFile)
)

// statutory is how many days the law gives all citizens off.
type statutory struct {
	Days int `json:"days"`
}

// Check refuses a number no law would name.
func (s statutory) Check() error {
	if s.Days < 1 || s.Days > 60 {
		return fmt.Errorf("calendar: %d statutory days", s.Days)
	}
	return nil
}

// lawfulDays is how many working days the law leaves of a year: exchanged days move them
// but make none. 0: no rule of the year is known.
func lawfulDays(year int) int {
	r, ok := statutes.On("calendar.statutory", when.Day(fmt.Sprintf("%04d-01-01", year)), rule.Place{})
	if !ok {
		return 0
	}
	n := -r.Params.Days
	for day := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday {
			n++
		}
	}
	return n
}

// warning is when reminders of the next year's calendar begin.
type warning struct {
	From string `json:"from"` // month and day
}

// Check refuses what is no day.
func (w warning) Check() error {
	_, err := time.Parse("01-02", w.From)
	return err
}

// wanted are the years whose calendars should be there: this one and, from the day of
// the rule on, the next.
func wanted(today when.Day) []int {
	t, err := today.Time()
	if err != nil {
		return nil
	}
	years := []int{t.Year()}
	if r, ok := warnings.On("calendar.warning", today, rule.Place{}); ok && string(today[5:]) >= r.Params.From {
		years = append(years, t.Year()+1)
	}
	return years
}
