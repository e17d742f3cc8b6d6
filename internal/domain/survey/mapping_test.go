package survey

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

func proposed(t *testing.T, content string) ([]ColumnPreview, Mapping) {
	t.Helper()
	r, err := sheet.Open(strings.NewReader(content), int64(len(content)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	columns, _, n, err := look(r)
	if err != nil {
		t.Fatal(err)
	}
	return columns, suggest(columns, n, smallModel)
}

func TestColumnsAreRecognised(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"codes":           {"respondent_id,area,weight,Q1,Q2,S1\na,x,1,5,5,5\nb,y,1,5,5,5\n", "respondent, attribute area, weight, item Q1, item Q2, item S1"},
		"small letters":   {"ID,q1,s1\na,5,5\n", "respondent, item Q1, item S1"},
		"questions":       {"编号,Q5. 供电是否连续稳定？,2、电压是否正常,IS THE SUPPLY  STEADY\n1,5,5,5\n", "respondent, item Q1, item Q2, ignore"},
		"numbers unknown": {"Q1,年龄\n5,33\n6,44\n", "item Q1, ignore"},
		"a constant":      {"Q1,公司\n5,同\n6,同\n", "item Q1, ignore"},
		"sorted, long":    {"Q1,区域\n" + strings.Repeat("5,城市\n", previewRows+1), "item Q1, attribute 区域"},
		"words, many":     {"Q1,意见\n" + comments(30), "item Q1, ignore"},
		"no header":       {"Q1,,S1\n5,城市,5\n6,农村,5\n", "item Q1, ignore, item S1"},
		"twice":           {"Q1,IS,权重,weight\n5,5,1,1\n", "item Q1, ignore, weight, ignore"},
		"weight in words": {"Q1,权重\n5,高\n6,低\n", "item Q1, attribute 权重"},
	} {
		t.Run(name, func(t *testing.T) {
			_, m := proposed(t, c.content)
			var got []string
			for _, col := range m.Columns {
				got = append(got, strings.TrimSpace(string(col.Role)+" "+col.Target))
			}
			if s := strings.Join(got, ", "); s != c.want || m.Scale != smallModel.Scale {
				t.Errorf("got %s, want %s", s, c.want)
			}
		})
	}
}

func comments(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "5,第 %d 条意见\n", i)
	}
	return b.String()
}

func TestColumnsAreDescribed(t *testing.T) {
	columns, _ := proposed(t, "a,b,c,d,e\n1,1.5,x,,７\n2,oops,y,,8\n3,2.5,x,,9\n"+strings.Repeat("4,1.5,z,,7\n", 20))
	var got []string
	for _, c := range columns {
		bounds := ""
		if c.Min != nil {
			bounds = fmt.Sprintf(" %v..%v", *c.Min, *c.Max)
		}
		got = append(got, fmt.Sprintf("%s %s %d/%d%s %q", c.Header, c.Kind, c.Filled, c.Distinct, bounds, c.Samples))
	}
	want := []string{`a integer 23/4 1..4 ["1" "2" "3" "4"]`, `b number 23/3 1.5..2.5 ["1.5" "oops" "2.5"]`, `c text 23/3 ["x" "y" "z"]`, `d empty 0/0 []`,
		`e integer 23/4 7..9 ["７" "8" "9" "7"]`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestMappingsAreValidated(t *testing.T) {
	header := []string{"编号", "区域", "Q1", "S1"}
	col := func(position int, role Role, target string) Column {
		return Column{Position: position, Header: header[position-1], Role: role, Target: target}
	}
	good := func() Mapping {
		return Mapping{Scale: Scale{1, 10}, Columns: []Column{col(1, RoleRespondent, ""), col(2, RoleAttribute, "区域"), col(3, RoleItem, "Q1"), col(4, RoleItem, "S1")}}
	}
	if err := good().validate(header, smallModel); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(m *Mapping)
		want  string
	}{
		"beyond the file":     {func(m *Mapping) { m.Columns[0].Position = 9 }, "mapping.columns[0].position: 文件的第 9 列不叫“编号”，请按预览重新对应。"},
		"another header":      {func(m *Mapping) { m.Columns[1].Header = "地区" }, "mapping.columns[1].position: 文件的第 2 列不叫“地区”，请按预览重新对应。"},
		"column twice":        {func(m *Mapping) { m.Columns[3] = col(3, RoleItem, "S1") }, "mapping.columns[3].position: 第 3 列被对应了两次，请去掉一处。"},
		"unknown item":        {func(m *Mapping) { m.Columns[2].Target = "Q9" }, "mapping.columns[2].target: 模型中没有题目“Q9”（列“Q1”），请重新选择题目，或先把它加入模型。"},
		"item twice":          {func(m *Mapping) { m.Columns[3].Target = "Q1" }, "mapping.columns[3].target: “Q1”已由另一列对应（列“S1”），请改正其中一列。"},
		"respondent twice":    {func(m *Mapping) { m.Columns[1].Role = RoleRespondent }, "mapping.columns[1].target: “区域”已由另一列对应（列“区域”），请改正其中一列。"},
		"attribute unnamed":   {func(m *Mapping) { m.Columns[1].Target = "" }, "mapping.columns[1].target: 必填，请填写。"},
		"no item":             {func(m *Mapping) { m.Columns = m.Columns[:2] }, "mapping.columns: 没有一列对应到题目，请至少对应一列。"},
		"scale without width": {func(m *Mapping) { m.Scale = Scale{5, 5} }, "mapping.scale: 量表 5～5 无效，最小值须小于最大值。"},
	} {
		t.Run(name, func(t *testing.T) {
			m := good()
			c.spoil(&m)
			var f *fault.Error
			if err := m.validate(header, smallModel); !errors.As(err, &f) {
				t.Fatalf("error %v", err)
			}
			var got []string
			for _, field := range f.Fields {
				got = append(got, field.Name+": "+catalogue.Text("zh", "problem.field."+field.Code, field.Params))
			}
			if !slices.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestDefaultsOfAMapping(t *testing.T) {
	given := Mapping{Columns: []Column{{Position: 1, Header: strings.Repeat("长", 70), Role: RoleAttribute}}}
	m := given.withDefaults()
	if m.MissingRule != "mean" || len([]rune(m.Columns[0].Target)) != maxCell || given.Columns[0].Target != "" {
		t.Errorf("%+v from %+v", m, given)
	}
}

func TestHeadersAreRememberedFolded(t *testing.T) {
	same := [][]string{{"Q1", "区域"}, {"q1 ", "区域"}, {"Ｑ1", "区域"}}
	for _, header := range same {
		if string(headerHash(header)) != string(headerHash(same[0])) {
			t.Errorf("%q is taken for another header", header)
		}
	}
	for _, header := range [][]string{{"Q1区域"}, {"区域", "Q1"}, {"Q1", "区域", ""}} {
		if string(headerHash(header)) == string(headerHash(same[0])) {
			t.Errorf("%q is taken for the same header", header)
		}
	}
}
