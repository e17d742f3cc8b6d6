package customertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// People are users of the archive who hold a built-in role each, and act by it.
type People struct {
	*Archive
	t      testing.TB
	grants map[string]org.Org
}

// NewPeople makes nobody yet.
func NewPeople(t testing.TB, a *Archive) *People {
	return &People{Archive: a, t: t, grants: map[string]org.Org{}}
}

// Hire makes a user who holds a role over an organisation and is at home in one at or
// below it.
func (p *People) Hire(role, name string, over, home org.Org) access.User {
	p.t.Helper()
	login := fmt.Sprint(role, len(p.grants))
	made, err := p.Users.Bootstrap(context.Background(), access.UserInput{Login: login, Name: name, Password: "a long enough password 1", HomeOrgID: over.ID}, role)
	if err == nil && home.ID != over.ID {
		err = p.DB.Write(context.Background(), func(tx *db.Tx) error { return setHome(tx, made, home.ID) })
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.grants[role+name] = over
	return access.User{ID: made, Login: role, Name: name, HomeOrgID: home.ID, Locale: "zh"}
}

// As is a request of a user with the permissions of his role.
func (p *People) As(u access.User) context.Context {
	p.t.Helper()
	tree, err := p.Orgs.Tree(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	roles, err := p.Users.Roles(access.WithCaller(context.Background(), access.System(tree, "system")))
	if err != nil {
		p.t.Fatal(err)
	}
	i := slices.IndexFunc(roles, func(r access.Role) bool { return r.Code == u.Login })
	if i < 0 {
		p.t.Fatalf("no role %s", u.Login)
	}
	c := access.NewCaller(u, tree, access.Held{Patterns: roles[i].Permissions, OrgID: p.grants[u.Login+u.Name].ID, Code: u.Login})
	ctx, err := p.Customers.Admit(access.WithCaller(context.Background(), c))
	if err != nil {
		p.t.Fatal(err)
	}
	return ctx
}

// Inbox is what a user has to do, in words.
func (p *People) Inbox(u access.User) (texts []string) {
	p.t.Helper()
	all, _, err := p.Tasks.Inbox(p.As(u), task.Asked{State: task.Open}, "", 200)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, x := range all {
		texts = append(texts, x.Text)
	}
	return texts
}

// Field checks that an error tells of a field, and of no other.
func Field(t testing.TB, err error, name, code string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != name || f.Fields[0].Code != code {
		t.Errorf("%v, want %s: %s", err, name, code)
	}
}
