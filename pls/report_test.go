package pls

import (
	"context"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestOrderedKeepsItsKeysAsTheyAre(t *testing.T) {
	o := Ordered[Ordered[Number]]{{"z->a", Ordered[Number]{{"期望", .1}, {"a", 1e-300}}}, {`q"`, nil}}
	b, err := marshal(o)
	if want := `{"z->a":{"期望":0.1,"a":1e-300},"q\"":{}}`; err != nil || string(b) != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, b, want)
	}
	if v, ok := o[0].Value.Get("a"); !ok || v != 1e-300 {
		t.Errorf("Get = %v, %v", v, ok)
	}
	if _, ok := o.Get("none"); ok {
		t.Error("found what is not there")
	}
}

func TestNumberIsReadBackAsItWas(t *testing.T) {
	for _, v := range []float64{0, 1. / 3, -1e22, math.MaxFloat64, math.SmallestNonzeroFloat64, 72.228568119487145} {
		b, err := marshal(Number(v))
		if err != nil {
			t.Fatal(err)
		}
		var back Number
		if err := json.Unmarshal(b, &back); err != nil || float64(back) != v {
			t.Errorf("%v became %s and %v: %v", v, b, back, err)
		}
	}
	for _, v := range []float64{nan, math.Inf(1), math.Inf(-1)} {
		if b, err := marshal(Number(v)); err != nil || string(b) != "null" {
			t.Errorf("%v became %s, %v", v, b, err)
		}
	}
	var x Number
	if err := json.Unmarshal([]byte("null"), &x); err != nil || x == x {
		t.Errorf("null became %v, %v", x, err)
	}
	if err := json.Unmarshal([]byte(`"x"`), &x); err == nil {
		t.Error("text became a number")
	}
}

func TestProblemsAreJSONWhateverTheyHold(t *testing.T) {
	b, err := marshal(Problems{{Code: NotFinite, Item: "x", Row: 3, Value: Number(math.Inf(1))}, {Code: NoData}})
	if want := `[{"code":"not_finite","item":"x","row":3,"value":null},{"code":"no_data"}]`; err != nil || string(b) != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, b, want)
	}
}

func reportText(t *testing.T, r Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReportIsInTheOrderOfTheModel(t *testing.T) {
	s := powerSample(t, Options{})
	text := reportText(t, mustEstimate(t, s).Report(nil))
	var keys []string
	for _, m := range regexp.MustCompile(`"(outer_weights|outer_loadings|cross_loadings|paths|r2|r2_adj|f2_fixed_scores|`+
		`total_effects|total_indirect_effects|construct_correlations|reliability|htmt|vif_inner|vif_items|satisfaction_index|`+
		`warnings)":`).FindAllStringSubmatch(text, -1) {
		keys = append(keys, m[1])
	}
	want := []string{
		"outer_weights", "outer_loadings", "cross_loadings", "paths", "r2", "r2_adj", "f2_fixed_scores", "total_effects",
		"total_indirect_effects", "construct_correlations", "reliability", "htmt", "vif_inner", "vif_items",
		"satisfaction_index", "warnings",
	}
	if !slices.Equal(keys, want) {
		t.Errorf("got  %v\nwant %v", keys, want)
	}
	at := -1
	for _, name := range s.spec.names {
		next := strings.Index(text, `"`+name+`":`)
		if next < at {
			t.Errorf("%s comes too early", name)
		}
		at = next
	}
	if strings.Contains(text, `"bootstrap"`) || strings.Contains(text, `\u003e`) || strings.Count(text, "\n") != 1 {
		t.Error("one line without bootstrap was asked for")
	}
}

func TestReportWithoutScaleHasNoIndex(t *testing.T) {
	s := mustPrepare(t, chain(), answers(40), Options{})
	r := mustEstimate(t, s)
	b, err := s.Bootstrap(context.Background(), BootstrapOptions{Resamples: 3, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if text := reportText(t, r.Report(b)); strings.Contains(text, "index") {
		t.Errorf("an index without a scale: %s", text)
	}
}

// printed is the part of a report that concerns resamples.
type printed struct {
	Estimates struct {
		Reliability map[string]map[string]*float64
	}
	Bootstrap struct {
		Used       int
		Skipped    []map[string]any
		Parameters map[string]map[string]*float64
		Resamples  []map[string]float64
	}
	Warnings []map[string]any
}

// threeResamples are the cases as they are, one case thirty times, and the first ten cases three times.
func threeResamples(t *testing.T) (*Bootstrap, printed) {
	t.Helper()
	m, d := chain(), answers(30)
	m.Scale, m.Constructs[0].Mode = &Scale{1, 10}, ModeB
	s := mustPrepare(t, m, d, Options{})
	b, err := s.Bootstrap(context.Background(), BootstrapOptions{
		Indices: [][]int{everyIndex(30), slices.Repeat([]int{4}, 30), slices.Repeat([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 3)},
	})
	if err != nil {
		t.Fatal(err)
	}
	var out printed
	if err := json.Unmarshal([]byte(reportText(t, mustEstimate(t, s).Report(b))), &out); err != nil {
		t.Fatal(err)
	}
	return b, out
}

func TestReportShowsEveryResample(t *testing.T) {
	b, got := threeResamples(t)
	if len(got.Bootstrap.Resamples) != 3 || got.Bootstrap.Resamples[1] != nil || got.Bootstrap.Used != 2 {
		t.Fatalf("used %d, resamples %v", got.Bootstrap.Used, got.Bootstrap.Resamples)
	}
	if len(got.Bootstrap.Resamples[0]) != len(b.Parameters) || got.Bootstrap.Resamples[2]["path:A->B"] != b.Resamples[2][0] {
		t.Errorf("resamples %v", got.Bootstrap.Resamples)
	}
	skip := got.Bootstrap.Skipped[0]
	if skip["resample"] != 1. || skip["reason"] != "constant_item" || skip["construct"] != "A" || skip["item"] != "a1" {
		t.Errorf("skipped %v", skip)
	}
}

func TestReportShowsSpreadAndWarnings(t *testing.T) {
	b, got := threeResamples(t)
	path := got.Bootstrap.Parameters["path:A->B"]
	if len(path) != 4 || *path["se"] != b.Parameters[0].SE || *path["ci_lo"] != b.Parameters[0].Lo || path["p"] == nil {
		t.Errorf("path %v", path)
	}
	if got.Bootstrap.Parameters["index:C"]["p"] != nil || got.Estimates.Reliability["A"]["rho_A"] != nil {
		t.Error("what does not exist is not null")
	}
	if len(got.Warnings) < 2 || got.Warnings[len(got.Warnings)-1]["code"] != "few_resamples" {
		t.Errorf("warnings %v", got.Warnings)
	}
}
