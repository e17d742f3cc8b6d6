package satisfaction

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/pls"
)

var nan = Number(math.NaN())

func TestBandsDivideTheIndex(t *testing.T) {
	for _, c := range []struct {
		value float64
		want  string
	}{
		{0, "很不满意 40"}, {39.99, "很不满意 40"}, {40, "不满意 60"}, {59.89, "不满意 60"}, {60, "基本满意 80"}, {72, "基本满意 80"}, {80, "满意 90"}, {90, "非常满意 100"},
		{100, "非常满意 100"}, {-3, "很不满意 40"}, {104, "非常满意 100"},
	} {
		band, to, ok := bandOf(defaultBands, c.value)
		if got := fmt.Sprintf("%s %v", band.Title.Zh, to); got != c.want || !ok {
			t.Errorf("%v: %s, want %s", c.value, got, c.want)
		}
	}
	if _, _, ok := bandOf(defaultBands, math.NaN()); ok {
		t.Error("a value that does not exist has a band")
	}
}

func TestEveryIndexHasOneBand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(0, 100).Draw(t, "index")
		band, to, ok := bandOf(defaultBands, v)
		if !ok || v < band.From || v > to || v == to && to != 100 {
			t.Fatalf("%v: %v to %v", v, band.From, to)
		}
	})
}

func TestBandsAreValidated(t *testing.T) {
	good := func() BandsInput { return BandsInput{Bands: []Band{{0, Text{Zh: "低"}}, {50, Text{Zh: "高"}}}} }
	if err := good().validate(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(in *BandsInput)
		want  string
	}{
		"begins too late": {func(in *BandsInput) { in.Bands[0].From = 1 }, "bands[0].from: 第一级必须从 0 开始。"},
		"not rising":      {func(in *BandsInput) { in.Bands[1].From = 0 }, "bands[1].from: 各级的起点必须逐级增大。"},
		"no title":        {func(in *BandsInput) { in.Bands[1].Title.Zh = " " }, "bands[1].title.zh: 必填，请填写。"},
	} {
		in := good()
		if c.spoil(&in); strings.Join(sentences(in.validate()), "|") != c.want {
			t.Errorf("%s: %q, want %q", name, sentences(in.validate()), c.want)
		}
	}
}

func TestJudgements(t *testing.T) {
	reflective := ConstructResult{Mode: pls.ModeA, Items: 3, RhoC: 0.8, AVE: 0.55}
	formative := ConstructResult{Mode: pls.ModeB, Items: 3}
	for name, c := range map[string]struct{ got, want Judgement }{
		"loading good":        {judgeItem(reflective, ItemResult{Loading: 0.7}), JudgedGood},
		"loading fair":        {judgeItem(reflective, ItemResult{Loading: 0.69}), JudgedFair},
		"loading poor":        {judgeItem(reflective, ItemResult{Loading: 0.39}), JudgedPoor},
		"loading negative":    {judgeItem(reflective, ItemResult{Loading: -0.9}), JudgedPoor},
		"single item":         {judgeItem(ConstructResult{Items: 1}, ItemResult{Loading: 1}), JudgedNone},
		"formative good":      {judgeItem(formative, ItemResult{VIF: 2.9, Loading: 0.1}), JudgedGood},
		"formative fair":      {judgeItem(formative, ItemResult{VIF: 3}), JudgedFair},
		"formative poor":      {judgeItem(formative, ItemResult{VIF: 5}), JudgedPoor},
		"HTMT good":           {judgePair(PairResult{HTMT: 0.84}), JudgedGood},
		"HTMT fair":           {judgePair(PairResult{HTMT: 0.85}), JudgedFair},
		"HTMT poor":           {judgePair(PairResult{HTMT: 0.9}), JudgedPoor},
		"HTMT not there":      {judgePair(PairResult{HTMT: nan}), JudgedNone},
		"R2 substantial":      {judgeR2(0.67), JudgedGood},
		"R2 moderate":         {judgeR2(0.5), JudgedFair},
		"R2 weak":             {judgeR2(0.2), JudgedPoor},
		"R2 of exogenous":     {judgeR2(nan), JudgedNone},
		"the worse of two":    {worse(JudgedGood, JudgedPoor), JudgedPoor},
		"none is no worse":    {worse(JudgedFair, JudgedNone), JudgedFair},
		"something over none": {worse(JudgedNone, JudgedGood), JudgedGood},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", name, c.got, c.want)
		}
	}
	for _, c := range []struct {
		result ConstructResult
		want   string
	}{
		{reflective, "good good"}, {ConstructResult{Mode: pls.ModeA, Items: 2, RhoC: 0.65, AVE: 0.45}, "fair fair"},
		{ConstructResult{Mode: pls.ModeA, Items: 2, RhoC: 0.5, AVE: 0.3}, "poor poor"}, {formative, "none none"}, {ConstructResult{Mode: pls.ModeA, Items: 1, RhoC: 1, AVE: 1}, "none none"},
	} {
		reliability, convergence := judgeConstruct(c.result)
		if got := fmt.Sprint(reliability, " ", convergence); got != c.want {
			t.Errorf("%+v: %s, want %s", c.result, got, c.want)
		}
	}
}

func TestStars(t *testing.T) {
	for p, want := range map[Number]string{0: "***", 0.0009: "***", 0.001: "**", 0.0099: "**", 0.01: "*", 0.049: "*", 0.05: "", 1: ""} {
		if got := stars(p); got != want {
			t.Errorf("p %v: %q, want %q", p, got, want)
		}
	}
	if got := stars(nan); got != "" {
		t.Errorf("without p: %q", got)
	}
}

// three is an outcome with the drivers A, B and C of the target T.
func three(effects, points, indices [3]Number) Outcome {
	o := Outcome{Constructs: []ConstructResult{{Name: "T", Index: IndexResult{Value: 70}}}}
	for i, name := range []string{"A", "B", "C"} {
		o.Constructs = append(o.Constructs, ConstructResult{Name: name, Index: IndexResult{Value: indices[i]}})
		o.Effects = append(o.Effects, EffectResult{From: name, To: "T", Value: effects[i], Indirect: 0.1, Points: points[i], Spread: Spread{P: 0.01}})
		o.Pairs = append(o.Pairs, PairResult{A: name, B: "T", Correlation: 0.5})
	}
	o.Effects = append(o.Effects, EffectResult{From: "T", To: "L", Value: 0.9})
	return o
}

func TestDriversAreRankedAndPlaced(t *testing.T) {
	o := three([3]Number{0.2, 0.6, 0.4}, [3]Number{0.1, 0.5, 0.6}, [3]Number{80, 60, 75})
	list := drivers(o, "T", 0.95, strings.ToLower)
	var got []string
	for _, d := range list {
		got = append(got, fmt.Sprintf("%d %s %.1f=%.1f+%.1f r%.1f gains %.0f %s %v", d.Rank, d.Title, d.Effect, d.Direct, d.Indirect, d.Correlation, d.Potential, d.Quadrant, d.Significant))
	}
	want := "1 b 0.6=0.5+0.1 r0.5 gains 20 improve true|2 c 0.4=0.3+0.1 r0.5 gains 15 keep_up true|3 a 0.2=0.1+0.1 r0.5 gains 2 maintain true"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	importance, performance := means(list)
	if !close(float64(importance), 0.4, 1e-12) || !close(float64(performance), 215.0/3, 1e-12) {
		t.Errorf("means %v %v", importance, performance)
	}
}

func TestQuadrants(t *testing.T) {
	for _, c := range []struct {
		important, high bool
		want            Quadrant
	}{{true, false, Improve}, {true, true, KeepUp}, {false, true, Maintain}, {false, false, Watch}} {
		if got := quadrant(c.important, c.high); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestDriversOfAnExogenousTarget(t *testing.T) {
	o := Outcome{Effects: []EffectResult{{From: "T", To: "L"}}}
	if list := drivers(o, "T", 0.95, strings.ToLower); list == nil || len(list) != 0 {
		t.Errorf("%v", list)
	}
	if c := o.correlation("T", "L"); !math.IsNaN(float64(c)) {
		t.Errorf("correlation %v", c)
	}
}

func TestNumbersAsText(t *testing.T) {
	for _, c := range []struct {
		v      Number
		digits int
		want   string
	}{{72.2499, 1, "72.2"}, {-0.04, 1, "0.0"}, {-0.06, 1, "-0.1"}, {0, 3, "0.000"}, {nan, 2, "–"}, {Number(math.Inf(1)), 2, "–"}, {100, 0, "100"}} {
		if got := decimals(c.v, c.digits); got != c.want {
			t.Errorf("%v to %d: %s, want %s", c.v, c.digits, got, c.want)
		}
	}
	for v, want := range map[Number]string{5: "5", 0.4: "0.400", -99: "-99", 12.3456: "12.346"} {
		if got := short(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	for p, want := range map[Number]string{0.0001: "< 0.001", 0.0123: "= 0.012", 1: "= 1.000"} {
		if got := pText(p); got != want {
			t.Errorf("p %v: %s, want %s", p, got, want)
		}
	}
	if percent(0.5) != "50.0" {
		t.Error(percent(0.5))
	}
	if storedIndex(nan) != -1 || storedIndex(-3) != 0 || storedIndex(72) != 72 || !math.IsNaN(float64(indexNumber(-1))) || indexNumber(0) != 0 {
		t.Error("an index is not stored as it should be")
	}
}

func TestTextsByLanguage(t *testing.T) {
	both, one := Text{"质量", "Quality"}, Text{Zh: "价值"}
	for _, c := range []struct {
		text       Text
		lang, want string
	}{{both, "zh", "质量"}, {both, "en", "Quality"}, {one, "en", "价值"}, {one, "zh", "价值"}} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%+v in %s: %s", c.text, c.lang, got)
		}
	}
	s := speaker{"en", small()}
	if s.title("Q") != "质量" || s.title("unknown") != "unknown" || s.question("q1") != "一" || s.question("unknown") != "unknown" || s.list([]string{"a", "b"}) != "a, b" {
		t.Error("names are not found in the model")
	}
}
