package demo_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/demo"
)

var now = when.At(time.Date(2026, 6, 1, 9, 0, 0, 0, when.Zone))

func TestAnyCustomerCanBeDrawnAgain(t *testing.T) {
	a, b := demo.NewWorld(7, now), demo.NewWorld(7, now)
	for i := 99; i >= 0; i-- {
		if x, y := a.Customer(i%4, i), b.Customer(i%4, i); !reflect.DeepEqual(x, y) {
			t.Fatalf("customer %d: %+v and %+v", i, x, y)
		}
	}
	if reflect.DeepEqual(a.Customer(0, 1), demo.NewWorld(8, now).Customer(0, 1)) {
		t.Error("another seed gives the same customer")
	}
	if reflect.DeepEqual(a.Customer(0, 1).Name, a.Customer(1, 1).Name) && reflect.DeepEqual(a.Customer(0, 2).Name, a.Customer(1, 2).Name) {
		t.Error("two companies have the same customers")
	}
}

func TestNobodyIsReal(t *testing.T) {
	w := demo.NewWorld(1, now)
	for i := range 2000 {
		c := w.Customer(i%4, i)
		kind := cn.KindUSCC
		if c.Person {
			kind = cn.KindResidentID
		}
		if _, err := cn.ParseCertificate(kind, c.IDNumber, cn.ResidentIDCheck{Today: string(now.Day())}); err != nil {
			t.Fatalf("%s has the certificate %s: %v", c.Name, c.IDNumber, err)
		}
		if !strings.Contains(c.IDNumber, cn.UnassignedRegion) {
			t.Errorf("certificate %s is of a real region", c.IDNumber)
		}
		for _, p := range c.Phones {
			parsed, err := cn.ParsePhone(p, "")
			if err != nil {
				t.Fatalf("phone %s: %v", p, err)
			}
			if parsed.Allocated() {
				t.Errorf("phone %s may be somebody's", p)
			}
		}
	}
}

func TestTheMixIsBelievable(t *testing.T) {
	w := demo.NewWorld(1, now)
	count, persons, accounts := map[demo.Segment]int{}, 0, map[string]bool{}
	const n = 5000
	for i := range n {
		c := w.Customer(0, i)
		count[c.Segment]++
		if c.Person {
			persons++
		}
		if accounts[c.Account.No] {
			t.Errorf("account %s twice", c.Account.No)
		}
		accounts[c.Account.No] = true
		if c.Opened > now.Day() || c.Account.DailyWh <= 0 || c.Account.CapacityVA <= 0 || c.Address == "" {
			t.Errorf("customer %+v", c)
		}
	}
	for s, want := range map[demo.Segment]int{demo.Resident: 84, demo.Commerce: 8, demo.Industry: 4, demo.Farm: 3, demo.Government: 1} {
		if got := float64(count[s]) * 100 / n; got < float64(want)-2 || got > float64(want)+2 {
			t.Errorf("%s: %.1f %%, want about %d", s, got, want)
		}
	}
	if persons < n*8/10 {
		t.Errorf("%d persons", persons)
	}
}
