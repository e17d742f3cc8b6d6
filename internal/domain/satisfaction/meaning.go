package satisfaction

import (
	"math"
	"slices"

	"github.com/zhiyin-power/zhiyin/pls"
)

// Limits of the sentences.
const (
	lowResponse     = 0.3  // response rate below which the result may be biased
	weightMatters   = 0.5  // points between weighted and unweighted index worth a sentence
	segmentsNamed   = 5    // segments named, furthest below first
	fewCases        = 100  // fewer make every statement rough
	improvementStep = 10.0 // points of a driver's index, as an example
)

// teller collects the sentences of "what this means". Every sentence follows from
// figures of the outcome by the rule that precedes it.
type teller struct {
	speaker
	basis
	report Report
	target ConstructResult
	out    []Sentence
}

// meaning says what a report means.
func meaning(s speaker, b basis, r Report) []Sentence {
	t := &teller{speaker: s, basis: b, report: r, target: r.Headline.ConstructResult}
	t.level()
	t.extremes()
	t.strongest()
	t.priority()
	t.consequences()
	t.segments()
	t.lowestCell()
	t.explained()
	t.weakPaths()
	t.quality()
	return t.out
}

func (t *teller) add(code string, tone Tone, params map[string]any, figures ...Figure) {
	t.out = append(t.out, t.say("meaning", code, tone, params, figures...))
}

func (t *teller) index(construct string) Figure {
	c, _ := t.Outcome.construct(construct)
	return Figure{"index:" + construct, c.Index.Value}
}

// level: the band of the target's index, whether its interval crosses into
// another, and whether sampling weights change the picture.
func (t *teller) level() {
	x := t.target.Index
	band, to, ok := bandOf(t.Bands, float64(x.Value))
	if !ok {
		return
	}
	name, figure := t.title(t.target.Name), t.index(t.target.Name)
	params := map[string]any{
		"target": name, "index": decimals(x.Value, 1), "n": t.Outcome.Used, "band": band.Title.In(t.lang), "from": short(Number(band.From)), "to": short(Number(to)),
	}
	tone := t.toneOf(band)
	if math.IsNaN(float64(x.Lo)) {
		t.add("level", tone, params, figure, Figure{"n", Number(t.Outcome.Used)})
	} else {
		params["lo"], params["hi"], params["level"] = decimals(x.Lo, 1), decimals(x.Hi, 1), short(Number(100*t.report.Level))
		t.add("level_interval", tone, params, figure, Figure{"index_lo:" + t.target.Name, x.Lo}, Figure{"index_hi:" + t.target.Name, x.Hi}, Figure{"n", Number(t.Outcome.Used)})
		t.border(band, x)
	}
	if difference := x.Weighted - x.Value; math.Abs(float64(difference)) >= weightMatters {
		t.add("weighted", Caution, map[string]any{"target": name, "weighted": decimals(x.Weighted, 1), "index": decimals(x.Value, 1), "difference": decimals(Number(math.Abs(float64(difference))), 1)},
			figure, Figure{"index_weighted:" + t.target.Name, x.Weighted})
	}
}

func (t *teller) border(band Band, x IndexResult) {
	for _, end := range []Number{x.Lo, x.Hi} {
		other, _, _ := bandOf(t.Bands, float64(end))
		if other.From != band.From {
			t.add("level_border", Caution, map[string]any{
				"band": band.Title.In(t.lang), "other": other.Title.In(t.lang), "border": short(Number(max(band.From, other.From))),
			}, Figure{"index_lo:" + t.target.Name, x.Lo}, Figure{"index_hi:" + t.target.Name, x.Hi})
			return
		}
	}
}

// toneOf: the lower half of the bands is bad news, the upper half good, the one
// in the middle neither.
func (t *teller) toneOf(band Band) Tone {
	i := slices.IndexFunc(t.Bands, func(b Band) bool { return b.From == band.From })
	switch middle := len(t.Bands) - 1; {
	case 2*i < middle:
		return Bad
	case 2*i > middle:
		return Good
	}
	return Neutral
}

// extremes: the highest and the lowest index.
func (t *teller) extremes() {
	high, low := t.Outcome.Constructs[0], t.Outcome.Constructs[0]
	for _, c := range t.Outcome.Constructs {
		if c.Index.Value > high.Index.Value {
			high = c
		}
		if c.Index.Value < low.Index.Value {
			low = c
		}
	}
	if high.Name == low.Name {
		return
	}
	t.add("extremes", Neutral, map[string]any{
		"high": t.title(high.Name), "high_index": decimals(high.Index.Value, 1), "low": t.title(low.Name), "low_index": decimals(low.Index.Value, 1),
	}, t.index(high.Name), t.index(low.Name))
}

// strongest: the first of the drivers, and whether the second may be as strong.
// Without a bootstrap nothing is said of chance.
func (t *teller) strongest() {
	if len(t.report.Drivers) == 0 {
		return
	}
	first := t.report.Drivers[0]
	effect := Figure{"total:" + first.Construct + "->" + t.target.Name, first.Effect}
	params := map[string]any{
		"target": t.title(t.target.Name), "driver": first.Title, "effect": decimals(first.Effect, 3), "points": decimals(first.Importance, 2),
		"lo": decimals(first.Lo, 3), "hi": decimals(first.Hi, 3),
	}
	switch tested := !math.IsNaN(float64(first.P)); {
	case !tested:
		delete(params, "lo")
		delete(params, "hi")
		t.add("driver", Neutral, params, effect)
	case !first.Significant:
		params["p"] = pText(first.P)
		t.add("driver_none", Caution, params, effect, Figure{"p:" + effect.Name, first.P})
	default:
		t.add("driver_interval", Neutral, params, effect, Figure{"points:" + first.Construct + "->" + t.target.Name, first.Importance})
		t.tie(first)
	}
}

func (t *teller) tie(first Driver) {
	if len(t.report.Drivers) < 2 {
		return
	}
	second := t.report.Drivers[1]
	if !(second.Hi >= first.Lo) {
		return
	}
	t.add("driver_tie", Caution, map[string]any{
		"driver": first.Title, "second": second.Title, "effect": decimals(second.Effect, 3), "lo": decimals(second.Lo, 3), "hi": decimals(second.Hi, 3),
	}, Figure{"total:" + second.Construct + "->" + t.target.Name, second.Effect})
}

// priority: of the drivers that are important and low the one with the largest
// potential, and its weakest question; if there is none, what to keep up.
func (t *teller) priority() {
	var best *Driver
	for i, d := range t.report.Drivers {
		tested := math.IsNaN(float64(d.P)) || d.Significant
		if d.Quadrant == Improve && tested && (best == nil || d.Potential > best.Potential) {
			best = &t.report.Drivers[i]
		}
	}
	axes := t.report.MeanAxes
	if best == nil {
		t.keepUp()
		return
	}
	t.add("priority", Bad, map[string]any{
		"driver": best.Title, "target": t.title(t.target.Name), "points": decimals(best.Importance, 2), "mean_points": decimals(axes.Importance, 2),
		"index": decimals(best.Performance, 1), "mean_index": decimals(axes.Performance, 1), "step": short(improvementStep), "gain": decimals(best.Importance*improvementStep, 1),
	}, Figure{"points:" + best.Construct + "->" + t.target.Name, best.Importance}, t.index(best.Construct))
	t.weakestItem(best.Construct)
}

func (t *teller) keepUp() {
	i := slices.IndexFunc(t.report.Drivers, func(d Driver) bool { return d.Quadrant == KeepUp })
	if i < 0 {
		return
	}
	d := t.report.Drivers[i]
	t.add("keep_up", Good, map[string]any{"driver": d.Title, "index": decimals(d.Performance, 1), "points": decimals(d.Importance, 2)},
		Figure{"points:" + d.Construct + "->" + t.target.Name, d.Importance}, t.index(d.Construct))
}

func (t *teller) weakestItem(construct string) {
	var weakest *ItemResult
	n := 0
	for i, item := range t.Outcome.Items {
		if item.Construct != construct {
			continue
		}
		if n++; weakest == nil || item.Mean < weakest.Mean {
			weakest = &t.Outcome.Items[i]
		}
	}
	if n < 2 {
		return
	}
	t.add("weakest_item", Neutral, map[string]any{"item": weakest.Code, "question": t.question(weakest.Code), "mean": decimals(weakest.Mean, 2), "construct": t.title(construct)},
		Figure{"mean:" + weakest.Code, weakest.Mean})
}

// consequences: what the target itself acts on most.
func (t *teller) consequences() {
	var most *EffectResult
	for i, e := range t.Outcome.Effects {
		if e.From == t.target.Name && (most == nil || e.Value > most.Value) {
			most = &t.Outcome.Effects[i]
		}
	}
	if most == nil || float64(most.P) >= 1-t.report.Level {
		return
	}
	t.add("consequence", Neutral, map[string]any{
		"target": t.title(t.target.Name), "outcome": t.title(most.To), "points": decimals(most.Points, 2), "effect": decimals(most.Value, 3),
	}, Figure{"total:" + most.From + "->" + most.To, most.Value}, Figure{"points:" + most.From + "->" + most.To, most.Points})
}

// explained: how much of the target the model accounts for.
func (t *teller) explained() {
	judged := judgeR2(t.target.R2)
	if judged == JudgedNone {
		return
	}
	tone := map[Judgement]Tone{JudgedGood: Good, JudgedFair: Neutral, JudgedPoor: Caution}[judged]
	t.add("explained_"+string(judged), tone, map[string]any{"target": t.title(t.target.Name), "share": percent(t.target.R2)}, Figure{"r2:" + t.target.Name, t.target.R2})
}

// weakPaths: arrows of the model that chance could explain.
func (t *teller) weakPaths() {
	var names []string
	var figures []Figure
	for _, p := range t.report.Paths {
		if float64(p.P) >= 1-t.report.Level {
			names = append(names, p.FromTitle+" → "+p.ToTitle)
			figures = append(figures, Figure{"p:path:" + p.From + "->" + p.To, p.P})
		}
	}
	if len(names) > 0 {
		t.add("weak_paths", Caution, map[string]any{"paths": t.list(names), "level": short(Number(100 * t.report.Level))}, figures...)
	}
}

// quality: what limits the reading of all this.
func (t *teller) quality() {
	if !t.Outcome.Converged {
		t.add("not_converged", Caution, map[string]any{"iterations": t.Outcome.Iterations}, Figure{"iterations", Number(t.Outcome.Iterations)})
	}
	if t.Outcome.Bootstrap == nil {
		t.add("no_bootstrap", Caution, nil)
	}
	if t.Outcome.Used < fewCases {
		t.add("few_cases", Caution, map[string]any{"n": t.Outcome.Used}, Figure{"n", Number(t.Outcome.Used)})
	}
	if rate := t.report.Response; !math.IsNaN(float64(rate)) {
		code, tone := "response", Neutral
		if rate < lowResponse {
			code, tone = "response_low", Caution
		}
		t.add(code, tone, map[string]any{"invited": t.Invited, "n": t.Outcome.Read, "rate": percent(rate)}, Figure{"response_rate", rate})
	}
	t.unreliable()
}

// unreliable: constructs whose measurement does not hold.
func (t *teller) unreliable() {
	var names []string
	var figures []Figure
	for _, c := range t.report.Constructs {
		if worse(c.Reliability, c.Convergence) == JudgedPoor {
			names = append(names, c.Title)
			figures = append(figures, Figure{"rho_C:" + c.Name, c.RhoC}, Figure{"AVE:" + c.Name, c.AVE})
		}
	}
	if len(names) > 0 {
		t.add("unreliable", Caution, map[string]any{"constructs": t.list(names)}, figures...)
	}
	if i := slices.IndexFunc(t.Outcome.Warnings, func(w pls.Warning) bool { return w.Code == pls.NegativeWeight }); i >= 0 {
		w := t.Outcome.Warnings[i]
		t.add("negative_weight", Caution, map[string]any{"construct": t.title(w.Construct), "item": w.Item, "value": decimals(w.Value, 3)}, Figure{"weight:" + w.Item, w.Value})
	}
}

// segmentFigure names a segment as a figure.
func segmentFigure(attribute, level string) string {
	return "segment:" + attribute + "=" + level
}
