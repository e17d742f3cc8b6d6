package pls

import (
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
)

// mobi is the ECSI model of the European mobile phone survey, 250 cases, with the correlations of its 24 items.
func mobi(t *testing.T) (m Model, items []string, corr [][]float64) {
	t.Helper()
	f, err := os.Open("testdata/mobi_correlation.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	items = lines[0]
	for _, line := range lines[1:] {
		var row []float64
		for _, cell := range line {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			row = append(row, v)
		}
		corr = append(corr, row)
	}
	at := 0
	for _, b := range []struct {
		name string
		size int
	}{{"Image", 5}, {"Expectation", 3}, {"Quality", 7}, {"Value", 2}, {"Satisfaction", 3}, {"Complaints", 1}, {"Loyalty", 3}} {
		m.Constructs = append(m.Constructs, Construct{b.name, ModeA, items[at : at+b.size]})
		at += b.size
	}
	ecsi, _ := simulated(1)
	m.Paths = ecsi.Paths
	return m, items, corr
}

// Published path coefficients of the survey of Tenenhaus, Esposito Vinzi, Chatelin and Lauro (2005), PLS path modeling,
// Computational Statistics & Data Analysis 48, 159-205, to the four digits that programs print for it.
func TestPublishedCoefficientsOfMobi(t *testing.T) {
	paths := []Path{
		{"Expectation", "Quality"}, {"Expectation", "Satisfaction"}, {"Expectation", "Value"}, {"Image", "Expectation"},
		{"Image", "Loyalty"}, {"Image", "Satisfaction"}, {"Quality", "Satisfaction"}, {"Quality", "Value"},
		{"Satisfaction", "Complaints"}, {"Satisfaction", "Loyalty"}, {"Value", "Satisfaction"}, {"Complaints", "Loyalty"},
	}
	m, items, corr := mobi(t)
	for scheme, want := range map[Scheme][]float64{
		CentroidScheme: {.5572, .0644, .0508, .5047, .1954, .1788, .5125, .5572, .5261, .4835, .1918, .0712},
		PathScheme:     {.5567, .0625, .0500, .5049, .1958, .1787, .5120, .5583, .5281, .4855, .1948, .0669},
	} {
		r, err := EstimateCorrelation(m, items, corr, 250, Options{Scheme: scheme})
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float64, len(paths))
		for _, p := range r.Paths {
			got[slices.Index(paths, Path{p.From, p.To})] = p.Value
		}
		near(t, string(scheme), got, want, 0.6e-4)
	}
}

func TestCorrelationMatrixGivesWhatTheCasesGive(t *testing.T) {
	s := powerSample(t, Options{})
	fromCases := mustEstimate(t, s)
	mo, _ := s.all()
	items := slices.Clone(s.spec.items)
	corr := rows(slices.Clone(mo.corr), len(items))
	slices.Reverse(items) // in any order
	slices.Reverse(corr)
	for _, row := range corr {
		slices.Reverse(row)
	}
	r, err := EstimateCorrelation(s.Model, items, corr, 1000, Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "weights", r.Weights, fromCases.Weights, 1e-14)
	near(t, "adjusted R²", r.R2Adj[1:], fromCases.R2Adj[1:], 1e-14)
	if r.Index != nil || r.Mean != nil || r.Read != 1000 {
		t.Errorf("index %v, mean %v, read %d without cases", r.Index, r.Mean, r.Read)
	}
}

func TestBrokenCorrelationMatrixIsRefused(t *testing.T) {
	items := []string{"a1", "a2", "b1", "b2", "c1", "c2"}
	sound := func() [][]float64 {
		corr := make([][]float64, 6)
		for i := range corr {
			corr[i] = slices.Repeat([]float64{.3}, 6)
			corr[i][i] = 1
		}
		return corr
	}
	for name, c := range map[string]struct {
		change func(corr [][]float64, m *Model) [][]float64
		n      int
		want   Code
	}{
		"sound":         {func(c [][]float64, _ *Model) [][]float64 { return c }, 50, ""},
		"a row short":   {func(c [][]float64, _ *Model) [][]float64 { return c[:5] }, 50, BadCorrelation},
		"not square":    {func(c [][]float64, _ *Model) [][]float64 { c[2] = c[2][:5]; return c }, 50, BadCorrelation},
		"not symmetric": {func(c [][]float64, _ *Model) [][]float64 { c[2][3] = .4; return c }, 50, BadCorrelation},
		"covariances":   {func(c [][]float64, _ *Model) [][]float64 { c[2][2] = 4; return c }, 50, BadCorrelation},
		"above one":     {func(c [][]float64, _ *Model) [][]float64 { c[2][3], c[3][2] = 2, 2; return c }, 50, BadCorrelation},
		"no number":     {func(c [][]float64, _ *Model) [][]float64 { c[2][3], c[3][2] = nan, nan; return c }, 50, BadCorrelation},
		"two cases":     {func(c [][]float64, _ *Model) [][]float64 { return c }, 2, TooFewCases},
		"unknown item":  {func(c [][]float64, m *Model) [][]float64 { m.Constructs[0].Indicators[1] = "x"; return c }, 50, UnknownItem},
		"broken model":  {func(c [][]float64, m *Model) [][]float64 { m.Paths = nil; return c }, 50, NoPath},
		"singular block": {func(c [][]float64, m *Model) [][]float64 {
			m.Constructs[0].Mode = ModeB
			c[0][1], c[1][0] = 1, 1
			return c
		}, 50, SingularBlock},
	} {
		m := chain()
		_, err := EstimateCorrelation(m, items, c.change(sound(), &m), c.n, Options{})
		ps := problemsOf(t, err)
		if (c.want == "") != (len(ps) == 0) || len(ps) > 0 && ps[0].Code != c.want {
			t.Errorf("%s: %v, want %q", name, ps, c.want)
		}
	}
}

// f² is the loss of R² without the predecessor, found here by estimating R² anew from the score correlations.
func TestF2IsTheLossOfR2(t *testing.T) {
	r := mustEstimate(t, powerSample(t, Options{}))
	corr := slices.Concat(r.Correlations...)
	k := len(r.Correlations)
	for _, p := range r.Paths {
		from, to := slices.Index(r.spec.names, p.From), slices.Index(r.spec.names, p.To)
		others := slices.DeleteFunc(slices.Clone(r.spec.preds[to]), func(a int) bool { return a == from })
		without := 0.0
		if len(others) > 0 {
			c := newCholesky(len(others))
			c.factor(corr, k, others)
			beta := make([]float64, len(others))
			for j, a := range others {
				beta[j] = corr[a*k+to]
			}
			c.solve(beta)
			for j, a := range others {
				without += beta[j] * corr[a*k+to]
			}
		}
		near(t, p.From+"->"+p.To, []float64{p.F2}, []float64{(r.R2[to] - without) / (1 - r.R2[to])}, 1e-12)
	}
}

// Worked by hand: two blocks with correlation .5 and .6 within and .3, .2, .4, .1 between.
func TestReliabilityAndHTMTByHand(t *testing.T) {
	corr := [][]float64{{1, .5, .3, .2}, {.5, 1, .4, -.1}, {.3, .4, 1, .6}, {.2, -.1, .6, 1}}
	m := Model{
		Constructs: []Construct{{"A", ModeA, []string{"a", "b"}}, {"B", ModeA, []string{"c", "d"}}}, Paths: []Path{{"A", "B"}},
	}
	r, err := EstimateCorrelation(m, []string{"a", "b", "c", "d"}, corr, 100, Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "htmt", []float64{r.HTMT[0][1], r.HTMT[1][0]}, []float64{.25 / math.Sqrt(.3), .25 / math.Sqrt(.3)}, 1e-15)
	near(t, "alpha", []float64{r.Reliability[0].Alpha, r.Reliability[1].Alpha}, []float64{2. / 3, .75}, 1e-15)
	near(t, "item vif", r.ItemVIF, []float64{1 / .75, 1 / .75, 1 / .64, 1 / .64}, 1e-14)
	l := r.Loadings
	near(t, "ave", []float64{r.Reliability[0].AVE}, []float64{(l[0]*l[0] + l[1]*l[1]) / 2}, 1e-15)
	sum, rest := (l[0]+l[1])*(l[0]+l[1]), 2-l[0]*l[0]-l[1]*l[1]
	near(t, "rho_C", []float64{r.Reliability[0].RhoC}, []float64{sum / (sum + rest)}, 1e-15)
	a, b := r.Weights[0], r.Weights[1]
	norm := a*a + b*b // rho_A = (w'w)² · 2ab·r / 2a²b²
	near(t, "rho_A", []float64{r.Reliability[0].RhoA}, []float64{norm * norm * .5 / (a * b)}, 1e-13)
	if !math.IsNaN(r.HTMT[0][0]) || !math.IsNaN(r.R2[0]) || !math.IsNaN(r.R2Adj[0]) {
		t.Error("values that do not exist are numbers")
	}
}
