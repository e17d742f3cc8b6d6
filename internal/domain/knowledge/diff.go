package knowledge

import "strings"

// Piece is a part of a text that two versions share, or that one of them has alone.
type Piece struct {
	Op   string `json:"op" enum:"same,out,in" doc:"out: only the earlier one has it; in: only the later one"`
	Text string `json:"text"`
}

// Difference is what differs between two versions in one field.
type Difference struct {
	Field  string  `json:"field" doc:"zh.title, zh.body, …, category, tags"`
	Pieces []Piece `json:"pieces" nullable:"false"`
}

// difference compares two contents field by field.
func difference(a, b Content) []Difference {
	all := []Difference{}
	for _, f := range []struct{ name, a, b string }{
		{"zh.title", a.Zh.Title, b.Zh.Title}, {"zh.body", a.Zh.Body, b.Zh.Body}, {"zh.basis", a.Zh.Basis, b.Zh.Basis},
		{"en.title", a.En.Title, b.En.Title}, {"en.body", a.En.Body, b.En.Body}, {"en.basis", a.En.Basis, b.En.Basis},
		{"category", a.Category, b.Category}, {"contact_point", a.ContactPoint, b.ContactPoint}, {"audience", string(a.Audience), string(b.Audience)},
		{"tags", strings.Join(a.Tags, " "), strings.Join(b.Tags, " ")},
	} {
		if f.a != f.b {
			all = append(all, Difference{f.name, compare(f.a, f.b)})
		}
	}
	return all
}

// clauseEnds are after what characters a text is cut: a Chinese paragraph is one line,
// and a line that differs in a word would differ as a whole.
const clauseEnds = "\n。！？；，、.!?;, "

func clauses(s string) (all []string) {
	begin := 0
	for i, r := range s {
		if strings.ContainsRune(clauseEnds, r) {
			end := i + len(string(r))
			all, begin = append(all, s[begin:end]), end
		}
	}
	if begin < len(s) {
		all = append(all, s[begin:])
	}
	return all
}

// compare cuts two texts into what they share and what they do not.
func compare(a, b string) []Piece {
	x, y := clauses(a), clauses(b)
	var d differ
	head := 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	d.add("same", x[:head]...)
	d.middle(x[head:len(x)-tail], y[head:len(y)-tail])
	d.add("same", x[len(x)-tail:]...)
	return d.pieces
}

// differ collects pieces.
type differ struct{ pieces []Piece }

func (d *differ) add(op string, clauses ...string) {
	text := strings.Join(clauses, "")
	switch n := len(d.pieces); {
	case text == "":
	case n > 0 && d.pieces[n-1].Op == op:
		d.pieces[n-1].Text += text
	default:
		d.pieces = append(d.pieces, Piece{op, text})
	}
}

// maxCells bounds the table of a comparison: 8 MB. What differs more than that is
// shown as taken out and put in as a whole.
const maxCells = 4_000_000

// middle finds the longest common sequence of clauses.
func (d *differ) middle(x, y []string) {
	if (len(x)+1)*(len(y)+1) > maxCells {
		d.add("out", x...)
		d.add("in", y...)
		return
	}
	width := len(y) + 1
	longest := make([]uint16, (len(x)+1)*width) // of x from i and y from j; below 2000 by maxCells
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				longest[i*width+j] = longest[(i+1)*width+j+1] + 1
			} else {
				longest[i*width+j] = max(longest[(i+1)*width+j], longest[i*width+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(x) && j < len(y) {
		switch {
		case x[i] == y[j]:
			d.add("same", x[i])
			i, j = i+1, j+1
		case longest[(i+1)*width+j] >= longest[i*width+j+1]:
			d.add("out", x[i])
			i++
		default:
			d.add("in", y[j])
			j++
		}
	}
	d.add("out", x[i:]...)
	d.add("in", y[j:]...)
}
