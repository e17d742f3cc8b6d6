package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"

	"golang.org/x/text/width"

	"github.com/zhiyin-power/zhiyin/pls"
)

// tablesInput is what the printed report shows.
type tablesInput struct {
	data, scheme, missing string
	sample                *pls.Sample
	result                *pls.Result
	boot                  *pls.Bootstrap // nil without resamples
}

// writeTables prints the result for people, headings in Chinese and English.
func writeTables(out io.Writer, in tablesInput) error {
	w := bufio.NewWriter(out)
	in.writeHead(w)
	in.indexTable().write(w, "满意度指数 Satisfaction index (0–100)")
	in.pathTable().write(w, "路径系数 Path coefficients")
	in.totalTable().write(w, "总效应 Total effects")
	in.constructTable().write(w, "构念 Constructs")
	in.itemTable().write(w, "指标 Items")
	in.htmtTable().write(w, "HTMT")
	in.writeWarnings(w)
	return w.Flush()
}

func (in tablesInput) writeHead(w io.Writer) {
	used, read := in.sample.Cases()
	r := in.result
	fmt.Fprintf(w, "数据 Data        %s: n = %d (%d), %s\n", in.data, used, read, in.missing)
	state := "收敛 converged"
	if !r.Converged {
		state = "未收敛 NOT CONVERGED"
	}
	fmt.Fprintf(w, "算法 Algorithm   %s, %d 次迭代 iterations, %s\n", in.scheme, r.Iterations, state)
	if r.Index == nil {
		fmt.Fprintln(w, "量表 Scale       未给出,不计算指数(--scale 1:10) · none, so there is no index")
	}
	if b := in.boot; b != nil {
		fmt.Fprintf(w, "自助法 Bootstrap %d / %d, %g %%\n", b.Used, b.Drawn, 100*b.Level)
	}
}

// spread returns the bootstrap of a parameter as the cells standard error, interval and p-value.
func (in tablesInput) spread(name string, digits int) []string {
	if in.boot == nil {
		return nil
	}
	for _, p := range in.boot.Parameters {
		if p.Name == name {
			return []string{number(p.SE, digits), number(p.Lo, digits) + " … " + number(p.Hi, digits), significance(p.P)}
		}
	}
	return nil
}

// spreadHead heads the cells of spread.
func (in tablesInput) spreadHead() []string {
	if in.boot == nil {
		return nil
	}
	return []string{"标准误 SE", "区间 Interval", "p"}
}

func (in tablesInput) indexTable() *textTable {
	t := newTable("构念 Construct", "指数 Index", "标准差 SD")
	x := in.result.Index
	if x == nil {
		return t
	}
	t.head(in.spreadHead()...)
	for _, c := range x.Constructs {
		t.row(append([]string{c.Construct, number(c.Value, 2), number(c.SD, 2)}, in.spread("index:"+c.Construct, 2)...)...)
	}
	return t.without("p")
}

func (in tablesInput) pathTable() *textTable {
	t := newTable("路径 Path", "系数 Value")
	t.head(in.spreadHead()...)
	t.head("f²", "VIF")
	for _, p := range in.result.Paths {
		name := p.From + "->" + p.To
		cells := append([]string{name, number(p.Value, 4)}, in.spread("path:"+name, 4)...)
		t.row(append(cells, number(p.F2, 4), number(p.VIF, 3))...)
	}
	return t
}

func (in tablesInput) totalTable() *textTable {
	t := newTable("从 -> 至 From -> to", "效应 Value")
	t.head(in.spreadHead()...)
	for _, e := range in.result.Total {
		name := e.From + "->" + e.To
		t.row(append([]string{name, number(e.Value, 4)}, in.spread("total:"+name, 4)...)...)
	}
	return t
}

func (in tablesInput) constructTable() *textTable {
	t := newTable("构念 Construct", "模式 Mode", "R²", "调整 R²adj", "alpha", "rho_A", "rho_C", "AVE")
	r := in.result
	for b, c := range r.Model.Constructs {
		l := r.Reliability[b]
		t.row(c.Name, string(c.Mode), number(r.R2[b], 4), number(r.R2Adj[b], 4),
			number(l.Alpha, 3), number(l.RhoA, 3), number(l.RhoC, 3), number(l.AVE, 3))
	}
	return t
}

func (in tablesInput) itemTable() *textTable {
	t := newTable("构念 Construct", "指标 Item", "权重 Weight", "载荷 Loading", "VIF", "均值 Mean", "标准差 SD", "缺失 Missing")
	r := in.result
	for i, item := range in.sample.Items {
		t.row(item.Construct, item.Item, number(r.Weights[i], 4), number(r.Loadings[i], 4), number(r.ItemVIF[i], 3),
			number(r.Mean[i], 3), number(r.SD[i], 3), fmt.Sprint(item.Missing))
	}
	return t
}

func (in tablesInput) htmtTable() *textTable {
	r := in.result
	t := newTable("")
	for _, c := range r.Model.Constructs[:len(r.Model.Constructs)-1] {
		t.head(c.Name)
	}
	for b, c := range r.Model.Constructs[1:] {
		cells := []string{c.Name}
		for a := range b + 1 {
			cells = append(cells, number(r.HTMT[a][b+1], 3))
		}
		t.row(cells...)
	}
	return t
}

func (in tablesInput) writeWarnings(w io.Writer) {
	warnings := in.result.Warnings
	if in.boot != nil {
		warnings = append(warnings[:len(warnings):len(warnings)], in.boot.Warnings()...)
	}
	if len(warnings) == 0 {
		return
	}
	fmt.Fprintf(w, "\n提示 Warnings\n")
	for _, warning := range warnings {
		text := warningText(warning)
		fmt.Fprintf(w, "  · %s\n    %s\n", text.zh, text.en)
	}
}

// significance shows a p-value that would be rounded to nothing by its bound.
func significance(p float64) string {
	if p < 0.0001 {
		return "<0.0001"
	}
	return number(p, 4)
}

// number shows a value that does not exist as a dash.
func number(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return fmt.Sprintf("%.*f", digits, v)
}

// textTable aligns cells by their width on a terminal, where Chinese characters take two columns.
type textTable struct{ lines [][]string }

func newTable(head ...string) *textTable { return &textTable{lines: [][]string{head}} }

func (t *textTable) head(cells ...string) { t.lines[0] = append(t.lines[0], cells...) }

func (t *textTable) row(cells ...string) { t.lines = append(t.lines, cells) }

// without drops the last column if it has that head.
func (t *textTable) without(head string) *textTable {
	last := len(t.lines[0]) - 1
	if t.lines[0][last] == head {
		for i, line := range t.lines {
			t.lines[i] = line[:last]
		}
	}
	return t
}

// write prints a title and the lines, the first column flush left and the others flush right. A table without lines is
// left out.
func (t *textTable) write(w io.Writer, title string) {
	if len(t.lines) == 1 {
		return
	}
	widths := make([]int, len(t.lines[0]))
	for _, line := range t.lines {
		for j, cell := range line {
			widths[j] = max(widths[j], textWidth(cell))
		}
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for _, line := range t.lines {
		var b strings.Builder
		for j, cell := range line {
			gap := strings.Repeat(" ", widths[j]-textWidth(cell))
			if j == 0 {
				b.WriteString("  " + cell + gap)
			} else {
				b.WriteString("  " + gap + cell)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

func textWidth(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
