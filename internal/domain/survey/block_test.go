package survey

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// records draws respondents as a checker gives them.
func records(t *rapid.T) (items, attributes int, list []record) {
	items, attributes = rapid.IntRange(1, 5).Draw(t, "items"), rapid.IntRange(0, 3).Draw(t, "attributes")
	// Adding zero turns -0, which no answer is, into 0.
	answer := rapid.OneOf(rapid.Just(math.NaN()), rapid.Map(rapid.Float64Range(-1e9, 1e9), func(x float64) float64 { return x + 0 }), rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(0, 300).Draw(t, "whole")) }))
	row := 1
	for range rapid.IntRange(0, 40).Draw(t, "rows") {
		row += rapid.IntRange(1, 1000).Draw(t, "step")
		list = append(list, record{
			row: row, respondent: rapid.StringN(0, 20, 80).Draw(t, "respondent"), weight: rapid.Float64Range(0, 1e6).Draw(t, "weight"),
			answers: rapid.SliceOfN(answer, items, items).Draw(t, "answers"),
			levels:  rapid.SliceOfN(rapid.IntRange(0, maxLevels), attributes, attributes).Draw(t, "levels"),
		})
	}
	return items, attributes, list
}

func TestBlocksComeBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items, attributes, list := records(t)
		b := newBlock(items, attributes)
		for _, r := range list {
			b.add(&r)
		}
		back, err := decodeBlock(b.encode())
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(*back), fmt.Sprint(*b); got != want && len(list) > 0 {
			t.Fatalf("got %s, want %s", got, want)
		}
		b.clear()
		if len(b.rows)+len(b.answers[0]) > 0 {
			t.Fatal("clear leaves something")
		}
	})
}

func TestWholeAnswersTakeOneByte(t *testing.T) {
	b := newBlock(2, 0)
	for i := range 100 {
		b.add(&record{row: i + 2, answers: []float64{float64(i % 10), 0.5}})
	}
	if n := len(b.encode()); n > 100*(1+1+8+1+8)+20 {
		t.Errorf("%d bytes", n)
	}
}

func FuzzDecodeBlock(f *testing.F) {
	b := newBlock(2, 1)
	b.add(&record{row: 2, respondent: "R1", weight: 1, answers: []float64{1, 2.5}, levels: []int{1}})
	whole := b.encode()
	f.Add(whole)
	for i := range whole {
		f.Add(whole[:i])
	}
	f.Add(append([]byte{blockVersion}, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := decodeBlock(raw)
		if err != nil {
			return
		}
		for _, column := range b.answers {
			if len(column) != len(b.rows) {
				t.Fatal("columns of different length")
			}
		}
	})
}

func TestADamagedBlockIsRefused(t *testing.T) {
	b := newBlock(1, 1)
	b.add(&record{row: 2, answers: []float64{3}, levels: []int{1}})
	whole := b.encode()
	for i := range whole {
		if _, err := decodeBlock(whole[:i]); err == nil {
			t.Errorf("cut to %d bytes it is read", i)
		}
	}
	if _, err := decodeBlock(append(whole, 0)); err == nil {
		t.Error("with a byte too many it is read")
	}
}
