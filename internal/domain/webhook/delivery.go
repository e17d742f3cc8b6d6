package webhook

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Deliveries lists what a subscription was told, the newest first; of a state, or all.
// Error: db.ErrNotFound.
func (s *Service) Deliveries(ctx context.Context, webhook id.ID, state DeliveryState, cursor string, limit int) (all []Delivery, next string, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, "", err
	}
	var before id.ID
	list := opDeliveries + " " + string(state)
	if _, err := s.Cursors.Decode(list, cursor, &before); err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := webhookByID(tx, who.Scope, webhook)
		if err != nil {
			return err
		}
		rows, err := listDeliveries(tx, r, state, before, limit+1)
		if err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			if next, err = s.Cursors.Encode(list, rows[limit-1].ID); err != nil {
				return err
			}
		}
		all = make([]Delivery, len(rows))
		for i, d := range rows {
			all[i] = s.read(who, d)
		}
		return nil
	})
	return all, next, err
}

func (s *Service) read(who access.Who, r deliveryRow) Delivery {
	d := Delivery{ID: r.ID, WebhookID: r.WebhookID, EventID: r.EventID, Kind: r.Kind, State: r.State, Reason: r.Reason, ReasonText: s.reasonText(who.Locale, r.Reason),
		Attempt: r.Attempt, EndedAt: r.EndedAt, CreatedAt: r.CreatedAt, Version: r.Version}
	if r.State == Queued {
		d.DueAt = r.DueAt
	}
	return d
}

// Delivery gives one with what is sent and every attempt. Error: db.ErrNotFound.
func (s *Service) Delivery(ctx context.Context, webhook, i id.ID) (d DeliveryDetail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.deliveryTx(tx, who, webhook, i); return err })
}

func (s *Service) deliveryTx(tx *db.Tx, who access.Who, webhook, i id.ID) (d DeliveryDetail, err error) {
	w, err := webhookByID(tx, who.Scope, webhook)
	if err != nil {
		return d, err
	}
	r, err := deliveryByID(tx, w.OrgID, w.ID, i)
	if err != nil {
		return d, err
	}
	d.Delivery = s.read(who, r)
	if _, d.Body, err = s.openTx(tx, r); err != nil {
		return d, err
	}
	if d.Attempts, err = attemptsOf(tx, r); err != nil {
		return d, err
	}
	for n := range d.Attempts {
		d.Attempts[n].ReasonText = s.reasonText(who.Locale, d.Attempts[n].Reason)
	}
	return d, nil
}

// keepAtOnce is how many deliveries one transaction forgets.
const keepAtOnce = 1000

// Keep forgets deliveries that ended longer ago than they are kept.
func (s *Service) Keep(ctx context.Context) error {
	if s.KeepFor == 0 {
		return nil
	}
	for n := keepAtOnce; n == keepAtOnce; {
		err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = forgetEnded(tx, tx.Now().Add(-s.KeepFor), keepAtOnce)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Resend tells of an event again, with the same webhook-id. Errors: ErrState,
// ErrUnderWay, db.ErrNotFound, db.ErrStale.
func (s *Service) Resend(ctx context.Context, webhook, i id.ID, version int64) (d DeliveryDetail, err error) {
	who, err := access.Allow(ctx, PermResend)
	if err != nil {
		return d, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := webhookByID(tx, who.Scope, webhook)
		if err != nil {
			return err
		}
		r, err := deliveryByID(tx, w.OrgID, w.ID, i)
		switch {
		case err != nil:
			return err
		case r.Version != version:
			return db.ErrStale
		case w.State != Active:
			return ErrState
		case r.State == Sending:
			return ErrUnderWay
		}
		before := r.State
		r.State, r.Reason, r.DueAt, r.UntilAt, r.EndedAt = Queued, "", tx.Now(), tx.Now().Add(keep), 0
		if err := updateDelivery(tx, r); err != nil {
			return err
		}
		if d, err = s.deliveryTx(tx, who, webhook, i); err != nil {
			return err
		}
		return s.recordTx(tx, w.OrgID, who.Actor(), PermResend, w.ID, before, r.State)
	})
	if err == nil {
		s.Wake()
	}
	return d, err
}

// Test tells one subscription of an event that means nothing. Errors: ErrState,
// db.ErrNotFound, db.ErrKeyReused.
func (s *Service) Test(ctx context.Context, key string, webhook id.ID) (d DeliveryDetail, err error) {
	who, err := access.Allow(ctx, PermUpdate)
	if err != nil {
		return d, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := webhookByID(tx, who.Scope, webhook)
		if err != nil {
			return err
		}
		if w.State != Active {
			return ErrState
		}
		made, _, err := tx.Once(db.Once{OrgID: w.OrgID, UserID: who.UserID, Action: opTest, Key: key, Body: w.ID[:]}, func() (id.ID, error) {
			r, err := s.queueTx(tx, w, payload{ID: tx.NewID(), Type: KindTest, Timestamp: tx.Now(), OrgID: w.OrgID})
			if err != nil {
				return id.ID{}, err
			}
			return r.ID, s.recordTx(tx, w.OrgID, who.Actor(), opTest, w.ID, nil, nil)
		})
		if err != nil {
			return err
		}
		d, err = s.deliveryTx(tx, who, webhook, made)
		return err
	})
	if err == nil {
		s.Wake()
	}
	return d, err
}
