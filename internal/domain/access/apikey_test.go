package access_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func (b *bench) byKey(token string) (*access.Caller, error) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	ctx, err := b.Authenticate(r)
	if err != nil {
		return nil, err
	}
	return access.CallerOf(ctx), nil
}

func (b *bench) key(t *testing.T, ctx context.Context, org id.ID, permissions ...string) access.NewAPIKey {
	t.Helper()
	k, err := b.CreateKey(ctx, access.APIKeyInput{Name: "月报", OrgID: org, Permissions: permissions, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// A key does what its user may, within its permissions and its organisation.
func TestAKeyNarrowsItsUser(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.bootstrap(t, "above", b.city.ID, "security")
		_, above := b.login(t, "above", password)
		k := b.key(t, acting(above), b.one.ID, "access.list", "org.list")
		c, err := b.byKey(k.Token)
		if err != nil {
			t.Fatal(err)
		}
		who, err := access.Allow(acting(c), "access.list")
		if err != nil || !who.Nodes.Has(b.one.ID) || who.Nodes.Has(b.two.ID) || who.Nodes.Has(b.city.ID) {
			t.Errorf("reach %v, %v", who.Nodes, err)
		}
		if _, err := access.Allow(acting(c), "access.create"); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a permission it has not: %v", err)
		}
		if _, err := access.Allow(acting(c), "org.list"); err != nil {
			t.Errorf("another permission of its: %v", err)
		}
		for name, err := range map[string]error{
			"changes the password": b.ChangePassword(acting(c), password, "battery staple 1"),
			"ends sessions":        b.EndSession(acting(c), above.SessionID),
		} {
			if !errors.Is(err, access.ErrKeyOnly) {
				t.Errorf("a key %s: %v", name, err)
			}
		}
		if _, err := b.BeginFactor(acting(c)); !errors.Is(err, access.ErrKeyOnly) {
			t.Errorf("a key sets up a second factor: %v", err)
		}
	})
}

func TestAKeyIsNotWiderThanItsUser(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for permission, want := range map[string]error{
			"*": access.ErrBeyondOwn, "customer.*": access.ErrBeyondOwn, "*.create": access.ErrBeyondOwn, "access.*": nil, "access.create": nil, "customer.list": access.ErrBeyondOwn, "org.list": nil,
		} {
			_, err := b.CreateKey(b.admin, access.APIKeyInput{Name: "x", OrgID: b.one.ID, Permissions: access.Patterns{permission}, Days: 1})
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", permission, err, want)
			}
		}
		if _, err := b.CreateKey(b.admin, access.APIKeyInput{Name: "x", OrgID: b.two.ID, Permissions: access.Patterns{"org.list"}, Days: 1}); !errors.Is(err, access.ErrOrgUnknown) {
			t.Errorf("in another company: %v", err)
		}
		if _, err := b.CreateKey(b.admin, access.APIKeyInput{Name: " ", Permissions: access.Patterns{"org.list"}, Days: 1}); refused(err) != "name:required org_id:required" {
			t.Errorf("nameless: %v", err)
		}
	})
}

func TestAKeyEnds(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		k, other := b.key(t, b.admin, b.one.ID, "access.get"), b.key(t, b.admin, b.one.ID, "access.list")
		if _, err := b.byKey(k.Token + "0"); !errors.Is(err, access.ErrLogin) {
			t.Errorf("a forged key: %v", err)
		}
		_, foreign := b.login(t, "admin2", password)
		if err := b.RevokeKey(acting(foreign), k.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("ended from another company: %v", err)
		}
		for range 2 {
			if err := b.RevokeKey(b.admin, k.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.byKey(k.Token); !errors.Is(err, access.ErrLogin) {
			t.Errorf("a revoked key: %v", err)
		}
		if n := b.entries(t, access.PermRevokeKey); n != 1 {
			t.Errorf("revoked twice, written down %d times", n)
		}
		if _, err := b.byKey(other.Token); err != nil {
			t.Errorf("the other: %v", err)
		}
		b.now = b.now.Add(30 * 24 * time.Hour)
		if _, err := b.byKey(other.Token); !errors.Is(err, access.ErrLogin) {
			t.Errorf("an expired key: %v", err)
		}
	})
}

func TestKeysTellTheirUse(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		k := b.key(t, b.admin, b.one.ID, "access.get")
		if _, err := b.byKey(k.Token); err != nil {
			t.Fatal(err)
		}
		keys, err := b.Keys(b.admin, id.ID{}, 10)
		if err != nil || len(keys) != 1 || keys[0].UsedAt != b.now || keys[0].UserName != "admin1" || keys[0].Prefix != k.Token[:10] {
			t.Errorf("keys %+v, %v", keys, err)
		}
		_, foreign := b.login(t, "admin2", password)
		if keys, err := b.Keys(acting(foreign), id.ID{}, 10); err != nil || len(keys) != 0 {
			t.Errorf("seen by another company: %+v, %v", keys, err)
		}
	})
}

// Whose password an administrator replaces may have lost more than that: his keys end
// with it, unless they are to stay.
func TestKeysEndWithAPasswordThatIsReplaced(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.bootstrap(t, "keeps", b.one.ID, "security")
		for name, c := range map[string]struct {
			change func(*access.UserInput)
			ends   bool
		}{
			"replaced":             {func(in *access.UserInput) { in.Password = "battery staple 1" }, true},
			"replaced, keys stay":  {func(in *access.UserInput) { in.Password, in.KeepKeys = "battery staple 2", true }, false},
			"nothing but his name": {func(in *access.UserInput) { in.Name = "另名" }, false},
		} {
			user := b.bootstrap(t, "u"+strconv.Itoa(len(name)), b.one.ID, "security")
			_, caller := b.login(t, "u"+strconv.Itoa(len(name)), password)
			k := b.key(t, acting(caller), b.one.ID, "access.list")
			before := b.entries(t, access.PermRevokeKey)
			if err := b.updating(t, user, c.change); err != nil {
				t.Fatal(err)
			}
			_, err := b.byKey(k.Token)
			if ended := errors.Is(err, access.ErrLogin); ended != c.ends || b.entries(t, access.PermRevokeKey)-before != map[bool]int{true: 1}[c.ends] {
				t.Errorf("%s: ended %v, %v", name, ended, err)
			}
		}
		_, own := b.login(t, "keeps", password)
		k := b.key(t, acting(own), b.one.ID, "access.list")
		if err := b.ChangePassword(acting(own), password, "battery staple 3"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.byKey(k.Token); err != nil {
			t.Errorf("he changed it himself: %v", err)
		}
	})
}
