package pls

import "math"

// An Index is the satisfaction index of every construct on 0 to 100 (Fornell et al. 1996).
type Index struct {
	Scale      Scale
	Constructs []ConstructIndex
	Total      []Effect // unstandardised total effects: points of the target per point of the source
}

// A ConstructIndex is the index of one construct and its parts.
type ConstructIndex struct {
	Construct string
	Weights   []float64 // by item of the block: w/sd, normalised to sum 1
	Value     float64   // mean over the cases, 0-100
	SD        float64   // standard deviation over the cases, divisor n-1
	RawMean   float64   // weighted mean answer on the scale itself

	// In use elsewhere and given for comparison: standardised weights on raw answers, and equal weights.
	StandardisedWeights float64
	EqualWeights        float64
}

// percent places a raw mean between the ends of the scale.
func (s Scale) percent(raw float64) float64 { return 100 * (raw - s.Min) / (s.Max - s.Min) }

// weighted returns the mean answer of a block under the given weights brought to sum 1.
func weighted(mean []float64, weight func(i int) float64, b span) (raw, sum float64) {
	for i := b.lo; i < b.hi; i++ {
		w := weight(i)
		sum += w
		raw += w * mean[i]
	}
	return raw / sum, sum
}

func newIndex(r *Result) *Index {
	scale := r.spec.scale
	if scale == nil {
		return nil
	}
	x := &Index{Scale: *scale}
	unit := map[string]float64{} // points of a composite with weights of sum 1 per standard deviation of the score
	for b, name := range r.spec.names {
		blk := r.spec.block[b]
		raw, sum := weighted(r.Mean, func(i int) float64 { return r.Weights[i] / r.SD[i] }, blk)
		standardised, _ := weighted(r.Mean, func(i int) float64 { return r.Weights[i] }, blk)
		equal, _ := weighted(r.Mean, func(int) float64 { return 1 }, blk)
		c := ConstructIndex{
			Construct: name, Value: scale.percent(raw), RawMean: raw,
			SD:                  100 / (scale.Max - scale.Min) / math.Abs(sum),
			StandardisedWeights: scale.percent(standardised), EqualWeights: scale.percent(equal),
		}
		for i := blk.lo; i < blk.hi; i++ {
			c.Weights = append(c.Weights, r.Weights[i]/r.SD[i]/sum)
		}
		unit[name] = 1 / sum
		x.Constructs = append(x.Constructs, c)
	}
	for _, e := range r.Total {
		x.Total = append(x.Total, Effect{e.From, e.To, e.Value * unit[e.To] / unit[e.From]})
	}
	return x
}

// index is the index of construct b in a resample.
func (f *fit) index(b int) float64 {
	raw, _ := weighted(f.m.mean, func(i int) float64 { return f.weight[i] / f.m.sd[i] }, f.sp.block[b])
	return f.sp.scale.percent(raw)
}

// A GroupIndex is the index of every construct within a group of cases, with the weights of the whole sample, so that
// groups can be compared and their case-weighted mean is the index of the whole.
type GroupIndex struct {
	Group string
	N     int
	Value []float64 // by construct, 0-100
	SD    []float64 // by construct, over the cases of the group, divisor n-1; NaN for a single case
}

// GroupIndices computes the index by group. group names the group of each case of the data, in the data's order; cases
// with an empty name belong to none. Missing answers are replaced by the mean of the whole sample. Groups come in the
// order of their first case. It returns nil where the result has no index.
func (s *Sample) GroupIndices(r *Result, group []string) []GroupIndex {
	if r.Index == nil {
		return nil
	}
	cases := s.IndexScores(r)
	var out []GroupIndex
	at := map[string]int{}
	members := [][]int{}
	for i, row := range s.rows {
		name := group[row]
		if name == "" {
			continue
		}
		g, ok := at[name]
		if !ok {
			g = len(out)
			at[name] = g
			out = append(out, GroupIndex{Group: name})
			members = append(members, nil)
		}
		members[g] = append(members[g], i)
	}
	for g := range out {
		out[g].N = len(members[g])
		for _, col := range cases {
			mean, sd := meanSD(pick(col, members[g]))
			out[g].Value = append(out[g].Value, mean)
			out[g].SD = append(out[g].SD, sd)
		}
	}
	return out
}

// meanSD returns mean and standard deviation with divisor n-1, which is NaN for a single value.
func meanSD(x []float64) (mean, sd float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		sd += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(sd / float64(len(x)-1))
}
