package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// bare is a place in which nothing was ever made.
func bare(t *testing.T, e db.Dialect) *site {
	t.Helper()
	return &site{t: t, flags: []string{"--data", t.TempDir(), "--dsn", dbtest.Config(t, e).DSN, "--log-level", "error"}}
}

func eachBare(t *testing.T, fn func(s *site)) {
	t.Helper()
	for _, e := range dbtest.Engines {
		t.Run(string(e), func(t *testing.T) { fn(bare(t, e)) })
	}
}

// execute runs a command line.
func execute(ctx context.Context, args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	root := newRootCommand()
	root.SetArgs(args)
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	code = exitCodeOf(root.ExecuteContext(ctx), &stderr)
	return code, stdout.String(), stderr.String()
}

// says runs a command and holds exit code and words against what it says.
func (s *site) says(code int, words []string, name string, args ...string) {
	s.t.Helper()
	got, out, errs := execute(s.t.Context(), append(append([]string{name}, s.flags...), args...)...)
	if got != code {
		s.t.Errorf("%s %v: exit code %d, want %d\n%s%s", name, args, got, code, out, errs)
	}
	for _, w := range words {
		if !strings.Contains(out+errs, w) {
			s.t.Errorf("%s %v does not say %q:\n%s%s", name, args, w, out, errs)
		}
	}
}

// The first organisation is made once, by somebody with a password worth the name.
func TestInitMakesTheFirstOrganisationOnce(t *testing.T) {
	county := []string{"--org-code", "1001", "--org-name", "甲县供电公司"}
	for _, e := range dbtest.Engines {
		s := bare(t, e)
		t.Setenv("ZHIYIN_ADMIN_PASSWORD", "")
		s.says(1, []string{"password"}, "init", county...)
		t.Setenv("ZHIYIN_ADMIN_PASSWORD", "admin")
		s.says(1, []string{"password"}, "init", county...)
		t.Setenv("ZHIYIN_ADMIN_PASSWORD", "a long way to Tipperary")
		s.says(1, []string{"level"}, "init", append(county, "--level", "planet")...)
		s.says(1, []string{"org-code"}, "init", "--org-name", "甲")
		s.says(1, []string{"org-code"}, "init", "--org-name", "甲", "--org-code", " ")
		s.says(0, nil, "init", county...)
		s.says(1, nil, "init", county...)
		s.says(1, nil, "init", "--org-code", "1002", "--org-name", "乙县供电公司", "--login", "second")
	}
}

// A database is brought up to date as often as one likes, and one of a newer
// program is left alone.
func TestMigrateAgainAndAgain(t *testing.T) {
	eachBare(t, func(s *site) {
		for range 2 {
			s.says(0, nil, "migrate")
		}
		d, err := db.Open(s.t.Context(), db.Config{File: fileOf(s), DSN: s.flags[3]})
		s.must(err)
		s.must(d.Write(s.t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, $1)", true)
			return err
		}))
		s.must(d.Close())
		for _, name := range []string{"migrate", "serve"} {
			s.says(1, []string{"newer", "99999"}, name)
		}
	})
}

// fileOf is the database's file, where it is one.
func fileOf(s *site) string {
	if s.flags[3] != "" {
		return ""
	}
	found, err := filepath.Glob(filepath.Join(s.flags[1], "*.db"))
	if err != nil || len(found) != 1 {
		s.t.Fatalf("database files %v, %v", found, err)
	}
	return found[0]
}

// A server says where it is, is ready, and stops with exit code 0; a second one at
// its address says what is wrong.
func TestServeStartsAndStops(t *testing.T) {
	eachBare(t, func(s *site) {
		ctx, stop := context.WithCancel(s.t.Context())
		defer stop()
		r, w := io.Pipe()
		ended := make(chan int, 1)
		go func() {
			root, errs := newRootCommand(), bytes.Buffer{}
			root.SetArgs(append([]string{"serve", "--listen", "127.0.0.1:0"}, s.flags...))
			root.SetOut(w)
			root.SetErr(&errs)
			ended <- exitCodeOf(root.ExecuteContext(ctx), &errs)
			w.CloseWithError(errors.New(errs.String()))
		}()
		line := make([]byte, 200)
		n, err := r.Read(line)
		s.must(err)
		_, url, _ := strings.Cut(strings.TrimSpace(string(line[:n])), ": ")
		for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, "/api/v1/customers": 401, "/api/v1/nothing": 404} {
			answer, err := http.Get(url + path)
			s.must(err)
			if answer.Body.Close(); answer.StatusCode != want {
				s.t.Errorf("%s: %s, want %d", path, answer.Status, want)
			}
		}
		s.says(1, []string{strings.TrimPrefix(url, "http://"), "in use"}, "serve", "--listen", strings.TrimPrefix(url, "http://"))
		stop()
		select {
		case code := <-ended:
			if code != 0 {
				s.t.Errorf("exit code %d", code)
			}
		case <-time.After(30 * time.Second):
			s.t.Fatal("the server does not stop")
		}
		if c, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "http://"), time.Second); err == nil {
			c.Close()
			s.t.Error("somebody still listens")
		}
	})
}

// Settings nobody knows, or that mean nothing, end the command with a word on what
// is allowed.
func TestSettingsThatMeanNothing(t *testing.T) {
	s := bare(t, db.SQLite)
	s.says(1, []string{"log-level", "debug, info, warn or error"}, "migrate", "--log-level", "loud")
	s.says(1, []string{"now", "RFC 3339"}, "migrate", "--now", "today")
	s.says(1, []string{"workers", "from 1"}, "serve", "--workers", "0")
	s.says(1, []string{"unknown flag"}, "migrate", "--no-such")
	s.says(1, []string{"unknown command"}, "migrat")
	s.says(1, []string{"no setting", "listenn"}, "migrate", "--config", writeFile(t, "a.yaml", []byte("listenn: x\n")))
	s.says(1, []string{"config"}, "migrate", "--config", filepath.Join(t.TempDir(), "none.yaml"))
	s.flags[1] = writeFile(t, "data", []byte("a file"))
	s.says(1, []string{s.flags[1]}, "migrate")
}

func TestOpenAPIIsADocument(t *testing.T) {
	code, out, errs := execute(t.Context(), "openapi")
	var doc struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal([]byte(out), &doc); code != 0 || err != nil || doc.OpenAPI == "" || len(doc.Paths) < 50 {
		t.Errorf("exit code %d, %v, %d paths: %s", code, err, len(doc.Paths), errs)
	}
}

// A file from an old Windows computer may have a name of no encoding.
func TestImportOfAFileWithANameOfNoEncoding(t *testing.T) {
	eachSite(t, func(s *site) {
		name := filepath.Join(t.TempDir(), "\xbf\xcd\xbb\xa7\n1.csv")
		s.must(os.WriteFile(name, customersCSV(3), 0o600))
		s.want(0, []string{"3 新增客户"}, "--org", "1001", name)
		if got := s.last().FileName; !strings.HasSuffix(got, "1.csv") || strings.Contains(got, "\n") || !utf8.ValidString(got) {
			s.t.Errorf("it is called %q", got)
		}
	})
}
