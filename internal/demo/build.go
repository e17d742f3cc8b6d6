package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// Options are what the company is made of.
type Options struct {
	Seed      uint64
	Customers int  // over all companies
	Months    int  // of consumption; 0: none
	History   bool // what two years leave: contacts, events, contracts, judgements, notes, fields, files
	Survey    bool // the example study, estimated
	Logger    *slog.Logger
	// PasswordCost is of the demo users; zero is the usual.
	PasswordCost access.Cost
}

// Password is that of every demo user.
const Password = "zhiyin-demo"

// builder makes the company in a program of its own, whose clock it moves from
// the past to the present, so that what was made first is older.
type builder struct {
	*app.App
	world    *World
	options  Options
	now      when.Instant
	end      when.Instant
	actor    audit.Actor
	orgs     map[string]org.Org // by code
	users    map[string]id.ID   // by login
	names    map[string]string
	known    []acquaintance // the first customers of each company
	portalNo string         // account of the customer who may look into the portal
}

// marker is the file that tells that the company is complete.
const marker = "demo.json"

// Ready tells whether the data directory holds a complete demo company.
func Ready(data string) bool {
	_, err := os.Stat(filepath.Join(data, marker))
	return err == nil
}

// Build makes the company where the configuration says. An unfinished one of
// SQLite is replaced; on PostgreSQL the database must be empty.
func Build(ctx context.Context, c config.Config, o Options) (err error) {
	b := &builder{options: o, end: c.Now(), actor: audit.Actor{Name: "演示数据"}, orgs: map[string]org.Org{}, users: map[string]id.ID{}, names: map[string]string{}}
	b.world = NewWorld(o.Seed, b.end)
	b.now = b.end.Add(-700 * 24 * time.Hour)
	c.Now = func() when.Instant { return b.now }
	if c.DSN == "" {
		if err := removeUnfinished(c); err != nil {
			return err
		}
	}
	ids := id.NewGenerator(rand.NewChaCha8([32]byte{byte(o.Seed), byte(o.Seed >> 8), byte(o.Seed >> 16), byte(o.Seed >> 24)}))
	if b.App, err = app.New(ctx, c, app.Options{Logger: o.Logger, IDs: ids, PasswordCost: o.PasswordCost, FastTests: true}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	for _, step := range []func(context.Context) error{b.makeOrgs, b.makeUsers, b.makeFields, b.makeCustomers, b.makeChanges, b.makePastCases, b.makeChannels, b.makeDays, b.makeTargets, b.makeKnowledge, b.makePrivacy, b.makeTasks, b.makeBulks, b.makeMessages, b.makePortal, b.makeRights, b.makeSurvey, b.settle} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	raw, err := json.Marshal(made{o.Seed, o.Customers, b.portalNo})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return os.WriteFile(c.Path(marker), append(raw, '\n'), 0o600)
}

func (b *builder) settle(ctx context.Context) error { return b.DB.Write(ctx, search.SettleTx) }

// removeUnfinished removes the database of a build that was killed.
func removeUnfinished(c config.Config) error {
	for _, name := range []string{"zhiyin.db", "zhiyin.db-wal", "zhiyin.db-shm"} {
		if err := os.Remove(c.Path(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// makeOrgs makes one province, two cities, four county companies, and in each
// three departments and a station per township.
func (b *builder) makeOrgs(ctx context.Context) error {
	return b.DB.Write(ctx, func(tx *db.Tx) error {
		top, err := b.org(tx, id.ID{}, org.Province, "33", "云江省电力公司", "云江电力")
		if err != nil {
			return err
		}
		cities := map[string]org.Org{}
		for i, p := range companies {
			city, ok := cities[p.City]
			if !ok {
				if city, err = b.org(tx, top.ID, org.City, fmt.Sprintf("330%d", len(cities)+1), p.City+"供电公司", p.City+"公司"); err != nil {
					return err
				}
				cities[p.City] = city
			}
			county, err := b.org(tx, city.ID, org.County, p.Code, p.County+"供电公司", p.County)
			if err != nil {
				return err
			}
			if err := b.units(tx, county, companies[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *builder) org(tx *db.Tx, parent id.ID, level org.Level, code, name, short string) (org.Org, error) {
	o, err := org.CreateTx(tx, org.CreateInput{ParentID: parent, Level: level, Code: code, Name: name, ShortName: short})
	b.orgs[code] = o
	return o, err
}

func (b *builder) units(tx *db.Tx, county org.Org, p Company) error {
	for i, name := range []string{"营销部", "客户服务中心", "计量班"} {
		if _, err := b.org(tx, county.ID, org.Unit, fmt.Sprintf("%s%02d", p.Code, i+1), name, name); err != nil {
			return err
		}
	}
	for t, town := range p.Towns {
		name := town.Stem() + "供电所"
		if _, err := b.org(tx, county.ID, org.Unit, fmt.Sprintf("%s%02d", p.Code, 11+t), name, name); err != nil {
			return err
		}
	}
	return nil
}

// Login is a demo user: one for each role in each company, and three above.
type Login struct{ Login, Role, OrgCode string }

// countyRoles are the roles that each county company has a user of.
var countyRoles = []string{"clerk", "agent", "complaint_handler", "account_manager", "maintainer", "billing", "metering", "head", "analyst"}

// logins of the roles, where they differ from the role's code.
var shortLogin = map[string]string{"complaint_handler": "complaint", "account_manager": "manager"}

// Logins lists the demo users.
func Logins() []Login {
	all := []Login{{"admin", "admin", "33"}, {"security", "security", "33"}, {"auditor", "auditor", "33"}, {"province", "analyst", "33"}, {"chief", "head", "33"}}
	for _, p := range companies {
		for _, role := range countyRoles {
			login := role
			if short, ok := shortLogin[role]; ok {
				login = short
			}
			all = append(all, Login{login + p.Code, role, p.Code})
		}
	}
	return all
}

func (b *builder) makeUsers(ctx context.Context) error {
	b.Orgs.Forget()
	policy := access.DefaultPolicy
	policy.AdminFactor = false // whoever tries the demo has no authenticator at hand
	if err := b.Access.InstallPolicy(ctx, policy); err != nil {
		return err
	}
	for i, l := range Logins() {
		r := b.world.rand("user", 0, i)
		in := access.UserInput{Login: l.Login, Name: b.world.names.person(r, "male", 1970+r.IntN(30)), Password: Password, HomeOrgID: b.orgs[l.OrgCode].ID}
		if chance(r, 50) {
			in.Name = b.world.names.person(r, "female", 1970+r.IntN(30))
		}
		user, err := b.Access.Bootstrap(ctx, in, l.Role)
		if err != nil {
			return fmt.Errorf("user %s: %w", l.Login, err)
		}
		b.users[l.Login], b.names[l.Login] = user, in.Name
	}
	return nil
}

// roleNames are the roles of the demo users in both languages.
var roleNames = map[string]string{
	"admin": "系统管理员 System administrator", "security": "安全管理员 Security administrator", "auditor": "审计员 Auditor", "analyst": "满意度分析师 Satisfaction analyst", "head": "部门主任 Department head",
	"clerk": "营业厅受理员 Counter clerk", "agent": "95598 坐席 Hotline agent", "complaint_handler": "投诉处理员 Complaint handler",
	"account_manager": "客户经理 Account manager", "maintainer": "档案维护员 Archive maintainer", "billing": "电费核算员 Billing clerk", "metering": "计量装表员 Metering clerk",
}

// RoleName is a role in both languages, for the list of logins.
func RoleName(role string) string { return roleNames[role] }
