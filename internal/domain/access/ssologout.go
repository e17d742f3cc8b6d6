package access

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc"
)

// opSSOLogout is how the audit log calls the end of a session by a provider.
const opSSOLogout = PermSSO + "_logout"

// logoutPatience is how long signing out here waits to learn how to sign out there.
const logoutPatience = 3 * time.Second

// keepEntranceTx remembers how a provider opened a session.
func (s *Service) keepEntranceTx(tx *db.Tx, session id.ID, by entrance) error {
	if by.provider.ID.IsZero() {
		return nil
	}
	return insertSSOSession(tx, ssoSessionRow{SessionID: session, ProviderID: by.provider.ID, Subject: by.identity.Subject, SID: by.identity.SessionID,
		IDToken: s.house.Seal(tokenPlace("sso_session", session), by.identity.IDToken), Factor: by.factor})
}

// entranceTx is how a session was opened.
func (s *Service) entranceTx(tx *db.Tx, session id.ID) (by entrance, err error) {
	row, found, err := ssoSession(tx, session)
	if err != nil || !found {
		return by, err
	}
	p, err := providerAnywhere(tx, row.ProviderID)
	if err != nil {
		return by, err
	}
	by = entrance{provider: p.Provider, identity: oidc.Identity{Subject: row.Subject, SessionID: row.SID}, factor: row.Factor}
	by.identity.IDToken, err = s.house.Open(tokenPlace("sso_session", session), row.IDToken)
	return by, err
}

// elsewhere is where the browser signs out at the provider. A provider that is away
// keeps nobody from signing out here.
func (s *Service) elsewhere(ctx context.Context, by entrance) string {
	ctx, cancel := context.WithTimeout(ctx, logoutPatience)
	defer cancel()
	address, err := s.oidc.EndSession(ctx, oidc.Settings{Issuer: by.provider.Issuer, ClientID: by.provider.ClientID}, by.identity.IDToken, by.provider.SignedOutURI)
	if err != nil {
		return ""
	}
	return address
}

// LogoutSSO ends the sessions of somebody who signed out at the provider
// (Back-Channel Logout 1.0). Errors: db.ErrNotFound, those of
// oidc.Client.VerifyLogout; oidc.ErrToken for a token that came before.
func (s *Service) LogoutSSO(ctx context.Context, provider id.ID, raw string) error {
	var p providerRow
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) { p, err = providerAnywhere(tx, provider); return err }); err != nil {
		return err
	}
	l, err := s.oidc.VerifyLogout(ctx, oidc.Settings{Issuer: p.Issuer, ClientID: p.ClientID}, raw)
	if err != nil {
		return err
	}
	defer s.cache.clear()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		fresh, err := takeLogout(tx, p.ID, hashOf(l.TokenID), tx.Now().Add(2*oidc.LogoutAge))
		if err != nil || !fresh {
			return orElse(err, oidc.ErrToken)
		}
		if err := deleteAttemptsOf(tx, p.ID, l.Subject, l.SessionID); err != nil {
			return err
		}
		ended, err := signedOut(tx, p.ID, l.Subject, l.SessionID)
		if err != nil {
			return err
		}
		for _, row := range ended {
			if err := s.endTx(tx, p.Provider, row); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) endTx(tx *db.Tx, p Provider, row sessionRow) error {
	u, err := userAnywhere(tx, row.UserID)
	if err != nil {
		return err
	}
	if err := deleteSession(tx, row.ID); err != nil {
		return err
	}
	return s.audit.RecordTx(tx, audit.Change{OrgID: u.HomeOrgID, Actor: audit.Actor{ID: u.ID, Name: u.Name}, Action: opSSOLogout, ObjectType: "session", ObjectID: row.ID, After: map[string]string{"provider": p.Name}})
}
