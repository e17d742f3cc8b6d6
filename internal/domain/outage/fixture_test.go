package outage_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/outage"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// world is two companies. The first has a line with two districts: Li and Zhao in the
// first, Wang in the second, a hospital on the line itself; an agent, a head and the
// hospital's manager at home in the company, a crew's man in the station and one in the
// hall. The second has a head and a case. The test moves the clock.
type world struct {
	*outage.Service
	t        *testing.T
	a        *customertest.Archive
	supplies *supply.Service
	cases    *feedback.Service
	messages *message.Service
	tree     *org.Tree
	now      when.Instant
	text     func(key string) // called before a text is made

	station, hall                            org.Org
	agent, head, manager, crew, other, yi    access.User
	li, zhao, wang, hospital                 customer.Customer
	substation, line, first, second, farLine id.ID
	equipment                                id.ID
	liAccount, zhaoAccount, wangAccount      id.ID
	logins                                   int
}

const phone = "13800001234"

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, now: moment("2026-03-02 09:00"), text: func(string) {}}
	a := customertest.New(t, e, func() when.Instant { return w.now })
	w.a = a
	w.station, w.tree = a.Station(t)
	w.must(a.DB.Write(context.Background(), func(tx *db.Tx) (err error) {
		w.hall, err = org.CreateTx(tx, org.CreateInput{Level: org.Unit, Code: "100112", Name: "城东营业厅", ParentID: a.One.ID})
		return err
	}))
	a.Orgs.Forget()
	var err error
	w.tree, err = a.Orgs.Tree(context.Background())
	w.must(err)
	w.services()
	w.agent, w.head, w.manager = w.user("agent", "陈晨", a.One, a.One), w.user("head", "李主任", a.One, a.One), w.user("account_manager", "周经理", a.One, a.One)
	w.crew, w.other, w.yi = w.user("complaint_handler", "张工", a.One, w.station), w.user("complaint_handler", "钱工", a.One, w.hall), w.user("head", "易主任", a.Two, a.Two)
	w.people()
	w.network()
	return w
}

func (w *world) services() {
	a := w.a
	texts := func(lang, key string, params map[string]any) string {
		w.text(key)
		return catalogue.Text(lang, key, params)
	}
	calendars := calendar.New(calendar.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Jobs: a.Jobs})
	lookups := lookup.New(lookup.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Users, Tasks: a.Tasks, Calendars: calendars, Customers: a.Customers, Jobs: a.Jobs, Cursors: a.Cursors, Text: catalogue.Text})
	a.Customers.SetReleases(lookups)
	w.supplies = supply.New(supply.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Customers: a.Customers, Cursors: a.Cursors, Text: catalogue.Text})
	articles := knowledge.New(knowledge.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Cursors: a.Cursors})
	promises := promise.New(promise.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Calendars: calendars, Customers: a.Customers, Cursors: a.Cursors, Text: catalogue.Text})
	w.messages = message.New(message.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Cursors: a.Cursors, Log: slog.New(slog.DiscardHandler), Text: catalogue.Text})
	w.cases = feedback.New(feedback.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Calendars: calendars, Customers: a.Customers, Lookups: lookups, Supply: w.supplies,
		Knowledge: articles, Messages: w.messages, Blobs: a.Blobs, Cursors: a.Cursors, Text: catalogue.Text})
	lookups.SetCases(w.cases)
	promises.SetCases(w.cases)
	w.cases.AddFollower(promises)
	w.Service = outage.New(outage.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Customers: a.Customers, Supply: w.supplies, Promises: promises, Feedback: w.cases, Messages: w.messages,
		Jobs: a.Jobs, Cursors: a.Cursors, Text: texts})
	w.RegisterJobs()
}

func (w *world) people() {
	for c, in := range map[*customer.Customer]customer.CreateInput{
		&w.li: {Kind: customer.KindPerson, Name: "李小明"}, &w.zhao: {Kind: customer.KindPerson, Name: "赵六"}, &w.wang: {Kind: customer.KindPerson, Name: "王大力"},
		&w.hospital: {Kind: customer.KindOrganisation, Name: "县人民医院", ManagerID: w.manager.ID},
	} {
		in.ConfirmDuplicates, in.OrgID = true, w.a.One.ID
		if c != &w.zhao {
			in.Contacts = []customer.ContactInput{{Kind: customer.Phone, Value: phone}}
		}
		made, err := w.a.Customers.Create(w.system(), "", in)
		w.must(err)
		*c = made
	}
}

func (w *world) network() {
	n := func(i byte) id.ID { return id.ID{1, 6: 0x70, 8: 0x80, 15: i} }
	w.substation, w.line, w.first, w.second, w.equipment, w.farLine = n(1), n(2), n(3), n(4), n(5), n(6)
	w.liAccount, w.zhaoAccount, w.wangAccount = n(11), n(12), n(13)
	district := func(i id.ID, no, name, area string) supply.District {
		return supply.District{Head: supply.Head{ID: i}, DistrictInput: supply.DistrictInput{No: no, Name: name, Area: area, LineID: w.line, UnitID: w.station.ID}}
	}
	line := func(i id.ID, no, name string) supply.Line {
		return supply.Line{Head: supply.Head{ID: i}, LineInput: supply.LineInput{No: no, Name: name, Voltage: "AC00101"}}
	}
	net := supply.Network{Lines: []supply.Line{line(w.line, "L1", "10kV东线")}, Districts: []supply.District{district(w.first, "D1", "东街台区", "urban"), district(w.second, "D2", "河湾台区", "rural")},
		Equipment: []supply.Equipment{{Head: supply.Head{ID: w.equipment}, Health: "severe", EquipmentInput: supply.EquipmentInput{No: "E1", Name: "东街配变", Kind: "transformer", NodeKind: supply.NodeDistrict, NodeID: w.first}}}}
	account := func(i id.ID, no string, of customer.Customer, district id.ID) supply.Account {
		return supply.Account{Head: supply.Head{ID: i}, AccountInput: supply.AccountInput{AccountNo: no, Name: of.Name, Class: "lv_res", UseCategory: "residential", ContractVA: 8000, RunningVA: 8000, Voltage: "AC02202", CustomerID: of.ID, DistrictID: district}}
	}
	hospital := account(n(14), "1004", w.hospital, id.ID{})
	hospital.Class, hospital.UseCategory, hospital.Voltage, hospital.Importance, hospital.LineID = "hv", "single_part", "AC00101", "first", w.line
	b := supply.Batch{Accounts: []supply.Account{account(w.liAccount, "1001", w.li, w.first), account(w.zhaoAccount, "1002", w.zhao, w.first), account(w.wangAccount, "1003", w.wang, w.second), hospital}}
	w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) error {
		if err := w.supplies.CreateNetworkTx(tx, audit.Actor{}, w.a.One.ID, &net); err != nil {
			return err
		}
		far := supply.Network{Lines: []supply.Line{line(w.farLine, "X1", "10kV远线")}}
		if err := w.supplies.CreateNetworkTx(tx, audit.Actor{}, w.a.Two.ID, &far); err != nil {
			return err
		}
		return w.supplies.CreateManyTx(tx, audit.Actor{}, w.a.One.ID, &b)
	}))
}

func moment(s string) when.Instant {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, when.Zone)
	if err != nil {
		panic(err)
	}
	return when.At(t)
}

func clock(i when.Instant) string {
	if i == 0 {
		return ""
	}
	return i.Time().Format("15:04")
}

// user holds a built-in role in a company and is at home in it or in one of its units.
func (w *world) user(role, name string, company, home org.Org) access.User {
	w.t.Helper()
	w.logins++
	made, err := w.a.Users.Bootstrap(context.Background(), access.UserInput{Login: role + strconv.Itoa(w.logins), Name: name, Password: "a long enough password 1", HomeOrgID: company.ID}, role)
	w.must(err)
	if home.ID != company.ID {
		w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE app_user SET home_org_id = $1 WHERE id = $2", home.ID, made)
			return err
		}))
	}
	return access.User{ID: made, Login: role, Name: name, HomeOrgID: home.ID, Locale: "zh"}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("%v, want %v", err, want)
	}
}

// system may do everything in both companies.
func (w *world) system() context.Context {
	return access.WithCaller(context.Background(), access.NewCaller(access.User{Name: "system"}, w.tree, access.Held{Patterns: access.Patterns{"*"}, OrgID: w.a.One.ID}, access.Held{Patterns: access.Patterns{"*"}, OrgID: w.a.Two.ID}))
}

// as is a request of a user with the permissions of his built-in role.
func (w *world) as(u access.User) context.Context {
	w.t.Helper()
	roles, err := w.a.Users.Roles(w.system())
	w.must(err)
	company, _ := w.tree.Company(u.HomeOrgID)
	for _, r := range roles {
		if r.Code == u.Login {
			ctx, err := w.a.Customers.Admit(access.WithCaller(context.Background(), access.NewCaller(u, w.tree, access.Held{Patterns: r.Permissions, OrgID: company.ID, Code: r.Code})))
			w.must(err)
			return ctx
		}
	}
	w.t.Fatalf("no role %s", u.Login)
	return nil
}

func (w *world) at(s string) { w.now = moment(s) }

// reported is a fault case of a customer, not dispatched yet.
func (w *world) reported(of customer.Customer, account id.ID) feedback.Detail {
	w.t.Helper()
	d, err := w.cases.Create(w.as(w.agent), "", feedback.CreateInput{Facts: feedback.Facts{Type: feedback.Fault, Category: "fault.low_voltage", Text: "没电了", CustomerID: of.ID, AccountID: account, Area: "urban"}})
	w.must(err)
	return d
}

// made is an outage of the first district that Li reports.
func (w *world) made() (outage.Detail, feedback.Detail) {
	w.t.Helper()
	c := w.reported(w.li, w.liAccount)
	d, err := w.Create(w.as(w.agent), "", outage.CreateInput{PlaceInput: outage.PlaceInput{PlaceKind: "district", PlaceID: w.first}, CaseID: c.ID})
	w.must(err)
	return d, c
}

func (w *world) sent(d outage.Detail) outage.Detail {
	w.t.Helper()
	d, err := w.Dispatch(w.as(w.agent), d.ID, d.Version, outage.DispatchInput{UnitID: w.station.ID, Crew: "抢修一班"})
	w.must(err)
	return d
}

func (w *world) there(d outage.Detail) outage.Detail {
	w.t.Helper()
	d, err := w.Arrive(w.as(w.crew), d.ID, d.Version, outage.ArriveInput{})
	w.must(err)
	return d
}

var fixed = outage.RestoreInput{Cause: "ageing", Finding: "熔丝烧断", Remedy: "更换熔丝", TellAll: true}

func (w *world) back(d outage.Detail, in outage.RestoreInput) outage.Detail {
	w.t.Helper()
	d, err := w.Restore(w.as(w.crew), d.ID, d.Version, in)
	w.must(err)
	return d
}

// follow runs the jobs that are due.
func (w *world) follow() {
	w.t.Helper()
	for {
		ran, err := w.a.Jobs.RunNext(context.Background())
		w.must(err)
		if !ran {
			return
		}
	}
}

func (w *world) get(i id.ID) outage.Detail {
	w.t.Helper()
	d, err := w.Get(w.as(w.head), i)
	w.must(err)
	return d
}

func (w *world) caseOf(i id.ID) feedback.Detail {
	w.t.Helper()
	d, err := w.cases.Get(w.as(w.head), i)
	w.must(err)
	return d
}

// inbox are the open tasks of a user.
func (w *world) inbox(u access.User) (texts []string) {
	w.t.Helper()
	all, _, err := w.a.Tasks.Inbox(w.as(u), task.Asked{State: task.Open}, "", 200)
	w.must(err)
	for _, x := range all {
		texts = append(texts, x.Text)
	}
	return texts
}

// sms counts the messages about an outage, by customer; nobody's are of who is not known.
func (w *world) sms(o id.ID) string {
	w.t.Helper()
	var rows []struct {
		CustomerID id.ID `db:"customer_id"`
		N          int   `db:"n"`
	}
	w.must(w.a.DB.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Select(&rows, "SELECT customer_id, count(*) AS n FROM message WHERE object_id = $1 GROUP BY customer_id", o)
	}))
	names, counts := map[id.ID]string{w.li.ID: "li", w.zhao.ID: "zhao", w.wang.ID: "wang", w.hospital.ID: "hospital", {}: "nobody"}, map[string]int{}
	for _, r := range rows {
		counts[names[r.CustomerID]] = r.N
	}
	return fmt.Sprint(counts)
}

func (w *world) timeline(c customer.Customer) (texts []string) {
	w.t.Helper()
	all, _, err := w.a.Customers.Timeline(w.as(w.head), c.ID, customer.TimelineFilter{Module: "outage"}, customer.Page{Limit: 50})
	w.must(err)
	for _, e := range all {
		texts = append(texts, e.Text)
	}
	return texts
}

// together calls all at once and gives their errors.
func together(all ...func() error) []error {
	errs, start := make([]error, len(all)), make(chan struct{})
	var wg sync.WaitGroup
	for i, fn := range all {
		wg.Go(func() { <-start; errs[i] = fn() })
	}
	close(start)
	wg.Wait()
	return errs
}
