package message_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/org/orgtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/sink"
)

// world is two companies whose messages go into a sink; the test moves the clock.
type world struct {
	*message.Service
	orgtest.Companies
	t     testing.TB
	db    *db.DB
	deps  message.Deps
	sink  *sink.Sink
	mail  string // port of the sink
	web   *httptest.Server
	agree consents

	mu  sync.Mutex
	now when.Instant
}

// consents are the customers who agree.
type consents map[id.ID]bool

func (c consents) MayTx(_ *db.Tx, _, customer id.ID, _ message.Channel) (bool, error) {
	return c[customer], nil
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(t, newWorld(t, e)) })
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone)), sink: new(sink.Sink), agree: consents{}}
	w.db = dbtest.Open(t, e, w.clock)
	keys, err := crypt.New(bytes.Repeat([]byte{1}, 32))
	w.must(err)
	w.Companies = orgtest.Make(t, w.db, "甲县供电公司", "乙县供电公司")
	w.deps = message.Deps{DB: w.db, Keys: keys, Audit: audit.New(w.db, keys), Orgs: org.New(w.db), Cursors: page.NewSigner([]byte("k")), Log: slog.New(slog.DiscardHandler), Text: catalogue.Text}
	w.Service = w.another()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	go w.sink.ServeSMTP(ctx, l)
	_, w.mail, _ = net.SplitHostPort(l.Addr().String())
	w.web = httptest.NewServer(w.sink)
	t.Cleanup(w.web.Close)
	return w
}

// another is the service of another process on the same database.
func (w *world) another() *message.Service {
	s := message.New(w.deps)
	s.SetConsents(w.agree)
	return s
}

func (w *world) clock() when.Instant {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// as is a request of somebody of the first company.
func (w *world) as(patterns ...string) context.Context {
	u := access.User{ID: id.ID{15: 9}, Name: "周主任", HomeOrgID: w.One.ID, Locale: "zh"}
	return access.WithCaller(context.Background(), access.NewCaller(u, w.Tree(), access.Held{Patterns: patterns, OrgID: w.One.ID}))
}

// mailServer is the sink as a company's mail server.
func (w *world) mailServer() message.MailInput {
	var port int
	for _, c := range w.mail {
		port = port*10 + int(c-'0')
	}
	return message.MailInput{MailSettings: message.MailSettings{Enabled: true, Host: "127.0.0.1", Port: port, Security: "none", FromAddress: "service@example.com", FromName: "甲县供电"}}
}

// gateway is the sink as a company's SMS gateway.
func (w *world) gateway() message.GatewayInput {
	return message.GatewayInput{Secret: "s3cret", GatewaySettings: message.GatewaySettings{Enabled: true, Method: "POST", URL: w.web.URL + "/sms", Format: "json",
		Headers: []message.Header{{Name: "Authorization", Value: "Bearer {secret}"}}, Body: `{"phone": "{phone}", "text": "{text}"}`,
		SuccessPath: "code", SuccessValues: []string{"0"}, RetryValues: []string{"9"}, ReceiptPath: "data.id"}}
}

// setUp turns both channels of the first company on.
func (w *world) setUp() {
	w.t.Helper()
	_, err := w.SetEmail(w.as("*"), id.ID{}, 0, w.mailServer())
	w.must(err)
	_, err = w.SetSMS(w.as("*"), id.ID{}, 0, w.gateway())
	w.must(err)
}

func (w *world) sms() message.Send {
	return message.Send{OrgID: w.One.ID, Channel: message.SMS, To: "138 0013 8000", ToName: "李小明", Template: "case.accepted", ObjectType: "case", ObjectID: id.ID{15: 7},
		Values: map[string]string{"company": "甲县供电公司", "name": "李先生", "case": "GD-17", "due": "3月5日"}}
}

func (w *world) email() message.Send {
	in := w.sms()
	in.Channel, in.To = message.Email, "li@example.com"
	return in
}

// put fills the outbox as another module does.
func (w *world) put(in message.Send) (made id.ID) {
	w.t.Helper()
	w.must(w.db.Write(context.Background(), func(tx *db.Tx) (err error) {
		made, err = w.SendTx(tx, in)
		return err
	}))
	return made
}

// work sends what is due.
func (w *world) work() {
	w.t.Helper()
	for {
		ran, err := w.Step(context.Background())
		w.must(err)
		if !ran {
			return
		}
	}
}

func (w *world) get(i id.ID) message.Detail {
	w.t.Helper()
	d, err := w.Get(w.as("*"), i)
	w.must(err)
	return d
}

// is fails the test unless the message stands there, for that reason.
func (w *world) is(i id.ID, state message.State, reason string) message.Detail {
	w.t.Helper()
	d := w.get(i)
	if d.State != state || d.Reason != reason {
		w.t.Fatalf("%s %q, want %s %q", d.State, d.Reason, state, reason)
	}
	return d
}

// came fails the test unless so much has left.
func (w *world) came(n int) []sink.Received {
	w.t.Helper()
	all := w.sink.All()
	if len(all) != n {
		w.t.Fatalf("%d messages left, want %d: %+v", len(all), n, all)
	}
	return all
}
