package supply

import (
	"strconv"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The service tells what it keeps of a person, and erases it.
var _ privacy.Holder = (*Service)(nil)

// HoldingsTx counts accounts, contracts, months of consumption, and what may hold texts
// about a person.
func (s *Service) HoldingsTx(tx *db.Tx, p privacy.Person) (all []privacy.Holding, err error) {
	for _, kind := range []string{"account", "supply_contract", "consumption", "installation_staff", "premise"} {
		n, err := countHeld(tx, kind, p.OrgID, p.IDs)
		if err != nil {
			return nil, err
		}
		all = append(all, privacy.Holding{Kind: kind, N: n})
	}
	return all, nil
}

// BlocksTx: who has a live account or a contract in force cannot be erased.
func (s *Service) BlocksTx(tx *db.Tx, p privacy.Person) (blocks []privacy.Block, err error) {
	for _, i := range p.IDs {
		no, live, err := liveAccount(tx, p.OrgID, i)
		if err != nil {
			return nil, err
		}
		if live {
			blocks = append(blocks, privacy.Block{Code: "live_account", Params: map[string]any{"no": no}})
		}
		if no, live, err = runningContract(tx, p.OrgID, i); err != nil {
			return nil, err
		}
		if live {
			blocks = append(blocks, privacy.Block{Code: "contract", Params: map[string]any{"no": no}})
		}
	}
	return blocks, nil
}

// DataTx gives the accounts of a person with premises, meters, contracts, consumption and
// the staff of his own installations.
func (s *Service) DataTx(tx *db.Tx, p privacy.Person, lang string) (d privacy.Data, err error) {
	word := func(kind, code string) string { return s.Text(lang, "supply."+kind+"."+code, nil) }
	held, err := heldAccounts(tx, p.OrgID, p.IDs)
	if err != nil {
		return d, err
	}
	accounts := privacy.Section{Key: "accounts", Columns: []string{"account_no", "name", "status", "class", "address", "access", "capacity", "opened_on", "closed_on"}}
	for _, a := range held {
		home := Premise{Head: Head{OrgID: p.OrgID, ID: a.PremiseID}, SealedNote: a.SealedNote}
		if err := s.openNote(tx, &home); err != nil {
			return d, err
		}
		accounts.Rows = append(accounts.Rows, []string{a.AccountNo, a.Name, word("account_status", a.Status), word("class", a.Class), a.Address, home.AccessNote, kva(a.ContractVA), string(a.OpenedOn), string(a.ClosedOn)})
	}
	meters, err := rowsOf(tx, heldMeters, p)
	if err != nil {
		return d, err
	}
	contracts, err := rowsOf(tx, heldContracts, p)
	if err != nil {
		return d, err
	}
	months, err := heldMonths(tx, p.OrgID, p.IDs)
	if err != nil {
		return d, err
	}
	energy := privacy.Section{Key: "consumption", Columns: []string{"account_no", "month", "energy"}}
	for _, m := range months {
		energy.Rows = append(energy.Rows, []string{m.AccountNo, strconv.Itoa(m.Month), kwh(m.EnergyWh)})
	}
	staff, err := s.staffSection(tx, p)
	d.Sections = []privacy.Section{accounts, {Key: "meters", Columns: []string{"account_no", "number", "installed_on"}, Rows: meters},
		{Key: "contracts", Columns: []string{"account_no", "number", "signed_on", "valid_from", "valid_to"}, Rows: contracts}, energy, staff}
	return d, err
}

func kva(va int64) string { return strconv.FormatFloat(float64(va)/1000, 'f', -1, 64) }
func kwh(wh int64) string { return strconv.FormatFloat(float64(wh)/1000, 'f', -1, 64) }

func (s *Service) staffSection(tx *db.Tx, p privacy.Person) (privacy.Section, error) {
	section := privacy.Section{Key: "staff", Columns: []string{"valid_from", "name", "phone"}}
	rows, err := heldInstallations(tx, p.OrgID, p.IDs)
	if err != nil {
		return section, err
	}
	for i := range rows {
		o, err := s.openTx(tx, &rows[i])
		if err != nil {
			return section, err
		}
		for _, d := range o.Staff {
			section.Rows = append(section.Rows, []string{string(o.ValidFrom), d.Name, d.Phone})
		}
	}
	return section, nil
}

// EraseTx takes the person's name from his accounts, his staff from installations, and
// notes on how to enter from premises that only he uses.
func (s *Service) EraseTx(tx *db.Tx, p privacy.Person) ([]id.ID, error) {
	return nil, eraseHeld(tx, p.OrgID, p.IDs, customer.ErasedName)
}

// AccountIDsTx names the accounts of customers, for modules that keep something of them.
func (s *Service) AccountIDsTx(tx *db.Tx, org id.ID, customers []id.ID) (ids []id.ID, err error) {
	for _, c := range customers {
		list, err := accountsOf(tx, org, c)
		if err != nil {
			return nil, err
		}
		ids = append(ids, pick(list, func(a *movedAccount) id.ID { return a.ID })...)
	}
	return ids, nil
}
