package dataimport

import (
	"crypto/sha256"
	"regexp"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// Mapping tells what the columns of a file are. A heading may serve several
// fields; a field has one heading or one constant.
type Mapping struct {
	Columns   []ColumnMap       `json:"columns" nullable:"false" maxItems:"500"`
	Constants map[string]string `json:"constants,omitempty" doc:"value of every row, by field"`
	// PhoneArea completes local telephone numbers.
	PhoneArea string `json:"phone_area,omitempty" pattern:"^0[0-9]{2,3}$" doc:"area code, such as 0578"`
}

// ColumnMap gives a column to a field.
type ColumnMap struct {
	Header string            `json:"header" minLength:"1" maxLength:"200"`
	Field  string            `json:"field" minLength:"1" maxLength:"60"`
	Unit   string            `json:"unit,omitempty" enum:"10k_yuan,w" doc:"of numbers in another unit than the field's"`
	Values map[string]string `json:"values,omitempty" doc:"code that a cell of the file means; beside the usual words"`
}

// The units a column may be in; without one, yuan and kVA.
const (
	unit10kYuan = "10k_yuan"
	unitW       = "w" // VA or W
)

// bracketed is the unit or remark behind a heading: 合同容量（kVA）.
var bracketed = regexp.MustCompile(`[(\[【（].*$`)

// headingForms are the folded forms under which a heading is looked up.
func headingForms(header string) []string {
	whole := strings.Trim(cn.Fold(header), " *:：#")
	plain := strings.NewReplacer("_", " ", "-", " ", ".", "").Replace(whole)
	bare := strings.TrimSpace(bracketed.ReplaceAllString(plain, ""))
	forms := []string{whole, plain, bare, strings.ReplaceAll(bare, " ", "")}
	return slices.Compact(forms)
}

// suggest maps the headings it recognises. A heading that several fields would
// take (户名: customer or account) goes to the first that no other heading wants.
func suggest(fields []Field, header []string) Mapping {
	wanted := map[string][]int{} // heading form → fields
	for i, f := range fields {
		for _, name := range f.names() {
			for _, form := range headingForms(name) {
				wanted[form] = append(wanted[form], i)
			}
		}
	}
	taken := map[int]bool{}
	chosen := make([]int, len(header))
	for _, ambiguous := range []bool{false, true} {
		for col, h := range header {
			candidates := candidatesOf(wanted, h)
			if len(candidates) == 0 || (len(candidates) > 1) != ambiguous {
				continue
			}
			if i := slices.IndexFunc(candidates, func(f int) bool { return !taken[f] }); i >= 0 {
				taken[candidates[i]], chosen[col] = true, candidates[i]+1
			}
		}
	}
	m := Mapping{Columns: []ColumnMap{}}
	for col, f := range chosen {
		if f > 0 {
			m.Columns = append(m.Columns, ColumnMap{Header: header[col], Field: fields[f-1].Code, Unit: unitOf(fields[f-1], header[col])})
		}
	}
	if customers := fieldByCode(fields, "name") != nil; customers && !m.has("account_no") {
		m.Columns = withoutAccounts(m.Columns)
	}
	return m
}

// withoutAccounts takes what belongs to an account out of the columns of a file
// that names none. An address is then the customer's own.
func withoutAccounts(columns []ColumnMap) []ColumnMap {
	own := slices.ContainsFunc(columns, func(c ColumnMap) bool { return c.Field == "contact_address" })
	for i := range columns {
		if columns[i].Field == "address" && !own {
			columns[i].Field = "contact_address"
		}
	}
	return slices.DeleteFunc(columns, func(c ColumnMap) bool { return slices.Contains(accountOnly, c.Field) })
}

// candidatesOf are the fields of the most exact form of the heading that any
// field knows.
func candidatesOf(wanted map[string][]int, header string) (candidates []int) {
	if dictionary().isOwn(header) {
		return nil
	}
	for _, form := range headingForms(header) {
		if form != "" && len(wanted[form]) > 0 {
			candidates = slices.Clone(wanted[form])
			slices.Sort(candidates)
			return slices.Compact(candidates)
		}
	}
	return nil
}

// unitOf reads the unit out of a heading: 注册资本（万元）, 容量(W).
func unitOf(f Field, header string) string {
	h := cn.Fold(header)
	switch {
	case f.Type == typeYuan && strings.Contains(h, "万"):
		return unit10kYuan
	case f.Type == typeKVA && (strings.HasSuffix(h, "(w)") || strings.HasSuffix(h, "(va)")):
		return unitW
	}
	return ""
}

// validate holds a mapping to the file's header and the fields of the kind.
func (m Mapping) validate(k Kind, fields []Field, header []string) error {
	var v fault.Validation
	seen := map[string]bool{}
	for i, c := range m.Columns {
		name := "columns[" + itoa(i) + "]."
		v.Check(slices.Contains(header, c.Header), name+"header", "unknown_column", "column", c.Header)
		checkField(&v, name+"field", fields, seen, c.Field)
		v.Check(c.Unit == "" || c.Unit == unitFor(fields, c.Field), name+"unit", "unit_of_field")
	}
	for field := range m.Constants {
		checkField(&v, "constants."+field, fields, seen, field)
	}
	for i, c := range m.Columns {
		v.Check(k != Customers || seen["account_no"] || !slices.Contains(accountOnly, c.Field), "columns["+itoa(i)+"].field", "needs_account_no")
	}
	for _, need := range [][]string{{"name", "customer_no", "certificate_no"}, {"account_no"}, {"customer_no", "certificate_no", "account_no"}}[slices.Index(kinds, k)] {
		if seen[need] {
			return v.Err()
		}
	}
	v.Add("columns", "no_key_column")
	return v.Err()
}

var kinds = []Kind{Customers, Accounts, Contacts}

func checkField(v *fault.Validation, name string, fields []Field, seen map[string]bool, code string) {
	v.Check(fieldByCode(fields, code) != nil, name, "unknown_target", "field", code)
	v.Check(!seen[code], name, "mapped_twice", "field", code)
	seen[code] = true
}

func fieldByCode(fields []Field, code string) *Field {
	if i := slices.IndexFunc(fields, func(f Field) bool { return f.Code == code }); i >= 0 {
		return &fields[i]
	}
	return nil
}

// unitFor is the other unit a field's numbers may be in.
func unitFor(fields []Field, code string) string {
	switch f := fieldByCode(fields, code); {
	case f == nil:
	case f.Type == typeYuan:
		return unit10kYuan
	case f.Type == typeKVA:
		return unitW
	}
	return ""
}

// headerHash is by what a mapping is remembered: the set of headings, in any
// order.
func headerHash(k Kind, header []string) []byte {
	folded := make([]string, 0, len(header))
	for _, h := range header {
		if h = cn.Fold(h); h != "" && !dictionary().isOwn(h) {
			folded = append(folded, h)
		}
	}
	slices.Sort(folded)
	sum := sha256.Sum256([]byte(string(k) + "\x00" + strings.Join(folded, "\x00")))
	return sum[:]
}

// columns resolves the mapping against the header.
func (m Mapping) columns(fields []Field, header []string) (all []column) {
	for _, c := range m.Columns {
		f := fieldByCode(fields, c.Field)
		at := slices.Index(header, c.Header)
		if f == nil || at < 0 {
			continue // validated; a field was retired since
		}
		all = append(all, column{Field: *f, at: at, letter: sheet.ColumnName(at), unit: c.Unit, codes: foldedCodes(c.Values, *f)})
	}
	for code, value := range m.Constants {
		if f := fieldByCode(fields, code); f != nil {
			all = append(all, column{Field: *f, at: -1, constant: value, codes: foldedCodes(nil, *f)})
		}
	}
	return all
}

// column is a field with where its values come from.
type column struct {
	Field
	at       int // in the row; -1 for a constant
	letter   string
	constant string
	unit     string
	codes    map[string]string // folded cell → code, what the mapping and the company's own lists say
}

func foldedCodes(values map[string]string, f Field) map[string]string {
	codes := map[string]string{}
	if f.Codes == "" {
		for _, v := range f.Values {
			if v.En != "" {
				codes[cn.Fold(v.En)] = v.Code
			}
			codes[cn.Fold(v.Code)], codes[cn.Fold(v.Zh)] = v.Code, v.Code
		}
	}
	for cell, code := range values {
		codes[cn.Fold(cell)] = code
	}
	return codes
}
