package satisfaction_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
	"github.com/zhiyin-power/zhiyin/pls"
)

const small = "编号,区域,q1,q2,s1\nR1,城市,5,4,5\nR2,农村,3,3,2\nR3,城市,4,5,4\nR4,农村,2,1,2\nR5,城市,3,4,4\nR6,农村,1,2,1\n"

// ownStudy is a survey with a model of the company's own and the small file.
func (b *bench) ownStudy(t *testing.T, content string) (survey.Study, satisfaction.OwnModel) {
	t.Helper()
	m := b.model(t, b.as(b.lin), "own")
	return b.survey(t, b.lin, m.Ref(), content, nil), m
}

func TestAnEstimationKeepsWhatItWasMadeFrom(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study, m := b.ownStudy(t, small)
		e := b.estimated(t, b.lin, study, satisfaction.EstimateInput{Settings: settings(20)})
		before, err := b.Report(ctx, "zh", e.ID)
		if err != nil {
			t.Fatal(err)
		}
		result := b.result(t, b.lin, e.ID)
		if e.Model.Version != 1 || e.Model.Name != "own" || e.Program != "test" || e.Cases != 6 || e.Target != "满意" || e.CreatedBy != "李" || e.Title != "供电满意度" {
			t.Errorf("%+v", e)
		}
		changed := ownModel("own")
		changed.Constructs[0].Title.Zh, changed.Paths, changed.Scale.Max = "别的", []satisfaction.Path{{From: "满意", To: "质量"}}, 7
		if _, err := b.UpdateModel(ctx, m.ID, 1, changed); err != nil {
			t.Fatal(err)
		}
		bands := satisfaction.BandsInput{Bands: []satisfaction.Band{{From: 0, Title: satisfaction.Text{Zh: "低"}}, {From: 99, Title: satisfaction.Text{Zh: "高"}}}}
		if _, err := b.SetBands(ctx, id.ID{}, 0, bands); err != nil {
			t.Fatal(err)
		}
		st := survey.StudyInput{Title: "改名", Wave: "改", Model: m.Ref(), Invited: 7}
		if d, err := b.surveys.Get(ctx, study.ID); err != nil {
			t.Fatal(err)
		} else if _, err := b.surveys.Update(ctx, study.ID, d.Version, st); err != nil {
			t.Fatal(err)
		}
		b.clear(t, ctx, study.ID)
		after, err := b.Report(ctx, "zh", e.ID)
		if err != nil || asJSON(t, after) != asJSON(t, before) {
			t.Errorf("the report has followed: %v", err)
		}
		if !bytes.Equal(result, b.result(t, b.lin, e.ID)) {
			t.Error("the result has followed")
		}
	})
}

// A survey on another scale than its model's gives an index on its own scale.
func TestTheScaleIsThatOfTheAnswers(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		m := b.model(t, b.as(b.lin), "own")
		study := b.survey(t, b.lin, m.Ref(), small, func(m *survey.Mapping) { m.Scale = survey.Scale{Min: 0, Max: 10} })
		e := b.estimated(t, b.lin, study, satisfaction.EstimateInput{Settings: settings(0)})
		if e.Index != 30 { // mean answer 3 of 0 to 10
			t.Errorf("index %v", e.Index)
		}
	})
}

func TestTheRuleForMissingAnswersIsThatOfTheImport(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		m := b.model(t, b.as(b.lin), "own")
		study := b.survey(t, b.lin, m.Ref(), strings.Replace(small, "R6,农村,1,2,1", "R6,农村,1,,1", 1), func(m *survey.Mapping) { m.MissingRule = "casewise" })
		e := b.estimated(t, b.lin, study, satisfaction.EstimateInput{Settings: settings(0)})
		if e.Cases != 5 || e.Settings.Missing != pls.Casewise {
			t.Errorf("%+v", e)
		}
		in := satisfaction.EstimateInput{Settings: settings(0)}
		in.Settings.Missing = pls.MeanReplacement
		if e := b.estimated(t, b.lin, study, in); e.Cases != 6 {
			t.Errorf("chosen: %+v", e)
		}
	})
}

func TestAnEstimationIsRefusedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study, _ := b.ownStudy(t, small)
		empty, err := b.surveys.Create(ctx, "", survey.CreateInput{StudyInput: survey.StudyInput{Title: "空", Wave: "w", Model: "ecsi"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Estimate(ctx, "zh", "", empty.ID, satisfaction.EstimateInput{Settings: settings(0)}); !errors.Is(err, survey.ErrNoData) {
			t.Errorf("without answers: %v", err)
		}
		_, err = b.Estimate(ctx, "zh", "", study.ID, satisfaction.EstimateInput{Model: "scsb", Settings: settings(0)})
		if got := fieldTexts(err); !strings.HasPrefix(got, "model: 答卷数据中没有构念“用户期望”的题目“EXPE1”。请在导入时为它指定一列，或选择不含它的模型。 model: ") || strings.Count(got, "model: ") != 11 {
			t.Errorf("items without answers: %s", got)
		}
		_, err = b.Estimate(ctx, "zh", "", study.ID, satisfaction.EstimateInput{Model: "nothing", Settings: settings(0)})
		if got := fieldTexts(err); got != "model: 没有名为“nothing”的满意度模型，或不在您的查看范围内，请重新选择。" {
			t.Errorf("unknown model: %s", got)
		}
	})
}

// Answers that cannot be estimated: the estimation says why, with construct, item
// and remedy.
func TestAnEstimationIsRefusedByTheNumbers(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		m := b.model(t, b.as(b.lin), "own")
		formative := ownModel("formative")
		formative.Constructs[0].Mode = pls.ModeB
		f, err := b.CreateModel(b.as(b.lin), "", satisfaction.ModelInput{Model: formative})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct{ ref, content, want string }{
			"constant item": {m.Ref(), "q1,q2,s1\n5,4,5\n5,3,2\n5,5,4\n5,1,2\n", "构念“质量”题目“q1”的回答全部相同（5），无法估计。请从模型中去掉。"},
			"too few":       {m.Ref(), "q1,q2,s1\n5,4,5\n4,3,2\n", "答卷太少：2 份，构念“满意”至少需要 3 份。请补充答卷或简化模型。"},
			"all missing":   {m.Ref(), "q1,q2,s1\n5,,5\n4,,2\n3,,4\n2,,2\n", "构念“质量”题目“q2”没有一个有效回答，请从模型中去掉或补充答卷。"},
			"singular":      {f.Ref(), "q1,q2,s1\n5,5,5\n3,3,2\n4,4,4\n2,2,2\n1,1,3\n", "形成型构念“质量”的题目 q1、q2 线性相关，请去掉其中一个。"},
			"uncorrelated":  {m.Ref(), "q1,q2,s1\n5,5,5\n5,5,1\n1,1,5\n1,1,1\n", "构念“质量”的题目与相邻构念毫不相关，得不到权重。请核对模型和列对应。"},
		} {
			study := b.survey(t, b.lin, c.ref, c.content, nil)
			e, err := b.Estimate(b.as(b.lin), "zh", "", study.ID, satisfaction.EstimateInput{Settings: settings(10)})
			if err != nil {
				t.Fatal(err)
			}
			if j := b.finish(t, b.lin, e.JobID); j.State != job.Failed || j.Error != "satisfaction.refused" {
				t.Errorf("%s: job %s %s", name, j.State, j.Error)
			}
			got, err := b.Get(b.as(b.lin), "zh", e.ID)
			if err != nil || got.State != satisfaction.Failed || len(got.Problems) == 0 || got.Problems[0].Text != c.want {
				t.Errorf("%s: %s %+v %v", name, got.State, got.Problems, err)
			}
			if _, err := b.Report(b.as(b.lin), "zh", e.ID); !errors.Is(err, satisfaction.ErrNotFinished) {
				t.Errorf("%s: a report: %v", name, err)
			}
		}
	})
}

func TestAnEstimationIsBegunOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study, _ := b.ownStudy(t, small)
		in := satisfaction.EstimateInput{Settings: settings(0)}
		first, err := b.Estimate(ctx, "zh", "key", study.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := b.Estimate(ctx, "zh", "key", study.ID, in); err != nil || again.ID != first.ID {
			t.Errorf("again: %+v %v", again, err)
		}
		in.Settings.Seed = 9
		if _, err := b.Estimate(ctx, "zh", "key", study.ID, in); !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("other settings under the same key: %v", err)
		}
		if _, err := b.JSON(ctx, first.ID); !errors.Is(err, satisfaction.ErrNotFinished) {
			t.Errorf("the result of an unfinished one: %v", err)
		}
	})
}

func TestListsArePagedAndNarrowed(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study, m := b.ownStudy(t, small)
		other := b.survey(t, b.lin, m.Ref(), small, nil)
		in := satisfaction.EstimateInput{Settings: settings(0)}
		var made []id.ID
		for range 3 {
			made = append(made, b.estimated(t, b.lin, study, in).ID)
		}
		b.estimated(t, b.lin, other, in)
		var seen []id.ID
		cursor := ""
		for more := true; more; more = cursor != "" {
			list, next, err := b.List(ctx, "zh", satisfaction.ListInput{SurveyID: study.ID, Limit: 2, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				seen = append(seen, e.ID)
			}
			cursor = next
		}
		if fmt.Sprint(seen) != fmt.Sprint([]id.ID{made[2], made[1], made[0]}) {
			t.Errorf("seen %v, made %v", seen, made)
		}
		all, next, err := b.List(ctx, "en", satisfaction.ListInput{Limit: 10})
		if err != nil || len(all) != 4 || next != "" || all[0].Index != 50 {
			t.Errorf("%d in all, next %q: %v", len(all), next, err)
		}
		for in, want := range map[satisfaction.ListInput]int{
			{Wave: all[0].Wave, State: satisfaction.Done, Limit: 10}: 4,
			{Wave: "another", Limit: 10}:                             0,
			{State: satisfaction.Failed, Limit: 10}:                  0,
		} {
			if found, _, err := b.List(ctx, "zh", in); err != nil || len(found) != want {
				t.Errorf("%+v: %d found, want %d: %v", in, len(found), want, err)
			}
		}
		if _, _, err := b.List(ctx, "zh", satisfaction.ListInput{Limit: 2, Cursor: "x"}); err == nil {
			t.Error("a bad cursor is taken")
		}
	})
}

func TestAnotherCompanySeesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		study, _ := b.ownStudy(t, small)
		e := b.estimated(t, b.lin, study, satisfaction.EstimateInput{Settings: settings(10)})
		stranger := b.as(b.hai)
		for name, try := range map[string]func() error{
			"estimate": func() error {
				_, err := b.Estimate(stranger, "zh", "", study.ID, satisfaction.EstimateInput{})
				return err
			},
			"get":     func() error { _, err := b.Get(stranger, "zh", e.ID); return err },
			"report":  func() error { _, err := b.Report(stranger, "zh", e.ID); return err },
			"xlsx":    func() error { _, _, err := b.XLSX(stranger, "zh", e.ID); return err },
			"json":    func() error { _, err := b.JSON(stranger, e.ID); return err },
			"compare": func() error { _, err := b.Compare(stranger, "zh", e.ID, e.ID); return err },
			"delete":  func() error { return b.Delete(stranger, e.ID, e.Version) },
		} {
			if err := try(); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if list, _, err := b.List(stranger, "zh", satisfaction.ListInput{Limit: 10}); err != nil || len(list) > 0 {
			t.Errorf("list: %v %v", list, err)
		}
		if list, _, err := b.List(b.as(b.province), "zh", satisfaction.ListInput{Limit: 10}); err != nil || len(list) != 1 {
			t.Errorf("the province's list: %v %v", list, err)
		}
	})
}

func TestEstimationsAreAudited(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study, _ := b.ownStudy(t, small)
		e := b.estimated(t, b.lin, study, satisfaction.EstimateInput{Settings: settings(0)})
		if err := b.Delete(ctx, e.ID, e.Version); err != nil {
			t.Fatal(err)
		}
		var entries []string
		err := b.db.Read(ctx, func(tx *db.Tx) error {
			history, err := b.audit.HistoryTx(tx, db.ScopeOf(b.lin.ID), e.ID, 10)
			for _, h := range history {
				_, after, openErr := b.audit.OpenTx(tx, h, nil)
				err = errors.Join(err, openErr)
				entries = append(entries, h.Action+" "+h.ActorName+" "+fmt.Sprint(strings.Contains(after, "sha256")))
			}
			return err
		})
		if got := strings.Join(entries, ", "); err != nil || got != "satisfaction.delete 李 false, satisfaction.estimate 李 true, satisfaction.estimate 李 true" {
			t.Errorf("%s %v", got, err)
		}
	})
}
