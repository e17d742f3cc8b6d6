package customer_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func visitor(name, phone string) customer.ReceptionInput {
	return customer.ReceptionInput{ReceptionBody: customer.ReceptionBody{Name: name, Phone: phone, Looks: "戴眼镜", Employer: "供销社", HomeAddress: "浙江省丽水市莲都区人民街12号", Intention: "咨询新装"}}
}

func TestAVisitorBecomesACustomer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		first, err := w.Receive(ctx, "k", visitor("张三丰", mobile(1234)))
		w.must(err)
		if again, err := w.Receive(ctx, "k", visitor("张三丰", mobile(1234))); err != nil || again.ID != first.ID {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		*w.now = w.now.Add(30 * time.Minute)
		in := visitor("张三丰", mobile(1234))
		in.LeftAt, in.Course = w.now.Add(-time.Minute), "看了样表"
		filled, err := w.UpdateReception(ctx, first.ID, 1, in)
		if err != nil || filled.CourseAt != *w.now || filled.ArrivedAt != first.ArrivedAt || filled.Version != 2 || filled.Masked {
			t.Errorf("%+v %v", filled, err)
		}
		*w.now = w.now.Add(24 * time.Hour)
		second, err := w.Receive(ctx, "", visitor("张三丰", "+86"+mobile(1234)))
		if err != nil || len(second.Earlier) != 1 || second.Earlier[0].ID != first.ID || second.Earlier[0].Course != "看了样表" || len(second.Customers) != 0 {
			t.Errorf("repeat visit: %+v %v", second, err)
		}
		e, err := w.LogReception(ctx, "k2", first.ID, customer.LogInput{Mode: customer.SMS, Text: "节日问候"})
		if err != nil || e.Text != "节日问候" || e.At != *w.now {
			t.Errorf("%+v %v", e, err)
		}
		made := person("张三丰", mobile(1234))
		d, err := w.LinkReception(ctx, first.ID, 2, customer.LinkInput{Customer: &made})
		if err != nil || d.CustomerID.IsZero() || len(d.Log) != 1 || len(d.Customers) != 1 {
			t.Fatalf("%+v %v", d, err)
		}
		if _, err = w.LinkReception(ctx, second.ID, 1, customer.LinkInput{Customer: &made}); !errors.Is(err, customer.ErrDuplicates) {
			t.Errorf("the same man again: %v", err)
		}
		linked, err := w.LinkReception(ctx, second.ID, 1, customer.LinkInput{CustomerID: d.CustomerID})
		if err != nil || linked.CustomerID != d.CustomerID {
			t.Errorf("%+v %v", linked, err)
		}
		_, err = w.LogReception(ctx, "", second.ID, customer.LogInput{Mode: customer.Call, Text: "回访"})
		w.must(err)
		events, _, err := w.Timeline(ctx, d.CustomerID, customer.TimelineFilter{}, all)
		told := map[string]int{}
		for _, e := range events {
			told[e.Text]++
		}
		if err != nil || fmt.Sprint(told) != "map[客户往来：电话:1 建立客户档案:1 来访接待:2]" {
			t.Errorf("%v %v", told, err)
		}
		list, _, err := w.Receptions(ctx, customer.ReceptionFilter{CustomerID: d.CustomerID}, all)
		if err != nil || len(list) != 2 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

func TestVisitorsAreSeenByTheirReceiver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.must(second(w.Receive(w.as(w.one, "reception.*"), "", visitor("张三丰", mobile(1234)))))
		mine, _, err := w.Receptions(w.as(w.one, "reception.*"), customer.ReceptionFilter{}, all)
		if err != nil || mine[0].Name != "张三丰" || mine[0].Masked {
			t.Errorf("%+v %v", mine, err)
		}
		his, _, err := w.Receptions(w.asUser(id.ID{2}, w.one, "reception.*"), customer.ReceptionFilter{}, all)
		if err != nil || his[0].Name != "张*丰" || his[0].Phone != "154****1234" || his[0].Looks != "****" || his[0].HomeAddress != "浙江省丽水市莲都区人民街******" || !his[0].Masked {
			t.Errorf("masked: %+v %v", his, err)
		}
		d, err := w.Reception(w.asUser(id.ID{2}, w.one, "reception.*", "customer.reveal"), mine[0].ID)
		if err != nil || d.Name != "张三丰" {
			t.Errorf("%+v %v", d, err)
		}
	})
}

func TestTheRegisterIsFiltered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, colleague := w.as(w.one), w.asUser(id.ID{2}, w.one)
		w.must(second(w.Receive(ctx, "", visitor("甲", ""))))
		done := visitor("乙", "")
		done.Course = "已办理"
		w.must(second(w.Receive(colleague, "", done)))
		w.must(second(w.Receive(w.as(w.two), "", visitor("丙", ""))))
		*w.now = w.now.Add(48 * time.Hour)
		w.must(second(w.Receive(ctx, "", visitor("丁", ""))))
		for name, c := range map[string]struct {
			f    customer.ReceptionFilter
			want string
		}{
			"all": {customer.ReceptionFilter{}, "丁丙乙甲"}, "one company": {customer.ReceptionFilter{OrgID: w.one.ID}, "丁乙甲"}, "one person": {customer.ReceptionFilter{ReceiverID: id.ID{2}}, "乙"},
			"unfilled": {customer.ReceptionFilter{Unfilled: true}, "丁丙甲"}, "a day": {customer.ReceptionFilter{From: "2026-03-02", To: "2026-03-02"}, "丙乙甲"},
			"no customers yet": {customer.ReceptionFilter{Unlinked: true, OrgID: w.two.ID}, "丙"},
		} {
			got, p := "", customer.Page{Limit: 2}
			for {
				list, next, err := w.Receptions(w.as(w.province), c.f, p)
				w.must(err)
				for _, r := range list {
					got += r.Name
				}
				if p.Cursor = next; next == "" {
					break
				}
			}
			if got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
	})
}

func TestReceptionRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		r, err := w.Receive(ctx, "", visitor("甲", ""))
		w.must(err)
		bad := visitor(" ", "12")
		bad.ArrivedAt, bad.LeftAt = w.now.Add(time.Hour), w.now.Add(2*time.Hour)
		left := visitor("甲", "")
		left.LeftAt, left.ArrivedAt = w.now.Add(-2*time.Hour), w.now.Add(-time.Hour)
		masked := visitor("张*", "")
		for want, err := range map[string]error{
			"arrived_at=in_future left_at=in_future name=required phone=number_length": second(w.Receive(ctx, "", bad)),
			"left_at=before_arrival": second(w.Receive(ctx, "", left)), "name=masked": second(w.Receive(ctx, "", masked)), "scope.org_required": second(w.Receive(w.as(w.province), "", visitor("甲", ""))),
			"customer.not_author": second(w.UpdateReception(w.asUser(id.ID{2}, w.one), r.ID, 1, visitor("甲", ""))), "record.stale": second(w.UpdateReception(ctx, r.ID, 7, visitor("甲", ""))),
			"record.not_found": second(w.Reception(w.as(w.two), r.ID)), "access.forbidden": second(w.Reception(w.as(w.one, "customer.*"), r.ID)),
			"text=required": second(w.LogReception(ctx, "", r.ID, customer.LogInput{Mode: customer.Call, Text: " "})), "at=in_future": second(w.LogReception(ctx, "", r.ID, customer.LogInput{Mode: customer.Call, Text: "x", At: w.now.Add(48 * time.Hour)})),
			"customer_id=required": second(w.LinkReception(ctx, r.ID, 1, customer.LinkInput{})),
			"customer.own_log":     second(w.CheckLog(ctx, "", customer.CheckInput{ReceiverID: clerkID})), "receiver_id=required": second(w.CheckLog(ctx, "", customer.CheckInput{})),
		} {
			if fields(err) != want {
				t.Errorf("%s: %v", want, fields(err))
			}
		}
		if _, err := w.LinkReception(ctx, r.ID, 1, customer.LinkInput{CustomerID: w.create(w.as(w.two), person("他")).ID}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a customer of another company: %v", err)
		}
		new := person("甲")
		if _, err := w.LinkReception(w.as(w.one, "reception.*"), r.ID, 1, customer.LinkInput{Customer: &new}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("making a customer without the right: %v", err)
		}
	})
}

// checkedOnce sends a check twice with a key: it is made once.
func (w *world) checkedOnce(head context.Context, before customer.LogCheck) {
	w.t.Helper()
	first, err := w.CheckLog(head, "k", customer.CheckInput{ReceiverID: clerkID, Remark: "已阅"})
	w.must(err)
	again, err := w.CheckLog(head, "k", customer.CheckInput{ReceiverID: clerkID, Remark: "已阅"})
	if err != nil || again != first || first.ID == before.ID {
		w.t.Errorf("sent again: %+v %v, at first %+v", again, err, first)
	}
	if _, err := w.CheckLog(head, "k", customer.CheckInput{ReceiverID: clerkID, Remark: "别的"}); !errors.Is(err, db.ErrKeyReused) {
		w.t.Errorf("the key for another check: %v", err)
	}
}

func TestSupervisorsCheckLogsEveryOneOrTwoWeeks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, head := w.as(w.one), w.asUser(id.ID{9}, w.one)
		r, err := w.Receive(ctx, "", visitor("甲", ""))
		w.must(err)
		began := *w.now
		states := func() (s string) {
			list, err := w.CheckStates(head, id.ID{})
			w.must(err)
			for _, c := range list {
				s += fmt.Sprint(c.ReceiverName, c.Unchecked, c.Unfilled, c.Due, c.Overdue, " ")
			}
			return s
		}
		at := func(days float64) { *w.now = began.Add(time.Duration(days * 24 * float64(time.Hour))) }
		for days, want := range map[float64]string{1: "柜员甲1 1 false false ", 7: "柜员甲1 1 true false ", 14: "柜员甲1 1 true true "} {
			if at(days); states() != want {
				t.Errorf("after %v days: %s, want %s", days, states(), want)
			}
		}
		c, err := w.CheckLog(head, "", customer.CheckInput{ReceiverID: clerkID, Remark: "请补记来访经过"})
		if err != nil || c.CheckedAt != *w.now || states() != "" {
			t.Errorf("%+v %v, then %s", c, err, states())
		}
		w.checkedOnce(head, c)
		at(15)
		w.must(second(w.LogReception(ctx, "", r.ID, customer.LogInput{Mode: customer.Call, Text: "回访"})))
		at(21.5)
		if got := states(); got != "柜员甲1 0 false false " {
			t.Errorf("six days after the next entry: %s", got)
		}
		checks, _, err := w.Checks(ctx, id.ID{}, clerkID, all)
		if err != nil || len(checks) != 2 || checks[0].Remark != "已阅" || checks[1].Remark != "请补记来访经过" {
			t.Errorf("%+v %v", checks, err)
		}
		log, _, err := w.PersonalLog(ctx, id.ID{}, clerkID, all)
		if err != nil || len(log) != 1 || log[0].Text != "回访" {
			t.Errorf("%+v %v", log, err)
		}
		if log, _, err = w.PersonalLog(w.asUser(id.ID{2}, w.one, "reception.*"), id.ID{}, clerkID, all); err != nil || log[0].Text != "****" {
			t.Errorf("a colleague reads it: %+v %v", log, err)
		}
		if list, err := w.CheckStates(w.asUser(id.ID{9}, w.two), id.ID{}); err != nil || len(list) != 0 {
			t.Errorf("another company: %+v %v", list, err)
		}
	})
}
