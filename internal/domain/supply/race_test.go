package supply_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// atOnce calls fn from several goroutines and gives their errors.
func atOnce(n int, fn func(k int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for k := range errs {
		wg.Go(func() { errs[k] = fn(k) })
	}
	wg.Wait()
	return errs
}

// statuses sends requests at once and counts the answers by status.
func statuses(h http.Handler, n int, request func(k int) resttest.Scenario) map[int]int {
	codes := make([]int, n)
	atOnce(n, func(k int) error { codes[k] = resttest.Send(h, request(k)).Code; return nil })
	counted := map[int]int{}
	for _, c := range codes {
		counted[c]++
	}
	return counted
}

// Of changes made at once from one version one goes through and is written down
// once; the others are told to read again. So with removals.
func TestOfChangesFromOneVersionOneGoesThrough(t *testing.T) {
	eachArchive(t, func(a archived) {
		h := a.handler()
		const people = 5
		for _, k := range kindsOfRecords {
			m, etag := call[made](a.world, h, "maintainer", "POST", "/api/v1/"+k.path, k.body, 201)
			own := "/api/v1/" + k.path + "/" + m.ID.String()
			request := func(method, etag string) func(int) resttest.Scenario {
				return func(int) resttest.Scenario {
					return resttest.Scenario{Method: method, Path: own, Body: k.changed, Header: map[string]string{"As": "maintainer", "If-Match": etag}}
				}
			}
			if got := statuses(h, people, request("PUT", etag)); got[200] != 1 || got[412] != people-1 {
				a.t.Errorf("%s changed: %v", k.path, got)
			}
			if got := statuses(h, people, request("DELETE", `"2"`)); got[204] != 1 || got[204]+got[404]+got[412] != people {
				a.t.Errorf("%s removed: %v", k.path, got)
			}
			if n := a.count("SELECT count(*) FROM audit_entry WHERE object_id = $1", m.ID); n != 3 {
				a.t.Errorf("%s: %d audit entries, want made, changed, removed", k.path, n)
			}
		}
	})
}

// A request that is sent twice because the first answer got lost makes one record,
// whichever arrives first.
func TestOneKeySentAtOnceMakesOneRecord(t *testing.T) {
	eachArchive(t, func(a archived) {
		h := a.handler()
		acc, _ := a.newAccount("1", "")
		for path, body := range map[string]string{
			"accounts": fmt.Sprintf(accountJSON, "6101234567", ""), "lines": `{"no":"L1","name":"线","voltage":"AC00101"}`,
			"accounts/" + acc.ID.String() + "/numbers":       `{"number":"OLD-1"}`,
			"accounts/" + acc.ID.String() + "/installations": `{"valid_from":"2026-01-01"}`,
		} {
			before := a.count("SELECT count(*) FROM audit_entry")
			got := statuses(h, 5, func(int) resttest.Scenario {
				return resttest.Scenario{Method: "POST", Path: "/api/v1/" + path, Body: body, Header: map[string]string{"As": "maintainer", "Idempotency-Key": "k"}}
			})
			if got[201] != 5 {
				a.t.Errorf("%s: %v", path, got)
			}
			if n := a.count("SELECT count(*) FROM audit_entry") - before; n != 1 {
				a.t.Errorf("%s: made %d times", path, n)
			}
		}
	})
}

// A number goes to one of those who want it.
func TestOneNumberGoesToOneAccount(t *testing.T) {
	eachArchive(t, func(a archived) {
		x, _ := a.newAccount("1", "")
		y, _ := a.newAccount("2", "")
		errs := atOnce(6, func(k int) (err error) {
			switch k % 3 {
			case 0:
				_, err = supply.AddAccount(a.ctx, a.svc, "", account("77", "张伟"))
			case 1:
				_, err = a.svc.AddNumber(a.ctx, x.ID, "", "77")
			default:
				y := y
				y.AccountNo = "77"
				_, err = supply.ChangeAccount(a.ctx, a.svc, y)
			}
			return err
		})
		through := 0
		for _, err := range errs {
			if err == nil {
				through++
			} else if !errors.Is(err, supply.ErrNumberTaken) && !errors.Is(err, db.ErrStale) {
				a.t.Error(err)
			}
		}
		if n := a.count("SELECT count(*) FROM account_number WHERE number = '77'"); through != 1 || n != 1 {
			a.t.Errorf("%d got the number, %d have it", through, n)
		}
		if n := a.count("SELECT count(*) FROM account_number WHERE NOT former") - a.count("SELECT count(*) FROM account"); n != 0 {
			a.t.Errorf("%d current numbers more than accounts", n)
		}
	})
}

// Whoever enters a month last, what was sold is the sum of what was taken.
func TestEnergyEnteredAtOnceIsSummedOnce(t *testing.T) {
	eachArchive(t, func(a archived) {
		x, _ := a.newAccount("1", "")
		y, _ := a.newAccount("2", "")
		for _, month := range []when.Month{202601, 202602} {
			for _, err := range atOnce(8, func(k int) error { // the first ones add, the others correct
				if k%2 == 0 {
					_, err := a.svc.RecordEnergy(a.ctx, 0, supply.Energy{AccountID: x.ID, Month: month, EnergyWh: int64(k+1) * 1000})
					if errors.Is(err, db.ErrStale) { // another was here before
						return nil
					}
					return err
				}
				_, err := a.load(a.a, supply.Energy{AccountID: y.ID, Month: month, EnergyWh: int64(k)}, supply.Energy{AccountID: x.ID, Month: month, EnergyWh: int64(k) * 7})
				return err
			}) {
				if err != nil {
					a.t.Errorf("%d: %v", month, err)
				}
			}
		}
		a.soldIsTaken()
	})
}

// soldIsTaken compares the sums with their parts.
func (w *world) soldIsTaken() {
	w.t.Helper()
	const parts = `SELECT count(*) FROM (SELECT org_id, month, class, use_category, area, count(*) AS n, CAST(sum(energy_wh) AS BIGINT) AS wh FROM consumption
		GROUP BY org_id, month, class, use_category, area) AS c FULL JOIN sales s
		ON s.org_id = c.org_id AND s.month = c.month AND s.class = c.class AND s.use_category = c.use_category AND s.area = c.area
		WHERE s.accounts IS NULL OR s.accounts <> coalesce(c.n, 0) OR s.energy_wh <> coalesce(c.wh, 0)`
	if n := w.count(parts); n != 0 {
		w.t.Errorf("%d sums are not those of their parts", n)
	}
}

// States begun at once follow each other all the same.
func TestStatesBegunAtOnceDoNotOverlap(t *testing.T) {
	eachArchive(t, func(a archived) {
		acc, _ := a.newAccount("1", fmt.Sprintf(`,"customer_id":%q`, a.person("张伟").ID))
		for _, err := range atOnce(6, func(k int) error {
			_, err := a.svc.CreateInstallation(a.ctx, acc.ID, "", supply.InstallationInput{ValidFrom: when.Day(fmt.Sprintf("2026-0%d-01", k+1)), SecurityLoadW: int64(k)})
			return err
		}) {
			if err != nil && !errors.Is(err, supply.ErrInstallationDay) {
				a.t.Error(err)
			}
		}
		a.statesFollow(acc.ID)
	})
}

// statesFollow holds an account's installation to the module's promise: its
// states follow each other without gap or overlap.
func (w *world) statesFollow(account id.ID) {
	w.t.Helper()
	list, err := w.svc.InstallationsOf(w.as(w.a, "supply.*"), account)
	if err != nil || len(list) == 0 || list[0].ValidTo != "" {
		w.t.Fatalf("%+v, %v", list, err)
	}
	for i, o := range list[1:] {
		next, err := list[i].ValidFrom.Time()
		if err != nil || string(o.ValidTo) != next.AddDate(0, 0, -1).Format("2006-01-02") || o.ValidFrom > o.ValidTo {
			w.t.Errorf("a state from %s to %s, the next from %s: %v", o.ValidFrom, o.ValidTo, list[i].ValidFrom, err)
		}
	}
}

// Two lines hung on each other at once are no loop: the second is refused.
func TestLinesHungOnEachOtherAtOnceMakeNoLoop(t *testing.T) {
	eachArchive(t, func(a archived) {
		for round := range 8 {
			var pair [2]*supply.Line
			for i := range pair {
				l, err := supply.AddLine(a.ctx, a.svc, supply.LineInput{No: fmt.Sprintf("L%d-%d", round, i), Name: "线", Voltage: "AC00101"})
				if err != nil {
					a.t.Fatal(err)
				}
				pair[i] = l
			}
			errs := atOnce(2, func(k int) error {
				l := *pair[k]
				l.ParentID = pair[1-k].ID
				_, err := supply.ChangeLine(a.ctx, a.svc, l)
				return err
			})
			if err := errors.Join(errs...); (errs[0] == nil) == (errs[1] == nil) || !errors.Is(err, supply.ErrLoop) && !errors.Is(err, db.ErrStale) {
				a.t.Errorf("%v", errs)
			}
		}
		if n := a.count("SELECT count(*) FROM power_line l JOIN power_line p ON p.org_id = l.org_id AND p.id = l.parent_id AND p.parent_id = l.id"); n != 0 {
			a.t.Errorf("%d lines hang on themselves", n)
		}
	})
}

// A meter is hung by one of those who want it, at one point.
func TestAMeterIsHungOnce(t *testing.T) {
	eachArchive(t, func(a archived) {
		h := a.handler()
		acc, _ := a.newAccount("1", fmt.Sprintf(`,"customer_id":%q`, a.person("张伟").ID))
		var at []id.ID
		for i := range 5 {
			p, err := supply.AddPoint(a.ctx, a.svc, point(fmt.Sprint("M", i), acc.ID))
			if err != nil {
				a.t.Fatal(err)
			}
			at = append(at, p.ID)
		}
		m, etag := call[made](a.world, h, "maintainer", "POST", "/api/v1/meters", `{"asset_no":"A1"}`, 201)
		request := func(verb, etag string, body func(k int) string) func(int) resttest.Scenario {
			return func(k int) resttest.Scenario {
				return resttest.Scenario{Method: "POST", Path: "/api/v1/meters/" + m.ID.String() + "/" + verb, Body: body(k), Header: map[string]string{"As": "maintainer", "If-Match": etag}}
			}
		}
		got := statuses(h, len(at), request("install", etag, func(k int) string { return fmt.Sprintf(`{"point_id":%q,"on":"2026-01-01","register_wh":0}`, at[k]) }))
		if got[200] != 1 || got[412] != len(at)-1 {
			a.t.Errorf("hung: %v", got)
		}
		got = statuses(h, 4, request("take-down", `"2"`, func(int) string { return `{"on":"2026-02-01","register_wh":1}` }))
		if got[200] != 1 || got[412] != 3 {
			a.t.Errorf("taken down: %v", got)
		}
		if n := a.count("SELECT count(*) FROM meter_installation WHERE removed_on = '2026-02-01'"); n != 1 || a.count("SELECT count(*) FROM meter_installation") != 1 {
			a.t.Errorf("%d times at a point", n)
		}
		if told := strings.Join(a.events(acc.CustomerID), "; "); strings.Count(told, "装表") != 1 || strings.Count(told, "拆表") != 1 {
			a.t.Errorf("told %s", told)
		}
	})
}
