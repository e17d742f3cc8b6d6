package pls

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// moments are the means, standard deviations (divisor n-1) and correlations of the items.
type moments struct {
	n    int
	mean []float64
	sd   []float64
	corr []float64 // p×p, the diagonal exactly 1
}

func newMoments(items int) *moments {
	return &moments{mean: make([]float64, items), sd: make([]float64, items), corr: make([]float64, items*items)}
}

// A draw says how often each case counts: cases[t] counts weight[t] times. Every case at most once, ascending, so that
// memory is read forward.
type draw struct {
	cases  []int32
	weight []float64
	root   []float64 // square roots of weight
	n      int       // sum of the weights
}

// blockRows is the number of cases whose deviations are held at a time: 128 rows of 24 items stay in the first cache.
const blockRows = 128

// tile is the number of columns multiplied at a time; buffers hold a multiple of it.
const tile = 4

// accumulator sums products of deviations from the mean.
type accumulator struct {
	items, width int       // width is items rounded up to whole tiles
	buf          []float64 // width columns of blockRows deviations
	sum          []float64 // width×width, tiles on and right of the diagonal
}

func newAccumulator(items int) *accumulator {
	width := (items + tile - 1) / tile * tile
	return &accumulator{
		items: items, width: width, buf: make([]float64, width*blockRows), sum: make([]float64, width*width),
	}
}

func (a *accumulator) column(j, rows int) []float64 { return a.buf[j*blockRows:][:rows] }

// multiply adds the products of the deviations in the buffer's first rows.
func (a *accumulator) multiply(rows int) {
	for i := range a.items {
		x := a.column(i, rows)
		out := a.sum[i*a.width:][:a.width]
		for j := i / tile * tile; j < a.width; j += tile {
			s0, s1, s2, s3 := dot4(x, a.column(j, rows), a.column(j+1, rows), a.column(j+2, rows), a.column(j+3, rows))
			out[j] += s0
			out[j+1] += s1
			out[j+2] += s2
			out[j+3] += s3
		}
	}
}

// dot4 returns the inner products of x with four columns of the same length.
func dot4(x, a, b, c, d []float64) (s0, s1, s2, s3 float64) {
	a, b, c, d = a[:len(x)], b[:len(x)], c[:len(x)], d[:len(x)]
	for i, v := range x {
		s0 += v * a[i]
		s1 += v * b[i]
		s2 += v * c[i]
		s3 += v * d[i]
	}
	return s0, s1, s2, s3
}

// mean returns the mean of the valid values of a drawn column, or NaN if there is none. Deviations are taken from the
// first valid value, so that a constant column gives its value exactly.
func (d *draw) mean(col []float64) float64 {
	origin, sum, n := math.NaN(), 0.0, 0.0
	for t, row := range d.cases {
		v := col[row]
		if math.IsNaN(v) {
			continue
		}
		if n == 0 {
			origin = v
		}
		sum += d.weight[t] * (v - origin)
		n += d.weight[t]
	}
	return origin + sum/n
}

// add sums the products of the deviations of the drawn cases lo to hi.
func (a *accumulator) add(s *Sample, mean []float64, d *draw, lo, hi int) {
	for ; lo < hi; lo += blockRows {
		end := min(lo+blockRows, hi)
		a.fill(s, mean, d, lo, end)
		a.multiply(end - lo)
	}
}

// fill writes the weighted deviations of the drawn cases lo to hi into the buffer; a missing answer is the mean itself.
func (a *accumulator) fill(s *Sample, mean []float64, d *draw, lo, hi int) {
	cases, root := d.cases[lo:hi], d.root[lo:hi]
	for j, col := range s.cols {
		out, m := a.column(j, hi-lo), mean[j]
		for t, row := range cases {
			out[t] = root[t] * (col[row] - m)
		}
		if s.gaps[j] {
			clearNaN(out)
		}
	}
}

func clearNaN(x []float64) {
	for t, v := range x {
		if v != v {
			x[t] = 0
		}
	}
}

// ofDraw computes the moments of a resample. It reports the first item without variance, or -1.
func (m *moments) ofDraw(s *Sample, d *draw, a *accumulator) (constant int) {
	m.n = d.n
	for j, col := range s.cols {
		m.mean[j] = d.mean(col)
	}
	clear(a.sum)
	a.add(s, m.mean, d, 0, len(d.cases))
	return m.standardise(a)
}

// standardise turns the sums of products into standard deviations and correlations.
func (m *moments) standardise(a *accumulator) (constant int) {
	p := a.items
	for j := range p {
		m.sd[j] = math.Sqrt(a.sum[j*a.width+j] / float64(m.n-1))
		if !(m.sd[j] > 0) {
			return j
		}
	}
	for i := range p {
		m.corr[i*p+i] = 1
		for j := i + 1; j < p; j++ {
			r := a.sum[i*a.width+j] / (m.sd[i] * m.sd[j] * float64(m.n-1))
			m.corr[i*p+j], m.corr[j*p+i] = r, r
		}
	}
	return -1
}

// chunkRows is the number of cases one worker sums alone. The sums of chunks are added in order, so that the result
// does not depend on the number of workers.
const chunkRows = 64 * blockRows

// all computes the moments of all cases, in parallel where they are many. constant lists the items without variance.
func (s *Sample) all() (m *moments, constant []int) {
	p, n := len(s.cols), len(s.rows)
	d := everyCase(n)
	m = newMoments(p)
	m.n = n
	inParallel(p, func(j int) { m.mean[j] = d.mean(s.cols[j]) })
	chunks := make([]*accumulator, (n+chunkRows-1)/chunkRows)
	inParallel(len(chunks), func(c int) {
		chunks[c] = newAccumulator(p)
		chunks[c].add(s, m.mean, d, c*chunkRows, min(n, (c+1)*chunkRows))
	})
	total := newAccumulator(p)
	for _, a := range chunks {
		for i, v := range a.sum {
			total.sum[i] += v
		}
	}
	for j := range p {
		if !(total.sum[j*total.width+j] > 0) {
			constant = append(constant, j)
		}
	}
	m.standardise(total)
	return m, constant
}

// everyCase counts each of n cases once.
func everyCase(n int) *draw {
	d := &draw{cases: make([]int32, n), weight: make([]float64, n), n: n}
	for i := range n {
		d.cases[i], d.weight[i] = int32(i), 1
	}
	d.root = d.weight
	return d
}

// inParallel calls do(0) to do(n-1), several at a time, and returns when all are done.
func inParallel(n int, do func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}
