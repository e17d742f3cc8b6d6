package dataimport

import (
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

// fate is what becomes of a part of a row.
type fate int

const (
	none   fate = iota
	create      // it is not there yet
	update      // it is there
	attach      // an earlier row of the file made it or named it
)

// decision is what becomes of a row. With a problem it is left out as a whole.
type decision struct {
	problem   *Problem
	customer  fate
	owner     customer.Ref // of update and attach; zero in a dry run of what the file makes
	ownerRow  int          // of attach within the batch: the row that makes him; else 0
	account   fate
	accountIs supply.Account // of update
}

// decider decides the rows of a batch one after another.
type decider struct {
	kind  Kind
	mode  Mode
	file  *keyIndex // rows of earlier batches
	found found
	here  map[uint64]firstRow // rows of this batch
	bad   map[int]Problem     // rows that the archive refused when the batch was tried before
}

// decide tells what becomes of a row, and takes its keys when it is accepted.
func (d *decider) decide(rec *record) decision {
	if len(rec.problems) > 0 {
		return decision{problem: &rec.problems[0]}
	}
	if p, refused := d.bad[rec.row]; refused {
		return decision{problem: &p}
	}
	var c decision
	switch d.kind {
	case Customers:
		c = d.customer(rec)
	case Accounts:
		c = d.accountRow(rec)
	case Contacts:
		c = d.contactRow(rec)
	}
	if c.problem == nil {
		for _, key := range c.keys(rec, d.kind) {
			if _, taken := d.here[key]; !taken {
				d.here[key] = firstRow{int32(rec.row), nameHash(rec.name)}
			}
		}
	}
	return c
}

// keys are those an accepted row takes: its own, and of a file of customers the
// customer it was found to mean, whom another row may name by another key.
func (c decision) keys(rec *record, k Kind) []uint64 {
	keys := rec.keys(k)
	if k == Customers && !c.owner.ID.IsZero() {
		keys = append(keys, ownerKey(c.owner.ID))
	}
	return keys
}

// earlier finds the row of the file that took one of the keys before.
func (d *decider) earlier(keys ...uint64) (first firstRow, inBatch, ok bool) {
	for _, key := range keys {
		if first, ok = d.here[key]; ok {
			return first, true, true
		}
		if first, ok = d.file.rows[key]; ok {
			return first, false, true
		}
	}
	return first, false, false
}

func (rec *record) stop(field, code string, params ...any) decision {
	return decision{problem: &Problem{Row: rec.row, Field: field, Code: code, Params: pairs(params)}}
}

func (rec *record) skip(field, code string, params ...any) decision {
	c := rec.stop(field, code, params...)
	c.problem.Skipped = true
	return c
}

// customer decides a row of a file of customers.
func (d *decider) customer(rec *record) decision {
	owner, is, stop := d.owner(rec)
	if !is && stop.problem == nil {
		owner, is = d.holder(rec)
	}
	keys := rec.customerKeys()
	if is {
		keys = append(keys, ownerKey(owner.ID))
	}
	first, inBatch, repeated := d.earlier(keys...)
	switch {
	case stop.problem != nil:
		return stop
	case repeated && rec.accountNo == "":
		return rec.stop(rec.keyField(), codeRepeated, "row", first.row)
	case repeated && rec.name != "" && first.name != nameHash(rec.name):
		return rec.stop("name", codeRepeatedDiffers, "row", first.row)
	case repeated:
		c := decision{customer: attach, owner: owner}
		if inBatch {
			c.ownerRow = int(first.row)
		}
		return d.withAccount(rec, c)
	case is:
		return d.known(rec, owner)
	case d.mode == UpdateOnly:
		return rec.skip(rec.keyField(), codeNotThere)
	case len(rec.missing) > 0:
		return decision{problem: &rec.missing[0]}
	}
	return d.withAccount(rec, decision{customer: create})
}

// known decides a row whose customer was there before the import.
func (d *decider) known(rec *record, owner customer.Ref) decision {
	if d.mode == CreateOnly {
		return rec.skip(rec.keyField(), codeExists, "customer_no", owner.CustomerNo)
	}
	return d.withAccount(rec, decision{customer: update, owner: owner})
}

func (rec *record) keyField() string {
	switch {
	case rec.customerNo != "":
		return "customer_no"
	case rec.certificate != "":
		return "certificate_no"
	case rec.accountNo != "":
		return "account_no"
	}
	return "name"
}

// owner finds the customer a row names by number and certificate.
func (d *decider) owner(rec *record) (owner customer.Ref, is bool, stop decision) {
	holders := d.found.byCertificate[rec.certificate]
	if rec.customerNo == "" {
		switch {
		case len(holders) > 1:
			return owner, false, rec.stop("certificate_no", codeSeveral, "count", len(holders))
		case len(holders) == 1:
			return holders[0], true, decision{}
		}
		return owner, false, decision{}
	}
	owner, is = d.found.byNo[rec.customerNo]
	if is && owner.Status == customer.Merged {
		return owner, false, rec.stop("customer_no", codeCustomerMerged)
	}
	for _, h := range holders {
		if h.ID == owner.ID {
			return owner, true, decision{}
		}
	}
	if len(holders) > 0 {
		return owner, false, rec.stop("certificate_no", codeKeysDiffer, "customer_no", holders[0].CustomerNo)
	}
	return owner, is, decision{}
}

// holder finds the customer of a row that names him by his account alone. With
// another name it may mean the next tenant, so that is none.
func (d *decider) holder(rec *record) (owner customer.Ref, is bool) {
	if rec.customerNo != "" || rec.certificate != "" || rec.accountNo == "" {
		return owner, false
	}
	owner, is = d.found.byID[d.found.accounts[rec.accountNo].CustomerID]
	if !is || rec.name != "" && rec.name != cn.Fold(owner.Name) {
		return customer.Ref{}, false
	}
	return owner, true
}

// withAccount decides the account of a row whose customer is decided.
func (d *decider) withAccount(rec *record, c decision) decision {
	if rec.accountNo == "" {
		return c
	}
	if first, _, repeated := d.earlier(keyHash(keyAccount, rec.accountNo)); repeated {
		return rec.stop("account_no", codeRepeated, "row", first.row)
	}
	if stop, ok := d.references(rec); !ok {
		return stop
	}
	is, known := d.found.accounts[rec.accountNo]
	switch {
	case !known && d.mode == UpdateOnly:
		return rec.skip("account_no", codeNotThere)
	case !known:
		c.account = create
		return d.withMeter(rec, c)
	case is.AccountNo != rec.accountNo:
		return rec.stop("account_no", codeFormerNumber, "account_no", is.AccountNo)
	case !d.mode.updates():
		return rec.skip("account_no", codeExists)
	case d.kind == Customers && (c.customer == create || is.CustomerID != c.owner.ID):
		return rec.stop("account_no", codeAccountOfOther, "customer_no", d.found.byID[is.CustomerID].CustomerNo)
	}
	c.account, c.accountIs = update, is
	return d.withMeter(rec, c)
}

// references refuses districts and lines the company does not have.
func (d *decider) references(rec *record) (stop decision, ok bool) {
	for field, known := range map[string]map[string]id.ID{"district_no": d.found.districts, "line_no": d.found.lines} {
		no := supply.NormalNumber(rec.values[field])
		if _, is := known[no]; no != "" && !is {
			return rec.stop(field, codeNoReference), false
		}
	}
	return decision{}, true
}

// withMeter decides the meter of an account. Meters of accounts that are there
// are hung and taken down with their readings, which a file of customers does
// not know.
func (d *decider) withMeter(rec *record, c decision) decision {
	no := rec.meter.AssetNo
	if no == "" {
		return c
	}
	if first, _, repeated := d.earlier(keyHash(keyMeter, no)); repeated {
		return rec.stop("meter_no", codeRepeated, "row", first.row)
	}
	is, known := d.found.meters[no]
	switch {
	case known && (c.account == create || is.AccountID != c.accountIs.ID):
		return rec.stop("meter_no", codeMeterTaken)
	case !known && c.account == update:
		return rec.stop("meter_no", codeMeterChange)
	}
	return c
}

// accountRow decides a row of a file of accounts.
func (d *decider) accountRow(rec *record) decision {
	c := decision{}
	if rec.customerNo != "" || rec.certificate != "" {
		owner, is, stop := d.owner(rec)
		switch {
		case stop.problem != nil:
			return stop
		case !is:
			return rec.stop(rec.keyField(), codeCustomerUnknown)
		}
		c.owner = owner
	}
	return d.withAccount(rec, c)
}

// contactRow decides a row of a file of contacts.
func (d *decider) contactRow(rec *record) decision {
	if first, _, repeated := d.earlier(rec.contactKey()); repeated {
		return rec.stop("phone", codeRepeated, "row", first.row)
	}
	owner, is, stop := d.owner(rec)
	if stop.problem != nil {
		return stop
	}
	if rec.customerNo == "" && rec.certificate == "" {
		a, known := d.found.accounts[rec.accountNo]
		owner, is = d.found.byID[a.CustomerID], known && !a.CustomerID.IsZero()
	}
	if !is {
		return rec.stop(rec.keyField(), codeCustomerUnknown)
	}
	return decision{customer: update, owner: owner}
}
