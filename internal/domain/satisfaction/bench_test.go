package satisfaction_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// bench is the module with surveys on a fresh database, for two county companies
// under a province.
type bench struct {
	*satisfaction.Service
	surveys  *survey.Service
	db       *db.DB
	jobs     *job.Queue
	audit    *audit.Log
	tree     *org.Tree
	province org.Org
	lin, hai org.Org // the two companies
}

func each(t *testing.T, fn func(t *testing.T, b *bench)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, newBench(t, d)) })
}

func newBench(t *testing.T, d *db.DB) *bench {
	t.Helper()
	keys, err := crypt.New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{db: d, jobs: job.New(d, slog.New(slog.DiscardHandler)), audit: audit.New(d, keys)}
	blobs, cursors := blob.New(t.TempDir()), page.NewSigner([]byte("test"))
	b.surveys = survey.New(d, keys, blobs, b.jobs, b.audit, cursors)
	b.Service = satisfaction.New(d, keys, blobs, b.jobs, b.audit, cursors, org.New(d), b.surveys, "test")
	b.surveys.RegisterJobs(b.jobs)
	b.RegisterJobs(b.jobs)
	b.makeOrgs(t)
	return b
}

func (b *bench) makeOrgs(t *testing.T) {
	t.Helper()
	var city org.Org
	err := b.db.Write(context.Background(), func(tx *db.Tx) (err error) {
		add := func(level org.Level, parent id.ID, code string) (o org.Org) {
			if err == nil {
				o, err = org.CreateTx(tx, org.CreateInput{ParentID: parent, Level: level, Code: code, Name: code})
			}
			return o
		}
		b.province = add(org.Province, id.ID{}, "P")
		city = add(org.City, b.province.ID, "C")
		b.lin, b.hai = add(org.County, city.ID, "1001"), add(org.County, city.ID, "1002")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b.tree = org.NewTree([]org.Org{b.province, city, b.lin, b.hai})
}

// as is the context of a user who holds patterns in an organisation.
func (b *bench) as(o org.Org, patterns ...string) context.Context {
	if len(patterns) == 0 {
		patterns = []string{"survey.*", "satisfaction.*"}
	}
	u := access.User{ID: id.MustParse("01900000-0000-7000-8000-0000000000aa"), Login: "li", Name: "李", HomeOrgID: o.ID}
	return access.WithCaller(context.Background(), access.NewCaller(u, b.tree, access.Held{Patterns: patterns, OrgID: o.ID}))
}

// finish runs the queue dry and gives a job.
func (b *bench) finish(t *testing.T, o org.Org, i id.ID) job.Job {
	t.Helper()
	for ran := true; ran; {
		var err error
		if ran, err = b.jobs.RunNext(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	j, err := b.jobs.Get(context.Background(), db.ScopeOf(o.ID), i)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// survey makes a study with the answers of a file, mapped as proposed; change may
// alter the mapping.
func (b *bench) survey(t *testing.T, o org.Org, model, content string, change func(*survey.Mapping)) survey.Study {
	t.Helper()
	ctx := b.as(o)
	study, err := b.surveys.Create(ctx, "", survey.CreateInput{StudyInput: survey.StudyInput{Title: "供电满意度", Wave: "2026Q2", Model: model, Invited: 2000}})
	if err != nil {
		t.Fatal(err)
	}
	b.fill(t, o, study, content, change)
	return study
}

// fill imports a file into a study.
func (b *bench) fill(t *testing.T, o org.Org, study survey.Study, content string, change func(*survey.Mapping)) {
	t.Helper()
	ctx := b.as(o)
	p, err := b.surveys.Upload(ctx, study.ID, "", "answers.csv", strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&p.Mapping)
	}
	begun, err := b.surveys.Import(ctx, study.ID, p.File.ID, "", survey.ImportInput{Mapping: p.Mapping})
	if err != nil {
		t.Fatal(err)
	}
	if j := b.finish(t, o, begun.JobID); j.State != job.Done {
		t.Fatalf("import: %s %s %s", j.State, j.Error, j.Result)
	}
}

// clear removes a study's answers.
func (b *bench) clear(t *testing.T, ctx context.Context, study id.ID) {
	t.Helper()
	d, err := b.surveys.Get(ctx, study)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.surveys.Clear(ctx, study, d.Version); err != nil {
		t.Fatal(err)
	}
}

// estimated estimates and waits.
func (b *bench) estimated(t *testing.T, o org.Org, study survey.Study, in satisfaction.EstimateInput) satisfaction.Estimation {
	t.Helper()
	ctx := b.as(o)
	e, err := b.Estimate(ctx, "zh", "", study.ID, in)
	if err != nil {
		t.Fatal(err)
	}
	if j := b.finish(t, o, e.JobID); j.State != job.Done {
		t.Fatalf("estimation: %s %s", j.State, j.Error)
	}
	if e, err = b.Get(ctx, "zh", e.ID); err != nil || e.State != satisfaction.Done {
		t.Fatalf("%+v %v", e, err)
	}
	return e
}

// settings are quick ones.
func settings(resamples int) satisfaction.Settings {
	return satisfaction.Settings{Scheme: "path", Resamples: resamples, Seed: 7, Level: 0.95}
}

func (b *bench) result(t *testing.T, o org.Org, i id.ID) []byte {
	t.Helper()
	r, err := b.JSON(b.as(o), i)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// example reads a file of generated data or a reference result (CC0) that package
// pls is tested with.
func example(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile("../../../pls/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func decode[T any](t *testing.T, raw []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
