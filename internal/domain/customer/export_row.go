package customer

import (
	"maps"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// exportColumn is a column of the export: its heading in the catalogue
// (customer.column.NAME) and its value.
type exportColumn struct {
	name  string
	value func(x *exporter, l exportLine) string
}

// exportLine is a customer with what is written of him, masked as the export is.
type exportLine struct {
	Customer
	parts  Parts
	fields map[id.ID]FieldValue
}

var exportBase = []exportColumn{
	{"customer_no", func(_ *exporter, l exportLine) string { return l.CustomerNo }},
	{"kind", func(x *exporter, l exportLine) string { return x.text("customer.kind." + string(l.Kind)) }},
	{"name", func(_ *exporter, l exportLine) string { return l.Name }},
	{"status", func(x *exporter, l exportLine) string { return x.text("customer.status." + string(l.Status)) }},
	{"phone", func(_ *exporter, l exportLine) string { return l.primary(Phone).Value }},
	{"other_phones", func(_ *exporter, l exportLine) string {
		return l.joined(Phone, func(c Contact) bool { return c.ID != l.primary(Phone).ID })
	}},
	{"email", func(_ *exporter, l exportLine) string { return l.joined(Email, nil) }},
	{"address", func(_ *exporter, l exportLine) string { return l.joined(Address, nil) }},
	{"certificate_kind", func(x *exporter, l exportLine) string {
		if len(l.Certificates) == 0 {
			return ""
		}
		return x.text("customer.certificate." + string(l.Certificates[0].Kind))
	}},
	{"certificate_no", func(_ *exporter, l exportLine) string {
		if len(l.Certificates) == 0 {
			return ""
		}
		return l.Certificates[0].Number
	}},
	{"sex", func(x *exporter, l exportLine) string {
		if l.Person == nil || l.Person.Sex == "" {
			return ""
		}
		return x.text("customer.sex." + string(l.Person.Sex))
	}},
	{"birth_date", func(_ *exporter, l exportLine) string {
		if l.Person == nil {
			return ""
		}
		return l.Person.BirthDate
	}},
	{"legal_representative", func(_ *exporter, l exportLine) string {
		if l.Organisation == nil {
			return ""
		}
		return l.Organisation.LegalRepresentative
	}},
	{"industry", func(_ *exporter, l exportLine) string { return l.Industry }},
	{"premises", func(_ *exporter, l exportLine) string { return strings.Join(l.parts.Addresses, "; ") }},
	{"accounts", func(_ *exporter, l exportLine) string { return strings.Join(l.parts.AccountNos, "; ") }},
	{"tags", func(_ *exporter, l exportLine) string { return strings.Join(l.Tags, "; ") }},
	{"unit", func(_ *exporter, l exportLine) string { return l.UnitName }},
	{"manager", func(_ *exporter, l exportLine) string { return l.ManagerName }},
	{"created_at", func(_ *exporter, l exportLine) string { return string(l.CreatedAt.Day()) }},
}

func (l exportLine) joined(kind ContactKind, also func(Contact) bool) string {
	var values []string
	for _, c := range l.Contacts {
		if c.Kind == kind && (also == nil || also(c)) {
			values = append(values, c.Value)
		}
	}
	return strings.Join(values, "; ")
}

func (x *exporter) text(key string) string { return x.Text(x.lang, key, nil) }

// columns are the common ones, one for each scheme and one for each field.
func (x *exporter) columns() []exportColumn {
	all := slices.Clone(exportBase)
	for _, s := range x.set.schemes {
		if s.Active {
			all = append(all, exportColumn{inLanguage(x.lang, s.NameZh, s.NameEn), func(x *exporter, l exportLine) string { return s.label(x.lang, l.Classes[s.Code]) }})
		}
	}
	for _, f := range x.set.fields {
		if f.Active {
			all = append(all, exportColumn{inLanguage(x.lang, f.NameZh, f.NameEn), func(_ *exporter, l exportLine) string { return l.fields[f.ID].Value }})
		}
	}
	for i, h := range x.MarkHeadings(x.lang, x.filter.Release.Marked()) { // on every row: a part of the file names its taker too
		all = append(all, exportColumn{h, func(x *exporter, _ exportLine) string { return x.marks[i] }})
	}
	return all
}

func (x *exporter) header() []string {
	cells := []string{}
	for i, c := range x.columns() {
		if i < len(exportBase) {
			c.name = x.text("customer.column." + c.name)
		}
		cells = append(cells, c.name)
	}
	return cells
}

func (x *exporter) countTx(tx *db.Tx) (n int64, err error) {
	q, _, err := x.filterTx(tx, x.row.OrgID, x.filter.Filter, "name")
	if err != nil {
		return 0, err
	}
	text, args := q.Text(selectOf("count(*)", "customer c"), "")
	return n, tx.Get(&n, text, args...)
}

// batchTx reads a batch of customers as lines.
func (x *exporter) batchTx(tx *db.Tx, in ListInput) (lines [][]string, next string, err error) {
	rows, next, err := x.rowsTx(tx, db.ScopeOf(x.row.OrgID), in)
	if err != nil || len(rows) == 0 {
		return nil, "", err
	}
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	parts, err := x.partsTx(tx, x.row.OrgID, ids)
	if err != nil {
		return nil, "", err
	}
	values, err := valuesOf(tx, x.row.OrgID, ids)
	if err != nil {
		return nil, "", err
	}
	names, err := x.namesTx(tx, rows)
	if err != nil {
		return nil, "", err
	}
	columns := x.columns()
	for _, r := range rows {
		l, err := x.lineTx(tx, r, parts[r.ID], values[r.ID])
		if err != nil {
			return nil, "", err
		}
		l.ManagerName, l.UnitName = names[r.ManagerID], names[r.UnitID]
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = c.value(x, l)
		}
		lines = append(lines, cells)
	}
	return lines, next, nil
}

func (x *exporter) lineTx(tx *db.Tx, r row, parts Parts, values []fieldValueRow) (l exportLine, err error) {
	o, err := x.ownerTx(tx, r)
	if err != nil {
		return l, err
	}
	l.Base = r.Base
	l.Classes = x.set.complete(r.Kind, r.Classes)
	if l.Record, err = r.openWith(o.subject); err != nil {
		return l, err
	}
	sight := x.filter.Release.Sight()
	l.Customer, l.parts = sight.customer(l.Customer), parts
	l.parts.Addresses = slices.Clone(parts.Addresses)
	for i, a := range l.parts.Addresses {
		l.parts.Addresses[i] = sight.Address(r.OrgID, r.ID, a)
	}
	l.fields, err = openValues(tx, o, x.set, sight, values)
	return l, err
}

// namesTx names the managers and units of rows.
func (x *exporter) namesTx(tx *db.Tx, rows []row) (map[id.ID]string, error) {
	managers := map[id.ID]bool{}
	for _, r := range rows {
		if !r.ManagerID.IsZero() {
			managers[r.ManagerID] = true
		}
	}
	names, err := x.Users.NamesTx(tx, slices.Collect(maps.Keys(managers)))
	if err != nil {
		return nil, err
	}
	tree, err := x.Orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if unit, ok := tree.Get(r.UnitID); ok {
			names[r.UnitID] = unit.ShortName
		}
	}
	return names, nil
}
