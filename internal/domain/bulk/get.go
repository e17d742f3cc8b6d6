package bulk

import (
	"context"
	"encoding/json"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Page asks for a page.
type Page struct {
	Cursor string
	Limit  int
}

// List gives the changes of the caller, or everybody's where he sees them all, of one company
// or of all, the newest first. Error: page.ErrCursor.
func (s *Service) List(ctx context.Context, org id.ID, everybody bool, p Page) (all []Detail, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	q, scope := new(db.Query), who.Scope
	if everybody {
		sees, _ := who.May(PermAll)
		scope = sees.Scope
	} else {
		q.Where("created_by = ?", who.UserID)
	}
	var at when.Instant
	var last id.ID
	if _, err := s.Cursors.Decode(PermList, p.Cursor, (*int64)(&at), &last); err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := recentChanges(tx, scope.Narrow(org), q, at, last, p.Limit+1)
		if err != nil {
			return err
		}
		if len(rows) > p.Limit {
			rows = rows[:p.Limit]
			end := rows[p.Limit-1]
			if next, err = s.Cursors.Encode(PermList, int64(end.CreatedAt), end.ID); err != nil {
				return err
			}
		}
		all = make([]Detail, len(rows))
		for i, r := range rows {
			if all[i], err = s.showTx(tx, who, r); err != nil {
				return err
			}
		}
		return nil
	})
	return all, next, err
}

// Get gives a change. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return d, err
	}
	if err := s.settle(ctx, who, i); err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := s.seenTx(tx, who, i)
		if err == nil {
			d, err = s.showTx(tx, who, r)
		}
		return err
	})
}

// seenTx is a change that is the caller's to see. Error: db.ErrNotFound.
func (s *Service) seenTx(tx *db.Tx, who access.Who, i id.ID) (r changeRow, err error) {
	if r, err = changeByID(tx, who.Scope, i); err != nil {
		return r, err
	}
	if all, _ := who.May(PermAll); r.CreatedBy != who.UserID && !all.Scope.Has(r.OrgID) {
		return changeRow{}, db.ErrNotFound
	}
	return r, nil
}

func (s *Service) detailTx(tx *db.Tx, who access.Who, org, i id.ID) (Detail, error) {
	r, err := changeByID(tx, db.ScopeOf(org), i)
	if err != nil {
		return Detail{}, err
	}
	return s.showTx(tx, who, r)
}

// showTx makes a change readable for the caller.
func (s *Service) showTx(tx *db.Tx, who access.Who, r changeRow) (d Detail, err error) {
	d.Change = r.Change
	change, err := s.openTx(tx, r)
	if err != nil {
		return d, err
	}
	if d.Words, err = s.records[r.Kind].WordsTx(tx, r.OrgID, who.Locale, change); err != nil {
		return d, err
	}
	d.Progress, d.Of = r.done(r.State)
	d.ErrorText = s.told(who.Locale, r.Error, nil)
	may := func(permission string) bool { w, _ := who.May(permission); return w.Scope.Has(r.OrgID) }
	open, makes := tx.Now() < r.UndoUntil, may(r.Permission)
	d.MayCancel = (r.State == Running || r.State == Undoing) && may(PermStop)
	d.MayResume = r.State == Stopped && open && makes && may(PermStop)
	d.MayUndo = (r.State == Done || r.State == Stopped) && r.Changed > r.Restored+r.Kept && open && makes && may(PermUndo)
	return d, nil
}

// openTx opens what a change makes of its records.
func (s *Service) openTx(tx *db.Tx, r changeRow) (json.RawMessage, error) {
	own, err := s.ownTx(tx, r.OrgID)
	if err != nil {
		return nil, err
	}
	return own.OpenBytes(place(r.ID), r.Sealed)
}

// ShownRow is a record of a change as the reader sees it.
type ShownRow struct {
	ID id.ID `json:"id"`
	Name
	State RowState `json:"state" enum:"waiting,changed,same,refused,restored,kept,left"`
	Text  string   `json:"text,omitempty" doc:"why it was refused or kept"`
}

// Rows gives the records of a change that became something, without those the caller does
// not see. Errors: db.ErrNotFound, page.ErrCursor.
func (s *Service) Rows(ctx context.Context, i id.ID, state RowState, p Page) (shown []ShownRow, next string, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, "", err
	}
	list := "bulk.rows " + string(state)
	after := int64(-1)
	if _, err := s.Cursors.Decode(list, p.Cursor, &after); err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		c, err := s.seenTx(tx, who, i)
		if err != nil {
			return err
		}
		rows, err := rowsAfter(tx, c.Change, state, after, p.Limit+1)
		if err != nil {
			return err
		}
		if len(rows) > p.Limit {
			rows = rows[:p.Limit]
			if next, err = s.Cursors.Encode(list, rows[p.Limit-1].N); err != nil {
				return err
			}
		}
		shown, err = s.shownRowsTx(tx, who, c, rows)
		return err
	})
	return shown, next, err
}

func (s *Service) shownRowsTx(tx *db.Tx, who access.Who, c changeRow, rows []Row) ([]ShownRow, error) {
	names, err := s.records[c.Kind].NamesTx(tx, who, c.OrgID, idsOf(rows))
	if err != nil {
		return nil, err
	}
	shown := []ShownRow{}
	for _, r := range rows {
		name, known := names[r.ObjectID]
		if !known {
			continue
		}
		var params map[string]any
		if r.Params != "" {
			if err := json.Unmarshal([]byte(r.Params), &params); err != nil {
				return nil, err
			}
		}
		shown = append(shown, ShownRow{r.ObjectID, name, r.State, s.told(who.Locale, r.Code, params)})
	}
	return shown, nil
}
