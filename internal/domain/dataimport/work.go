package dataimport

import (
	"errors"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// work is one try at a batch of rows in a transaction: decided, and unless dry
// also written.
type work struct {
	*task
	tx      *db.Tx
	dry     bool
	numbers []string // reserved customer numbers
	decider decider
	rows    []record
	fates   []decision

	made      []customer.NewCustomer
	madeIndex map[int]int // row → in made
	batch     supply.Batch
	rowOf     map[string][]int // of the records in batch: "accounts" → rows
	owned     []id.ID          // customers who were there and got an account

	customers []customer.UpdateOne
	accounts  []supply.AccountUpdate
	updating  []int // rows of customers
	altering  []int // rows of accounts
	contacts  []contactFate

	outcome
}

// outcome is what a batch came to.
type outcome struct {
	counts   Counts
	problems []Problem
	changed  []changedRow
	used     int // of the numbers
	accepted []int
}

// badRows ends a try: the archive refuses some rows, and the batch is tried again
// without them.
type badRows map[int]Problem

func (badRows) Error() string { return "dataimport: rows refused" }

// try decides and writes a batch. Error: badRows; others as of the archive.
func (t *task) try(tx *db.Tx, rows []record, file *keyIndex, bad badRows, numbers []string, dry bool) (*work, error) {
	found, err := t.s.findTx(tx, t.imp.OrgID, rows)
	if err != nil {
		return nil, err
	}
	w := &work{task: t, tx: tx, dry: dry, rows: rows, numbers: numbers, madeIndex: map[int]int{}, rowOf: map[string][]int{},
		decider: decider{kind: t.imp.Kind, mode: t.imp.Mode, file: file, found: found, here: map[uint64]firstRow{}, bad: bad}}
	refused := badRows{}
	for i := range rows {
		if err := w.take(&rows[i], refused); err != nil {
			return nil, err
		}
	}
	if len(refused) > 0 {
		return nil, refused
	}
	for _, step := range []func() error{w.createAll, w.updateCustomers, w.updateAccounts} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	w.count()
	return w, nil
}

// take decides a row and collects what is to be done.
func (w *work) take(rec *record, refused badRows) error {
	c := w.decider.decide(rec)
	if c.customer == create {
		err := w.s.Customers.CheckDraftTx(w.tx, w.imp.OrgID, rec.draft)
		var f *fault.Error
		switch {
		case errors.As(err, &f) && f.Kind == fault.Invalid:
			refused[rec.row] = problemOf(f.Fields[0], w.reader.byField, w.reader.customerField(nil))
		case err != nil:
			return err
		}
		w.makeCustomer(rec)
	}
	owner := c.owner.ID
	if i, ok := w.madeIndex[w.makerOf(rec, c)]; ok && w.imp.Kind == Customers && c.customer != update {
		owner = w.made[i].ID
	}
	switch {
	case w.imp.Kind == Contacts && c.problem == nil:
		w.addContact(rec, c.owner.ID)
	case c.customer == update:
		w.customers = append(w.customers, customer.UpdateOne{ID: owner, Input: func(now customer.Customer) customer.UpdateInput { return rec.customerUpdate(now, w.reader.check) }})
		w.updating = append(w.updating, rec.row)
	}
	switch c.account {
	case create:
		w.makeAccount(rec, c, owner)
	case update:
		w.accounts = append(w.accounts, supply.AccountUpdate{ID: c.accountIs.ID, Input: w.accountUpdate(rec, c)})
		w.altering = append(w.altering, rec.row)
	}
	w.fates = append(w.fates, c)
	return nil
}

// makerOf is the row of the batch that makes the row's customer: itself, or an
// earlier one.
func (w *work) makerOf(rec *record, c decision) int {
	if c.customer == attach {
		return c.ownerRow
	}
	return rec.row
}

func (w *work) makeCustomer(rec *record) {
	draft := rec.draft
	if draft.No() == "" && !w.dry {
		draft = draft.WithNo(w.numbers[w.used])
		w.used++
	}
	w.madeIndex[rec.row] = len(w.made)
	w.made = append(w.made, customer.NewCustomer{Draft: draft, ID: w.tx.NewID()})
}

// makeAccount collects an account with premise, point and meter.
func (w *work) makeAccount(rec *record, c decision, owner id.ID) {
	a := supply.Account{Head: supply.Head{ID: w.tx.NewID()}, AccountInput: rec.newAccount(w.nameOf(rec, c))}
	a.CustomerID = owner
	a.DistrictID = w.decider.found.districts[supply.NormalNumber(rec.values["district_no"])]
	a.LineID = w.decider.found.lines[supply.NormalNumber(rec.values["line_no"])]
	if rec.premise.Address != "" {
		p := supply.Premise{Head: supply.Head{ID: w.tx.NewID()}, PremiseInput: rec.premise}
		a.PremiseID = p.ID
		w.batch.Premises = append(w.batch.Premises, p)
		w.rowOf["premises"] = append(w.rowOf["premises"], rec.row)
	}
	w.batch.Accounts = append(w.batch.Accounts, a)
	w.rowOf["accounts"] = append(w.rowOf["accounts"], rec.row)
	if rec.meter.AssetNo != "" {
		w.makeMeter(rec, a)
	}
	i, ok := w.madeIndex[w.makerOf(rec, c)]
	switch {
	case ok && w.imp.Kind == Customers:
		parts := &w.made[i].Parts
		parts.AccountNos = append(parts.AccountNos, a.AccountNo)
		if rec.premise.Address != "" {
			parts.Addresses = append(parts.Addresses, rec.premise.Address)
		}
		if rec.meter.AssetNo != "" {
			parts.MeterNos = append(parts.MeterNos, rec.meter.AssetNo)
		}
	case !owner.IsZero():
		w.owned = append(w.owned, owner)
	}
}

func (w *work) makeMeter(rec *record, a supply.Account) {
	p := supply.Point{Head: supply.Head{ID: w.tx.NewID()}, PointInput: rec.newPoint(a.AccountInput)}
	p.AccountID = a.ID
	m := supply.Meter{Head: supply.Head{ID: w.tx.NewID()}, MeterInput: rec.meter, PointID: p.ID, InstalledOn: rec.installedOn(a.AccountInput)}
	w.batch.Points, w.rowOf["points"] = append(w.batch.Points, p), append(w.rowOf["points"], rec.row)
	w.batch.Meters, w.rowOf["meters"] = append(w.batch.Meters, m), append(w.rowOf["meters"], rec.row)
}

// nameOf is the customer's name, by which an account without a name of its own
// is called.
func (w *work) nameOf(rec *record, c decision) string {
	if rec.values["name"] != "" {
		return rec.values["name"]
	}
	return c.owner.Name
}

// source names the import in the archive's log and timelines.
func (t *task) source() customer.Batch {
	return customer.Batch{OrgID: t.imp.OrgID, Actor: t.actor, SourceType: sourceType, SourceID: t.imp.ID, ImportID: t.imp.ID}
}

const sourceType = "data_import"

// createAll makes what is new, or in a dry run holds it to the rules.
func (w *work) createAll() error {
	var err error
	if w.dry {
		err = w.s.Supply.CheckManyTx(w.tx, w.imp.OrgID, &w.batch)
	} else if _, err = w.s.Customers.CreateManyTx(w.tx, w.source(), w.made); err == nil {
		err = w.s.Supply.CreateManyTx(w.tx, w.actor, w.imp.OrgID, &w.batch)
	}
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Invalid {
		return w.refusedBatch(f)
	}
	if err != nil || w.dry {
		return err
	}
	return w.s.Customers.ReindexTx(w.tx, w.imp.OrgID, distinctIDs(w.owned)...)
}

// refusedBatch finds the rows of fields such as "accounts[3].running_va".
func (w *work) refusedBatch(f *fault.Error) error {
	bad := badRows{}
	for _, field := range f.Fields {
		list, _, _ := strings.Cut(field.Name, "[")
		_, name, _ := strings.Cut(field.Name, "].")
		i, ok := listIndex(field.Name)
		if !ok || i >= len(w.rowOf[list]) {
			return f
		}
		if row := w.rowOf[list][i]; bad[row].Code == "" {
			p := problemOf(field, w.reader.byField, func(string) string { return supplyField(name) })
			p.Row = row
			bad[row] = p
		}
	}
	return bad
}

func distinctIDs(ids []id.ID) (all []id.ID) {
	seen := map[id.ID]bool{}
	for _, i := range ids {
		if !seen[i] {
			seen[i] = true
			all = append(all, i)
		}
	}
	return all
}
