package supply

import (
	_ "embed"
	"encoding/json"
	"sync"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
)

// Code is one value of a code list: our word for it, its number in SG186 where
// there is one, and its names. The English one stands in the catalogue.
type Code struct {
	Code  string `json:"code"`
	SG186 string `json:"sg186,omitempty"`
	Zh    string `json:"zh"`
	En    string `json:"-"`
}

//go:embed code/codes.json
var codesJSON []byte

var codeLists = sync.OnceValue(func() map[string][]Code {
	var lists map[string][]Code
	if err := json.Unmarshal(codesJSON, &lists); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	for list, codes := range lists {
		for i, c := range codes {
			codes[i].En = catalogue.Text(catalogue.English, "supply."+list+"."+c.Code, nil)
		}
	}
	return lists
})

// codeWords are the folded words by which the codes of a list are known.
var codeWords = sync.OnceValue(func() map[string]map[string]string {
	lists := map[string]map[string]string{}
	for list, codes := range codeLists() {
		words := map[string]string{}
		for _, word := range []func(Code) string{
			func(c Code) string { return c.Code }, func(c Code) string { return c.SG186 }, func(c Code) string { return c.Zh }, func(c Code) string { return c.En },
		} {
			for _, c := range codes {
				if w := cn.Fold(word(c)); w != "" && words[w] == "" {
					words[w] = c.Code
				}
			}
		}
		lists[list] = words
	}
	return lists
})

// Codes gives a code list in its order, e.g. "class"; nil when there is none.
func Codes(list string) []Code { return codeLists()[list] }

// ParseCode finds the code of a list that a file's cell means: our word, the
// SG186 number or the name, Chinese or English.
func ParseCode(list, cell string) (string, bool) {
	code, ok := codeWords()[list][cn.Fold(cell)]
	return code, ok
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
