package lookup_test

import (
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar/calendartest"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// An emergency before a holiday is reviewed within a working day, not a day of the clock.
func TestAReviewIsDueWithinWorkingDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for now, want := range map[string]when.Day{"2026-02-13": "2026-02-14", "2026-02-14": "2026-02-24", "2026-03-06": "2026-03-09"} {
			day, _ := when.Day(now).Time()
			w.now = when.At(day.Add(9 * time.Hour))
			d, err := w.Emergency(w.as(w.agent), "", lookup.EmergencyInput{CustomerIDs: []id.ID{w.li.ID}, Reason: "线路落地，须立即通知住户"})
			w.must(err)
			if d.ReviewBy.Day() != want || d.ReviewRule != "lookup.rule@0" || d.ReviewDue == nil || d.ReviewDue.At != d.ReviewBy || len(d.ReviewDue.Steps) < 2 {
				t.Errorf("%s: by %s, %+v", now, d.ReviewBy.Day(), d.ReviewDue)
			}
		}
	})
}

func TestAReviewWaitsForTheCalendarOfItsYear(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.now = when.At(time.Date(2026, 12, 31, 9, 0, 0, 0, when.Zone))
		d, err := w.Emergency(w.as(w.agent), "", lookup.EmergencyInput{CustomerIDs: []id.ID{w.li.ID}, Reason: "线路落地，须立即通知住户"})
		w.must(err)
		if d.ReviewBy != 0 || d.ReviewDue.State != when.CalendarMissing || d.ReviewDue.Year != 2027 {
			t.Fatalf("by %s, %+v", d.ReviewBy.Day(), d.ReviewDue)
		}
		var waiting int64
		w.must(w.db.Read(t.Context(), func(tx *db.Tx) error { waiting, err = w.WaitingTx(tx, w.one.ID); return err }))
		if waiting != 1 {
			t.Errorf("%d wait", waiting)
		}
		calendartest.Install(t, w.db, calendartest.Year(2027))
		w.must(w.calendars.Keep(t.Context()))
		w.work()
		again, err := w.Get(w.as(w.agent), d.ID)
		if err != nil || again.ReviewBy.Day() != "2027-01-04" || again.Version != d.Version+1 {
			t.Errorf("by %s in version %d, %v", again.ReviewBy.Day(), again.Version, err)
		}
		if all, _, err := w.tasks.Inbox(w.as(w.head), task.Asked{State: "open"}, "", 10); err != nil || all[0].DueAt != again.ReviewBy {
			t.Errorf("the task is due %s, %v", all[0].DueAt.Day(), err)
		}
	})
}
