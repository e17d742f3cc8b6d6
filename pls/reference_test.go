package pls

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// The references are ours, CC0, computed with R and confirmed by three independent programs; see testdata/README.md.

// reference is a reference file.
type reference struct {
	Model      Model                         `json:"-"`
	Estimates  map[string]any                `json:"estimates"`
	Index      map[string]any                `json:"satisfaction_index"`
	Resamples  []map[string]float64          `json:"resamples"`
	Parameters map[string]map[string]float64 `json:"parameters"`
}

func readReference(t testing.TB, name string) reference {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var ref reference
	if err := json.Unmarshal(b, &ref); err != nil {
		t.Fatal(err)
	}
	if _, ok := ref.Estimates["outer_weights"]; ok { // elsewhere "model" is the name of such a file
		if ref.Model, err = ReadModel(bytes.NewReader(b)); err != nil {
			t.Fatal(err)
		}
	}
	return ref
}

func readData(t testing.TB, name string, items []string) Dataset {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := ReadCSV(f, items)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func prepare(t testing.TB, m Model, file string, o Options) *Sample {
	t.Helper()
	s, err := Prepare(m, readData(t, file, m.Items()), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// powerSample is the generated power survey with its ECSI model and scale.
func powerSample(t testing.TB, o Options) *Sample {
	t.Helper()
	m := readReference(t, "ecsi_power_modeA_path").Model
	m.Scale = &Scale{1, 10}
	return prepare(t, m, "ecsi_power.csv", o)
}

// notOurs are the values of a reference file that we do not print.
var notOurs = []string{"construct_scores_first5", "construct_scores_sum_abs", "f2_reestimated_seminr"}

// compare walks both trees and fails on a missing key or a number further off than tol.
func compare(t *testing.T, at string, got, want any, tol float64) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for key, value := range w {
			if _, ok := g[key]; !ok {
				t.Errorf("%s: no %q", at, key)
				continue
			}
			compare(t, at+"."+key, g[key], value, tol)
		}
		if len(g) != len(w) {
			t.Errorf("%s: %d keys, want %d", at, len(g), len(w))
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			t.Errorf("%s: %d elements, want %d", at, len(g), len(w))
			return
		}
		for i := range w {
			compare(t, at+"["+strconv.Itoa(i)+"]", g[i], w[i], tol)
		}
	case float64:
		if g, ok := got.(float64); !ok || !(math.Abs(g-w) <= tol) {
			t.Errorf("%s: %v, want %v", at, got, w)
		}
	default:
		if got != want {
			t.Errorf("%s: %v, want %v", at, got, want)
		}
	}
}

// asJSON writes a report and reads it back as plain values.
func asJSON(t *testing.T, r Report) map[string]any {
	t.Helper()
	var b strings.Builder
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(b.String()), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEstimateAgreesWithReferencePrograms(t *testing.T) {
	for _, c := range []struct {
		file, data string
		opt        Options
		n          int
	}{
		{"ecsi_power_modeA_path", "ecsi_power.csv", Options{}, 1000},
		{"ecsi_power_modeA_centroid", "ecsi_power.csv", Options{Scheme: CentroidScheme}, 1000},
		{"ecsi_power_modeA_factorial", "ecsi_power.csv", Options{Scheme: FactorialScheme}, 1000},
		{"ecsi_power_modeB_imgqual_path", "ecsi_power.csv", Options{}, 1000},
		{"ecsi_power_missing_mean", "ecsi_power_missing.csv", Options{Missing: MeanReplacement}, 1000},
		{"ecsi_power_missing_casewise", "ecsi_power_missing.csv", Options{Missing: Casewise}, 494},
	} {
		t.Run(c.file, func(t *testing.T) {
			ref := readReference(t, c.file)
			ref.Model.Scale = &Scale{1, 10}
			s := prepare(t, ref.Model, c.data, c.opt)
			r, err := s.Estimate()
			if err != nil {
				t.Fatal(err)
			}
			if r.N != c.n {
				t.Errorf("n = %d, want %d", r.N, c.n)
			}
			checkScores(t, s, r, ref.Estimates)
			for _, key := range notOurs {
				delete(ref.Estimates, key)
			}
			got := asJSON(t, r.Report(nil))
			compare(t, "estimates", got["estimates"], any(ref.Estimates), 1e-9)
			compare(t, "satisfaction_index", got["satisfaction_index"], any(ref.Index), 1e-9)
		})
	}
}

func checkScores(t *testing.T, s *Sample, r *Result, estimates map[string]any) {
	t.Helper()
	scores := s.Scores(r)
	for b, name := range s.spec.names {
		for i, row := range estimates["construct_scores_first5"].([]any) {
			if want := row.(map[string]any)[name].(float64); !(math.Abs(scores[b][i]-want) <= 1e-9) {
				t.Errorf("score %s[%d] = %v, want %v", name, i, scores[b][i], want)
			}
		}
		sum := 0.0
		for _, v := range scores[b] {
			sum += math.Abs(v)
		}
		if want := estimates["construct_scores_sum_abs"].(map[string]any)[name].(float64); !(math.Abs(sum-want) <= 1e-8) {
			t.Errorf("sum of |score| of %s = %v, want %v", name, sum, want)
		}
	}
}

func readIndices(t testing.TB, name string) [][]int {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]int
	for line := range strings.Lines(string(b)) {
		var cases []int
		for cell := range strings.SplitSeq(strings.TrimSpace(line), ",") {
			i, err := strconv.Atoi(cell)
			if err != nil {
				t.Fatal(err)
			}
			cases = append(cases, i)
		}
		out = append(out, cases)
	}
	return out
}

func TestGivenResamplesAgreeWithReference(t *testing.T) {
	ref := readReference(t, "ecsi_power_fixed_resamples")
	s := powerSample(t, Options{})
	b, err := s.Bootstrap(context.Background(), BootstrapOptions{
		Indices: readIndices(t, "ecsi_power_resample_indices_0based.csv"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if b.Used != len(ref.Resamples) || len(ref.Resamples) != 20 {
		t.Fatalf("used %d resamples, reference has %d", b.Used, len(ref.Resamples))
	}
	compared := 0
	for i, want := range ref.Resamples {
		for j, p := range b.Parameters {
			if w, ok := want[p.Name]; ok {
				compared++
				if got := b.Resamples[i][j]; !(math.Abs(got-w) <= 1e-9) {
					t.Errorf("resample %d %s = %v, want %v", i, p.Name, got, w)
				}
			}
		}
	}
	if want := 20 * len(ref.Resamples[0]); compared != want {
		t.Errorf("compared %d values, want %d", compared, want)
	}
}

func TestJackknifeAgreesWithReference(t *testing.T) {
	ref := readReference(t, "ecsi_power_jackknife")
	got, skipped, err := powerSample(t, Options{}).Jackknife(context.Background(), nil)
	if err != nil || len(skipped) > 0 {
		t.Fatal(err, skipped)
	}
	compared := 0
	for _, p := range got {
		want, ok := ref.Parameters[p.Name]
		if !ok || want["se"] < 1e-12 { // a single item's weight and loading are 1 without it as with it
			continue
		}
		compared++
		for name, pair := range map[string][2]float64{
			"estimate": {p.Estimate, want["estimate"]}, "jackknife_mean": {p.Mean, want["jackknife_mean"]},
			"se": {p.SE, want["se"]}, "acceleration": {p.Acceleration, want["acceleration"]},
		} {
			if !(math.Abs(pair[0]-pair[1]) <= 1e-8*math.Abs(pair[1])) {
				t.Errorf("%s %s = %v, want %v", p.Name, name, pair[0], pair[1])
			}
		}
	}
	if compared < 80 {
		t.Errorf("compared %d parameters only", compared)
	}
}

// The rule is that of the file: Monte Carlo error of both sides, four standard errors wide.
func TestBootstrapAgreesWithReferenceWithinMonteCarloError(t *testing.T) {
	const resamples = 5000
	ref := readReference(t, "ecsi_power_bootstrap")
	b, err := powerSample(t, Options{}).Bootstrap(context.Background(), BootstrapOptions{Resamples: resamples, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if b.Used != resamples {
		t.Errorf("used %d, skipped %v", b.Used, b.Skipped)
	}
	compared := 0
	for _, p := range b.Parameters {
		want, ok := ref.Parameters[p.Name]
		if !ok || want["se"] < 1e-12 {
			continue
		}
		compared++
		limit := 4 * want["se_mc_rel_at_5000"] * math.Sqrt(5000./resamples+5000./10000)
		if off := math.Abs(p.SE/want["se"] - 1); !(off <= limit) {
			t.Errorf("%s: se %v, want %v within %.3f", p.Name, p.SE, want["se"], limit)
		}
		for _, end := range [][2]float64{{p.Lo, want["ci_lo"]}, {p.Hi, want["ci_hi"]}} {
			if !(math.Abs(end[0]-end[1]) <= 0.15*want["se"]) {
				t.Errorf("%s: interval end %v, want %v", p.Name, end[0], end[1])
			}
		}
	}
	if compared < 100 {
		t.Errorf("compared %d parameters only", compared)
	}
}
