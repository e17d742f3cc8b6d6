package privacy

import (
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

func at(day string, hour int) when.Instant {
	t, _ := when.Day(day).Time()
	return when.At(t.Add(time.Duration(hour) * time.Hour))
}

func TestTheDueDayCountsWorkingDays(t *testing.T) {
	three := Deadline{WorkingDays: 3}
	for from, want := range map[string]when.Day{
		"2026-03-02": "2026-03-05", // Monday → Thursday
		"2026-03-05": "2026-03-10", // Thursday → Tuesday
		"2026-03-07": "2026-03-11", // Saturday → Wednesday
		"2026-03-08": "2026-03-11", // Sunday → Wednesday
	} {
		for _, hour := range []int{0, 12, 23} {
			if got := three.due(at(from, hour)); got.Day() != want || got <= at(string(want), 23) {
				t.Errorf("from %s %d: %s, want the end of %s", from, hour, got.Time(), want)
			}
		}
	}
}

func TestTheRulesAreWhole(t *testing.T) {
	if d := deadlineOn("2026-01-01"); d.WorkingDays != 15 || d.SourceZh == "" || d.Confidence == "" || deadlineOf(d.ref()) != d {
		t.Errorf("deadline %+v", d)
	}
	if d := deadlineOn("2020-01-01"); d.WorkingDays != 0 {
		t.Errorf("a rule before its time: %+v", d)
	}
	for _, f := range fates {
		_, law, _ := fateOf(f.Kind)
		if (f.Fate == Destroy) != (law == nil) {
			t.Errorf("%s is to %s by %v", f.Kind, f.Fate, law)
		}
		if !catalogue.Has("privacy.holding." + f.Kind) {
			t.Errorf("%s has no words", f.Kind)
		}
	}
	for _, r := range refusals {
		if len(r.Kinds) == 0 || r.SourceZh == "" || r.SourceEn == "" || !catalogue.Has("privacy_ui.reason."+r.Code) {
			t.Errorf("refusal %+v", r)
		}
	}
	for _, p := range purposes {
		text := p.textOn("2026-06-01")
		if text.Zh == "" || text.En == "" || p.SourceZh == "" || p.Sensitive && p.Permission == "" || !catalogue.Has("privacy.purpose."+p.Code) {
			t.Errorf("purpose %+v", p)
		}
	}
}

func TestFileNamesLeadNowhere(t *testing.T) {
	for in, want := range map[string]string{"../../etc/passwd": "passwd", `..\..\boot.ini`: "boot.ini", "..": "file", "": "file", "身份证.jpg": "身份证.jpg"} {
		if got := plainName(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}
