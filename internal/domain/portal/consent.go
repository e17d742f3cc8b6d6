package portal

import (
	"context"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// advertising is the purpose of SMS that advertise, as a company's list names it.
const advertising = "marketing_sms"

// Consent is how a customer stands to SMS that advertise.
type Consent struct {
	Offered bool   `json:"offered" doc:"the company asks for it"`
	Given   bool   `json:"given"`
	Text    string `json:"text,omitempty" doc:"what he agrees to, in his language"`
	Version string `json:"version,omitempty" doc:"of the text"`
}

// ConsentInput gives or withdraws it.
type ConsentInput struct {
	Given   bool   `json:"given"`
	Version string `json:"version" minLength:"1" maxLength:"20" pattern:"^[0-9-]+$" doc:"of the text that was read"`
}

// Consent tells how the customer stands to it.
func (s *Service) Consent(ctx context.Context) (c Consent, err error) {
	v, err := self(ctx)
	if err != nil {
		return c, err
	}
	return c, s.DB.Read(ctx, func(tx *db.Tx) error { c, err = s.consentTx(tx, v); return err })
}

func (s *Service) consentTx(tx *db.Tx, v *Visitor) (c Consent, err error) {
	st, err := s.Privacy.OwnConsentTx(tx, v.OrgID, v.CustomerID, advertising)
	if errors.Is(err, db.ErrNotFound) {
		return c, nil
	}
	text := st.Text.Zh
	if rest.Language(tx.Context()) == "en" {
		text = st.Text.En
	}
	return Consent{Offered: !st.Retired || st.Given, Given: st.Given, Text: text, Version: st.Text.Version}, err
}

// Say gives or withdraws it; what is so already stays. Errors: privacy.ErrVersion when the
// text has changed, privacy.ErrRetired.
func (s *Service) Say(ctx context.Context, in ConsentInput) (c Consent, err error) {
	v, err := self(ctx)
	if err != nil {
		return c, err
	}
	return c, s.DB.Write(ctx, func(tx *db.Tx) error {
		if c, err = s.consentTx(tx, v); err != nil || c.Given == in.Given {
			return err
		}
		say := s.Privacy.WithdrawOwnTx
		if in.Given {
			say = s.Privacy.GiveOwnTx
		}
		said := privacy.ConsentInput{Purpose: advertising, TextVersion: in.Version, Channel: "portal"}
		if err := say(tx, access.Outsider(v.AccountNo, v.OrgID), v.CustomerID, said); err != nil {
			return err
		}
		c, err = s.consentTx(tx, v)
		return err
	})
}
