package portal_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/portal"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// handler works on cases of the station.
func (w *world) handler(login string) context.Context { return w.staff(login, "feedback.*") }

// staff is somebody of the station with permissions in the company.
func (w *world) staff(login, permissions string) context.Context {
	w.t.Helper()
	made, err := w.a.Users.Bootstrap(context.Background(), access.UserInput{Login: login, Name: login, Password: "a long enough password 1", HomeOrgID: w.a.One.ID}, "complaint_handler")
	w.must(err)
	u := access.User{ID: made, Login: login, Name: login, HomeOrgID: w.station.ID, Locale: "zh"}
	w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE app_user SET home_org_id = $1 WHERE id = $2", w.station.ID, made)
		return err
	}))
	return access.WithCaller(context.Background(), access.NewCaller(u, w.tree, access.Held{Patterns: access.Patterns{permissions}, OrgID: w.a.One.ID}))
}

func TestARequestBecomesACase(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.signedIn(liNo)
		all, err := w.Topics(ctx)
		if err != nil || len(all) != 14 {
			w.t.Fatalf("%d topics, %v", len(all), err)
		}
		in := portal.RequestInput{Topic: "bill", Text: "这个月电费多了一倍"}
		made, err := w.Send(ctx, "k", in)
		w.must(err)
		again, err := w.Send(ctx, "k", in)
		if err != nil || again != made {
			w.t.Errorf("sent again: %+v, %v; first %+v", again, err, made)
		}
		d, err := w.cases.Get(w.system(), made.ID)
		if err != nil || d.Channel != "web" || d.Type != feedback.Inquiry || d.Category != "business.billing" || d.CustomerID != w.li.ID || d.AccountID != w.account[liNo].ID ||
			d.RegistrarName != liNo || !d.RegistrarID.IsZero() || d.CaseNo != made.CaseNo || d.CallerName != "李小明" || !strings.HasSuffix(d.CallerPhone, "1111") {
			w.t.Errorf("case %+v, %v", d.Case, err)
		}
		if f, err := w.Progress(stranger("192.0.2.7"), portal.ProgressInput{Company: company, CaseNo: made.CaseNo, Code: made.LookupCode}); err != nil || f.Type != feedback.Inquiry {
			w.t.Errorf("by its code: %+v, %v", f, err)
		}
		for field, bad := range map[string]portal.RequestInput{"topic": {Topic: "nothing", Text: "x"}, "text": {Topic: "bill", Text: "  "}, "caller_phone": {Topic: "bill", Text: "x", Phone: "138****1111"}} {
			var f *fault.Error
			if _, err := w.Send(ctx, "", bad); !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != field {
				w.t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := w.Send(stranger("192.0.2.1"), "", in); !errors.Is(err, portal.ErrLogin) {
			w.t.Errorf("a stranger: %v", err)
		}
		for range 20 {
			_, err = w.Send(ctx, "", in)
		}
		if !errors.Is(err, rest.ErrTooMany) {
			w.t.Errorf("the 21st of a day: %v", err)
		}
	})
}

// What is told in confidence is not among the cases, but files can be sent with it and its
// progress followed by number and code.
func TestARequestInConfidence(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.signedIn(liNo)
		made, err := w.Send(ctx, "", portal.RequestInput{Topic: "theft", Text: "隔壁厂绕表"})
		if err != nil || !made.Secret {
			w.t.Fatalf("%+v, %v", made, err)
		}
		if all, _, err := w.Cases(ctx, customer.Page{Limit: 5}); err != nil || len(all) != 0 {
			w.t.Errorf("%+v, %v", all, err)
		}
		if _, err := w.Attach(ctx, "", made.ID, "a.png", bytes.NewReader(png)); err != nil {
			w.t.Error(err)
		}
	})
}

var png = []byte("\x89PNG\r\n\x1a\n0123456789")

func TestFilesOfACustomer(t *testing.T) {
	each(t, func(w *world) {
		li, wang := w.signedIn(liNo), w.signedIn(wangNo)
		made, err := w.Send(li, "", portal.RequestInput{Topic: "bill", Text: "账单见图"})
		w.must(err)
		f, err := w.Attach(li, "f", made.ID, "账单.png", bytes.NewReader(png))
		w.must(err)
		if again, err := w.Attach(li, "f", made.ID, "账单.png", bytes.NewReader(png)); err != nil || again.ID != f.ID {
			w.t.Errorf("sent again: %+v, %v", again, err)
		}
		theirs, err := w.cases.Attach(w.handler("zhang"), "", made.ID, "内部.pdf", strings.NewReader("%PDF-1.4 internal"))
		w.must(err)
		c, err := w.Case(li, made.ID)
		if err != nil || len(c.Files) != 1 || c.Files[0].Name != "账单.png" || c.Files[0].MediaType != "image/png" {
			w.t.Errorf("files %+v, %v", c.Files, err)
		}
		_, r, err := w.Download(li, made.ID, f.ID)
		w.must(err)
		raw, err := io.ReadAll(r)
		w.must(errors.Join(err, r.Close()))
		if !bytes.Equal(raw, png) {
			w.t.Errorf("%q", raw)
		}
		if _, _, err := w.Download(li, made.ID, theirs.ID); !errors.Is(err, db.ErrNotFound) {
			w.t.Errorf("a file of the staff: %v", err)
		}
		for name, err := range map[string]error{"see": thirdOf(w.Download(wang, made.ID, f.ID)), "send": second(w.Attach(wang, "", made.ID, "a.png", bytes.NewReader(png)))} {
			if !errors.Is(err, db.ErrNotFound) {
				w.t.Errorf("another may %s: %v", name, err)
			}
		}
		for name, body := range map[string]string{"a.html": "<script>", "a.png": "<script>", "a.docx": "PK\x03\x04", "a": "x"} {
			if _, err := w.Attach(li, "", made.ID, name, strings.NewReader(body)); !errors.Is(err, customer.ErrFileType) {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		for range 9 {
			_, err = w.Attach(li, "", made.ID, "a.png", bytes.NewReader(png))
		}
		if !errors.Is(err, feedback.ErrOwnFiles) {
			w.t.Errorf("a tenth file: %v", err)
		}
	})
}

func thirdOf[A, B any](_ A, _ B, err error) error { return err }

// The customer's verdict is that of the call-back: satisfied ends the case, dissatisfied
// gives it to another owner.
func TestACustomerJudges(t *testing.T) {
	each(t, func(w *world) {
		zhang, wu := w.handler("zhang"), w.handler("wu")
		resolved := func() feedback.Detail {
			d := w.registered(w.li, feedback.Facts{Text: "窗口态度生硬"})
			d, err := w.cases.Dispatch(w.system(), d.ID, d.Version, feedback.GiveInput{UnitID: w.station.ID})
			w.must(err)
			d, err = w.cases.Accept(zhang, d.ID, d.Version)
			w.must(err)
			d, err = w.cases.Resolve(zhang, d.ID, d.Version, feedback.ResolveInput{Answer: "已致歉"})
			w.must(err)
			return d
		}
		d, li := resolved(), w.signedIn(liNo)
		c, err := w.Case(li, d.ID)
		if err != nil || !c.MayJudge || c.Words[0].Text != "已致歉" {
			w.t.Errorf("%+v, %v", c, err)
		}
		no := feedback.OwnVerdict{Verdict: feedback.Dissatisfied, Text: "还是那个人"}
		for name, err := range map[string]error{"another's": second(w.Judge(w.signedIn(wangNo), d.ID, d.Version, no)), "stale": second(w.Judge(li, d.ID, d.Version-1, no)),
			"no reason": second(w.Judge(li, d.ID, d.Version, feedback.OwnVerdict{Verdict: feedback.Dissatisfied}))} {
			if !errors.Is(err, map[string]error{"another's": db.ErrNotFound, "stale": db.ErrStale}[name]) && fault.KindOf(err) != fault.Invalid {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		c, err = w.Judge(li, d.ID, d.Version, no)
		if err != nil || c.State != feedback.Dispatched || c.MayJudge || c.Way[0].Code != "reopened" {
			w.t.Errorf("%+v, %v", c, err)
		}
		if _, err := w.cases.Accept(zhang, d.ID, c.Version); !errors.Is(err, feedback.ErrSameOwner) {
			w.t.Errorf("the same owner: %v", err)
		}
		w.must(second(w.cases.Accept(wu, d.ID, c.Version)))
		d = resolved()
		yes := feedback.OwnVerdict{Verdict: feedback.Satisfied, Timely: true, Reasonable: true, Fair: true}
		c, err = w.Judge(li, d.ID, d.Version, yes)
		if err != nil || c.State != feedback.Closed || c.Verdict != feedback.Satisfied {
			w.t.Errorf("%+v, %v", c, err)
		}
		if _, err := w.Judge(li, d.ID, c.Version, yes); !errors.Is(err, feedback.ErrState) {
			w.t.Errorf("twice: %v", err)
		}
		if got, err := w.cases.Get(w.system(), d.ID); err != nil || got.VerdictBy != "portal" || !got.Fair || got.Events[0].ActorName != liNo {
			w.t.Errorf("%+v, %v", got.Case, err)
		}
	})
}
