package customer

import (
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
	owners, err := s.ownersTx(tx, b.OrgID, idsOf(past, func(p PastInteraction) id.ID { return p.CustomerID }))
	if err != nil {
		return err
	}
	rows := make([]pastRow, len(past))
	for i, p := range past {
		o := owners[p.CustomerID]
		r := interactionRow{OrgID: b.OrgID, ID: tx.NewID(), CustomerID: o.ID, OriginID: o.ID, At: p.At, Mode: p.Mode, CostFen: p.CostFen,
			AuthorID: p.Author.ID, AuthorName: p.Author.Name, Version: 1, CreatedAt: tx.Now()}
		if r.Body, err = sealBody(o.subject, interactionPlace(r.ID), p.InteractionBody); err != nil {
			return err
		}
		rows[i] = pastRow{r.ID, r.Body, r.values(), r.event()}
	}
	return s.keepPastTx(tx, b, PermLog, "customer_interaction", interactionColumns, rows)
}

// event is how the timeline tells of a contact.
func (r interactionRow) event() Entry {
	return Entry{OrgID: r.OrgID, CustomerID: r.CustomerID, At: r.At, Kind: "customer.contacted", Params: map[string]any{"mode": "@customer.mode." + string(r.Mode)},
		Actor: audit.Actor{ID: r.AuthorID, Name: r.AuthorName}, SourceType: "interaction", SourceID: r.ID}
}
