package dataimport_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// badRow is a row with one thing wrong: what is said of it in both languages.
type badRow struct{ row, place, zh, en string }

// badRows are of a file whose columns are those of dated.
var badRows = []badRow{
	{"甲,,,,,,2026-02-30", "G 立户日期", "不是有效的日期。请写成", "no such day. Write it like"},
	{"甲,,,,,,46082.abc", "G 立户日期", "不是有效的日期。请写成", "no such day. Write it like"},
	{"甲," + resident(1)[:17] + other(resident(1)[17]) + ",,,,,", "B 证件号码", "校验位不符，请核对", "check digit is wrong. Check"},
	{"甲," + resident(1)[:6] + "20230230" + resident(1)[14:] + ",,,,,", "B 证件号码", "出生日期不存在，请核对", "does not exist. Check"},
	{"甲," + resident(1)[:6] + "20990101" + resident(1)[14:] + ",,,,,", "B 证件号码", "晚于今天，请核对", "later than today. Check"},
	{"甲,12345,,,,,", "B 证件号码", "哪种证件。请填写", "kind of certificate. Fill"},
	{"甲,9.90101E+17,,,,,", "B 证件号码", "科学计数法", "Format the column as text"},
	{"甲," + resident(9) + ",,1001900001,居民生活,很大,", "F 合同容量(kVA)", "不是数字。请只填", "no number. Enter digits"},
	{"甲," + resident(9) + ",,1001900001,居民生活,-8,", "F 合同容量(kVA)", "0", "less than 0"},
	{"甲," + resident(9) + ",,1.23457E+12,居民生活,8,", "D 户号", "科学计数法", "lost its last digits"},
	{"\"=HYPERLINK(\"\"http://x\"\")\"," + resident(9) + ",,,,,", "A 客户名称", "单元格是公式。请改为", "formula. Put its result"},
	{"甲," + resident(9) + ",#N/A,,,,", "C 联系电话", "公式错误", "failed formula"},
	{"甲," + resident(9) + ",,1001900001,照明用电吧,8,", "E 用电类别", "不认识这个值。可以填：", "not known. Use one of"},
	{"甲," + resident(9) + ",12,,,,", "C 联系电话", "请核对", "heck"},
	{"甲,x", "", "只有 2 格，表头有 7 列", "only 2 cells; there are 7 headings"},
	{"甲,,,,,,,x", "", "有 8 格，表头只有 7 列", "8 cells; there are only 7"},
	{"甲\"乙,,,,,,", "A 客户名称", "引号的位置不对", "wrong place. Write marks"},
	{"甲,,,,,,", "客户类别", "请填写客户类别", "Fill in the kind"},
	{"," + resident(9) + ",,,,,", "A 客户名称", "请填写", "Please fill it in"},
	{"甲," + resident(9) + ",,1001000001,居民生活,8,", "D 户号", "与第 2 行重复。请删掉", "same as row 2. Delete"},
	{"欧阳丙," + resident(1) + ",,1001900001,居民生活,8,", "A 客户名称", "与第 2 行是同一个客户，但名称不同", "same customer as row 2"},
	{nameOf(1) + "," + resident(1) + ",,,,,", "B 证件号码", "与第 2 行重复", "same as row 2"},
	{"甲," + resident(9) + ",,,,,2026-01-02", "D 户号", "请填写", "Please fill it in"},
	{"K7654321的人,,,,,,\"2026-01-02", "G 立户日期", "没有配对的结束引号。请补上", "has no closing one. Add it"},
}

const dated = "客户名称,证件号码,联系电话,户号,用电类别,合同容量(kVA),立户日期\n"

// goodDated is a good row of such a file.
func goodDated(i int) string { return strings.TrimSuffix(line(i), "\n") + ",2026-01-02\n" }

// Whatever is wrong is told with row, column, cause and remedy, in Chinese and in
// English, and the good rows between come in.
func TestEveryProblemIsToldInBothLanguages(t *testing.T) {
	content := dated + goodDated(1)
	for n, b := range badRows {
		content += b.row + "\n" + goodDated(100+n)
	}
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.done(ctx, dataimport.Customers, dataimport.Both, content)
		if d.Counts.Rejected != int64(len(badRows)) || d.Counts.CustomersCreated != int64(len(badRows)+1) || d.Counts != d.Planned {
			w.t.Errorf("%+v, planned %+v", d.Counts, d.Planned)
		}
		zh, en := w.problemRows(ctx, d, "zh"), w.problemRows(ctx, d, "en")
		if len(zh) != len(badRows) || len(en) != len(zh) {
			w.t.Fatalf("%d and %d problem rows, want %d:\n%s", len(zh), len(en), len(badRows), told(d.Problems))
		}
		for n, b := range badRows {
			w.holdTold(b.row, zh[n], fmt.Sprint(3+2*n), b.place, b.zh)
			w.holdTold(b.row, en[n], fmt.Sprint(3+2*n), "", b.en)
			if strings.ContainsFunc(en[n][9], func(r rune) bool { return unicode.Is(unicode.Han, r) }) && !strings.Contains(en[n][9], "Use one of") {
				w.t.Errorf("%s: %q is no English", b.row, en[n][9])
			}
		}
	})
}

// holdTold holds a row of the problem file against what it should say.
func (w *world) holdTold(row string, line []string, number, place, words string) {
	w.t.Helper()
	if line[7] != number || place != "" && line[8] != place || !strings.Contains(line[9], words) || strings.ContainsAny(line[9], "{}_") {
		w.t.Errorf("%s: row %s, %q, %q; want row %s, %q, %q", row, line[7], line[8], line[9], number, place, words)
	}
}

// problemRows reads the problem file as another program does.
func (w *world) problemRows(ctx context.Context, d dataimport.Detail, lang string) [][]string {
	w.t.Helper()
	f, err := w.Problems(ctx, d.ID, sheet.CSV, lang)
	w.must(err)
	var b bytes.Buffer
	w.must(f.Write(ctx, &b))
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
	rows, err := r.ReadAll()
	w.must(err)
	return rows[1:]
}

// What ends a file as a whole is told with its place and remedy in both languages.
func TestWhatEndsAFileIsToldInBothLanguages(t *testing.T) {
	cases := []struct{ name, content, zh, en string }{
		{"empty", "", "请检查", "heck"},
		{"10 000 columns", strings.Repeat("x,", 9_999) + "x\n", "第 1 行有 10000 列，最多 500 列。请", "10000"},
		{"heading twice", "户号,名称,户号\n1,2,3\n", "“户号”出现了两次（A 列和 C 列）。请", "户号"},
		{"no heading", "王五,19000000001,2026-01-01\n", "第 1 行（B 列）看起来是数据", "row"},
		{"binary", "\x00\x01" + strings.Repeat("\x00\xff", 300), "请另存为 XLSX 或 CSV", "XLSX"},
		{"old Excel", "\xD0\xCF\x11\xE0" + strings.Repeat("x", 600), "另存为 .xlsx", ".xlsx"},
		{"workbook cut in the middle", string(workbook(t, 50)[:900]), "请重新导出并上传", "again"},
		{"no workbook", string(archive(t, "a.txt", "hello")), "另存后重新上传", "again"},
		{"a workbook of zeros", string(archive(t, "xl/workbook.xml", strings.Repeat("\x00", 20<<20))), "请拆分", "Split"},
	}
	each(t, func(w *world) {
		for _, c := range cases {
			_, err := w.Upload(w.as(w.one), dataimport.UploadInput{Kind: dataimport.Customers, FileName: "x"}, strings.NewReader(c.content))
			var f *fault.Error
			if !errors.As(err, &f) {
				w.t.Errorf("%s: %v", c.name, err)
				continue
			}
			zh, en := catalogue.Text("zh", f.Code, f.Params), catalogue.Text("en", f.Code, f.Params)
			if !strings.Contains(zh, c.zh) || !strings.Contains(en, c.en) || strings.ContainsAny(zh+en, "{}") || en == f.Code {
				w.t.Errorf("%s: %q %q", c.name, zh, en)
			}
		}
		if w.count("data_import") != 0 || w.files() != 0 {
			w.t.Errorf("%d imports and %d files are left", w.count("data_import"), w.files())
		}
	})
}

// Two files of different encodings put together can be read up to the second one:
// the dry run tells the line and what to do, and no row comes in.
func TestABrokenEncodingBehindTheFirstRows(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(goodDated(3))
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.checked(ctx, dataimport.Customers, dataimport.Both, dated+goodDated(1)+goodDated(2)+gb)
		en := catalogue.Text("en", d.Error.Code, d.Error.Params)
		if d.State != dataimport.Uploaded || d.Error.Code != "sheet.encoding" || !strings.Contains(d.Message, "第 4 行") || !strings.Contains(en, "Line 4") {
			w.t.Errorf("%s %+v: %q %q", d.State, d.Error, d.Message, en)
		}
		if _, err := w.Run(ctx, d.ID); !errors.Is(err, dataimport.ErrUnchecked) || w.count("customer") != 0 {
			w.t.Errorf("run: %v, %d customers", err, w.count("customer"))
		}
	})
}

// archive is a ZIP file of one part.
func archive(t testing.TB, name, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write([]byte(content))
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A workbook of texts that no database takes is refused or comes in without them;
// both engines do the same.
func TestWorkbooksOfTextsNoDatabaseTakes(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range [][]any{{"客户名称", "客户类别"}, {"甲_x0000_乙", "个人"}, {"丙_xD800_丁", "个人"}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d, err := w.Upload(ctx, dataimport.UploadInput{Kind: dataimport.Customers, FileName: "x.xlsx"}, bytes.NewReader(b.Bytes()))
		w.must(err)
		_, err = w.Check(ctx, d.ID)
		w.must(err)
		w.drain()
		if d = w.get(ctx, d.ID); d.State != dataimport.Checked {
			w.t.Fatalf("%s %+v", d.State, d.Error)
		}
		if d = w.run(ctx, d.ID); d.State != dataimport.Done || d.Counts != d.Planned || d.Counts.Rows != 2 {
			w.t.Errorf("%s %+v %+v, planned %+v", d.State, d.Error, d.Counts, d.Planned)
		}
	})
}

// Every code of the module has its sentence; a new one without is found here.
func TestEveryCodeHasItsSentence(t *testing.T) {
	codes := dataimport.Codes()
	if len(codes) < 20 || !slices.Contains(codes, "no_such_day") {
		t.Fatalf("codes %v", codes)
	}
	for _, code := range codes {
		if key := "problem.field." + code; !catalogue.Has(key) {
			t.Errorf("%s has no sentence", key)
		}
	}
}
