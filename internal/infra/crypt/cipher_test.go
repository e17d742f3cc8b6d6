package crypt

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"errors"
	"testing"
)

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// NIST SP 800-38D's test case 16 and RFC 8998, A.1.
func TestPublishedVectors(t *testing.T) {
	k, err := newKey(unhex(t, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]struct {
		aead                          cipher.AEAD
		nonce, plain, associated, out string
	}{
		"AES-256-GCM": {k.aead(AES), "cafebabefacedbaddecaf888",
			"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
			"feedfacedeadbeeffeedfacedeadbeefabaddad2",
			"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662" +
				"76fc6ece0f4e1768cddf8853bb2d551b"},
		"SM4-GCM": {sm4GCM(unhex(t, "0123456789abcdeffedcba9876543210")), "00001234567800000000abcd",
			"aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
			"feedfacedeadbeeffeedfacedeadbeefabaddad2",
			"17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
				"83de3541e4c2b58177e065a9bf7b62ec"},
	} {
		got := v.aead.Seal(nil, unhex(t, v.nonce), unhex(t, v.plain), unhex(t, v.associated))
		if hex.EncodeToString(got) != v.out {
			t.Errorf("%s: %x", name, got)
		}
		plain, err := v.aead.Open(nil, unhex(t, v.nonce), unhex(t, v.out), unhex(t, v.associated))
		if err != nil || hex.EncodeToString(plain) != v.plain {
			t.Errorf("%s opened: %x, %v", name, plain, err)
		}
	}
}

// What the first released format says, put together here by the standard library
// alone: a change of it would make everything kept unreadable.
func TestTheFirstFormatIsReadForEver(t *testing.T) {
	raw := bytes.Repeat([]byte{7}, keySize)
	block, err := aes.NewCipher(raw)
	if err != nil {
		t.Fatal(err)
	}
	a, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	nonce := bytes.Repeat([]byte{9}, 12)
	sealed := append(append([]byte{1}, nonce...), a.Seal(nil, nonce, []byte("13800138000"), []byte("place"))...)
	k, err := newKey(raw)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := open(k, []byte("place"), sealed); err != nil || string(got) != "13800138000" {
		t.Errorf("open = %q, %v", got, err)
	}
}

// ring is numbered keys of a use.
type ring map[int]*key

func (r ring) newest() (int, *key) { return len(r), r[len(r)] }

func (r ring) numbered(number int) (*key, error) {
	if r[number] == nil {
		return nil, ErrSealed
	}
	return r[number], nil
}

func newRing(t testing.TB, n int) ring {
	t.Helper()
	r := ring{}
	for i := range n {
		k, err := newKey(bytes.Repeat([]byte{byte(i + 1)}, keySize))
		if err != nil {
			t.Fatal(err)
		}
		r[i+1] = k
	}
	return r
}

func TestBothCiphersAndAllNumbersAreRead(t *testing.T) {
	all := newRing(t, lastNumber)
	for n := 1; n <= lastNumber; n++ {
		upTo := ring{}
		for i := 1; i <= n; i++ {
			upTo[i] = all[i]
		}
		for c, first := range map[Cipher]int{AES: 2*n - 1, SM4: 2 * n} {
			sealed := seal(c, upTo, []byte("a"), []byte("plain"))
			if int(sealed[0]) != first || numberOf(sealed) != n {
				t.Errorf("%s by key %d begins with %d, number %d", c, n, sealed[0], numberOf(sealed))
			}
			if got, err := open(all, []byte("a"), sealed); err != nil || string(got) != "plain" {
				t.Errorf("%s by key %d: %q, %v", c, n, got, err)
			}
			sealed[0]++
			if _, err := open(all, []byte("a"), sealed); !errors.Is(err, ErrSealed) {
				t.Errorf("%s by key %d under another header: %v", c, n, err)
			}
		}
	}
}

func FuzzOpen(f *testing.F) {
	r := newRing(f, 3)
	for _, c := range []Cipher{AES, SM4} {
		f.Add(seal(c, r, []byte("a"), []byte("plain")))
		f.Add(seal(c, r[1], []byte("a"), nil))
	}
	f.Add([]byte{})
	f.Add([]byte{0})
	f.Add(bytes.Repeat([]byte{255}, 40))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		plain, err := open(r, []byte("a"), sealed)
		if err != nil {
			if !errors.Is(err, ErrSealed) {
				t.Errorf("%x: %v", sealed, err)
			}
			return
		}
		if len(plain) != len(sealed)-1-nonceSize-16 {
			t.Errorf("%x opened as %x", sealed, plain)
		}
		if _, err := open(r, []byte("b"), sealed); !errors.Is(err, ErrSealed) {
			t.Errorf("%x opens elsewhere: %v", sealed, err)
		}
	})
}

func BenchmarkSealOpen(b *testing.B) {
	k, err := newKey(bytes.Repeat([]byte{1}, keySize))
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []Cipher{AES, SM4} {
		for name, size := range map[string]int{"column": 100, "piece": 64 << 10} {
			plain := make([]byte, size)
			sealed := seal(c, k, []byte("a"), plain)
			b.Run(string(c)+"/seal/"+name, func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					seal(c, k, []byte("a"), plain)
				}
			})
			b.Run(string(c)+"/open/"+name, func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					if _, err := open(k, []byte("a"), sealed); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
