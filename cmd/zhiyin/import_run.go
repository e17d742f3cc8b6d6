package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// importer does what the flags of zhiyin import say.
type importer struct {
	importFlags
	app *app.App
	out io.Writer // the outcome
	err io.Writer // progress and what is wrong
}

func newImporter(cmd *cobra.Command, a *app.App, f importFlags) *importer {
	return &importer{importFlags: f, app: a, out: cmd.OutOrStdout(), err: cmd.ErrOrStderr()}
}

// pollEvery is how often a job that another process has is looked at.
const pollEvery = 200 * time.Millisecond

// await does the job of an import's step. When a running server has taken it, or
// a process that died still holds it, await waits for its end.
func (c *importer) await(ctx context.Context, i dataimport.Import) (dataimport.Detail, error) {
	watching, stop := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		c.watch(watching, i)
	}()
	err := c.work(ctx, i)
	stop()
	<-watched
	if err != nil {
		return dataimport.Detail{Import: i}, err
	}
	return c.app.Import.Get(ctx, i.ID)
}

func (c *importer) work(ctx context.Context, i dataimport.Import) error {
	for {
		if _, err := c.app.Jobs.RunOne(ctx, i.OrgID, i.JobID); err != nil {
			return err
		}
		j, err := c.app.Jobs.Get(ctx, db.ScopeOf(i.OrgID), i.JobID)
		if err != nil || j.Ended() {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollEvery):
		}
	}
}

// watch shows how far the job has come: on a terminal in place, else now and
// then a line.
func (c *importer) watch(ctx context.Context, i dataimport.Import) {
	every, end := 5*time.Second, "\n"
	if isTerminal(c.err) {
		every, end = 500*time.Millisecond, "\r"
		defer fmt.Fprint(c.err, strings.Repeat(" ", 70), "\r")
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if j, err := c.app.Jobs.Get(ctx, db.ScopeOf(i.OrgID), i.JobID); err == nil {
			fmt.Fprint(c.err, progressText(j), end)
		}
	}
}

func progressText(j job.Job) string {
	if j.Total == 0 {
		return fmt.Sprintf("%s %d · %s", sentence("zh", j.Note, nil), j.Progress, sentence("en", j.Note, nil))
	}
	return fmt.Sprintf("%s %d / %d · %s %d %%", sentence("zh", j.Note, nil), j.Progress, j.Total, sentence("en", j.Note, nil), j.Progress*100/j.Total)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// finish tells the outcome and chooses the exit code.
func (c *importer) finish(ctx context.Context, do func() (dataimport.Detail, error)) error {
	d, err := do()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		c.sayInterrupted(d.Import)
		return exitInterrupted
	}
	if err != nil {
		return err
	}
	if err := c.writeProblems(ctx, d); err != nil {
		return err
	}
	c.sayOutcome(d)
	switch {
	case d.Error.Code != "" || c.unfinished(d):
		return exitFailed
	case leftOut(d) > 0:
		return exitLeftOut
	}
	return nil
}

// unfinished tells that the import did not come where the flags wanted it.
func (c *importer) unfinished(d dataimport.Detail) bool {
	switch d.State {
	case dataimport.Checked:
		return !c.dryRun
	case dataimport.Done:
		return c.revert != ""
	case dataimport.Reverted:
		return false
	}
	return c.cancel == ""
}

// leftOut counts the rows with something wrong, of a revert the records left
// alone.
func leftOut(d dataimport.Detail) int64 {
	switch d.State {
	case dataimport.Checked:
		return d.Planned.Rejected
	case dataimport.Reverted:
		return d.Counts.Kept
	}
	return d.Counts.Rejected
}

// writeProblems keeps the rows left out as a file. It holds personal data, so
// only its owner may read it.
func (c *importer) writeProblems(ctx context.Context, d dataimport.Detail) (err error) {
	if c.problems == "" || len(d.Problems) == 0 {
		return nil
	}
	format := sheet.CSV
	if strings.EqualFold(filepath.Ext(c.problems), ".xlsx") {
		format = sheet.XLSX
	}
	p, err := c.app.Import.Problems(ctx, d.ID, format, c.lang)
	if err != nil {
		return err
	}
	to, err := os.OpenFile(c.problems, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return explain(err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	return p.Write(ctx, to)
}
