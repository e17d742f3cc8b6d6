package pls

import (
	"context"
	"math"
	"math/bits"
	"testing"
)

// rSource draws as R 4 does after set.seed: Mersenne Twister (Matsumoto and Nishimura 1998, ACM TOMACS 8(1)) with R's
// initial scrambling, and sample.int's rejection sampling of 16 bits at a time. It serves to repeat the resamples of a
// reference.
type rSource struct {
	state [624]uint32
	next  int
}

func newRSource(seed uint32) *rSource {
	step := func() uint32 { seed = 69069*seed + 1; return seed }
	for range 51 { // fifty to scramble, one that R overwrites with the position
		step()
	}
	s := &rSource{next: 624}
	for i := range s.state {
		s.state[i] = step()
	}
	return s
}

func (s *rSource) uint32() uint32 {
	if s.next == len(s.state) {
		for i := range s.state {
			y := s.state[i]&0x80000000 | s.state[(i+1)%624]&0x7fffffff
			s.state[i] = s.state[(i+397)%624] ^ y>>1 ^ y&1*0x9908b0df
		}
		s.next = 0
	}
	y := s.state[s.next]
	s.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// index returns a number below n ≤ 2¹⁵.
func (s *rSource) index(n int) int {
	mask := 1<<bits.Len(uint(n-1)) - 1
	for {
		if v := int(s.uint32()>>16) & mask; v < n {
			return v
		}
	}
}

func TestRSourceDrawsAsR(t *testing.T) {
	s := newRSource(42) // set.seed(42); sample.int(100, 4)
	for i, want := range []int{49, 65, 25, 74} {
		if got := s.index(100) + 1; got != want {
			t.Errorf("draw %d is %d, want %d", i, got, want)
		}
	}
}

// With the very resamples of the reference, 10,000 times 1,000 cases, nothing is left to chance.
func TestBootstrapRepeatsTheReference(t *testing.T) {
	ref := readReference(t, "ecsi_power_bootstrap")
	source := newRSource(20260101)
	indices := make([][]int, 10_000)
	for r := range indices {
		indices[r] = make([]int, 1000)
		for i := range indices[r] {
			indices[r][i] = source.index(1000)
		}
	}
	b, err := powerSample(t, Options{}).Bootstrap(context.Background(), BootstrapOptions{Indices: indices})
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, p := range b.Parameters {
		want, ok := ref.Parameters[p.Name]
		if !ok {
			continue
		}
		for name, got := range map[string]float64{
			"estimate": p.Estimate, "mean": p.Mean, "se": p.SE, "ci_lo": p.Lo, "ci_hi": p.Hi,
		} {
			if w, ok := want[name]; ok {
				compared++
				if !(math.Abs(got-w) <= 1e-9) {
					t.Errorf("%s %s = %v, want %v", p.Name, name, got, w)
				}
			}
		}
	}
	if b.Used != 10_000 || compared < 5*100 {
		t.Errorf("used %d resamples, compared %d values", b.Used, compared)
	}
}
