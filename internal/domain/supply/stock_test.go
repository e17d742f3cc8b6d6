package supply_test

import (
	"fmt"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// counted holds that the kept stock is what counting the accounts gives, and
// that it is n accounts in all.
func (w *world) counted(when string, n int64) {
	w.t.Helper()
	const differ = `SELECT count(*) FROM (SELECT org_id, class, use_category, area, count(*) AS n FROM account WHERE status <> 'closed' GROUP BY org_id, class, use_category, area) AS c
		FULL JOIN (SELECT org_id, class, use_category, area, accounts FROM account_stock WHERE accounts <> 0) AS k
		ON k.org_id = c.org_id AND k.class = c.class AND k.use_category = c.use_category AND k.area = c.area
		WHERE c.n IS NULL OR k.accounts IS NULL OR c.n <> k.accounts`
	if d, all := w.count(differ), w.count("SELECT CAST(coalesce(sum(accounts), 0) AS BIGINT) FROM account_stock"); d != 0 || all != n {
		w.t.Errorf("%s: %d segments differ, %d accounts of %d", when, d, all, n)
	}
}

// The stock follows whatever happens to accounts, one by one and many at once.
func TestTheStockIsKept(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		a, etag := w.newAccount("1001", "")
		w.newAccount("1002", `,"area":"rural"`)
		w.counted("two made", 2)
		a, etag = w.putAccount(a, etag, "1001", `,"area":"rural"`, 200)
		w.counted("one moved", 2)
		a, etag = w.putAccount(a, etag, "1001", `,"status":"closed","closed_on":"2026-01-01"`, 200)
		w.counted("one closed", 1)
		a, etag = w.putAccount(a, etag, "1001", "", 200)
		w.counted("and opened again", 2)
		call[any](w, h, "maintainer", "DELETE", "/api/v1/accounts/"+a.ID.String(), "", 204, "If-Match", etag)
		w.counted("one removed", 1)

		b := supply.Batch{}
		made := make([]id.ID, 5)
		for i := range made {
			made[i] = id.ID{7, 15: byte(i)}
			b.Accounts = append(b.Accounts, supply.Account{Head: headed(made[i]), AccountInput: account(fmt.Sprint("20", i), "张伟")})
		}
		w.batch(w.a, &b)
		w.counted("five at once", 6)
		done := w.change(w.a, false, supply.AccountUpdate{ID: made[0], Input: func(a supply.Account, at supply.PremiseInput) (supply.AccountInput, supply.PremiseInput) {
			a.Class, a.UseCategory = "lv_nonres", "commercial"
			return a.AccountInput, at
		}})
		w.counted("one of them another class", 6)
		w.write(func(tx *db.Tx) error {
			_, err := w.svc.RestoreAccountsTx(tx, importer, w.a, done)
			return err
		})
		w.counted("and back", 6)
		w.write(func(tx *db.Tx) error {
			_, _, err := w.svc.RemoveAccountsTx(tx, importer, w.a, made[1:])
			return err
		})
		w.counted("four unmade", 2)
	})
}
