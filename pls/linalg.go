package pls

import "math"

// minPivot is the smallest share of an item's variance that the others of a regression may leave unexplained. Below it
// the coefficients are noise and the matrix counts as singular; it corresponds to a VIF of 10⁹.
const minPivot = 1e-9

// A cholesky is the lower triangle L of a correlation matrix A = LL' of order n, row by row.
type cholesky struct {
	n int
	l []float64
}

func newCholesky(n int) *cholesky { return &cholesky{n: n, l: make([]float64, n*n)} }

// factor decomposes the part of a, a matrix with the given stride, that the positions at name. It returns the first
// position whose row depends on those before it, or -1.
func (c *cholesky) factor(a []float64, stride int, at []int) int {
	c.n = len(at)
	for i, p := range at {
		row := c.row(i)
		for j := 0; j <= i; j++ {
			sum := a[p*stride+at[j]]
			other := c.row(j)
			for k := range j {
				sum -= row[k] * other[k]
			}
			if j < i {
				row[j] = sum / other[j]
				continue
			}
			if !(sum > minPivot) {
				return i
			}
			row[i] = math.Sqrt(sum)
		}
	}
	return -1
}

func (c *cholesky) row(i int) []float64 { return c.l[i*c.n:][:c.n] }

// solve replaces b by A⁻¹b.
func (c *cholesky) solve(b []float64) {
	for i := range c.n {
		row := c.row(i)
		for k := range i {
			b[i] -= row[k] * b[k]
		}
		b[i] /= row[i]
	}
	c.back(b, c.n)
}

// back replaces the first m entries of b by L⁻ᵀb of the leading m×m part.
func (c *cholesky) back(b []float64, m int) {
	for i := m - 1; i >= 0; i-- {
		for k := i + 1; k < m; k++ {
			b[i] -= c.l[k*c.n+i] * b[k]
		}
		b[i] /= c.l[i*c.n+i]
	}
}

// inverseDiagonal returns the diagonal of A⁻¹, for a correlation matrix the variance inflation factors.
func (c *cholesky) inverseDiagonal() []float64 {
	out := make([]float64, c.n)
	e := make([]float64, c.n)
	for i := range out {
		clear(e)
		e[i] = 1
		c.solve(e)
		out[i] = e[i]
	}
	return out
}

// dependence returns which of the first m positions the position m depends on, after factor has stopped at m.
func (c *cholesky) dependence(m int) []int {
	b := append([]float64(nil), c.row(m)[:m]...)
	c.back(b, m)
	var on []int
	for i, v := range b {
		if math.Abs(v) > 1e-6 {
			on = append(on, i)
		}
	}
	return on
}
