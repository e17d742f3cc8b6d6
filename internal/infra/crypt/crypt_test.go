package crypt_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

var (
	orgA = id.MustParse("01900000-0000-7000-8000-00000000000a")
	orgB = id.MustParse("01900000-0000-7000-8000-00000000000b")
	who  = id.MustParse("01900000-0000-7000-8000-0000000000c1")
)

func keyring(t *testing.T) *crypt.Keyring {
	t.Helper()
	k, err := crypt.New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func company(t *testing.T, d *db.DB, k *crypt.Keyring, org id.ID) (c *crypt.Company) {
	t.Helper()
	if err := d.Write(context.Background(), func(tx *db.Tx) (err error) { c, err = k.CompanyTx(tx, org); return err }); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestASealedValueOpensOnlyInItsPlace(t *testing.T) {
	d := dbtest.Open(t, db.SQLite, nil)
	k := keyring(t)
	a, b := company(t, d, k, orgA), company(t, d, k, orgB)
	wrapped, s, err := a.NewSubject(who)
	if err != nil {
		t.Fatal(err)
	}
	place := crypt.Place{Table: "contact", Column: "value", ID: who}
	sealed := s.Seal(place, "13800138000")
	if bytes.Contains(sealed, []byte("138")) {
		t.Error("the value stands in clear")
	}
	again, err := a.Subject(who, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(place, sealed); err != nil || got != "13800138000" {
		t.Errorf("Open = %q, %v", got, err)
	}
	for name, p := range map[string]crypt.Place{
		"other column": {Table: "contact", Column: "note", ID: who}, "other table": {Table: "customer", Column: "value", ID: who},
		"other row": {Table: "contact", Column: "value", ID: orgA},
	} {
		if _, err := s.Open(p, sealed); !errors.Is(err, crypt.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.Own().Open(place, sealed); !errors.Is(err, crypt.ErrSealed) {
		t.Errorf("the company's own key: %v", err)
	}
	if _, err := b.Subject(who, wrapped); !errors.Is(err, crypt.ErrSealed) {
		t.Errorf("another company's key: %v", err)
	}
	if _, err := a.Subject(orgA, wrapped); !errors.Is(err, crypt.ErrSealed) {
		t.Errorf("another customer's key: %v", err)
	}
}

func TestAnyDamageIsNoticed(t *testing.T) {
	d := dbtest.Open(t, db.SQLite, nil)
	s := company(t, d, keyring(t), orgA).Own()
	place := crypt.Place{Table: "t", Column: "c", ID: who}
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.StringN(1, 50, -1).Draw(t, "plain")
		sealed := s.Seal(place, plain)
		if got, err := s.Open(place, sealed); err != nil || got != plain {
			t.Fatalf("Open = %q, %v", got, err)
		}
		sealed[rapid.IntRange(0, len(sealed)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if _, err := s.Open(place, sealed); !errors.Is(err, crypt.ErrSealed) {
			t.Fatalf("damage unnoticed: %v", err)
		}
	})
	if got, err := s.Open(place, s.Seal(place, "")); got != "" || err != nil {
		t.Errorf("empty: %q, %v", got, err)
	}
	for _, short := range [][]byte{{1}, {9, 9}, make([]byte, 13)} {
		if _, err := s.Open(place, short); !errors.Is(err, crypt.ErrSealed) {
			t.Errorf("%v: %v", short, err)
		}
	}
}

func TestBlindIndexesAreKeyedPerCompanyAndKind(t *testing.T) {
	d := dbtest.Open(t, db.SQLite, nil)
	k := keyring(t)
	a, b := company(t, d, k, orgA), company(t, d, k, orgB)
	x := a.Blind("phone", "13800138000")
	if !bytes.Equal(x, a.Blind("phone", "13800138000")) || len(x) != 16 {
		t.Errorf("not a stable index of 16 bytes: %x", x)
	}
	for name, other := range map[string][]byte{
		"company": b.Blind("phone", "13800138000"), "kind": a.Blind("certificate", "13800138000"), "value": a.Blind("phone", "13800138001"),
	} {
		if bytes.Equal(x, other) {
			t.Errorf("another %s gives the same index", name)
		}
	}
}

func TestCompanyKeysOutliveTheProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		before := company(t, d, keyring(t), orgA).Blind("phone", "1")
		if !bytes.Equal(before, company(t, d, keyring(t), orgA).Blind("phone", "1")) {
			t.Error("a new process made another key")
		}
		other, err := crypt.New(bytes.Repeat([]byte{8}, 32))
		if err != nil {
			t.Fatal(err)
		}
		err = d.Read(context.Background(), func(tx *db.Tx) error { _, err := other.CompanyTx(tx, orgA); return err })
		if !errors.Is(err, crypt.ErrSealed) {
			t.Errorf("another master key: %v", err)
		}
		err = d.Read(context.Background(), func(tx *db.Tx) error { _, err := keyring(t).CompanyTx(tx, orgB); return err })
		if !errors.Is(err, crypt.ErrNoKey) {
			t.Errorf("no key, read only: %v", err)
		}
	})
}

func TestOneKeyIsMadeForACompany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k, blinds, errs := keyring(t), make([][]byte, 8), make([]error, 8)
		var wg sync.WaitGroup
		for i := range blinds {
			wg.Go(func() {
				errs[i] = d.Write(context.Background(), func(tx *db.Tx) error {
					c, err := k.CompanyTx(tx, orgA)
					if err == nil {
						blinds[i] = c.Blind("phone", "1")
					}
					return err
				})
			})
		}
		wg.Wait()
		for i, b := range blinds {
			if errs[i] != nil || !bytes.Equal(b, blinds[0]) {
				t.Errorf("transaction %d: %x, the first %x, %v", i, b, blinds[0], errs[i])
			}
		}
	})
}

func TestARolledBackKeyIsForgotten(t *testing.T) {
	dbtest.Each(t, rolledBack)
}

func rolledBack(t *testing.T, d *db.DB) {
	k := keyring(t)
	boom := errors.New("boom")
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		if _, err := k.CompanyTx(tx, orgA); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	err = d.Write(context.Background(), func(tx *db.Tx) error {
		for range 3 { // as a use case does that makes, audits and indexes
			if _, err := k.CompanyTx(tx, orgA); err != nil {
				return err
			}
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	kept := company(t, d, k, orgA).Blind("phone", "1")
	if !bytes.Equal(kept, company(t, d, keyring(t), orgA).Blind("phone", "1")) {
		t.Error("the keyring kept a key that was rolled back")
	}
}

func TestAShortMasterKeyIsRefused(t *testing.T) {
	if _, err := crypt.New([]byte("short")); err == nil {
		t.Error("a short master key accepted")
	}
}

func BenchmarkSealContact(b *testing.B) {
	d := dbtest.Open(b, db.SQLite, nil)
	k, err := crypt.New(make([]byte, 32))
	if err != nil {
		b.Fatal(err)
	}
	var c *crypt.Company
	if err := d.Write(context.Background(), func(tx *db.Tx) (err error) { c, err = k.CompanyTx(tx, orgA); return err }); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		_, s, err := c.NewSubject(who)
		if err != nil {
			b.Fatal(err)
		}
		s.Seal(crypt.Place{Table: "contact", Column: "value", ID: who}, "13800138000")
		c.Blind("phone", "13800138000")
		c.Blind("phone_tail", "8000")
	}
}
