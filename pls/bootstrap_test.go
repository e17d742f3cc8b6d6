package pls

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func bootstrapJSON(t *testing.T, s *Sample, o BootstrapOptions) string {
	t.Helper()
	r := mustEstimate(t, s)
	b, err := s.Bootstrap(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := r.Report(b).WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestBootstrapIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	s := powerSample(t, Options{})
	runtime.GOMAXPROCS(1)
	one := bootstrapJSON(t, s, BootstrapOptions{Resamples: 200, Seed: 42})
	for _, processors := range []int{2, 5} {
		runtime.GOMAXPROCS(processors)
		if many := bootstrapJSON(t, s, BootstrapOptions{Resamples: 200, Seed: 42}); many != one {
			t.Errorf("%d processors give other bytes", processors)
		}
	}
	if other := bootstrapJSON(t, s, BootstrapOptions{Resamples: 200, Seed: 43}); other == one {
		t.Error("another seed gives the same bytes")
	}
}

// The first resamples of a long run are those of a short one.
func TestResampleDependsOnSeedAndNumberOnly(t *testing.T) {
	s := mustPrepare(t, chain(), answers(40), Options{})
	short, err := s.Bootstrap(context.Background(), BootstrapOptions{Resamples: 5, Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	long, err := s.Bootstrap(context.Background(), BootstrapOptions{Resamples: 50, Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(short.Resamples, long.Resamples[:5]) || reflect.DeepEqual(long.Resamples[0], long.Resamples[1]) {
		t.Error("resamples depend on more than seed and number")
	}
}

// A resample is the estimate of its cases written out.
func TestResampleIsTheEstimateOfItsCases(t *testing.T) {
	m, d := chain(), answers(30)
	m.Scale, m.Constructs[1].Mode = &Scale{1, 10}, ModeB
	d.Columns[1][3], d.Columns[2][3] = nan, nan
	r := rand.New(rand.NewPCG(5, 6))
	cases := make([]int, 30)
	for i := range cases {
		cases[i] = r.IntN(30)
	}
	s := mustPrepare(t, m, d, Options{})
	b, err := s.Bootstrap(context.Background(), BootstrapOptions{Indices: [][]int{cases}})
	if err != nil {
		t.Fatal(err)
	}
	part, err := s.Subset(cases)
	if err != nil {
		t.Fatal(err)
	}
	want := mustEstimate(t, part)
	values := map[string]float64{}
	for j, p := range b.Parameters {
		values[p.Name] = b.Resamples[0][j]
	}
	for name, w := range map[string]float64{
		"path:A->B": want.Paths[0].Value, "total:A->C": want.Total[1].Value, "r2:C": want.R2[2], "weight:b2": want.Weights[3],
		"loading:c1": want.Loadings[4], "htmt:A~C": want.HTMT[0][2], "index:B": want.Index.Constructs[1].Value,
	} {
		if got, ok := values[name]; !ok || math.Abs(got-w) > 1e-10 {
			t.Errorf("%s = %v, want %v", name, got, w)
		}
	}
	if b.Parameters[0].SE == b.Parameters[0].SE || b.Parameters[0].Lo != b.Resamples[0][0] {
		t.Errorf("one resample has no standard error, its quantiles are itself: %+v", b.Parameters[0])
	}
}

// Columns of a survey nobody should run: a constant item, a singular block and one without correlation, all only in
// certain resamples.
func TestResamplesWithoutSolutionAreSkippedAndNamed(t *testing.T) {
	m, d := chain(), answers(30)
	m.Constructs[1].Mode = ModeB
	d.Columns[0] = slices.Repeat([]float64{5}, 30) // constant but for the first case
	d.Columns[0][0] = 9
	copy(d.Columns[3][:15], d.Columns[2][:15]) // b2 is b1 for half of the cases
	s := mustPrepare(t, m, d, Options{})
	constant, singular := slices.Repeat([]int{4, 7, 22}, 10), slices.Repeat([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 3)
	same := slices.Repeat([]int{3}, 30)
	b, err := s.Bootstrap(context.Background(), BootstrapOptions{
		Indices: [][]int{everyIndex(30), constant, singular, same, everyIndex(30)},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []Skip{
		{1, Problem{Code: ConstantItem, Construct: "A", Item: "a1"}},
		{2, Problem{Code: SingularBlock, Construct: "B", Item: "b2", Items: []string{"b1", "b2"}}},
		{3, Problem{Code: ConstantItem, Construct: "A", Item: "a1"}},
	}
	if b.Used != 2 || b.Drawn != 5 || !reflect.DeepEqual(b.Skipped, want) {
		t.Errorf("used %d of %d, skipped %+v", b.Used, b.Drawn, b.Skipped)
	}
	for r, v := range b.Resamples {
		if (v == nil) != (r >= 1 && r <= 3) {
			t.Errorf("resample %d has values %v", r, v)
		}
	}
	if p := b.Parameters[0]; p.SE != 0 || p.Mean != p.Lo || !(math.Abs(p.Estimate-p.Mean) < 1e-12) {
		t.Errorf("twice the same resample: %+v", p)
	}
}

func TestResampleWithoutFixedPointIsSkipped(t *testing.T) {
	s := mustPrepare(t, chain(), answers(30), Options{MaxIterations: 1})
	b, err := s.Bootstrap(context.Background(), BootstrapOptions{Resamples: 3})
	if err != nil {
		t.Fatal(err)
	}
	if b.Used != 0 || len(b.Skipped) != 3 || b.Skipped[2].Code != NotConverged || b.Parameters[0].SE == b.Parameters[0].SE {
		t.Errorf("used %d, skipped %+v", b.Used, b.Skipped)
	}
}

func TestItemMissingInAWholeResampleIsSkipped(t *testing.T) {
	d := answers(30)
	for i := 2; i < 30; i++ {
		d.Columns[4][i] = nan
	}
	d.Columns[4][0], d.Columns[4][1] = 3, 8
	s := mustPrepare(t, chain(), d, Options{})
	b, err := s.Bootstrap(context.Background(), BootstrapOptions{Indices: [][]int{slices.Repeat([]int{5, 6, 7, 8, 9}, 6)}})
	if err != nil || len(b.Skipped) != 1 || b.Skipped[0].Item != "c1" {
		t.Errorf("%v, skipped %+v", err, b.Skipped)
	}
}

func TestBootstrapRefusesWhatItCannotDraw(t *testing.T) {
	s := mustPrepare(t, chain(), answers(30), Options{})
	bad := everyIndex(30)
	bad[7] = 30
	for name, c := range map[string]struct {
		o    BootstrapOptions
		want Problem
	}{
		"nothing":      {BootstrapOptions{}, Problem{Code: BadOption, Item: "resamples"}},
		"both":         {BootstrapOptions{Resamples: 5, Indices: [][]int{everyIndex(30)}}, Problem{Code: BadOption, Item: "resamples", Count: 5}},
		"negative":     {BootstrapOptions{Resamples: -5}, Problem{Code: BadOption, Item: "resamples", Count: -5}},
		"level":        {BootstrapOptions{Resamples: 5, Level: 95}, Problem{Code: BadOption, Item: "level", Value: 95}},
		"no level":     {BootstrapOptions{Resamples: 5, Level: nan}, Problem{Code: BadOption, Item: "level", Value: Number(nan)}},
		"short line":   {BootstrapOptions{Indices: [][]int{everyIndex(30), {1, 2}}}, Problem{Code: BadResample, Row: 2, Count: 2, Value: 30}},
		"beyond cases": {BootstrapOptions{Indices: [][]int{bad}}, Problem{Code: BadResample, Row: 1, Column: 8, Value: 30}},
	} {
		_, err := s.Bootstrap(context.Background(), c.o)
		if ps := problemsOf(t, err); len(ps) != 1 || ps[0].Error() != c.want.Error() {
			t.Errorf("%s: %v, want %v", name, ps, c.want)
		}
	}
}

func TestBootstrapOfAConstantItemIsRefused(t *testing.T) {
	d := answers(30)
	d.Columns[0] = slices.Repeat([]float64{5}, 30)
	s := mustPrepare(t, chain(), d, Options{})
	_, err := s.Bootstrap(context.Background(), BootstrapOptions{Resamples: 5})
	if ps := problemsOf(t, err); len(ps) != 1 || ps[0].Code != ConstantItem {
		t.Errorf("bootstrap: %v", err)
	}
	if _, _, err = s.Jackknife(context.Background(), nil); problemsOf(t, err)[0].Code != ConstantItem {
		t.Errorf("jackknife: %v", err)
	}
}

func TestBootstrapReportsProgressAndStops(t *testing.T) {
	s := mustPrepare(t, chain(), answers(30), Options{})
	last := 0
	count := func(done, total int) {
		if done != last+1 || total != 70 {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	}
	if _, err := s.Bootstrap(context.Background(), BootstrapOptions{Resamples: 70, Progress: count}); err != nil || last != 70 {
		t.Errorf("%v after %d", err, last)
	}
	ctx, cancel := context.WithCancel(context.Background())
	stopped := 0
	_, err := s.Bootstrap(ctx, BootstrapOptions{Resamples: 1_000_000, Progress: func(done, _ int) {
		if stopped = done; done == 10 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || stopped > 10_000 {
		t.Errorf("%v after %d resamples", err, stopped)
	}
	if _, _, err = s.Jackknife(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("jackknife: %v", err)
	}
}

// Each of seven cases is drawn equally often: χ² with 6 degrees of freedom exceeds 22.46 once in a thousand.
func TestDrawIsFair(t *testing.T) {
	key := [32]byte{1}
	source := rand.NewChaCha8(key)
	const draws = 70_000
	var count [7]float64
	for range draws {
		count[below(source, 7)]++
	}
	chi := 0.0
	for _, c := range count {
		chi += (c - draws/7) * (c - draws/7) / (draws / 7)
	}
	if chi > 22.46 {
		t.Errorf("χ² = %.1f for %v", chi, count)
	}
	for range 1000 {
		if v := below(source, 1<<63+1); v > 1<<63 {
			t.Fatalf("%d is not below the bound", v)
		}
	}
}

// The generator must give the same numbers in every version, or a report could not be reproduced.
func TestDrawIsPinned(t *testing.T) {
	s := mustPrepare(t, chain(), answers(12), Options{})
	count := make([]uint32, 12)
	s.drawSeeded(2026)(7, count)
	if want := []uint32{0, 1, 1, 4, 3, 0, 1, 0, 0, 1, 0, 1}; !slices.Equal(count, want) {
		t.Errorf("counts %v, want %v", count, want)
	}
}
