package supply

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
)

// Code is one value of a code list: our word for it, its number in SG186 where
// there is one, and its Chinese name.
type Code struct {
	Code  string `json:"code"`
	SG186 string `json:"sg186,omitempty"`
	Zh    string `json:"zh"`
}

//go:embed code/codes.json
var codesJSON []byte

var codeLists = sync.OnceValue(func() map[string][]Code {
	var lists map[string][]Code
	if err := json.Unmarshal(codesJSON, &lists); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return lists
})

// Codes gives a code list in its order, e.g. "class"; nil when there is none.
func Codes(list string) []Code { return codeLists()[list] }

// ParseCode finds the code of a list that a file's cell means: our word, the
// SG186 number or the Chinese name.
func ParseCode(list, cell string) (string, bool) {
	cell = cn.Fold(cell)
	for _, c := range codeLists()[list] {
		if cell != "" && (cell == strings.ToLower(c.Code) || cell == c.SG186 || cell == cn.Fold(c.Zh)) {
			return c.Code, true
		}
	}
	return "", false
}

// rank is a code's place in its list, counted from 1; the last for an unknown.
func rank(list, code string) int {
	codes := codeLists()[list]
	for i, c := range codes {
		if c.Code == code {
			return i + 1
		}
	}
	return len(codes)
}
