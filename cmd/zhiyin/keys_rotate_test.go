package main

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Keys are rotated while customers are made; backups of before and after are whole, the
// audit log verifies, and nothing is lost when the old master key is destroyed.
func TestRotationBesideARunningProgram(t *testing.T) {
	for _, e := range []db.Dialect{db.SQLite, db.PostgreSQL} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, e)
			s.flags = append(s.flags, "--backup-dir", t.TempDir())
			stop := make(chan struct{})
			soFar, done := s.makeCustomers(stop)
			for len(soFar()) < 20 && !t.Failed() {
				time.Sleep(time.Millisecond)
			}
			_, early, _ := s.command(t.Context(), "backup")
			code, out, errs := s.command(t.Context(), "keys", "rotate", "--cipher", "sm4")
			if code != 0 || !strings.Contains(out, "master key: generation 2") || !strings.Contains(out, "company keys: 1 new") {
				t.Fatalf("rotate: exit code %d\n%s%s", code, out, errs)
			}
			_, late, _ := s.command(t.Context(), "backup")
			close(stop)
			done.Wait()
			for _, file := range []string{early, late} {
				if code, out, errs = s.command(t.Context(), "verify", "--backup", strings.TrimSpace(file)); code != 0 {
					t.Errorf("verify --backup %s: exit code %d\n%s%s", filepath.Base(file), code, out, errs)
				}
			}
			s.seal()
			s.retires()
			if code, out, errs = s.command(t.Context(), "verify"); code != 0 {
				t.Errorf("verify: exit code %d\n%s%s", code, out, errs)
			}
			again := &site{t: t}
			all := soFar()
			again.opens(s.app.Config, append(all[:20:20], all[len(all)-20:]...))
			for _, org := range []string{"1001", "1002"} {
				if stale, err := s.app.Customers.StaleKeys(t.Context(), s.org(org)); stale || err != nil && !errors.Is(err, crypt.ErrNoKey) {
					t.Errorf("data keys of %s by an old key: %v, %v", org, stale, err)
				}
			}
		})
	}
}

func (s *site) retires() {
	s.t.Helper()
	for _, step := range []struct {
		args []string
		code int
		out  string
	}{
		{[]string{"list"}, 0, "可销毁 · may be retired"},
		{[]string{"retire", "2"}, 1, "current master key"},
		{[]string{"retire", "1"}, 1, "1 backups"},
		{[]string{"retire", "1", "--force"}, 0, "generation 1 destroyed"},
		{[]string{"retire", "1"}, 1, "missing"},
		{[]string{"retire", "x"}, 1, "no number"},
		{[]string{"rotate", "--only", "everything"}, 1, "not understood"},
	} {
		code, out, errs := s.command(s.t.Context(), "keys", step.args...)
		if code != step.code || !strings.Contains(out+errs, step.out) {
			s.t.Errorf("keys %v: exit code %d\n%s%s", step.args, code, out, errs)
		}
	}
}

// The environment's key is rotated by whoever keeps it.
func TestRotationOfTheEnvironmentsKey(t *testing.T) {
	one, two := strings.Repeat("01", 32), strings.Repeat("02", 32)
	t.Setenv(crypt.MasterVariable, one)
	s := newSite(t, db.SQLite)
	if code, out, errs := s.command(t.Context(), "keys", "rotate", "--only", "master"); code != 1 || !strings.Contains(errs, "generation 2") || strings.Contains(out+errs, one) {
		t.Errorf("rotate: exit code %d\n%s%s", code, out, errs)
	}
	t.Setenv(crypt.MasterVariable, one+",2:"+two)
	if code, out, errs := s.command(t.Context(), "keys", "rotate", "--only", "master"); code != 0 || !strings.Contains(out, "generation 2, 1 company keys") {
		t.Errorf("rotate: exit code %d\n%s%s", code, out, errs)
	}
	t.Setenv(crypt.MasterVariable, "2:"+two)
	if code, out, errs := s.command(t.Context(), "keys", "list"); code != 0 || !strings.Contains(out, "current") {
		t.Errorf("list: exit code %d\n%s%s", code, out, errs)
	}
	t.Setenv(crypt.MasterVariable, one)
	if code, out, errs := s.command(t.Context(), "keys", "list"); code != 1 || !strings.Contains(errs, "Generation 2 of the master key is missing") {
		t.Errorf("list without it: exit code %d\n%s%s", code, out, errs)
	}
}
