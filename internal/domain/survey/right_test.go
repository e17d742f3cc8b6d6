package survey_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Every use case asks for the permission that bears its name and no other.
func TestRights(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		owner := b.as(b.lin)
		study := b.study(t, owner, "small")
		file := b.upload(t, owner, study, smallFile).File.ID
		in := survey.StudyInput{Title: "t", Wave: "w", Model: "small"}
		for permission, try := range map[string]func(patterns ...string) error{
			survey.PermList: func(p ...string) error {
				_, _, err := b.List(b.as(b.lin, p...), survey.ListInput{Sort: "title", Limit: 1})
				return err
			},
			survey.PermGet: func(p ...string) error {
				_, err := b.Get(b.as(b.lin, p...), study.ID)
				return err
			},
			survey.PermCreate: func(p ...string) error {
				_, err := b.Create(b.as(b.lin, p...), "", survey.CreateInput{StudyInput: in})
				return err
			},
			survey.PermUpdate: func(p ...string) error {
				_, err := b.Update(b.as(b.lin, p...), study.ID, 1, in)
				return err
			},
			survey.PermDelete: func(p ...string) error { return b.Delete(b.as(b.lin, p...), study.ID, 99) },
			survey.PermUpload: func(p ...string) error {
				_, err := b.Upload(b.as(b.lin, p...), study.ID, "", "x.csv", strings.NewReader(smallFile))
				return err
			},
			survey.PermPreview: func(p ...string) error {
				_, err := b.Preview(b.as(b.lin, p...), study.ID, file, survey.ReadOptions{})
				return err
			},
			survey.PermCheck: func(p ...string) error {
				_, err := b.Check(b.as(b.lin, p...), study.ID, file, survey.ImportInput{})
				return err
			},
			survey.PermImport: func(p ...string) error {
				_, err := b.Import(b.as(b.lin, p...), study.ID, file, "", survey.ImportInput{})
				return err
			},
			survey.PermProblems: func(p ...string) error {
				_, _, err := b.Problems(b.as(b.lin, p...), study.ID, file, 0, 1)
				return err
			},
			survey.PermDownload: func(p ...string) error {
				_, err := b.WriteProblems(b.as(b.lin, p...), study.ID, file, "zh")
				return err
			},
			survey.PermClear: func(p ...string) error { return b.Clear(b.as(b.lin, p...), study.ID) },
			survey.PermResponses: func(p ...string) error {
				_, _, err := b.ListResponses(b.as(b.lin, p...), study.ID, 0, 1)
				return err
			},
			survey.PermDiscard: func(p ...string) error { return b.Discard(b.as(b.lin, p...), study.ID, id.ID{9}) },
		} {
			if err := try(permission); fault.KindOf(err) == fault.Forbidden {
				t.Errorf("%s is not enough: %v", permission, err)
			}
			if err := try("survey.other", "customer.*"); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s is not asked for: %v", permission, err)
			}
		}
	})
}

func TestAStudyIsMadeOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		in := survey.CreateInput{StudyInput: survey.StudyInput{Title: "t", Wave: "w", Model: "small"}}
		first, err := b.Create(ctx, "key", in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := b.Create(ctx, "key", in)
		if err != nil || again != first {
			t.Errorf("again %+v, first %+v: %v", again, first, err)
		}
		in.Title = "other"
		if _, err := b.Create(ctx, "key", in); !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("another study under the same key: %v", err)
		}
		b.wantRows(t, "survey_study", 1)
	})
}

func TestModelsInUse(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.study(t, b.as(b.lin), "small")
		for ref, want := range map[string]bool{"small": true, "ecsi": false} {
			err := b.db.Read(b.as(b.lin), func(tx *db.Tx) error {
				used, err := b.ModelUsedTx(tx, ref)
				if used != want {
					t.Errorf("%s is in use: %v", ref, used)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
