package dataimport

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// Codes are the codes of cells and rows that errors.go declares.
func Codes() (codes []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		panic(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "code") {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			panic(err)
		}
		codes = append(codes, code)
		return false
	})
	return codes
}
