package survey

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

var smallModel = Questionnaire{Scale: Scale{1, 10}, Questions: []Question{
	{Code: "Q1", Construct: "质量", Zh: "供电是否连续稳定？", En: "Is the supply steady?"}, {Code: "Q2", Construct: "质量", Zh: "电压是否正常？"},
	{Code: "S1", Construct: "满意", Zh: "总体而言，您有多满意？"},
}}

// read checks a file by the proposed mapping, which change may alter.
func read(t *testing.T, content string, change func(*Mapping)) (*checker, []record, error) {
	t.Helper()
	open := func() *sheet.Reader {
		r, err := sheet.Open(strings.NewReader(content), int64(len(content)), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	columns, _, n, err := look(open())
	if err != nil {
		t.Fatal(err)
	}
	m := suggest(columns, n, smallModel)
	if change != nil {
		change(&m)
	}
	r := open()
	if err := m.validate(r.Header, smallModel); err != nil {
		t.Fatal(err)
	}
	c := newChecker(m, r.Header, smallModel)
	var taken []record
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return c, taken, nil
		}
		if err != nil {
			t.Fatal(err)
		}
		rec, ok, err := c.row(row)
		if err != nil {
			return c, taken, err
		}
		if ok {
			kept := *rec
			kept.answers, kept.levels = slices.Clone(rec.answers), slices.Clone(rec.levels)
			taken = append(taken, kept)
		}
	}
}

const head = "编号,区域,权重,Q1,Q2,S1\nR0,城市,1,5,5,5\nR00,农村,1,5,5,5\n"

// mistakes are rows after head, with the sentence of the first problem; "" for none.
var mistakes = map[string]struct {
	row    string
	change func(*Mapping)
	want   string
	taken  bool
}{
	"fine": {"R1,城市,1,8,7,9", nil, "", true},
	"text": {"R1,城市,1,很好,7,9", nil,
		"第 4 行第 4 列“Q1”（构念“质量”题目“Q1”）的“很好”不是数字。请改成数字；没有回答的留空；若表示缺失，请把它列为缺失代码。", false},
	"formula": {"R1,城市,1,=1+1,7,9", nil,
		"第 4 行第 4 列“Q1”（构念“质量”题目“Q1”）的“=1+1”不是数字。请改成数字；没有回答的留空；若表示缺失，请把它列为缺失代码。", false},
	"outside the scale": {"R1,城市,1,8,11,9", nil,
		"第 4 行第 5 列“Q2”（构念“质量”题目“Q2”）的值 11 超出量表 1～10。请改正，或核对量表。", false},
	"-99 not declared": {"R1,城市,1,8,7,-99", nil,
		"第 4 行第 6 列“S1”（构念“满意”题目“S1”）的值 -99 像是未声明的缺失代码。若是，请把它列为缺失代码；否则请改正。", false},
	"-99 declared":       {"R1,城市,1,8,7,-99", func(m *Mapping) { m.MissingCodes = []string{"-99"} }, "", true},
	"-99.0 for -99":      {"R1,城市,1,8,7,-99.0", func(m *Mapping) { m.MissingCodes = []string{"-99"} }, "", true},
	"word declared":      {"R1,城市,1,8,7,拒答", func(m *Mapping) { m.MissingCodes = []string{" 拒答 "} }, "", true},
	"another scale":      {"R1,城市,1,8,11,9", func(m *Mapping) { m.Scale = Scale{0, 100} }, "", true},
	"full-width digits":  {"R1,城市,1,８,１０,9", nil, "", true},
	"not available":      {"R1,城市,1,NA,7,n/a", nil, "", true},
	"separators at end":  {"R1,城市,1,8,7,9,,", nil, "", true},
	"infinite":           {"R1,城市,1,Inf,7,9", nil, "第 4 行第 4 列“Q1”（构念“质量”题目“Q1”）的“Inf”不是数字。请改成数字；没有回答的留空；若表示缺失，请把它列为缺失代码。", false},
	"cut off":            {"R1,城市,1,8", nil, "这一行只有 4 格，表头有 6 列。请检查是否缺少分隔符。", false},
	"too many cells":     {"R1,城市,1,8,7,9,5", nil, "这一行有 7 格，表头只有 6 列。请检查单元格里的分隔符是否用引号括起来。", false},
	"a quote left open":  {`R1,"城市,1,8,7,9`, nil, "第 4 行的引号没有配对的结束引号。请补上，或去掉这个引号。", false},
	"no answer":          {"R1,城市,1,,,", nil, "第 4 行没有回答任何题目。请补上答案，或删去这一行。", false},
	"block missing":      {"R1,城市,1,,,9", nil, "第 4 行没有回答构念“质量”的任何题目。按均值替代时，这份答卷在该构念上取总体均值；若不合适，请改用按个案删除。", true},
	"same respondent":    {"r00,城市,1,8,7,9", nil, "第 4 行第 1 列“编号”的受访者“r00”与第 3 行重复。请删去其中一行，或改正编号。", false},
	"no respondent":      {",城市,1,8,7,9", nil, "第 4 行第 1 列“编号”没有受访者编号。请补上，或把这一列改为忽略。", false},
	"weight zero":        {"R1,城市,0,8,7,9", nil, "第 4 行第 3 列“权重”的权重“0”不是大于 0 的数。请改正，或把这一列改为忽略。", false},
	"weight a word":      {"R1,城市,重,8,7,9", func(m *Mapping) { m.Columns[2] = Column{Position: 3, Header: "权重", Role: RoleWeight} }, "第 4 行第 3 列“权重”的权重“重”不是大于 0 的数。请改正，或把这一列改为忽略。", false},
	"a story for a kind": {"R1," + strings.Repeat("长", 61) + ",1,8,7,9", nil, "第 4 行第 2 列“区域”的取值超过 60 个字，不像是分类。请缩短，或把这一列改为忽略。", false},
	"no kind":            {"R1,,1,8,7,9", nil, "", true},
}

func TestEachMistakeIsNamedWithPlaceAndRemedy(t *testing.T) {
	for name, c := range mistakes {
		t.Run(name, func(t *testing.T) {
			checked, taken, err := read(t, head+c.row+"\n", c.change)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(checked.list) > 0 {
				got = checked.list[0].text("zh")
			}
			if got != c.want || (len(taken) == 3) != c.taken {
				t.Errorf("taken %d, sentence %q, want %q", len(taken), got, c.want)
			}
			if en := ""; len(checked.list) > 0 {
				if en = checked.list[0].text("en"); checked.list[0].Row != 4 || en == "" || en == c.want || strings.Contains(en, "{") {
					t.Errorf("English sentence %q", en)
				}
			}
			if s := checked.summary; s.Rows != 3 || s.Accepted != int64(len(taken)) || s.Accepted+s.Rejected != 3 {
				t.Errorf("summary %+v", s)
			}
		})
	}
}

func TestWhatIsKeptOfARow(t *testing.T) {
	_, taken, err := read(t, head+"R1,镇,0.25,2,,10\n", func(m *Mapping) { m.Columns[5].Reverse = true })
	if err != nil {
		t.Fatal(err)
	}
	r := taken[2]
	if r.row != 4 || r.respondent != "R1" || r.weight != 0.25 || fmt.Sprint(r.levels) != "[3]" || r.answers[0] != 2 || !math.IsNaN(r.answers[1]) || r.answers[2] != 1 {
		t.Errorf("%+v", r)
	}
}

func TestEveryProblemIsCounted(t *testing.T) {
	content := head
	for i := range 6000 {
		content += fmt.Sprintf("N%d,城市,1,99,7,9\n", i)
	}
	content += "M,城市,1,8,7,12\n"
	c, taken, err := read(t, content, nil)
	if err != nil || len(taken) != 2 || len(c.list) != maxProblems {
		t.Fatalf("%d taken, %d listed: %v", len(taken), len(c.list), err)
	}
	want := []ProblemCount{
		{CodeMissingCode, Rejected, 4, "Q1", "质量", "Q1", 6000, 4}, {CodeOutside, Rejected, 6, "S1", "满意", "S1", 1, 6004},
	}
	if !slices.Equal(c.summary.Counts, want) || c.summary.Problems != 6001 || c.summary.Rejected != 6001 {
		t.Errorf("%+v", c.summary)
	}
}

func TestItemsWithoutAColumnAreNamed(t *testing.T) {
	c, _, err := read(t, "Q1,S1\n5,5\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.list[0].text("zh"); len(c.list) != 1 || got != "构念“质量”的题目“Q2”没有对应的列。请指定一列；否则用到它的模型不能估计。" {
		t.Errorf("%d problems, %q", len(c.list), got)
	}
}

func TestAnAttributeWithTooManyLevels(t *testing.T) {
	content := "区域,Q1,S1\n"
	for i := range maxLevels + 1 {
		content += fmt.Sprintf("第%d区,5,5\n", i)
	}
	_, _, err := read(t, content, func(m *Mapping) {
		m.Columns[0] = Column{Position: 1, Header: "区域", Role: RoleAttribute, Target: "区域"}
	})
	if !errors.Is(err, ErrLevels) {
		t.Fatal(err)
	}
	if got := fatal(ErrLevels.With("attribute", "区域", "limit", 60, "row", 62)).text("zh"); got != "第 62 行起，属性“区域”的取值超过 60 种，它可能不是分类。请把这一列改为忽略，或先归并取值。" {
		t.Errorf("%q", got)
	}
}

func TestProblemsAsCSV(t *testing.T) {
	c, _, err := read(t, "编号,=cmd,Q1,Q2,S1\nR0,a,5,5,5\nR1,b,=1+1,5,5\n", func(m *Mapping) { m.Columns[1].Role, m.Columns[1].Target = RoleAttribute, "x" })
	if err != nil {
		t.Fatal(err)
	}
	c.add(Problem{Row: 9, Column: 2, Header: "=cmd", Code: CodeRespondent, Severity: Rejected})
	var b bytes.Buffer
	if err := writeProblems(&b, c.list, "en"); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffRow,Column,Header,Construct,Item,Outcome,Problem and remedy\n" +
		`3,3,Q1,质量,Q1,not imported,"Row 3, column 3 ""Q1"" (construct ""质量"", item ""Q1""): ""=1+1"" is no number. Write a number; leave the cell empty if there is no answer; or declare it as a code for missing."` + "\n" +
		`9,2,'=cmd,,,not imported,"Row 9, column 2 ""=cmd"": the respondent's number is missing. Fill it in, or ignore the column."` + "\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	if err := writeProblems(failing{}, c.list, "zh"); err == nil {
		t.Error("a failing writer is not reported")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
