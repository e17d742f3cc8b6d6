package demo

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// bulkTagged is how many customers of a company are tagged at once.
const bulkTagged = 6

// makeBulks leaves two bulk changes by the maintainer of each company: one that stands and
// one that was taken back.
func (b *builder) makeBulks(ctx context.Context) error {
	b.now = b.end
	for company, p := range companies {
		var rows []id.ID
		for _, k := range b.known {
			if k.company == company && len(rows) < bulkTagged {
				rows = append(rows, k.id)
			}
		}
		if len(rows) < bulkTagged {
			continue // so few are not changed at once
		}
		err := b.actAs(ctx, "maintainer"+p.Code, func(ctx context.Context) error {
			if _, err := b.bulkTag(ctx, p.Code, rows, "年度走访"); err != nil {
				return err
			}
			d, err := b.bulkTag(ctx, p.Code, rows[:len(rows)/2], "错峰用电意向")
			if err != nil {
				return err
			}
			if d, err = b.Bulks.Undo(ctx, d.ID, d.Version); err != nil {
				return err
			}
			_, err = b.Jobs.RunOne(ctx, d.OrgID, d.JobID)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// bulkTag gives customers of a company another tag.
func (b *builder) bulkTag(ctx context.Context, company string, rows []id.ID, tag string) (d bulk.Detail, err error) {
	change, err := json.Marshal(customer.BulkChange{Action: "tag", Add: []string{tag}})
	if err != nil {
		return d, fmt.Errorf("demo: %w", err)
	}
	a := bulk.Ask{Kind: customer.BulkKind, OrgID: b.orgs[company].ID, Change: change}
	for _, i := range rows {
		c, err := b.Customers.Get(ctx, i)
		if err != nil {
			return d, err
		}
		a.Rows = append(a.Rows, bulk.Seen{ID: c.ID, Version: c.Version})
	}
	if d, err = b.Bulks.Start(ctx, "", a); err != nil {
		return d, err
	}
	if _, err := b.Jobs.RunOne(ctx, d.OrgID, d.JobID); err != nil {
		return d, err
	}
	return b.Bulks.Get(ctx, d.ID)
}
