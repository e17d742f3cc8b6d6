package customer_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// crowd makes n customers of two companies with everything filters ask for, and
// gives them as a naive reader would keep them.
func (w *world) crowd(r *rand.Rand, n int) (all []customer.Customer) {
	w.t.Helper()
	names := []string{"张伟", "王芳", "欧阳文渊", "重庆饭店", "买买提·吐尔逊", "John Smith", "单雄信", "zhang", "张伟电器"}
	for i := range n {
		*w.now = w.now.Add(time.Duration(r.IntN(3)) * 9 * time.Hour) // some at the same moment
		in := customer.CreateInput{Kind: pickOne(r, customer.KindPerson, customer.KindOrganisation), Name: pickOne(r, names...), ConfirmDuplicates: true,
			OrgID: pickOne(r, w.one.ID, w.one.ID, w.two.ID), CustomerNo: fmt.Sprint(pickOne(r, "A", "a", "Z", "9"), "-", i), Classes: map[string]string{}}
		if r.IntN(2) == 0 {
			in.Classes["relation"] = pickOne(r, "long_term", "new")
		}
		if r.IntN(3) == 0 {
			in.Classes["kind"] = pickOne(r, "enterprise", "individual")
		}
		if r.IntN(3) == 0 {
			in.ManagerID = w.manager
		}
		if in.OrgID == w.one.ID && r.IntN(2) == 0 {
			in.UnitID = w.station.ID
		}
		for _, tag := range []string{"甲", "乙"} {
			if r.IntN(2) == 0 {
				in.Tags = append(in.Tags, tag)
			}
		}
		all = append(all, w.create(w.as(w.province), in))
	}
	return w.settled(r, all)
}

// settled closes some customers and merges others.
func (w *world) settled(r *rand.Rand, all []customer.Customer) []customer.Customer {
	w.t.Helper()
	ctx := w.as(w.province)
	for i, c := range all {
		switch i % 7 {
		case 3:
			w.must(second(w.Close(ctx, c.ID, c.Version, customer.CloseInput{Reason: "other"})))
		case 5:
			j := slices.IndexFunc(all, func(o customer.Customer) bool {
				return o.ID != c.ID && o.OrgID == c.OrgID && o.Kind == c.Kind && o.Status == customer.Active
			})
			if j >= 0 {
				w.must(second(w.Merge(ctx, all[j].ID, all[j].Version, customer.MergeInput{FromID: c.ID, FromVersion: c.Version})))
				all[j] = w.seen(ctx, all[j].ID)
			}
		}
		all[i] = w.seen(ctx, c.ID)
	}
	return all
}

func (w *world) seen(ctx context.Context, i id.ID) customer.Customer {
	w.t.Helper()
	c, err := w.Get(ctx, i)
	w.must(err)
	return c
}

func pickOne[T any](r *rand.Rand, all ...T) T { return all[r.IntN(len(all))] }

// meets tells as plainly as can be whether a customer meets a filter. Labels of
// merged customers count nowhere.
func meets(c customer.Customer, f customer.Filter) bool {
	day := string(c.CreatedAt.Day())
	ok := (f.OrgID.IsZero() || c.OrgID == f.OrgID) && (f.Kind == "" || c.Kind == f.Kind) && (f.ManagerID.IsZero() || c.ManagerID == f.ManagerID) &&
		(f.UnitID.IsZero() || c.UnitID == f.UnitID) && (f.CreatedFrom == "" || day >= f.CreatedFrom) && (f.CreatedTo == "" || day <= f.CreatedTo)
	if f.Status == "" {
		ok = ok && c.Status != customer.Merged
	} else {
		ok = ok && c.Status == f.Status
	}
	for _, class := range f.Classes {
		scheme, code, _ := strings.Cut(class, ":")
		ok = ok && c.Status != customer.Merged && c.Classes[scheme] == code
	}
	for _, tag := range f.Tags {
		ok = ok && c.Status != customer.Merged && slices.Contains(c.Tags, tag)
	}
	return ok
}

func (w *world) anyFilter(r *rand.Rand) (f customer.Filter) {
	maybe := func(set func()) {
		if r.IntN(4) == 0 {
			set()
		}
	}
	maybe(func() { f.OrgID = pickOne(r, w.one.ID, w.two.ID) })
	maybe(func() { f.Kind = pickOne(r, customer.KindPerson, customer.KindOrganisation) })
	maybe(func() { f.Status = pickOne(r, customer.Active, customer.Closed, customer.Merged) })
	maybe(func() { f.ManagerID = w.manager })
	maybe(func() { f.UnitID = w.station.ID })
	maybe(func() { f.Tags = pickOne(r, []string{"甲"}, []string{"甲", "乙"}, []string{"丙"}) })
	maybe(func() {
		f.Classes = pickOne(r, []string{"relation:new"}, []string{"relation:long_term", "kind:individual"}, []string{"kind:enterprise"}, []string{"kind:nothing"}, []string{"nothing:new"})
	})
	day := func() string { return string(w.now.Add(-time.Duration(r.IntN(12)) * 24 * time.Hour).Day()) }
	maybe(func() { f.CreatedFrom = day() })
	maybe(func() { f.CreatedTo = day() })
	return f
}

// orders compare as the sorts say; ties are broken by the identifier.
func ordered(sort customer.Sort) func(a, b customer.Customer) int {
	key := map[string]func(a, b customer.Customer) int{
		"name": func(a, b customer.Customer) int {
			return cmp.Compare(cn.SortKey(a.Name, nameKind(a)), cn.SortKey(b.Name, nameKind(b)))
		},
		"created_at":  func(a, b customer.Customer) int { return cmp.Compare(a.CreatedAt, b.CreatedAt) },
		"customer_no": func(a, b customer.Customer) int { return cmp.Compare(a.CustomerNo, b.CustomerNo) },
	}[strings.TrimPrefix(string(sort), "-")]
	return func(a, b customer.Customer) int {
		n := cmp.Or(key(a, b), a.ID.Compare(b.ID))
		if strings.HasPrefix(string(sort), "-") {
			return -n
		}
		return n
	}
}

func nameKind(c customer.Customer) cn.NameKind {
	if c.Kind == customer.KindPerson {
		return cn.PersonName
	}
	return cn.OrganisationName
}

var allSorts = []customer.Sort{"name", "-name", "created_at", "-created_at", "customer_no", "-customer_no"}

func numbers(all []customer.Customer) (nos []string) {
	for _, c := range all {
		nos = append(nos, c.CustomerNo)
	}
	return nos
}

// numbersOf lists everything page by page and gives the numbers in their order;
// between is done after each page.
func (w *world) numbersOf(ctx context.Context, in customer.ListInput, between func()) (nos []string) {
	w.t.Helper()
	for range 200 {
		items, next, err := w.List(ctx, in)
		w.must(err)
		for _, i := range items {
			nos = append(nos, i.CustomerNo)
		}
		if in.Cursor = next; next == "" {
			return nos
		}
		between()
	}
	w.t.Fatal("a list without an end")
	return nil
}

func TestListsAreWhatANaiveReaderFinds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewPCG(1, 2))
		all := w.crowd(r, 60)
		for range 80 {
			f, sort, limit := w.anyFilter(r), pickOne(r, allSorts...), pickOne(r, 1, 3, 7, 200)
			var want []customer.Customer
			for _, c := range all {
				if meets(c, f) {
					want = append(want, c)
				}
			}
			slices.SortFunc(want, ordered(sort))
			got := w.numbersOf(w.as(w.province), customer.ListInput{Filter: f, Sort: sort, Limit: limit}, func() {})
			if !slices.Equal(got, numbers(want)) {
				t.Errorf("%+v by %s, %d a page:\n%v\nwant\n%v", f, sort, limit, got, numbers(want))
			}
		}
	})
}

// While somebody pages, others add customers: everybody who was there comes once
// and in order, whatever is added.
func TestPagesAreStableUnderInserts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, n := rand.New(rand.NewPCG(3, 4)), 0
		all := slices.DeleteFunc(w.crowd(r, 24), func(c customer.Customer) bool { return c.Status == customer.Merged })
		added := map[string]bool{}
		add := func() {
			n++
			*w.now = w.now.Add(time.Duration(r.IntN(2)) * time.Second)
			in := person(pickOne(r, "张伟", "阿丁", "祖冲之", "王芳"))
			in.CustomerNo, in.OrgID, in.ConfirmDuplicates = fmt.Sprint(pickOne(r, "0", "B", "z"), "-new", n), pickOne(r, w.one.ID, w.two.ID), true
			added[w.create(w.as(w.province), in).CustomerNo] = true
		}
		for _, sort := range allSorts {
			for _, limit := range []int{1, 5} {
				slices.SortFunc(all, ordered(sort))
				before := len(added)
				got := w.numbersOf(w.as(w.province), customer.ListInput{Sort: sort, Limit: limit}, func() {
					if len(added) < before+15 { // else an ascending list has no end
						add()
					}
				})
				if len(added) == before {
					t.Fatal("nothing was added")
				}
				got = slices.DeleteFunc(got, func(no string) bool { return added[no] })
				if want := numbers(all); !slices.Equal(got, want) {
					t.Errorf("by %s, %d a page:\n%v\nwant\n%v", sort, limit, got, want)
				}
			}
		}
	})
}

// A cursor belongs to its order, and one of a company the caller no longer sees
// shows nothing of it.
func TestCursorsBelongToTheirList(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.village()
		for _, sort := range allSorts {
			_, next, err := w.List(w.as(w.province), customer.ListInput{Sort: sort, Limit: 2})
			w.must(err)
			for _, other := range allSorts {
				_, _, err := w.List(w.as(w.province), customer.ListInput{Sort: other, Limit: 2, Cursor: next})
				if want := map[bool]string{true: "", false: "page.cursor"}[other == sort]; fields(err) != want {
					t.Errorf("a cursor of %s by %s: %q", sort, other, fields(err))
				}
			}
			items, _, err := w.List(w.as(w.two), customer.ListInput{Sort: sort, Limit: 9, Cursor: next})
			for _, i := range items {
				if i.OrgID != w.two.ID {
					t.Errorf("%s: another company's customer %s", sort, i.Name)
				}
			}
			w.must(err)
		}
	})
}
