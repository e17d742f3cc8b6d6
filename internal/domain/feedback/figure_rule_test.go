package feedback

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

func TestTheFewThatMakeMostAreVital(t *testing.T) {
	groups := []Group{{Key: "c", Tally: Tally{Cases: 5}}, {Key: "a", Tally: Tally{Cases: 60}}, {Key: "d", Tally: Tally{Cases: 10}}, {Key: "b", Tally: Tally{Cases: 25}}}
	pareto(groups, 100, 800)
	type row struct {
		key               string
		share, cumulative int
		vital             bool
	}
	var got []row
	for _, g := range groups {
		got = append(got, row{g.Key, g.SharePermille, g.CumulativePermille, g.Vital})
	}
	// b is still needed to reach 800: a alone makes 600.
	want := []row{{"a", 600, 600, true}, {"b", 250, 850, true}, {"d", 100, 950, false}, {"c", 50, 1000, false}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The series is Montgomery-like: 10 values whose mean is 12 and mean moving range 2.
func TestControlLimitsAreOfIndividualsAndMovingRanges(t *testing.T) {
	rule := FigureRule{RangeFactor: 2.66, FewestPoints: 6, Run: 8}
	series := func(values ...float64) Trend {
		tr := Trend{Measure: MeasureCases}
		for _, v := range values {
			tr.Points = append(tr.Points, TrendPoint{Known: true, Whole: true, Value: v})
		}
		return tr
	}
	tr := series(11, 13, 11, 13, 11, 13, 11, 13, 11, 13)
	tr.control(rule)
	if !tr.Limits || tr.Centre != 12 || math.Abs(tr.Lower-6.68) > 1e-9 || math.Abs(tr.Upper-17.32) > 1e-9 {
		t.Errorf("limits %v %g %g %g", tr.Limits, tr.Lower, tr.Centre, tr.Upper)
	}
	for _, p := range tr.Points {
		if p.Signal != "" {
			t.Errorf("%g is a signal %q", p.Value, p.Signal)
		}
	}
	out := series(10, 11, 10, 11, 10, 11, 10, 11, 10, 30)
	out.control(rule)
	if s := out.Points[9].Signal; s != "above" {
		t.Errorf("30 of %g…%g: %q", out.Lower, out.Upper, s)
	}
	few := series(1, 2, 3, 4, 5)
	few.control(rule)
	if few.Limits || few.Upper != 0 {
		t.Error("five periods make limits")
	}
	run := series(20, 20.5, 20, 20.5, 20, 20.5, 20, 20.5, 10, 10.5, 10, 10.5, 10, 10.5, 10, 10.5)
	run.control(FigureRule{RangeFactor: 1000, FewestPoints: 6, Run: 8})
	if run.Points[6].Signal != "" || run.Points[7].Signal != "run" || run.Points[15].Signal != "run" {
		t.Errorf("runs: %+v", run.Points)
	}
}

func TestAPeriodThatLastsMakesNoLimits(t *testing.T) {
	tr := Trend{Measure: MeasureLate}
	for i := range 7 {
		tr.Points = append(tr.Points, TrendPoint{Known: true, Whole: i < 6, Value: []float64{950, 990, 950, 990, 950, 990, 0}[i]})
	}
	tr.control(FigureRule{RangeFactor: 2.66, FewestPoints: 6, Run: 8})
	if tr.Centre != 970 || tr.Upper != 1000 || tr.Points[6].Signal != "" {
		t.Errorf("centre %g, upper %g, last %q", tr.Centre, tr.Upper, tr.Points[6].Signal)
	}
}

func TestPeriodsBeginWhereCalendarsDo(t *testing.T) {
	for grain, want := range map[Grain][]string{
		ByDay:   {"2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"},
		ByWeek:  {"2026-02-27", "2026-03-02", "2026-03-03"}, // 2 March is a Monday
		ByMonth: {"2026-02-27", "2026-03-01", "2026-03-03"},
	} {
		begins, err := grain.periods(Period{"2026-02-27", "2026-03-02"})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, b := range begins {
			got = append(got, b.Time().In(when.Zone).Format(time.DateOnly))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", grain, got, want)
		}
	}
}

func TestAnExperienceIsWhatIsLeftOfAHundred(t *testing.T) {
	w := Weights{Complaint: 30, Late: 25, Dissatisfied: 30, Repeat: 15}
	lost, score := experience(Tally{Cases: 10, Complaints: 5, Kept: 6, Late: 2, Satisfied: 1, Dissatisfied: 1, Repeats: 1}, w)
	// 0.5·30 + 0.25·25 + 0.5·30 + 0.1·15 = 37.75
	if math.Abs(score-62.25) > 1e-9 || lost[0].Points != 15 || lost[3].Why != "repeat" {
		t.Errorf("score %g, lost %+v", score, lost)
	}
	if _, score := experience(Tally{}, w); score != 100 {
		t.Errorf("no cases: %g", score)
	}
}

func TestEveryShippedCategoryHasAContactPoint(t *testing.T) {
	all := overlay(nil)
	for code := range all {
		if contactMap.pointOf(all, code) == "" {
			t.Errorf("%s has no contact point", code)
		}
	}
	for _, at := range []map[string]string{contactMap.pointAt, contactMap.policyAbout} {
		for code, part := range at {
			if _, ok := all[code]; !ok {
				t.Errorf("%s names the category %s, which is none", part, code)
			}
		}
	}
	own := overlay([]Category{{Code: "business.billing.steps", Parent: "business.billing"}})
	if p := contactMap.pointOf(own, "business.billing.steps"); p != "pay.bill" {
		t.Errorf("a company's own category below bills is at %q", p)
	}
}

func TestLimitsThatStandStillAreNeitherKeptNorLate(t *testing.T) {
	for _, c := range []struct {
		target, done, now when.Instant
		kept, late        bool
	}{{0, 0, 5, false, false}, {never, 0, 5, false, false}, {5, 0, 5, true, false}, {5, 0, 6, false, true}, {5, 5, 9, true, false}, {5, 6, 9, false, true}} {
		if kept, late := held(c.target, c.done, c.now); kept != c.kept || late != c.late {
			t.Errorf("%+v: %v %v", c, kept, late)
		}
	}
}
