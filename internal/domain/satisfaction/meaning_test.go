package satisfaction

import (
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/pls"
)

// story is a report about a quiet study, which the cases below make speak.
func story() basis {
	m := small()
	m.Constructs[0].Title.En, m.Constructs[1].Title.En, m.Constructs[2].Title.En = "Quality", "Value", "Satisfaction"
	quiet := Spread{SE: 1, Lo: 70, Hi: 74, P: nan}
	index := func(v Number) IndexResult { return IndexResult{Value: v, Weighted: nan, Spread: quiet} }
	sure := func(lo, hi Number) Spread { return Spread{SE: 0.05, Lo: lo, Hi: hi, P: 0.0001} }
	return basis{
		Estimation: Estimation{Settings: Settings{Level: 0.95}}, Model: m, Bands: defaultBands,
		Outcome: Outcome{
			Read: 500, Used: 500, Iterations: 5, Converged: true, Bootstrap: &BootstrapResult{Drawn: 1000, Used: 1000},
			Constructs: []ConstructResult{
				{Name: "Q", Mode: pls.ModeA, Items: 2, R2: nan, RhoC: 0.9, AVE: 0.8, Index: index(74)},
				{Name: "V", Mode: pls.ModeB, Items: 1, R2: 0.4, RhoC: 1, AVE: 1, Index: index(66)},
				{Name: "S", Mode: pls.ModeA, Items: 1, R2: 0.7, RhoC: 1, AVE: 1, Index: index(72)},
			},
			Items: []ItemResult{{Construct: "Q", Code: "q1", Mean: 4, Weight: 1}, {Construct: "Q", Code: "q2", Mean: 3.5, Weight: 1}, {Construct: "V", Code: "v1", Mean: 3}, {Construct: "S", Code: "s1", Mean: 4}},
			Paths: []PathResult{{From: "Q", To: "V", Value: 0.6, Spread: sure(0.5, 0.7)}, {From: "V", To: "S", Value: 0.5, Spread: sure(0.4, 0.6)}},
			Effects: []EffectResult{
				{From: "Q", To: "S", Value: 0.6, Points: 0.7, Spread: sure(0.55, 0.65)}, {From: "V", To: "S", Value: 0.3, Points: 0.25, Spread: sure(0.2, 0.4)},
			},
		},
	}
}

// said gives the sentences of a report by code.
func said(b basis, lang string) map[string][]Sentence {
	out := map[string][]Sentence{}
	for _, s := range b.report(lang).Meaning {
		out[s.Code] = append(out[s.Code], s)
	}
	return out
}

func TestTheQuietStory(t *testing.T) {
	var texts []string
	for _, s := range story().report("zh").Meaning {
		texts = append(texts, string(s.Tone)+" "+s.Text)
	}
	want := []string{
		"neutral 满意指数为 72.0（95% 区间 70.0～74.0，500 份答卷），属于“基本满意”（60～80）。",
		"neutral 各构念中，质量最高（74.0），价值最低（66.0）。",
		"neutral 对满意影响最大的是质量（总效应 0.600，区间 0.550～0.650）：质量指数每提高 1 点，满意约提高 0.70 点。",
		"good 没有既重要又偏低的构念；请保持质量（指数 74.0，重要性 0.70）。",
		"good 模型解释了满意差异的 70.0%，解释力强。",
	}
	if !slices.Equal(texts, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(texts, "\n"), strings.Join(want, "\n"))
	}
}

// chance is the spread of an effect that may be none.
var chance = Spread{SE: 0.1, Lo: -0.1, Hi: 0.3, P: 0.3}

// tellings make the story say each sentence: its tone, text and figures.
var tellings = map[string]struct {
	tell    func(b *basis)
	tone    Tone
	text    string
	figures string
}{
	"level": {func(b *basis) {
		b.Outcome.Bootstrap, b.Outcome.Constructs[2].Index.Spread = nil, noSpread
	}, Neutral, "满意指数为 72.0（500 份答卷），属于“基本满意”（60～80）。", "index:S n"},
	"level_border": {func(b *basis) { b.Outcome.Constructs[2].Index.Value, b.Outcome.Constructs[2].Index.Hi = 79, 81 }, Caution,
		"区间跨过“基本满意”与“满意”的分界 80，等级不能完全确定。", "index_lo:S index_hi:S"},
	"weighted": {func(b *basis) { b.Outcome.Constructs[2].Index.Weighted = 71.2 }, Caution,
		"按抽样权重计算，满意指数为 71.2，与未加权的 72.0 相差 0.8 点；说明总体时请用加权值。", "index:S index_weighted:S"},
	"driver": {func(b *basis) { b.Outcome.Effects[0].Spread = noSpread }, Neutral,
		"对满意影响最大的是质量（总效应 0.600）：质量指数每提高 1 点，满意约提高 0.70 点。", "total:Q->S"},
	"driver_none": {func(b *basis) { b.Outcome.Effects[0].Spread = chance }, Caution,
		"没有哪个构念对满意的影响能与偶然区分：最大的是质量（总效应 0.600，区间 -0.100～0.300，p = 0.300）。", "total:Q->S p:total:Q->S"},
	"driver_tie": {func(b *basis) { b.Outcome.Effects[1].Hi = 0.56 }, Caution,
		"第二位的价值（总效应 0.300，区间 0.200～0.560）与质量的区间重叠，两者先后不能确定。", "total:V->S"},
	"priority": {func(b *basis) { b.Outcome.Constructs[0].Index.Value = 60 }, Bad,
		"最值得改进的是质量：重要性 0.70（平均 0.47），指数只有 60.0（平均 63.0）；它提高 10 点，满意约提高 7.0 点。", "points:Q->S index:Q"},
	"weakest_item": {func(b *basis) { b.Outcome.Constructs[0].Index.Value = 60 }, Neutral, "质量中得分最低的题目是 q2“二”，平均 3.50 分。", "mean:q2"},
	"consequence": {func(b *basis) {
		b.Outcome.Effects = append(b.Outcome.Effects, EffectResult{From: "S", To: "V", Value: 0.5, Points: 0.4, Spread: Spread{P: 0.001}})
	}, Neutral, "满意对价值影响最大（总效应 0.500）：满意指数每提高 1 点，价值约提高 0.40 点。", "total:S->V points:S->V"},
	"explained_fair": {func(b *basis) { b.Outcome.Constructs[2].R2 = 0.5 }, Neutral, "模型解释了满意差异的 50.0%，解释力中等，另有模型之外的原因。", "r2:S"},
	"explained_poor": {func(b *basis) { b.Outcome.Constructs[2].R2 = 0.1 }, Caution, "模型只解释了满意差异的 10.0%，影响因素的排序应谨慎使用。", "r2:S"},
	"weak_paths":     {func(b *basis) { b.Outcome.Paths[1].Spread = chance }, Caution, "在 95% 水平上，下列路径不能与偶然区分：价值 → 满意。", "p:path:V->S"},
	"not_converged":  {func(b *basis) { b.Outcome.Converged, b.Outcome.Iterations = false, 1000 }, Caution, "算法迭代 1,000 次仍未收敛，以上数字不可靠。", "iterations"},
	"no_bootstrap":   {func(b *basis) { b.Outcome.Bootstrap = nil }, Caution, "没有做自助抽样，因此没有区间和显著性，不能判断差别是否出于偶然。", ""},
	"few_cases":      {func(b *basis) { b.Outcome.Used = 99 }, Caution, "只有 99 份答卷，以上各项都较粗略。", "n"},
	"response":       {func(b *basis) { b.Invited = 1000 }, Neutral, "发出 1,000 份，收回 500 份，应答率 50.0%。", "response_rate"},
	"response_low":   {func(b *basis) { b.Invited = 2000 }, Caution, "发出 2,000 份，只收回 500 份，应答率 25.0%；未应答者的看法可能不同。", "response_rate"},
	"unreliable":     {func(b *basis) { b.Outcome.Constructs[0].RhoC = 0.5 }, Caution, "下列构念的信度或收敛效度不足，其结果应谨慎使用：质量。", "rho_C:Q AVE:Q"},
	"negative_weight": {func(b *basis) {
		b.Outcome.Warnings = []pls.Warning{{Code: pls.NegativeWeight, Construct: "Q", Item: "q1", Value: -0.2}}
	}, Caution, "构念质量的题目 q1 权重为负（-0.200），该构念的指数不宜解读。", "weight:q1"},
	"segment_below": {segments(-8, 0.0001), Bad, "“区域：城市”的 200 位受访者，满意指数为 59.9（58.0～61.8，“不满意”），比其余受访者低 8.0（p < 0.001）。",
		"segment:区域=城市 difference:segment:区域=城市 p:segment:区域=城市"},
	"segment_above": {segments(8, 0.02), Good, "“区域：城市”的 200 位受访者，满意指数为 59.9（58.0～61.8，“不满意”），比其余受访者高 8.0（p = 0.020）。",
		"segment:区域=城市 difference:segment:区域=城市 p:segment:区域=城市"},
	"segments_alike": {segments(-1, 0.6), Neutral, "没有发现满意指数显著高于或低于其余受访者的群体。", ""},
	"cell_lowest": {cell(Cell{N: 60, Values: []Number{70, 60, 59.6}, Lo: 57.5, Hi: 61.6}), Bad,
		"交叉来看，“区域：城市”且“类别：居民”的 60 位受访者最低：满意指数 59.6（57.5～61.6，“不满意”），总体为 72.0。", "segment:区域=城市&类别=居民 index:S"},
}

// Each rule speaks when its figures say so, names them, and is silent in the quiet
// story unless it stands there.
func TestEachSentenceFollowsFromItsFigures(t *testing.T) {
	for code, c := range tellings {
		t.Run(code, func(t *testing.T) {
			if quiet := said(story(), "zh")[code]; quiet != nil {
				t.Errorf("the quiet story says it too: %+v", quiet)
			}
			b := story()
			c.tell(&b)
			got := said(b, "zh")[code]
			if len(got) != 1 {
				t.Fatalf("said %d times; all: %+v", len(got), said(b, "zh"))
			}
			var names []string
			for _, f := range got[0].Figures {
				names = append(names, f.Name)
			}
			if got[0].Text != c.text || got[0].Tone != c.tone || strings.Join(names, " ") != c.figures {
				t.Errorf("got  %s %q, figures %q\nwant %s %q", got[0].Tone, got[0].Text, names, c.tone, c.text)
			}
			if en := said(b, "en")[code]; len(en) != 1 || strings.ContainsAny(en[0].Text, "{}（）。") || en[0].Text == "" {
				t.Errorf("English: %+v", en)
			}
		})
	}
}

// segments gives the story one segment that differs.
func segments(difference, p Number) func(b *basis) {
	return func(b *basis) {
		b.Outcome.Segments = []Segmentation{{Attribute: "区域", Segments: []Segment{
			{Level: "城市", N: 200, Index: []SegmentIndex{{Construct: "S", Value: 59.9, Lo: 58, Hi: 61.8}}, Difference: difference, P: p},
			{Level: "未知", N: 10, Small: true, Difference: nan, P: nan},
		}}}
	}
}

func cell(low Cell) func(b *basis) {
	return func(b *basis) {
		high := Cell{N: 100, Values: []Number{70, 60, 90}, Lo: 88, Hi: 92}
		few := Cell{N: 3, Small: true, Values: []Number{0, 0, 1}, Lo: 0, Hi: 2}
		b.Outcome.Crosses = []Cross{{Rows: "区域", Columns: "类别", RowLevels: []string{"农村", "城市"}, ColLevels: []string{"工业", "居民"}, Cells: [][]Cell{{high, few}, {high, low}}}}
	}
}

func TestWhenASentenceStaysAway(t *testing.T) {
	for name, c := range map[string]struct {
		tell func(b *basis)
		code string
	}{
		"a weight that changes little":     {func(b *basis) { b.Outcome.Constructs[2].Index.Weighted = 72.4 }, "weighted"},
		"an interval within the band":      {func(b *basis) { b.Outcome.Constructs[2].Index.Hi = 79.9 }, "level_border"},
		"low and important, but by chance": {func(b *basis) { b.Outcome.Constructs[0].Index.Value, b.Outcome.Effects[0].P = 60, 0.2 }, "priority"},
		"a cell that may be as the whole":  {cell(Cell{N: 60, Values: []Number{70, 60, 71}, Lo: 68, Hi: 74}), "cell_lowest"},
		"a consequence that chance explain": {func(b *basis) {
			b.Outcome.Effects = append(b.Outcome.Effects, EffectResult{From: "S", To: "V", Value: 0.1, Spread: Spread{P: 0.5}})
		}, "consequence"},
		"no segments at all": {func(*basis) {}, "segments_alike"},
		"only small segments": {func(b *basis) {
			segments(-9, nan)(b)
		}, "segments_alike"},
		"a weak item of a single-item block": {func(b *basis) {
			b.Outcome.Constructs[1].Index.Value, b.Outcome.Effects[1].Points, b.Outcome.Constructs[0].Index.Value = 50, 0.9, 90
		}, "weakest_item"},
	} {
		t.Run(name, func(t *testing.T) {
			b := story()
			c.tell(&b)
			if got := said(b, "zh")[c.code]; got != nil {
				t.Errorf("said: %+v", got)
			}
		})
	}
}

func TestAtMostFiveSegmentsAreNamedFurthestFirst(t *testing.T) {
	b := story()
	var s Segmentation
	s.Attribute = "供电所"
	for i := range 8 {
		s.Segments = append(s.Segments, Segment{
			Level: string(rune('A' + i)), N: 100, Index: []SegmentIndex{{Construct: "S", Value: Number(60 - i)}}, Difference: Number(-1 - i), P: 0.001,
		})
	}
	b.Outcome.Segments = []Segmentation{s}
	var levels []string
	for _, sentence := range said(b, "zh")["segment_below"] {
		levels = append(levels, sentence.Params["level"].(string))
	}
	if got := strings.Join(levels, ""); got != "HGFED" {
		t.Errorf("named %s", got)
	}
}

func TestTonesFollowTheBands(t *testing.T) {
	for value, want := range map[Number]Tone{20: Bad, 50: Bad, 70: Neutral, 85: Good, 95: Good} {
		b := story()
		b.Outcome.Constructs[2].Index.Value, b.Outcome.Constructs[2].Index.Lo, b.Outcome.Constructs[2].Index.Hi = value, value, value
		if got := said(b, "zh")["level_interval"][0].Tone; got != want {
			t.Errorf("%v: %s, want %s", value, got, want)
		}
	}
}

func TestTheReportsTables(t *testing.T) {
	b := story()
	b.Invited = 1000
	r := b.report("en")
	if r.Headline.Name != "S" || r.Headline.Title != "Satisfaction" || r.Headline.Band != "basically satisfied" || r.Response != 0.5 || r.Used != 500 {
		t.Errorf("head %+v", r.Headline)
	}
	if v := r.Constructs[2]; v.VIF != 0 || v.Explained != JudgedGood || v.Reliability != JudgedNone {
		t.Errorf("construct %+v", v)
	}
	if p := r.Paths[0]; p.FromTitle != "Quality" || p.ToTitle != "Value" || !p.Significant || p.Stars != "***" {
		t.Errorf("path %+v", p)
	}
	if i := r.Items[1]; i.Text != "二" || i.ConstructTitle != "Quality" {
		t.Errorf("item %+v", i)
	}
	if len(r.Bands) != 5 || r.Bands[2] != (BandView{60, 80, "basically satisfied"}) || r.Bands[4].To != 100 {
		t.Errorf("bands %+v", r.Bands)
	}
	if len(r.Drivers) != 2 || r.Drivers[0].Construct != "Q" || r.MeanAxes.Performance != 70 {
		t.Errorf("drivers %+v, axes %+v", r.Drivers, r.MeanAxes)
	}
}
