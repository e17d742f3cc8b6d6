package outage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/outage"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestTwoJoinOneCaseAtOnce(t *testing.T) {
	each(t, func(w *world) {
		a, _ := w.made()
		b, err := w.Create(w.as(w.agent), "", outage.CreateInput{PlaceInput: outage.PlaceInput{PlaceKind: "line", PlaceID: w.line}})
		w.must(err)
		one, two := w.as(w.agent), w.as(w.head)
		for range 3 {
			c := w.reported(w.zhao, w.zhaoAccount)
			a, b = w.get(a.ID), w.get(b.ID)
			errs := together(
				func() error { _, err := w.Join(one, a.ID, a.Version, outage.CaseInput{CaseID: c.ID}); return err },
				func() error { _, err := w.Join(two, b.ID, b.Version, outage.CaseInput{CaseID: c.ID}); return err },
				func() error { _, err := w.Join(two, b.ID, b.Version, outage.CaseInput{CaseID: c.ID}); return err })
			through := 0
			for _, err := range errs {
				if err == nil {
					through++
				} else if !errors.Is(err, outage.ErrJoined) && !errors.Is(err, db.ErrStale) {
					t.Error(err)
				}
			}
			if through != 1 {
				t.Errorf("%d joined: %v", through, errs)
			}
		}
		if got := w.get(a.ID).Cases + w.get(b.ID).Cases; got != 4 {
			t.Errorf("%d cases", got)
		}
	})
}

// A process that dies while it brings many cases along is followed by another, which
// begins where it was.
func TestKilledWhileItBringsCasesAlong(t *testing.T) {
	each(t, func(w *world) {
		d, _ := w.made()
		const more = 24
		for n := range more {
			c, err := w.cases.Create(w.as(w.agent), "", feedback.CreateInput{Facts: feedback.Facts{Type: feedback.Fault, Category: "fault.low_voltage", Text: "没电", CallerName: "邻居", CallerPhone: fmt.Sprintf("139111122%02d", n)}})
			w.must(err)
			d, err = w.Join(w.as(w.agent), d.ID, d.Version, outage.CaseInput{CaseID: c.ID})
			w.must(err)
		}
		d = w.there(w.sent(d))
		w.follow()
		d = w.back(d, fixed)
		ctx, kill := context.WithCancel(context.Background())
		answers := 0
		w.text = func(key string) {
			if answers++; key == "outage.answer" && answers == 2 {
				kill()
			}
		}
		if _, err := w.a.Jobs.RunNext(ctx); err != nil {
			t.Log(err)
		}
		solved := func() (n int) {
			for _, r := range w.get(d.ID).Reports {
				if r.State == feedback.Resolved {
					n++
				}
			}
			return n
		}
		if got := solved(); got != 20 || !w.get(d.ID).Following {
			t.Errorf("%d of %d cases when it died", got, more+1)
		}
		w.text = func(string) {}
		w.now = w.now.Add(time.Minute)
		w.follow()
		if got := solved(); got != more+1 {
			t.Errorf("%d cases in the end", got)
		}
		if got := w.sms(d.ID); got != fmt.Sprintf("map[li:1 nobody:%d]", more) || w.get(d.ID).Told != more+1 {
			t.Errorf("%s, %d", got, w.get(d.ID).Told)
		}
	})
}

// What is under way comes first, by when it is due.
func TestTheListBeginsWithWhatIsUnderWay(t *testing.T) {
	each(t, func(w *world) {
		make := func(at, area string) outage.Detail {
			w.at(at)
			d, err := w.Create(w.as(w.agent), "", outage.CreateInput{PlaceInput: outage.PlaceInput{PlaceKind: "district", PlaceID: w.first, Area: area}})
			w.must(err)
			return d
		}
		over := w.back(w.there(w.sent(make("2026-03-02 08:00", "urban"))), fixed)
		remote := make("2026-03-02 08:10", "remote") // due 10:10
		urban := make("2026-03-02 09:00", "urban")   // due 09:45
		gone := make("2026-03-02 09:10", "urban")
		_, err := w.Cancel(w.as(w.head), gone.ID, gone.Version, outage.ReasonInput{Reason: "误报"})
		w.must(err)
		w.at("2026-03-02 10:00")
		listed := func(f outage.Filter) (got []id.ID, cursor string) {
			for range 9 {
				all, next, err := w.List(w.as(w.head), outage.ListInput{Filter: f, Sort: "urgency", Cursor: cursor, Limit: 2})
				w.must(err)
				for _, o := range all {
					got = append(got, o.ID)
				}
				if cursor = next; next == "" {
					break
				}
			}
			return got, cursor
		}
		if got, _ := listed(outage.Filter{}); !slices.Equal(got, []id.ID{urban.ID, remote.ID, over.ID, gone.ID}) {
			t.Error(got)
		}
		if got, _ := listed(outage.Filter{Overdue: true}); !slices.Equal(got, []id.ID{urban.ID}) {
			t.Error(got)
		}
		if got, _ := listed(outage.Filter{Query: remote.OutageNo}); !slices.Equal(got, []id.ID{remote.ID}) {
			t.Error(got)
		}
		if got, _ := listed(outage.Filter{UnitID: w.hall.ID}); len(got) != 0 {
			t.Error(got)
		}
		found, err := w.Find(w.as(w.agent), strings.ToLower(urban.OutageNo), 5)
		w.must(err)
		if len(found) != 1 {
			t.Error(found)
		}
	})
}

// Where the company has cases tell their callers, the report tells its own that it is
// solved, and the outage the others: nobody is told twice, and nobody at night.
func TestWhoIsToldByHisCaseIsNotToldAgain(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.messages.SetSMS(w.system(), w.a.One.ID, 0, message.GatewayInput{GatewaySettings: message.GatewaySettings{Enabled: true, Method: "POST", URL: "http://127.0.0.1:9/", Headers: []message.Header{}, Format: "text",
			Body: "{phone} {text}", SuccessValues: []string{}, RetryValues: []string{}}})
		w.must(err)
		k, err := w.cases.Notices(w.system(), w.a.One.ID)
		w.must(err)
		k.Value.Enabled = true
		k.Value.Rules = []feedback.NoticeRule{{On: "resolve", Template: "case.solved"}}
		_, err = w.cases.SetNotices(w.system(), w.a.One.ID, k.Version, k.Value)
		w.must(err)
		c := w.reported(w.li, w.liAccount)
		d, err := w.Create(w.as(w.agent), "", outage.CreateInput{PlaceInput: outage.PlaceInput{PlaceKind: "line", PlaceID: w.line}, CaseID: c.ID})
		w.must(err)
		d = w.there(w.sent(d))
		w.at("2026-03-02 22:30")
		d = w.back(d, fixed)
		w.follow()
		if got := w.sms(d.ID) + w.sms(c.ID); got != "map[hospital:1 wang:1]map[li:1]" {
			t.Error(got)
		}
		if got := w.get(d.ID).Told; got != 3 {
			t.Errorf("%d are told", got)
		}
		var early int
		w.must(w.a.DB.Read(context.Background(), func(tx *db.Tx) error {
			return tx.Get(&early, "SELECT count(*) FROM message WHERE due_at < $1", moment("2026-03-03 08:00"))
		}))
		if early != 0 {
			t.Errorf("%d leave in the quiet hours", early)
		}
	})
}
