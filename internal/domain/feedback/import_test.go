package feedback_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
)

const header = "Unique Key,Created Date,Closed Date,Agency Name,Complaint Type,Descriptor,Location Type,Incident Address,City,Borough\n"

func (w *world) imported(file string) (feedback.Imported, error) {
	return w.Import(w.system(), w.one.ID, "nyc311", strings.NewReader(file), int64(len(file)))
}

// Past cases keep their times and authors; what is wrong is refused with its reason, and
// what is there already comes no second time.
func TestPastCasesComeIn(t *testing.T) {
	each(t, func(w *world) {
		file := header + `1,3/14/2025 1:20,,Police,Animal-Abuse,Neglected,Street,285 COZINE AVENUE,BROOKLYN,BROOKLYN
2,3/14/2025 1:20,3/14/2025 3:50,Police,Animal-Abuse,Neglected,Street,1 A,BROOKLYN,BROOKLYN
2,3/14/2025 1:20,3/14/2025 3:50,Police,Animal-Abuse,Neglected,Street,1 A,BROOKLYN,BROOKLYN
3,yesterday,,Police,Animal-Abuse,Neglected,Street,1 A,BROOKLYN,BROOKLYN
4,3/14/2025 1:20,3/13/2025 1:20,Police,Animal-Abuse,Neglected,Street,1 A,BROOKLYN,BROOKLYN
5,3/14/2025 1:20,,Police,Loud Music,Neglected,Street,1 A,BROOKLYN,BROOKLYN
`
		done, err := w.imported(file)
		w.must(err)
		if got := fmt.Sprint(done.Cases, done.Refused, done.TimeToClose); got != "2 [{4 Unique Key duplicate} {5 Created Date no_time} {6 Closed Date too_early} {7 Complaint Type not_mapped}] {150 150}" {
			w.t.Error(got)
		}
		all, _, err := w.List(w.as(w.head), feedback.ListInput{Sort: "received_at", Limit: 10})
		w.must(err)
		if len(all) != 2 || all[0].CaseNo != "NYC311-1" || all[0].State != feedback.Registered || all[1].State != feedback.Closed || all[0].RegistrarName != "Police" ||
			all[1].EndedAt != moment("2025-03-14 03:50") || all[0].CategoryName != "纽约 311 / 虐待动物" {
			w.t.Errorf("%+v", all)
		}
		d, err := w.Get(w.system(), all[1].ID)
		w.must(err)
		if len(d.Events) != 3 || d.Events[0].ActorName != "Police" || d.Events[2].At != moment("2025-03-14 01:20") || d.Place != "1 A, BROOKLYN, BROOKLYN" {
			w.t.Errorf("%+v", d.Events)
		}
		if done, err = w.imported(file); err != nil || done.Cases != 0 || len(done.Refused) != 6 {
			w.t.Errorf("again: %d, %v", done.Cases, err)
		}
		w.must(w.Warn(context.Background()))
		if n := w.count("SELECT count(*) FROM task WHERE kind = 'feedback.task.overdue'"); n != 0 {
			w.t.Errorf("%d people were told of what is long over", n)
		}
		if _, err := w.imported("a,b\n1,2\n"); !errors.Is(err, feedback.ErrColumns) {
			w.t.Errorf("other columns: %v", err)
		}
	})
}

// The percentiles of many are those of an independent computation.
func TestTimesToCloseOfManyCases(t *testing.T) {
	each(t, func(w *world) {
		var b bytes.Buffer
		b.WriteString(header)
		out := csv.NewWriter(&b)
		start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
		var minutes []int
		for i := range 1203 {
			took := i * i % 5003
			minutes = append(minutes, took)
			from := start.Add(time.Duration(i) * time.Hour)
			w.must(out.Write([]string{fmt.Sprint(i), from.Format("1/2/2006 15:04"), from.Add(time.Duration(took) * time.Minute).Format("1/2/2006 15:04"), "A", "Pet Shop", "x", "Store", "1", "C", "B"}))
		}
		out.Flush()
		done, err := w.imported(b.String())
		w.must(err)
		slices.Sort(minutes)
		p50, p90 := float64(minutes[601]), float64(minutes[1081])+0.8*float64(minutes[1082]-minutes[1081])
		if done.Cases != 1203 || done.TimeToClose.P50 != p50 || math.Abs(done.TimeToClose.P90-p90) > 1e-9 {
			w.t.Errorf("%d, %+v, want %g %g", done.Cases, done.TimeToClose, p50, p90)
		}
	})
}
