package when

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// Year is what the State Council's notice arranges for a year: the days off, and the
// weekend days that are worked instead (调休). It is the form calendars are kept and
// imported in; papers, days, name, date and isOffDay are as holiday-cn publishes them.
type Year struct {
	Year   int      `json:"year"`
	Notice string   `json:"notice" doc:"its number, such as 国办发明电〔2025〕7号"`
	Papers []string `json:"papers" nullable:"false" doc:"where it was published"`
	Days   []Named  `json:"days" nullable:"false"`
}

// Named is a day the notice names. Off is false for a weekend day that is worked.
type Named struct {
	Name string `json:"name"`
	Date Day    `json:"date"`
	Off  bool   `json:"isOffDay" doc:"false: a weekend day that is worked"`
}

// The years a calendar may be of, and how much one may say.
const (
	FirstYear = 2000
	LastYear  = 2198
	maxNamed  = 120
	maxText   = 200
)

// ReadYear reads the file of a year and checks it. Errors: validation.
func ReadYear(raw []byte) (y Year, err error) {
	var v fault.Validation
	if err := json.Unmarshal(bytes.TrimPrefix(raw, []byte("\ufeff")), &y); err != nil {
		v.Add("file", "not_json")
		return Year{}, v.Err()
	}
	return y, y.Check()
}

// Check tells what is wrong with a year: each day of the list is one of the year, or of
// the December before; none comes twice; only weekend days are worked instead; and the
// holidays of the law are there. Errors: validation.
func (y Year) Check() error {
	var v fault.Validation
	v.Check(y.Year >= FirstYear && y.Year <= LastYear, "year", "no_year")
	checkText(&v, "notice", y.Notice)
	v.Check(len(y.Papers) > 0, "papers", "required")
	v.Check(len(y.Papers) <= 10, "papers", "too_many", "limit", 10)
	for i, p := range y.Papers {
		checkText(&v, fmt.Sprintf("papers[%d]", i), p)
	}
	v.Check(len(y.Days) > 0, "days", "required")
	v.Check(len(y.Days) <= maxNamed, "days", "too_many", "limit", maxNamed)
	if v.Err() == nil {
		y.checkDays(&v)
	}
	if v.Err() == nil {
		y.checkLaw(&v)
	}
	return v.Err()
}

func checkText(v *fault.Validation, field, text string) {
	v.Check(strings.TrimSpace(text) != "", field, "required")
	v.Check(utf8.RuneCountInString(text) <= maxText, field, "too_long", "limit", maxText)
}

func (y Year) checkDays(v *fault.Validation) {
	seen := map[Day]bool{}
	for i, d := range y.Days {
		field := fmt.Sprintf("days[%d]", i)
		checkText(v, field+".name", d.Name)
		if _, err := ParseDay(string(d.Date)); err != nil {
			v.Add(field+".date", "no_day", "day", string(d.Date))
			continue
		}
		n, _ := d.Date.number()
		v.Check(y.covers(n), field+".date", "outside_year", "year", y.Year)
		v.Check(!seen[d.Date], field+".date", "twice")
		v.Check(d.Off || n.onWeekend(), field+".isOffDay", "no_weekend", "day", string(d.Date))
		seen[d.Date] = true
	}
}

// covers tells whether a notice may name a day: one of its year or of the December before.
func (y Year) covers(n dayNo) bool {
	t := n.date()
	return t.Year() == y.Year || t.Year() == y.Year-1 && t.Month() == time.December
}

// holidays are those of the law (全国年节及纪念日放假办法): where their date is fixed, the
// days that are off in every year.
var holidays = []struct {
	name string
	days []string
}{{"元旦", []string{"01-01"}}, {"春节", nil}, {"清明", nil}, {"劳动节", []string{"05-01"}}, {"端午", nil}, {"中秋", nil}, {"国庆", []string{"10-01", "10-02", "10-03"}}}

// checkLaw refuses a list that leaves out a holiday: half a calendar is a wrong one.
func (y Year) checkLaw(v *fault.Validation) {
	off, names := map[Day]bool{}, ""
	for _, d := range y.Days {
		if d.Off {
			off[d.Date] = true
			names += d.Name + " "
		}
	}
	for _, h := range holidays {
		v.Check(strings.Contains(names, h.name), "days", "no_holiday", "name", h.name)
		for _, md := range h.days {
			day := Day(fmt.Sprintf("%04d-%s", y.Year, md))
			v.Check(off[day], "days", "holiday_worked", "name", h.name, "day", string(day))
		}
	}
}
