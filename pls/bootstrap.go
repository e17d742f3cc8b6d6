package pls

import (
	"context"
	"encoding/binary"
	"math"
	"math/bits"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// DefaultSeed is the seed programs use where none is given. Any does; with this
// one 5,000 and 10,000 resamples of the reference data lie within the Monte Carlo
// bounds of other programs' results, which one or two of 200 interval ends miss by
// chance with others.
const DefaultSeed = 2026

// BootstrapOptions choose the resamples. Either Resamples or Indices is given.
type BootstrapOptions struct {
	Resamples int     // number of resamples drawn
	Seed      uint64  // the resamples depend on it and on their own number only, never on the number of processors
	Indices   [][]int // given resamples: 0-based cases among those used, as many in each as there are cases
	Level     float64 // of the intervals; 0 means 0.95
	Progress  func(done, total int)
}

// A ParameterSpread is what the resamples tell about one parameter.
type ParameterSpread struct {
	Name     string // "path:A->B", "total:A->B", "r2:A", "weight:ITEM", "loading:ITEM", "htmt:A~B", "index:A"
	Estimate float64
	Mean     float64
	SE       float64 // standard deviation over the resamples used, divisor one less than their number
	Lo, Hi   float64 // percentile interval, quantiles of type 7 (Hyndman and Fan 1996, Am. Stat. 50(4))

	// P is the two-sided p-value of the hypothesis that the parameter is zero, from the normal distribution of
	// Estimate/SE: 2(1-Φ(|Estimate/SE|)) (Efron and Tibshirani 1993, An Introduction to the Bootstrap, ch. 12). It is
	// NaN for HTMT and the index, for which zero is no hypothesis anyone holds, and where SE is 0.
	P float64
}

// A Skip is a resample that was left out, with the reason.
type Skip struct {
	Resample int // 0-based
	Problem
}

// A Bootstrap is the outcome of a bootstrap.
type Bootstrap struct {
	Level      float64
	Drawn      int
	Used       int
	Skipped    []Skip // by resample
	Parameters []ParameterSpread
	Resamples  [][]float64 // the parameters of each resample, in the order of Parameters; nil where skipped
}

// Bootstrap draws as many cases as there are, with replacement, and estimates the model from the start in each resample.
// Missing answers are replaced within the resample. There is no sign correction beyond the sign rule of the estimate. A
// resample with a constant item, a singular block or without a fixed point is skipped and named. Every resample reads all
// cases once, so that millions of them take long: thousands of resamples of a random part tell as much. The error is of
// type [Problems] or that of the context.
func (s *Sample) Bootstrap(ctx context.Context, o BootstrapOptions) (*Bootstrap, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if ps := s.checkBootstrap(o); len(ps) > 0 {
		return nil, ps
	}
	total, next := o.Resamples, s.drawSeeded(o.Seed)
	if len(o.Indices) > 0 {
		total, next = len(o.Indices), drawGiven(o.Indices)
	}
	estimate, problem := s.parameters(everyCase(len(s.rows)))
	if problem != nil && problem.Code != NotConverged {
		return nil, Problems{*problem}
	}
	values, skipped, err := s.resample(ctx, total, next, o.Progress)
	if err != nil {
		return nil, err
	}
	b := &Bootstrap{Level: o.Level, Drawn: total, Used: total - len(skipped), Skipped: skipped, Resamples: values}
	b.summarise(s.spec.parameterNames(), estimate)
	return b, nil
}

func (s *Sample) checkBootstrap(o BootstrapOptions) Problems {
	var ps Problems
	if !(o.Level > 0 && o.Level < 1) {
		ps = append(ps, Problem{Code: BadOption, Item: "level", Value: Number(o.Level)})
	}
	if (o.Resamples > 0) == (len(o.Indices) > 0) || o.Resamples < 0 {
		ps = append(ps, Problem{Code: BadOption, Item: "resamples", Count: o.Resamples})
	}
	n := len(s.rows)
	for line, cases := range o.Indices {
		if len(cases) != n {
			ps = append(ps, Problem{Code: BadResample, Row: line + 1, Count: len(cases), Value: Number(n)})
			continue
		}
		if j := slices.IndexFunc(cases, func(i int) bool { return i < 0 || i >= n }); j >= 0 {
			ps = append(ps, Problem{Code: BadResample, Row: line + 1, Column: j + 1, Value: Number(cases[j])})
		}
	}
	return ps
}

// A drawer counts the cases of resample number r.
type drawer func(r int, count []uint32)

func drawGiven(indices [][]int) drawer {
	return func(r int, count []uint32) {
		for _, i := range indices[r] {
			count[i]++
		}
	}
}

// drawSeeded gives every resample a generator of its own, seeded with the user's seed and the resample's number.
func (s *Sample) drawSeeded(seed uint64) drawer {
	return func(r int, count []uint32) {
		var key [32]byte
		binary.LittleEndian.PutUint64(key[:], seed)
		binary.LittleEndian.PutUint64(key[8:], uint64(r))
		source := rand.NewChaCha8(key)
		n := uint64(len(count))
		for range count {
			count[below(source, n)]++
		}
	}
}

// below returns an unbiased number below n (Lemire 2019, ACM TOMACS 29(1)). It is spelt out here because a resample has
// to stay the same in later versions of the standard library.
func below(source *rand.ChaCha8, n uint64) uint64 {
	hi, lo := bits.Mul64(source.Uint64(), n)
	if lo < n {
		for threshold := -n % n; lo < threshold; {
			hi, lo = bits.Mul64(source.Uint64(), n)
		}
	}
	return hi
}

// worker holds what one goroutine needs for resample after resample.
type worker struct {
	s     *Sample
	fit   *fit
	acc   *accumulator
	count []uint32
	draw  draw
	roots []float64
}

func (s *Sample) newWorker() *worker {
	return &worker{s: s, fit: newFit(s.spec), acc: newAccumulator(len(s.cols)), count: make([]uint32, len(s.rows))}
}

// take turns the counts into a draw.
func (w *worker) take() {
	d := &w.draw
	d.cases, d.weight, d.root, d.n = d.cases[:0], d.weight[:0], d.root[:0], 0
	for i, c := range w.count {
		if c == 0 {
			continue
		}
		for int(c) >= len(w.roots) {
			w.roots = append(w.roots, math.Sqrt(float64(len(w.roots))))
		}
		d.cases = append(d.cases, int32(i))
		d.weight = append(d.weight, float64(c))
		d.root = append(d.root, w.roots[c])
		d.n += int(c)
	}
}

// estimate fills out with the parameters of a draw, or tells why there are none.
func (w *worker) estimate(d *draw, out []float64) *Problem {
	sp := w.s.spec
	if j := w.fit.m.ofDraw(w.s, d, w.acc); j >= 0 {
		return &Problem{Code: ConstantItem, Construct: sp.construct(j), Item: sp.items[j]}
	}
	problem := w.fit.run()
	if problem == nil || problem.Code == NotConverged {
		w.fit.parameters(out)
	}
	return problem
}

// parameters returns the parameters of one draw.
func (s *Sample) parameters(d *draw) ([]float64, *Problem) {
	out := make([]float64, len(s.spec.parameterNames()))
	return out, s.newWorker().estimate(d, out)
}

// resample estimates resamples 0 to total-1 on all processors. The values of resample r stand in row r whichever worker
// made them.
func (s *Sample) resample(ctx context.Context, total int, next drawer, progress func(done, total int),
) ([][]float64, []Skip, error) {
	values, problems := make([][]float64, total), make([]*Problem, total)
	width := len(s.spec.parameterNames())
	store := make([]float64, total*width)
	var number atomic.Int64
	var wg sync.WaitGroup
	done := make(chan struct{}, 64)
	for range min(total, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			w := s.newWorker()
			for r := int(number.Add(1)) - 1; r < total && ctx.Err() == nil; r = int(number.Add(1)) - 1 {
				clear(w.count)
				next(r, w.count)
				w.take()
				values[r] = store[r*width:][:width:width]
				if problems[r] = w.estimate(&w.draw, values[r]); problems[r] != nil {
					values[r] = nil
				}
				done <- struct{}{}
			}
		})
	}
	go func() { wg.Wait(); close(done) }()
	count := 0
	for range done {
		if count++; progress != nil {
			progress(count, total)
		}
	}
	var skipped []Skip
	for r, p := range problems {
		if p != nil {
			skipped = append(skipped, Skip{r, *p})
		}
	}
	return values, skipped, ctx.Err()
}

// parameterNames lists the parameters in the order of fit.parameters.
func (sp *spec) parameterNames() []string {
	var names []string
	add := func(kind, a, joint, b string) { names = append(names, kind+":"+a+joint+b) }
	for _, l := range sp.paths {
		add("path", sp.names[l.from], "->", sp.names[l.to])
	}
	for _, l := range sp.totals {
		add("total", sp.names[l.from], "->", sp.names[l.to])
	}
	for b, name := range sp.names {
		if sp.endogenous(b) {
			add("r2", name, "", "")
		}
	}
	for _, kind := range []string{"weight", "loading"} {
		for _, item := range sp.items {
			add(kind, item, "", "")
		}
	}
	for b := range sp.names {
		for a := range b {
			add("htmt", sp.names[a], "~", sp.names[b])
		}
	}
	if sp.scale != nil {
		for _, name := range sp.names {
			add("index", name, "", "")
		}
	}
	return names
}

// parameters writes the values of the parameters in the order of parameterNames.
func (f *fit) parameters(out []float64) {
	out = out[:0]
	for _, l := range f.sp.paths {
		out = append(out, f.path[l.from*f.k+l.to])
	}
	for _, l := range f.sp.totals {
		out = append(out, f.total[l.from*f.k+l.to])
	}
	for b, r2 := range f.r2 {
		if f.sp.endogenous(b) {
			out = append(out, r2)
		}
	}
	out = append(out, f.weight...)
	for i, b := range f.sp.owner {
		out = append(out, f.cov[i*f.k+b])
	}
	for b := range f.k {
		for a := range b {
			out = append(out, f.htmt(a, b))
		}
	}
	if f.sp.scale != nil {
		for b := range f.k {
			out = append(out, f.index(b))
		}
	}
}
