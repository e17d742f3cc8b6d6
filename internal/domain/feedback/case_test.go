package feedback_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// What was told decides how severe a case is; the strictest counts, and a repeated
// complaint is found without being told.
func TestSeverityAndItsReason(t *testing.T) {
	each(t, func(w *world) {
		for told, want := range map[string]string{"": "4 ", "threat": "3 threat", "injury threat": "2 injury", "central_media injury": "1 central_media", "county_government": "3 county_government"} {
			in := complaint()
			in.Circumstances = strings.Fields(told)
			d := w.registered(in)
			if got := fmt.Sprint(d.Severity, " ", d.SeverityReason); got != want || d.SeverityRule != "case.severity@1" {
				w.t.Errorf("%q: %s by %s", told, got, d.SeverityRule)
			}
		}
		in := complaint()
		in.CustomerID = w.li.ID
		first := w.resolved(in)
		first, err := w.Close(w.as(w.agent), first.ID, first.Version, feedback.CloseInput{Reason: "not_needed"})
		w.must(err)
		if d := w.registered(in); d.RepeatOf != first.ID || d.SeverityReason != "repeat" || d.Severity != 3 {
			w.t.Errorf("repeated: %v, %d %s", d.RepeatOf, d.Severity, d.SeverityReason)
		}
		in.Category = "service.hours"
		if d := w.registered(in); !d.RepeatOf.IsZero() {
			w.t.Error("another matter is no repetition")
		}
	})
}

// Numbers count per company and day.
func TestNumbersOfTheDay(t *testing.T) {
	each(t, func(w *world) {
		w.registered(complaint())
		if d := w.registered(complaint()); d.CaseNo != w.one.Code+"-20260302-0002" {
			w.t.Errorf("the second: %s", d.CaseNo)
		}
		w.at("2026-03-03 00:00")
		if d := w.registered(complaint()); d.CaseNo != w.one.Code+"-20260303-0001" {
			w.t.Errorf("the next day: %s", d.CaseNo)
		}
	})
}

// Bad input is refused by its field, and a request sent again makes nothing twice.
func TestRegisteringRefusesAndRepeats(t *testing.T) {
	each(t, func(w *world) {
		for name, change := range map[string]func(in *feedback.CreateInput){
			"text": func(in *feedback.CreateInput) { in.Text = " " }, "caller_phone": func(in *feedback.CreateInput) { in.CallerPhone = "12" },
			"received_at": func(in *feedback.CreateInput) { in.ReceivedAt = w.now + 1 }, "customer_id": func(in *feedback.CreateInput) { in.Anonymous, in.CustomerID = true, w.li.ID },
		} {
			in := complaint()
			change(&in)
			_, err := w.Create(w.as(w.agent), "", in)
			var f *fault.Error
			if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != name {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		for want, change := range map[error]func(in *feedback.CreateInput){
			feedback.ErrCategory: func(in *feedback.CreateInput) { in.Category = "fault.meter" }, feedback.ErrUnit: func(in *feedback.CreateInput) { in.UnitID = w.two.ID },
			db.ErrNotFound: func(in *feedback.CreateInput) { in.CustomerID = w.two.ID },
		} {
			in := complaint()
			change(&in)
			if _, err := w.Create(w.as(w.agent), "", in); !errors.Is(err, want) {
				w.t.Errorf("%v, want %v", err, want)
			}
		}
		one, err := w.Create(w.as(w.agent), "k", complaint())
		w.must(err)
		same, err := w.Create(w.as(w.agent), "k", complaint())
		w.must(err)
		if one.ID != same.ID || w.count("SELECT count(*) FROM feedback_case") != 1 {
			w.t.Error("the same request made two")
		}
	})
}

// What is told of a case when it is made is what is read of it afterwards.
func TestAFreshCaseIsToldAsItStands(t *testing.T) {
	each(t, func(w *world) {
		for name, in := range map[string]feedback.CreateInput{
			"dispatched": complaint(),
			"answered":   {Answer: "已答复：上月抄表推迟一天。", Facts: feedback.Facts{Type: feedback.Inquiry, Category: "business.billing", CustomerID: w.li.ID, Text: "电费为何多了"}},
			"anonymous":  {Facts: feedback.Facts{Type: feedback.Complaint, Category: "service.attitude", Anonymous: true, Text: "窗口无人"}},
		} {
			told, err := w.Create(w.as(w.agent), "", in)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			read, err := w.Get(w.as(w.agent), told.ID)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := encoded(t, told), encoded(t, read); a != b {
				t.Errorf("%s: told\n%s\nread\n%s", name, a, b)
			}
		}
	})
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// The caller's number and numbers in the text are masked for who does not work on the
// case; a secret case shows him nothing.
func TestWhatIsMaskedAndHidden(t *testing.T) {
	each(t, func(w *world) {
		in := complaint()
		in.CustomerID = w.li.ID
		d := w.accepted(in)
		seen := func(u access.User) string {
			got, err := w.Get(w.as(u), d.ID)
			w.must(err)
			return strings.Join([]string{got.CallerPhone, got.CallerName, got.Text, got.CustomerName}, "|")
		}
		if got := seen(w.wu); got != "138****1234|李*明|窗口人员态度生硬，电话 139****2222|李*明" {
			w.t.Errorf("a colleague: %s", got)
		}
		for _, u := range []access.User{w.zhang, w.agent} {
			if got := seen(u); !strings.Contains(got, "138 0000 1234") && !strings.Contains(got, phone) {
				w.t.Errorf("%s: %s", u.Name, got)
			}
		}
		in.Secret = true
		d = w.accepted(in)
		if got, _ := w.Get(w.as(w.wu), d.ID); !got.Hidden || got.Text+got.CallerPhone+got.Title != "" {
			w.t.Errorf("secret: %+v", got.Body)
		}
		if got, _ := w.Get(w.as(w.zhang), d.ID); got.Hidden || got.Text == "" {
			w.t.Error("its owner reads nothing")
		}
		all, _, err := w.List(w.as(w.wu), feedback.ListInput{Sort: "-received_at", Limit: 10, Filter: feedback.Filter{Query: "态度生硬"}})
		w.must(err)
		if len(all) != 1 {
			w.t.Errorf("%d cases by words of a secret one", len(all))
		}
	})
}

// Nothing that was said stands in clear.
func TestNothingSaidStandsInClear(t *testing.T) {
	each(t, func(w *world) {
		in := complaint()
		in.CustomerID = w.li.ID
		d := w.resolved(in)
		_, err := w.Note(w.as(w.zhang), "", d.ID, feedback.NoteInput{Text: "客户情绪激动"})
		w.must(err)
		for _, x := range []string{"窗口人员", "13800001234", "人民路", "道歉", "情绪"} {
			for _, q := range []string{"SELECT count(*) FROM feedback_case WHERE id = $1 AND " + position(w, "body"), "SELECT count(*) FROM feedback_event WHERE case_id = $1 AND " + position(w, "body")} {
				if n := w.count(q, d.ID, []byte(x)); n != 0 {
					w.t.Errorf("%s stands in clear", x)
				}
			}
		}
	})
}

// position looks for bytes in a column.
func position(w *world, column string) string {
	if dialect(w) == db.PostgreSQL {
		return "position($2 in " + column + ") > 0"
	}
	return "instr(" + column + ", $2) > 0"
}

func dialect(w *world) (d db.Dialect) {
	w.must(w.a.DB.Read(context.Background(), func(tx *db.Tx) error { d = tx.Dialect(); return nil }))
	return d
}

// The list filters, sorts and pages; every filter finds what it says.
func TestListFiltersSortsAndPages(t *testing.T) {
	each(t, func(w *world) {
		in := complaint()
		in.CustomerID = w.li.ID
		a := w.accepted(in)
		b := w.registered(feedback.CreateInput{Facts: feedback.Facts{Type: feedback.Inquiry, Category: "business.billing", Channel: "web", Text: "问电价"}})
		w.must(second(w.Watch(w.as(w.wu), b.ID, true)))
		w.at("2026-03-03 10:00")
		list := func(u access.User, f feedback.Filter) string {
			all, _, err := w.List(w.as(u), feedback.ListInput{Filter: f, Sort: "received_at", Limit: 50})
			w.must(err)
			var nos []string
			for _, c := range all {
				nos = append(nos, c.CaseNo[len(c.CaseNo)-1:])
			}
			return strings.Join(nos, "")
		}
		for name, x := range map[string]struct {
			u    access.User
			f    feedback.Filter
			want string
		}{
			"all": {w.wu, feedback.Filter{}, "12"}, "state": {w.wu, feedback.Filter{States: []feedback.State{feedback.Registered}}, "2"}, "type": {w.wu, feedback.Filter{Types: []feedback.Type{feedback.Complaint}}, "1"},
			"category above": {w.wu, feedback.Filter{Category: "service"}, "1"}, "unit": {w.wu, feedback.Filter{UnitID: w.station.ID}, "1"}, "my unit": {w.wu, feedback.Filter{MyUnit: true}, "1"},
			"company": {w.head, feedback.Filter{UnitID: w.one.ID}, "1"}, "mine": {w.zhang, feedback.Filter{Mine: true}, "1"}, "not mine": {w.wu, feedback.Filter{Mine: true}, ""},
			"watched": {w.wu, feedback.Filter{Watched: true}, "2"}, "overdue": {w.wu, feedback.Filter{Overdue: true}, "12"}, "channel": {w.wu, feedback.Filter{Channel: "web"}, "2"},
			"customer": {w.wu, feedback.Filter{CustomerID: w.li.ID}, "1"}, "number": {w.wu, feedback.Filter{Query: b.CaseNo}, "2"}, "phone": {w.wu, feedback.Filter{Query: phone}, "1"},
			"name": {w.wu, feedback.Filter{Query: "李小明"}, "1"}, "words": {w.wu, feedback.Filter{Query: "问电"}, "2"}, "days": {w.wu, feedback.Filter{From: "2026-03-03"}, ""}, "another company": {w.yi, feedback.Filter{}, ""},
		} {
			if got := list(x.u, x.f); got != x.want {
				w.t.Errorf("%s: %q, want %q", name, got, x.want)
			}
		}
		for _, sort := range []feedback.Sort{"received_at", "-received_at", "due_at", "-due_at", "severity", "-updated_at"} {
			one, next, err := w.List(w.as(w.wu), feedback.ListInput{Sort: sort, Limit: 1})
			w.must(err)
			two, end, err := w.List(w.as(w.wu), feedback.ListInput{Sort: sort, Limit: 1, Cursor: next})
			w.must(err)
			if len(one) != 1 || len(two) != 1 || one[0].ID == two[0].ID || end != "" {
				w.t.Errorf("%s: pages %v %v", sort, one, two)
			}
		}
		c, err := w.Counts(w.as(w.zhang), w.one.ID)
		w.must(err)
		if c.Mine != 1 || c.MyUnit != 1 || c.Registered != 1 || c.Overdue != 2 {
			w.t.Errorf("%+v", c)
		}
		_ = a
	})
}

func second[T any](_ T, err error) error { return err }

// Categories are the company's: added, changed and retired; one that is used stays.
func TestCategoriesOfACompany(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.head)
		in := feedback.CategoryInput{Parent: "service", NameZh: "充电服务", NameEn: "Charging", Types: []feedback.Type{feedback.Complaint}}
		own, err := w.SetCategory(ctx, w.one.ID, "service.charging", 0, in)
		w.must(err)
		c := complaint()
		c.Category = "service.charging"
		if d := w.registered(c); d.CategoryName != "服务 / 充电服务" {
			w.t.Error(d.CategoryName)
		}
		if err := w.RemoveCategory(ctx, w.one.ID, "service.charging", own.Version); !errors.Is(err, feedback.ErrInUse) {
			w.t.Errorf("used: %v", err)
		}
		if err := w.RemoveCategory(ctx, w.one.ID, "service.hours", 0); !errors.Is(err, feedback.ErrShipped) {
			w.t.Errorf("shipped: %v", err)
		}
		if _, err := w.SetCategory(ctx, w.one.ID, "service.charging", 0, in); !errors.Is(err, db.ErrStale) {
			w.t.Errorf("from an old version: %v", err)
		}
		loop := feedback.CategoryInput{Parent: "service.charging", NameZh: "服务", NameEn: "Service", Types: in.Types}
		if _, err := w.SetCategory(ctx, w.one.ID, "service", 0, loop); !errors.Is(err, feedback.ErrLoop) {
			w.t.Errorf("loop: %v", err)
		}
		in.Retired = true
		_, err = w.SetCategory(ctx, w.one.ID, "service.charging", own.Version, in)
		w.must(err)
		if _, err := w.Create(w.as(w.agent), "", c); !errors.Is(err, feedback.ErrCategory) {
			w.t.Errorf("retired: %v", err)
		}
		if _, err := w.SetCategory(w.as(w.agent), w.one.ID, "x", 0, in); !errors.Is(err, access.ErrForbidden) {
			w.t.Errorf("an agent: %v", err)
		}
	})
}

// A case that is told of again is found while it is typed, joined, and its customer told
// when the leading one is answered.
func TestHintJoinSplitAndLink(t *testing.T) {
	each(t, func(w *world) {
		in := complaint()
		in.CustomerID = w.li.ID
		lead := w.accepted(in)
		h, err := w.Hint(w.as(w.agent), feedback.HintInput{OrgID: w.one.ID, Type: feedback.Complaint, Category: "service.attitude", CallerPhone: "138 0000 1234", Circumstances: []string{"injury"}})
		w.must(err)
		if len(h.Open) != 1 || h.Open[0].ID != lead.ID || len(h.Customers) != 2 || h.Severity != 2 {
			w.t.Errorf("%d open, %d customers, severity %d", len(h.Open), len(h.Customers), h.Severity)
		}
		in.CustomerID = w.wang.ID
		other := w.registered(in)
		other, err = w.Join(w.as(w.agent), other.ID, other.Version, feedback.JoinInput{LeadID: lead.ID})
		w.must(err)
		if _, err := w.Join(w.as(w.zhang), lead.ID, lead.Version, feedback.JoinInput{LeadID: other.ID}); !errors.Is(err, feedback.ErrLead) {
			w.t.Errorf("into a joined one: %v", err)
		}
		lead, err = w.Split(w.as(w.zhang), lead.ID, lead.Version, feedback.SplitInput{Type: feedback.Inquiry, Category: "business.billing", Text: "还问了电价"})
		w.must(err)
		part := w.get(lead.Events[0].CaseID)
		if part.State != feedback.Registered || part.CustomerID != w.li.ID || part.Text != "还问了电价" || part.CallerName == "" {
			w.t.Errorf("split: %s %+v", part.State, part.Body)
		}
		linked := w.registered(complaint())
		lead, err = w.Link(w.as(w.zhang), lead.ID, lead.Version, feedback.LinkInput{OtherID: linked.ID})
		w.must(err)
		kinds := map[string]bool{}
		for _, l := range lead.Links {
			kinds[l.Kind] = true
		}
		if len(lead.Links) != 3 || !kinds["leads"] || !kinds["split"] || !kinds["related"] {
			w.t.Errorf("links: %+v", lead.Links)
		}
		_, err = w.Resolve(w.as(w.zhang), lead.ID, lead.Version, feedback.ResolveInput{Answer: "已处理"})
		w.must(err)
		if n := w.count("SELECT count(*) FROM customer_event WHERE customer_id = $1 AND kind = 'feedback.resolve'", w.wang.ID); n != 1 {
			w.t.Errorf("the joined customer was told %d times", n)
		}
	})
}

// Notes are among us, words for the customer; who is mentioned finds it in his tasks.
func TestNotesAndMentions(t *testing.T) {
	each(t, func(w *world) {
		d := w.accepted(complaint())
		if _, err := w.Note(w.as(w.zhang), "", d.ID, feedback.NoteInput{Text: "请核实", Mentions: nil}); err != nil {
			w.t.Error(err)
		}
		e, err := w.Note(w.as(w.zhang), "k", d.ID, feedback.NoteInput{Text: "@李主任 请看", Audience: feedback.Customer, Mentions: idsOf(w.head)})
		w.must(err)
		same, err := w.Note(w.as(w.zhang), "k", d.ID, feedback.NoteInput{Text: "@李主任 请看", Audience: feedback.Customer, Mentions: idsOf(w.head)})
		w.must(err)
		if e.ID != same.ID || e.Kind != "reply" || len(w.inbox(w.head)) != 1 {
			w.t.Errorf("%s, %v", e.Kind, w.inbox(w.head))
		}
		if _, err := w.Note(w.as(w.zhang), "", d.ID, feedback.NoteInput{Text: "x", Mentions: idsOf(w.yi)}); !errors.Is(err, feedback.ErrOwner) {
			w.t.Errorf("a stranger mentioned: %v", err)
		}
	})
}

// Merged customers' cases go along and come back; an erased one's are emptied.
func TestCasesFollowTheirCustomer(t *testing.T) {
	each(t, func(w *world) {
		in := complaint()
		in.CustomerID = w.li.ID
		d := w.resolved(in)
		_, err := w.Attach(w.as(w.zhang), "", d.ID, "照片.txt", strings.NewReader("证据"))
		w.must(err)
		var undo json.RawMessage
		w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) (err error) { undo, err = w.MoveTx(tx, w.one.ID, w.li.ID, w.wang.ID); return err }))
		if got := w.get(d.ID); got.CustomerID != w.wang.ID || got.Text == "" {
			w.t.Errorf("moved: %v %q", got.CustomerID, got.Text)
		}
		w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) error { return second(w.UndoMoveTx(tx, w.one.ID, w.li.ID, w.wang.ID, undo)) }))
		p := privacy.Person{OrgID: w.one.ID, ID: w.li.ID, IDs: idsOf(access.User{ID: w.li.ID})}
		w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) error {
			blocks, err := w.BlocksTx(tx, p)
			if err != nil || len(blocks) != 1 {
				w.t.Errorf("%v blocks, %v", blocks, err)
			}
			data, err := w.DataTx(tx, p, "zh")
			if err != nil || len(data.Sections[0].Rows) != 1 || len(data.Files) != 1 || !strings.Contains(fmt.Sprint(data.Sections), "窗口人员") || strings.Contains(fmt.Sprint(data.Sections), "dispatch") {
				w.t.Errorf("%v, %v", data, err)
			}
			files, err := w.EraseTx(tx, p)
			if err != nil || len(files) != 1 {
				w.t.Errorf("%v, %v", files, err)
			}
			return err
		}))
		if got := w.get(d.ID); got.Text+got.CallerPhone+got.Answer != "" || len(got.Attachments) != 0 || got.Type != feedback.Complaint {
			w.t.Errorf("erased: %+v", got.Body)
		}
	})
}
