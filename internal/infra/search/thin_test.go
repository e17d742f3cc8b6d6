package search

import (
	"strings"
	"testing"
)

func TestPairsBetweenPairsAreLeftOut(t *testing.T) {
	for _, c := range []struct{ grams, contains, want string }{
		{"锦绣 绣花 花园", "锦绣花园", "锦绣 花园"},
		{"云江 江省 省沧 沧屏", "云江省沧屏", "云江 省沧 沧屏"},
		{"锦绣 绣花", "锦绣花", "锦绣 绣花"},
		{"云江 江城 城关", "", "云江 江城 城关"},       // three words, none rechecked
		{"云江 江城 城关 关路", "城关路", "云江 江城 关路"}, // the third is in what is rechecked
		{"锦绣 绣花 花园 1幢", "锦绣花园 1幢", "锦绣 花园 1幢"},
	} {
		m := Match{Grams: strings.Fields(c.grams)}
		if c.contains != "" {
			m.Contains = []string{c.contains}
		}
		if got := strings.Join(m.thinned(), " "); got != c.want {
			t.Errorf("%s of %q: %s, want %s", c.grams, c.contains, got, c.want)
		}
	}
}
