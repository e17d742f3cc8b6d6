package customer

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// FieldValue is a field with its value for one customer.
type FieldValue struct {
	Field     Field        `json:"field"`
	Value     string       `json:"value"`
	Hidden    bool         `json:"hidden" doc:"there is a value the caller may not read"`
	At        when.Instant `json:"at,omitzero" doc:"when it was written"`
	ActorName string       `json:"actor_name,omitempty"`
}

// FieldValues gives the active fields that apply to a customer, filled or not.
func (s *Service) FieldValues(ctx context.Context, customer id.ID) (values []FieldValue, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, err
	}
	sight := SightOf(ctx)
	var o owner
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if o, err = s.readOwnerTx(tx, who.Scope, customer); err != nil {
			return err
		}
		values, err = s.fieldValuesTx(tx, sight, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	return values, s.countShown(ctx, o.OrgID, values)
}

func (s *Service) fieldValuesTx(tx *db.Tx, sight Sight, o owner) ([]FieldValue, error) {
	set, err := s.settingsTx(tx, o.OrgID)
	if err != nil {
		return nil, err
	}
	rows, err := currentValues(tx, o)
	if err != nil {
		return nil, err
	}
	shown, err := openValues(tx, o, set, sight, rows)
	if err != nil {
		return nil, err
	}
	values := []FieldValue{}
	for _, f := range set.fields {
		if f.Active && f.appliesTo(o.Kind) {
			v := shown[f.ID]
			v.Field = f
			values = append(values, v)
		}
	}
	slices.SortStableFunc(values, func(a, b FieldValue) int { return a.Field.Position - b.Field.Position })
	return values, nil
}

// openValues opens current values by field.
func openValues(tx *db.Tx, o owner, set *settings, sight Sight, rows []fieldValueRow) (map[id.ID]FieldValue, error) {
	all, err := openAll(tx, o, rows, func(r fieldValueRow, subject *crypt.Subject) (FieldValue, error) {
		f, _ := find(set.fields, func(f Field) bool { return f.ID == r.FieldID })
		return r.open(f, subject, sight, o)
	})
	byField := make(map[id.ID]FieldValue, len(all))
	for i, v := range all {
		byField[rows[i].FieldID] = v
	}
	return byField, err
}

func (r fieldValueRow) open(f Field, subject *crypt.Subject, sight Sight, o owner) (FieldValue, error) {
	v := FieldValue{Field: f, Value: r.Value, At: r.At, ActorName: r.ActorName}
	if len(r.Sealed) == 0 {
		return v, nil
	}
	if v.Hidden = !sight.sees(o.OrgID, o.ID, FieldOfCompany, f.sealedClass()); v.Hidden {
		return v, nil
	}
	var err error
	v.Value, err = subject.Open(valuePlace(r.ID), r.Sealed)
	return v, err
}

// Fill writes values of fields; an empty one takes the value away. The earlier
// ones stay as history. Errors: validation, db.ErrNotFound, db.ErrStale of the
// customer, ErrMerged.
func (s *Service) Fill(ctx context.Context, customer id.ID, version int64, given map[string]string) (values []FieldValue, after int64, err error) {
	who, err := access.Allow(ctx, PermFill)
	if err != nil {
		return nil, 0, err
	}
	sight := SightOf(ctx)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.lockOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		if o.Version != version {
			return db.ErrStale
		}
		if after, err = s.fillTx(tx, change{actor: who.Actor(), action: PermFill}, o, given); err != nil {
			return err
		}
		values, err = s.fieldValuesTx(tx, sight, o)
		return err
	})
	return values, after, err
}

// plainValuesTx are the values a customer has, by the codes of their fields.
func plainValuesTx(tx *db.Tx, o owner, set *settings) (map[string]string, error) {
	rows, err := currentValues(tx, o)
	if err != nil {
		return nil, err
	}
	held, err := openValues(tx, o, set, everything(o.OrgID), rows)
	values := make(map[string]string, len(held))
	for _, v := range held {
		values[v.Field.Code] = v.Value
	}
	return values, err
}

// fillTx writes what is another value than before and gives the customer's
// version after it.
func (s *Service) fillTx(tx *db.Tx, ch change, o owner, given map[string]string) (version int64, err error) {
	set, err := s.settingsTx(tx, o.OrgID)
	if err != nil {
		return 0, err
	}
	held, err := plainValuesTx(tx, o, set)
	if err != nil {
		return 0, err
	}
	before, after := map[string]string{}, map[string]string{}
	for code, value := range given {
		_, known := find(set.fields, func(f Field) bool { return f.Code == code })
		if was, value := held[code], strings.TrimSpace(value); !known || was != value {
			before[code], after[code] = was, value
		}
	}
	rows, err := set.values(tx, o.subject, holder{o.OrgID, o.ID, o.Kind, ch.actor}, after)
	if err != nil || len(rows) == 0 {
		return o.Version, err
	}
	if err := nextVersion(tx, o); err != nil {
		return 0, err
	}
	if err := replaceValues(tx, o, rows); err != nil {
		return 0, err
	}
	ch.event, ch.params = "customer.filled", map[string]any{"n": len(rows)}
	if err := s.TimelineTx(tx, ch.entry(o.OrgID, o.ID)); err != nil {
		return 0, err
	}
	return o.Version + 1, s.Audit.RecordTx(tx, audit.Change{OrgID: o.OrgID, Actor: ch.actor, Action: ch.action, ObjectType: "customer.fields", ObjectID: o.ID,
		Before: before, After: ch.filled(after), Subject: o.subject})
}

// filled is what the audit log keeps of values written: with whose proposal they
// were, if any.
func (ch change) filled(values map[string]string) any {
	if ch.origin == nil {
		return values
	}
	told := map[string]any{originKey: ch.origin}
	for code, value := range values {
		told[code] = value
	}
	return told
}

// FieldHistory lists the values a field of a customer had, the newest first.
// Error: db.ErrNotFound.
func (s *Service) FieldHistory(ctx context.Context, customer, field id.ID, p Page) (values []FieldValue, next string, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, "", err
	}
	sight := SightOf(ctx)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, err := s.readOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		f, err := fieldByID(tx, db.ScopeOf(o.OrgID), field)
		if err != nil {
			return err
		}
		var rows []fieldValueRow
		list := "customer.field " + customer.String() + field.String()
		rows, next, err = newest[fieldValueRow](tx, s.Cursors, list, p, o, ofCustomer(o).Where("field_id = ?", field), selectOf(fieldValueColumns, "customer_field_value"))
		if err != nil {
			return err
		}
		values, err = openHistory(tx, o, f, sight, rows)
		return err
	})
	return values, next, err
}

func openHistory(tx *db.Tx, o owner, f Field, sight Sight, rows []fieldValueRow) ([]FieldValue, error) {
	return openAll(tx, o, rows, func(r fieldValueRow, subject *crypt.Subject) (FieldValue, error) {
		return r.open(f, subject, sight, o)
	})
}

// useCounter counts how often values are shown, and writes the counts down at
// most once a minute; a process that dies loses that minute.
type useCounter struct {
	mu      sync.Mutex
	counts  map[id.ID]map[id.ID]int64 // by company and field
	flushed time.Time
}

const flushEvery = time.Minute

// due adds shown values and gives all counts when they are to be written.
func (u *useCounter) due(org id.ID, values []FieldValue, now time.Time) map[id.ID]map[id.ID]int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.counts == nil {
		u.counts = map[id.ID]map[id.ID]int64{}
	}
	for _, v := range values {
		if v.Value == "" {
			continue
		}
		if u.counts[org] == nil {
			u.counts[org] = map[id.ID]int64{}
		}
		u.counts[org][v.Field.ID]++
	}
	if len(u.counts) == 0 || now.Sub(u.flushed) < flushEvery {
		return nil
	}
	due := u.counts
	u.counts, u.flushed = nil, now
	return due
}

func (s *Service) countShown(ctx context.Context, org id.ID, values []FieldValue) error {
	due := s.uses.due(org, values, s.DB.Now().Time())
	if due == nil {
		return nil
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, org := range sorted(slices.Collect(maps.Keys(due))) {
			for _, field := range sorted(slices.Collect(maps.Keys(due[org]))) {
				if err := addShown(tx, org, field, when.MonthOf(tx.Now()), due[org][field]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
