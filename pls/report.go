package pls

import (
	"encoding/json"
	"io"
)

// A Report is a result as JSON, every object in the order of the model.
type Report struct {
	Estimates Estimates        `json:"estimates"`
	Index     *IndexReport     `json:"satisfaction_index,omitempty"`
	Bootstrap *BootstrapReport `json:"bootstrap,omitempty"`
	Warnings  []Warning        `json:"warnings"`
}

// Estimates holds the estimate. Outer objects go by construct, cross loadings by item.
type Estimates struct {
	OuterWeights  Ordered[Ordered[Number]]   `json:"outer_weights"`
	OuterLoadings Ordered[Ordered[Number]]   `json:"outer_loadings"`
	CrossLoadings Ordered[Ordered[Number]]   `json:"cross_loadings"`
	Paths         []EffectReport             `json:"paths"`
	R2            Ordered[Number]            `json:"r2"`
	R2Adj         Ordered[Number]            `json:"r2_adj"`
	F2            []EffectReport             `json:"f2_fixed_scores"`
	Total         []EffectReport             `json:"total_effects"`
	Indirect      []EffectReport             `json:"total_indirect_effects"`
	Correlations  Ordered[Ordered[Number]]   `json:"construct_correlations"`
	Reliability   Ordered[ReliabilityReport] `json:"reliability"`
	HTMT          Ordered[Ordered[Number]]   `json:"htmt"`
	InnerVIF      Ordered[Ordered[Number]]   `json:"vif_inner"`
	ItemVIF       Ordered[Ordered[Number]]   `json:"vif_items"`
}

// An EffectReport is a value from one construct to another.
type EffectReport struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Value Number `json:"value"`
}

// A ReliabilityReport holds the measures of one block.
type ReliabilityReport struct {
	Alpha Number `json:"alpha"`
	RhoA  Number `json:"rho_A"`
	RhoC  Number `json:"rho_C"`
	AVE   Number `json:"AVE"`
}

// An IndexReport is the satisfaction index.
type IndexReport struct {
	ScaleMin   Number                        `json:"scale_min"`
	ScaleMax   Number                        `json:"scale_max"`
	Formula    string                        `json:"formula"`
	Constructs Ordered[ConstructIndexReport] `json:"constructs"`
	Total      []EffectReport                `json:"unstandardised_total_effects"`
}

// A ConstructIndexReport is the index of one construct.
type ConstructIndexReport struct {
	Weights             Ordered[Number] `json:"normalised_unstandardised_weights"`
	Value               Number          `json:"index_0_100"`
	SD                  Number          `json:"index_sd_n1"`
	RawMean             Number          `json:"raw_scale_mean"`
	StandardisedWeights Number          `json:"alt_standardised_weight_index_0_100"`
	EqualWeights        Number          `json:"alt_equal_weight_index_0_100"`
}

// A BootstrapReport is the outcome of a bootstrap. Resamples holds one object of all parameters for each resample, null
// for one that was skipped.
type BootstrapReport struct {
	Used       int                   `json:"used"`
	Skipped    []SkipReport          `json:"skipped"`
	Parameters Ordered[SpreadReport] `json:"parameters"`
	Resamples  json.Marshaler        `json:"resamples"`
}

// A SkipReport names a resample that was left out.
type SkipReport struct {
	Resample  int      `json:"resample"` // 0-based
	Reason    Code     `json:"reason"`
	Construct string   `json:"construct,omitempty"`
	Item      string   `json:"item,omitempty"`
	Items     []string `json:"items,omitempty"`
}

// A SpreadReport is standard error, percentile interval and p-value of a parameter.
type SpreadReport struct {
	SE Number `json:"se"`
	Lo Number `json:"ci_lo"`
	Hi Number `json:"ci_hi"`
	P  Number `json:"p"`
}

// indexFormula is shown with the index, in the words of the reference files.
const indexFormula = "w_u = w/sd(x, n-1); p = w_u/sum(w_u); s_i = sum_k p_k x_ik; " +
	"index_i = 100*(s_i-min)/(max-min); index = mean(index_i)"

// WriteJSON writes the report as one line, numbers with all their digits.
func (r Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

// Report arranges the result, and the bootstrap if there is one, for JSON.
func (r *Result) Report(b *Bootstrap) Report {
	out := Report{Estimates: r.estimates(), Index: r.indexReport(), Warnings: append([]Warning{}, r.Warnings...)}
	if b != nil {
		out.Bootstrap = b.report()
		out.Warnings = append(out.Warnings, b.Warnings()...)
	}
	return out
}

func (r *Result) estimates() Estimates {
	e := Estimates{
		OuterWeights: r.byBlock(r.Weights), OuterLoadings: r.byBlock(r.Loadings), ItemVIF: r.byBlock(r.ItemVIF),
		Total: effectReports(r.Total), Indirect: effectReports(r.Indirect), Paths: []EffectReport{}, F2: []EffectReport{},
	}
	for i, item := range r.Items {
		e.CrossLoadings = append(e.CrossLoadings, Entry[Ordered[Number]]{item, named(r.spec.names, r.CrossLoadings[i])})
	}
	for b, name := range r.spec.names {
		e.Correlations = append(e.Correlations, Entry[Ordered[Number]]{name, named(r.spec.names, r.Correlations[b])})
		if next := r.spec.names[b+1:]; len(next) > 0 {
			e.HTMT = append(e.HTMT, Entry[Ordered[Number]]{name, named(next, r.HTMT[b][b+1:])})
		}
		if r.spec.endogenous(b) {
			e.R2 = append(e.R2, Entry[Number]{name, Number(r.R2[b])})
			e.R2Adj = append(e.R2Adj, Entry[Number]{name, Number(r.R2Adj[b])})
			e.InnerVIF = append(e.InnerVIF, Entry[Ordered[Number]]{Key: name})
		}
		l := r.Reliability[b]
		e.Reliability = append(e.Reliability, Entry[ReliabilityReport]{
			name, ReliabilityReport{Number(l.Alpha), Number(l.RhoA), Number(l.RhoC), Number(l.AVE)},
		})
	}
	for _, p := range r.Paths {
		e.Paths = append(e.Paths, EffectReport{p.From, p.To, Number(p.Value)})
		e.F2 = append(e.F2, EffectReport{p.From, p.To, Number(p.F2)})
		for i := range e.InnerVIF {
			if e.InnerVIF[i].Key == p.To {
				e.InnerVIF[i].Value = append(e.InnerVIF[i].Value, Entry[Number]{p.From, Number(p.VIF)})
			}
		}
	}
	return e
}

// byBlock arranges values by item under their constructs.
func (r *Result) byBlock(value []float64) Ordered[Ordered[Number]] {
	var out Ordered[Ordered[Number]]
	for b, blk := range r.spec.block {
		out = append(out, Entry[Ordered[Number]]{r.spec.names[b], named(r.spec.blockItems(b), value[blk.lo:blk.hi])})
	}
	return out
}

func named(names []string, values []float64) Ordered[Number] {
	out := make(Ordered[Number], len(names))
	for i, name := range names {
		out[i] = Entry[Number]{name, Number(values[i])}
	}
	return out
}

func effectReports(effects []Effect) []EffectReport {
	out := make([]EffectReport, len(effects))
	for i, e := range effects {
		out[i] = EffectReport{e.From, e.To, Number(e.Value)}
	}
	return out
}

func (r *Result) indexReport() *IndexReport {
	x := r.Index
	if x == nil {
		return nil
	}
	out := &IndexReport{
		ScaleMin: Number(x.Scale.Min), ScaleMax: Number(x.Scale.Max), Formula: indexFormula, Total: effectReports(x.Total),
	}
	for b, c := range x.Constructs {
		out.Constructs = append(out.Constructs, Entry[ConstructIndexReport]{c.Construct, ConstructIndexReport{
			Weights: named(r.spec.blockItems(b), c.Weights), Value: Number(c.Value), SD: Number(c.SD),
			RawMean: Number(c.RawMean), StandardisedWeights: Number(c.StandardisedWeights), EqualWeights: Number(c.EqualWeights),
		}})
	}
	return out
}

func (b *Bootstrap) report() *BootstrapReport {
	out := &BootstrapReport{Used: b.Used, Skipped: []SkipReport{}}
	resamples := resampleReport{values: b.Resamples}
	for _, s := range b.Skipped {
		out.Skipped = append(out.Skipped, SkipReport{s.Resample, s.Code, s.Construct, s.Item, s.Items})
	}
	for _, p := range b.Parameters {
		resamples.names = append(resamples.names, p.Name)
		out.Parameters = append(out.Parameters, Entry[SpreadReport]{
			p.Name, SpreadReport{Number(p.SE), Number(p.Lo), Number(p.Hi), Number(p.P)},
		})
	}
	out.Resamples = resamples
	return out
}

// resampleReport writes thousands of resamples without an object for each number.
type resampleReport struct {
	names  []string
	values [][]float64
}

// MarshalJSON writes one object for each resample, or null.
func (r resampleReport) MarshalJSON() ([]byte, error) {
	keys := make([][]byte, len(r.names))
	for j, name := range r.names {
		key, err := marshal(name)
		if err != nil {
			return nil, err
		}
		keys[j] = append(key, ':')
	}
	b := []byte{'['}
	for i, values := range r.values {
		if i > 0 {
			b = append(b, ',')
		}
		if values == nil {
			b = append(b, "null"...)
			continue
		}
		b = append(b, '{')
		for j, v := range values {
			if j > 0 {
				b = append(b, ',')
			}
			b = appendNumber(append(b, keys[j]...), v)
		}
		b = append(b, '}')
	}
	return append(b, ']'), nil
}
