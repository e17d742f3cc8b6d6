package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
)

func sentence(lang, key string, params map[string]any) string {
	return catalogue.Text(lang, key, params)
}

// explainFault puts a foreseen error into words, with what is wrong with each
// input; other errors stay what they are.
func explainFault(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	text := func(lang string) string {
		lines := []string{sentence(lang, f.Code, f.Params)}
		for _, field := range f.Fields {
			lines = append(lines, "  "+field.Name+": "+sentence(lang, "problem.field."+field.Code, field.Params))
		}
		return strings.Join(lines, "\n")
	}
	return inputError{zh: text(catalogue.Chinese), en: text(catalogue.English)}
}

// sayUploaded tells how the file was understood.
func (c *importer) sayUploaded(d dataimport.Detail) {
	fmt.Fprintf(c.err, "导入 import %s: %s %s\n", d.ID, d.FileName, strings.Join(strings.Fields(fmt.Sprint(d.Format, " ", d.Encoding, " ", d.Sheet)), " "))
	for _, e := range d.Earlier {
		fmt.Fprintf(c.err, "注意:同一文件曾导入过 · the same file was imported before: %s %s\n", e.ID, e.State)
	}
}

// sayInterrupted tells how to go on.
func (c *importer) sayInterrupted(i dataimport.Import) {
	fmt.Fprintf(c.err, "已中断,已完成的批次保留。继续:--resume %[1]s,撤销:--revert %[1]s;正在运行的服务会自动继续。\n"+
		"Interrupted; the batches that are in stay. Go on: --resume %[1]s, take back: --revert %[1]s. A running server goes on by itself.\n", i.ID)
}

// states are the states of an import in words.
var states = map[dataimport.State]string{
	dataimport.Uploaded: "未检查 not checked", dataimport.Checking: "检查中 checking", dataimport.Checked: "已检查 checked", dataimport.Running: "导入中 running",
	dataimport.Done: "已完成 done", dataimport.Failed: "已停止 stopped", dataimport.Cancelled: "已取消 cancelled", dataimport.Reverting: "撤销中 reverting",
	dataimport.Reverted: "已撤销 reverted", dataimport.Discarded: "已放弃 discarded",
}

// shownProblems is how many problems are printed; the problem file has them all.
const shownProblems = 20

// sayOutcome prints what was done, and what was not.
func (c *importer) sayOutcome(d dataimport.Detail) {
	counts := d.Counts
	if d.State == dataimport.Checked {
		counts = d.Planned
	}
	fmt.Fprintf(c.out, "%s: %s\n", d.ID, states[d.State])
	writeCounts(c.out, counts)
	if d.Error.Code != "" {
		fmt.Fprintln(c.err, explainFault(&fault.Error{Kind: fault.Invalid, Code: d.Error.Code, Params: d.Error.Params}))
	}
	if counts.OpenEnd {
		fmt.Fprintln(c.err, "注意:文件最后一行没有换行符,可能不完整 · the last line has no line end: the file may be cut")
	}
	for _, p := range d.Problems[:min(len(d.Problems), shownProblems)] {
		fmt.Fprintln(c.err, problemLine(p))
	}
	switch {
	case c.problems != "" && len(d.Problems) > 0:
		fmt.Fprintf(c.err, "全部问题 · all problems: %s\n", c.problems)
	case len(d.Problems) > shownProblems:
		fmt.Fprintln(c.err, "还有更多问题,用 --problems 存成文件 · there are more; --problems writes them to a file")
	}
	if d.State == dataimport.Checked {
		fmt.Fprintf(c.err, "导入 · to bring the rows in: --resume %s\n", d.ID)
	}
}

// problemLine is a problem with its place, in both languages. Of a revert it is
// the record left alone.
func problemLine(p dataimport.Told) string {
	place := fmt.Sprintf("%d %s%s", p.Row, p.Column, p.Header)
	if p.Row == 0 {
		place = fmt.Sprintf("%v %v", p.Params["no"], p.Params["name"])
	}
	return fmt.Sprintf("  %s: %s %s", strings.TrimSpace(place), p.Message, sentence(catalogue.English, "problem.field."+p.Code, p.Params))
}

func writeCounts(out io.Writer, n dataimport.Counts) {
	w := tabwriter.NewWriter(out, 0, 0, 1, ' ', tabwriter.AlignRight)
	for _, l := range []struct {
		n    int64
		text string
	}{
		{n.Rows, "行 · rows"}, {n.CustomersCreated, "新增客户 · customers made"}, {n.CustomersUpdated, "更新客户 · customers changed"},
		{n.AccountsCreated, "新增用电户 · accounts made"}, {n.AccountsUpdated, "更新用电户 · accounts changed"}, {n.MetersCreated, "新增电能表 · meters made"},
		{n.ContactsAdded, "新增联系方式 · contacts added"}, {n.Unchanged, "无变化 · unchanged"}, {n.Skipped, "按方式跳过 · left out by the mode"},
		{n.Rejected, "有问题未导入 · left out with a problem"}, {n.Kept, "未撤销 · not taken back"},
	} {
		if l.n > 0 {
			fmt.Fprintf(w, "%d\t %s\n", l.n, l.text)
		}
	}
	w.Flush() //nolint:errcheck // the terminal
}

func (c *importer) sayList(list []dataimport.Import, tree *org.Tree) error {
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, i := range list {
		company, _ := tree.Get(i.OrgID)
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", i.ID, i.CreatedAt.Time().Format(time.DateTime), company.Code, i.Kind, i.Counts.Rows, states[i.State], i.FileName)
	}
	return w.Flush()
}
