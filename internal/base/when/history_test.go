package when_test

import (
	"errors"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// connection is a connection of 2026 in which the customer had his turn.
func connection(t *testing.T) (h when.History) {
	t.Helper()
	for _, err := range []error{
		h.Enter("reply", noon("2026-03-02"), true),
		h.Pause(noon("2026-03-03"), "waits for papers", "letter 12"),
		h.Resume(noon("2026-03-05")),
		h.Enter("design", noon("2026-03-09"), false),
		h.Enter("review", noon("2026-03-16"), true),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func TestLimitsOfAStageOfAllAndEndToEnd(t *testing.T) {
	h := connection(t)
	for _, v := range []struct {
		scope  when.Scope
		stage  string
		target string
		want   when.Day
		legal  when.Day
	}{
		{when.Stage, "reply", "3wd", "2026-03-09", "2026-03-11"},
		{when.Stage, "review", "3wd", "2026-03-19", "2026-03-23"},
		{when.Total, "", "5wd", "2026-03-18", "2026-03-20"}, // 3rd, 6th, 9th; the customer's days are left out
		{when.EndToEnd, "", "5wd", "2026-03-09", "2026-03-11"},
	} {
		terms := when.Terms{Scope: v.scope, Target: limit(t, v.target)}
		terms.Legal = when.Limit{N: terms.Target.N + 2, Unit: when.WorkingDays}
		got, err := when.ShippedCalendar().Limits(terms, h, v.stage)
		if err != nil || got.Target.At.Day() != v.want || got.Legal.At.Day() != v.legal {
			t.Errorf("%s %s: %s and %+v, %v, want %s and %s", v.scope, v.stage, got.Target.At.Day(), got.Legal, err, v.want, v.legal)
		}
	}
	if _, err := when.ShippedCalendar().Limits(when.Terms{Scope: when.Stage, Target: limit(t, "1d")}, h, "meter"); !errors.Is(err, when.ErrNotBegun) {
		t.Errorf("a stage that did not begin: %v", err)
	}
	if err := h.Enter("build", noon("2026-03-18"), false); err != nil {
		t.Fatal(err)
	}
	if got, _ := when.ShippedCalendar().Limits(when.Terms{Scope: when.Total, Target: limit(t, "9wd")}, h, ""); got.Target.State != when.Paused || got.Target.Days != 4 || got.Legal != nil {
		t.Errorf("while the customer builds: %+v", got.Target.Due)
	}
}

func TestAHistoryIsInOrder(t *testing.T) {
	var h when.History
	wants := func(got, want error) {
		t.Helper()
		if !errors.Is(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	wants(h.Pause(noon("2026-03-02"), "r", "e"), when.ErrNotBegun)
	wants(h.Resume(noon("2026-03-02")), when.ErrRunning)
	wants(h.Enter("a", noon("2026-03-02"), true), nil)
	if h.Pause(noon("2026-03-03"), "", "e") == nil || h.Pause(noon("2026-03-03"), "r", " ") == nil {
		t.Error("a pause without reason or evidence")
	}
	wants(h.Pause(noon("2026-03-01"), "r", "e"), when.ErrEarlier)
	wants(h.Pause(noon("2026-03-03"), "r", "e"), nil)
	wants(h.Pause(noon("2026-03-04"), "r", "e"), when.ErrPaused)
	wants(h.Enter("b", noon("2026-03-04"), true), when.ErrPaused)
	wants(h.Resume(noon("2026-03-02")), when.ErrEarlier)
	wants(h.Resume(noon("2026-03-05")), nil)
	wants(h.Enter("b", noon("2026-03-04"), true), when.ErrEarlier)
}

func TestTermsAreChecked(t *testing.T) {
	good := when.Terms{Scope: when.Stage, Target: limit(t, "5wd"), Legal: limit(t, "7wd"), Hours: hours(t, "08:30-12:00", "")}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for _, change := range []func(*when.Terms){
		func(b *when.Terms) { b.Scope = "" },
		func(b *when.Terms) { b.Target = when.Limit{} },
		func(b *when.Terms) { b.Legal = limit(t, "4wd") },
		func(b *when.Terms) { b.Hours = new(when.Hours) },
	} {
		bad := good
		change(&bad)
		if bad.Check() == nil {
			t.Errorf("accepted %+v", bad)
		}
	}
}
