package demo_test

import (
	"context"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// checkTargets looks at the targets of the account managers: set in January for the
// whole year, five months of which have ended.
func checkTargets(t *testing.T, ctx context.Context, a *app.App) {
	t.Helper()
	o, err := a.Targets.Overview(ctx, id.ID{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	whole := 0
	for _, m := range o.Managers {
		if m.Planned == 12 && m.ToDate.Months == 5 && m.UpdatedAt.Day() == "2026-01-05" && m.ToDate.Permille > 500 && m.ToDate.Permille < 2000 {
			whole++
		}
	}
	if o.Year != 2026 || whole < 3 || len(o.Companies) < whole {
		t.Errorf("%d whole targets in %d, %d companies", whole, o.Year, len(o.Companies))
	}
}
