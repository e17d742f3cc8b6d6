package crypt

import (
	"sync/atomic"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Company holds a company's keys. It learns of newer ones while it is held.
type Company struct {
	org        id.ID
	cipher     Cipher
	blind, mac []byte // of key 1, for ever
	set        atomic.Pointer[keyset]
	own        *Subject
	learn      func() error // reads what keys there are now
	looked     atomic.Int64 // when that was last done, in ns
}

// keyset is the company's keys by number.
type keyset struct {
	newest    int
	wrap, own map[int]*key
}

// newCompany is of the raw keys by number, with key 1 among them.
func (k *Keyring) newCompany(d *db.DB, org id.ID, raw map[int][]byte) (*Company, error) {
	if raw[1] == nil {
		return nil, ErrSealed
	}
	c := &Company{org: org, cipher: k.cipher, blind: derive(raw[1], "blind"), mac: derive(raw[1], "mac")}
	c.own = &Subject{org, k.cipher, ownKeys{c}}
	c.learn = func() error {
		k.looking.Lock()
		defer k.looking.Unlock()
		return k.learn(d, c)
	}
	c.looked.Store(time.Now().UnixNano())
	c.set.Store(&keyset{})
	return c, c.add(raw)
}

// add puts keys to those that are known.
func (c *Company) add(raw map[int][]byte) error {
	known := c.set.Load()
	s := &keyset{known.newest, map[int]*key{}, map[int]*key{}}
	for number, k := range known.wrap {
		s.wrap[number], s.own[number] = k, known.own[number]
	}
	for number, r := range raw {
		wrap, err := newKey(derive(r, "wrap"))
		if err != nil {
			return err
		}
		own, err := newKey(derive(r, "own"))
		if err != nil {
			return err
		}
		s.wrap[number], s.own[number], s.newest = wrap, own, max(s.newest, number)
	}
	c.set.Store(s)
	return nil
}

// find gives a key by number, read from the database when another process has made
// it a moment ago.
func (c *Company) find(of func(*keyset) map[int]*key, number int) (*key, error) {
	if k := of(c.set.Load())[number]; k != nil {
		return k, nil
	}
	if err := c.learn(); err != nil {
		return nil, err
	}
	if k := of(c.set.Load())[number]; k != nil {
		return k, nil
	}
	return nil, ErrSealed
}

func wrapOf(s *keyset) map[int]*key { return s.wrap }
func ownOf(s *keyset) map[int]*key  { return s.own }

// wrapKeys wrap customers' data keys.
type wrapKeys struct{ *Company }

func (w wrapKeys) newest() (int, *key) { s := w.set.Load(); return s.newest, s.wrap[s.newest] }

func (w wrapKeys) numbered(number int) (*key, error) { return w.find(wrapOf, number) }

// ownKeys seal what is the company's own.
type ownKeys struct{ *Company }

func (o ownKeys) newest() (int, *key) { s := o.set.Load(); return s.newest, s.own[s.newest] }

func (o ownKeys) numbered(number int) (*key, error) { return o.find(ownOf, number) }

// Refresh is how long a process may go on sealing by a key that is no longer the
// newest.
const Refresh = 5 * time.Second

// CompanyTx gives the company's keys, made in tx when there are none yet. Errors:
// ErrNoKey, ErrSealed, ErrNoGeneration, ErrMasterAway.
func (k *Keyring) CompanyTx(tx *db.Tx, org id.ID) (*Company, error) {
	k.mu.RLock()
	c := k.companies[org]
	k.mu.RUnlock()
	if c != nil {
		k.refresh(tx.DB(), c)
		return c, nil
	}
	rows, err := companyKeys(tx, org)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		raw, err := k.makeTx(tx, org)
		if err != nil {
			return nil, err
		}
		if raw != nil {
			return k.newCompany(tx.DB(), org, map[int][]byte{1: raw}) // not remembered: it may yet be rolled back
		}
		if rows, err = companyKeys(tx, org); err != nil { // another transaction was faster
			return nil, err
		}
	}
	raw, err := k.unwrap(tx.Context(), rows)
	if err != nil {
		return nil, err
	}
	if c, err = k.newCompany(tx.DB(), org, raw); err != nil {
		return nil, err
	}
	return k.remember(tx.DB(), c, rows), nil
}

// makeTx makes the first key, unless another transaction has made one meanwhile:
// then there is none.
func (k *Keyring) makeTx(tx *db.Tx, org id.ID) ([]byte, error) {
	raw := randomKey()
	made, err := k.insertTx(tx, org, 1, raw)
	if err != nil || !made {
		return nil, err
	}
	return raw, nil
}

// remember keeps a company for later transactions, if its first key is committed: the
// one who made it, or another of the same commit, may yet be rolled back. It looks on
// another connection, and never are two looking, so that they cannot wait for each
// other's connections.
func (k *Keyring) remember(d *db.DB, c *Company, rows []keyRow) *Company {
	if !k.looking.TryLock() {
		return c
	}
	defer k.looking.Unlock()
	committed, err := committedKeys(d, c.org)
	if err != nil || len(committed) == 0 || string(committed[0].Wrapped) != string(rows[0].Wrapped) {
		return c
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if before := k.companies[c.org]; before != nil {
		return before
	}
	k.companies[c.org] = c
	return c
}

// refresh looks now and then whether the company has a newer key. When that fails,
// those known go on.
func (k *Keyring) refresh(d *db.DB, c *Company) {
	if time.Now().UnixNano()-c.looked.Load() < int64(Refresh) || !k.looking.TryLock() {
		return
	}
	defer k.looking.Unlock()
	_ = k.learn(d, c) // Check tells
}

func (k *Keyring) learn(d *db.DB, c *Company) error {
	c.looked.Store(time.Now().UnixNano())
	rows, err := committedKeys(d, c.org)
	if err != nil {
		return err
	}
	known := c.set.Load().wrap
	var unknown []keyRow
	for _, r := range rows {
		if known[r.KeyNo] == nil {
			unknown = append(unknown, r)
		}
	}
	ctx, cancel := apart()
	defer cancel()
	raw, err := k.unwrap(ctx, unknown)
	if err != nil {
		return err
	}
	return c.add(raw)
}
