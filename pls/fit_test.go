package pls

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Four constructs with the paths of a counter-example in which the sum of the path matrix is negative, where loops that
// stop at a sum of zero lose the longest chain.
func TestTotalEffectsCountEveryChain(t *testing.T) {
	m := Model{Paths: []Path{{"a", "b"}, {"b", "c"}, {"c", "d"}, {"a", "c"}}}
	for _, name := range []string{"d", "b", "a", "c"} { // the order of the model is not that of the arrows
		m.Constructs = append(m.Constructs, Construct{name, ModeA, []string{name + "1"}})
	}
	sp := compile(m, Options{})
	f := newFit(sp)
	at := func(name string) int { return slices.Index(sp.names, name) }
	for p, v := range map[Path]float64{{"a", "b"}: .5, {"b", "c"}: -.9, {"c", "d"}: .5, {"a", "c"}: .1} {
		f.path[at(p.From)*4+at(p.To)] = v
	}
	f.addEffects()
	for p, want := range map[Path][2]float64{
		{"a", "d"}: {-.175, -.175}, {"a", "c"}: {-.35, -.45}, {"b", "d"}: {-.45, -.45}, {"a", "b"}: {.5, 0}, {"d", "a"}: {},
	} {
		i := at(p.From)*4 + at(p.To)
		near(t, p.From+"->"+p.To, []float64{f.total[i], f.indirect[i]}, want[:], 1e-15)
	}
	if len(sp.totals) != 6 || len(sp.indirects) != 3 {
		t.Errorf("totals %v, indirects %v", sp.totals, sp.indirects)
	}
}

func TestSignRuleTurnsConstructsRound(t *testing.T) {
	d := answers(80)
	plain := mustEstimate(t, mustPrepare(t, chain(), d, Options{}))
	reverse := func(items ...int) *Result {
		turned := Dataset{Names: d.Names, Columns: slices.Clone(d.Columns)}
		for _, j := range items {
			turned.Columns[j] = slices.Clone(d.Columns[j])
			for i, v := range turned.Columns[j] {
				turned.Columns[j][i] = 11 - v
			}
		}
		return mustEstimate(t, mustPrepare(t, chain(), turned, Options{}))
	}
	whole := reverse(2, 3) // all of B: weights stay, its paths turn
	near(t, "weights", whole.Weights, plain.Weights, 1e-12)
	near(t, "loadings", whole.Loadings, plain.Loadings, 1e-12)
	for i, sign := range []float64{-1, 1, -1} { // A->B, A->C, B->C
		near(t, "path", []float64{whole.Paths[i].Value}, []float64{sign * plain.Paths[i].Value}, 1e-12)
	}
	near(t, "r2", whole.R2[1:], plain.R2[1:], 1e-12)
	for b, sum := range blockSums(reverse(0, 3, 4)) {
		if sum < 0 {
			t.Errorf("loadings of construct %d sum to %g", b, sum)
		}
	}
}

func blockSums(r *Result) []float64 {
	out := make([]float64, len(r.spec.block))
	for i, l := range r.Loadings {
		out[r.spec.owner[i]] += l
	}
	return out
}

func TestNoFixedPointIsReported(t *testing.T) {
	s := mustPrepare(t, chain(), answers(50), Options{MaxIterations: 2})
	r := mustEstimate(t, s)
	if r.Converged || r.Iterations != 2 || len(r.Warnings) == 0 || r.Warnings[0].Code != NotConverged || r.Warnings[0].Count != 2 {
		t.Errorf("converged %v after %d, warnings %v", r.Converged, r.Iterations, r.Warnings)
	}
	if sound := mustEstimate(t, mustPrepare(t, chain(), answers(50), Options{})); !sound.Converged || sound.Iterations < 3 {
		t.Errorf("converged %v after %d", sound.Converged, sound.Iterations)
	}
}

func TestSingularFormativeBlockNamesItsItems(t *testing.T) {
	m := chain()
	m.Constructs[1] = Construct{"B", ModeB, []string{"b1", "x", "b2", "sum"}}
	d := answers(50)
	sum := make([]float64, 50)
	for i := range sum {
		sum[i] = 100 - d.Columns[2][i] - d.Columns[3][i]
	}
	d.Names = append(d.Names, "sum", "x")
	d.Columns = append(d.Columns, sum, answers(51).Columns[0][:50])
	_, err := mustPrepare(t, m, d, Options{}).Estimate()
	ps := problemsOf(t, err)
	if len(ps) != 1 || ps[0].Code != SingularBlock || ps[0].Construct != "B" || !slices.Equal(ps[0].Items, []string{"b1", "b2", "sum"}) {
		t.Errorf("got %v", ps)
	}
	m.Constructs[1].Mode = ModeA // reflective blocks may hold such items
	r := mustEstimate(t, mustPrepare(t, m, d, Options{}))
	if !slices.ContainsFunc(r.Warnings, func(w Warning) bool { return w.Code == SingularBlock && w.Construct == "B" }) {
		t.Errorf("no warning of the singular block in %v", r.Warnings)
	}
}

func TestPredecessorsThatAreOneAreReported(t *testing.T) {
	for _, scheme := range []Scheme{PathScheme, FactorialScheme} {
		d := answers(50)
		d.Columns[2], d.Columns[3] = d.Columns[0], d.Columns[1] // B answers as A
		_, err := mustPrepare(t, chain(), d, Options{Scheme: scheme}).Estimate()
		ps := problemsOf(t, err)
		if len(ps) != 1 || ps[0].Code != SingularInner || ps[0].Construct != "C" || ps[0].Other != "B" {
			t.Errorf("%s: %v", scheme, ps)
		}
	}
}

func TestBlockWithoutCorrelationIsReported(t *testing.T) {
	corr := [][]float64{{1, 0, 0}, {0, 1, .5}, {0, .5, 1}}
	m := Model{
		Constructs: []Construct{{"A", ModeA, []string{"a"}}, {"B", ModeA, []string{"b1", "b2"}}}, Paths: []Path{{"A", "B"}},
	}
	for _, scheme := range []Scheme{PathScheme, CentroidScheme, FactorialScheme} {
		_, err := EstimateCorrelation(m, []string{"a", "b1", "b2"}, corr, 100, Options{Scheme: scheme})
		if ps := problemsOf(t, err); len(ps) != 1 || ps[0].Code != DegenerateBlock {
			t.Errorf("%s: %v", scheme, ps)
		}
	}
}

// A single formative item is what a single reflective item is.
func TestSingleItemHasWeightOne(t *testing.T) {
	for _, mode := range []Mode{ModeA, ModeB} {
		m := chain()
		m.Constructs[1] = Construct{"B", mode, []string{"b1"}}
		r := mustEstimate(t, mustPrepare(t, m, answers(50), Options{}))
		if r.Weights[2] != 1 || r.Loadings[2] != 1 || r.Reliability[1] != (Reliability{1, 1, 1, 1}) || r.ItemVIF[2] != 1 {
			t.Errorf("mode %s: weight %v, loading %v, %v", mode, r.Weights[2], r.Loadings[2], r.Reliability[1])
		}
	}
}

// Weights, paths and the index know neither the units of an item nor the order of cases; the index knows its scale.
func TestEstimateIsFreeOfUnitsAndOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(20, 300).Draw(t, "n")
		d := answers(n)
		order := rapid.Permutation(everyIndex(n)).Draw(t, "order")
		changed := Dataset{Names: d.Names}
		for _, col := range d.Columns {
			shift := rapid.Float64Range(-1e3, 1e3).Draw(t, "shift")
			factor := rapid.Float64Range(1e-3, 1e3).Draw(t, "factor")
			out := pick(col, order)
			for i := range out {
				out[i] = shift + factor*out[i]
			}
			changed.Columns = append(changed.Columns, out)
		}
		scheme := rapid.SampledFrom([]Scheme{PathScheme, CentroidScheme, FactorialScheme}).Draw(t, "scheme")
		m := chain()
		m.Constructs[rapid.IntRange(0, 2).Draw(t, "formative")].Mode = ModeB
		plain, other := estimateBoth(t, m, d, changed, Options{Scheme: scheme})
		for i := range plain.Weights {
			if math.Abs(plain.Weights[i]-other.Weights[i]) > 1e-8 {
				t.Errorf("weight %d: %v and %v", i, plain.Weights[i], other.Weights[i])
			}
		}
		for i := range plain.Paths {
			if math.Abs(plain.Paths[i].Value-other.Paths[i].Value) > 1e-8 {
				t.Errorf("path %d: %v and %v", i, plain.Paths[i], other.Paths[i])
			}
		}
	})
}

func estimateBoth(t *rapid.T, m Model, a, b Dataset, o Options) (x, y *Result) {
	var out [2]*Result
	for i, d := range []Dataset{a, b} {
		s, err := Prepare(m, d, o)
		if err != nil {
			t.Fatal(err)
		}
		if out[i], err = s.Estimate(); err != nil {
			t.Fatal(err)
		}
	}
	return out[0], out[1]
}

func everyIndex(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
