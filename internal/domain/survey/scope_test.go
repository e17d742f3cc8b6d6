package survey_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// What people answered and who they are is nowhere in clear.
func TestAnswersAreSealed(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.imported(t, b.lin, b.study(t, b.as(b.lin), "small"), strings.ReplaceAll(smallFile, "R1", "13800138000"))
		var content []byte
		err := b.db.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&content, "SELECT content FROM survey_block") })
		if err != nil || bytes.Contains(content, []byte("13800138000")) {
			t.Errorf("a respondent in clear: %v", err)
		}
		err = filepath.Walk(b.blobs, func(name string, info os.FileInfo, err error) error {
			if err != nil || info.IsDir() {
				return err
			}
			raw, err := os.ReadFile(name)
			if bytes.Contains(raw, []byte("13800138000")) {
				t.Errorf("a respondent in clear in %s", name)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestEveryChangeIsAudited(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		d := b.imported(t, b.lin, study, smallFile)
		if err := b.Clear(ctx, study.ID, d.Version); err != nil {
			t.Fatal(err)
		}
		var entries []audit.Entry
		var after string
		err := b.db.Read(ctx, func(tx *db.Tx) (err error) {
			if entries, err = b.audit.HistoryTx(tx, db.ScopeOf(b.lin.ID), study.ID, 10); err != nil {
				return err
			}
			_, after, err = b.audit.OpenTx(tx, entries[1], nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var actions []string
		for _, e := range entries {
			actions = append(actions, e.Action+" "+e.ActorName)
		}
		if got := strings.Join(actions, ", "); got != "survey.clear 李, survey.import 李, survey.upload 李, survey.create 李" {
			t.Errorf("entries %s", got)
		}
		if !strings.Contains(after, `"rows":3`) || !strings.Contains(after, `"file":"answers.csv"`) || strings.Contains(after, "R1") {
			t.Errorf("the import's entry: %s", after)
		}
	})
}

func TestAnotherCompanySeesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		study := b.study(t, b.as(b.lin), "small")
		d := b.imported(t, b.lin, study, smallFile)
		file := d.Files[0].ID
		stranger := b.as(b.hai)
		for name, try := range map[string]func() error{
			"get": func() error { _, err := b.Get(stranger, study.ID); return err },
			"update": func() error {
				_, err := b.Update(stranger, study.ID, 1, survey.StudyInput{Title: "x", Wave: "x", Model: "small"})
				return err
			},
			"delete": func() error { return b.Delete(stranger, study.ID, 1) },
			"upload": func() error {
				_, err := b.Upload(stranger, study.ID, "", "x.csv", strings.NewReader(smallFile))
				return err
			},
			"preview":   func() error { _, err := b.Preview(stranger, study.ID, file, survey.ReadOptions{}); return err },
			"check":     func() error { _, err := b.Check(stranger, study.ID, file, survey.ImportInput{}); return err },
			"import":    func() error { _, err := b.Import(stranger, study.ID, file, "", survey.ImportInput{}); return err },
			"problems":  func() error { _, _, err := b.Problems(stranger, study.ID, file, 0, 10); return err },
			"download":  func() error { _, err := b.WriteProblems(stranger, study.ID, file, "zh"); return err },
			"discard":   func() error { return b.Discard(stranger, study.ID, file, 1) },
			"clear":     func() error { return b.Clear(stranger, study.ID, 1) },
			"responses": func() error { _, _, err := b.ListResponses(stranger, study.ID, 0, 10); return err },
			"data":      func() error { _, err := b.Responses(stranger, db.ScopeOf(b.hai.ID), study.ID); return err },
		} {
			if err := try(); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		list, _, err := b.List(stranger, survey.ListInput{Sort: "-created_at", Limit: 10})
		if err != nil || len(list) > 0 {
			t.Errorf("list: %v %v", list, err)
		}
		p, err := b.Upload(stranger, b.study(t, stranger, "small").ID, "", "x.csv", strings.NewReader(smallFile))
		if err != nil || len(p.Duplicates) > 0 || p.Remembered {
			t.Errorf("the other company's import shows: %+v %v", p.Duplicates, err)
		}
		if _, err := b.Get(b.as(b.province), study.ID); err != nil {
			t.Errorf("the province does not see it: %v", err)
		}
		if _, err := b.Get(b.as(b.lin, "survey.list"), study.ID); err == nil {
			t.Error("seen without the permission")
		}
		if _, err := b.Create(stranger, "", survey.CreateInput{OrgID: b.lin.ID, StudyInput: survey.StudyInput{Title: "x", Wave: "x", Model: "small"}}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("create in another company: %v", err)
		}
	})
}
