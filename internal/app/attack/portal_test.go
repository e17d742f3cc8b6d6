package attack_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

var sixDigits = regexp.MustCompile(`[0-9]{6}`)

// customer signs the customer of a company in to the portal by the code that is sent to
// him, and gives the cookie.
func (w *world) customer(c *company) string {
	w.t.Helper()
	var asked struct{ ID string }
	body := func(format string, args ...any) sent {
		return sent{method: "POST", target: "/api/v1/portal/codes", header: jsonBody, body: fmt.Appendf(nil, format, args...)}
	}
	w.answer(actor{}, body(`{"company":%q,"account_no":%q}`, c.Code, c.records["accountno"]), &asked)
	ran, err := w.Portal.Step(w.t.Context())
	w.must(err)
	code := w.lastCode(c)
	if !ran || code == "" {
		w.t.Fatal("no code was sent")
	}
	in := body(`{"company":%q,"challenge":%q,"code":%q}`, c.Code, asked.ID, code)
	in.target = "/api/v1/portal/sessions/by-code"
	out := w.send(actor{}, in)
	if out.Code != http.StatusCreated {
		w.t.Fatalf("no session: %d %s", out.Code, out.Body)
	}
	w.now.Add(61_000_000) // so that another code may be asked for
	cookie, _, _ := strings.Cut(out.Header().Get("Set-Cookie"), ";")
	return cookie
}

// lastCode is the code in the last message to the company's customer.
func (w *world) lastCode(c *company) (code string) {
	w.t.Helper()
	w.must(w.DB.Read(context.Background(), func(tx *db.Tx) error {
		said, err := w.Messages.SaidToTx(tx, c.ID, []id.ID{id.MustParse(c.records["customers"])})
		for _, m := range said {
			if found := sixDigits.FindString(m.Text); found != "" {
				code = found
			}
		}
		return err
	}))
	return code
}

// A customer's session opens what is the customer's and nothing of the staff's, and of
// another company, or with the identifiers of others, nothing at all.
func TestEveryRouteForACustomer(t *testing.T) {
	each(t, func(w *world) {
		asked := 0
		for _, op := range w.doc.operations {
			if op.public() || op.ID == "portal.logout" {
				continue
			}
			asked++
			w.askAsCustomer(op)
		}
		if asked < 200 {
			t.Errorf("only %d routes", asked)
		}
		if out := w.send(actor{portal: w.own.maker.portal}, sent{method: "DELETE", target: "/api/v1/portal/sessions/current"}); out.Code >= 300 {
			t.Errorf("signing out: %d %s", out.Code, out.Body)
		}
		if out := w.send(actor{portal: w.own.maker.portal}, sent{method: "GET", target: "/api/v1/portal/me"}); out.Code != http.StatusUnauthorized {
			t.Errorf("signed out, yet %d %s", out.Code, out.Body)
		}
	})
}

func (w *world) askAsCustomer(op *operation) {
	w.t.Helper()
	as := actor{portal: w.own.maker.portal}
	s, err := w.compose(op, w.requestOf(op), &w.own, &w.own)
	w.must(err)
	if op.takes("If-Match") {
		s.header["If-Match"] = stale
	}
	out := w.send(as, s)
	if !op.portal() {
		if out.Code != http.StatusUnauthorized {
			w.t.Errorf("%s answers a customer with %d: %s", op.ID, out.Code, out.Body)
		}
		return
	}
	if out.Code >= 400 && out.Code != http.StatusPreconditionFailed {
		w.t.Errorf("%s refuses its customer: %d %s", op.ID, out.Code, out.Body)
	}
	w.tellsForeign(s, out.Body.String())
	foreign, err := w.compose(op, w.requestOf(op), &w.other, &w.own)
	w.must(err)
	if !foreign.inPath {
		return
	}
	if op.takes("If-Match") {
		foreign.header["If-Match"] = stale
	}
	if out := w.send(as, foreign); out.Code != http.StatusNotFound {
		w.t.Errorf("%s %s of another company answers a customer with %d: %s", foreign.method, foreign.target, out.Code, out.Body)
	}
	stolen := s
	stolen.header = map[string]string{"Cookie": rest.SessionCookie + "=" + strings.TrimPrefix(as.portal, rest.PortalCookie+"=")}
	if out := w.send(actor{}, stolen); out.Code != http.StatusUnauthorized {
		w.t.Errorf("%s takes a customer's token for a user's: %d", op.ID, out.Code)
	}
}
