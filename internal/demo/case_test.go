package demo_test

import (
	"context"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
)

// checkCases: there are cases of every type and in every usual state, some of them late
// and one opened again.
func checkCases(t *testing.T, ctx context.Context, a *app.App) {
	t.Helper()
	list, _, err := a.Feedback.List(ctx, feedback.ListInput{Sort: "-received_at", Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	seen, overdue, again := map[string]int{}, 0, 0
	for _, c := range list {
		seen[string(c.Type)]++
		seen[string(c.State)]++
		if c.Overdue {
			overdue++
		}
		if c.Round > 1 {
			again++
		}
	}
	for _, k := range feedback.Types {
		if seen[string(k)] == 0 {
			t.Errorf("no case of type %s", k)
		}
	}
	for _, s := range []feedback.State{feedback.Registered, feedback.Dispatched, feedback.Accepted, feedback.Waiting, feedback.Resolved, feedback.Closed} {
		if seen[string(s)] == 0 {
			t.Errorf("no case is %s", s)
		}
	}
	if overdue == 0 || again != 4 {
		t.Errorf("%d of %d cases are overdue, %d were opened again", overdue, len(list), again)
	}
}
