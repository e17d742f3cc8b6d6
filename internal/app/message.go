package app

import (
	"errors"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/domain/webhook"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/outbound"
)

// buildMessages makes the modules that tell people and systems, gives them what later
// ones know, and has them take part in what concerns a person's data.
func (a *App) buildMessages() {
	a.Messages = message.New(message.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Cursors: a.Cursors, Log: a.Log, Text: catalogue.Text})
	a.Webhooks = webhook.New(webhook.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Cursors: a.Cursors, Log: a.Log, Guard: outbound.Guard{Allowed: a.Config.WebhookInside}, KeepFor: time.Duration(a.Config.WebhookDays) * 24 * time.Hour, Text: catalogue.Text})
	a.Webhooks.RegisterKinds(feedback.EventKinds()...)
	a.Webhooks.RegisterKinds(promise.EventKinds()...)
	a.Messages.SetConsents(messageConsents{a.Privacy})
	a.Privacy.AddHolder(messageHolder{a.Messages})
}

// messageConsents implements message.Consents.
type messageConsents struct{ *privacy.Service }

// marketingPurpose is what a person consents to who may be advertised to by a channel. A
// company that advertises by e-mail adds that purpose.
var marketingPurpose = map[message.Channel]string{message.SMS: "marketing_sms", message.Email: "marketing_email"}

// MayTx asks for the consent; without such a purpose, or customer, there is none.
func (c messageConsents) MayTx(tx *db.Tx, org, customer id.ID, channel message.Channel) (bool, error) {
	given, err := c.ConsentTx(tx, org, customer, marketingPurpose[channel])
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return given, err
}

// messageHolder implements privacy.Holder.
type messageHolder struct{ *message.Service }

// HoldingsTx counts what was said to a person.
func (h messageHolder) HoldingsTx(tx *db.Tx, p privacy.Person) ([]privacy.Holding, error) {
	n, err := h.CountOfTx(tx, p.OrgID, p.IDs)
	return []privacy.Holding{{Kind: "message", N: n}}, err
}

// BlocksTx: nothing said keeps a person from being erased.
func (h messageHolder) BlocksTx(*db.Tx, privacy.Person) ([]privacy.Block, error) { return nil, nil }

// DataTx tells what was said to him.
func (h messageHolder) DataTx(tx *db.Tx, p privacy.Person, lang string) (d privacy.Data, err error) {
	said, err := h.SaidToTx(tx, p.OrgID, p.IDs)
	section := privacy.Section{Key: "messages", Columns: []string{"at", "channel", "value", "text", "status"}}
	for _, m := range said {
		section.Rows = append(section.Rows, []string{m.CreatedAt.Time().Format("2006-01-02 15:04"), catalogue.Text(lang, "message.channel_name."+string(m.Channel), nil), m.To,
			m.Subject + "\n" + m.Text, catalogue.Text(lang, "message.state_name."+string(m.State), nil)})
	}
	d.Sections = []privacy.Section{section}
	return d, err
}

// EraseTx empties it.
func (h messageHolder) EraseTx(tx *db.Tx, p privacy.Person) ([]id.ID, error) {
	return nil, h.ForgetTx(tx, p.OrgID, p.IDs)
}
