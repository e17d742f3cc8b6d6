package customer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// TestTheSecondOfTwoUncommittedDuplicatesIsWarned holds two creates in the moment
// in which neither sees the other: PostgreSQL only, where transactions overlap.
func TestTheSecondOfTwoUncommittedDuplicatesIsWarned(t *testing.T) {
	w := newWorld(t, db.PostgreSQL)
	ctx := w.as(w.one)
	w.create(ctx, person("先有钥匙"))
	in := person("张三")
	in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, residentID(t, "1990-05-06", 7))}
	errs := make([]error, 2)
	var wg sync.WaitGroup
	w.write(func(tx *db.Tx) error {
		if _, err := tx.Exec("LOCK TABLE audit_entry IN EXCLUSIVE MODE"); err != nil {
			return err
		}
		for i := range errs {
			wg.Go(func() { _, errs[i] = w.Create(ctx, "", in) })
		}
		for waiting := int64(0); waiting < 2; time.Sleep(10 * time.Millisecond) {
			if _, err := tx.Exec("SELECT pg_stat_clear_snapshot()"); err != nil { // else a transaction sees the same activity for ever
				return err
			}
			if err := tx.Get(&waiting, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"); err != nil {
				return err
			}
		}
		return nil
	})
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), customer.ErrDuplicates) {
		t.Errorf("%v", errs)
	}
	if n := len(w.byCertificate(in.Certificates[0].Number)); n != 1 {
		t.Errorf("%d made", n)
	}
}

// Parts written while a customer is merged go with him or are refused; none is
// left behind.
func TestNothingIsLeftBehindByAMerge(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		into, from := w.create(ctx, person("甲")), w.create(ctx, person("乙"))
		var wg sync.WaitGroup
		var mu sync.Mutex
		written := 0
		for i := range 20 {
			wg.Go(func() {
				_, err := w.AddNote(ctx, "", from.ID, customer.NoteInput{Text: fmt.Sprint(i)})
				if err != nil && !errors.Is(err, customer.ErrMerged) {
					t.Error(err)
				}
				if err == nil {
					mu.Lock()
					defer mu.Unlock()
					written++
				}
			})
		}
		wg.Go(func() {
			if _, err := w.Merge(ctx, into.ID, 1, customer.MergeInput{FromID: from.ID, FromVersion: 1}); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		notes, _, err := w.Notes(ctx, into.ID, all)
		if err != nil || len(notes) != written {
			t.Errorf("%d notes of %d written, %v", len(notes), written, err)
		}
	})
}

func TestOneOfManyChangesOfOneVersionGoesThrough(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("甲"))
		errs := make([]error, 6)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { _, errs[i] = w.Update(ctx, c.ID, 1, customer.UpdateInput{Industry: ptr(fmt.Sprint(i))}) })
		}
		wg.Wait()
		through := 0
		for _, err := range errs {
			if err == nil {
				through++
			} else if !errors.Is(err, db.ErrStale) {
				t.Error(err)
			}
		}
		if got, err := w.Get(ctx, c.ID); err != nil || through != 1 || got.Version != 2 {
			t.Errorf("%d through, version %d, %v", through, got.Version, err)
		}
	})
}

func TestTheLikeliestDuplicateComesFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		number := residentID(t, "1990-05-06", 7)
		a, b, c := person("张三"), person("李四", mobile(1)), person("王五")
		a.CustomerNo, b.CustomerNo, c.CustomerNo = "N", "P", "C"
		a.Person = &customer.Person{BirthDate: "1990-05-06"}
		c.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, number)}
		for _, in := range []customer.CreateInput{a, b, c} {
			w.create(ctx, in)
		}
		in := person("张三", mobile(1))
		in.Certificates = c.Certificates
		if _, err := w.Create(ctx, "", in); candidates(err) != "C[certificate] P[phone] N[name_birth] " {
			t.Error(candidates(err))
		}
	})
}

// fiveOfEachPart gives a customer of the first company five parts of each kind, a
// minute apart, whose texts are 0 to 4.
func (w *world) fiveOfEachPart(ctx context.Context) (customer.Customer, customer.Field) {
	w.t.Helper()
	c := w.create(ctx, organisation("甲厂"))
	f, err := w.CreateField(ctx, "", field("pets", customer.TextField))
	w.must(err)
	for i := range 5 {
		*w.now = w.now.Add(time.Minute)
		text := fmt.Sprint(i)
		w.must(second(w.AddNote(ctx, "", c.ID, customer.NoteInput{Text: text})))
		w.must(second(w.Log(ctx, "", c.ID, customer.InteractionInput{Mode: customer.Call, InteractionBody: customer.InteractionBody{Content: text}})))
		w.must(second(w.Analyse(ctx, "", c.ID, customer.AnalysisInput{Aspect: customer.Credit, Text: text})))
		w.must(second(w.Attach(ctx, "", c.ID, text+".txt", strings.NewReader(text))))
		_, _, err := w.Fill(ctx, c.ID, int64(i+1), map[string]string{"pets": text})
		w.must(err)
		r, err := w.Receive(ctx, "", visitor(text, ""))
		w.must(err)
		w.must(second(w.LogReception(ctx, "", r.ID, customer.LogInput{Mode: customer.Call, Text: text})))
		w.must(second(w.CheckLog(w.asUser(w.manager, w.one), "", customer.CheckInput{ReceiverID: clerkID, Remark: text})))
		w.must(second(w.Export(ctx, "", customer.ExportInput{Format: customer.CSV, Filter: customer.Filter{Kind: customer.KindPerson}})))
	}
	return c, f
}

func TestPartsArePaged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c, f := w.fiveOfEachPart(ctx)
		for name, read := range map[string]func(p customer.Page) (texts []string, next string, err error){
			"notes": func(p customer.Page) ([]string, string, error) {
				return texts(w.Notes(ctx, c.ID, p))(func(n customer.Note) string { return n.Text })
			},
			"interactions": func(p customer.Page) ([]string, string, error) {
				return texts(w.Interactions(ctx, c.ID, p))(func(i customer.Interaction) string { return i.Content })
			},
			"analyses": func(p customer.Page) ([]string, string, error) {
				return texts(w.Analyses(ctx, c.ID, "", p))(func(a customer.Analysis) string { return a.Text })
			},
			"attachments": func(p customer.Page) ([]string, string, error) {
				return texts(w.Attachments(ctx, c.ID, p))(func(a customer.Attachment) string { return a.Name[:1] })
			},
			"fields": func(p customer.Page) ([]string, string, error) {
				return texts(w.FieldHistory(ctx, c.ID, f.ID, p))(func(v customer.FieldValue) string { return v.Value })
			},
			"receptions": func(p customer.Page) ([]string, string, error) {
				return texts(w.Receptions(ctx, customer.ReceptionFilter{}, p))(func(r customer.Reception) string { return r.Name })
			},
			"log": func(p customer.Page) ([]string, string, error) {
				return texts(w.PersonalLog(ctx, id.ID{}, clerkID, p))(func(l customer.LogEntry) string { return l.Text })
			},
			"checks": func(p customer.Page) ([]string, string, error) {
				return texts(w.Checks(ctx, id.ID{}, clerkID, p))(func(c customer.LogCheck) string { return c.Remark })
			},
			"exports": func(p customer.Page) ([]string, string, error) {
				return texts(w.Exports(ctx, p))(func(e customer.Export) string { return fmt.Sprint((e.CreatedAt-c.CreatedAt)/60_000_000 - 1) })
			},
		} {
			if got := w.twoByTwo(read); got != "43210" {
				t.Errorf("%s: %s", name, got)
			}
			if _, _, err := read(customer.Page{Limit: 2, Cursor: "forged"}); fields(err) != "page.cursor" {
				t.Errorf("%s with a forged cursor: %v", name, err)
			}
		}
	})
}

// texts maps what a list gives to one text of each.

// twoByTwo reads at most five pages of two.
func (w *world) twoByTwo(read func(customer.Page) ([]string, string, error)) (all string) {
	w.t.Helper()
	p := customer.Page{Limit: 2}
	for range 5 {
		page, next, err := read(p)
		w.must(err)
		all += strings.Join(page, "")
		if p.Cursor = next; next == "" {
			break
		}
	}
	return all
}

func texts[T any](items []T, next string, err error) func(func(T) string) ([]string, string, error) {
	return func(text func(T) string) (all []string, _ string, _ error) {
		for _, i := range items {
			all = append(all, text(i))
		}
		return all, next, err
	}
}

func TestOrganisationsAreMerged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		a, b := organisation("甲厂"), organisation("甲电厂")
		a.Organisation = &customer.Organisation{Employees: 7}
		b.Organisation = &customer.Organisation{Employees: 8, LegalRepresentative: "王大明", Website: "http://a.example", RegisteredCapitalFen: 100}
		into, from := w.create(ctx, a), w.create(ctx, b)
		c, err := w.Merge(ctx, into.ID, 1, customer.MergeInput{FromID: from.ID, FromVersion: 1})
		if err != nil || *c.Organisation != (customer.Organisation{Employees: 7, LegalRepresentative: "王大明", Website: "http://a.example", RegisteredCapitalFen: 100}) {
			t.Errorf("%+v %v", c.Organisation, err)
		}
		merges, err := w.Merges(context.WithoutCancel(ctx), from.ID)
		if err != nil || len(merges) != 1 || merges[0].IntoID != into.ID || merges[0].UndoneAt != 0 {
			t.Errorf("%+v %v", merges, err)
		}
	})
}
