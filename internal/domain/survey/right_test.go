package survey_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// attempts are the use cases by the permission they ask for, on a study and file
// of the caller's company.
var attempts = map[string]func(b *bench, ctx context.Context, study survey.Study, file id.ID) error{
	survey.PermList: func(b *bench, ctx context.Context, _ survey.Study, _ id.ID) error {
		_, _, err := b.List(ctx, survey.ListInput{Sort: "title", Limit: 1})
		return err
	},
	survey.PermGet: func(b *bench, ctx context.Context, study survey.Study, _ id.ID) error {
		_, err := b.Get(ctx, study.ID)
		return err
	},
	survey.PermCreate: func(b *bench, ctx context.Context, _ survey.Study, _ id.ID) error {
		_, err := b.Create(ctx, "", survey.CreateInput{StudyInput: survey.StudyInput{Title: "t", Wave: "w", Model: "small"}})
		return err
	},
	survey.PermUpdate: func(b *bench, ctx context.Context, study survey.Study, _ id.ID) error {
		_, err := b.Update(ctx, study.ID, 1, survey.StudyInput{Title: "t", Wave: "w", Model: "small"})
		return err
	},
	survey.PermDelete: func(b *bench, ctx context.Context, study survey.Study, _ id.ID) error {
		return b.Delete(ctx, study.ID, 99)
	},
	survey.PermUpload: func(b *bench, ctx context.Context, study survey.Study, _ id.ID) error {
		_, err := b.Upload(ctx, study.ID, "", "x.csv", strings.NewReader(smallFile))
		return err
	},
	survey.PermPreview: func(b *bench, ctx context.Context, study survey.Study, file id.ID) error {
		_, err := b.Preview(ctx, study.ID, file, survey.ReadOptions{})
		return err
	},
	survey.PermCheck: func(b *bench, ctx context.Context, study survey.Study, file id.ID) error {
		_, err := b.Check(ctx, study.ID, file, survey.ImportInput{})
		return err
	},
	survey.PermImport: func(b *bench, ctx context.Context, study survey.Study, file id.ID) error {
		_, err := b.Import(ctx, study.ID, file, "", survey.ImportInput{})
		return err
	},
	survey.PermProblems: func(b *bench, ctx context.Context, study survey.Study, file id.ID) error {
		_, _, err := b.Problems(ctx, study.ID, file, 0, 1)
		return err
	},
	survey.PermDownload: func(b *bench, ctx context.Context, study survey.Study, file id.ID) error {
		_, err := b.WriteProblems(ctx, study.ID, file, "zh")
		return err
	},
	survey.PermClear: func(b *bench, ctx context.Context, study survey.Study, _ id.ID) error {
		return b.Clear(ctx, study.ID, 99)
	},
	survey.PermResponses: func(b *bench, ctx context.Context, study survey.Study, _ id.ID) error {
		_, _, err := b.ListResponses(ctx, study.ID, 0, 1)
		return err
	},
	survey.PermDiscard: func(b *bench, ctx context.Context, study survey.Study, _ id.ID) error {
		return b.Discard(ctx, study.ID, id.ID{9}, 1)
	},
}

// Every use case asks for the permission that bears its name and no other.
func TestRights(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		owner := b.as(b.lin)
		study := b.study(t, owner, "small")
		file := b.upload(t, owner, study, smallFile).File.ID
		for permission, try := range attempts {
			if err := try(b, b.as(b.lin, permission), study, file); fault.KindOf(err) == fault.Forbidden {
				t.Errorf("%s is not enough: %v", permission, err)
			}
			if err := try(b, b.as(b.lin, "survey.other", "customer.*"), study, file); fault.KindOf(err) != fault.Forbidden {
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
