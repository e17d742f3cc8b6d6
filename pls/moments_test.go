package pls

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// naive computes mean, standard deviation and correlations of columns without gaps by the book.
func naive(cols [][]float64) (mean, sd, corr []float64) {
	for _, col := range cols {
		m, s := meanSD(col)
		mean, sd = append(mean, m), append(sd, s)
	}
	for i, a := range cols {
		for j, b := range cols {
			sum := 0.0
			for t := range a {
				sum += (a[t] - mean[i]) * (b[t] - mean[j])
			}
			corr = append(corr, sum/sd[i]/sd[j]/float64(len(a)-1))
		}
	}
	return mean, sd, corr
}

func TestMomentsOfAllCases(t *testing.T) {
	for _, n := range []int{5, blockRows, blockRows + 1, chunkRows + 3*blockRows + 5} {
		d := answers(n)
		s := mustPrepare(t, chain(), d, Options{})
		m, constant := s.all()
		mean, sd, corr := naive(d.Columns)
		near(t, "mean", m.mean, mean, 1e-12)
		near(t, "sd", m.sd, sd, 1e-12)
		near(t, "corr", m.corr, corr, 1e-12)
		if m.n != n || constant != nil {
			t.Errorf("n = %d, want %d; constant %v", m.n, n, constant)
		}
	}
}

// A resample counts cases; its moments are those of the cases written out as often as they count, with missing answers
// replaced by the mean of the resample.
func TestMomentsOfADraw(t *testing.T) {
	const n = 300
	d := answers(n)
	r := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		d.Columns[r.IntN(6)][r.IntN(n)] = nan
	}
	s := mustPrepare(t, chain(), d, Options{})
	w := s.newWorker()
	s.drawSeeded(11)(3, w.count)
	w.take()
	if j := w.fit.m.ofDraw(s, &w.draw, w.acc); j >= 0 {
		t.Fatalf("item %d constant", j)
	}
	written := make([][]float64, 6)
	for j, col := range d.Columns {
		for i, c := range w.count {
			written[j] = append(written[j], slices.Repeat([]float64{col[i]}, int(c))...)
		}
		mean, _ := meanSD(slices.DeleteFunc(slices.Clone(written[j]), math.IsNaN))
		for i, v := range written[j] {
			if math.IsNaN(v) {
				written[j][i] = mean
			}
		}
	}
	mean, sd, corr := naive(written)
	near(t, "mean", w.fit.m.mean, mean, 1e-12)
	near(t, "sd", w.fit.m.sd, sd, 1e-12)
	near(t, "corr", w.fit.m.corr, corr, 1e-12)
	if w.draw.n != n {
		t.Errorf("the counts sum to %d", w.draw.n)
	}
}

// Constant columns are found exactly, whatever the value and however many the cases.
func TestConstantItemIsFound(t *testing.T) {
	for _, v := range []float64{0, 7, 0.1, 1e9 + 1./3, -1e-300} {
		d := answers(3000)
		d.Columns[3] = slices.Repeat([]float64{v}, 3000)
		_, err := mustPrepare(t, chain(), d, Options{}).Estimate()
		ps := problemsOf(t, err)
		if len(ps) != 1 || ps[0].Code != ConstantItem || ps[0].Item != "b2" || ps[0].Construct != "B" || float64(ps[0].Value) != v {
			t.Errorf("%g: %v", v, ps)
		}
		d.Columns[3][1234] = v*2 + 1
		if _, err := mustPrepare(t, chain(), d, Options{}).Estimate(); err != nil {
			t.Errorf("%g and one other value: %v", v, err)
		}
	}
}

func TestAllConstantItemsAreNamed(t *testing.T) {
	d := answers(20)
	d.Columns[0], d.Columns[5] = slices.Repeat([]float64{3}, 20), slices.Repeat([]float64{4}, 20)
	_, err := mustPrepare(t, chain(), d, Options{}).Estimate()
	if ps := problemsOf(t, err); len(ps) != 2 || ps[0].Item != "a1" || ps[1].Item != "c2" {
		t.Errorf("got %v", ps)
	}
}

// The sums of large samples are added in a fixed order.
func TestMomentsDoNotDependOnTheProcessors(t *testing.T) {
	s := mustPrepare(t, chain(), answers(5*chunkRows), Options{})
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one, _ := s.all()
	runtime.GOMAXPROCS(2)
	for range 5 {
		two, _ := s.all()
		near(t, "corr", two.corr, one.corr, 0)
		near(t, "mean", two.mean, one.mean, 0)
	}
}

func TestInParallelCallsEachOnce(t *testing.T) {
	calls := make([]int, 1000)
	inParallel(len(calls), func(i int) { calls[i]++ })
	for i, n := range calls {
		if n != 1 {
			t.Fatalf("%d was called %d times", i, n)
		}
	}
	inParallel(0, func(int) { t.Error("called for nothing") })
}
