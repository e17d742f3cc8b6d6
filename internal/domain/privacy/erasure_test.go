package privacy_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const (
	name  = "欧阳锋"
	phone = "13800138000"
	card  = "11010519491231002X"
)

// lived is a customer of whom everything is kept, with a duplicate merged into him.
func (w *world) lived() (c, ghost customer.Customer) {
	w.t.Helper()
	ctx := w.as(clerk)
	in := customer.CreateInput{Kind: customer.KindPerson, Name: name, ConfirmDuplicates: true, Tags: []string{"老客户"}, Classes: map[string]string{},
		Contacts:     []customer.ContactInput{{Kind: customer.Phone, Value: phone}},
		Certificates: []customer.CertificateInput{{Kind: cn.KindResidentID, Number: card}}}
	c, err := w.customers.Create(ctx, "", in)
	w.must(err)
	ghost = w.person(name+"乙", "13800138001")
	_, err = w.customers.AddNote(ctx, "", ghost.ID, customer.NoteInput{Text: "住在白驼山"})
	w.must(err)
	_, err = w.customers.Attach(ctx, "", ghost.ID, name+".txt", strings.NewReader("的身份证复印件"))
	w.must(err)
	c, err = w.customers.Merge(ctx, c.ID, c.Version, customer.MergeInput{FromID: ghost.ID, FromVersion: ghost.Version})
	w.must(err)
	_, err = w.customers.Log(ctx, "", c.ID, customer.InteractionInput{Mode: customer.Call, InteractionBody: customer.InteractionBody{Content: "来电"}})
	w.must(err)
	visit, err := w.customers.Receive(ctx, "", customer.ReceptionInput{ReceptionBody: customer.ReceptionBody{Name: name, Phone: phone, Looks: "高"}})
	w.must(err)
	_, err = w.customers.LogReception(ctx, "", visit.ID, customer.LogInput{Mode: customer.Call, Text: "回电"})
	w.must(err)
	_, err = w.Give(ctx, "", c.ID, sms)
	w.must(err)
	return c, ghost
}

func (w *world) proposed(c customer.Customer) privacy.Detail {
	w.t.Helper()
	d := w.verified(c, privacy.Delete)
	d, err := w.Propose(w.as(head), d.ID, d.Version, privacy.EraseInput{CustomerNo: c.CustomerNo})
	w.must(err)
	return d
}

func (w *world) erased(c customer.Customer) privacy.Detail {
	w.t.Helper()
	d := w.proposed(c)
	d, err := w.Confirm(w.as(second), d.ID, d.Version, privacy.EraseInput{CustomerNo: strings.ToLower(c.CustomerNo)})
	w.must(err)
	w.run()
	return d
}

func TestErasureNeedsTwoPersonsAndTheNumber(t *testing.T) {
	each(t, func(w *world) {
		c := w.person(name)
		d := w.verified(c, privacy.Delete)
		_, err := w.Propose(w.as(head), d.ID, d.Version, privacy.EraseInput{CustomerNo: "C1"})
		w.wants(err, privacy.ErrNumber)
		_, err = w.Confirm(w.as(second), d.ID, d.Version, privacy.EraseInput{CustomerNo: c.CustomerNo})
		w.wants(err, privacy.ErrState)
		p, err := w.Propose(w.as(head), d.ID, d.Version, privacy.EraseInput{CustomerNo: c.CustomerNo})
		w.must(err)
		typed := privacy.EraseInput{CustomerNo: c.CustomerNo}
		_, err = w.Confirm(w.as(head), p.ID, p.Version, typed)
		w.wants(err, privacy.ErrSamePerson)
		deputy := access.NewCaller(second, w.tree, access.Held{Patterns: access.Patterns{"*"}, OrgID: w.one.ID, Absent: access.Absent{UserID: head.ID, Name: head.Name}})
		_, err = w.Confirm(access.WithCaller(t.Context(), deputy), p.ID, p.Version, typed)
		w.wants(err, privacy.ErrSamePerson)
		_, err = w.Confirm(w.as(second), p.ID, d.Version, typed)
		w.wants(err, db.ErrStale)
		_, err = w.Confirm(w.as(clerk, "privacy.get"), p.ID, p.Version, typed)
		w.wants(err, access.ErrForbidden)
		dropped, err := w.Drop(w.as(second, "privacy.confirm"), p.ID, p.Version)
		w.must(err)
		if dropped.State != privacy.Verified || dropped.Erasure.State != privacy.ErasureDropped {
			w.t.Errorf("dropped %+v", dropped)
		}
		if got, _ := w.customers.Get(w.as(clerk), c.ID); got.Name != name {
			w.t.Errorf("erased after all: %s", got.Name)
		}
	})
}

func TestPreviewTellsWhatStaysAndWhy(t *testing.T) {
	each(t, func(w *world) {
		c, _ := w.lived()
		d := w.verified(c, privacy.Delete)
		v, err := w.Preview(w.as(head), d.ID)
		w.must(err)
		got := map[string]privacy.PreviewRow{}
		for _, r := range v.Rows {
			got[r.Kind] = r
			if (r.Fate == privacy.Destroy) != (r.Law == nil) || r.Label == "" || strings.HasPrefix(r.Label, "privacy.") {
				w.t.Errorf("row %+v", r)
			}
		}
		if len(v.Customers) != 2 || got["customer"].N != 2 || got["customer_attachment"].N != 1 || got["reception"].N != 1 || got["audit_entry"].Law.KeepMonths != 36 || len(v.Blocks) != 0 {
			w.t.Errorf("preview %+v", v)
		}
		w.verified(c, privacy.Access)
		_, err = w.Propose(w.as(head), d.ID, d.Version, privacy.EraseInput{CustomerNo: c.CustomerNo})
		w.wants(err, privacy.ErrBlocked)
	})
}

func TestNothingOfTheErasedIsLeft(t *testing.T) {
	each(t, func(w *world) {
		c, ghost := w.lived()
		if n := w.filesLeft(); n != 1 {
			w.t.Fatalf("%d files before", n)
		}
		d := w.erased(c)
		if d.State != privacy.Done || d.Text+d.Note != "" {
			w.t.Errorf("request %+v", d.Request)
		}
		for _, i := range []id.ID{c.ID, ghost.ID} {
			got, err := w.customers.Get(w.as(clerk), i)
			w.must(err)
			if got.Name != customer.ErasedName || got.Status != customer.Erased || len(got.Contacts)+len(got.Certificates)+len(got.Tags) > 0 {
				w.t.Errorf("left: %+v", got)
			}
			history, _, err := w.customers.History(w.as(clerk), i, customer.Page{Limit: 50})
			w.must(err)
			for _, h := range history {
				if len(h.Changes) > 0 {
					w.t.Errorf("history %+v", h)
				}
			}
		}
		for _, q := range []string{name, "欧阳", phone, "8000", card, "ouyangfeng", c.CustomerNo} {
			found, err := w.customers.Search(w.as(clerk), q, 20)
			w.must(err)
			if len(found) > 0 {
				w.t.Errorf("%s finds %+v", q, found)
			}
		}
		if all, _, _ := w.customers.List(w.as(clerk), customer.ListInput{Sort: "name", Limit: 20}); len(all) > 0 {
			w.t.Errorf("listed: %+v", all)
		}
		for _, table := range []string{"customer_note", "customer_interaction", "customer_attachment", "customer_event", "customer_certificate", "customer_tag", "customer_class", "search_doc"} {
			if n := w.count("SELECT count(*) FROM " + table); n > 0 {
				w.t.Errorf("%d rows in %s", n, table)
			}
		}
		if w.filesLeft() != 0 || w.count("SELECT count(*) FROM customer WHERE length(data_key) > 0 OR length(record) > 0") != 0 {
			w.t.Error("files or keys left")
		}
		if text := w.dump(map[string]string{"customer": "name", "customer_merge": "moved", "reception": "receiver_name", "search_doc": "title"}); strings.Contains(text, "欧阳") {
			w.t.Errorf("found in %s", text)
		}
		w.registerIsEmpty()
		w.refusesChanges(c)
		w.verifies()
	})
}

// registerIsEmpty looks at the visits, which stay without a person.
func (w *world) registerIsEmpty() {
	w.t.Helper()
	visits, _, err := w.customers.Receptions(w.as(clerk), customer.ReceptionFilter{}, customer.Page{Limit: 9})
	w.must(err)
	if len(visits) != 1 || visits[0].Name != customer.ErasedName || visits[0].Phone+visits[0].Looks != "" {
		w.t.Errorf("visits %+v", visits)
	}
}

func (w *world) filesLeft() (n int) {
	w.must(filepath.WalkDir(w.files, func(_ string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	}))
	return n
}

func (w *world) refusesChanges(c customer.Customer) {
	w.t.Helper()
	now, err := w.customers.Get(w.as(clerk), c.ID)
	w.must(err)
	back := name
	_, err = w.customers.Update(w.as(clerk), c.ID, now.Version, customer.UpdateInput{Name: &back})
	w.wants(err, customer.ErrErased)
	_, err = w.customers.AddNote(w.as(clerk), "", c.ID, customer.NoteInput{Text: "x"})
	w.wants(err, customer.ErrErased)
	_, err = w.customers.Reopen(w.as(clerk), c.ID, now.Version)
	w.wants(err, customer.ErrErased)
	_, err = w.Receive(w.as(clerk), "", privacy.ReceiveInput{CustomerID: c.ID, Kind: privacy.Access, Channel: "phone"})
	w.wants(err, customer.ErrErased)
	_, err = w.Give(w.as(clerk), "", c.ID, privacy.ConsentInput{Purpose: "survey_contact", TextVersion: "2026-1", Channel: "phone"})
	w.wants(err, customer.ErrErased)
}

// verifies walks the audit log: what was sealed is unreadable, and the chain whole.
func (w *world) verifies() {
	w.t.Helper()
	r, err := w.audit.Verify(context.Background(), audit.VerifyInput{})
	w.must(err)
	if !r.Whole || r.Entries == 0 {
		w.t.Errorf("the audit log does not verify: %+v", r)
	}
}

// An older backup is restored: the list outside the database erases again.
func TestARestoredBackupBringsNobodyBack(t *testing.T) {
	each(t, func(w *world) {
		c, ghost := w.lived()
		was := w.keep(c, ghost)
		w.erased(c)
		w.bring(was)
		if got, err := w.customers.Get(w.as(clerk), c.ID); err != nil || got.Name != name {
			w.t.Fatalf("not brought back: %+v, %v", got.Base, err)
		}
		again, strange, err := w.EraseAgain(context.Background())
		w.must(err)
		w.run()
		got, err := w.customers.Get(w.as(clerk), c.ID)
		w.must(err)
		if again != 2 || strange != 0 || got.Name != customer.ErasedName {
			w.t.Errorf("%d again, %d strange: %s", again, strange, got.Name)
		}
		if again, _, _ = w.EraseAgain(context.Background()); again != 0 {
			w.t.Errorf("%d once more", again)
		}
		w.verifies()
	})
}

type kept struct {
	id     id.ID
	name   string
	status string
	record []byte
	key    []byte
}

// keep remembers rows as a backup would, and bring puts them back.
func (w *world) keep(all ...customer.Customer) (rows []kept) {
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
		for _, c := range all {
			var r struct {
				Name   string `db:"name"`
				Status string `db:"status"`
				Record []byte `db:"record"`
				Key    []byte `db:"data_key"`
			}
			if err := tx.Get(&r, "SELECT name, status, record, data_key FROM customer WHERE id = $1", c.ID); err != nil {
				return err
			}
			rows = append(rows, kept{c.ID, r.Name, r.Status, r.Record, r.Key})
		}
		return nil
	}))
	return rows
}

func (w *world) bring(rows []kept) {
	w.must(w.db.Write(context.Background(), func(tx *db.Tx) error {
		if _, err := tx.Exec("DELETE FROM privacy_erased"); err != nil {
			return err
		}
		for _, r := range rows {
			if _, err := tx.Exec("UPDATE customer SET name = $1, status = $2, record = $3, data_key = $4 WHERE id = $5", r.name, r.status, r.record, r.key, r.id); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Somebody writes a customer into the list by hand: without the company's key nothing
// happens.
func TestNobodyIsErasedByAForgedList(t *testing.T) {
	each(t, func(w *world) {
		c := w.person(name)
		w.must(os.MkdirAll(filepath.Dir(w.list), 0o700))
		w.must(os.WriteFile(w.list, []byte(c.OrgID.String()+" "+c.ID.String()+" 1 "+strings.Repeat("00", 32)+"\nrubbish\n"), 0o600))
		again, strange, err := w.EraseAgain(context.Background())
		w.must(err)
		if again != 0 || strange != 2 {
			w.t.Errorf("%d erased, %d strange", again, strange)
		}
	})
}

// The process dies after the commit: the job goes on where it was.
func TestAKilledErasureGoesOn(t *testing.T) {
	each(t, func(w *world) {
		c, _ := w.lived()
		d := w.proposed(c)
		d, err := w.Confirm(w.as(second), d.ID, d.Version, privacy.EraseInput{CustomerNo: c.CustomerNo})
		w.must(err)
		if d.Erasure.State != privacy.ErasureConfirmed || w.filesLeft() != 1 {
			w.t.Fatalf("before the job: %+v, %d files", d.Erasure, w.filesLeft())
		}
		w.run()
		d, err = w.Get(w.as(head), d.ID)
		w.must(err)
		raw, err := os.ReadFile(w.list)
		w.must(err)
		if d.Erasure.State != privacy.ErasureDone || w.filesLeft() != 0 || strings.Count(string(raw), "\n") != 2 || strings.Contains(string(raw), name) {
			w.t.Errorf("after the job: %+v, %d files, list %s", d.Erasure, w.filesLeft(), raw)
		}
		other := w.t.TempDir()
		found, err := privacy.CopyList(filepath.Dir(w.list), other)
		w.must(err)
		copied, err := os.ReadFile(filepath.Join(other, privacy.ListName))
		w.must(err)
		if !found || string(copied) != string(raw) {
			w.t.Errorf("copied %t: %s", found, copied)
		}
	})
}

// The second person finds the erasure in his tasks until it is confirmed or dropped;
// who proposed it does not.
func TestTheSecondPersonIsAsked(t *testing.T) {
	each(t, func(w *world) {
		made, err := w.users.Bootstrap(t.Context(), access.UserInput{Login: "zhaolei", Name: "赵磊", Password: "a long enough password", HomeOrgID: w.one.ID}, "head")
		w.must(err)
		zhao := w.as(access.User{ID: made, Name: "赵磊", Locale: "zh", HomeOrgID: w.one.ID})
		waits := func(state task.State) (all []task.Task) {
			tasks, _, err := w.tasks.Inbox(zhao, task.Asked{State: state}, "", 50)
			w.must(err)
			return tasks
		}
		c := w.person("欧阳锋")
		d := w.verified(c, privacy.Delete)
		typed := privacy.EraseInput{CustomerNo: c.CustomerNo}
		d, err = w.Propose(w.as(head), d.ID, d.Version, typed)
		w.must(err)
		if got := waits(task.Open); len(got) != 1 || got[0].Text != "确认删除个人信息：李主任 就请求 "+d.RequestNo+" 提出" || got[0].ObjectID != d.ID {
			t.Fatalf("proposed: %+v", got)
		}
		d, err = w.Drop(w.as(head), d.ID, d.Version)
		w.must(err)
		d, err = w.Propose(zhao, d.ID, d.Version, typed)
		w.must(err)
		if open, done := waits(task.Open), waits(task.Done); len(open) != 0 || len(done) != 1 {
			t.Errorf("dropped, and proposed by himself: %+v %+v", open, done)
		}
		d, err = w.Drop(w.as(head), d.ID, d.Version)
		w.must(err)
		d, err = w.Propose(w.as(head), d.ID, d.Version, typed)
		w.must(err)
		_, err = w.Confirm(zhao, d.ID, d.Version, typed)
		w.must(err)
		if open, done := waits(task.Open), waits(task.Done); len(open) != 0 || len(done) != 2 {
			t.Errorf("confirmed: %+v %+v", open, done)
		}
	})
}
