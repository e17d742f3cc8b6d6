package survey_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
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
