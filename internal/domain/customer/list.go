package customer

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Filter chooses customers. Everything given must hold.
type Filter struct {
	OrgID       id.ID    `query:"org_id" json:"org_id,omitzero" doc:"one company"`
	Query       string   `query:"q" json:"q,omitempty" maxLength:"100" doc:"as typed into the search box"`
	Kind        Kind     `query:"kind" json:"kind,omitempty" enum:"person,organisation"`
	Status      Status   `query:"status" json:"status,omitempty" enum:"active,closed,merged,erased" doc:"absent: active and closed"`
	Classes     []string `query:"class" json:"class,omitempty" maxItems:"5" doc:"scheme:class, e.g. relation:potential"`
	Tags        []string `query:"tag" json:"tag,omitempty" maxItems:"5"`
	ManagerID   id.ID    `query:"manager_id" json:"manager_id,omitzero"`
	UnitID      id.ID    `query:"unit_id" json:"unit_id,omitzero"`
	ImportID    id.ID    `query:"import_id" json:"import_id,omitzero" doc:"made by this import"`
	CreatedFrom string   `query:"created_from" json:"created_from,omitempty" maxLength:"10" doc:"first day, YYYY-MM-DD"`
	only        []id.ID  // nobody but these; nil: whoever
	CreatedTo   string   `query:"created_to" json:"created_to,omitempty" maxLength:"10" doc:"last day"`
}

// validate reads the days the filter names.
func (f Filter) validate() (from, until when.Instant, err error) {
	var v fault.Validation
	from, until = between(&v, "created_from", f.CreatedFrom, "created_to", f.CreatedTo)
	for _, c := range f.Classes {
		scheme, class, _ := strings.Cut(c, ":")
		v.Check(scheme != "" && class != "" && !strings.Contains(class, ":"), "class", "wrong_format")
	}
	return from, until, v.Err()
}

// between reads a first and a last day by their names: from the first moment of
// the one to that after the other; zero for none.
func between(v *fault.Validation, fromName, first, toName, last string) (from, until when.Instant) {
	if first != "" {
		t, err := when.Day(first).Time()
		v.Check(err == nil, fromName, "no_day")
		from = when.At(t)
	}
	if last != "" {
		t, err := when.Day(last).Time()
		v.Check(err == nil, toName, "no_day")
		until = when.At(t.AddDate(0, 0, 1))
	}
	return from, until
}

// Sort is an order of the list; a minus sign reverses it.
type Sort string

// sorts are the orders with their SQL: columns in the order of an index; the same
// where no index shall be walked, because what is sorted is little; the condition
// of what comes after the cursor.
var sorts = map[Sort]struct{ walked, sorted, after string }{
	"name":         {"name_sort, id", "name_sort || '', id", "(c.name_sort, c.id) > (?, ?)"},
	"-name":        {"name_sort DESC, id DESC", "name_sort || '' DESC, id DESC", "(c.name_sort, c.id) < (?, ?)"},
	"created_at":   {"created_at, id", "created_at + 0, id", "(c.created_at, c.id) > (?, ?)"},
	"-created_at":  {"created_at DESC, id DESC", "created_at + 0 DESC, id DESC", "(c.created_at, c.id) < (?, ?)"},
	"customer_no":  {"customer_no, id", "customer_no || '', id", "(c.customer_no, c.id) > (?, ?)"},
	"-customer_no": {"customer_no DESC, id DESC", "customer_no || '' DESC, id DESC", "(c.customer_no, c.id) < (?, ?)"},
}

// by is the column sorted by, and whether it is reversed.
func (s Sort) by() (column string, descending bool) {
	column, descending = strings.CutPrefix(string(s), "-")
	return column, descending
}

// ListInput asks for a page.
type ListInput struct {
	Filter
	Sort      Sort
	Cursor    string
	Limit     int
	WithPhone bool
}

// List gives a page of customers, merged ones left out. Errors: validation,
// page.ErrCursor.
func (s *Service) List(ctx context.Context, in ListInput) (items []Item, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	sight := SightOf(ctx)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		items, next, err = s.listTx(tx, who.Scope.Narrow(in.OrgID), sight, in)
		return err
	})
	return items, next, err
}

func (s *Service) listTx(tx *db.Tx, scope db.Scope, sight Sight, in ListInput) (items []Item, next string, err error) {
	rows, next, err := s.rowsTx(tx, scope, in)
	if err != nil {
		return nil, "", err
	}
	items, err = s.itemsTx(tx, sight, rows, in.WithPhone)
	return items, next, err
}

// rowsTx reads a page of rows, each company's in the way that reads less;
// WithPhone reads their sealed records too.
func (s *Service) rowsTx(tx *db.Tx, scope db.Scope, in ListInput) (rows []row, next string, err error) {
	after, err := s.positionTx(tx, in.Sort, in.Cursor)
	if err != nil || len(scope.Orgs()) == 0 {
		return nil, "", err
	}
	parts := make([]db.Part, len(scope.Orgs()))
	for i, org := range scope.Orgs() {
		if parts[i], err = s.partTx(tx, org, in, after); err != nil {
			return nil, "", err
		}
	}
	text, args := db.Merge(parts, sorts[in.Sort].walked, in.Limit+1)
	if err := tx.Select(&rows, text, args...); err != nil {
		return nil, "", err
	}
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		next, err = s.cursorTx(tx, in.Sort, rows[in.Limit-1])
	}
	return rows, next, err
}

// partTx is one company's part of a list.
func (s *Service) partTx(tx *db.Tx, org id.ID, in ListInput, after []any) (p db.Part, err error) {
	q, few, err := s.filterTx(tx, org, in.Filter, in.Sort)
	if err != nil {
		return p, err
	}
	order := sorts[in.Sort].walked
	if few {
		order = sorts[in.Sort].sorted
	}
	if len(after) > 0 {
		q.Where(sorts[in.Sort].after, after...)
	}
	head := baseColumns
	if in.WithPhone {
		head = columns
	}
	p.Text, p.Args = q.Text(selectOf(head, "customer c"), "ORDER BY "+order+" LIMIT ?", in.Limit+1)
	return p, nil
}

func (s *Service) itemsTx(tx *db.Tx, sight Sight, rows []row, phone bool) ([]Item, error) {
	items, managers := make([]Item, len(rows)), map[id.ID]bool{}
	for i, r := range rows {
		set, err := s.settingsTx(tx, r.OrgID)
		if err != nil {
			return nil, err
		}
		r.Classes = set.complete(r.Kind, r.Classes)
		items[i].Base = sight.base(r.Base)
		if !r.ManagerID.IsZero() {
			managers[r.ManagerID] = true
		}
		if phone {
			if items[i].Phone, err = s.phoneTx(tx, sight, r); err != nil {
				return nil, err
			}
		}
	}
	names, err := s.Users.NamesTx(tx, slices.Collect(maps.Keys(managers)))
	for i := range items {
		items[i].ManagerName = names[items[i].ManagerID]
	}
	return items, err
}

func (s *Service) phoneTx(tx *db.Tx, sight Sight, r row) (string, error) {
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return "", err
	}
	record, err := r.open(company)
	if err != nil {
		return "", err
	}
	c := record.primary(Phone)
	if c.Value != "" && !sight.Sees(r.OrgID, r.ID, FieldPhone) {
		c = c.masked()
	}
	return c.Value, nil
}

// filterTx turns a filter into conditions on customer c of one company. few tells
// that what meets them is so little that it is read whole and sorted; else the
// list is walked in its order.
func (s *Service) filterTx(tx *db.Tx, org id.ID, f Filter, sort Sort) (q *db.Query, few bool, err error) {
	narrow, err := f.narrow()
	if err != nil {
		return nil, false, err
	}
	q = new(db.Query).Where("c.org_id = ?", org)
	f.where(q)
	if f.only != nil {
		few = true
		db.In(q, "c.id", f.only)
	}
	column, _ := sort.by()
	for _, n := range narrow {
		q.Where(n.cond, n.args...)
		if few || n.inOrderOf == column {
			continue
		}
		if few, err = n.few(tx, org); err != nil {
			return nil, false, err
		}
	}
	for _, m := range f.memberships() {
		little, err := m.where(tx, q, org)
		if err != nil {
			return nil, false, err
		}
		few = few || little
	}
	for _, c := range f.Classes {
		little, err := s.whereClassTx(tx, q, org, c)
		if err != nil {
			return nil, false, err
		}
		few = few || little
	}
	if strings.TrimSpace(f.Query) == "" {
		return q, few, nil
	}
	found, err := s.FoundTx(tx, db.ScopeOf(org), f.Query)
	return db.In(q, "c.id", found), true, err
}

// where adds the conditions that hold for many.
func (f Filter) where(q *db.Query) {
	switch f.Status {
	case "":
		q.Where("c.status NOT IN ('merged', 'erased')")
	case Active:
		q.Where("c.status = 'active'")
	}
	switch f.Kind {
	case "":
	case KindOrganisation: // with an index of their own
		q.Where("c.kind = 'organisation'")
	default:
		q.Where("c.kind = ?", f.Kind)
	}
}

// narrow are the conditions that may hold for few, each with an index of its own.
func (f Filter) narrow() (all []narrow, err error) {
	from, until, err := f.validate()
	if err != nil {
		return nil, err
	}
	if f.Status != "" && f.Status != Active {
		all = append(all, narrow{"c.status <> 'active' AND c.status = ?", []any{f.Status}, "name"})
	}
	if !f.ManagerID.IsZero() {
		all = append(all, narrow{"c.manager_id = ?", []any{f.ManagerID}, "name"})
	}
	if !f.UnitID.IsZero() {
		all = append(all, narrow{"c.unit_id = ?", []any{f.UnitID}, "name"})
	}
	if !f.ImportID.IsZero() {
		all = append(all, narrow{"c.import_id = ?", []any{f.ImportID}, "created_at"})
	}
	if from != 0 {
		all = append(all, narrow{"c.created_at >= ?", []any{from}, "created_at"})
	}
	if until != 0 {
		all = append(all, narrow{"c.created_at < ?", []any{until}, "created_at"})
	}
	return all, nil
}

func (f Filter) memberships() []membership {
	all := make([]membership, len(f.Tags))
	for i, t := range f.Tags {
		all[i] = ofTag(t)
	}
	return all
}

// whereClassTx asks for a class "scheme:class", chosen or by default.
func (s *Service) whereClassTx(tx *db.Tx, q *db.Query, org id.ID, class string) (few bool, err error) {
	scheme, code, _ := strings.Cut(class, ":")
	set, err := s.settingsTx(tx, org)
	if err != nil {
		return false, err
	}
	def, _ := set.scheme(scheme)
	var byDefault []Kind
	for _, k := range []Kind{KindPerson, KindOrganisation} {
		if def.byDefault(k) == code {
			byDefault = append(byDefault, k)
		}
	}
	if len(byDefault) == 0 {
		return ofClass(scheme, code).where(tx, q, org)
	}
	whereClassOrDefault(q, scheme, code, byDefault)
	return false, nil
}

// position is where a page begins: the sort value of the row before and its id.
// Names stand sealed in cursors, which travel in URLs.
type position struct {
	OrgID id.ID  `json:"o"`
	ID    id.ID  `json:"i"`
	At    int64  `json:"a,omitempty"`
	Text  string `json:"t,omitempty"`
	Name  []byte `json:"n,omitempty"`
}

func (s *Service) cursorTx(tx *db.Tx, sort Sort, last row) (string, error) {
	p := position{OrgID: last.OrgID, ID: last.ID}
	switch column, _ := sort.by(); column {
	case "created_at":
		p.At = int64(last.CreatedAt)
	case "customer_no":
		p.Text = last.CustomerNo
	default:
		company, err := s.Keys.CompanyTx(tx, last.OrgID)
		if err != nil {
			return "", err
		}
		p.Name = company.Own().Seal(cursorPlace(last.ID), last.NameSort)
	}
	return s.Cursors.Encode("customer.list "+string(sort), p)
}

func cursorPlace(customer id.ID) crypt.Place {
	return crypt.Place{Table: "cursor", Column: "name_sort", ID: customer}
}

// positionTx is where the cursor stands: the sort value and identifier of the row
// before; empty at the beginning.
func (s *Service) positionTx(tx *db.Tx, sort Sort, cursor string) ([]any, error) {
	var p position
	ok, err := s.Cursors.Decode("customer.list "+string(sort), cursor, &p)
	if err != nil || !ok {
		return nil, err
	}
	switch column, _ := sort.by(); column {
	case "created_at":
		return []any{p.At, p.ID}, nil
	case "customer_no":
		return []any{p.Text, p.ID}, nil
	}
	company, err := s.Keys.CompanyTx(tx, p.OrgID)
	if err != nil {
		return nil, err
	}
	name, err := company.Own().Open(cursorPlace(p.ID), p.Name)
	return []any{name, p.ID}, err
}
