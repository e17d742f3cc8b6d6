package demo

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/target"
)

// growths are by how much the heads raise the forecast for their account managers,
// in thousandths.
var growths = []int64{30, 55, 15, 80}

// makeTargets has the head of each company take the proposal as the account
// manager's target of the year, in its first days.
func (b *builder) makeTargets(ctx context.Context) error {
	year := b.end.Time().Year()
	was := b.now
	defer func() { b.now = was }()
	b.now = min(b.end, when.At(time.Date(year, 1, 5, 9, 30, 0, 0, when.Zone)))
	for i, p := range companies {
		head, err := b.as(ctx, "head"+p.Code)
		if err != nil {
			return err
		}
		k := target.Key{OrgID: b.orgs[p.Code].ID, ManagerID: b.users["manager"+p.Code], Year: year}
		st, err := b.Targets.Get(head, k, growths[i])
		if err != nil {
			return err
		}
		in := target.Input{GrowthPermille: growths[i]}
		for _, m := range st.Months {
			if m.ProposalWh != nil && *m.ProposalWh > 0 {
				in.Months = append(in.Months, target.MonthInput{Month: m.Month, EnergyWh: *m.ProposalWh})
			}
		}
		if len(in.Months) == 0 {
			continue // without consumption there is nothing to derive from
		}
		if _, err := b.Targets.Set(head, k, 0, in); err != nil {
			return err
		}
	}
	return nil
}
