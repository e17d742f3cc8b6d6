package survey_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// importWith imports a file as the change of the proposal says and gives the
// study and how the job ended.
func (b *bench) importWith(t *testing.T, content string, change func(*survey.ImportInput)) (survey.Detail, job.Job) {
	t.Helper()
	ctx := b.as(b.lin)
	study := b.study(t, ctx, "small")
	p := b.upload(t, ctx, study, content)
	in := survey.ImportInput{Mapping: p.Mapping}
	if change != nil {
		change(&in)
	}
	begun, err := b.Import(ctx, study.ID, p.File.ID, "", in)
	if err != nil {
		t.Fatal(err)
	}
	j := b.finish(t, b.lin, begun.JobID)
	d, err := b.Get(ctx, study.ID)
	if err != nil {
		t.Fatal(err)
	}
	return d, j
}

func (b *bench) answers(t *testing.T, d survey.Detail) survey.Responses {
	t.Helper()
	r, err := b.Responses(context.Background(), db.ScopeOf(b.lin.ID), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// problemTexts gives the Chinese sentences of what a file's last job found.
func (b *bench) problemTexts(t *testing.T, d survey.Detail) (texts []string) {
	t.Helper()
	write, err := b.WriteProblems(b.as(b.lin), d.ID, d.Files[0].ID, "zh")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(out.String()), "\n")[1:]
}

func TestBadRowsAreSkippedOnRequest(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		content := smallFile + "R3,城市,1,1,1,1\nR5,城市,1,99,2,2\nR6,农村,1,2,3,4\n"
		d, j := b.importWith(t, content, func(in *survey.ImportInput) { in.SkipBadRows = true })
		if j.State != job.Done || d.Responses != 4 || d.Data.Description.Rejected != 2 {
			t.Fatalf("%s %s: %+v", j.State, j.Error, d.Data)
		}
		texts := strings.Join(b.problemTexts(t, d), "\n")
		for _, want := range []string{"5,1,编号,,,未导入,第 5 行第 1 列“编号”的受访者“R3”与第 4 行重复", "6,4,Q1,质量,Q1,未导入,第 6 行第 4 列“Q1”（构念“质量”题目“Q1”）的值 99 像是未声明的缺失代码"} {
			if !strings.Contains(texts, want) {
				t.Errorf("no %q in %s", want, texts)
			}
		}
		if r := b.answers(t, d); r.Respondents != 4 || r.Answers[0][3] != 2 {
			t.Errorf("%+v", r.Answers)
		}
	})
}

func TestReversedItemsAndMissingCodes(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		content := "编号,Q1,Q2,S1\nR1,1,98,拒答\nR2,10,5,7\n"
		d, j := b.importWith(t, content, func(in *survey.ImportInput) {
			in.Mapping.MissingCodes = []string{"98", "拒答"}
			in.Mapping.Columns[1].Reverse = true
		})
		if j.State != job.Done {
			t.Fatalf("%s %s", j.State, j.Error)
		}
		if got := fmt.Sprint(b.answers(t, d).Answers); got != "[[10 1] [NaN 5] [NaN 7]]" {
			t.Errorf("answers %s", got)
		}
		if about := d.Data.Description.Items; about[1].Missing != 1 || about[2].Missing != 1 || about[0].Mean != 5.5 {
			t.Errorf("%+v", about)
		}
	})
}

func TestAnotherScale(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		content := "编号,Q1,Q2,S1\nR1,0,33.33,100\nR2,10,50.5,0\n"
		_, j := b.importWith(t, content, nil)
		if j.State != job.Failed || j.Error != "survey.no_rows" {
			t.Errorf("on the model's scale: %s %s", j.State, j.Error)
		}
		d, j := b.importWith(t, content, func(in *survey.ImportInput) { in.Mapping.Scale = survey.Scale{Min: 0, Max: 100} })
		if j.State != job.Done || fmt.Sprint(b.answers(t, d).Answers) != "[[0 10] [33.33 50.5] [100 0]]" || d.Data.Mapping.Scale.Max != 100 {
			t.Errorf("%s %s: %+v", j.State, j.Error, d.Data)
		}
	})
}

// Chinese only far down makes the guess wrong; the user may say what it is.
func TestAnEncodingThatWasGuessedWrong(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var late strings.Builder
		late.WriteString("id,area,Q1,Q2,S1\n")
		for i := range 20_000 {
			fmt.Fprintf(&late, "R%d,city,5,6,7\n", i)
		}
		late.WriteString("last,农村,5,6,7\n")
		gb, err := simplifiedchinese.GB18030.NewEncoder().String(late.String())
		if err != nil {
			t.Fatal(err)
		}
		d, j := b.importWith(t, gb, nil)
		if j.State != job.Failed || j.Error != "survey.unreadable" {
			t.Fatalf("%s %s", j.State, j.Error)
		}
		if texts := b.problemTexts(t, d); len(texts) != 1 || !strings.Contains(texts[0], "第 20002 行（第 348914 字节处）不能按 utf-8 编码读出") {
			t.Errorf("%q", texts)
		}
		d, j = b.importWith(t, gb, func(in *survey.ImportInput) { in.Encoding = cn.EncodingGB18030 })
		if j.State != job.Done || d.Responses != 20_001 {
			t.Errorf("%s %s: %d", j.State, j.Error, d.Responses)
		}
	})
}

func TestFilesCutInTheMiddle(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		cut := "编号,区域,权重,Q1,Q2,S1\n" + manyRows(2100)
		for name, c := range map[string]struct{ content, text string }{
			"in a row":  {cut + "R9,城市,1,8", "2102,,,,,未导入,最后一行不完整"},
			"in quotes": {cut + "R9,\"城市", "2102,2,区域,,,未导入,第 2102 行的引号没有配对的结束引号"},
			"too long":  {cut + "R9,\"" + strings.Repeat("x", 2<<20), "2102,2,区域,,,未导入,第 2102 行的引号没有配对的结束引号"},
		} {
			d, j := b.importWith(t, c.content, nil)
			texts := b.problemTexts(t, d)
			if j.State != job.Failed || j.Error != "survey.rows_rejected" || len(texts) != 1 || !strings.Contains(texts[0], c.text) || d.Data != nil {
				t.Errorf("%s: %s %s %q", name, j.State, j.Error, texts)
			}
		}
	})
}

func TestAnAttributeThatIsNone(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		content := "编号,意见,Q1,Q2,S1\n"
		for i := range 100 {
			content += fmt.Sprintf("R%d,意见%d,5,6,7\n", i, i)
		}
		d, j := b.importWith(t, content, func(in *survey.ImportInput) { in.Mapping.Columns[1].Role = survey.RoleAttribute })
		texts := b.problemTexts(t, d)
		if j.Error != "survey.unreadable" || len(texts) != 1 || !strings.Contains(texts[0], "第 62 行起，属性“意见”的取值超过 60 种") {
			t.Errorf("%s %s %q", j.State, j.Error, texts)
		}
	})
}

// A check reads everything and keeps nothing but what it found.
func TestACheckImportsNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		p := b.upload(t, ctx, study, smallFile+"R4,城市,1,8,,\n")
		in := survey.ImportInput{Mapping: p.Mapping}
		for range 2 {
			begun, err := b.Check(ctx, study.ID, p.File.ID, in)
			if err != nil {
				t.Fatal(err)
			}
			if j := b.finish(t, b.lin, begun.JobID); j.State != job.Done || !strings.Contains(j.Result, `"accepted":4`) || j.Note != "survey.note.reading" || j.Progress != j.Total || j.Total == 0 {
				t.Errorf("%+v", j)
			}
		}
		d, err := b.Get(ctx, study.ID)
		if err != nil || d.Data != nil || d.Files[0].Summary.Rows != 4 || !d.ImportJob.IsZero() || d.Version != 1 {
			t.Errorf("%+v %v", d, err)
		}
		for _, table := range []string{"survey_data", "survey_block", "survey_mapping"} {
			b.wantRows(t, table, 0)
		}
		in.Mapping.Columns[3].Target = "S1"
		if _, err := b.Check(ctx, study.ID, p.File.ID, in); !strings.Contains(fields(err), "“S1”已由另一列对应") {
			t.Errorf("a bad mapping: %v", err)
		}
	})
}

func TestProblemsArePaged(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		d, _ := b.importWith(t, "编号,Q1,Q2,S1\n"+strings.Repeat("R,99,1,1\n", 25), nil)
		file := d.Files[0].ID
		from, rows := 0, []int{}
		for {
			list, next, err := b.Problems(b.as(b.lin), d.ID, file, from, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list {
				rows = append(rows, p.Row)
			}
			if from = next; next == 0 {
				break
			}
		}
		if len(rows) != 25 || !slices.IsSorted(rows) || rows[0] != 2 || rows[24] != 26 {
			t.Errorf("rows %v", rows)
		}
		if list, next, err := b.Problems(b.as(b.lin), d.ID, file, 100, 10); err != nil || len(list) > 0 || next != 0 {
			t.Errorf("beyond the end: %v %d %v", list, next, err)
		}
	})
}

func TestAFileWithoutACheckHasNoProblems(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		p := b.upload(t, ctx, study, smallFile)
		if list, next, err := b.Problems(ctx, study.ID, p.File.ID, 0, 10); err != nil || len(list) > 0 || next != 0 {
			t.Errorf("%v %d %v", list, next, err)
		}
	})
}

func TestASheetOfChoice(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		d, j := b.importWith(t, workbook(t, smallFile), func(in *survey.ImportInput) { in.Sheet = "Sheet1" })
		if j.State != job.Done || d.Responses != 3 {
			t.Errorf("%s %s %d", j.State, j.Error, d.Responses)
		}
		if j.Progress == 0 || j.Progress != j.Total {
			t.Errorf("progress %d of %d bytes", j.Progress, j.Total)
		}
	})
}
