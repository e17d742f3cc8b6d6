package satisfaction

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// flat is an outcome without pointers, for comparison as text.
func flat(o Outcome) Outcome {
	o.Bootstrap = nil
	return o
}

func roundTrip(t *testing.T, o Outcome) (back Outcome) {
	t.Helper()
	raw, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// workbook writes a report and reads it back.
func workbook(t *testing.T, r Report, lang string) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if err := writeXLSX(&out, r, lang); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// full is the story with everything a workbook can show.
func full() basis {
	b := story()
	segments(-8, 0.001)(&b)
	cell(Cell{N: 60, Values: []Number{70, 60, 59.6}, Lo: 57.5, Hi: 61.6})(&b)
	b.Outcome.Pairs = []PairResult{{A: "Q", B: "S", Correlation: 0.5, HTMT: 0.6, HTMTHi: nan}}
	b.Estimation.Title, b.Estimation.Wave = "=cmd|'/c calc'!A1", "2026Q2"
	b.Estimation.DataSHA256 = []byte{1, 171}
	return b
}

func TestEveryTableIsASheet(t *testing.T) {
	for lang, want := range map[string]string{
		"zh": "概要 指数 路径 影响因素 总效应 题目 信度与效度 区分效度 分群指数 交叉指数",
		"en": "Summary Index Paths Drivers Total effects Items Reliability Discriminant validity Segments Cross tables",
	} {
		f := workbook(t, full().report(lang), lang)
		if got := strings.Join(f.GetSheetList(), " "); got != want {
			t.Errorf("%s: sheets %s", lang, got)
		}
		for _, name := range f.GetSheetList() {
			rows, err := f.GetRows(name)
			if err != nil || len(rows) < 2 {
				t.Errorf("%s: %d rows: %v", name, len(rows), err)
				continue
			}
			if slices.ContainsFunc(rows[0], func(cell string) bool { return strings.HasPrefix(cell, "satisfaction.") || cell == "" }) {
				t.Errorf("%s: head %q", name, rows[0])
			}
		}
	}
}

func TestNumbersAreNumbersWithAllTheirDigits(t *testing.T) {
	b := full()
	b.Outcome.Constructs[0].Index.Value = 100.0 / 3
	f := workbook(t, b.report("zh"), "zh")
	raw, err := f.GetCellValue("指数", "B2", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := strconv.ParseFloat(raw, 64); err != nil || v != 100.0/3 {
		t.Errorf("%q", raw)
	}
	if kind, err := f.GetCellType("指数", "B2"); err != nil || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
		t.Errorf("cell of type %v: %v", kind, err)
	}
	for cell, want := range map[string]string{"A2": "质量", "C2": "70", "G2": "", "H2": "很不满意"} {
		if got, err := f.GetCellValue("指数", cell); err != nil || got != want {
			t.Errorf("%s: %q, want %q: %v", cell, got, want, err)
		}
	}
}

func TestTextsAreNeverFormulas(t *testing.T) {
	f := workbook(t, full().report("zh"), "zh")
	value, err := f.GetCellValue("概要", "A2")
	if err != nil || value != "=cmd|'/c calc'!A1" {
		t.Errorf("%q %v", value, err)
	}
	if formula, err := f.GetCellFormula("概要", "A2"); err != nil || formula != "" {
		t.Errorf("a formula: %q %v", formula, err)
	}
}

func TestRowsOfTheSheets(t *testing.T) {
	r := full().report("zh")
	f := workbook(t, r, "zh")
	for sheet, want := range map[string]int{"指数": 3, "路径": 2, "影响因素": 2, "总效应": 2, "题目": 4, "信度与效度": 3, "区分效度": 1, "分群指数": 1, "交叉指数": 12, "概要": 13 + len(r.Meaning) + len(r.Warnings)} {
		rows, err := f.GetRows(sheet)
		if err != nil || len(rows)-1 != want {
			t.Errorf("%s has %d rows, want %d: %v", sheet, len(rows)-1, want, err)
		}
	}
	rows, err := f.GetRows("概要")
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, row := range rows {
		text = append(text, strings.Join(row, " "))
	}
	all := strings.Join(text, "\n")
	for _, want := range []string{"随机种子 0", "答卷摘要 01ab", r.Meaning[0].Text, "“区域：城市”"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	segment, err := f.GetRows("分群指数")
	if err != nil || strings.Join(segment[1][:5], " ") != "区域 城市 200 满意 59.9" {
		t.Errorf("%q %v", segment, err)
	}
}

func TestAWriterThatFails(t *testing.T) {
	if err := writeXLSX(broken{}, full().report("zh"), "zh"); err == nil {
		t.Error("no error")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
