package audit

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Link holds an entry in the chain of its company. Its hash is keyed, so that who
// can write the database but has no key cannot mend a chain he broke.
type Link struct {
	OrgID   id.ID  `db:"org_id"`
	Number  int64  `db:"number"`
	EntryID id.ID  `db:"entry_id"`
	Hash    []byte `db:"hash"`
}

// genesis is the hash before the first link.
func genesis(company *crypt.Company) []byte { return company.MAC("audit chain", nil) }

// linkHash covers the hash before, the number and the entry, all of it by its MAC.
func linkHash(company *crypt.Company, before []byte, number int64, entry id.ID, mac []byte) []byte {
	b := make([]byte, 0, 2*32+8+16)
	b = append(b, before...)
	b = binary.BigEndian.AppendUint64(b, uint64(number))
	b = append(b, entry[:]...)
	b = append(b, mac...)
	return company.MAC("audit chain", b)
}

// HeadKind tells what a head says.
type HeadKind string

// The kinds of heads.
const (
	// Tip: the chain had this hash at this number.
	Tip HeadKind = "head"
	// Checkpoint: and the entries up to it were removed by the rule of retention.
	Checkpoint HeadKind = "checkpoint"
)

// Head is a signed statement about a chain. One that was noted elsewhere shows
// later whether the chain still holds what it held then.
type Head struct {
	OrgID     id.ID        `db:"org_id" json:"org_id"`
	Number    int64        `db:"number" json:"number"`
	Kind      HeadKind     `db:"kind" json:"kind" enum:"head,checkpoint"`
	Hash      Hex          `db:"hash" json:"hash"`
	At        when.Instant `db:"at" json:"at"`
	Signature Hex          `db:"signature" json:"signature"`
}

// Hex are bytes that people compare: hexadecimal digits in JSON.
type Hex []byte

// MarshalText writes hexadecimal digits.
func (h Hex) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h), nil }

// UnmarshalText reads them.
func (h *Hex) UnmarshalText(text []byte) (err error) {
	*h, err = hex.AppendDecode(nil, text)
	return err
}

func (h Hex) String() string { return hex.EncodeToString(h) }

// message is what the signature covers.
func (h Head) message() []byte {
	b := []byte("zhiyin audit " + string(h.Kind) + "\x00")
	b = append(b, h.OrgID[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.Number))
	b = binary.BigEndian.AppendUint64(b, uint64(h.At))
	return append(b, h.Hash...)
}

func (h Head) signed(key ed25519.PrivateKey) Head {
	h.Signature = ed25519.Sign(key, h.message())
	return h
}

// Genuine tells whether the installation with this public key signed the head.
func (h Head) Genuine(key ed25519.PublicKey) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, h.message(), h.Signature)
}

// signUse names the signing key among those of the installation.
const signUse = "audit"

// publicKeyTx is the public half of the signing key; empty before the first
// signature.
func (l *Log) publicKeyTx(tx *db.Tx) (ed25519.PublicKey, error) {
	key, err := l.keys.SignerTx(tx, signUse)
	if errors.Is(err, crypt.ErrNoKey) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return key.Public().(ed25519.PublicKey), nil
}
