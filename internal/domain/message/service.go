package message

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/dispatch"
)

// Permissions of the module.
const (
	PermList   = "message.list"
	PermGet    = "message.get"
	PermReveal = "message.reveal" // addresses and texts whole
	PermRetry  = "message.retry"
	PermDrop   = "message.drop"

	PermTemplates    = "message.templates"
	PermEditTemplate = "message.edit_template"

	PermChannels   = "message.channels"
	PermSetChannel = "message.set_channel"
)

// Operations that need the permission of another; the audit log tells them apart.
const (
	opTemplate = "message.template"
	opPreview  = "message.preview"
	opEmail    = "message.email"
	opSMS      = "message.sms"
	opSetEmail = "message.set_email"
	opSetSMS   = "message.set_sms"
	opTest     = "message.test"
)

const (
	objectMessage  = "message"
	objectTemplate = "message_template"
	objectChannel  = "message_channel"
)

// Consents tells who agreed to be written to; privacy knows it and app fills it in.
type Consents interface {
	// MayTx tells whether a company may send a customer marketing by a channel now.
	MayTx(tx *db.Tx, org, customer id.ID, c Channel) (bool, error)
}

// Deps are what the service is built from.
type Deps struct {
	DB      *db.DB
	Keys    *crypt.Keyring
	Audit   *audit.Log
	Orgs    *org.Service
	Cursors *page.Signer
	Log     *slog.Logger
	Text    func(lang, key string, params map[string]any) string
}

// Service keeps messages and sends them.
type Service struct {
	Deps
	consents Consents
	outbox   *dispatch.Dispatcher
	connect  func(ctx context.Context, c Channel, s settings) (line, outcome)
}

// New makes the service.
func New(d Deps) *Service {
	s := &Service{Deps: d, connect: connect}
	s.outbox = dispatch.New("message", d.Log, s.claim)
	return s
}

// SetConsents says who knows what people agreed to. Until then no marketing leaves.
func (s *Service) SetConsents(c Consents) { s.consents = c }

// List lists messages, the newest first.
func (s *Service) List(ctx context.Context, f Filter, cursor string, limit int) (all []Message, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	var before id.ID
	if _, err := s.Cursors.Decode(PermList, cursor, &before); err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := listMessages(tx, who.Scope.Narrow(f.OrgID), f, before, limit+1)
		if err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			if next, err = s.Cursors.Encode(PermList, rows[limit-1].ID); err != nil {
				return err
			}
		}
		all = make([]Message, len(rows))
		for i, r := range rows {
			if all[i], _, err = s.readTx(tx, who, r); err != nil {
				return err
			}
		}
		return nil
	})
	return all, next, err
}

// readTx makes a row readable, as much of it as the caller may see.
func (s *Service) readTx(tx *db.Tx, who access.Who, r row) (m Message, b body, err error) {
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return m, b, err
	}
	if b, err = r.open(company); err != nil {
		return m, b, err
	}
	m = Message{ID: r.ID, OrgID: r.OrgID, Channel: r.Channel, Kind: r.Kind, Template: r.Template, TemplateVersion: r.TemplateVersion, TemplateName: shipped[r.Template].name(who.Locale),
		Lang: r.Lang, CustomerID: r.CustomerID, ObjectType: r.ObjectType, ObjectID: r.ObjectID, To: b.To, ToName: b.ToName, State: r.State, Reason: r.Reason,
		ReasonText: s.reasonText(who.Locale, r.Reason), Attempt: r.Attempt, UntilAt: r.UntilAt, EndedAt: r.EndedAt, CreatedAt: r.CreatedAt, Version: r.Version}
	if r.State == Queued {
		m.DueAt = r.DueAt
	}
	if !sees(who, r.OrgID) {
		m.To, m.ToName = maskAddress(r.Channel, b.To), cn.MaskName(b.ToName, cn.PersonName)
	}
	return m, b, nil
}

func sees(who access.Who, org id.ID) bool {
	reveal, _ := who.May(PermReveal)
	return reveal.Scope.Has(org)
}

// Get gives a message with its text and attempts. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.getTx(tx, who, i); return err })
}

func (s *Service) getTx(tx *db.Tx, who access.Who, i id.ID) (d Detail, err error) {
	r, err := messageByID(tx, who.Scope, i)
	if err != nil {
		return d, err
	}
	var b body
	if d.Message, b, err = s.readTx(tx, who, r); err != nil {
		return d, err
	}
	d.Subject, d.Text, d.Masked = b.Subject, b.Text, !sees(who, r.OrgID)
	if d.Masked {
		t, err := s.templateVersionTx(tx, r.OrgID, r.Template, r.TemplateVersion)
		if err != nil {
			return d, err
		}
		d.Subject, d.Text, _ = t.text(r.Channel, r.Lang)
		d.Subject, d.Text = whole(d.Subject), whole(d.Text)
	}
	if d.Attempts, err = s.attemptsTx(tx, who, r); err != nil {
		return d, err
	}
	d.Actions = []string{}
	for _, action := range []string{PermRetry, PermDrop} {
		to, possible := moves[r.State][action]
		may, _ := who.May(action)
		if possible && may.Scope.Has(r.OrgID) && (to != Queued || b.To != "") {
			d.Actions = append(d.Actions, action)
		}
	}
	return d, nil
}

func (s *Service) attemptsTx(tx *db.Tx, who access.Who, r row) ([]Attempt, error) {
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return nil, err
	}
	rows, err := attemptsOf(tx, r)
	all := make([]Attempt, len(rows))
	for i, a := range rows {
		all[i] = a.Attempt
		all[i].ReasonText = s.reasonText(who.Locale, a.Reason)
		if all[i].Receipt, err = company.Own().Open(receiptPlace(r.ID), a.Sealed); err != nil {
			return nil, err
		}
	}
	return all, err
}

// Retry sends a message again that did not arrive, or may not have: a person decides
// that, for the other side may get it twice. Errors: ErrState, ErrErased, db.ErrNotFound,
// db.ErrStale.
func (s *Service) Retry(ctx context.Context, i id.ID, version int64) (Detail, error) {
	d, err := s.move(ctx, PermRetry, i, version, func(tx *db.Tx, r row) (row, error) {
		r.DueAt, r.UntilAt, r.HandedAt, r.EndedAt, r.Reason = tx.Now(), max(r.UntilAt, tx.Now().Add(keep)), 0, 0, ""
		if len(r.Body) == 0 {
			return r, ErrErased
		}
		return r, nil
	})
	if err == nil {
		s.Wake()
	}
	return d, err
}

// Drop stops a message that waits, or settles that one which may have left is not sent
// again. Errors: ErrState, db.ErrNotFound, db.ErrStale.
func (s *Service) Drop(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.move(ctx, PermDrop, i, version, func(tx *db.Tx, r row) (row, error) {
		r.DueAt, r.EndedAt, r.Reason = 0, tx.Now(), reasonByHand
		return r, nil
	})
}

// moved is what the record of a move tells.
type moved struct {
	State  State  `json:"state"`
	Reason string `json:"reason,omitempty"`
}

func (s *Service) move(ctx context.Context, permission string, i id.ID, version int64, change func(*db.Tx, row) (row, error)) (d Detail, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return d, err
	}
	return d, s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := messageByID(tx, who.Scope, i)
		if err != nil {
			return err
		}
		to, possible := moves[r.State][permission]
		switch {
		case r.Version != version:
			return db.ErrStale
		case !possible:
			return ErrState.With("state", s.Text(who.Locale, "message.state_name."+string(r.State), nil))
		}
		before := moved{r.State, r.Reason}
		if r, err = change(tx, r); err != nil {
			return err
		}
		r.State = to
		if err := updateMessage(tx, r); err != nil {
			return err
		}
		if d, err = s.getTx(tx, who, i); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: r.OrgID, Actor: who.Actor(), Action: permission, ObjectType: objectMessage, ObjectID: r.ID,
			Before: before, After: moved{r.State, r.Reason}})
	})
}

// TestInput sends a text of ours to see whether a channel works.
type TestInput struct {
	OrgID   id.ID   `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	Channel Channel `json:"channel" enum:"email,sms"`
	To      string  `json:"to" minLength:"1" maxLength:"254"`
}

// Test sends a test message; it goes the way of all others. Errors: ErrNoChannel,
// ErrAddress, db.ErrOrgRequired, db.ErrKeyReused.
func (s *Service) Test(ctx context.Context, key string, in TestInput) (d Detail, err error) {
	who, company, err := access.AllowOne(ctx, PermSetChannel, in.OrgID)
	if err != nil {
		return d, err
	}
	raw, err := json.Marshal(in)
	if err != nil {
		return d, fmt.Errorf("message: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(db.Once{OrgID: company, UserID: who.UserID, Action: opTest, Key: key, Body: raw}, func() (id.ID, error) {
			return s.testTx(tx, who, company, in)
		})
		if err != nil {
			return err
		}
		d, err = s.getTx(tx, who, made)
		return err
	})
	if err == nil {
		s.Wake()
	}
	return d, err
}

func (s *Service) testTx(tx *db.Tx, who access.Who, company id.ID, in TestInput) (made id.ID, err error) {
	set, err := s.settingsTx(tx, company)
	if err != nil {
		return made, err
	}
	if !set.enabled(in.Channel) {
		return made, ErrNoChannel
	}
	tree, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return made, err
	}
	o, _ := tree.Get(company)
	made, err = s.SendTx(tx, Send{OrgID: company, Channel: in.Channel, To: in.To, Template: opTest, Lang: who.Locale, By: who.UserID,
		Values: map[string]string{"company": o.Name, "time": tx.Now().Time().Format("2006-01-02 15:04")}, Until: tx.Now().Add(testFor)})
	if err != nil {
		return made, err
	}
	return made, s.Audit.RecordTx(tx, audit.Change{OrgID: company, Actor: who.Actor(), Action: opTest, ObjectType: objectMessage, ObjectID: made, After: map[string]any{"channel": in.Channel}})
}

// known are the reasons with words of their own; the others say what the other side said.
var known = []string{reasonConsent, reasonExpired, reasonByHand, reasonErased, reasonOvertaken, reasonNoChannel, reasonConnect, reasonBroken, reasonNoAnswer, reasonCrash, reasonUnreadable}

func (s *Service) reasonText(lang, reason string) string {
	switch {
	case reason == "":
		return ""
	case slices.Contains(known, reason):
		return s.Text(lang, "message.reason."+reason, nil)
	}
	return s.Text(lang, "message.reason.other", map[string]any{"code": reason})
}
