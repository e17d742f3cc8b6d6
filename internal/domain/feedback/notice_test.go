package feedback_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// guide is a portal that has an address.
type guide struct{ err error }

func (g guide) GuideTx(*db.Tx, id.ID, id.ID) (string, string, error) {
	return "7K3D9QWX", "https://fw.example.com/service/cases/1", g.err
}

// gateway takes SMS and keeps what came.
type gateway struct {
	*httptest.Server
	mu   sync.Mutex
	came []string
}

func newGateway(t *testing.T) *gateway {
	g := &gateway{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		g.mu.Lock()
		defer g.mu.Unlock()
		g.came = append(g.came, string(raw))
	}))
	t.Cleanup(g.Close)
	return g
}

// telling sets the gateway up and has the first company tell its customers.
func (w *world) telling(change func(n *feedback.Notices)) *gateway {
	w.t.Helper()
	g := newGateway(w.t)
	_, err := w.messages.SetSMS(w.system(), w.one.ID, 0, message.GatewayInput{GatewaySettings: message.GatewaySettings{Enabled: true, Method: "POST", URL: g.URL, Headers: []message.Header{}, Format: "text",
		Body: "{phone} {text}", SuccessValues: []string{}, RetryValues: []string{}}})
	w.must(err)
	w.SetGuide(guide{})
	k, err := w.Notices(w.system(), w.one.ID)
	w.must(err)
	k.Value.Enabled = true
	if change != nil {
		change(&k.Value)
	}
	_, err = w.SetNotices(w.system(), w.one.ID, k.Version, k.Value)
	w.must(err)
	return g
}

func (w *world) told(i id.ID) feedback.Told {
	w.t.Helper()
	told, err := w.Told(w.as(w.head), i)
	w.must(err)
	return told
}

// send empties the outbox as another process does that was started later.
func (w *world) send() {
	w.t.Helper()
	s := message.New(message.Deps{DB: w.a.DB, Keys: w.a.Keys, Audit: w.a.Audit, Orgs: w.a.Orgs, Cursors: w.a.Cursors, Log: slog.New(slog.DiscardHandler), Text: catalogue.Text})
	for ran := true; ran; {
		var err error
		ran, err = s.Step(context.Background())
		w.must(err)
	}
}

func TestACustomerIsToldWhenHisCaseMoves(t *testing.T) {
	each(t, func(w *world) {
		g := w.telling(nil)
		in := complaint()
		in.CustomerID = w.li.ID
		d := w.resolved(in)
		w.send()
		w.send()
		if len(g.came) != 3 {
			w.t.Fatalf("%d came: %v", len(g.came), g.came)
		}
		for i, want := range [][]string{
			{phone, "李小明，您的诉求已受理，单号" + d.CaseNo, "前答复", "查询码7K3D9QWX"},
			{"您的工单" + d.CaseNo, "已由" + w.station.ShortName + "接手办理"},
			{"已办结：已道歉并教育当事人", "请评价：https://fw.example.com/service/cases/1"},
		} {
			for _, part := range want {
				if !strings.Contains(g.came[i], part) {
					w.t.Errorf("%d: %q lacks %q", i, g.came[i], part)
				}
			}
		}
		told := w.told(d.ID)
		if told.Silent != "" || told.To != "138****1234" || len(told.Sent) != 3 || told.Sent[0].TemplateName != "工单已办结，请评价" {
			w.t.Errorf("%+v", told)
		}
		for _, m := range told.Sent {
			if m.State != message.Sent || m.To != "138****1234" {
				w.t.Errorf("%+v", m)
			}
		}
	})
}

// Who is no customer has no page to judge on; whose case was opened again is not asked for
// a verdict any more.
func TestNobodyIsAskedForNothing(t *testing.T) {
	each(t, func(w *world) {
		g := w.telling(func(n *feedback.Notices) { n.Rules = n.Rules[2:] })
		w.resolved(complaint())
		w.send()
		if all := strings.Join(g.came, "\n"); !strings.Contains(all, "已办结") || strings.Contains(all, "请评价") {
			w.t.Error(all)
		}
		w.at("2026-03-02 22:00")
		d := w.resolved(complaint())
		w.at("2026-03-03 07:00")
		_, err := w.Verdict(w.as(w.head), d.ID, d.Version, feedback.VerdictInput{Verdict: feedback.Dissatisfied, By: "call", Text: "没有解决", OwnerID: w.wu.ID})
		w.must(err)
		w.at("2026-03-03 09:00")
		w.send()
		if sent := w.told(d.ID).Sent; len(g.came) != 1 || len(sent) != 1 || sent[0].State != message.Dropped || sent[0].ReasonText != "情况已经变化，不再需要" {
			w.t.Errorf("%v, %+v", g.came, sent)
		}
	})
}

// Without a portal the text holds neither code nor link, and reads whole.
func TestWithoutAPortalTheTextHoldsNoLink(t *testing.T) {
	each(t, func(w *world) {
		g := w.telling(nil)
		w.SetGuide(nil)
		w.resolved(complaint())
		w.send()
		if all := strings.Join(g.came, "\n"); strings.Contains(all, "查询码") || strings.Contains(all, "评价") || strings.ContainsAny(all, "{}") {
			w.t.Error(all)
		}
	})
}

func TestWhoIsToldNothing(t *testing.T) {
	each(t, func(w *world) {
		w.telling(nil)
		for _, x := range []struct {
			silent string
			change func(in *feedback.CreateInput)
		}{
			{"anonymous", func(in *feedback.CreateInput) { in.Anonymous = true }},
			{"secret", func(in *feedback.CreateInput) { in.Secret = true }},
			{"channel", func(in *feedback.CreateInput) { in.Channel = "h12398" }},
			{"quiet", func(in *feedback.CreateInput) { in.Quiet = true }},
			{"no_phone", func(in *feedback.CreateInput) { in.CallerPhone = "0578-3221234" }},
		} {
			in := complaint()
			x.change(&in)
			if told := w.told(w.resolved(in).ID); told.Silent != x.silent || told.To != "" || len(told.Sent) != 0 {
				w.t.Errorf("%s: %+v", x.silent, told)
			}
		}
		if n := w.count("SELECT count(*) FROM message"); n != 0 {
			w.t.Errorf("%d messages", n)
		}
		in := complaint()
		in.CallerPhone, in.CustomerID = "", w.li.ID
		if told := w.told(w.registered(in).ID); told.Silent != "" || len(told.Sent) != 1 {
			w.t.Errorf("the number of the archive: %+v", told)
		}
	})
}

// A company that said nothing tells nobody, and so does one without a gateway.
func TestNobodyIsToldUnlessTheCompanyWantsIt(t *testing.T) {
	each(t, func(w *world) {
		if told := w.told(w.registered(complaint()).ID); told.Silent != "disabled" {
			w.t.Errorf("%+v", told)
		}
		k, err := w.Notices(w.system(), w.one.ID)
		w.must(err)
		k.Value.Enabled = true
		_, err = w.SetNotices(w.system(), w.one.ID, 0, k.Value)
		w.must(err)
		if told := w.told(w.registered(complaint()).ID); told.Silent != "no_gateway" || w.count("SELECT count(*) FROM message") != 0 {
			w.t.Errorf("%+v", told)
		}
	})
}

// What one company sets is its own.
func TestRulesOfOneCompanyAreNotAnothers(t *testing.T) {
	each(t, func(w *world) {
		w.telling(func(n *feedback.Notices) {
			n.Rules = []feedback.NoticeRule{{On: "join", Template: "case.progress"}}
			n.SilentChannels = []string{"press"}
		})
		w.registered(complaint())
		all := access.WithCaller(context.Background(), access.NewCaller(access.User{Name: "system"}, w.tree, access.Held{Patterns: access.Patterns{"*"}, OrgID: w.two.ID}))
		k, err := w.Notices(all, w.two.ID)
		w.must(err)
		if k.Value.Enabled || len(k.Value.Rules) != 3 || k.Value.Rules[0].On != "create" || k.Value.SilentChannels[0] != "h12398" {
			w.t.Errorf("%+v", k.Value)
		}
	})
}

// The message stands in the outbox when the move does, or neither does; asked twice it is
// one.
func TestAMessageAndItsMoveAreOne(t *testing.T) {
	each(t, func(w *world) {
		g := w.telling(nil)
		w.SetGuide(guide{errors.New("the process dies here")})
		if _, err := w.Create(w.as(w.agent), "k", complaint()); err == nil {
			w.t.Fatal("it was registered")
		}
		if n := w.count("SELECT count(*) FROM message") + w.count("SELECT count(*) FROM feedback_case"); n != 0 {
			w.t.Errorf("%d rows are left", n)
		}
		w.SetGuide(guide{})
		d, err := w.Create(w.as(w.agent), "k", complaint())
		w.must(err)
		again, err := w.Create(w.as(w.agent), "k", complaint())
		w.must(err)
		done := make(chan error, 2)
		give := feedback.GiveInput{UnitID: w.station.ID}
		d, err = w.Dispatch(w.as(w.head), d.ID, d.Version, give)
		w.must(err)
		for range 2 {
			go func() { _, err := w.Accept(w.as(w.zhang), d.ID, d.Version); done <- err }()
		}
		first, second := <-done, <-done
		if (first == nil) == (second == nil) {
			w.t.Errorf("two at once: %v, %v", first, second)
		}
		w.send()
		w.send()
		if again.ID != d.ID || len(g.came) != 2 {
			w.t.Errorf("%d came: %v", len(g.came), g.came)
		}
	})
}

func TestQuietHours(t *testing.T) {
	each(t, func(w *world) {
		w.telling(nil)
		w.at("2026-03-02 22:30")
		d := w.accepted(complaint())
		sent := w.told(d.ID).Sent
		if at := sent[0].DueAt.Time().Format("01-02 15:04"); at != "03-03 08:00" {
			w.t.Errorf("taken in hand is told %s", at)
		}
		if sent[1].DueAt != w.now {
			w.t.Errorf("registered is told %v", sent[1].DueAt)
		}
		w.at("2026-03-03 03:00")
		if at := w.told(w.accepted(complaint()).ID).Sent[0].DueAt.Time().Format("01-02 15:04"); at != "03-03 08:00" {
			w.t.Errorf("after midnight %s", at)
		}
	})
}

// Switched off, what waits is stopped; found to be another's, what was said is told to him.
func TestSwitchedOffForACase(t *testing.T) {
	each(t, func(w *world) {
		g := w.telling(nil)
		d := w.registered(complaint())
		facts := complaint().Facts
		facts.Quiet, facts.CustomerID = true, w.li.ID
		d, err := w.Update(w.as(w.agent), d.ID, d.Version, facts)
		w.must(err)
		w.send()
		told := w.told(d.ID)
		if len(g.came) != 0 || told.Silent != "quiet" || told.Sent[0].State != message.Dropped || told.Sent[0].ReasonText != "人工停止" {
			w.t.Errorf("%v %+v", g.came, told)
		}
		if !slices.Contains(d.Events[0].Fields, "quiet") || w.count("SELECT count(*) FROM message WHERE customer_id = $1", w.li.ID) != 1 {
			w.t.Errorf("%+v", d.Events[0])
		}
	})
}

func TestRulesOfMessages(t *testing.T) {
	each(t, func(w *world) {
		for name, x := range map[string]struct {
			change func(n *feedback.Notices)
			field  string
		}{
			"unknown move":     {func(n *feedback.Notices) { n.Rules[0].On = "sleep" }, "rules[0].on"},
			"unknown template": {func(n *feedback.Notices) { n.Rules[1].Template = "case.thanks" }, "rules[1].template"},
			"twice":            {func(n *feedback.Notices) { n.Rules[1].On = n.Rules[0].On }, "rules[1].on"},
			"half a time":      {func(n *feedback.Notices) { n.QuietTo = "" }, "quiet_to"},
			"no time":          {func(n *feedback.Notices) { n.QuietFrom = "25:00" }, "quiet_from"},
			"the whole day":    {func(n *feedback.Notices) { n.QuietFrom = n.QuietTo }, "quiet_to"},
		} {
			k, err := w.Notices(w.system(), w.one.ID)
			w.must(err)
			k.Value.Rules = slices.Clone(k.Value.Rules)
			x.change(&k.Value)
			_, err = w.SetNotices(w.system(), w.one.ID, 0, k.Value)
			var f *fault.Error
			if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != x.field {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		w.telling(func(n *feedback.Notices) { n.Rules = []feedback.NoticeRule{{On: "arrived", Template: "case.progress"}} })
		if _, err := w.SetNotices(w.system(), w.one.ID, 0, feedback.Notices{}); !errors.Is(err, db.ErrStale) {
			w.t.Errorf("stale: %v", err)
		}
		if _, err := w.SetNotices(w.as(w.agent), w.one.ID, 1, feedback.Notices{}); !errors.Is(err, access.ErrForbidden) {
			w.t.Errorf("an agent: %v", err)
		}
		k, err := w.Notices(w.system(), w.one.ID)
		w.must(err)
		k.Value.QuietFrom, k.Value.QuietTo = "", ""
		_, err = w.SetNotices(w.system(), w.one.ID, k.Version, k.Value)
		w.must(err)
		if k, err = w.Notices(w.system(), w.one.ID); err != nil || k.Value.QuietFrom != "" || k.Value.QuietTo != "" {
			w.t.Errorf("quiet hours were taken away, and are %s to %s: %v", k.Value.QuietFrom, k.Value.QuietTo, err)
		}
		d := w.accepted(complaint())
		if _, err := w.Told(w.as(w.yi), d.ID); !errors.Is(err, db.ErrNotFound) {
			w.t.Errorf("another company: %v", err)
		}
		w.now = w.now.Add(time.Hour)
		d, err = w.Progress(w.as(w.zhang), d.ID, d.Version, feedback.ProgressInput{Milestone: "arrived"})
		w.must(err)
		if sent := w.told(d.ID).Sent; len(sent) != 1 || sent[0].TemplateName != "工单进展" {
			w.t.Errorf("%+v", sent)
		}
	})
}
