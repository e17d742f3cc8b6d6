package pls

import (
	"math"
	"slices"
)

// A Dataset holds cases as columns. NaN is a missing answer. Columns the model does not name are left alone.
type Dataset struct {
	Names   []string
	Columns [][]float64 // Columns[j][i] is the answer of case i to item Names[j]
}

// Rows is the number of cases.
func (d Dataset) Rows() int {
	if len(d.Columns) == 0 {
		return 0
	}
	return len(d.Columns[0])
}

// Scheme is the inner weighting scheme.
type Scheme string

// Inner weighting schemes. Path weighting takes regression weights on the predecessors and correlations with the
// successors, centroid the sign of each neighbour's correlation, factorial the correlation itself.
const (
	PathScheme      Scheme = "path"
	CentroidScheme  Scheme = "centroid"
	FactorialScheme Scheme = "factorial"
)

// Missing is the rule for missing answers.
type Missing string

// Rules for missing answers: replace by the mean of the item's valid answers (within each resample anew), or drop every
// case with a missing answer before anything else.
const (
	MeanReplacement Missing = "mean"
	Casewise        Missing = "casewise"
)

// Options choose the variant. The zero value means path weighting and mean replacement.
type Options struct {
	Scheme        Scheme
	Missing       Missing
	MissingCodes  []float64 // values that stand for a missing answer
	MaxIterations int       // 0 means 1000
	Tolerance     float64   // largest change of a weight at the fixed point; 0 means 1e-12
}

// withDefaults fills in the zero values and checks the rest.
func (o Options) withDefaults() (Options, Problems) {
	if o.Scheme == "" {
		o.Scheme = PathScheme
	}
	if o.Missing == "" {
		o.Missing = MeanReplacement
	}
	if o.MaxIterations == 0 {
		o.MaxIterations = 1000
	}
	if o.Tolerance == 0 {
		o.Tolerance = 1e-12
	}
	var ps Problems
	if !slices.Contains([]Scheme{PathScheme, CentroidScheme, FactorialScheme}, o.Scheme) {
		ps = append(ps, Problem{Code: BadOption, Item: "scheme", Detail: string(o.Scheme)})
	}
	if o.Missing != MeanReplacement && o.Missing != Casewise {
		ps = append(ps, Problem{Code: BadOption, Item: "missing", Detail: string(o.Missing)})
	}
	if o.MaxIterations < 0 {
		ps = append(ps, Problem{Code: BadOption, Item: "max_iterations", Count: o.MaxIterations})
	}
	if !(o.Tolerance > 0) {
		ps = append(ps, Problem{Code: BadOption, Item: "tolerance", Value: Number(o.Tolerance)})
	}
	return o, ps
}

// An ItemReport describes the answers to one item as they were given.
type ItemReport struct {
	Construct string
	Item      string
	Valid     int
	Missing   int
	Min, Max  float64 // ends of the valid answers
	Mode      float64 // most frequent answer
	ModeCount int
}

// A Sample is the cases that a model uses, checked and with the rule for missing answers chosen. It is not changed by
// any method, so that several may run at once.
type Sample struct {
	Model Model
	Items []ItemReport // of all cases read, in model order

	opt     Options
	spec    *spec
	cols    [][]float64 // the model's items in model order, NaN where missing
	gaps    []bool      // which columns hold a NaN
	rows    []int       // the position in the data of each case used
	read    int         // cases in the data
	noBlock []blockGap
}

// blockGap counts the cases without any answer to a block.
type blockGap struct{ count, first int }

// Cases returns the number of cases used and of cases read.
func (s *Sample) Cases() (used, read int) { return len(s.rows), s.read }

// Row returns the 0-based position in the data of case i.
func (s *Sample) Row(i int) int { return s.rows[i] }

// Prepare checks model, data and options and applies the rule for missing answers. The error is of type [Problems] and
// lists everything found, with construct, item and row.
func Prepare(m Model, d Dataset, o Options) (*Sample, error) {
	o, ps := o.withDefaults()
	if found := m.problems(); len(found) > 0 {
		return nil, append(ps, found...)
	}
	s := &Sample{Model: m, opt: o, spec: compile(m, o), read: d.Rows()}
	if found := s.takeColumns(d); len(ps)+len(found) > 0 {
		return nil, append(ps, found...)
	}
	s.reportItems()
	if found := s.valueProblems(); len(found) > 0 {
		return nil, found
	}
	s.reportBlocks()
	s.dropCases()
	return s, s.sizeProblems().err()
}

// takeColumns copies the model's columns with missing codes as NaN.
func (s *Sample) takeColumns(d Dataset) Problems {
	var ps Problems
	at := map[string]int{}
	for j, name := range d.Names {
		if _, twice := at[name]; twice && slices.Contains(s.Model.Items(), name) {
			ps = append(ps, Problem{Code: DuplicateColumn, Item: name, Column: j + 1})
		}
		at[name] = j
	}
	if len(d.Names) != len(d.Columns) {
		return append(ps, Problem{Code: RaggedData, Count: len(d.Columns)})
	}
	for i, item := range s.Model.Items() {
		j, ok := at[item]
		c := s.spec.construct(i)
		switch {
		case !ok:
			ps = append(ps, Problem{Code: UnknownItem, Construct: c, Item: item, At: s.spec.position(i)})
		case len(d.Columns[j]) != s.read:
			ps = append(ps, Problem{Code: RaggedData, Construct: c, Item: item, Count: len(d.Columns[j])})
		default:
			s.cols = append(s.cols, s.clean(d.Columns[j]))
		}
	}
	if s.read == 0 {
		ps = append(ps, Problem{Code: NoData})
	}
	return ps
}

// clean returns the column itself where no missing code occurs in it.
func (s *Sample) clean(col []float64) []float64 {
	isCode := func(v float64) bool { return slices.Contains(s.opt.MissingCodes, v) }
	if len(s.opt.MissingCodes) == 0 || !slices.ContainsFunc(col, isCode) {
		return col
	}
	out := slices.Clone(col)
	for i, v := range out {
		if isCode(v) {
			out[i] = math.NaN()
		}
	}
	return out
}

func (s *Sample) reportItems() {
	s.gaps = make([]bool, len(s.cols))
	s.Items = make([]ItemReport, len(s.cols))
	inParallel(len(s.cols), func(i int) {
		r := describe(s.cols[i])
		r.Construct, r.Item = s.spec.construct(i), s.spec.items[i]
		s.Items[i], s.gaps[i] = r, r.Missing > 0
	})
}

// maxCategories bounds the distinct answers that are counted for the mode; a column with more is no rating.
const maxCategories = 64

// tally counts answers: the whole numbers of the usual scales in an array, others in a list.
type tally struct {
	whole    [maxCategories]int
	values   []float64
	counts   []int
	min, max float64 // of the others
	missing  int
}

func (t *tally) add(v float64) {
	if v >= 0 && v < maxCategories && v == float64(int(v)) {
		t.whole[int(v)]++
		return
	}
	if math.IsNaN(v) {
		t.missing++
		return
	}
	t.min, t.max = min(t.min, v), max(t.max, v)
	if k := slices.Index(t.values, v); k >= 0 {
		t.counts[k]++
	} else if len(t.values) < maxCategories {
		t.values, t.counts = append(t.values, v), append(t.counts, 1)
	}
}

func describe(col []float64) ItemReport {
	t := tally{min: math.Inf(1), max: math.Inf(-1)}
	for _, v := range col {
		t.add(v)
	}
	r := ItemReport{Min: t.min, Max: t.max, Missing: t.missing, Valid: len(col) - t.missing}
	for k, n := range t.whole {
		if n > 0 {
			r.Min, r.Max = min(r.Min, float64(k)), max(r.Max, float64(k))
		}
		r.count(float64(k), n)
	}
	for k, n := range t.counts {
		r.count(t.values[k], n)
	}
	return r
}

// count makes a value the mode if it is more frequent.
func (r *ItemReport) count(v float64, n int) {
	if n > r.ModeCount {
		r.Mode, r.ModeCount = v, n
	}
}

// valueProblems finds items without answers, infinite values and values outside the scale.
func (s *Sample) valueProblems() Problems {
	var ps Problems
	for i, r := range s.Items {
		p := Problem{Construct: r.Construct, Item: r.Item}
		scale := s.Model.Scale
		switch {
		case r.Valid == 0:
			p.Code = ItemAllMissing
		case math.IsInf(r.Min, 0) || math.IsInf(r.Max, 0):
			p.Code = NotFinite
			p.locate(s.cols[i], func(v float64) bool { return math.IsInf(v, 0) })
		case scale != nil && (r.Min < scale.Min || r.Max > scale.Max):
			p.Code = OutsideScale
			p.locate(s.cols[i], func(v float64) bool { return v < scale.Min || v > scale.Max })
		default:
			continue
		}
		ps = append(ps, p)
	}
	return ps
}

// locate notes the first value that is wrong, its 1-based case, and how many there are.
func (p *Problem) locate(col []float64, wrong func(float64) bool) {
	for i, v := range col {
		if !wrong(v) {
			continue
		}
		if p.Count++; p.Count == 1 {
			p.Row, p.Value = i+1, Number(v)
		}
	}
}

// reportBlocks counts the cases without any answer to a block.
func (s *Sample) reportBlocks() {
	s.noBlock = make([]blockGap, len(s.spec.block))
	for b, blk := range s.spec.block {
		if !slices.Contains(s.gaps[blk.lo:blk.hi], true) {
			continue
		}
		for row := range s.read {
			if s.blockMissing(blk, row) {
				if s.noBlock[b].count++; s.noBlock[b].count == 1 {
					s.noBlock[b].first = row
				}
			}
		}
	}
}

func (s *Sample) blockMissing(blk span, row int) bool {
	for i := blk.lo; i < blk.hi; i++ {
		if !math.IsNaN(s.cols[i][row]) {
			return false
		}
	}
	return true
}

// dropCases applies casewise deletion; with mean replacement all cases stay.
func (s *Sample) dropCases() {
	s.rows = make([]int, 0, s.read)
	for row := range s.read {
		if s.opt.Missing == MeanReplacement || s.complete(row) {
			s.rows = append(s.rows, row)
		}
	}
	if len(s.rows) == s.read {
		return
	}
	for i, col := range s.cols {
		s.cols[i] = pick(col, s.rows)
		s.gaps[i] = false
	}
}

func (s *Sample) complete(row int) bool {
	for i, col := range s.cols {
		if s.gaps[i] && math.IsNaN(col[row]) {
			return false
		}
	}
	return true
}

func pick(col []float64, rows []int) []float64 {
	out := make([]float64, len(rows))
	for i, row := range rows {
		out[i] = col[row]
	}
	return out
}

// sizeProblems demands more cases than the largest regression of the model has coefficients.
func (s *Sample) sizeProblems() Problems {
	n := len(s.rows)
	if n == 0 {
		return Problems{{Code: NoData}}
	}
	var ps Problems
	for b, name := range s.spec.names {
		need := len(s.spec.preds[b]) + 2
		if s.spec.modeB[b] {
			need = max(need, s.spec.block[b].size()+2)
		}
		if n < need {
			ps = append(ps, Problem{Code: TooFewCases, Construct: name, Count: n, Value: Number(need)})
		}
	}
	return ps
}

// Subset returns the sample of the given cases of this one, 0-based, for example those of a group. Missing answers are
// then replaced by the means of the subset.
func (s *Sample) Subset(cases []int) (*Sample, error) {
	d := Dataset{Names: s.spec.items}
	for _, col := range s.cols {
		d.Columns = append(d.Columns, pick(col, cases))
	}
	o := s.opt
	o.MissingCodes = nil
	return Prepare(s.Model, d, o)
}
