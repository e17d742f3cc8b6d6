package pls

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

var nan = math.NaN()

// answers returns n cases for the model chain: whole numbers 1 to 10 that hang together.
func answers(n int) Dataset {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	d := Dataset{Names: chain().Items()}
	d.Columns = make([][]float64, len(d.Names))
	for range n {
		a := r.NormFloat64()
		b := 0.6*a + 0.8*r.NormFloat64()
		c := 0.3*a + 0.5*b + 0.7*r.NormFloat64()
		for j, f := range []float64{a, a, b, b, c, c} {
			d.Columns[j] = append(d.Columns[j], math.Round(min(10, max(1, 6+1.5*f+r.NormFloat64()))))
		}
	}
	return d
}

func mustPrepare(t testing.TB, m Model, d Dataset, o Options) *Sample {
	t.Helper()
	s, err := Prepare(m, d, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustEstimate(t testing.TB, s *Sample) *Result {
	t.Helper()
	r, err := s.Estimate()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// brokenData are changes to thirty answers and what is said of them.
var brokenData = []struct {
	name   string
	change func(m *Model, d *Dataset, o *Options)
	want   Problems
}{
	{"sound", func(*Model, *Dataset, *Options) {}, nil},
	{"unknown item", func(m *Model, _ *Dataset, _ *Options) { m.Constructs[1].Indicators[0] = "x" }, Problems{
		{Code: UnknownItem, Construct: "B", Item: "x", At: "constructs[1].indicators[0]"},
	}},
	{"column twice", func(_ *Model, d *Dataset, _ *Options) {
		d.Names = append(d.Names, "a1")
		d.Columns = append(d.Columns, d.Columns[0])
	},
		Problems{{Code: DuplicateColumn, Item: "a1", Column: 7}}},
	{"undeclared -99", func(m *Model, d *Dataset, _ *Options) {
		m.Scale = &Scale{1, 10}
		d.Columns[3][4] = -99
		d.Columns[3][8] = -99
	},
		Problems{{Code: OutsideScale, Construct: "B", Item: "b2", Row: 5, Value: -99, Count: 2}}},
	{"outside the scale above", func(m *Model, d *Dataset, _ *Options) { m.Scale = &Scale{1, 10}; d.Columns[0][0] = 11 },
		Problems{{Code: OutsideScale, Construct: "A", Item: "a1", Row: 1, Value: 11, Count: 1}}},
	{"infinite", func(_ *Model, d *Dataset, _ *Options) { d.Columns[5][2] = math.Inf(1) },
		Problems{{Code: NotFinite, Construct: "C", Item: "c2", Row: 3, Value: Number(math.Inf(1)), Count: 1}}},
	{"no answer to an item", func(_ *Model, d *Dataset, _ *Options) { d.Columns[2] = slices.Repeat([]float64{nan}, 30) },
		Problems{{Code: ItemAllMissing, Construct: "B", Item: "b1"}}},
	{"no answer after codes", func(_ *Model, d *Dataset, o *Options) {
		o.MissingCodes = []float64{-9}
		d.Columns[2] = slices.Repeat([]float64{-9}, 30)
	},
		Problems{{Code: ItemAllMissing, Construct: "B", Item: "b1"}}},
	{"no answer to a block", func(_ *Model, d *Dataset, _ *Options) {
		d.Columns[2] = slices.Repeat([]float64{nan}, 30)
		d.Columns[3] = slices.Repeat([]float64{nan}, 30)
	}, Problems{{Code: ItemAllMissing, Construct: "B", Item: "b1"}, {Code: ItemAllMissing, Construct: "B", Item: "b2"}}},
	{"no case left", func(_ *Model, d *Dataset, o *Options) {
		o.Missing = Casewise
		for i := range 30 {
			d.Columns[i%6][i] = nan
		}
	}, Problems{{Code: NoData}}},
	{"no case", func(_ *Model, d *Dataset, _ *Options) { d.Columns = make([][]float64, 6) }, Problems{{Code: NoData}}},
	{"columns of two lengths", func(_ *Model, d *Dataset, _ *Options) { d.Columns[4] = d.Columns[4][:7] },
		Problems{{Code: RaggedData, Construct: "C", Item: "c1", Count: 7}}},
	{"names without columns", func(_ *Model, d *Dataset, _ *Options) { d.Columns = d.Columns[:5] },
		Problems{{Code: RaggedData, Count: 5}}},
	{"unknown options", func(_ *Model, _ *Dataset, o *Options) {
		o.Scheme, o.Missing, o.MaxIterations, o.Tolerance = "x", "y", -1, -2
	}, Problems{
		{Code: BadOption, Item: "scheme", Detail: "x"}, {Code: BadOption, Item: "missing", Detail: "y"},
		{Code: BadOption, Item: "max_iterations", Count: -1}, {Code: BadOption, Item: "tolerance", Value: -2},
	}},
	{"fewer cases than a formative block needs", func(m *Model, d *Dataset, _ *Options) {
		m.Constructs[0].Mode = ModeB
		for j := range d.Columns {
			d.Columns[j] = d.Columns[j][:3]
		}
	}, Problems{
		{Code: TooFewCases, Construct: "A", Count: 3, Value: 4}, {Code: TooFewCases, Construct: "C", Count: 3, Value: 4},
	}},
}

func TestDataProblemsNameConstructItemAndRow(t *testing.T) {
	for _, c := range brokenData {
		t.Run(c.name, func(t *testing.T) {
			m, d, o := chain(), answers(30), Options{}
			c.change(&m, &d, &o)
			_, err := Prepare(m, d, o)
			if got := problemsOf(t, err); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
		})
	}
}

func TestBrokenModelIsReportedBeforeTheData(t *testing.T) {
	m := chain()
	m.Paths[2] = Path{"C", "A"}
	_, err := Prepare(m, Dataset{}, Options{Scheme: "x"})
	ps := problemsOf(t, err)
	if len(ps) != 2 || ps[0].Code != BadOption || ps[1].Code != Cycle {
		t.Errorf("got %v", ps)
	}
}

func TestItemReportCountsAnswers(t *testing.T) {
	d := answers(30)
	d.Columns[0] = slices.Repeat([]float64{4}, 30)
	copy(d.Columns[0], []float64{2, nan, -9, 9, -9, 7})
	s := mustPrepare(t, chain(), d, Options{MissingCodes: []float64{-9, -8}})
	want := ItemReport{Construct: "A", Item: "a1", Valid: 27, Missing: 3, Min: 2, Max: 9, Mode: 4, ModeCount: 24}
	if s.Items[0] != want {
		t.Errorf("got  %+v\nwant %+v", s.Items[0], want)
	}
	if d.Columns[0][2] != -9 {
		t.Error("the caller's data were changed")
	}
}

func TestCasewiseKeepsTheCompleteCases(t *testing.T) {
	d := answers(30)
	d.Columns[1][0], d.Columns[4][3], d.Columns[5][3] = nan, nan, nan
	s := mustPrepare(t, chain(), d, Options{Missing: Casewise})
	if used, read := s.Cases(); used != 28 || read != 30 || s.Row(0) != 1 || s.Row(2) != 4 || s.Row(27) != 29 {
		t.Errorf("used %d of %d, rows %d %d %d", used, read, s.Row(0), s.Row(2), s.Row(27))
	}
	var complete Dataset
	complete.Names = d.Names
	for _, col := range d.Columns {
		complete.Columns = append(complete.Columns, append([]float64{col[1], col[2]}, col[4:]...))
	}
	want := mustEstimate(t, mustPrepare(t, chain(), complete, Options{}))
	if got := mustEstimate(t, s); !reflect.DeepEqual(got.Weights, want.Weights) {
		t.Errorf("weights %v, want %v", got.Weights, want.Weights)
	}
}

func TestMeanReplacementEqualsMeansWrittenIn(t *testing.T) {
	d := answers(40)
	d.Columns[2][5], d.Columns[2][6], d.Columns[0][6] = nan, nan, nan
	filled := Dataset{Names: d.Names}
	for _, col := range d.Columns {
		valid := slices.DeleteFunc(slices.Clone(col), math.IsNaN)
		mean, _ := meanSD(valid)
		col = slices.Clone(col)
		for i, v := range col {
			if math.IsNaN(v) {
				col[i] = mean
			}
		}
		filled.Columns = append(filled.Columns, col)
	}
	got := mustEstimate(t, mustPrepare(t, chain(), d, Options{}))
	want := mustEstimate(t, mustPrepare(t, chain(), filled, Options{}))
	near(t, "weights", got.Weights, want.Weights, 1e-12)
	near(t, "sd", got.SD, want.SD, 1e-12)
}

func TestSubsetIsASampleOfItsOwn(t *testing.T) {
	d := answers(60)
	d.Columns[3][7] = -9
	s := mustPrepare(t, chain(), d, Options{MissingCodes: []float64{-9}})
	cases := []int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37}
	got, err := s.Subset(cases)
	if err != nil {
		t.Fatal(err)
	}
	part := Dataset{Names: d.Names}
	for _, col := range d.Columns {
		part.Columns = append(part.Columns, pick(col, cases))
	}
	want := mustPrepare(t, chain(), part, Options{MissingCodes: []float64{-9}})
	near(t, "weights", mustEstimate(t, got).Weights, mustEstimate(t, want).Weights, 0)
	if _, err := s.Subset(cases[:1]); problemsOf(t, err)[0].Code != TooFewCases {
		t.Errorf("one case: %v", err)
	}
}

// near fails where two slices differ by more than tol.
func near(t testing.TB, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol) {
			t.Errorf("%s[%d] = %v, want %v", what, i, got[i], want[i])
		}
	}
}
