package pls

import (
	"context"
	"math"
	"slices"
	"strings"
)

// summarise derives standard errors, intervals and p-values from the resamples used.
func (b *Bootstrap) summarise(names []string, estimate []float64) {
	b.Parameters = make([]ParameterSpread, len(names))
	inParallel(len(names), func(j int) {
		values := make([]float64, 0, b.Used)
		for _, v := range b.Resamples {
			if v != nil && !math.IsNaN(v[j]) && !math.IsInf(v[j], 0) {
				values = append(values, v[j])
			}
		}
		p := spread(values, b.Level)
		p.Name, p.Estimate, p.P = names[j], estimate[j], math.NaN()
		if zeroIsHypothesis(names[j]) {
			p.P = pValue(estimate[j], p.SE)
		}
		b.Parameters[j] = p
	})
}

func zeroIsHypothesis(name string) bool {
	return !strings.HasPrefix(name, "htmt:") && !strings.HasPrefix(name, "index:")
}

// pValue is 2(1-Φ(|estimate/se|)).
func pValue(estimate, se float64) float64 {
	if !(se > 0) {
		return math.NaN()
	}
	return math.Erfc(math.Abs(estimate/se) / math.Sqrt2)
}

// spread sorts the values. Too few of them give NaN.
func spread(values []float64, level float64) ParameterSpread {
	p := ParameterSpread{Mean: math.NaN(), SE: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}
	if len(values) == 0 {
		return p
	}
	slices.Sort(values)
	p.Mean, p.SE = meanSD(values)
	p.Lo, p.Hi = quantile(values, (1-level)/2), quantile(values, (1+level)/2)
	return p
}

// quantile is the quantile of type 7 of sorted values.
func quantile(sorted []float64, q float64) float64 {
	h := q * float64(len(sorted)-1)
	lo := int(h)
	if lo+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[lo] + (h-float64(lo))*(sorted[lo+1]-sorted[lo])
}

// A JackknifeSpread is what leaving out one case at a time tells about a parameter.
type JackknifeSpread struct {
	Name         string
	Estimate     float64
	Mean         float64
	SE           float64 // √((n-1)/n Σ(mean-value)²)
	Acceleration float64 // Σd³/(6(Σd²)^1.5), d = mean-value (Efron 1987, JASA 82)
}

// Jackknife estimates the model without each case in turn. A case without which there is no solution is skipped and
// named by its position among the cases used.
func (s *Sample) Jackknife(ctx context.Context, progress func(done, total int)) ([]JackknifeSpread, []Skip, error) {
	estimate, problem := s.parameters(everyCase(len(s.rows)))
	if problem != nil && problem.Code != NotConverged {
		return nil, nil, Problems{*problem}
	}
	without := func(r int, count []uint32) {
		for i := range count {
			count[i] = 1
		}
		count[r] = 0
	}
	values, skipped, err := s.resample(ctx, len(s.rows), without, progress)
	if err != nil {
		return nil, nil, err
	}
	names := s.spec.parameterNames()
	out := make([]JackknifeSpread, len(names))
	for j, name := range names {
		out[j] = jackknife(values, j)
		out[j].Name, out[j].Estimate = name, estimate[j]
	}
	return out, skipped, nil
}

func jackknife(values [][]float64, j int) JackknifeSpread {
	var sum, n float64
	for _, v := range values {
		if v != nil {
			sum += v[j]
			n++
		}
	}
	mean := sum / n
	var square, cube float64
	for _, v := range values {
		if v != nil {
			d := mean - v[j]
			square += d * d
			cube += d * d * d
		}
	}
	return JackknifeSpread{
		Mean: mean, SE: math.Sqrt((n - 1) / n * square), Acceleration: cube / (6 * math.Pow(square, 1.5)),
	}
}
