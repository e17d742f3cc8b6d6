package promise_test

import (
	"slices"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func answer(floor int64) promise.TypeInput {
	return promise.TypeInput{Terms: promise.Terms{NameZh: "书面答复", NameEn: "Written answer", Unit: "wd", Floor: floor, Limit: 1, Lead: when.Limit{N: 1, Unit: when.CalendarDays}}}
}

func (w *world) typeOf(code string) promise.Type {
	w.t.Helper()
	all, err := w.Types(w.as(w.clerk), w.a.One.ID)
	w.must(err)
	i := slices.IndexFunc(all, func(t promise.Type) bool { return t.Code == code })
	if i < 0 {
		w.t.Fatalf("no type %s", code)
	}
	return all[i]
}

func TestACompanySetsItsFloorFromADayOn(t *testing.T) {
	each(t, func(w *world) {
		before := w.made(w.clerk, w.offer(4)) // beyond the shipped floor of 5
		_, err := w.SetType(w.as(w.clerk), w.a.One.ID, "answer", 0, answer(3))
		w.refused(err, access.ErrForbidden)
		set, err := w.SetType(w.system(), w.a.One.ID, "answer", 0, answer(3))
		w.must(err)
		if set.Version != 1 || set.Head.Ref() != "promise.answer.own@1" || set.Floor != 3 {
			t.Errorf("%+v", set)
		}
		_, err = w.SetType(w.system(), w.a.One.ID, "answer", 0, answer(2))
		w.refused(err, db.ErrStale)
		if d := w.made(w.clerk, w.offer(4)); d.State != promise.Open || d.Rule != "promise.answer.own@1" {
			t.Errorf("%+v", d.Promise)
		}
		if d, err := w.Get(w.as(w.clerk), before.ID); err != nil || d.Rule != "promise.answer@1" || d.Terms.Floor != 5 {
			t.Errorf("%v %+v", err, d)
		}
		later := answer(2)
		later.EffectiveFrom = "2026-04-01"
		_, err = w.SetType(w.system(), w.a.One.ID, "answer", 1, later)
		w.must(err)
		if x := w.typeOf("answer"); x.Floor != 3 || x.Planned == nil || x.Planned.Floor != 2 || len(x.Earlier) != 2 {
			t.Errorf("%+v", x)
		}
		w.at("2026-04-01 09:00")
		if x := w.typeOf("answer"); x.Floor != 2 || x.Planned != nil {
			t.Errorf("%+v", x)
		}
	})
}

func TestATypeMustMakeSense(t *testing.T) {
	each(t, func(w *world) {
		for _, x := range []struct {
			code        string
			change      func(in *promise.TypeInput)
			field, name string
		}{
			{"answer", func(in *promise.TypeInput) { in.Limit = 9 }, "floor", "promise_beyond_limit"},
			{"answer", func(in *promise.TypeInput) { in.Within = when.Limit{N: 1, Unit: when.CalendarDays} }, "within", "promise_time"},
			{"answer", func(in *promise.TypeInput) { in.Unit, in.Limit = promise.Fen, 900 }, "within", "required"},
			{"answer", func(in *promise.TypeInput) { in.Lead = when.Limit{N: 1, Unit: when.WorkingDays} }, "lead", "promise_lead"},
			{"answer", func(in *promise.TypeInput) { in.EffectiveFrom = "2026-03-01" }, "effective_from", "promise_past"},
			{"Two words", func(*promise.TypeInput) {}, "code", "wrong_format"},
		} {
			in := answer(3)
			x.change(&in)
			_, err := w.SetType(w.system(), w.a.One.ID, x.code, 0, in)
			w.field(err, x.field, x.name)
		}
		in := answer(3)
		in.Closed = true
		_, err := w.SetType(w.system(), w.a.One.ID, "answer", 0, in)
		w.must(err)
		_, err = w.Create(w.as(w.clerk), "", w.offer(5))
		w.refused(err, promise.ErrType)
	})
}

func TestFiguresTellWhoKeepsWhat(t *testing.T) {
	each(t, func(w *world) {
		kept, late, broken := w.made(w.clerk, w.offer(5)), w.made(w.hall, w.offer(6)), w.made(w.hall, w.offer(7))
		w.made(w.clerk, w.offer(1)) // awaits
		gone := w.made(w.clerk, w.offer(5))
		_, err := w.Withdraw(w.as(w.clerk), gone.ID, 1, promise.ReasonInput{Reason: "不要了"})
		w.must(err)
		_, err = w.Keep(w.as(w.clerk), kept.ID, 1, promise.KeepInput{Evidence: "x"})
		w.must(err)
		w.at("2026-03-20 09:00")
		_, err = w.Keep(w.as(w.hall), late.ID, 1, promise.KeepInput{Evidence: "x"})
		w.must(err)
		_, err = w.Figures(w.as(w.clerk), promise.FiguresInput{By: promise.ByUnit})
		w.refused(err, access.ErrForbidden)
		f, err := w.Figures(w.as(w.head), promise.FiguresInput{By: promise.ByUnit})
		w.must(err)
		if f.Total != (promise.Group{Made: 4, Overdue: 1, Kept: 1, Late: 1, Withdrawn: 1, Rate: 333}) || len(f.Groups) != 2 || f.Groups[0].Name != "城东营业厅" || f.Groups[0].Rate != 0 || f.Groups[1].Rate != 1000 {
			t.Errorf("%+v", f)
		}
		_, err = w.Break(w.as(w.hall), broken.ID, 1, promise.ReasonInput{Reason: "办不了"})
		w.must(err)
		f, err = w.Figures(w.as(w.head), promise.FiguresInput{By: promise.ByPerson, Filter: promise.Filter{MadeFrom: "2026-03-02", MadeTo: "2026-03-02"}})
		w.must(err)
		if len(f.Groups) != 2 || f.Groups[0].Name != "钱工" || f.Groups[0].Broken != 1 || f.Groups[0].ID != w.hall.ID {
			t.Errorf("%+v", f)
		}
		f, err = w.Figures(w.as(w.head), promise.FiguresInput{By: promise.ByType, Filter: promise.Filter{MadeFrom: "2026-03-03"}})
		w.must(err)
		if len(f.Groups) != 0 || f.Total.Rate != -1 {
			t.Errorf("%+v", f)
		}
	})
}

func TestManagersSeeWhatKeyCustomersWerePromised(t *testing.T) {
	each(t, func(w *world) {
		d := w.made(w.clerk, w.offer(5))
		_, _, err := w.List(w.as(w.clerk), promise.ListInput{Filter: promise.Filter{Key: true}, Sort: "made_at", Limit: 5})
		w.refused(err, access.ErrForbidden)
		if got := w.listed(w.head, promise.Filter{Key: true}); len(got) != 0 {
			t.Error(got)
		}
		_, err = w.SetKeyClasses(w.system(), w.a.One.ID, 1, []string{"relation:long_term"})
		w.refused(err, db.ErrStale)
		k, err := w.SetKeyClasses(w.system(), w.a.One.ID, 0, []string{"relation:long_term", "relation:long_term"})
		w.must(err)
		if len(k.Classes) != 1 || !slices.Equal(w.listed(w.head, promise.Filter{Key: true}), []string{d.PromiseNo}) {
			t.Errorf("%+v", k)
		}
	})
}

func TestAPromiseWaitsForTheCalendarOfItsYear(t *testing.T) {
	each(t, func(w *world) {
		w.at("2026-12-30 09:00")
		d := w.made(w.clerk, w.offer(9))
		if d.DueState != when.CalendarMissing || d.DueAt != 0 || d.Overdue {
			t.Fatalf("%+v", d.Promise)
		}
		w.must(w.Remind(t.Context()))
		w.must(w.a.DB.Write(t.Context(), func(tx *db.Tx) error {
			n, err := w.WaitingTx(tx, w.a.One.ID)
			if n != 1 {
				t.Error(n)
			}
			if err == nil {
				_, err = w.RecountTx(tx, w.a.One.ID, d.OrgID, 10)
			}
			return err
		}))
		if d, err := w.Get(w.as(w.clerk), d.ID); err != nil || d.Version != 1 {
			t.Errorf("%v %+v", err, d.Promise)
		}
	})
}
