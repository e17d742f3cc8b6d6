package pls

import "fmt"

// span is a half-open range of item positions.
type span struct{ lo, hi int }

func (b span) size() int { return b.hi - b.lo }

// link is a pair of construct positions.
type link struct{ from, to int }

// spec is a model in positions: items in model order, so that blocks are contiguous.
type spec struct {
	items []string // item names
	names []string // construct names
	block []span   // items of each construct
	owner []int    // construct of each item
	modeB []bool
	preds [][]int // predecessors of each construct, ascending
	succs [][]int

	// The pairs that have a value, by target and then by source, as the reference programs list them.
	paths     []link
	totals    []link // a path or a chain of paths leads from one to the other
	indirects []link // a chain of at least two paths does

	scheme  Scheme
	maxIter int
	tol     float64
	scale   *Scale
}

func compile(m Model, o Options) *spec {
	sp := &spec{scheme: o.Scheme, maxIter: o.MaxIterations, tol: o.Tolerance, scale: m.Scale}
	at := map[string]int{}
	for b, c := range m.Constructs {
		at[c.Name] = b
		sp.names = append(sp.names, c.Name)
		sp.modeB = append(sp.modeB, c.Mode == ModeB && len(c.Indicators) > 1)
		sp.block = append(sp.block, span{len(sp.items), len(sp.items) + len(c.Indicators)})
		sp.items = append(sp.items, c.Indicators...)
		for range c.Indicators {
			sp.owner = append(sp.owner, b)
		}
	}
	k := len(sp.names)
	direct := make([]bool, k*k)
	for _, p := range m.Paths {
		direct[at[p.From]*k+at[p.To]] = true
	}
	sp.link(direct)
	return sp
}

// link derives neighbours and the lists of effects from the matrix of direct paths, row to column.
func (sp *spec) link(direct []bool) {
	k := len(sp.names)
	sp.preds, sp.succs = make([][]int, k), make([][]int, k)
	indirect := chains(direct, k)
	for to := range k {
		for from := range k {
			l := link{from, to}
			if direct[from*k+to] {
				sp.preds[to] = append(sp.preds[to], from)
				sp.succs[from] = append(sp.succs[from], to)
				sp.paths = append(sp.paths, l)
			}
			if indirect[from*k+to] {
				sp.indirects = append(sp.indirects, l)
			}
			if direct[from*k+to] || indirect[from*k+to] {
				sp.totals = append(sp.totals, l)
			}
		}
	}
}

// chains marks the pairs joined by two or more paths. The graph has no cycle, so k-1 rounds reach everything.
func chains(direct []bool, k int) []bool {
	out := make([]bool, k*k)
	for range k {
		for from := range k {
			for via := range k {
				if !direct[from*k+via] {
					continue
				}
				for to := range k {
					if direct[via*k+to] || out[via*k+to] {
						out[from*k+to] = true
					}
				}
			}
		}
	}
	return out
}

// construct names the construct of item i.
func (sp *spec) construct(i int) string { return sp.names[sp.owner[i]] }

// position gives the place of item i in the model document.
func (sp *spec) position(i int) string {
	b := sp.owner[i]
	return fmt.Sprintf("constructs[%d].indicators[%d]", b, i-sp.block[b].lo)
}

// blockItems names the items of a construct.
func (sp *spec) blockItems(b int) []string { return sp.items[sp.block[b].lo:sp.block[b].hi] }

// endogenous tells whether paths lead to construct b.
func (sp *spec) endogenous(b int) bool { return len(sp.preds[b]) > 0 }
