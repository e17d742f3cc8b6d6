package survey

import (
	"encoding/binary"
	"errors"
	"math"
)

// blockRows is how many respondents a block holds: about 100 kB of answers.
const blockRows = 2000

// block is up to blockRows respondents by column, as it is sealed and stored.
type block struct {
	rows        []int // of the file
	respondents []string
	weights     []float64
	answers     [][]float64 // by item, NaN where missing
	levels      [][]int     // by attribute, 0 where empty
}

func newBlock(items, attributes int) *block {
	return &block{answers: make([][]float64, items), levels: make([][]int, attributes)}
}

func (b *block) add(r *record) {
	b.rows = append(b.rows, r.row)
	b.respondents = append(b.respondents, r.respondent)
	b.weights = append(b.weights, r.weight)
	for i, v := range r.answers {
		b.answers[i] = append(b.answers[i], v)
	}
	for i, level := range r.levels {
		b.levels[i] = append(b.levels[i], level)
	}
}

func (b *block) clear() {
	b.rows, b.respondents, b.weights = b.rows[:0], b.respondents[:0], b.weights[:0]
	for i := range b.answers {
		b.answers[i] = b.answers[i][:0]
	}
	for i := range b.levels {
		b.levels[i] = b.levels[i][:0]
	}
}

// The format of a block: version, number of rows, items and attributes; row
// numbers as steps; respondents; weights; answers of each item in one byte each
// where all are whole numbers from 0 to 254 (255 is missing), else as float64;
// levels in one byte each.
const (
	blockVersion = 1
	bytesColumn  = 0
	floatColumn  = 1
	missingByte  = 255
)

var errBlock = errors.New("survey: a block of answers is damaged")

func (b *block) encode() []byte {
	out := []byte{blockVersion}
	for _, n := range []int{len(b.rows), len(b.answers), len(b.levels)} {
		out = binary.AppendUvarint(out, uint64(n))
	}
	last := 0
	for _, row := range b.rows {
		out = binary.AppendUvarint(out, uint64(row-last))
		last = row
	}
	for _, name := range b.respondents {
		out = binary.AppendUvarint(out, uint64(len(name)))
		out = append(out, name...)
	}
	out = appendFloats(out, b.weights)
	for _, column := range b.answers {
		out = appendAnswers(out, column)
	}
	for _, column := range b.levels {
		for _, level := range column {
			out = append(out, byte(level))
		}
	}
	return out
}

func appendFloats(out []byte, values []float64) []byte {
	for _, v := range values {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
	}
	return out
}

func appendAnswers(out []byte, column []float64) []byte {
	start := len(out)
	out = append(out, bytesColumn)
	for _, v := range column {
		switch {
		case math.IsNaN(v):
			out = append(out, missingByte)
		case v >= 0 && v < missingByte && v == math.Trunc(v):
			out = append(out, byte(v))
		default:
			return appendFloats(append(out[:start], floatColumn), column)
		}
	}
	return out
}

func decodeBlock(raw []byte) (b *block, err error) {
	d := decoder{raw: raw}
	if version := d.bytes(1); len(version) != 1 || version[0] != blockVersion {
		return nil, errBlock
	}
	n, items, attributes := d.int(), d.int(), d.int()
	if d.failed || n > blockRows || items > len(raw) || attributes > len(raw) {
		return nil, errBlock
	}
	b = newBlock(items, attributes)
	last := 0
	for range n {
		last += d.int()
		b.rows = append(b.rows, last)
	}
	for range n {
		b.respondents = append(b.respondents, string(d.bytes(d.int())))
	}
	b.weights = d.floats(n)
	for i := range b.answers {
		b.answers[i] = d.answers(n)
	}
	for i := range b.levels {
		for _, level := range d.bytes(n) {
			b.levels[i] = append(b.levels[i], int(level))
		}
	}
	if d.failed || len(d.raw) > 0 {
		return nil, errBlock
	}
	return b, nil
}

// decoder reads from the front; after a failure it gives nothing more.
type decoder struct {
	raw    []byte
	failed bool
}

func (d *decoder) bytes(n int) []byte {
	if d.failed || n < 0 || n > len(d.raw) {
		d.failed = true
		return nil
	}
	out := d.raw[:n]
	d.raw = d.raw[n:]
	return out
}

func (d *decoder) int() int {
	v, n := binary.Uvarint(d.raw)
	if d.failed || n <= 0 || v > math.MaxInt32 {
		d.failed = true
		return 0
	}
	d.raw = d.raw[n:]
	return int(v)
}

func (d *decoder) floats(n int) []float64 {
	raw := d.bytes(8 * n)
	out := make([]float64, 0, n)
	for ; len(raw) > 0; raw = raw[8:] {
		out = append(out, math.Float64frombits(binary.LittleEndian.Uint64(raw)))
	}
	return out
}

func (d *decoder) answers(n int) []float64 {
	kind := d.bytes(1)
	if d.failed || kind[0] > floatColumn {
		d.failed = true
		return nil
	}
	if kind[0] == floatColumn {
		return d.floats(n)
	}
	out := make([]float64, 0, n)
	for _, v := range d.bytes(n) {
		if v == missingByte {
			out = append(out, math.NaN())
		} else {
			out = append(out, float64(v))
		}
	}
	return out
}
