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
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// Filter chooses customers. Everything given must hold.
type Filter struct {
	OrgID       id.ID    `query:"org_id" json:"org_id,omitzero" doc:"one company"`
	Query       string   `query:"q" json:"q,omitempty" maxLength:"100" doc:"as typed into the search box"`
	Kind        Kind     `query:"kind" json:"kind,omitempty" enum:"person,organisation"`
	Status      Status   `query:"status" json:"status,omitempty" enum:"active,closed,merged" doc:"absent: all but merged"`
	Classes     []string `query:"class" json:"class,omitempty" maxItems:"5" doc:"scheme:class, e.g. relation:potential"`
	Tags        []string `query:"tag" json:"tag,omitempty" maxItems:"5"`
	ManagerID   id.ID    `query:"manager_id" json:"manager_id,omitzero"`
	UnitID      id.ID    `query:"unit_id" json:"unit_id,omitzero"`
	CreatedFrom string   `query:"created_from" json:"created_from,omitempty" maxLength:"10" doc:"first day, YYYY-MM-DD"`
	CreatedTo   string   `query:"created_to" json:"created_to,omitempty" maxLength:"10" doc:"last day"`
}

// validate reads the days: from the first moment of the first to that after the
// last; zero for none.
func (f Filter) validate() (from, until when.Instant, err error) {
	var v fault.Validation
	if f.CreatedFrom != "" {
		t, err := when.Day(f.CreatedFrom).Time()
		v.Check(err == nil, "created_from", "no_day")
		from = when.At(t)
	}
	if f.CreatedTo != "" {
		t, err := when.Day(f.CreatedTo).Time()
		v.Check(err == nil, "created_to", "no_day")
		until = when.At(t.AddDate(0, 0, 1))
	}
	for _, c := range f.Classes {
		v.Check(strings.Count(c, ":") == 1, "class", "wrong_format")
	}
	return from, until, v.Err()
}

// Sort is an order of the list; a minus sign reverses it.
type Sort string

// sorts are the orders with their SQL: columns, the condition of what comes
// after the cursor.
var sorts = map[Sort]struct{ order, after string }{
	"name":         {"name_sort, id", "(c.name_sort, c.id) > (?, ?)"},
	"-name":        {"name_sort DESC, id DESC", "(c.name_sort, c.id) < (?, ?)"},
	"created_at":   {"created_at, id", "(c.created_at, c.id) > (?, ?)"},
	"-created_at":  {"created_at DESC, id DESC", "(c.created_at, c.id) < (?, ?)"},
	"customer_no":  {"customer_no, id", "(c.customer_no, c.id) > (?, ?)"},
	"-customer_no": {"customer_no DESC, id DESC", "(c.customer_no, c.id) < (?, ?)"},
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

// rowsTx reads a page of rows; WithPhone reads their sealed records too.
func (s *Service) rowsTx(tx *db.Tx, scope db.Scope, in ListInput) (rows []row, next string, err error) {
	if len(scope.Orgs()) == 0 {
		return nil, "", nil
	}
	q, none, err := s.filterTx(tx, scope, in.Filter)
	if err != nil || none {
		return nil, "", err
	}
	if err := s.afterTx(tx, q, in.Sort, in.Cursor); err != nil {
		return nil, "", err
	}
	head := baseColumns
	if in.WithPhone {
		head = columns
	}
	text, args := q.PerOrg(scope, selectOf(head, "customer c"), "c.org_id", sorts[in.Sort].order, in.Limit+1)
	if err := tx.Select(&rows, text, args...); err != nil {
		return nil, "", err
	}
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		next, err = s.cursorTx(tx, in.Sort, rows[in.Limit-1])
	}
	return rows, next, err
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
	if c.Value != "" && !sight.Plain(r.OrgID) {
		c = c.masked()
	}
	return c.Value, nil
}

// filterTx turns a filter into conditions on customer c; none tells that nothing
// can meet them.
func (s *Service) filterTx(tx *db.Tx, scope db.Scope, f Filter) (q *db.Query, none bool, err error) {
	if q, err = f.query(); err != nil {
		return nil, false, err
	}
	for _, t := range f.Tags {
		if err := whereTag(tx, q, scope, t); err != nil {
			return nil, false, err
		}
	}
	for _, c := range f.Classes {
		if err := s.whereClassTx(tx, q, scope, c); err != nil {
			return nil, false, err
		}
	}
	if strings.TrimSpace(f.Query) == "" {
		return q, false, nil
	}
	hits, err := s.findTx(tx, scope, f.Query, search.Candidates)
	if err != nil || len(hits) == 0 {
		return q, true, err
	}
	ids := make([]id.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.ObjectID
	}
	return db.In(q, "c.id", ids), false, nil
}

// query makes the conditions that need no look into other tables.
func (f Filter) query() (*db.Query, error) {
	from, until, err := f.validate()
	if err != nil {
		return nil, err
	}
	q := new(db.Query)
	switch f.Status {
	case "":
		q.Where("c.status <> 'merged'")
	case Active:
		q.Where("c.status = 'active'")
	default: // few, with an index of their own
		q.Where("c.status <> 'active'").Where("c.status = ?", f.Status)
	}
	if f.Kind != "" {
		q.Where("c.kind = ?", f.Kind)
	}
	if !f.ManagerID.IsZero() {
		q.Where("c.manager_id = ?", f.ManagerID)
	}
	if !f.UnitID.IsZero() {
		q.Where("c.unit_id = ?", f.UnitID)
	}
	if from != 0 {
		q.Where("c.created_at >= ?", from)
	}
	if until != 0 {
		q.Where("c.created_at < ?", until)
	}
	return q, nil
}

// whereClassTx asks for a class "scheme:class", chosen or by default.
func (s *Service) whereClassTx(tx *db.Tx, q *db.Query, scope db.Scope, class string) error {
	scheme, code, _ := strings.Cut(class, ":")
	byDefault := map[Kind][]id.ID{}
	for _, org := range scope.Orgs() {
		set, err := s.settingsTx(tx, org)
		if err != nil {
			return err
		}
		def, _ := set.scheme(scheme)
		for _, k := range []Kind{KindPerson, KindOrganisation} {
			if def.byDefault(k) == code {
				byDefault[k] = append(byDefault[k], org)
			}
		}
	}
	return whereClass(tx, q, scope, scheme, code, byDefault)
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
	switch strings.TrimPrefix(string(sort), "-") {
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

func (s *Service) afterTx(tx *db.Tx, q *db.Query, sort Sort, cursor string) error {
	var p position
	ok, err := s.Cursors.Decode("customer.list "+string(sort), cursor, &p)
	if err != nil || !ok {
		return err
	}
	var value any
	switch strings.TrimPrefix(string(sort), "-") {
	case "created_at":
		value = p.At
	case "customer_no":
		value = p.Text
	default:
		company, err := s.Keys.CompanyTx(tx, p.OrgID)
		if err != nil {
			return err
		}
		if value, err = company.Own().Open(cursorPlace(p.ID), p.Name); err != nil {
			return err
		}
	}
	q.Where(sorts[sort].after, value, p.ID)
	return nil
}
