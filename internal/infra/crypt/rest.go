package crypt

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// restBatch is how many values are sealed in a transaction.
const restBatch = 500

// SealRest seals what a migration has put aside because its column is sealed from then
// on, and names the tables. Several processes may call it at once; what an interrupted
// one leaves, the next seals. Errors: those of CompanyTx.
func (k *Keyring) SealRest(ctx context.Context, d *db.DB) (tables []string, err error) {
	for more := true; more; {
		var batch []unsealed
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			if batch, err = nextUnsealed(tx, restBatch); err != nil {
				return err
			}
			for _, u := range batch {
				company, err := k.CompanyTx(tx, u.OrgID)
				if err != nil {
					return err
				}
				if err := putSealed(tx, u, company.Own().Seal(Place{u.Table, u.Column, u.ID}, u.Value)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return tables, err
		}
		for _, u := range batch {
			if !slices.Contains(tables, u.Table) {
				tables = append(tables, u.Table)
			}
		}
		more = len(batch) > 0
	}
	return tables, nil
}
