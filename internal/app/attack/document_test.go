package attack_test

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// document is the API document as far as requests are made from it.
type document struct {
	operations []*operation
	schemas    map[string]*schema
}

// operation is a route.
type operation struct {
	ID         string                               `json:"operationId"`
	Parameters []parameter                          `json:"parameters"`
	Request    *struct{ Content content }           `json:"requestBody"`
	Responses  map[string]struct{ Content content } `json:"responses"`
	Security   *[]map[string][]string               `json:"security"`

	Method, Path string `json:"-"`
}

type content map[string]struct {
	Schema *schema `json:"schema"`
}

type parameter struct {
	Name     string  `json:"name"`
	In       string  `json:"in"`
	Required bool    `json:"required"`
	Schema   *schema `json:"schema"`
}

type schema struct {
	Ref         string             `json:"$ref"`
	Type        any                `json:"type"` // a word, or a list of them
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Items       *schema            `json:"items"`
	Enum        []any              `json:"enum"`
	Format      string             `json:"format"`
	Pattern     string             `json:"pattern"`
	MinLength   int                `json:"minLength"`
	MaxLength   int                `json:"maxLength"`
	Minimum     *float64           `json:"minimum"`
	Description string             `json:"description"`
}

func readDocument(t *testing.T, raw []byte) *document {
	t.Helper()
	var in struct {
		Paths      map[string]map[string]*operation
		Components struct{ Schemas map[string]*schema }
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		t.Fatal(err)
	}
	d := &document{schemas: in.Components.Schemas}
	for path, methods := range in.Paths {
		for method, op := range methods {
			op.Method, op.Path = strings.ToUpper(method), path
			d.operations = append(d.operations, op)
		}
	}
	slices.SortFunc(d.operations, func(a, b *operation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return d
}

func (o *operation) public() bool { return o.door() == "" }

// portal tells whether the operation is a customer's, who signed in to the portal.
func (o *operation) portal() bool { return o.door() == "portal" }

// door is the kind of session the operation wants; "" is none.
func (o *operation) door() string {
	if o.Security == nil {
		return "session"
	}
	for _, one := range *o.Security {
		for name := range one {
			return name
		}
	}
	return ""
}

func (o *operation) takes(header string) bool {
	return slices.ContainsFunc(o.Parameters, func(p parameter) bool { return p.In == "header" && p.Name == header })
}

func (o *operation) query(name string) *parameter {
	for i, p := range o.Parameters {
		if p.In == "query" && p.Name == name {
			return &o.Parameters[i]
		}
	}
	return nil
}

// media is the kind of body the operation takes; "" is none.
func (o *operation) media() string {
	if o.Request != nil {
		for media := range o.Request.Content {
			return media
		}
	}
	return ""
}

func (o *operation) body() *schema { return o.Request.Content[o.media()].Schema }

// list tells whether the operation answers a page of a list.
func (o *operation) list() bool { return o.Method == "GET" && o.query("cursor") != nil }

// kind is the first type of the schema that is not null.
func (s *schema) kind() string {
	switch t := s.Type.(type) {
	case string:
		return t
	case []any:
		for _, one := range t {
			if one != "null" {
				return one.(string)
			}
		}
	}
	return ""
}

// follow resolves a reference.
func (d *document) follow(s *schema) *schema {
	for s.Ref != "" {
		s = d.schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
	}
	return s
}

// example is the least value the schema takes.
func (d *document) example(s *schema) any {
	s = d.follow(s)
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	switch s.kind() {
	case "object":
		o := map[string]any{}
		for _, name := range s.Required {
			o[name] = d.example(s.Properties[name])
		}
		return o
	case "array":
		return []any{}
	case "integer", "number":
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	case "boolean":
		return false
	}
	switch s.Format {
	case "date":
		return "2026-03-01"
	case "date-time":
		return "2026-03-01T09:00:00+08:00"
	}
	return strings.Repeat("x", max(1, s.MinLength))
}
