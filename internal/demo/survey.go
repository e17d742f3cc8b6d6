package demo

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// ecsiPower is a generated survey of a power company (CC0): 1,000 respondents,
// 23 items on 1 to 10, drawn by a seeded script; nobody answered it.
//
//go:embed ecsi_power.csv
var ecsiPower string

// inChinese puts the respondents' attributes into the company's language; each
// stands behind a comma, and no answer begins with a letter.
var inChinese = strings.NewReplacer(
	",area", ",地区", ",rural", ",农村", ",city", ",城市",
	",segment", ",用户类别", ",resident", ",居民", ",commerce", ",商业", ",industry", ",工业",
	",voltage", ",电压等级", ",low", ",低压", ",high", ",高压",
	",channel", ",渠道", ",web", ",网上", ",phone", ",电话", ",sms", ",短信", ",visit", ",走访",
	",wave", ",批次",
)

// makeSurvey imports the example study of the province as a user would.
func (b *builder) makeSurvey(ctx context.Context) error {
	if !b.options.Survey {
		return nil
	}
	b.now = b.end
	ctx, err := b.System(ctx, b.actor.Name)
	if err != nil {
		return err
	}
	study, err := b.Surveys.Create(ctx, "", survey.CreateInput{OrgID: b.orgs["33"].ID, StudyInput: survey.StudyInput{
		Title: "供电服务满意度调查（示例）", Wave: "2026H1", Model: "ecsi", Invited: 2500,
		Note: "生成的示例数据（CC0），不是真实问卷。"}})
	if err != nil {
		return err
	}
	p, err := b.Surveys.Upload(ctx, study.ID, "", "ecsi_power.csv", strings.NewReader(inChinese.Replace(ecsiPower)))
	if err != nil {
		return err
	}
	begun, err := b.Surveys.Import(ctx, study.ID, p.File.ID, "", survey.ImportInput{Mapping: p.Mapping})
	if err != nil {
		return err
	}
	if err := b.finish(ctx, begun.JobID); err != nil {
		return err
	}
	e, err := b.Satisfaction.Estimate(ctx, "zh", "", study.ID, satisfaction.EstimateInput{Settings: satisfaction.Settings{Resamples: 1000, Seed: int64(b.options.Seed), Level: 0.95}})
	if err != nil {
		return err
	}
	return b.finish(ctx, e.JobID)
}

// finish runs background work until the job has ended well.
func (b *builder) finish(ctx context.Context, i id.ID) error {
	for {
		ran, err := b.Jobs.RunNext(ctx)
		if err != nil {
			return err
		}
		if !ran {
			break
		}
	}
	j, err := b.Jobs.Get(ctx, db.ScopeOf(b.orgs["33"].ID), i)
	if err == nil && j.State != job.Done {
		err = fmt.Errorf("job %s is %s: %s", j.Kind, j.State, j.Error)
	}
	return err
}
