package satisfaction

import (
	"math"

	"github.com/zhiyin-power/zhiyin/pls"
)

// Number is a float that JSON shows with all digits, and as null where it does
// not exist.
type Number = pls.Number

// Spread is what the bootstrap tells of a figure: standard error, percentile
// interval and p-value. Null without a bootstrap, P also where zero is no
// hypothesis.
type Spread struct {
	SE Number `json:"se" nullable:"true"`
	Lo Number `json:"lo" nullable:"true"`
	Hi Number `json:"hi" nullable:"true"`
	P  Number `json:"p" nullable:"true"`
}

var noSpread = Spread{Number(math.NaN()), Number(math.NaN()), Number(math.NaN()), Number(math.NaN())}

// IndexResult is the index of a construct, 0 to 100.
type IndexResult struct {
	Value    Number `json:"value" nullable:"true"`
	SD       Number `json:"sd" nullable:"true" doc:"over the respondents"`
	RawMean  Number `json:"raw_mean" nullable:"true" doc:"weighted mean answer on the scale"`
	Weighted Number `json:"weighted" nullable:"true" doc:"with the respondents' sampling weights; null without"`
	Spread
}

// ConstructResult is what the estimate tells of a construct.
type ConstructResult struct {
	Name  string      `json:"name"`
	Mode  pls.Mode    `json:"mode" enum:"A,B"`
	Items int         `json:"items"`
	R2    Number      `json:"r2" nullable:"true"`
	R2Adj Number      `json:"r2_adj" nullable:"true"`
	Alpha Number      `json:"alpha" nullable:"true"`
	RhoA  Number      `json:"rho_a" nullable:"true"`
	RhoC  Number      `json:"rho_c" nullable:"true"`
	AVE   Number      `json:"ave" nullable:"true"`
	Index IndexResult `json:"index"`
}

// ItemResult is what the estimate tells of a question.
type ItemResult struct {
	Construct   string `json:"construct"`
	Code        string `json:"code"`
	Weight      Number `json:"weight" nullable:"true"`
	Loading     Number `json:"loading" nullable:"true"`
	LoadingSpan Spread `json:"loading_spread"`
	IndexWeight Number `json:"index_weight" nullable:"true" doc:"share in the index of the construct"`
	VIF         Number `json:"vif" nullable:"true"`
	Mean        Number `json:"mean" nullable:"true"`
	SD          Number `json:"sd" nullable:"true"`
	Valid       int    `json:"valid"`
	Missing     int    `json:"missing"`
}

// PathResult is a path coefficient.
type PathResult struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Value Number `json:"value" nullable:"true"`
	Spread
	F2  Number `json:"f2" nullable:"true"`
	VIF Number `json:"vif" nullable:"true"`
}

// EffectResult is the total effect of one construct on another, and the part of
// it that goes through others.
type EffectResult struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Value    Number `json:"value" nullable:"true"`
	Indirect Number `json:"indirect" nullable:"true"`
	Points   Number `json:"points" nullable:"true" doc:"index points of the target per index point of the source"`
	Spread
}

// PairResult compares two constructs.
type PairResult struct {
	A           string `json:"a"`
	B           string `json:"b"`
	Correlation Number `json:"correlation" nullable:"true"`
	HTMT        Number `json:"htmt" nullable:"true"`
	HTMTHi      Number `json:"htmt_hi" nullable:"true" doc:"upper end of the interval"`
}

// BootstrapResult says what the intervals rest on.
type BootstrapResult struct {
	Drawn   int              `json:"drawn"`
	Used    int              `json:"used"`
	Skipped []pls.SkipReport `json:"skipped,omitempty"`
}

// Outcome is the stored result of an estimation. It holds everything the report
// shows, so that a report needs neither answers nor another calculation.
type Outcome struct {
	Read       int               `json:"read"`
	Used       int               `json:"used"`
	Iterations int               `json:"iterations"`
	Converged  bool              `json:"converged"`
	Constructs []ConstructResult `json:"constructs"`
	Items      []ItemResult      `json:"items"`
	Paths      []PathResult      `json:"paths"`
	Effects    []EffectResult    `json:"effects"`
	Pairs      []PairResult      `json:"pairs"`
	Bootstrap  *BootstrapResult  `json:"bootstrap,omitempty"`
	Segments   []Segmentation    `json:"segments"`
	Crosses    []Cross           `json:"crosses"`
	Warnings   []pls.Warning     `json:"warnings"`
}

// construct finds a construct's result.
func (o Outcome) construct(name string) (ConstructResult, bool) {
	for _, c := range o.Constructs {
		if c.Name == name {
			return c, true
		}
	}
	return ConstructResult{}, false
}

// newOutcome arranges a result. boot is nil without a bootstrap.
func newOutcome(s *pls.Sample, r *pls.Result, boot *pls.Bootstrap) Outcome {
	spread := spreads(boot)
	used, read := s.Cases()
	o := Outcome{
		Read: read, Used: used, Iterations: r.Iterations, Converged: r.Converged,
		Warnings: append([]pls.Warning{}, r.Warnings...), Segments: []Segmentation{}, Crosses: []Cross{},
	}
	for b, c := range r.Model.Constructs {
		l, x := r.Reliability[b], r.Index.Constructs[b]
		o.Constructs = append(o.Constructs, ConstructResult{
			Name: c.Name, Mode: c.Mode, Items: len(c.Indicators), R2: Number(r.R2[b]), R2Adj: Number(r.R2Adj[b]),
			Alpha: Number(l.Alpha), RhoA: Number(l.RhoA), RhoC: Number(l.RhoC), AVE: Number(l.AVE),
			Index: IndexResult{Value: Number(x.Value), SD: Number(x.SD), RawMean: Number(x.RawMean), Weighted: Number(math.NaN()), Spread: spread("index:" + c.Name)},
		})
	}
	o.addItems(s, r, spread)
	for _, p := range r.Paths {
		o.Paths = append(o.Paths, PathResult{p.From, p.To, Number(p.Value), spread("path:" + p.From + "->" + p.To), Number(p.F2), Number(p.VIF)})
	}
	o.addEffects(r, spread)
	o.addPairs(r, spread)
	if boot != nil {
		o.Bootstrap = &BootstrapResult{Drawn: boot.Drawn, Used: boot.Used}
		for _, skip := range boot.Skipped {
			o.Bootstrap.Skipped = append(o.Bootstrap.Skipped, pls.SkipReport{Resample: skip.Resample, Reason: skip.Code, Construct: skip.Construct, Item: skip.Item, Items: skip.Items})
		}
		o.Warnings = append(o.Warnings, boot.Warnings()...)
	}
	return o
}

// spreads looks up the bootstrap of a parameter by its name in package pls.
func spreads(boot *pls.Bootstrap) func(name string) Spread {
	found := map[string]Spread{}
	if boot != nil {
		for _, p := range boot.Parameters {
			found[p.Name] = Spread{Number(p.SE), Number(p.Lo), Number(p.Hi), Number(p.P)}
		}
	}
	return func(name string) Spread {
		if s, ok := found[name]; ok {
			return s
		}
		return noSpread
	}
}

func (o *Outcome) addItems(s *pls.Sample, r *pls.Result, spread func(string) Spread) {
	i := 0
	for b, c := range r.Model.Constructs {
		for k, code := range c.Indicators {
			about := s.Items[i]
			o.Items = append(o.Items, ItemResult{
				Construct: c.Name, Code: code, Weight: Number(r.Weights[i]), Loading: Number(r.Loadings[i]), LoadingSpan: spread("loading:" + code),
				IndexWeight: Number(r.Index.Constructs[b].Weights[k]), VIF: Number(r.ItemVIF[i]), Mean: Number(r.Mean[i]), SD: Number(r.SD[i]),
				Valid: about.Valid, Missing: about.Missing,
			})
			i++
		}
	}
}

func (o *Outcome) addEffects(r *pls.Result, spread func(string) Spread) {
	indirect := map[[2]string]float64{}
	for _, e := range r.Indirect {
		indirect[[2]string{e.From, e.To}] = e.Value
	}
	for i, e := range r.Total {
		o.Effects = append(o.Effects, EffectResult{
			From: e.From, To: e.To, Value: Number(e.Value), Indirect: Number(indirect[[2]string{e.From, e.To}]), Points: Number(r.Index.Total[i].Value),
			Spread: spread("total:" + e.From + "->" + e.To),
		})
	}
}

func (o *Outcome) addPairs(r *pls.Result, spread func(string) Spread) {
	for b, second := range r.Model.Constructs {
		for a, first := range r.Model.Constructs[:b] {
			o.Pairs = append(o.Pairs, PairResult{
				A: first.Name, B: second.Name, Correlation: Number(r.Correlations[a][b]), HTMT: Number(r.HTMT[a][b]),
				HTMTHi: spread("htmt:" + first.Name + "~" + second.Name).Hi,
			})
		}
	}
}
