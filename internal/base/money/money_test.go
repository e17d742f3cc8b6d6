package money_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/money"
)

func TestParse(t *testing.T) {
	for s, want := range map[string]money.Fen{
		"0": 0, "12": 1200, "12.3": 1230, "-0.05": -5, "1,234.50": 123450, " 7.00 ": 700,
		"92233720368547758.07": math.MaxInt64,
	} {
		if got, err := money.Parse(s); err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "-", ".5", "1.", "1.234", "1e3", "一", "--1", "+1", "92233720368547758.08", "0x10"} {
		if got, err := money.Parse(s); err == nil {
			t.Errorf("Parse(%q) = %d, want an error", s, got)
		}
	}
}

func TestStringRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := money.Fen(rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "fen"))
		if got, err := money.Parse(f.String()); err != nil || got != f {
			t.Fatalf("%d -> %s -> %d, %v", f, f, got, err)
		}
	})
	if got := money.Fen(math.MinInt64).String(); got != "-92233720368547758.08" {
		t.Errorf("smallest amount = %s", got)
	}
}

func TestAddRefusesOverflow(t *testing.T) {
	if _, ok := money.Fen(math.MaxInt64).Add(1); ok {
		t.Error("overflow accepted")
	}
	if _, ok := money.Fen(math.MinInt64).Add(-1); ok {
		t.Error("underflow accepted")
	}
	if s, ok := money.Fen(5).Add(-7); !ok || s != -2 {
		t.Errorf("5-7 = %d, %v", s, ok)
	}
}
