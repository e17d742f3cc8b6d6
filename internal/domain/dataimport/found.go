package dataimport

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// found is what the archive knows of the keys of a batch.
type found struct {
	byNo          map[string]customer.Ref
	byCertificate map[string][]customer.Ref
	byID          map[id.ID]customer.Ref // owners of the accounts
	accounts      map[string]supply.Account
	meters        map[string]supply.MeterAt
	districts     map[string]id.ID
	lines         map[string]id.ID
}

// findTx looks all keys of a batch up, a few statements for all rows.
func (s *Service) findTx(tx *db.Tx, org id.ID, rows []record) (f found, err error) {
	if f.byNo, err = s.Customers.RefsByNoTx(tx, org, distinctOf(rows, func(r *record) string { return r.customerNo })); err != nil {
		return f, err
	}
	if f.byCertificate, err = s.Customers.RefsByCertificatesTx(tx, org, distinctOf(rows, func(r *record) string { return r.certificate })); err != nil {
		return f, err
	}
	if f.accounts, err = s.Supply.AccountsByNoTx(tx, org, distinctOf(rows, func(r *record) string { return r.accountNo })); err != nil {
		return f, err
	}
	if f.meters, err = s.Supply.MetersByNoTx(tx, org, distinctOf(rows, func(r *record) string { return r.meter.AssetNo })); err != nil {
		return f, err
	}
	if f.districts, err = s.Supply.DistrictsByNoTx(tx, org, distinctOf(rows, func(r *record) string { return supply.NormalNumber(r.values["district_no"]) })); err != nil {
		return f, err
	}
	if f.lines, err = s.Supply.LinesByNoTx(tx, org, distinctOf(rows, func(r *record) string { return supply.NormalNumber(r.values["line_no"]) })); err != nil {
		return f, err
	}
	var owners []id.ID
	for _, a := range f.accounts {
		if !a.CustomerID.IsZero() {
			owners = append(owners, a.CustomerID)
		}
	}
	f.byID, err = s.Customers.RefsTx(tx, db.ScopeOf(org), owners...)
	return f, err
}

// distinctOf are the texts of the rows that are not rejected, each once.
func distinctOf(rows []record, text func(*record) string) (all []string) {
	seen := map[string]bool{}
	for i := range rows {
		if t := text(&rows[i]); t != "" && !seen[t] && len(rows[i].problems) == 0 {
			seen[t] = true
			all = append(all, t)
		}
	}
	return all
}
