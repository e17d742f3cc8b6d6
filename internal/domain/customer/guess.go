package customer

import (
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// whole tells whether everything of a customer is shown, without showing it.
func (s Sight) whole(org, customer id.ID) bool {
	_, whole := s.basis(org, customer, "", Sensitive)
	return whole
}

// guessed are the paths at which a proposer typed what stands there already and he does
// not see. What he left as he saw it, masked or empty, he did not type.
func (s Sight) guessed(a Alteration, in UpdateInput, fields map[string]string, set *settings) (paths []string, err error) {
	if s.whole(a.OrgID, a.CustomerID) {
		return nil, nil
	}
	before, after, given := flatten(a.Before), flatten(a.After), in.given()
	for code, value := range fields {
		given["fields."+code] = strings.TrimSpace(value)
	}
	keys := make([]string, 0, len(given))
	for path := range given {
		keys = append(keys, a.keyOf(path))
	}
	shown, err := s.shown(a, a.Before, keys, set)
	if err != nil {
		return nil, err
	}
	for path, value := range given {
		seen := shown[path] == before[path]
		if !seen && value != "" && value != shown[path] && before[path] == after[path] && before[path] != "" {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths, nil
}

// given are the values in the input by the path of what they are for.
func (in UpdateInput) given() map[string]string {
	given := flatten(in)
	for path := range given {
		if m := element.FindStringSubmatch(path); m != nil && !isID(m[2]) {
			delete(given, path) // what is new has a place in the list alone
		}
	}
	return given
}

func isID(text string) bool { _, err := id.Parse(text); return err == nil }
