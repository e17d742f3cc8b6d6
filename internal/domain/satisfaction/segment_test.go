package satisfaction

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/pls"
)

func close(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

// Student's own sleep data (1908): the difference of two groups, t = -1.8608,
// df = 17.776, p = 0.07939 by R's t.test.
func TestWelchOnStudentsSleepData(t *testing.T) {
	first := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	second := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	members := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	m1, s1 := meanSD(first, members)
	m2, s2 := meanSD(second, members)
	if p := welch(m1-m2, s1*s1/10, s2*s2/10, 10, 10); !close(p, 0.07939414, 1e-8) {
		t.Errorf("p = %.8f", p)
	}
	lo, hi := interval(m1, s1, 10, 0.95) // R: t.test(first)
	if !close(lo, -0.5297804, 1e-7) || !close(hi, 2.0297804, 1e-7) {
		t.Errorf("interval %.7f to %.7f", lo, hi)
	}
}

func TestIntervalOfTooFew(t *testing.T) {
	if lo, hi := interval(5, math.NaN(), 1, 0.95); !math.IsNaN(lo) || !math.IsNaN(hi) {
		t.Errorf("%v to %v", lo, hi)
	}
	if mean, sd := meanSD([]float64{3}, []int{0}); mean != 3 || !math.IsNaN(sd) {
		t.Errorf("%v %v", mean, sd)
	}
}

func TestWeightedMean(t *testing.T) {
	values, weights := []float64{10, 20, 60}, []float64{3, 1, 1}
	if m := weightedMean(values, weights, nil); m != 22 {
		t.Errorf("all: %v", m)
	}
	if m := weightedMean(values, weights, []int{1, 2}); m != 40 {
		t.Errorf("two: %v", m)
	}
	if m := weightedMean(values, weights, []int{}); !math.IsNaN(m) {
		t.Errorf("nobody: %v", m)
	}
}

func ps(segments []Segment) string {
	var out string
	for _, s := range segments {
		out += fmt.Sprintf("%.4f ", float64(s.P))
	}
	return out
}

func TestHolm(t *testing.T) {
	none := Number(math.NaN())
	for name, c := range map[string]struct {
		p    []Number
		want string
	}{
		"four tests":           {[]Number{0.01, 0.04, 0.03, 0.005}, "0.0300 0.0600 0.0600 0.0200 "}, // R: p.adjust(method = "holm")
		"never above one":      {[]Number{0.5, 0.6, 0.9}, "1.0000 1.0000 1.0000 "},
		"untested stay so":     {[]Number{0.01, none, 0.02}, "0.0200 NaN 0.0200 "},
		"two levels, one test": {[]Number{0.03, 0.03}, "0.0300 0.0300 "},
		"equal ones":           {[]Number{0.01, 0.01, 0.01}, "0.0300 0.0300 0.0300 "},
		"nothing":              {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var segments []Segment
			for i, p := range c.p {
				segments = append(segments, Segment{Level: fmt.Sprint(i), P: p})
			}
			if holm(segments); ps(segments) != c.want {
				t.Errorf("got %s, want %s", ps(segments), c.want)
			}
		})
	}
}

func TestHolmNeverHelps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var segments []Segment
		raw := rapid.SliceOfN(rapid.Float64Range(0, 1), 3, 12).Draw(t, "p")
		for i, p := range raw {
			segments = append(segments, Segment{Level: fmt.Sprint(i), P: Number(p)})
		}
		holm(segments)
		for i, p := range raw {
			if adjusted := float64(segments[i].P); adjusted < p || adjusted > 1 {
				t.Fatalf("%v became %v", p, adjusted)
			}
			for j, q := range raw {
				if p < q && segments[i].P > segments[j].P {
					t.Fatalf("the order of %v and %v is turned round", p, q)
				}
			}
		}
	})
}

// group is a small study of two questions: cases of group a answer low, those of
// b high, of c a few.
func group(t *testing.T, n int) (*pls.Sample, *pls.Result, survey.Responses) {
	t.Helper()
	m := Model{Target: "S", Scale: Scale{1, 5},
		Constructs: []Construct{{"Q", Text{}, pls.ModeA, []string{"q"}}, {"S", Text{}, pls.ModeA, []string{"s"}}}, Paths: []Path{{"Q", "S"}}}
	answers := survey.Responses{Items: []string{"q", "s"}, Answers: make([][]float64, 2), Levels: make([][]int, 2), Attributes: []survey.AttributeSummary{
		{Name: "群", Levels: []survey.Level{{Name: "b"}, {Name: "a"}, {Name: "c"}}}, {Name: "区", Levels: []survey.Level{{Name: "x"}, {Name: "y"}}},
	}}
	for i := range n {
		level, s := 2, float64(1+i/6%3) // a
		if i%2 == 1 {
			level, s = 1, float64(3+i/6%3) // b
		}
		if i%20 == 0 {
			level = 3 // c
		}
		answers.Answers[0] = append(answers.Answers[0], float64(1+(i*7)%5))
		answers.Answers[1] = append(answers.Answers[1], s)
		answers.Levels[0], answers.Levels[1] = append(answers.Levels[0], level), append(answers.Levels[1], (i/2)%3) // 0: empty
		answers.Weights = append(answers.Weights, 1+float64(i%2))
	}
	sample, err := pls.Prepare(m.PLS(), pls.Dataset{Names: answers.Items, Columns: answers.Answers}, pls.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := sample.Estimate()
	if err != nil {
		t.Fatal(err)
	}
	return sample, r, answers
}

func TestSegmentsOfASmallStudy(t *testing.T) {
	sample, r, answers := group(t, 400)
	o := newOutcome(sample, r, nil)
	newSegmenter(sample, r, "S", 0.95, answers).addTo(&o)
	if len(o.Segments) != 2 || len(o.Crosses) != 1 {
		t.Fatalf("%d segmentations, %d crosses", len(o.Segments), len(o.Crosses))
	}
	s := o.Segments[0].Segments
	if got := fmt.Sprint(s[0].Level, s[0].N, " ", s[1].Level, s[1].N, " ", s[2].Level, s[2].N); got != "a180 b200 c20" {
		t.Errorf("segments %s", got)
	}
	if s[0].Small || s[1].Small || !s[2].Small || !math.IsNaN(float64(s[2].P)) || !math.IsNaN(float64(s[2].Difference)) {
		t.Errorf("small ones are not tested: %+v", s)
	}
	if s[0].Difference >= 0 || s[1].Difference <= 0 || s[0].P > 1e-6 || s[1].P > 1e-6 {
		t.Errorf("a %v (p %v), b %v (p %v)", s[0].Difference, s[0].P, s[1].Difference, s[1].P)
	}
	target, ok := s[0].of("S")
	if lo, hi := interval(float64(target.Value), float64(target.SD), 180, 0.95); !ok || float64(target.Lo) != lo || float64(target.Hi) != hi {
		t.Errorf("%+v, want %v to %v", target, lo, hi)
	}
	if total := o.Segments[1].Segments[0].N + o.Segments[1].Segments[1].N; total != 266 {
		t.Errorf("%d have a 区, the others none", total)
	}
	sum, n := 0.0, 0
	for _, segment := range s {
		x, _ := segment.of("S")
		sum, n = sum+float64(x.Value)*float64(segment.N), n+segment.N
	}
	if index, _ := o.construct("S"); !close(sum/float64(n), float64(index.Index.Value), 1e-9) {
		t.Errorf("the segments' mean %v is not the index %v", sum/float64(n), index.Index.Value)
	}
	if w, _ := o.construct("S"); !(w.Index.Weighted > w.Index.Value) { // b answers high and counts twice
		t.Errorf("weighted %v, unweighted %v", w.Index.Weighted, w.Index.Value)
	}
}

func TestCrossesOfASmallStudy(t *testing.T) {
	sample, r, answers := group(t, 400)
	o := newOutcome(sample, r, nil)
	g := newSegmenter(sample, r, "S", 0.95, answers)
	g.addTo(&o)
	x := o.Crosses[0]
	if fmt.Sprint(x.Rows, x.Columns, x.RowLevels, x.ColLevels) != "群区[a b c] [x y]" {
		t.Errorf("%s × %s: %v %v", x.Rows, x.Columns, x.RowLevels, x.ColLevels)
	}
	n := 0
	for _, line := range x.Cells {
		for _, c := range line {
			n += c.N
			if c.N > 0 && (len(c.Values) != 2 || !(c.Lo < c.Values[1] && c.Values[1] < c.Hi)) {
				t.Errorf("cell %+v", c)
			}
		}
	}
	if n != 266 {
		t.Errorf("%d in the cells", n)
	}
	wide := attribute{name: "wide", of: make([]int, 400)}
	for i := range maxCrossLevels + 1 {
		wide.levels = append(wide.levels, fmt.Sprint(i))
	}
	g.attributes = append(g.attributes, wide)
	again := newOutcome(sample, r, nil)
	if g.addTo(&again); len(again.Crosses) != 1 || len(again.Segments) != 3 {
		t.Errorf("an attribute of many levels is crossed: %d", len(again.Crosses))
	}
}

func TestCasewiseDeletionKeepsSegmentsInStep(t *testing.T) {
	_, _, answers := group(t, 400)
	for i := 0; i < 400; i += 4 { // every second of group a goes
		answers.Answers[1][i] = math.NaN()
	}
	m := pls.Model{Scale: &pls.Scale{Min: 1, Max: 5}, Constructs: []pls.Construct{{Name: "Q", Mode: "A", Indicators: []string{"q"}}, {Name: "S", Mode: "A", Indicators: []string{"s"}}},
		Paths: []pls.Path{{From: "Q", To: "S"}}}
	sample, err := pls.Prepare(m, pls.Dataset{Names: answers.Items, Columns: answers.Answers}, pls.Options{Missing: pls.Casewise})
	if err != nil {
		t.Fatal(err)
	}
	r, err := sample.Estimate()
	if err != nil {
		t.Fatal(err)
	}
	o := newOutcome(sample, r, nil)
	newSegmenter(sample, r, "S", 0.95, answers).addTo(&o)
	s := o.Segments[0].Segments
	if s[0].N != 100 || s[1].N != 200 || s[2].N != 0 || o.Used != 300 || o.Read != 400 {
		t.Errorf("a %d, b %d, c %d of %d used", s[0].N, s[1].N, s[2].N, o.Used)
	}
	if x, _ := s[1].of("S"); !close(float64(x.Value), 75, 0.5) { // answers 3, 4, 5 in turn
		t.Errorf("b has %v", x.Value)
	}
}
