package survey_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func fields(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fmt.Sprint(err)
	}
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Name+": "+catalogue.Text("zh", "problem.field."+field.Code, field.Params))
	}
	return strings.Join(out, " ")
}

func TestStudiesAreValidated(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for name, c := range map[string]struct {
			in   survey.StudyInput
			want string
		}{
			"no title":      {survey.StudyInput{Title: " ", Wave: "w", Model: "small"}, "title: 必填，请填写。"},
			"no wave":       {survey.StudyInput{Title: "t", Wave: " ", Model: "small"}, "wave: 必填，请填写。"},
			"no such day":   {survey.StudyInput{Title: "t", Wave: "w", Model: "small", FromDay: "2026-02-30"}, "from_day: 日期不存在，请按 年-月-日 填写，如 2026-05-31。"},
			"ends too soon": {survey.StudyInput{Title: "t", Wave: "w", Model: "small", FromDay: "2026-02-02", ToDay: "2026-02-01"}, "to_day: 结束日期早于开始日期，请改正。"},
			"unknown model": {survey.StudyInput{Title: "t", Wave: "w", Model: "nothing"}, "model: 没有名为“nothing”的满意度模型，或不在您的查看范围内，请重新选择。"},
		} {
			if _, err := b.Create(b.as(b.lin), "", survey.CreateInput{StudyInput: c.in}); fields(err) != c.want {
				t.Errorf("%s: %s, want %s", name, fields(err), c.want)
			}
			if _, err := b.Update(b.as(b.lin), b.study(t, b.as(b.lin), "small").ID, 1, c.in); fields(err) != c.want {
				t.Errorf("%s, update: %s, want %s", name, fields(err), c.want)
			}
		}
	})
}

func TestStudiesOfEveryLevel(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		own := b.study(t, b.as(b.province), "small")
		if own.OrgID != b.province.ID {
			t.Errorf("made in %s", own.OrgID)
		}
		below, err := b.Create(b.as(b.province), "", survey.CreateInput{OrgID: b.hai.ID, StudyInput: survey.StudyInput{Title: "海", Wave: "w", Model: "small"}})
		if err != nil || below.OrgID != b.hai.ID {
			t.Errorf("%+v %v", below, err)
		}
		if _, err := b.Get(b.as(b.hai), own.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a company sees the province's survey: %v", err)
		}
		if _, err := b.Get(b.as(b.hai), below.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestUpdateKeepsToTheVersion(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		in := survey.StudyInput{Title: " 新标题 ", Wave: "2026Q3", Model: "ecsi", FromDay: "2026-01-01", ToDay: "2026-01-31", Invited: 500, Note: "电话"}
		changed, err := b.Update(ctx, study.ID, 1, in)
		if err != nil || changed.Version != 2 || changed.Title != "新标题" {
			t.Fatalf("%+v %v", changed, err)
		}
		if d, err := b.Get(ctx, study.ID); err != nil || d.Study != changed {
			t.Errorf("kept %+v, given %+v: %v", d.Study, changed, err)
		}
		if _, err := b.Update(ctx, study.ID, 1, in); !errors.Is(err, db.ErrStale) {
			t.Errorf("old version: %v", err)
		}
		if err := b.Delete(ctx, study.ID, 1); !errors.Is(err, db.ErrStale) {
			t.Errorf("delete of an old version: %v", err)
		}
	})
}

func TestListsAreSortedFilteredAndPaged(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		for i, title := range []string{"乙 热线", "甲 营业厅", "丙 Hotline", "丁 热线", "戊"} {
			if _, err := b.Create(ctx, "", survey.CreateInput{StudyInput: survey.StudyInput{Title: title, Wave: fmt.Sprintf("W%d", i%2), Model: "small"}}); err != nil {
				t.Fatal(err)
			}
		}
		for name, c := range map[string]struct {
			in   survey.ListInput
			want string
		}{
			"newest first": {survey.ListInput{Sort: "-created_at"}, "戊|丁 热线|丙 Hotline|甲 营业厅|乙 热线"},
			"oldest first": {survey.ListInput{Sort: "created_at"}, "乙 热线|甲 营业厅|丙 Hotline|丁 热线|戊"},
			"by title":     {survey.ListInput{Sort: "title"}, "丁 热线|丙 Hotline|乙 热线|戊|甲 营业厅"},
			"search":       {survey.ListInput{Sort: "-created_at", Search: "热线"}, "丁 热线|乙 热线"},
			"any case":     {survey.ListInput{Sort: "-created_at", Search: "ＨotLINE"}, "丙 Hotline"},
			"wave":         {survey.ListInput{Sort: "-created_at", Wave: "W1"}, "丁 热线|甲 营业厅"},
		} {
			for _, limit := range []int{2, 50} {
				var titles []string
				c.in.Limit, c.in.Cursor = limit, ""
				for {
					list, next, err := b.List(ctx, c.in)
					if err != nil {
						t.Fatal(err)
					}
					for _, s := range list {
						titles = append(titles, s.Title)
					}
					if c.in.Cursor = next; next == "" {
						break
					}
				}
				if got := strings.Join(titles, "|"); got != c.want {
					t.Errorf("%s by %d: %s, want %s", name, limit, got, c.want)
				}
			}
		}
		_, next, err := b.List(ctx, survey.ListInput{Sort: "title", Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.List(ctx, survey.ListInput{Sort: "created_at", Limit: 1, Cursor: next}); !errors.Is(err, page.ErrCursor) {
			t.Errorf("a cursor of another order: %v", err)
		}
	})
}

func TestFilesAreRefusedOrKept(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		for content, want := range map[string]string{"": "sheet.empty", "PK\x03\x04x": "sheet.cut", "a\x00b": "sheet.binary"} {
			var f *fault.Error
			if _, err := b.Upload(ctx, study.ID, "", "x.csv", strings.NewReader(content)); !errors.As(err, &f) || f.Code != want {
				t.Errorf("%q: %v, want %s", content, err, want)
			}
		}
		b.wantRows(t, "survey_file", 0)
		if _, err := b.Upload(ctx, study.ID, "", "x.csv", &endless{}); !errors.Is(err, blob.ErrTooLarge) {
			t.Errorf("too large: %v", err)
		}
		first, err := b.Upload(ctx, study.ID, "key", "x.csv", strings.NewReader(smallFile))
		if err != nil {
			t.Fatal(err)
		}
		again, err := b.Upload(ctx, study.ID, "key", "x.csv", strings.NewReader(smallFile))
		if err != nil || again.File.ID != first.File.ID {
			t.Errorf("the same key made another file: %v %v", again.File, err)
		}
		b.wantRows(t, "survey_file", 1)
		for i := range 49 {
			b.upload(t, ctx, study, fmt.Sprintf("Q1\n%d\n", 1+i%10))
		}
		if _, err := b.Upload(ctx, study.ID, "", "x.csv", strings.NewReader(smallFile)); !errors.Is(err, survey.ErrFiles) {
			t.Errorf("too many files: %v", err)
		}
	})
}

// endless is a file larger than any limit.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestPreviewByChoice(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		p := b.upload(t, ctx, study, workbook(t, smallFile))
		if p.File.Name != "answers.csv" || p.Sheet != "Sheet1" || len(p.Rows) != 3 || p.LookedAt != 3 || len(p.Unmapped) != 0 || len(p.Questions) != 3 {
			t.Errorf("%+v", p)
		}
		if _, err := b.Preview(ctx, study.ID, p.File.ID, survey.ReadOptions{Sheet: "Sheet2"}); err == nil || !strings.Contains(err.Error(), "sheet.unknown_sheet") {
			t.Errorf("another sheet: %v", err)
		}
		again, err := b.Preview(ctx, study.ID, p.File.ID, survey.ReadOptions{Sheet: "Sheet1"})
		if err != nil || fmt.Sprint(again.Rows) != fmt.Sprint(p.Rows) {
			t.Errorf("%+v %v", again, err)
		}
		if _, err := b.Check(ctx, study.ID, p.File.ID, survey.ImportInput{Mapping: p.Mapping, ReadOptions: survey.ReadOptions{Sheet: "x"}}); err == nil {
			t.Error("a check of a sheet that is not there")
		}
	})
}

func TestARememberedMappingYieldsToAnotherModel(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		b.imported(t, b.lin, b.study(t, ctx, "small"), smallFile)
		p := b.upload(t, ctx, b.study(t, ctx, "ecsi"), smallFile)
		items := slices.DeleteFunc(slices.Clone(p.Mapping.Columns), func(c survey.Column) bool { return c.Role != survey.RoleItem })
		if p.Remembered || len(items) != 0 || len(p.Unmapped) != 23 {
			t.Errorf("remembered %v, items %v, %d unmapped", p.Remembered, items, len(p.Unmapped))
		}
	})
}
