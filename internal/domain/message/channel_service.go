package message

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// settingsPlace is bound to the company; its channel stands in the column's name.
func settingsPlace(org id.ID, c Channel) crypt.Place {
	return crypt.Place{Table: "message_channel", Column: "body." + string(c), ID: org}
}

// settingsTx are how a company sends, with secrets.
func (s *Service) settingsTx(tx *db.Tx, org id.ID) (settings, error) {
	set, _, err := s.channelsTx(tx, org)
	return set, err
}

// channelsTx tells besides what version of each there is.
func (s *Service) channelsTx(tx *db.Tx, org id.ID) (set settings, stored map[Channel]channelRow, err error) {
	set, stored = defaults(), map[Channel]channelRow{}
	rows, err := channelsOf(tx, org)
	if err != nil || len(rows) == 0 {
		return set, stored, err
	}
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return set, stored, err
	}
	for _, r := range rows {
		raw, err := company.Own().Open(settingsPlace(org, r.Channel), r.Body)
		if err != nil {
			return set, stored, err
		}
		var into any = &set.Mail
		if r.Channel == SMS {
			into = &set.Gateway
		}
		if err := json.Unmarshal([]byte(raw), into); err != nil {
			return set, stored, fmt.Errorf("message channel %s: %w", r.Channel, err)
		}
		stored[r.Channel] = r
	}
	return set, stored, nil
}

// Channels tells how a company sends, without secrets.
func (s *Service) Channels(ctx context.Context, company id.ID) (all Channels, err error) {
	_, org, err := access.AllowOne(ctx, PermChannels, company)
	if err != nil {
		return all, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error { all, err = s.shownTx(tx, org); return err })
}

func (s *Service) shownTx(tx *db.Tx, org id.ID) (all Channels, err error) {
	set, stored, err := s.channelsTx(tx, org)
	if err != nil {
		return all, err
	}
	all = Channels{Email: MailChannel{set.Mail.MailSettings, storedAs(stored[Email], set.Mail.Password)},
		SMS: GatewayChannel{set.Gateway.GatewaySettings, storedAs(stored[SMS], set.Gateway.Secret)}}
	counts, err := countWaiting(tx, org)
	for _, w := range counts {
		if w.Channel == SMS {
			all.SMS.Waiting = w.N
		} else {
			all.Email.Waiting = w.N
		}
	}
	return all, err
}

func storedAs(r channelRow, secret string) Stored {
	return Stored{HasSecret: secret != "", Version: r.Version, UpdatedAt: r.UpdatedAt, UpdatedName: r.UpdatedName}
}

// SetEmail changes how a company sends e-mail. Errors: validation, db.ErrStale.
func (s *Service) SetEmail(ctx context.Context, company id.ID, version int64, in MailInput) (MailChannel, error) {
	if err := in.validate(); err != nil {
		return MailChannel{}, err
	}
	all, err := s.set(ctx, opSetEmail, company, Email, version, func(before settings) (was, is, sealed any, err error) {
		err = in.take(before.Mail)
		return before.Mail.MailSettings, in.MailSettings, in, err
	})
	return all.Email, err
}

// SetSMS changes how a company hands SMS to its gateway. Errors: validation, db.ErrStale.
func (s *Service) SetSMS(ctx context.Context, company id.ID, version int64, in GatewayInput) (GatewayChannel, error) {
	if err := in.validate(); err != nil {
		return GatewayChannel{}, err
	}
	all, err := s.set(ctx, opSetSMS, company, SMS, version, func(before settings) (was, is, sealed any, err error) {
		err = in.take(before.Gateway)
		return before.Gateway.GatewaySettings, in.GatewaySettings, in, err
	})
	return all.SMS, err
}

// set saves the settings of a channel. take gives what was and is, as the audit log may
// tell it, and what is sealed.
func (s *Service) set(ctx context.Context, action string, company id.ID, c Channel, version int64, take func(before settings) (was, is, sealed any, err error)) (all Channels, err error) {
	who, org, err := access.AllowOne(ctx, PermSetChannel, company)
	if err != nil {
		return all, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		before, stored, err := s.channelsTx(tx, org)
		if err != nil {
			return err
		}
		if stored[c].Version != version {
			return db.ErrStale
		}
		was, is, sealed, err := take(before)
		if err != nil {
			return err
		}
		if err := s.saveTx(tx, channelRow{OrgID: org, Channel: c, Version: version, UpdatedName: who.Name, UpdatedAt: tx.Now()}, sealed); err != nil {
			return err
		}
		if all, err = s.shownTx(tx, org); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: action, ObjectType: objectChannel, ObjectID: objectOf(string(c)), Before: was, After: is})
	})
	if err == nil {
		s.Wake()
	}
	return all, err
}

// saveTx seals settings and has what waited for them tried.
func (s *Service) saveTx(tx *db.Tx, r channelRow, set any) error {
	raw, err := json.Marshal(set)
	if err != nil {
		return fmt.Errorf("message: %w", err)
	}
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return err
	}
	r.Body = company.Own().Seal(settingsPlace(r.OrgID, r.Channel), string(raw))
	if err := saveChannel(tx, r); err != nil {
		return err
	}
	return wakeWaiting(tx, r.OrgID, r.Channel)
}
