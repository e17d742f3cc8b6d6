package supply_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// scripts are names as they come: rare characters of four bytes, several scripts,
// signs joined of many, right-to-left, quotes and what means something to SQL,
// HTML or a spreadsheet.
var scripts = []string{"𠮷野家𠀀", "㼆㴪", "Ünïted-Kraft “A”", "👩‍👩‍👧‍👦之家", "مصنع", "O'Brien; DROP TABLE account;--", "100%_\\", "<b>张</b>&amp;", "a\u0301é", "①㎡㈱", "張偉（香港）有限公司"}

// Names come back as they were written, in records, lists, files and details.
func TestNamesInAnyScriptComeBack(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		ctx := w.as(w.a, "supply.*", "customer.reveal")
		for i, name := range scripts {
			in := account(fmt.Sprint("10", i), name)
			a, err := supply.AddAccount(ctx, w.svc, "", in)
			if err != nil {
				w.t.Fatalf("%q: %v", name, err)
			}
			d, err := w.svc.Detail(ctx, a.ID)
			if err != nil || d.Account.Name != name {
				w.t.Errorf("%q came back as %q: %v", name, d.Account.Name, err)
			}
		}
		list, _ := call[rest.List[supply.Account]](w, h, "maintainer", "GET", "/api/v1/accounts?sort=created_at", "", 200)
		rows := w.csvRows(h, "maintainer", "/api/v1/accounts.csv?sort=created_at&lookup_id="+approval.String(), 200)
		for i, name := range scripts {
			if list.Items[i].Name != name || strings.TrimPrefix(rows[i+1][2], "'") != name {
				w.t.Errorf("%q is listed as %q, in the file %q", name, list.Items[i].Name, rows[i+1][2])
			}
		}
	})
}

// Names of the network are found by a part of them, whatever the script and the
// width in which they are typed; signs that mean something to SQL find
// nothing.
func TestTheNetworkIsFoundInAnyScript(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.a, "supply.*")
		for i, name := range scripts {
			if _, err := supply.AddLine(ctx, w.svc, supply.LineInput{No: fmt.Sprint("L", i), Name: name, Voltage: "AC00101"}); err != nil {
				w.t.Fatal(err)
			}
		}
		find := func(q string) string {
			hits, err := w.svc.SearchNetwork(ctx, q, 20)
			if err != nil {
				w.t.Fatal(err)
			}
			return joined(hits, func(h search.Hit) string { return h.Hint })
		}
		for q, want := range map[string]string{"𠮷野": "L0", "㼆㴪": "L1", "KRAFT": "L2", "ｋｒａｆｔ": "L2", "之家": "L3", "مصنع": "L4", "drop table": "L5", "張偉": "L10", "%": "", "_": ""} {
			if got := find(q); got != want {
				w.t.Errorf("%q finds %q, want %q", q, got, want)
			}
		}
		for _, q := range []string{"\"", "'", "*", "(", "a AND b", "NEAR(", "-", strings.Repeat("很", 100)} {
			find(q) // finds what it may, and breaks nothing
		}
	})
}

// A list is narrowed by the beginning of a number exactly: what means something to
// SQL is a letter like any other, and no other number slips in.
func TestBeginningsAreExact(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.a, "supply.*")
		for _, no := range []string{"A1", "A10", "A_1", "A%1", "A2", "户1", "户2", "\U0010FFFD"} {
			if _, err := supply.AddMeter(ctx, w.svc, supply.MeterInput{AssetNo: no}); err != nil {
				w.t.Fatalf("%q: %v", no, err)
			}
		}
		for q, want := range map[string]string{"A1": "A1 A10", "a_": "A_1", "A%": "A%1", "户": "户1 户2", "Ａ1": "A1 A10", "B": "", " ": "A%1 A1 A10 A2 A_1 户1 户2 \U0010FFFD"} {
			if got := w.assets("meters?q=" + url.QueryEscape(q)); got != want {
				w.t.Errorf("%q: %s, want %s", q, got, want)
			}
		}
	})
}

// A box in which only blanks were typed asks for nothing.
func TestBlanksAskForNothing(t *testing.T) {
	each(t, func(w *world) {
		w.populate(w.a, w.build(w.a))
		h := w.handler()
		for path, want := range map[string]int{"accounts": 6, "metering-points": 7, "lines": 4, "districts": 2, "substations": 1, "equipment": 2} {
			for _, blank := range []string{"%20%20", "%E3%80%80"} {
				list, _ := call[rest.List[made]](w, h, "agent", "GET", "/api/v1/"+path+"?q="+blank, "", 200)
				if len(list.Items) != want {
					w.t.Errorf("%s?q=%s: %d, want %d", path, blank, len(list.Items), want)
				}
			}
		}
	})
}
