// Package crypt seals confidential columns and files, and makes the blind
// indexes by which a sealed value is found.
//
// Keys stand in three tiers. The master key (a file, the environment or a device,
// outside the database) wraps the keys of each company; the newest company key
// wraps one data key per customer, which seals that customer's columns. Destroying a
// data key erases what it sealed, in backups too. Blind indexes are keyed per
// company, so that equal values of two companies cannot be matched.
//
// Master and company keys are numbered and can be rotated while everything runs; what
// an older one sealed stays readable. Blind indexes and MACs stay those of a company's
// key 1: with another key every index would have to be made anew, for which every value
// must be opened, and every entry of the audit log be signed again, which is what the
// log must never allow. They hold hashes under a key that stays secret, no values.
//
// Owns: the master key file, the table company_key, the sealed format.
// Does not own: which columns are sealed; that is the modules' business.
package crypt

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
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

func derive(key []byte, use string) []byte {
	d, err := hkdf.Key(sha256.New, key, nil, "zhiyin "+use, keySize)
	if err != nil {
		panic(err) // only for lengths beyond 8160 bytes
	}
	return d
}

// Own seals what belongs to the company itself rather than to one customer.
func (c *Company) Own() *Subject { return c.own }

// dataKey is what a customer's wrapped data key is bound to.
func (c *Company) dataKey(customer id.ID) []byte {
	return associated(c.org, Place{"customer", "data_key", customer})
}

// NewSubject makes a data key for the customer and wraps it for keeping.
func (c *Company) NewSubject(customer id.ID) (wrapped []byte, s *Subject, err error) {
	raw := randomKey()
	k, err := newKey(raw)
	if err != nil {
		return nil, nil, err
	}
	return seal(c.cipher, wrapKeys{c}, c.dataKey(customer), raw), &Subject{c.org, c.cipher, k}, nil
}

// Subject opens a customer's data key.
func (c *Company) Subject(customer id.ID, wrapped []byte) (*Subject, error) {
	raw, err := open(wrapKeys{c}, c.dataKey(customer), wrapped)
	if err != nil {
		return nil, fmt.Errorf("data key of customer %s: %w", customer, err)
	}
	k, err := newKey(raw)
	if err != nil {
		return nil, err
	}
	return &Subject{c.org, c.cipher, k}, nil
}

// Rewrap wraps a customer's data key by the company's newest key.
func (c *Company) Rewrap(customer id.ID, wrapped []byte) ([]byte, error) {
	raw, err := open(wrapKeys{c}, c.dataKey(customer), wrapped)
	if err != nil {
		return nil, fmt.Errorf("data key of customer %s: %w", customer, err)
	}
	return seal(c.cipher, wrapKeys{c}, c.dataKey(customer), raw), nil
}

// NewestMarks are the first bytes of what the company's newest key has wrapped, by
// either cipher.
func (c *Company) NewestMarks() (a, b []byte) {
	number, _ := wrapKeys{c}.newest()
	return []byte{byte(2*number - 1)}, []byte{byte(2 * number)}
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
	org    id.ID
	cipher Cipher
	keys   keys
}

// Seal encrypts for one place. Empty stays empty, so that an absent value needs
// no key.
func (s *Subject) Seal(p Place, plain string) []byte {
	if plain == "" {
		return []byte{}
	}
	return s.SealBytes(p, []byte(plain))
}

// Open decrypts what Seal made for the same place.
func (s *Subject) Open(p Place, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	b, err := s.OpenBytes(p, sealed)
	return string(b), err
}

// SealBytes is Seal for pieces of files; an empty piece is sealed too.
func (s *Subject) SealBytes(p Place, plain []byte) []byte {
	return seal(s.cipher, s.keys, associated(s.org, p), plain)
}

// OpenBytes decrypts what SealBytes made for the same place.
func (s *Subject) OpenBytes(p Place, sealed []byte) ([]byte, error) {
	return open(s.keys, associated(s.org, p), sealed)
}
