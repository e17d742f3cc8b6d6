package when_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

func TestTheShippedYearsAreWhole(t *testing.T) {
	var years []int
	for _, y := range when.Shipped() {
		years = append(years, y.Year)
		if err := y.Check(); err != nil || !strings.HasPrefix(y.Notice, "国办发明电〔") || !strings.HasPrefix(y.Papers[0], "https://www.gov.cn/") {
			t.Errorf("%d: %v, %s %s", y.Year, err, y.Notice, y.Papers)
		}
	}
	if !slices.Equal(years, []int{2024, 2025, 2026}) || !slices.Equal(when.ShippedCalendar().Known(), years) {
		t.Errorf("shipped %v", years)
	}
}

func file(t *testing.T, change func(y *when.Year)) []byte {
	t.Helper()
	y, _ := when.ShippedCalendar().YearOf(2026)
	y.Days = slices.Clone(y.Days)
	change(&y)
	raw, err := json.Marshal(y)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestWhatIsWrongWithAFile(t *testing.T) {
	for want, raw := range map[string][]byte{
		"":                            file(t, func(*when.Year) {}),
		"file=not_json":               []byte("日期,名称"),
		"year=no_year":                file(t, func(y *when.Year) { y.Year = 26 }),
		"notice=required":             file(t, func(y *when.Year) { y.Notice = " " }),
		"papers=required":             file(t, func(y *when.Year) { y.Papers = nil }),
		"days=required":               file(t, func(y *when.Year) { y.Days = nil }),
		"days=too_many":               file(t, func(y *when.Year) { y.Days = make([]when.Named, 121) }),
		"days[0].date=outside_year":   file(t, func(y *when.Year) { y.Days[0].Date = "2027-01-01" }),
		"days[0].date=no_day":         file(t, func(y *when.Year) { y.Days[0].Date = "2026-02-30" }),
		"days[1].date=twice":          file(t, func(y *when.Year) { y.Days[1].Date = y.Days[0].Date }),
		"days[0].name=required":       file(t, func(y *when.Year) { y.Days[0].Name = "" }),
		"days[0].name=too_long":       file(t, func(y *when.Year) { y.Days[0].Name = strings.Repeat("节", 201) }),
		"days[0].isOffDay=no_weekend": file(t, func(y *when.Year) { y.Days[0].Off = false }),
		"days=no_holiday": file(t, func(y *when.Year) {
			y.Days = slices.DeleteFunc(y.Days, func(d when.Named) bool { return d.Name == "端午节" })
		}),
		"days=holiday_worked": file(t, func(y *when.Year) {
			y.Days = slices.DeleteFunc(y.Days, func(d when.Named) bool { return d.Date == "2026-10-02" })
		}),
	} {
		_, err := when.ReadYear(raw)
		var f *fault.Error
		got := ""
		if errors.As(err, &f) {
			got = fmt.Sprint(f.Fields[0].Name, "=", f.Fields[0].Code)
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if _, err := when.ReadYear(append([]byte("\ufeff"), file(t, func(*when.Year) {})...)); err != nil {
		t.Errorf("with a byte order mark: %v", err)
	}
}

func TestAYearReachesIntoTheDecemberBefore(t *testing.T) {
	y, _ := when.ShippedCalendar().YearOf(2026)
	next := when.Year{Year: 2027, Notice: "n", Papers: []string{"p"}, Days: []when.Named{
		{"元旦", "2026-12-31", true}, {"元旦", "2027-01-01", true}, {"元旦", "2026-12-27", false}}}
	c := when.NewCalendar(y, next)
	for day, want := range map[when.Day]when.Kind{"2026-12-31": when.Holiday, "2026-12-27": when.MakeUp, "2027-01-01": when.Holiday, "2027-01-02": when.Weekend,
		"2026-12-30": when.Weekday, "2028-01-03": when.Unknown} {
		if got, _ := c.KindOf(day); got != want {
			t.Errorf("%s is %d, want %d", day, got, want)
		}
	}
	if k, name := c.KindOf("nonsense"); k != when.Unknown || name != "" {
		t.Errorf("nonsense is %d %s", k, name)
	}
	days := ""
	for _, d := range when.NewCalendar(y).Differences(next) {
		days += string(d.Day) + " "
	}
	if days != "2026-12-27 2026-12-31 2027-01-01 " {
		t.Errorf("differences: %s", days)
	}
	if alone := when.NewCalendar(next); alone.WorkingDaysOf(2026) != 0 || len(alone.Days(2027)) != 365 {
		t.Error("the December of a year that is not known")
	}
}

func TestDifferencesOfAReplacedYear(t *testing.T) {
	y, _ := when.ShippedCalendar().YearOf(2026)
	if d := when.ShippedCalendar().Differences(y); len(d) != 0 {
		t.Errorf("the same year differs: %+v", d)
	}
	y.Days = slices.Clone(y.Days)
	y.Days[len(y.Days)-1].Date = "2026-10-11" // the work Saturday becomes a Sunday
	d := when.ShippedCalendar().Differences(y)
	if len(d) != 2 || d[0].Day != "2026-10-10" || d[0].Was != when.MakeUp || d[0].Kind != when.Weekend || d[0].WasName != "国庆节" || d[1].Kind != when.MakeUp {
		t.Errorf("%+v", d)
	}
}
