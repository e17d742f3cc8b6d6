package customer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Of changes made at once from one version one goes through, and the others are
// told to read again; never two, never none.
func TestOfChangesFromOneVersionOneGoesThrough(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		for _, x := range w.races(ctx) {
			before := w.rows("audit_entry")
			errs := [5]error{}
			var wg sync.WaitGroup
			for k := range errs {
				wg.Go(func() { errs[k] = x.change(k) })
			}
			wg.Wait()
			through := 0
			for _, err := range errs {
				switch {
				case err == nil:
					through++
				case !slices.ContainsFunc(x.late, func(late error) bool { return errors.Is(err, late) }):
					t.Errorf("%s: a late one is told %v", x.name, err)
				}
			}
			if n := w.rows("audit_entry") - before; through != 1 || n != 1 {
				t.Errorf("%s: %d went through, %d audit entries", x.name, through, n)
			}
		}
	})
}

// race is a change several people make at once from one version, and what those
// who come late may be told.
type race struct {
	name   string
	change func(n int) error
	late   []error
}

// races are to be run in their order.
func (w *world) races(ctx context.Context) []race {
	w.t.Helper()
	f := w.defined()["hobby"]
	c := w.create(ctx, person("张三"))
	n, err := w.AddNote(ctx, "", c.ID, customer.NoteInput{Text: "x"})
	w.must(err)
	i, err := w.Log(ctx, "", c.ID, customer.InteractionInput{Mode: customer.Call, InteractionBody: customer.InteractionBody{Content: "x"}})
	w.must(err)
	a, err := w.Attach(ctx, "", c.ID, "a.txt", strings.NewReader("x"))
	w.must(err)
	gone, err := w.AddNote(ctx, "", c.ID, customer.NoteInput{Text: "y"})
	w.must(err)
	return append([]race{
		{"edit a note", func(k int) error {
			return second(w.EditNote(ctx, c.ID, n.ID, 1, customer.NoteInput{Text: fmt.Sprint(k)}))
		}, []error{db.ErrStale}},
		{"remove a note", func(int) error { return w.RemoveNote(ctx, c.ID, gone.ID, 1) }, []error{db.ErrStale, db.ErrNotFound}},
		{"correct a contact", func(k int) error {
			return second(w.EditLog(ctx, c.ID, i.ID, 1, customer.InteractionInput{Mode: customer.Call, InteractionBody: customer.InteractionBody{Content: fmt.Sprint(k)}}))
		}, []error{db.ErrStale}},
		{"take a file away", func(int) error { return w.Detach(ctx, c.ID, a.ID, 1) }, []error{db.ErrStale, db.ErrNotFound}},
		{"fill in", func(k int) error { return third(w.Fill(ctx, c.ID, 1, map[string]string{"hobby": fmt.Sprint(k)})) }, []error{db.ErrStale}},
		{"close", func(int) error { return second(w.Close(ctx, c.ID, 2, customer.CloseInput{Reason: "other"})) }, []error{db.ErrStale}},
		{"reopen", func(int) error { return second(w.Reopen(ctx, c.ID, 3)) }, []error{db.ErrStale}},
	}, w.settingRaces(ctx, f.ID)...)
}

func (w *world) settingRaces(ctx context.Context, f id.ID) []race {
	return []race{
		{"change a field", func(k int) error {
			return second(w.UpdateField(ctx, f, 1, customer.FieldChange{FieldBody: customer.FieldBody{NameZh: fmt.Sprint(k), Type: customer.TextField}, Active: true}))
		}, []error{db.ErrStale}},
		{"change a shipped scheme", func(k int) error {
			return second(w.UpdateScheme(ctx, id.ID{}, "kind", 0, customer.SchemeChange{SchemeBody: body(fmt.Sprint(k), "a", "a"), Active: true}))
		}, []error{db.ErrStale}},
		{"change a scheme", func(k int) error {
			return second(w.UpdateScheme(ctx, id.ID{}, "kind", 1, customer.SchemeChange{SchemeBody: body(fmt.Sprint(k), "a", "a"), Active: true}))
		}, []error{db.ErrStale}},
		{"make a scheme", func(int) error {
			return second(w.CreateScheme(ctx, "", customer.SchemeInput{Code: "size", SchemeBody: body("x", "a", "a")}))
		}, []error{customer.ErrCodeTaken}},
		{"make a field", func(int) error { return second(w.CreateField(ctx, "", field("same", customer.TextField))) }, []error{customer.ErrCodeTaken}},
		{"take a number", func(int) error {
			in := person("李四")
			in.CustomerNo = "A-1"
			return second(w.Create(ctx, "", in))
		}, []error{customer.ErrNoTaken}},
	}
}

// Tags of many customers set at once by several people lose none: each adds its
// own.
func TestTagsOfManyAreNotLost(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		var ids []id.ID
		for i := range 4 {
			ids = append(ids, w.create(ctx, person(fmt.Sprint("客户", i))).ID)
		}
		errs := [6]error{}
		var wg sync.WaitGroup
		for i := range errs {
			list := slices.Clone(ids)
			if i%2 == 1 {
				slices.Reverse(list) // locks in the order of ids, so none waits for ever
			}
			wg.Go(func() { _, errs[i] = w.Tag(ctx, customer.TagInput{IDs: list, Add: []string{fmt.Sprint("标", i)}}) })
		}
		wg.Wait()
		w.must(errors.Join(errs[:]...))
		tags, err := w.Tags(ctx)
		if want := "[{标0 4} {标1 4} {标2 4} {标3 4} {标4 4} {标5 4}]"; err != nil || fmt.Sprint(tags) != want {
			t.Errorf("%v %v", tags, err)
		}
	})
}

// Work on a customer while he is closed, reopened and merged ends in an order in
// which it could have been done one after another: his version counts every
// change, and the timeline tells of each.
func TestVersionsCountEveryChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		w.defined()
		c := w.create(ctx, person("张三"))
		var wg sync.WaitGroup
		for k := range 4 {
			for _, change := range []func(version int64) error{
				func(v int64) error {
					return second(w.Update(ctx, c.ID, v, customer.UpdateInput{Industry: ptr(fmt.Sprint(k))}))
				},
				func(v int64) error { return third(w.Fill(ctx, c.ID, v, map[string]string{"hobby": fmt.Sprint(k)})) },
				func(int64) error {
					return second(w.Tag(ctx, customer.TagInput{IDs: []id.ID{c.ID}, Add: []string{fmt.Sprint(k)}}))
				},
			} {
				wg.Go(func() {
					for range 200 {
						now, err := w.Get(ctx, c.ID)
						if err == nil {
							err = change(now.Version)
						}
						if err == nil {
							return
						}
						if !errors.Is(err, db.ErrStale) {
							t.Error(err)
							return
						}
					}
					t.Error("never went through")
				})
			}
		}
		wg.Wait()
		events, _, err := w.Timeline(ctx, c.ID, customer.TimelineFilter{}, all)
		w.must(err)
		got := w.seen(ctx, c.ID)
		if got.Version != 13 || len(events) != 13 || fmt.Sprint(got.Tags) != "[0 1 2 3]" {
			t.Errorf("version %d, %d events, tags %v", got.Version, len(events), got.Tags)
		}
		if h := w.history(ctx, got, 5); len(h) != 13 {
			t.Errorf("%d entries: %v", len(h), h)
		}
	})
}
