package attack_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// harmful would compute in a spreadsheet and run in a page; it is short, for it is
// put into every text that takes it.
const harmful = `=1+<script>"'`

// Where every text field of every route holds a formula and a script, both are kept
// as they are: JSON, never a page, and no cell of any export is a formula.
func TestScriptsAndFormulasInEveryTextField(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		w := newMarkedWorld(t, e, harmful)
		if len(w.marked) < 75 {
			t.Errorf("only %d text fields: %v", len(w.marked), slices.Sorted(maps.Keys(w.marked)))
		}
		told, cells := map[string]bool{}, 0
		for _, op := range w.doc.operations {
			if op.Method == "GET" {
				cells += w.readMarked(op, told)
			}
		}
		t.Logf("%d text fields, told in %d answers, %d cells of exports", len(w.marked), len(told), cells)
		if len(told) < 40 || cells < 20 {
			t.Errorf("%d answers tell of the marks, %d cells do: the test looks at the wrong place", len(told), cells)
		}
	})
}

// sendMarked sends a request with the mark in all texts, but for those that are
// refused for it.
func (w *world) sendMarked(a actor, op *operation, s sent) *httptest.ResponseRecorder {
	w.t.Helper()
	plain := map[string]bool{}
	good := decode(s.body)
	for {
		marks := map[string]int{}
		marked := s
		marked.body = encode(w.markTexts(op.body(), good, op.ID, plain, marks))
		out := w.send(a, marked)
		var problem struct {
			Fields []struct{ Name string }
		}
		if out.Code < 300 {
			maps.Copy(w.marked, marks)
			return out
		}
		before := len(plain)
		if json.Unmarshal(out.Body.Bytes(), &problem) == nil {
			for _, f := range problem.Fields {
				plain[index.ReplaceAllString(f.Name, "")] = true
			}
		}
		if len(plain) == before {
			w.t.Errorf("%s is refused as a whole: %s", op.ID, out.Body)
			return w.send(a, s)
		}
	}
}

var index = regexp.MustCompile(`\[\d+\]`)

// markTexts puts the mark before every text of a body and into those it lacks.
func (w *world) markTexts(s *schema, body any, at string, plain map[string]bool, marks map[string]int) any {
	s = w.doc.follow(s)
	switch in := body.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, value := range in {
			if p := s.Properties[name]; p != nil {
				value = w.markTexts(p, value, at+"."+name, plain, marks)
			}
			out[name] = value
		}
		for name, p := range s.Properties {
			if _, there := in[name]; !there && w.freeText(at+"."+name, p) && !refused(plain, at+"."+name) {
				out[name], marks[at+"."+name] = w.mark, 1
			}
		}
		return out
	case []any:
		out := make([]any, len(in))
		for i, value := range in {
			out[i] = w.markTexts(s.Items, value, at, plain, marks)
		}
		return out
	case string:
		if w.freeText(at, s) && !refused(plain, at) {
			marks[at] = 1
			return w.mark + in
		}
	}
	return body
}

// refused tells whether a field, or one above it, was refused with the mark.
func refused(plain map[string]bool, at string) bool {
	for name := range plain {
		if strings.HasSuffix(at, "."+name) || strings.Contains(at, "."+name+".") {
			return true
		}
	}
	return false
}

// references are texts that name something else, besides identifiers and instants.
var references = strings.Fields(`model scheme class account_no target code header default_person default_organisation indicators from to constructs.name permissions password`)

func (w *world) freeText(at string, s *schema) bool {
	s = w.doc.follow(s)
	named := func(name string) bool { return strings.HasSuffix(at, "."+name) }
	return s.kind() == "string" && s.Enum == nil && s.Format == "" && s.Pattern == "" && !slices.ContainsFunc(references, named) &&
		!strings.HasSuffix(at, "id") && !strings.HasSuffix(at, "ids") && !strings.HasSuffix(at, "_at") && !named("at")
}

// unread are files that are not to be had: they leave by an approval, which nobody gave,
// or are no pictures.
var unread = map[string]int{"privacy.download": http.StatusNotFound, "customer.download": http.StatusForbidden, "feedback.download": http.StatusForbidden,
	"customer.attachment_preview": http.StatusNotFound, "feedback.preview": http.StatusNotFound}

// readMarked reads what an operation answers, in each of its formats, and tells how
// many cells hold the mark.
func (w *world) readMarked(op *operation, told map[string]bool) (cells int) {
	w.t.Helper()
	s, err := w.compose(op, w.requestOf(op), &w.own, &w.own)
	w.must(err)
	targets := []string{s.target}
	if op.ID == "customer.export_download" {
		targets = append(targets, strings.Replace(s.target, w.own.records["customer-exports"], w.own.records["workbooks"], 1))
	}
	if p := op.query("format"); p != nil {
		for _, format := range w.doc.follow(p.Schema).Enum {
			target, _ := withParameter(op, s.target, *p, format.(string))
			targets = append(targets, target)
		}
	}
	for _, target := range targets {
		out := w.send(w.own.maker, sent{method: "GET", target: target})
		if unread[op.ID] == out.Code {
			continue
		}
		if out.Code >= 400 {
			w.t.Errorf("%s: %d %s", target, out.Code, out.Body)
		}
		cells += w.readAnswer(op, target, out, told)
	}
	return cells
}

func (w *world) readAnswer(op *operation, target string, out *httptest.ResponseRecorder, told map[string]bool) (cells int) {
	w.t.Helper()
	kind := out.Header().Get("Content-Type")
	if out.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(out.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		w.t.Errorf("%s: unguarded headers %v", target, out.Header())
	}
	switch {
	case out.Code == http.StatusSeeOther: // a browser is sent on
	case strings.HasPrefix(kind, "application/json"):
		if strings.Contains(strings.Join(texts(decode(out.Body.Bytes())), "\n"), harmful) {
			told[op.ID] = true
		}
	case !strings.HasPrefix(out.Header().Get("Content-Disposition"), "attachment"):
		w.t.Errorf("%s: %s is shown in the page: %v", target, kind, out.Header())
	case strings.HasPrefix(kind, "text/csv"):
		return w.readCSV(target, out.Body.String())
	case strings.Contains(kind, "spreadsheetml"):
		return w.readWorkbook(target, out.Body.Bytes())
	}
	return 0
}

// texts are all texts of a JSON document.
func texts(v any) (all []string) {
	switch in := v.(type) {
	case map[string]any:
		for _, value := range in {
			all = append(all, texts(value)...)
		}
	case []any:
		for _, value := range in {
			all = append(all, texts(value)...)
		}
	case string:
		all = append(all, in)
	}
	return all
}

func (w *world) readCSV(target, text string) (cells int) {
	w.t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord = -1
	for {
		row, err := r.Read()
		if err == io.EOF {
			return cells
		}
		w.must(err)
		for _, cell := range row {
			if strings.Contains(cell, harmful) {
				cells++
			}
			if _, err := strconv.ParseFloat(cell, 64); err != nil && cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				w.t.Errorf("%s holds the formula %q", target, cell)
			}
		}
	}
}

func (w *world) readWorkbook(target string, raw []byte) (cells int) {
	w.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	w.must(err)
	defer f.Close()
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		w.must(err)
		for y, row := range rows {
			for x, cell := range row {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, err := f.GetCellFormula(name, at); err != nil || formula != "" {
					w.t.Errorf("%s, %s %s: the formula %q, %v", target, name, at, formula, err)
				}
				if strings.Contains(cell, harmful) {
					cells++
				}
			}
		}
	}
	return cells
}
