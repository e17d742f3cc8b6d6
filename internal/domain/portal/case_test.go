package portal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/portal"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// A customer sees his cases and no other's, whatever identifiers he tries; what he told in
// confidence is not in the list of an account that others may know.
func TestACustomerSeesHisOwnCasesAlone(t *testing.T) {
	each(t, func(w *world) {
		mine, secret := w.registered(w.li, feedback.Facts{Text: "窗口人员态度生硬"}), w.registered(w.li, feedback.Facts{Text: "抄表员受贿", Secret: true})
		theirs := w.registered(w.wang, feedback.Facts{Text: "电压不稳"})
		ctx := w.signedIn(liNo)
		all, next, err := w.Cases(ctx, customer.Page{Limit: 10})
		if err != nil || len(all) != 1 || all[0].ID != mine.ID || all[0].Title != "窗口人员态度生硬" || next != "" {
			w.t.Errorf("cases %+v, %v", all, err)
		}
		c, err := w.Case(ctx, mine.ID)
		if err != nil || c.Text != "窗口人员态度生硬" || len(c.LookupCode) != 8 || c.CaseNo != mine.CaseNo {
			w.t.Errorf("case %+v, %v", c, err)
		}
		for name, i := range map[string]feedback.Detail{"another's": theirs, "secret": secret} {
			if _, err := w.Case(ctx, i.ID); !errors.Is(err, db.ErrNotFound) {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := w.Cases(stranger("192.0.2.1"), customer.Page{Limit: 10}); !errors.Is(err, portal.ErrLogin) {
			w.t.Errorf("a stranger: %v", err)
		}
	})
}

func TestCasesComeInPages(t *testing.T) {
	each(t, func(w *world) {
		for i := range 5 {
			w.registered(w.li, feedback.Facts{Text: fmt.Sprint("第", i, "件")})
			w.later(time.Minute)
		}
		ctx, cursor, got := w.signedIn(liNo), "", ""
		for range 3 {
			all, next, err := w.Cases(ctx, customer.Page{Limit: 2, Cursor: cursor})
			w.must(err)
			for _, c := range all {
				got += c.Title
			}
			cursor = next
		}
		if got != "第4件第3件第2件第1件第0件" || cursor != "" {
			w.t.Errorf("%s, then %q", got, cursor)
		}
	})
}

// The progress is told to whoever has number and code, and holds nothing that was said.
func TestProgressByNumberAndCode(t *testing.T) {
	each(t, func(w *world) {
		mine, other := w.registered(w.li, feedback.Facts{Text: "窗口人员态度生硬", Place: "人民路12号"}), w.registered(w.wang, feedback.Facts{Text: "电压不稳"})
		c, err := w.Case(w.signedIn(liNo), mine.ID)
		w.must(err)
		look := func(no, code string) (feedback.Followed, error) {
			return w.Progress(stranger("192.0.2.7"), portal.ProgressInput{Company: company, CaseNo: no, Code: code})
		}
		spelled := strings.ToLower(c.LookupCode[:4]) + " " + c.LookupCode[4:]
		f, err := look(" "+mine.CaseNo, spelled)
		if err != nil || f.CaseNo != mine.CaseNo || len(f.Way) == 0 || f.Way[0].Code != "received" {
			w.t.Errorf("%+v, %v", f, err)
		}
		if told := fmt.Sprintf("%+v", f); strings.Contains(told, "窗口") || strings.Contains(told, "人民路") {
			w.t.Error(told)
		}
		for _, x := range [][2]string{{mine.CaseNo, "AAAAAAAA"}, {other.CaseNo, c.LookupCode}, {"1001-1", c.LookupCode}, {mine.CaseNo, c.LookupCode[:7]}, {mine.CaseNo, c.LookupCode + "0"}} {
			if _, err := look(x[0], x[1]); !errors.Is(err, portal.ErrProgress) {
				w.t.Errorf("%v: %v", x, err)
			}
		}
		for range 10 {
			_, err = look(mine.CaseNo, "AAAAAAAA")
		}
		if !errors.Is(err, rest.ErrTooMany) {
			w.t.Errorf("guessed on: %v", err)
		}
	})
}
