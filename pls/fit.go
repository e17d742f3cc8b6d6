package pls

import "math"

// A fit holds the moments of one sample or resample and everything the algorithm derives from them. It is used again
// for every resample of a worker, so that nothing is allocated there. Matrices are row by row.
type fit struct {
	sp   *spec
	m    *moments
	p, k int

	weight     []float64 // p
	last       []float64 // p, weights of the iteration before
	cov        []float64 // p×k, covariance of item and score: loadings and cross loadings
	corr       []float64 // k×k, correlations of the scores
	inner      []float64 // k×k, column b holds the inner weights of construct b
	path       []float64 // k×k, from row to column
	total      []float64 // k×k
	indirect   []float64 // k×k
	r2         []float64 // k
	iterations int

	blocks  []*cholesky // of mode B blocks, else nil
	blockAt [][]int     // item positions of each block
	predChl *cholesky
	scratch []float64
	power   [2][]float64
}

func newFit(sp *spec) *fit {
	p, k := len(sp.items), len(sp.names)
	f := &fit{
		sp: sp, m: newMoments(p), p: p, k: k,
		weight: make([]float64, p), last: make([]float64, p), cov: make([]float64, p*k), corr: make([]float64, k*k),
		inner: make([]float64, k*k), path: make([]float64, k*k), total: make([]float64, k*k),
		indirect: make([]float64, k*k), r2: make([]float64, k),
		blocks: make([]*cholesky, k), predChl: newCholesky(k), scratch: make([]float64, max(p, k)),
		power: [2][]float64{make([]float64, k*k), make([]float64, k*k)},
	}
	for b, blk := range sp.block {
		var at []int
		for i := blk.lo; i < blk.hi; i++ {
			at = append(at, i)
		}
		f.blockAt = append(f.blockAt, at)
		if sp.modeB[b] {
			f.blocks[b] = newCholesky(len(at))
		}
	}
	return f
}

// run estimates weights, correlations, paths and effects from the item correlations. It returns nil, or the reason why
// there is no solution; after NotConverged the values of the last iteration are there nevertheless.
func (f *fit) run() *Problem {
	if problem := f.factorBlocks(); problem != nil {
		return problem
	}
	problem := f.iterate()
	if problem != nil && problem.Code != NotConverged {
		return problem
	}
	f.orient()
	if singular := f.regress(); singular != nil {
		return singular
	}
	f.addEffects()
	return problem
}

func (f *fit) factorBlocks() *Problem {
	for b, c := range f.blocks {
		if c == nil {
			continue
		}
		at := f.blockAt[b]
		if j := c.factor(f.m.corr, f.p, at); j >= 0 {
			p := &Problem{Code: SingularBlock, Construct: f.sp.names[b], Item: f.sp.items[at[j]]}
			for _, i := range c.dependence(j) {
				p.Items = append(p.Items, f.sp.items[at[i]])
			}
			p.Items = append(p.Items, p.Item)
			return p
		}
	}
	return nil
}

// iterate finds the fixed point of the weights. Changes are taken of absolute weights, for a construct may turn round
// from one iteration to the next without its composite changing.
func (f *fit) iterate() *Problem {
	for i := range f.weight {
		f.weight[i] = 1
	}
	if problem := f.rescale(); problem != nil {
		return problem
	}
	for f.iterations = 1; f.iterations <= f.sp.maxIter; f.iterations++ {
		copy(f.last, f.weight)
		if problem := f.innerWeights(); problem != nil {
			return problem
		}
		f.outerWeights()
		if problem := f.rescale(); problem != nil {
			return problem
		}
		change := 0.0
		for i, w := range f.weight {
			change = max(change, math.Abs(math.Abs(w)-math.Abs(f.last[i])))
		}
		if change < f.sp.tol {
			return nil
		}
	}
	f.iterations = f.sp.maxIter
	return &Problem{Code: NotConverged, Count: f.sp.maxIter}
}

// rescale brings every composite to variance 1 and computes the covariances of items and of composites with it.
func (f *fit) rescale() *Problem {
	for b, blk := range f.sp.block {
		w := f.weight[blk.lo:blk.hi]
		for i := range f.p {
			sum := 0.0
			for j, r := range f.m.corr[i*f.p+blk.lo:][:len(w)] {
				sum += r * w[j]
			}
			f.cov[i*f.k+b] = sum
		}
		variance := 0.0
		for j, v := range w {
			variance += v * f.cov[(blk.lo+j)*f.k+b]
		}
		if !(variance > 1e-24) {
			return &Problem{Code: DegenerateBlock, Construct: f.sp.names[b]}
		}
		scale := 1 / math.Sqrt(variance)
		for j := range w {
			w[j] *= scale
		}
		for i := range f.p {
			f.cov[i*f.k+b] *= scale
		}
	}
	f.correlate()
	return nil
}

func (f *fit) correlate() {
	k := f.k
	for a, blk := range f.sp.block {
		row := f.corr[a*k:][:k]
		clear(row)
		for i := blk.lo; i < blk.hi; i++ {
			w := f.weight[i]
			for b, v := range f.cov[i*k:][:k] {
				row[b] += w * v
			}
		}
		row[a] = 1
	}
}

// innerWeights fills the column of each construct with the weights of its neighbours.
func (f *fit) innerWeights() *Problem {
	clear(f.inner)
	for b := range f.k {
		for _, a := range f.sp.succs[b] {
			f.inner[a*f.k+b] = f.neighbour(a, b)
		}
		if f.sp.scheme == PathScheme && f.sp.endogenous(b) {
			beta, problem := f.regression(b)
			if problem != nil {
				return problem
			}
			for j, a := range f.sp.preds[b] {
				f.inner[a*f.k+b] = beta[j]
			}
			continue
		}
		for _, a := range f.sp.preds[b] {
			f.inner[a*f.k+b] = f.neighbour(a, b)
		}
	}
	return nil
}

func (f *fit) neighbour(a, b int) float64 {
	r := f.corr[a*f.k+b]
	switch {
	case f.sp.scheme != CentroidScheme:
		return r
	case r > 0:
		return 1
	case r < 0:
		return -1
	}
	return 0
}

// regression returns the coefficients of construct b on its predecessors, valid until the next call.
func (f *fit) regression(b int) ([]float64, *Problem) {
	preds := f.sp.preds[b]
	if j := f.predChl.factor(f.corr, f.k, preds); j >= 0 {
		return nil, &Problem{Code: SingularInner, Construct: f.sp.names[b], Other: f.sp.names[preds[j]]}
	}
	beta := f.scratch[:len(preds)]
	for j, a := range preds {
		beta[j] = f.corr[a*f.k+b]
	}
	f.predChl.solve(beta)
	return beta, nil
}

// outerWeights takes each item's covariance with the inner proxy of its construct, in mode B regressed on the block.
func (f *fit) outerWeights() {
	k := f.k
	for b, blk := range f.sp.block {
		w := f.weight[blk.lo:blk.hi]
		for j := range w {
			sum := 0.0
			for a, v := range f.cov[(blk.lo+j)*k:][:k] {
				sum += v * f.inner[a*k+b]
			}
			w[j] = sum
		}
		if c := f.blocks[b]; c != nil {
			c.solve(w)
		}
	}
}

// orient turns round every construct whose loadings sum to less than zero.
func (f *fit) orient() {
	k := f.k
	for b, blk := range f.sp.block {
		sum := 0.0
		for i := blk.lo; i < blk.hi; i++ {
			sum += f.cov[i*k+b]
		}
		if sum >= 0 {
			continue
		}
		for i := blk.lo; i < blk.hi; i++ {
			f.weight[i] = -f.weight[i]
		}
		for i := range f.p {
			f.cov[i*k+b] = -f.cov[i*k+b]
		}
	}
	f.correlate()
}

// regress fills paths and R² by ordinary least squares on the score correlations.
func (f *fit) regress() *Problem {
	clear(f.path)
	for b := range f.k {
		f.r2[b] = math.NaN()
		if !f.sp.endogenous(b) {
			continue
		}
		beta, problem := f.regression(b)
		if problem != nil {
			return problem
		}
		f.r2[b] = 0
		for j, a := range f.sp.preds[b] {
			f.path[a*f.k+b] = beta[j]
			f.r2[b] += beta[j] * f.corr[a*f.k+b]
		}
	}
	return nil
}

// addEffects sums the powers of the path matrix by length of chain; a model without cycles has none longer than k-1.
func (f *fit) addEffects() {
	clear(f.indirect)
	power, next := f.power[0], f.power[1]
	copy(power, f.path)
	for range f.k - 2 {
		clear(next)
		for from := range f.k {
			for via, v := range power[from*f.k:][:f.k] {
				if v == 0 {
					continue
				}
				for to, b := range f.path[via*f.k:][:f.k] {
					next[from*f.k+to] += v * b
				}
			}
		}
		for i, v := range next {
			f.indirect[i] += v
		}
		power, next = next, power
	}
	for i, v := range f.path {
		f.total[i] = v + f.indirect[i]
	}
}
