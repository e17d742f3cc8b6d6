package customer

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// PastAnalysis is a judgement of earlier times, with whoever made it.
type PastAnalysis struct {
	CustomerID id.ID
	Author     audit.Actor
	At         when.Instant
	AnalysisInput
}

// PastNote is a note of earlier times, with whoever wrote it.
type PastNote struct {
	CustomerID id.ID
	Author     audit.Actor
	At         when.Instant
	NoteInput
}

// AnalyseManyTx keeps judgements of customers of one company as history has
// them: each keeps its own time and author. One audit entry holds a digest of
// all. Errors: validation; db.ErrNotFound for an unknown customer.
func (s *Service) AnalyseManyTx(tx *db.Tx, b Batch, past []PastAnalysis) error {
	owners, err := s.ownersTx(tx, b.OrgID, idsOf(past, func(p PastAnalysis) id.ID { return p.CustomerID }))
	if err != nil {
		return err
	}
	rows := make([]pastRow, len(past))
	for i, p := range past {
		if p.On == "" {
			p.On = p.At.Day()
		}
		if err := p.validate(p.At.Day()); err != nil {
			return err
		}
		o := owners[p.CustomerID]
		r := newAnalysis(tx, o, p.At, p.Author, p.AnalysisInput)
		rows[i] = pastRow{r.ID, r.Body, r.values(), r.event()}
	}
	return s.keepPastTx(tx, b, PermAnalyse, "customer_analysis", analysisColumns, rows)
}

// NoteManyTx is AnalyseManyTx for notes.
func (s *Service) NoteManyTx(tx *db.Tx, b Batch, past []PastNote) error {
	owners, err := s.ownersTx(tx, b.OrgID, idsOf(past, func(p PastNote) id.ID { return p.CustomerID }))
	if err != nil {
		return err
	}
	rows := make([]pastRow, len(past))
	for i, p := range past {
		if err := p.validate(); err != nil {
			return err
		}
		r := newNote(tx, owners[p.CustomerID], p.At, p.Author, p.NoteInput)
		rows[i] = pastRow{r.ID, r.Body, r.values(), r.event()}
	}
	return s.keepPastTx(tx, b, PermNote, "customer_note", noteColumns, rows)
}

// pastRow is a part of a customer that is kept among many.
type pastRow struct {
	id     id.ID
	sealed []byte
	values []any
	event  Entry
}

// keepPastTx writes parts with their events and one audit entry for all.
func (s *Service) keepPastTx(tx *db.Tx, b Batch, action, table, columns string, rows []pastRow) error {
	if len(rows) == 0 {
		return nil
	}
	events, digest := make([]Entry, len(rows)), sha256.New()
	for i, r := range rows {
		digest.Write(r.id[:])
		digest.Write(r.sealed)
		events[i] = r.event
	}
	if err := tx.Bulk(db.Bulk{Table: table, Columns: strings.Split(columns, ", "), Len: len(rows), Row: func(i int) []any { return rows[i].values }}); err != nil {
		return err
	}
	if err := s.TimelineTx(tx, events...); err != nil {
		return err
	}
	return s.Audit.RecordTx(tx, audit.Change{OrgID: b.OrgID, Actor: b.Actor, Action: action, ObjectType: b.SourceType, ObjectID: b.SourceID,
		After: BatchDigest{Count: len(rows), First: rows[0].id, Last: rows[len(rows)-1].id, SHA256: fmt.Sprintf("%x", digest.Sum(nil))}})
}

func idsOf[T any](all []T, of func(T) id.ID) []id.ID {
	ids := make([]id.ID, len(all))
	for i, x := range all {
		ids[i] = of(x)
	}
	return ids
}

// ownersTx opens the keys of customers, each named once or more.
func (s *Service) ownersTx(tx *db.Tx, org id.ID, ids []id.ID) (map[id.ID]owner, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	ids = sorted(ids)
	rows, err := customersByID(tx, db.ScopeOf(org), ids)
	if err != nil {
		return nil, err
	}
	if len(rows) != len(ids) {
		return nil, db.ErrNotFound
	}
	owners := make(map[id.ID]owner, len(rows))
	for _, r := range rows {
		if owners[r.ID], err = s.ownerTx(tx, r); err != nil {
			return nil, err
		}
	}
	return owners, nil
}
