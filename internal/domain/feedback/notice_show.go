package feedback

import (
	"cmp"
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Told is what the customer of a case was told by message.
type Told struct {
	Silent string   `json:"silent,omitempty" enum:"disabled,anonymous,secret,channel,quiet,no_phone,no_gateway" doc:"why he is told nothing from now on"`
	To     string   `json:"to,omitempty" doc:"where the next message goes, masked"`
	Sent   []Notice `json:"sent" nullable:"false" doc:"the newest first, at most 50"`
}

// Notice is one message.
type Notice struct {
	ID           id.ID         `json:"id"`
	Channel      string        `json:"channel" enum:"email,sms"`
	TemplateName string        `json:"template_name" doc:"in the reader's language"`
	To           string        `json:"to" doc:"masked"`
	State        message.State `json:"state" enum:"queued,sending,sent,failed,refused,dropped,uncertain"`
	ReasonText   string        `json:"reason_text,omitempty"`
	DueAt        when.Instant  `json:"due_at,omitzero" doc:"when a queued one is tried"`
	EndedAt      when.Instant  `json:"ended_at,omitzero"`
	CreatedAt    when.Instant  `json:"created_at"`
}

// Told tells what the customer of a case was told by message, and whether he will be.
// Error: db.ErrNotFound.
func (s *Service) Told(ctx context.Context, i id.ID) (t Told, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return t, err
	}
	return t, s.DB.Read(ctx, func(tx *db.Tx) error { t, err = s.toldTx(tx, who, i); return err })
}

func (s *Service) toldTx(tx *db.Tx, who access.Who, i id.ID) (t Told, err error) {
	w, err := s.viewTx(tx, who, i)
	if err != nil {
		return t, err
	}
	to, _, err := w.reachTx()
	if err != nil {
		return t, err
	}
	ready, err := s.Messages.ReadyTx(tx, w.OrgID, message.SMS)
	if err != nil {
		return t, err
	}
	gateway, phone := "", ""
	if !ready {
		gateway = silentNoGateway
	}
	if to == "" {
		phone = silentNoPhone
	}
	t = Told{Silent: cmp.Or(w.at.notices.silence(w.Case), gateway, phone), Sent: []Notice{}}
	if t.Silent == "" {
		t.To = cn.MaskPhone(to)
	}
	said, err := s.Messages.AboutTx(tx, who, w.OrgID, w.ID, maxShown)
	for _, m := range said {
		t.Sent = append(t.Sent, Notice{m.ID, string(m.Channel), m.TemplateName, m.To, m.State, m.ReasonText, m.DueAt, m.EndedAt, m.CreatedAt})
	}
	return t, err
}

// Notices tells what the customers of a company are told by message. Error:
// db.ErrOrgRequired.
func (s *Service) Notices(ctx context.Context, org id.ID) (Kept[Notices], error) {
	return readKept(ctx, s, org, settingNotices, shippedNotices())
}

// SetNotices changes it; what is in the outbox already goes. Errors: validation,
// db.ErrStale.
func (s *Service) SetNotices(ctx context.Context, org id.ID, version int64, in Notices) (k Kept[Notices], err error) {
	if err := in.check(); err != nil {
		return k, err
	}
	return setKept(ctx, s, PermSetNotices, org, settingNotices, Kept[Notices]{Value: in, Version: version}, shippedNotices())
}
