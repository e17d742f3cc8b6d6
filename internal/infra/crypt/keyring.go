package crypt

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Keyring opens company keys. It is safe for concurrent use.
type Keyring struct {
	master    Master
	cipher    Cipher
	root      []byte
	mu        sync.RWMutex
	companies map[id.ID]*Company
	looking   sync.Mutex // one looks on another connection
	check     struct {
		sync.Mutex
		at  time.Time
		err error
	}
}

// Under makes a keyring that opens and makes company keys under the master, and
// derives nothing.
func Under(m Master, c Cipher) *Keyring {
	return &Keyring{master: m, cipher: c, companies: map[id.ID]*Company{}}
}

// New makes a keyring under a single master key of 32 bytes that is given.
func New(master []byte) (*Keyring, error) {
	k, err := newKey(master)
	if err != nil {
		return nil, err
	}
	ring := Under(held{AES, []numberedKey{{1, k}}}, AES)
	ring.root = k.raw
	return ring, nil
}

// root stands for what is derived among the companies' keys, so that it outlives
// every change of the master key.
var root = id.MustParse("00000000-0000-7000-8000-000000000002")

// Open makes the keyring of a database.
func Open(ctx context.Context, m Master, c Cipher, d *db.DB) (*Keyring, error) {
	k := Under(m, c)
	rows, err := rootKeys(ctx, d)
	if err == nil && len(rows) == 0 {
		if err = d.Write(ctx, k.makeRootTx); err == nil {
			rows, err = rootKeys(ctx, d)
		}
	}
	if err != nil {
		return nil, err
	}
	raw, err := k.unwrap(ctx, rows)
	if err != nil {
		return nil, err
	}
	k.root = raw[1]
	return k, nil
}

func rootKeys(ctx context.Context, d *db.DB) (rows []keyRow, err error) {
	return rows, d.Read(ctx, func(tx *db.Tx) error { rows, err = companyKeys(tx, root); return err })
}

// makeRootTx makes the root. Where there are keys already, it is the first master key
// itself: before there was a root, keys were derived from that.
func (k *Keyring) makeRootTx(tx *db.Tx) error {
	raw := randomKey()
	used, err := anyKey(tx)
	if err != nil {
		return err
	}
	if first, has := k.master.(interface{ first() ([]byte, error) }); has && used {
		if raw, err = first.first(); err != nil {
			return err
		}
	}
	_, err = k.insertTx(tx, root, 1, raw)
	return err
}

// Derive makes a key of 32 bytes for a use that has nothing to do with sealing,
// such as signing page cursors. It stays the same when keys are rotated.
func (k *Keyring) Derive(use string) []byte {
	if k.root == nil {
		panic("crypt: derived from a keyring without its database")
	}
	return derive(k.root, use)
}

// House seals what belongs to no company, such as the second factors of users. Its key
// stays the same when keys are rotated.
func (k *Keyring) House() *Subject {
	key, err := newKey(k.Derive("house"))
	if err != nil {
		panic(err) // only for keys of another length
	}
	return &Subject{cipher: k.cipher, keys: key}
}

// Fingerprints name the generations of the master key without telling anything of
// them, the newest last.
func (k *Keyring) Fingerprints(ctx context.Context) ([]string, error) {
	generations, err := k.master.Generations(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]string, len(generations))
	for i, g := range generations {
		all[i] = g.Fingerprint
	}
	return all, nil
}

func keyPlace(org id.ID, number int) Place {
	if number == 1 {
		return Place{"company_key", "wrapped", org}
	}
	return Place{"company_key", fmt.Sprint("wrapped ", number), org}
}

// insertTx wraps a key by the newest generation and keeps it. It waits for others that
// make keys, rotate or retire the master. made is false when there is such a key.
func (k *Keyring) insertTx(tx *db.Tx, org id.ID, number int, raw []byte) (made bool, err error) {
	if err := lockKeys(tx); err != nil {
		return false, errors.Join(ErrNoKey, err)
	}
	newest, err := newest(tx.Context(), k.master)
	if err != nil {
		return false, err
	}
	wrapped, err := k.master.Wrap(tx.Context(), newest, raw, associated(org, keyPlace(org, number)))
	if err != nil {
		return false, err
	}
	return insertKey(tx, keyRow{org, number, newest, wrapped})
}

// unwrap gives the rows' keys by number.
func (k *Keyring) unwrap(ctx context.Context, rows []keyRow) (map[int][]byte, error) {
	raw := make(map[int][]byte, len(rows))
	for _, r := range rows {
		plain, err := k.master.Unwrap(ctx, r.MasterNo, r.Wrapped, associated(r.OrgID, keyPlace(r.OrgID, r.KeyNo)))
		if err != nil {
			return nil, fmt.Errorf("key %d of company %s, wrapped by master key %d: %w", r.KeyNo, r.OrgID, r.MasterNo, err)
		}
		raw[r.KeyNo] = plain
	}
	return raw, nil
}

// checkEvery is how often Check really asks the master.
const checkEvery = time.Second

// Check tells whether the master answers and has all generations that are needed.
// Errors: ErrNoGeneration, ErrMasterAway.
func (k *Keyring) Check(ctx context.Context, d *db.DB) error {
	k.check.Lock()
	defer k.check.Unlock()
	if time.Since(k.check.at) >= checkEvery {
		k.check.err = k.probe(ctx, d)
		k.check.at = time.Now()
	}
	return k.check.err
}

func (k *Keyring) probe(ctx context.Context, d *db.DB) error {
	generations, err := k.master.Generations(ctx)
	if err != nil {
		return err
	}
	there := map[int]bool{}
	for _, g := range generations {
		there[g.Number] = true
	}
	needed, err := neededBy(ctx, d)
	if err != nil {
		return err
	}
	for number := range needed {
		if !there[number] {
			return ErrNoGeneration.With("number", number)
		}
	}
	rows, err := rootKeys(ctx, d)
	if err == nil {
		_, err = k.unwrap(ctx, rows)
	}
	return err
}
