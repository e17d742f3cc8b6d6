package pls

import (
	"context"
	"math"
	"slices"
	"testing"
)

// find returns the warnings of a code.
func find(ws []Warning, code Code) []Warning {
	return slices.DeleteFunc(slices.Clone(ws), func(w Warning) bool { return w.Code != code })
}

// doubtfulData are changes to forty answers and what is said of them.
var doubtfulData = []struct {
	name   string
	change func(d *Dataset, o *Options)
	want   []Warning
}{
	{"fewer cases than items", func(d *Dataset, _ *Options) {
		for j := range d.Columns {
			d.Columns[j] = d.Columns[j][20:25]
		}
	}, []Warning{{Code: FewCases, Value: 5, Limit: 6}}},
	{"replaced answers", func(d *Dataset, _ *Options) { d.Columns[2][4], d.Columns[2][9] = nan, nan },
		[]Warning{
			{Code: ManyMissing, Construct: "B", Item: "b1", Count: 2, Value: .05, Limit: .05},
			{Code: MissingReplaced, Count: 2, Value: 2. / 240},
		}},
	{"dropped cases", func(d *Dataset, o *Options) { o.Missing = Casewise; d.Columns[2][4], d.Columns[3][4] = nan, nan },
		[]Warning{
			{Code: CasesDropped, Count: 1, Value: .025},
			{Code: BlockMissing, Construct: "B", Count: 1, Row: 5},
		}},
	{"a block without answers in two cases", func(d *Dataset, _ *Options) {
		for _, row := range []int{17, 30} {
			d.Columns[4][row], d.Columns[5][row] = nan, nan
		}
		d.Columns[4][3] = nan
	}, []Warning{{Code: BlockMissing, Construct: "C", Count: 2, Row: 18}}},
	{"nearly constant", func(d *Dataset, _ *Options) {
		d.Columns[0] = slices.Repeat([]float64{7}, 40)
		d.Columns[0][3], d.Columns[0][4] = 6, 8
	}, []Warning{{Code: NearConstant, Construct: "A", Item: "a1", Value: .95, Limit: .95}}},
	{"undeclared -99", func(d *Dataset, _ *Options) { d.Columns[3][6], d.Columns[3][7] = -99, -99 },
		[]Warning{{Code: SuspectCode, Construct: "B", Item: "b2", Value: -99, Count: 2, Row: 7}}},
	{"undeclared 99 and -9", func(d *Dataset, _ *Options) { d.Columns[3][6], d.Columns[3][7] = -9, 99 }, []Warning{
		{Code: SuspectCode, Construct: "B", Item: "b2", Value: -9, Count: 1, Row: 7},
		{Code: SuspectCode, Construct: "B", Item: "b2", Value: 99, Count: 1, Row: 8},
	}},
	{"declared -99", func(d *Dataset, o *Options) { o.MissingCodes = []float64{-99}; d.Columns[3][6] = -99 },
		[]Warning{{Code: MissingReplaced, Count: 1, Value: 1. / 240}}},
	{"codes dropped with their cases", func(d *Dataset, o *Options) {
		o.Missing = Casewise
		d.Columns[3][6], d.Columns[2][6] = -99, nan
	}, []Warning{{Code: CasesDropped, Count: 1, Value: .025}}},
}

func TestWarningsAboutTheAnswers(t *testing.T) {
	for _, c := range doubtfulData {
		t.Run(c.name, func(t *testing.T) {
			d, o := answers(40), Options{}
			c.change(&d, &o)
			s := mustPrepare(t, chain(), d, o)
			got := s.dataWarnings()
			for _, w := range c.want {
				if !containsWarning(got, w) {
					t.Errorf("no %+v in %+v", w, got)
				}
			}
			if extra := find(got, SuspectCode); len(extra) > len(find(c.want, SuspectCode)) {
				t.Errorf("false suspicion %+v", extra)
			}
		})
	}
}

func containsWarning(ws []Warning, w Warning) bool {
	return slices.ContainsFunc(ws, func(g Warning) bool {
		return g.Code == w.Code && g.Construct == w.Construct && g.Other == w.Other && g.Item == w.Item &&
			g.Row == w.Row && g.Count == w.Count && math.Abs(float64(g.Value-w.Value)) < 1e-12 && g.Limit == w.Limit
	})
}

func TestSoundAnswersRaiseNoDataWarning(t *testing.T) {
	if got := powerSample(t, Options{}).dataWarnings(); len(got) > 0 {
		t.Errorf("got %+v", got)
	}
	scaled := chain() // with a scale a strange value is refused, not suspected
	scaled.Scale = &Scale{-100, 10}
	d := answers(40)
	d.Columns[3][6] = -99
	if got := find(mustPrepare(t, scaled, d, Options{}).dataWarnings(), SuspectCode); len(got) > 0 {
		t.Errorf("got %+v", got)
	}
}

// The mobile phone survey is known for its weak spots.
func TestWarningsAboutMobi(t *testing.T) {
	m, items, corr := mobi(t)
	r, err := EstimateCorrelation(m, items, corr, 250, Options{})
	if err != nil {
		t.Fatal(err)
	}
	low := find(r.Warnings, LowLoading)
	if len(low) != 1 || low[0].Item != "CUSL2" || low[0].Construct != "Loyalty" || math.Abs(float64(low[0].Value)-.202) > .001 {
		t.Errorf("low loadings %+v", low)
	}
	var pairs []string
	for _, w := range find(r.Warnings, HighHTMT) {
		pairs = append(pairs, w.Construct+"~"+w.Other)
	}
	want := []string{"Image~Quality", "Image~Satisfaction", "Quality~Satisfaction", "Satisfaction~Loyalty"}
	if !slices.Equal(pairs, want) {
		t.Errorf("HTMT above 0.9: %v, want %v", pairs, want)
	}
	var ave []string
	for _, w := range find(r.Warnings, LowAVE) {
		ave = append(ave, w.Construct)
	}
	if !slices.Equal(ave, []string{"Image", "Expectation"}) || len(find(r.Warnings, NegativeWeight)) > 0 {
		t.Errorf("low AVE %v, all %+v", ave, r.Warnings)
	}
}

func TestWarningsAboutTheEstimate(t *testing.T) {
	// A's first item runs against the rest, its block hangs together weakly; B and D almost repeat each other.
	items := []string{"a1", "a2", "a3", "b", "d", "c"}
	corr := [][]float64{
		{1, -.3, -.1, .1, .1, -.2},
		{-.3, 1, .2, .5, .5, .4},
		{-.1, .2, 1, .4, .4, .5},
		{.1, .5, .4, 1, .97, .5},
		{.1, .5, .4, .97, 1, .35},
		{-.2, .4, .5, .5, .35, 1},
	}
	m := Model{
		Constructs: []Construct{
			{"A", ModeA, items[:3]}, {"B", ModeA, items[3:4]}, {"D", ModeA, items[4:5]}, {"C", ModeA, items[5:]},
		},
		Paths: []Path{{"A", "B"}, {"A", "D"}, {"B", "C"}, {"D", "C"}},
	}
	r, err := EstimateCorrelation(m, items, corr, 19, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []Warning{
		{Code: NegativeAlpha, Construct: "A"}, {Code: LowAVE, Construct: "A"}, {Code: LowReliability, Construct: "A"},
		{Code: PathAboveOne, Construct: "C", Other: "B"}, {Code: HighInnerVIF, Construct: "C", Other: "D"},
		{Code: HighHTMT, Construct: "B", Other: "D"}, {Code: SmallSample, Construct: "C"}, {Code: NegativeLoading, Construct: "A", Item: "a1"},
	} {
		if !slices.ContainsFunc(r.Warnings, func(g Warning) bool {
			return g.Code == w.Code && g.Construct == w.Construct && g.Other == w.Other && g.Item == w.Item
		}) {
			t.Errorf("no %+v in %+v", w, r.Warnings)
		}
	}
}

func TestWarningsAboutAFormativeBlock(t *testing.T) {
	items := []string{"a1", "a2", "c"}
	m := Model{
		Constructs: []Construct{{"A", ModeB, items[:2]}, {"C", ModeA, items[2:]}}, Paths: []Path{{"A", "C"}},
	}
	r, err := EstimateCorrelation(m, items, [][]float64{{1, .95, .6}, {.95, 1, .4}, {.6, .4, 1}}, 15, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if w := find(r.Warnings, NegativeWeight); len(w) != 1 || w[0].Item != "a2" || w[0].Value >= 0 {
		t.Errorf("negative weights %+v", w)
	}
	if w := find(r.Warnings, HighItemVIF); len(w) != 2 || math.Abs(float64(w[0].Value)-1/(1-.95*.95)) > 1e-9 {
		t.Errorf("item VIF %+v", w)
	}
	if w := find(r.Warnings, SmallSample); len(w) != 1 || w[0].Limit != 20 || w[0].Value != 15 {
		t.Errorf("small sample %+v", w)
	}
	if len(find(r.Warnings, LowAVE))+len(find(r.Warnings, RhoAOutOfRange))+len(find(r.Warnings, LowLoading)) > 0 {
		t.Errorf("measures of reflective blocks were applied: %+v", r.Warnings)
	}
}

func TestUncorrelatedItemsHaveNoHTMT(t *testing.T) {
	items := []string{"a1", "a2", "c"}
	m := Model{
		Constructs: []Construct{{"A", ModeA, items[:2]}, {"C", ModeA, items[2:]}}, Paths: []Path{{"A", "C"}},
	}
	r, err := EstimateCorrelation(m, items, [][]float64{{1, 0, .6}, {0, 1, -.4}, {.6, -.4, 1}}, 100, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if w := find(r.Warnings, UndefinedHTMT); len(w) != 1 || w[0].Construct != "A" || w[0].Other != "C" {
		t.Errorf("got %+v", r.Warnings)
	}
	if w := find(r.Warnings, NegativeLoading); len(w) != 1 || w[0].Item != "a2" {
		t.Errorf("negative loadings %+v", w)
	}
}

func TestWarningsAboutTheResamples(t *testing.T) {
	d := answers(30)
	d.Columns[0] = slices.Repeat([]float64{5}, 30)
	d.Columns[0][0] = 9
	b, err := mustPrepare(t, chain(), d, Options{}).Bootstrap(context.Background(), BootstrapOptions{Resamples: 200, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	skipped := find(b.Warnings(), ResamplesSkipped)
	if len(skipped) != 1 || skipped[0].Count != 200-b.Used || !slices.Equal(skipped[0].Items, []string{string(ConstantItem)}) {
		t.Errorf("skipped %+v of %d", skipped, len(b.Skipped))
	}
	// The first case is missing from a resample with probability (29/30)^30 = 0.362.
	if share := float64(len(b.Skipped)) / 200; math.Abs(share-.362) > .11 {
		t.Errorf("share %v skipped", share)
	}
	if few := find(b.Warnings(), FewResamples); len(few) != 1 || few[0].Count != b.Used || few[0].Limit != 1000 {
		t.Errorf("few %+v", few)
	}
}
