package customer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

var looker = id.ID{0: 7}

// visits is a request of a user who may read customers but sees none whole.
func (w *world) visits(user id.ID, o org.Org, patterns ...string) context.Context {
	w.t.Helper()
	ctx, err := w.Admit(w.asUser(user, o, append(patterns, customer.PermGet, customer.PermList)...))
	w.must(err)
	return ctx
}

func (w *world) openFor(o customer.Opening, customers ...id.ID) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { return w.OpenTx(tx, o, customers...) })
}

// shown is what a request of the looker shows of a customer: name, phone and
// certificate, and what of it was written into the audit log.
func (w *world) shown(user id.ID, c customer.Customer) string {
	w.t.Helper()
	ctx := w.visits(user, w.one)
	got, err := w.Get(ctx, c.ID)
	w.must(err)
	w.must(second(w.Looked(ctx, customer.PermGet)))
	s := got.Name + " " + got.Contacts[0].Value + " " + got.Certificates[0].Number
	if got.Opened != nil {
		s += " by " + got.Opened.Type
	}
	return s
}

func (w *world) withCertificate(name, phone, number string) customer.Customer {
	in := person(name, phone)
	in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, number)}
	return w.create(w.as(w.one), in)
}

// lookEntries are the looks in the audit log: "action object fields basis".
func (w *world) lookEntries() (all []string) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
		var entries []audit.Entry
		if err := tx.Select(&entries, "SELECT id, org_id, at, actor_id, actor_name, action, object_type, object_id, before, after, mac FROM audit_entry ORDER BY id"); err != nil {
			return err
		}
		for _, e := range entries {
			if e.Action != customer.PermReveal && audit.KindOf(e.Action) != audit.OfRead {
				continue
			}
			subject, err := w.SubjectTx(tx, e.OrgID, e.ObjectID)
			if e.ObjectType == "org" {
				subject, err = nil, nil
			}
			w.must(err)
			_, after, err := w.audit.OpenTx(tx, e, subject)
			w.must(err)
			all = append(all, fmt.Sprint(e.Action, " ", e.ObjectType, " ", after))
		}
		return nil
	}))
	return all
}

const (
	maskedLi = "李*明 138****1234 3****************"
	plainLi  = "李小明 13800001234 "
)

func TestAnOpenedCustomerIsShownForATimeAndEveryLookIsWritten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		number := residentID(t, "1980-01-01", 1)
		c, other := w.withCertificate("李小明", "13800001234", number), w.withCertificate("李大明", "13800005678", residentID(t, "1980-01-01", 3))
		before := w.shown(looker, c)
		if strings.Contains(before, "13800001234") || strings.Contains(before, number) || len(w.lookEntries()) != 0 {
			t.Fatalf("before: %s, %v", before, w.lookEntries())
		}
		o := customer.Opening{OrgID: w.one.ID, UserID: looker, Basis: customer.Basis{Type: "lookup", ID: id.ID{9}}, FromAt: *w.now, UntilAt: w.now.Add(10 * time.Minute)}
		w.openFor(o, c.ID)
		masked := cn.MaskCertificate(cn.KindResidentID, number)
		if got := w.shown(looker, c); got != plainLi+masked+" by lookup" {
			t.Errorf("opened: %s", got)
		}
		want := `customer.get look {"fields":["customer_name","phone"],"basis_type":"lookup","basis_id":"` + o.ID.String() + `"}`
		if got := w.lookEntries(); len(got) != 1 || got[0] != want {
			t.Errorf("written %v, want %s", got, want)
		}
		for name, s := range map[string]string{"another customer": w.shown(looker, other), "another user": w.shown(clerkID, c)} {
			if strings.Contains(s, "1380000") {
				t.Errorf("%s: %s", name, s)
			}
		}
		all, _, err := w.List(w.visits(looker, w.one), customer.ListInput{Sort: "name", Limit: 10, WithPhone: true})
		if err != nil || len(all) != 2 || all[0].Phone == all[1].Phone || all[0].Name == all[1].Name {
			t.Errorf("list: %+v %v", all, err)
		}
		sensitive := o
		sensitive.ID, sensitive.Sensitive, sensitive.UntilAt = id.ID{8}, true, w.now.Add(5*time.Minute)
		w.openFor(sensitive, c.ID)
		if got := w.shown(looker, c); got != plainLi+number+" by lookup" {
			t.Errorf("sensitive: %s", got)
		}
		*w.now = w.now.Add(6 * time.Minute)
		if got := w.shown(looker, c); got != plainLi+masked+" by lookup" {
			t.Errorf("the shorter is over: %s", got)
		}
		*w.now = w.now.Add(4 * time.Minute)
		if got := w.shown(looker, c); got != before {
			t.Errorf("over: %s", got)
		}
	})
}

func TestAClockSetBackOpensNothingTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.withCertificate("李小明", "13800001234", residentID(t, "1980-01-01", 1))
		w.openFor(customer.Opening{OrgID: w.one.ID, UserID: looker, Basis: customer.Basis{Type: "lookup", ID: id.ID{9}}, FromAt: *w.now, UntilAt: w.now.Add(10 * time.Minute)}, c.ID)
		begun := *w.now
		open := func() bool { return strings.Contains(w.shown(looker, c), "13800001234") }
		for _, step := range []struct {
			name    string
			minutes float64
			want    bool
		}{{"begun", 0, true}, {"later", 8, true}, {"set back", 2, false}, {"before it began", -60, false}, {"still behind", 7.8, false}, {"caught up", 8.1, true}, {"the rest", 9.9, true}, {"over", 10, false}} {
			*w.now = begun.Add(time.Duration(step.minutes * float64(time.Minute)))
			if got := open(); got != step.want {
				t.Errorf("%s: open %v", step.name, got)
			}
		}
		// A clock that once went ahead does not lock out for ever what is opened after it was mended.
		*w.now = begun.Add(-time.Hour)
		w.openFor(customer.Opening{OrgID: w.one.ID, UserID: looker, Basis: customer.Basis{Type: "lookup", ID: id.ID{7}}, FromAt: *w.now, UntilAt: w.now.Add(10 * time.Minute)}, c.ID)
		if !open() {
			t.Error("opened after the clock was mended, and shut")
		}
	})
}

// Who sees everything by right leaves an entry as well: one for a customer, one for
// a list, none where nothing was shown.
func TestLooksByRightAreWritten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.withCertificate("李小明", "13800001234", residentID(t, "1980-01-01", 1))
		w.create(w.as(w.one), person("王大明"))
		w.create(w.as(w.one), organisation("大明纸业"))
		ctx := w.visits(clerkID, w.one, customer.PermReveal)
		w.must(second(w.Get(ctx, c.ID)))
		w.must(second(w.Looked(ctx, customer.PermGet)))
		w.must(second(w.Looked(ctx, customer.PermGet))) // nothing new
		_, _, err := w.List(ctx, customer.ListInput{Sort: "name", Limit: 10})
		w.must(err)
		w.must(second(w.Looked(ctx, customer.PermList)))
		firm := w.visits(clerkID, w.one, customer.PermReveal)
		_, _, err = w.List(firm, customer.ListInput{Filter: customer.Filter{Kind: customer.KindOrganisation}, Sort: "name", Limit: 10})
		w.must(err)
		w.must(second(w.Looked(firm, customer.PermList)))
		got := w.lookEntries()
		if len(got) != 2 || !strings.HasPrefix(got[0], `customer.get look {"fields":["birth_date","certificate","`) || !strings.HasPrefix(got[1], `customer.list org {"fields":["customer_name"],"objects":["`) || strings.Count(got[1], "-") != 8 {
			t.Errorf("%q", got)
		}
		for _, l := range w.history(w.as(w.one), c, 50) {
			if strings.Contains(l, customer.PermGet) {
				t.Errorf("the history of changes tells of a look: %s", l)
			}
		}
	})
}

// What is written about a customer is read by everybody who reads him, but for the
// numbers of people in it: those are as confidential as in their own fields.
func TestNumbersInWhatIsWrittenAreMasked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		number, author := residentID(t, "1980-01-01", 5), id.ID{0: 3}
		c, writes, text := w.create(w.as(w.one), person("张三")), w.asUser(author, w.one), "其子手机13800005678，证号"+number
		_, err := w.AddNote(writes, "", c.ID, customer.NoteInput{Text: text})
		w.must(err)
		_, err = w.Analyse(writes, "", c.ID, customer.AnalysisInput{Aspect: customer.Credit, Text: text})
		w.must(err)
		_, err = w.Log(writes, "", c.ID, customer.InteractionInput{Mode: customer.Call, InteractionBody: customer.InteractionBody{Content: text, Services: []string{text}}})
		w.must(err)
		read := func(ctx context.Context) (all []string) {
			t.Helper()
			notes, _, err := w.Notes(ctx, c.ID, customer.Page{Limit: 5})
			w.must(err)
			analyses, _, err := w.Analyses(ctx, c.ID, "", customer.Page{Limit: 5})
			w.must(err)
			logs, _, err := w.Interactions(ctx, c.ID, customer.Page{Limit: 5})
			w.must(err)
			return []string{notes[0].Text, analyses[0].Text, logs[0].Content, logs[0].Services[0]}
		}
		shows := func(name string, ctx context.Context, want string) {
			t.Helper()
			for i, got := range read(ctx) {
				if got != want {
					t.Errorf("%s, %d: %s, want %s", name, i, got, want)
				}
			}
		}
		masked := cn.MaskCertificate(cn.KindResidentID, number)
		shows("a reader", w.visits(looker, w.one), "其子手机138****5678，证号"+masked)
		shows("its author", w.visits(author, w.one), text)
		shows("by right", w.as(w.one), text)
		o := customer.Opening{OrgID: w.one.ID, UserID: looker, Basis: customer.Basis{Type: "lookup", ID: id.ID{9}}, FromAt: *w.now, UntilAt: w.now.Add(10 * time.Minute)}
		w.openFor(o, c.ID)
		ctx := w.visits(looker, w.one)
		shows("opened", ctx, "其子手机13800005678，证号"+masked)
	})
}

func TestAVisitorIsOpenToWhoReceivesHim(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.withCertificate("李小明", "13800001234", residentID(t, "1980-01-01", 1))
		open := func() bool { return strings.Contains(w.shown(clerkID, c), "13800001234") }
		receive := func(arrived when.Instant) customer.ReceptionDetail {
			in := visitor("李先生", "")
			in.ArrivedAt = arrived
			d, err := w.Receive(w.as(w.one), "", in)
			w.must(err)
			d, err = w.LinkReception(w.as(w.one), d.ID, d.Version, customer.LinkInput{CustomerID: c.ID})
			w.must(err)
			return d
		}
		if open() {
			t.Fatal("open before he came")
		}
		d := receive(*w.now)
		if got := w.shown(clerkID, c); !strings.HasPrefix(got, plainLi) || !strings.HasSuffix(got, " by reception") || !strings.Contains(got, "*") {
			t.Errorf("there: %s", got)
		}
		if strings.Contains(w.shown(looker, c), "13800001234") {
			t.Error("open to who does not receive him")
		}
		in := visitor("李先生", "")
		in.ArrivedAt, in.LeftAt = d.ArrivedAt, *w.now
		if _, err := w.UpdateReception(w.as(w.one), d.ID, d.Version, in); err != nil || open() {
			t.Errorf("open after he left: %v", err)
		}
		if receive(w.now.Add(-24 * time.Hour)); open() {
			t.Error("open for a visit of yesterday")
		}
		d = receive(*w.now)
		if _, err := w.UnlinkReception(w.as(w.one), d.ID, d.Version); err != nil || open() {
			t.Errorf("open after the tie was taken back: %v", err)
		}
		receive(*w.now)
		*w.now = w.now.Add(15 * time.Hour)
		if open() {
			t.Error("open on the next day")
		}
	})
}

func TestWhatNobodyClassifiedIsSensitive(t *testing.T) {
	if got := customer.SecrecyOf("no such field"); got != customer.Sensitive {
		t.Errorf("%s", got)
	}
	if customer.SightOf(context.Background()).Sees(id.ID{}, id.ID{}, "no such field") {
		t.Error("nobody sees it")
	}
}
