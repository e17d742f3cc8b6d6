package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

func TestPercentiles(t *testing.T) {
	var d []time.Duration
	if percentile(d, 0.5) != 0 {
		t.Error("nothing measured is not 0")
	}
	for i := range 100 {
		d = append(d, time.Duration(i+1)*time.Millisecond)
	}
	for share, want := range map[float64]float64{0.5: 50, 0.99: 99, 1: 100, 0: 1} {
		if got := percentile(d, share); got != want {
			t.Errorf("p%g = %g, want %g", share*100, got, want)
		}
	}
}

func TestSummariseSortsAndDivides(t *testing.T) {
	r := summarise(Result{Case: "x"}, []time.Duration{3 * time.Millisecond, time.Millisecond, 2 * time.Millisecond}, 2*time.Second, 6*time.Millisecond)
	if r.N != 3 || r.Rate != 1.5 || r.P50 != 2 || r.P99 != 3 || r.CPU != 2 {
		t.Errorf("%+v", r)
	}
}

func TestPLSPrintsOneObjectALine(t *testing.T) {
	var out bytes.Buffer
	if err := PLS(context.Background(), &Printer{W: &out, JSON: true}, PLSOptions{Resamples: 20, Cases: 100, Large: 2000, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines: %s", len(lines), out.String())
	}
	for _, l := range lines {
		var r Result
		if err := json.Unmarshal([]byte(l), &r); err != nil || r.Bench != "pls" || r.Rate <= 0 || r.PeakMB <= 0 {
			t.Errorf("%s: %v", l, err)
		}
	}
}

func TestTableHasOneHead(t *testing.T) {
	var out bytes.Buffer
	p := &Printer{W: &out}
	for range 2 {
		if err := p.Print(Result{Bench: "b", Engine: "sqlite", Case: "c", N: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Count(out.String(), "cpu ms/op"); got != 1 || strings.Count(out.String(), "\n") != 3 {
		t.Errorf("table:\n%s", out.String())
	}
}

func TestOwnProcessIsMeasured(t *testing.T) {
	m, err := newMeter(context.Background(), os.Getpid(), "")
	if err != nil {
		t.Fatal(err)
	}
	before, err := m.cpu()
	if err != nil {
		t.Fatal(err)
	}
	x := 0.0
	for began := time.Now(); time.Since(began) < 60*time.Millisecond; {
		x += float64(len(answers(ecsi(), 10, 1).Names))
	}
	after, err := m.cpu()
	if err != nil || after <= before || x == 0 {
		t.Errorf("CPU %v then %v, %v", before, after, err)
	}
	if mb, err := m.peakMB(); err != nil || mb < 1 {
		t.Errorf("peak %g MB, %v", mb, err)
	}
	if mb, err := m.residentMB(); err != nil || mb < 1 {
		t.Errorf("resident %g MB, %v", mb, err)
	}
}
