package dataimport

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// record is a row taken apart and checked as far as the row alone tells.
type record struct {
	row      int
	problems []Problem // the row is rejected
	missing  []Problem // only when the row makes a customer
	values   values
	open     bool // the last line, without line end

	customerNo      string
	certificate     string // in its normal form
	certificateKind cn.CertificateKind
	name            string // folded
	draft           customer.Draft
	unit            id.ID
	contact         customer.ContactInput // of a file of contacts

	accountNo string
	account   supply.AccountInput
	premise   supply.PremiseInput
	meter     supply.MeterInput
}

// reader takes rows apart by the mapping of one import. It is for one goroutine.
type reader struct {
	kind     Kind
	columns  []column
	byField  map[string]column
	check    customer.Check
	units    map[string]id.ID // of the company: folded code and name
	accounts bool             // the file has columns of accounts
}

func newReader(k Kind, m Mapping, fields []Field, header []string, today when.Day, units map[string]id.ID) *reader {
	r := &reader{kind: k, columns: m.columns(fields, header), byField: map[string]column{}, units: units,
		check: customer.Check{Today: string(today), Area: m.PhoneArea}}
	for _, c := range r.columns {
		r.byField[c.Code] = c
		r.accounts = r.accounts || k != Contacts && c.Code == "account_no"
	}
	return r
}

func (r *reader) read(row sheet.Row) record {
	rec := record{row: row.Number, open: row.Open}
	if p := row.Problem; p != nil {
		rec.problems = []Problem{{Row: row.Number, Column: p.Name, Code: p.Code, Params: p.Params}}
		return rec
	}
	rec.values, rec.problems = readCells(r.columns, row.Cells)
	r.readKeys(&rec)
	switch r.kind {
	case Customers:
		r.readCustomer(&rec)
	case Contacts:
		r.readContact(&rec)
	}
	if r.accounts {
		r.readAccount(&rec)
	}
	for i := range rec.problems {
		rec.problems[i].Row = row.Number
	}
	slices.SortStableFunc(rec.problems, func(a, b Problem) int { // as the columns stand in the file
		return cmp.Or(cmp.Compare(len(a.Column), len(b.Column)), cmp.Compare(a.Column, b.Column))
	})
	for i := range rec.missing {
		rec.missing[i].Row = row.Number
	}
	return rec
}

// readOnlyKeys reads what keys the row takes, and the name they go with.
func (r *reader) readOnlyKeys(row sheet.Row) record {
	rec := record{row: row.Number}
	rec.values, _ = readCells(r.columns, row.Cells)
	r.readKeys(&rec)
	rec.name = cn.Fold(rec.values["name"])
	rec.meter.AssetNo = supply.NormalNumber(rec.values["meter_no"])
	if r.kind == Contacts {
		r.readContact(&rec)
	}
	return rec
}

// reject adds a problem of a field, unless there is one: a cell that could not be
// read is not missing too.
func (r *reader) reject(rec *record, field, code string, params ...any) {
	if rec.rejected(field) {
		return
	}
	rec.problems = append(rec.problems, Problem{Column: r.byField[field].letter, Field: field, Code: code, Params: pairs(params)})
}

// rejected tells whether one of the fields has a problem.
func (rec *record) rejected(fields ...string) bool {
	return slices.ContainsFunc(rec.problems, func(p Problem) bool { return slices.Contains(fields, p.Field) })
}

func pairs(params []any) map[string]any {
	var v fault.Validation
	v.Add("", "", params...)
	var f *fault.Error
	errors.As(v.Err(), &f)
	return f.Fields[0].Params
}

// readKeys reads what tells the customer, and the unit in charge.
func (r *reader) readKeys(rec *record) {
	v := rec.values
	rec.customerNo = v["customer_no"]
	rec.accountNo = supply.NormalNumber(v["account_no"])
	if number := v["certificate_no"]; number != "" {
		r.readCertificate(rec, cn.CertificateKind(v["certificate_kind"]), number)
	}
	if u := v["unit"]; u != "" {
		known := false
		if rec.unit, known = r.units[cn.Fold(u)]; !known {
			r.reject(rec, "unit", codeNoReference)
		}
	}
	if r.kind == Contacts && rec.customerNo == "" && rec.certificate == "" && rec.accountNo == "" && !rec.rejected("customer_no", "certificate_no", "account_no") {
		r.reject(rec, "customer_no", codeKeyMissing)
	}
}

// guessed are the kinds of certificate a number alone can tell by its check
// character, likeliest first.
var guessed = []cn.CertificateKind{cn.KindResidentID, cn.KindUSCC, cn.KindOrganisationCode}

// readCertificate normalises the number. Without a kind it is the one whose
// check the number passes.
func (r *reader) readCertificate(rec *record, kind cn.CertificateKind, number string) {
	check := cn.ResidentIDCheck{Today: r.check.Today, Legacy: true}
	kinds := []cn.CertificateKind{kind}
	if kind == "" {
		kinds = guessed
	}
	var err error
	for _, k := range kinds {
		var c cn.Certificate
		if c, err = cn.ParseCertificate(k, number, check); err == nil {
			rec.certificate, rec.certificateKind = c.Number, k
			return
		}
	}
	var bad *cn.InvalidError
	switch {
	case kind == "" && len(number) != 18:
		r.reject(rec, "certificate_no", codeCertificateKind)
	case kind == "":
		_, err = cn.ParseCertificate(guess18(number), number, check)
		fallthrough
	default:
		if errors.As(err, &bad) {
			r.reject(rec, "certificate_no", "number_"+string(bad.Reason), "position", bad.Position)
		}
	}
}

// guess18 is what 18 characters are meant as: the third to eighth of both kinds
// are a region, the seventh to fourteenth of a resident's a birth date.
func guess18(number string) cn.CertificateKind {
	if strings.Trim(number[:17], "0123456789") == "" {
		return cn.KindResidentID
	}
	return cn.KindUSCC
}

// customerField is our field for an input of the archive. contacts are the fields
// of its contacts in their order; without them it is the phone.
func (r *reader) customerField(contacts []string) func(string) string {
	return func(name string) string {
		switch {
		case strings.HasPrefix(name, "contacts["):
			if i, ok := listIndex(name); ok && i < len(contacts) {
				return contacts[i]
			}
			return "phone"
		case strings.HasPrefix(name, "certificates["):
			if strings.HasSuffix(name, "valid_until") {
				return "certificate_until"
			}
			return "certificate_no"
		case strings.HasPrefix(name, "fields."):
			return fieldPrefix + strings.TrimPrefix(name, "fields.")
		case strings.HasPrefix(name, "classes."):
			return classPrefix + strings.TrimPrefix(name, "classes.")
		case strings.HasPrefix(name, "tags"):
			return "tags"
		}
		_, last, nested := strings.Cut(name, ".")
		if !nested {
			last = name
		}
		return strings.TrimSuffix(last, "_fen")
	}
}

// listIndex is the number in "contacts[2].value".
func listIndex(name string) (n int, ok bool) {
	_, rest, found := strings.Cut(name, "[")
	if !found {
		return 0, false
	}
	for i, c := range rest {
		if c == ']' {
			return n, i > 0
		}
		if c < '0' || c > '9' || n > 1<<20 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return 0, false
}
