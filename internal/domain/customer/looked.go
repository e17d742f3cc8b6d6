package customer

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Look is a customer that was seen whole on a basis.
type Look struct {
	At         when.Instant `json:"at"`
	UserID     id.ID        `json:"user_id"`
	Customer   Ref          `json:"customer" doc:"as the caller may see him"`
	Action     string       `json:"action" doc:"operation that was called, such as customer.get"`
	ActionText string       `json:"action_text"`
	Fields     []string     `json:"fields" nullable:"false" doc:"what was shown whole; words: lookup.field.NAME"`
}

// Looked writes down what the context's request showed whole, before its answer
// leaves: one entry for each customer that was opened for the caller, and for what
// he sees by right one for a customer, or one for the many of a list. It tells whether
// there was any.
func (s *Service) Looked(ctx context.Context, operation string) (whole bool, err error) {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok {
		return false, nil
	}
	v.looks.mu.Lock()
	defer v.looks.mu.Unlock()
	if len(v.looks.all) == 0 {
		return false, nil
	}
	if k := audit.KindOf(operation); k != audit.OfRead && k != audit.OfExport {
		operation = PermReveal
	}
	w := lookWriter{Service: s, by: access.CallerOf(ctx), action: operation, all: v.looks.all}
	if err := s.DB.Write(ctx, w.writeTx); err != nil {
		return true, err
	}
	v.looks.all = nil
	return true, nil
}

type lookWriter struct {
	*Service
	by     *access.Caller
	action string
	all    map[look]map[FieldName]bool
}

func (w lookWriter) writeTx(tx *db.Tx) error {
	byRight := map[id.ID][]look{}
	for _, k := range slices.SortedFunc(maps.Keys(w.all), look.compare) {
		if k.basis == (Basis{}) {
			byRight[k.org] = append(byRight[k.org], k)
		} else if err := w.openedTx(tx, k); err != nil {
			return err
		}
	}
	for _, org := range sorted(slices.Collect(maps.Keys(byRight))) {
		if err := w.rightTx(tx, org, byRight[org]); err != nil {
			return err
		}
	}
	return nil
}

func (k look) compare(l look) int {
	return cmp.Or(k.org.Compare(l.org), k.customer.Compare(l.customer), k.basis.ID.Compare(l.basis.ID))
}

// openedTx writes a look on a basis where it is found by the basis too.
func (w lookWriter) openedTx(tx *db.Tx, k look) error {
	fields := w.fields(k)
	r := lookRow{OrgID: k.org, ID: tx.NewID(), BasisID: k.basis.ID, CustomerID: k.customer, UserID: w.by.UserID, At: tx.Now(), Action: w.action,
		Fields: strings.Join(fields, ",")}
	if err := insertLook(tx, r); err != nil {
		return err
	}
	return w.oneTx(tx, k, audit.Seen{Fields: fields, BasisType: k.basis.Type, BasisID: k.basis.ID, BasisNo: k.basis.No})
}

// rightTx writes what was seen of a company by right.
func (w lookWriter) rightTx(tx *db.Tx, org id.ID, all []look) error {
	if len(all) == 1 && !all[0].customer.IsZero() {
		return w.oneTx(tx, all[0], audit.Seen{Fields: w.fields(all[0])})
	}
	seen := audit.Seen{Fields: w.fields(all...)}
	for _, k := range all {
		if !k.customer.IsZero() {
			seen.Objects = append(seen.Objects, k.customer)
		}
	}
	return w.Audit.ReadTx(tx, audit.Reading{OrgID: org, Actor: w.by.ActorBy(w.action), Action: w.action, ObjectType: "org", ObjectID: org, Seen: seen})
}

func (w lookWriter) oneTx(tx *db.Tx, k look, seen audit.Seen) error {
	subject, err := w.SubjectTx(tx, k.org, k.customer)
	if errors.Is(err, crypt.ErrSealed) {
		return nil // erased: there is nobody left to look at
	}
	if err != nil {
		return err
	}
	return w.Audit.ReadTx(tx, audit.Reading{OrgID: k.org, Actor: w.by.ActorBy(w.action), Action: w.action, ObjectType: audit.Look, ObjectID: k.customer, Subject: subject, Seen: seen})
}

// fields are the names of what was shown, in order.
func (w lookWriter) fields(all ...look) []string {
	names := map[string]bool{}
	for _, k := range all {
		for f := range w.all[k] {
			names[string(f)] = true
		}
	}
	return sortedKeys(names)
}
