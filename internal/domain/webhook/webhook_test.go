package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org/orgtest"
	"github.com/zhiyin-power/zhiyin/internal/domain/webhook"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/outbound"
)

// world is a company and a receiver; the test moves the clock.
type world struct {
	*webhook.Service
	orgtest.Companies
	t        testing.TB
	db       *db.DB
	deps     webhook.Deps
	receiver *httptest.Server

	mu     sync.Mutex
	now    when.Instant
	answer func(w http.ResponseWriter, r *http.Request)
	got    []received
}

type received struct {
	header http.Header
	body   string
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(t, newWorld(t, e)) })
}

func newWorld(t *testing.T, e db.Dialect) *world {
	t.Helper()
	w := &world{t: t, now: when.At(time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone))}
	w.db = dbtest.Open(t, e, w.clock)
	keys, err := crypt.New(bytes.Repeat([]byte{1}, 32))
	w.must(err)
	w.Companies = orgtest.Make(t, w.db, "甲县供电公司", "乙县供电公司")
	w.deps = webhook.Deps{DB: w.db, Keys: keys, Audit: audit.New(w.db, keys), Cursors: page.NewSigner([]byte("k")), Log: slog.New(slog.DiscardHandler), Text: catalogue.Text,
		Guard: outbound.Guard{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}}
	w.Service = w.another()
	w.receiver = httptest.NewServer(http.HandlerFunc(w.receive))
	t.Cleanup(w.receiver.Close)
	return w
}

func (w *world) another() *webhook.Service {
	s := webhook.New(w.deps)
	s.RegisterKinds("case.created", "case.closed", "promise.made")
	return s
}

func (w *world) receive(out http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.mu.Lock()
	w.got = append(w.got, received{r.Header, string(body)})
	answer := w.answer
	w.mu.Unlock()
	if answer != nil {
		answer(out, r)
	}
}

func (w *world) answers(answer func(http.ResponseWriter, *http.Request)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = answer
}

func status(code int) func(http.ResponseWriter, *http.Request) {
	return func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(code) }
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

func (w *world) came() []received {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.got
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) as(org id.ID, patterns ...string) context.Context {
	return access.WithCaller(context.Background(), access.NewCaller(access.User{ID: id.ID{15: 9}, Name: "周主任", Locale: "zh"}, w.Tree(), access.Held{Patterns: patterns, OrgID: org}))
}

func (w *world) ctx() context.Context { return w.as(w.One.ID, "*") }

func (w *world) fields(kinds ...string) webhook.Fields {
	return webhook.Fields{Name: "调度系统", URL: w.receiver.URL + "/hook", Kinds: kinds}
}

func (w *world) subscribe(kinds ...string) webhook.Made {
	w.t.Helper()
	m, err := w.Create(w.ctx(), "", webhook.CreateInput{Fields: w.fields(kinds...)})
	w.must(err)
	return m
}

func (w *world) publish(kind string) {
	w.t.Helper()
	w.must(w.db.Write(context.Background(), func(tx *db.Tx) error {
		return w.PublishTx(tx, webhook.Event{OrgID: w.One.ID, Kind: kind, ObjectType: "case", ObjectID: id.ID{15: 7}, Data: map[string]string{"case_no": "GD-17"}})
	}))
}

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

func (w *world) deliveries(m webhook.Made) []webhook.Delivery {
	w.t.Helper()
	all, _, err := w.Deliveries(w.ctx(), m.ID, "", "", 50)
	w.must(err)
	return all
}

func TestEventsGoToWhoSubscribedSigned(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		all, one := w.subscribe("case.*"), w.subscribe("promise.made")
		w.publish("case.closed")
		w.work()
		w.work()
		got := w.came()
		if len(got) != 1 {
			t.Fatalf("%d came", len(got))
		}
		h := got[0].header
		seconds, err := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
		w.must(err)
		if want := webhook.Sign(all.Secret, h.Get("webhook-id"), time.Unix(seconds, 0), []byte(got[0].body)); h.Get("webhook-signature") != want || w.clock().Time().Unix() != seconds {
			t.Errorf("signature %s, want %s", h.Get("webhook-signature"), want)
		}
		if !strings.Contains(got[0].body, `"type":"case.closed"`) || !strings.Contains(got[0].body, `"case_no":"GD-17"`) || !strings.Contains(got[0].body, h.Get("webhook-id")) {
			t.Error(got[0].body)
		}
		if d := w.deliveries(all); len(d) != 1 || d[0].State != webhook.Delivered || len(w.deliveries(one)) != 0 {
			t.Errorf("%+v", d)
		}
	})
}

// The example of standardwebhooks.com.
func TestTheSignatureIsTheStandardOne(t *testing.T) {
	got := webhook.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Error(got)
	}
}

func TestAnEventIsPublishedWithWhatItTellsOf(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.subscribe("case.*")
		failed := errors.New("the case was not saved")
		err := w.db.Write(context.Background(), func(tx *db.Tx) error {
			if err := w.PublishTx(tx, webhook.Event{OrgID: w.One.ID, Kind: "case.created"}); err != nil {
				return err
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		w.work()
		if len(w.came()) > 0 {
			t.Error("it was told of something that did not happen")
		}
		err = w.db.Write(context.Background(), func(tx *db.Tx) error { return w.PublishTx(tx, webhook.Event{OrgID: w.One.ID, Kind: "case.unheard"}) })
		if err == nil {
			t.Error("an unknown kind was published")
		}
	})
}

// A receiver fails for a day: the pauses grow, and then it is over; a person sends again.
func TestFailingForADay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.subscribe("case.*")
		w.answers(status(500))
		w.publish("case.created")
		last := time.Duration(0)
		for range 40 {
			w.work()
			d := w.deliveries(m)[0]
			if d.State == webhook.Failed {
				break
			}
			pause := d.DueAt.Sub(w.clock())
			if pause < last || d.Reason != "http_500" {
				t.Fatalf("%+v: pause %v after %v", d, pause, last)
			}
			last = pause
			w.later(pause)
		}
		d := w.deliveries(m)[0]
		if over := d.EndedAt.Sub(d.CreatedAt); d.State != webhook.Failed || over < 19*time.Hour || over > 24*time.Hour {
			t.Fatalf("%+v after %v", d, over)
		}
		now, err := w.Get(w.ctx(), m.ID)
		w.must(err)
		if now.FailingSince == 0 || now.FailingSince != d.CreatedAt {
			t.Errorf("failing since %v", now.FailingSince)
		}
		w.answers(nil)
		again, err := w.Resend(w.ctx(), m.ID, d.ID, d.Version)
		w.must(err)
		w.work()
		detail, err := w.Delivery(w.ctx(), m.ID, d.ID)
		w.must(err)
		got := w.came()
		if detail.State != webhook.Delivered || len(detail.Attempts) != again.Attempt+1 || got[0].header.Get("webhook-id") != got[len(got)-1].header.Get("webhook-id") {
			t.Errorf("%+v", detail)
		}
		if now, err = w.Get(w.ctx(), m.ID); err != nil || now.FailingSince != 0 {
			t.Errorf("failing since %v, %v", now.FailingSince, err)
		}
	})
}

func TestGoneEndsASubscription(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.subscribe("case.*")
		w.publish("case.created")
		w.publish("case.closed")
		w.answers(status(http.StatusGone))
		w.work()
		w.publish("case.created")
		w.later(time.Hour)
		w.work()
		now, err := w.Get(w.ctx(), m.ID)
		w.must(err)
		if now.State != webhook.Ended || now.Reason != "gone" || now.ReasonText == "" || len(w.came()) != 1 {
			t.Errorf("%+v, asked %d times", now, len(w.came()))
		}
		for _, d := range w.deliveries(m) {
			if d.State != webhook.Dropped {
				t.Errorf("%+v", d)
			}
		}
		if _, err := w.Test(w.ctx(), "", m.ID); !errors.Is(err, webhook.ErrState) {
			t.Error(err)
		}
		w.answers(nil)
		_, err = w.Update(w.ctx(), m.ID, now.Version, webhook.UpdateInput{Fields: w.fields("case.*"), Active: true})
		w.must(err)
		w.publish("case.closed")
		w.work()
		if len(w.came()) != 2 {
			t.Error("it was not taken up again")
		}
	})
}

// A receiver that hangs holds up only itself.
func TestAReceiverThatHangs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		reached, release := make(chan struct{}, 8), make(chan struct{})
		hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached <- struct{}{}; <-release }))
		defer hanging.Close()
		in := w.fields("case.*")
		in.URL = hanging.URL
		slow, err := w.Create(w.ctx(), "", webhook.CreateInput{Fields: in})
		w.must(err)
		w.publish("case.created")
		w.publish("case.closed")
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { w.Run(ctx); close(done) }()
		<-reached
		w.subscribe("case.*")
		w.publish("case.created")
		w.Wake()
		for len(w.came()) == 0 {
			time.Sleep(5 * time.Millisecond)
		}
		if len(reached) > 0 {
			t.Error("a second request went to the receiver that hangs")
		}
		stop()
		close(release)
		<-done
		if d := w.deliveries(slow); d[2].State != webhook.Delivered || d[0].State != webhook.Queued {
			t.Errorf("%+v", d)
		}
	})
}

// A process that is killed while it sends is followed: the receiver tells by the number
// that it came before.
func TestAKilledSenderIsFollowed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.subscribe("case.*")
		w.publish("case.created")
		w.must(w.another().ClaimAndDie(context.Background()))
		w.work()
		if len(w.came()) > 0 {
			t.Error("its lease lasts")
		}
		w.later(2 * time.Minute)
		w.work()
		if d := w.deliveries(m); len(w.came()) != 1 || d[0].State != webhook.Delivered || d[0].Attempt != 2 {
			t.Errorf("%+v", d)
		}
	})
}

func TestPausedOnesHearOfItLater(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.subscribe("case.*")
		paused, err := w.Update(w.ctx(), m.ID, m.Version, webhook.UpdateInput{Fields: w.fields("case.*")})
		w.must(err)
		w.publish("case.created")
		w.work()
		if len(w.came()) > 0 || paused.State != webhook.Paused {
			t.Error("it was told while it was paused")
		}
		_, err = w.Update(w.ctx(), m.ID, paused.Version, webhook.UpdateInput{Fields: w.fields("case.*"), Active: true})
		w.must(err)
		w.work()
		if len(w.came()) != 1 {
			t.Error("it was not told afterwards")
		}
	})
}

func TestAddressesInsideAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.deps.Guard = outbound.Guard{}
		w.Service = w.another()
		for address, want := range map[string]string{
			"http://example.com/": "webhook_https", "https://10.0.0.1/": "webhook_inside", "https://localhost/": "webhook_inside", "https://[::ffff:127.0.0.1]/": "webhook_inside",
			"https://169.254.169.254/latest": "webhook_inside", "ftp://example.com": "webhook_url", "https://u:p@example.com/": "webhook_url", "nonsense": "webhook_url",
		} {
			in := w.fields("case.*")
			in.URL = address
			_, err := w.Create(w.ctx(), "", webhook.CreateInput{Fields: in})
			var f *fault.Error
			if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Code != want {
				t.Errorf("%s: %v, want %s", address, err, want)
			}
		}
	})
}

// A name that led outside when it was subscribed leads inside now: refused at the call.
func TestANameThatLeadsInsideIsNotCalled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.subscribe("case.*")
		w.deps.Guard = outbound.Guard{}
		w.Service = w.another()
		w.publish("case.created")
		w.work()
		if d := w.deliveries(m)[0]; len(w.came()) > 0 || d.State != webhook.Queued || d.Reason != "inside" || d.ReasonText == "" {
			t.Errorf("%+v, came %d", d, len(w.came()))
		}
	})
}

func TestSecretsAreShownOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := webhook.CreateInput{Fields: w.fields("case.*")}
		m, err := w.Create(w.ctx(), "k", in)
		w.must(err)
		again, err := w.Create(w.ctx(), "k", in)
		w.must(err)
		if again.ID != m.ID || again.Secret != "" || !strings.HasPrefix(m.Secret, "whsec_") {
			t.Errorf("%+v, again %+v", m, again)
		}
		rotated, err := w.Rotate(w.ctx(), m.ID, m.Version)
		w.must(err)
		w.publish("case.created")
		w.work()
		got := w.came()[0]
		at := w.clock().Time()
		if got.header.Get("webhook-signature") != webhook.Sign(rotated.Secret, got.header.Get("webhook-id"), at, []byte(got.body)) || rotated.Secret == m.Secret {
			t.Error("the new secret does not sign")
		}
		w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
			for _, query := range []string{"SELECT body FROM webhook", "SELECT body FROM webhook_delivery", "SELECT after FROM audit_entry"} {
				var all [][]byte
				if err := tx.Select(&all, query); err != nil {
					return err
				}
				for _, raw := range all {
					if bytes.Contains(raw, []byte("whsec_")) || bytes.Contains(raw, []byte("127.0.0.1")) || bytes.Contains(raw, []byte("GD-17")) {
						t.Errorf("%s shows what is sealed", query)
					}
				}
			}
			return nil
		}))
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.subscribe("case.*")
		if _, err := w.Get(w.as(w.Two.ID, "*"), m.ID); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
		if _, err := w.Rotate(w.as(w.One.ID, "webhook.get"), m.ID, m.Version); !errors.Is(err, access.ErrForbidden) {
			t.Error(err)
		}
		if err := w.Remove(w.ctx(), m.ID, m.Version+1); !errors.Is(err, db.ErrStale) {
			t.Error(err)
		}
		if _, err := w.Create(w.ctx(), "", webhook.CreateInput{Fields: w.fields("case.*", "no.such")}); fault.KindOf(err) != fault.Invalid {
			t.Error(err)
		}
		w.publish("case.created")
		w.work()
		w.must(w.Remove(w.ctx(), m.ID, m.Version))
		w.publish("case.created")
		w.work()
		if all, _, err := w.List(w.ctx(), id.ID{}, "", 50); err != nil || len(all) != 0 || len(w.came()) != 1 {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// Who works for several companies says in which he subscribes; all get the same secret.
func TestSubscribingInSeveralCompanies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		both := access.WithCaller(context.Background(), access.NewCaller(access.User{ID: id.ID{15: 8}, Name: "省公司", Locale: "zh"}, w.Tree(),
			access.Held{Patterns: []string{"*"}, OrgID: w.One.ID}, access.Held{Patterns: []string{"*"}, OrgID: w.Two.ID}))
		if _, err := w.Create(both, "", webhook.CreateInput{Fields: w.fields("case.*")}); !errors.Is(err, db.ErrOrgRequired) {
			t.Errorf("none named: %v", err)
		}
		in := webhook.CreateInput{Fields: w.fields("case.*"), OrgIDs: []id.ID{w.One.ID, w.Two.ID, w.One.ID}}
		m, err := w.Create(both, "k", in)
		w.must(err)
		again, err := w.Create(both, "k", in)
		w.must(err)
		all, _, err := w.List(both, id.ID{}, "", 50)
		w.must(err)
		if m.Made != 2 || m.OrgID != w.One.ID || len(all) != 2 || again.ID != m.ID || again.Secret != "" {
			t.Fatalf("%+v, again %+v, %d there", m, again, len(all))
		}
		for _, org := range []id.ID{w.One.ID, w.Two.ID} {
			w.must(w.db.Write(context.Background(), func(tx *db.Tx) error {
				return w.PublishTx(tx, webhook.Event{OrgID: org, Kind: "case.closed", ObjectType: "case", ObjectID: id.ID{15: 7}})
			}))
		}
		w.work()
		got := w.came()
		if len(got) != 2 {
			t.Fatalf("%d came", len(got))
		}
		for _, g := range got {
			if g.header.Get("webhook-signature") != webhook.Sign(m.Secret, g.header.Get("webhook-id"), w.clock().Time(), []byte(g.body)) {
				t.Error("signed by another secret")
			}
		}
		in.OrgIDs = []id.ID{w.One.ID, w.Two.ID}
		if _, err := w.Create(w.ctx(), "", in); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("one of another: %v", err)
		}
		if all, _, err = w.List(both, id.ID{}, "", 50); err != nil || len(all) != 2 {
			t.Errorf("%d are there, %v", len(all), err)
		}
	})
}

func TestEndedDeliveriesAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.deps.KeepFor = 30 * 24 * time.Hour
		w.Service = w.another()
		m := w.subscribe("case.*")
		w.publish("case.created")
		w.work()
		w.later(29 * 24 * time.Hour)
		w.publish("case.closed")
		w.work()
		w.answers(status(500))
		w.publish("case.created")
		w.work()
		w.must(w.Keep(context.Background()))
		if n := len(w.deliveries(m)); n != 3 {
			t.Errorf("%d before their time", n)
		}
		w.later(2 * 24 * time.Hour)
		w.must(w.Keep(context.Background()))
		left := w.deliveries(m)
		if len(left) != 2 || left[0].State != webhook.Queued || left[1].Kind != "case.closed" {
			t.Errorf("%+v", left)
		}
		w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
			var n int
			err := tx.Get(&n, "SELECT count(*) FROM webhook_attempt")
			if n != 2 {
				t.Errorf("%d attempts are left", n)
			}
			return err
		}))
		w.deps.KeepFor = 0
		w.Service = w.another()
		w.later(10 * 365 * 24 * time.Hour)
		w.must(w.Keep(context.Background()))
		if len(w.deliveries(m)) != 2 {
			t.Error("kept for ever, they are forgotten")
		}
	})
}
