package pls

import (
	"math"
	"slices"
)

// A Warning is something doubtful that does not stop the estimate. Fields that do not apply are zero; Value is what was
// found and Limit what it was held against.
type Warning struct {
	Code      Code     `json:"code"`
	Construct string   `json:"construct,omitempty"`
	Other     string   `json:"other,omitempty"` // the source of a path, or the second construct of a pair
	Item      string   `json:"item,omitempty"`
	Items     []string `json:"items,omitempty"`
	Row       int      `json:"row,omitempty"` // 1-based case of the data, the first concerned
	Count     int      `json:"count,omitempty"`
	Value     Number   `json:"value,omitzero"`
	Limit     Number   `json:"limit,omitzero"`
}

// Codes of warnings. NotConverged and SingularBlock serve as warnings too.
const (
	FewCases         Code = "few_cases"          // fewer cases than items: Value cases, Limit items
	SmallSample      Code = "small_sample"       // fewer than ten cases for each predecessor or formative item of Construct
	MissingReplaced  Code = "missing_replaced"   // Count missing answers replaced by means; Value is their share of all
	ManyMissing      Code = "many_missing"       // share Value of the answers to Item are missing, at least 0.05
	CasesDropped     Code = "cases_dropped"      // Count cases dropped for missing answers
	BlockMissing     Code = "block_missing"      // Count cases without any answer to the Items of Construct, the first in Row
	SuspectCode      Code = "suspect_code"       // Value looks like an undeclared code for missing answers, Count times
	NearConstant     Code = "near_constant"      // share Value of the answers to Item are the same
	NegativeWeight   Code = "negative_weight"    // the index of Construct is not to be read where an item counts against it
	NegativeLoading  Code = "negative_loading"   // an item runs against its construct: is it worded the other way?
	LowLoading       Code = "low_loading"        // reflective item below 0.4 (Hair et al. 2017, Primer on PLS-SEM, ch. 4)
	LowReliability   Code = "low_reliability"    // rho_C of a reflective block below 0.7 (ibid.)
	LowAVE           Code = "low_ave"            // AVE of a reflective block below 0.5 (Fornell and Larcker 1981)
	RhoAOutOfRange   Code = "rho_a_out_of_range" // rho_A outside 0 to 1
	NegativeAlpha    Code = "negative_alpha"     // items of a block correlate negatively
	PathAboveOne     Code = "path_above_one"     // |path| > 1: predecessors nearly depend on each other
	HighInnerVIF     Code = "high_vif_inner"     // VIF of Other among the predecessors of Construct from 5 on
	HighItemVIF      Code = "high_vif_items"     // VIF of an item of a formative block from 5 on
	HighHTMT         Code = "high_htmt"          // HTMT above 0.9: two constructs are hardly told apart (Henseler et al. 2015)
	UndefinedHTMT    Code = "undefined_htmt"     // no correlation within one of the blocks
	FewResamples     Code = "few_resamples"      // intervals from fewer than 1000 resamples are rough
	ResamplesSkipped Code = "resamples_skipped"  // Count resamples without a solution; Items are the reasons
)

// Limits of the warnings.
const (
	loadingLimit      = 0.4
	reliabilityLimit  = 0.7
	aveLimit          = 0.5
	vifLimit          = 5
	htmtLimit         = 0.9
	nearConstantLimit = 0.95
	missingShareLimit = 0.05
	resamplesLimit    = 1000
	casesPerPredictor = 10
)

// dataWarnings reports on the answers.
func (s *Sample) dataWarnings() []Warning {
	var out []Warning
	if n, p := len(s.rows), len(s.cols); n < p {
		out = append(out, Warning{Code: FewCases, Value: Number(n), Limit: Number(p)})
	}
	if dropped := s.read - len(s.rows); dropped > 0 {
		out = append(out, Warning{Code: CasesDropped, Count: dropped, Value: Number(float64(dropped) / float64(s.read))})
	}
	for b, gap := range s.noBlock {
		if gap.count > 0 {
			out = append(out, Warning{
				Code: BlockMissing, Construct: s.spec.names[b], Items: s.spec.blockItems(b), Count: gap.count, Row: gap.first + 1,
			})
		}
	}
	missing := 0
	for _, item := range s.Items {
		missing += item.Missing
		out = append(out, s.itemWarnings(item)...)
	}
	if missing > 0 && s.opt.Missing == MeanReplacement {
		share := float64(missing) / float64(s.read*len(s.Items))
		out = append(out, Warning{Code: MissingReplaced, Count: missing, Value: Number(share)})
	}
	return out
}

func (s *Sample) itemWarnings(r ItemReport) []Warning {
	var out []Warning
	w := Warning{Construct: r.Construct, Item: r.Item}
	if share := float64(r.ModeCount) / float64(r.Valid); share >= nearConstantLimit {
		w.Code, w.Value, w.Limit = NearConstant, Number(share), nearConstantLimit
		out = append(out, w)
	}
	if share := float64(r.Missing) / float64(s.read); share >= missingShareLimit {
		w.Code, w.Count, w.Value, w.Limit = ManyMissing, r.Missing, Number(share), missingShareLimit
		out = append(out, w)
	}
	if s.Model.Scale == nil {
		out = append(out, s.suspectCodes(r)...)
	}
	return out
}

// usualCodes are values that survey programs write for a missing answer.
var usualCodes = []float64{-1, -8, -9, -88, -98, -99, -998, -999, -9999, 88, 98, 99, 998, 999, 9999}

// suspectCodes finds an extreme value that is a usual code and lies further from the rest than the rest is wide.
func (s *Sample) suspectCodes(r ItemReport) []Warning {
	var out []Warning
	col := s.cols[slices.Index(s.spec.items, r.Item)]
	for _, end := range []float64{r.Min, r.Max} {
		if !slices.Contains(usualCodes, end) {
			continue
		}
		lo, hi := math.Inf(1), math.Inf(-1)
		w := Warning{Code: SuspectCode, Construct: r.Construct, Item: r.Item, Value: Number(end)}
		for i, v := range col {
			switch {
			case v == end:
				if w.Count++; w.Count == 1 {
					w.Row = s.rows[i] + 1
				}
			case v == v && !slices.Contains(usualCodes, v):
				lo, hi = min(lo, v), max(hi, v)
			}
		}
		if lo <= hi && w.Count > 0 && (end < lo-(hi-lo) || end > hi+(hi-lo)) {
			out = append(out, w)
		}
	}
	return out
}

// doubts reports on the estimate.
func (r *Result) doubts() []Warning {
	var out []Warning
	if !r.Converged {
		out = append(out, Warning{Code: NotConverged, Count: r.Iterations})
	}
	for b, blk := range r.spec.block {
		out = append(out, r.sizeDoubts(b)...)
		if blk.size() > 1 {
			out = append(out, r.itemDoubts(b)...)
			out = append(out, r.blockDoubts(b)...)
		}
	}
	for _, p := range r.Paths {
		w := Warning{Construct: p.To, Other: p.From}
		if math.Abs(p.Value) > 1 {
			w.Code, w.Value, w.Limit = PathAboveOne, Number(p.Value), 1
			out = append(out, w)
		}
		if p.VIF >= vifLimit {
			w.Code, w.Value, w.Limit = HighInnerVIF, Number(p.VIF), vifLimit
			out = append(out, w)
		}
	}
	return append(out, r.pairDoubts()...)
}

// sizeDoubts applies the ten-times rule (Barclay, Higgins, Thompson 1995, Technology Studies 2(2)).
func (r *Result) sizeDoubts(b int) []Warning {
	most := len(r.spec.preds[b])
	if r.spec.modeB[b] {
		most = max(most, r.spec.block[b].size())
	}
	if r.N >= casesPerPredictor*most {
		return nil
	}
	return []Warning{{
		Code: SmallSample, Construct: r.spec.names[b], Value: Number(r.N), Limit: Number(casesPerPredictor * most),
	}}
}

func (r *Result) itemDoubts(b int) []Warning {
	var out []Warning
	formative := r.spec.modeB[b]
	for i := r.spec.block[b].lo; i < r.spec.block[b].hi; i++ {
		add := func(code Code, value, limit float64) {
			out = append(out, Warning{
				Code: code, Construct: r.spec.names[b], Item: r.Items[i], Value: Number(value), Limit: Number(limit),
			})
		}
		if r.Weights[i] < 0 {
			add(NegativeWeight, r.Weights[i], 0)
		}
		switch l := r.Loadings[i]; {
		case l < 0:
			add(NegativeLoading, l, 0)
		case l < loadingLimit && !formative:
			add(LowLoading, l, loadingLimit)
		}
		if formative && r.ItemVIF[i] >= vifLimit {
			add(HighItemVIF, r.ItemVIF[i], vifLimit)
		}
	}
	return out
}

func (r *Result) blockDoubts(b int) []Warning {
	blk := r.spec.block[b]
	if math.IsInf(r.ItemVIF[blk.lo], 1) {
		return []Warning{{Code: SingularBlock, Construct: r.spec.names[b], Items: r.spec.blockItems(b)}}
	}
	if r.spec.modeB[b] {
		return nil
	}
	var out []Warning
	add := func(wrong bool, code Code, value, limit float64) {
		if wrong {
			out = append(out, Warning{Code: code, Construct: r.spec.names[b], Value: Number(value), Limit: Number(limit)})
		}
	}
	rel := r.Reliability[b]
	add(rel.Alpha < 0, NegativeAlpha, rel.Alpha, 0)
	add(!(rel.RhoA >= 0 && rel.RhoA <= 1), RhoAOutOfRange, rel.RhoA, 1)
	add(rel.RhoC < reliabilityLimit, LowReliability, rel.RhoC, reliabilityLimit)
	add(rel.AVE < aveLimit, LowAVE, rel.AVE, aveLimit)
	return out
}

func (r *Result) pairDoubts() []Warning {
	var out []Warning
	for b := range r.HTMT {
		for a := range b {
			w := Warning{Construct: r.spec.names[a], Other: r.spec.names[b]}
			switch v := r.HTMT[a][b]; {
			case math.IsNaN(v) || math.IsInf(v, 0):
				w.Code = UndefinedHTMT
			case v > htmtLimit && !r.spec.modeB[a] && !r.spec.modeB[b]:
				w.Code, w.Value, w.Limit = HighHTMT, Number(v), htmtLimit
			default:
				continue
			}
			out = append(out, w)
		}
	}
	return out
}

// Warnings reports on the resamples.
func (b *Bootstrap) Warnings() []Warning {
	var out []Warning
	if len(b.Skipped) > 0 {
		w := Warning{Code: ResamplesSkipped, Count: len(b.Skipped), Value: Number(float64(len(b.Skipped)) / float64(b.Drawn))}
		for _, s := range b.Skipped {
			if !slices.Contains(w.Items, string(s.Code)) {
				w.Items = append(w.Items, string(s.Code))
			}
		}
		out = append(out, w)
	}
	if b.Used < resamplesLimit {
		out = append(out, Warning{Code: FewResamples, Count: b.Used, Limit: resamplesLimit})
	}
	return out
}
