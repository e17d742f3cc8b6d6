package customer_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// export writes a file and reads it back as a table.
func (w *world) export(ctx context.Context, in customer.ExportInput) [][]string {
	w.t.Helper()
	e, err := w.Export(ctx, "", in)
	w.must(err)
	w.work()
	got, r, err := w.DownloadExport(ctx, e.ID)
	w.must(err)
	defer r.Close()
	raw, err := io.ReadAll(r)
	w.must(err)
	if !got.Ready || got.Size != int64(len(raw)) {
		w.t.Errorf("%+v", got)
	}
	rows, err := table(in.Format, raw)
	w.must(err)
	if in.Format == customer.XLSX { // under the line that marks it
		rows = rows[1:]
	}
	if int64(len(rows)) != got.Rows+1 {
		w.t.Errorf("%d rows with the heading, told %d", len(rows), got.Rows)
	}
	return rows
}

func table(f customer.Format, raw []byte) ([][]string, error) {
	switch f {
	case customer.XLSX:
		book, err := excelize.OpenReader(bytes.NewReader(raw))
		if err != nil {
			return nil, err
		}
		defer book.Close()
		return book.GetRows("Sheet1")
	case customer.CSVGB18030:
		return csv.NewReader(simplifiedchinese.GB18030.NewDecoder().Reader(bytes.NewReader(raw))).ReadAll()
	}
	body, ok := bytes.CutPrefix(raw, []byte("\xef\xbb\xbf"))
	if !ok {
		return nil, errors.New("no byte order mark")
	}
	return csv.NewReader(bytes.NewReader(body)).ReadAll()
}

// work runs what is due.
func (w *world) work() {
	w.t.Helper()
	for {
		ran, err := w.jobs.RunNext(context.Background())
		w.must(err)
		if !ran {
			return
		}
	}
}

// cell finds the value of a row under a heading.
func cell(rows [][]string, row int, heading string) string {
	for i, h := range rows[0] {
		switch {
		case h == heading && i < len(rows[row]):
			return rows[row][i]
		case h == heading:
			return "" // trailing empty cells are left out
		}
	}
	return "no column " + heading
}

func (w *world) exported() {
	w.t.Helper()
	ctx := w.as(w.one)
	secret := field("secret", customer.TextField)
	secret.Confidential = true
	w.must(second(w.CreateField(ctx, "", secret)))
	a := person("张三丰", mobile(1234), mobile(5678))
	a.UnitID, a.ManagerID, a.Tags, a.Classes, a.Fields = w.station.ID, w.manager, []string{"甲", "乙"}, map[string]string{"relation": "new"}, map[string]string{"secret": "暗号"}
	a.Certificates = []customer.CertificateInput{certificate("resident_id", residentID(w.t, "1990-05-06", 7))}
	a.Contacts = append(a.Contacts, contact(customer.Address, "浙江省丽水市莲都区人民街12号"))
	w.create(ctx, a)
	*w.now = w.now.Add(time.Minute)
	b := organisation("=HYPERLINK(\"http://x\") & <甲> 厂")
	b.Industry = "+cmd|' /C calc'!A0"
	b.Organisation = &customer.Organisation{LegalRepresentative: "王大明"}
	w.create(ctx, b)
	w.create(w.as(w.two), person("他人"))
}

func TestExportWritesWhatTheFilterChooses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		supply := &accounts{owner: map[string]id.ID{}}
		w.SetSearchParts(supply)
		w.exported()
		ctx := w.as(w.one)
		supply.owner["1001000017"] = w.one.ID
		items, _, err := w.List(ctx, customer.ListInput{Sort: "created_at", Limit: 1})
		w.must(err)
		supply.owner["1001000017"] = items[0].ID
		w.SetReleases(&approved{})
		for _, f := range []customer.Format{customer.XLSX, customer.CSV, customer.CSVGB18030} {
			rows := w.export(ctx, customer.ExportInput{Format: f, LookupID: approval})
			if len(rows) != 3 {
				t.Fatalf("%s: %d rows", f, len(rows))
			}
			for heading, want := range map[string]string{
				"客户名称": "张三丰", "客户类型": "个人", "档案状态": "在用", "联系电话": mobile(1234), "其他电话": mobile(5678), "联系地址": "浙江省丽水市莲都区人民街12号", "证件类型": "居民身份证",
				"证件号码": residentID(t, "1990-05-06", 7), "性别": "男", "出生日期": "1990-05-06", "标签": "乙; 甲", "管理单位": "城关供电所", "客户经理": "周经理", "建档日期": "2026-03-02",
				"文件编号": "7K2Q-90FM-4TXC-B13Z", "领取人": w.taker(ctx), "按供电关系": "新客户", "按产品": "居民生活用电", "secret": "暗号", "户号": "1001000017", "用电地址": "人民路1001000017号", "客户编号": "K0000001",
			} {
				if got := cell(rows, 1, heading); got != want {
					t.Errorf("%s: %s is %q, want %q", f, heading, got, want)
				}
			}
			if cell(rows, 2, "客户名称") != `'=HYPERLINK("http://x") & <甲> 厂` || cell(rows, 2, "行业") != `'+cmd|' /C calc'!A0` || cell(rows, 2, "法定代表人") != "王大明" {
				t.Errorf("%s: %q", f, rows[2])
			}
		}
		if rows := w.export(ctx, customer.ExportInput{Format: customer.CSV, Filter: customer.Filter{Kind: customer.KindOrganisation, Query: "厂"}}); len(rows) != 2 {
			t.Errorf("filtered: %q", rows)
		}
		if rows := w.export(ctx, customer.ExportInput{Format: customer.CSV, Filter: customer.Filter{Query: "nobody"}}); len(rows) != 1 {
			t.Errorf("nobody: %q", rows)
		}
		for heading, want := range map[string]string{"脱敏说明": "个人信息已脱敏", "客户名称": "张*丰", "联系电话": "154****1234", "证件号码": "590***********" + residentID(t, "1990-05-06", 7)[14:], "出生日期": "1990-**-**",
			"联系地址": "浙江省丽水市莲都区人民街******", "用电地址": "人民路******", "secret": ""} {
			for name, ctx := range map[string]context.Context{"who may see all": ctx, "who may not": w.as(w.one, "customer.export")} {
				if got := cell(w.export(ctx, customer.ExportInput{Format: customer.XLSX}), 1, heading); got != want {
					t.Errorf("%s, without an approval: %s is %q, want %q", name, heading, got, want)
				}
			}
		}
	})
}

func TestExportsGoToTheirMakerAndInTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.exported()
		ctx := w.as(w.one)
		e, err := w.Export(ctx, "k", customer.ExportInput{Format: customer.CSV, Filter: customer.Filter{Query: mobile(1234)}})
		w.must(err)
		if again, err := w.Export(ctx, "k", customer.ExportInput{Format: customer.CSV, Filter: customer.Filter{Query: mobile(1234)}}); err != nil || again.ID != e.ID {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		if _, _, err := w.DownloadExport(ctx, e.ID); !errors.Is(err, customer.ErrNotReady) {
			t.Errorf("too early: %v", err)
		}
		j, err := w.jobs.Get(ctx, db.ScopeOf(w.one.ID), e.JobID)
		if err != nil || strings.Contains(j.Args, mobile(1234)) {
			t.Errorf("job %+v %v", j, err)
		}
		w.work()
		if j, err = w.jobs.Get(ctx, db.ScopeOf(w.one.ID), e.JobID); err != nil || j.State != job.Done || j.Total != 1 || j.Progress != 1 {
			t.Errorf("job %+v %v", j, err)
		}
		var result customer.ExportResult
		if err := json.Unmarshal([]byte(j.Result), &result); err != nil || result.Export != e.ID || result.Rows != 1 {
			t.Errorf("%s %v", j.Result, err)
		}
		for name, x := range map[string]struct {
			ctx  context.Context
			want error
		}{
			"a colleague": {w.asUser(id.ID{2}, w.one), db.ErrNotFound}, "another company": {w.as(w.two), db.ErrNotFound}, "without permission": {w.as(w.one, "customer.get"), access.ErrForbidden},
		} {
			if _, _, err := w.DownloadExport(x.ctx, e.ID); !errors.Is(err, x.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		list, _, err := w.Exports(ctx, all)
		if err != nil || len(list) != 1 || !list[0].Ready {
			t.Errorf("%+v %v", list, err)
		}
		*w.now = w.now.Add(73 * time.Hour)
		w.work()
		if _, _, err := w.DownloadExport(ctx, e.ID); !errors.Is(err, customer.ErrExpired) {
			t.Errorf("too late: %v", err)
		}
		if list, _, err = w.Exports(ctx, all); err != nil || len(list) != 0 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// A workbook tells who took it on its first row and on every page that is printed of
// it; whole or masked.
func TestEveryPageOfAWorkbookTellsItsMark(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.SetReleases(&approved{})
		w.create(w.as(w.one), person("张三丰"))
		for want, lookup := range map[string]id.ID{"个人信息已脱敏": {}, "7K2Q-90FM-4TXC-B13Z": approval} {
			e, err := w.Export(w.as(w.one), "", customer.ExportInput{Format: customer.XLSX, LookupID: lookup})
			w.must(err)
			w.work()
			_, r, err := w.DownloadExport(w.as(w.one), e.ID)
			w.must(err)
			book, err := excelize.OpenReader(r)
			w.must(errors.Join(err, r.Close()))
			margins, err := book.GetHeaderFooter("Sheet1")
			w.must(err)
			top, err := book.GetCellValue("Sheet1", "A1")
			w.must(errors.Join(err, book.Close()))
			if e.Plain == lookup.IsZero() || !strings.Contains(top, want) || !strings.Contains(margins.OddHeader, want) || !strings.Contains(margins.OddFooter, want) {
				t.Errorf("%+v: %s, %+v", e, top, margins)
			}
		}
	})
}

func TestExportRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for want, x := range map[string]struct {
			ctx context.Context
			in  customer.ExportInput
		}{
			"access.forbidden": {w.as(w.one, "customer.list"), customer.ExportInput{}}, "scope.org_required": {w.as(w.province), customer.ExportInput{}},
			"record.not_found": {w.as(w.two), customer.ExportInput{Filter: customer.Filter{OrgID: w.one.ID}}}, "created_to=no_day": {w.as(w.one), customer.ExportInput{Filter: customer.Filter{CreatedTo: "x"}}},
		} {
			if _, err := w.Export(x.ctx, "", x.in); fields(err) != want {
				t.Errorf("%s: %v", want, fields(err))
			}
		}
	})
}

func TestManyRowsAreWrittenInBatches(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.fill(0, 1201)
		rows := w.export(w.as(w.one), customer.ExportInput{Format: customer.XLSX})
		seen := map[string]bool{}
		for i := range rows {
			seen[cell(rows, i, "客户编号")] = true
		}
		if len(rows) != 1202 || len(seen) != 1202 {
			t.Errorf("%d rows, %d different", len(rows), len(seen))
		}
	})
}

func TestACancelledExportLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.fill(0, 10)
		e, err := w.Export(w.as(w.one), "", customer.ExportInput{Format: customer.CSV})
		w.must(err)
		w.must(w.jobs.Cancel(context.Background(), db.ScopeOf(w.one.ID), e.JobID))
		w.work()
		if _, _, err := w.DownloadExport(w.as(w.one), e.ID); !errors.Is(err, customer.ErrNotReady) {
			t.Errorf("%v", err)
		}
	})
}
