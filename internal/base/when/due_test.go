package when_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

func noon(day string) when.Instant { return clockAt(day, 12, 0) }

func clockAt(day string, hour, minute int) when.Instant {
	t, err := when.Day(day).Time()
	if err != nil {
		panic(err)
	}
	return when.At(t.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute))
}

func limit(t testing.TB, s string) when.Limit {
	t.Helper()
	l, err := when.ParseLimit(s)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The vectors of the trade, computed from the notices.
func TestWorkingDayVectors(t *testing.T) {
	for _, v := range []struct {
		from  string
		limit string
		want  when.Day
	}{
		{"2026-02-13", "3wd", "2026-02-25"},
		{"2025-09-26", "3wd", "2025-09-30"},
		{"2024-04-30", "7wd", "2024-05-13"},
		{"2025-01-24", "15wd", "2025-02-20"},
		{"2026-04-30", "30wd", "2026-06-15"},
		{"2026-09-18", "5wd", "2026-09-24"},
		{"2026-02-13", "1d", "2026-02-14"}, // a Saturday that is worked
		{"2026-02-13", "2d", "2026-02-24"}, // ends after the holiday (民法典 art. 203)
		{"2026-03-02", "10d", "2026-03-12"},
		{"2026-03-05", "2d", "2026-03-09"}, // a Saturday: Monday
	} {
		for _, hour := range []int{0, 12, 23} {
			due := when.ShippedCalendar().Due(when.Count{From: clockAt(v.from, hour, 59), Limit: limit(t, v.limit)})
			if due.State != when.Counted || due.At.Day() != v.want || due.At.Time().Format(time.TimeOnly) != "23:59:59" {
				t.Errorf("%s and %s: %+v %s, want the end of %s", v.from, v.limit, due, due.At.Time(), v.want)
			}
		}
	}
	for year, want := range map[int]int{2024: 251, 2025: 248, 2026: 248, 2027: 0} {
		if got := when.ShippedCalendar().WorkingDaysOf(year); got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
}

func TestAYearWithoutCalendarGivesNoDate(t *testing.T) {
	c := when.ShippedCalendar()
	for _, v := range []struct {
		from, limit string
		year        int
	}{{"2026-12-31", "1wd", 2027}, {"2026-12-28", "3wd", 0}, {"2026-12-28", "4wd", 2027}, {"2026-12-30", "2d", 2027}, {"2026-12-20", "9999d", 2054},
		{"2023-12-29", "2wd", 2023}, {"2023-12-31", "1wd", 0}, {"2026-12-31", "48h", 0}} {
		due := c.Due(when.Count{From: noon(v.from), Limit: limit(t, v.limit)})
		if due.Year != v.year || (due.State == when.CalendarMissing) != (v.year != 0) || (due.At == 0) != (v.year != 0) {
			t.Errorf("%s and %s: %+v, want %d missing", v.from, v.limit, due, v.year)
		}
	}
}

func TestLimitsAreWrittenAsTheyAreRead(t *testing.T) {
	for _, s := range []string{"20m", "24h", "10d", "3wd", "9999wd"} {
		if got := limit(t, s).String(); got != s {
			t.Errorf("%s becomes %s", s, got)
		}
	}
	for _, s := range []string{"", "3", "wd", "0wd", "-1d", "+1d", "03d", "3 wd", "3.5h", "10000d", "3WD", "3w", "99999999999999999999d"} {
		if l, err := when.ParseLimit(s); err == nil {
			t.Errorf("%q is read as %s", s, l)
		}
	}
	var none when.Limit
	if err := none.UnmarshalText(nil); err != nil || !none.IsZero() || none.String() != "" {
		t.Errorf("none: %v %v", none, err)
	}
}

func TestTheClockStopsAndGoesOn(t *testing.T) {
	c := when.ShippedCalendar()
	from := noon("2026-03-02") // a Monday; the week of the 2nd has no holiday
	pause := func(a, b string) when.Pause {
		p := when.Pause{From: noon(a)}
		if b != "" {
			p.To = noon(b)
		}
		return p
	}
	for _, v := range []struct {
		limit  string
		pauses []when.Pause
		want   when.Day
		left   int
	}{
		{"3wd", []when.Pause{pause("2026-03-03", "2026-03-03")}, "2026-03-05", 0}, // no day begins in it
		{"3wd", []when.Pause{pause("2026-03-03", "2026-03-05")}, "2026-03-09", 0}, // 3rd counted; 4th, 5th not; 6th, 9th
		{"3wd", []when.Pause{pause("2026-03-03", "")}, "", 2},
		{"3wd", []when.Pause{pause("2026-03-02", "2026-03-03"), pause("2026-03-05", "2026-03-10")}, "2026-03-11", 0},
		{"3wd", []when.Pause{pause("2026-03-06", "")}, "2026-03-05", 0}, // after the end
		{"5d", []when.Pause{pause("2026-03-03", "2026-03-04")}, "2026-03-09", 0},
		{"5d", []when.Pause{pause("2026-03-08", "2026-03-10")}, "2026-03-11", 0}, // paused while put off over Sunday
		{"5d", []when.Pause{pause("2026-03-04", "")}, "", 3},
	} {
		due := c.Due(when.Count{From: from, Limit: limit(t, v.limit), Pauses: v.pauses})
		if v.want == "" && (due.State != when.Paused || due.Days != v.left) || v.want != "" && due.At.Day() != v.want {
			t.Errorf("%s with %v: %+v %s, want %s", v.limit, v.pauses, due, due.At.Time(), v.want)
		}
	}
	due := c.Due(when.Count{From: from, Limit: limit(t, "24h"), Pauses: []when.Pause{{From: from.Add(time.Hour), To: from.Add(3 * time.Hour)}}})
	if want := from.Add(26 * time.Hour); due.At != want {
		t.Errorf("24 h with two paused end at %s", due.At.Time())
	}
	due = c.Due(when.Count{From: from, Limit: limit(t, "24h"), Pauses: []when.Pause{{From: from.Add(time.Hour)}}})
	if due.State != when.Paused || due.Left != 23*time.Hour {
		t.Errorf("paused with %+v", due)
	}
}

func hours(t testing.TB, work, rest string) *when.Hours {
	t.Helper()
	h := new(when.Hours)
	for i, text := range []string{work, rest} {
		var s when.Span
		for len(text) >= 11 {
			if err := s.UnmarshalText([]byte(text[:11])); err != nil {
				t.Fatal(err)
			}
			if text = text[11:]; i == 0 {
				h.Work = append(h.Work, s)
			} else {
				h.Rest = append(h.Rest, s)
			}
		}
	}
	return h
}

func TestServiceHoursHaveABreak(t *testing.T) {
	c, h := when.ShippedCalendar(), hours(t, "08:30-12:0014:00-17:30", "")
	for _, v := range []struct {
		from  when.Instant
		limit string
		hours *when.Hours
		want  string
	}{
		{clockAt("2026-03-02", 11, 30), "30m", h, "2026-03-02 12:00"},
		{clockAt("2026-03-02", 11, 30), "31m", h, "2026-03-02 14:01"}, // after lunch
		{clockAt("2026-03-02", 12, 30), "20m", h, "2026-03-02 14:20"},
		{clockAt("2026-03-06", 17, 0), "1h", h, "2026-03-09 09:00"}, // over the weekend
		{clockAt("2026-02-13", 17, 0), "1h", h, "2026-02-14 09:00"}, // a worked Saturday
		{clockAt("2026-02-14", 17, 0), "1h", h, "2026-02-24 09:00"}, // over the Spring Festival
		{clockAt("2026-02-14", 17, 0), "1h", hours(t, "08:30-17:30", "09:00-12:00"), "2026-02-15 09:30"},
		{clockAt("2026-03-02", 0, 0), "14h", h, "2026-03-03 17:30"},
	} {
		q := when.Count{From: v.from, Limit: limit(t, v.limit), Hours: v.hours}
		if due := c.Due(q); due.At.Time().Format("2006-01-02 15:04") != v.want {
			t.Errorf("%s from %s: %s, want %s", v.limit, v.from.Time(), due.At.Time(), v.want)
		}
	}
	if due := c.Due(when.Count{From: clockAt("2026-12-31", 17, 0), Limit: limit(t, "1h"), Hours: h}); due.Year != 2027 {
		t.Errorf("over New Year: %+v", due)
	}
	for _, bad := range []string{"8:30-12:00", "12:00-08:30", "08:30-08:30", "08:30-24:01", "08:60-12:00", "", "08:30–12:00"} {
		if err := new(when.Span).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	if (when.Hours{}).Check() == nil || hours(t, "08:30-12:0011:00-13:00", "").Check() == nil || h.Check() != nil {
		t.Error("service hours are checked wrongly")
	}
}

// naive walks day by day over the notices themselves, knowing nothing of the calendar's
// own tables.
func naive(years []when.Year, from time.Time, l when.Limit, pauses []when.Pause) (when.Day, int) {
	off, named, known := map[when.Day]bool{}, map[when.Day]bool{}, map[int]bool{}
	for _, y := range years {
		known[y.Year] = true
		for _, d := range y.Days {
			off[d.Date], named[d.Date] = d.Off, true
		}
	}
	day := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, when.Zone)
	for n := 0; ; {
		day = day.AddDate(0, 0, 1)
		name := when.Day(day.Format(time.DateOnly))
		if slices.ContainsFunc(pauses, func(p when.Pause) bool {
			return p.From.Day() < name && name <= p.To.Day()
		}) {
			continue
		}
		works := day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
		if named[name] {
			works = !off[name]
		}
		byDay := l.Unit == when.CalendarDays
		if !known[day.Year()] && (!byDay || n+1 >= l.N) {
			return "", day.Year()
		}
		if byDay || works {
			n++
		}
		if n >= l.N && works {
			return name, 0
		}
	}
}

// anyYear is the notice of a year that was made up: any days off, any weekends worked.
func anyYear(t *rapid.T, year int) when.Year {
	y, dice := when.Year{Year: year}, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	for day := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
		weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
		if dice.IntN(10) == 0 {
			y.Days = append(y.Days, when.Named{Name: "节", Date: when.Day(day.Format(time.DateOnly)), Off: !weekend || dice.IntN(2) == 0})
		}
	}
	return y
}

func anyPauses(t *rapid.T, from when.Instant) (all []when.Pause) {
	at := from
	for range rapid.IntRange(0, 3).Draw(t, "pauses") {
		begin := at.Add(time.Duration(rapid.Int64Range(0, 10*24*60).Draw(t, "gap")) * time.Minute)
		at = begin.Add(time.Duration(rapid.Int64Range(1, 20*24*60).Draw(t, "length")) * time.Minute)
		all = append(all, when.Pause{From: begin, To: at})
	}
	return all
}

func TestTheCalendarAgreesWithANaiveWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		years := when.Shipped()
		if rapid.Bool().Draw(t, "made up") {
			years = []when.Year{anyYear(t, 2026), anyYear(t, 2027), anyYear(t, 2029)}
		}
		c := when.NewCalendar(years...)
		first := time.Date(years[0].Year, 1, 1, 0, 0, 0, 0, when.Zone)
		from := first.Add(time.Duration(rapid.Int64Range(0, 3*366*24*60).Draw(t, "from")) * time.Minute)
		q := when.Count{From: when.At(from), Limit: when.Limit{N: rapid.IntRange(1, 60).Draw(t, "n"), Unit: when.WorkingDays}}
		if rapid.Bool().Draw(t, "calendar days") {
			q.Limit.Unit = when.CalendarDays
		}
		q.Pauses = anyPauses(t, q.From)
		due := c.Due(q)
		day, year := naive(years, from, q.Limit, q.Pauses)
		if due.Year != year || due.State == when.Counted && due.At.Day() != day {
			t.Fatalf("%s from %s with %v: %+v %s, the walk finds %s, %d", q.Limit, from, q.Pauses, due, due.At.Day(), day, year)
		}
		explained(t, c, q, due)
	})
}

// explained fails unless the explanation tells as many days as were counted.
func explained(t *rapid.T, c *when.Calendar, q when.Count, due when.Due) {
	e := c.Explain(q)
	n := 0
	for i, s := range e.Steps {
		if (s.Reason == when.Counts) != (s.N > 0) || (s.Reason == when.Beginning) != (i == 0) {
			t.Fatalf("step %d: %+v", i, s)
		}
		n = max(n, s.N)
	}
	last := e.Steps[len(e.Steps)-1]
	if e.Due != due || due.State == when.Counted && (n != q.Limit.N || last.Day != due.At.Day() || last.Reason != when.Counts && last.Reason != when.Ends) ||
		due.State == when.CalendarMissing && (last.Reason != when.NoCalendar || string(last.Day[:4]) != fmt.Sprint(due.Year)) {
		t.Fatalf("%s: counted %d, last %+v, %+v", q.Limit, n, last, due)
	}
}

func TestMinutesAndHoursAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, h := when.ShippedCalendar(), &when.Hours{Work: []when.Span{{510, 720}, {840, 1050}}, Rest: []when.Span{{540, 720}}}
		if rapid.Bool().Draw(t, "day and night") {
			h = nil
		}
		q := when.Count{From: clockAt("2025-01-01", 0, rapid.IntRange(0, 500*24*60).Draw(t, "from")), Hours: h,
			Limit: when.Limit{N: rapid.IntRange(1, 3000).Draw(t, "n"), Unit: when.Minutes}}
		q.Pauses = anyPauses(t, q.From)
		e := c.Explain(q)
		ran := 0
		for _, s := range e.Steps {
			ran += s.Minutes
		}
		if e.State != when.Counted || ran != q.Limit.N {
			t.Fatalf("%s: %d minutes ran, %+v", q.Limit, ran, e.Due)
		}
		for _, p := range q.Pauses { // it ends at no moment the clock stood still
			if e.At > p.From && e.At <= p.To {
				t.Fatalf("ends at %s, in a pause", e.At.Time())
			}
		}
	})
}

func TestAnExplanationTellsEveryDay(t *testing.T) {
	e := when.ShippedCalendar().Explain(when.Count{From: noon("2026-02-13"), Limit: limit(t, "3wd")})
	text := ""
	for _, s := range e.Steps {
		text += fmt.Sprint(s.Day[8:], s.Reason, s.N, " ")
	}
	const want = "13beginning0 14counts1 15day_off0 16day_off0 17day_off0 18day_off0 19day_off0 20day_off0 21day_off0 22day_off0 23day_off0 24counts2 25counts3 "
	if text != want || e.Steps[1].Kind != when.MakeUp || e.Steps[1].Name != "春节" || len(e.Notices) != 1 || e.Notices[0].Number != "国办发明电〔2025〕7号" {
		t.Errorf("%s %+v", text, e.Notices)
	}
	h := hours(t, "08:30-12:0014:00-17:30", "")
	e = when.ShippedCalendar().Explain(when.Count{From: clockAt("2026-03-05", 17, 0), Limit: limit(t, "8h"), Hours: h,
		Pauses: []when.Pause{{From: clockAt("2026-03-06", 8, 0), To: clockAt("2026-03-09", 8, 0)}}})
	text = ""
	for _, s := range e.Steps {
		text += fmt.Sprint(s.Day[8:], s.Reason, s.Minutes, " ")
	}
	if text != "05counts30 06paused0 07closed0 08closed0 09counts420 10counts30 " {
		t.Error(text)
	}
}

func BenchmarkDue(b *testing.B) {
	c := when.ShippedCalendar()
	pauses := []when.Pause{{From: noon("2026-02-16"), To: noon("2026-02-25")}, {From: noon("2026-03-03"), To: noon("2026-03-05")}}
	for _, v := range []struct {
		name, limit string
		hours       *when.Hours
		pauses      []when.Pause
	}{{"working days", "15wd", nil, nil}, {"working days, pauses", "15wd", nil, pauses}, {"days", "10d", nil, nil}, {"hours", "24h", nil, nil},
		{"service hours", "16h", hours(b, "08:30-12:0014:00-17:30", ""), nil}} {
		q := when.Count{From: noon("2026-02-13"), Limit: limit(b, v.limit), Hours: v.hours, Pauses: v.pauses}
		b.Run(v.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if c.Due(q).State != when.Counted {
					b.Fatal("no date")
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "dates/s")
		})
	}
}
