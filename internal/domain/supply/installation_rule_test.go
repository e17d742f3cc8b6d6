package supply_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// On whichever days states are begun and corrected, they follow each other without
// gap or overlap, and at most one holds today.
func TestStatesFollowEachOther(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.a, "supply.*")
		serial := 0
		w.check(12, func(rt *rapid.T) {
			serial++
			a, err := supply.AddAccount(w.as(w.a, "supply.*", "customer.reveal"), w.svc, "", account(fmt.Sprint(serial), "张伟"))
			if err != nil {
				rt.Fatal(err)
			}
			for i := range rapid.IntRange(1, 5).Draw(rt, "states") {
				in := supply.InstallationInput{ValidFrom: dayOf(rapid.IntRange(1, 700).Draw(rt, "day")), SecurityLoadW: int64(i)}
				if _, err := w.svc.CreateInstallation(ctx, a.ID, "", in); err != nil && !errors.Is(err, supply.ErrInstallationDay) {
					rt.Fatal(err)
				}
			}
			list, err := w.svc.InstallationsOf(ctx, a.ID)
			if err != nil {
				rt.Fatal(err)
			}
			some := rapid.SampledFrom(list).Draw(rt, "corrected")
			in := some.InstallationInput
			in.TolerableMin = 7
			if got, err := w.svc.CorrectInstallation(ctx, some.ID, some.Version, in); err != nil || got.ValidTo != some.ValidTo || got.TolerableMin != 7 {
				rt.Fatalf("corrected: %+v, %v", got, err)
			}
			w.statesFollow(a.ID)
			w.todayIs(rt, *a, list)
		})
	})
}

// todayIs compares the state an account's page shows with those whose days hold
// today.
func (w *world) todayIs(rt *rapid.T, a supply.Account, list []supply.OwnInstallation) {
	d, err := w.svc.Detail(w.as(w.a, "supply.*"), a.ID)
	if err != nil {
		rt.Fatal(err)
	}
	var holding []string
	for _, o := range list {
		if o.ValidFrom <= now.Day() && (o.ValidTo == "" || o.ValidTo >= now.Day()) {
			holding = append(holding, o.ID.String())
		}
	}
	shown := ""
	if d.Installation != nil {
		shown = d.Installation.ID.String()
	}
	if len(holding) > 1 || strings.Join(holding, " ") != shown {
		rt.Fatalf("%v hold today, shown %q", holding, shown)
	}
}

// Who reads the staff in part and sends it back as he was shown it changes nothing
// of it; what he changed is changed, in whatever order he sends them.
func TestStaffSentBackAsItWasShownStays(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		a, _ := w.newAccount("1001", fmt.Sprintf(`,"customer_id":%q`, w.customer(w.a, 1, "化工厂", customer.KindOrganisation)))
		clear, blind := w.as(w.a, "supply.*", "customer.reveal"), w.as(w.a, "supply.*")
		in := supply.InstallationInput{ValidFrom: "2026-01-01", Staff: []supply.Duty{
			{Name: "王建国", Phone: "13999990001", LicenceNo: "T510000199001011234"}, {Name: "王建民"}, {Name: "李强", Phone: "13999990002", Qualification: "进网"}}}
		o, err := w.svc.CreateInstallation(clear, a.ID, "", in)
		if err != nil {
			w.t.Fatal(err)
		}
		list, err := w.svc.InstallationsOf(blind, a.ID)
		if err != nil || !list[0].StaffMasked {
			w.t.Fatalf("%+v, %v", list, err)
		}
		shown := list[0].InstallationInput
		shown.Staff[0], shown.Staff[2] = shown.Staff[2], shown.Staff[0]
		shown.Staff[0].Qualification = "高压电工"
		shown.Staff = append(shown.Staff, supply.Duty{Name: "新来的"})
		if _, err := w.svc.CorrectInstallation(blind, o.ID, o.Version, shown); err != nil {
			w.t.Fatal(err)
		}
		list, err = w.svc.InstallationsOf(clear, a.ID)
		if got := fmt.Sprint(list[0].Staff); err != nil || got != fmt.Sprint([]supply.Duty{{Name: "李强", Phone: "13999990002", Qualification: "高压电工"},
			{Name: "王建民"}, {Name: "王建国", Phone: "13999990001", LicenceNo: "T510000199001011234"}, {Name: "新来的"}}) {
			w.t.Errorf("staff %s, %v", got, err)
		}
		// Stars that were not shown to him are no telephone number.
		p, _ := call[rest.Problem](w, h, "blind", "PUT", "/api/v1/installations/"+o.ID.String(), `{"valid_from":"2026-01-01","staff":[{"name":"赵","phone":"138****0009"}]}`, 422, "If-Match", `"2"`)
		if refusals(p) != "[staff[0].phone=wrong_format]" {
			w.t.Errorf("stars: %+v", p)
		}
		// An empty list takes the staff away, an absent one leaves it.
		call[any](w, h, "blind", "PUT", "/api/v1/installations/"+o.ID.String(), `{"valid_from":"2026-01-01"}`, 200, "If-Match", `"2"`)
		call[any](w, h, "blind", "PUT", "/api/v1/installations/"+o.ID.String(), `{"valid_from":"2026-01-01","staff":[]}`, 200, "If-Match", `"3"`)
		if list, err = w.svc.InstallationsOf(clear, a.ID); err != nil || len(list[0].Staff) != 0 || list[0].StaffGone {
			w.t.Errorf("taken away: %+v, %v", list, err)
		}
	})
}

// An account that changed hands keeps the staff of the one before readable, and
// what is written since is sealed with the new one's key.
func TestStaffIsSealedByWhoHasTheAccount(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.customer(w.a, 1, "化工厂", customer.KindOrganisation), w.customer(w.a, 2, "水泥厂", customer.KindOrganisation)
		ctx := w.as(w.a, "supply.*", "customer.reveal")
		in := account("1001", "化工厂")
		in.CustomerID = first
		a, err := supply.AddAccount(ctx, w.svc, "", in)
		if err != nil {
			w.t.Fatal(err)
		}
		staff := func(name string) []supply.Duty { return []supply.Duty{{Name: name}} }
		if _, err := w.svc.CreateInstallation(ctx, a.ID, "", supply.InstallationInput{ValidFrom: "2025-01-01", Staff: staff("王建国")}); err != nil {
			w.t.Fatal(err)
		}
		a.CustomerID = second
		if _, err = supply.ChangeAccount(ctx, w.svc, *a); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.svc.CreateInstallation(ctx, a.ID, "", supply.InstallationInput{ValidFrom: "2026-01-01", Staff: staff("李强")}); err != nil {
			w.t.Fatal(err)
		}
		read := func() string {
			list, err := w.svc.InstallationsOf(ctx, a.ID)
			return fmt.Sprint(joined(list, func(o supply.OwnInstallation) string { return fmt.Sprintf("%v %v", o.Staff, o.StaffGone) }), err)
		}
		if got := read(); got != "[{李强    }] false [{王建国    }] false<nil>" {
			w.t.Errorf("both: %s", got)
		}
		w.customers.erased = map[id.ID]bool{first: true}
		if got := read(); got != "[{李强    }] false [] true<nil>" {
			w.t.Errorf("the first erased: %s", got)
		}
	})
}

// The refusals of a state name the part and the row.
func TestAStateIsRefusedByPartAndRow(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		a, _ := w.newAccount("1001", "")
		path := "/api/v1/accounts/" + a.ID.String() + "/installations"
		for more, want := range map[string]string{
			`,"sources":[{"role":"main","kind":"dedicated_line","name":"线","voltage":"10kV","capacity_va":1}]`:          "[sources[0].voltage=not_allowed]",
			`,"sources":[{"role":"main","kind":"dedicated_line","voltage":"AC00101","capacity_va":1}]`:                  "[sources[0].name=required]",
			`,"generation":[{"kind":"pv","capacity_va":1},{"kind":"pv","capacity_va":-1}]`:                              "[generation[1].capacity_va=too_small]",
			`,"documents":[{"kind":"other","title":"t","approved_on":"2026-02-30"}]`:                                    "[documents[0].approved_on=wrong_format]",
			`,"staff":[{"name":"王"},{"name":"李","phone":"12"}]`:                                                         "[staff[1].phone=wrong_format]",
			`,"staff":[{"name":"` + strings.Repeat("王", 51) + `"}]`:                                                     "[staff[0].name=too_long]",
			`,"generation":[` + strings.Repeat(`{"kind":"pv","capacity_va":1},`, 20) + `{"kind":"pv","capacity_va":1}]`: "[generation=too_many]",
			`,"colour":"red"`: "[colour=unknown_field]",
		} {
			p, _ := call[rest.Problem](w, h, "maintainer", "POST", path, `{"valid_from":"2026-01-01"`+more+`}`, 422)
			if refusals(p) != want {
				w.t.Errorf("%s: %s, want %s", more, refusals(p), want)
			}
		}
		if _, err := w.svc.CorrectInstallation(w.as(w.a, "supply.*"), a.ID, 1, supply.InstallationInput{ValidFrom: "2026-01-01"}); !errors.Is(err, db.ErrNotFound) {
			w.t.Errorf("an account is no state: %v", err)
		}
		if _, err := w.svc.CreateInstallation(w.as(w.b, "supply.*"), a.ID, "", supply.InstallationInput{ValidFrom: "2026-01-01"}); fault.KindOf(err) != fault.NotFound {
			w.t.Errorf("the neighbour: %v", err)
		}
	})
}
