package dataimport

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// Problem is why a row, or a cell of it, was not taken.
type Problem struct {
	Row     int            `json:"row" doc:"as a spreadsheet numbers rows"`
	Column  string         `json:"column,omitempty" doc:"letter; absent for the row as a whole"`
	Field   string         `json:"field,omitempty"`
	Code    string         `json:"code"`
	Params  map[string]any `json:"params,omitempty"`
	Skipped bool           `json:"skipped,omitempty" doc:"nothing is wrong, but the mode leaves the row out"`
}

func itoa(n int) string { return strconv.Itoa(n) }

// values are the cells of a row by field, as text in the field's normal form.
// Empty cells are left out.
type values map[string]string

// read takes the cells of a row apart.
func readCells(columns []column, cells []string) (values, []Problem) {
	got := make(values, len(columns))
	var bad []Problem
	for _, c := range columns {
		cell := c.constant
		if c.at >= 0 {
			cell = cells[c.at]
		}
		if cell == "" {
			continue
		}
		value, code, params := c.value(cell)
		switch {
		case code != "":
			bad = append(bad, Problem{Column: c.letter, Field: c.Code, Code: code, Params: params})
		case value != "":
			got[c.Code] = value
		}
	}
	return got, bad
}

// value brings a cell to the field's normal form, or tells the code of what is
// wrong with it.
func (c column) value(cell string) (value, code string, params map[string]any) {
	switch {
	case sheet.IsFormula(cell):
		return "", codeFormula, nil
	case sheet.IsError(cell):
		return "", codeCellError, nil
	case c.personal() && strings.Contains(cell, "*"):
		return "", codeMasked, nil
	case len(cell) < 12 && dictionary().empty[cn.Fold(cell)]:
		return "", "", nil
	}
	switch c.Type {
	case typeNumber:
		if cell = withoutPoint(sheet.Text(cell)); sheet.LostDigits(cell) {
			return "", codeDigitsLost, nil
		}
		return c.limited(cell)
	case typeCode:
		return c.codeOf(sheet.Text(cell))
	case typeDay:
		if d, ok := sheet.ParseDay(sheet.Text(cell)); ok {
			return string(d), "", nil
		}
		return "", codeNoDay, nil
	case typeCount, typeYuan, typeKVA:
		return c.amount(sheet.Text(cell))
	case typeYesNo:
		return yesNo(cell)
	}
	return c.limited(cell)
}

// maskable are the fields that a masked export shows in part.
var maskable = []string{"name", "certificate_no", "birth_date", "employer", "legal_representative", "phone", "phone_2", "email", "wechat", "contact_address",
	"contact_person", "account_name", "address"}

// personal tells whether a cell with an asterisk is what an export masked, which
// must not take the place of what it stands for.
func (c column) personal() bool { return slices.Contains(maskable, c.Code) }

// withoutPoint takes off the .0 that programs put behind a number people read.
func withoutPoint(cell string) string {
	if whole, ok := strings.CutSuffix(cell, ".0"); ok && strings.Trim(whole, "0123456789") == "" {
		return whole
	}
	return cell
}

func (c column) limited(cell string) (string, string, map[string]any) {
	if c.Limit > 0 && utf8.RuneCountInString(cell) > c.Limit {
		return "", "too_long", map[string]any{"limit": c.Limit}
	}
	return cell, "", nil
}

// maxAllowed is how many values of a list a message names.
const maxAllowed = 12

func (c column) codeOf(cell string) (string, string, map[string]any) {
	folded := cn.Fold(cell)
	if code, ok := c.codes[folded]; ok {
		return code, "", nil
	}
	if code, ok := dictionary().code(c.Codes, folded); ok {
		return code, "", nil
	}
	return "", codeUnknownCode, map[string]any{"allowed": c.allowed(catalogue.Chinese, "、"), allowedEn: c.allowed(catalogue.English, ", ")}
}

// allowedEn is the parameter that takes the place of "allowed" for English
// readers.
const allowedEn = "allowed_en"

func (c column) allowed(lang, comma string) string {
	var names []string
	for _, v := range c.Values[:min(len(c.Values), maxAllowed)] {
		names = append(names, v.name(lang))
	}
	return strings.Join(names, comma)
}

// unitWords are what people write behind a number.
var unitWords = strings.NewReplacer("千伏安", "", "kva", "", "千瓦", "", "kw", "", "万元", "", "元", "", "人", "", "倍", "")

// amount reads a number and brings it to the field's unit: fen, VA, or pieces.
func (c column) amount(cell string) (string, string, map[string]any) {
	n, ok := sheet.ParseNumber(unitWords.Replace(cn.Fold(cell)))
	if !ok {
		return "", codeNoNumber, nil
	}
	factor := int64(1)
	switch {
	case c.Type == typeCount && !n.Whole():
		return "", codeNoWhole, nil
	case c.unit == unit10kYuan || c.Type == typeYuan && strings.Contains(cell, "万"):
		factor = 1_000_000
	case c.Type == typeYuan:
		factor = 100
	case c.Type == typeKVA && c.unit != unitW:
		factor = 1000
	}
	scaled, fits := n.Scaled(factor)
	switch {
	case scaled < 0:
		return "", "too_small", map[string]any{"limit": 0}
	case !fits || c.Max > 0 && scaled > c.Max:
		return "", "too_large", map[string]any{"limit": c.Max}
	}
	return strconv.FormatInt(scaled, 10), "", nil
}

func yesNo(cell string) (string, string, map[string]any) {
	switch cn.Fold(cell) {
	case "是", "有", "真", "对", "y", "yes", "true", "t", "1", "√", "✓":
		return "true", "", nil
	case "否", "无", "没有", "假", "n", "no", "false", "f", "0", "×":
		return "false", "", nil
	}
	return "", codeNoYesNo, nil
}

// int64 reads what amount wrote.
func (v values) int64(field string) int64 {
	n, _ := strconv.ParseInt(v[field], 10, 64) // absent is 0
	return n
}

// list cuts a cell of several words.
func (v values) list(field string) (words []string) {
	for _, w := range strings.FieldsFunc(v[field], func(r rune) bool { return strings.ContainsRune(";；,，、|", r) }) {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// problemOf makes a problem of a rejected input of another module.
func problemOf(f fault.Field, columnOf map[string]column, fieldOf func(string) string) Problem {
	field := fieldOf(f.Name)
	return Problem{Column: columnOf[field].letter, Field: field, Code: f.Code, Params: f.Params}
}
