package sheet

import (
	"bytes"
	"encoding/binary"

	"github.com/klauspost/compress/s2"
)

// stringTable holds the shared strings of a workbook in compressed blocks: a
// sheet of a million rows has millions of them. Rows mostly name strings one
// after another, so that the last blocks unpacked serve nearly all.
type stringTable struct {
	blocks [][]byte
	open   []byte // the block being filled: each string behind its length
	packed []byte // room for packing
	count  int
	cache  [cachedBlocks]cachedBlock
}

type cachedBlock struct {
	number int // from 1; 0 is none
	texts  []string
}

const (
	blockStrings = 256
	cachedBlocks = 64
)

func (t *stringTable) add(s []byte) {
	t.open = binary.AppendUvarint(t.open, uint64(len(s)))
	t.open = append(t.open, s...)
	if t.count++; t.count%blockStrings == 0 {
		t.seal()
	}
}

// seal ends the block being filled.
func (t *stringTable) seal() {
	if len(t.open) > 0 {
		t.packed = s2.EncodeBetter(t.packed[:cap(t.packed)], t.open)
		t.blocks, t.open = append(t.blocks, bytes.Clone(t.packed)), t.open[:0]
	}
}

// get gives string i; ok is false when there is none.
func (t *stringTable) get(i int) (s string, ok bool) {
	if i < 0 || i >= t.count {
		return "", false
	}
	slot := &t.cache[i/blockStrings%cachedBlocks]
	if slot.number != i/blockStrings+1 {
		slot.number, slot.texts = i/blockStrings+1, t.unpack(i/blockStrings)
	}
	return slot.texts[i%blockStrings], true
}

func (t *stringTable) unpack(block int) (texts []string) {
	raw, err := s2.Decode(nil, t.blocks[block])
	if err != nil {
		panic(err) // packed by seal
	}
	all := string(raw)
	for at := 0; at < len(raw); {
		n, used := binary.Uvarint(raw[at:])
		at += used
		texts = append(texts, all[at:at+int(n)])
		at += int(n)
	}
	return texts
}
