package pls

import (
	"context"
	"math"
	"testing"
)

// Quantiles of type 7 of 1, 2, 4, 8, 16 as R's quantile gives them.
func TestQuantileIsOfTypeSeven(t *testing.T) {
	x := []float64{1, 2, 4, 8, 16}
	for q, want := range map[float64]float64{0: 1, .025: 1.1, .1: 1.4, .25: 2, .4: 3.2, .5: 4, .9: 12.8, .975: 15.2, 1: 16} {
		near(t, "quantile", []float64{quantile(x, q)}, []float64{want}, 1e-14)
	}
	if got := quantile([]float64{3}, .975); got != 3 {
		t.Errorf("quantile of one value = %v", got)
	}
}

func TestSpreadOfKnownValues(t *testing.T) {
	p := spread([]float64{16, 1, 8, 2, 4}, .8)
	near(t, "spread", []float64{p.Mean, p.SE, p.Lo, p.Hi}, []float64{6.2, math.Sqrt(37.2), 1.4, 12.8}, 1e-14)
	if none := spread(nil, .95); !math.IsNaN(none.Mean) || !math.IsNaN(none.SE) || !math.IsNaN(none.Lo) {
		t.Errorf("no value has %+v", none)
	}
}

func TestPValueIsTwoSidedNormal(t *testing.T) {
	for z, want := range map[float64]float64{0: 1, 1.959963984540054: .05, -1.959963984540054: .05, 2.5758293035489: .01} {
		near(t, "p", []float64{pValue(z*.3, .3)}, []float64{want}, 1e-12)
	}
	if p := pValue(1, 0); !math.IsNaN(p) {
		t.Errorf("p without a standard error = %v", p)
	}
}

// Values that do not exist in a resample, such as an HTMT without correlation within a block, do not spoil the rest.
func TestUndefinedValuesAreLeftOutOfTheSpread(t *testing.T) {
	b := Bootstrap{Level: .95, Used: 4, Resamples: [][]float64{{1, 2}, {nan, 4}, nil, {3, 6}, {math.Inf(1), 8}}}
	b.summarise([]string{"htmt:A~B", "path:A->B"}, []float64{2, 5})
	if p := b.Parameters[0]; p.Mean != 2 || p.SE != math.Sqrt2 || !math.IsNaN(p.P) {
		t.Errorf("%+v", p)
	}
	if p := b.Parameters[1]; p.Mean != 5 || !(p.P > 0 && p.P < .06) {
		t.Errorf("%+v", p)
	}
}

func TestJackknifeOfKnownValues(t *testing.T) {
	got := jackknife([][]float64{{0, 1}, nil, {0, 2}, {0, 6}}, 1)
	// Mean 3, deviations 2, 1, -3: squares 14, cubes -18.
	near(t, "jackknife", []float64{got.Mean, got.SE, got.Acceleration},
		[]float64{3, math.Sqrt(14 * 2. / 3), -18 / (6 * math.Pow(14, 1.5))}, 1e-14)
}

func TestJackknifeNamesTheCaseItCannotLeaveOut(t *testing.T) {
	d := answers(20)
	for i := range d.Columns[0] {
		d.Columns[0][i] = 5
	}
	d.Columns[0][13] = 6
	_, skipped, err := mustPrepare(t, chain(), d, Options{}).Jackknife(context.Background(), nil)
	if err != nil || len(skipped) != 1 || skipped[0].Resample != 13 || skipped[0].Item != "a1" {
		t.Errorf("%v, skipped %+v", err, skipped)
	}
}
