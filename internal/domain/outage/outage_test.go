package outage_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/outage"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The whole way: two reports are one outage, whose cases and customers follow it.
func TestTwoReportsAreOneOutage(t *testing.T) {
	each(t, func(w *world) {
		d, first := w.made()
		if d.State != outage.Reported || d.Cases != 1 || d.Accounts != 2 || d.Customers != 2 || d.Area != "urban" || clock(d.DueAt) != "09:45" || d.UnitID != w.station.ID {
			t.Errorf("%+v", d.Outage)
		}
		w.at("2026-03-02 09:10")
		second := w.reported(w.zhao, w.zhaoAccount)
		l, err := w.Locate(w.as(w.agent), second.ID)
		w.must(err)
		if len(l.Open) != 1 || l.Open[0].ID != d.ID || l.Outage != nil || !l.MayJoin {
			t.Fatalf("%+v", l)
		}
		d, err = w.Join(w.as(w.agent), d.ID, d.Version, outage.CaseInput{CaseID: second.ID})
		w.must(err)
		d = w.sent(d)
		w.follow()
		if c := w.caseOf(first.ID); c.State != feedback.Dispatched || c.UnitID != w.station.ID {
			t.Errorf("after dispatch: %s %v", c.State, c.UnitID)
		}
		w.at("2026-03-02 09:40")
		d = w.there(d)
		w.follow()
		if c := w.caseOf(second.ID); c.State != feedback.Accepted || !slices.ContainsFunc(c.Deadlines, func(x feedback.Deadline) bool { return x.Stage == feedback.StageArrival && clock(x.DoneAt) == "09:40" }) {
			t.Errorf("after arrival: %s %+v", c.State, c.Deadlines)
		}
		w.at("2026-03-02 10:30")
		d = w.back(d, fixed)
		if !d.Following || d.CauseName != "设备老化" {
			t.Errorf("%+v", d.Outage)
		}
		w.follow()
		for _, i := range []id.ID{first.ID, second.ID} {
			if c := w.caseOf(i); c.State != feedback.Resolved || !strings.Contains(c.Answer, "东街台区已于3月2日 10:30恢复供电，停电原因：设备老化") || c.Verdict != "" {
				t.Errorf("%s: %q", c.State, c.Answer)
			}
		}
		if got := w.sms(d.ID); got != "map[li:1]" { // Zhao has no phone
			t.Error(got)
		}
		if got := fmt.Sprint(w.timeline(w.li), w.timeline(w.zhao), w.timeline(w.wang)); got != fmt.Sprintf("[东街台区停电已恢复（%[1]s），原因：设备老化] [东街台区停电已恢复（%[1]s），原因：设备老化] []", d.OutageNo) {
			t.Error(got)
		}
		d = w.get(d.ID)
		if d.Following || d.Told != 1 || d.Late {
			t.Errorf("%+v", d.Outage)
		}
		d, err = w.Close(w.as(w.agent), d.ID, d.Version, outage.NoteInput{})
		w.must(err)
		if d.State != outage.Closed || len(d.Actions) != 0 {
			t.Errorf("%s %v", d.State, d.Actions)
		}
		kinds := []string{}
		for _, e := range d.Events {
			kinds = append(kinds, e.Kind)
		}
		if got := strings.Join(kinds, " "); got != "close told restore arrive dispatch join create" {
			t.Error(got)
		}
	})
}

// What was found goes into the history of the place.
func TestARestoredOutageIsInTheHistoryOfTheEquipment(t *testing.T) {
	each(t, func(w *world) {
		d, err := w.Create(w.as(w.agent), "", outage.CreateInput{PlaceInput: outage.PlaceInput{PlaceKind: "equipment", PlaceID: w.equipment, Area: "remote"}})
		w.must(err)
		if clock(d.DueAt) != "11:00" || d.NodeID != w.first || d.Accounts != 2 {
			t.Errorf("%+v", d.Outage)
		}
		w.at("2026-03-02 12:00")
		d = w.there(w.sent(d))
		if !d.Late || d.DueStage != feedback.StageRestore {
			t.Errorf("late %v, due %s", d.Late, d.DueStage)
		}
		w.at("2026-03-02 13:00")
		d = w.back(d, fixed)
		w.follow()
		p, err := w.supplies.PathOfAccount(w.as(w.head), w.liAccount)
		w.must(err)
		if len(p.Conditions) != 1 {
			t.Fatalf("%+v", p.Conditions)
		}
		c := p.Conditions[0]
		if c.ID != d.ConditionID || c.EquipmentID != w.equipment || clock(c.FoundAt) != "09:00" || clock(c.RestoredAt) != "13:00" || c.Cause != "设备老化" || c.Remedy != "更换熔丝" || !strings.Contains(c.Finding, d.OutageNo) {
			t.Errorf("%+v", c)
		}
		later := w.reported(w.li, w.liAccount)
		l, err := w.Locate(w.as(w.agent), later.ID)
		w.must(err)
		if len(l.Faults) != 1 || len(l.Open) != 0 {
			t.Errorf("%+v", l)
		}
	})
}

func TestWhereAFaultMayBe(t *testing.T) {
	each(t, func(w *world) {
		c := w.reported(w.li, id.ID{}) // by its customer alone
		l, err := w.Locate(w.as(w.agent), c.ID)
		w.must(err)
		var places []string
		for _, p := range l.Places {
			places = append(places, fmt.Sprint(p.Kind, " ", p.Name, " ", p.Accounts, p.Health))
		}
		if got := strings.Join(places, ", "); got != "district 东街台区 2, line 10kV东线 4, equipment 东街配变 0severe" {
			t.Error(got)
		}
		if _, err := w.Locate(w.as(w.yi), c.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company's: %v", err)
		}
	})
}

// The hospital's manager is told at once, and again where the line is found to be the place.
func TestTheManagerOfAKeyCustomerIsToldAtOnce(t *testing.T) {
	each(t, func(w *world) {
		d, _ := w.made()
		if got := w.inbox(w.manager); len(got) != 0 {
			t.Errorf("the hospital is not in the district: %v", got)
		}
		d, err := w.Relocate(w.as(w.agent), d.ID, d.Version, outage.RelocateInput{PlaceInput: outage.PlaceInput{PlaceKind: "line", PlaceID: w.line}, Reason: "开关站跳闸"})
		w.must(err)
		if d.Accounts != 4 || d.PlaceName != "10kV东线" || d.Area != "urban" {
			t.Errorf("%+v", d.Outage)
		}
		if got := fmt.Sprint(w.inbox(w.manager)); got != "[您的重点客户停电：10kV东线（"+d.OutageNo+"），请立即联系]" {
			t.Error(got)
		}
		if len(d.Key) != 1 || d.Key[0].ID != w.hospital.ID || d.Key[0].ManagerName != "周经理" {
			t.Errorf("%+v", d.Key)
		}
		if got := w.inbox(w.agent); !slices.Contains(got, "派人抢修：东街台区（"+d.OutageNo+"）") {
			t.Error(got)
		}
		w.sent(d)
		if got := w.inbox(w.crew); !slices.Contains(got, "抢修：10kV东线（"+d.OutageNo+"）") {
			t.Error(got)
		}
	})
}

// A case taken out goes on by itself; the oldest of the others counts from then.
func TestACaseIsTakenOutAgain(t *testing.T) {
	each(t, func(w *world) {
		d, first := w.made()
		w.at("2026-03-02 09:20")
		second := w.reported(w.zhao, w.zhaoAccount)
		d, err := w.Join(w.as(w.agent), d.ID, d.Version, outage.CaseInput{CaseID: second.ID})
		w.must(err)
		d, err = w.Leave(w.as(w.agent), d.ID, d.Version, outage.CaseInput{CaseID: first.ID})
		w.must(err)
		if d.Cases != 1 || clock(d.ReportedAt) != "09:20" || clock(d.DueAt) != "10:05" || len(d.Reports) != 1 || d.Reports[0].ID != second.ID {
			t.Errorf("%+v", d.Outage)
		}
		_, err = w.Leave(w.as(w.agent), d.ID, d.Version, outage.CaseInput{CaseID: first.ID})
		w.refused(err, db.ErrNotFound)
		d, err = w.Join(w.as(w.agent), d.ID, d.Version, outage.CaseInput{CaseID: first.ID})
		w.must(err)
		if clock(d.ReportedAt) != "09:00" {
			t.Errorf("%+v", d.Outage)
		}
		_, err = w.Cancel(w.as(w.head), d.ID, d.Version, outage.ReasonInput{Reason: "用户内部跳闸"})
		w.must(err)
		other, err := w.Create(w.as(w.agent), "", outage.CreateInput{PlaceInput: outage.PlaceInput{PlaceKind: "line", PlaceID: w.line}, CaseID: first.ID})
		w.must(err)
		if other.Cases != 1 || w.caseOf(first.ID).State != feedback.Registered {
			t.Errorf("%+v", other.Outage)
		}
	})
}

func TestWhatIsNotJoined(t *testing.T) {
	each(t, func(w *world) {
		d, mine := w.made()
		inquiry, err := w.cases.Create(w.as(w.agent), "", feedback.CreateInput{Facts: feedback.Facts{Type: feedback.Inquiry, Category: "business.billing", Text: "问电价", CustomerID: w.zhao.ID}})
		w.must(err)
		far, err := w.cases.Create(w.as(w.yi), "", feedback.CreateInput{Facts: feedback.Facts{Type: feedback.Fault, Category: "fault.low_voltage", Text: "没电", CallerName: "远人"}})
		w.must(err)
		over := w.reported(w.zhao, w.zhaoAccount)
		_, err = w.cases.Withdraw(w.as(w.head), over.ID, over.Version, feedback.ReasonInput{Reason: "来电了"})
		w.must(err)
		for c, want := range map[id.ID]error{mine.ID: outage.ErrJoined, inquiry.ID: outage.ErrCase, far.ID: db.ErrNotFound, over.ID: outage.ErrCase} {
			_, err := w.Join(w.as(w.agent), d.ID, d.Version, outage.CaseInput{CaseID: c})
			w.refused(err, want)
			_, err = w.Join(w.system(), d.ID, d.Version, outage.CaseInput{CaseID: c}) // who may see both companies
			w.refused(err, want)
		}
		place := func(kind string, i id.ID) outage.CreateInput {
			return outage.CreateInput{OrgID: w.a.One.ID, PlaceInput: outage.PlaceInput{PlaceKind: kind, PlaceID: i}}
		}
		_, err = w.Create(w.as(w.agent), "", place("line", w.farLine))
		w.refused(err, outage.ErrPlace)
		_, err = w.Create(w.as(w.user("billing", "胡账", w.a.One, w.a.One)), "", place("line", w.line))
		w.refused(err, access.ErrForbidden)
		_, err = w.Get(w.as(w.yi), d.ID)
		w.refused(err, db.ErrNotFound)
		_, err = w.Dispatch(w.as(w.agent), d.ID, d.Version, outage.DispatchInput{UnitID: w.a.Two.ID, Crew: "班"})
		w.refused(err, outage.ErrUnit)
	})
}

func TestStepsInTheirOrder(t *testing.T) {
	each(t, func(w *world) {
		d, _ := w.made()
		_, err := w.Arrive(w.as(w.crew), d.ID, d.Version, outage.ArriveInput{})
		w.refused(err, outage.ErrState)
		d = w.sent(d)
		_, err = w.Arrive(w.as(w.other), d.ID, d.Version, outage.ArriveInput{})
		w.refused(err, outage.ErrNotUs)
		if slices.Contains(d.Actions, outage.Restore) {
			t.Error(d.Actions)
		}
		for at, bad := range map[string]string{"2026-03-02 08:59": "too_early", "2026-03-02 09:01": "in_future"} {
			if _, err := w.Arrive(w.as(w.crew), d.ID, d.Version, outage.ArriveInput{At: moment(at)}); err == nil || !strings.Contains(fmt.Sprintf("%+v", err), bad) {
				t.Errorf("%s: %v", at, err)
			}
		}
		w.at("2026-03-02 09:30")
		d, err = w.Arrive(w.as(w.crew), d.ID, d.Version, outage.ArriveInput{At: moment("2026-03-02 09:25")})
		w.must(err)
		for _, in := range []outage.RestoreInput{{Cause: "ghosts", Finding: "x"}, {Cause: "tree", Finding: "  "}} {
			if _, err := w.Restore(w.as(w.crew), d.ID, d.Version, in); err == nil {
				t.Errorf("restored by %+v", in)
			}
		}
		d = w.back(d, fixed)
		_, err = w.Close(w.as(w.agent), d.ID, d.Version, outage.NoteInput{})
		w.refused(err, outage.ErrFollowing)
		_, err = w.Restore(w.as(w.crew), d.ID, d.Version, fixed)
		w.refused(err, outage.ErrState)
		w.follow()
		if got := w.sms(d.ID); got != "map[li:1]" {
			t.Error(got)
		}
	})
}

// A neighbour who is not in the archive and reports late is told too, at the number he
// called from, and nobody twice.
func TestALateReportOfARestoredOutage(t *testing.T) {
	each(t, func(w *world) {
		d, _ := w.made()
		in := fixed
		in.TellAll = false
		d = w.back(w.there(w.sent(d)), in)
		w.follow()
		late, err := w.cases.Create(w.as(w.agent), "", feedback.CreateInput{Facts: feedback.Facts{Type: feedback.Fault, Category: "fault.low_voltage", Text: "没电", CallerName: "邻居", CallerPhone: "13911112222"}})
		w.must(err)
		d = w.get(d.ID)
		d, err = w.Join(w.as(w.agent), d.ID, d.Version, outage.CaseInput{CaseID: late.ID})
		w.must(err)
		w.follow()
		w.follow()
		if c := w.caseOf(late.ID); c.State != feedback.Resolved {
			t.Error(c.State)
		}
		if got := w.sms(d.ID); got != "map[li:1 nobody:1]" {
			t.Error(got)
		}
		if len(w.timeline(w.zhao)) != 1 {
			t.Error("who is behind it reads of it, told or not")
		}
	})
}
