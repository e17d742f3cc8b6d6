package supply

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Origin is where a fault is: a node of the network, a piece of equipment, a
// metering point, a meter or an account.
type Origin struct {
	Kind string `path:"kind" enum:"substation,line,district,equipment,point,meter,account"`
	ID   id.ID  `path:"id"`
}

// Reach is who is behind an origin: where the power of an account comes through.
type Reach struct {
	Kind      string       `json:"kind"`
	ID        id.ID        `json:"id"`
	No        string       `json:"no"`
	Name      string       `json:"name"`
	Node      *Node        `json:"node,omitempty" doc:"where the equipment stands"`
	Lines     int          `json:"lines" doc:"lines behind it, branches counted"`
	Accounts  int64        `json:"accounts"`
	Customers int64        `json:"customers,omitempty" doc:"distinct customers of the accounts; not counted beyond 20 000 accounts"`
	Counts    []ReachCount `json:"counts" nullable:"false" doc:"important users first"`
}

// ReachCount is how many accounts of a class and importance are behind an origin.
type ReachCount struct {
	Importance string `json:"importance"`
	Class      string `json:"class"`
	Accounts   int64  `json:"accounts"`
}

// Affected is an account behind an origin, with what one must know of it in a
// fault.
type Affected struct {
	AccountID     id.ID         `json:"account_id"`
	AccountNo     string        `json:"account_no"`
	Name          string        `json:"name"`
	Class         string        `json:"class"`
	Importance    string        `json:"importance"`
	PowerOff      bool          `json:"power_off,omitempty"`
	Customer      *customer.Ref `json:"customer,omitempty"`
	Phone         string        `json:"phone,omitempty" doc:"the customer's first"`
	Address       string        `json:"address,omitempty"`
	District      string        `json:"district,omitempty"`
	Line          string        `json:"line,omitempty"`
	SecurityLoadW int64         `json:"security_load_w,omitempty"`
	TolerableMin  int64         `json:"tolerable_min,omitempty"`
	OwnGeneration bool          `json:"own_generation,omitempty"`
	SecondSource  bool          `json:"second_source,omitempty" doc:"only a second source is behind the origin; the main supply comes another way"`
	Masked        bool          `json:"masked,omitempty"`
}

// reach is the accounts and points whose column holds one of the values.
type reach struct {
	column string // district_id, line_id or, for single accounts, id
	ids    []id.ID
}

// holds tells whether the account is in the reach by its own place, rather than by
// a second source.
func (r reach) holds(a Account) bool {
	own := a.ID
	switch r.column {
	case "district_id":
		own = a.DistrictID
	case "line_id":
		own = a.LineID
	}
	return slices.Contains(r.ids, own)
}

// Trace tells how many are behind an origin. Error: db.ErrNotFound.
func (s *Service) Trace(ctx context.Context, o Origin) (r Reach, err error) {
	who, err := access.Allow(ctx, PermTrace)
	if err != nil {
		return r, err
	}
	return r, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err = s.ReachTx(tx, who.Scope, o)
		return err
	})
}

// ReachTx is Trace for other modules.
func (s *Service) ReachTx(tx *db.Tx, scope db.Scope, o Origin) (r Reach, err error) {
	org, r, to, err := originTx(tx, scope, o)
	if err != nil {
		return r, err
	}
	if to.column == "line_id" {
		r.Lines = len(to.ids)
	}
	counts, err := countBehind(tx, org, to)
	if err != nil {
		return r, err
	}
	r.Counts = summed(counts)
	for _, c := range r.Counts {
		r.Accounts += c.Accounts
	}
	if r.Accounts <= maxCustomersOf {
		r.Customers, err = customersBehind(tx, org, to)
	}
	return r, err
}

// maxCustomersOf bounds the accounts whose customers are counted: telling distinct
// ones apart costs ten times as much as counting accounts from the index.
const maxCustomersOf = 20_000

// behindCount is a row of the count: of accounts by their own place, or of those
// with a second source behind the origin.
type behindCount struct {
	Importance string `db:"importance"`
	TraceRank  int    `db:"trace_rank"`
	Class      string `db:"class"`
	Accounts   int64  `db:"accounts"`
}

func summed(rows []behindCount) []ReachCount {
	slices.SortStableFunc(rows, func(a, b behindCount) int {
		if a.TraceRank != b.TraceRank {
			return a.TraceRank - b.TraceRank
		}
		return rank("class", a.Class) - rank("class", b.Class)
	})
	counts := []ReachCount{}
	for _, r := range rows {
		c := ReachCount{Importance: importanceOf(r.TraceRank), Class: r.Class, Accounts: r.Accounts}
		if n := len(counts); n > 0 && counts[n-1].Importance == c.Importance && counts[n-1].Class == c.Class {
			counts[n-1].Accounts += c.Accounts
			continue
		}
		counts = append(counts, c)
	}
	return counts
}

func importanceOf(rank int) string {
	if list := Codes("importance"); rank <= len(list) {
		return list[rank-1].Code
	}
	return "ordinary"
}

// Behind lists the accounts behind an origin, important ones first, then high
// voltage, low voltage, residents, each by number. Errors: db.ErrNotFound, page.ErrCursor.
func (s *Service) Behind(ctx context.Context, o Origin, cursor string, limit int) (list []Affected, next string, err error) {
	return s.behind(ctx, customer.SightOf(ctx), PermTrace, o, cursor, limit)
}

func (s *Service) behind(ctx context.Context, see customer.Sight, permission string, o Origin, cursor string, limit int) (list []Affected, next string, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		org, _, to, err := originTx(tx, who.Scope, o)
		if err != nil {
			return err
		}
		var keys []behindKey
		if keys, next, err = s.keysTx(tx, org, o, to, cursor, limit); err != nil {
			return err
		}
		list, err = s.affectedTx(tx, see, org, to, keys)
		return err
	})
	return list, next, err
}

// keysTx is a page of the accounts behind an origin, in order. Error: page.ErrCursor.
func (s *Service) keysTx(tx *db.Tx, org id.ID, o Origin, to reach, cursor string, limit int) (keys []behindKey, next string, err error) {
	name := PermTrace + " " + o.Kind + " " + o.ID.String()
	var after *behindKey
	var last behindKey
	if more, err := s.Cursors.Decode(name, cursor, &last.TraceRank, &last.Class, &last.AccountNo, &last.ID); err != nil {
		return nil, "", err
	} else if more {
		after = &last
	}
	if keys, err = behind(tx, org, to, after, limit+1); err != nil || len(keys) <= limit {
		return keys, "", err
	}
	keys, last = keys[:limit], keys[limit-1]
	next, err = s.Cursors.Encode(name, last.TraceRank, last.Class, last.AccountNo, last.ID)
	return keys, next, err
}

// behindKey is an account in the order of the list.
type behindKey struct {
	TraceRank int    `db:"trace_rank"`
	Class     string `db:"class"`
	AccountNo string `db:"account_no"`
	ID        id.ID  `db:"id"`
}

func (k behindKey) compare(other behindKey) int {
	if k.TraceRank != other.TraceRank {
		return k.TraceRank - other.TraceRank
	}
	return cmp.Or(strings.Compare(k.Class, other.Class), strings.Compare(k.AccountNo, other.AccountNo), k.ID.Compare(other.ID))
}

// originTx finds an origin in the scope and what it reaches.
func originTx(tx *db.Tx, scope db.Scope, o Origin) (org id.ID, head Reach, to reach, err error) {
	head = Reach{Kind: o.Kind, ID: o.ID}
	switch o.Kind {
	case kindEquipment:
		e, err := equipment.get(tx, scope, o.ID)
		if err != nil {
			return org, head, to, err
		}
		_, at, to, err := nodeTx(tx, db.ScopeOf(e.OrgID), e.NodeKind, e.NodeID)
		head.No, head.Name, head.Node = e.No, e.Name, &at
		return e.OrgID, head, to, err
	case pointNoun.object, meterNoun.object, objectAccount:
		org, head.No, head.Name, to, err = accountOrigin(tx, scope, o)
		return org, head, to, err
	}
	org, at, to, err := nodeTx(tx, scope, NodeKind(o.Kind), o.ID)
	head.No, head.Name = at.No, at.Name
	return org, head, to, err
}

// nodeTx finds a node and what is supplied through it.
func nodeTx(tx *db.Tx, scope db.Scope, kind NodeKind, i id.ID) (org id.ID, n Node, to reach, err error) {
	n = Node{Kind: kind, ID: i}
	switch kind {
	case NodeDistrict:
		d, err := districts.get(tx, scope, i)
		n.No, n.Name = d.No, d.Name
		return d.OrgID, n, reach{"district_id", []id.ID{i}}, err
	case NodeLine:
		l, err := lines.get(tx, scope, i)
		if err != nil {
			return org, n, to, err
		}
		n.No, n.Name = l.No, l.Name
		ids, err := subtree(tx, l.OrgID, i)
		return l.OrgID, n, reach{"line_id", ids}, err
	}
	st, err := substations.get(tx, scope, i)
	if err != nil {
		return org, n, to, err
	}
	n.No, n.Name = st.No, st.Name
	ids, err := linesOf(tx, st.OrgID, i)
	return st.OrgID, n, reach{"line_id", ids}, err
}

// accountOrigin is the account of a point or meter, or itself.
func accountOrigin(tx *db.Tx, scope db.Scope, o Origin) (org id.ID, no, name string, to reach, err error) {
	to.column = "id"
	switch o.Kind {
	case objectAccount:
		a, err := accounts.get(tx, scope, o.ID)
		return a.OrgID, a.AccountNo, "", reach{"id", []id.ID{o.ID}}, err
	case meterNoun.object:
		m, err := meters.get(tx, scope, o.ID)
		if err != nil || m.PointID.IsZero() {
			return m.OrgID, m.AssetNo, "", to, err
		}
		account, err := accountOfPoint(tx, m.OrgID, m.PointID)
		to.ids = distinct([]id.ID{account})
		return m.OrgID, m.AssetNo, "", to, err
	}
	p, err := points.get(tx, scope, o.ID)
	to.ids = distinct([]id.ID{p.AccountID})
	return p.OrgID, p.No, p.Name, to, err
}
