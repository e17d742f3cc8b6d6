// Package money holds amounts in fen as integers. No float touches money.
package money

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Fen is an amount of money; 100 fen are one yuan.
type Fen int64

// ErrFormat is returned for text that is no amount in yuan.
var ErrFormat = errors.New("money: want yuan with at most two decimals")

// Parse reads yuan such as "12", "12.3", "-0.05" or "1,234.50" exactly.
func Parse(s string) (Fen, error) {
	t := strings.ReplaceAll(strings.TrimSpace(s), ",", "")
	digits, negative := strings.CutPrefix(t, "-")
	whole, part, dotted := strings.Cut(digits, ".")
	if dotted && (part == "" || len(part) > 2) || !allDigits(whole) || dotted && !allDigits(part) {
		return 0, ErrFormat
	}
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil {
		return 0, ErrFormat
	}
	if negative {
		n = -n
	}
	return Fen(n), nil
}

func allDigits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// String writes yuan with two decimals, e.g. "-0.05".
func (f Fen) String() string {
	sign, n := "", uint64(f)
	if f < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// Add reports whether the sum fits.
func (f Fen) Add(g Fen) (Fen, bool) {
	if g > 0 && f > math.MaxInt64-g || g < 0 && f < math.MinInt64-g {
		return 0, false
	}
	return f + g, true
}
