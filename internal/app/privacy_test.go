package app_test

import (
	"context"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// held gives a customer a closed account with a premise and consumption, brought in by an
// import that is done.
func held(t *testing.T, b *bench, c customer.Customer) {
	t.Helper()
	account, premise, made := id.ID{15: 1}, id.ID{15: 2}, id.ID{15: 3}
	err := b.DB.Write(context.Background(), func(tx *db.Tx) error {
		company, err := b.Keys.CompanyTx(tx, c.OrgID)
		if err != nil {
			return err
		}
		note := company.Own().Seal(crypt.Place{Table: "premise", Column: "access_note", ID: premise}, "钥匙在欧阳家")
		for _, s := range []struct {
			text string
			args []any
		}{
			{`INSERT INTO premise (org_id, id, version, created_at, updated_at, address, folded, postcode, longitude_e6, latitude_e6, access_note)
				VALUES ($1, $2, 1, 1, 1, '青岭路1号', '青岭路1号', '', 0, 0, $3)`, []any{c.OrgID, premise, note}},
			{`INSERT INTO account (org_id, id, version, created_at, updated_at, account_no, name, class, status, use_category, industry, area, contract_va, running_va, voltage,
				importance, trace_rank, load_class, shifts, power_off, customer_id, premise_id, reading_section, opened_on, energised_on, closed_on, expires_on)
				VALUES ($1, $2, 1, 1, 1, '1000000001', '欧阳锋', 'lv_res', 'closed', 'residential', '', 'urban', 8000, 8000, 'AC02202',
				'ordinary', 10, '', '', $3, $4, $5, '', '2020-01-01', '', '2025-01-01', '')`, []any{c.OrgID, account, false, c.ID, premise}},
			{`INSERT INTO consumption (org_id, account_id, month, energy_wh, class, use_category, area) VALUES ($1, $2, 202401, 120000, 'lv_res', 'residential', 'urban')`,
				[]any{c.OrgID, account}},
			{`INSERT INTO data_import (org_id, id, kind, mode, state, file_name, format, size, sha256, setup, rows_total, rows_done, planned, counts, error, created_by, created_name, created_at,
				started_at, finished_at, version) VALUES ($1, $2, 'customers', 'both', 'done', $4, 'csv', 1, $3, $4, 1, 1, '{}', '{}', '{}', NULL, '', 1, 1, 1, 1)`,
				[]any{c.OrgID, made, []byte{}, []byte{}}},
			{`INSERT INTO data_import_created (org_id, import_id, first_row, customers, accounts) VALUES ($1, $2, 1, $3, $4)`, []any{c.OrgID, made, []byte{}, account[:]}},
			{`INSERT INTO data_import_changed (org_id, import_id, object, object_id, version, before) VALUES ($1, $2, 'account', $3, 1, $4)`, []any{c.OrgID, made, account, []byte{1}}},
		} {
			if _, err := tx.Exec(s.text, s.args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// All modules take part: the accounts stay without a name, the import's file goes.
func TestErasingGoesThroughAllModules(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx, err := b.System(context.Background(), "甲")
		must(t, err)
		access.CallerOf(ctx).UserID = id.ID{15: 9}
		c, err := b.Customers.Create(ctx, "", customer.CreateInput{OrgID: b.county.ID, Kind: customer.KindPerson, Name: "欧阳锋"})
		must(t, err)
		held(t, b, c)
		r, err := b.Privacy.Receive(ctx, "", privacy.ReceiveInput{CustomerID: c.ID, Kind: privacy.Delete, Channel: "counter"})
		must(t, err)
		v, err := b.Privacy.Preview(ctx, r.ID)
		must(t, err)
		n := map[string]int64{}
		for _, row := range v.Rows {
			n[row.Kind] = row.N
		}
		if len(v.Blocks) > 0 || n["account"] != 1 || n["consumption"] != 1 || n["premise"] != 1 || n["import_file"] != 1 || n["import_changed"] != 1 {
			t.Errorf("preview %+v", v)
		}
		p := privacy.Person{OrgID: c.OrgID, ID: c.ID, IDs: []id.ID{c.ID}}
		must(t, b.DB.Write(ctx, func(tx *db.Tx) error {
			d, err := b.Supply.DataTx(tx, p, "zh")
			if err == nil && (d.Sections[0].Rows[0][1] != "欧阳锋" || d.Sections[3].Rows[0][2] != "120") {
				t.Errorf("given %+v", d)
			}
			return err
		}))
		must(t, b.DB.Write(ctx, func(tx *db.Tx) error {
			for _, h := range []privacy.Holder{b.Import, b.Supply, b.Proposals} {
				files, err := h.EraseTx(tx, p)
				if err != nil {
					return err
				}
				if h == privacy.Holder(b.Import) && len(files) != 1 {
					t.Errorf("files %v", files)
				}
			}
			return nil
		}))
		var left []string
		must(t, b.DB.Read(ctx, func(tx *db.Tx) error {
			return tx.Select(&left, "SELECT name FROM account UNION ALL SELECT 'note' FROM premise WHERE access_note <> $1 UNION ALL SELECT 'changed' FROM data_import_changed", []byte{})
		}))
		if strings.Join(left, "") != customer.ErasedName {
			t.Errorf("left: %q", left)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// persons are the tables with a column that names a customer, and who gives and erases
// what stands there.
var persons = map[string]string{
	"customer_certificate": "archive", "customer_class": "archive", "customer_tag": "archive", "customer_field_value": "archive", "customer_event": "archive",
	"customer_note": "archive", "customer_analysis": "archive", "customer_interaction": "archive", "customer_attachment": "archive", "customer_opening": "archive",
	"customer_look": "archive: identifiers alone stay", "reception": "archive", "account": "supply", "proposal": "proposal", "lookup_record": "lookup", "message": "message", "portal_access": "portal", "portal_session": "portal", "lookup_release": "lookup: identifiers alone",
	"feedback_case": "feedback", "promise": "promise", "incident": "incident", "privacy_request": "privacy", "privacy_export": "privacy", "consent": "privacy", "privacy_erasure": "privacy: identifiers alone", "privacy_erased": "privacy: identifiers alone", "outage_told": "outage: identifiers alone",
}

// A new table about customers has to be thought of: who gives it to the person, and who
// erases it.
func TestEveryTableAboutCustomersHasAHolder(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		query := "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'customer_id'"
		if b.Config.DSN == "" {
			query = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.name = 'customer_id'"
		}
		var tables []string
		must(t, b.DB.Read(t.Context(), func(tx *db.Tx) error { return tx.Select(&tables, query) }))
		for _, name := range tables {
			if persons[name] == "" {
				t.Errorf("the table %s names customers and has no holder (docs/privacy.md)", name)
			}
		}
		if len(tables) < 15 {
			t.Errorf("only %v: the test looks at the wrong place", tables)
		}
	})
}
