package pls

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// A Number is a float64 that JSON shows with all its digits, and as null where it is no finite number.
type Number float64

// MarshalJSON writes the shortest text that reads back as the same number.
func (x Number) MarshalJSON() ([]byte, error) { return appendNumber(nil, float64(x)), nil }

// UnmarshalJSON reads null as NaN.
func (x *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*x = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(x))
}

func appendNumber(b []byte, v float64) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, v, 'g', -1, 64)
}

// Ordered is a JSON object that keeps the order of its keys.
type Ordered[V any] []Entry[V]

// An Entry is one member of an Ordered object.
type Entry[V any] struct {
	Key   string
	Value V
}

// Get returns the value of a key.
func (o Ordered[V]) Get(key string) (v V, ok bool) {
	for _, e := range o {
		if e.Key == key {
			return e.Value, true
		}
	}
	return v, false
}

// MarshalJSON writes the members in order.
func (o Ordered[V]) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, e := range o {
		if i > 0 {
			b = append(b, ',')
		}
		key, err := marshal(e.Key)
		if err != nil {
			return nil, err
		}
		value, err := marshal(e.Value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, key...), ':'), value...)
	}
	return append(b, '}'), nil
}

// marshal leaves ">" as it is, for it stands in every parameter name.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), err
}
