package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

func runDeadline(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd := newRootCommand()
	cmd.SetArgs(append([]string{"deadline"}, args...))
	cmd.SetOut(&out)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func TestDeadlineVectors(t *testing.T) {
	for _, v := range [][3]string{
		{"2026-02-13", "3wd", "2026-02-25"},
		{"2025-09-26", "3wd", "2025-09-30"},
		{"2024-04-30", "7wd", "2024-05-13"},
		{"2025-01-24", "15wd", "2025-02-20"},
		{"2026-04-30", "30wd", "2026-06-15"},
		{"2026-09-18", "5wd", "2026-09-24"},
		{"2026-02-13", "2d", "2026-02-24"},
		{"2026-02-13 16:40", "24h", "2026-02-14 16:40"},
		{"2026-02-13T16:40:00+08:00", "45m", "2026-02-13 17:25"},
	} {
		for _, args := range [][]string{{}, {"--explain"}} {
			out, err := runDeadline(t, append(args, "--from", v[0], "--limit", v[1])...)
			if first, _, _ := strings.Cut(out, "\n"); err != nil || first != v[2] || len(args) == 0 && out != v[2]+"\n" {
				t.Errorf("%v: %q, %v", v, out, err)
			}
		}
	}
}

func TestDeadlineExplainsEveryDay(t *testing.T) {
	out, err := runDeadline(t, "--from", "2026-02-13", "--limit", "3wd", "--explain")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err != nil || len(lines) != 1+13+2 || lines[0] != "2026-02-25" {
		t.Fatalf("%d lines, %v:\n%s", len(lines), err, out)
	}
	for i, want := range map[int]string{1: "2026-02-13", 2: "2026-02-14  Sat  1 ", 3: "2026-02-15  Sun  -", 13: "2026-02-25  Wed  3 ", 15: "国办发明电〔2025〕7号"} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d: %s, want %s", i, lines[i], want)
		}
	}
	if strings.Contains(out, "calendar.") {
		t.Errorf("words are missing:\n%s", out)
	}
}

func TestDeadlineInServiceHoursWithPauses(t *testing.T) {
	out, err := runDeadline(t, "--from", "2026-02-13 16:40", "--limit", "4h", "--hours", "08:30-12:00,14:00-17:30")
	if err != nil || out != "2026-02-14 11:40\n" {
		t.Errorf("%q %v", out, err)
	}
	out, err = runDeadline(t, "--from", "2026-02-14 16:40", "--limit", "1h", "--hours", "08:30-17:00", "--rest-hours", "09:00-12:00")
	if err != nil || out != "2026-02-15 09:40\n" {
		t.Errorf("%q %v", out, err)
	}
	out, err = runDeadline(t, "--from", "2026-03-02", "--limit", "3wd", "--pause", "2026-03-03..2026-03-05", "--pause", "2026-03-06..2026-03-06")
	if err != nil || out != "2026-03-09\n" {
		t.Errorf("%q %v", out, err)
	}
}

// Without the year's calendar there is no date, and with its file there is one.
func TestDeadlineNeverGuesses(t *testing.T) {
	out, err := runDeadline(t, "--from", "2026-12-28", "--limit", "5wd")
	if err == nil || out != "" || !strings.Contains(err.Error(), "没有 2027 年的放假安排") || !strings.Contains(err.Error(), "no calendar of 2027") {
		t.Errorf("%q %v", out, err)
	}
	y, _ := when.ShippedCalendar().YearOf(2026)
	y.Year, y.Days = 2027, slices.Clone(y.Days)
	y.Days = slices.DeleteFunc(y.Days, func(d when.Named) bool { return !d.Off })
	for i := range y.Days {
		y.Days[i].Date = "2027" + y.Days[i].Date[4:]
	}
	raw, err := json.Marshal(y)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "2027.json")
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err = runDeadline(t, "--from", "2026-12-28", "--limit", "5wd", "--calendar", name)
	if err != nil || out != "2027-01-05\n" {
		t.Errorf("%q %v", out, err)
	}
}

func TestDeadlineRefusesWhatItDoesNotUnderstand(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(broken, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"2026-02-30":      {"--from", "2026-02-30", "--limit", "3wd"},
		"1999-01-01":      {"--from", "1999-01-01", "--limit", "3wd"},
		"3 wd":            {"--from", "2026-02-13", "--limit", "3 wd"},
		"0d":              {"--from", "2026-02-13", "--limit", "0d"},
		"limit":           {"--from", "2026-02-13"},
		"out of order":    {"--from", "2026-02-13", "--limit", "3wd", "--pause", "2026-02-10..2026-02-14"},
		"--pause \"\"":    {"--from", "2026-02-13", "--limit", "3wd", "--pause", ""},
		"stands still":    {"--from", "2026-02-13", "--limit", "3wd", "--pause", "2026-02-14.."},
		"service hours":   {"--from", "2026-02-13", "--limit", "3h", "--hours", "8-12"},
		"cannot be read":  {"--from", "2026-02-13", "--limit", "3wd", "--calendar", broken + "x"},
		"papers":          {"--from", "2026-02-13", "--limit", "3wd", "--calendar", broken},
		"unknown command": {"2026-02-13"},
	} {
		out, err := runDeadline(t, args...)
		if err == nil || out != "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %q, %v, want %q", args, out, err, want)
		}
		if code := exitCodeOf(err, new(bytes.Buffer)); code == 0 {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
}
