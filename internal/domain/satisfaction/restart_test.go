package satisfaction_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
	"github.com/zhiyin-power/zhiyin/pls"
)

// A process that is told to stop in the middle leaves the estimation to the next,
// which gives the same bytes.
func TestAStoppedEstimationBeginsAnew(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.survey(t, b.lin, "ecsi", example(t, "ecsi_power.csv"), nil)
		in := satisfaction.EstimateInput{Settings: settings(3000)}
		e, err := b.Estimate(ctx, "zh", "", study.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		stopping, stop := context.WithCancel(context.Background())
		stopped := make(chan error, 1)
		go func() { stopped <- b.stopWhenRunning(e.JobID, stop) }()
		if _, err := b.jobs.RunNext(stopping); err != nil {
			t.Fatal(err)
		}
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		if half, err := b.Get(ctx, "zh", e.ID); err != nil || half.State != satisfaction.Queued {
			t.Fatalf("after the stop: %+v %v", half, err)
		}
		if j := b.finish(t, b.lin, e.JobID); j.State != job.Done || j.Progress != 3000 || !strings.Contains(j.Result, e.ID.String()) {
			t.Fatalf("%+v", j)
		}
		again := b.estimated(t, b.lin, study, in)
		if first, err := b.Get(ctx, "zh", e.ID); err != nil || !bytes.Equal(first.ResultHash, again.ResultHash) {
			t.Errorf("the results differ: %v", err)
		}
	})
}

func (b *bench) stopWhenRunning(i id.ID, stop func()) error {
	defer stop()
	for {
		j, err := b.jobs.Get(context.Background(), db.ScopeOf(b.lin.ID), i)
		if err != nil || j.Note != "" || j.Ended() {
			return err
		}
	}
}

// Answers of several blocks reach the estimate in the order of the file.
func TestManyAnswers(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var content strings.Builder
		content.WriteString("编号,区域,q1,q2,s1\n")
		data := pls.Dataset{Names: []string{"q1", "q2", "s1"}, Columns: make([][]float64, 3)}
		for i := range 4500 {
			answers := []int{1 + i%5, 1 + (i/3)%5, 1 + (i+i/7)%5}
			fmt.Fprintf(&content, "R%d,%s,%d,%d,%d\n", i, []string{"城", "乡"}[i/2250], answers[0], answers[1], answers[2])
			for k, v := range answers {
				data.Columns[k] = append(data.Columns[k], float64(v))
			}
		}
		m := b.model(t, b.as(b.lin), "own")
		e := b.estimated(t, b.lin, b.survey(t, b.lin, m.Ref(), content.String(), nil), satisfaction.EstimateInput{Settings: settings(10)})
		sample, err := pls.Prepare(m.PLS(), data, pls.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want, err := sample.Estimate()
		if err != nil {
			t.Fatal(err)
		}
		r, err := b.Report(b.as(b.lin), "zh", e.ID)
		if err != nil || float64(r.Paths[0].Value) != want.Paths[0].Value || float64(r.Headline.Index.Value) != want.Index.Constructs[1].Value {
			t.Errorf("%+v, want %+v: %v", r.Paths, want.Paths, err)
		}
		for _, s := range r.Segments[0].Segments {
			if s.N != 2250 {
				t.Errorf("%s has %d", s.Level, s.N)
			}
		}
	})
}

// Without a bootstrap there are no intervals, and the report says so.
func TestAnEstimationWithoutBootstrap(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		study, _ := b.ownStudy(t, small)
		e := b.estimated(t, b.lin, study, satisfaction.EstimateInput{Settings: settings(0)})
		r, err := b.Report(b.as(b.lin), "en", e.ID)
		if err != nil || r.Bootstrap != nil || !math.IsNaN(float64(r.Headline.Index.Lo)) || !math.IsNaN(float64(e.IndexLo)) || r.Paths[0].Significant || r.Paths[0].Stars != "" {
			t.Errorf("%+v %v", r.Headline, err)
		}
		said := false
		for _, s := range r.Meaning {
			said = said || s.Code == "no_bootstrap"
		}
		if !said {
			t.Errorf("%+v", r.Meaning)
		}
		if strings.Contains(string(b.result(t, b.lin, e.ID)), "bootstrap") {
			t.Error("the result has a bootstrap")
		}
	})
}

// A survey on the answers of one model may be estimated with a smaller one.
func TestAnotherModelOnTheSameAnswers(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		study := b.survey(t, b.lin, "ecsi", example(t, "ecsi_power.csv"), nil)
		var indices []string
		for _, name := range satisfaction.ShippedNames() {
			e := b.estimated(t, b.lin, study, satisfaction.EstimateInput{Model: name, Settings: settings(0)})
			if e.Model.Name != name || e.Model.Ref != name || e.Model.Version != 0 {
				t.Errorf("%+v", e.Model)
			}
			indices = append(indices, fmt.Sprintf("%s %.1f", name, e.Index))
		}
		if got := strings.Join(indices, ", "); got != "acsi 72.2, ecsi 72.2, scsb 72.2" {
			t.Errorf("indices %s", got)
		}
	})
}

// Two waves of one survey.
func TestTwoWavesAreCompared(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		first, second := b.survey(t, b.lin, "ecsi", wave(t, "2025Q4"), nil), b.survey(t, b.lin, "ecsi", wave(t, "2026Q2"), func(m *survey.Mapping) { m.MissingRule = "casewise" })
		in := satisfaction.EstimateInput{Settings: settings(100)}
		a, c := b.estimated(t, b.lin, first, in), b.estimated(t, b.lin, second, in)
		got, err := b.Compare(ctx, "zh", a.ID, c.ID)
		if err != nil || !got.Independent || len(got.Index) != 7 || len(got.Paths) != 12 || len(got.Notes) != 1 || got.Notes[0].Code != "other_settings" {
			t.Fatalf("%+v %v", got, err)
		}
		for _, d := range got.Index {
			if d.Name == "index:Satisfaction" && !(d.First > 60 && d.Change > 0 && d.Lo < d.Change && d.Change < d.Hi && d.P > 0 && d.P < 1) {
				t.Errorf("%+v", d)
			}
		}
		if len(got.Segments) < 8 {
			t.Errorf("%d segments", len(got.Segments))
		}
		unfinished, err := b.Estimate(ctx, "zh", "", first.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Compare(ctx, "zh", a.ID, unfinished.ID); err == nil {
			t.Error("an unfinished estimation is compared")
		}
	})
}

// wave is the part of the example file that belongs to a wave.
func wave(t *testing.T, name string) string {
	t.Helper()
	lines := strings.SplitAfter(example(t, "ecsi_power.csv"), "\n")
	out := lines[0]
	for _, line := range lines[1:] {
		if strings.Contains(line, ","+name+",") {
			out += line
		}
	}
	return out
}
