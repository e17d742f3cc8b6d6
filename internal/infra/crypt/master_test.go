package crypt_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

func generations(t *testing.T, m crypt.Master) []crypt.Generation {
	t.Helper()
	all, err := m.Generations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestMasterKeyFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	if place, has := crypt.HasMaster(dir); has || place != filepath.Join(dir, crypt.MasterFile) {
		t.Errorf("HasMaster = %s, %v", place, has)
	}
	var wg sync.WaitGroup
	made := make([]string, 8)
	for i := range made {
		wg.Go(func() {
			m, err := crypt.OpenMaster(dir, crypt.AES)
			if err != nil {
				t.Error(err)
				return
			}
			if all, err := m.Generations(t.Context()); err == nil {
				made[i] = all[0].Fingerprint
			}
		})
	}
	wg.Wait()
	for _, f := range made {
		if f != made[0] || f == "" {
			t.Errorf("several processes made %v", made)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("in the directory: %v, %v", left, err)
	}
	file := filepath.Join(dir, crypt.MasterFile)
	for _, bad := range []string{"", "abc", strings.Repeat("zz", 32), strings.Repeat("00", 31), "x:" + strings.Repeat("00", 32), "0:" + strings.Repeat("00", 32),
		strings.Repeat("00", 32) + "\n1:" + strings.Repeat("11", 32)} {
		if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := crypt.OpenMaster(dir, crypt.AES); !errors.Is(err, crypt.ErrBadMaster) || bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := crypt.OpenMaster(dir, crypt.AES); !errors.Is(err, crypt.ErrOpenToOthers) {
		t.Errorf("a key others can read: %v", err)
	}
}

func TestAnotherProcessRotatesTheFile(t *testing.T) {
	dir := t.TempDir()
	open := func() crypt.Master {
		m, err := crypt.OpenMaster(dir, crypt.SM4)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	running, other := open(), open()
	first, err := running.Wrap(t.Context(), 1, []byte("key"), []byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all := generations(t, running); len(all) != 2 || all[1].Number != 2 || all[0].Fingerprint == all[1].Fingerprint {
		t.Errorf("generations %v", all)
	}
	second, err := running.Wrap(t.Context(), 2, []byte("key"), []byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	for number, wrapped := range map[int][]byte{1: first, 2: second} {
		if got, err := other.Unwrap(t.Context(), number, wrapped, []byte("a")); err != nil || string(got) != "key" {
			t.Errorf("generation %d: %q, %v", number, got, err)
		}
		if _, err := other.Unwrap(t.Context(), number, wrapped, []byte("b")); !errors.Is(err, crypt.ErrSealed) {
			t.Errorf("generation %d elsewhere: %v", number, err)
		}
	}
	if err := other.Retire(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := running.Unwrap(t.Context(), 1, first, []byte("a")); !errors.Is(err, crypt.ErrNoGeneration) {
		t.Errorf("a retired generation: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, crypt.MasterFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("after rotation: %v, %v", info, err)
	}
}

func TestMasterKeyOfTheEnvironment(t *testing.T) {
	one, two := strings.Repeat("01", 32), strings.Repeat("02", 32)
	dir := t.TempDir()
	t.Setenv(crypt.MasterVariable, one)
	m, err := crypt.OpenMaster(dir, crypt.AES)
	if err != nil {
		t.Fatal(err)
	}
	if _, has := crypt.HasMaster(dir); !has {
		t.Error("not found in the environment")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("a file was made: %v, %v", left, err)
	}
	if err := m.Rotate(t.Context()); !errors.Is(err, crypt.ErrByHand) {
		t.Errorf("Rotate: %v", err)
	}
	t.Setenv(crypt.MasterVariable, "2:"+two+",1:"+one)
	if m, err = crypt.OpenMaster(dir, crypt.AES); err != nil {
		t.Fatal(err)
	}
	if all := generations(t, m); len(all) != 2 || all[1].Number != 2 {
		t.Errorf("generations %v", all)
	}
	secret := strings.Repeat("5e", 31)
	t.Setenv(crypt.MasterVariable, secret)
	if _, err = crypt.OpenMaster(dir, crypt.AES); !errors.Is(err, crypt.ErrBadMaster) || strings.Contains(err.Error(), secret) {
		t.Errorf("too short: %v", err)
	}
}
