package message

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/dispatch"
)

// lease is how long a message stays with a process: longer than all it waits for.
const lease = 3 * time.Minute

// Run sends what is due until ctx ends.
func (s *Service) Run(ctx context.Context) { s.outbox.Run(ctx) }

// Wake looks for due messages now.
func (s *Service) Wake() { s.outbox.Wake() }

// Step sends one due message; ran is false when there is none.
func (s *Service) Step(ctx context.Context) (ran bool, err error) { return s.outbox.Step(ctx) }

// claim takes the most urgent message for this process. One whose sender died is told
// apart: when it had begun to leave, nobody sends it again unasked.
func (s *Service) claim(ctx context.Context) (dispatch.Work, error) {
	var r row
	var set settings
	var work bool
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		r, work = row{}, false
		due, err := dueMessage(tx)
		if err != nil || len(due) == 0 {
			return err
		}
		r = due[0]
		if set, err = s.settingsTx(tx, r.OrgID); err != nil {
			return err
		}
		if r.State == Sending {
			return s.resumeTx(tx, r, set)
		}
		if now := tx.Now(); r.UntilAt <= now {
			return s.endTx(tx, r, tooLate(r), now)
		}
		r.Attempt++
		if !set.enabled(r.Channel) {
			return s.endTx(tx, r, outcome{state: Queued, reason: reasonNoChannel}, tx.Now())
		}
		r.State, r.Reason, r.DueAt, r.HandedAt = Sending, "", tx.Now().Add(lease), 0
		work = true
		err = updateMessage(tx, r)
		r.Version++
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case r.ID.IsZero():
		return nil, nil
	case !work: // it came to an end without leaving
		return func(context.Context) error { return nil }, nil
	}
	return func(ctx context.Context) error { return s.send(ctx, r, set) }, nil
}

// tooLate is the outcome of a message whose time is over.
func tooLate(r row) outcome {
	if r.Attempt == 0 {
		return outcome{state: Dropped, reason: reasonExpired}
	}
	return outcome{state: Failed, reason: r.Reason}
}

// resumeTx decides about a message whose sender died: what had not begun to leave waits
// again, and what had only where the gateway sends nothing twice.
func (s *Service) resumeTx(tx *db.Tx, r row, set settings) error {
	o := outcome{state: Queued, reason: reasonCrash}
	if r.HandedAt != 0 && (r.Channel != SMS || !set.Gateway.Idempotent) {
		o.state = Uncertain
	}
	return s.endTx(tx, r, o, tx.Now())
}

// send carries a claimed message out. What has begun is brought to its end even while
// the process stops: each step is bounded in time.
func (s *Service) send(ctx context.Context, r row, set settings) error {
	ctx = context.WithoutCancel(ctx)
	began := s.DB.Now()
	connecting, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	l, o := s.connect(connecting, r.Channel, set)
	if l == nil {
		return s.end(ctx, r, o, began)
	}
	defer l.close()
	m, b, o, err := s.handOver(ctx, r)
	if err != nil {
		return err
	}
	if o.state != "" {
		return s.end(ctx, r, o, began)
	}
	transmitting, done := context.WithTimeout(ctx, transmitWithin)
	defer done()
	return s.end(ctx, m, l.transmit(transmitting, m, b), began)
}

// handOver asks in one transaction whether the message may go, and writes down that it
// is leaving. Errors: db.ErrStale when it is no longer this process's.
func (s *Service) handOver(ctx context.Context, r row) (m row, b body, o outcome, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		m = r
		company, err := s.Keys.CompanyTx(tx, m.OrgID)
		if err != nil {
			return err
		}
		if b, err = m.open(company); err != nil {
			return err
		}
		if o, err = s.forbiddenTx(tx, m, b); err != nil || o.state != "" {
			return err
		}
		m.HandedAt = tx.Now()
		err = updateMessage(tx, m)
		m.Version++
		return err
	})
	return m, b, o, err
}

// forbiddenTx is the end of a message that may not go; none where it may.
func (s *Service) forbiddenTx(tx *db.Tx, r row, b body) (o outcome, err error) {
	if b.To == "" {
		return outcome{state: Dropped, reason: reasonErased}, nil
	}
	if r.Kind == KindService {
		return o, nil
	}
	agreed := false
	if !r.CustomerID.IsZero() && s.consents != nil {
		agreed, err = s.consents.MayTx(tx, r.OrgID, r.CustomerID, r.Channel)
	}
	if err == nil && !agreed {
		o = outcome{state: Dropped, reason: reasonConsent}
	}
	return o, err
}

// end writes down how an attempt ended.
func (s *Service) end(ctx context.Context, r row, o outcome, began when.Instant) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.endTx(tx, r, o, began) })
}

func (s *Service) endTx(tx *db.Tx, r row, o outcome, began when.Instant) error {
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return err
	}
	after := r.after(o, tx.Now())
	if err := updateMessage(tx, after); err != nil {
		return err
	}
	a := Attempt{Attempt: r.Attempt, BeganAt: began, EndedAt: tx.Now(), Outcome: after.State, Reason: o.reason}
	return insertAttempt(tx, r, a, company.Own().Seal(receiptPlace(r.ID), o.receipt))
}
