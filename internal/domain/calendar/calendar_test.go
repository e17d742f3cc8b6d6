package calendar_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar/calendartest"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const all, next = "/api/v1/calendars", "/api/v1/calendars/2027"

func TestAYearIsCheckedAndImported(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before, etag := call[calendar.Detail](w, "chief", "GET", next, nil, 200)
		if before.Known || etag != `"0"` || len(before.Days) != 0 || before.Lawful != 248 {
			t.Errorf("before: %s %+v", etag, before)
		}
		w.waits.open = 3
		y := calendartest.Year(2027)
		k, _ := call[calendar.Check](w, "chief", "POST", all+"/check", y, 200)
		if k.Known || k.Version != 0 || k.WorkingDays != 255 || k.Before != 0 || k.Lawful != 248 || len(k.Differences) != 9 || k.Past != 0 || k.Waiting != 6 {
			t.Errorf("checked: %+v", k)
		}
		if o, _ := call[calendar.Overview](w, "chief", "GET", all, nil, 200); !o.MayImport || len(o.Years) != 3 || o.Waiting != 6 {
			t.Errorf("the check kept something: %+v", o)
		}
		d, etag := call[calendar.Detail](w, "chief", "PUT", next, y, 200, "If-Match", etag)
		if !d.Known || etag != `"1"` || len(d.Days) != 365 || d.Days[0].Kind != when.Holiday || d.ImportedName != "chief" || len(d.Past) != 0 {
			t.Errorf("imported: %s %+v", etag, d.Version)
		}
		w.work()
		if len(w.waits.counted) != 2 {
			t.Errorf("counted anew in %v", w.waits.counted)
		}
		call[any](w, "chief", "PUT", next, y, 412, "If-Match", `"0"`)
		call[any](w, "chief", "PUT", next, y, 409, "If-Match", etag) // the same
		call[any](w, "chief", "PUT", next, y, 428)
		y.Notice = "更正"
		d, etag = call[calendar.Detail](w, "chief", "PUT", next, y, 200, "If-Match", etag)
		if etag != `"2"` || d.Notice != "更正" || len(d.Past) != 1 || d.Past[0].Notice == "更正" {
			t.Errorf("replaced: %s %+v", etag, d)
		}
		o, _ := call[calendar.Overview](w, "poor", "GET", all, nil, 200)
		if o.MayImport || len(o.Years) != 4 || o.Years[3].Version != 2 || o.Years[0].Version != 0 || o.Years[2].WorkingDays != 248 || o.Waiting != 3 {
			t.Errorf("overview %+v", o)
		}
	})
}

func TestAShippedYearIsReplacedWithItsHistory(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		y, _ := when.ShippedCalendar().YearOf(2026)
		y.Days = slices.DeleteFunc(slices.Clone(y.Days), func(d when.Named) bool { return d.Date == "2026-10-10" || d.Date == "2026-05-05" })
		k, _ := call[calendar.Check](w, "chief", "POST", all+"/check", y, 200)
		if !k.Known || k.Before != 248 || k.WorkingDays != 248 || len(k.Differences) != 2 || k.Past != 2 {
			t.Errorf("checked: %+v", k)
		}
		d, etag := call[calendar.Detail](w, "chief", "PUT", all+"/2026", y, 200, "If-Match", `"0"`)
		if etag != `"1"` || len(d.Past) != 1 || d.Past[0].Version.Version != 0 || d.Past[0].WorkingDays != 248 || len(d.Past[0].File.Days) != 39 {
			t.Errorf("replaced: %s %+v", etag, d.Past)
		}
		// And back to what it was.
		d, etag = call[calendar.Detail](w, "chief", "PUT", all+"/2026", d.Past[0].File, 200, "If-Match", etag)
		if etag != `"2"` || len(d.Past) != 2 || d.WorkingDays != 248 {
			t.Errorf("back: %s %+v", etag, d)
		}
		var c *when.Calendar
		w.must(w.db.Read(t.Context(), func(tx *db.Tx) (err error) { c, err = w.CalendarTx(tx); return err }))
		if kind, _ := c.KindOf("2026-10-10"); kind != when.MakeUp {
			t.Errorf("2026-10-10 is %s", kind)
		}
	})
}

func TestWhoMayImport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		y := calendartest.Year(2027)
		for as, status := range map[string]int{"local": 403, "poor": 403, "nobody": 401} {
			call[any](w, as, "POST", all+"/check", y, status)
			call[any](w, as, "PUT", next, y, status, "If-Match", `"0"`)
		}
		call[any](w, "nobody", "GET", all, nil, 401)
		call[any](w, "poor", "GET", next, nil, 200)
		_, err := w.Check(w.as(w.local), y)
		if !errors.Is(err, access.ErrForbidden) {
			t.Errorf("an administrator of a county: %v", err)
		}
	})
}

func TestBadFilesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for want, change := range map[string]func(y *when.Year){
			"no_holiday":     func(y *when.Year) { y.Days = y.Days[:3] },
			"outside_year":   func(y *when.Year) { y.Days[0].Date = "2028-01-01" },
			"no_weekend":     func(y *when.Year) { y.Days[1].Off, y.Days[1].Date = false, "2027-02-10" },
			"holiday_worked": func(y *when.Year) { y.Days[8].Date = "2027-10-04" },
			"no_day":         func(y *when.Year) { y.Days[0].Date = "2027-13-01" },
			"notice":         func(y *when.Year) { y.Notice = "" },
		} {
			y := calendartest.Year(2027)
			change(&y)
			for _, send := range [][2]string{{"POST", all + "/check"}, {"PUT", next}} {
				p, _ := call[map[string]any](w, "chief", send[0], send[1], y, 422, "If-Match", `"0"`)
				if fields, _ := p["fields"].([]any); len(fields) == 0 || !strings.Contains(strings.ToLower(strings.TrimSpace(textOf(fields))), want) {
					t.Errorf("%s %s: %v", send[0], want, p)
				}
			}
		}
		p, _ := call[map[string]any](w, "chief", "PUT", all+"/2028", calendartest.Year(2027), 422, "If-Match", `"0"`)
		if p["code"] != "calendar.other_year" {
			t.Errorf("of another year: %v", p)
		}
		call[any](w, "chief", "GET", all+"/1999", nil, 422)
	})
}

func TestAdministratorsAreWarnedBeforeTheYearEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		keep := func(day when.Day) {
			at, _ := day.Time()
			w.now = when.At(at.Add(9 * time.Hour))
			w.must(w.Keep(t.Context()))
		}
		keep("2026-10-31")
		if got := w.inbox(w.chief); len(got) != 0 {
			t.Errorf("in October: %v", got)
		}
		if o, _ := call[calendar.Overview](w, "poor", "GET", all, nil, 200); len(o.Missing) != 0 {
			t.Errorf("missing in October: %v", o.Missing)
		}
		keep("2026-11-01")
		keep("2026-11-02")
		for _, u := range []access.User{w.chief, w.local} {
			if got := w.inbox(u); len(got) != 1 || !strings.Contains(got[0], "2027 年的放假安排") || !strings.HasSuffix(got[0], " 2026-12-31") {
				t.Errorf("%s: %v", u.Login, got)
			}
		}
		if o, _ := call[calendar.Overview](w, "poor", "GET", all, nil, 200); !slices.Equal(o.Missing, []int{2027}) {
			t.Errorf("missing %v", o.Missing)
		}
		call[any](w, "chief", "PUT", next, calendartest.Year(2027), 200, "If-Match", `"0"`)
		if got := append(w.inbox(w.chief), w.inbox(w.local)...); len(got) != 0 {
			t.Errorf("after the import: %v", got)
		}
		keep("2028-01-02")
		if got := w.inbox(w.chief); len(got) != 1 || !strings.Contains(got[0], "2028") {
			t.Errorf("in the year itself: %v", got)
		}
	})
}

func textOf(fields []any) (text string) {
	for _, f := range fields {
		for _, v := range f.(map[string]any) {
			if s, ok := v.(string); ok {
				text += s + " "
			}
		}
	}
	return text
}
