package catalogue

import (
	"slices"
	"strings"
)

// Under lists what follows prefix in the keys that begin with it, sorted.
func Under(prefix string) (rest []string) {
	for key := range tables()[Chinese] {
		if tail, ok := strings.CutPrefix(key, prefix); ok {
			rest = append(rest, tail)
		}
	}
	slices.Sort(rest)
	return rest
}
