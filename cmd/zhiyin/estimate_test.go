package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhiyin-power/zhiyin/pls"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	powerData  = "../../pls/testdata/ecsi_power.csv"
	gapsData   = "../../pls/testdata/ecsi_power_missing.csv"
	powerModel = "../../pls/testdata/ecsi_power_modeA_path.json" // a reference file that holds the model
)

// noModels ships none.
func noModels(string) (pls.Model, bool) { return pls.Model{}, false }

// estimate runs the command and returns what it prints.
func estimate(t *testing.T, shipped shippedModel, args ...string) (string, error) {
	t.Helper()
	cmd := newEstimateCommand(shipped)
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(context.Background())
	return out.String(), err
}

func mustEstimate(t *testing.T, args ...string) string {
	t.Helper()
	out, err := estimate(t, noModels, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func writeFile(t *testing.T, name string, content []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// printed is the part of the output that tests look at.
type printed struct {
	Estimates struct {
		OuterWeights map[string]map[string]float64 `json:"outer_weights"`
		Paths        []struct {
			From, To string
			Value    float64
		} `json:"paths"`
		R2 map[string]float64 `json:"r2"`
	} `json:"estimates"`
	Index *struct {
		Constructs map[string]struct {
			Value float64 `json:"index_0_100"`
		} `json:"constructs"`
	} `json:"satisfaction_index"`
	Bootstrap *struct {
		Used       int                           `json:"used"`
		Skipped    []map[string]any              `json:"skipped"`
		Parameters map[string]map[string]float64 `json:"parameters"`
		Resamples  []map[string]float64          `json:"resamples"`
	} `json:"bootstrap"`
	Warnings []pls.Warning `json:"warnings"`
}

func parse(t *testing.T, text string) printed {
	t.Helper()
	var out printed
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v in %.200s", err, text)
	}
	return out
}

func TestEstimatePrintsTheReference(t *testing.T) {
	b, err := os.ReadFile(powerModel)
	if err != nil {
		t.Fatal(err)
	}
	want := parse(t, string(b))
	got := parse(t, mustEstimate(t, "--model", powerModel, "--data", powerData, "--scale", "1:10", "--json"))
	for construct, items := range want.Estimates.OuterWeights {
		for item, w := range items {
			if g := got.Estimates.OuterWeights[construct][item]; math.Abs(g-w) > 1e-9 {
				t.Errorf("weight %s %s = %v, want %v", construct, item, g, w)
			}
		}
		if g, w := got.Index.Constructs[construct].Value, want.Index.Constructs[construct].Value; math.Abs(g-w) > 1e-9 {
			t.Errorf("index %s = %v, want %v", construct, g, w)
		}
	}
	for i, w := range want.Estimates.Paths {
		if g := got.Estimates.Paths[i]; g.From != w.From || g.To != w.To || math.Abs(g.Value-w.Value) > 1e-9 {
			t.Errorf("path %d = %+v, want %+v", i, g, w)
		}
	}
	if len(want.Estimates.OuterWeights) != 7 || len(want.Estimates.Paths) != 12 || got.Bootstrap != nil {
		t.Errorf("%d constructs, %d paths, bootstrap %v", len(want.Estimates.OuterWeights), len(want.Estimates.Paths), got.Bootstrap)
	}
}

func TestFlagsReachTheEstimate(t *testing.T) {
	r2 := func(args ...string) float64 {
		args = append([]string{"--model", powerModel, "--json", "--data"}, args...)
		return parse(t, mustEstimate(t, args...)).Estimates.R2["Satisfaction"]
	}
	seen := map[float64]string{}
	for name, args := range map[string][]string{
		"path": {powerData}, "centroid": {powerData, "--scheme", "centroid"}, "factorial": {powerData, "--scheme", "factorial"},
		"mean": {gapsData, "--missing", "mean"}, "casewise": {gapsData, "--missing", "casewise"},
		"codes": {powerData, "--missing-code", "1", "--missing-code", "10"},
	} {
		v := r2(args...)
		if other, ok := seen[v]; ok {
			t.Errorf("%s and %s give the same", name, other)
		}
		seen[v] = name
	}
	if r2(gapsData) != r2(gapsData, "--missing", "mean") || r2(powerData) != r2(powerData, "--scheme", "path") {
		t.Error("the defaults are not path and mean")
	}
}

func TestScaleComesFromFlagOrModel(t *testing.T) {
	model, err := os.ReadFile(powerModel)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Model pls.Model }
	if err := json.Unmarshal(model, &doc); err != nil {
		t.Fatal(err)
	}
	shipped := func(scale *pls.Scale) shippedModel {
		return func(name string) (pls.Model, bool) {
			m := doc.Model
			m.Scale = scale
			return m, name == "power"
		}
	}
	for _, c := range []struct {
		scale *pls.Scale
		args  []string
		want  float64
	}{
		{nil, nil, 0},
		{&pls.Scale{Min: 1, Max: 10}, nil, 72.2285681194871},
		{nil, []string{"--scale", "1:10"}, 72.2285681194871},
		{&pls.Scale{Min: 1, Max: 10}, []string{"--scale", "-8:10"}, 50 + 72.2285681194871/2},
	} {
		out, err := estimate(t, shipped(c.scale), append(c.args, "--model", "power", "--data", powerData, "--json")...)
		if err != nil {
			t.Fatal(err)
		}
		got := 0.0
		if index := parse(t, out).Index; index != nil {
			got = index.Constructs["Satisfaction"].Value
		}
		if math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%v %v: index %v, want %v", c.scale, c.args, got, c.want)
		}
	}
}

func TestBootstrapPrintsTheSameBytesOnAnyNumberOfProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	args := []string{"--model", powerModel, "--data", powerData, "--scale", "1:10", "--boot", "50", "--seed", "7", "--json"}
	runtime.GOMAXPROCS(1)
	one := mustEstimate(t, args...)
	runtime.GOMAXPROCS(2)
	if two := mustEstimate(t, args...); two != one {
		t.Error("two processors print other bytes than one")
	}
	b := parse(t, one).Bootstrap
	if b.Used != 50 || len(b.Resamples) != 50 || len(b.Skipped) != 0 {
		t.Fatalf("used %d of %d, skipped %v", b.Used, len(b.Resamples), b.Skipped)
	}
	for _, name := range []string{
		"path:Image->Expectation", "total:Image->Loyalty", "r2:Loyalty", "weight:IMAG1", "loading:QUAL7",
		"htmt:Image~Quality", "index:Satisfaction",
	} {
		p := b.Parameters[name]
		if _, ok := b.Resamples[49][name]; !ok || len(p) != 4 || !(p["ci_lo"] < p["ci_hi"]) || !(p["se"] > 0) {
			t.Errorf("%s: %v", name, p)
		}
	}
	if wide := mustEstimate(t, append(args, "--level", "0.5")...); !(parse(t, wide).Bootstrap.Parameters["r2:Loyalty"]["ci_lo"] >
		b.Parameters["r2:Loyalty"]["ci_lo"]) {
		t.Error("--level 0.5 does not narrow the interval")
	}
}

func TestGivenResamplesAreUsed(t *testing.T) {
	indices := "../../pls/testdata/ecsi_power_resample_indices_0based.csv"
	ref, err := os.ReadFile("../../pls/testdata/ecsi_power_fixed_resamples.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct{ Resamples []map[string]float64 }
	if err := json.Unmarshal(ref, &want); err != nil {
		t.Fatal(err)
	}
	b := parse(t, mustEstimate(t, "--model", powerModel, "--data", powerData, "--indices", indices, "--json")).Bootstrap
	if len(b.Resamples) != 20 || len(want.Resamples) != 20 {
		t.Fatalf("%d resamples", len(b.Resamples))
	}
	for i, resample := range want.Resamples {
		for name, w := range resample {
			if g := b.Resamples[i][name]; math.Abs(g-w) > 1e-9 {
				t.Errorf("resample %d %s = %v, want %v", i, name, g, w)
			}
		}
	}
}

func TestEncodingsGiveTheSame(t *testing.T) {
	b, err := os.ReadFile(powerData)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(b), "rural", "农村", 1)
	text = strings.ReplaceAll(text, "SATI", "满意度")
	model, err := os.ReadFile(powerModel)
	if err != nil {
		t.Fatal(err)
	}
	chinese := writeFile(t, "model.json", bytes.ReplaceAll(model, []byte("SATI"), []byte("满意度")))
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	want := mustEstimate(t, "--model", chinese, "--json", "--data", writeFile(t, "utf8.csv", []byte(text)))
	for name, content := range map[string]string{"bom": "\ufeff" + text, "gb18030": gb, "crlf": strings.ReplaceAll(text, "\n", "\r\n")} {
		if got := mustEstimate(t, "--model", chinese, "--json", "--data", writeFile(t, name, []byte(content))); got != want {
			t.Errorf("%s gives another result", name)
		}
	}
	if !strings.Contains(want, `"满意度1":`) {
		t.Error("Chinese item names are not printed as they are")
	}
}

func TestTables(t *testing.T) {
	for name, args := range map[string][]string{
		"estimate_tables.txt":   {"--model", powerModel, "--data", powerData, "--scale", "1:10", "--boot", "200", "--seed", "3"},
		"estimate_no_scale.txt": {"--model", powerModel, "--data", gapsData, "--missing", "casewise", "--scheme", "centroid"},
	} {
		got := mustEstimate(t, args...)
		golden := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs; if it should, run the test with -update and read the difference:\n%s", golden, got)
		}
	}
}

func TestTextWidthCountsChineseDouble(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "构念 R²": 7, "\uff08全\uff09": 6, "0.5 … 0.6": 9} {
		if got := textWidth(s); got != want {
			t.Errorf("%q takes %d, want %d", s, got, want)
		}
	}
}
