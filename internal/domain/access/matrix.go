package access

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// MatrixFilter says which part of the matrix is wanted; what is zero does not narrow.
type MatrixFilter struct {
	OrgID      id.ID  // zero: the highest the caller may see
	Module     string // its permissions are the columns; "": the modules are
	Permission string // only who holds it
	RoleID     id.ID  // only who holds it
	Search     string
	After      string // login of the last user seen
	Limit      int
}

// MatrixColumn is a module, or one permission of a module.
type MatrixColumn struct {
	Key string `json:"key" doc:"a module, or a permission"`
	Of  int    `json:"of" doc:"so many permissions"`

	permissions []string
}

// MatrixCell is what a user may do of a column.
type MatrixCell struct {
	Held    int   `json:"held" doc:"so many of the column's permissions"`
	Whole   bool  `json:"whole" doc:"each of them in the whole organisation, not only below"`
	Reasons []int `json:"reasons" nullable:"false" doc:"the row's reasons that give them, by their place"`
}

// MatrixRow is one user and what he may do.
type MatrixRow struct {
	Colleague
	Home    string       `json:"home" doc:"name of his organisation"`
	Reasons []Reason     `json:"reasons" nullable:"false"`
	Cells   []MatrixCell `json:"cells" nullable:"false" doc:"one for each column"`
}

// Matrix is who can do what in one organisation, now.
type Matrix struct {
	OrgID   id.ID          `json:"org_id"`
	At      when.Instant   `json:"at"`
	Columns []MatrixColumn `json:"columns" nullable:"false"`
	Rows    []MatrixRow    `json:"items" nullable:"false"`
	More    bool           `json:"-"`
}

// Matrix tells who can do what in an organisation and below it, users by login.
// Permission: access.matrix. Errors: validation, db.ErrNotFound.
func (s *Service) Matrix(ctx context.Context, f MatrixFilter) (m Matrix, err error) {
	who, err := Allow(ctx, PermMatrix)
	if err != nil {
		return m, err
	}
	var v fault.Validation
	v.Check(f.Permission == "" || isPermission(f.Permission), "permission", "access.permission_unknown", "permission", f.Permission)
	v.Check(f.Module == "" || known(f.Module+".*"), "module", "access.module_unknown", "module", f.Module)
	if err := v.Err(); err != nil {
		return m, err
	}
	return m, s.db.Read(ctx, func(tx *db.Tx) error {
		tree, err := s.orgs.TreeTx(tx)
		if err != nil {
			return err
		}
		if f.OrgID.IsZero() {
			f.OrgID = highest(tree, who.Nodes)
		}
		if !who.Nodes.Has(f.OrgID) {
			return db.ErrNotFound
		}
		m, err = matrixTx(tx, tree, f)
		return err
	})
}

func highest(tree *org.Tree, nodes db.Scope) id.ID {
	for _, o := range tree.All() {
		if nodes.Has(o.ID) {
			return o.ID
		}
	}
	return id.ID{}
}

// matrixColumns are the permissions of a module, or the modules.
func matrixColumns(module string) (columns []MatrixColumn) {
	for _, m := range Permissions {
		switch module {
		case "":
			columns = append(columns, MatrixColumn{m.Module, len(m.Permissions), m.Permissions})
		case m.Module:
			for _, p := range m.Permissions {
				columns = append(columns, MatrixColumn{p, 1, []string{p}})
			}
		}
	}
	return columns
}

func matrixTx(tx *db.Tx, tree *org.Tree, f MatrixFilter) (m Matrix, err error) {
	m = Matrix{OrgID: f.OrgID, At: tx.Now(), Columns: matrixColumns(f.Module), Rows: []MatrixRow{}}
	roles, err := wantedRoles(tx, f)
	if err != nil || len(roles) == 0 {
		return m, err
	}
	orgs, active := around(tree, f.OrgID), true
	for after := f.After; len(m.Rows) <= f.Limit; {
		batch, err := usersReaching(tx, roles, orgs, UserFilter{Search: f.Search, Active: &active, After: after, Limit: f.Limit + 1})
		if err != nil {
			return m, err
		}
		held, err := heldTx(tx, identifiers(batch)...)
		if err != nil {
			return m, err
		}
		for _, u := range batch {
			if row, ok := m.row(tree, f, u, running(held[u.ID], m.At)); ok {
				m.Rows = append(m.Rows, row)
			}
		}
		if len(batch) <= f.Limit {
			break
		}
		after = batch[len(batch)-1].Login
	}
	if m.More = len(m.Rows) > f.Limit; m.More {
		m.Rows = m.Rows[:f.Limit]
	}
	return m, nil
}

func identifiers(users []User) []id.ID {
	ids := make([]id.ID, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	return ids
}

// wantedRoles are the roles in use by which a user can come into the matrix.
func wantedRoles(tx *db.Tx, f MatrixFilter) ([]id.ID, error) {
	ids := []id.ID{}
	roles, err := allRoles(tx)
	for _, r := range roles {
		if r.RetiredAt == 0 && (f.RoleID.IsZero() || r.ID == f.RoleID) && r.Permissions.wanted(f) {
			ids = append(ids, r.ID)
		}
	}
	return ids, err
}

// wanted tells whether the patterns hold anything the filter asks for.
func (p Patterns) wanted(f MatrixFilter) bool {
	if f.Permission != "" {
		return p.Allow(f.Permission)
	}
	return slices.ContainsFunc(matrixColumns(f.Module), func(c MatrixColumn) bool { return slices.ContainsFunc(c.permissions, p.Allow) })
}

// row is a user's; false when he holds nothing of what is asked for.
func (m Matrix) row(tree *org.Tree, f MatrixFilter, u User, all []Held) (MatrixRow, bool) {
	home, _ := tree.Get(u.HomeOrgID)
	r := MatrixRow{Colleague: Colleague{u.ID, u.Name, u.Login, u.HomeOrgID}, Home: home.ShortName, Reasons: []Reason{}}
	whole, near := above(tree, f.OrgID), around(tree, f.OrgID)
	held := slices.DeleteFunc(all, func(h Held) bool { return !slices.Contains(near, h.OrgID) })
	for _, h := range held {
		r.Reasons = append(r.Reasons, h.reason(tree, m.At))
	}
	for _, c := range m.Columns {
		r.Cells = append(r.Cells, c.cell(held, whole))
	}
	asked := slices.ContainsFunc(held, func(h Held) bool { return h.Patterns.wanted(f) && (f.RoleID.IsZero() || h.RoleID == f.RoleID) })
	return r, asked
}

// cell tells what of the column is held, in the whole organisation where it is by a
// grant there or above.
func (c MatrixColumn) cell(held []Held, whole []id.ID) MatrixCell {
	cell := MatrixCell{Whole: true, Reasons: []int{}}
	gives := make([]bool, len(held))
	for _, p := range c.permissions {
		some, all := false, false
		for i, h := range held {
			if h.Patterns.Allow(p) {
				some, gives[i] = true, true
				all = all || slices.Contains(whole, h.OrgID)
			}
		}
		if some {
			cell.Held++
			cell.Whole = cell.Whole && all
		}
	}
	cell.Whole = cell.Whole && cell.Held > 0
	for i, g := range gives {
		if g {
			cell.Reasons = append(cell.Reasons, i)
		}
	}
	return cell
}
