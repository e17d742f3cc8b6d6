package satisfaction

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/pls"
)

func TestShippedModels(t *testing.T) {
	want := map[string]string{"acsi": "6 constructs 18 items 9 paths", "ecsi": "7 constructs 23 items 12 paths", "scsb": "5 constructs 11 items 6 paths"}
	if names := ShippedNames(); !slices.Equal(names, []string{"acsi", "ecsi", "scsb"}) {
		t.Fatalf("shipped: %v", names)
	}
	for name, size := range want {
		m, ok := ShippedModel(name)
		if !ok || m.Name != name {
			t.Fatalf("%s is not shipped", name)
		}
		if err := m.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := fmt.Sprintf("%d constructs %d items %d paths", len(m.Constructs), len(m.Items), len(m.Paths)); got != size {
			t.Errorf("%s: %s, want %s", name, got, size)
		}
		if m.Target != "Satisfaction" || m.Scale != (Scale{1, 10}) || len(m.Sources) == 0 || m.About.En == "" {
			t.Errorf("%s: incomplete head: %+v", name, m)
		}
		for _, item := range m.Items {
			if !strings.HasSuffix(item.Zh, "？") && !strings.HasSuffix(item.Zh, "）") || item.En == "" {
				t.Errorf("%s: item %s has no question in both languages: %+v", name, item.Code, item)
			}
		}
	}
	if _, ok := ShippedModel("nothing"); ok {
		t.Error("an unknown model is shipped")
	}
	if m, ok := Shipped("ECSI"); !ok || len(m.Constructs) != 7 {
		t.Error("a name typed in capitals is not found")
	}
}

// The command zhiyin estimate reads a model file; ours must be one.
func TestShippedFilesAreModelFilesOfPLS(t *testing.T) {
	for _, name := range ShippedNames() {
		raw, err := modelFiles.ReadFile("model/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		read, err := pls.ReadModel(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		given, ok := Shipped(name)
		if a, b := fmt.Sprint(read.Constructs, read.Paths, *read.Scale), fmt.Sprint(given.Constructs, given.Paths, *given.Scale); !ok || a != b {
			t.Errorf("%s: read %s, given %s", name, a, b)
		}
	}
	if _, ok := Shipped("nothing"); ok {
		t.Error("an unknown model is shipped")
	}
}

// Every model uses one wording of a question, and the smaller ones use questions of the largest.
func TestShippedModelsShareTheQuestionBank(t *testing.T) {
	bank, _ := ShippedModel("ecsi")
	for _, name := range ShippedNames() {
		m, _ := ShippedModel(name)
		for _, item := range m.Items {
			if asked, ok := bank.Item(item.Code); !ok || asked != item {
				t.Errorf("%s: item %s is %+v, in the bank %+v", name, item.Code, item, asked)
			}
		}
	}
}

// small is a valid model that the cases below break.
func small() Model {
	return Model{
		Name: "own", Title: Text{Zh: "自定"}, Target: "S", Scale: Scale{1, 5},
		Constructs: []Construct{
			{"Q", Text{Zh: "质量"}, pls.ModeA, []string{"q1", "q2"}}, {"V", Text{Zh: "价值"}, pls.ModeB, []string{"v1"}}, {"S", Text{Zh: "满意"}, pls.ModeA, []string{"s1"}},
		},
		Items: []Item{{"q1", Text{Zh: "一"}}, {"q2", Text{Zh: "二"}}, {"v1", Text{Zh: "三"}}, {"s1", Text{Zh: "四"}}},
		Paths: []Path{{"Q", "V"}, {"V", "S"}},
	}
}

// spoiled are mistakes of a model with the field and its sentence.
var spoiled = map[string]struct {
	spoil func(m *Model)
	want  string // field: sentence
}{
	"unknown item": {func(m *Model) { m.Constructs[0].Indicators[1] = "q9" },
		"constructs[0].indicators[1]: 构念“Q”的题目“q9”没有题目文字，请在题目表中补上，或从构念中去掉。"},
	"item without code": {func(m *Model) { m.Constructs[0].Indicators[1] = "" },
		"constructs[0].indicators[1]: 构念“Q”中有一个题目没有编码，请填写或去掉。"},
	"item in two blocks": {func(m *Model) { m.Constructs[1].Indicators[0] = "q2" },
		"constructs[1].indicators[0]: 题目“q2”同时属于构念“Q”和“V”，一个题目只能属于一个构念，请去掉一处。"},
	"item twice": {func(m *Model) { m.Constructs[0].Indicators = append(m.Constructs[0].Indicators, "q1") },
		"constructs[0].indicators[2]: 题目“q1”在构念“Q”中出现两次，请去掉一个。"},
	"empty block": {func(m *Model) { m.Constructs[2].Indicators = nil },
		"constructs[2].indicators: 构念“S”没有题目，请至少指定一个。"},
	"cycle": {func(m *Model) { m.Paths = append(m.Paths, Path{"S", "Q"}) },
		"paths: 路径成环：Q -> V -> S -> Q，请去掉其中一条。"},
	"path to itself": {func(m *Model) { m.Paths[1] = Path{"V", "V"} },
		"paths[1]: 路径从构念“V”指向自身，请去掉。"},
	"path twice": {func(m *Model) { m.Paths = append(m.Paths, m.Paths[0]) },
		"paths[2]: 路径“Q -> V”重复，请去掉一条。"},
	"unknown construct": {func(m *Model) { m.Paths[0].From = "X" },
		"paths[0].from: 没有名为“X”的构念，请核对名称。"},
	"no path to": {func(m *Model) { m.Paths = m.Paths[:1] },
		"constructs[2]: 构念“S”没有任何路径，请连接或去掉。"},
	"no path":      {func(m *Model) { m.Paths = nil }, "paths: 模型没有路径，请至少给出一条。"},
	"no construct": {func(m *Model) { m.Constructs = nil }, "constructs: 模型没有构念，请列出构念及其题目。"},
	"same name":    {func(m *Model) { m.Constructs[1].Name = "Q" }, "constructs[1].name: 构念名称“Q”重复，请改名。"},
	"bad name": {func(m *Model) { m.Constructs[1].Name = "V~" },
		"constructs[1].name: 构念名称“V~”不可用：不能为空，也不能含有“->”或“~”。"},
	"mode": {func(m *Model) { m.Constructs[1].Mode = "C" },
		"constructs[1].mode: 构念“V”的类型“C”无效，反映型写 A，形成型写 B。"},
	"scale":      {func(m *Model) { m.Scale = Scale{5, 1} }, "scale: 量表 5:1 无效，最小值须小于最大值。"},
	"target":     {func(m *Model) { m.Target = "T" }, "target: 没有名为“T”的构念，请指定模型中的一个构念作为分析目标。"},
	"text twice": {func(m *Model) { m.Items = append(m.Items, m.Items[0]) }, "items[4].code: 题目“q1”的文字出现两次，请去掉一处。"},
	"unused": {func(m *Model) { m.Items = append(m.Items, Item{"x", Text{Zh: "五"}}) },
		"items[4].code: 题目“x”不属于任何构念，请加入一个构念或去掉。"},
	"no text":  {func(m *Model) { m.Items[0].Zh = " " }, "items[0].zh: 必填，请填写。"},
	"no title": {func(m *Model) { m.Constructs[0].Title.Zh = "" }, "constructs[0].title.zh: 必填，请填写。"},
}

func TestValidateNamesConstructItemAndPosition(t *testing.T) {
	for name, c := range spoiled {
		t.Run(name, func(t *testing.T) {
			m := small()
			c.spoil(&m)
			if got := sentences(m.Validate()); !slices.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if err := small().Validate(); err != nil {
		t.Error(err)
	}
}

// sentences renders the fields of a validation error in Chinese.
func sentences(err error) (out []string) {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	for _, field := range f.Fields {
		out = append(out, field.Name+": "+catalogue.Text("zh", "problem.field."+field.Code, field.Params))
	}
	return out
}

func TestModelsSurviveJSON(t *testing.T) {
	m, _ := ShippedModel("ecsi")
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var back Model
	if err := json.Unmarshal(raw, &back); err != nil || fmt.Sprint(back) != fmt.Sprint(m) {
		t.Errorf("%v\n%v\n%v", err, back, m)
	}
}

// The model object of a reference file, or any model file of package pls, needs no
// more than a name, a title and a scale.
func TestABareModelIsCompleted(t *testing.T) {
	bare := Model{
		Name: "bare", Title: Text{Zh: "原样"}, Scale: Scale{1, 10},
		Constructs: []Construct{{Name: "Quality", Mode: pls.ModeA, Indicators: []string{"Q1", "Q2"}}, {Name: "SATISFACTION", Mode: pls.ModeA, Indicators: []string{"S1"}}, {Name: "Tariff", Mode: pls.ModeA, Indicators: []string{"L1"}}},
		Paths:      []Path{{"Quality", "SATISFACTION"}, {"SATISFACTION", "Tariff"}, {"Quality", "Tariff"}},
	}
	m := bare.withDefaults()
	if err := m.Validate(); err != nil {
		t.Fatal(err)
	}
	if m.Target != "SATISFACTION" || m.Constructs[0].Title.Zh != "感知质量" || m.Constructs[2].Title.Zh != "Tariff" || len(m.Items) != 4 || m.Items[1] != (Item{"Q2", Text{Zh: "Q2"}}) {
		t.Errorf("%+v", m)
	}
	if bare.Constructs[0].Title.Zh != "" || bare.Items != nil {
		t.Error("the given model was changed")
	}
	if again := m.withDefaults(); fmt.Sprint(again) != fmt.Sprint(m) {
		t.Errorf("a complete model was changed: %+v", again)
	}
}

func TestTheLikelyTarget(t *testing.T) {
	for want, names := range map[string][]string{"满意": {"质量", "满意", "信任"}, "Satisfaction": {"Image", "Satisfaction", "Loyalty"}, "C": {"A", "B", "C"}} {
		m := Model{Paths: []Path{{names[0], names[1]}, {names[0], names[2]}, {names[1], names[2]}}}
		for _, name := range names {
			m.Constructs = append(m.Constructs, Construct{Name: name})
		}
		if got := m.likelyTarget(); got != want {
			t.Errorf("%v: %s", names, got)
		}
	}
	if got := (Model{}).likelyTarget(); got != "" {
		t.Errorf("of nothing: %s", got)
	}
}

// Completing hides no mistake.
func TestDefaultsHideNoMistake(t *testing.T) {
	for name, spoil := range map[string]func(m *Model){
		"an item without text":  func(m *Model) { m.Items = m.Items[1:] },
		"an item in two blocks": func(m *Model) { m.Constructs[1].Indicators[0], m.Items = "q1", nil },
		"no construct":          func(m *Model) { m.Constructs, m.Items, m.Target = nil, nil, "" },
		"an unknown target":     func(m *Model) { m.Target = "T" },
	} {
		m := small()
		if spoil(&m); m.withDefaults().Validate() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
