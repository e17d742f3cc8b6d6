package pls

import (
	"context"
	"math/rand/v2"
	"testing"
)

// simulated returns n cases of a 24-item ECSI: integers 1 to 10 from a common factor for each block.
func simulated(n int) (Model, Dataset) {
	m := Model{Scale: &Scale{1, 10}, Paths: []Path{
		{"Image", "Expectation"}, {"Image", "Satisfaction"}, {"Image", "Loyalty"}, {"Expectation", "Quality"},
		{"Expectation", "Value"}, {"Expectation", "Satisfaction"}, {"Quality", "Value"}, {"Quality", "Satisfaction"},
		{"Value", "Satisfaction"}, {"Satisfaction", "Complaints"}, {"Satisfaction", "Loyalty"}, {"Complaints", "Loyalty"},
	}}
	r := rand.New(rand.NewPCG(1, 2))
	general := make([]float64, n)
	for i := range general {
		general[i] = r.NormFloat64()
	}
	var d Dataset
	for _, block := range []struct {
		name  string
		items int
	}{{"Image", 5}, {"Expectation", 3}, {"Quality", 7}, {"Value", 2}, {"Satisfaction", 3}, {"Complaints", 1}, {"Loyalty", 3}} {
		factor := make([]float64, n)
		for i, g := range general {
			factor[i] = 0.7*g + 0.7*r.NormFloat64()
		}
		c := Construct{Name: block.name, Mode: ModeA}
		for j := range block.items {
			item := block.name + string(rune('1'+j))
			c.Indicators = append(c.Indicators, item)
			col := make([]float64, n)
			for i, f := range factor {
				col[i] = min(10, max(1, float64(int(7+1.5*f+1.2*r.NormFloat64()))))
			}
			d.Names, d.Columns = append(d.Names, item), append(d.Columns, col)
		}
		m.Constructs = append(m.Constructs, c)
	}
	return m, d
}

// The floor is 2 s of two cores.
func BenchmarkBootstrap5000Of250x24(b *testing.B) {
	m, d := simulated(250)
	for b.Loop() {
		s, err := Prepare(m, d, Options{})
		if err != nil {
			b.Fatal(err)
		}
		out, err := s.Bootstrap(context.Background(), BootstrapOptions{Resamples: 5000, Seed: 1})
		if err != nil || out.Used != 5000 {
			b.Fatal(err, out.Used)
		}
	}
}

// The floor is 1 s after reading.
func BenchmarkEstimate1000000x24(b *testing.B) {
	m, d := simulated(1_000_000)
	b.ResetTimer()
	for b.Loop() {
		s, err := Prepare(m, d, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Estimate(); err != nil {
			b.Fatal(err)
		}
	}
}
