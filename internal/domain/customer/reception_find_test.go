package customer_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestTheRegisterIsSearchedInWhatIsSeen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		for i, name := range []string{"张三丰", "李 四", "张无忌", "王五"} {
			*w.now = w.now.Add(time.Minute)
			v := visitor(name, mobile(1000+i))
			v.Intention = fmt.Sprint("咨询", []string{"新装", "过户", "电费", "新装"}[i])
			w.must(second(w.Receive(ctx, "", v)))
		}
		find := func(words string, limit int) (got string) {
			p := customer.Page{Limit: limit}
			for {
				list, next, err := w.Receptions(ctx, customer.ReceptionFilter{Query: words}, p)
				w.must(err)
				for _, r := range list {
					got += r.Name + " "
				}
				if p.Cursor = next; next == "" {
					return got
				}
				got += "| "
			}
		}
		for words, want := range map[string]string{"新装": "王五 张三丰 ", "张": "张无忌 张三丰 ", "李四": "李 四 ", mobile(1002): "张无忌 ", "供销": "王五 张无忌 李 四 张三丰 ", "没有": ""} {
			if got := find(words, 50); got != want {
				t.Errorf("%s: %q, want %q", words, got, want)
			}
		}
		if got := find("新装", 1); got != "王五 | 张三丰 " {
			t.Errorf("page by page: %q", got)
		}
		both := customer.ReceptionFilter{Query: "张", Intention: "新装"}
		if list, _, err := w.Receptions(ctx, both, all); err != nil || len(list) != 1 || list[0].Name != "张三丰" {
			t.Errorf("%+v %v", list, err)
		}
		colleague := w.asUser(id.ID{2}, w.one, "reception.*")
		hidden, _, err := w.Receptions(colleague, customer.ReceptionFilter{Query: "三"}, all)
		if err != nil || len(hidden) != 0 {
			t.Errorf("what is masked is not found: %+v %v", hidden, err)
		}
		if seen, _, err := w.Receptions(colleague, customer.ReceptionFilter{Query: "过户"}, all); err != nil || len(seen) != 1 {
			t.Errorf("an intention is open: %+v %v", seen, err)
		}
	})
}

func TestAPhoneIsKnownBeforeTheVisitIsRegistered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		w.must(second(w.Receive(ctx, "", visitor("张三丰", mobile(1234)))))
		c := w.create(ctx, person("张三丰", mobile(1234)))
		k, err := w.KnownVisitor(ctx, customer.KnownInput{Phone: "+86 " + mobile(1234)})
		if err != nil || len(k.Earlier) != 1 || k.Earlier[0].Name != "张三丰" || len(k.Customers) != 1 || k.Customers[0].ID != c.ID {
			t.Errorf("%+v %v", k, err)
		}
		if k, err = w.KnownVisitor(w.as(w.two), customer.KnownInput{Phone: mobile(1234)}); err != nil || len(k.Earlier)+len(k.Customers) != 0 {
			t.Errorf("another company: %+v %v", k, err)
		}
		if k, err = w.KnownVisitor(ctx, customer.KnownInput{Phone: mobile(9999)}); err != nil || len(k.Earlier)+len(k.Customers) != 0 {
			t.Errorf("unknown: %+v %v", k, err)
		}
		for want, err := range map[string]error{
			"phone=number_length": second(w.KnownVisitor(ctx, customer.KnownInput{Phone: "12"})),
			"scope.org_required":  second(w.KnownVisitor(w.as(w.province), customer.KnownInput{Phone: mobile(1234)})),
			"access.forbidden":    second(w.KnownVisitor(w.as(w.one, "reception.list"), customer.KnownInput{Phone: mobile(1234)})),
		} {
			if fields(err) != want {
				t.Errorf("%s: %v", want, fields(err))
			}
		}
	})
}

func TestAWrongTieIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		r, err := w.Receive(ctx, "", visitor("张三丰", ""))
		w.must(err)
		wrong, right := w.create(ctx, person("张三")), w.create(ctx, person("张三丰"))
		events := func(of id.ID) int {
			list, _, err := w.Timeline(ctx, of, customer.TimelineFilter{}, all)
			w.must(err)
			return len(list)
		}
		w.must(second(w.LinkReception(ctx, r.ID, 1, customer.LinkInput{CustomerID: wrong.ID})))
		w.must(second(w.LinkReception(ctx, r.ID, 2, customer.LinkInput{CustomerID: right.ID})))
		if events(wrong.ID) != 1 || events(right.ID) != 2 {
			t.Errorf("the visit stands with the wrong one: %d %d", events(wrong.ID), events(right.ID))
		}
		if linked, _, err := w.Receptions(ctx, customer.ReceptionFilter{Linked: true}, all); err != nil || len(linked) != 1 {
			t.Errorf("%+v %v", linked, err)
		}
		d, err := w.UnlinkReception(ctx, r.ID, 3)
		if err != nil || !d.CustomerID.IsZero() || d.Version != 4 || events(right.ID) != 1 {
			t.Errorf("%+v %v, %d events", d, err, events(right.ID))
		}
		for want, err := range map[string]error{
			"customer.not_linked": second(w.UnlinkReception(ctx, r.ID, 4)), "record.not_found": second(w.UnlinkReception(w.as(w.two), r.ID, 4)),
			"access.forbidden": second(w.UnlinkReception(w.as(w.one, "reception.get"), r.ID, 4)),
		} {
			if fields(err) != want {
				t.Errorf("%s: %v", want, fields(err))
			}
		}
		w.must(second(w.LinkReception(ctx, r.ID, 4, customer.LinkInput{CustomerID: right.ID})))
		if _, err := w.UnlinkReception(ctx, r.ID, 4); !errors.Is(err, db.ErrStale) {
			t.Errorf("changed in between: %v", err)
		}
	})
}

func TestTheReceiverIsRemindedOfTheCourse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		inbox := func(s task.State) []task.Task {
			list, _, err := w.Tasks.Inbox(ctx, task.Asked{State: s}, "", 10)
			w.must(err)
			return list
		}
		done := visitor("乙", "")
		done.Course = "当场办结"
		w.must(second(w.Receive(ctx, "", done)))
		if got := inbox(task.Open); len(got) != 0 {
			t.Errorf("nothing is left to tell: %+v", got)
		}
		r, err := w.Receive(ctx, "", visitor("甲", ""))
		w.must(err)
		got := inbox(task.Open)
		if len(got) != 1 || got[0].Text != "补记 03-02 09:00 来访的接待经过" || got[0].ObjectID != r.ID || got[0].DueAt != w.now.Add(time.Hour) {
			t.Fatalf("%+v", got)
		}
		in := visitor("甲", "")
		in.LeftAt = *w.now
		w.must(second(w.UpdateReception(ctx, r.ID, 1, in)))
		if len(inbox(task.Open)) != 1 {
			t.Error("he left, and the course is still to be told")
		}
		in.Course = "看了样表"
		w.must(second(w.UpdateReception(ctx, r.ID, 2, in)))
		if len(inbox(task.Open)) != 0 || len(inbox(task.Done)) != 1 {
			t.Error("the task is done with the course")
		}
	})
}

func TestReceiversAndTheVisitorsOfALog(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.asUser(w.manager, w.one)
		r, err := w.Receive(ctx, "", visitor("张三丰", ""))
		w.must(err)
		w.must(second(w.Receive(w.as(w.two), "", visitor("丙", ""))))
		list, err := w.Receivers(ctx, id.ID{})
		if err != nil || len(list) != 1 || list[0].ID != w.manager || list[0].Name != "周经理" {
			t.Errorf("%+v %v", list, err)
		}
		if list, err = w.Receivers(w.as(w.province), id.ID{}); err != nil || len(list) != 2 {
			t.Errorf("%+v %v", list, err)
		}
		w.must(second(w.LogReception(ctx, "", r.ID, customer.LogInput{Mode: customer.Call, Text: "回访"})))
		log, _, err := w.PersonalLog(ctx, id.ID{}, w.manager, all)
		if err != nil || len(log) != 1 || log[0].Visitor != "张三丰" {
			t.Errorf("%+v %v", log, err)
		}
	})
}
