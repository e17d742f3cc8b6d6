package app_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/zhiyin-power/zhiyin/"

// domains in their order: each may import only earlier ones.
var domains = strings.Fields(`org audit access view bulk message webhook task calendar backup customer privacy proposal lookup supply target dataimport knowledge promise feedback incident outage connection billing survey
	care relief vip keyaccount callcenter loyalty satisfaction outreach mystery portal performance`)

// allowed are the modules the program may be built from, each with its use.
var allowed = map[string]string{
	"filippo.io/age":                      "encrypted backups and exported keys",
	"github.com/cespare/xxhash/v2":        "token hashes of the search index",
	"github.com/coreos/go-oidc/v3":        "single sign-on",
	"github.com/danielgtaylor/huma/v2":    "HTTP and OpenAPI",
	"github.com/emmansun/gmsm":            "SM4",
	"github.com/georgysavva/scany/v2":     "rows to structs",
	"github.com/go-jose/go-jose/v4":       "tokens of the provider in tests",
	"github.com/google/uuid":              "UUID text form",
	"github.com/jackc/pgx/v5":             "PostgreSQL",
	"github.com/klauspost/compress":       "compressed answers and backups",
	"github.com/knadh/koanf":              "configuration",
	"github.com/mozillazg/go-pinyin":      "pinyin",
	"github.com/nyaruka/phonenumbers":     "phone numbers",
	"github.com/pquerna/otp":              "codes of the second factor",
	"github.com/pressly/goose/v3":         "migrations",
	"github.com/prometheus/client_golang": "metrics",
	"github.com/spf13/cobra":              "commands",
	"github.com/spf13/pflag":              "commands' flags",
	"github.com/wneessen/go-mail":         "e-mail over SMTP",
	"github.com/xuri/excelize/v2":         "XLSX",
	"github.com/zitadel/oidc/v3":          "the provider in tests",
	"golang.org/x":                        "argon2, text encodings, errgroup, OAuth 2, marks in pictures",
	"github.com/yuin/goldmark":            "Markdown",
	"gonum.org/v1/gonum":                  "distributions and matrices",
	"modernc.org/sqlite":                  "SQLite",
	"pgregory.net/rapid":                  "property tests",
}

type goPackage struct {
	ImportPath   string
	Dir          string
	Imports      []string
	TestImports  []string
	XTestImports []string
	GoFiles      []string
	Standard     bool
}

func packages(t *testing.T) (all []goPackage) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,TestImports,XTestImports,GoFiles,Standard", "./...")
	cmd.Dir = "../.."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 20 {
		t.Fatalf("only %d packages found", len(all))
	}
	return all
}

// ring is the place of a package: lower rings are inner ones. A package may
// import its own ring only where ringmates says so.
func ring(path string) (n int, name string) {
	rest, own := strings.CutPrefix(path, module)
	if !own {
		return 0, "outside"
	}
	for i, prefix := range []string{"pls", "catalogue", "web", "internal/base/", "internal/infra/", "internal/domain/", "internal/app", "internal/demo", "internal/bench", "cmd/", "e2e"} {
		if strings.HasPrefix(rest, prefix) {
			return i + 1, strings.TrimPrefix(rest, prefix)
		}
	}
	return -1, rest
}

const domainRing = 6

func TestImportsPointInward(t *testing.T) {
	for _, p := range packages(t) {
		from, name := ring(p.ImportPath)
		if from < 0 {
			t.Errorf("%s stands in no ring", p.ImportPath)
		}
		for _, imported := range p.Imports {
			to, other := ring(imported)
			if to > from {
				t.Errorf("%s imports %s, which is further out", p.ImportPath, imported)
			}
			if from == domainRing && to == domainRing && !earlier(other, name) {
				t.Errorf("domain %s imports %s, which is not before it", name, other)
			}
		}
	}
}

// doors lead out of the process; package base has none.
var doors = []string{"os", "os/exec", "io/fs", "net", "net/http", "database/sql", "log", "log/slog"}

func TestBaseIsPure(t *testing.T) {
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.ImportPath, module+"internal/base/") {
			continue
		}
		for _, imported := range p.Imports {
			if slices.Contains(doors, imported) {
				t.Errorf("%s imports %s", p.ImportPath, imported)
			}
		}
	}
}

func earlier(a, b string) bool {
	i, j := slices.Index(domains, first(a)), slices.Index(domains, first(b))
	return i >= 0 && j >= 0 && (i < j || first(a) == first(b))
}

func first(path string) string { head, _, _ := strings.Cut(path, "/"); return head }

func TestOnlyListedModulesAreUsed(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if n, _ := ring(imported); n != 0 || !strings.Contains(first(imported), ".") {
				continue
			}
			if !listed(imported) {
				t.Errorf("%s imports %s, which is not on the list", p.ImportPath, imported)
			}
		}
	}
}

func listed(path string) bool {
	for m := range allowed {
		if path == m || strings.HasPrefix(path, m+"/") {
			return true
		}
	}
	return false
}

func TestHumaStaysInRest(t *testing.T) {
	for _, p := range packages(t) {
		if strings.HasPrefix(p.ImportPath, module+"internal/infra/rest") {
			continue
		}
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, "github.com/danielgtaylor/huma") {
				t.Errorf("%s imports huma", p.ImportPath)
			}
		}
	}
}

var statement = regexp.MustCompile("[`\"](SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|DROP) ")

func TestSQLStaysInStores(t *testing.T) {
	for _, p := range packages(t) {
		rest, _ := strings.CutPrefix(p.ImportPath, module)
		if strings.HasPrefix(rest, "internal/infra/db") || strings.HasPrefix(rest, "internal/infra/job") || strings.HasPrefix(rest, "internal/infra/search") {
			continue
		}
		for _, name := range p.GoFiles {
			if strings.HasPrefix(name, "store") {
				continue
			}
			raw, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if found := statement.Find(raw); found != nil {
				t.Errorf("%s/%s holds SQL: %s", rest, name, found)
			}
		}
	}
}
