package survey_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// bench is the module on a fresh database with two county companies under a
// city.
type bench struct {
	*survey.Service
	db       *db.DB
	jobs     *job.Queue
	audit    *audit.Log
	blobs    string // directory
	tree     *org.Tree
	province org.Org
	lin, hai org.Org // the two companies

	transactions atomic.Int64
	interrupt    atomic.Pointer[interruption]
}

// interruption is something that happens when the n-th transaction from now on
// begins.
type interruption struct {
	at int64
	do func()
}

// clock is asked at the beginning of every transaction, which lets tests strike
// between them.
func (b *bench) clock() when.Instant {
	n := b.transactions.Add(1)
	if i := b.interrupt.Load(); i != nil && n == i.at {
		i.do()
	}
	return when.System()
}

func (b *bench) atTransaction(n int64, do func()) {
	b.interrupt.Store(&interruption{b.transactions.Load() + n, do})
}

// blocks are the constructs of the test's model with their items, enough for the
// example file.
var blocks = map[string]string{
	"Image": "IMAG1 IMAG2 IMAG3 IMAG4 IMAG5", "Expectation": "EXPE1 EXPE2 EXPE3", "Quality": "QUAL1 QUAL2 QUAL3 QUAL4 QUAL5 QUAL6 QUAL7",
	"Value": "VALU1 VALU2", "Satisfaction": "SATI1 SATI2 SATI3", "Complaints": "COMP1", "Loyalty": "LOYA1 LOYA2",
}

// models are the questionnaires of the tests by reference.
type models map[string]survey.Questionnaire

func (m models) QuestionnaireTx(_ *db.Tx, _ db.Scope, ref string) (survey.Questionnaire, error) {
	q, ok := m[ref]
	if !ok {
		return q, db.ErrNotFound
	}
	return q, nil
}

func testModels() models {
	ecsi := survey.Questionnaire{Scale: survey.Scale{Min: 1, Max: 10}}
	for _, construct := range strings.Fields("Image Expectation Quality Value Satisfaction Complaints Loyalty") {
		for _, code := range strings.Fields(blocks[construct]) {
			ecsi.Questions = append(ecsi.Questions, survey.Question{Code: code, Construct: construct})
		}
	}
	small := survey.Questionnaire{Scale: survey.Scale{Min: 1, Max: 10}, Questions: []survey.Question{
		{Code: "Q1", Construct: "质量", Zh: "供电是否连续稳定、很少停电？", En: "Is the supply steady, with few outages?"},
		{Code: "Q2", Construct: "质量", Zh: "电压是否正常？"}, {Code: "S1", Construct: "满意", Zh: "总体而言，您有多满意？"},
	}}
	return models{"ecsi": ecsi, "small": small}
}

func each(t *testing.T, fn func(t *testing.T, b *bench)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(t, newBench(t, e)) })
}

func newBench(t *testing.T, engine db.Dialect) *bench {
	t.Helper()
	b := &bench{blobs: t.TempDir()}
	d := dbtest.Open(t, engine, b.clock)
	b.db, b.jobs = d, job.New(d, slog.New(slog.DiscardHandler))
	keys, err := crypt.New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	b.audit = audit.New(d, keys)
	b.Service = survey.New(d, keys, blob.New(b.blobs), b.jobs, b.audit, page.NewSigner([]byte("test")))
	b.SetQuestionnaires(testModels())
	b.RegisterJobs(b.jobs)
	b.makeOrgs(t)
	return b
}

func (b *bench) makeOrgs(t *testing.T) {
	t.Helper()
	var city org.Org
	err := b.db.Write(context.Background(), func(tx *db.Tx) (err error) {
		make := func(level org.Level, parent id.ID, code string) (o org.Org) {
			if err == nil {
				o, err = org.CreateTx(tx, org.CreateInput{ParentID: parent, Level: level, Code: code, Name: code})
			}
			return o
		}
		b.province = make(org.Province, id.ID{}, "P")
		city = make(org.City, b.province.ID, "C")
		b.lin, b.hai = make(org.County, city.ID, "1001"), make(org.County, city.ID, "1002")
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
		patterns = []string{"survey.*"}
	}
	u := access.User{ID: id.MustParse("01900000-0000-7000-8000-0000000000aa"), Login: "li", Name: "李", HomeOrgID: o.ID}
	return access.WithCaller(context.Background(), access.NewCaller(u, b.tree, access.Held{Patterns: patterns, OrgID: o.ID}))
}

func (b *bench) study(t *testing.T, ctx context.Context, model string) survey.Study {
	t.Helper()
	s, err := b.Create(ctx, "", survey.CreateInput{StudyInput: survey.StudyInput{Title: "供电满意度", Wave: "2026Q2", Model: model}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (b *bench) upload(t *testing.T, ctx context.Context, study survey.Study, content string) survey.Preview {
	t.Helper()
	p, err := b.Upload(ctx, study.ID, "", `C:\数据\answers.csv`, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// finish runs the queue dry and gives a job of a company.
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

// imported sends a file and imports it as proposed.
func (b *bench) imported(t *testing.T, o org.Org, study survey.Study, content string) survey.Detail {
	t.Helper()
	ctx := b.as(o)
	p := b.upload(t, ctx, study, content)
	begun, err := b.Import(ctx, study.ID, p.File.ID, "", survey.ImportInput{Mapping: p.Mapping})
	if err != nil {
		t.Fatal(err)
	}
	if j := b.finish(t, o, begun.JobID); j.State != job.Done {
		t.Fatalf("import %s: %s", j.State, j.Error)
	}
	d, err := b.Get(ctx, study.ID)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

const smallFile = "编号,区域,权重,Q1,Q2,S1\nR1,城市,1.5,8,7,9\nR2,农村,0.5,6,,7\nR3,城市,1,10,9,10\n"
