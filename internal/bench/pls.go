package bench

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/zhiyin-power/zhiyin/pls"
)

// ecsi is the structure of the European index with 24 items in seven blocks.
func ecsi() pls.Model {
	m := pls.Model{Scale: &pls.Scale{Min: 1, Max: 10}}
	for _, b := range []struct {
		name  string
		items int
	}{{"Image", 5}, {"Expectation", 3}, {"Quality", 7}, {"Value", 2}, {"Satisfaction", 3}, {"Complaints", 1}, {"Loyalty", 3}} {
		c := pls.Construct{Name: b.name, Mode: "A"}
		for i := range b.items {
			c.Indicators = append(c.Indicators, fmt.Sprintf("%s%d", b.name, i+1))
		}
		m.Constructs = append(m.Constructs, c)
	}
	for _, p := range [][2]string{{"Image", "Expectation"}, {"Image", "Satisfaction"}, {"Image", "Loyalty"}, {"Expectation", "Quality"}, {"Expectation", "Value"},
		{"Expectation", "Satisfaction"}, {"Quality", "Value"}, {"Quality", "Satisfaction"}, {"Value", "Satisfaction"}, {"Satisfaction", "Complaints"},
		{"Satisfaction", "Loyalty"}, {"Complaints", "Loyalty"}} {
		m.Paths = append(m.Paths, pls.Path{From: p[0], To: p[1]})
	}
	return m
}

// answers draws cases that follow the model: each construct is a mix of those
// that lead to it, each item its construct with noise, cut to 1 to 10.
func answers(m pls.Model, cases int, seed uint64) pls.Dataset {
	r := rand.New(rand.NewPCG(seed, 1))
	d := pls.Dataset{Names: m.Items(), Columns: make([][]float64, len(m.Items()))}
	for j := range d.Columns {
		d.Columns[j] = make([]float64, cases)
	}
	score := map[string]float64{}
	for i := range cases {
		j := 0
		for _, c := range m.Constructs {
			z := 0.7 * r.NormFloat64()
			for _, p := range m.Paths {
				if p.To == c.Name {
					z += 0.4 * score[p.From]
				}
			}
			score[c.Name] = z
			for range c.Indicators {
				x := math.Round(6.5 + 1.8*(z+0.6*r.NormFloat64()))
				d.Columns[j][i] = min(max(x, 1), 10)
				j++
			}
		}
	}
	return d
}

// PLSOptions are the sizes of the statistics benchmark.
type PLSOptions struct {
	Resamples, Cases, Large int
	Seed                    uint64
}

// PLS measures a bootstrap of a small survey and one estimate of a large one.
func PLS(ctx context.Context, p *Printer, o PLSOptions) error {
	m := ecsi()
	small, err := pls.Prepare(m, answers(m, o.Cases, o.Seed), pls.Options{})
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%d resamples of %dx24", o.Resamples, o.Cases)
	if err := inProcess(p, name, o.Resamples, func() error {
		_, err := small.Bootstrap(ctx, pls.BootstrapOptions{Resamples: o.Resamples, Seed: o.Seed})
		return err
	}); err != nil {
		return err
	}
	data := answers(m, o.Large, o.Seed)
	return inProcess(p, fmt.Sprintf("1 estimate of %dx24", o.Large), 1, func() error {
		large, err := pls.Prepare(m, data, pls.Options{})
		if err != nil {
			return err
		}
		_, err = large.Estimate()
		return err
	})
}

// inProcess measures work of this process: wall time as the latency of all of
// it, CPU per operation.
func inProcess(p *Printer, name string, n int, work func() error) error {
	before, began := ownCPU(), time.Now()
	if err := work(); err != nil {
		return err
	}
	wall, cpu := time.Since(began), ownCPU()-before
	r := Result{Bench: "pls", Engine: "-", Case: name, N: n, Rate: float64(n) / wall.Seconds(), P50: wall.Seconds() * 1000, P99: wall.Seconds() * 1000,
		CPU: cpu.Seconds() * 1000 / float64(n)}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	r.PeakMB = float64(usage.Maxrss) / 1024
	return p.Print(r)
}

func ownCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // only for a wrong argument
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
