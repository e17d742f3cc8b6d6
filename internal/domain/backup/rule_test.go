package backup

import (
	"fmt"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

func at(day, hour int) when.Instant {
	return when.At(time.Date(2026, 6, day, hour, 0, 0, 0, when.Zone))
}

func TestTheNextTimeOfASchedule(t *testing.T) {
	for _, c := range []struct {
		days []int
		hour int
		now  when.Instant
		want when.Instant
	}{
		{[]int{7}, 2, at(1, 9), at(7, 2)},      // Monday to Sunday
		{[]int{1}, 2, at(1, 1), at(1, 2)},      // later today
		{[]int{1}, 2, at(1, 2), at(8, 2)},      // not now
		{[]int{1}, 2, at(1, 3), at(8, 2)},      // a week
		{[]int{1, 4}, 23, at(2, 0), at(4, 23)}, // the nearest
		{[]int{1, 2, 3, 4, 5, 6, 7}, 0, at(1, 0), at(2, 0)},
		{nil, 2, at(1, 9), 0},
	} {
		if got := next(c.days, c.hour, c.now); got != c.want {
			t.Errorf("days %v at %d after %v: %v, want %v", c.days, c.hour, c.now.Time(), got.Time(), c.want.Time())
		}
	}
}

func TestSurplusKeepsTheNewestAndTheLastProved(t *testing.T) {
	list := func(proofs ...Proof) (all []Backup) {
		for i, p := range proofs {
			all = append(all, Backup{File: fmt.Sprint(i), Proof: p})
		}
		return all
	}
	proving := Backup{File: "p", Proof: Proving, ProofAt: 1}
	for _, c := range []struct {
		all  []Backup
		keep int
		want string
	}{
		{list(), 2, ""}, {list(Equal, Equal), 2, ""}, {list(Equal, Equal, Equal, Equal), 2, "2 3 "},
		{list(Unproved, Unproved, Unproved, Equal, Equal), 2, "2 4 "}, {list(Unproved, Unequal, Unproved), 1, "1 2 "},
		{append(list(Unproved), proving, Backup{File: "q", Proof: Equal}), 1, "q "},
	} {
		got := ""
		for _, b := range surplus(c.all, c.keep) {
			got += b.File + " "
		}
		if got != c.want {
			t.Errorf("of %d, keeping %d: %q go, want %q", len(c.all), c.keep, got, c.want)
		}
	}
}
