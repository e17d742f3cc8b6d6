package webhook

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/dispatch"
	"github.com/zhiyin-power/zhiyin/internal/infra/outbound"
)

// Permissions of the module.
const (
	PermList   = "webhook.list"
	PermGet    = "webhook.get"
	PermCreate = "webhook.create"
	PermUpdate = "webhook.update"
	PermRotate = "webhook.rotate"
	PermRemove = "webhook.remove"
	PermResend = "webhook.resend"
)

// Operations that need the permission of another; the audit log tells them apart.
const (
	opKinds      = "webhook.kinds"
	opDeliveries = "webhook.deliveries"
	opDelivery   = "webhook.delivery"
	opTest       = "webhook.test"
)

const object = "webhook"

var systemActor = audit.Actor{Name: "system"}

// Deps are what the service is built from. Guard says which networks inside may be
// called.
type Deps struct {
	DB      *db.DB
	Keys    *crypt.Keyring
	Audit   *audit.Log
	Cursors *page.Signer
	Log     *slog.Logger
	Guard   outbound.Guard
	KeepFor time.Duration // how long deliveries that have ended are kept; 0: for ever
	Text    func(lang, key string, params map[string]any) string
}

// Service keeps subscriptions and tells them of events.
type Service struct {
	Deps
	kinds  []string
	client *http.Client
	outbox *dispatch.Dispatcher
}

// New makes the service; modules register their kinds before it is used.
func New(d Deps) *Service {
	s := &Service{Deps: d, kinds: []string{KindTest}, client: d.Guard.Client(answerWithin)}
	s.outbox = dispatch.New("webhook", d.Log, s.claim)
	return s
}

// RegisterKinds says which events a module publishes: "case.closed". Their words are
// the catalogue's "webhook.kind.KIND".
func (s *Service) RegisterKinds(kinds ...string) { s.kinds = append(s.kinds, kinds...) }

// Kind is one that can be subscribed to.
type Kind struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Kinds lists the kinds of events there are.
func (s *Service) Kinds(ctx context.Context) ([]Kind, error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, err
	}
	all := make([]Kind, len(s.kinds))
	for i, k := range slices.Sorted(slices.Values(s.kinds)) {
		all[i] = Kind{k, s.Text(who.Locale, "webhook.kind."+k, nil)}
	}
	return all, nil
}

// List lists subscriptions, the newest first.
func (s *Service) List(ctx context.Context, company id.ID, cursor string, limit int) (all []Webhook, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	var before id.ID
	if _, err := s.Cursors.Decode(PermList, cursor, &before); err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := listWebhooks(tx, who.Scope.Narrow(company), before, limit+1)
		if err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			if next, err = s.Cursors.Encode(PermList, rows[limit-1].ID); err != nil {
				return err
			}
		}
		all = make([]Webhook, len(rows))
		for i, r := range rows {
			if all[i], err = s.readTx(tx, who, r); err != nil {
				return err
			}
		}
		return nil
	})
	return all, next, err
}

func (s *Service) readTx(tx *db.Tx, who access.Who, r row) (w Webhook, err error) {
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return w, err
	}
	t, err := r.open(company)
	return Webhook{ID: r.ID, OrgID: r.OrgID, Name: r.Name, URL: t.URL, Kinds: r.kinds(), State: r.State, Reason: r.Reason, ReasonText: s.reasonText(who.Locale, r.Reason),
		FailingSince: r.FailingSince, CreatedName: r.CreatedName, CreatedAt: r.CreatedAt, Version: r.Version}, err
}

// Get gives one. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (w Webhook, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return w, err
	}
	return w, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := webhookByID(tx, who.Scope, i)
		if err != nil {
			return err
		}
		w, err = s.readTx(tx, who, r)
		return err
	})
}

func newSecret() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	return secretPrefix + base64.StdEncoding.EncodeToString(raw)
}

// Create makes a subscription, in each of several companies where they are named; the
// secret is in this answer alone. Errors: validation, ErrTooMany, db.ErrNotFound,
// db.ErrOrgRequired, db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, in CreateInput) (m Made, err error) {
	who, orgs, err := companiesOf(ctx, in)
	if err != nil {
		return m, err
	}
	if err := in.check(s.Guard, s.kinds); err != nil {
		return m, err
	}
	raw, err := json.Marshal(in)
	if err != nil {
		return m, fmt.Errorf("webhook: %w", err)
	}
	return m, s.DB.Write(ctx, func(tx *db.Tx) error {
		made, again, err := tx.Once(db.Once{OrgID: orgs[0], UserID: who.UserID, Action: PermCreate, Key: key, Body: raw}, func() (first id.ID, err error) {
			m = Made{Secret: newSecret()}
			for _, org := range slices.Backward(orgs) {
				if first, err = s.createTx(tx, who, org, in, m.Secret); err != nil {
					return first, err
				}
			}
			return first, nil
		})
		if err != nil {
			return err
		}
		r, err := webhookByID(tx, who.Scope, made)
		if err != nil {
			return err
		}
		if m.Made = len(orgs); again {
			m.Secret = "" // it was shown
		}
		m.Webhook, err = s.readTx(tx, who, r)
		return err
	})
}

// companiesOf are the companies somebody subscribes in. Errors: db.ErrNotFound for one that
// is not his, db.ErrOrgRequired.
func companiesOf(ctx context.Context, in CreateInput) (who access.Who, orgs []id.ID, err error) {
	named := in.OrgIDs
	if len(named) == 0 {
		named = []id.ID{in.OrgID}
	}
	for _, of := range named {
		var org id.ID
		if who, org, err = access.AllowOne(ctx, PermCreate, of); err != nil {
			return who, nil, err
		}
		if !slices.Contains(orgs, org) {
			orgs = append(orgs, org)
		}
	}
	return who, orgs, nil
}

func (s *Service) createTx(tx *db.Tx, who access.Who, org id.ID, in CreateInput, secret string) (made id.ID, err error) {
	n, err := countWebhooks(tx, org)
	if err != nil {
		return made, err
	}
	if n >= maxWebhooks {
		return made, ErrTooMany.With("limit", maxWebhooks)
	}
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return made, err
	}
	r := row{OrgID: org, ID: tx.NewID(), Name: in.Name, Kinds: strings.Join(in.Kinds, " "), State: Active, CreatedName: who.Name, CreatedAt: tx.Now(), Version: 1}
	if err := r.seal(company, target{in.URL, secret}); err != nil {
		return made, err
	}
	if err := insertWebhook(tx, r); err != nil {
		return made, err
	}
	return r.ID, s.recordTx(tx, org, who.Actor(), PermCreate, r.ID, nil, r.told())
}

func (s *Service) recordTx(tx *db.Tx, org id.ID, actor audit.Actor, action string, i id.ID, before, after any) error {
	return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: actor, Action: action, ObjectType: object, ObjectID: i, Before: before, After: after})
}

// change loads a subscription, has it changed and saves it.
func (s *Service) change(ctx context.Context, permission string, i id.ID, version int64, do func(tx *db.Tx, r *row, t *target) error) (w Webhook, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return w, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := webhookByID(tx, who.Scope, i)
		if err != nil {
			return err
		}
		company, err := s.Keys.CompanyTx(tx, r.OrgID)
		if err != nil {
			return err
		}
		t, err := r.open(company)
		if err != nil {
			return err
		}
		before := r.told()
		if err := do(tx, &r, &t); err != nil {
			return err
		}
		if err := r.seal(company, t); err != nil {
			return err
		}
		if err := updateWebhook(tx, r, version); err != nil {
			return err
		}
		r.Version = version + 1
		if w, err = s.readTx(tx, who, r); err != nil {
			return err
		}
		return s.recordTx(tx, r.OrgID, who.Actor(), permission, r.ID, before, r.told())
	})
	if err == nil {
		s.Wake()
	}
	return w, err
}

// Update changes, pauses or takes up a subscription. Errors: validation,
// db.ErrNotFound, db.ErrStale.
func (s *Service) Update(ctx context.Context, i id.ID, version int64, in UpdateInput) (Webhook, error) {
	return s.change(ctx, PermUpdate, i, version, func(_ *db.Tx, r *row, t *target) error {
		if err := in.check(s.Guard, s.kinds); err != nil {
			return err
		}
		r.Name, r.Kinds, t.URL = in.Name, strings.Join(in.Kinds, " "), in.URL
		r.State, r.Reason, r.FailingSince = Paused, "", 0
		if in.Active {
			r.State = Active
		}
		return nil
	})
}

// Rotate gives a new secret, shown this once; the old one ends at once. Errors:
// db.ErrNotFound, db.ErrStale.
func (s *Service) Rotate(ctx context.Context, i id.ID, version int64) (m Made, err error) {
	m.Webhook, err = s.change(ctx, PermRotate, i, version, func(_ *db.Tx, _ *row, t *target) error {
		m.Secret = newSecret()
		t.Secret = m.Secret
		return nil
	})
	return m, err
}

// Remove takes a subscription away with its log. Errors: db.ErrNotFound, db.ErrStale.
func (s *Service) Remove(ctx context.Context, i id.ID, version int64) error {
	who, err := access.Allow(ctx, PermRemove)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := webhookByID(tx, who.Scope, i)
		if err != nil {
			return err
		}
		if err := deleteWebhook(tx, r, version); err != nil {
			return err
		}
		return s.recordTx(tx, r.OrgID, who.Actor(), PermRemove, r.ID, r.told(), nil)
	})
}

func (s *Service) reasonText(lang, reason string) string {
	switch {
	case reason == "":
		return ""
	case slices.Contains(known, reason):
		return s.Text(lang, "webhook.reason."+reason, nil)
	}
	return s.Text(lang, "webhook.reason.other", map[string]any{"code": strings.TrimPrefix(reason, "http_")})
}
