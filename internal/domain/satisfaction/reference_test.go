package satisfaction_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/pls"
)

// near compares a tree of numbers with the reference, which may hold less.
func near(t *testing.T, at string, got, want any) (compared int) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s: no object but %v", at, got)
			return 0
		}
		for key, v := range w {
			compared += near(t, at+"."+key, g[key], v)
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			t.Errorf("%s: %d entries, want %d", at, len(g), len(w))
			return 0
		}
		byEnds(g)
		byEnds(w)
		for i, v := range w {
			compared += near(t, fmt.Sprintf("%s[%d]", at, i), g[i], v)
		}
	case float64:
		g, ok := got.(float64)
		if !ok || math.Abs(g-w) > 1e-9 {
			t.Errorf("%s: %v, want %v", at, got, w)
		}
		return 1
	case string:
		if got != w {
			t.Errorf("%s: %v, want %q", at, got, w)
		}
	}
	return compared
}

// byEnds sorts effects, whose order means nothing.
func byEnds(list []any) {
	key := func(v any) string {
		m, _ := v.(map[string]any)
		return fmt.Sprint(m["from"], ">", m["to"])
	}
	slices.SortStableFunc(list, func(a, b any) int { return strings.Compare(key(a), key(b)) })
}

// The example file, imported and estimated through the services, gives the numbers
// of three independent programs.
func TestTheReferenceIsReproduced(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, c := range []struct {
			data, reference string
			change          func(*satisfaction.Settings)
		}{
			{"ecsi_power.csv", "ecsi_power_modeA_path.json", func(*satisfaction.Settings) {}},
			{"ecsi_power.csv", "ecsi_power_modeA_centroid.json", func(s *satisfaction.Settings) { s.Scheme = pls.CentroidScheme }},
			{"ecsi_power.csv", "ecsi_power_modeA_factorial.json", func(s *satisfaction.Settings) { s.Scheme = pls.FactorialScheme }},
			{"ecsi_power_missing.csv", "ecsi_power_missing_mean.json", func(*satisfaction.Settings) {}},
			{"ecsi_power_missing.csv", "ecsi_power_missing_casewise.json", func(s *satisfaction.Settings) { s.Missing = pls.Casewise }},
		} {
			in := satisfaction.EstimateInput{Settings: settings(0)}
			c.change(&in.Settings)
			e := b.estimated(t, b.lin, b.survey(t, b.lin, "ecsi", example(t, c.data), nil), in)
			got := decode[map[string]any](t, b.result(t, b.lin, e.ID))
			want := decode[map[string]any](t, []byte(example(t, c.reference)))
			n := 0
			for _, part := range []string{"outer_weights", "outer_loadings", "cross_loadings", "paths", "r2", "r2_adj", "f2_fixed_scores", "total_effects", "reliability", "htmt", "vif_inner", "vif_items"} {
				estimates := want["estimates"].(map[string]any)
				if estimates[part] == nil {
					t.Fatalf("%s has no %s", c.reference, part)
				}
				n += near(t, c.reference+" "+part, got["estimates"].(map[string]any)[part], estimates[part])
			}
			n += near(t, c.reference+" index", got["satisfaction_index"], want["satisfaction_index"])
			if n < 400 {
				t.Errorf("%s: only %d numbers were compared", c.reference, n)
			}
		}
	})
}

// result.json is what zhiyin estimate --json prints, to the byte, and the same
// for the same answers, model and settings.
func TestTheSameBytesEveryTime(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		content := example(t, "ecsi_power_missing.csv")
		in := satisfaction.EstimateInput{Settings: settings(40)}
		study := b.survey(t, b.lin, "ecsi", content, nil)
		first, second := b.estimated(t, b.lin, study, in), b.estimated(t, b.lin, study, in)
		raw := b.result(t, b.lin, first.ID)
		if !bytes.Equal(raw, b.result(t, b.lin, second.ID)) || !bytes.Equal(first.ResultHash, second.ResultHash) || first.ID == second.ID {
			t.Error("the second estimation differs")
		}
		if !bytes.Equal(raw, commandLine(t, content)) {
			t.Error("the command line gives another result")
		}
		in.Settings.Seed = 8
		if third := b.estimated(t, b.lin, study, in); bytes.Equal(first.ResultHash, third.ResultHash) {
			t.Error("another seed gives the same result")
		}
	})
}

// commandLine does what zhiyin estimate --model ecsi --boot 40 --seed 7 --json does.
func commandLine(t *testing.T, content string) []byte {
	t.Helper()
	model, ok := satisfaction.Shipped("ecsi")
	if !ok {
		t.Fatal("ecsi is not shipped")
	}
	data, err := pls.ReadCSV(strings.NewReader(content), model.Items())
	if err != nil {
		t.Fatal(err)
	}
	sample, err := pls.Prepare(model, data, pls.Options{})
	if err != nil {
		t.Fatal(err)
	}
	result, err := sample.Estimate()
	if err != nil {
		t.Fatal(err)
	}
	boot, err := sample.Bootstrap(t.Context(), pls.BootstrapOptions{Resamples: 40, Seed: 7, Level: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := result.Report(boot).WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// group is a segment of the reference file, by one variable or two.
type group struct {
	Variable, Value, Area, Segment, Wave, Voltage string
	N                                             int
	Pooled                                        map[string]float64 `json:"index_pooled_weights"`
}

type groups struct {
	Groups        []group
	AreaBySegment []group `json:"area_by_segment"`
	Wave          []group
	Voltage       []group
}

// Segments and crossings with pooled weights.
func TestSegmentsAreThoseOfTheReference(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		e := b.estimated(t, b.lin, b.survey(t, b.lin, "ecsi", example(t, "ecsi_power.csv"), nil), satisfaction.EstimateInput{Settings: settings(0)})
		r, err := b.Report(b.as(b.lin), "zh", e.ID)
		if err != nil {
			t.Fatal(err)
		}
		reference := decode[groups](t, []byte(example(t, "ecsi_power_groups.json")))
		for _, g := range reference.Wave {
			reference.Groups = append(reference.Groups, group{Variable: "wave", Value: g.Wave, N: g.N, Pooled: g.Pooled})
		}
		for _, g := range reference.Voltage {
			reference.Groups = append(reference.Groups, group{Variable: "voltage", Value: g.Voltage, N: g.N, Pooled: g.Pooled})
		}
		compared := 0
		for _, g := range reference.Groups {
			s, ok := segment(r, g.Variable, g.Value)
			if !ok {
				continue // groups by two variables stand below
			}
			compared++
			if s.N != g.N {
				t.Errorf("%s %s: n %d, want %d", g.Variable, g.Value, s.N, g.N)
			}
			for _, x := range s.Index {
				if math.Abs(float64(x.Value)-g.Pooled[x.Construct]) > 1e-9 {
					t.Errorf("%s %s %s: %v, want %v", g.Variable, g.Value, x.Construct, x.Value, g.Pooled[x.Construct])
				}
			}
		}
		if compared < 9 {
			t.Errorf("%d segments compared", compared)
		}
		compareCrosses(t, r, reference)
	})
}

func compareCrosses(t *testing.T, r satisfaction.Report, reference groups) {
	t.Helper()
	cross := r.Crosses[slices.IndexFunc(r.Crosses, func(x satisfaction.Cross) bool { return x.Rows == "area" && x.Columns == "segment" })]
	for _, g := range reference.AreaBySegment {
		cell := cross.Cells[slices.Index(cross.RowLevels, g.Area)][slices.Index(cross.ColLevels, g.Segment)]
		for k, c := range r.Constructs {
			if cell.N != g.N || math.Abs(float64(cell.Values[k])-g.Pooled[c.Name]) > 1e-9 {
				t.Errorf("%s × %s %s: %v of %d, want %v of %d", g.Area, g.Segment, c.Name, cell.Values[k], cell.N, g.Pooled[c.Name], g.N)
			}
		}
	}
	empty := r.Crosses[slices.IndexFunc(r.Crosses, func(x satisfaction.Cross) bool { return x.Rows == "segment" && x.Columns == "voltage" })]
	if cell := empty.Cells[slices.Index(empty.RowLevels, "resident")][slices.Index(empty.ColLevels, "high")]; cell.N != 0 || len(cell.Values) != 0 || !cell.Small {
		t.Errorf("residents at high voltage: %+v", cell)
	}
	if got := fmt.Sprintf("%.1f %.1f", r.Headline.Index.Value, r.Headline.Index.Weighted); got != "72.2 71.2" {
		t.Errorf("index and weighted index %s, want 72.2 71.2", got)
	}
}

func segment(r satisfaction.Report, attribute, level string) (satisfaction.Segment, bool) {
	for _, g := range r.Segments {
		for _, s := range g.Segments {
			if g.Attribute == attribute && s.Level == level {
				return s, true
			}
		}
	}
	return satisfaction.Segment{}, false
}
