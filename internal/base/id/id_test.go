package id_test

import (
	"crypto/rand"
	"encoding/json"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestNewIsVersion7OfItsInstant(t *testing.T) {
	const micros = 1_763_784_000_123_456
	i := id.NewGenerator(rand.Reader).New(micros)
	u := uuid.UUID(i)
	if u.Version() != 7 || u.Variant() != uuid.RFC4122 {
		t.Fatalf("version %d variant %v", u.Version(), u.Variant())
	}
	sec, nsec := u.Time().UnixTime()
	if ms := sec*1000 + nsec/1_000_000; ms != micros/1000 {
		t.Errorf("carries %d ms, want %d", ms, micros/1000)
	}
}

func TestIdentifiersRiseEvenWhenTheClockGoesBack(t *testing.T) {
	g := id.NewGenerator(zeros{})
	rapid.Check(t, func(t *rapid.T) {
		last := g.New(1_700_000_000_000_000)
		for _, at := range rapid.SliceOf(rapid.Int64Range(0, 1_800_000_000_000_000)).Draw(t, "at") {
			next := g.New(at)
			if next.Compare(last) <= 0 {
				t.Fatalf("%v after %v", next, last)
			}
			last = next
		}
	})
}

func TestSameEntropySameIdentifiers(t *testing.T) {
	a, b := id.NewGenerator(zeros{}), id.NewGenerator(zeros{})
	for range 5000 { // more than one millisecond's counter holds
		if x, y := a.New(1), b.New(1); x != y {
			t.Fatalf("%v and %v", x, y)
		}
	}
}

func TestScanAndText(t *testing.T) {
	want := id.NewGenerator(rand.Reader).New(1)
	for _, src := range []any{want[:], want.String(), []byte(want.String())} {
		var got id.ID
		if err := got.Scan(src); err != nil || got != want {
			t.Errorf("Scan(%T) = %v, %v", src, got, err)
		}
	}
	var none id.ID
	if err := none.Scan(nil); err != nil || !none.IsZero() {
		t.Errorf("Scan(nil) = %v, %v", none, err)
	}
	if v, _ := none.Value(); v != nil {
		t.Errorf("the zero ID is stored as %v, want NULL", v)
	}
	raw, _ := json.Marshal(map[string]id.ID{"a": want, "b": {}})
	var back map[string]id.ID
	if err := json.Unmarshal(raw, &back); err != nil || back["a"] != want || !back["b"].IsZero() {
		t.Errorf("JSON %s: %v %v", raw, back, err)
	}
	for _, bad := range []string{"x", "0190", "{0190b2f0-0000-7000-8000-000000000000}", "zz90b2f0-0000-7000-8000-000000000000"} {
		if _, err := id.Parse(bad); err == nil {
			t.Errorf("Parse(%q) accepted", bad)
		}
	}
	if err := new(id.ID).Scan(7); err == nil {
		t.Error("Scan(int) accepted")
	}
}
