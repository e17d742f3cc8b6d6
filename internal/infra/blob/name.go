package blob

import (
	"strings"
	"unicode"
)

// maxName bounds the characters of a name.
const maxName = 200

// BaseName is a file's name as a client tells it, without the directories some
// browsers send and without signs that are not seen: controls would break headers,
// and marks of direction show another ending than the name has. A long name keeps its
// end; "?" when nothing is left.
func BaseName(name string) string {
	name = strings.Map(seen, strings.ToValidUTF8(name[strings.LastIndexAny(name, `/\`)+1:], "\ufffd"))
	if strings.Trim(name, ". ") == "" {
		return "?"
	}
	r := []rune(name)
	return string(r[max(0, len(r)-maxName):])
}

func seen(r rune) rune {
	if unicode.Is(unicode.C, r) {
		return -1
	}
	return r
}
