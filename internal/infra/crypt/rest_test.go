package crypt_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// What a migration put aside comes to its column sealed, however much it is, and is
// nowhere in clear any more; a second run finds nothing.
func TestWhatWasPutAsideIsSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 1201
		keys, err := crypt.New(bytes.Repeat([]byte{3}, 32))
		must(t, err)
		orgs := []id.ID{{15: 1}, {15: 2}}
		must(t, d.Write(t.Context(), func(tx *db.Tx) error {
			for i := range n {
				premise := id.ID{0: 1, 14: byte(i >> 8), 15: byte(i)}
				if _, err := tx.Exec(`INSERT INTO premise (org_id, id, version, created_at, updated_at, address, folded, postcode, longitude_e6, latitude_e6)
					VALUES ($1, $2, 1, 1, 1, '', '', '', 0, 0)`, orgs[i%2], premise); err != nil {
					return err
				}
				if _, err := tx.Exec(`INSERT INTO unsealed (org_id, place_table, place_column, id, value) VALUES ($1, 'premise', 'access_note', $2, '钥匙在门卫')`, orgs[i%2], premise); err != nil {
					return err
				}
			}
			return nil
		}))
		tables, err := keys.SealRest(t.Context(), d)
		must(t, err)
		again, err := keys.SealRest(t.Context(), d)
		must(t, err)
		if !slices.Equal(tables, []string{"premise"}) || len(again) != 0 {
			t.Errorf("sealed in %v, then %v", tables, again)
		}
		must(t, d.Read(t.Context(), func(tx *db.Tx) error { return allOpen(t, tx, keys, n) }))
	})
}

func allOpen(t *testing.T, tx *db.Tx, keys *crypt.Keyring, n int) error {
	t.Helper()
	var rows []struct {
		OrgID id.ID  `db:"org_id"`
		ID    id.ID  `db:"id"`
		Note  []byte `db:"access_note"`
	}
	if err := tx.Select(&rows, "SELECT org_id, id, access_note FROM premise"); err != nil {
		return err
	}
	for _, r := range rows {
		company, err := keys.CompanyTx(tx, r.OrgID)
		if err != nil {
			return err
		}
		if note, err := company.Own().Open(crypt.Place{Table: "premise", Column: "access_note", ID: r.ID}, r.Note); err != nil || note != "钥匙在门卫" {
			t.Fatalf("%q %v", note, err)
		}
	}
	var left int
	if err := tx.Get(&left, "SELECT count(*) FROM unsealed"); err != nil {
		return err
	}
	if len(rows) != n || left != 0 {
		t.Errorf("%d rows, %d left in clear", len(rows), left)
	}
	return nil
}
