package supply

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// checkTags holds a record to the rules in its struct tags (minLength, maxLength,
// enum, pattern, minimum, maximum, maxItems), which the API holds requests to as
// well, so that a row of a file and a request are refused alike.
func checkTags(v *fault.Validation, prefix string, record any) {
	value := reflect.Indirect(reflect.ValueOf(record))
	for _, r := range rulesOf(value.Type()) {
		r.check(v, prefix, value.FieldByIndex(r.index))
	}
}

// rules are what the tags of one field ask for.
type rules struct {
	index    []int
	name     string
	optional bool
	day      bool
	minLen   int
	maxLen   int
	enum     []string
	pattern  *regexp.Regexp
	min, max *int64
	maxItems int
	items    bool // a list of structs
}

var rulesCache sync.Map // reflect.Type → []rules

func rulesOf(t reflect.Type) []rules {
	if known, ok := rulesCache.Load(t); ok {
		return known.([]rules)
	}
	var all []rules
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || name == "" || name == "-" {
			continue
		}
		r := rules{index: f.Index, name: name, optional: strings.Contains(options, "omitempty"), day: f.Type == reflect.TypeFor[when.Day](),
			minLen: number(f, "minLength"), maxLen: number(f, "maxLength"), maxItems: number(f, "maxItems"),
			min: bound(f, "minimum"), max: bound(f, "maximum"), items: f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct}
		if enum, ok := f.Tag.Lookup("enum"); ok {
			r.enum = strings.Split(enum, ",")
		}
		if pattern, ok := f.Tag.Lookup("pattern"); ok {
			r.pattern = regexp.MustCompile(pattern)
		}
		all = append(all, r)
	}
	rulesCache.Store(t, all)
	return all
}

func number(f reflect.StructField, tag string) int {
	n, err := strconv.Atoi(f.Tag.Get(tag))
	if err != nil {
		return 0 // absent; a test reads every tag
	}
	return n
}

func bound(f reflect.StructField, tag string) *int64 {
	n, err := strconv.ParseInt(f.Tag.Get(tag), 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

func (r rules) check(v *fault.Validation, prefix string, value reflect.Value) {
	name := prefix + r.name
	switch {
	case value.Kind() == reflect.String:
		r.checkText(v, name, value.String())
	case value.CanInt():
		n := value.Int()
		if r.min != nil && n < *r.min {
			v.Add(name, "too_small", "limit", *r.min)
		}
		if r.max != nil && n > *r.max {
			v.Add(name, "too_large", "limit", *r.max)
		}
	case r.items:
		v.Check(value.Len() <= r.maxItems, name, "too_many", "limit", r.maxItems)
		for i := range min(value.Len(), r.maxItems) {
			checkTags(v, fmt.Sprintf("%s[%d].", name, i), value.Index(i).Interface())
		}
	}
}

func (r rules) checkText(v *fault.Validation, name, text string) {
	if text == "" {
		v.Check(r.optional || r.minLen == 0 && r.enum == nil && !r.day, name, "required")
		return
	}
	if r.day {
		_, err := when.ParseDay(text)
		v.Check(err == nil, name, "wrong_format")
		return
	}
	n := utf8.RuneCountInString(text)
	v.Check(n >= r.minLen, name, "too_short", "limit", r.minLen)
	v.Check(r.maxLen == 0 || n <= r.maxLen, name, "too_long", "limit", r.maxLen)
	v.Check(r.pattern == nil || r.pattern.MatchString(text), name, "wrong_format")
	v.Check(r.enum == nil || contains(r.enum, text), name, "not_allowed", "allowed", strings.Join(r.enum, ", "))
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
