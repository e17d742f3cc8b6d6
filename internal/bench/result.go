package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
)

// Result is one line of the table, or one JSON object a line.
type Result struct {
	Bench  string  `json:"bench"`
	Engine string  `json:"engine"`
	Case   string  `json:"case"`
	N      int     `json:"n"`
	Rate   float64 `json:"rate"`   // operations a second
	P50    float64 `json:"p50_ms"` // of the client's latency
	P99    float64 `json:"p99_ms"`
	CPU    float64 `json:"cpu_ms"`  // of server and database, per operation
	PeakMB float64 `json:"peak_mb"` // resident memory of the server
}

// Printer writes results as they come.
type Printer struct {
	W    io.Writer
	JSON bool
	head bool
}

// Print writes one result.
func (p *Printer) Print(r Result) error {
	if p.JSON {
		raw, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.W, string(raw))
		return err
	}
	if !p.head {
		p.head = true
		if _, err := fmt.Fprintf(p.W, "%-8s %-9s %-40s %9s %12s %9s %9s %10s %9s\n", "bench", "engine", "case", "n", "rate/s", "p50 ms", "p99 ms", "cpu ms/op", "peak MB"); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(p.W, "%-8s %-9s %-40s %9d %12.1f %9.3f %9.3f %10.3f %9.1f\n", r.Bench, r.Engine, r.Case, r.N, r.Rate, r.P50, r.P99, r.CPU, r.PeakMB)
	return err
}

// percentile of sorted durations, in milliseconds: the smallest that at least
// this share does not exceed.
func percentile(sorted []time.Duration, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := int(share*float64(len(sorted))+0.999999) - 1
	return sorted[min(max(i, 0), len(sorted)-1)].Seconds() * 1000
}

func summarise(r Result, took []time.Duration, wall, cpu time.Duration) Result {
	slices.Sort(took)
	r.N = len(took)
	r.Rate = float64(len(took)) / wall.Seconds()
	r.P50, r.P99 = percentile(took, 0.50), percentile(took, 0.99)
	r.CPU = cpu.Seconds() * 1000 / float64(max(len(took), 1))
	return r
}
