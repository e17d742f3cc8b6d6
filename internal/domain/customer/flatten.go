package customer

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// ownFields say which customer it is, not what he is like.
var ownFields = []string{"id", "org_id", "customer_no", "status", "merged_into", "version", "created_at", "updated_at", "masked", "manager_name", "unit_name", "kind"}

// flatten gives the values of anything that encodes as a JSON object by their
// path: "person.birth_date", "contacts[ID].value", "tags[0]". Elements of a list
// are named by their id where they have one. Empty values are left out.
func flatten(v any) map[string]string {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return flattenJSON(raw)
}

func flattenJSON(raw []byte) map[string]string {
	var tree any
	if json.Unmarshal(raw, &tree) != nil {
		return nil
	}
	all := map[string]string{}
	walk(all, "", tree)
	return all
}

func walk(all map[string]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if path != "" {
				k = path + "." + k
			}
			walk(all, k, x)
		}
	case []any:
		for i, x := range v {
			name := strconv.Itoa(i)
			if m, ok := x.(map[string]any); ok {
				if own, ok := m["id"].(string); ok {
					name = own
				}
			}
			walk(all, path+"["+name+"]", x)
		}
	case string:
		if v != "" {
			all[path] = v
		}
	case bool:
		all[path] = strconv.FormatBool(v)
	case float64:
		all[path] = strconv.FormatFloat(v, 'f', -1, 64)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
