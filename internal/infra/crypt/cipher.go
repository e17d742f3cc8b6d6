package crypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"sync"

	"github.com/emmansun/gmsm/sm4"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// Cipher says what new values are sealed with. What either has sealed is opened
// always.
type Cipher string

// The ciphers.
const (
	AES Cipher = "aes" // AES-256-GCM
	SM4 Cipher = "sm4" // SM4-GCM (GB/T 32907, RFC 8998), where Chinese cryptography is required
)

// ErrCipher: there is no such cipher; Params["cipher"].
var ErrCipher = fault.New(fault.Invalid, "keys.no_cipher")

// ParseCipher reads a setting; none is AES. Error: ErrCipher.
func ParseCipher(name string) (Cipher, error) {
	switch c := Cipher(name); c {
	case "":
		return AES, nil
	case AES, SM4:
		return c, nil
	}
	return "", ErrCipher.With("cipher", name)
}

const (
	keySize   = 32
	nonceSize = 12
	// lastNumber is the greatest key number that the first byte can name.
	lastNumber = 127
)

// key is 32 random bytes and the ciphers made of them.
type key struct {
	raw []byte
	aes cipher.AEAD
	sm4 func() cipher.AEAD // made when first needed
}

func newKey(raw []byte) (*key, error) {
	if len(raw) != keySize {
		return nil, fmt.Errorf("crypt: key of %d bytes, want %d", len(raw), keySize)
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, err
	}
	a, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &key{raw, a, sync.OnceValue(func() cipher.AEAD { return sm4GCM(derive(raw, "sm4")[:sm4.BlockSize]) })}, nil
}

func sm4GCM(raw []byte) cipher.AEAD {
	block, err := sm4.NewCipher(raw)
	if err != nil {
		panic(err) // only for other lengths than 16 bytes
	}
	a, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only for other block sizes than 16 bytes
	}
	return a
}

func (k *key) aead(c Cipher) cipher.AEAD {
	if c == SM4 {
		return k.sm4()
	}
	return k.aes
}

// A key that stands alone has number 1.
func (k *key) newest() (int, *key) { return 1, k }

func (k *key) numbered(number int) (*key, error) {
	if number != 1 {
		return nil, ErrSealed
	}
	return k, nil
}

// keys are the numbered keys of one use: the newest seals, any opens.
type keys interface {
	newest() (number int, k *key)
	numbered(number int) (*key, error)
}

// seal begins with a byte that names cipher and key number (1 and 2 are AES and SM4
// by key 1, 3 and 4 by key 2, …), then come a random 12-byte nonce and the
// ciphertext with its tag.
func seal(c Cipher, ks keys, associated, plain []byte) []byte {
	number, k := ks.newest()
	a := k.aead(c)
	out := make([]byte, 1+nonceSize, 1+nonceSize+len(plain)+a.Overhead())
	out[0] = byte(2*number - 1)
	if c == SM4 {
		out[0]++
	}
	rand.Read(out[1:])
	return a.Seal(out, out[1:], plain, associated)
}

func open(ks keys, associated, sealed []byte) ([]byte, error) {
	if len(sealed) < 1+nonceSize || sealed[0] == 0 {
		return nil, ErrSealed
	}
	k, err := ks.numbered(numberOf(sealed))
	if err != nil {
		return nil, err
	}
	c := AES
	if sealed[0]%2 == 0 {
		c = SM4
	}
	plain, err := k.aead(c).Open(nil, sealed[1:1+nonceSize], sealed[1+nonceSize:], associated)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// numberOf is the key number that something sealed names.
func numberOf(sealed []byte) int { return (int(sealed[0]) + 1) / 2 }

func associated(org id.ID, p Place) []byte {
	b := make([]byte, 0, 34+len(p.Table)+len(p.Column))
	b = append(b, org[:]...)
	b = append(b, p.ID[:]...)
	b = append(b, p.Table...)
	b = append(b, '.')
	return append(b, p.Column...)
}

// randomKey makes the bytes of a key.
func randomKey() []byte {
	b := make([]byte, keySize)
	rand.Read(b)
	return b
}
