package survey_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// The example file is mapped without help and kept cell by cell.
func TestTheExampleFileIsImportedWhole(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		content := readFile(t, "ecsi_power.csv")
		d := b.imported(t, b.lin, b.study(t, b.as(b.lin), "ecsi"), content)
		about := d.Data.Description
		if about.Rows != 1000 || about.Rejected != 0 || !about.Weighted || !about.Respondents || len(about.Items) != 23 || d.Responses != 1000 {
			t.Fatalf("description %+v", about)
		}
		var names []string
		for _, a := range about.Attributes {
			names = append(names, a.Name)
		}
		if got := strings.Join(names, " "); got != "area segment voltage channel wave" {
			t.Errorf("attributes %s", got)
		}
		if got := fmt.Sprint(about.Attributes[1].Levels); got != "[{resident 600} {commerce 230} {industry 170}]" {
			t.Errorf("levels %s", got)
		}
		if got := about.Items[0]; got.Code != "IMAG1" || got.Construct != "Image" || got.Valid != 1000 || got.Min != 1 || got.Max != 10 {
			t.Errorf("item %+v", got)
		}
		compareWithFile(t, b, d, content)
	})
}

func compareWithFile(t *testing.T, b *bench, d survey.Detail, content string) {
	t.Helper()
	r, err := b.Responses(context.Background(), db.ScopeOf(b.lin.ID), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for j, name := range rows[0] {
		at[name] = j
	}
	if r.Respondents != len(rows)-1 {
		t.Fatalf("%d respondents", r.Respondents)
	}
	for i, row := range rows[1:] {
		for k, item := range r.Items {
			want, err := strconv.ParseFloat(row[at[item]], 64)
			if missing := row[at[item]] == ""; missing != math.IsNaN(r.Answers[k][i]) || !missing && (err != nil || r.Answers[k][i] != want) {
				t.Fatalf("row %d item %s: %v, want %q", i, item, r.Answers[k][i], row[at[item]])
			}
		}
		for k, a := range r.Attributes {
			if level := r.Levels[k][i]; level == 0 || a.Levels[level-1].Name != row[at[a.Name]] {
				t.Fatalf("row %d attribute %s: level %d", i, a.Name, level)
			}
		}
		if want, _ := strconv.ParseFloat(row[at["weight"]], 64); r.Weights[i] != want {
			t.Fatalf("row %d: weight %v, want %v", i, r.Weights[i], want)
		}
	}
}

func TestMissingAnswersStayMissing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		content := readFile(t, "ecsi_power_missing.csv")
		d := b.imported(t, b.lin, b.study(t, b.as(b.lin), "ecsi"), content)
		missing := int64(0)
		for _, item := range d.Data.Description.Items {
			missing += item.Missing
		}
		if missing != 681 || d.Data.Description.Rows != 1000 {
			t.Errorf("%d answers missing of %d rows", missing, d.Data.Description.Rows)
		}
		// Respondent R0417 has no Value answer at all and stands in row 418.
		var found []string
		for _, c := range d.Files[0].Summary.Counts {
			found = append(found, fmt.Sprintf("%s %s %d from row %d", c.Code, c.Construct, c.Count, c.FirstRow))
		}
		if got := strings.Join(found, ", "); got != "block_missing Value 1 from row 418, block_missing Loyalty 1 from row 742" {
			t.Errorf("found %s", got)
		}
		compareWithFile(t, b, d, content)
	})
}

// The same answers in another encoding, separator, order of columns or format
// are the same data.
func TestTheSameAnswersHaveTheSameDigest(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		gb, err := simplifiedchinese.GB18030.NewEncoder().String(smallFile)
		if err != nil {
			t.Fatal(err)
		}
		turned := "S1,Q2,Q1,权重,区域,编号\n9,7,8,1.5,城市,R1\n7,,6,0.5,农村,R2\n10,9,10,1,城市,R3\n"
		digests := map[string]string{}
		for name, content := range map[string]string{
			"UTF-8": smallFile, "GB18030": gb, "tabs": strings.ReplaceAll(smallFile, ",", "\t"), "turned": turned, "XLSX": workbook(t, smallFile),
		} {
			d := b.imported(t, b.lin, b.study(t, b.as(b.lin), "small"), content)
			digests[name] = fmt.Sprintf("%x", d.Data.SHA256)
		}
		for name, digest := range digests {
			if digest != digests["UTF-8"] {
				t.Errorf("%s: %s, want %s", name, digest, digests["UTF-8"])
			}
		}
	})
}

func workbook(t *testing.T, content string) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	rows, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		cells := make([]any, len(row))
		for j, cell := range row {
			if cells[j] = any(cell); cell == "" {
				cells[j] = nil
			} else if v, err := strconv.ParseFloat(cell, 64); err == nil {
				cells[j] = v
			}
		}
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestImportingAgainReplacesAndIsTheSame(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		first := b.imported(t, b.lin, study, smallFile)
		p := b.upload(t, ctx, study, smallFile)
		if len(p.Duplicates) != 1 || p.Duplicates[0].StudyID != study.ID || p.Duplicates[0].FileName != "answers.csv" {
			t.Errorf("the same file is not warned of: %+v", p.Duplicates)
		}
		if !p.Remembered {
			t.Error("the mapping is not remembered")
		}
		second := b.imported(t, b.lin, study, smallFile)
		if string(first.Data.SHA256) != string(second.Data.SHA256) || first.Data.ID == second.Data.ID || second.Responses != 3 {
			t.Errorf("first %+v, second %+v", first.Data, second.Data)
		}
		third := b.imported(t, b.lin, study, strings.Replace(smallFile, "R3,城市,1,10", "R3,城市,1,9", 1))
		if string(third.Data.SHA256) == string(second.Data.SHA256) {
			t.Error("other answers have the same digest")
		}
		b.wantRows(t, "survey_data", 1)
		b.wantRows(t, "survey_block", 1)
	})
}

func (b *bench) wantRows(t *testing.T, table string, want int) {
	t.Helper()
	var n int
	err := b.db.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, "SELECT count(*) FROM "+table) })
	if err != nil || n != want {
		t.Errorf("%s has %d rows, want %d: %v", table, n, want, err)
	}
}

func TestAnIdempotencyKeyImportsOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		p := b.upload(t, ctx, study, smallFile)
		in := survey.ImportInput{Mapping: p.Mapping}
		first, err := b.Import(ctx, study.ID, p.File.ID, "key", in)
		if err != nil {
			t.Fatal(err)
		}
		b.finish(t, b.lin, first.JobID)
		again, err := b.Import(ctx, study.ID, p.File.ID, "key", in)
		if err != nil || again != first {
			t.Errorf("again: %v %v, want %v", again, err, first)
		}
		in.SkipBadRows = true
		if _, err := b.Import(ctx, study.ID, p.File.ID, "key", in); !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("another import under the same key: %v", err)
		}
	})
}

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
		if err := b.Clear(ctx, study.ID); !errors.Is(err, survey.ErrImportRunning) {
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
			"survey.unreadable":    "编号,区域,权重,Q1,Q2,S1\n" + manyRows(2500) + "R9,城市,1,\"8\n",
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
		if err := b.Discard(ctx, study.ID, d.Files[0].ID); err != nil {
			t.Fatal(err)
		}
		if r, err := b.Responses(ctx, db.ScopeOf(b.lin.ID), study.ID); err != nil || r.Respondents != 3 {
			t.Errorf("data went with the file: %v %v", r.Respondents, err)
		}
		if err := b.Clear(ctx, study.ID); err != nil {
			t.Fatal(err)
		}
		if err := b.Clear(ctx, study.ID); !errors.Is(err, survey.ErrNoData) {
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

// What people answered and who they are is nowhere in clear.
func TestAnswersAreSealed(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.imported(t, b.lin, b.study(t, b.as(b.lin), "small"), strings.ReplaceAll(smallFile, "R1", "13800138000"))
		var content []byte
		err := b.db.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&content, "SELECT content FROM survey_block") })
		if err != nil || bytes.Contains(content, []byte("13800138000")) {
			t.Errorf("a respondent in clear: %v", err)
		}
		err = filepath.Walk(b.blobs, func(name string, info os.FileInfo, err error) error {
			if err != nil || info.IsDir() {
				return err
			}
			raw, err := os.ReadFile(name)
			if bytes.Contains(raw, []byte("13800138000")) {
				t.Errorf("a respondent in clear in %s", name)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestEveryChangeIsAudited(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		b.imported(t, b.lin, study, smallFile)
		if err := b.Clear(ctx, study.ID); err != nil {
			t.Fatal(err)
		}
		var entries []audit.Entry
		var after string
		err := b.db.Read(ctx, func(tx *db.Tx) (err error) {
			if entries, err = b.audit.HistoryTx(tx, db.ScopeOf(b.lin.ID), study.ID, 10); err != nil {
				return err
			}
			_, after, err = b.audit.OpenTx(tx, entries[1], nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var actions []string
		for _, e := range entries {
			actions = append(actions, e.Action+" "+e.ActorName)
		}
		if got := strings.Join(actions, ", "); got != "survey.clear 李, survey.import 李, survey.upload 李, survey.create 李" {
			t.Errorf("entries %s", got)
		}
		if !strings.Contains(after, `"rows":3`) || !strings.Contains(after, `"file":"answers.csv"`) || strings.Contains(after, "R1") {
			t.Errorf("the import's entry: %s", after)
		}
	})
}

func TestResponsesArePaged(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		study := b.study(t, ctx, "small")
		if _, _, err := b.ListResponses(ctx, study.ID, 0, 10); !errors.Is(err, survey.ErrNoData) {
			t.Errorf("without data: %v", err)
		}
		content := "编号,Q1,Q2,S1\n"
		for i := range 4100 {
			content += fmt.Sprintf("R%d,%d,,5\n", i, 1+i%10)
		}
		b.imported(t, b.lin, study, content)
		from, seen := 0, 0
		for more := true; more; more = from > 0 {
			list, next, err := b.ListResponses(ctx, study.ID, from, 150)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range list {
				if r.Respondent != fmt.Sprintf("R%d", seen) || r.Row != seen+2 || *r.Answers["Q1"] != float64(1+seen%10) || r.Answers["Q2"] != nil {
					t.Fatalf("response %d: %+v", seen, r)
				}
				seen++
			}
			from = next
		}
		if seen != 4100 {
			t.Errorf("%d responses", seen)
		}
	})
}

func TestAnotherCompanySeesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		study := b.study(t, b.as(b.lin), "small")
		d := b.imported(t, b.lin, study, smallFile)
		file := d.Files[0].ID
		stranger := b.as(b.hai)
		for name, try := range map[string]func() error{
			"get": func() error { _, err := b.Get(stranger, study.ID); return err },
			"update": func() error {
				_, err := b.Update(stranger, study.ID, 1, survey.StudyInput{Title: "x", Wave: "x", Model: "small"})
				return err
			},
			"delete": func() error { return b.Delete(stranger, study.ID, 1) },
			"upload": func() error {
				_, err := b.Upload(stranger, study.ID, "", "x.csv", strings.NewReader(smallFile))
				return err
			},
			"preview":   func() error { _, err := b.Preview(stranger, study.ID, file, survey.ReadOptions{}); return err },
			"check":     func() error { _, err := b.Check(stranger, study.ID, file, survey.ImportInput{}); return err },
			"import":    func() error { _, err := b.Import(stranger, study.ID, file, "", survey.ImportInput{}); return err },
			"problems":  func() error { _, _, err := b.Problems(stranger, study.ID, file, 0, 10); return err },
			"download":  func() error { _, err := b.WriteProblems(stranger, study.ID, file, "zh"); return err },
			"discard":   func() error { return b.Discard(stranger, study.ID, file) },
			"clear":     func() error { return b.Clear(stranger, study.ID) },
			"responses": func() error { _, _, err := b.ListResponses(stranger, study.ID, 0, 10); return err },
			"data":      func() error { _, err := b.Responses(stranger, db.ScopeOf(b.hai.ID), study.ID); return err },
		} {
			if err := try(); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		list, _, err := b.List(stranger, survey.ListInput{Sort: "-created_at", Limit: 10})
		if err != nil || len(list) > 0 {
			t.Errorf("list: %v %v", list, err)
		}
		p, err := b.Upload(stranger, b.study(t, stranger, "small").ID, "", "x.csv", strings.NewReader(smallFile))
		if err != nil || len(p.Duplicates) > 0 || p.Remembered {
			t.Errorf("the other company's import shows: %+v %v", p.Duplicates, err)
		}
		if _, err := b.Get(b.as(b.province), study.ID); err != nil {
			t.Errorf("the province does not see it: %v", err)
		}
		if _, err := b.Get(b.as(b.lin, "survey.list"), study.ID); err == nil {
			t.Error("seen without the permission")
		}
		if _, err := b.Create(stranger, "", survey.CreateInput{OrgID: b.lin.ID, StudyInput: survey.StudyInput{Title: "x", Wave: "x", Model: "small"}}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("create in another company: %v", err)
		}
	})
}
