package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc"
)

// Provider is where people sign in instead of by a password (OpenID Connect). It is
// for users at home in its organisation and below.
type Provider struct {
	ID        id.ID        `db:"id" json:"id"`
	HasSecret bool         `db:"-" json:"has_secret"`
	Version   int64        `db:"version" json:"version"`
	CreatedAt when.Instant `db:"created_at" json:"created_at"`
	ProviderFields
	RedirectURI  string `db:"-" json:"redirect_uri" doc:"to be registered at the provider"`
	LogoutURI    string `db:"-" json:"logout_uri" doc:"to be registered there for back-channel logout"`
	SignedOutURI string `db:"-" json:"signed_out_uri" doc:"to be registered there as where browsers go after signing out"`
}

// ProviderFields are what an administrator sets and may see.
type ProviderFields struct {
	OrgID     id.ID  `db:"org_id" json:"org_id" doc:"users at home here and below may sign in by it"`
	Name      string `db:"name" json:"name" minLength:"1" maxLength:"40" doc:"on the button"`
	Issuer    string `db:"issuer" json:"issuer" minLength:"1" maxLength:"300" doc:"exactly as the provider calls itself"`
	ClientID  string `db:"client_id" json:"client_id" minLength:"1" maxLength:"200"`
	BaseURL   string `db:"base_url" json:"base_url" minLength:"1" maxLength:"200" doc:"where browsers find this installation, without a path"`
	Scopes    string `db:"scopes" json:"scopes" maxLength:"200" pattern:"^[\\x21-\\x7e ]*$" doc:"asked for beside openid, with spaces"`
	LinkClaim string `db:"link_claim" json:"link_claim" maxLength:"60" pattern:"^[A-Za-z0-9_.:/-]*$" doc:"the claim that holds the login of a user who is not linked yet; empty: he is linked by an administrator first"`
	// CreateUsers makes a user, without roles, of who has none.
	CreateUsers    bool   `db:"create_users" json:"create_users" doc:"make a user without roles of somebody who has none"`
	TrustedFactors string `db:"trusted_factors" json:"trusted_factors" maxLength:"200" pattern:"^[\\x21-\\x7e ]*$" doc:"values of acr or amr, with spaces, by which the provider says that it has checked a second factor; empty: it is not believed"`
	Enabled        bool   `db:"enabled" json:"enabled"`
}

// ProviderInput is what an administrator sets. The secret is kept when it is absent
// in a change.
type ProviderInput struct {
	ProviderFields
	ClientSecret string `json:"client_secret,omitempty" maxLength:"500" doc:"shown to nobody again"`
}

// validate collects what is wrong with the input by itself, and makes it uniform.
func (in *ProviderInput) validate(who Who) error {
	var v fault.Validation
	in.Name, in.Issuer, in.ClientID, in.ClientSecret = strings.TrimSpace(in.Name), strings.TrimSpace(in.Issuer), strings.TrimSpace(in.ClientID), strings.TrimSpace(in.ClientSecret)
	in.BaseURL = strings.TrimSuffix(strings.TrimSpace(in.BaseURL), "/")
	in.Scopes, in.TrustedFactors = strings.Join(strings.Fields(in.Scopes), " "), strings.Join(strings.Fields(in.TrustedFactors), " ")
	v.Check(in.Name != "", "name", "required")
	v.Check(genuine(in.Name), "name", "wrong_format")
	v.Check(in.ClientID != "", "client_id", "required")
	v.Check(oidc.Secure(in.Issuer), "issuer", "insecure_address")
	v.Check(oidc.Secure(in.BaseURL), "base_url", "insecure_address")
	v.Check(strings.Count(in.BaseURL, "/") <= 2 && !strings.Contains(in.BaseURL, "?"), "base_url", "wrong_format")
	v.Check(who.Nodes.Has(in.OrgID), "org_id", "required")
	v.Check(!in.CreateUsers || in.LinkClaim != "", "link_claim", "required")
	return v.Err()
}

// providerRow is a provider with its sealed secret.
type providerRow struct {
	Provider
	Secret []byte `db:"secret"`
}

func (p Provider) path(what string) string {
	return fmt.Sprintf("%s/api/v1/sso/%s/%s", p.BaseURL, p.ID, what)
}

// addressed fills in what is registered at the provider.
func (p Provider) addressed() Provider {
	p.RedirectURI, p.LogoutURI, p.SignedOutURI = p.path("callback"), p.path("logout"), p.BaseURL+"/login"
	return p
}

// trusts tells whether the provider has checked a second factor of the person and
// is believed that.
func (p Provider) trusts(i oidc.Identity) bool {
	return slices.ContainsFunc(strings.Fields(p.TrustedFactors), func(f string) bool { return f == i.ACR || slices.Contains(i.AMR, f) })
}

func secretPlace(provider id.ID) crypt.Place {
	return crypt.Place{Table: "sso_provider", Column: "secret", ID: provider}
}

// settings opens the secret.
func (s *Service) settings(p providerRow) (oidc.Settings, error) {
	set := oidc.Settings{Issuer: p.Issuer, ClientID: p.ClientID, RedirectURI: p.RedirectURI, Scopes: strings.Fields(p.Scopes)}
	if !p.HasSecret {
		return set, nil
	}
	var err error
	set.ClientSecret, err = s.house.Open(secretPlace(p.ID), p.Secret)
	return set, err
}

// Providers lists the providers of the caller's organisations, by name. Permission:
// access.providers.
func (s *Service) Providers(ctx context.Context) (all []Provider, err error) {
	who, err := Allow(ctx, PermProviders)
	if err != nil {
		return nil, err
	}
	all = []Provider{}
	return all, s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := listProviders(tx, who.Nodes)
		for _, r := range rows {
			all = append(all, r.Provider)
		}
		return err
	})
}

// Provider gives one provider. Permission: access.providers. Error: db.ErrNotFound.
func (s *Service) Provider(ctx context.Context, i id.ID) (p Provider, err error) {
	who, err := Allow(ctx, PermProviders)
	if err != nil {
		return p, err
	}
	return p, s.db.Read(ctx, func(tx *db.Tx) error {
		row, err := providerByID(tx, who.Nodes, i)
		p = row.Provider
		return err
	})
}

// CreateProvider adds a provider. The key stands for everything but the secret.
// Permission: access.create_provider. Errors: validation, ErrProviderTaken,
// db.ErrKeyReused.
func (s *Service) CreateProvider(ctx context.Context, key string, in ProviderInput) (p Provider, err error) {
	who, err := Allow(ctx, PermCreateProvider)
	if err != nil {
		return p, err
	}
	if err := in.validate(who); err != nil {
		return p, err
	}
	body, err := json.Marshal(in.ProviderFields)
	if err != nil {
		return p, fmt.Errorf("access: %w", err)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(who.once(PermCreateProvider, key, body), func() (id.ID, error) {
			row := s.sealed(providerRow{Provider: Provider{ID: tx.NewID(), Version: 1, CreatedAt: tx.Now(), ProviderFields: in.ProviderFields}.addressed()}, in.ClientSecret)
			if err := insertProvider(tx, row); err != nil {
				return id.ID{}, providerTaken(err)
			}
			return row.ID, s.recordTx(tx, who.Caller, PermCreateProvider, "provider", row.ID, nil, row.Provider)
		})
		if err != nil {
			return err
		}
		row, err := providerByID(tx, who.Nodes, made)
		p = row.Provider
		return err
	})
	return p, err
}

// sealed puts a new secret in; "" leaves the one that is there.
func (s *Service) sealed(p providerRow, secret string) providerRow {
	if secret != "" {
		p.Secret, p.HasSecret = s.house.Seal(secretPlace(p.ID), secret), true
	}
	return p
}

func providerTaken(err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return ErrProviderTaken.Wrap(err)
	}
	return err
}

// UpdateProvider changes a provider. Its issuer stays as long as users are linked:
// another one's people may bear the same names. Permission: access.update_provider.
// Errors: validation, db.ErrNotFound, db.ErrStale, ErrProviderTaken,
// ErrProviderLinked.
func (s *Service) UpdateProvider(ctx context.Context, i id.ID, version int64, in ProviderInput) (p Provider, err error) {
	who, err := Allow(ctx, PermUpdateProvider)
	if err != nil {
		return p, err
	}
	if err := in.validate(who); err != nil {
		return p, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		before, err := providerByID(tx, who.Nodes, i)
		if err != nil {
			return err
		}
		if before.Issuer != in.Issuer {
			if n, err := countLinks(tx, i); err != nil || n > 0 {
				return orElse(err, ErrProviderLinked.With("n", n))
			}
		}
		after := before
		after.ProviderFields, after.Version = in.ProviderFields, version+1
		after.Provider = after.addressed()
		after = s.sealed(after, in.ClientSecret)
		if err := updateProvider(tx, after, version); err != nil {
			return providerTaken(err)
		}
		p = after.Provider
		return s.recordTx(tx, who.Caller, PermUpdateProvider, "provider", i, before.Provider, p)
	})
	return p, err
}

// RemoveProvider forgets a provider with its links; sessions that it opened end.
// Permission: access.remove_provider. Errors: db.ErrNotFound, db.ErrStale.
func (s *Service) RemoveProvider(ctx context.Context, i id.ID, version int64) error {
	who, err := Allow(ctx, PermRemoveProvider)
	if err != nil {
		return err
	}
	defer s.cache.clear()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		p, err := providerByID(tx, who.Nodes, i)
		if err != nil {
			return err
		}
		if p.Version != version {
			return db.ErrStale
		}
		if err := deleteProvider(tx, i); err != nil {
			return err
		}
		return s.recordTx(tx, who.Caller, PermRemoveProvider, "provider", i, p.Provider, nil)
	})
}

// TestProvider asks a provider what it publishes, before it is relied on.
// Permission: access.test_provider. Errors: those of oidc.Client.Probe.
func (s *Service) TestProvider(ctx context.Context, issuer string) (oidc.Report, error) {
	if _, err := Allow(ctx, PermTestProvider); err != nil {
		return oidc.Report{}, err
	}
	return s.oidc.Probe(ctx, strings.TrimSpace(issuer))
}
