package supply

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Batch is accounts with what belongs to them. Records refer to each other by
// the IDs the caller gives them; a record without ID gets one. Meters with
// PointID and InstalledOn hang there.
type Batch struct {
	Premises []Premise
	Accounts []Account
	Points   []Point
	Meters   []Meter
}

// CreateManyTx keeps a batch of one company, with one audit entry. The caller
// answers for the customers named and reindexes them afterwards
// (Customers.ReindexTx). Errors: a validation error with fields such as
// "accounts[3].running_va"; ErrNumberTaken, ErrNoTaken; db.ErrReferenced for an
// unknown premise.
func (s *Service) CreateManyTx(tx *db.Tx, by audit.Actor, org id.ID, b *Batch) error {
	if err := b.hold(tx, org); err != nil {
		return err
	}
	if err := s.CheckManyTx(tx, org, b); err != nil {
		return err
	}
	if err := eachNote(tx, b.Premises, s.sealNote); err != nil {
		return err
	}
	if err := premises.insertMany(tx, b.Premises); err != nil {
		return err
	}
	if err := insertAccounts(tx, b.Accounts); err != nil {
		return err
	}
	gains := stockGains{}
	for i := range b.Accounts {
		gains.move(nil, &b.Accounts[i])
	}
	if err := gains.keepTx(tx, org); err != nil {
		return err
	}
	if err := taken(points.insertMany(tx, b.Points)); err != nil {
		return err
	}
	if err := taken(meters.insertMany(tx, b.Meters)); err != nil {
		return err
	}
	if err := insertInstalled(tx, b.installed(tx)); err != nil {
		return err
	}
	return s.recordBatchTx(tx, by, org, PermCreate, "account", map[string]int{"premises": len(b.Premises), "accounts": len(b.Accounts),
		"points": len(b.Points), "meters": len(b.Meters)}, pick(b.Accounts, func(a *Account) id.ID { return a.ID }))
}

// hold keeps what the batch takes its places from as it is until the transaction
// ends: districts, and the accounts of points.
func (b *Batch) hold(tx *db.Tx, org id.ID) error {
	lock := tx.Dialect().ForShare()
	if err := districts.hold(tx, lock, org, distinct(b.districts())); err != nil {
		return err
	}
	return accounts.hold(tx, lock, org, distinct(pick(b.Points, func(p *Point) id.ID { return p.AccountID })))
}

func (b *Batch) districts() []id.ID {
	return append(pick(b.Accounts, func(a *Account) id.ID { return a.DistrictID }), pick(b.Points, func(p *Point) id.ID { return p.DistrictID })...)
}

func (b *Batch) begin(tx *db.Tx, org id.ID) {
	beginAll(tx, org, b.Premises)
	beginAll(tx, org, b.Accounts)
	beginAll(tx, org, b.Points)
	beginAll(tx, org, b.Meters)
}

// completing is a record that knows its defaults and rules.
type completing[R any] interface {
	recordOf[R]
	complete()
	validate() error
}

func beginAll[R any, P completing[R]](tx *db.Tx, org id.ID, records []R) {
	for i := range records {
		P(&records[i]).head().begin(tx, org)
		P(&records[i]).complete()
	}
}

// check holds every record to its rules and fills in where it is supplied from.
func (b *Batch) check(tx *db.Tx, org id.ID) error {
	var v fault.Validation
	checkAll(&v, "premises", b.Premises)
	checkAll(&v, "accounts", b.Accounts)
	checkAll(&v, "points", b.Points)
	checkAll(&v, "meters", b.Meters)
	if err := b.checkNumbers(tx, org, &v); err != nil {
		return err
	}
	if err := b.place(tx, org, &v); err != nil {
		return err
	}
	return v.Err()
}

func checkAll[R any, P completing[R]](v *fault.Validation, list string, records []R) {
	for i := range records {
		var f *fault.Error
		if err := P(&records[i]).validate(); errors.As(err, &f) {
			addFields(v, fmt.Sprintf("%s[%d].", list, i), f.Fields)
		}
	}
}

func addFields(v *fault.Validation, prefix string, fields []fault.Field) {
	for _, f := range fields {
		var params []any
		for name, value := range f.Params {
			params = append(params, name, value)
		}
		v.Add(prefix+f.Name, f.Code, params...)
	}
}

func (b *Batch) checkNumbers(tx *db.Tx, org id.ID, v *fault.Validation) error {
	if len(b.Accounts) == 0 {
		return nil
	}
	rule, err := numberRule(tx, org)
	if err != nil {
		return err
	}
	re, err := rule.compile()
	if err != nil {
		return err
	}
	for i := range b.Accounts {
		checkNumber(v, fmt.Sprintf("accounts[%d].account_no", i), re, rule.Example, b.Accounts[i].AccountNo)
	}
	return nil
}

// place fills in lines and what stands apart; points follow their accounts of
// the batch or, by their account's ID, of the database.
func (b *Batch) place(tx *db.Tx, org id.ID, v *fault.Validation) error {
	lineIDs := append(pick(b.Accounts, func(a *Account) id.ID { return a.LineID }), pick(b.Points, func(p *Point) id.ID { return p.LineID })...)
	p, err := placesOf(tx, org, b.districts(), lineIDs)
	if err != nil {
		return err
	}
	at := make(map[id.ID]position, len(b.Accounts))
	for i := range b.Accounts {
		a := &b.Accounts[i]
		p.fill(v, fmt.Sprintf("accounts[%d].", i), a.DistrictID, &a.LineID)
		at[a.ID] = a.position()
	}
	others, err := accounts.some(tx, org, missing(at, pick(b.Points, func(p *Point) id.ID { return p.AccountID })))
	if err != nil {
		return err
	}
	for i := range others {
		at[others[i].ID] = others[i].position()
	}
	for i := range b.Points {
		point, prefix := &b.Points[i], fmt.Sprintf("points[%d].", i)
		p.fill(v, prefix, point.DistrictID, &point.LineID)
		account, known := at[point.AccountID]
		v.Check(known || point.AccountID.IsZero(), prefix+"account_id", "unknown_reference")
		point.place(account)
	}
	return nil
}

// missing are the distinct identifiers that the map lacks.
func missing[V any](known map[id.ID]V, ids []id.ID) (lacking []id.ID) {
	for _, i := range distinct(ids) {
		if _, ok := known[i]; !ok {
			lacking = append(lacking, i)
		}
	}
	return lacking
}

func (b *Batch) installed(tx *db.Tx) (all []Installed) {
	for _, m := range b.Meters {
		if !m.PointID.IsZero() {
			all = append(all, Installed{OrgID: m.OrgID, ID: tx.NewID(), MeterID: m.ID, PointID: m.PointID, InstalledOn: m.InstalledOn})
		}
	}
	return all
}

// recordBatchTx writes the audit entry of a batch: how many of what, and a digest
// of the identifiers, by which the rows can be proven to be those of the batch.
func (s *Service) recordBatchTx(tx *db.Tx, by audit.Actor, org id.ID, action, object string, counts map[string]int, ids []id.ID) error {
	h := sha256.New()
	for _, i := range ids {
		h.Write(i[:])
	}
	after := map[string]any{"counts": counts, "digest": hex.EncodeToString(h.Sum(nil))}
	return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: by, Action: action, ObjectType: object + "_batch", After: after})
}

// taken turns a duplicate into the code for numbers of network objects.
func taken(err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return ErrNoTaken.Wrap(err)
	}
	return err
}
