package attack_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
)

// nobody holds no role; a stranger is not signed in.
const nobody = "nobody"

// Every route, asked by a stranger, by a user without any role and by one of every
// role, for his own company and for another, opens or stays shut as the permissions
// of the role say. Who may not gets 403; what is another company's is not there.
func TestEveryRouteForEveryRoleAndCompany(t *testing.T) {
	each(t, func(w *world) {
		if !w.complete() {
			return
		}
		roles := append([]access.Role{{Code: nobody}}, w.roles...)
		above := map[string]actor{} // those at the top of the tree are seen from below
		for _, role := range roles {
			above[role.Code] = w.user(&w.top, "top-"+loginOf(role), held(role)...)
		}
		before := w.snapshot(&w.other)
		table := newTable(w)
		w.askAsStranger(table)
		for _, role := range roles {
			w.askAsRole(role, above[role.Code], table)
		}
		for path, was := range before {
			if now := w.snapshotOf(&w.other, path); now != was {
				w.t.Errorf("%s of the other company was changed from outside: %s, before: %s", path, now, was)
			}
		}
		table.log()
	})
}

// complete tells whether every route can be asked.
func (w *world) complete() bool {
	w.t.Helper()
	for _, op := range w.doc.operations {
		if _, err := w.compose(op, w.requestOf(op), &w.own, &w.own); err != nil {
			w.t.Errorf("no request for a route: %v; add {\"op\": %q, …} to testdata/requests.json", err, op.ID)
		}
	}
	return !w.t.Failed()
}

// A stranger is told to sign in whatever he sends, even what makes no sense; only
// what the checked-in document marks with an empty list of securities is open.
func (w *world) askAsStranger(table *table) {
	w.t.Helper()
	raw, err := os.ReadFile("../../../api/openapi.json")
	w.must(err)
	checkedIn := map[string]string{}
	for _, op := range readDocument(w.t, raw).operations {
		checkedIn[op.ID] = op.door()
	}
	for _, op := range w.doc.operations {
		s, err := w.compose(op, w.requestOf(op), &w.own, &w.own)
		w.must(err)
		status := w.send(actor{}, s).Code
		table.own[op.ID] = append(table.own[op.ID], status)
		table.other[op.ID] = append(table.other[op.ID], 0)
		if marked, known := checkedIn[op.ID]; !known || marked != op.door() {
			w.t.Errorf("%s: api/openapi.json does not tell of it as the program does: make api", op.ID)
		}
		if op.public() {
			continue
		}
		nonsense := w.send(actor{}, sent{method: op.Method, target: s.target + "?nonsense=1", body: []byte("{"), header: map[string]string{"Content-Type": "application/json"}})
		if status != http.StatusUnauthorized || nonsense.Code != http.StatusUnauthorized {
			w.t.Errorf("%s %s answers a stranger with %d, and with %d when it makes no sense", op.Method, s.target, status, nonsense.Code)
		}
	}
}

// askAsRole asks every route as a user of one role; the password is changed last,
// for that ends his other sessions.
func (w *world) askAsRole(role access.Role, above actor, table *table) {
	w.t.Helper()
	login := loginOf(role)
	a := w.user(&w.own, login, held(role)...)
	ordered := slices.Clone(w.doc.operations)
	slices.SortStableFunc(ordered, func(x, y *operation) int { return rank(x) - rank(y) })
	for _, op := range ordered {
		r := w.requestOf(op)
		v := visit{world: w, op: op, r: r, role: role, as: a}
		if r.Own {
			v.as = w.signIn(login)
			w.own.records["sessions"] = w.sessionOf(w.signIn(login))
		}
		own, other := v.own(), v.other()
		table.own[op.ID] = append(table.own[op.ID], own)
		table.other[op.ID] = append(table.other[op.ID], other)
		if r.Whole && role.Permissions.Allow(r.permission()) {
			v.as, v.above = above, true
			v.own()
		}
	}
}

func loginOf(role access.Role) string { return "is-" + strings.ReplaceAll(role.Code, "_", "-") }

func held(role access.Role) []string {
	if role.Code == nobody {
		return nil
	}
	return []string{role.Code}
}

func rank(op *operation) int {
	if op.ID == "access.password" {
		return 1
	}
	return 0
}

func (w *world) sessionOf(a actor) string {
	w.t.Helper()
	out := w.send(a, sent{method: "GET", target: "/api/v1/me/sessions"})
	for _, s := range items(w.t, out) {
		if s["current"] == true {
			return s["id"].(string)
		}
	}
	w.t.Fatalf("no current session in %s", out.Body)
	return ""
}

// visit is a route asked as a role.
type visit struct {
	*world
	op    *operation
	r     *request
	role  access.Role
	as    actor
	above bool // his role stands at the top of the tree
}

func (v visit) may() bool {
	if v.op.public() || v.r.Own {
		return true
	}
	return v.role.Permissions.Allow(v.r.permission()) && (!v.r.Whole || v.above)
}

// stale is the version that no record has: a change is asked for and made by nobody,
// so that every role finds the same records.
const stale = `"999999"`

func (v visit) ask(path, rest *company) (s sent, status int, answer string) {
	v.t.Helper()
	if v.r.makes(v.op) { // what he makes is his to see: in it are other words
		mine := *rest
		mine.words = planted("丙")
		mine.words["heading"], mine.words["level"] = rest.words["heading"], rest.words["level"] // as in the file that is there
		rest = &mine
	}
	s, err := v.compose(v.op, v.r, path, rest)
	v.must(err)
	if v.op.takes("If-Match") {
		s.header["If-Match"] = stale
	}
	out := v.send(v.as, s)
	if out.Code >= 500 && !v.fulfilled(out.Code, out.Body.String()) {
		v.t.Errorf("%s as %s: %d %s", v.op.ID, v.role.Code, out.Code, out.Body)
	}
	v.tellsForeign(s, out.Body.String())
	return s, out.Code, out.Body.String()
}

// own asks for the user's own company.
func (v visit) own() int {
	v.t.Helper()
	s, status, answer := v.ask(&v.world.own, &v.world.own)
	if v.op.portal() { // a user is no customer
		if status != http.StatusUnauthorized {
			v.t.Errorf("%s is a customer's, yet answers %s with %d: %s", v.op.ID, v.role.Code, status, answer)
		}
		return status
	}
	if v.op.ID != "audit.open" && !v.role.Permissions.Allow("customer.reveal") {
		v.tells(s, answer, &v.world.own, masked)
	}
	switch {
	case !v.may() && status != http.StatusForbidden:
		v.t.Errorf("%s may not %s, yet %s %s answers %d: %s", v.role.Code, v.r.permission(), s.method, s.target, status, answer)
	case v.may() && !v.fulfilled(status, answer):
		v.t.Errorf("%s may %s, yet %s %s answers %d: %s (a request refused for another reason than the role needs a better entry in testdata/requests.json)",
			v.role.Code, v.r.permission(), s.method, s.target, status, answer)
	}
	return status
}

// fulfilled tells whether the answer is one that only somebody gets who may.
func (v visit) fulfilled(status int, answer string) bool {
	return status < 400 || v.op.public() || status == http.StatusPreconditionFailed && v.op.takes("If-Match") ||
		slices.ContainsFunc(v.r.Answers, func(code string) bool { return strings.Contains(answer, strconv.Quote(code)) })
}

// other asks for another company; 0 when the request names none.
func (v visit) other() int {
	v.t.Helper()
	if v.op.public() || v.op.portal() || v.r.Own && v.op.ID != "access.sessions_end" {
		return 0
	}
	s, status, answer := v.ask(&v.world.other, &v.world.own)
	if !s.inPath {
		s, status, answer = v.ask(&v.world.other, &v.world.other)
	}
	if !s.names {
		return 0
	}
	shut := status == http.StatusNotFound || status == http.StatusUnprocessableEntity || !s.inPath && status == http.StatusForbidden
	switch {
	case !v.may() && status != http.StatusForbidden && status != http.StatusNotFound,
		v.may() && !shut && (s.method != "GET" || s.inPath || status != http.StatusOK):
		v.t.Errorf("%s of another company: %s %s answers %d: %s", v.role.Code, s.method, s.target, status, answer)
	}
	return status
}

// tellsForeign finds in an answer what is the other company's and was not asked for.
func (w *world) tellsForeign(s sent, answer string) {
	w.t.Helper()
	w.tells(s, answer, &w.other, personal)
	for name, i := range w.other.records {
		if len(i) == len(w.other.ID.String()) && strings.Contains(answer, i) && !strings.Contains(s.target+string(s.body), i) {
			w.t.Errorf("%s %s tells the identifier of %s of the other company: %s", s.method, s.target, name, answer)
		}
	}
}

// tells finds in an answer planted words that were not asked for.
func (w *world) tells(s sent, answer string, c *company, names []string) {
	w.t.Helper()
	for _, name := range names {
		if value := c.words[name]; strings.Contains(answer, value) && !strings.Contains(s.target+string(s.body), value) {
			w.t.Errorf("%s %s tells the %s of %s: %s", s.method, s.target, name, c.Name, answer)
		}
	}
}

// table is what every route answered every role.
type table struct {
	w          *world
	own, other map[string][]int
}

func newTable(w *world) *table { return &table{w, map[string][]int{}, map[string][]int{}} }

func (t *table) log() {
	t.w.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%-34s %-26s stranger %s", "operation", "permission", nobody)
	for _, r := range t.w.roles {
		b.WriteString(" " + r.Code)
	}
	b.WriteString(" (own company / another)\n")
	for _, op := range t.w.doc.operations {
		r := t.w.requestOf(op)
		fmt.Fprintf(&b, "%-34s %-26s", op.ID, r.permission())
		for i, own := range t.own[op.ID] {
			fmt.Fprintf(&b, " %3d", own)
			if other := t.other[op.ID][i]; other != 0 {
				fmt.Fprintf(&b, "/%3d", other)
			}
		}
		b.WriteString("\n")
	}
	t.w.t.Logf("%d routes\n%s", len(t.own), b.String())
}
