package dataimport_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// whole lets the customers of a list leave as they are.
type whole struct {
	returned
	customers []id.ID
}

func (l whole) ReleaseTx(tx *db.Tx, who access.Who, lookup id.ID, t customer.Taking) (customer.Release, error) {
	return l.release(who.Scope.Orgs()[0], tx), nil
}

func (l whole) ReleasedTx(tx *db.Tx, who access.Who, _ id.ID) (customer.Release, error) {
	return l.release(who.Scope.Orgs()[0], tx), nil
}

func (l whole) MarkTx(tx *db.Tx, org, _ id.ID) (customer.Mark, error) {
	return l.release(org, tx).Mark, nil
}

func (l whole) release(org id.ID, tx *db.Tx) customer.Release {
	return customer.Release{ID: id.ID{9}, OrgID: org, Lookup: id.ID{9}, What: customer.WhatExport, UntilAt: tx.Now() + 1<<50, Sensitive: true, Customers: l.customers,
		Mark: customer.Mark{Serial: "7K2Q-90FM-4TXC-B13Z", Taker: "王档案", At: tx.Now()}}
}

// exported is the file of the archive as it leaves by an approval.
func (w *world) exported(ctx context.Context, all ...customer.Customer) string {
	w.t.Helper()
	var l whole
	for _, c := range all {
		l.customers = append(l.customers, c.ID)
	}
	w.customers.SetReleases(l)
	e, err := w.customers.Export(ctx, "", customer.ExportInput{Format: customer.CSV, LookupID: id.ID{9}})
	w.must(err)
	w.drain()
	_, r, err := w.customers.DownloadExport(ctx, e.ID)
	w.must(err)
	defer r.Close()
	raw, err := io.ReadAll(r)
	w.must(err)
	return string(raw)
}

// What was exported and not changed says nothing new when it comes back, whatever is
// known of a customer.
func TestAnExportComesBackUnchanged(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		scheme := customer.SchemeInput{Code: "grade", SchemeBody: customer.SchemeBody{NameZh: "等级", DefaultPerson: "a", DefaultOrganisation: "a",
			Classes: []customer.Class{{Code: "a", NameZh: "甲"}, {Code: "b", NameZh: "乙"}}}}
		_, err := w.customers.CreateScheme(w.holding(access.Patterns{"*"}, w.one), "", scheme)
		w.must(err)
		var all []customer.Customer
		for i, in := range []customer.CreateInput{
			{Kind: customer.KindPerson, Name: "张 三", Tags: []string{"重点", "老客户"},
				Contacts: []customer.ContactInput{{Kind: customer.Phone, Value: mobile(1), Person: "本人", Primary: true}, {Kind: customer.Phone, Value: mobile(2)}, {Kind: customer.Phone, Value: "0571-8888 6666"},
					{Kind: customer.Email, Value: "zhang@example.com"}, {Kind: customer.Email, Value: "san@example.com"},
					{Kind: customer.Address, Value: "城关镇人民路1号"}, {Kind: customer.Address, Value: "城东镇解放路2号；门卫室"}},
				Certificates: []customer.CertificateInput{{Kind: "resident_id", Number: resident(1), ValidUntil: "2040-01-01"}}},
			{Kind: customer.KindOrganisation, Name: "城东食品厂", Industry: "14", UnitID: w.station.ID, Organisation: &customer.Organisation{LegalRepresentative: "李四", Employees: 12},
				Contacts: []customer.ContactInput{{Kind: customer.Phone, Value: mobile(3)}}, Classes: map[string]string{"grade": "b"}},
			{Kind: customer.KindPerson, Name: "王五"},
			{Kind: customer.KindPerson, Name: "赵六", Contacts: []customer.ContactInput{{Kind: customer.Address, Value: "+86路3号"}}},
		} {
			in.ConfirmDuplicates = true
			c, err := w.customers.Create(ctx, "", in)
			if err != nil {
				w.t.Fatal(i, err)
			}
			all = append(all, c)
		}
		file := w.exported(ctx, all...)
		d := w.checked(ctx, dataimport.Customers, dataimport.UpdateOnly, file)
		if p := d.Planned; d.State != dataimport.Checked || p.Unchanged != int64(len(all)) || p.CustomersUpdated+p.Rejected+p.Skipped != 0 {
			w.t.Fatalf("%s %+v %s\n%s", d.State, p, told(d.Problems), file)
		}
		if d = w.run(ctx, d.ID); d.Counts.Unchanged != int64(len(all)) {
			w.t.Errorf("%+v", d.Counts)
		}
		for _, was := range all {
			now, err := w.customers.Get(ctx, was.ID)
			if w.must(err); now.Version != was.Version {
				w.t.Errorf("%s is version %d", now.Name, now.Version)
			}
		}
		changed := strings.Replace(file, "城东食品厂", "城东食品有限公司", 1)
		if d = w.checked(ctx, dataimport.Customers, dataimport.UpdateOnly, changed); d.Planned.CustomersUpdated != 1 || d.Planned.Unchanged != int64(len(all))-1 {
			w.t.Errorf("one name changed: %+v", d.Planned)
		}
	})
}
