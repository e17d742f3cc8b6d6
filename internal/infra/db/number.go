package db

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// NextNumber takes the next number of a company's day, from 1, out of a table of org_id,
// day and next. Who takes one holds the row until the transaction ends, so no number is
// left out.
func (tx *Tx) NextNumber(table string, org id.ID, day when.Day) (n int64, err error) {
	err = tx.Get(&n, "INSERT INTO "+table+" (org_id, day, next) VALUES ($1, $2, 2) ON CONFLICT (org_id, day) DO UPDATE SET next = "+table+".next + 1 RETURNING next", org, string(day))
	return n - 1, err
}
