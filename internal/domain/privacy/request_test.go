package privacy_test

import (
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestARequestGoesItsWay(t *testing.T) {
	each(t, func(w *world) {
		c := w.person("张三丰", "13800138000")
		r, err := w.Receive(w.as(clerk), "k", privacy.ReceiveInput{CustomerID: c.ID, Kind: privacy.Withdraw, Channel: "letter", Text: "不要再发短信"})
		w.must(err)
		again, err := w.Receive(w.as(clerk), "k", privacy.ReceiveInput{CustomerID: c.ID, Kind: privacy.Withdraw, Channel: "letter", Text: "不要再发短信"})
		w.must(err)
		// Monday 2 March and fifteen working days: Monday 23 March.
		if r.RequestNo != "GR000001" || again.ID != r.ID || r.DueAt.Day() != "2026-03-23" || r.State != privacy.Received || r.Text != "不要再发短信" || r.CustomerName != "张三丰" {
			w.t.Fatalf("registered %+v, again %s", r, again.ID)
		}
		_, err = w.Finish(w.as(head), r.ID, r.Version, privacy.FinishInput{Outcome: "x"})
		w.wants(err, privacy.ErrState)
		d, err := w.Verify(w.as(clerk), r.ID, r.Version, privacy.VerifyInput{Proof: "agent", Note: "委托书"})
		w.must(err)
		_, err = w.Verify(w.as(clerk), r.ID, r.Version, privacy.VerifyInput{Proof: "agent", Note: "委托书"})
		w.wants(err, db.ErrStale)
		_, err = w.Refuse(w.as(head), r.ID, d.Version, privacy.RefuseInput{Reason: "retention"})
		w.wants(err, privacy.ErrReason)
		done, err := w.Finish(w.as(head), r.ID, d.Version, privacy.FinishInput{Outcome: "已撤回并短信告知"})
		w.must(err)
		if done.State != privacy.Done || done.ClosedName != head.Name || done.VerifiedName != clerk.Name || done.Outcome != "已撤回并短信告知" || done.Deadline.Confidence != "design" {
			w.t.Errorf("done %+v", done)
		}
		if open := w.count("SELECT count(*) FROM task WHERE object_type = 'privacy_request' AND state = 'open'"); open != 0 {
			w.t.Errorf("%d tasks left open", open)
		}
	})
}

func TestRequestsAreRefusedByLaw(t *testing.T) {
	each(t, func(w *world) {
		d := w.verified(w.person("李四"), privacy.Delete)
		_, err := w.Finish(w.as(head), d.ID, d.Version, privacy.FinishInput{Outcome: "x"})
		w.wants(err, privacy.ErrNotErased)
		refused, err := w.Refuse(w.as(head), d.ID, d.Version, privacy.RefuseInput{Reason: "retention", Outcome: "账务须保存三十年"})
		w.must(err)
		if refused.State != privacy.Refused || refused.Refusal != "retention" || len(d.Refusals) != 4 {
			w.t.Errorf("refused %+v, reasons %d", refused.Request, len(d.Refusals))
		}
	})
}

func TestACorrectionNamesItsChange(t *testing.T) {
	each(t, func(w *world) {
		c := w.person("王五")
		w.now = w.now.Add(time.Hour)
		d := w.verified(c, privacy.Correct)
		_, err := w.Finish(w.as(head), d.ID, d.Version, privacy.FinishInput{Outcome: "已更正"})
		w.wants(err, privacy.ErrNotChanged)
		if len(d.Changes) != 0 {
			w.t.Errorf("changes before: %+v", d.Changes)
		}
		w.now = w.now.Add(time.Hour)
		name := "王武"
		_, err = w.customers.Update(w.as(clerk), c.ID, c.Version, customer.UpdateInput{Name: &name})
		w.must(err)
		d, err = w.Get(w.as(head), d.ID)
		w.must(err)
		if len(d.Changes) != 1 || d.Changes[0].Action != customer.PermUpdate {
			w.t.Fatalf("changes %+v", d.Changes)
		}
		_, err = w.Finish(w.as(head), d.ID, d.Version, privacy.FinishInput{Outcome: "已更正", ChangeID: id.ID{1}})
		w.wants(err, privacy.ErrNotChanged)
		done, err := w.Finish(w.as(head), d.ID, d.Version, privacy.FinishInput{Outcome: "已更正", ChangeID: d.Changes[0].ID})
		w.must(err)
		if done.ChangeID != d.Changes[0].ID {
			w.t.Errorf("closed with %s", done.ChangeID)
		}
	})
}

func TestRequestsEndAtTheCompany(t *testing.T) {
	each(t, func(w *world) {
		c := w.person("赵六")
		d := w.verified(c, privacy.Access)
		_, err := w.Get(w.as(stranger), d.ID)
		w.wants(err, db.ErrNotFound)
		_, err = w.Receive(w.as(stranger), "", privacy.ReceiveInput{CustomerID: c.ID, Kind: privacy.Access, Channel: "phone"})
		w.wants(err, db.ErrNotFound)
		_, err = w.Consents(w.as(stranger), c.ID)
		w.wants(err, db.ErrNotFound)
		_, err = w.Receive(w.as(clerk, "privacy.list"), "", privacy.ReceiveInput{CustomerID: c.ID, Kind: privacy.Access, Channel: "phone"})
		w.wants(err, access.ErrForbidden)
		masked, err := w.Get(w.as(clerk, "privacy.get"), d.ID)
		w.must(err)
		if !masked.Hidden || masked.Text+masked.Note != "" || masked.CustomerName == c.Name {
			w.t.Errorf("shown without the right: %+v", masked.Request)
		}
		all, _, err := w.List(w.as(stranger), privacy.ListInput{}, "", 20)
		w.must(err)
		if len(all) != 0 {
			w.t.Errorf("the neighbour sees %+v", all)
		}
	})
}

func TestTheListPagesAndFilters(t *testing.T) {
	each(t, func(w *world) {
		c := w.person("钱七")
		for range 3 {
			w.now = w.now.Add(time.Minute)
			_, err := w.Receive(w.as(clerk), "", privacy.ReceiveInput{CustomerID: c.ID, Kind: privacy.Access, Channel: "phone"})
			w.must(err)
		}
		first, next, err := w.List(w.as(head), privacy.ListInput{State: privacy.Received, Kind: privacy.Access, CustomerID: c.ID}, "", 2)
		w.must(err)
		rest, end, err := w.List(w.as(head), privacy.ListInput{}, next, 2)
		w.must(err)
		if len(first) != 2 || first[0].RequestNo != "GR000003" || len(rest) != 1 || end != "" {
			w.t.Errorf("%d and %d, %q", len(first), len(rest), end)
		}
		if late, _, _ := w.List(w.as(head), privacy.ListInput{Overdue: true}, "", 9); len(late) != 0 {
			w.t.Errorf("late already: %+v", late)
		}
		w.now = when.At(time.Date(2026, 4, 1, 9, 0, 0, 0, when.Zone))
		if late, _, _ := w.List(w.as(head), privacy.ListInput{Overdue: true}, "", 9); len(late) != 3 || !late[0].Overdue {
			w.t.Errorf("late: %+v", late)
		}
	})
}
