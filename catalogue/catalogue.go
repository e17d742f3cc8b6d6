// Package catalogue holds every sentence a user reads, in Chinese and English:
// one file per module and language, shared by the server and the web
// interface. Keys are flat and begin with their module ("customer.merged");
// the codes of problems are keys too.
//
// "{name}" is a placeholder, "{name:kilo}" one whose quantity is kept in units
// and read in thousands of them, such as VA and kVA. A sentence may have two forms, "one | many":
// the parameter n chooses the first when it is 1.
package catalogue

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// The languages. Unknown ones are answered in Chinese.
const (
	Chinese = "zh"
	English = "en"
)

//go:embed zh/*.json en/*.json
var files embed.FS

var tables = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, lang := range []string{Chinese, English} {
		table, err := load(files, lang)
		if err != nil {
			panic(err) // the files are part of the program, and a test reads them
		}
		all[lang] = table
	}
	return all
})

// load joins the files of one language and refuses a key that stands twice.
func load(files fs.FS, lang string) (map[string]string, error) {
	names, err := fs.Glob(files, path.Join(lang, "*.json"))
	if err != nil {
		return nil, err
	}
	table := map[string]string{}
	for _, name := range names {
		var module map[string]string
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &module); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for key, text := range module {
			if _, twice := table[key]; twice {
				return nil, fmt.Errorf("%s: key %q stands in another file too", name, key)
			}
			table[key] = text
		}
	}
	return table, nil
}

// Text renders the sentence of key. lang is "zh", "en" or a tag that begins
// with one of them ("en-GB"). A key without sentence is returned as it is.
func Text(lang, key string, params map[string]any) string {
	text, ok := tables()[Language(lang)][key]
	if !ok {
		return key
	}
	return format(text, params)
}

// Has tells whether key has a sentence.
func Has(key string) bool {
	_, ok := tables()[Chinese][key]
	return ok
}

// Language maps a language tag to one the catalogue has.
func Language(tag string) string {
	if len(tag) >= 2 && strings.EqualFold(tag[:2], English) {
		return English
	}
	return Chinese
}

var placeholder = regexp.MustCompile(`\{(\w+)(:kilo)?\}`)

func format(text string, params map[string]any) string {
	if one, many, plural := strings.Cut(text, " | "); plural {
		text = many
		if fmt.Sprint(params["n"]) == "1" {
			text = one
		}
	}
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		name, thousands := strings.CutSuffix(found[1:len(found)-1], ":kilo")
		value, ok := params[name]
		switch {
		case !ok:
			return found
		case thousands:
			return kilo(fmt.Sprint(value))
		}
		return fmt.Sprint(value)
	})
}

// kilo writes a number of units in thousands as the screens write numbers:
// "12345678" becomes "12,345.678".
func kilo(units string) string {
	n, err := strconv.ParseFloat(units, 64)
	if err != nil {
		return units
	}
	whole, part, _ := strings.Cut(strconv.FormatFloat(n/1000, 'f', 3, 64), ".")
	return strings.TrimSuffix(Grouped(whole)+"."+strings.TrimRight(part, "0"), ".")
}

// Grouped writes a number's digits in threes as the screens do: "-12345.6" becomes "-12,345.6".
func Grouped(number string) string {
	digits := strings.TrimPrefix(number, "-")
	sign := number[:len(number)-len(digits)]
	whole, part, point := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		part = "." + part
	}
	return sign + whole + part
}
