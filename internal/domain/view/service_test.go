package view_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/org/orgtest"
	"github.com/zhiyin-power/zhiyin/internal/domain/view"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// bench is the service with two companies; Li and Wang work in the first, the head
// shares there, the neighbour works in the second.
type bench struct {
	*view.Service
	t                        *testing.T
	d                        *db.DB
	now                      when.Instant
	tree                     *org.Tree
	one, two                 id.ID
	li, wang, head, stranger context.Context
}

func each(t *testing.T, fn func(t *testing.T, b *bench)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		b := &bench{t: t, now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))}
		b.d = dbtest.Open(t, e, func() when.Instant { return b.now })
		keys, err := crypt.New(bytes.Repeat([]byte{1}, 32))
		must(t, err)
		c := orgtest.Make(t, b.d, "东江县公司", "西山县公司")
		b.tree, b.one, b.two = c.Tree(), c.One.ID, c.Two.ID
		b.Service = view.New(view.Deps{DB: b.d, Keys: keys, Audit: audit.New(b.d, keys), Users: names{}})
		own := access.Patterns{"customer.list", "view.list", "view.create", "view.update", "view.choose", "view.remove", "view.restore"}
		b.li, b.wang = b.person(1, b.one, own...), b.person(2, b.one, own...)
		b.head, b.stranger = b.person(3, b.one, "customer.list", "view.*"), b.person(4, b.two, "customer.list", "view.*")
		fn(t, b)
	})
}

type names struct{}

func (names) NamesTx(_ *db.Tx, users []id.ID) (map[id.ID]string, error) {
	all := map[id.ID]string{}
	for _, u := range users {
		all[u] = fmt.Sprint("用户", u[15])
	}
	return all, nil
}

// person is a user of a company.
func (b *bench) person(n byte, company id.ID, may ...string) context.Context {
	b.t.Helper()
	u := access.User{ID: id.ID{15: n}, Login: fmt.Sprint("u", n), Name: fmt.Sprint("用户", n), HomeOrgID: company}
	must(b.t, b.d.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO app_user (id, login, name, password_hash, home_org_id, locale, active, version, created_at)
			VALUES ($1, $2, $3, '', $4, 'zh', TRUE, 1, 1) ON CONFLICT (id) DO NOTHING`, u.ID, u.Login, u.Name, company)
		return err
	}))
	return access.WithCaller(context.Background(), access.NewCaller(u, b.tree, access.Held{Patterns: may, OrgID: company}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func look(name string) view.Look {
	return view.Look{Name: name, Search: "欧阳", Filters: map[string]string{"kind": "person"}, Sort: "-name", Columns: []string{"name", "!phone"}, Density: "compact"}
}

func (b *bench) seen(as context.Context) string {
	b.t.Helper()
	views, err := b.List(as, "customers")
	must(b.t, err)
	all := make([]string, len(views))
	for i, v := range views {
		all[i] = v.Name
	}
	return strings.Join(all, " ")
}

func TestAViewIsItsOwnersUntilItIsShared(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		mine, err := b.Create(b.head, "k", "customers", view.Input{Look: look(" 重要客户 ")})
		must(t, err)
		again, err := b.Create(b.head, "k", "customers", view.Input{Look: look(" 重要客户 ")})
		if err != nil || again.ID != mine.ID || mine.Name != "重要客户" || mine.Search != "欧阳" || mine.Columns[1] != "!phone" || !mine.MayChange || mine.OwnerName != "用户3" {
			t.Errorf("%+v, again %v %v", mine, again.ID, err)
		}
		if got := b.seen(b.li); got != "" {
			t.Errorf("a private view is seen by others: %s", got)
		}
		if _, err := b.Update(b.li, mine.ID, 1, view.Input{Look: look("抢")}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another changes a private view: %v", err)
		}
		shared, err := b.Update(b.head, mine.ID, 1, view.Input{OrgID: b.one, Look: look("重要客户")})
		must(t, err)
		if shared.Version != 2 || b.seen(b.li) != "重要客户" || b.seen(b.stranger) != "" {
			t.Errorf("shared %+v: %s, %s", shared, b.seen(b.li), b.seen(b.stranger))
		}
		if _, err := b.Update(b.head, mine.ID, 1, view.Input{Look: look("旧")}); !errors.Is(err, db.ErrStale) {
			t.Errorf("an old version: %v", err)
		}
		if _, err := b.Update(b.wang, mine.ID, 2, view.Input{OrgID: b.one, Look: look("改")}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("changed without view.share: %v", err)
		}
		if _, err := b.Update(b.wang, mine.ID, 2, view.Input{Look: look("改")}); !errors.Is(err, view.ErrOwner) {
			t.Errorf("taken by another: %v", err)
		}
		if got := b.seen(b.person(5, b.one, "view.*")); got != "" {
			t.Errorf("who may not see the list sees views of it: %s", got)
		}
	})
}

func TestSharingNeedsTheRightThere(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for name, as := range map[string]context.Context{"without the right": b.li, "with another company": b.stranger} {
			if _, err := b.Create(as, "", "customers", view.Input{OrgID: b.one, Look: look("共享")}); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		v, err := b.Create(b.head, "", "customers", view.Input{OrgID: b.one, Look: look("共享")})
		must(t, err)
		// Who has lost the right may still have it back for himself, or take it away.
		former := b.person(3, b.one, "customer.list", "view.update", "view.remove", "view.list")
		if _, err := b.Update(former, v.ID, 1, view.Input{OrgID: b.one, Look: look("新")}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("changes what is shared without the right: %v", err)
		}
		private, err := b.Update(former, v.ID, 1, view.Input{Look: look("新")})
		if err != nil || !private.OrgID.IsZero() || b.seen(b.li) != "" {
			t.Errorf("taken back: %+v, %v", private, err)
		}
	})
}

func TestARemovedViewComesBackAsItWas(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		v, err := b.Create(b.head, "", "customers", view.Input{OrgID: b.one, Look: look("共享")})
		must(t, err)
		_, err = b.Choose(b.li, v.ID, view.Choice{Pinned: true, Default: true})
		must(t, err)
		if err := b.Remove(b.li, v.ID, 1); !errors.Is(err, view.ErrOwner) {
			t.Errorf("removed by another: %v", err)
		}
		must(t, b.Remove(b.head, v.ID, 1))
		if b.seen(b.li) != "" {
			t.Error("still seen")
		}
		for what, err := range map[string]error{"removed twice": b.Remove(b.head, v.ID, 2), "chosen": second(b.Choose(b.li, v.ID, view.Choice{}))} {
			if !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		back, err := b.Restore(b.head, v.ID)
		must(t, err)
		views, err := b.List(b.li, "customers")
		must(t, err)
		if back.Version != 3 || len(views) != 1 || !views[0].Pinned || !views[0].Default || views[0].MayChange {
			t.Errorf("%+v, %+v", back, views)
		}
		must(t, b.Remove(b.head, v.ID, 3))
		b.now = b.now.Add(31 * 24 * time.Hour)
		if _, err := b.Restore(b.head, v.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("after a month: %v", err)
		}
		other, err := b.Create(b.head, "", "customers", view.Input{Look: look("另一个")})
		must(t, err)
		must(t, b.Remove(b.head, other.ID, 1)) // forgets the old one, and what it was to Li
		if n := b.count("SELECT count(*) FROM list_view"); n != 1 {
			t.Errorf("%d views are kept", n)
		}
		if got := b.recorded(); got != "view.create view.choose view.remove view.restore view.remove view.create view.remove" {
			t.Errorf("recorded %s", got)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func (b *bench) count(text string) (n int64) {
	b.t.Helper()
	must(b.t, b.d.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, text) }))
	return n
}

func (b *bench) recorded() string {
	b.t.Helper()
	var actions []string
	must(b.t, b.d.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Select(&actions, "SELECT action FROM audit_entry WHERE object_type = 'view' ORDER BY at, id LIMIT 100")
	}))
	return strings.Join(actions, " ")
}

func TestOneDefaultForAListAndPerson(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		one, err := b.Create(b.li, "", "customers", view.Input{Look: look("一")})
		must(t, err)
		two, err := b.Create(b.li, "", "customers", view.Input{Look: look("二")})
		must(t, err)
		for _, i := range []id.ID{one.ID, two.ID, two.ID} {
			_, err := b.Choose(b.li, i, view.Choice{Default: true})
			must(t, err)
		}
		views, err := b.List(b.li, "customers")
		must(t, err)
		for _, v := range views {
			if v.Default != (v.ID == two.ID) {
				t.Errorf("%s is the default: %v", v.Name, v.Default)
			}
		}
		if got := b.recorded(); strings.Count(got, "view.choose") != 2 {
			t.Errorf("what changes nothing is recorded: %s", got)
		}
	})
}

func TestViewsAreBoundedAndSealed(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for i := range 50 {
			_, err := b.Create(b.li, "", "customers", view.Input{Look: look(fmt.Sprint("视图", i))})
			must(t, err)
		}
		if _, err := b.Create(b.li, "", "customers", view.Input{Look: look("多")}); !errors.Is(err, view.ErrMany) {
			t.Errorf("the 51st: %v", err)
		}
		if _, err := b.Create(b.li, "", "receptions", view.Input{Look: view.Look{Name: "别的列表"}}); err != nil {
			t.Errorf("of another list: %v", err)
		}
		if _, err := b.Create(b.li, "", "nothing", view.Input{Look: look("无")}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("of no list: %v", err)
		}
		var raw [][]byte
		must(t, b.d.Read(context.Background(), func(tx *db.Tx) error { return tx.Select(&raw, "SELECT look FROM list_view LIMIT 60") }))
		for _, r := range raw {
			if bytes.Contains(r, []byte("欧阳")) {
				t.Fatal("what is searched for stands in clear")
			}
		}
	})
}
