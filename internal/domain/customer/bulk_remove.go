package customer

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// removedWith are the tables whose rows go with a customer who is unmade and are
// found by him.
var removedWith = []string{"customer_class", "customer_field_value", "customer_event"}

// partsOf are the tables that tell that somebody worked on a customer since.
var partsOf = []string{"customer_note", "customer_analysis", "customer_interaction", "customer_attachment", "reception"}

// RemoveManyTx unmakes customers of a company that CreateManyTx made, for taking
// back an import: those who are as they were made, of the version in made and
// without notes or other parts. kept are the others. A module that keeps things
// of customers removes its own before. One audit entry tells of all.
func (s *Service) RemoveManyTx(tx *db.Tx, b Batch, made []Ref) (kept []Ref, err error) {
	company, err := s.Keys.CompanyTx(tx, b.OrgID)
	if err != nil {
		return nil, err
	}
	digest, removed := sha256.New(), []id.ID{}
	for part := range slices.Chunk(made, chunk) {
		gone, stay, err := untouched(tx, b.OrgID, part)
		if err != nil {
			return nil, err
		}
		if err := removeRows(tx, company, b.OrgID, gone); err != nil {
			return nil, err
		}
		for _, r := range gone {
			digest.Write(r.ID[:])
			removed = append(removed, r.ID)
		}
		kept = append(kept, stay...)
	}
	if len(removed) == 0 {
		return kept, nil
	}
	return kept, s.Audit.RecordTx(tx, audit.Change{OrgID: b.OrgID, Actor: b.Actor, Action: PermCreate, ObjectType: b.SourceType, ObjectID: b.SourceID,
		Before: BatchDigest{Count: len(removed), First: removed[0], Last: removed[len(removed)-1], SHA256: fmt.Sprintf("%x", digest.Sum(nil))}})
}

// untouched parts customers into those who are as they were made and the others.
func untouched(tx *db.Tx, org id.ID, made []Ref) (gone []row, kept []Ref, err error) {
	ids, was := make([]id.ID, len(made)), map[id.ID]Ref{}
	for i, r := range made {
		ids[i], was[r.ID] = r.ID, r
	}
	worked := map[id.ID]bool{}
	for _, table := range partsOf {
		text, args := db.In(new(db.Query).Where("org_id = ?", org), "customer_id", ids).Text(selectOf("DISTINCT customer_id", table), "LIMIT ?", len(ids))
		var found []id.ID
		if err := tx.Select(&found, text, args...); err != nil {
			return nil, nil, err
		}
		for _, i := range found {
			worked[i] = true
		}
	}
	rows, err := customersByID(tx, db.ScopeOf(org), ids)
	for _, r := range rows {
		if r.Version == was[r.ID].Version && r.Status == Active && !worked[r.ID] {
			gone = append(gone, r)
			continue
		}
		kept = append(kept, r.ref())
	}
	return gone, kept, err
}

// removeRows deletes customers with what their making wrote.
func removeRows(tx *db.Tx, company *crypt.Company, org id.ID, rows []row) error {
	ids, blinds, tags := make([]id.ID, len(rows)), [][]byte{}, map[string]bool{}
	for i, r := range rows {
		ids[i] = r.ID
		if err := search.RemoveTx(tx, org, docKind(r.Kind), r.ID); err != nil {
			return err
		}
		record, err := r.open(company)
		if err != nil {
			return err
		}
		for _, c := range record.Certificates {
			blinds = append(blinds, company.Blind(blindCertificate, c.Number))
		}
		for _, t := range r.Tags {
			tags[t] = true
		}
	}
	deletions := []*db.Query{db.In(new(db.Query), "blind", blinds)}
	tables := []string{"customer_certificate"}
	for _, t := range sortedKeys(tags) {
		deletions, tables = append(deletions, new(db.Query).Where("tag = ?", t)), append(tables, "customer_tag")
	}
	for _, t := range removedWith {
		deletions, tables = append(deletions, new(db.Query)), append(tables, t)
	}
	for i, q := range deletions {
		if err := deleteOf(tx, tables[i], "customer_id", org, q, ids); err != nil {
			return err
		}
	}
	return deleteOf(tx, "customer", "id", org, new(db.Query), ids)
}
