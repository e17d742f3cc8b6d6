package demo_test

import (
	"context"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// checkReceptions looks into the registers: each company has visits of both
// receivers, one of each still without its course, and logs that wait for a check.
func checkReceptions(t *testing.T, ctx context.Context, a *app.App) {
	t.Helper()
	list, _, err := a.Customers.Receptions(ctx, customer.ReceptionFilter{}, customer.Page{Limit: 200})
	if err != nil || len(list) != 120 {
		t.Fatalf("%d visits, want 120: %v", len(list), err)
	}
	linked, unfilled, contacts := 0, 0, 0
	for _, r := range list {
		if !r.CustomerID.IsZero() {
			linked++
		}
		if r.CourseAt == 0 {
			unfilled++
		}
		d, err := a.Customers.Reception(ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		contacts += len(d.Log)
	}
	if linked < 20 || linked > 90 || unfilled != 8 || contacts < 40 {
		t.Errorf("%d linked, %d unfilled, %d contacts", linked, unfilled, contacts)
	}
	states, err := a.Customers.CheckStates(ctx, id.ID{})
	overdue := 0
	for _, s := range states {
		if s.Overdue {
			overdue++
		}
	}
	if err != nil || len(states) != 8 || overdue != 4 {
		t.Errorf("%d logs wait, %d overdue: %v", len(states), overdue, err)
	}
}
