package catalogue

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestText(t *testing.T) {
	tests := []struct {
		lang, key string
		params    map[string]any
		want      string
	}{
		{"zh", "kit.save", nil, "保存"},
		{"en", "kit.save", nil, "Save"},
		{"en-GB", "kit.save", nil, "Save"},
		{"fr", "kit.save", nil, "保存"},
		{"", "kit.save", nil, "保存"},
		{"en", "kit.list.rows", map[string]any{"n": 1}, "1 row on this page"},
		{"en", "kit.list.rows", map[string]any{"n": int64(1)}, "1 row on this page"},
		{"en", "kit.list.rows", map[string]any{"n": 0}, "0 rows on this page"},
		{"zh", "kit.list.rows", map[string]any{"n": 1}, "本页 1 条"},
		{"en", "home.welcome", nil, "Hello, {name}"},
		{"en", "home.welcome", map[string]any{"name": "{n}"}, "Hello, {n}"},
		{"en", "no.such.key", nil, "no.such.key"},
		{"zh", "supply.event.account_joined", map[string]any{"account_no": "1", "contract_va": 8000}, "用电户 1 归入本客户，合同容量 8 kVA"},
		{"en", "supply.event.capacity_changed", map[string]any{"account_no": "1", "from": "12345678", "to": 1e10}, "Contracted capacity of account 1 changed from 12,345.678 kVA to 10,000,000 kVA"},
		{"en", "problem.field.above_contract", map[string]any{"limit": int64(500)}, "Running capacity cannot exceed the contracted 0.5 kVA."},
		{"en", "problem.field.above_contract", map[string]any{"limit": "all"}, "Running capacity cannot exceed the contracted all kVA."},
	}
	for _, tt := range tests {
		if got := Text(tt.lang, tt.key, tt.params); got != tt.want {
			t.Errorf("Text(%q, %q, %v) = %q, want %q", tt.lang, tt.key, tt.params, got, tt.want)
		}
	}
}

func TestGrouped(t *testing.T) {
	for in, want := range map[string]string{"0": "0", "999": "999", "-999": "-999", "1000": "1,000", "-1234567.8901": "-1,234,567.8901", "": ""} {
		if got := Grouped(in); got != want {
			t.Errorf("Grouped(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestHas(t *testing.T) {
	if !Has("kit.save") || Has("no.such.key") {
		t.Error("Has does not follow the catalogue")
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"a key in two files": {fstest.MapFS{
			"zh/a.json": {Data: []byte(`{"a.x": "1"}`)},
			"zh/b.json": {Data: []byte(`{"a.x": "2"}`)},
		}, `key "a.x" stands in another file too`},
		"broken JSON": {fstest.MapFS{"zh/a.json": {Data: []byte(`{"a.x": 1`)}}, "zh/a.json"},
	}
	for name, tt := range tests {
		if _, err := load(tt.files, Chinese); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", name, err, tt.want)
		}
	}
}

func TestLanguagesAgree(t *testing.T) {
	zh, en := tables()[Chinese], tables()[English]
	for _, key := range slices.Sorted(maps.Keys(zh)) {
		english, ok := en[key]
		if !ok {
			t.Errorf("%s: no English sentence", key)
			continue
		}
		if a, b := placeholders(zh[key]), placeholders(english); !slices.Equal(a, b) {
			t.Errorf("%s: placeholders %v in Chinese, %v in English", key, a, b)
		}
	}
	for key := range en {
		if _, ok := zh[key]; !ok {
			t.Errorf("%s: no Chinese sentence", key)
		}
	}
}

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// problem.json also holds the codes of the rings below the modules; a module may
// add sentences for the field codes only it uses.
func TestKeysBeginWithTheirModule(t *testing.T) {
	names, err := fs.Glob(files, "*/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no catalogue: %v", err)
	}
	key := regexp.MustCompile(`"([\w.]+)":`)
	for _, name := range names {
		module := strings.TrimSuffix(filepath.Base(name), ".json")
		if module == "problem" {
			continue
		}
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(raw), -1) {
			if !strings.HasPrefix(m[1], module+".") && !strings.HasPrefix(m[1], "problem.field.") {
				t.Errorf("%s: key %s does not begin with %s.", name, m[1], module)
			}
		}
	}
}

// A key is used by t('…') (also with a choice inside: t(x ? '…' : '…')) or
// named by a property that the kit translates.
var (
	call     = regexp.MustCompile(`\bt\(([^()]*?)(?:,\s*\{|\))`)
	property = regexp.MustCompile(`\b(?:label|title|text|hint|empty):\s*'([^']+)'`)
	shortcut = regexp.MustCompile(`useShortcut\('[^']+',\s*'([^']+)'`)
	literal  = regexp.MustCompile(`'(\w+(?:\.\w+)+)'`)
)

func TestWebUsesKnownKeys(t *testing.T) {
	used := 0
	err := filepath.WalkDir("../web/src", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(name, ".test.ts") || !isSource(name) {
			return err
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, key := range keysIn(string(raw)) {
			used++
			if !Has(key) {
				t.Errorf("%s: key %q has no sentence", name, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if used < 100 {
		t.Errorf("found only %d uses of keys; the search no longer matches the code", used)
	}
}

func isSource(name string) bool {
	return strings.HasSuffix(name, ".ts") || strings.HasSuffix(name, ".vue")
}

func keysIn(code string) []string {
	var keys []string
	for _, m := range call.FindAllStringSubmatch(code, -1) {
		for _, l := range literal.FindAllStringSubmatch(m[1], -1) {
			keys = append(keys, l[1])
		}
	}
	for _, pattern := range []*regexp.Regexp{property, shortcut} {
		for _, m := range pattern.FindAllStringSubmatch(code, -1) {
			if literal.MatchString("'" + m[1] + "'") {
				keys = append(keys, m[1])
			}
		}
	}
	return keys
}

func TestKeysIn(t *testing.T) {
	code := `t('a.b') t("x") t('a.c', { n: 1 }) t(ok ? 'a.d' : 'a.e') { label: 'a.f', title: 'Plain' } useShortcut('/', 'a.g', run)`
	want := []string{"a.b", "a.c", "a.d", "a.e", "a.f", "a.g"}
	if got := keysIn(code); !slices.Equal(got, want) {
		t.Errorf("keysIn = %v, want %v", got, want)
	}
}
