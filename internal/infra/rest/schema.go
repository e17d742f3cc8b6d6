package rest

import (
	"reflect"
	"regexp"
	"strings"
)

var qualified = regexp.MustCompile(`(?:[\w.\-]+/)*(\w+)\.(\w+)`)

// schemaName names a type in the OpenAPI document by package and type,
// CustomerNote for customer.Note, but Customer for customer.Customer, so that
// modules need not know each other's names. Parameters follow: ListOfCustomer.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return hint
	}
	path := t.PkgPath()
	own := path[strings.LastIndex(path, "/")+1:] + "." + t.Name()
	named := qualified.ReplaceAllStringFunc(own, func(s string) string {
		m := qualified.FindStringSubmatch(s)
		pkg, name := title(m[1]), title(m[2])
		if pkg == "Rest" || strings.HasPrefix(name, pkg) {
			return name
		}
		return pkg + name
	})
	return strings.NewReplacer("[]", "", "[", "Of", "]", "", ",", "And", "*", "").Replace(named)
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
