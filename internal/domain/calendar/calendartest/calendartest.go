// Package calendartest gives tests calendars of years that nobody has published.
package calendartest

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Year is a year with the holidays of fixed date off, and one day each for the others.
func Year(year int) when.Year {
	y := when.Year{Year: year, Notice: fmt.Sprintf("试〔%d〕1号", year-1), Papers: []string{"https://example.org/"}}
	for _, d := range []struct{ day, name string }{{"01-01", "元旦"}, {"02-10", "春节"}, {"04-05", "清明节"}, {"05-01", "劳动节"}, {"06-10", "端午节"}, {"09-15", "中秋节"},
		{"10-01", "国庆节"}, {"10-02", "国庆节"}, {"10-03", "国庆节"}} {
		y.Days = append(y.Days, when.Named{Name: d.name, Date: when.Day(fmt.Sprintf("%d-%s", year, d.day)), Off: true})
	}
	return y
}

// Install puts a calendar into the database, as an import would.
func Install(t testing.TB, d *db.DB, y when.Year) {
	t.Helper()
	body, err := json.Marshal(y)
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), func(tx *db.Tx) error { return install(tx, y.Year, string(body)) })
	if err != nil {
		t.Fatal(err)
	}
}
