package customer_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// benchRows is how many customers the company has while measuring.
const benchRows = 20_000

var surnames = cn.Surnames()

// draft makes customer n, different from all others.
func draft(tb testing.TB, n int) customer.Draft {
	given := cn.GivenCharacters(cn.Female, 1980)
	name := surnames[n%len(surnames)].Text + string(given[n/7%len(given)]) + string(given[n/3%len(given)])
	in := person(name, mobile(n))
	in.Certificates = []customer.CertificateInput{{Kind: cn.KindResidentID, Number: residentID(tb, fmt.Sprintf("19%02d-%02d-%02d", n/1000%100, n%12+1, n/12%28+1), n%1000)}}
	d, err := in.Draft(customer.Check{})
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// fill gives a company n customers in batches, each with an address.
func (w *world) fill(from, n int) (refs []customer.Ref) {
	const batch = 1000
	for at := from; at < from+n; at += batch {
		rows := make([]customer.NewCustomer, min(batch, from+n-at))
		for i := range rows {
			rows[i] = customer.NewCustomer{Draft: draft(w.t, at+i), Parts: customer.Parts{
				Addresses:  []string{fmt.Sprintf("浙江省丽水市莲都区紫金街道人民街%d号%d幢", (at+i)/50+1, (at+i)%50+1)},
				AccountNos: []string{fmt.Sprintf("1001%06d", at+i)}}}
		}
		w.write(func(tx *db.Tx) error {
			made, err := w.CreateManyTx(tx, customer.Batch{OrgID: w.one.ID, Actor: audit.Actor{Name: "import"}, SourceType: "import"}, rows)
			refs = append(refs, made...)
			return err
		})
	}
	return refs
}

func benchWorld(b *testing.B, e db.Dialect) (*world, []id.ID) {
	w := newWorld(b, e)
	refs := w.fill(0, benchRows)
	w.write(func(tx *db.Tx) error { _, err := tx.Exec("ANALYZE"); return err }) //nolint:misspell // SQL; as autovacuum does
	ids := make([]id.ID, len(refs))
	for i, r := range refs {
		ids[i] = r.ID
	}
	return w, ids
}

func BenchmarkCustomers(b *testing.B) {
	for _, e := range dbtest.Engines {
		b.Run(string(e), func(b *testing.B) {
			w, ids := benchWorld(b, e)
			ctx := w.as(w.one)
			b.Run("create", func(b *testing.B) { benchCreate(b, w, ctx) })
			b.Run("get", func(b *testing.B) {
				for i := range b.N {
					_, err := w.Get(ctx, ids[i*7919%len(ids)])
					w.must(err)
				}
			})
			for name, in := range map[string]customer.ListInput{
				"list by name":         {Sort: "name", Limit: 50, Filter: customer.Filter{Kind: customer.KindPerson}},
				"list by time":         {Sort: "-created_at", Limit: 50, Filter: customer.Filter{Status: customer.Active}},
				"list with phone":      {Sort: "name", Limit: 50, WithPhone: true},
				"list of a class":      {Sort: "name", Limit: 50, Filter: customer.Filter{Classes: []string{"relation:long_term"}}},
				"list of a name's end": {Sort: "name", Limit: 50, Filter: customer.Filter{Query: "秀英"}},
			} {
				b.Run(name, func(b *testing.B) {
					for range b.N {
						_, _, err := w.List(ctx, in)
						w.must(err)
					}
				})
			}
			b.Run("search", func(b *testing.B) {
				for i := range b.N {
					_, err := w.Search(ctx, []string{"人民街", "王秀", "zxy", "0042", "1001000042"}[i%5], 20)
					w.must(err)
				}
			})
		})
	}
}

var benchSequence = benchRows

func benchCreate(b *testing.B, w *world, ctx context.Context) {
	for range b.N {
		benchSequence++
		in := person("欧阳"+string(rune('一'+benchSequence%5000)), mobile(benchSequence))
		in.Certificates = []customer.CertificateInput{{Kind: cn.KindResidentID, Number: residentID(b, fmt.Sprintf("19%02d-11-30", benchSequence/1000%100), benchSequence%1000)}}
		in.ConfirmDuplicates = false
		_, err := w.Create(ctx, fmt.Sprint("key", benchSequence), in)
		w.must(err)
	}
}

// BenchmarkCreateMany measures the whole of CreateManyTx, drafts included.
func BenchmarkCreateMany(b *testing.B) {
	for _, e := range dbtest.Engines {
		b.Run(string(e), func(b *testing.B) {
			w := newWorld(b, e)
			b.ResetTimer()
			w.fill(0, b.N)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "customers/s")
		})
	}
}
