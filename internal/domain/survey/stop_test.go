package survey_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

func TestTwoImportsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		p := b.upload(t, ctx, study, smallFile)
		in := survey.ImportInput{Mapping: p.Mapping}
		begun, err := b.Import(ctx, study.ID, p.File.ID, "", in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Import(ctx, study.ID, p.File.ID, "", in); !errors.Is(err, survey.ErrImportRunning) {
			t.Errorf("second import: %v", err)
		}
		if err := b.Clear(ctx, study.ID, study.Version); !errors.Is(err, survey.ErrImportRunning) {
			t.Errorf("clearing meanwhile: %v", err)
		}
		// A cancelled import stands in nobody's way and leaves nothing.
		if err := b.jobs.Cancel(ctx, db.ScopeOf(b.lin.ID), begun.JobID); err != nil {
			t.Fatal(err)
		}
		if d := b.imported(t, b.lin, study, smallFile); d.Responses != 3 || !d.ImportJob.IsZero() {
			t.Errorf("after cancelling: %+v", d)
		}
		b.wantRows(t, "survey_data", 1)
	})
}

// A process that is killed in the middle leaves rows nobody sees; the job begins
// anew and ends with each row once.
func TestAKilledImportBeginsAnew(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		long := "编号,Q1,Q2,S1\n"
		for i := range 5000 {
			long += fmt.Sprintf("R%d,%d,%d,%d\n", i, 1+i%10, 1+i%7, 1+i%9)
		}
		p := b.upload(t, ctx, study, long)
		begun, err := b.Import(ctx, study.ID, p.File.ID, "", survey.ImportInput{Mapping: p.Mapping})
		if err != nil {
			t.Fatal(err)
		}
		// Claim, begin, first block; the process is told to stop as the second block begins.
		stopping, stop := context.WithCancel(context.Background())
		b.atTransaction(4, stop)
		if _, err := b.jobs.RunNext(stopping); err != nil {
			t.Fatal(err)
		}
		if d, err := b.Get(ctx, study.ID); err != nil || d.Data != nil || d.Responses != 0 {
			t.Fatalf("half an import is visible: %+v %v", d, err)
		}
		b.wantRows(t, "survey_block", 1)
		if j := b.finish(t, b.lin, begun.JobID); j.State != job.Done {
			t.Fatalf("%s %s", j.State, j.Error)
		}
		b.wantRows(t, "survey_block", 3)
		d, err := b.Get(ctx, study.ID)
		if err != nil || d.Responses != 5000 {
			t.Errorf("%+v %v", d, err)
		}
	})
}

func TestAStoppedImportIsCleanedUp(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		before := b.imported(t, b.lin, study, smallFile)
		for code, content := range map[string]string{
			"survey.rows_rejected": smallFile + "R9,城市,1,很好,7,9\n",
			"survey.no_rows":       "编号,区域,权重,Q1,Q2,S1\nR1,城市,1,11,7,9\n",
			"survey.unreadable":    "编号,区域,权重,Q1,Q2,S1\n" + manyRows(2500) + "R9,城市,1,\xff,7,9\n",
		} {
			p := b.upload(t, ctx, study, content)
			begun, err := b.Import(ctx, study.ID, p.File.ID, "", survey.ImportInput{Mapping: p.Mapping})
			if err != nil {
				t.Fatal(err)
			}
			if j := b.finish(t, b.lin, begun.JobID); j.State != job.Failed || j.Error != code || j.Result == "" {
				t.Errorf("%s: job %s %s %s", code, j.State, j.Error, j.Result)
			}
			after, err := b.Get(ctx, study.ID)
			if err != nil || after.Data.ID != before.Data.ID || !after.ImportJob.IsZero() || after.Files[0].Summary.Problems == 0 {
				t.Errorf("%s: %+v %v", code, after, err)
			}
			b.wantRows(t, "survey_data", 1)
			b.wantRows(t, "survey_block", 1)
		}
	})
}

func manyRows(n int) string {
	var rows strings.Builder
	for i := range n {
		fmt.Fprintf(&rows, "N%d,城市,1,8,7,9\n", i)
	}
	return rows.String()
}

// A job that another process has taken over must not clear that one's rows away.
func TestALostLeaseTouchesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		p := b.upload(t, ctx, study, "编号,区域,权重,Q1,Q2,S1\n"+manyRows(4500)+"N,城市,1,99,7,9\n")
		begun, err := b.Import(ctx, study.ID, p.File.ID, "", survey.ImportInput{Mapping: p.Mapping})
		if err != nil {
			t.Fatal(err)
		}
		taken := make(chan error, 1)
		b.atTransaction(3, func() {
			go func() { taken <- b.takeOver(begun.JobID) }()
			time.Sleep(50 * time.Millisecond) // so that it comes before the block after this one
		})
		if _, err := b.jobs.RunNext(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := <-taken; err != nil {
			t.Fatal(err)
		}
		b.wantRows(t, "survey_data", 1)
		if d, err := b.Get(ctx, study.ID); err != nil || d.ImportJob != begun.JobID {
			t.Errorf("the mark of the import is gone: %+v %v", d.Study, err)
		}
	})
}

// takeOver does to a running job what another process does after the lease.
func (b *bench) takeOver(i id.ID) error {
	return b.db.Write(context.Background(), func(tx *db.Tx) error {
		return tx.ExecOne(db.ErrNotFound, "UPDATE job SET attempt = attempt + 1 WHERE id = $1 AND state = 'running'", i)
	})
}

func TestDeletingLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		d := b.imported(t, b.lin, study, smallFile)
		if err := b.Discard(ctx, study.ID, d.Files[0].ID, d.Files[0].Version); err != nil {
			t.Fatal(err)
		}
		if r, err := b.Responses(ctx, db.ScopeOf(b.lin.ID), study.ID); err != nil || r.Respondents != 3 {
			t.Errorf("data went with the file: %v %v", r.Respondents, err)
		}
		if err := b.Clear(ctx, study.ID, study.Version); !errors.Is(err, db.ErrStale) {
			t.Errorf("clearing what another has imported: %v", err)
		}
		if err := b.Clear(ctx, study.ID, d.Version); err != nil {
			t.Fatal(err)
		}
		if err := b.Clear(ctx, study.ID, d.Version+1); !errors.Is(err, survey.ErrNoData) {
			t.Errorf("clearing twice: %v", err)
		}
		b.imported(t, b.lin, study, smallFile)
		if d, err := b.Get(ctx, study.ID); err != nil {
			t.Fatal(err)
		} else if err := b.Delete(ctx, study.ID, d.Version); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"survey_study", "survey_file", "survey_data", "survey_block"} {
			b.wantRows(t, table, 0)
		}
		left, err := filepath.Glob(filepath.Join(b.blobs, "*", "*"))
		if err != nil || len(left) > 0 {
			t.Errorf("files left: %v %v", left, err)
		}
	})
}
