package pls

// Scores returns the standardised score of each case used, by construct: Scores[b][i]. Missing answers count as the mean.
func (s *Sample) Scores(r *Result) [][]float64 {
	return s.composites(r, func(i int) float64 { return r.Weights[i] / r.SD[i] }, func(i int) float64 { return r.Mean[i] })
}

// IndexScores returns the index of each case used on 0 to 100, by construct, or nil where the result has no index. The
// mean over the cases is the index of the construct.
func (s *Sample) IndexScores(r *Result) [][]float64 {
	if r.Index == nil {
		return nil
	}
	scale := r.Index.Scale
	weight := func(i int) float64 {
		b := s.spec.owner[i]
		return r.Index.Constructs[b].Weights[i-s.spec.block[b].lo] * 100 / (scale.Max - scale.Min)
	}
	return s.composites(r, weight, func(int) float64 { return scale.Min })
}

// composites sums weight·(answer-origin) over the items of each block.
func (s *Sample) composites(r *Result, weight, origin func(i int) float64) [][]float64 {
	out := make([][]float64, len(s.spec.block))
	for b, blk := range s.spec.block {
		out[b] = make([]float64, len(s.rows))
		for i := blk.lo; i < blk.hi; i++ {
			w, o, mean := weight(i), origin(i), r.Mean[i]
			for t, v := range s.cols[i] {
				if v != v {
					v = mean
				}
				out[b][t] += w * (v - o)
			}
		}
	}
	return out
}
