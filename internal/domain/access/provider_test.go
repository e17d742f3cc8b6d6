package access_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/oidc"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

func TestProvidersAreKeptByAdministrators(t *testing.T) {
	eachSSO(t, func(t *testing.T, b *ssoBench) {
		in := access.ProviderInput{ProviderFields: b.p.ProviderFields}
		if _, err := b.CreateProvider(b.admin, "", in); !errors.Is(err, access.ErrProviderTaken) {
			t.Errorf("the same client again: %v", err)
		}
		in.ClientID = "second"
		one, err := b.CreateProvider(b.admin, "k", in)
		if err != nil || one.HasSecret || one.RedirectURI != here+"/api/v1/sso/"+one.ID.String()+"/callback" {
			t.Fatalf("%+v, %v", one, err)
		}
		if again, err := b.CreateProvider(b.admin, "k", in); err != nil || again.ID != one.ID {
			t.Errorf("the same request again: %v, %v", again.ID, err)
		}
		if all, err := b.Providers(b.admin); err != nil || len(all) != 2 {
			t.Errorf("%d providers, %v", len(all), err)
		}
		if _, err := b.UpdateProvider(b.admin, one.ID, 7, in); !errors.Is(err, db.ErrStale) {
			t.Errorf("an old version: %v", err)
		}
		if err := b.RemoveProvider(b.admin, one.ID, 7); !errors.Is(err, db.ErrStale) {
			t.Errorf("removed from an old version: %v", err)
		}
		_, c := b.login(t, "admin2", password)
		if _, err := b.Provider(acting(c), b.p.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company's administrator: %v", err)
		}
		_, c = b.login(t, "wangfang", password)
		if _, err := b.Providers(acting(c)); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a clerk: %v", err)
		}
		w := b.browser()
		w.signIn(t, b.p.ID, "s-wang")
		in = access.ProviderInput{ProviderFields: b.p.ProviderFields}
		in.Issuer = "https://other.example"
		if _, err := b.UpdateProvider(b.admin, b.p.ID, b.p.Version, in); !errors.Is(err, access.ErrProviderLinked) {
			t.Errorf("another issuer under the same links: %v", err)
		}
		if err := b.RemoveProvider(b.admin, b.p.ID, b.p.Version); err != nil {
			t.Fatal(err)
		}
		if me := w.me(); !strings.Contains(me, access.ErrLogin.Code) {
			t.Errorf("a session of a provider that is no more: %s", me)
		}
		if n := b.entries(t, access.PermRemoveProvider); n != 1 {
			t.Errorf("%d removals written down", n)
		}
	})
}

func TestWrongProvidersAreRefused(t *testing.T) {
	b := newSSO(t, newBench(t, db.SQLite))
	for name, c := range map[string]struct {
		change      func(in *access.ProviderInput)
		field, code string
	}{
		"no name":           {func(in *access.ProviderInput) { in.Name = " " }, "name", "required"},
		"no client":         {func(in *access.ProviderInput) { in.ClientID = " " }, "client_id", "required"},
		"issuer in clear":   {func(in *access.ProviderInput) { in.Issuer = "http://sso.example" }, "issuer", "insecure_address"},
		"base in clear":     {func(in *access.ProviderInput) { in.BaseURL = "http://zhiyin.example" }, "base_url", "insecure_address"},
		"base with a path":  {func(in *access.ProviderInput) { in.BaseURL = "https://zhiyin.example/x" }, "base_url", "wrong_format"},
		"base with a query": {func(in *access.ProviderInput) { in.BaseURL = "https://zhiyin.example?x" }, "base_url", "wrong_format"},
		"another's company": {func(in *access.ProviderInput) { in.OrgID = b.two.ID }, "org_id", "required"},
		"users by no claim": {func(in *access.ProviderInput) { in.LinkClaim, in.CreateUsers = "", true }, "link_claim", "required"},
	} {
		in := access.ProviderInput{ProviderFields: b.p.ProviderFields}
		in.ClientID = "another"
		c.change(&in)
		_, err := b.CreateProvider(b.admin, "", in)
		var f *fault.Error
		if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != c.field || f.Fields[0].Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProvidersByRequest(t *testing.T) {
	b := newSSO(t, newBench(t, db.SQLite))
	token, _ := b.login(t, "admin1", password)
	clerk, _ := b.login(t, "wangfang", password)
	path := "/api/v1/sso-providers"
	resttest.Run(t, b.h, []resttest.Scenario{
		{Name: "list", Path: path, Header: as(token), Status: 200, Contains: []string{`"has_secret":true`, "/callback"}, NotContains: []string{"s3cret", "client_secret"}},
		{Name: "one", Path: path + "/" + b.p.ID.String(), Header: as(token), Status: 200, NotContains: []string{"s3cret"}},
		{Name: "a stranger", Path: path, Status: 401},
		{Name: "a clerk", Path: path, Header: as(clerk), Status: 403},
		{Name: "test", Method: "POST", Path: path + "/test", Header: as(token), Body: `{"issuer":"` + b.op.Issuer + `"}`, Status: 200, Contains: []string{`"keys":1`, `"pkce":true`}},
		{Name: "test of nothing", Method: "POST", Path: path + "/test", Header: as(token), Body: `{"issuer":"http://sso.example"}`, Status: 422, Contains: []string{oidc.ErrInsecure.Code}},
		{Name: "test by a clerk", Method: "POST", Path: path + "/test", Header: as(clerk), Body: `{"issuer":"x"}`, Status: 403},
		{Name: "removed without a version", Method: "DELETE", Path: path + "/" + b.p.ID.String(), Header: as(token), Status: 428},
	})
	if all := b.told(t, b.p.ID); strings.Contains(all, "s3cret") || !strings.Contains(all, b.op.Issuer) {
		t.Errorf("the log tells %s", all)
	}
}

// told is what the audit log says of a thing.
func (b *ssoBench) told(t *testing.T, object id.ID) (all string) {
	t.Helper()
	log := audit.New(b.d, b.keys)
	err := b.d.Read(t.Context(), func(tx *db.Tx) error {
		entries, err := log.HistoryTx(tx, db.ScopeOf(b.one.ID), object, 10)
		for _, e := range entries {
			before, after, err := log.OpenTx(tx, e, nil)
			if err != nil {
				return err
			}
			all += before + after
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
