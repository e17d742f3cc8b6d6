package portal_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
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
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/portal"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// world is two companies; the first serves its customers. li and wang have an account
// each, hu has one and no telephone.
type world struct {
	*portal.Service
	t        *testing.T
	a        *customertest.Archive
	supplies *supply.Service
	messages *message.Service
	cases    *feedback.Service
	articles *knowledge.Service
	promises *promise.Service
	consents *privacy.Service
	tree     *org.Tree
	station  org.Org
	now      when.Instant

	head         id.ID // who keeps promises, once there is any
	li, wang, hu customer.Customer
	account      map[string]supply.Account // by number
}

const (
	liNo, wangNo, huNo = "1000000001", "1000000002", "1000000003"
	company            = "1001"
)

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newWorld(t, e)) })
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone)), account: map[string]supply.Account{}}
	a := customertest.New(t, e, func() when.Instant { return w.now })
	w.a = a
	w.station, w.tree = a.Station(t)
	calendars := calendar.New(calendar.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Jobs: a.Jobs})
	w.supplies = supply.New(supply.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Customers: a.Customers, Cursors: a.Cursors, Text: catalogue.Text})
	a.Customers.SetSearchParts(w.supplies)
	a.Customers.AddFollower(w.supplies)
	w.messages = message.New(message.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Cursors: a.Cursors, Log: slog.New(slog.DiscardHandler), Text: catalogue.Text})
	w.promises = promise.New(promise.Deps{DB: a.DB, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Calendars: calendars, Customers: a.Customers, Cursors: a.Cursors, Text: catalogue.Text})
	w.cases = feedback.New(feedback.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Calendars: calendars, Customers: a.Customers, Supply: w.supplies, Messages: w.messages,
		Blobs: a.Blobs, Cursors: a.Cursors, Text: catalogue.Text})
	a.Customers.AddFollower(w.cases)
	w.cases.AddFollower(w.promises)
	w.articles = knowledge.New(knowledge.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Tasks: a.Tasks, Cursors: a.Cursors})
	w.consents = privacy.New(privacy.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Users, Customers: a.Customers, Tasks: a.Tasks, Calendars: calendars, Cursors: a.Cursors, Blobs: a.Blobs, Text: catalogue.Text})
	w.Service = portal.New(portal.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Orgs: a.Orgs, Users: a.Users, Customers: a.Customers, Supply: w.supplies, Messages: w.messages, Feedback: w.cases,
		Knowledge: w.articles, Privacy: w.consents, Promises: w.promises,
		Cursors: a.Cursors, Log: slog.New(slog.DiscardHandler)})
	w.cases.SetGuide(w.Service)
	w.promises.SetCases(w.cases)
	_, err := w.SetSetting(w.system(), a.One.ID, 0, portal.SettingInput{Enabled: true})
	w.must(err)
	w.li, w.wang, w.hu = w.person("李小明", "13800001111", liNo), w.person("王大力", "13800002222", wangNo), w.person("胡一刀", "", huNo)
	return w
}

// person makes a customer with an account.
func (w *world) person(name, phone, no string) customer.Customer {
	w.t.Helper()
	in := customer.CreateInput{Kind: customer.KindPerson, Name: name, OrgID: w.a.One.ID, ConfirmDuplicates: true}
	if phone != "" {
		in.Contacts = []customer.ContactInput{{Kind: customer.Phone, Value: "05783221234"}, {Kind: customer.Phone, Value: phone}}
	}
	c, err := w.a.Customers.Create(w.system(), "", in)
	w.must(err)
	b := &supply.Batch{Accounts: []supply.Account{{AccountInput: supply.AccountInput{AccountNo: no, Name: name, Class: "lv_res", UseCategory: "residential", ContractVA: 8000, RunningVA: 8000,
		Voltage: "AC02202", CustomerID: c.ID, OpenedOn: "2020-01-01"}}}}
	w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) error {
		if err := w.supplies.CreateManyTx(tx, audit.Actor{Name: "system"}, w.a.One.ID, b); err != nil {
			return err
		}
		found, err := w.supplies.AccountsByNoTx(tx, w.a.One.ID, []string{no})
		w.account[no] = found[no]
		return err
	}))
	return c
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// system may do everything in the first company.
func (w *world) system() context.Context {
	return access.WithCaller(context.Background(), access.NewCaller(access.User{Name: "system"}, w.tree, access.Held{Patterns: access.Patterns{"*"}, OrgID: w.a.One.ID}))
}

// stranger is a request from an address.
func stranger(address string) (ctx context.Context) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(address), 1).String()
	rest.WithPeer(nil, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { ctx = r.Context() })).ServeHTTP(httptest.NewRecorder(), r)
	return ctx
}

// later moves the clock.
func (w *world) later(d time.Duration) { w.now = w.now.Add(d) }

// asked asks for a code and has it sent; "" is none.
func (w *world) asked(no string) (portal.Challenge, string) {
	w.t.Helper()
	before := len(w.codes())
	c, err := w.Ask(stranger("192.0.2.1"), portal.AskInput{Company: company, AccountNo: no})
	w.must(err)
	_, err = w.Step(context.Background())
	w.must(err)
	if all := w.codes(); len(all) > before {
		return c, all[len(all)-1]
	}
	return c, ""
}

var digits = regexp.MustCompile(`[0-9]{6}`)

// codes are those in the outbox, the oldest first.
func (w *world) codes() (all []string) {
	w.t.Helper()
	w.must(w.a.DB.Read(context.Background(), func(tx *db.Tx) error {
		said, err := w.messages.SaidToTx(tx, w.a.One.ID, []id.ID{w.li.ID, w.wang.ID, w.hu.ID})
		for _, m := range said {
			all = append(all, digits.FindString(m.Text))
		}
		return err
	}))
	return all
}

// signedIn is a request of a customer who signed in by a code.
func (w *world) signedIn(no string) context.Context {
	w.t.Helper()
	w.later(time.Hour) // no limit of the tests before counts
	challenge, code := w.asked(no)
	token, _, err := w.LoginByCode(stranger("192.0.2.1"), portal.CodeInput{Company: company, Challenge: challenge.ID, Code: code})
	w.must(err)
	ctx, err := w.with(token)
	w.must(err)
	return ctx
}

// with is a request that brings a token.
func (w *world) with(token string) (context.Context, error) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(&http.Cookie{Name: rest.PortalCookie, Value: token})
	return w.Authenticate(r)
}

// registered is a case of a customer.
func (w *world) registered(c customer.Customer, in feedback.Facts) feedback.Detail {
	w.t.Helper()
	in.CustomerID = c.ID
	if in.Type == "" {
		in.Type, in.Category = feedback.Complaint, "service.attitude"
	}
	d, err := w.cases.Create(w.system(), "", feedback.CreateInput{OrgID: w.a.One.ID, Facts: in})
	w.must(err)
	return d
}

func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.a.DB.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, query, args...) }))
	return n
}
