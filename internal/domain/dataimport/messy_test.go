package dataimport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// messy draws files of few names and numbers, so that everything repeats, with
// much that is missing or wrong.
type messy struct{ *rand.Rand }

func (m messy) pick(all ...string) string { return all[m.IntN(len(all))] }

// mostly draws what is right, and now and then something else.
func (m messy) mostly(right string, wrong ...string) string {
	if m.IntN(20) == 0 {
		return m.pick(wrong...)
	}
	return right
}

// number draws one of few numbers, or none.
func (m messy) number(form string, n int) string {
	return m.pick("", fmt.Sprintf(form, 1+m.IntN(n)), fmt.Sprintf(form, 1+m.IntN(n)))
}

func (m messy) certificate() string {
	return m.mostly(m.pick("", resident(1+m.IntN(9))), resident(1)[:17]+other(resident(1)[17]), "9.90101E+17")
}

// The headings of the drawn files.
var messyHeads = map[dataimport.Kind]string{
	dataimport.Customers: "客户编号,客户名称,客户类别,证件号码,联系电话,户号,用电类别,合同容量(kVA),用电地址,电能表编号,立户日期,标签,职业\n",
	dataimport.Accounts:  "户号,客户编号,证件号码,户名,用电类别,合同容量(kVA),运行容量(kVA),用电地址,电能表编号\n",
	dataimport.Contacts:  "客户编号,证件号码,户号,联系电话,电子邮箱,联系人,首选\n",
}

// row draws a row of a kind.
func (m messy) row(k dataimport.Kind) []string {
	account, kVA := m.number("10010000%02d", 12), m.mostly(m.pick("8", "16", "8.5"), "", "八", "-1")
	use, address, meter := m.mostly("居民生活", "", "乱写"), m.pick("", "花园1幢", "花园2幢"), m.mostly("", fmt.Sprint("M", m.IntN(5)))
	switch k {
	case dataimport.Accounts:
		return []string{m.mostly(account, ""), m.mostly("", "K0000001", "K0000002"), m.certificate(), m.mostly("某户", ""), use, kVA, m.mostly("", "4", "99"), address, meter}
	case dataimport.Contacts:
		return []string{m.mostly("", "K0000001", "K0000003"), m.certificate(), account, m.mostly(mobile(1+m.IntN(9)), "", "12"), m.mostly("", "a@example.org", "@"), m.pick("甲弟", "甲妹"), m.mostly(m.pick("", "是", "否"), "也许")}
	}
	name := m.pick(nameOf(1), nameOf(2), nameOf(3), nameOf(4))
	if account == "" {
		return []string{m.mostly("", "A-1", "K0000001", "K9999999", "不好"), m.mostly(name, ""), "个人", m.certificate(), m.mostly(mobile(1+m.IntN(6)), "12"), "", "", "", "", "", "", m.mostly("", "大户;重点"), m.pick("", "教师")}
	}
	return []string{m.mostly("", "A-1", "K0000001"), m.mostly(name, ""), m.mostly("个人", "企业", "", "外星人"), m.certificate(), m.mostly("", mobile(3)),
		account, use, kVA, address, meter, m.mostly("2026-01-02", "", "2026-02-30"), m.mostly("", "大户"), m.mostly("", "=1+1")}
}

// file draws a file and its mode.
func (m messy) file(k dataimport.Kind, rows int) (string, dataimport.Mode) {
	var b strings.Builder
	b.WriteString(messyHeads[k])
	for range rows {
		b.WriteString(strings.Join(m.row(k), ",") + "\n")
	}
	return b.String(), []dataimport.Mode{dataimport.Both, dataimport.Both, dataimport.CreateOnly, dataimport.UpdateOnly}[m.IntN(4)]
}

// Whatever a file holds: the dry run foretells what the import does, every row left
// out is told once, taking back leaves the archive as it was, and both engines come
// to the same.
func TestMessyFiles(t *testing.T) {
	const files, rows = 10, 25
	logs := map[db.Dialect]string{}
	for _, e := range dbtest.Engines {
		w := newWorld(t, e)
		ctx, m := w.as(w.one), messy{rand.New(rand.NewPCG(7, 7))}
		for n := range files {
			k := []dataimport.Kind{dataimport.Customers, dataimport.Customers, dataimport.Accounts, dataimport.Contacts}[n%4]
			content, mode := m.file(k, rows)
			logs[e] += w.messy(ctx, k, mode, content, rows, n%3 > 0)
		}
		if w.count("customer") < 5 || w.count("account") < 3 {
			t.Errorf("%s: %d customers and %d accounts prove little", e, w.count("customer"), w.count("account"))
		}
	}
	if logs[db.SQLite] != logs[db.PostgreSQL] {
		t.Errorf("SQLite\n%s\nPostgreSQL\n%s", logs[db.SQLite], logs[db.PostgreSQL])
	}
}

// messy brings a file in, takes it back, and where it is to stay brings it in again.
func (w *world) messy(ctx context.Context, k dataimport.Kind, mode dataimport.Mode, content string, rows int64, stay bool) string {
	w.t.Helper()
	before := w.archive(ctx)
	d := w.done(ctx, k, mode, content)
	if d.State != dataimport.Done || d.Counts != d.Planned || d.Counts.Rows != rows {
		w.t.Fatalf("%s %s:\n%s%s: planned %+v\ndone %+v\n%s", k, mode, content, d.State, d.Planned, d.Counts, told(d.Problems))
	}
	if left := w.problemRows(ctx, d, "en"); int64(len(left)) != d.Counts.Rejected+d.Counts.Skipped {
		w.t.Errorf("%s %s:\n%s%+v, but %d problem rows", k, mode, content, d.Counts, len(left))
	}
	log := fmt.Sprintf("%s %s %+v %s\n", k, mode, d.Counts, told(d.Problems))
	d = w.reverted(ctx, d.ID)
	if after := w.archive(ctx); d.State != dataimport.Reverted || d.Counts.Kept != 0 || after != before {
		w.t.Fatalf("%s %s:\n%s%s %+v %s\nbefore %s\nafter %s", k, mode, content, d.State, d.Counts, told(d.Problems), before, after)
	}
	if stay {
		w.done(ctx, k, mode, content)
	}
	return log
}

// archive is all that an import may change, without versions and times.
func (w *world) archive(ctx context.Context) string {
	w.t.Helper()
	var all []any
	var ids []id.ID
	var accounts []struct {
		AccountNo, Name, UseCategory, Class string
		ContractVa, RunningVa               int64
		CustomerID, PremiseID               id.ID
	}
	var docs []struct{ Title, Folded, Pinyin string }
	var places, meters []string
	w.must(w.db.Read(ctx, func(tx *db.Tx) error {
		for to, query := range map[any]string{
			&ids:      "SELECT id FROM customer ORDER BY id",
			&accounts: "SELECT account_no, name, use_category, class, contract_va, running_va, customer_id, premise_id FROM account ORDER BY account_no",
			&docs:     "SELECT title, folded, pinyin FROM search_doc ORDER BY object_id, kind",
			&places:   "SELECT address FROM premise ORDER BY id",
			&meters:   "SELECT asset_no FROM meter ORDER BY asset_no",
		} {
			if err := tx.Select(to, query); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, i := range ids {
		c, err := w.customers.Get(ctx, i)
		w.must(err)
		c.Version, c.UpdatedAt = 0, 0
		all = append(all, c)
	}
	raw, err := json.Marshal(append(all, accounts, docs, places, meters))
	w.must(err)
	return string(raw)
}
