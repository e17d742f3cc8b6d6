package message_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/sink"
)

func TestWhatIsPutIntoTheOutboxLeavesOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.setUp()
		in := w.sms()
		in.Key = "case 17 accepted"
		sms, mail := w.put(in), w.put(w.email())
		if again := w.put(in); again != sms {
			t.Error("the same key made another message")
		}
		w.work()
		w.work()
		for _, r := range w.came(2) {
			switch {
			case r.Kind == sink.Request && (r.Text != `{"phone": "13800138000", "text": "【甲县供电公司】李先生，您的诉求已受理，单号GD-17，3月5日答复。"}` ||
				r.Headers["Authorization"] != "Bearer s3cret" || r.Headers["Idempotency-Key"] != sms.String()):
				t.Errorf("%+v", r)
			case r.Kind == sink.Mail && (r.Subject != "您的工单 GD-17 已受理" || r.To[0] != "li@example.com" || !strings.Contains(r.Text, "李先生，您好") ||
				r.Headers["Message-Id"] != "<"+mail.String()+"@example.com>"):
				t.Errorf("%+v", r)
			}
		}
		d := w.is(sms, message.Sent, "")
		if len(d.Attempts) != 1 || d.Attempts[0].Receipt == "" || d.Attempts[0].Outcome != message.Sent {
			t.Errorf("%+v", d.Attempts)
		}
		w.is(mail, message.Sent, "")
	})
}

func TestAMessageIsMadeWithTheRowThatWantsIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.setUp()
		failed := errors.New("the case was not saved")
		err := w.db.Write(context.Background(), func(tx *db.Tx) error {
			if _, err := w.SendTx(tx, w.sms()); err != nil {
				return err
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		w.work()
		w.came(0)
	})
}

// A process that is killed before anything left is followed by another; what may have
// left is told apart, and goes again only when a person says so.
func TestAKilledSenderIsFollowed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.setUp()
		first := w.put(w.email())
		w.must(w.another().ClaimAndDie(context.Background()))
		w.work()
		w.came(0) // its lease lasts
		w.later(4 * time.Minute)
		w.work()
		w.later(time.Minute)
		w.work()
		w.came(1)
		w.is(first, message.Sent, "")

		hang, ended := make(chan struct{}), make(chan error)
		w.sink.Reply = func(sink.Received) (int, string) { <-hang; return 250, "late" }
		second := w.put(w.email())
		go func() { _, err := w.another().Step(context.Background()); ended <- err }()
		for len(w.sink.All()) < 2 {
			time.Sleep(5 * time.Millisecond)
		}
		w.later(4 * time.Minute)
		w.work()
		w.is(second, message.Uncertain, "interrupted")
		close(hang)
		if err := <-ended; !errors.Is(err, db.ErrStale) {
			t.Errorf("the late process wrote down an end: %v", err)
		}
		w.later(48 * time.Hour)
		w.work()
		w.came(2)

		w.sink.Reply = nil
		d := w.get(second)
		if _, err := w.Retry(w.as("*"), second, d.Version-1); !errors.Is(err, db.ErrStale) {
			t.Error(err)
		}
		_, err := w.Retry(w.as("*"), second, d.Version)
		w.must(err)
		w.work()
		w.is(second, message.Sent, "")
		if all := w.came(3); all[1].Headers["Message-Id"] != all[2].Headers["Message-Id"] {
			t.Error("the second try has another number")
		}
	})
}

// A gateway that knows our key sends nothing twice, so its message goes again by itself.
func TestAnIdempotentGatewayIsAskedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		broken := true
		gateway := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			w.sink.ServeHTTP(httptest.NewRecorder(), r)
			if broken {
				panic(http.ErrAbortHandler)
			}
			out.Write([]byte(`{"code": "0"}`))
		}))
		defer gateway.Close()
		in := w.gateway()
		in.URL, in.Idempotent = gateway.URL, true
		_, err := w.SetSMS(w.as("*"), id.ID{}, 0, in)
		w.must(err)
		sms := w.put(w.sms())
		w.work()
		w.is(sms, message.Queued, "no_answer")
		broken = false
		w.later(time.Minute)
		w.work()
		w.is(sms, message.Sent, "")
		if all := w.came(2); !all[1].Again {
			t.Errorf("%+v", all)
		}
	})
}

func TestOptOutIsObeyedWhenItLeaves(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.setUp()
		li, in := id.ID{15: 3}, w.sms()
		in.Template, in.CustomerID, in.Values = "service.tip", li, map[string]string{"company": "甲县", "name": "李先生", "offer": "峰谷电价"}
		w.agree[li] = true
		agreed := w.put(in)
		w.work()
		w.is(agreed, message.Sent, "")
		withdrawn := w.put(in)
		w.agree[li] = false
		w.work()
		w.is(withdrawn, message.Dropped, "no_consent")
		in.CustomerID = id.ID{}
		nobody := w.put(in)
		w.work()
		w.is(nobody, message.Dropped, "no_consent")
		service := w.sms()
		service.CustomerID = li
		told := w.put(service)
		w.work()
		w.is(told, message.Sent, "")
		w.came(2)
	})
}

// Nobody answers for a day: the pauses grow, and then it is over.
func TestTryingEndsAfterADay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := w.mailServer()
		in.Port = 1
		_, err := w.SetEmail(w.as("*"), id.ID{}, 0, in)
		w.must(err)
		i := w.put(w.email())
		last := time.Duration(0)
		for range 30 {
			w.work()
			d := w.get(i)
			if d.State == message.Failed {
				break
			}
			pause := d.DueAt.Sub(w.clock())
			if d.Reason != "no_connect" || pause < last {
				t.Fatalf("%s: pause %v after %v", d.Reason, pause, last)
			}
			last = pause
			w.later(pause)
		}
		d := w.is(i, message.Failed, "no_connect")
		if over := d.EndedAt.Sub(d.CreatedAt); over < 20*time.Hour || over > 24*time.Hour || d.Attempt < 12 || d.Attempt > 20 {
			t.Errorf("ended after %v and %d attempts", over, d.Attempt)
		}
	})
}

func TestWhatTheMailServerSays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.setUp()
		for code, want := range map[int]struct {
			state  message.State
			reason string
		}{
			550: {message.Refused, "smtp_550"}, 451: {message.Queued, "smtp_451"}, 0: {message.Uncertain, "no_answer"},
		} {
			w.sink.Reply = func(sink.Received) (int, string) { return code, "no" }
			i := w.put(w.email())
			w.work()
			d := w.is(i, want.state, want.reason)
			if d.ReasonText == "" || strings.HasPrefix(d.ReasonText, "message.") {
				t.Error(d.ReasonText)
			}
			if want.state == message.Queued {
				_, err := w.Drop(w.as("*"), i, d.Version)
				w.must(err)
			}
		}
	})
}

func TestWhatTheGatewaySays(t *testing.T) {
	in := message.GatewayInput{GatewaySettings: message.GatewaySettings{SuccessPath: "data.0.code", SuccessValues: []string{"0", "ok"}, RetryValues: []string{"9"}, ReceiptPath: "data.0.id"}}
	for _, c := range []struct {
		status int
		answer string
		want   [3]string
	}{
		{200, `{"data": [{"code": 0, "id": "m-1"}]}`, [3]string{"sent", "", "m-1"}},
		{200, `{"data": [{"code": "9"}]}`, [3]string{"queued", "gateway_9", ""}},
		{200, `{"data": [{"code": "blacklist"}]}`, [3]string{"refused", "gateway_blacklist", ""}},
		{200, `{"data": [{"code": "13800138000 在黑名单"}]}`, [3]string{"refused", "gateway_refused", ""}},
		{200, `<html>`, [3]string{"uncertain", "gateway_unclear", ""}},
		{200, `{"data": {"code": {}}}`, [3]string{"uncertain", "gateway_unclear", ""}},
		{401, `{}`, [3]string{"refused", "http_401", ""}},
		{302, ``, [3]string{"refused", "http_302", ""}},
		{429, ``, [3]string{"queued", "http_429", ""}},
		{503, ``, [3]string{"queued", "http_503", ""}},
		{502, ``, [3]string{"uncertain", "http_502", ""}},
	} {
		if got := in.Outcome(c.status, c.answer); got != c.want {
			t.Errorf("%d %s: %v, want %v", c.status, c.answer, got, c.want)
		}
	}
	in.Idempotent, in.SuccessPath = true, ""
	if got := in.Outcome(502, ""); got[0] != "queued" {
		t.Error(got)
	}
	if got := in.Outcome(200, "OK"); got[0] != "sent" {
		t.Error(got)
	}
}

// What waits for a channel leaves when it is set up; what its time ran out for does not.
func TestWithoutAChannelItWaits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := w.sms()
		waits := w.put(in)
		in.Until = w.clock().Add(5 * time.Minute)
		short := w.put(in)
		w.work()
		w.is(waits, message.Queued, "no_channel")
		w.later(10 * time.Minute)
		w.work()
		w.is(short, message.Failed, "no_channel")
		w.setUp()
		w.work()
		w.is(waits, message.Sent, "")
		w.came(1)
		in.Until = w.clock().Add(time.Minute)
		late := w.put(in)
		w.later(2 * time.Minute)
		w.work()
		w.is(late, message.Dropped, "expired")
	})
}

// Two companies: the gateway of one hangs, and the other's customers do not wait.
func TestAGatewayThatHangsHoldsUpOnlyItsOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		reached, release := make(chan struct{}, 8), make(chan struct{})
		hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached <- struct{}{}; <-release }))
		defer hanging.Close()
		defer close(release)
		in := w.gateway()
		in.URL = hanging.URL
		_, err := w.SetSMS(w.as("*"), id.ID{}, 0, in)
		w.must(err)
		foreign := w.system(w.Two.ID)
		_, err = w.SetSMS(foreign, id.ID{}, 0, w.gateway())
		w.must(err)
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { w.Run(ctx); close(done) }()
		w.put(w.sms())
		w.put(w.sms())
		<-reached
		other := w.sms()
		other.OrgID = w.Two.ID
		w.put(other)
		w.Wake()
		for len(w.sink.All()) == 0 {
			time.Sleep(5 * time.Millisecond)
		}
		if len(reached) > 0 {
			t.Error("a second message went to the gateway that hangs")
		}
		stop()
		release <- struct{}{}
		<-done
	})
}
