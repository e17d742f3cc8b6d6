package satisfaction

import (
	"math"
	"slices"
)

// found is a segment with the attribute it belongs to.
type found struct {
	attribute string
	segment   Segment
}

// segments: those whose index on the target differs from that of all other
// respondents by more than chance, furthest below first; the highest of those
// above; or that there are none.
func (t *teller) segments() {
	var lower, higher []found
	tested := false
	for _, s := range t.Outcome.Segments {
		for _, segment := range s.Segments {
			if math.IsNaN(float64(segment.P)) {
				continue
			}
			tested = true
			if float64(segment.P) >= 1-t.report.Level {
				continue
			}
			if segment.Difference < 0 {
				lower = append(lower, found{s.Attribute, segment})
			} else {
				higher = append(higher, found{s.Attribute, segment})
			}
		}
	}
	far := func(a, b found) int {
		if math.Abs(float64(a.segment.Difference)) > math.Abs(float64(b.segment.Difference)) {
			return -1
		}
		return 1
	}
	slices.SortStableFunc(lower, far)
	slices.SortStableFunc(higher, far)
	for _, f := range lower[:min(len(lower), segmentsNamed)] {
		t.segment("segment_below", Bad, f)
	}
	if len(higher) > 0 {
		t.segment("segment_above", Good, higher[0])
	}
	if tested && len(lower)+len(higher) == 0 {
		t.add("segments_alike", Neutral, map[string]any{"target": t.title(t.target.Name)})
	}
}

func (t *teller) segment(code string, tone Tone, f found) {
	x, ok := f.segment.of(t.target.Name)
	if !ok {
		return
	}
	band, _, _ := bandOf(t.Bands, float64(x.Value))
	name := segmentFigure(f.attribute, f.segment.Level)
	t.add(code, tone, map[string]any{
		"target": t.title(t.target.Name), "attribute": f.attribute, "level": f.segment.Level, "n": f.segment.N, "index": decimals(x.Value, 1), "lo": decimals(x.Lo, 1),
		"hi": decimals(x.Hi, 1), "band": band.Title.In(t.lang), "difference": decimals(Number(math.Abs(float64(f.segment.Difference))), 1), "p": pText(f.segment.P),
	}, Figure{name, x.Value}, Figure{"difference:" + name, f.segment.Difference}, Figure{"p:" + name, f.segment.P})
}

func (s Segment) of(construct string) (SegmentIndex, bool) {
	for _, x := range s.Index {
		if x.Construct == construct {
			return x, true
		}
	}
	return SegmentIndex{}, false
}

// lowestCell: the lowest crossing of two attributes that is large enough, if its
// whole interval lies below the target's index.
func (t *teller) lowestCell() {
	at := slices.IndexFunc(t.Outcome.Constructs, func(c ConstructResult) bool { return c.Name == t.target.Name })
	var lowest Cell
	var params map[string]any
	var name string
	for _, x := range t.Outcome.Crosses {
		for r, line := range x.Cells {
			for c, cell := range line {
				if cell.Small || params != nil && cell.Values[at] >= lowest.Values[at] {
					continue
				}
				lowest, name = cell, segmentFigure(x.Rows, x.RowLevels[r])+"&"+x.Columns+"="+x.ColLevels[c]
				params = map[string]any{"rows": x.Rows, "row": x.RowLevels[r], "columns": x.Columns, "column": x.ColLevels[c]}
			}
		}
	}
	if params == nil || !(lowest.Hi < t.target.Index.Value) {
		return
	}
	band, _, _ := bandOf(t.Bands, float64(lowest.Values[at]))
	params["band"], params["target"], params["n"], params["index"] = band.Title.In(t.lang), t.title(t.target.Name), lowest.N, decimals(lowest.Values[at], 1)
	params["lo"], params["hi"], params["overall"] = decimals(lowest.Lo, 1), decimals(lowest.Hi, 1), decimals(t.target.Index.Value, 1)
	t.add("cell_lowest", Bad, params, Figure{name, lowest.Values[at]}, t.index(t.target.Name))
}
