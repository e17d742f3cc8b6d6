package satisfaction_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

func TestCancelling(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.survey(t, b.lin, "ecsi", example(t, "ecsi_power.csv"), nil)
		waiting, err := b.Estimate(ctx, "zh", "", study.ID, satisfaction.EstimateInput{Settings: settings(10)})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.jobs.Cancel(ctx, db.ScopeOf(b.lin.ID), waiting.JobID); err != nil {
			t.Fatal(err)
		}
		if e, err := b.Get(ctx, "zh", waiting.ID); err != nil || e.State != satisfaction.Cancelled {
			t.Errorf("cancelled while waiting: %+v %v", e, err)
		}
		running, err := b.Estimate(ctx, "zh", "", study.ID, satisfaction.EstimateInput{Settings: settings(10_000)})
		if err != nil {
			t.Fatal(err)
		}
		cancelled := make(chan error, 1)
		go func() { cancelled <- b.cancelWhenRunning(running.JobID) }()
		j := b.finish(t, b.lin, running.JobID)
		if err := <-cancelled; err != nil {
			t.Fatal(err)
		}
		if e, err := b.Get(ctx, "zh", running.ID); err != nil || j.State != job.Cancelled || e.State != satisfaction.Cancelled {
			t.Errorf("cancelled while running: job %s, estimation %s, %v", j.State, e.State, err)
		}
	})
}

// cancelWhenRunning cancels a job once its resamples have begun.
func (b *bench) cancelWhenRunning(i id.ID) error {
	for {
		j, err := b.jobs.Get(context.Background(), db.ScopeOf(b.lin.ID), i)
		if err != nil || j.Ended() {
			return err
		}
		if j.Note != "" {
			return b.jobs.Cancel(context.Background(), db.ScopeOf(b.lin.ID), i)
		}
	}
}

func TestDeletingAnEstimation(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study, _ := b.ownStudy(t, small)
		in := satisfaction.EstimateInput{Settings: settings(10)}
		e := b.estimated(t, b.lin, study, in)
		d, err := b.surveys.Get(ctx, study.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.surveys.Delete(ctx, study.ID, d.Version); !errors.Is(err, db.ErrReferenced) {
			t.Errorf("the survey goes while an estimation of it is kept: %v", err)
		}
		if err := b.Delete(ctx, e.ID, e.Version-1); !errors.Is(err, db.ErrStale) {
			t.Errorf("removed by one who has not seen that it has ended: %v", err)
		}
		if err := b.Delete(ctx, e.ID, e.Version); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Get(ctx, "zh", e.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("after removal: %v", err)
		}
		waiting, err := b.Estimate(ctx, "zh", "", study.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Delete(ctx, waiting.ID, waiting.Version); err != nil {
			t.Fatal(err)
		}
		if j := b.finish(t, b.lin, waiting.JobID); j.State != job.Cancelled {
			t.Errorf("the job of a removed estimation: %s", j.State)
		}
		if err := b.surveys.Delete(ctx, study.ID, d.Version); err != nil {
			t.Error(err)
		}
	})
}

func TestAnswersReplacedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study, _ := b.ownStudy(t, small)
		e, err := b.Estimate(ctx, "zh", "", study.ID, satisfaction.EstimateInput{Settings: settings(0)})
		if err != nil {
			t.Fatal(err)
		}
		b.clear(t, ctx, study.ID)
		if j := b.finish(t, b.lin, e.JobID); j.State != job.Failed || j.Error != "survey.no_data" {
			t.Errorf("cleared: %s %s", j.State, j.Error)
		}
		b.fill(t, b.lin, study, small, nil)
		if e, err = b.Estimate(ctx, "zh", "", study.ID, satisfaction.EstimateInput{Settings: settings(0)}); err != nil {
			t.Fatal(err)
		}
		p, err := b.surveys.Upload(ctx, study.ID, "", "again.csv", strings.NewReader(small))
		if err != nil {
			t.Fatal(err)
		}
		// The import was asked for later but its job ran first.
		if err := b.delay(e.JobID); err != nil {
			t.Fatal(err)
		}
		begun, err := b.surveys.Import(ctx, study.ID, p.File.ID, "", survey.ImportInput{Mapping: p.Mapping})
		if err != nil {
			t.Fatal(err)
		}
		b.finish(t, b.lin, begun.JobID)
		if err := b.hurry(e.JobID); err != nil {
			t.Fatal(err)
		}
		if j := b.finish(t, b.lin, e.JobID); j.State != job.Failed || j.Error != "satisfaction.data_replaced" {
			t.Errorf("replaced: %s %s", j.State, j.Error)
		}
		if got, err := b.Get(ctx, "zh", e.ID); err != nil || got.State != satisfaction.Failed {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func (b *bench) delay(i id.ID) error { return b.runAt(i, 1<<60) }
func (b *bench) hurry(i id.ID) error { return b.runAt(i, 1) }

func (b *bench) runAt(i id.ID, at int64) error {
	return b.db.Write(context.Background(), func(tx *db.Tx) error {
		return tx.ExecOne(db.ErrNotFound, "UPDATE job SET run_at = $1 WHERE id = $2", at, i)
	})
}
