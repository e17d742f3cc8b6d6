package incident

import (
	"errors"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// possible are the steps of each state and where they lead.
var possible = map[State]map[Action]State{
	Opened:    {Report: Reported, Regrade: Opened, Assign: Opened, Dismiss: Dismissed},
	Reported:  {Conclude: Concluded, Regrade: Reported, Assign: Reported, Plan: Reported, Keep: Reported, Drop: Reported, Dismiss: Dismissed},
	Concluded: {Conclude: Concluded, Regrade: Concluded, Assign: Concluded, Plan: Concluded, Keep: Concluded, Drop: Concluded, Submit: Submitted},
	Submitted: {Close: Closed, Return: Concluded},
	Closed:    {Reopen: Reported},
	Dismissed: {Reopen: Reported},
}

func TestStepsFollowTheTable(t *testing.T) {
	for s, fits := range possible {
		for a := range moves {
			n := Incident{State: s, ReportedAt: 1, Measures: 1, MeasuresDone: 1, EndedAt: 7}
			err := n.take(a, 50)
			want, fit := fits[a]
			switch {
			case !fit && !errors.Is(err, ErrState):
				t.Errorf("%s from %s: %v", a, s, err)
			case fit && (err != nil || n.State != want):
				t.Errorf("%s from %s leads to %s, want %s: %v", a, s, n.State, want, err)
			case fit && (n.EndedAt == 0) != n.live():
				t.Errorf("%s from %s: ended at %d in %s", a, s, n.EndedAt, n.State)
			}
		}
	}
}

func TestWhatWasNeverReportedIsReopenedToBeReported(t *testing.T) {
	n := Incident{State: Dismissed}
	if err := n.take(Reopen, 50); err != nil || n.State != Opened {
		t.Errorf("%s, %v", n.State, err)
	}
}

func TestAReportAfterItsTimeIsLate(t *testing.T) {
	for now, late := range map[when.Instant]bool{100: false, 101: true} {
		n := Incident{State: Opened, DueAt: 100}
		if err := n.take(Report, now); err != nil || n.Late != late || n.ReportedAt != now {
			t.Errorf("at %d: %+v %v", now, n, err)
		}
	}
}

func TestItIsSubmittedOnceAllMeasuresHaveEndedAndOneWasTaken(t *testing.T) {
	open, kept, dropped := Measure{State: MeasureOpen, DueAt: 9}, Measure{State: MeasureKept}, Measure{State: MeasureDropped}
	for _, x := range []struct {
		all   []Measure
		ready bool
	}{{nil, false}, {[]Measure{dropped}, false}, {[]Measure{kept, open}, false}, {[]Measure{kept, dropped}, true}, {[]Measure{{State: MeasureLate}}, true}} {
		n := Incident{State: Concluded}
		n.count(x.all)
		if err := n.take(Submit, 1); x.ready != (err == nil) || !x.ready && !errors.Is(err, ErrMeasures) {
			t.Errorf("%+v: %v", x.all, err)
		}
	}
}

func TestMeasuresAreCounted(t *testing.T) {
	n := Incident{}
	n.count([]Measure{{State: MeasureOpen, DueAt: 9}, {State: MeasureOpen, DueAt: 7}, {State: MeasureKept}, {State: MeasureLate}, {State: MeasureDropped, DueAt: 1}})
	if n.Measures != 4 || n.MeasuresDone != 2 || n.MeasuresLate != 1 || n.MeasureDueAt != 7 {
		t.Errorf("%+v", n)
	}
	if n.count(nil); n.MeasureDueAt != never || n.Measures != 0 {
		t.Errorf("%+v", n)
	}
}

func TestAMeasureEndsOnce(t *testing.T) {
	m := Measure{State: MeasureOpen, DueAt: 100}
	if err := m.end(Keep, 101); err != nil || m.State != MeasureLate {
		t.Errorf("%s %v", m.State, err)
	}
	if err := m.end(Drop, 102); !errors.Is(err, ErrState) {
		t.Error(err)
	}
}

func TestGradesSayHowSoonTheyAreReported(t *testing.T) {
	all := gradesOn("2026-03-02")
	if len(all) != 4 || all[0].Code != "special" || all[3].Code != "ordinary" {
		t.Fatalf("%+v", all)
	}
	known := when.Instant(1_000_000)
	for i, hours := range []int64{1, 2, 12, 24} {
		if got := all[i].due(known) - known; got != when.Instant(hours*3_600_000_000) {
			t.Errorf("%s: %d", all[i].Code, got)
		}
	}
	if _, err := gradeOn("none", "2026-03-02"); !errors.Is(err, ErrGrade) {
		t.Error(err)
	}
	if _, err := gradeOn("serious", "1999-01-01"); !errors.Is(err, ErrGrade) {
		t.Error("before there was a rule")
	}
}

func TestRulesOfGradesThatMakeNoSenseAreRefused(t *testing.T) {
	whole := grades.All()[0].Params
	for name, spoil := range map[string]func(*Terms){
		"no name": func(p *Terms) { p.NameEn = "" }, "no signs": func(p *Terms) { p.SignsZh = "" }, "no rank": func(p *Terms) { p.Rank = 0 },
		"by working days": func(p *Terms) { p.Within = when.Limit{N: 1, Unit: when.WorkingDays} }, "no time": func(p *Terms) { p.Within = when.Limit{} }, "to a station": func(p *Terms) { p.Level = "unit" },
	} {
		p := whole
		if spoil(&p); p.Check() == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := rule.Load[Terms]([]byte(`[{"kind": "incident.x"}]`)); err == nil {
		t.Error("a rule without source is taken")
	}
}
