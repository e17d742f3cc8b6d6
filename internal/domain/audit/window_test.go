package audit_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
)

// What no index finds is looked for among so many entries at a time: a page that is not
// full says how far back it looked, and the next goes on from there. Nothing is left out
// and nothing told twice.
func TestASearchThatFindsLittleStops(t *testing.T) {
	eachDesk(t, func(d *desk) {
		d.enter(orgA, 47)
		d.seal()
		d.SetWindow(10)
		for _, f := range []audit.Filter{{Text: "审"}, {Kind: audit.OfRead}, {ObjectType: "nothing"}} {
			found, err := d.Search(t.Context(), "zh", f, "", 5)
			if err != nil || len(found.Items) != 0 || found.NextCursor == "" || found.SearchedTo == 0 {
				t.Errorf("%+v: %+v %v", f, found, err)
			}
			pages := 1
			for before := found.SearchedTo; found.NextCursor != ""; pages++ {
				if found, err = d.Search(t.Context(), "zh", f, found.NextCursor, 5); err != nil || found.NextCursor != "" && found.SearchedTo >= before {
					t.Fatalf("%+v: %+v %v", f, found, err)
				}
				before = found.SearchedTo
			}
			if pages != 5 {
				t.Errorf("%+v: %d pages", f, pages)
			}
		}
		all, whole := d.search(audit.Filter{Text: "修改"}, 5), d.search(audit.Filter{}, 5)
		if len(all) != 47 || !slices.EqualFunc(all, whole, func(a, b audit.EntryView) bool { return a.ID == b.ID }) {
			t.Errorf("%s of %d entries found", fmt.Sprint(len(all)), len(whole))
		}
		found, err := d.Search(t.Context(), "zh", audit.Filter{}, "", 5)
		if err != nil || found.SearchedTo != 0 {
			t.Errorf("a full page: searched to %d, %v", found.SearchedTo, err)
		}
	})
}
