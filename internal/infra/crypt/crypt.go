// Package crypt seals confidential columns and files, and makes the blind
// indexes by which a sealed value is found.
//
// Keys stand in three tiers. The master key (a file outside the database)
// wraps one key per company; the company key wraps one data key per customer,
// which seals that customer's columns. Destroying a data key erases what it
// sealed, in backups too. Blind indexes are keyed per company, so that equal
// values of two companies cannot be matched.
//
// Owns: the master key file, the table company_key, the sealed format.
// Does not own: which columns are sealed; that is the modules' business.
package crypt

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const (
	keySize = 32
	// formatAES is the first byte of everything sealed: AES-256-GCM, then a
	// random 12-byte nonce, then the ciphertext with its tag.
	formatAES = 1
	nonceSize = 12
)

var (
	// ErrSealed: the bytes were not sealed by this key in this place.
	ErrSealed = errors.New("crypt: cannot open: wrong key, wrong place or damaged")
	// ErrNoKey: the company has no key yet and the transaction only reads.
	ErrNoKey = errors.New("crypt: the company has no key")
)

// Place is where a sealed value stands. It is bound to it: moved to another
// row or column the value cannot be opened.
type Place struct {
	Table, Column string
	ID            id.ID
}

// Keyring opens company keys. It is safe for concurrent use.
type Keyring struct {
	master    cipher.AEAD
	secret    []byte
	mu        sync.RWMutex
	companies map[id.ID]*Company
}

// New makes a keyring under a master key of 32 bytes.
func New(master []byte) (*Keyring, error) {
	a, err := aead(master)
	if err != nil {
		return nil, err
	}
	return &Keyring{master: a, secret: bytes.Clone(master), companies: map[id.ID]*Company{}}, nil
}

// Derive makes a key of 32 bytes for a use that has nothing to do with sealing,
// such as signing page cursors.
func (k *Keyring) Derive(use string) []byte { return derive(k.secret, use) }

func derive(key []byte, use string) []byte {
	d, err := hkdf.Key(sha256.New, key, nil, "zhiyin "+use, keySize)
	if err != nil {
		panic(err) // only for lengths beyond 8160 bytes
	}
	return d
}

// CompanyTx gives the company's keys, made in tx when there are none yet.
func (k *Keyring) CompanyTx(tx *db.Tx, org id.ID) (*Company, error) {
	k.mu.RLock()
	c := k.companies[org]
	k.mu.RUnlock()
	if c != nil {
		return c, nil
	}
	wrapped, found, err := companyKey(tx, org)
	if err != nil {
		return nil, err
	}
	place := Place{"company_key", "wrapped", org}
	if !found {
		if c, err := k.makeTx(tx, org, place); c != nil || err != nil {
			return c, err
		}
		if wrapped, _, err = companyKey(tx, org); err != nil {
			return nil, err
		}
	}
	key, err := open(k.master, org, place, wrapped)
	if err != nil {
		return nil, fmt.Errorf("key of company %s: %w", org, err)
	}
	if c, err = newCompany(org, key); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.companies[org] = c
	return c, nil
}

// makeTx makes a key, unless another transaction has made one meanwhile: then
// there is no company and no error. The new key is not remembered: the
// transaction may yet be rolled back.
func (k *Keyring) makeTx(tx *db.Tx, org id.ID, place Place) (*Company, error) {
	key := random(keySize)
	made, err := insertCompanyKey(tx, org, seal(k.master, org, place, key))
	switch {
	case err != nil:
		return nil, errors.Join(ErrNoKey, err)
	case !made:
		return nil, nil
	}
	return newCompany(org, key)
}

// Company holds a company's keys.
type Company struct {
	org   id.ID
	wrap  cipher.AEAD
	blind []byte
	mac   []byte
	own   *Subject
}

func newCompany(org id.ID, key []byte) (*Company, error) {
	wrap, err := aead(derive(key, "wrap"))
	if err != nil {
		return nil, err
	}
	own, err := aead(derive(key, "own"))
	if err != nil {
		return nil, err
	}
	return &Company{org: org, wrap: wrap, blind: derive(key, "blind"), mac: derive(key, "mac"), own: &Subject{org, own}}, nil
}

// Own seals what belongs to the company itself rather than to one customer.
func (c *Company) Own() *Subject { return c.own }

// NewSubject makes a data key for the customer and wraps it for keeping.
func (c *Company) NewSubject(customer id.ID) (wrapped []byte, s *Subject, err error) {
	key := random(keySize)
	a, err := aead(key)
	if err != nil {
		return nil, nil, err
	}
	return seal(c.wrap, c.org, Place{"customer", "data_key", customer}, key), &Subject{c.org, a}, nil
}

// Subject opens a customer's data key.
func (c *Company) Subject(customer id.ID, wrapped []byte) (*Subject, error) {
	key, err := open(c.wrap, c.org, Place{"customer", "data_key", customer}, wrapped)
	if err != nil {
		return nil, fmt.Errorf("data key of customer %s: %w", customer, err)
	}
	a, err := aead(key)
	if err != nil {
		return nil, err
	}
	return &Subject{c.org, a}, nil
}

// Blind is the 16-byte index of a normalised value. The kind ("phone",
// "phone_tail", "certificate") keeps equal texts of different meaning apart.
func (c *Company) Blind(kind, value string) []byte {
	return digest(c.blind, kind, []byte(value))[:16]
}

// MAC authenticates bytes under the company's key, 32 bytes.
func (c *Company) MAC(kind string, message []byte) []byte { return digest(c.mac, kind, message) }

func digest(key []byte, kind string, message []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write(message)
	return h.Sum(nil)
}

// Subject seals the columns of one customer, or of the company itself.
type Subject struct {
	org  id.ID
	aead cipher.AEAD
}

// Seal encrypts for one place. Empty stays empty, so that an absent value needs
// no key.
func (s *Subject) Seal(p Place, plain string) []byte {
	if plain == "" {
		return []byte{}
	}
	return seal(s.aead, s.org, p, []byte(plain))
}

// Open decrypts what Seal made for the same place.
func (s *Subject) Open(p Place, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	b, err := open(s.aead, s.org, p, sealed)
	return string(b), err
}

// SealBytes is Seal for pieces of files; an empty piece is sealed too.
func (s *Subject) SealBytes(p Place, plain []byte) []byte { return seal(s.aead, s.org, p, plain) }

// OpenBytes decrypts what SealBytes made for the same place.
func (s *Subject) OpenBytes(p Place, sealed []byte) ([]byte, error) {
	return open(s.aead, s.org, p, sealed)
}

func aead(key []byte) (cipher.AEAD, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("crypt: key of %d bytes, want %d", len(key), keySize)
	}
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}

func seal(a cipher.AEAD, org id.ID, p Place, plain []byte) []byte {
	out := make([]byte, 1+nonceSize, 1+nonceSize+len(plain)+a.Overhead())
	out[0] = formatAES
	rand.Read(out[1:])
	return a.Seal(out, out[1:], plain, associated(org, p))
}

func open(a cipher.AEAD, org id.ID, p Place, sealed []byte) ([]byte, error) {
	if len(sealed) < 1+nonceSize || sealed[0] != formatAES {
		return nil, ErrSealed
	}
	plain, err := a.Open(nil, sealed[1:1+nonceSize], sealed[1+nonceSize:], associated(org, p))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

func associated(org id.ID, p Place) []byte {
	b := make([]byte, 0, 34+len(p.Table)+len(p.Column))
	b = append(b, org[:]...)
	b = append(b, p.ID[:]...)
	b = append(b, p.Table...)
	b = append(b, '.')
	return append(b, p.Column...)
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
