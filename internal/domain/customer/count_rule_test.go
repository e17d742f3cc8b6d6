package customer_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// How many a count tells is how many the list with that filter shows: of classes,
// of tags and of kinds, with closed and merged customers about, before and after
// a merge is taken back.
func TestCountsAreWhatListsShow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, r := w.as(w.one), rand.New(rand.NewPCG(7, 8))
		made := w.crowd(r, 30)
		w.countsAgree("with merged ones")
		for _, c := range made {
			if c.Status == customer.Merged && c.OrgID == w.one.ID {
				w.must(second(w.Unmerge(ctx, c.ID, w.seen(ctx, c.ID).Version)))
				w.countsAgree("after an undo")
				break
			}
		}
		var one []id.ID
		for _, c := range made {
			if c.OrgID == w.one.ID && c.Status == customer.Active {
				one = append(one, c.ID)
			}
		}
		n, err := w.Classify(ctx, customer.ClassifyInput{IDs: one, Scheme: "relation", Class: "troublesome"})
		if err != nil || n != len(one) {
			t.Errorf("%d of %d classified, %v", n, len(one), err)
		}
		if n, err = w.Classify(ctx, customer.ClassifyInput{IDs: one, Scheme: "relation", Class: "troublesome"}); err != nil || n != 0 {
			t.Errorf("%d classified again, %v", n, err)
		}
		w.must(second(w.Tag(ctx, customer.TagInput{IDs: one, Add: []string{"丙"}, Remove: []string{"甲"}})))
		w.countsAgree("after changes of many")
	})
}

// countsAgree compares the counts of the first company with its lists.
func (w *world) countsAgree(when string) {
	w.t.Helper()
	ctx := w.as(w.one)
	listed := func(f customer.Filter) int64 {
		items, _, err := w.List(ctx, customer.ListInput{Filter: f, Sort: "name", Limit: 200})
		w.must(err)
		return int64(len(items))
	}
	schemes, err := w.Schemes(ctx, id.ID{})
	w.must(err)
	for _, s := range schemes {
		counts, err := w.CountClasses(ctx, id.ID{}, s.Code)
		w.must(err)
		sum := int64(0)
		for _, c := range counts {
			sum += c.Count
			if n := listed(customer.Filter{Classes: []string{s.Code + ":" + c.Class}}); n != c.Count || c.Default > c.Count {
				w.t.Errorf("%s, %s:%s: %d are counted (%d by default), %d listed", when, s.Code, c.Class, c.Count, c.Default, n)
			}
		}
		if n := listed(customer.Filter{}); sum != n {
			w.t.Errorf("%s, %s: %d of %d have a class", when, s.Code, sum, n)
		}
	}
	tags, err := w.Tags(ctx)
	w.must(err)
	last := int64(1 << 40)
	for _, tag := range tags {
		if n := listed(customer.Filter{Tags: []string{tag.Tag}}); n != tag.Count || n == 0 || n > last {
			w.t.Errorf("%s, tag %s: %d are counted, %d listed", when, tag.Tag, tag.Count, n)
		}
		last = tag.Count
	}
	c, err := w.Counts(ctx, 0)
	w.must(err)
	got := fmt.Sprint(c.Persons, c.Organisations)
	want := fmt.Sprint(listed(customer.Filter{Kind: customer.KindPerson, Status: customer.Active}), listed(customer.Filter{Kind: customer.KindOrganisation, Status: customer.Active}))
	if got != want {
		w.t.Errorf("%s: persons and organisations %s, listed %s", when, got, want)
	}
}
