package promise_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestAPromiseWithinTheFloorCountsAtOnceAndIsKept(t *testing.T) {
	each(t, func(w *world) {
		d := w.made(w.clerk, w.offer(5))
		if d.State != promise.Open || d.Above || clock(d.DueAt) != "2026-03-09 23:59" || d.Rule != "promise.answer@1" || !strings.HasPrefix(d.PromiseNo, "CN1001-20260302-0001") {
			t.Fatalf("%+v", d.Promise)
		}
		if got := w.inbox(w.clerk); !slices.Equal(got, []string{"兑现承诺 " + d.PromiseNo + "（书面答复）"}) {
			t.Error(got)
		}
		_, err := w.Keep(w.as(w.clerk), d.ID, d.Version, promise.KeepInput{})
		w.field(err, "evidence", "required")
		_, err = w.Keep(w.as(w.clerk), d.ID, d.Version, promise.KeepInput{Evidence: "挂号信", At: w.now + 1})
		w.field(err, "at", "in_future")
		w.at("2026-03-09 17:00")
		d, err = w.Keep(w.as(w.clerk), d.ID, d.Version, promise.KeepInput{Evidence: "挂号信 RR1"})
		w.must(err)
		if d.State != promise.Kept || d.EndedAt != w.now || len(w.inbox(w.clerk)) != 0 || d.Events[0].Text != "挂号信 RR1" {
			t.Errorf("%+v %v", d.Promise, w.inbox(w.clerk))
		}
		if got := w.timeline(w.li); len(got) != 2 || got[1] != "承诺 "+d.PromiseNo+"：书面答复" || got[0] != "按时兑现承诺 "+d.PromiseNo {
			t.Error(got)
		}
		_, err = w.Break(w.as(w.clerk), d.ID, d.Version, promise.ReasonInput{Reason: "x"})
		w.refused(err, promise.ErrState)
	})
}

func TestBeyondTheFloorTheHeadDecidesBeforeItCounts(t *testing.T) {
	each(t, func(w *world) {
		d := w.made(w.clerk, w.offer(2))
		if d.State != promise.Awaiting || !d.Above || d.DueAt != 0 || len(w.timeline(w.li)) != 0 || len(w.inbox(w.clerk)) != 0 {
			t.Fatalf("%+v", d.Promise)
		}
		if got := w.inbox(w.head); !slices.Equal(got, []string{"审批承诺 " + d.PromiseNo + "（书面答复）"}) {
			t.Error(got)
		}
		_, err := w.Approve(w.as(w.clerk), d.ID, d.Version, promise.ApproveInput{})
		w.refused(err, access.ErrForbidden)
		_, err = w.Explain(w.as(w.clerk), d.ID)
		w.refused(err, promise.ErrState)
		w.at("2026-03-03 10:00")
		d, err = w.Approve(w.as(w.head), d.ID, d.Version, promise.ApproveInput{Remark: "特事特办"})
		w.must(err)
		if d.State != promise.Open || clock(d.DueAt) != "2026-03-05 23:59" || d.CountsAt != w.now || d.ApproverName != "李主任" || len(w.inbox(w.deputy)) != 0 || len(w.inbox(w.clerk)) != 1 {
			t.Errorf("%+v", d.Promise)
		}
		_, err = w.Approve(w.as(w.deputy), d.ID, d.Version-1, promise.ApproveInput{})
		w.refused(err, db.ErrStale)
		_, err = w.Refuse(w.as(w.deputy), d.ID, d.Version, promise.ReasonInput{Reason: "晚了"})
		w.refused(err, promise.ErrState)
		x, err := w.Explain(w.as(w.clerk), d.ID)
		w.must(err)
		if x.Due.At != d.DueAt || x.Head.Ref() != "promise.answer@1" || len(x.Due.Steps) != 3 {
			t.Errorf("%+v", x)
		}
	})
}

func TestNobodyApprovesHisOwnAndWhatIsRefusedWasNeverPromised(t *testing.T) {
	each(t, func(w *world) {
		d := w.made(w.head, w.offer(1))
		if slices.Contains(d.Actions, promise.Approve) {
			t.Error(d.Actions)
		}
		_, err := w.Approve(w.as(w.head), d.ID, d.Version, promise.ApproveInput{})
		w.refused(err, promise.ErrOwn)
		_, err = w.Refuse(w.as(w.deputy), d.ID, d.Version, promise.ReasonInput{Reason: " "})
		w.field(err, "reason", "required")
		d, err = w.Refuse(w.as(w.deputy), d.ID, d.Version, promise.ReasonInput{Reason: "做不到"})
		w.must(err)
		if d.State != promise.Refused || !slices.Equal(w.inbox(w.head), []string{"承诺 " + d.PromiseNo + "（书面答复）未获批准，请告知客户"}) {
			t.Errorf("%+v %v", d.State, w.inbox(w.head))
		}
		w.must(w.a.DB.Read(t.Context(), func(tx *db.Tx) error {
			told, err := w.ToldTx(tx, w.a.One.ID, w.li.ID)
			if len(told) != 0 || len(w.timeline(w.li)) != 0 {
				t.Error(told)
			}
			return err
		}))
	})
}

func TestWhatIsTooGenerousOrOddIsRefused(t *testing.T) {
	each(t, func(w *world) {
		for _, x := range []struct {
			change      func(in *promise.CreateInput)
			field, code string
		}{
			{func(in *promise.CreateInput) { in.Value = 0 }, "value", "too_small"},
			{func(in *promise.CreateInput) { in.Value = 10000 }, "value", "too_large"},
			{func(in *promise.CreateInput) { in.Type, in.Value = "restore", 0 }, "value", "too_small"},
			{func(in *promise.CreateInput) { in.Type, in.Value = "visit", 1 }, "value", "promise_too_short"},
			{func(in *promise.CreateInput) { in.Type, in.Value = "refund", 500001 }, "value", "promise_too_much"},
			{func(in *promise.CreateInput) { in.Words = " " }, "words", "required"},
			{func(in *promise.CreateInput) { in.CustomerID = id.ID{} }, "customer_id", "required"},
			{func(in *promise.CreateInput) { in.SourceType = promise.OfCase }, "source_id", "required"},
		} {
			in := w.offer(5)
			x.change(&in)
			_, err := w.Create(w.as(w.clerk), "", in)
			w.field(err, x.field, x.code)
		}
		in := w.offer(5)
		in.Type = "moon"
		_, err := w.Create(w.as(w.clerk), "", in)
		w.refused(err, promise.ErrType)
		in = w.offer(5)
		in.Rule = "promise.answer@7"
		_, err = w.Create(w.as(w.clerk), "", in)
		w.refused(err, promise.ErrMoved)
		in = w.offer(5)
		in.OwnerID = w.foreign.ID
		_, err = w.Create(w.as(w.clerk), "", in)
		w.refused(err, promise.ErrOwner)
		_, err = w.Create(w.as(w.foreign), "", w.offer(5))
		w.refused(err, db.ErrNotFound)
	})
}

func TestAnAmountIsPaidWithinTheTypesTime(t *testing.T) {
	each(t, func(w *world) {
		in := w.offer(0)
		in.Type, in.Value = "refund", 20000
		if d := w.made(w.clerk, in); d.State != promise.Open || clock(d.DueAt) != "2026-03-09 23:59" || d.Unit != promise.Fen {
			t.Errorf("%+v", d.Promise)
		}
		in.Type, in.Value = "compensation", 100
		if d := w.made(w.clerk, in); d.State != promise.Awaiting {
			t.Errorf("%+v", d.Promise)
		}
		p, err := w.Preview(w.as(w.clerk), promise.PreviewInput{Type: "refund", Value: 20001})
		w.must(err)
		if !p.Above || clock(p.Due.At) != "2026-03-09 23:59" {
			t.Errorf("%+v", p)
		}
	})
}

func TestItIsPromisedOnceHoweverOftenItIsSent(t *testing.T) {
	each(t, func(w *world) {
		one, err := w.Create(w.as(w.clerk), "k", w.offer(5))
		w.must(err)
		two, err := w.Create(w.as(w.clerk), "k", w.offer(5))
		w.must(err)
		if one.ID != two.ID || len(w.inbox(w.clerk)) != 1 {
			t.Errorf("%s %s", one.PromiseNo, two.PromiseNo)
		}
		_, err = w.Create(w.as(w.clerk), "k", w.offer(4))
		w.refused(err, db.ErrKeyReused)
	})
}

func TestItIsMadeInACaseAReceptionOrAContact(t *testing.T) {
	each(t, func(w *world) {
		known, anonymous := w.clerk.ID, w.head.ID // any identifiers
		w.cases[known], w.cases[anonymous] = promise.CaseRef{CustomerID: w.li.ID, CaseNo: "1001-20260302-0001"}, promise.CaseRef{CaseNo: "1001-20260302-0002"}
		in := w.offer(5)
		in.CustomerID, in.SourceType, in.SourceID = id.ID{}, promise.OfCase, known
		d := w.made(w.clerk, in)
		if d.CustomerID != w.li.ID || d.SourceNo != "1001-20260302-0001" || !slices.Equal(w.listed(w.clerk, promise.Filter{SourceID: known}), []string{d.PromiseNo}) {
			t.Errorf("%+v", d.Promise)
		}
		in.SourceID = anonymous
		if d := w.made(w.clerk, in); !d.CustomerID.IsZero() || d.Words != in.Words {
			t.Errorf("%+v", d.Promise)
		}
		in.SourceID, in.CustomerID = known, w.wang.ID
		_, err := w.Create(w.as(w.clerk), "", in)
		w.refused(err, promise.ErrSource)
		in.SourceID, in.CustomerID = w.li.ID, w.li.ID
		_, err = w.Create(w.as(w.clerk), "", in)
		w.refused(err, db.ErrNotFound)
		call, err := w.a.Customers.Log(w.as(w.clerk), "", w.li.ID, customer.InteractionInput{Mode: "call", At: w.now, InteractionBody: customer.InteractionBody{Content: "来电"}})
		w.must(err)
		in.SourceType, in.SourceID = promise.OfContact, call.ID
		w.made(w.clerk, in)
		in.CustomerID = w.wang.ID
		_, err = w.Create(w.as(w.clerk), "", in)
		w.refused(err, promise.ErrSource)
	})
}

func TestOwnersAreRemindedAndHeadsToldWhatIsLate(t *testing.T) {
	each(t, func(w *world) {
		in := w.offer(0)
		in.Type, in.Value = "restore", 4
		d := w.made(w.clerk, in) // due 13:00, reminded one hour before
		w.at("2026-03-02 11:59")
		w.must(w.Remind(t.Context()))
		if got := w.inbox(w.clerk); len(got) != 1 {
			t.Error(got)
		}
		w.at("2026-03-02 12:00")
		w.must(w.Remind(t.Context()))
		w.must(w.Remind(t.Context()))
		if got := w.inbox(w.clerk); !slices.Contains(got, "承诺 "+d.PromiseNo+"（恢复供电）即将到期") || len(got) != 2 || len(w.inbox(w.head)) != 0 {
			t.Error(got)
		}
		w.at("2026-03-02 13:01")
		w.must(w.Remind(t.Context()))
		w.must(w.Remind(t.Context()))
		if got := w.inbox(w.head); !slices.Equal(got, []string{"承诺 " + d.PromiseNo + "（恢复供电）已逾期"}) {
			t.Error(got)
		}
		d, err := w.Get(w.as(w.clerk), d.ID)
		w.must(err)
		if !d.Overdue || d.Version != 1 || d.Events[0].Kind != "overdue" || !slices.Equal(w.listed(w.head, promise.Filter{Overdue: true}), []string{d.PromiseNo}) {
			t.Errorf("%+v", d)
		}
		d, err = w.Keep(w.as(w.clerk), d.ID, d.Version, promise.KeepInput{Evidence: "已恢复"})
		w.must(err)
		if d.State != promise.Late || len(w.inbox(w.head)) != 0 || w.timeline(w.li)[0] != "逾期兑现承诺 "+d.PromiseNo {
			t.Errorf("%+v %v", d.State, w.timeline(w.li))
		}
	})
}

func TestOnlyWhoseUnitHasItWorksOnIt(t *testing.T) {
	each(t, func(w *world) {
		d := w.made(w.head, w.offer(5))
		d, err := w.Assign(w.as(w.head), d.ID, d.Version, promise.AssignInput{OwnerID: w.hall.ID, Reason: "厅里办"})
		w.must(err)
		if d.OwnerName != "钱工" || d.UnitName != "城东营业厅" || len(w.inbox(w.head)) != 0 || len(w.inbox(w.hall)) != 1 {
			t.Errorf("%+v", d.Promise)
		}
		_, err = w.Keep(w.as(w.clerk), d.ID, d.Version, promise.KeepInput{Evidence: "x"})
		w.refused(err, promise.ErrNotUs)
		_, err = w.Get(w.as(w.foreign), d.ID)
		w.refused(err, db.ErrNotFound)
		d, err = w.Break(w.as(w.hall), d.ID, d.Version, promise.ReasonInput{Reason: "记错了"})
		w.must(err)
		d, err = w.Reopen(w.as(w.hall), d.ID, d.Version, promise.ReasonInput{Reason: "还能办"})
		w.must(err)
		if d.State != promise.Open || d.EndedAt != 0 || len(w.inbox(w.hall)) != 1 {
			t.Errorf("%+v", d.Promise)
		}
		d, err = w.Withdraw(w.as(w.hall), d.ID, d.Version, promise.ReasonInput{Reason: "客户不要了"})
		w.must(err)
		if d.State != promise.Withdrawn || len(w.inbox(w.hall)) != 0 {
			t.Errorf("%+v", d.Promise)
		}
	})
}

func TestWhatWasSaidIsMaskedForOthers(t *testing.T) {
	each(t, func(w *world) {
		d := w.made(w.clerk, w.offer(5))
		if !strings.Contains(d.Words, "13911112222") {
			t.Error(d.Words)
		}
		d, err := w.Get(w.as(w.hall), d.ID)
		w.must(err)
		if strings.Contains(d.Words, "13911112222") {
			t.Error(d.Words)
		}
	})
}

func TestACustomerIsToldTheWordsAndErasedWithThem(t *testing.T) {
	each(t, func(w *world) {
		d := w.made(w.clerk, w.offer(5))
		w.must(w.a.DB.Write(w.system(), func(tx *db.Tx) error {
			told, err := w.ToldTx(tx, w.a.One.ID, w.li.ID)
			if err != nil || len(told) != 1 || told[0].Words != w.offer(5).Words || told[0].TypeZh != "书面答复" || told[0].DueAt != d.DueAt {
				t.Errorf("%v %+v", err, told)
			}
			p := privacy.Person{OrgID: w.a.One.ID, IDs: []id.ID{w.li.ID}}
			blocks, err := w.BlocksTx(tx, p)
			w.must(err)
			data, err := w.DataTx(tx, p, "zh")
			w.must(err)
			if len(blocks) != 1 || len(data.Sections[0].Rows) != 1 || slices.Contains(data.Sections[0].Rows[0], "客户很急") {
				t.Errorf("%+v %+v", blocks, data)
			}
			_, err = w.EraseTx(tx, p)
			return err
		}))
		d, err := w.Get(w.as(w.clerk), d.ID)
		w.must(err)
		if d.Words != "" || d.Note != "" {
			t.Errorf("%+v", d.Body)
		}
	})
}

func TestPromisesFollowTheirCustomer(t *testing.T) {
	each(t, func(w *world) {
		d := w.made(w.clerk, w.offer(5))
		w.must(w.a.DB.Write(w.system(), func(tx *db.Tx) error {
			undo, err := w.MoveTx(tx, w.a.One.ID, w.li.ID, w.wang.ID)
			if err != nil {
				return err
			}
			_, err = w.UndoMoveTx(tx, w.a.One.ID, w.li.ID, w.wang.ID, undo)
			return err
		}))
		d, err := w.Get(w.as(w.clerk), d.ID)
		w.must(err)
		if d.CustomerID != w.li.ID || d.Version != 3 {
			t.Errorf("%+v", d.Promise)
		}
	})
}
