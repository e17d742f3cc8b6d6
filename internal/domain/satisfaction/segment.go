package satisfaction

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/pls"
)

// A segment with fewer respondents is descriptive only; no test is made of it.
const minSegment = 50

// Crosses are made of attributes with at most maxCrossLevels levels, at most
// maxCrosses of them.
const (
	maxCrossLevels = 12
	maxCrosses     = 28
)

// SegmentIndex is the index of a construct among the respondents of a segment,
// with the weights of the whole sample. The interval is that of a mean with the
// index weights held fixed (Student's t), within 0 to 100.
type SegmentIndex struct {
	Construct string `json:"construct"`
	Value     Number `json:"value" nullable:"true"`
	SD        Number `json:"sd" nullable:"true"`
	Lo        Number `json:"lo" nullable:"true"`
	Hi        Number `json:"hi" nullable:"true"`
	Weighted  Number `json:"weighted" nullable:"true" doc:"with sampling weights; null without"`
}

// Segment is a group of respondents: one level of an attribute, or one of each
// of two.
type Segment struct {
	Level string         `json:"level"`
	N     int            `json:"n"`
	Small bool           `json:"small" doc:"fewer than 50 respondents: descriptive only"`
	Index []SegmentIndex `json:"index" nullable:"false" doc:"by construct; empty without respondents"`
	// Difference compares the target's index with that of all other
	// respondents: Welch's test, p after Holm over the levels of the attribute.
	Difference Number `json:"difference" nullable:"true"`
	P          Number `json:"p" nullable:"true"`
}

// Segmentation is the index by the levels of an attribute.
type Segmentation struct {
	Attribute string    `json:"attribute"`
	Segments  []Segment `json:"segments"`
}

// Cross is the index by two attributes.
type Cross struct {
	Rows      string   `json:"rows" doc:"attribute"`
	Columns   string   `json:"columns" doc:"attribute"`
	RowLevels []string `json:"row_levels"`
	ColLevels []string `json:"column_levels"`
	Cells     [][]Cell `json:"cells" doc:"by row and column"`
}

// Cell is the index of the respondents of one level each of two attributes.
type Cell struct {
	N        int      `json:"n"`
	Small    bool     `json:"small" doc:"fewer than 50 respondents: descriptive only"`
	Values   []Number `json:"values" nullable:"false" doc:"by construct in the model's order; empty without respondents"`
	Lo       Number   `json:"lo" nullable:"true" doc:"of the target construct"`
	Hi       Number   `json:"hi" nullable:"true"`
	Weighted Number   `json:"weighted" nullable:"true" doc:"of the target construct, with sampling weights"`
}

// segmenter computes indices of groups of cases.
type segmenter struct {
	level      float64
	constructs []string
	target     int
	scores     [][]float64 // by construct, of the cases used
	weights    []float64   // of the cases used; nil without
	attributes []attribute
}

// attribute holds the level of each case used, -1 for none, and the levels in
// order.
type attribute struct {
	name   string
	levels []string
	of     []int
}

// newSegmenter expects a result with an index.
func newSegmenter(s *pls.Sample, r *pls.Result, target string, level float64, answers survey.Responses) *segmenter {
	g := &segmenter{level: level, scores: s.IndexScores(r)}
	for b, c := range r.Model.Constructs {
		g.constructs = append(g.constructs, c.Name)
		if c.Name == target {
			g.target = b
		}
	}
	used, _ := s.Cases()
	if answers.Weights != nil {
		for i := range used {
			g.weights = append(g.weights, answers.Weights[s.Row(i)])
		}
	}
	for k, about := range answers.Attributes {
		g.attributes = append(g.attributes, newAttribute(about, answers.Levels[k], s))
	}
	return g
}

// newAttribute sorts the levels by name, so that the order of the file's rows
// does not matter.
func newAttribute(about survey.AttributeSummary, levels []int, s *pls.Sample) attribute {
	a := attribute{name: about.Name}
	for _, l := range about.Levels {
		a.levels = append(a.levels, l.Name)
	}
	slices.Sort(a.levels)
	place := make([]int, len(about.Levels)+1)
	place[0] = -1
	for i, l := range about.Levels {
		place[i+1] = slices.Index(a.levels, l.Name)
	}
	used, _ := s.Cases()
	for i := range used {
		a.of = append(a.of, place[levels[s.Row(i)]])
	}
	return a
}

// addTo writes segments, crosses and weighted indices into the outcome.
func (g *segmenter) addTo(o *Outcome) {
	if g.weights != nil {
		for b := range o.Constructs {
			o.Constructs[b].Index.Weighted = Number(weightedMean(g.scores[b], g.weights, nil))
		}
	}
	for _, a := range g.attributes {
		o.Segments = append(o.Segments, g.segmentation(a))
	}
	for i, a := range g.attributes {
		for _, b := range g.attributes[i+1:] {
			if len(a.levels) <= maxCrossLevels && len(b.levels) <= maxCrossLevels && len(o.Crosses) < maxCrosses {
				o.Crosses = append(o.Crosses, g.cross(a, b))
			}
		}
	}
}

func (g *segmenter) segmentation(a attribute) Segmentation {
	out := Segmentation{Attribute: a.name, Segments: []Segment{}}
	members := make([][]int, len(a.levels))
	for i, l := range a.of {
		if l >= 0 {
			members[l] = append(members[l], i)
		}
	}
	for l, name := range a.levels {
		segment := g.segment(name, members[l])
		if !segment.Small && len(g.scores[0])-segment.N >= minSegment {
			segment.Difference, segment.P = g.test(members[l])
		}
		out.Segments = append(out.Segments, segment)
	}
	holm(out.Segments)
	return out
}

func (g *segmenter) cross(rows, columns attribute) Cross {
	x := Cross{Rows: rows.name, Columns: columns.name, RowLevels: rows.levels, ColLevels: columns.levels}
	for r := range rows.levels {
		line := []Cell{}
		for c := range columns.levels {
			var members []int
			for i := range rows.of {
				if rows.of[i] == r && columns.of[i] == c {
					members = append(members, i)
				}
			}
			line = append(line, g.cell(members))
		}
		x.Cells = append(x.Cells, line)
	}
	return x
}

func (g *segmenter) segment(name string, members []int) Segment {
	s := Segment{Level: name, N: len(members), Small: len(members) < minSegment, Index: []SegmentIndex{}, Difference: Number(math.NaN()), P: Number(math.NaN())}
	if len(members) == 0 {
		return s
	}
	for b, construct := range g.constructs {
		mean, sd := meanSD(g.scores[b], members)
		lo, hi := interval(mean, sd, len(members), g.level)
		x := SegmentIndex{Construct: construct, Value: Number(mean), SD: Number(sd), Lo: Number(max(0, lo)), Hi: Number(min(100, hi)), Weighted: Number(math.NaN())}
		if g.weights != nil {
			x.Weighted = Number(weightedMean(g.scores[b], g.weights, members))
		}
		s.Index = append(s.Index, x)
	}
	return s
}

func (g *segmenter) cell(members []int) Cell {
	s := g.segment("", members)
	c := Cell{N: s.N, Small: s.Small, Values: []Number{}, Lo: Number(math.NaN()), Hi: Number(math.NaN()), Weighted: Number(math.NaN())}
	for b, x := range s.Index {
		c.Values = append(c.Values, x.Value)
		if b == g.target {
			c.Lo, c.Hi, c.Weighted = x.Lo, x.Hi, x.Weighted
		}
	}
	return c
}

// meanSD gives mean and standard deviation (divisor n-1) of the members' values;
// the latter is NaN for a single one.
func meanSD(values []float64, members []int) (mean, sd float64) {
	for _, i := range members {
		mean += values[i]
	}
	mean /= float64(len(members))
	for _, i := range members {
		sd += (values[i] - mean) * (values[i] - mean)
	}
	return mean, math.Sqrt(sd / float64(len(members)-1))
}

// weightedMean is over the members, over all for nil.
func weightedMean(values, weights []float64, members []int) float64 {
	var sum, total float64
	add := func(i int) { sum, total = sum+weights[i]*values[i], total+weights[i] }
	if members == nil {
		for i := range values {
			add(i)
		}
	}
	for _, i := range members {
		add(i)
	}
	return sum / total
}

// interval is that of a mean of n values by Student's t.
func interval(mean, sd float64, n int, level float64) (lo, hi float64) {
	if n < 2 {
		return math.NaN(), math.NaN()
	}
	half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile((1+level)/2) * sd / math.Sqrt(float64(n))
	return mean - half, mean + half
}

// test compares the members with all other cases by Welch's t-test on the
// target's index.
func (g *segmenter) test(members []int) (difference, p Number) {
	scores := g.scores[g.target]
	inside := make([]bool, len(scores))
	for _, i := range members {
		inside[i] = true
	}
	var others []int
	for i := range scores {
		if !inside[i] {
			others = append(others, i)
		}
	}
	m1, s1 := meanSD(scores, members)
	m2, s2 := meanSD(scores, others)
	v1, v2 := s1*s1/float64(len(members)), s2*s2/float64(len(others))
	return Number(m1 - m2), Number(welch(m1-m2, v1, v2, len(members), len(others)))
}

// welch is the two-sided p-value of a difference of means with the variances v1
// and v2 of the means (Welch 1947, Biometrika 34).
func welch(difference, v1, v2 float64, n1, n2 int) float64 {
	nu := (v1 + v2) * (v1 + v2) / (v1*v1/float64(n1-1) + v2*v2/float64(n2-1))
	t := math.Abs(difference) / math.Sqrt(v1+v2)
	return 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: nu}.Survival(t)
}

// holm adjusts the p-values for their number (Holm 1979, Scand. J. Stat. 6). Of
// an attribute with two levels both are one test.
func holm(segments []Segment) {
	var tested []int
	for i, s := range segments {
		if !math.IsNaN(float64(s.P)) {
			tested = append(tested, i)
		}
	}
	slices.SortStableFunc(tested, func(a, b int) int {
		switch pa, pb := segments[a].P, segments[b].P; {
		case pa < pb:
			return -1
		case pa > pb:
			return 1
		}
		return strings.Compare(segments[a].Level, segments[b].Level)
	})
	if len(tested) <= 2 && len(segments) == 2 {
		return
	}
	largest := Number(0)
	for k, i := range tested {
		largest = max(largest, min(1, segments[i].P*Number(len(tested)-k)))
		segments[i].P = largest
	}
}
