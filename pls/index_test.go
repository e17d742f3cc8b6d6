package pls

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
)

// groupReference is the reference for groups of the power survey.
type groupReference struct {
	Overall struct {
		Index map[string]float64 `json:"index"`
	} `json:"overall"`
	Groups []struct {
		Variable, Value string
		N               int
		Estimates       map[string]float64 `json:"estimates"`
		Own             map[string]float64 `json:"index_own_weights"`
		Pooled          map[string]float64 `json:"index_pooled_weights"`
	} `json:"groups"`
	Cells []struct {
		Area, Segment string
		N             int
		Pooled        map[string]float64 `json:"index_pooled_weights"`
	} `json:"area_by_segment"`
	Wave []struct {
		Wave   string
		N      int
		Pooled map[string]float64 `json:"index_pooled_weights"`
	} `json:"wave"`
	Voltage []struct {
		Voltage string
		N       int
		Pooled  map[string]float64 `json:"index_pooled_weights"`
	} `json:"voltage"`
}

// powerColumns returns the text columns of the power survey joined by a blank, case by case.
func powerColumns(t *testing.T, names ...string) []string {
	t.Helper()
	f, err := os.Open("testdata/ecsi_power.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(lines)-1)
	for _, name := range names {
		j := slices.Index(lines[0], name)
		for i, line := range lines[1:] {
			if out[i] != "" {
				out[i] += " "
			}
			out[i] += line[j]
		}
	}
	return out
}

func readGroups(t *testing.T) groupReference {
	t.Helper()
	b, err := os.ReadFile("testdata/ecsi_power_groups.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref groupReference
	if err := json.Unmarshal(b, &ref); err != nil {
		t.Fatal(err)
	}
	return ref
}

// checkGroup compares one group of a cut with the reference.
func checkGroup(t *testing.T, s *Sample, got []GroupIndex, name string, n int, want map[string]float64) {
	t.Helper()
	i := slices.IndexFunc(got, func(g GroupIndex) bool { return g.Group == name })
	if i < 0 || got[i].N != n || len(want) != len(s.spec.names) {
		t.Fatalf("group %q of %d cases: %+v, reference has %d constructs", name, n, got, len(want))
	}
	for b, construct := range s.spec.names {
		near(t, name+" "+construct, []float64{got[i].Value[b]}, []float64{want[construct]}, 1e-9)
	}
}

func TestGroupsAgreeWithReference(t *testing.T) {
	ref := readGroups(t)
	s := powerSample(t, Options{})
	r := mustEstimate(t, s)
	cut := func(names ...string) []GroupIndex { return s.GroupIndices(r, powerColumns(t, names...)) }
	area, segment, cells := cut("area"), cut("segment"), cut("area", "segment")
	for _, g := range ref.Groups {
		switch g.Variable {
		case "area":
			checkGroup(t, s, area, g.Value, g.N, g.Pooled)
		case "segment":
			checkGroup(t, s, segment, g.Value, g.N, g.Pooled)
		default:
			checkGroup(t, s, cells, g.Value, g.N, g.Pooled)
		}
	}
	for _, g := range ref.Cells {
		checkGroup(t, s, cells, g.Area+" "+g.Segment, g.N, g.Pooled)
	}
	for _, g := range ref.Wave {
		checkGroup(t, s, cut("wave"), g.Wave, g.N, g.Pooled)
	}
	for _, g := range ref.Voltage {
		checkGroup(t, s, cut("voltage"), g.Voltage, g.N, g.Pooled)
	}
	if len(ref.Groups) != 6 || len(ref.Cells) != 6 || len(ref.Wave) != 2 || len(ref.Voltage) != 2 || len(area) != 2 {
		t.Error("a part of the reference was not read")
	}
}

func TestEstimatesWithinGroupsAgreeWithReference(t *testing.T) {
	s := powerSample(t, Options{})
	for _, g := range readGroups(t).Groups {
		columns := map[string][]string{"area": {"area"}, "segment": {"segment"}, "area x segment": {"area", "segment"}}
		var cases []int
		for i, name := range powerColumns(t, columns[g.Variable]...) {
			if name == g.Value {
				cases = append(cases, i)
			}
		}
		part, err := s.Subset(cases)
		if err != nil {
			t.Fatal(err)
		}
		r := mustEstimate(t, part)
		for b, c := range r.Index.Constructs {
			near(t, g.Value+" "+c.Construct, []float64{r.Index.Constructs[b].Value}, []float64{g.Own[c.Construct]}, 1e-9)
		}
		values, problem := part.parameters(everyCase(len(cases)))
		if problem != nil {
			t.Fatal(problem)
		}
		compared := 0
		for j, name := range part.spec.parameterNames() {
			if want, ok := g.Estimates[name]; ok {
				compared++
				near(t, g.Value+" "+name, values[j:j+1], []float64{want}, 1e-9)
			}
		}
		if compared != len(g.Estimates) {
			t.Errorf("%s: compared %d of %d", g.Value, compared, len(g.Estimates))
		}
	}
}

func TestGroupMeansAddUpToTheIndex(t *testing.T) {
	m := readReference(t, "ecsi_power_modeA_path").Model
	m.Scale = &Scale{1, 10}
	s := prepare(t, m, "ecsi_power_missing.csv", Options{})
	r := mustEstimate(t, s)
	groups := s.GroupIndices(r, powerColumns(t, "segment", "area"))
	for b, c := range r.Index.Constructs {
		sum := 0.0
		for _, g := range groups {
			sum += g.Value[b] * float64(g.N)
		}
		near(t, c.Construct, []float64{sum / 1000}, []float64{c.Value}, 1e-10)
	}
}

func TestGroupsFollowTheCasesUsed(t *testing.T) {
	m, d := chain(), answers(12)
	m.Scale = &Scale{1, 10}
	d.Columns[0][0] = nan
	s := mustPrepare(t, m, d, Options{Missing: Casewise})
	r := mustEstimate(t, s)
	groups := s.GroupIndices(r, []string{"x", "y", "y", "", "z", "y", "y", "y", "y", "y", "y", "y"})
	if len(groups) != 2 || groups[0].Group != "y" || groups[0].N != 9 || groups[1].Group != "z" || groups[1].N != 1 {
		t.Fatalf("groups %+v", groups)
	}
	scores := s.IndexScores(r)
	if got, want := groups[1].Value[2], scores[2][3]; math.Abs(got-want) > 1e-12 || !math.IsNaN(groups[1].SD[2]) {
		t.Errorf("z: %v ± %v, want %v", got, groups[1].SD[2], want)
	}
	if s.GroupIndices(&Result{}, nil) != nil || s.IndexScores(&Result{}) != nil {
		t.Error("an index without a scale")
	}
}

// Fornell's form 100 Σw(mean-min)/(Σw(max-min)) with the figures of a worked example.
func TestIndexFormula(t *testing.T) {
	w, mean := []float64{.37718684, .38156707, .44105872}, []float64{8, 7.5, 7}
	raw, sum := weighted(mean, func(i int) float64 { return w[i] }, span{0, 3})
	near(t, "index", []float64{Scale{1, 10}.percent(raw), sum}, []float64{71.93, 1.19981263}, 5e-3)
}

func TestIndexScoresLieOnTheScale(t *testing.T) {
	s := powerSample(t, Options{})
	r := mustEstimate(t, s)
	for b, col := range s.IndexScores(r) {
		mean, sd := meanSD(col)
		c := r.Index.Constructs[b]
		near(t, c.Construct, []float64{mean, sd}, []float64{c.Value, c.SD}, 1e-10)
		if lo, hi := slices.Min(col), slices.Max(col); lo < 0 || hi > 100 {
			t.Errorf("%s from %v to %v", c.Construct, lo, hi)
		}
	}
	for b, col := range s.Scores(r) {
		mean, sd := meanSD(col)
		near(t, s.spec.names[b], []float64{mean, sd}, []float64{0, 1}, 1e-10)
	}
}
