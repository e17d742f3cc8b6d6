package incident_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/incident"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestAnIncidentIsReportedInvestigatedPutRightAndClosedAbove(t *testing.T) {
	each(t, func(w *world) {
		d := w.opened()
		if d.State != incident.Opened || d.DueAt != moment("2026-03-02 21:00") || d.UnitID != w.station.ID || d.ResponsibleID != w.station.ID || d.Rule != "incident.serious@1" || !strings.HasPrefix(d.IncidentNo, "SG1001-20260302-0001") {
			t.Fatalf("%+v", d.Incident)
		}
		if got := w.Inbox(w.handler); !slices.Equal(got, []string{"上报服务事故 " + d.IncidentNo + "（较大）"}) || len(w.Inbox(w.head)) != 0 || len(w.Inbox(w.own)) != 1 {
			t.Error(got, w.Inbox(w.head), w.Inbox(w.own))
		}
		w.at("2026-03-02 20:00")
		d, err := w.Report(w.As(w.handler), d.ID, d.Version, incident.RemarkInput{Remark: "已电话报告"})
		w.must(err)
		if d.State != incident.Reported || d.Late || d.ReportedAt != w.now || d.OwnerName != "陈晨" || len(w.Inbox(w.own)) != 0 {
			t.Errorf("%+v %v", d.Incident, w.Inbox(w.own))
		}
		if got := w.Inbox(w.head); !slices.Equal(got, []string{"下级上报服务事故 " + d.IncidentNo + "（较大）"}) || len(w.Inbox(w.chief)) != 1 {
			t.Error(got, w.Inbox(w.chief))
		}
		_, err = w.Conclude(w.As(w.handler), d.ID, d.Version, incident.ConcludeInput{Cause: " ", ResponsibleID: w.station.ID})
		customertest.Field(t, err, "cause", "required")
		d, err = w.Conclude(w.As(w.handler), d.ID, d.Version, incident.ConcludeInput{Cause: "没有保密教育", ResponsibleID: w.station.ID})
		w.must(err)
		_, err = w.Submit(w.As(w.handler), d.ID, d.Version, incident.RemarkInput{})
		w.refused(err, incident.ErrMeasures)
		d, err = w.Plan(w.As(w.handler), d.ID, d.Version, incident.PlanInput{Text: "全员教育", OwnerID: w.clerk.ID, DueDay: "2026-03-03"})
		w.must(err)
		if got := w.Inbox(w.clerk); !slices.Equal(got, []string{"完成服务事故 " + d.IncidentNo + " 的第 1 项整改措施"}) {
			t.Error(got)
		}
		d, err = w.Keep(w.As(w.clerk), d.ID, d.Version, incident.KeepInput{Measure: d.Plan[0].ID, Proof: "签到表"})
		w.must(err)
		if d.Plan[0].State != incident.MeasureKept || d.MeasuresDone != 1 || len(w.Inbox(w.clerk)) != 0 {
			t.Errorf("%+v", d.Plan)
		}
		d, err = w.Submit(w.As(w.handler), d.ID, d.Version, incident.RemarkInput{})
		w.must(err)
		if got := w.Inbox(w.head); !slices.Contains(got, "审核结案：服务事故 "+d.IncidentNo+"（较大）") || slices.Contains(w.Inbox(w.chief), "审核结案：服务事故 "+d.IncidentNo+"（较大）") {
			t.Error(got)
		}
		d, err = w.Close(w.As(w.head), d.ID, d.Version, why)
		w.must(err)
		if d.State != incident.Closed || d.EndedAt != w.now || d.Events[0].Text != "核实无误" || len(w.Inbox(w.head))+len(w.Inbox(w.chief)) != 0 {
			t.Errorf("%+v", d.Incident)
		}
	})
}

// One level higher: neither the unit where it happened nor the responsible one, nor who is
// responsible himself.
func TestItsOwnLevelDoesNotCloseIt(t *testing.T) {
	each(t, func(w *world) {
		d := w.submitted()
		for _, step := range []func(context.Context, id.ID, int64, incident.ReasonInput) (incident.Detail, error){w.Close, w.Return} {
			_, err := step(w.As(w.own), d.ID, d.Version, why)
			w.refused(err, incident.ErrLevel)
		}
		if got, err := w.Get(w.As(w.own), d.ID); err != nil || slices.Contains(got.Actions, incident.Close) {
			t.Error(got.Actions, err)
		}
		_, err := w.Close(w.As(w.handler), d.ID, d.Version, why)
		w.refused(err, access.ErrForbidden)
		d, err = w.Return(w.As(w.head), d.ID, d.Version, why)
		w.must(err)
		d, err = w.Conclude(w.As(w.head), d.ID, d.Version, incident.ConcludeInput{Cause: "公司没有组织教育", ResponsibleID: w.One.ID})
		w.must(err)
		d, err = w.Submit(w.As(w.handler), d.ID, d.Version, incident.RemarkInput{})
		w.must(err)
		_, err = w.Close(w.As(w.head), d.ID, d.Version, why)
		w.refused(err, incident.ErrLevel) // the company is responsible: it is for the city now
		d, err = w.Close(w.As(w.chief), d.ID, d.Version, why)
		w.must(err)
		_, err = w.Reopen(w.As(w.head), d.ID, d.Version, why)
		w.refused(err, incident.ErrLevel)
	})
}

func TestNobodyClosesWhatHeIsResponsibleFor(t *testing.T) {
	each(t, func(w *world) {
		d := w.submitted()
		d, err := w.Return(w.As(w.head), d.ID, d.Version, why)
		w.must(err)
		d, err = w.Conclude(w.As(w.head), d.ID, d.Version, incident.ConcludeInput{Cause: "没有安排", ResponsibleID: w.station.ID, PersonID: w.head.ID})
		w.must(err)
		d, err = w.Submit(w.As(w.handler), d.ID, d.Version, incident.RemarkInput{})
		w.must(err)
		_, err = w.Close(w.As(w.head), d.ID, d.Version, why)
		w.refused(err, incident.ErrOwn)
		_, err = w.Close(w.As(w.chief), d.ID, d.Version, why)
		w.must(err)
	})
}

func TestWhoIsResponsibleIsForThoseWhoMayKnow(t *testing.T) {
	each(t, func(w *world) {
		d := w.concluded(0)
		_, err := w.Conclude(w.As(w.handler), d.ID, d.Version, incident.ConcludeInput{Cause: "x", ResponsibleID: w.station.ID, PersonID: w.clerk.ID})
		w.refused(err, access.ErrForbidden)
		_, err = w.Conclude(w.As(w.head), d.ID, d.Version, incident.ConcludeInput{Cause: "x", ResponsibleID: w.station.ID, PersonID: w.foreign.ID})
		w.refused(err, incident.ErrPerson)
		_, err = w.Conclude(w.As(w.head), d.ID, d.Version, incident.ConcludeInput{Cause: "x", ResponsibleID: w.Two.ID})
		w.refused(err, incident.ErrUnit)
		d, err = w.Conclude(w.As(w.head), d.ID, d.Version, incident.ConcludeInput{Cause: "x", ResponsibleID: w.station.ID, PersonID: w.clerk.ID})
		w.must(err)
		if d.PersonName != "钱工" {
			t.Errorf("%+v", d.Incident)
		}
		d, err = w.Conclude(w.As(w.handler), d.ID, d.Version, incident.ConcludeInput{Cause: "更正", ResponsibleID: w.station.ID})
		w.must(err)
		if d.PersonName != "" || !d.PersonID.IsZero() {
			t.Errorf("%+v", d.Incident)
		}
		_, _, err = w.List(w.As(w.handler), incident.ListInput{Filter: incident.Filter{PersonID: w.clerk.ID}, Sort: "known_at", Limit: 5})
		w.refused(err, access.ErrForbidden)
		_, err = w.Figures(w.As(w.handler), incident.FiguresInput{By: incident.ByPerson})
		w.refused(err, access.ErrForbidden)
		all, _, err := w.List(w.As(w.head), incident.ListInput{Filter: incident.Filter{PersonID: w.clerk.ID}, Sort: "known_at", Limit: 5})
		if err != nil || len(all) != 1 || all[0].PersonName != "钱工" {
			t.Error(all, err) // who was named stays where somebody without the right puts it right
		}
	})
}

func TestAReportThatIsLateIsToldAboveOnce(t *testing.T) {
	each(t, func(w *world) {
		d := w.opened()
		w.at("2026-03-02 21:00")
		w.must(w.Warn(t.Context()))
		if got := w.Inbox(w.head); len(got) != 0 {
			t.Error(got)
		}
		w.now++
		w.must(w.Warn(t.Context()))
		w.must(w.Warn(t.Context()))
		if got := w.Inbox(w.head); !slices.Equal(got, []string{"服务事故 " + d.IncidentNo + "（较大）逾期未上报"}) {
			t.Error(got)
		}
		d, err := w.Get(w.As(w.handler), d.ID)
		w.must(err)
		if !d.Overdue || d.Version != 1 || d.Events[0].Kind != "overdue" {
			t.Errorf("%+v", d)
		}
		d, err = w.Report(w.As(w.handler), d.ID, d.Version, incident.RemarkInput{})
		w.must(err)
		if !d.Late || d.Overdue || slices.Contains(w.Inbox(w.head), "服务事故 "+d.IncidentNo+"（较大）逾期未上报") {
			t.Errorf("%+v %v", d.Incident, w.Inbox(w.head))
		}
	})
}

func TestAGradeIsRaisedByTheUnitAndLoweredAbove(t *testing.T) {
	each(t, func(w *world) {
		d := w.opened()
		_, err := w.Regrade(w.As(w.handler), d.ID, d.Version, incident.RegradeInput{Grade: "ordinary", Reason: "影响小"})
		w.refused(err, incident.ErrLevel)
		_, err = w.Regrade(w.As(w.handler), d.ID, d.Version, incident.RegradeInput{Grade: "serious", Reason: "x"})
		w.refused(err, incident.ErrGrade)
		d, err = w.Regrade(w.As(w.handler), d.ID, d.Version, incident.RegradeInput{Grade: "special", Reason: "媒体报道"})
		w.must(err)
		if d.DueAt != moment("2026-03-02 10:00") || d.Events[0].GradeName != "特别重大" || !slices.Equal(w.Inbox(w.handler), []string{"上报服务事故 " + d.IncidentNo + "（特别重大）"}) {
			t.Errorf("%+v %v", d.Incident, w.Inbox(w.handler))
		}
		d, err = w.Regrade(w.As(w.head), d.ID, d.Version, incident.RegradeInput{Grade: "ordinary", Reason: "核实"})
		w.must(err)
		d, err = w.Report(w.As(w.handler), d.ID, d.Version, incident.RemarkInput{})
		w.must(err)
		if len(w.Inbox(w.head)) != 1 || len(w.Inbox(w.chief)) != 0 {
			t.Error(w.Inbox(w.head), w.Inbox(w.chief)) // an ordinary one is told to the county alone
		}
		d, err = w.Regrade(w.As(w.handler), d.ID, d.Version, incident.RegradeInput{Grade: "major", Reason: "升级"})
		w.must(err)
		if d.DueAt != moment("2026-03-03 09:00") || len(w.Inbox(w.chief)) != 1 {
			t.Errorf("%+v %v", d.Incident, w.Inbox(w.chief)) // what was reported keeps its time; those above are told
		}
	})
}

func TestMeasuresAreKeptLateOrDropped(t *testing.T) {
	each(t, func(w *world) {
		d := w.concluded(3)
		if got := w.Inbox(w.clerk); len(got) != 3 {
			t.Fatal(got)
		}
		for _, x := range []struct {
			in          incident.PlanInput
			field, code string
		}{
			{incident.PlanInput{Text: " ", OwnerID: w.clerk.ID, DueDay: "2026-03-03"}, "text", "required"},
			{incident.PlanInput{Text: "x", OwnerID: w.clerk.ID, DueDay: "2026-02-30"}, "due_day", "no_day"},
			{incident.PlanInput{Text: "x", OwnerID: w.clerk.ID, DueDay: "2026-03-01"}, "due_day", "in_the_past"},
		} {
			_, err := w.Plan(w.As(w.handler), d.ID, d.Version, x.in)
			customertest.Field(t, err, x.field, x.code)
		}
		_, err := w.Plan(w.As(w.handler), d.ID, d.Version, incident.PlanInput{Text: "x", OwnerID: w.foreign.ID, DueDay: "2026-03-03"})
		w.refused(err, incident.ErrOwner)
		_, err = w.Keep(w.As(w.clerk), d.ID, d.Version, incident.KeepInput{Measure: w.clerk.ID, Proof: "x"})
		w.refused(err, db.ErrNotFound)
		_, err = w.Drop(w.As(w.clerk), d.ID, d.Version, incident.DropInput{Measure: d.Plan[0].ID, Reason: "x"})
		w.refused(err, access.ErrForbidden)
		d, err = w.Drop(w.As(w.handler), d.ID, d.Version, incident.DropInput{Measure: d.Plan[0].ID, Reason: "重复"})
		w.must(err)
		d, err = w.Keep(w.As(w.clerk), d.ID, d.Version, incident.KeepInput{Measure: d.Plan[1].ID, Proof: "签到表"})
		w.must(err)
		w.at("2026-03-04 00:00")
		if got, err := w.Get(w.As(w.clerk), d.ID); err != nil || !got.Overdue || !got.Plan[2].Overdue || !got.Plan[2].Yours || got.Plan[1].Yours {
			t.Errorf("%+v %v", got.Plan, err)
		}
		d, err = w.Keep(w.As(w.clerk), d.ID, d.Version, incident.KeepInput{Measure: d.Plan[2].ID, Proof: "补办"})
		w.must(err)
		_, err = w.Keep(w.As(w.clerk), d.ID, d.Version, incident.KeepInput{Measure: d.Plan[2].ID, Proof: "补办"})
		w.refused(err, incident.ErrState)
		if d.Measures != 2 || d.MeasuresDone != 2 || d.MeasuresLate != 1 || d.Plan[0].State != incident.MeasureDropped || d.Plan[2].State != incident.MeasureLate || len(w.Inbox(w.clerk)) != 0 {
			t.Errorf("%+v %v", d.Incident, w.Inbox(w.clerk))
		}
	})
}

func TestWhatIsNoIncidentIsDismissedAboveAndNotCounted(t *testing.T) {
	each(t, func(w *world) {
		d := w.opened()
		_, err := w.Dismiss(w.As(w.own), d.ID, d.Version, why)
		w.refused(err, incident.ErrLevel)
		d, err = w.Dismiss(w.As(w.head), d.ID, d.Version, why)
		w.must(err)
		if d.State != incident.Dismissed || len(w.Inbox(w.handler)) != 0 {
			t.Errorf("%+v", d.Incident)
		}
		f, err := w.Figures(w.As(w.head), incident.FiguresInput{By: incident.ByUnit})
		if err != nil || f.Total.All != 0 {
			t.Errorf("%+v %v", f, err)
		}
		d, err = w.Reopen(w.As(w.head), d.ID, d.Version, why)
		w.must(err)
		if d.State != incident.Opened || len(w.Inbox(w.handler)) != 1 {
			t.Errorf("%+v", d.Incident)
		}
	})
}

func TestWhatIsOddIsRefused(t *testing.T) {
	each(t, func(w *world) {
		for _, x := range []struct {
			change      func(in *incident.CreateInput)
			field, code string
		}{
			{func(in *incident.CreateInput) { in.Title = " " }, "title", "required"},
			{func(in *incident.CreateInput) { in.Text = "\n" }, "text", "required"},
			{func(in *incident.CreateInput) { in.KnownAt = w.now + 1 }, "known_at", "in_future"},
			{func(in *incident.CreateInput) { in.KnownAt, in.OccurredAt = w.now-2, w.now-1 }, "occurred_at", "incident_after_known"},
		} {
			in := w.input()
			x.change(&in)
			_, err := w.Create(w.As(w.handler), "", in)
			customertest.Field(t, err, x.field, x.code)
		}
		for _, x := range []struct {
			change func(in *incident.CreateInput)
			want   error
		}{
			{func(in *incident.CreateInput) { in.Grade = "none" }, incident.ErrGrade},
			{func(in *incident.CreateInput) { in.UnitID = w.Two.ID }, incident.ErrUnit},
			{func(in *incident.CreateInput) { in.OwnerID = w.clerk.ID }, incident.ErrOwner}, // he may not report
			{func(in *incident.CreateInput) { in.CaseID = w.li.ID }, db.ErrNotFound},
			{func(in *incident.CreateInput) { in.OrgID = w.Two.ID }, db.ErrNotFound},
		} {
			in := w.input()
			x.change(&in)
			_, err := w.Create(w.As(w.handler), "", in)
			w.refused(err, x.want)
		}
	})
}

func TestAnotherCompanySeesAndTouchesNothing(t *testing.T) {
	each(t, func(w *world) {
		d := w.submitted()
		_, err := w.Get(w.As(w.foreign), d.ID)
		w.refused(err, db.ErrNotFound)
		_, err = w.Close(w.As(w.foreign), d.ID, d.Version, why)
		w.refused(err, db.ErrNotFound)
		all, _, err := w.List(w.As(w.foreign), incident.ListInput{Sort: "known_at", Limit: 5})
		if err != nil || len(all) != 0 {
			t.Error(all, err)
		}
		f, err := w.Figures(w.As(w.foreign), incident.FiguresInput{By: incident.ByUnit, Filter: incident.Filter{OrgID: w.One.ID}})
		if err != nil || f.Total.All != 0 {
			t.Errorf("%+v %v", f, err)
		}
	})
}

func TestOnlyWhoseUnitHasItWorksOnIt(t *testing.T) {
	each(t, func(w *world) {
		other := w.Hire("complaint_handler", "孙工", w.One, w.hall())
		d := w.opened()
		_, err := w.Report(w.As(other), d.ID, d.Version, incident.RemarkInput{})
		w.refused(err, incident.ErrNotYours)
		d, err = w.Assign(w.As(w.handler), d.ID, d.Version, incident.AssignInput{OwnerID: other.ID, Reason: "由厅里查"})
		w.must(err)
		if len(w.Inbox(other)) != 1 || len(w.Inbox(w.handler)) != 0 {
			t.Error(w.Inbox(other), w.Inbox(w.handler))
		}
		_, err = w.Report(w.As(other), d.ID, d.Version, incident.RemarkInput{})
		w.must(err)
	})
}
