package dataimport

import (
	"github.com/cespare/xxhash/v2"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// keyIndex remembers which row of the file first took a key. It holds 64-bit
// hashes: of four million keys two would be taken for one once in two million
// files, and then a row is refused and can be sent again alone.
type keyIndex struct{ rows map[uint64]firstRow }

// firstRow is where a key was taken, and by whom.
type firstRow struct {
	row  int32
	name uint32 // hash of the customer's folded name
}

func newKeyIndex() *keyIndex { return &keyIndex{rows: map[uint64]firstRow{}} }

// The kinds of keys.
const (
	keyCustomerNo  = 'n'
	keyCertificate = 'c'
	keyAccount     = 'a'
	keyMeter       = 'm'
	keyContact     = 'k'
	keyOwner       = 'o'
)

func keyHash(kind byte, key string) uint64 {
	var d xxhash.Digest
	d.ResetWithSeed(uint64(kind))
	d.WriteString(key)
	return d.Sum64()
}

func ownerKey(i id.ID) uint64 { return keyHash(keyOwner, string(i[:])) }

func nameHash(name string) uint32 { return uint32(xxhash.Sum64String(name)) }

// keys are those a row takes when it is accepted.
func (rec *record) keys(k Kind) (keys []uint64) {
	if k == Contacts {
		return []uint64{rec.contactKey()}
	}
	if k == Customers {
		keys = rec.customerKeys()
	}
	if rec.accountNo != "" {
		keys = append(keys, keyHash(keyAccount, rec.accountNo))
	}
	if rec.meter.AssetNo != "" {
		keys = append(keys, keyHash(keyMeter, rec.meter.AssetNo))
	}
	return keys
}

// customerKeys are those of the customer alone.
func (rec *record) customerKeys() (keys []uint64) {
	if rec.customerNo != "" {
		keys = append(keys, keyHash(keyCustomerNo, rec.customerNo))
	}
	if rec.certificate != "" {
		keys = append(keys, keyHash(keyCertificate, rec.certificate))
	}
	return keys
}

func (rec *record) contactKey() uint64 {
	return keyHash(keyContact, rec.customerNo+"\x00"+rec.certificate+"\x00"+rec.accountNo+"\x00"+string(rec.contact.Kind)+"\x00"+rec.contact.Value)
}

func (x *keyIndex) add(rec *record, keys []uint64) {
	for _, key := range keys {
		if _, taken := x.rows[key]; !taken {
			x.rows[key] = firstRow{int32(rec.row), nameHash(rec.name)}
		}
	}
}
