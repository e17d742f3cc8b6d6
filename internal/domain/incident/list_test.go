package incident_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer/customertest"
	"github.com/zhiyin-power/zhiyin/internal/domain/incident"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// two are an incident of the station that waits to be closed, and one of the company that
// is to be reported; two days later.
func (w *world) two() (first, second incident.Detail) {
	w.t.Helper()
	first = w.submitted()
	in := w.input()
	in.Grade, in.UnitID = "ordinary", w.One.ID
	w.now += 60_000_000
	second, err := w.Create(w.As(w.head), "", in)
	w.must(err)
	w.at("2026-03-04 09:00")
	return first, second
}

func TestListsAreOfWhatIsAskedFor(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.two()
		for name, x := range map[string]struct {
			f    incident.Filter
			want []string
		}{
			"all":         {incident.Filter{}, []string{first.IncidentNo, second.IncidentNo}},
			"state":       {incident.Filter{States: []incident.State{incident.Submitted}}, []string{first.IncidentNo}},
			"grade":       {incident.Filter{Grades: []string{"ordinary"}}, []string{second.IncidentNo}},
			"responsible": {incident.Filter{ResponsibleID: w.One.ID}, []string{second.IncidentNo}},
			"overdue":     {incident.Filter{Overdue: true}, []string{second.IncidentNo}},
			"late":        {incident.Filter{Late: true}, []string{second.IncidentNo}},
			"mine":        {incident.Filter{Mine: true}, []string{second.IncidentNo}},
			"owner":       {incident.Filter{OwnerID: w.handler.ID}, []string{first.IncidentNo}},
			"day":         {incident.Filter{KnownFrom: "2026-03-02", KnownTo: "2026-03-02"}, []string{first.IncidentNo, second.IncidentNo}},
			"no day":      {incident.Filter{KnownFrom: "2026-03-03"}, nil},
			"number":      {incident.Filter{Query: strings.ToLower(first.IncidentNo)}, []string{first.IncidentNo}},
			"company":     {incident.Filter{OrgID: w.Two.ID}, nil},
		} {
			if got := w.listed(w.head, x.f); !slices.Equal(got, x.want) {
				t.Errorf("%s: %v, want %v", name, got, x.want)
			}
		}
		_, _, err := w.List(w.As(w.head), incident.ListInput{Filter: incident.Filter{KnownFrom: "soon"}, Sort: "known_at", Limit: 5})
		customertest.Field(t, err, "known_from", "no_day")
		c, err := w.Counts(w.As(w.head), id.ID{})
		w.must(err)
		if c != (incident.Counts{Mine: 1, Opened: 1, Overdue: 1, Submitted: 1}) {
			t.Errorf("%+v", c)
		}
		for q, n := range map[string]int{first.IncidentNo: 1, "SG": 0, "1001": 0} {
			if found, err := w.Find(w.As(w.head), q, 10); err != nil || len(found) != n {
				t.Errorf("%s: %v %v", q, found, err)
			}
		}
	})
}

func TestFiguresAreByWhoIsResponsible(t *testing.T) {
	each(t, func(w *world) {
		_, second := w.two()
		f, err := w.Figures(w.As(w.head), incident.FiguresInput{By: incident.ByUnit})
		w.must(err)
		_, err = w.Plan(w.As(w.head), second.ID, second.Version, incident.PlanInput{Text: "x", OwnerID: w.clerk.ID, DueDay: "2026-03-04"})
		w.refused(err, incident.ErrState)
		second, err = w.Report(w.As(w.head), second.ID, second.Version, incident.RemarkInput{})
		w.must(err)
		plan, err := w.Plan(w.As(w.head), second.ID, second.Version, incident.PlanInput{Text: "x", OwnerID: w.clerk.ID, DueDay: "2026-03-04"})
		w.must(err)
		w.at("2026-03-05 09:00")
		g, err := w.Figures(w.As(w.head), incident.FiguresInput{By: incident.ByPerson})
		if err != nil || g.Total.MeasuresLate != 1 || len(g.Groups) != 1 || g.Groups[0].Name != "" || plan.Measures != 1 {
			t.Errorf("%+v %v", g, err)
		}
		if f.Total.All != 2 || f.Total.Open != 2 || f.Total.Late != 1 || f.Total.Grades["serious"] != 1 || len(f.Groups) != 2 || f.Groups[0].Name == "" {
			t.Errorf("%+v", f)
		}
	})
}

// An incident of a case is sealed by its customer's key, follows him, is told to him and
// emptied of him.
func TestAnIncidentOfACaseFollowsItsCustomer(t *testing.T) {
	each(t, func(w *world) {
		of := w.clerk.ID // any identifier
		w.cases[of] = promise.CaseRef{CustomerID: w.li.ID, UnitID: w.station.ID, CaseNo: "1001-20260302-0001"}
		in := w.input()
		in.CaseID = of
		d, err := w.Create(w.As(w.head), "", in)
		w.must(err)
		if d.CaseNo != "1001-20260302-0001" || d.UnitID != w.station.ID {
			t.Errorf("%+v", d.Incident)
		}
		person := func(i id.ID) privacy.Person { return privacy.Person{OrgID: w.One.ID, IDs: []id.ID{i}} }
		w.must(w.Archive.DB.Write(t.Context(), func(tx *db.Tx) error {
			undo, err := w.MoveTx(tx, w.One.ID, w.li.ID, w.wang.ID)
			w.must(err)
			blocks, err := w.BlocksTx(tx, person(w.wang.ID))
			w.must(err)
			data, err := w.DataTx(tx, person(w.wang.ID), "zh")
			w.must(err)
			if len(blocks) != 1 || len(data.Sections[0].Rows) != 1 || strings.Contains(strings.Join(data.Sections[0].Rows[0], " "), "13911112222") {
				t.Errorf("%v %+v", blocks, data)
			}
			if _, err = w.UndoMoveTx(tx, w.One.ID, w.li.ID, w.wang.ID, undo); err != nil {
				return err
			}
			w.must(w.FollowCaseTx(tx, w.One.ID, of, w.wang.ID))
			_, err = w.EraseTx(tx, person(w.wang.ID))
			return err
		}))
		d, err = w.Get(w.As(w.head), d.ID)
		w.must(err)
		if d.Title+d.Text != "" || d.IncidentNo == "" {
			t.Errorf("%+v", d.Incident)
		}
	})
}

func TestNumbersOfPeopleAreMaskedAndNothingStandsInClear(t *testing.T) {
	each(t, func(w *world) {
		d := w.submitted()
		if !strings.Contains(d.Text, "13911112222") {
			t.Error(d.Text) // who wrote it
		}
		got, err := w.Get(w.As(w.clerk), d.ID)
		w.must(err)
		if strings.Contains(got.Text, "13911112222") || !strings.Contains(got.Text, "139") {
			t.Error(got.Text)
		}
		var bodies [][]byte
		w.must(w.Archive.DB.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Select(&bodies, "SELECT body FROM incident UNION ALL SELECT body FROM incident_measure UNION ALL SELECT body FROM incident_event UNION ALL SELECT after FROM audit_entry")
		}))
		for _, b := range bodies {
			for _, secret := range []string{"泄露", "13911112222", "保密教育", "签到表"} {
				if strings.Contains(string(b), secret) {
					t.Errorf("%s in %q", secret, b)
				}
			}
		}
	})
}
