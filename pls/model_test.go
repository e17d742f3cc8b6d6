package pls

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// chain is a sound model of three constructs, A -> B -> C and A -> C, with two items each.
func chain() Model {
	return Model{
		Constructs: []Construct{
			{"A", ModeA, []string{"a1", "a2"}}, {"B", ModeA, []string{"b1", "b2"}}, {"C", ModeA, []string{"c1", "c2"}},
		},
		Paths: []Path{{"A", "B"}, {"B", "C"}, {"A", "C"}},
	}
}

func problemsOf(t testing.TB, err error) Problems {
	t.Helper()
	var ps Problems
	if err != nil && !errors.As(err, &ps) {
		t.Fatalf("error is %T %v, want Problems", err, err)
	}
	return ps
}

// brokenModels are changes to the model chain and what is said of them.
var brokenModels = []struct {
	name   string
	change func(m *Model)
	want   Problems
}{
	{"sound", func(*Model) {}, nil},
	{"item in two blocks", func(m *Model) { m.Constructs[1].Indicators[1] = "a2" }, Problems{
		{Code: ItemInTwoBlocks, Construct: "B", Item: "a2", Other: "A", At: "constructs[1].indicators[1]"},
	}},
	{"item twice in a block", func(m *Model) { m.Constructs[2].Indicators[1] = "c1" }, Problems{
		{Code: ItemTwice, Construct: "C", Item: "c1", At: "constructs[2].indicators[1]"},
	}},
	{"item without a name", func(m *Model) { m.Constructs[0].Indicators[0] = "" }, Problems{
		{Code: BadName, Construct: "A", At: "constructs[0].indicators[0]"},
	}},
	{"empty block", func(m *Model) { m.Constructs[1].Indicators = nil }, Problems{
		{Code: EmptyBlock, Construct: "B", At: "constructs[1].indicators"},
	}},
	{"bad mode", func(m *Model) { m.Constructs[0].Mode = "C" }, Problems{
		{Code: BadMode, Construct: "A", At: "constructs[0].mode", Detail: "C"},
	}},
	{"no mode", func(m *Model) { m.Constructs[0].Mode = "" }, Problems{
		{Code: BadMode, Construct: "A", At: "constructs[0].mode"},
	}},
	{"two of a name", func(m *Model) { m.Constructs[2].Name = "A" }, Problems{
		{Code: DuplicateName, Construct: "A", At: "constructs[2].name"},
		{Code: UnknownConstruct, Construct: "C", At: "paths[1].to"},
		{Code: UnknownConstruct, Construct: "C", At: "paths[2].to"},
	}},
	{"name with an arrow", func(m *Model) {
		m.Constructs[2].Name = "C->D"
		m.Paths[1].To, m.Paths[2].To = "C->D", "C->D"
	}, Problems{{Code: BadName, Construct: "C->D", At: "constructs[2].name"}}},
	{"cycle", func(m *Model) { m.Paths[2] = Path{"C", "A"} }, Problems{
		{Code: Cycle, Construct: "A", At: "paths", Detail: "A -> B -> C -> A"},
	}},
	{"cycle of two beside the start", func(m *Model) { m.Paths = append(m.Paths, Path{"C", "B"}) }, Problems{
		{Code: Cycle, Construct: "B", At: "paths", Detail: "B -> C -> B"},
	}},
	{"path to itself", func(m *Model) { m.Paths[2] = Path{"C", "C"} }, Problems{
		{Code: SelfPath, Construct: "C", At: "paths[2]"},
	}},
	{"path twice", func(m *Model) { m.Paths[2] = m.Paths[0] }, Problems{
		{Code: DuplicatePath, Construct: "A", Other: "B", At: "paths[2]"},
	}},
	{"unknown target", func(m *Model) { m.Paths[2].To = "X" }, Problems{
		{Code: UnknownConstruct, Construct: "X", At: "paths[2].to"},
	}},
	{"construct without a path", func(m *Model) { m.Paths = m.Paths[:1] }, Problems{
		{Code: Isolated, Construct: "C", At: "constructs[2]"},
	}},
	{"scale without width", func(m *Model) { m.Scale = &Scale{5, 5} }, Problems{
		{Code: BadScale, At: "scale", Detail: "5:5"},
	}},
	{"scale that is no number", func(m *Model) { m.Scale = &Scale{1, math.NaN()} }, Problems{
		{Code: BadScale, At: "scale", Detail: "1:NaN"},
	}},
	{"nothing at all", func(m *Model) { *m = Model{} }, Problems{
		{Code: NoConstruct, At: "constructs"}, {Code: NoPath, At: "paths"},
	}},
	{"everything at once", func(m *Model) {
		m.Constructs[0].Mode, m.Constructs[1].Indicators[0], m.Paths[2].From = "x", "a1", "Y"
	}, Problems{
		{Code: BadMode, Construct: "A", At: "constructs[0].mode", Detail: "x"},
		{Code: ItemInTwoBlocks, Construct: "B", Item: "a1", Other: "A", At: "constructs[1].indicators[0]"},
		{Code: UnknownConstruct, Construct: "Y", At: "paths[2].from"},
	}},
}

func TestModelProblemsNameConstructItemAndPosition(t *testing.T) {
	for _, c := range brokenModels {
		t.Run(c.name, func(t *testing.T) {
			m := chain()
			c.change(&m)
			if got := problemsOf(t, m.Validate()); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
		})
	}
}

func TestReadModelTakesTheModelOrWhatHoldsIt(t *testing.T) {
	bare, err := json.Marshal(chain())
	if err != nil {
		t.Fatal(err)
	}
	titled := strings.Replace(string(bare), `"name":"A"`, `"name":"A","title":{"zh":"形象"}`, 1)
	for name, text := range map[string]string{
		"bare": string(bare), "inside": `{"id":"x","model":` + string(bare) + `}`, "with titles": titled,
	} {
		m, err := ReadModel(strings.NewReader(text))
		if err != nil || !reflect.DeepEqual(m, chain()) {
			t.Errorf("%s: %v, %+v", name, err, m)
		}
	}
}

func TestReadModelRefusesWhatIsNoModel(t *testing.T) {
	for text, want := range map[string]Code{
		"": ModelSyntax, "{": ModelSyntax, "{}{}": ModelSyntax, "[]": ModelSyntax, `{"constructs":3}`: ModelSyntax, "{}": NoConstruct,
		`{"model":{}}`: NoConstruct, `{"constructs":[{"name":"A","mode":"A"}],"paths":[]}`: NoPath,
	} {
		_, err := ReadModel(strings.NewReader(text))
		if ps := problemsOf(t, err); len(ps) == 0 || ps[0].Code != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestReadModelHandsOnErrorsOfTheSource(t *testing.T) {
	broken := errors.New("disk away")
	if _, err := ReadModel(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestProblemTextGivesCodeAndParameters(t *testing.T) {
	ps := Problems{
		{Code: OutsideScale, Construct: "Value", Item: "VALU1", Row: 3, Count: 2, Value: -99},
		{Code: SingularBlock, Construct: "Image", Items: []string{"IMAG1", "IMAG2"}},
	}
	want := "outside_scale construct=Value item=VALU1 row=3 count=2 value=-99; " +
		"singular_block construct=Image items=IMAG1,IMAG2"
	if got := ps.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Whatever model passes the check can be compiled, and its effects name pairs the paths lead through.
func FuzzReadModel(f *testing.F) {
	text, err := json.Marshal(chain())
	if err != nil {
		f.Fatal(err)
	}
	ref, err := os.ReadFile("testdata/ecsi_power_modeB_imgqual_path.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(ref)
	f.Add([]byte(`{"constructs":[{"name":"A","mode":"B","indicators":["x"]}],"paths":[{"from":"A","to":"A"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ReadModel(strings.NewReader(string(text)))
		if err != nil {
			if ps := problemsOf(t, err); len(ps) == 0 || ps.Error() == "" {
				t.Fatal("an error without a problem")
			}
			return
		}
		sp := compile(m, Options{})
		if len(sp.paths) != len(m.Paths) || len(sp.totals) < len(sp.paths) || len(sp.items) != len(m.Items()) {
			t.Fatalf("%d paths, %d totals, %d items of %+v", len(sp.paths), len(sp.totals), len(sp.items), m)
		}
		for _, l := range sp.totals {
			if l.from == l.to {
				t.Fatalf("effect of %s on itself", sp.names[l.from])
			}
		}
	})
}
