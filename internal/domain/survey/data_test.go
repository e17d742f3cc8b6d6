package survey

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// cells draws what people type into tables.
var cells = rapid.OneOf(
	rapid.SampledFrom([]string{"", "NA", "5", "10", "1", "0", "11", "-99", "7.5", "很好", "=1+1", "８", " 3 ", "1e3", "NaN", "Inf", "城市", "农村"}),
	rapid.StringN(0, 8, 40),
)

// Whatever stands in a file: a row is taken whole or left out, what is taken lies
// on the scale, and the numbers add up.
func TestARowIsTakenWholeOrNotAtAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		header := []string{"编号", "区域", "权重", "Q1", "Q2", "S1"}
		m := Mapping{Scale: Scale{1, 10}, MissingCodes: []string{"-99"}}
		for i, role := range []Role{RoleRespondent, RoleAttribute, RoleWeight, RoleItem, RoleItem, RoleItem} {
			c := Column{Position: i + 1, Header: header[i], Role: role}
			if role == RoleItem || role == RoleAttribute {
				c.Target = header[i]
			}
			m.Columns = append(m.Columns, c)
		}
		if err := m.validate(header, smallModel); err != nil {
			t.Fatal(err)
		}
		c, taken, seen := newChecker(m, header, smallModel), 0, map[string]bool{}
		rows := rapid.IntRange(0, 30).Draw(t, "rows")
		for i := range rows {
			row := sheet.Row{Number: i + 2, Cells: rapid.SliceOfN(cells, 6, 6).Draw(t, "row")}
			if rapid.IntRange(0, 9).Draw(t, "unreadable") == 0 {
				row = sheet.Row{Number: i + 2, Cells: row.Cells[:4], Problem: &fault.Field{Code: sheet.RowCellsFew}}
			}
			problems := c.summary.Problems
			rec, ok, err := c.row(row)
			if err != nil {
				t.Fatal(err)
			}
			if !ok && c.summary.Problems == problems {
				t.Fatalf("row %d is left out without a word: %q", row.Number, row.Cells)
			}
			if !ok {
				continue
			}
			taken++
			if rec.weight <= 0 || rec.respondent == "" || seen[rec.respondent] {
				t.Fatalf("taken: %+v", rec)
			}
			seen[rec.respondent] = true
			for _, v := range rec.answers {
				if !math.IsNaN(v) && !m.Scale.has(v) {
					t.Fatalf("taken with %v: %q", v, row.Cells)
				}
			}
		}
		if s := c.summary; s.Rows != int64(rows) || s.Accepted != int64(taken) || s.Rejected != int64(rows-taken) {
			t.Fatalf("%+v", s)
		}
	})
}

func TestADescriptionOfTheData(t *testing.T) {
	c, taken, err := read(t, head+"R1,城市,2,1,,10\nR2,,1,10,5,4\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	d := c.describe()
	for _, r := range taken {
		d.count(&r)
	}
	d.finish(c)
	var got []string
	for _, i := range d.Items {
		got = append(got, fmt.Sprintf("%s/%s %d+%d %v..%v mean %.2f", i.Construct, i.Code, i.Valid, i.Missing, i.Min, i.Max, i.Mean))
	}
	if s := strings.Join(got, ", "); s != "质量/Q1 4+0 1..10 mean 5.25, 质量/Q2 3+1 5..5 mean 5.00, 满意/S1 4+0 4..10 mean 6.00" {
		t.Errorf("items %s", s)
	}
	if s := fmt.Sprint(d.Attributes); s != "[{区域 区域 [{城市 2} {农村 1}]}]" || d.Rows != 4 || !d.Weighted || !d.Respondents {
		t.Errorf("%+v", d)
	}
}

func TestColumnsInAnyOrderAreTheSameData(t *testing.T) {
	first, a, err := read(t, "Q1,Q2,S1\n1,2,3\n4,5,6\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	second, b, err := read(t, "S1,Q1,Q2\n3,1,2\n6,4,5\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("%v and %v", a, b)
	}
	for i := range first.items {
		if first.items[i].Target != second.items[i].Target {
			t.Errorf("item %d: %s and %s", i, first.items[i].Target, second.items[i].Target)
		}
	}
}

func TestDigestsAreShownInHexadecimal(t *testing.T) {
	if raw, err := (Digest{0, 171, 255}).MarshalText(); err != nil || string(raw) != "00abff" {
		t.Errorf("%s %v", raw, err)
	}
}

func TestPreviewsAreBounded(t *testing.T) {
	long := strings.Repeat("很", 100)
	content := "a,b\n" + strings.Repeat(long+",5\n", 3000)
	r, err := sheet.Open(strings.NewReader(content), int64(len(content)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	columns, shown, n, err := look(r)
	if err != nil || n != previewRows || len(shown) != previewShown || len([]rune(shown[0][0])) != maxCell || len([]rune(columns[0].Samples[0])) != maxCell {
		t.Errorf("%d rows looked at, %d shown: %v", n, len(shown), err)
	}
	if columns[1].Filled != previewRows || columns[1].Distinct != 1 || *columns[1].Max != 5 {
		t.Errorf("%+v", columns[1])
	}
}

func TestRowsThatCannotBeReadAreNotPreviewed(t *testing.T) {
	content := "a,b\n\"x\"y,2\n1,2\n3,4,5\n"
	r, err := sheet.Open(strings.NewReader(content), int64(len(content)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	columns, shown, n, err := look(r)
	if err != nil || n != 3 || fmt.Sprint(shown) != "[[1 2]]" || columns[0].Filled != 1 {
		t.Errorf("%v of %d rows, %+v, %v", shown, n, columns, err)
	}
}

func TestNumbersInCells(t *testing.T) {
	for cell, want := range map[string]string{"5": "5 true", "-99": "-99 true", "７．５": "7.5 true", "1e3": "1000 true", "": "0 false", "五": "0 false", "5分": "0 false", "NaN": "NaN false", "Inf": "+Inf false", "1,5": "0 false"} {
		v, ok := number(cell)
		if got := fmt.Sprint(v, " ", ok); got != want {
			t.Errorf("%q: %s, want %s", cell, got, want)
		}
	}
}

func TestSentencesWithNumbersFromJSON(t *testing.T) {
	p := Problem{Row: 1_000_001, Column: 1, Header: "编号", Code: CodeDuplicate, Params: map[string]any{"value": "R1", "first_row": 1_000_000.0}}
	if got := p.text("zh"); got != "第 1000001 行第 1 列“编号”的受访者“R1”与第 1000000 行重复。请删去其中一行，或改正编号。" {
		t.Error(got)
	}
}
