package audit

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Actor is who did it. A zero ID is the system itself.
type Actor struct {
	ID   id.ID  `json:"id,omitzero"`
	Name string `json:"name"`
	// At names him for what he does in an organisation, where that makes a
	// difference: one who acts for another says so.
	At func(org id.ID) string `json:"-"`
}

func (a Actor) nameAt(org id.ID) string {
	if a.At == nil {
		return a.Name
	}
	return a.At(org)
}

// Change is what a module reports. Action is the permission used, such as
// "customer.update"; Before and After are encoded as JSON, nil for none.
type Change struct {
	OrgID      id.ID
	Actor      Actor
	Action     string
	ObjectType string
	ObjectID   id.ID
	Before     any
	After      any
	// Subject seals Before and After; nil is the company's own key.
	Subject *crypt.Subject
}

// Entry is a stored change. Before and After are sealed.
type Entry struct {
	ID         id.ID        `db:"id"`
	OrgID      id.ID        `db:"org_id"`
	At         when.Instant `db:"at"`
	ActorID    id.ID        `db:"actor_id"`
	ActorName  string       `db:"actor_name"`
	Action     string       `db:"action"`
	ObjectType string       `db:"object_type"`
	ObjectID   id.ID        `db:"object_id"`
	Before     []byte       `db:"before"`
	After      []byte       `db:"after"`
	MAC        []byte       `db:"mac"`
}

// Log writes and reads entries.
type Log struct {
	db   *db.DB
	keys *crypt.Keyring
}

// New makes the log.
func New(d *db.DB, keys *crypt.Keyring) *Log { return &Log{db: d, keys: keys} }

// RecordTx writes the entry of a change.
func (l *Log) RecordTx(tx *db.Tx, c Change) error {
	company, err := l.keys.CompanyTx(tx, c.OrgID)
	if err != nil {
		return err
	}
	e, err := seal(company, c, tx.NewID(), tx.Now())
	if err != nil {
		return err
	}
	if err := insertEntry(tx, e); err != nil {
		return err
	}
	return insertPending(tx, e.OrgID, e.ID)
}

func seal(company *crypt.Company, c Change, i id.ID, at when.Instant) (Entry, error) {
	subject := c.Subject
	if subject == nil {
		subject = company.Own()
	}
	before, err := encode(c.Before)
	if err != nil {
		return Entry{}, err
	}
	after, err := encode(c.After)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{ID: i, OrgID: c.OrgID, At: at, ActorID: c.Actor.ID, ActorName: c.Actor.nameAt(c.OrgID), Action: c.Action, ObjectType: c.ObjectType, ObjectID: c.ObjectID,
		Before: subject.Seal(place(i, "before"), before), After: subject.Seal(place(i, "after"), after)}
	e.MAC = company.MAC("audit", e.bytes())
	return e, nil
}

func encode(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("audit: %w", err)
	}
	return string(raw), nil
}

func place(i id.ID, column string) crypt.Place {
	return crypt.Place{Table: "audit_entry", Column: column, ID: i}
}

// bytes is what the MAC covers: every column, each with its length.
func (e Entry) bytes() []byte {
	var b []byte
	add := func(part []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	add(e.OrgID[:])
	add(e.ID[:])
	b = binary.BigEndian.AppendUint64(b, uint64(e.At))
	add(e.ActorID[:])
	for _, s := range []string{e.ActorName, e.Action, e.ObjectType} {
		add([]byte(s))
	}
	add(e.ObjectID[:])
	add(e.Before)
	add(e.After)
	return b
}

// Genuine tells whether the entry is as it was written.
func (e Entry) Genuine(company *crypt.Company) bool {
	return string(company.MAC("audit", e.bytes())) == string(e.MAC)
}

// HistoryTx lists the entries of one object, newest first, at most limit. Subject
// is the key they were sealed with; nil is the company's own.
func (l *Log) HistoryTx(tx *db.Tx, scope db.Scope, object id.ID, limit int) ([]Entry, error) {
	return entriesOf(tx, scope, object, id.ID{}, limit)
}

// HistoryBeforeTx is HistoryTx for the entries before one of them; the zero
// entry begins with the newest.
func (l *Log) HistoryBeforeTx(tx *db.Tx, scope db.Scope, object, entry id.ID, limit int) ([]Entry, error) {
	return entriesOf(tx, scope, object, entry, limit)
}

// NewestTx is the newest moment the log of a company tells of; 0 for none.
func (l *Log) NewestTx(tx *db.Tx, org id.ID) (when.Instant, error) { return newestEntry(tx, org) }

// Open reads what an entry's change was, as JSON; empty for none.
func (l *Log) OpenTx(tx *db.Tx, e Entry, subject *crypt.Subject) (before, after string, err error) {
	if subject == nil {
		company, err := l.keys.CompanyTx(tx, e.OrgID)
		if err != nil {
			return "", "", err
		}
		subject = company.Own()
	}
	if before, err = subject.Open(place(e.ID, "before"), e.Before); err != nil {
		return "", "", err
	}
	after, err = subject.Open(place(e.ID, "after"), e.After)
	return before, after, err
}
