package satisfaction

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/pls"
)

// waves are two estimations of the quiet story on other answers.
func waves() (a, b basis) {
	a, b = story(), story()
	a.Estimation.DataSHA256, b.Estimation.DataSHA256 = survey.Digest{1}, survey.Digest{2}
	return a, b
}

func find(list []Difference, name string) Difference {
	if i := slices.IndexFunc(list, func(d Difference) bool { return d.Name == name }); i >= 0 {
		return list[i]
	}
	return Difference{}
}

func notes(c Comparison) string {
	var codes []string
	for _, n := range c.Notes {
		codes = append(codes, n.Code)
	}
	return strings.Join(codes, " ")
}

// The standard error of a difference of 5 points with standard errors 3 and 4 is
// 5: z = 1, p = 0.3173105, interval 5 ± 9.79982 (normal tables).
func TestDifferencesAreTested(t *testing.T) {
	a, b := waves()
	a.Outcome.Constructs[2].Index.SE, b.Outcome.Constructs[2].Index.SE = 3, 4
	b.Outcome.Constructs[2].Index.Value = 77
	c := compare(a, b, "zh")
	d := find(c.Index, "index:S")
	if d.First != 72 || d.Second != 77 || d.Change != 5 || d.Title != "满意" || !close(float64(d.P), 0.31731051, 1e-8) || !close(float64(d.Lo), -4.79981992, 1e-8) || !close(float64(d.Hi), 14.79981992, 1e-8) {
		t.Errorf("%+v", d)
	}
	if !c.Independent || len(c.Index) != 3 || len(c.Paths) != 2 || notes(c) != "" {
		t.Errorf("%+v", c)
	}
	if p := find(c.Paths, "path:Q->V"); p.Change != 0 || p.P != 1 || p.Title != "质量 → 价值" {
		t.Errorf("%+v", p)
	}
}

func TestTheSameAnswersAreNotTested(t *testing.T) {
	a, b := waves()
	b.Estimation.DataSHA256 = a.Estimation.DataSHA256
	b.Outcome.Constructs[2].Index.Value = 77
	c := compare(a, b, "en")
	if d := find(c.Index, "index:S"); c.Independent || d.Change != 5 || !math.IsNaN(float64(d.P)) || !math.IsNaN(float64(d.Lo)) {
		t.Errorf("%+v", d)
	}
	if notes(c) != "same_answers" || c.Notes[0].Text != "Both estimations rest on the same responses, so differences are not tested." || c.Notes[0].Tone != Caution {
		t.Errorf("%+v", c.Notes)
	}
}

func TestOnlyWhatBothHaveIsCompared(t *testing.T) {
	a, b := waves()
	b.Outcome.Constructs = append(b.Outcome.Constructs[1:], ConstructResult{Name: "new"})
	b.Outcome.Paths = []PathResult{{From: "V", To: "S", Value: 0.7}, {From: "S", To: "V"}}
	b.Model.Target = "V"
	c := compare(a, b, "zh")
	var names []string
	for _, d := range append(c.Index, c.Paths...) {
		names = append(names, d.Name)
	}
	if got := strings.Join(names, " "); got != "index:V index:S path:V->S" {
		t.Errorf("compared %s", got)
	}
}

func TestNotesOnWhatDiffers(t *testing.T) {
	for want, change := range map[string]func(a, b *basis){
		"":               func(_, _ *basis) {},
		"other_scale":    func(a, _ *basis) { a.Model.Scale.Max = 10 },
		"other_model":    func(_, b *basis) { b.Estimation.Model.Version = 2 },
		"other_settings": func(_, b *basis) { b.Estimation.Settings.Scheme = pls.CentroidScheme },
		"no_bootstrap":   func(a, _ *basis) { a.Outcome.Bootstrap = nil },
		"other_model other_settings": func(a, b *basis) {
			a.Estimation.Model.Ref, b.Estimation.Settings.Missing = "x", pls.Casewise
		},
	} {
		a, b := waves()
		change(&a, &b)
		if got := notes(compare(a, b, "zh")); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSegmentsAreComparedByLevel(t *testing.T) {
	level := func(name string, n int, value Number) Segment {
		return Segment{Level: name, N: n, Small: n < minSegment, Index: []SegmentIndex{{Construct: "S", Value: value, SD: 20}}}
	}
	a, b := waves()
	a.Outcome.Segments = []Segmentation{{Attribute: "区域", Segments: []Segment{level("城市", 100, 60), level("农村", 30, 70), level("镇", 100, 65)}}, {Attribute: "电压", Segments: []Segment{level("高", 100, 80)}}}
	b.Outcome.Segments = []Segmentation{{Attribute: "区域", Segments: []Segment{level("城市", 400, 66), level("农村", 300, 71), {Level: "镇"}}}}
	c := compare(a, b, "zh")
	if len(c.Segments) != 2 {
		t.Fatalf("%+v", c.Segments)
	}
	city, country := c.Segments[0], c.Segments[1]
	// Standard errors 20/√100 = 2 and 20/√400 = 1: z = 6/√5, p = 0.007290.
	if city.Title != "区域: 城市" || city.Change != 6 || !close(float64(city.P), 0.0072904, 1e-6) {
		t.Errorf("%+v", city)
	}
	if country.Change != 1 || !math.IsNaN(float64(country.P)) {
		t.Errorf("a small segment is tested: %+v", country)
	}
	b.Model.Target = "V"
	if c := compare(a, b, "zh"); len(c.Segments) != 0 {
		t.Errorf("segments of another target: %+v", c.Segments)
	}
}

func TestADifferenceWithoutErrors(t *testing.T) {
	for _, se := range [][2]Number{{nan, 1}, {0, 0}} {
		if d := (Difference{First: 1, Second: 2}).between(se[0], se[1], true, 0.95); d.Change != 1 || !math.IsNaN(float64(d.P)) {
			t.Errorf("%v: %+v", se, d)
		}
	}
}

func TestOutcomesSurviveJSON(t *testing.T) {
	sample, r, answers := group(t, 300)
	boot, err := sample.Bootstrap(t.Context(), pls.BootstrapOptions{Resamples: 25, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	o := newOutcome(sample, r, boot)
	newSegmenter(sample, r, "S", 0.95, answers).addTo(&o)
	back := roundTrip(t, o)
	if got, want := fmt.Sprintf("%+v", flat(back)), fmt.Sprintf("%+v", flat(o)); got != want {
		t.Errorf("got  %.300s\nwant %.300s", got, want)
	}
	if c, ok := back.construct("Q"); !ok || !math.IsNaN(float64(c.R2)) || c.Index.SE <= 0 {
		t.Errorf("%+v", c)
	}
	if _, ok := back.construct("nothing"); ok {
		t.Error("a construct that is not there")
	}
	if back.Bootstrap.Used+len(back.Bootstrap.Skipped) != back.Bootstrap.Drawn {
		t.Errorf("%+v", back.Bootstrap)
	}
}

func TestAnOutcomeWithoutBootstrap(t *testing.T) {
	sample, r, _ := group(t, 300)
	o := newOutcome(sample, r, nil)
	if o.Bootstrap != nil || !math.IsNaN(float64(o.Constructs[0].Index.SE)) || !math.IsNaN(float64(o.Paths[0].P)) || !math.IsNaN(float64(o.Pairs[0].HTMTHi)) {
		t.Errorf("%+v", o)
	}
	if len(o.Items) != 2 || o.Items[0].Valid != 300 || o.Items[1].IndexWeight != 1 || len(o.Effects) != 1 || o.Effects[0].Indirect != 0 {
		t.Errorf("%+v", o.Items)
	}
}
