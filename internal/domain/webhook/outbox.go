package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/dispatch"
	"github.com/zhiyin-power/zhiyin/internal/infra/outbound"
)

const (
	// answerWithin is how long a receiver may take.
	answerWithin = 10 * time.Second
	// lease is how long a delivery stays with a process: longer than it can take.
	lease = time.Minute
	// maxAnswer is how much of an answer is read, and thrown away.
	maxAnswer = 64 << 10
)

// PublishTx tells everybody who subscribed, in the transaction of what happened; Wake
// after the commit sends at once rather than within a second.
func (s *Service) PublishTx(tx *db.Tx, e Event) error {
	if !slices.Contains(s.kinds, e.Kind) {
		return fmt.Errorf("webhook: unknown kind %q", e.Kind)
	}
	rows, err := subscribed(tx, e.OrgID)
	if err != nil {
		return err
	}
	p := payload{ID: tx.NewID(), Type: e.Kind, Timestamp: tx.Now(), OrgID: e.OrgID, ObjectType: e.ObjectType, ObjectID: e.ObjectID, Data: e.Data}
	for _, r := range rows {
		if !wants(r.kinds(), e.Kind) {
			continue
		}
		if _, err := s.queueTx(tx, r, p); err != nil {
			return err
		}
	}
	return nil
}

// queueTx puts an event into the outbox for one subscription.
func (s *Service) queueTx(tx *db.Tx, r row, p payload) (d deliveryRow, err error) {
	raw, err := json.Marshal(p)
	if err != nil {
		return d, fmt.Errorf("webhook: %w", err)
	}
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return d, err
	}
	d = deliveryRow{OrgID: r.OrgID, ID: tx.NewID(), WebhookID: r.ID, EventID: p.ID, Kind: p.Type, State: Queued, DueAt: tx.Now(), UntilAt: tx.Now().Add(keep), CreatedAt: tx.Now(), Version: 1}
	d.Body = company.Own().Seal(bodyPlace(d.ID), string(raw))
	return d, insertDelivery(tx, d)
}

// Run sends what is due until ctx ends.
func (s *Service) Run(ctx context.Context) { s.outbox.Run(ctx) }

// Wake looks for due deliveries now.
func (s *Service) Wake() { s.outbox.Wake() }

// Step sends one due delivery; ran is false when there is none.
func (s *Service) Step(ctx context.Context) (ran bool, err error) { return s.outbox.Step(ctx) }

// claim takes the most urgent delivery for this process. One whose sender died goes
// again: the receiver tells by its number that it came before.
func (s *Service) claim(ctx context.Context) (dispatch.Work, error) {
	var d deliveryRow
	var t target
	var body string
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		d, body = deliveryRow{}, ""
		due, err := dueDelivery(tx)
		if err != nil || len(due) == 0 {
			return err
		}
		d = due[0]
		if d.State == Sending {
			d.Reason = reasonCrash
		}
		if d.UntilAt <= tx.Now() {
			d.State, d.DueAt, d.EndedAt = Failed, 0, tx.Now()
			return updateDelivery(tx, d)
		}
		d.State, d.Attempt, d.DueAt = Sending, d.Attempt+1, tx.Now().Add(lease)
		if err := updateDelivery(tx, d); err != nil {
			return err
		}
		d.Version++
		t, body, err = s.openTx(tx, d)
		return err
	})
	switch {
	case err != nil || d.ID.IsZero():
		return nil, err
	case body == "": // its time was over
		return func(context.Context) error { return nil }, nil
	}
	return func(ctx context.Context) error { return s.send(context.WithoutCancel(ctx), d, t, []byte(body)) }, nil
}

// openTx reads what is sealed of a delivery and of whom it goes to.
func (s *Service) openTx(tx *db.Tx, d deliveryRow) (t target, body string, err error) {
	company, err := s.Keys.CompanyTx(tx, d.OrgID)
	if err != nil {
		return t, "", err
	}
	r, err := webhookByID(tx, db.ScopeOf(d.OrgID), d.WebhookID)
	if err != nil {
		return t, "", err
	}
	if t, err = r.open(company); err != nil {
		return t, "", err
	}
	body, err = company.Own().Open(bodyPlace(d.ID), d.Body)
	return t, body, err
}

// send makes one attempt and writes down how it ended.
func (s *Service) send(ctx context.Context, d deliveryRow, t target, body []byte) error {
	a := Attempt{Attempt: d.Attempt, BeganAt: s.DB.Now()}
	a.Status, a.Reason = s.post(ctx, t, d.EventID, body)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a.EndedAt = tx.Now()
		return s.endTx(tx, d, a)
	})
}

// post asks the receiver; of its answer only the number counts.
func (s *Service) post(ctx context.Context, t target, event id.ID, body []byte) (status int, reason string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.URL, bytes.NewReader(body))
	if err != nil {
		return 0, reasonConnect
	}
	at := s.DB.Now().Time()
	for name, value := range map[string]string{"Content-Type": "application/json", "User-Agent": "Zhiyin", "webhook-id": event.String(),
		"webhook-timestamp": strconv.FormatInt(at.Unix(), 10), "webhook-signature": Sign(t.Secret, event.String(), at, body)} {
		r.Header.Set(name, value)
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return 0, failure(err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer)) // the answer is there already
	if answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return answer.StatusCode, ""
	}
	return answer.StatusCode, fmt.Sprintf("http_%d", answer.StatusCode)
}

// failure tells why no answer came.
func failure(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, outbound.ErrInside):
		return reasonInside
	case errors.As(err, &timeout) && timeout.Timeout():
		return reasonNoAnswer
	}
	return reasonConnect
}

// endTx writes down how an attempt ended, and what follows for delivery and
// subscription.
func (s *Service) endTx(tx *db.Tx, d deliveryRow, a Attempt) error {
	ended := d.after(a, tx.Now())
	if err := updateDelivery(tx, ended); err != nil {
		return err
	}
	if err := insertAttempt(tx, d, a); err != nil {
		return err
	}
	if a.Status == http.StatusGone {
		return s.goneTx(tx, d)
	}
	failing := when.Instant(0)
	if a.Reason != "" {
		failing = tx.Now()
	}
	return noteHealth(tx, d.OrgID, d.WebhookID, failing)
}

// after is a delivery after an attempt: what failed is tried again for a day.
func (d deliveryRow) after(a Attempt, now when.Instant) deliveryRow {
	d.Reason, d.DueAt, d.EndedAt = a.Reason, 0, now
	switch next := now.Add(delay(d.Attempt)); {
	case a.Reason == "":
		d.State = Delivered
	case a.Status == http.StatusGone:
		d.State, d.Reason = Dropped, reasonGone
	case next < d.UntilAt:
		d.State, d.DueAt, d.EndedAt = Queued, next, 0
	default:
		d.State = Failed
	}
	return d
}

// goneTx ends a subscription whose receiver says that it is no more.
func (s *Service) goneTx(tx *db.Tx, d deliveryRow) error {
	r, err := webhookByID(tx, db.ScopeOf(d.OrgID), d.WebhookID)
	if err != nil {
		return err
	}
	before := r
	r.State, r.Reason = Ended, reasonGone
	if err := updateWebhook(tx, r, r.Version); err != nil {
		return err
	}
	if err := dropWaiting(tx, r.OrgID, r.ID); err != nil {
		return err
	}
	return s.recordTx(tx, r.OrgID, systemActor, PermUpdate, r.ID, before.told(), r.told())
}

// told is what the audit log tells of a subscription: neither address nor secret.
func (r row) told() any {
	return struct {
		Name  string   `json:"name"`
		Kinds []string `json:"kinds"`
		State State    `json:"state"`
	}{r.Name, r.kinds(), r.State}
}

// known are the reasons with words of their own.
var known = []string{reasonGone, reasonInside, reasonConnect, reasonNoAnswer, reasonCrash, reasonNoWebhook}
