package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/bench"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// TestMain lets tests start commands in processes of their own: the file that
// runs is this test.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") { // a command, no flag of tests
		os.Exit(run())
	}
	os.Exit(m.Run())
}

// benchCases are what each benchmark over data measures.
var benchCases = map[string][]string{
	"search": {"fragment of a name", "fragment of an address", "most common fragment", "pinyin initials", "last four of the phone", "exact account number"},
	"api":    {"create a customer", "get a customer", "list 50 organisations by name", "list 50 active, newest first"},
	"cases":  {"register a case", "list 50 open, the next due first", "list 50 reports, newest first", "list 50 of a category, newest first"},
	"start":  {"cold start to ready", "idle, CPU a second", "size of the program, MB"},
	"access": {"permission check from cache", "open a record with 20 open fields", "open a record with 20 sealed fields"},
	"import": {"upload", "dry run", "import", "bare copy of the file"},
}

func TestBenchmarksRunAllCasesOnBothEngines(t *testing.T) {
	for name, want := range benchCases {
		for _, engine := range dbtest.Engines {
			t.Run(name+" "+string(engine), func(t *testing.T) {
				t.Parallel()
				args := []string{name, "--json", "--engine", string(engine), "--customers", "200", "--requests", "20", "--clients", "2", "--dsn", dbtest.Config(t, engine).DSN}
				if name == "cases" {
					args = append(args, "--cases", "400")
				}
				measured := map[string]bool{}
				for _, r := range runBench(t, args...) {
					if r.Bench != name || r.Engine != string(engine) || r.N <= 0 || r.PeakMB <= 0 || r.P99 < r.P50 {
						t.Errorf("%+v", r)
					}
					measured[r.Case] = true
				}
				for _, c := range want {
					both := measured[c+", one company"] && measured[c+", province"]
					if !measured[c] && !both {
						t.Errorf("%q is not measured: %v", c, measured)
					}
				}
			})
		}
	}
}

func TestKeptDataAreUsedAgain(t *testing.T) {
	data := t.TempDir()
	for i := range 2 {
		cmd, errs := newBenchCommand(), bytes.Buffer{}
		cmd.SetErr(&errs)
		cmd.SetOut(&bytes.Buffer{})
		cmd.SetArgs([]string{"search", "--customers", "200", "--requests", "20", "--data", data})
		if err := cmd.Execute(); err != nil {
			t.Fatal(err)
		}
		if made := strings.Contains(errs.String(), "200 customers made"); made != (i == 0) {
			t.Errorf("run %d: %q", i+1, errs.String())
		}
	}
}

func TestUnknownEngineIsRefused(t *testing.T) {
	cmd := newBenchCommand()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs([]string{"search", "--engine", "oracle"})
	if err := cmd.Execute(); err == nil || !strings.Contains(err.Error(), "oracle") {
		t.Errorf("error %v", err)
	}
}

func runBench(t *testing.T, args ...string) (all []bench.Result) {
	t.Helper()
	cmd, out := newBenchCommand(), bytes.Buffer{}
	cmd.SetOut(&out)
	cmd.SetErr(&bytes.Buffer{})
	cmd.SetArgs(args)
	if err := cmd.Execute(); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		var r bench.Result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, r)
	}
	return all
}
