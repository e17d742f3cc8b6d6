package knowledge

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

// Term is a code with its names.
type Term struct {
	Code   string `json:"code"`
	NameZh string `json:"name_zh"`
	NameEn string `json:"name_en"`
}

// Variable is what a standard answer may leave open.
type Variable struct {
	Term
	ExampleZh string `json:"example_zh" doc:"for the preview"`
	ExampleEn string `json:"example_en"`
}

// Terms are the lists articles and standard answers choose from.
type Terms struct {
	Categories    []Term     `json:"categories" nullable:"false"`
	ContactPoints []Term     `json:"contact_points" nullable:"false"`
	Variables     []Variable `json:"variables" nullable:"false"`
	ReviewMonths  int        `json:"review_months" doc:"after which an article is looked at again, unless another day is named"`
}

//go:embed data/term.json
var termFile []byte

var terms = read[Terms]("term.json", termFile)

// read decodes a file of the program's own; a broken one is found by every test.
func read[T any](name string, raw []byte) (v T) {
	if err := json.Unmarshal(raw, &v); err != nil {
		panic(fmt.Sprintf("knowledge: %s: %v", name, err))
	}
	return v
}

func known(list []Term, code string) bool {
	return slices.ContainsFunc(list, func(t Term) bool { return t.Code == code })
}
