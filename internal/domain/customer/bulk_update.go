package customer

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// UpdateOne is one of many changes. Input tells from what the customer is what
// shall become of him.
type UpdateOne struct {
	ID    id.ID
	Input func(now Customer) UpdateInput
}

// UpdatedOne is the outcome of an UpdateOne. Err is validation, db.ErrNotFound,
// ErrMerged or ErrNoTaken.
type UpdatedOne struct {
	Updated
	Err error
}

// UpdateManyTx changes customers, each with his event and audit entry, without
// looking for duplicates; each can be taken back with RevertUpdateTx. A dry one
// only tells what would come of it. When an outcome has an Err, the transaction
// must end. Error: db.ErrStale when somebody changes one of them meanwhile.
func (s *Service) UpdateManyTx(tx *db.Tx, actor audit.Actor, org id.ID, check Check, updates []UpdateOne, dry bool) ([]UpdatedOne, error) {
	if len(updates) == 0 {
		return nil, nil
	}
	ids := make([]id.ID, len(updates))
	for i, u := range updates {
		ids[i] = u.ID
	}
	rows, err := customersByID(tx, db.ScopeOf(org), ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[id.ID]row, len(rows))
	for _, r := range rows {
		byID[r.ID] = r
	}
	all := make([]UpdatedOne, len(updates))
	for i, u := range updates {
		r, ok := byID[u.ID]
		if !ok {
			all[i].Err = db.ErrNotFound
			continue
		}
		all[i].Updated, err = s.updateOneTx(tx, updated(actor), r, u, check, dry)
		if fault.KindOf(err) == fault.Invalid || errors.Is(err, ErrMerged) || errors.Is(err, ErrErased) || errors.Is(err, ErrNoTaken) {
			all[i].Err, err = err, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s *Service) updateOneTx(tx *db.Tx, ch change, r row, u UpdateOne, check Check, dry bool) (Updated, error) {
	if err := r.gone(); err != nil {
		return Updated{}, err
	}
	before, err := s.openTx(tx, r)
	if err != nil {
		return Updated{}, err
	}
	set, err := s.settingsTx(tx, r.OrgID)
	if err != nil {
		return Updated{}, err
	}
	now := Customer{Base: r.Base, Record: before.record}
	now.Classes = set.complete(r.Kind, r.Classes)
	after, err := before.stored().apply(u.Input(now), set, check)
	if err != nil {
		return Updated{}, err
	}
	if dry {
		same, err := before.stored().sameAs(after)
		return Updated{ID: r.ID, Version: r.Version, Changed: !same}, err
	}
	return s.saveTx(tx, ch, before, after)
}

func (b stored) sameAs(after stored) (bool, error) {
	old, err := json.Marshal(b.snapshot())
	if err != nil {
		return false, err
	}
	now, err := json.Marshal(after.snapshot())
	return bytes.Equal(old, now), err
}
