package db_test

import (
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// before gives a database with the schema it had at a version.
func before(t *testing.T, e db.Dialect, version int64) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dbtest.Config(t, e))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if e == db.PostgreSQL { // it was made from a migrated one
		exec(t, d, "DROP SCHEMA public CASCADE")
		exec(t, d, "CREATE SCHEMA public")
	}
	if err := d.MigrateTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	return d
}

func exec(t *testing.T, d *db.DB, text string, args ...any) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(text, args...)
		return err
	}); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// clearRows are of the time when they stood in clear.
func clearRows(t *testing.T, d *db.DB) {
	t.Helper()
	company, one, two, none := id.ID{15: 1}, id.ID{15: 2}, id.ID{15: 3}, []byte{}
	exec(t, d, `INSERT INTO org (id, level, code, name, short_name, version, created_at) VALUES ($1, 'county', '1', '甲', '甲', 1, 1)`, company)
	for i, note := range map[id.ID]string{one: "钥匙在门卫", two: ""} {
		exec(t, d, `INSERT INTO premise (org_id, id, version, created_at, updated_at, address, folded, postcode, longitude_e6, latitude_e6, access_note)
			VALUES ($1, $2, 1, 1, 1, '路', '路', '', 0, 0, $3)`, company, i, note)
	}
	exec(t, d, `INSERT INTO data_import (org_id, id, kind, mode, state, file_name, format, size, sha256, setup, rows_total, rows_done, planned, counts, error, created_name, created_at, started_at,
		finished_at, version) VALUES ($1, $2, 'customers', 'both', 'done', '欧阳锋.csv', 'csv', 1, $3, $3, 1, 1, '{}', '{}', '{}', '', 1, 1, 1, 1)`, company, one, none)
	exec(t, d, `INSERT INTO survey_study (org_id, id, title, title_key, wave, model, from_day, to_day, invited, note, responses, version, created_at, updated_at)
		VALUES ($1, $2, '调查', '调查', '2026', 'm', '', '', 0, '', 0, 1, 1, 1)`, company, one)
	exec(t, d, `INSERT INTO survey_file (org_id, id, study_id, name, size, sha256, summary, problems, created_at, version) VALUES ($1, $2, $2, '答卷.csv', 1, $3, '', $3, 1, 1)`, company, one, none)
	exec(t, d, `INSERT INTO survey_data (org_id, id, study_id, file_id, file_name, file_sha256, mapping, description, sha256, created_name, created_at, finished_at)
		VALUES ($1, $2, $2, $2, '答卷.csv', $3, '{"m":1}', '{"d":1}', $3, '', 1, 1)`, company, one, none)
	exec(t, d, `INSERT INTO survey_mapping (org_id, header_hash, mapping, updated_at) VALUES ($1, $2, '{"m":2}', 1)`, company, []byte{9})
	exec(t, d, `INSERT INTO satisfaction_estimation (org_id, id, study_id, study_title, study_wave, invited, state, model_ref, model, settings, bands, data_id, data_sha256, program, cases,
		index_value, index_lo, index_hi, outcome, problems, export_size, export_sha256, created_name, created_at, finished_at, version, title_key)
		VALUES ($1, $2, $2, '', '', 0, 'done', '', '{}', '{}', '[]', $2, $3, '', 0, 0, 0, 0, '{"o":1}', '', 0, $3, '', 1, 1, 1, '')`, company, one, none)
	for i, state := range map[id.ID]string{one: "running", two: "done"} {
		exec(t, d, `INSERT INTO job (id, org_id, kind, state, args, checkpoint, result, error, progress, total, note, attempt, max_attempts, run_at, lease_until, cancel, created_at, finished_at)
			VALUES ($1, $2, 'survey.import', $3, '{"header":"老吴家"}', '', '', '', 0, 0, '', 1, 5, 7, 0, $4, 1, 1)`, i, company, state, false)
	}
}

// What stood in clear is put aside for the program to seal, each value with its place,
// and jobs forget the headings they named.
func TestSealedColumnsPutAsideWhatStoodInClear(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		d := before(t, e, 24)
		clearRows(t, d)
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(words(t, d, "SELECT place_table || '.' || place_column || '=' || value FROM unsealed"), " ")
		if want := `data_import.file_name=欧阳锋.csv premise.access_note=钥匙在门卫 satisfaction_estimation.outcome={"o":1} survey_data.description={"d":1} survey_data.file_name=答卷.csv ` +
			`survey_data.mapping={"m":1} survey_file.name=答卷.csv survey_mapping.mapping={"m":2}`; got != want {
			t.Errorf("put aside:\n%s\nwant\n%s", got, want)
		}
		if got := strings.Join(words(t, d, "SELECT state || args FROM job"), " "); got != "cancelled{} done{}" {
			t.Errorf("jobs: %s", got)
		}
		if got := words(t, d, "SELECT 'yes' FROM survey_mapping m JOIN unsealed u ON u.id = m.id"); len(got) != 1 {
			t.Errorf("the mapping is bound to nothing")
		}
	})
}
