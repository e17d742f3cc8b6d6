package supply

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// meterFile is a list of meters as a file, read by page.
func meterFile(page func(cursor string) ([]Meter, string, error)) csvFile[Meter] {
	return csvFile[Meter]{name: "meters", object: "meter", columns: []string{"id", "asset_no", "factor"}, say: speaker{catalogue.Text, "zh"}, page: page,
		row: func(m *Meter) ([]any, *Names) { return []any{m.ID, m.AssetNo, m.Factor}, &Names{} }}
}

// pageOf is n meters numbered from first.
func pageOf(first, n int) []Meter {
	all := make([]Meter, n)
	for i := range all {
		all[i].AssetNo, all[i].Factor = fmt.Sprint("A", first+i), 1
	}
	return all
}

func written(t *testing.T, f csvFile[Meter], records []Meter, next string) ([][]string, error) {
	t.Helper()
	var b bytes.Buffer
	failed := f.write(&b, records, next)
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows, failed
}

// A file holds every page in order, without the columns that mean nothing to a
// reader.
func TestAFileHoldsEveryPage(t *testing.T) {
	asked := 0
	rows, err := written(t, meterFile(func(cursor string) ([]Meter, string, error) {
		asked++
		return pageOf(asked*2, 2), map[bool]string{true: "more", false: ""}[asked < 3], nil
	}), pageOf(0, 2), "more")
	if err != nil || len(rows) != 9 || len(rows[0]) != 2 || rows[1][0] != "A0" || rows[8][0] != "A7" {
		t.Errorf("%v, %v", rows, err)
	}
}

// A file that an error cuts says so in its last row: its status was sent long
// before, and half a list must not pass for a whole one.
func TestAFileCutByAnErrorSaysSo(t *testing.T) {
	broken := errors.New("connection lost")
	rows, err := written(t, meterFile(func(string) ([]Meter, string, error) { return nil, "", broken }), pageOf(0, 2), "more")
	if !errors.Is(err, broken) || len(rows) != 4 || rows[3][0] != cutMark {
		t.Errorf("%v, %v", rows, err)
	}
}

// A file ends at the bound, and says that there is more.
func TestAFileEndsAtTheBound(t *testing.T) {
	page := pageOf(0, 10_000)
	rows, err := written(t, meterFile(func(string) ([]Meter, string, error) { return page, "more", nil }), page, "more")
	if err != nil || len(rows) != maxExport+2 || rows[len(rows)-1][0] != cutMark {
		t.Errorf("%d rows, the last %v, %v", len(rows), rows[len(rows)-1], err)
	}
	if rows, err = written(t, meterFile(nil), page, ""); err != nil || len(rows) != len(page)+1 {
		t.Errorf("a list that fits has %d rows: %v", len(rows), err)
	}
}

// Before anything leaves, the first page must have been read and the export
// written down.
func TestNothingLeavesUnrecorded(t *testing.T) {
	broken := errors.New("no")
	f := meterFile(func(string) ([]Meter, string, error) { return nil, "", broken })
	f.record = func() error { t.Error("recorded what never was"); return nil }
	if s, err := f.stream(context.Background()); s != nil || !errors.Is(err, broken) {
		t.Errorf("%v, %v", s, err)
	}
	f.page = func(string) ([]Meter, string, error) { return pageOf(0, 1), "", nil }
	f.record = func() error { return broken }
	if s, err := f.stream(context.Background()); s != nil || !errors.Is(err, broken) {
		t.Errorf("%v, %v", s, err)
	}
}

// A cell is what a reader would write: units as on screen, codes and truths in his
// language, days and hours in Shanghai, identifiers by their name.
func TestCells(t *testing.T) {
	names := &Names{District: "人民路1号台区", customerNo: "K1"}
	for _, c := range []struct {
		object, column string
		value          any
		zh, en         string
	}{
		{"account", "contract_va", int64(8500), "8.5", "8.5"},
		{"account", "contract_va", int64(0), "0", "0"},
		{"premise", "longitude_e6", int64(104_612_345), "104.612345", "104.612345"},
		{"premise", "latitude_e6", int64(-1), "-0.000001", "-0.000001"},
		{"account", "power_off", true, "是", "Yes"},
		{"account", "power_off", false, "否", "No"},
		{"account", "status", "closed", "已销户", catalogue.Text("en", "supply.account_status.closed", nil)},
		{"contract", "status", "in_force", catalogue.Text("zh", "supply.contract_status.in_force", nil), catalogue.Text("en", "supply.contract_status.in_force", nil)},
		{"condition", "found_at", when.Instant(0), "", ""},
		{"condition", "found_at", when.Instant(1_700_000_000_000_000), "2023-11-15 06:13", "2023-11-15 06:13"},
		{"account", "district_id", id.ID{7}, "人民路1号台区", "人民路1号台区"},
		{"account", "line_id", id.ID{}, "", ""},
		{"account", "customer_id", id.ID{7}, "K1", "K1"},
		{"account", "name", "normal", "normal", "normal"}, // a name that is also a code
		{"meter", "asset_no", "III", "III", "III"},
		{"account", "opened_on", when.Day("2026-01-01"), "2026-01-01", "2026-01-01"},
	} {
		for lang, want := range map[string]string{"zh": c.zh, "en": c.en} {
			if got := (speaker{catalogue.Text, lang}).cell(c.object, c.column, c.value, names); got != want {
				t.Errorf("%s.%s %v in %s: %q, want %q", c.object, c.column, c.value, lang, got, want)
			}
		}
	}
}
