package dataimport_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// use calls every operation on one import.
func (w *world) use(ctx context.Context, i id.ID) map[string]error {
	all := map[string]error{}
	_, all[dataimport.PermGet] = w.Get(ctx, i)
	_, all[dataimport.PermPreview] = w.Preview(ctx, i)
	_, all[dataimport.PermMap] = w.Map(ctx, i, 1, dataimport.MapInput{Mode: dataimport.Both})
	_, all[dataimport.PermCheck] = w.Check(ctx, i)
	_, all[dataimport.PermRun] = w.Run(ctx, i)
	_, all[dataimport.PermCancel] = w.Cancel(ctx, i)
	_, all[dataimport.PermProblems] = w.Problems(ctx, i, sheet.CSV, "zh")
	_, all[dataimport.PermRevert] = w.Revert(ctx, i)
	return all
}

// An import of another company is not there, by any operation, in lists, and as
// an earlier one of the same file.
func TestAnotherCompanysImportIsNotThere(t *testing.T) {
	each(t, func(w *world) {
		one, two := w.as(w.one), w.as(w.two)
		d := w.done(one, dataimport.Customers, dataimport.Both, table(1, 3))
		for operation, err := range w.use(two, d.ID) {
			if !errors.Is(err, db.ErrNotFound) {
				w.t.Errorf("%s: %v", operation, err)
			}
		}
		list, _, err := w.List(two, id.ID{}, "", 10)
		if err != nil || len(list) != 0 {
			w.t.Errorf("list %v, %v", list, err)
		}
		if d := w.checked(two, dataimport.Customers, dataimport.Both, table(1, 3)); len(d.Earlier) != 0 || d.Planned.CustomersCreated != 3 {
			w.t.Errorf("the same file here: %v %+v", d.Earlier, d.Planned)
		}
		if _, err := w.Upload(two, dataimport.UploadInput{OrgID: w.one.ID, Kind: dataimport.Customers}, strings.NewReader(table(1, 1))); err == nil {
			w.t.Error("sent to the other company")
		}
	})
}

// Customers of another company are nobody here: their numbers, certificates and
// accounts.
func TestRowsSeeOnlyTheirOwnCompany(t *testing.T) {
	each(t, func(w *world) {
		one, two := w.as(w.one), w.as(w.two)
		w.done(one, dataimport.Customers, dataimport.Both, table(1, 3))
		c := w.find(one, "1001000001")
		d := w.checked(two, dataimport.Contacts, dataimport.Both, "客户编号,证件号码,户号,联系电话\n"+
			c.CustomerNo+",,,"+mobile(7)+"\n,"+resident(1)+",,"+mobile(7)+"\n,,1001000001,"+mobile(7)+"\n")
		if got := told(d.Problems); got != "2A customer_no customer_unknown; 3B certificate_no customer_unknown; 4C account_no customer_unknown" {
			w.t.Error(got)
		}
		d = w.checked(two, dataimport.Accounts, dataimport.Both, "户号,户名,用电类别,合同容量(kVA),管理单位\n1001000001,甲,居民生活,8,城关供电所\n")
		if got := told(d.Problems); got != "2E unit unknown_number" {
			w.t.Error(got)
		}
	})
}

// Codes are read and named in both languages.
func TestCodesInBothLanguages(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.checked(ctx, dataimport.Customers, dataimport.Both, "Customer name,Person or organisation,Sex\nAnn,Person,unknown\nBob,person,Male\n")
		if told(d.Problems) != "2C sex unknown_code" || d.Planned.CustomersCreated != 1 {
			w.t.Errorf("%+v %s", d.Planned, told(d.Problems))
		}
		for lang, want := range map[string]string{"zh": "女、男", "en": "Female, Male"} {
			f, err := w.Problems(ctx, d.ID, sheet.CSV, lang)
			w.must(err)
			var b strings.Builder
			w.must(f.Write(ctx, &b))
			if !strings.Contains(b.String(), want) {
				w.t.Errorf("%s: %s", lang, b.String())
			}
		}
	})
}

// Each operation asks for its own permission.
func TestPermissions(t *testing.T) {
	each(t, func(w *world) {
		d := w.checked(w.as(w.one), dataimport.Customers, dataimport.Both, table(1, 1))
		none := w.holding(access.Patterns{"customer.*", "supply.*"}, w.one)
		for operation, err := range w.use(none, d.ID) {
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Forbidden || f.Params["permission"] != operation {
				w.t.Errorf("%s: %v", operation, err)
			}
		}
		_, _, err := w.List(none, id.ID{}, "", 10)
		_, uerr := w.Upload(none, dataimport.UploadInput{Kind: dataimport.Customers}, strings.NewReader("x"))
		_, ferr := w.Fields(none, id.ID{}, dataimport.Customers)
		for _, err := range []error{err, uerr, ferr} {
			if fault.KindOf(err) != fault.Forbidden {
				w.t.Error(err)
			}
		}
	})
}

// Whoever may not make by hand what the rows become may not by a file either.
func TestRunningNeedsTheRightsOfWhatTheRowsBecome(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			kind     dataimport.Kind
			mode     dataimport.Mode
			content  string
			patterns access.Patterns
			lacks    string
		}{
			{dataimport.Customers, dataimport.CreateOnly, "客户名称,客户类别\n甲,个人\n", access.Patterns{"customer.create"}, ""},
			{dataimport.Customers, dataimport.Both, "客户名称,客户类别\n甲,个人\n", access.Patterns{"customer.create"}, "customer.update"},
			{dataimport.Customers, dataimport.UpdateOnly, "客户名称,客户类别\n甲,个人\n", access.Patterns{"customer.create"}, "customer.update"},
			{dataimport.Customers, dataimport.CreateOnly, table(1, 1), access.Patterns{"customer.*"}, "supply.create"},
			{dataimport.Accounts, dataimport.UpdateOnly, "户号,合同容量(kVA)\n1,8\n", access.Patterns{"supply.create"}, "supply.update"},
			{dataimport.Contacts, dataimport.CreateOnly, "户号,联系电话\n1,19000000001\n", access.Patterns{"customer.create"}, "customer.update"},
		} {
			ctx := w.holding(append(c.patterns, "import.*"), w.one)
			d := w.checked(ctx, c.kind, c.mode, c.content)
			_, err := w.Run(ctx, d.ID)
			var f *fault.Error
			switch {
			case c.lacks == "" && err != nil:
				w.t.Errorf("%s %s: %v", c.kind, c.mode, err)
			case c.lacks != "" && (!errors.As(err, &f) || f.Code != dataimport.ErrRights.Code || f.Params["permission"] != c.lacks):
				w.t.Errorf("%s %s: %v, want %s", c.kind, c.mode, err, c.lacks)
			}
			w.drain()
		}
	})
}

// Every step leaves its audit entry, and each batch one with its rows, counts and
// a digest.
func TestAuditEntries(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		d := w.done(ctx, dataimport.Customers, dataimport.Both, table(1, 2500))
		w.reverted(ctx, d.ID)
		actions, batches := map[string]int{}, ""
		w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
			own, err := w.Keys.CompanyTx(tx, w.one.ID)
			if err != nil {
				return err
			}
			list, err := w.audit.HistoryTx(tx, db.ScopeOf(w.one.ID), d.ID, 100)
			if err != nil {
				return err
			}
			for _, e := range list {
				actions[e.Action]++
				if e.Action != dataimport.PermRun {
					continue
				}
				_, after, err := w.audit.OpenTx(tx, e, own.Own())
				if err != nil {
					return err
				}
				batches += after
			}
			return nil
		}))
		want := map[string]int{dataimport.PermUpload: 1, dataimport.PermCheck: 1, dataimport.PermRun: 5, dataimport.PermRevert: 4}
		for action, n := range want {
			if actions[action] != n {
				w.t.Errorf("%s: %d entries, want %d", action, actions[action], n)
			}
		}
		for _, part := range []string{`"first_row":2,"last_row":1001`, `"first_row":2002,"last_row":2501`, `"digest":"`, `"customers_created":500`} {
			if !strings.Contains(batches, part) {
				w.t.Errorf("no %s in %s", part, batches)
			}
		}
	})
}

// Neither the database nor the files hold what confidential cells say in clear:
// cells of the file, problem rows and mapping included.
func TestNothingConfidentialIsKeptInClear(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		content := table(1, 50) + "坏行," + resident(51) + "," + mobile(51) + ",1001000051,没有的类别,8,x\n"
		d := w.done(ctx, dataimport.Customers, dataimport.Both, content)
		if d.Counts.Rejected != 1 {
			w.t.Fatalf("%+v", d.Counts)
		}
		kept := w.sealedFile()
		for table, column := range map[string]string{"data_import": "setup", "data_import_problem": "content", "data_import_changed": "before", "data_import_mapping": "mapping", "audit_entry": "after"} {
			var list [][]byte
			w.must(w.db.Read(ctx, func(tx *db.Tx) error { return tx.Select(&list, "SELECT "+column+" FROM "+table) }))
			kept = append(kept, bytes.Join(list, nil)...)
		}
		if len(kept) < len(content) {
			w.t.Fatalf("only %d bytes are kept", len(kept))
		}
		for _, secret := range []string{resident(3), mobile(3), resident(51), mobile(51), nameOf(3)} {
			if bytes.Contains(kept, []byte(secret)) {
				w.t.Errorf("%s is kept in clear", secret)
			}
		}
	})
}

// sealedFile is the one file that is kept, as it lies on the disk.
func (w *world) sealedFile() (raw []byte) {
	w.t.Helper()
	w.must(filepath.WalkDir(w.blobs, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			raw, err = os.ReadFile(name)
		}
		return err
	}))
	return raw
}
