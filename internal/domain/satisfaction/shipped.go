package satisfaction

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/zhiyin-power/zhiyin/pls"
)

//go:embed model/*.json
var modelFiles embed.FS

// shipped reads the models that come with the program, by name.
var shipped = sync.OnceValue(func() []Model {
	files, err := modelFiles.ReadDir("model")
	if err != nil {
		panic(err) // embedded
	}
	var models []Model
	for _, f := range files {
		raw, err := modelFiles.ReadFile(path.Join("model", f.Name()))
		if err != nil {
			panic(err) // embedded
		}
		var m Model
		if err := json.Unmarshal(raw, &m); err != nil {
			panic(fmt.Sprintf("%s: %v", f.Name(), err)) // a test reads them all
		}
		models = append(models, m)
	}
	slices.SortFunc(models, func(a, b Model) int { return strings.Compare(a.Name, b.Name) })
	return models
})

// ShippedModel gives a model that comes with the program by its name.
func ShippedModel(name string) (Model, bool) {
	i := slices.IndexFunc(shipped(), func(m Model) bool { return m.Name == name })
	if i < 0 {
		return Model{}, false
	}
	return shipped()[i], true
}

// Shipped is ShippedModel as numbers need it, by a name typed in any case.
func Shipped(name string) (pls.Model, bool) {
	m, ok := ShippedModel(strings.ToLower(name))
	if !ok {
		return pls.Model{}, false
	}
	return m.PLS(), true
}

// ShippedNames lists the names Shipped knows.
func ShippedNames() []string {
	var names []string
	for _, m := range shipped() {
		names = append(names, m.Name)
	}
	return names
}
