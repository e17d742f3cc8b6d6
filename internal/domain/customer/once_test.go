package customer_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// encoded is what a caller is sent of a value.
func encoded(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// maker makes something of a customer by a key; n chooses between two contents.
type maker func(ctx context.Context, key string, c id.ID, n int) (answer any, err error)

// makers are the use cases that take an idempotency key, but for receptions.
func (w *world) makers() map[string]maker {
	return map[string]maker{
		"create": func(ctx context.Context, key string, _ id.ID, n int) (any, error) {
			in := person("钱七", mobile(700+n))
			in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, residentID(w.t, fmt.Sprintf("1990-05-%02d", n), 70+n))}
			in.UnitID, in.ManagerID, in.Classes = w.station.ID, w.manager, map[string]string{"relation": "new"}
			return w.Create(ctx, key, in)
		},
		"note": func(ctx context.Context, key string, c id.ID, n int) (any, error) {
			return w.AddNote(ctx, key, c, customer.NoteInput{Text: fmt.Sprint("备注", n), Confidential: true})
		},
		"analyse": func(ctx context.Context, key string, c id.ID, n int) (any, error) {
			return w.Analyse(ctx, key, c, customer.AnalysisInput{Aspect: customer.Credit, Level: 3, Text: fmt.Sprint("信用", n)})
		},
		"log": func(ctx context.Context, key string, c id.ID, n int) (any, error) {
			return w.Log(ctx, key, c, customer.InteractionInput{Mode: customer.Call, CostFen: 5, InteractionBody: customer.InteractionBody{Content: fmt.Sprint("回访", n)}})
		},
		"attach": func(ctx context.Context, key string, c id.ID, n int) (any, error) {
			return w.Attach(ctx, key, c, "说明.txt", strings.NewReader(fmt.Sprint("内容", n)))
		},
		"export": func(ctx context.Context, key string, _ id.ID, n int) (any, error) {
			return w.Export(ctx, key, customer.ExportInput{Format: customer.CSV, Filter: customer.Filter{Query: fmt.Sprint(n)}})
		},
		"field": func(ctx context.Context, key string, _ id.ID, n int) (any, error) {
			return w.CreateField(ctx, key, field(fmt.Sprint("field", n), customer.TextField))
		},
		"scheme": func(ctx context.Context, key string, _ id.ID, n int) (any, error) {
			return w.CreateScheme(ctx, key, customer.SchemeInput{Code: fmt.Sprint("scheme", n), SchemeBody: body("按规模", "a", "a")})
		},
	}
}

// rows counts the rows of the tables that makers write.
func (w *world) rows(tables ...string) (n int64) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
		for _, table := range tables {
			var of int64
			if err := tx.Get(&of, "SELECT count(*) FROM "+table); err != nil {
				return err
			}
			n += of
		}
		return nil
	}))
	return n
}

var written = []string{"customer", "customer_note", "customer_analysis", "customer_interaction", "customer_attachment", "customer_export", "customer_event", "customer_field", "customer_scheme", "audit_entry", "job"}

// The same request sent several times at once makes one thing, and everybody is
// told of the same.
func TestAKeySentSeveralTimesAtOnceMakesOneThing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, organisation("甲厂"))
		for name, make := range w.makers() {
			alone := w.rows(written...)
			_, err := make(ctx, "", c.ID, 1)
			w.must(err)
			one := w.rows(written...) - alone
			answers, errs := [6]any{}, [6]error{}
			var wg sync.WaitGroup
			for i := range answers {
				wg.Go(func() { answers[i], errs[i] = make(ctx, "k", c.ID, 2) })
			}
			wg.Wait()
			if err := errors.Join(errs[:]...); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if n := w.rows(written...) - alone - one; n != one {
				t.Errorf("%s: %d rows were written, of one %d", name, n, one)
			}
			for i := range answers {
				if encoded(t, answers[i]) != encoded(t, answers[0]) {
					t.Errorf("%s: one is told\n%s\nanother\n%s", name, encoded(t, answers[0]), encoded(t, answers[i]))
				}
			}
		}
	})
}

// A key stands for one request of one user: another body is refused, another
// user or use case is free to use the same key, and what failed may be sent again.
func TestAKeyStandsForOneRequest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c, other := w.create(ctx, organisation("甲厂")), w.create(ctx, organisation("乙厂"))
		for name, make := range w.makers() {
			first, err := make(ctx, "k", c.ID, 1)
			w.must(err)
			if _, err := make(ctx, "k", c.ID, 2); !errors.Is(err, db.ErrKeyReused) {
				t.Errorf("%s with another body: %v", name, err)
			}
			if slices.Contains([]string{"note", "analyse", "log", "attach"}, name) {
				if _, err := make(ctx, "k", other.ID, 1); !errors.Is(err, db.ErrKeyReused) {
					t.Errorf("%s of another customer: %v", name, err)
				}
			}
			second, err := make(w.asUser(id.ID{2}, w.one), "k", c.ID, 3)
			if err != nil || encoded(t, first) == encoded(t, second) {
				t.Errorf("%s by another user: %v %v", name, second, err)
			}
		}
		refused := person("孙八")
		refused.Classes = map[string]string{"relation": "nothing"}
		if _, err := w.Create(ctx, "again", refused); fields(err) != "classes.relation=no_such" {
			t.Fatal(err)
		}
		refused.Classes = nil
		w.must(second(w.Create(ctx, "again", refused)))
	})
}

// What a use case answers is what is read afterwards.
func TestAnswersAreWhatIsRead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		in := person("张三丰", mobile(1))
		in.UnitID, in.ManagerID, in.Person = w.station.ID, w.manager, &customer.Person{Employer: "供销社"}
		c, err := w.Create(ctx, "", in)
		w.must(err)
		same := func(name string, answer any, read func() (any, error)) {
			t.Helper()
			got, err := read()
			if err != nil || encoded(t, got) != encoded(t, answer) {
				t.Errorf("%s answers\n%s\nread is\n%s %v", name, encoded(t, answer), encoded(t, got), err)
			}
		}
		get := func() (any, error) { return w.Get(ctx, c.ID) }
		same("create", c, get)
		c, err = w.Update(ctx, c.ID, 1, customer.UpdateInput{Industry: ptr("渔业"), UnitID: &id.ID{}})
		w.must(err)
		same("update", c, get)
		c, err = w.Close(ctx, c.ID, 2, customer.CloseInput{Reason: "other", Remark: "搬走"})
		w.must(err)
		same("close", c, get)
		c, err = w.Reopen(ctx, c.ID, 3)
		w.must(err)
		same("reopen", c, get)
		made := map[string]any{}
		for name, make := range w.makers() {
			made[name], err = make(ctx, "", c.ID, 1)
			w.must(err)
		}
		one := customer.Page{Limit: 1}
		same("note", made["note"], func() (any, error) { all, _, err := w.Notes(ctx, c.ID, one); return all[0], err })
		same("log", made["log"], func() (any, error) { all, _, err := w.Interactions(ctx, c.ID, one); return all[0], err })
		same("analyse", made["analyse"], func() (any, error) { all, _, err := w.Analyses(ctx, c.ID, "", one); return all[0], err })
		same("attach", made["attach"], func() (any, error) { all, _, err := w.Attachments(ctx, c.ID, one); return all[0], err })
		same("export", made["export"], func() (any, error) { all, _, err := w.Exports(ctx, one); return all[0], err })
		f, err := w.CreateField(ctx, "", field("pets", customer.TextField))
		w.must(err)
		same("field", []any{made["field"], f}, func() (any, error) { return w.Fields(ctx, id.ID{}) })
		values, _, err := w.Fill(ctx, c.ID, 4, map[string]string{"pets": "猫"})
		w.must(err)
		same("fill", values, func() (any, error) { return w.FieldValues(ctx, c.ID) })
		s, err := w.UpdateScheme(ctx, id.ID{}, "kind", 0, customer.SchemeChange{SchemeBody: body("按情况", "a", "a"), Active: true})
		w.must(err)
		same("scheme", s, func() (any, error) { all, err := w.Schemes(ctx, id.ID{}); return all[1], err })
	})
}
