package pls

import "math"

// An Effect is a value of one construct on another.
type Effect struct {
	From  string
	To    string
	Value float64
}

// A PathEstimate is a path coefficient with what belongs to it.
type PathEstimate struct {
	Effect
	F2  float64 // effect size with the scores held fixed
	VIF float64 // of the source among all predecessors of the target
}

// Reliability holds the measures of one block; a single item has 1 throughout.
type Reliability struct {
	Alpha float64
	RhoA  float64 // NaN in mode B
	RhoC  float64
	AVE   float64
}

// A Result is an estimated model. Slices by item or construct follow the order of the model; matrices by construct are
// symmetric or read from row to column.
type Result struct {
	Model      Model
	Items      []string
	N          int
	Read       int // cases in the data, of which N were used
	Iterations int
	Converged  bool

	Weights       []float64   // by item; composites have standard deviation 1
	Loadings      []float64   // by item, its correlation with its own score
	CrossLoadings [][]float64 // item × construct
	Correlations  [][]float64 // construct × construct
	Paths         []PathEstimate
	R2, R2Adj     []float64 // by construct, NaN where no path leads to
	Total         []Effect
	Indirect      []Effect
	Reliability   []Reliability // by construct
	HTMT          [][]float64   // construct × construct, NaN on the diagonal
	ItemVIF       []float64     // by item within its block; +Inf where the block is singular
	Mean, SD      []float64     // by item, of the answers after the rule for missing ones; nil without cases
	Index         *Index        // nil without a scale or without cases
	Warnings      []Warning

	spec *spec
}

// Estimate estimates the model on all cases. The error is of type [Problems]: items without variance, singular blocks.
// A result that has not converged is returned with a warning.
func (s *Sample) Estimate() (*Result, error) {
	m, constant := s.all()
	if len(constant) > 0 {
		var ps Problems
		for _, i := range constant {
			ps = append(ps, Problem{Code: ConstantItem, Construct: s.spec.construct(i), Item: s.spec.items[i], Value: Number(m.mean[i])})
		}
		return nil, ps
	}
	r, err := estimate(s.Model, s.spec, m)
	if err != nil {
		return nil, err
	}
	r.Read = s.read
	r.Mean, r.SD = m.mean, m.sd
	r.Index = newIndex(r)
	r.Warnings = append(s.dataWarnings(), r.doubts()...)
	return r, nil
}

// EstimateCorrelation estimates the model from the correlation matrix of its items over n cases, as publications print
// it. Items name the rows of corr, in any order; options about missing answers do not apply.
func EstimateCorrelation(m Model, items []string, corr [][]float64, n int, o Options) (*Result, error) {
	o, ps := o.withDefaults()
	if found := m.problems(); len(found) > 0 {
		return nil, append(ps, found...)
	}
	sp := compile(m, o)
	mo, found := correlationMoments(sp, items, corr, n)
	if ps = append(ps, found...); len(ps) > 0 {
		return nil, ps
	}
	r, err := estimate(m, sp, mo)
	if err != nil {
		return nil, err
	}
	r.Read = n
	r.Warnings = r.doubts()
	return r, nil
}

func correlationMoments(sp *spec, items []string, corr [][]float64, n int) (*moments, Problems) {
	if !isCorrelation(corr, len(items)) {
		return nil, Problems{{Code: BadCorrelation, Count: len(items)}}
	}
	if n < 3 {
		return nil, Problems{{Code: TooFewCases, Count: n, Value: 3}}
	}
	at := map[string]int{}
	for i, item := range items {
		at[item] = i
	}
	var ps Problems
	for i, item := range sp.items {
		if _, ok := at[item]; !ok {
			ps = append(ps, Problem{Code: UnknownItem, Construct: sp.construct(i), Item: item, At: sp.position(i)})
		}
	}
	if len(ps) > 0 {
		return nil, ps
	}
	m := newMoments(len(sp.items))
	m.n = n
	for i, a := range sp.items {
		for j, b := range sp.items {
			m.corr[i*len(sp.items)+j] = corr[at[a]][at[b]]
		}
	}
	return m, nil
}

func isCorrelation(corr [][]float64, p int) bool {
	if len(corr) != p {
		return false
	}
	for i, row := range corr {
		if len(row) != p || row[i] != 1 {
			return false
		}
		for j, v := range row[:i] {
			if !(math.Abs(v) <= 1) || v != corr[j][i] {
				return false
			}
		}
	}
	return true
}

func estimate(m Model, sp *spec, mo *moments) (*Result, error) {
	f := newFit(sp)
	f.m = mo
	problem := f.run()
	if problem != nil && problem.Code != NotConverged {
		return nil, Problems{*problem}
	}
	r := &Result{
		Model: m, Items: sp.items, N: mo.n, Iterations: f.iterations, Converged: problem == nil, spec: sp,
		Weights: f.weight, R2: f.r2,
		CrossLoadings: rows(f.cov, f.k), Correlations: rows(f.corr, f.k),
		Total: f.effects(sp.totals, f.total), Indirect: f.effects(sp.indirects, f.indirect),
	}
	for i, b := range sp.owner {
		r.Loadings = append(r.Loadings, r.CrossLoadings[i][b])
	}
	r.Paths = f.pathEstimates()
	for b := range f.k {
		n, q := float64(mo.n), float64(len(sp.preds[b]))
		r.R2Adj = append(r.R2Adj, 1-(1-f.r2[b])*(n-1)/(n-q-1))
		r.Reliability = append(r.Reliability, f.reliability(b))
		r.HTMT = append(r.HTMT, make([]float64, f.k))
		for a := range f.k {
			r.HTMT[b][a] = f.htmt(a, b)
		}
		r.ItemVIF = append(r.ItemVIF, f.itemVIF(b)...)
	}
	return r, nil
}

func rows(a []float64, width int) [][]float64 {
	var out [][]float64
	for ; len(a) > 0; a = a[width:] {
		out = append(out, a[:width])
	}
	return out
}

func (f *fit) effects(links []link, value []float64) []Effect {
	out := make([]Effect, len(links))
	for i, l := range links {
		out[i] = Effect{f.sp.names[l.from], f.sp.names[l.to], value[l.from*f.k+l.to]}
	}
	return out
}

// pathEstimates adds VIF and f² to the paths. Leaving out predictor j lowers R² by β²/VIF, hence f² = β²/(VIF(1-R²)).
func (f *fit) pathEstimates() []PathEstimate {
	var out []PathEstimate
	for b, preds := range f.sp.preds {
		if len(preds) == 0 {
			continue
		}
		f.predChl.factor(f.corr, f.k, preds)
		for j, vif := range f.predChl.inverseDiagonal() {
			a := preds[j]
			beta := f.path[a*f.k+b]
			out = append(out, PathEstimate{
				Effect: Effect{f.sp.names[a], f.sp.names[b], beta}, VIF: vif, F2: beta * beta / (vif * (1 - f.r2[b])),
			})
		}
	}
	return out
}

func (f *fit) reliability(b int) Reliability {
	blk := f.sp.block[b]
	q := float64(blk.size())
	if q == 1 {
		return Reliability{1, 1, 1, 1}
	}
	var all, loadings, squares float64
	for i := blk.lo; i < blk.hi; i++ {
		for _, r := range f.m.corr[i*f.p:][blk.lo:blk.hi] {
			all += r
		}
		l := f.cov[i*f.k+b]
		loadings += l
		squares += l * l
	}
	return Reliability{
		Alpha: q / (q - 1) * (1 - q/all),
		RhoA:  f.rhoA(b),
		RhoC:  loadings * loadings / (loadings*loadings + q - squares),
		AVE:   squares / q,
	}
}

// rhoA is (w'w)² · w'(S-diag S)w / w'(ww'-diag ww')w; composites have variance 1, so w'Sw is 1.
func (f *fit) rhoA(b int) float64 {
	if f.sp.modeB[b] {
		return math.NaN()
	}
	var w2, w4 float64
	for _, w := range f.weight[f.sp.block[b].lo:f.sp.block[b].hi] {
		w2 += w * w
		w4 += w * w * w * w
	}
	return w2 * w2 * (1 - w2) / (w2*w2 - w4)
}

// htmt is the mean absolute correlation between two blocks over the geometric mean of those within each.
func (f *fit) htmt(a, b int) float64 {
	if a == b {
		return math.NaN()
	}
	between := f.sumAbs(f.sp.block[a], f.sp.block[b]) / float64(f.sp.block[a].size()*f.sp.block[b].size())
	return between / math.Sqrt(f.within(a)*f.within(b))
}

func (f *fit) within(b int) float64 {
	blk := f.sp.block[b]
	q := float64(blk.size())
	if q == 1 {
		return 1
	}
	return (f.sumAbs(blk, blk) - q) / (q * (q - 1))
}

func (f *fit) sumAbs(a, b span) float64 {
	sum := 0.0
	for i := a.lo; i < a.hi; i++ {
		for _, r := range f.m.corr[i*f.p:][b.lo:b.hi] {
			sum += math.Abs(r)
		}
	}
	return sum
}

func (f *fit) itemVIF(b int) []float64 {
	at := f.blockAt[b]
	c := newCholesky(len(at))
	if c.factor(f.m.corr, f.p, at) < 0 {
		return c.inverseDiagonal()
	}
	out := make([]float64, len(at))
	for i := range out {
		out[i] = math.Inf(1)
	}
	return out
}
