package pls

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// drawAnswers makes few cases with few distinct answers and gaps, where constant items, singular blocks and empty
// resamples are common.
func drawAnswers(t *rapid.T) Dataset {
	n := rapid.IntRange(1, 14).Draw(t, "n")
	d := Dataset{Names: chain().Items()}
	for range d.Names {
		col := make([]float64, n)
		for i := range col {
			if col[i] = float64(rapid.IntRange(0, 4).Draw(t, "answer")); col[i] == 0 {
				col[i] = nan
			}
		}
		d.Columns = append(d.Columns, col)
	}
	return d
}

func drawModel(t *rapid.T) Model {
	m := chain()
	m.Scale = &Scale{1, 4}
	for b := range m.Constructs {
		m.Constructs[b].Mode = rapid.SampledFrom([]Mode{ModeA, ModeB}).Draw(t, "mode")
		if rapid.Bool().Draw(t, "single") {
			m.Constructs[b].Indicators = m.Constructs[b].Indicators[:1]
		}
	}
	return m
}

// Whatever the answers are, there is a solution whose parts make sense, or a reason why there is none.
func TestAnyAnswersGiveASolutionOrAReason(t *testing.T) {
	outcome := map[Code]int{}
	rapid.Check(t, func(t *rapid.T) {
		o := Options{
			Scheme:  rapid.SampledFrom([]Scheme{PathScheme, CentroidScheme, FactorialScheme}).Draw(t, "scheme"),
			Missing: rapid.SampledFrom([]Missing{MeanReplacement, Casewise}).Draw(t, "missing"),
		}
		s, err := Prepare(drawModel(t), drawAnswers(t), o)
		if err != nil {
			outcome[err.(Problems)[0].Code]++
			return
		}
		r, err := s.Estimate()
		if err != nil {
			outcome[err.(Problems)[0].Code]++
			return
		}
		outcome["solution"]++
		checkSolution(t, r)
		b, err := s.Bootstrap(context.Background(), BootstrapOptions{Resamples: 4, Seed: rapid.Uint64().Draw(t, "seed")})
		if err != nil || b.Used+len(b.Skipped) != 4 {
			t.Fatalf("%v: used %d, skipped %v", err, b.Used, b.Skipped)
		}
	})
	for _, code := range []Code{"solution", TooFewCases} {
		if outcome[code] == 0 {
			t.Errorf("%s never came about: %v", code, outcome)
		}
	}
}

func checkSolution(t *rapid.T, r *Result) {
	for i, l := range r.Loadings {
		if !(math.Abs(l) <= 1+1e-9) || math.IsNaN(r.Weights[i]) || math.IsInf(r.Weights[i], 0) {
			t.Errorf("item %s: weight %v, loading %v", r.Items[i], r.Weights[i], l)
		}
	}
	for b, c := range r.Model.Constructs {
		if r2 := r.R2[b]; r2 < -1e-6 || r2 > 1+1e-6 {
			t.Errorf("R² of %s is %v", c.Name, r2)
		}
		if sum := blockSums(r)[b]; sum < -1e-9 {
			t.Errorf("loadings of %s sum to %v", c.Name, sum)
		}
	}
	if text, err := marshal(r.Report(nil)); err != nil || len(text) == 0 {
		t.Errorf("report: %v", err)
	}
}
