package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// command runs any command of zhiyin at the site.
func (s *site) command(ctx context.Context, name string, args ...string) (code int, out, errs string) {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	root := newRootCommand()
	root.SetArgs(append(append([]string{name}, s.flags...), args...))
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	code = exitCodeOf(root.ExecuteContext(ctx), &stderr)
	return code, stdout.String(), stderr.String()
}

func (s *site) org(code string) id.ID {
	s.t.Helper()
	tree, err := s.app.Orgs.Tree(s.t.Context())
	s.must(err)
	o, _ := tree.ByCode(code)
	return o.ID
}

// record writes entries of a company, and seal seals what waits.
func (s *site) record(org id.ID, n int) {
	s.t.Helper()
	s.must(s.app.DB.Write(s.t.Context(), func(tx *db.Tx) error {
		for i := range n {
			if err := s.app.Audit.RecordTx(tx, audit.Change{OrgID: org, Action: "org.rename", ObjectType: "org", ObjectID: org, After: i}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (s *site) seal() {
	s.t.Helper()
	sealer := audit.NewSealer(s.app.Audit, s.app.Log, s.app.Metrics)
	for range 2 {
		_, err := sealer.Pass(s.t.Context())
		s.must(err)
	}
}

// After one byte of one entry is changed in the database, verify names it.
func TestVerifyNamesTheChangedEntry(t *testing.T) {
	eachSite(t, func(s *site) {
		org := s.org("1001")
		s.record(org, 20)
		s.seal()
		code, out, errs := s.command(t.Context(), "verify", "--head", org.String()+":20:"+strings.Repeat("00", 32))
		if code != 2 || !strings.Contains(out, "外部留存") {
			t.Errorf("a head that is not ours: exit code %d\n%s%s", code, out, errs)
		}
		if code, out, errs = s.command(t.Context(), "verify"); code != 0 || !strings.Contains(out, "20 audit entries, 1 signed heads") || !strings.Contains(out, "完好 · whole") {
			t.Fatalf("exit code %d\n%s%s", code, out, errs)
		}
		var entry struct {
			ID    id.ID  `db:"id"`
			After []byte `db:"after"`
		}
		s.must(s.app.DB.Write(t.Context(), func(tx *db.Tx) error {
			if err := tx.Get(&entry, "SELECT id, after FROM audit_entry WHERE org_id = $1 ORDER BY id LIMIT 1", org); err != nil {
				return err
			}
			entry.After[len(entry.After)/2] ^= 0x20
			_, err := tx.Exec("UPDATE audit_entry SET after = $1 WHERE id = $2", entry.After, entry.ID)
			return err
		}))
		if code, out, errs = s.command(t.Context(), "verify"); code != 2 || !strings.Contains(out, "断点 · broken "+entry.ID.String()+" #1 ") || strings.Contains(out, "whole\n") {
			t.Errorf("exit code %d\n%s%s", code, out, errs)
		}
		code, out, _ = s.command(t.Context(), "verify", "--json")
		var r audit.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil || code != 2 || r.BrokenCount != 1 || r.Broken[0].EntryID != entry.ID || r.Broken[0].Fault != audit.Changed {
			t.Errorf("exit code %d, %v\n%s", code, err, out)
		}
	})
}

func TestVerifyProvesNothingWhereThereIsNothing(t *testing.T) {
	dir := t.TempDir()
	s := &site{t: t, flags: []string{"--data", dir, "--log-level", "error"}}
	for _, args := range [][]string{{"verify"}, {"verify", "--head", "x"}, {"verify", "extra"}} {
		if code, out, errs := s.command(t.Context(), args[0], args[1:]...); code != 1 || out != "" || errs == "" {
			t.Errorf("%v: exit code %d\n%s%s", args, code, out, errs)
		}
	}
	s = newSite(t, db.SQLite)
	s.must(s.app.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)")
		return err
	}))
	if code, _, errs := s.command(t.Context(), "verify"); code != 1 || !strings.Contains(errs, "zhiyin migrate") {
		t.Errorf("another schema: exit code %d\n%s", code, errs)
	}
}

func TestFindingLineSaysWhere(t *testing.T) {
	at := when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))
	got := findingLine("x", audit.Finding{Fault: audit.Gap, OrgID: id.ID{1}, Number: 3, EntryID: id.ID{2}, At: at})
	want := "x " + id.ID{2}.String() + " #3 (" + id.ID{1}.String() + "): "
	if !strings.HasPrefix(got, want) {
		t.Errorf("%q, want it to begin with %q", got, want)
	}
}
