package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// moves is what a merge moved: by table the rows with the version they had, and
// what the following modules moved.
type moves struct {
	Rows      map[string][]movedRow `json:"rows"`
	Followers []json.RawMessage     `json:"followers"`
}

// movedRow is a row and the version it must still have to be moved back.
type movedRow struct {
	ID      id.ID `db:"id" json:"i"`
	Version int64 `db:"version" json:"v"`
}

func mergePlace(merge id.ID) crypt.Place {
	return crypt.Place{Table: "customer_merge", Column: "into_undo", ID: merge}
}

// Merges lists the merges a customer took part in, the newest first. Error:
// db.ErrNotFound.
func (s *Service) Merges(ctx context.Context, customer id.ID) (all []Merge, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		if _, err := customerByID(tx, who.Scope, customer); err != nil {
			return err
		}
		all, err = mergesOf(tx, who.Scope, customer)
		return err
	})
}

// Unmerge takes the merging of a customer into another back: both are restored
// exactly as they were, but for what was changed on the other since and the merge
// did not touch. Errors: db.ErrStale, ErrNotMerged, ErrMerged when the other was
// merged on, ErrChangedSince with Params["parts"] naming what cannot be restored.
func (s *Service) Unmerge(ctx context.Context, from id.ID, version int64) (c Customer, err error) {
	who, err := access.Allow(ctx, PermUnmerge)
	if err != nil {
		return Customer{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := mergeOf(tx, who.Scope, from)
		if err != nil {
			return err
		}
		if err := s.unmergeTx(tx, who, r, version); err != nil {
			return err
		}
		c, err = s.customerTx(tx, who.Scope, from)
		return err
	})
	return SightOf(ctx).customer(c), err
}

func (s *Service) unmergeTx(tx *db.Tx, who access.Who, r mergeRow, version int64) error {
	into, from, err := s.lockMergedTx(tx, r)
	switch {
	case err != nil:
		return err
	case from.Version != version:
		return db.ErrStale
	}
	var undo mergeUndo
	raw, err := into.subject.Open(mergePlace(r.ID), r.IntoUndo)
	if err != nil {
		return err
	}
	if err := decode(raw, &undo); err != nil {
		return err
	}
	var moved moves
	if err := json.Unmarshal([]byte(r.Moved), &moved); err != nil {
		return fmt.Errorf("customer: merge %s: %w", r.ID, err)
	}
	after, changed := into.stored().release(undo)
	parts, err := s.moveBackTx(tx, into.owner, from.owner, moved)
	if err != nil {
		return err
	}
	if changed = append(changed, parts...); len(changed) > 0 {
		return ErrChangedSince.With("parts", changed)
	}
	ch := change{actor: who.Actor(), action: PermUnmerge, event: "customer.released", params: map[string]any{"customer_no": from.CustomerNo}, always: true}
	if _, err := s.saveTx(tx, ch, into, after); err != nil {
		return err
	}
	back := from.stored()
	back.Status, back.MergedInto = r.FromStatus, id.ID{}
	ch.event, ch.params = "customer.unmerged", nil
	if _, err := s.saveTx(tx, ch, from, back); err != nil {
		return err
	}
	if err := s.ReindexTx(tx, into.OrgID, into.ID); err != nil {
		return err
	}
	return endMerge(tx, r, who.UserID)
}

func (s *Service) lockMergedTx(tx *db.Tx, r mergeRow) (into, from opened, err error) {
	byID := map[id.ID]row{}
	for _, i := range sorted([]id.ID{r.IntoID, r.FromID}) {
		if byID[i], err = lockCustomer(tx, db.ScopeOf(r.OrgID), i); err != nil {
			return into, from, err
		}
	}
	if err := byID[r.IntoID].gone(); err != nil {
		return into, from, err
	}
	if b := byID[r.FromID]; b.Status != Merged || b.MergedInto != r.IntoID {
		return into, from, ErrNotMerged // somebody took it back meanwhile
	}
	if into, err = s.openTx(tx, byID[r.IntoID]); err != nil {
		return into, from, err
	}
	from, err = s.openTx(tx, byID[r.FromID])
	return into, from, err
}

// moveBackTx gives the moved parts back. changed names those it cannot.
func (s *Service) moveBackTx(tx *db.Tx, into, from owner, moved moves) (changed []string, err error) {
	for _, table := range sortedKeys(moved.Rows) {
		same, err := moveRowsBack(tx, table, into, from, moved.Rows[table])
		if err != nil {
			return nil, err
		}
		if !same {
			changed = append(changed, movable[table].name)
		}
	}
	for i, f := range s.followers {
		if i >= len(moved.Followers) {
			break // a module that was not there at the time
		}
		parts, err := f.UndoMoveTx(tx, into.OrgID, from.ID, into.ID, moved.Followers[i])
		if err != nil {
			return nil, err
		}
		changed = append(changed, parts...)
	}
	return changed, nil
}

// release takes out what a merge brought in; pure. changed names the parts that
// were changed since and therefore cannot be restored.
func (b stored) release(undo mergeUndo) (a stored, changed []string) {
	a = b
	was, then := undo.Before, undo.After
	back := func(field string, ok bool) {
		if !ok {
			changed = append(changed, field)
		}
	}
	back("name", restore(&a.Name, was.Name, then.Name))
	a.NameSort = textOfName(a.Name, a.Kind).sort
	back("unit_id", restore(&a.UnitID, was.UnitID, then.UnitID))
	back("manager_id", restore(&a.ManagerID, was.ManagerID, then.ManagerID))
	back("industry", restore(&a.Industry, was.Industry, then.Industry))
	back("person", restore(&a.record.Person, was.Person, then.Person))
	back("organisation", restore(&a.record.Organisation, was.Organisation, then.Organisation))
	a.Classes = mergeClasses(b.Classes, nil)
	for scheme, class := range then.Classes {
		if was.Classes[scheme] == class {
			continue
		}
		back("classes."+scheme, a.Classes[scheme] == class)
		if old, had := was.Classes[scheme]; had {
			a.Classes[scheme] = old
		} else {
			delete(a.Classes, scheme)
		}
	}
	a.Tags = slices.DeleteFunc(slices.Clone(b.Tags), func(t string) bool { return slices.Contains(then.Tags, t) && !slices.Contains(was.Tags, t) })
	var ok bool
	a.record.Contacts, ok = without(b.record.Contacts, was.Contacts, then.Contacts, func(c Contact) id.ID { return c.ID })
	back("contacts", ok)
	a.record.Certificates, ok = without(b.record.Certificates, was.Certificates, then.Certificates, func(c Certificate) id.ID { return c.ID })
	back("certificates", ok)
	return a, changed
}

// restore puts back what a merge changed; false when it was changed since.
func restore[T any](now *T, was, then T) bool {
	switch {
	case reflect.DeepEqual(was, then):
		return true
	case !reflect.DeepEqual(*now, then):
		return false
	}
	*now = was
	return true
}

// without takes out the elements a merge added; false when one of them was
// changed or removed since.
func without[T any](now, was, then []T, key func(T) id.ID) (kept []T, ok bool) {
	has := func(list []T, k id.ID) (T, bool) { return find(list, func(x T) bool { return key(x) == k }) }
	ok = true
	for _, t := range then {
		if _, had := has(was, key(t)); had {
			continue
		}
		n, still := has(now, key(t))
		ok = ok && still && reflect.DeepEqual(n, t)
	}
	for _, n := range now {
		_, had := has(was, key(n))
		_, added := has(then, key(n))
		if had || !added {
			kept = append(kept, n)
		}
	}
	return kept, ok
}
