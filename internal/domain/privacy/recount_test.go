package privacy_test

import (
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar/calendartest"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Over the Spring Festival fifteen working days are more than three weeks.
func TestTheDueDayKnowsHolidays(t *testing.T) {
	each(t, func(w *world) {
		w.now = when.At(time.Date(2026, 2, 13, 9, 0, 0, 0, when.Zone))
		d := w.verified(w.person("孙八"), privacy.Access)
		if d.DueAt.Day() != "2026-03-12" || d.DueState != when.Counted || d.DueRule != "pipl.rights.answer@1" {
			w.t.Errorf("due %s by %s", d.DueAt.Day(), d.DueRule)
		}
		if e := d.Deadline; e.Ref != d.DueRule || e.At != d.DueAt || len(e.Steps) != 28 || e.Steps[1].Kind != when.MakeUp || e.Confidence != "design" {
			w.t.Errorf("explained %+v", e)
		}
	})
}

// What was counted stays explained as it was counted, whatever calendar came since.
func TestAClosedRequestIsExplainedByTheCalendarItWasCountedBy(t *testing.T) {
	each(t, func(w *world) {
		w.now = when.At(time.Date(2026, 12, 21, 9, 0, 0, 0, when.Zone))
		calendartest.Install(w.t, w.db, calendartest.Year(2027))
		c := w.person("周九")
		closed, open := w.verified(c, privacy.Access), w.verified(c, privacy.Access)
		_, err := w.Finish(w.as(head), closed.ID, closed.Version, privacy.FinishInput{Outcome: "已答复"})
		w.must(err)
		other := calendartest.Year(2027)
		other.Days = append(other.Days, when.Named{Name: "停办日", Date: "2027-01-05", Off: true})
		calendartest.Install(w.t, w.db, other)
		w.must(w.calendars.Keep(w.t.Context()))
		w.run()
		for i, want := range map[id.ID]when.Day{closed.ID: "2027-01-12", open.ID: "2027-01-13"} {
			d, err := w.Get(w.as(head), i)
			if err != nil || d.DueAt.Day() != want || d.Deadline.At != d.DueAt {
				w.t.Errorf("due %s and explained as %s, want %s: %v", d.DueAt.Day(), d.Deadline.At.Day(), want, err)
			}
		}
	})
}

func TestADueDayWaitsForTheCalendar(t *testing.T) {
	each(t, func(w *world) {
		w.now = when.At(time.Date(2026, 12, 21, 9, 0, 0, 0, when.Zone))
		c := w.person("周九")
		d := w.verified(c, privacy.Access)
		closed := w.verified(c, privacy.Access)
		_, err := w.Finish(w.as(head), closed.ID, closed.Version, privacy.FinishInput{Outcome: "已答复"})
		w.must(err)
		if d.DueAt != 0 || d.DueState != when.CalendarMissing || d.Overdue || d.Deadline.Year != 2027 {
			w.t.Fatalf("%+v", d.Request)
		}
		w.now = when.At(time.Date(2027, 3, 1, 9, 0, 0, 0, when.Zone))
		if late, _, err := w.List(w.as(head), privacy.ListInput{Overdue: true}, "", 9); err != nil || len(late) != 0 {
			w.t.Errorf("late without a date: %+v %v", late, err)
		}
		var waiting int64
		w.must(w.db.Read(w.t.Context(), func(tx *db.Tx) error { waiting, err = w.WaitingTx(tx, w.one.ID); return err }))
		if waiting != 1 {
			w.t.Errorf("%d wait", waiting)
		}
		calendartest.Install(w.t, w.db, calendartest.Year(2027))
		w.must(w.calendars.Keep(w.t.Context()))
		w.run()
		again, err := w.Get(w.as(head), d.ID)
		w.must(err)
		if again.DueAt.Day() != "2027-01-12" || again.DueState != when.Counted || !again.Overdue || again.Version != d.Version+1 {
			w.t.Errorf("due %s, %+v", again.DueAt.Day(), again.Request)
		}
		if after, _ := w.Get(w.as(head), closed.ID); after.DueAt != 0 {
			w.t.Errorf("a closed request was given a date: %s", after.DueAt.Day())
		}
		if n := w.count("SELECT count(*) FROM audit_entry WHERE action = 'privacy.recount'"); n != 1 {
			w.t.Errorf("%d entries of counting anew", n)
		}
		if n := w.count("SELECT count(*) FROM task WHERE object_type = 'privacy_request' AND state = 'open' AND due_at = $1", again.DueAt); n != 1 {
			w.t.Errorf("%d tasks have the new date", n)
		}
		w.must(w.calendars.Keep(w.t.Context())) // the same calendars: nothing to do
		if ran, err := w.jobs.RunNext(w.t.Context()); ran || err != nil {
			w.t.Errorf("counted again without a reason: %v", err)
		}
	})
}
