package sheet_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

func TestNumbers(t *testing.T) {
	for in, want := range map[string]sheet.Number{
		"8": {8, 0}, "007": {7, 0}, "1,234.50": {1234, 500_000}, "１，２３４": {1234, 0}, "-3.25": {-3, -250_000}, "+4": {4, 0}, "5.": {5, 0}, "￥1 200": {1200, 0},
		"1.5E+3": {1500, 0}, "1e-2": {0, 10_000}, "0.0000005": {0, 1}, "0.9999999": {1, 0}, "999999999999999": {999_999_999_999_999, 0}, "-0.5": {0, -500_000},
	} {
		if got, ok := sheet.ParseNumber(in); !ok || got != want {
			t.Errorf("%q: %v %t, want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "-", "x", "1,23", "1.2.3", "12,34,567", "1234567890123456", "5.9E+17", "0x1F", "八", "1 2a", "--1", "1e", ".5"} {
		if got, ok := sheet.ParseNumber(in); ok {
			t.Errorf("%q is %v", in, got)
		}
	}
}

func TestScaled(t *testing.T) {
	for _, c := range []struct {
		in     string
		factor int64
		want   int64
		ok     bool
	}{{"8", 1000, 8000, true}, {"0.2205", 1000, 221, true}, {"-0.2205", 1000, -221, true}, {"12.34", 100, 1234, true}, {"999999999999999", 1_000_000, 0, false}, {"1", 0, 0, false}} {
		n, ok := sheet.ParseNumber(c.in)
		if !ok {
			t.Fatal(c.in)
		}
		if got, ok := n.Scaled(c.factor); got != c.want || ok != c.ok {
			t.Errorf("%s × %d = %d %t", c.in, c.factor, got, ok)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := sheet.Number{Units: rapid.Int64Range(-1e9, 1e9).Draw(t, "units")}
		if got, ok := n.Scaled(1000); !ok || got != n.Units*1000 || !n.Whole() {
			t.Fatalf("%v: %d", n, got)
		}
	})
}

func TestDays(t *testing.T) {
	for in, want := range map[string]when.Day{
		"2026-03-01": "2026-03-01", "2026/3/1": "2026-03-01", "2026.3.1": "2026-03-01", "2026年3月1日": "2026-03-01", "２０２６年 3月 1日": "2026-03-01", "20260301": "2026-03-01",
		"2026-03-01 09:30:00": "2026-03-01", "2026/3/1 9:30": "2026-03-01", "2026-03-01T09:30:00Z": "2026-03-01", "46082": "2026-03-01", "46082.5": "2026-03-01", "1960年12月31": "1960-12-31",
	} {
		if got, ok := sheet.ParseDay(in); !ok || got != want {
			t.Errorf("%q: %s %t, want %s", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "2026-02-29", "2026-13-01", "20261301", "3/1/2026", "2026", "9999", "99999", "昨天", "2026-3", "0001-01-01", "460820"} {
		if got, ok := sheet.ParseDay(in); ok {
			t.Errorf("%q is %s", in, got)
		}
	}
}

func TestTextsThatProgramsWrapped(t *testing.T) {
	for in, want := range map[string]string{`="0123"`: "0123", "'0123": "0123", "0123": "0123", "=A1": "=A1", `="`: `="`} {
		if got := sheet.Text(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	for in, want := range map[string]bool{`="0123"`: false, "=A1": true, "=1+1": true, "张三": false, "+86": false} {
		if sheet.IsFormula(in) != want {
			t.Errorf("%q", in)
		}
	}
	for in, want := range map[string]bool{"5.90100199001E+17": true, "5.9e17": true, "1.5E+3": false, "590100": false, "1e-7": false, "E": false} {
		if sheet.LostDigits(in) != want {
			t.Errorf("%q", in)
		}
	}
	if !sheet.IsError("#N/A") || sheet.IsError("#1") {
		t.Error("errors of formulas")
	}
}

func TestColumnNames(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := sheet.ColumnName(i); got != want {
			t.Errorf("%d: %s", i, got)
		}
	}
}
