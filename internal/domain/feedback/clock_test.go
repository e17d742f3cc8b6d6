package feedback_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/calendar/calendartest"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// What each type has to keep, by company and era: received Friday 2026-02-13 at 10:00,
// before the Spring Festival (off 02-15 to 02-23, worked on the Saturdays 02-14 and 02-28).
func TestLimitsOfTypesErasAndCompanies(t *testing.T) {
	each(t, func(w *world) {
		fault := feedback.Facts{Type: feedback.Fault, Category: "fault.low_voltage", Text: "停电"}
		rural, remote := fault, fault
		rural.Area, remote.Area = "rural", "remote"
		from := func(channel string) feedback.Facts {
			f := complaint().Facts
			f.Channel = channel
			return f
		}
		service := func(category string) feedback.Facts {
			return feedback.Facts{Type: feedback.ServiceRequest, Category: category, Text: "申请"}
		}
		for _, x := range []struct {
			name, grid, at string
			facts          feedback.Facts
			want           string
		}{
			{"fault, urban", "SGCC", "2026-02-13 10:00", fault, "map[arrival:2026-02-13 10:45 dispatch:2026-02-13 10:02]"},
			{"fault, rural", "SGCC", "2026-02-13 10:00", rural, "map[arrival:2026-02-13 11:30 dispatch:2026-02-13 10:02]"},
			{"fault, remote", "SGCC", "2026-02-13 10:00", remote, "map[arrival:2026-02-13 12:00 dispatch:2026-02-13 10:02]"},
			{"complaint now", "SGCC", "2026-02-13 10:00", complaint().Facts, "map[answer:2026-02-26 23:59 contact:2026-02-14 10:00 dispatch:2026-02-13 10:20]"},
			{"complaint, southern", "CSG", "2026-02-13 10:00", complaint().Facts, "map[answer:2026-02-27 23:59 contact:2026-02-14 10:00 dispatch:2026-02-13 10:15]"},
			{"by 12345", "SGCC", "2026-02-13 10:00", from("h12345"), "map[answer:2026-02-26 23:59 channel:2026-02-24 23:59 contact:2026-02-14 10:00 dispatch:2026-02-13 10:20]"},
			{"report", "SGCC", "2026-02-13 10:00", feedback.Facts{Type: feedback.Report, Category: "violation.theft", Text: "窃电"}, "map[answer:2026-03-04 23:59 dispatch:2026-02-13 10:20]"},
			{"praise", "SGCC", "2026-02-13 10:00", feedback.Facts{Type: feedback.Praise, Category: "service.conduct", Text: "谢谢"}, "map[answer:2026-02-26 23:59 dispatch:2026-02-13 10:20]"},
			{"suggestion", "SGCC", "2026-02-13 10:00", feedback.Facts{Type: feedback.Suggestion, Category: "service.items", Text: "建议"}, "map[answer:2026-03-04 23:59 dispatch:2026-02-13 10:20]"},
			{"reconnect", "SGCC", "2026-02-13 10:00", service("request.reconnect"), "map[answer:2026-02-27 23:59 dispatch:2026-02-13 10:20 restore:2026-02-14 10:00]"},
			{"meter", "SGCC", "2026-02-13 10:00", service("request.meter"), "map[answer:2026-02-26 23:59 dispatch:2026-02-13 10:20]"},
			{"a year without calendar", "SGCC", "2026-12-28 10:00", complaint().Facts, "map[answer:calendar_missing contact:2026-12-29 10:00 dispatch:2026-12-28 10:20]"},
		} {
			w.at(x.at)
			k, err := w.Settings(w.as(w.head), w.one.ID)
			w.must(err)
			_, err = w.SetSettings(w.as(w.head), w.one.ID, k.Version, feedback.Settings{Grid: x.grid, Jurisdiction: "CN"})
			w.must(err)
			d := w.registered(feedback.CreateInput{Facts: x.facts})
			if got := fmt.Sprint(due(d)); got != x.want {
				w.t.Errorf("%s: %s, want %s", x.name, got, x.want)
			}
		}
	})
}

// A pause over a holiday leaves its days out, and every day is told; the limits are
// counted from the steps, whoever asks.
func TestAPauseOverAHoliday(t *testing.T) {
	each(t, func(w *world) {
		w.at("2026-02-12 09:00")
		d := w.accepted(complaint())
		if got := due(d)[feedback.StageAnswer]; got != "2026-02-25 23:59" {
			w.t.Errorf("before: %s", got)
		}
		d, err := w.Progress(w.as(w.zhang), d.ID, d.Version, feedback.ProgressInput{Milestone: "contacted"})
		w.must(err)
		w.at("2026-02-14 09:00")
		d, err = w.Pause(w.as(w.zhang), d.ID, d.Version, feedback.PauseInput{Reason: "客户回乡过年", Evidence: "录音 0214"})
		w.must(err)
		if d.DueState != when.Paused || d.DueAt != 0 || due(d)[feedback.StageAnswer] != "paused" {
			w.t.Errorf("paused: %s at %v", d.DueState, d.DueAt)
		}
		w.at("2026-02-24 15:00")
		d, err = w.Resume(w.as(w.zhang), d.ID, d.Version)
		w.must(err)
		// two working days ran before (02-13, 02-14), two are left after 02-24
		if got := due(d)[feedback.StageAnswer]; got != "2026-02-26 23:59" {
			w.t.Errorf("after: %s", got)
		}
		x, err := w.Explain(w.as(w.head), d.ID)
		w.must(err)
		if len(x.Pauses) != 1 {
			w.t.Errorf("%d pauses", len(x.Pauses))
		}
		for _, e := range x.Deadlines {
			if e.Stage == feedback.StageAnswer && (e.Rule != "case.complaint.answer@1" || e.Legal == nil || len(e.Target.Steps) != 15 || e.Target.Steps[3].Reason != when.StandsIdle) {
				w.t.Errorf("explained: %s, %d steps", e.Rule, len(e.Target.Steps))
			}
		}
	})
}

// The calendar of the missing year comes, and the date with it.
func TestLimitsFollowTheCalendar(t *testing.T) {
	each(t, func(w *world) {
		w.at("2026-12-28 10:00")
		d := w.registered(complaint())
		waiting := func() (n int64) {
			w.must(w.a.DB.Read(context.Background(), func(tx *db.Tx) (err error) { n, err = w.WaitingTx(tx, w.one.ID); return err }))
			return n
		}
		if !d.CalendarMissing || waiting() != 1 {
			w.t.Errorf("missing %v, waiting %d", d.CalendarMissing, waiting())
		}
		calendartest.Install(w.t, w.a.DB, calendartest.Year(2027))
		w.must(w.calendars.Keep(context.Background()))
		for ran := true; ran; {
			var err error
			ran, err = w.a.Jobs.RunNext(context.Background())
			w.must(err)
		}
		if d = w.get(d.ID); d.CalendarMissing || due(d)[feedback.StageAnswer] == "calendar_missing" || waiting() != 0 {
			w.t.Errorf("still missing: %v", due(d))
		}
	})
}

// Warnings come at half of the time to the owner, at four fifths to the team, at the
// end to the leader; each once, however often one looks.
func TestWarningsClimbTheLadderOnce(t *testing.T) {
	each(t, func(w *world) {
		d := w.accepted(complaint()) // contact by the same time tomorrow
		warn := func(later time.Duration) {
			w.now = moment("2026-03-02 09:00").Add(later)
			w.must(w.Warn(context.Background()))
			w.must(w.Warn(context.Background()))
		}
		n := func() string {
			tasks := "SELECT count(*) FROM task WHERE object_id = $1 AND kind = $2 AND assignee_id = $3"
			return fmt.Sprint(w.count(tasks, d.ID, "feedback.task.warn", w.zhang.ID), w.count(tasks, d.ID, "feedback.task.warn", w.wu.ID), w.count(tasks, d.ID, "feedback.task.overdue", w.head.ID))
		}
		for _, x := range []struct {
			later time.Duration
			want  string
		}{{11 * time.Hour, "0 0 0"}, {13 * time.Hour, "1 0 0"}, {20 * time.Hour, "2 1 0"}, {25 * time.Hour, "2 1 1"}, {50 * time.Hour, "2 1 1"}} {
			if warn(x.later); n() != x.want {
				w.t.Errorf("after %s: %s, want %s", x.later, n(), x.want)
			}
		}
		if d = w.get(d.ID); !d.Overdue || d.WarnLevel != 3 || d.Version != 2 {
			w.t.Errorf("overdue %v, level %d, version %d", d.Overdue, d.WarnLevel, d.Version)
		}
		d, err := w.Progress(w.as(w.zhang), d.ID, d.Version, feedback.ProgressInput{Milestone: "contacted"})
		w.must(err)
		if d.DueStage != feedback.StageAnswer || d.WarnLevel != 0 || d.Overdue {
			w.t.Errorf("after contact: %s, level %d", d.DueStage, d.WarnLevel)
		}
	})
}

// A fault: the time to restore runs from the arrival, which may be told later.
func TestAFaultFromReportToRestoration(t *testing.T) {
	each(t, func(w *world) {
		d := w.accepted(feedback.CreateInput{Facts: feedback.Facts{Type: feedback.Fault, Category: "fault.low_voltage", Text: "停电", Area: "rural"}})
		ctx := w.as(w.zhang)
		w.at("2026-03-02 10:30")
		if _, err := w.Progress(ctx, d.ID, d.Version, feedback.ProgressInput{Milestone: "arrived", At: moment("2026-03-02 08:00")}); err == nil {
			w.t.Error("arrived before it was reported")
		}
		d, err := w.Progress(ctx, d.ID, d.Version, feedback.ProgressInput{Milestone: "arrived", At: moment("2026-03-02 10:10")})
		w.must(err)
		if got := due(d)[feedback.StageRestore]; got != "2026-03-02 14:10" {
			w.t.Errorf("restore by %s", got)
		}
		w.at("2026-03-02 15:00")
		d, err = w.Progress(ctx, d.ID, d.Version, feedback.ProgressInput{Milestone: "restored"})
		w.must(err)
		late := map[feedback.Stage]bool{}
		for _, x := range d.Deadlines {
			late[x.Stage] = x.Late
		}
		if late[feedback.StageArrival] || !late[feedback.StageRestore] {
			w.t.Errorf("late: %v", late)
		}
	})
}

// Work is settled in people's inboxes as the case goes on.
func TestTasksFollowTheCase(t *testing.T) {
	each(t, func(w *world) {
		d := w.dispatched(complaint())
		if len(w.inbox(w.zhang)) != 1 || len(w.inbox(w.wu)) != 1 || len(w.inbox(w.qian)) != 0 {
			w.t.Errorf("the team: %v %v, others: %v", w.inbox(w.zhang), w.inbox(w.wu), w.inbox(w.qian))
		}
		d, err := w.Accept(w.as(w.zhang), d.ID, d.Version)
		w.must(err)
		if got := w.inbox(w.zhang); len(got) != 1 || got[0] != "办理：投诉工单 "+d.CaseNo || len(w.inbox(w.wu)) != 0 {
			w.t.Errorf("owner: %v, team: %v", got, w.inbox(w.wu))
		}
		_, err = w.Resolve(w.as(w.zhang), d.ID, d.Version, feedback.ResolveInput{Answer: "已处理"})
		w.must(err)
		if got := w.inbox(w.agent); len(got) != 1 || got[0] != "回访：投诉工单 "+d.CaseNo || len(w.inbox(w.zhang)) != 0 {
			w.t.Errorf("agent: %v", got)
		}
		_, _, err = w.a.Tasks.Inbox(w.as(w.agent), task.Asked{State: task.Done}, "", 10)
		w.must(err)
	})
}

// Dispatch follows the company's rules, the nearest category first; a case without a
// rule waits for who dispatches.
func TestDispatchByRules(t *testing.T) {
	each(t, func(w *world) {
		rules := feedback.RouteList{Routes: []feedback.Route{{Category: "service", UnitID: w.hall.ID}, {Type: feedback.Fault, UnitID: w.station.ID}}}
		if _, err := w.SetDispatchRules(w.as(w.head), w.one.ID, 0, feedback.RouteList{Routes: []feedback.Route{{UnitID: w.two.ID}}}); !errors.Is(err, feedback.ErrUnit) {
			w.t.Errorf("another company's unit: %v", err)
		}
		_, err := w.SetDispatchRules(w.as(w.head), w.one.ID, 0, rules)
		w.must(err)
		if _, err := w.SetDispatchRules(w.as(w.head), w.one.ID, 0, rules); !errors.Is(err, db.ErrStale) {
			w.t.Errorf("from an old version: %v", err)
		}
		for _, x := range []struct {
			facts feedback.Facts
			state feedback.State
			unit  string
		}{
			{complaint().Facts, feedback.Dispatched, "城东营业厅"},
			{feedback.Facts{Type: feedback.Fault, Category: "fault.meter", Text: "x"}, feedback.Dispatched, "城关供电所"},
			{feedback.Facts{Type: feedback.Inquiry, Category: "business.billing", Text: "x"}, feedback.Registered, ""},
		} {
			if d := w.registered(feedback.CreateInput{Facts: x.facts}); d.State != x.state || d.UnitName != x.unit {
				w.t.Errorf("%s: %s %q", x.facts.Category, d.State, d.UnitName)
			}
		}
	})
}
