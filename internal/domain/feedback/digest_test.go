package feedback_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
)

func (w *world) digest(u access.User, day when.Day) feedback.Digest {
	w.t.Helper()
	d, err := w.Digest(w.as(u), feedback.DigestInput{Day: day})
	w.must(err)
	return d
}

// A digest holds the days since the working day before, over weekends, holidays and
// Saturdays that are worked.
func TestADigestCoversTheDaysSinceTheWorkingDayBefore(t *testing.T) {
	each(t, func(w *world) {
		w.at("2026-03-06 08:00")
		for day, want := range map[when.Day]string{
			"2026-03-05": "2026-03-04 2026-03-04", // a Thursday
			"2026-03-02": "2026-02-28 2026-03-01", // a Monday after a Saturday that is worked
			"2026-02-24": "2026-02-14 2026-02-23", // after the Spring Festival
			"2026-02-20": "2026-02-14 2026-02-19", // within it
			"1999-03-05": "1999-03-04 1999-03-04", // of a year without a calendar
		} {
			if d := w.digest(w.head, day); string(d.From)+" "+string(d.Until) != want {
				w.t.Errorf("%s: %s to %s, want %s", day, d.From, d.Until, want)
			}
		}
	})
}

// The words are the customer's, what names people is masked for everybody, and only what
// complains, reports or thinks is there.
func TestADigestTellsTheWordsMasked(t *testing.T) {
	each(t, func(w *world) {
		w.at("2026-03-04 10:00")
		said := complaint()
		said.CustomerID = w.li.ID
		first := w.registered(said)
		secret := complaint()
		secret.Secret, secret.Text = true, "不要告诉别人"
		w.registered(secret)
		w.registered(feedback.CreateInput{Facts: feedback.Facts{Type: feedback.Inquiry, Category: "business.billing", Text: "电费为何多了"}})
		w.at("2026-03-05 00:00")
		w.registered(complaint())
		w.at("2026-03-05 09:00")
		d := w.digest(w.head, "")
		if d.Day != "2026-03-05" || len(d.Cases) != 2 || d.Cases[0].ID != first.ID || d.Counts[feedback.Complaint] != 2 || d.More {
			w.t.Fatalf("%+v", d)
		}
		c := d.Cases[0]
		if !strings.HasPrefix(c.Text, "窗口人员态度生硬") || strings.Contains(c.Text, "13911112222") || c.CallerPhone == phone || c.CallerName == "李小明" || c.CustomerName == "李小明" || strings.Contains(c.Place, "12号") {
			w.t.Errorf("%+v", c)
		}
		if c := d.Cases[1]; !c.Hidden || c.Text != "" {
			w.t.Errorf("a secret case: %+v", c)
		}
		if d, err := w.Digest(w.as(w.head), feedback.DigestInput{UnitID: w.hall.ID}); err != nil || len(d.Cases) != 0 || d.Unit != "城东营业厅" {
			w.t.Errorf("of a unit that has none: %+v, %v", d, err)
		}
		if d := w.digest(w.yi, ""); len(d.Cases) != 0 {
			w.t.Errorf("another company: %+v", d.Cases)
		}
	})
}

func TestADigestIsRefused(t *testing.T) {
	each(t, func(w *world) {
		if _, err := w.Digest(w.as(w.agent), feedback.DigestInput{}); !errors.Is(err, access.ErrForbidden) {
			w.t.Errorf("an agent: %v", err)
		}
		if _, err := w.Digest(w.as(w.yi), feedback.DigestInput{Company: feedback.Company{OrgID: w.one.ID}}); err == nil {
			w.t.Error("another company's")
		}
		for _, day := range []when.Day{"2026-02-30", "yesterday", "2026-03-03"} {
			var f *fault.Error
			if _, err := w.Digest(w.as(w.head), feedback.DigestInput{Day: day}); !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != "day" {
				w.t.Errorf("%s: %v", day, err)
			}
		}
	})
}

// Heads are told once a working day, from eight o'clock on, of days on which something
// was said; also when two programs run and when the program rested.
func TestHeadsAreToldOfTheDigestOnce(t *testing.T) {
	each(t, func(w *world) {
		told := func() (n int) {
			for _, text := range w.inbox(w.head) {
				if strings.Contains(text, "digest") || strings.Contains(text, "客户原声日报") {
					n++
				}
			}
			return n
		}
		w.at("2026-03-05 10:00") // a Thursday
		w.registered(complaint())
		for _, step := range []struct {
			at   string
			want int
		}{
			{"2026-03-05 10:01", 0}, // what is heard today is told tomorrow
			{"2026-03-06 07:59", 0},
			{"2026-03-06 08:00", 1},
			{"2026-03-06 18:00", 1},
			{"2026-03-07 09:00", 1}, // a Saturday
			{"2026-03-09 09:00", 1}, // nothing was said since
		} {
			w.at(step.at)
			w.must(w.TellDigests(w.t.Context()))
			if n := told(); n != step.want {
				w.t.Errorf("%s: told %d times, want %d: %q", step.at, n, step.want, w.inbox(w.head))
			}
		}
		w.at("2026-03-09 10:00")
		w.registered(complaint())
		w.at("2026-03-10 11:00")
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() { w.must(w.TellDigests(w.t.Context())) })
		}
		all.Wait()
		if n := told(); n != 2 {
			w.t.Errorf("four at once: told %d times", n)
		}
		if slices.ContainsFunc(w.inbox(w.agent), func(s string) bool { return strings.Contains(s, "原声") }) {
			w.t.Error("the agent is told")
		}
		if n := w.count("SELECT count(*) FROM task WHERE kind = 'feedback.task.digest' AND org_id <> $1", w.one.ID); n != 0 {
			w.t.Errorf("another company, where nothing was said: %d", n)
		}
	})
}
