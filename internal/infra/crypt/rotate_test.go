package crypt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt/crypttest"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// process is a keyring as another process of the installation has it.
func process(t *testing.T, d *db.DB, dir string, c crypt.Cipher) *crypt.Keyring {
	t.Helper()
	m, err := crypt.OpenMaster(dir, c)
	must(t, err)
	k, err := crypt.Open(t.Context(), m, c, d)
	must(t, err)
	return k
}

var place = crypt.Place{Table: "t", Column: "c", ID: who}

// sealed is what several processes have sealed.
type sealed struct {
	sync.Mutex
	all [][]byte
}

// work makes a company, opens what anybody sealed of late and seals something more.
func (s *sealed) work(tx *db.Tx, k *crypt.Keyring, made id.ID) error {
	if _, err := k.CompanyTx(tx, made); err != nil {
		return err
	}
	a, err := k.CompanyTx(tx, orgA)
	if err != nil {
		return err
	}
	s.Lock()
	defer s.Unlock()
	for _, one := range s.all {
		if got, err := a.Own().Open(place, one); err != nil || got != "value" {
			return fmt.Errorf("%x: %q, %w", one[:1], got, err)
		}
	}
	s.all = append(s.all[max(0, len(s.all)-50):], a.Own().Seal(place, "value"))
	return nil
}

// Two processes seal and open all the time while a third rotates everything, twice,
// and retires what is old.
func TestRotationWhileOthersWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, s, stop := t.TempDir(), &sealed{}, make(chan struct{})
		var done sync.WaitGroup
		for i, c := range []crypt.Cipher{crypt.AES, crypt.SM4} {
			k := process(t, d, dir, c)
			company(t, d, k, orgA)
			done.Go(func() {
				for n := 0; ; n++ {
					select {
					case <-stop:
						return
					default:
					}
					if err := d.Write(context.Background(), func(tx *db.Tx) error { return s.work(tx, k, id.ID{14: byte(i + 1), 15: byte(n)}) }); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		admin := process(t, d, dir, crypt.AES)
		before := company(t, d, admin, orgA)
		place := crypt.Place{Table: "user_credential", Column: "totp", ID: orgA}
		kept := admin.House().Seal(place, "of the house")
		for round := range 2 {
			rotateOnce(t, d, admin, s, round+2)
		}
		close(stop)
		done.Wait()
		fresh := process(t, d, dir, crypt.SM4)
		must(t, d.Write(t.Context(), func(tx *db.Tx) error { return s.work(tx, fresh, orgB) }))
		if !bytes.Equal(company(t, d, fresh, orgA).Blind("phone", "1"), before.Blind("phone", "1")) || !bytes.Equal(fresh.Derive("cursor"), admin.Derive("cursor")) {
			t.Error("blind indexes or derived keys are others after rotation")
		}
		if got, err := fresh.House().Open(place, kept); got != "of the house" || err != nil {
			t.Errorf("what the house sealed before rotation: %q, %v", got, err)
		}
		if last := s.all[len(s.all)-1][0]; last != 6 {
			t.Errorf("what is new is sealed by %d, want SM4 by key 3", last)
		}
	})
}

func rotateOnce(t *testing.T, d *db.DB, admin *crypt.Keyring, s *sealed, generation int) {
	t.Helper()
	companies, err := admin.Companies(t.Context(), d)
	must(t, err)
	must(t, admin.RotateCompanies(t.Context(), d, companies))
	r, err := admin.RotateMaster(t.Context(), d)
	must(t, err)
	if r.Generation != generation || r.Resumed || r.Wrapped == 0 {
		t.Errorf("rotation %+v", r)
	}
	must(t, d.Write(t.Context(), func(tx *db.Tx) error { return s.work(tx, admin, orgB) })) // by the key others do not know yet
	time.Sleep(20 * time.Millisecond)
	must(t, admin.Retire(t.Context(), d, generation-1))
}

func TestAnInstallationFromBeforeRotation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, master := t.TempDir(), bytes.Repeat([]byte{0xab}, 32)
		must(t, os.WriteFile(filepath.Join(dir, crypt.MasterFile), []byte(strings.Repeat("ab", 32)+"\n"), 0o600))
		old, err := crypt.New(master)
		must(t, err)
		before := company(t, d, old, orgA)
		wrapped, subject, err := before.NewSubject(who)
		must(t, err)
		value := subject.Seal(place, "13800138000")
		k := process(t, d, dir, crypt.SM4)
		if !bytes.Equal(k.Derive("cursor"), old.Derive("cursor")) {
			t.Error("another derived key")
		}
		prints, err := k.Fingerprints(t.Context())
		must(t, err)
		if want, err := old.Fingerprints(t.Context()); err != nil || prints[0] != want[0] {
			t.Errorf("fingerprint %v, want %v", prints, want)
		}
		_, err = k.RotateMaster(t.Context(), d)
		must(t, err)
		must(t, k.RotateCompanies(t.Context(), d, []id.ID{orgA}))
		must(t, k.Retire(t.Context(), d, 1))
		k = process(t, d, dir, crypt.AES)
		if !bytes.Equal(k.Derive("cursor"), old.Derive("cursor")) {
			t.Error("another derived key after rotation")
		}
		after := company(t, d, k, orgA)
		again, err := after.Rewrap(who, wrapped)
		must(t, err)
		for _, w := range [][]byte{wrapped, again} {
			s, err := after.Subject(who, w)
			must(t, err)
			if got, err := s.Open(place, value); err != nil || got != "13800138000" {
				t.Errorf("Open = %q, %v", got, err)
			}
		}
		if !bytes.Equal(after.MAC("audit", []byte("x")), before.MAC("audit", []byte("x"))) {
			t.Error("another MAC")
		}
	})
}

func TestAnInterruptedRotationIsFinished(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		device := crypttest.New()
		k, err := crypt.Open(t.Context(), device, crypt.AES, d)
		must(t, err)
		for n := range 5 {
			company(t, d, k, id.ID{15: byte(n + 1)})
		}
		device.AwayAfter(3 + 2*2) // the generation is made, two of six keys are wrapped
		if _, err := k.RotateMaster(t.Context(), d); !errors.Is(err, crypt.ErrMasterAway) {
			t.Fatalf("not interrupted: %v", err)
		}
		device.Away(false)
		if err := k.Retire(t.Context(), d, 1); !errors.Is(err, crypt.ErrNeeded) {
			t.Errorf("retired in the middle: %v", err)
		}
		r, err := k.RotateMaster(t.Context(), d)
		must(t, err)
		if !r.Resumed || r.Generation != 2 || r.Wrapped != 4 {
			t.Errorf("resumed as %+v", r)
		}
		all, err := k.List(t.Context(), d)
		must(t, err)
		if len(all) != 2 || all[0].Wraps != 0 || all[1].Wraps != 6 {
			t.Errorf("generations %+v", all)
		}
		if err := k.Retire(t.Context(), d, 2); !errors.Is(err, crypt.ErrNewest) {
			t.Errorf("the newest retired: %v", err)
		}
		must(t, k.Retire(t.Context(), d, 1))
		must(t, k.Check(t.Context(), d))
	})
}

func TestWhatIsWrongWithAKeyIsSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		device := crypttest.New()
		k, err := crypt.Open(t.Context(), device, crypt.AES, d)
		must(t, err)
		company(t, d, k, orgA)
		company(t, d, k, orgA) // now that it is committed it is remembered
		read := func(m crypt.Master, org id.ID) error {
			return d.Read(t.Context(), func(tx *db.Tx) error { _, err := crypt.Under(m, crypt.AES).CompanyTx(tx, org); return err })
		}
		if err := read(crypttest.New(), orgA); !errors.Is(err, crypt.ErrSealed) {
			t.Errorf("another key of the same number: %v", err)
		}
		if _, err := crypt.Open(t.Context(), crypttest.New(), crypt.AES, d); !errors.Is(err, crypt.ErrSealed) {
			t.Errorf("opened under another key: %v", err)
		}
		device.Away(true)
		if err := read(device, orgA); !errors.Is(err, crypt.ErrMasterAway) {
			t.Errorf("away: %v", err)
		}
		if err := k.Check(t.Context(), d); !errors.Is(err, crypt.ErrMasterAway) {
			t.Errorf("check while away: %v", err)
		}
		if got, err := company(t, d, k, orgA).Own().Open(place, company(t, d, k, orgA).Own().Seal(place, "x")); got != "x" || err != nil {
			t.Errorf("what was opened before does not go on: %q, %v", got, err)
		}
		device.Away(false)
		must(t, d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE company_key SET master_no = 7 WHERE org_id = $1", orgA)
			return err
		}))
		if err := read(device, orgA); !errors.Is(err, crypt.ErrNoGeneration) {
			t.Errorf("a generation that is missing: %v", err)
		}
		time.Sleep(1100 * time.Millisecond) // Check remembers for a second
		if err := k.Check(t.Context(), d); !errors.Is(err, crypt.ErrNoGeneration) {
			t.Errorf("check with a generation missing: %v", err)
		}
		must(t, d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE company_key SET master_no = 1, wrapped = $2 WHERE org_id = $1", orgA, make([]byte, 61))
			return err
		}))
		if err := read(device, orgA); !errors.Is(err, crypt.ErrSealed) {
			t.Errorf("damaged: %v", err)
		}
	})
}
