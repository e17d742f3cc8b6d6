package customer

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// PastInteraction is a contact of earlier times, with whoever recorded it.
type PastInteraction struct {
	CustomerID id.ID
	Author     audit.Actor
	InteractionInput
}

// LogManyTx records contacts with customers of one company as history has them:
// each keeps its own time and author. One audit entry holds a digest of all.
// Errors: db.ErrNotFound for an unknown customer.
func (s *Service) LogManyTx(tx *db.Tx, b Batch, past []PastInteraction) error {
	if len(past) == 0 {
		return nil
	}
	owners, err := s.ownersTx(tx, b.OrgID, past)
	if err != nil {
		return err
	}
	rows, events, digest := make([]interactionRow, len(past)), make([]Entry, len(past)), sha256.New()
	for i, p := range past {
		o := owners[p.CustomerID]
		r := interactionRow{OrgID: b.OrgID, ID: tx.NewID(), CustomerID: o.ID, OriginID: o.ID, At: p.At, Mode: p.Mode, CostFen: p.CostFen,
			AuthorID: p.Author.ID, AuthorName: p.Author.Name, Version: 1, CreatedAt: tx.Now()}
		if r.Body, err = sealBody(o.subject, interactionPlace(r.ID), p.InteractionBody); err != nil {
			return err
		}
		digest.Write(r.ID[:])
		digest.Write(r.Body)
		rows[i], events[i] = r, r.event()
	}
	if err := tx.Bulk(db.Bulk{Table: "customer_interaction", Columns: strings.Split(interactionColumns, ", "), Len: len(rows),
		Row: func(i int) []any { return rows[i].values() }}); err != nil {
		return err
	}
	if err := s.TimelineTx(tx, events...); err != nil {
		return err
	}
	return s.Audit.RecordTx(tx, audit.Change{OrgID: b.OrgID, Actor: b.Actor, Action: PermLog, ObjectType: b.SourceType, ObjectID: b.SourceID,
		After: BatchDigest{Count: len(rows), First: rows[0].ID, Last: rows[len(rows)-1].ID, SHA256: fmt.Sprintf("%x", digest.Sum(nil))}})
}

// ownersTx opens the keys of the customers the contacts are of.
func (s *Service) ownersTx(tx *db.Tx, org id.ID, past []PastInteraction) (map[id.ID]owner, error) {
	owners, ids := map[id.ID]owner{}, []id.ID{}
	for _, p := range past {
		if _, seen := owners[p.CustomerID]; !seen {
			owners[p.CustomerID] = owner{}
			ids = append(ids, p.CustomerID)
		}
	}
	rows, err := customersByID(tx, db.ScopeOf(org), ids)
	if err != nil {
		return nil, err
	}
	if len(rows) != len(ids) {
		return nil, db.ErrNotFound
	}
	for _, r := range rows {
		if owners[r.ID], err = s.ownerTx(tx, r); err != nil {
			return nil, err
		}
	}
	return owners, nil
}

// event is how the timeline tells of a contact.
func (r interactionRow) event() Entry {
	return Entry{OrgID: r.OrgID, CustomerID: r.CustomerID, At: r.At, Kind: "customer.contacted", Params: map[string]any{"mode": "@customer.mode." + string(r.Mode)},
		Actor: audit.Actor{ID: r.AuthorID, Name: r.AuthorName}, SourceType: "interaction", SourceID: r.ID}
}
