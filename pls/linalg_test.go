package pls

import (
	"slices"
	"testing"
)

// fourOfFive is a correlation matrix of order 4 inside a 5×5 array.
var fourOfFive = []float64{
	1, .5, .3, 9, .2,
	.5, 1, .4, 9, .1,
	.3, .4, 1, 9, .6,
	9, 9, 9, 9, 9,
	.2, .1, .6, 9, 1,
}

func TestCholeskySolvesThePartAsked(t *testing.T) {
	at := []int{4, 0, 2, 1}
	c := newCholesky(5)
	if j := c.factor(fourOfFive, 5, at); j >= 0 {
		t.Fatalf("singular at %d", j)
	}
	x := []float64{1, -2, 3, 0.5}
	b := make([]float64, 4)
	for i, p := range at {
		for j, q := range at {
			b[i] += fourOfFive[p*5+q] * x[j]
		}
	}
	c.solve(b)
	near(t, "x", b, x, 1e-14)
}

// The VIF of an item is 1/(1-R²) of its regression on the others.
func TestInverseDiagonalIsVIF(t *testing.T) {
	for i := range 3 {
		at := []int{0, 1, 2}
		c := newCholesky(3)
		c.factor(fourOfFive, 5, at)
		got := c.inverseDiagonal()[i]
		others := slices.Delete(slices.Clone(at), i, i+1)
		rest := newCholesky(2)
		rest.factor(fourOfFive, 5, others)
		b := []float64{fourOfFive[i*5+others[0]], fourOfFive[i*5+others[1]]}
		r := slices.Clone(b)
		rest.solve(b)
		near(t, "vif", []float64{got}, []float64{1 / (1 - b[0]*r[0] - b[1]*r[1])}, 1e-14)
	}
}

func TestSingularMatrixNamesTheDependentRows(t *testing.T) {
	// Row 3 is the standardised sum of rows 0 and 2, which are independent of each other.
	const h = 0.7071067811865476
	s := []float64{
		1, .2, 0, h,
		.2, 1, .3, .5 * h,
		0, .3, 1, h,
		h, .5 * h, h, 1,
	}
	c := newCholesky(4)
	if j := c.factor(s, 4, []int{0, 1, 2, 3}); j != 3 {
		t.Fatalf("stopped at %d, want 3", j)
	}
	if on := c.dependence(3); !slices.Equal(on, []int{0, 2}) {
		t.Errorf("depends on %v, want [0 2]", on)
	}
	if j := c.factor(s, 4, []int{3, 2, 1}); j >= 0 {
		t.Errorf("three rows of it are independent, stopped at %d", j)
	}
}
